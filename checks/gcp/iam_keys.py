"""Checks on the keys of service accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from checks.gcp.read import named
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

KEY = "gcp.iam.service_account_key"
KINDS = "KEY_TYPE_UNSPECIFIED USER_MANAGED SYSTEM_MANAGED"
OLD = timedelta(days=90)
LONGEST = timedelta(days=366)
DELETE = "gcloud iam service-accounts keys delete {name} --iam-account=ACCOUNT --project={account}"

Item = Mapping[str, Any]


def _of_google(item: Item) -> bool:
    return named(item.get("keyType"), KINDS) == "SYSTEM_MANAGED"


def _harmless(item: Item, now: datetime) -> str:
    """Return why nobody can do harm with a key, if nobody can."""
    if _of_google(item):
        return "Google rotates it, and nobody can take it along"
    if item.get("disabled"):
        return "the key is disabled"
    end = item.get("validBeforeTime")
    return f"the key expired on {end}" if end and datetime.fromisoformat(end) <= now else ""


@check(
    "gcp.iam.service_account_key.made_by_google",
    on=KEY,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Key of a service account is made and kept by Google",
    risk="A key in a file works from everywhere, for whoever copied it, until somebody deletes it.",
    fix=f"Attach the account to what runs, or use workload identity federation, then: {DELETE}",
    cis=("v4:1.4", "v5:1.5"),
)
def made_by_google(key: Resource, now: datetime) -> Verdict:
    reason = _harmless(key["item"], now)
    return passed(reason) if reason else failed("somebody made it and keeps it")


@check(
    "gcp.iam.service_account_key.rotated",
    on=KEY,
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Key of a service account is younger than 90 days",
    risk="A key that somebody took along long ago is still good.",
    fix=f"gcloud iam service-accounts keys create FILE --iam-account=ACCOUNT, then: {DELETE}",
    cis=("v4:1.7", "v5:1.8"),
)
def rotated(key: Resource, now: datetime) -> Verdict:
    item = key["item"]
    if reason := _harmless(item, now):
        return skipped(reason)
    made = datetime.fromisoformat(item["validAfterTime"])
    said = f"made on {made.date()}"
    return passed(said, until=made + OLD) if now - made < OLD else failed(said)


@check(
    "gcp.iam.service_account_key.expires",
    on=KEY,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Key of a service account expires within a year",
    risk="A key that everybody has forgotten opens the account for ever.",
    fix="Enforce constraints/iam.serviceAccountKeyExpiryHours, and make the key again",
)
def expires(key: Resource, now: datetime) -> Verdict:
    item = key["item"]
    if reason := _harmless(item, now):
        return skipped(reason)
    if not item.get("validBeforeTime"):
        return failed("it never expires")
    made, end = datetime.fromisoformat(item["validAfterTime"]), datetime.fromisoformat(item["validBeforeTime"])
    return passed(f"expires on {end.date()}") if end - made <= LONGEST else failed(f"expires in the year {end.year}")
