"""Checks on datasets of BigQuery.

A dataset's access list and its IAM policy say the same in two ways, and either may be all that is told: both are read. Access
of whoever reads or changes data is always recorded here. Source: BigQuery API, "Dataset"; "Introduction to audit logs".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from checks.gcp import policy, sharing
from checks.gcp.keyed import borrowed
from checks.gcp.policy import Binding
from checks.gcp.read import Item, many
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

DATASET = "gcp.bigquery.dataset"
REMOVE = "bq remove-iam-policy-binding --member=MEMBER --role=ROLE {account}:{name}"
WHOLE_WEEK = 168  # hours, and what holds where nothing is said


def _member(entry: Item) -> str:
    """Return whom an entry admits, as IAM spells it; nothing for the project's own people, and for views."""
    if email := entry.get("userByEmail"):
        return f"serviceAccount:{email}" if str(email).endswith(".gserviceaccount.com") else f"user:{email}"
    for field, kind in (("groupByEmail", "group:"), ("domain", "domain:"), ("iamMember", "")):
        if entry.get(field):
            return f"{kind}{entry[field]}"
    return policy.ANY_ACCOUNT if entry.get("specialGroup") == policy.ANY_ACCOUNT else ""


def _listed(item: Item) -> Iterator[Binding]:
    for entry in many(item, "access"):
        if member := _member(entry):
            condition = str((entry.get("condition") or {}).get("expression") or "")
            yield Binding(str(entry.get("role") or "a role"), (member,), condition)


def _granted(dataset: Resource) -> list[Binding]:
    return [*policy.bindings(dataset["iam_policy"]), *_listed(dataset["item"])]


@check(
    f"{DATASET}.not_public",
    on=DATASET,
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Dataset grants nothing to everyone",
    risk="Anybody with a Google account reads the tables.",
    fix=REMOVE,
    cis=("v4:7.1", "v5:7.1"),
)
def not_public(dataset: Resource, now: datetime) -> Verdict:
    return sharing.admits_the_named(_granted(dataset), policy.attributes_of(dataset.id, now))


@check(
    f"{DATASET}.members_known",
    on=DATASET,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Dataset grants roles within the organization only",
    risk="Whoever left the other organization, or broke into it, still reads the tables.",
    fix=REMOVE,
)
def members_known(dataset: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return sharing.admits_the_known(_granted(dataset), dataset, inventory, policy.attributes_of(dataset.id, now))


@check(
    f"{DATASET}.week_restorable",
    on=DATASET,
    control="resilience.versioning",
    severity=Severity.LOW,
    title="Tables can be read as they were a week ago",
    risk="What is noticed after the weekend cannot be undone.",
    fix="bq update --max_time_travel_hours=168 {account}:{name}",
)
def week_restorable(dataset: Resource) -> Verdict:
    item = dataset["item"]
    if reason := borrowed(item):
        return skipped(reason)
    hours = int(item.get("maxTimeTravelHours") or WHOLE_WEEK)
    return (passed if hours >= WHOLE_WEEK else failed)(f"{hours} hours are kept")
