"""Checks on instances of Cloud SQL, of any engine. Those on database flags stand in :mod:`checks.gcp.cloudsql_flags`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from checks.gcp.cloudsql_read import (
    INSTANCE,
    MYSQL,
    POSTGRES,
    SQL_SERVER,
    UPDATE,
    engine,
    flags,
    here,
    primary,
    reached,
    settings,
)
from checks.gcp.read import Item, in_words, many, named, yes
from checks.support import lasting, supported
from checks.times import time_of
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

MODES = "SSL_MODE_UNSPECIFIED ALLOW_UNENCRYPTED_AND_ENCRYPTED ENCRYPTED_ONLY TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
ENCRYPTED = ("ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED")
CONNECTORS = "CONNECTOR_ENFORCEMENT_UNSPECIFIED NOT_REQUIRED REQUIRED"
DATA_API = "DATA_API_ACCESS_UNSPECIFIED DISALLOW_DATA_API ALLOW_DATA_API"
TIERS = "BACKUP_TIER_UNSPECIFIED STANDARD ADVANCED ENHANCED"
UNRULED = ("MYSQL_5_6", "MYSQL_5_7")  # whose passwords no policy of the instance rules
SIGN_IN = {MYSQL: "cloudsql_iam_authentication", POSTGRES: "cloudsql.iam_authentication"}
LEAST_BACKUPS = 7


def _connectors_only(item: Item) -> bool:
    return named(settings(item).get("connectorEnforcement"), CONNECTORS) == "REQUIRED"


def _public(item: Item) -> bool:
    """Tell whether an instance has a public address, or is to have one."""
    addresses = [each for each in many(item, "ipAddresses") if each.get("type") in ("PRIMARY", 1)]
    return yes(reached(item).get("ipv4Enabled")) or bool(addresses)


# ---- how it is reached -----------------------------------------------------------------------------------------------


@check(
    f"{INSTANCE}.encrypted_connections",
    on=INSTANCE,
    control="encryption.in_transit",
    severity=Severity.HIGH,
    title="Instance takes encrypted connections only",
    risk="Whoever is on the way reads passwords and data of clients that don't encrypt.",
    fix=UPDATE + "--ssl-mode=ENCRYPTED_ONLY",
    cis=("v4:6.4", "v5:6.4"),
)
@here
def encrypted_connections(instance: Resource) -> Verdict:
    """``sslMode`` decides; before 2023 there was only ``requireSsl``. Connectors always encrypt."""
    item = instance["item"]
    mode = named(reached(item).get("sslMode"), MODES)
    if mode in ENCRYPTED:
        return passed(f"its mode is {mode}")
    if _connectors_only(item):
        return passed("only connectors are let in, which encrypt")
    old = mode in ("", "SSL_MODE_UNSPECIFIED") and yes(reached(item).get("requireSsl"))
    return passed("TLS is required") if old else failed(f"its mode is {mode or 'not set'}")


@check(
    f"{INSTANCE}.networks_narrow",
    on=INSTANCE,
    control="network.public_access",
    severity=Severity.CRITICAL,
    title="Instance doesn't admit the whole world",
    risk="Anybody on the internet tries passwords, and weaknesses of the engine.",
    fix=UPDATE + "--authorized-networks=RANGE",
    cis=("v4:6.5", "v5:6.5"),
)
@here
def networks_narrow(instance: Resource, now: datetime) -> Verdict:
    item = instance["item"]
    if not _public(item):
        return passed("it has no public address")
    if _connectors_only(item):
        return passed("only connectors are let in, whatever networks are named")
    ranges = frozenset(_admitted(item, now))
    wide = any(hold_world(ranges, family) for family in FAMILIES)
    said = in_words(ranges) or "no network"
    return failed(f"admits {said}") if wide else passed(f"admits {said}")


def _admitted(item: Item, now: datetime) -> Iterator[str]:
    """Yield the networks that an instance admits; those that have expired, it doesn't."""
    for each in many(reached(item), "authorizedNetworks"):
        until = time_of(each.get("expirationTime"))
        if each.get("value") and (until is None or until > now):
            yield str(each["value"])


@check(
    f"{INSTANCE}.no_public_address",
    on=INSTANCE,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Instance has no public address",
    risk="One network too many in a list, and the database stands open to the internet.",
    fix=UPDATE + "--no-assign-ip --network=NETWORK",
    cis=("v4:6.6", "v5:6.7"),
)
@here
def no_public_address(instance: Resource) -> Verdict:
    return failed("it has a public address") if _public(instance["item"]) else passed("it has private addresses only")


@check(
    f"{INSTANCE}.data_api_off",
    on=INSTANCE,
    control="application.exposure",
    severity=Severity.LOW,
    title="Instance runs no statements that come through Google's API",
    risk="Whoever holds a token runs statements from anywhere, past the network that the database hides in.",
    fix=UPDATE + "--data-api-access=DISALLOW_DATA_API",
)
@here
def data_api_off(instance: Resource) -> Verdict:
    allowed = named(settings(instance["item"]).get("dataApiAccess"), DATA_API) == "ALLOW_DATA_API"
    return failed("the API runs statements") if allowed else passed("the API runs none")


# ---- who signs in ----------------------------------------------------------------------------------------------------


