"""Checks on managed disks, their snapshots, and the sets that name the keys of both.

What holds where a property is missing is from the Compute resource provider's REST API, "Disks - Get" and "Snapshots - Get".
"""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.azure.read import in_words, needed, prop, word
from checks.azure.settings import setting
from checks.kinds import Kind, each
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

DISK = Kind("azure.disk.disk", "Disk", "az disk update --ids {id} ")
SNAPSHOT = Kind("azure.disk.snapshot", "Snapshot", "az snapshot update --ids {id} ")
SET = Kind("azure.disk.encryption_set", "Disk encryption set", "az disk-encryption-set update --ids {id} ")
STORED = (DISK, SNAPSHOT)
OLD = timedelta(days=365)
EXPORTED = ("activesas", "activesasfrozen", "activeupload")
OWN_KEYS = "encryptionatrestwithcustomerkey encryptionatrestwithplatformandcustomerkeys"

NOT_EXPORTED_TO_ALL = setting(
    STORED,
    "networks_narrow",
    "networkAccessPolicy",
    "denyall allowprivate",
    "allowall",
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="NOUN can be exported over private endpoints only, or not at all",
    risk="A link to the whole disk, once made, works from anywhere on the internet.",
    fix="MODIFY--network-access-policy DenyAll",
    cis=("v3:8.5",),
)
DIRECTORY_ASKED = setting(
    STORED,
    "directory_asked",
    "dataAccessAuthMode",
    "azureactivedirectory",
    "none",
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="NOUN is exported only to who signs in with Entra ID",
    risk="The link alone opens it, whoever has it.",
    fix="MODIFY--data-access-auth-mode AzureActiveDirectory",
    cis=("v3:8.6",),
)
CUSTOMER_KEY = setting(
    STORED,
    "customer_key",
    "encryption.type",
    OWN_KEYS,
    "encryptionatrestwithplatformkey",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN is encrypted with a key of the customer's own",
    risk="Access to what is stored cannot be limited, logged or ended by a key of one's own.",
    fix="MODIFY--encryption-type EncryptionAtRestWithCustomerKey --disk-encryption-set SET",
    cis=("v3:8.3", "v3:8.4"),
)
KEY_FOLLOWED = setting(
    (SET,),
    "key_followed",
    "rotationToLatestKeyVersionEnabled",
    "true",
    "false",
    control="encryption.key_rotation",
    severity=Severity.LOW,
    title="NOUN follows its key when that rotates",
    risk="The key rotates, and the disks stay under its old version until that is deleted, and they are lost.",
    fix="MODIFY--enable-auto-key-rotation true",
)


@each(
    STORED,
    "not_exported",
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="NOUN is not open to export at the moment",
    risk="Whoever has the link reads the whole disk.",
    fix="az disk revoke-access --ids {id}, or az snapshot revoke-access",
)
def not_exported(stored: Resource) -> Verdict:
    state = word(needed(prop(stored, "diskState"), "its state"))
    return (failed if state in EXPORTED else passed)(f"its state is {state}")


@check(
    f"{DISK.type}.in_use",
    on=DISK.type,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Disk is attached to a machine",
    risk="Data that nobody remembers is paid for, and copied by whoever finds it.",
    fix="az disk delete --ids {id}, when nobody needs it any more",
)
def in_use(disk: Resource) -> Verdict:
    state = word(needed(prop(disk, "diskState"), "its state"))
    return (failed if state == "unattached" else passed)(f"its state is {state}")


@check(
    f"{DISK.type}.several_zones",
    on=DISK.type,
    control="resilience.multi_zone",
    severity=Severity.INFORMATIONAL,
    title="Disk survives the loss of a zone",
    risk="When the zone is down, the disk cannot be attached elsewhere.",
    fix="az disk update --ids {id} --sku Premium_ZRS",
)
def several_zones(disk: Resource) -> Verdict:
    size = word((disk["item"].get("sku") or {}).get("name"))
    return (passed if size.endswith("_zrs") else failed)(f"its redundancy is {size.rpartition('_')[2] or 'not said'}")


@check(
    f"{SNAPSHOT.type}.recent",
    on=SNAPSHOT.type,
    control="data.retention",
    severity=Severity.INFORMATIONAL,
    title="Snapshot is younger than a year",
    risk="What should have been deleted long ago is stolen with the rest.",
    fix="az snapshot delete --ids {id}, when nobody needs it any more",
)
def recent(snapshot: Resource, now: datetime) -> Verdict:
    made = time_of(prop(snapshot, "timeCreated"))
    if made is None:
        return unknown("when it was made is not said")
    said = f"made on {day(made)}"
    return failed(said) if now - made >= OLD else passed(said, until=made + OLD)


@check(
    f"{SET.type}.rotation_works",
    on=SET.type,
    control="encryption.key_rotation",
    severity=Severity.MEDIUM,
    title="Disk encryption set follows its key without errors",
    risk="The disks stay under an old version of the key, and are lost when that goes.",
    fix="az disk-encryption-set show --ids {id}, and mend what its autoKeyRotationError says",
)
def rotation_works(keys: Resource) -> Verdict:
    error = prop(keys, "autoKeyRotationError")
    if word(prop(keys, "rotationToLatestKeyVersionEnabled")) != "true":
        return skipped("it does not follow its key")
    return failed(f"it failed: {in_words([error.get('code')])}") if error else passed("no error is told of")
