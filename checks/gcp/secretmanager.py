"""Checks on Secret Manager."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from checks.gcp import sharing
from checks.gcp.kms import seconds
from checks.gcp.read import named
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

SECRET, VERSION = "gcp.secretmanager.secret", "gcp.secretmanager.secret_version"
STATES = "STATE_UNSPECIFIED ENABLED DISABLED DESTROYED"
YEAR, SOONEST = timedelta(days=365), timedelta(days=1)
TAKE_AWAY = "gcloud secrets remove-iam-policy-binding {name} --member=MEMBER --role=ROLE --project={account}"

Item = Mapping[str, Any]


def _replicas(item: Item) -> list[Item]:
    """Return the places of a secret that were chosen; none where Google chooses them."""
    replication = item.get("replication") or {}
    found: list[Item] = (replication.get("userManaged") or {}).get("replicas") or []
    return found


def _regional(secret: Resource) -> bool:
    """Tell whether a secret was made to stay in one place (``projects/P/locations/L/secrets/S``)."""
    return "/locations/" in secret.id


@check(
    "gcp.secretmanager.secret.not_public",
    on=SECRET,
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Secret admits nobody unnamed",
    risk="Anybody with a Google account can read the secret.",
    fix=TAKE_AWAY,
)
def not_public(secret: Resource, now: datetime) -> Verdict:
    return sharing.named(secret, now)


@check(
    "gcp.secretmanager.secret.members_known",
    on=SECRET,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Secret admits members of the organization only",
    risk="Somebody whom nobody here can lock out reads the secret.",
    fix=TAKE_AWAY,
)
def members_known(secret: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return sharing.known(secret, inventory, now)


@check(
    "gcp.secretmanager.secret.rotates",
    on=SECRET,
    control="identity.secret_rotation",
    severity=Severity.LOW,
    title="Secret is due for rotation every year at least",
    risk="A secret that somebody took along stays good for ever.",
    fix="gcloud secrets update {name} --project={account} --rotation-period=2592000s --next-rotation-time=TIME --topics=TOPIC",
)
def rotates(secret: Resource) -> Verdict:
    rotation = secret["item"].get("rotation") or {}
    period = seconds(rotation.get("rotationPeriod"))
    if period is None:
        return failed("nobody is told when to rotate it")
    return passed(f"due every {period.days} days") if period <= YEAR else failed(f"due every {period.days} days only")


@check(
    "gcp.secretmanager.secret_version.recent",
    on=VERSION,
    control="identity.secret_rotation",
    severity=Severity.MEDIUM,
    title="Enabled version of a secret is younger than a year",
    risk="A secret that somebody took along is still good.",
    fix="gcloud secrets versions add SECRET --data-file=FILE --project={account}, then gcloud secrets versions disable {name}"
    " --secret=SECRET --project={account}",
)
def recent(version: Resource, now: datetime) -> Verdict:
    item = version["item"]
    if (state := named(item.get("state"), STATES)) != "ENABLED":
        return skipped(f"the version is {state}")
    made = datetime.fromisoformat(item["createTime"])
    said = f"made on {made.date()}"
    return passed(said, until=made + YEAR) if now - made < YEAR else failed(said)


@check(
    "gcp.secretmanager.secret.customer_key",
    on=SECRET,
    control="encryption.customer_keys",
    severity=Severity.INFORMATIONAL,
    title="Secret is encrypted with a key of the customer's",
    risk="Whoever may read the secret needs no second permission, and nobody can cut all readers off at once.",
    fix="gcloud secrets replication set FILE {name} --project={account}, with kmsKeyName for each place",
)
def customer_key(secret: Resource) -> Verdict:
    item = secret["item"]
    automatic = (item.get("replication") or {}).get("automatic") or {}
    places = [item, automatic, *_replicas(item)]
    keys = [(each.get("customerManagedEncryption") or {}).get("kmsKeyName") for each in places]
    if _replicas(item) and not all(keys[2:]):
        return failed("a place holds it under a key of Google's")
    return passed("encrypted with a customer's key") if any(keys) else failed("encrypted with a key of Google's")


@check(
    "gcp.secretmanager.secret.replicated",
    on=SECRET,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Secret is kept in more than one region",
    risk="When its only region fails, nothing that needs the secret starts anywhere else.",
    fix="Replication is set when a secret is made: gcloud secrets create --replication-policy=automatic",
)
def replicated(secret: Resource) -> Verdict:
    if _regional(secret):
        return skipped("made to stay in one region")
    places = _replicas(secret["item"])
    if not places:
        return passed("Google keeps it in several regions")
    said = f"kept in {', '.join(str(each.get('location')) for each in places)}"
    return passed(said) if len(places) > 1 else failed(said)


@check(
    "gcp.secretmanager.secret.time_to_regret",
    on=SECRET,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Versions of the secret are destroyed with a delay",
    risk="A slip, or an intruder, destroys the only copy of a password at once.",
    fix="gcloud secrets update {name} --version-destroy-ttl=604800s --project={account}",
)
def time_to_regret(secret: Resource) -> Verdict:
    delay = seconds(secret["item"].get("versionDestroyTtl"))
    if delay is None or delay < SOONEST:
        return failed("a version is gone the moment that somebody destroys it")
    return passed(f"a version can be had back for {delay.days} days")