@check(
    f"{INSTANCE}.iam_sign_in",
    on=INSTANCE,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="People and programs can sign in to the database through IAM",
    risk="Passwords of the database are shared, and stay valid when somebody leaves.",
    fix=UPDATE + '--database-flags="cloudsql.iam_authentication=on" (MySQL: cloudsql_iam_authentication); it replaces others',
    cis=("v5:6.6",),
)
@here
def iam_sign_in(instance: Resource) -> Verdict:
    item = instance["item"]
    flag = SIGN_IN.get(engine(item))
    if flag is None:
        return skipped(f"{engine(item)} doesn't know IAM")
    value = flags(item).get(flag, "")
    return passed(f"{flag} is on") if value.lower() == "on" else failed(f"{flag} is {value or 'not set'}")


@check(
    f"{INSTANCE}.passwords_ruled",
    on=INSTANCE,
    control="identity.password_policy",
    severity=Severity.LOW,
    title="Passwords of the database must meet a policy",
    risk="Users of the database choose passwords that are guessed.",
    fix=UPDATE + "--enable-password-policy --password-policy-min-length=14 --password-policy-complexity=COMPLEXITY_DEFAULT",
)
@primary
def passwords_ruled(instance: Resource) -> Verdict:
    item = instance["item"]
    version = str(item.get("databaseVersion"))
    if engine(item) == SQL_SERVER or version.startswith(UNRULED):
        return skipped(f"{version} has no such policy")
    ruled = yes((settings(item).get("passwordValidationPolicy") or {}).get("enablePasswordPolicy"))
    return passed("a policy is on") if ruled else failed("no policy is on")


# ---- what survives ---------------------------------------------------------------------------------------------------


def _backups(item: Item) -> Item:
    return settings(item).get("backupConfiguration") or {}


def _elsewhere(item: Item) -> bool:
    """Tell whether Backup and DR Service takes the backups."""
    return named(_backups(item).get("backupTier"), TIERS) in ("ADVANCED", "ENHANCED")


@check(
    f"{INSTANCE}.backed_up",
    on=INSTANCE,
    control="resilience.backup",
    severity=Severity.HIGH,
    title="Backups of the instance are taken automatically",
    risk="What is deleted, encrypted or broken is gone.",
    fix=UPDATE + "--backup-start-time=HH:MM",
    cis=("v4:6.7", "v5:6.8"),
)
@primary
def backed_up(instance: Resource) -> Verdict:
    item = instance["item"]
    if _elsewhere(item):
        return passed("Backup and DR Service takes them")
    return passed("they are on") if yes(_backups(item).get("enabled")) else failed("they are off")


@check(
    f"{INSTANCE}.any_moment_restorable",
    on=INSTANCE,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Instance can be restored to any moment of the last days",
    risk="A slip in the evening costs everything since the night before.",
    fix=UPDATE + "--enable-point-in-time-recovery (MySQL: --enable-bin-log)",
)
@primary
def any_moment_restorable(instance: Resource) -> Verdict:
    item = instance["item"]
    field = "binaryLogEnabled" if engine(item) == MYSQL else "pointInTimeRecoveryEnabled"
    given = _backups(item)
    kept = yes(given.get(field)) or yes(given.get("pointInTimeRecoveryEnabled"))
    return passed("changes are kept with the backups") if kept else failed(f"{field} is off")


@check(
    f"{INSTANCE}.backups_kept",
    on=INSTANCE,
    control="resilience.backup",
    severity=Severity.LOW,
    title="Seven backups of the instance are kept at least",
    risk="What is noticed after the weekend cannot be undone.",
    fix=UPDATE + "--retained-backups-count=7",
)
@primary
def backups_kept(instance: Resource) -> Verdict:
    """Source: Cloud SQL documentation, "About Cloud SQL backups": seven are kept where nothing is said."""
    item = instance["item"]
    if not yes(_backups(item).get("enabled")):
        return skipped("no backups are taken")
    kept = (_backups(item).get("backupRetentionSettings") or {}).get("retainedBackups")
    said = f"{LEAST_BACKUPS if kept is None else kept} are kept"
    return passed(said) if kept is None or int(kept) >= LEAST_BACKUPS else failed(said)


@check(
    f"{INSTANCE}.several_zones",
    on=INSTANCE,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Instance survives the loss of a zone",
    risk="When the zone is down, so is the database.",
    fix=UPDATE + "--availability-type=REGIONAL",
)
@primary
def several_zones(instance: Resource) -> Verdict:
    regional = named(settings(instance["item"]).get("availabilityType"), "UNSPECIFIED ZONAL REGIONAL") == "REGIONAL"
    return passed("another zone takes over") if regional else failed("it runs in one zone")


# ---- its version -----------------------------------------------------------------------------------------------------


@check(
    f"{INSTANCE}.supported_version",
    on=INSTANCE,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Instance runs a version under regular support",
    risk="Only grave weaknesses are still mended, at a price, and in the end none.",
    fix=UPDATE + "--database-version=VERSION",
)
@here
def supported_version(instance: Resource, now: datetime) -> Verdict:
    version = str(instance["item"].get("databaseVersion"))
    if engine(instance["item"]) == SQL_SERVER:
        return passed(f"Google tells no end of support for {version}")
    return supported("gcp.cloudsql", version, now)


SUPPORT_LASTS = lasting(supported_version)


@check(
    f"{INSTANCE}.patched",
    on=INSTANCE,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Instance runs the newest patches that Google offers",
    risk="Weaknesses that Google has mended already stay open until the next maintenance.",
    fix=UPDATE + "--maintenance-version=VERSION",
)
@here
def patched(instance: Resource) -> Verdict:
    offered = [str(each) for each in instance["item"].get("availableMaintenanceVersions") or []]
    current = str(instance["item"].get("maintenanceVersion") or "")
    newer = [each for each in offered if each != current]
    return failed(f"{in_words(newer)} is offered") if newer else passed(f"runs {current or 'what Google put there'}")
