"""Checks on file systems of FSx."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.aws import keys, reached
from scanner.evaluation.check import check
from scanner.model import Inventory, Reason, Resource, Severity, Unread, UnreadError, Verdict, failed, passed, skipped

SYSTEM = "aws.fsx.file_system"
WINDOWS, LUSTRE = "WINDOWS", "LUSTRE"
PARTS = {
    WINDOWS: "WindowsConfiguration",
    LUSTRE: "LustreConfiguration",
    "ONTAP": "OntapConfiguration",
    "OPENZFS": "OpenZFSConfiguration",
}
# What says that tags are taken over; ONTAP says so volume by volume.
COPIES = {
    WINDOWS: ("CopyTagsToBackups",),
    LUSTRE: ("CopyTagsToBackups",),
    "OPENZFS": ("CopyTagsToBackups", "CopyTagsToVolumes"),
}
# Ports of SMB, Lustre and NFS.
PORTS = (445, 988, 2049)
LEAST_DAYS = 7
EVERYBODYS_ADMINISTRATORS = "domain admins"
NOBODY_SQUASHED = ("", "0:0")
# Not verified: that 2.10 is the one version of Lustre that FSx still runs and that its makers no longer maintain.
OLD_LUSTRE = ("2.10",)


def _kind(system: Resource) -> str:
    return str(system["item"]["FileSystemType"])


def _part(system: Resource) -> Mapping[str, Any]:
    """Return the settings that file systems of its kind have."""
    found: Mapping[str, Any] = system["item"].get(PARTS.get(_kind(system), "")) or {}
    return found


@check(
    f"{SYSTEM}.customer_key",
    on=SYSTEM,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="File system is encrypted with a key of the customer's own",
    risk="Access to the files cannot be limited, logged or ended by a key of one's own.",
    fix="Create a file system with --kms-key-id KEY and copy the files; the key cannot be changed later",
)
def customer_key(system: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(system, system["item"].get("KmsKeyId"), inventory)


@check(
    f"{SYSTEM}.directory_password_kept",
    on=SYSTEM,
    control="identity.secrets",
    severity=Severity.LOW,
    title="File system joins its directory with a secret that is kept",
    risk="The password of an account of the directory is known to people, scripts and templates, and stays the same.",
    fix="aws fsx update-file-system --file-system-id {name} --region {region} --windows-configuration file://secret.json",
)
def directory_password_kept(system: Resource) -> Verdict:
    if _kind(system) != WINDOWS:
        return skipped("not a file system of Windows")
    own = _part(system).get("SelfManagedActiveDirectoryConfiguration") or {}
    if not own:
        return passed("the directory is AWS's")
    secret = own.get("DomainJoinServiceAccountSecret")
    return passed(f"kept in {secret}") if secret else failed("joined with a password that was handed over")


@check(
    f"{SYSTEM}.own_administrators",
    on=SYSTEM,
    control="access.administrators",
    severity=Severity.LOW,
    title="File system has administrators of its own",
    risk="Whoever administers the directory reads and changes every file.",
    fix="Create a file system with --windows-configuration that names a FileSystemAdministratorsGroup",
)
def own_administrators(system: Resource) -> Verdict:
    own = _part(system).get("SelfManagedActiveDirectoryConfiguration") or {}
    if _kind(system) != WINDOWS or not own:
        return skipped("it is in no directory of the customer's")
    name = str(own.get("FileSystemAdministratorsGroup") or EVERYBODYS_ADMINISTRATORS)
    return failed(f"administered by {name}") if name.lower() == EVERYBODYS_ADMINISTRATORS else passed(f"administered by {name}")


@check(
    f"{SYSTEM}.root_squashed",
    on=SYSTEM,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Root of a client is not root of the file system",
    risk="Whoever is root on any client reads and changes every file.",
    fix="aws fsx update-file-system --file-system-id {name} --region {region}"
    " --lustre-configuration RootSquashConfiguration={RootSquash=65534:65534}",
)
def root_squashed(system: Resource) -> Verdict:
    if _kind(system) != LUSTRE:
        return skipped("not a file system of Lustre")
    squash = str((_part(system).get("RootSquashConfiguration") or {}).get("RootSquash") or "")
    return failed("root stays root") if squash in NOBODY_SQUASHED else passed(f"root becomes {squash}")


@check(
    f"{SYSTEM}.closed_to_world",
    on=SYSTEM,
    control="network.public_access",
    severity=Severity.HIGH,
    title="File system's security groups do not let the world in",
    risk="One address or route more, and anybody mounts the files.",
    fix="aws ec2 revoke-security-group-ingress --region {region} on the groups of the interfaces of {name}",
)
def closed_to_world(system: Resource, inventory: Inventory) -> Verdict:
    names: set[str] = set()
    for interface in system["item"].get("NetworkInterfaceIds") or []:
        kind = "aws.vpc.network_interface"
        found = list(inventory.where(kind, "item.NetworkInterfaceId", interface, region=system.region))
        if not found:
            operation = "ec2:DescribeNetworkInterfaces"
            raise UnreadError(f"interface {interface}", Unread(Reason.UNAVAILABLE, "NotListed", operation, operation))
        names.update(group["GroupId"] for each in found for group in each["item"].get("Groups") or [])
    return reached.closed(sorted(names), PORTS, system, inventory) if names else skipped("it names no security group")


@check(
    f"{SYSTEM}.current_lustre",
    on=SYSTEM,
    control="runtime.supported_version",
    severity=Severity.LOW,
    title="File system runs a version of Lustre that is maintained",
    risk="Holes are closed late, and clients of newer systems cannot mount it.",
    fix="aws fsx update-file-system --file-system-id {name} --file-system-type-version 2.15 --region {region}",
)
def current_lustre(system: Resource) -> Verdict:
    if _kind(system) != LUSTRE:
        return skipped("AWS chooses the version")
    version = str(system["item"].get("FileSystemTypeVersion") or OLD_LUSTRE[0])
    return failed(f"Lustre {version}") if version in OLD_LUSTRE else passed(f"Lustre {version}")


@check(
    f"{SYSTEM}.accesses_logged",
    on=SYSTEM,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="File system logs who opens files, or what fails",
    risk="After a leak nobody can tell who opened which file.",
    fix="aws fsx update-file-system --file-system-id {name} --region {region} --windows-configuration file://audit.json",
)
def accesses_logged(system: Resource) -> Verdict:
    part = _part(system)
    if _kind(system) == WINDOWS:
        audit = part.get("AuditLogConfiguration") or {}
        levels = {audit.get(name, "DISABLED") for name in ("FileAccessAuditLogLevel", "FileShareAccessAuditLogLevel")}
        return failed("nothing is audited") if levels == {"DISABLED"} else passed("accesses are audited")
    if _kind(system) == LUSTRE:
        level = (part.get("LogConfiguration") or {}).get("Level", "DISABLED")
        return failed("nothing is logged") if level == "DISABLED" else passed(f"logged: {level}")
    return skipped("what it logs is set within it")


@check(
    f"{SYSTEM}.backed_up",
    on=SYSTEM,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="File system is backed up, for a week or more",
    risk="Deleted or encrypted files cannot be brought back.",
    fix="aws fsx update-file-system --file-system-id {name} --region {region}, with AutomaticBackupRetentionDays",
)
def backed_up(system: Resource) -> Verdict:
    days = int(_part(system).get("AutomaticBackupRetentionDays") or 0)
    return (passed if days >= LEAST_DAYS else failed)(f"backups are kept for {days} days")


@check(
    f"{SYSTEM}.multi_zone",
    on=SYSTEM,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="File system goes on when a zone fails",
    risk="The loss of one zone takes the files with it.",
    fix="Create a file system with the deployment type MULTI_AZ_1 and copy the files",
)
def multi_zone(system: Resource) -> Verdict:
    if _kind(system) == LUSTRE:
        return skipped("Lustre stands in one zone by its nature")
    kind = str(_part(system).get("DeploymentType") or "not told")
    return passed(f"deployed as {kind}") if kind.startswith("MULTI_AZ") else failed(f"deployed as {kind}")


@check(
    f"{SYSTEM}.tags_follow",
    on=SYSTEM,
    control="governance.ownership",
    severity=Severity.INFORMATIONAL,
    title="File system's backups take over its tags",
    risk="Nobody can tell whose a backup is, or what it holds, once its file system is gone.",
    fix="Create a file system with CopyTagsToBackups; OpenZFS: aws fsx update-file-system --file-system-id {name}"
    " --open-zfs-configuration CopyTagsToBackups=true,CopyTagsToVolumes=true --region {region}",
)
def tags_follow(system: Resource) -> Verdict:
    fields = COPIES.get(_kind(system))
    if not fields:
        return skipped("each of its volumes says so for itself")
    part = _part(system)
    if str(part.get("DeploymentType")).startswith("SCRATCH"):
        return skipped("what is scratch has no backups")
    off = [name for name in fields if not part.get(name)]
    return failed(f"{' and '.join(off)} off") if off else passed("tags are taken over")
