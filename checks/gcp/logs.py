"""Checks on Cloud Logging: where entries go, how long they are kept, and who may read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checks.gcp import filters, lineage, sharing
from checks.gcp.alarms import SINK
from checks.gcp.hierarchy import NODES
from checks.gcp.read import customer_key, in_words, last, named, place
from checks.gcp.watched import EVERY_KIND
from checks.kinds import each
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

BUCKET, VIEW, STORE = "gcp.logging.log_bucket", "gcp.logging.log_view", "gcp.storage.bucket"
REQUIRED, DEFAULT = "_Required", "_Default"  # what Google makes in every project; nothing of the first can be set
SHARED_WRITER = "serviceAccount:cloud-logs@system.gserviceaccount.com"
STATES = "LIFECYCLE_STATE_UNSPECIFIED ACTIVE DELETE_REQUESTED UPDATING CREATING FAILED"
YEAR = 365
LOG_BUCKET = re.compile(r"logging\.googleapis\.com/projects/(?P<project>[^/]+)/locations/[^/]+/buckets/[^/]+")
STORAGE = re.compile(r"storage\.googleapis\.com/(?P<bucket>.+)")
UPDATE = "gcloud logging buckets update {name} --location={region} --project={account}"

Item = Mapping[str, Any]


def takes_everything(sink: Item) -> bool:
    """Tell whether a sink is on and lets pass entries of every kind, whatever its filter looks like."""
    exclusions = [str(each.get("filter") or "") for each in sink.get("exclusions") or [] if not each.get("disabled")]
    if sink.get("disabled"):
        return False
    text = str(sink.get("filter") or "")
    return all(
        filters.matches(text, entry) and not any(filters.matches(each, entry) for each in exclusions) for entry in EVERY_KIND
    )


@each(
    [kind for kind in NODES if kind.type != lineage.FOLDER],
    "all_logs_routed",
    service="gcp.logging",
    control="logging.audit_trail",
    severity=Severity.LOW,
    title="NOUN has a sink that takes every log entry",
    risk="Entries that nobody exported are gone after 30 days, or when the project is deleted.",
    fix="gcloud logging sinks create NAME DESTINATION, without a filter; on an organization with --include-children",
    cis=("v4:2.2", "v5:2.3"),
)
def all_logs_routed(node: Resource, inventory: Inventory) -> Verdict:
    every = [(sink.name, sink["item"]) for sink in inventory.all(SINK)]
    if node.type == lineage.ORGANIZATION:
        every = [(name, item) for name, item in every if item.get("includeChildren")]
    if own := [name for name, item in every if takes_everything(item)]:
        return passed(f"{in_words(own)} takes everything")
    above = lineage.ancestors(node)
    for above_it in above:
        for sink in above_it.get("log_sinks") or []:
            if sink.get("includeChildren") and takes_everything(sink):
                return passed(f"{sink.get('name')} of {above_it['name']} takes everything")
    if hidden := lineage.untold(node, "log_sinks"):
        return unknown(f"no sink of the project does, and it cannot see those of {in_words(hidden)}")
    return failed("every sink leaves something out")


@check(
    "gcp.logging.log_sink.destination_locked",
    on=SINK,
    control="logging.integrity",
    severity=Severity.MEDIUM,
    title="What the sink exports cannot be deleted before its time",
    risk="An intruder deletes the entries that tell what he did.",
    fix="gcloud storage buckets update gs://BUCKET --retention-period=TIME --lock-retention-period, or"
    " gcloud logging buckets update BUCKET --location=LOCATION --locked",
    cis=("v4:2.3", "v5:2.4"),
)
def destination_locked(sink: Resource, inventory: Inventory) -> Verdict:
    item = sink["item"]
    if last(item.get("name")) in (REQUIRED, DEFAULT) or item.get("disabled"):
        return skipped("Google made the sink" if not item.get("disabled") else "the sink is off")
    destination = str(item.get("destination") or "")
    if storage := STORAGE.fullmatch(destination):
        return _stored(storage["bucket"], inventory)
    if kept := LOG_BUCKET.fullmatch(destination):
        own = kept["project"] in {sink.account} | lineage.place(lineage.node_of(sink, inventory)).projects
        bucket = next((each for each in inventory.all(BUCKET) if own and place(each.id) == place(destination)), None)
        if bucket is None:
            return unknown(f"the log bucket is project {kept['project']}'s, which this project cannot see")
        return passed("the log bucket is locked") if bucket["item"].get("locked") else failed("the log bucket is not locked")
    return skipped(f"{destination.partition('/')[0]} keeps nothing locked")


def _stored(name: str, inventory: Inventory) -> Verdict:
    bucket = next((each for each in inventory.all(STORE) if each.name == name), None)
    if bucket is None:
        return unknown(f"the bucket {name} is another project's, which this project cannot see")
    retention = bucket["item"].get("retentionPolicy") or {}
    if not retention.get("retentionPeriod"):
        return failed(f"the bucket {name} has no retention policy")
    return passed(f"the bucket {name} is locked") if retention.get("isLocked") else failed(f"the bucket {name} is not locked")


@check(
    "gcp.logging.log_sink.own_writer",
    on=SINK,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Sink writes with an account of its own",
    risk="What lets this sink write lets every old sink of every customer write.",
    fix="gcloud logging sinks update {name} --project={account}, with --unique-writer-identity",
)
def own_writer(sink: Resource) -> Verdict:
    writer = sink["item"].get("writerIdentity")
    if not writer:
        return skipped("it writes within its own project, and needs no account")
    return failed("it shares an account with others") if writer == SHARED_WRITER else passed(f"it writes as {writer}")


@check(
    "gcp.logging.log_sink.on",
    on=SINK,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Sink is on",
    risk="Everybody believes that the entries are kept, and they are not.",
    fix="gcloud logging sinks update {name} --no-disabled --project={account}",
)
def on(sink: Resource) -> Verdict:
    return failed("the sink is disabled") if sink["item"].get("disabled") else passed("the sink is on")


@check(
    "gcp.logging.log_bucket.kept_a_year",
    on=BUCKET,
    control="logging.retention",
    severity=Severity.LOW,
    title="Log bucket keeps entries for a year",
    risk="When a break-in is found, the entries that tell how it began are gone.",
    fix=f"{UPDATE} --retention-days=365",
)
def kept_a_year(bucket: Resource) -> Verdict:
    if bucket.name == REQUIRED:
        return skipped("Google keeps it for 400 days, and nothing changes that")
    days = int(bucket["item"].get("retentionDays") or 30)
    return passed(f"keeps them for {days} days") if days >= YEAR else failed(f"keeps them for {days} days")


@check(
    "gcp.logging.log_bucket.encrypted_with_own_key",
    on=BUCKET,
    control="encryption.customer_keys",
    severity=Severity.INFORMATIONAL,
    title="Log bucket is encrypted with a key of the customer's",
    risk="Whoever may read the logs needs no second permission, and nobody can cut all readers off at once.",
    fix="The key is set when a log bucket is made: gcloud logging buckets create NAME --cmek-kms-key-name=KEY",
)
def encrypted_with_own_key(bucket: Resource) -> Verdict:
    if bucket.name == REQUIRED:
        return skipped("nothing of it can be set")
    return customer_key((bucket["item"].get("cmekSettings") or {}).get("kmsKeyName"))


@check(
    "gcp.logging.log_bucket.not_being_deleted",
    on=BUCKET,
    control="resilience.deletion_protection",
    severity=Severity.MEDIUM,
    title="Log bucket is not about to be deleted",
    risk="In a week, every entry in it is gone.",
    fix="gcloud logging buckets undelete {name} --location={region} --project={account}",
)
def not_being_deleted(bucket: Resource) -> Verdict:
    state = named(bucket["item"].get("lifecycleState"), STATES)
    return failed("somebody has deleted it") if state == "DELETE_REQUESTED" else passed("nobody has deleted it")


@check(
    "gcp.logging.log_view.not_public",
    on=VIEW,
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Log view admits nobody unnamed",
    risk="Anybody with a Google account reads the logs.",
    fix="gcloud logging views remove-iam-policy-binding {name} --bucket=BUCKET --location={region} --member=MEMBER --role=ROLE",
)
def not_public(view: Resource, now: datetime) -> Verdict:
    return sharing.named(view, now)


@check(
    "gcp.logging.log_view.members_known",
    on=VIEW,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Log view admits members of the organization only",
    risk="Somebody whom nobody here can lock out reads the logs.",
    fix="gcloud logging views remove-iam-policy-binding {name} --bucket=BUCKET --location={region} --member=MEMBER --role=ROLE",
)
def members_known(view: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return sharing.known(view, inventory, now)
