"""Checks on Cloud KMS: key rings, keys and their versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from checks.gcp import lineage, policy, sharing
from checks.gcp.hierarchy import KEY_DUTIES, apart
from checks.gcp.policy import Binding, Keep
from checks.gcp.read import named
from checks.kinds import Kind, each
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

PLACE = "--keyring=RING --location={region} --project={account}"
RING = Kind("gcp.kms.key_ring", "Key ring", "keyrings remove-iam-policy-binding {name} --location={region} --project={account}")
KEY = Kind("gcp.kms.crypto_key", "Key", f"keys remove-iam-policy-binding {{name}} {PLACE}")
VERSION = "gcp.kms.crypto_key_version"

PURPOSES = "CRYPTO_KEY_PURPOSE_UNSPECIFIED ENCRYPT_DECRYPT - - - ASYMMETRIC_SIGN ASYMMETRIC_DECRYPT RAW_ENCRYPT_DECRYPT - MAC"
ENCRYPTS = "ENCRYPT_DECRYPT"
STATES = (
    "CRYPTO_KEY_VERSION_STATE_UNSPECIFIED ENABLED DISABLED DESTROYED DESTROY_SCHEDULED PENDING_GENERATION PENDING_IMPORT"
    " IMPORT_FAILED GENERATION_FAILED PENDING_EXTERNAL_DESTRUCTION EXTERNAL_DESTRUCTION_FAILED"
)
LEVELS = "PROTECTION_LEVEL_UNSPECIFIED SOFTWARE HSM EXTERNAL EXTERNAL_VPC HSM_SINGLE_TENANT"
OUTSIDE = ("EXTERNAL", "EXTERNAL_VPC")
ROTATION, SOONEST = timedelta(days=90), timedelta(days=7)
TAKE_AWAY = "gcloud kms MODIFY --member=MEMBER --role=ROLE"


def seconds(text: object) -> timedelta | None:
    """Return a duration as Google writes it (``7776000s``); ``None`` where there is none."""
    said = str(text or "").removesuffix("s")
    return timedelta(seconds=float(said)) if said else None


@each(
    (RING, KEY),
    "not_public",
    control="access.public_grant",
    severity=Severity.CRITICAL,
    title="NOUN admits nobody unnamed",
    risk="Anybody with a Google account may decrypt with the keys, or destroy them.",
    fix=TAKE_AWAY,
    cis=("v4:1.9", "v5:1.10"),
)
def not_public(holder: Resource, now: datetime) -> Verdict:
    return sharing.named(holder, now)


@each(
    (RING, KEY),
    "members_known",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="NOUN admits members of the organization only",
    risk="Somebody whom nobody here can lock out may decrypt with the keys.",
    fix=TAKE_AWAY,
)
def members_known(holder: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return sharing.known(holder, inventory, now)


@each(
    (RING, KEY),
    "duties_apart",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN lets nobody both manage and use it",
    risk="One person decrypts the data and destroys the key, and nobody else was asked.",
    fix=TAKE_AWAY,
    cis=("v4:1.11", "v5:1.12"),
)
def duties_apart(holder: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return apart(holder, lambda keep: _above(holder, inventory, keep), KEY_DUTIES, policy.attributes_of(holder.id, now))


def _above(holder: Resource, inventory: Inventory, keep: Keep) -> list[Binding]:
    """Return what holds on a key or key ring from above; on a key, also what its ring grants."""
    ring = inventory.get(RING.type, holder.id.partition("/cryptoKeys/")[0]) if holder.type == KEY.type else None
    granted = policy.bindings(ring["iam_policy"], ring.id, keep) if ring else ()
    return [*granted, *lineage.inherited(holder, inventory, keep)]


@check(
    "gcp.kms.crypto_key.rotates",
    on=KEY.type,
    control="encryption.key_rotation",
    severity=Severity.MEDIUM,
    title="Symmetric key rotates every 90 days",
    risk="One leaked version of the key opens everything that was ever encrypted with it.",
    fix=f"gcloud kms keys update {{name}} --rotation-period=90d --next-rotation-time=TIME {PLACE}",
    cis=("v4:1.10", "v5:1.11"),
)
def rotates(key: Resource, now: datetime) -> Verdict:
    item = key["item"]
    if reason := _cannot_rotate(item):
        return skipped(reason)
    period, then = seconds(item.get("rotationPeriod")), item.get("nextRotationTime")
    if period is None or not then:
        return failed("automatic rotation is off")
    if period > ROTATION:
        return failed(f"rotates every {period.days} days")
    if datetime.fromisoformat(then) - now > ROTATION:
        return failed(f"the next rotation is as late as {then}")
    return passed(f"rotates every {period.days} days")


def _cannot_rotate(item: Mapping[str, Any]) -> str:
    """Return why automatic rotation is not to be had, if it is not."""
    if (purpose := named(item.get("purpose"), PURPOSES)) != ENCRYPTS:
        return f"keys for {purpose} cannot rotate by themselves"
    if named((item.get("versionTemplate") or {}).get("protectionLevel"), LEVELS) in OUTSIDE:
        return "key material outside of Google cannot rotate by itself"
    return "imported key material cannot rotate by itself" if item.get("importOnly") else ""


@check(
    "gcp.kms.crypto_key.time_to_regret",
    on=KEY.type,
    control="encryption.key_deletion",
    severity=Severity.LOW,
    title="Destroying a version of the key takes a week at least",
    risk="By the time that somebody notices, the key and everything encrypted with it are gone for good.",
    fix="The delay is set when a key is made: gcloud kms keys create --destroy-scheduled-duration=30d",
)
def time_to_regret(key: Resource) -> Verdict:
    delay = seconds(key["item"].get("destroyScheduledDuration"))
    if delay is None:
        return passed("the default of 30 days holds")
    said = f"a version is destroyed {delay.total_seconds() / 86400:g} days after somebody asked for it"
    return passed(said) if delay >= SOONEST else failed(said)


@check(
    "gcp.kms.crypto_key_version.not_being_destroyed",
    on=VERSION,
    control="encryption.key_deletion",
    severity=Severity.HIGH,
    title="Key version is not about to be destroyed",
    risk="When the version is gone, everything encrypted with it is lost for good.",
    fix=f"gcloud kms keys versions restore {{name}} --key=KEY {PLACE}, unless nothing was encrypted with it",
)
def not_being_destroyed(version: Resource) -> Verdict:
    state = named(version["item"].get("state"), STATES)
    if state == "DESTROYED":
        return skipped("the version is destroyed")
    if state in ("DESTROY_SCHEDULED", "PENDING_EXTERNAL_DESTRUCTION"):
        return failed(f"will be destroyed on {version['item'].get('destroyTime', 'a day that Google does not tell')}")
    return passed(f"the version is {state}")


@check(
    "gcp.kms.crypto_key.usable",
    on=KEY.type,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Key has a primary version that is enabled",
    risk="Among keys that nothing can use, the wrong one is taken for dead one day.",
    fix=f"gcloud kms keys versions enable VERSION --key={{name}} {PLACE}, or gcloud kms keys set-primary-version",
)
def usable(key: Resource) -> Verdict:
    if named(key["item"].get("purpose"), PURPOSES) != ENCRYPTS:
        return skipped("only symmetric keys have a primary version")
    primary = key["item"].get("primary")
    if not primary:
        return failed("the key has no primary version")
    state = named(primary.get("state"), STATES)
    return passed("the primary version is enabled") if state == "ENABLED" else failed(f"the primary version is {state}")
