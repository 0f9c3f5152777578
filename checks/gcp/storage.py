"""Checks on buckets of Cloud Storage.

A bucket grants by its IAM policy and, unless access is uniform, by lists of its own besides (``acl``), and by those that each
new object starts with (``defaultObjectAcl``). The lists of single objects are not in Asset Inventory: what they admit, nobody
sees here. Source: Cloud Storage documentation, "Access control lists", "Public access prevention".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from checks.gcp import constraints, lineage, policy, sharing
from checks.gcp.policy import Binding
from checks.gcp.read import Item, in_words, last, many, yes
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Outcome, Resource, Severity, Verdict, failed, passed, skipped, unknown

BUCKET = "gcp.storage.bucket"
UPDATE = "gcloud storage buckets update gs://{name} "
REMOVE = "gcloud storage buckets remove-iam-policy-binding gs://{name} --member=MEMBER --role=ROLE"
PREVENTION = "storage.publicAccessPrevention"
LISTS = ("acl", "defaultObjectAcl")
GRANTEES = {"user-": "user:", "group-": "group:", "domain-": "domain:"}
WEEK = 7 * 24 * 3600
HIDDEN = "lists of single objects may admit others, and are not seen here"


def uniform(item: Item) -> bool:
    """Tell whether only the IAM policy counts; the setting had another name before 2019."""
    config = item.get("iamConfiguration") or {}
    return any(yes((config.get(name) or {}).get("enabled")) for name in ("uniformBucketLevelAccess", "bucketPolicyOnly"))


def _member(entry: Item, number: str) -> str:
    """Return whom an entry of a list admits, as IAM spells it; nothing for the bucket's own project."""
    entity = str(entry.get("entity") or "")
    for start, kind in GRANTEES.items():
        if entity.startswith(start):
            name = entity.removeprefix(start)
            return f"serviceAccount:{name}" if name.endswith(".gserviceaccount.com") else f"{kind}{name}"
    team = entry.get("projectTeam") or {}
    if team and str(team.get("projectNumber")) != number:
        return f"projectViewer:{team['projectNumber']}"
    return entity if entity in (policy.EVERYONE, policy.ANY_ACCOUNT) else ""


def _listed(item: Item) -> Iterator[Binding]:
    """Yield what the bucket's own lists grant."""
    number = str(item.get("projectNumber") or "")
    for name in LISTS if not uniform(item) else ():
        for entry in item.get(name) or []:
            if member := _member(entry, number):
                yield Binding(f"{entry.get('role') or 'a role'} of {name}", (member,))


def _granted(bucket: Resource) -> list[Binding]:
    return [*policy.bindings(bucket["iam_policy"]), *_listed(bucket["item"])]


def _prevented(bucket: Resource) -> bool:
    """Tell whether the bucket itself keeps everyone out, whatever is granted."""
    config = bucket["item"].get("iamConfiguration") or {}
    return str(config.get("publicAccessPrevention") or "").lower() == "enforced"


def _prevented_above(bucket: Resource, inventory: Inventory) -> bool | None:
    """Tell whether the project, or a node above it, does so; ``None`` where that hangs on tags."""
    project = lineage.node_of(bucket, inventory)
    return project is not None and constraints.enforced(constraints.nodes(project), [PREVENTION])


@check(
    f"{BUCKET}.not_public",
    on=BUCKET,
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Bucket grants nothing to everyone",
    risk="Anybody on the internet reads what lies in the bucket, or puts something there.",
    fix=UPDATE + "--public-access-prevention",
    cis=("v4:5.1", "v5:5.1"),
)
def not_public(bucket: Resource, inventory: Inventory, now: datetime) -> Verdict:
    if _prevented(bucket):
        return passed("the bucket keeps everyone out, whatever is granted")
    found = sharing.admits_the_named(_granted(bucket), policy.attributes_of(bucket.id, now))
    if found.outcome is not Outcome.PASS:
        above = _prevented_above(bucket, inventory)
        if above is None:
            return unknown(f"{found.because}, and an organization policy keeps everyone out of buckets with some tags")
        return passed("an organization policy keeps everyone out, whatever is granted") if above else found
    return found if uniform(bucket["item"]) else passed(f"{found.because}; {HIDDEN}")


