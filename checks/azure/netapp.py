"""Checks on accounts and volumes of Azure NetApp Files. Source: its REST API, "Accounts - Get" and "Volumes - Get"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_network

from checks.azure.read import Item, at, in_words, is_on, many, prop, word
from checks.azure.settings import setting
from checks.kinds import Kind, each
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

ACCOUNT = Kind("azure.netapp.account", "NetApp account", "az netappfiles account update --ids {id} ")
VOLUME = Kind("azure.netapp.volume", "Volume", "az netappfiles volume update --ids {id} ")
SMB, NFS3, NFS4 = "cifs", "nfsv3", "nfsv4.1"
WRITES = ("unixReadWrite", "unixReadOnly")
STRONG = ("kerberos5pReadWrite", "kerberos5pReadOnly")
DIRECTORY = (("AES", "aesEncryption"), ("signed LDAP", "ldapSigning"), ("LDAP over TLS", "ldapOverTLS"))


def _protocols(volume: Resource) -> set[str]:
    return {word(each) for each in prop(volume, "protocolTypes") or ["NFSv3"]}


def _without_smb(volume: Resource) -> str:
    return "" if SMB in _protocols(volume) else "it is not shared over SMB"


CUSTOMER_KEY = setting(
    (ACCOUNT,),
    "customer_key",
    "encryption.keySource",
    "microsoft.keyvault",
    "microsoft.netapp",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN encrypts with a key of the customer's own",
    risk="Access to what is stored cannot be limited, logged or ended by a key of one's own.",
    fix="MODIFY--key-source Microsoft.KeyVault --key-vault-uri VAULT --key-name KEY",
)
SMB_ENCRYPTED = setting(
    (VOLUME,),
    "smb_encrypted",
    "smbEncryption",
    "true",
    "false",
    exempt=_without_smb,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="NOUN is read over SMB with encryption only",
    risk="Whoever is on the network reads the files as they travel.",
    fix="MODIFY--smb-encryption true",
)
FILES_LOGGED = setting(
    (VOLUME,),
    "files_logged",
    "fileAccessLogs",
    "enabled",
    "disabled",
    control="logging.data_events",
    severity=Severity.LOW,
    title="NOUN hands on who opens its files",
    risk="When files are missed or found elsewhere, nobody can say who took them, and when.",
    fix="az monitor diagnostic-settings create --resource {id} --name audit --workspace WORKSPACE"
    """ --logs '[{"category": "ANFFileAccess", "enabled": true}]'""",
)


def _rules(volume: Resource) -> Iterator[Item]:
    """Yield the rules by which a volume is exported over NFS."""
    yield from many(prop(volume, "exportPolicy.rules"))


def over_nfs(judge: Callable[[Resource], Verdict]) -> Callable[[Resource], Verdict]:
    """Leave out volumes that are shared over SMB alone."""

    def judged(volume: Resource) -> Verdict:
        return judge(volume) if _protocols(volume) & {NFS3, NFS4} else skipped("it is not exported over NFS")

    return judged


def _blocks(clients: object) -> frozenset[str]:
    """Return the blocks of addresses in a list of clients, which names hosts as well."""
    found = set()
    for each_client in str(clients or "").split(","):
        try:
            found.add(str(ip_network(each_client.strip(), strict=False)))
        except ValueError:
            continue
    return frozenset(found)


@check(
    f"{VOLUME.type}.clients_known",
    on=VOLUME.type,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Volume is exported to named networks only",
    risk="Every machine that reaches the network mounts it, and says itself which user it is.",
    fix="az netappfiles volume export-policy add --ids {id} --allowed-clients RANGE, and remove the rule for all",
)
@over_nfs
def clients_known(volume: Resource) -> Verdict:
    wide = [
        str(rule.get("allowedClients"))
        for rule in _rules(volume)
        if any(hold_world(_blocks(rule.get("allowedClients")), family) for family in FAMILIES)
    ]
    return (
        failed(f"exported to {in_words(wide)}") if wide else passed(f"{sum(1 for _ in _rules(volume))} rule(s), none for all")
    )


@check(
    f"{VOLUME.type}.root_kept_out",
    on=VOLUME.type,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Volume takes nobody on a client for its root",
    risk="Whoever is root on any of the clients owns every file.",
    fix="az netappfiles volume export-policy update --ids {id} --rule-index INDEX --has-root-access false",
)
@over_nfs
def root_kept_out(volume: Resource) -> Verdict:
    """Root is let in unless a rule says otherwise."""
    wide = [str(rule.get("ruleIndex")) for rule in _rules(volume) if word(rule.get("hasRootAccess")) != "false"]
    return failed(f"rule {in_words(wide)} lets root in") if wide else passed("no rule lets root in")


@check(
    f"{VOLUME.type}.users_proven",
    on=VOLUME.type,
    control="identity.peers",
    severity=Severity.MEDIUM,
    title="Volume makes users of NFS prove who they are",
    risk="A client says which user it works for, and is believed.",
    fix="Export it over NFSv4.1 with Kerberos: az netappfiles volume create --kerberos-enabled true",
)
@over_nfs
def users_proven(volume: Resource) -> Verdict:
    if not is_on(prop(volume, "kerberosEnabled")):
        return failed("Kerberos is off")
    weak = [str(rule.get("ruleIndex")) for rule in _rules(volume) if any(is_on(rule.get(each_flag)) for each_flag in WRITES)]
    return failed(f"rule {in_words(weak)} takes clients at their word") if weak else passed("Kerberos is asked for")


@check(
    f"{VOLUME.type}.nfs_encrypted",
    on=VOLUME.type,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Volume is read over NFS with encryption only",
    risk="Whoever is on the network reads the files as they travel.",
    fix="az netappfiles volume export-policy update --ids {id} --rule-index INDEX --kerberos5p-rw true",
)
@over_nfs
def nfs_encrypted(volume: Resource) -> Verdict:
    rules = list(_rules(volume))
    weak = [str(rule.get("ruleIndex")) for rule in rules if not any(is_on(rule.get(each_flag)) for each_flag in STRONG)]
    return failed(f"rule {in_words(weak)} asks for none") if weak else passed(f"{len(rules)} rule(s), all with encryption")


@check(
    f"{ACCOUNT.type}.directory_encrypted",
    on=ACCOUNT.type,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="NetApp account speaks to its directory signed and encrypted",
    risk="Whoever is on the network reads who signs in, and answers in the directory's place.",
    fix="az netappfiles account ad update --ids {id} --aes-encryption true --ldap-signing true --ldap-over-tls true",
)
def directory_encrypted(account: Resource) -> Verdict:
    joined = many(prop(account, "activeDirectories"))
    if not joined:
        return skipped("it has joined no directory")
    off = {name for each_directory in joined for name, flag in DIRECTORY if not is_on(each_directory.get(flag))}
    return (
        failed(f"off: {in_words(off)}")
        if off
        else passed(in_words(str(each_directory.get("domain")) for each_directory in joined))
    )


@each(
    (VOLUME,),
    "snapshots_made",
    control="resilience.versioning",
    severity=Severity.MEDIUM,
    title="NOUN is kept in snapshots on a schedule",
    risk="What was overwritten or encrypted by ransomware is lost.",
    fix="MODIFY--snapshot-policy-id POLICY",
)
def snapshots_made(volume: Resource) -> Verdict:
    policy = at(prop(volume, "dataProtection"), "snapshot.snapshotPolicyId")
    return passed("a policy makes them") if policy else failed("no policy makes any")


@each(
    (VOLUME,),
    "backed_up",
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="NOUN is backed up, or copied to another region",
    risk="Whoever deletes the volume deletes its snapshots with it.",
    fix="MODIFY--backup-policy-id POLICY --backup-vault-id VAULT --policy-enforced true",
)
def backed_up(volume: Resource) -> Verdict:
    kept = prop(volume, "dataProtection")
    if at(kept, "backup.backupPolicyId") and word(at(kept, "backup.policyEnforced")) != "false":
        return passed("a policy backs it up")
    return passed("it is copied to another region") if at(kept, "replication") else failed("neither backed up nor copied")


@each(
    (VOLUME,),
    "snapshots_hidden",
    control="data.retention",
    severity=Severity.INFORMATIONAL,
    title="NOUN shows its snapshots to nobody who mounts it",
    risk="What was deleted, and is to stay so, is read from the snapshots by everybody who may read the volume.",
    fix="MODIFY--snapshot-dir-visible false",
)
def snapshots_hidden(volume: Resource) -> Verdict:
    """They are shown unless that is switched off."""
    shown = word(prop(volume, "snapshotDirectoryVisible")) != "false"
    return failed("the folder of snapshots is shown") if shown else passed("they are not shown")
