"""Checks on what storage accounts keep: deleted blobs and shares, earlier versions, copies elsewhere, logs; and on SMB.

Premium accounts hold blobs only, or files only. Sources: Storage resource provider's REST API, "Blob Services", "File
Services" and the sizes of accounts; Azure Files documentation, "SMB security settings".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checks.azure.read import Item, at, in_words, is_on, many, not_handed_on, prop, word
from checks.azure.storage import ACCOUNT
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

BLOBS = "az storage account blob-service-properties update --account-name {name} "
FILES = "az storage account file-service-properties update --account-name {name} "
LEAST_DAYS = 7
CATEGORIES = ("StorageRead", "StorageWrite", "StorageDelete")
COPIES = ("zrs", "gzrs", "ragzrs")
ABROAD = ("grs", "ragrs", "gzrs", "ragzrs")


def _kept(policy: object) -> Verdict:
    """Pass when a policy keeps what is deleted for a week at least."""
    days = int(at(policy, "days") or 0)
    if not is_on(at(policy, "enabled")):
        return failed("nothing is kept")
    return (passed if days >= LEAST_DAYS else failed)(f"kept for {days} days")


def blobs(judge: Callable[[Resource, Item], Verdict]) -> Callable[[Resource], Verdict]:
    """Hand the settings of the blob service on to *judge*; where an account has none, its question is not due."""
    return _served(judge, "blob_service", "it holds no blobs")


def files(judge: Callable[[Resource, Item], Verdict]) -> Callable[[Resource], Verdict]:
    """Hand the settings of the file service on to *judge*; where an account has none, its question is not due."""
    return _served(judge, "file_service", "it holds no file shares")


def _served(judge: Callable[[Resource, Item], Verdict], fact: str, without: str) -> Callable[[Resource], Verdict]:
    def judged(account: Resource) -> Verdict:
        service = account[fact]
        return skipped(without) if service is None else judge(account, service)

    return judged


@check(
    f"{ACCOUNT}.deleted_blobs_kept",
    on=ACCOUNT,
    control="resilience.versioning",
    severity=Severity.MEDIUM,
    title="Storage account keeps deleted blobs for a week at least",
    risk="A delete, whether a slip or ransomware, is final.",
    fix=BLOBS + "--enable-delete-retention true --delete-retention-days 7",
    cis=("v6:9.2.1",),
)
@blobs
def deleted_blobs_kept(_: Resource, service: Item) -> Verdict:
    return _kept(service.get("deleteRetentionPolicy"))


@check(
    f"{ACCOUNT}.deleted_containers_kept",
    on=ACCOUNT,
    control="resilience.versioning",
    severity=Severity.MEDIUM,
    title="Storage account keeps deleted containers for a week at least",
    risk="Whoever deletes a container deletes all of its blobs at once, and for good.",
    fix=BLOBS + "--enable-container-delete-retention true --container-delete-retention-days 7",
    cis=("v6:9.2.2",),
)
@blobs
def deleted_containers_kept(_: Resource, service: Item) -> Verdict:
    return _kept(service.get("containerDeleteRetentionPolicy"))


@check(
    f"{ACCOUNT}.versions_kept",
    on=ACCOUNT,
    control="resilience.versioning",
    severity=Severity.LOW,
    title="Storage account keeps earlier versions of blobs",
    risk="What was overwritten is lost.",
    fix=BLOBS + "--enable-versioning true",
    cis=("v6:9.2.3",),
)
@blobs
def versions_kept(account: Resource, service: Item) -> Verdict:
    if is_on(prop(account, "isHnsEnabled")):
        return skipped("accounts with folders keep no versions")
    return passed("versions are kept") if is_on(service.get("isVersioningEnabled")) else failed("versions are not kept")


@check(
    f"{ACCOUNT}.origins_known",
    on=ACCOUNT,
    control="data.external_sharing",
    severity=Severity.LOW,
    title="Storage account lets pages of named sites only read its blobs",
    risk="Any page that somebody opens reads and sends blobs with what his browser holds.",
    fix="az storage cors clear --services b --account-name {name}, and az storage cors add for the sites that are meant",
)
@blobs
def origins_known(_: Resource, service: Item) -> Verdict:
    origins = [word(each) for rule in many(at(service.get("cors"), "corsRules")) for each in rule.get("allowedOrigins") or []]
    return failed("pages of every site") if "*" in origins else passed(f"pages of {in_words(origins) or 'no other site'}")


@check(
    f"{ACCOUNT}.deleted_shares_kept",
    on=ACCOUNT,
    control="resilience.versioning",
    severity=Severity.MEDIUM,
    title="Storage account keeps deleted file shares for a week at least",
    risk="A share that is deleted is gone with all of its files.",
    fix=FILES + "--enable-delete-retention true --delete-retention-days 7",
    cis=("v6:9.1.1",),
)
@files
def deleted_shares_kept(_: Resource, service: Item) -> Verdict:
    return _kept(service.get("shareDeleteRetentionPolicy"))


@dataclass(frozen=True, slots=True)
class Smb:
    """A setting of SMB: a list in one text, which admits everything while it is empty. ``good``: what it may hold."""

    name: str
    field: str
    good: str
    control: str
    title: str
    risk: str
    flag: str
    cis: tuple[str, ...] = ()


SMB = (
    Smb(
        "smb_current",
        "versions",
        "SMB3.1.1",
        "encryption.in_transit",
        "Storage account's file shares speak SMB 3.1.1 only",
        "Older versions let whoever is on the way take the session over, or speak without encryption.",
        "--versions SMB3.1.1",
        ("v6:9.1.2",),
    ),
    Smb(
        "smb_encrypted",
        "channelEncryption",
        "AES-256-GCM",
        "encryption.in_transit",
        "Storage account's file shares are read over AES-256-GCM only",
        "Clients agree on a weaker cipher than both could have.",
        "--channel-encryption AES-256-GCM",
        ("v6:9.1.3",),
    ),
    Smb(
        "smb_kerberos",
        "authenticationMethods",
        "Kerberos",
        "identity.workload_identity",
        "Storage account's file shares take Kerberos only",
        "The account's key is the password of all shares, and their log names nobody.",
        "--auth-methods Kerberos",
    ),
    Smb(
        "smb_tickets_strong",
        "kerberosTicketEncryption",
        "AES-256",
        "encryption.in_transit",
        "Storage account's file shares take Kerberos tickets of AES-256 only",
        "Tickets under RC4 can be cracked at home.",
        "--kerb-ticket-encryption AES-256",
    ),
)


def _smb(smb: Smb) -> Check:
    @check(
        f"{ACCOUNT}.{smb.name}",
        on=ACCOUNT,
        control=smb.control,
        severity=Severity.LOW,
        title=smb.title,
        risk=smb.risk,
        fix=FILES + smb.flag,
        cis=smb.cis,
    )
    @files
    def judge(_: Resource, service: Item) -> Verdict:
        said = {each for each in word(at(service, f"protocolSettings.smb.{smb.field}")).split(";") if each}
        if not said:
            return failed("whatever the client offers")
        return (passed if said <= {word(smb.good)} else failed)(in_words(said))

    return judge


SMB_CHECKS = tuple(_smb(each) for each in SMB)


@dataclass(frozen=True, slots=True)
class Logged:
    """A service of an account that writes logs: the fact that tells where they go."""

    noun: str
    cis: tuple[str, ...] = ()

    @property
    def fact(self) -> str:
        return f"{self.noun}_logs"


LOGGED = (Logged("blob", ("v3:4.13",)), Logged("queue", ("v3:4.12",)), Logged("table", ("v3:4.14",)), Logged("file"))


def _logged(logged: Logged) -> Check:
    @check(
        f"{ACCOUNT}.{logged.noun}s_logged",
        on=ACCOUNT,
        control="logging.data_events",
        severity=Severity.LOW,
        title=f"Storage account hands on who reads, writes and deletes its {logged.noun}s",
        risk="When data is missed or found elsewhere, nobody can say who took it, and when.",
        fix=f"az monitor diagnostic-settings create --resource {{id}}/{logged.noun}Services/default --name audit"
        """ --workspace WORKSPACE --logs '[{"categoryGroup": "allLogs", "enabled": true}]'""",
        cis=logged.cis,
    )
    def judge(account: Resource) -> Verdict:
        offered = at(prop(account, "primaryEndpoints"), logged.noun)
        missing = not_handed_on(account, CATEGORIES, logged.fact)
        if not offered:
            return skipped(f"it holds no {logged.noun}s")
        return failed(f"not handed on: {in_words(missing)}") if missing else passed("a diagnostic setting hands it on")

    return judge


LOGS = tuple(_logged(each) for each in LOGGED)


def _redundancy(account: Resource) -> str:
    return word((account["item"].get("sku") or {}).get("name")).rpartition("_")[2]


@check(
    f"{ACCOUNT}.several_zones",
    on=ACCOUNT,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Storage account survives the loss of a zone",
    risk="When the zone is down, so is all that works with it.",
    fix="az storage account migration start --ids {id} --sku Standard_ZRS",
)
def several_zones(account: Resource) -> Verdict:
    said = _redundancy(account)
    return (passed if said in COPIES else failed)(f"redundancy is {said or 'not said'}")


@check(
    f"{ACCOUNT}.several_regions",
    on=ACCOUNT,
    control="resilience.backup",
    severity=Severity.INFORMATIONAL,
    title="Storage account has a copy in another region",
    risk="When the region is lost, so is the data.",
    fix="az storage account update --ids {id} --sku Standard_GZRS",
    cis=("v6:9.3.11",),
)
def several_regions(account: Resource) -> Verdict:
    said = _redundancy(account)
    return (passed if said in ABROAD else failed)(f"redundancy is {said or 'not said'}")