@check(
    f"{BUCKET}.members_known",
    on=BUCKET,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Bucket grants roles within the organization only",
    risk="Whoever left the other organization, or broke into it, still reads or writes here.",
    fix=REMOVE,
)
def members_known(bucket: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return sharing.admits_the_known(_granted(bucket), bucket, inventory, policy.attributes_of(bucket.id, now))


@check(
    f"{BUCKET}.public_access_prevented",
    on=BUCKET,
    control="data.external_sharing",
    severity=Severity.LOW,
    title="Bucket cannot be made public",
    risk="One careless grant on the bucket, or on one of its objects, shows it to the world.",
    fix=UPDATE + "--public-access-prevention",
)
def public_access_prevented(bucket: Resource, inventory: Inventory) -> Verdict:
    if _prevented(bucket):
        return passed("the bucket prevents it")
    above = _prevented_above(bucket, inventory)
    if above is None:
        return unknown("an organization policy prevents it on buckets with some tags")
    return passed("an organization policy prevents it") if above else failed("nothing prevents it")


@check(
    f"{BUCKET}.access_uniform",
    on=BUCKET,
    control="access.groups",
    severity=Severity.MEDIUM,
    title="Bucket is governed by its IAM policy alone",
    risk="Lists on single objects admit people whom no policy names, and whom nobody finds again.",
    fix=UPDATE + "--uniform-bucket-level-access",
    cis=("v4:5.2", "v5:5.2"),
)
def access_uniform(bucket: Resource) -> Verdict:
    return passed("access is uniform") if uniform(bucket["item"]) else failed("lists on objects count, too")


@check(
    f"{BUCKET}.versions_kept",
    on=BUCKET,
    control="resilience.versioning",
    severity=Severity.MEDIUM,
    title="Bucket keeps what was overwritten or deleted for a week at least",
    risk="An overwrite or a delete, whether a slip or ransomware, is final.",
    fix=UPDATE + "--versioning, or --soft-delete-duration=7d",
)
def versions_kept(bucket: Resource) -> Verdict:
    """Soft deletion keeps what was overwritten, too. Source: Cloud Storage documentation, "Soft delete"."""
    item = bucket["item"]
    if yes((item.get("versioning") or {}).get("enabled")):
        return passed("earlier versions are kept")
    retained = int((item.get("retentionPolicy") or {}).get("retentionPeriod") or 0)
    kept = int((item.get("softDeletePolicy") or {}).get("retentionDurationSeconds") or 0)
    if retained >= WEEK:
        return passed(f"nothing can be deleted for {retained // 86400} days")
    return passed(f"kept for {kept // 86400} days") if kept >= WEEK else failed("no versions, and no soft deletion of a week")


@check(
    f"{BUCKET}.tidied",
    on=BUCKET,
    control="data.retention",
    severity=Severity.INFORMATIONAL,
    title="Bucket deletes what is no longer needed",
    risk="What should have been deleted long ago is stolen with the rest.",
    fix=UPDATE + "--lifecycle-file=FILE",
)
def tidied(bucket: Resource) -> Verdict:
    rules = many(bucket["item"].get("lifecycle") or {}, "rule")
    deleting = [rule for rule in rules if (rule.get("action") or {}).get("type") == "Delete"]
    return passed(f"{len(deleting)} rule(s) delete") if deleting else failed("no rule of its lifecycle deletes anything")


@check(
    f"{BUCKET}.networks_narrow",
    on=BUCKET,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Bucket's filter of addresses doesn't let in the whole world",
    risk="The bucket seems to be reached from named networks only, and is reached from anywhere.",
    fix=UPDATE + "--ip-filter-file=FILE",
)
def networks_narrow(bucket: Resource) -> Verdict:
    given = bucket["item"].get("ipFilter") or {}
    if str(given.get("mode") or "").lower() != "enabled":
        return skipped("the bucket doesn't filter addresses")
    ranges = frozenset((given.get("publicNetworkSource") or {}).get("allowedIpCidrRanges") or ())
    if any(hold_world(ranges, family) for family in FAMILIES):
        return failed("its addresses are the whole world")
    networks = [last(each.get("network")) for each in given.get("vpcNetworkSources") or []]
    return passed(f"lets in {in_words([*ranges, *networks]) or 'nobody'}")


@check(
    f"{BUCKET}.logs_elsewhere",
    on=BUCKET,
    control="logging.integrity",
    severity=Severity.LOW,
    title="Bucket's usage logs don't go into the bucket itself",
    risk="Whoever may delete objects of the bucket deletes the record of it as well.",
    fix=UPDATE + "--log-bucket=gs://OTHER",
)
def logs_elsewhere(bucket: Resource) -> Verdict:
    item = bucket["item"]
    target = str((item.get("logging") or {}).get("logBucket") or "")
    if not target:
        return skipped("it writes no usage logs; audit logs are asked of the project")
    return failed("they go into the bucket itself") if target == item.get("name") else passed(f"they go to {target}")
