"""Checks on Amazon EFS file systems and access points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.aws import keys, rights, sharing, transport
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

MOUNTED = "elasticfilesystem:accessedviamounttarget"
# The conditions of which a client that shows no identity can meet every one.
ANONYMOUS = {MOUNTED, "aws:securetransport", "aws:sourceip", "elasticfilesystem:accesspointarn"}
EVERYBODY = ("*", {"AWS": "*"}, {"AWS": ["*"]})


@check(
    "aws.efs.file_system.encrypted",
    on="aws.efs.file_system",
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="File system is encrypted",
    risk="Files are stored in the clear.",
    fix="Create an encrypted file system and copy the files; encryption cannot be turned on later",
    cis=("v5:2.3.1", "v6:3.3.1", "v7:3.3.1"),
)
def encrypted(system: Resource) -> Verdict:
    return passed("encrypted at rest") if system["item"].get("Encrypted") else failed("not encrypted at rest")


@check(
    "aws.efs.file_system.customer_key",
    on="aws.efs.file_system",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="File system is encrypted with a key of the customer's own",
    risk="Access to the files cannot be limited, logged or ended by a key of one's own.",
    fix="Create a file system with --kms-key-id KEY and copy the files; the key cannot be changed later",
)
def customer_key(system: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(system, system["item"].get("KmsKeyId"), inventory)


@check(
    "aws.efs.file_system.refuses_clear_text",
    on="aws.efs.file_system",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="File system refuses clients without TLS",
    risk="Whoever sees the VPC's traffic can read and change files on their way.",
    fix="Add a statement to the file system policy that denies * to everyone where aws:SecureTransport is false",
)
def refuses_clear_text(system: Resource) -> Verdict:
    document = system["policy"]
    if transport.refuses_plain_http(document):
        return passed("the policy denies clients without TLS")
    return failed("the policy does not deny clients without TLS" if document else "no file system policy")


@check(
    "aws.efs.file_system.identity_required",
    on="aws.efs.file_system",
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Clients of the file system must show an identity",
    risk="Any machine that reaches a mount target has full access to the files, as root.",
    fix="aws efs put-file-system-policy --file-system-id {name} --policy file://policy.json,"
    " which allows ClientMount to named roles only",
)
def identity_required(system: Resource) -> Verdict:
    if system["policy"] is None:
        return failed("no policy: every client that reaches a mount target is let in")
    for each in sharing.statements(system["policy"]):
        if _anonymous(each) and rights.allows({"Statement": [each]}, "elasticfilesystem:ClientMount"):
            return failed("the policy lets clients mount that show no identity")
    return passed("only named identities may mount")


def _anonymous(statement: Mapping[str, Any]) -> bool:
    return statement.get("Principal") in EVERYBODY and set(_conditions(statement)) <= ANONYMOUS


def _conditions(statement: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the keys that a statement asks for, in lower case, with their values."""
    tests = [pair for keys_asked in (statement.get("Condition") or {}).values() for pair in keys_asked.items()]
    return {key.lower(): [str(value).lower() for value in sharing.strings(values)] for key, values in tests}


def _beyond_the_vpc(document: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return *document* without what it allows only through mount targets, which are inside the VPC."""
    if document is None:
        return None
    return {"Statement": [each for each in sharing.statements(document) if not _only_mounted(each)]}


def _only_mounted(statement: Mapping[str, Any]) -> bool:
    return statement["Effect"] == "Allow" and _conditions(statement).get(MOUNTED) == ["true"]


@check(
    "aws.efs.file_system.not_public",
    on="aws.efs.file_system",
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="File system admits nobody unnamed from outside",
    risk="Anybody with an AWS account and a way into the network may read or change the files.",
    fix="aws efs put-file-system-policy --file-system-id {name} --policy file://policy.json, with named principals or"
    " the condition elasticfilesystem:AccessedViaMountTarget",
    cis=sharing.STRANGERS,
)
def not_public(system: Resource) -> Verdict:
    return sharing.admits_the_named(_beyond_the_vpc(system["policy"]), system.account)


@check(
    "aws.efs.file_system.known_accounts",
    on="aws.efs.file_system",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="File system's policy admits only accounts of the organization",
    risk="An account that nobody here runs may read or change the files.",
    fix="Name only accounts of the organization in the policy",
    cis=sharing.STRANGERS,
)
def known_accounts(system: Resource, inventory: Inventory) -> Verdict:
    return sharing.admits_the_known(_beyond_the_vpc(system["policy"]), system.account, inventory)


@check(
    "aws.efs.file_system.backed_up",
    on="aws.efs.file_system",
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="File system is backed up",
    risk="Deleted or encrypted files cannot be brought back.",
    fix="aws efs put-backup-policy --file-system-id {name} --backup-policy Status=ENABLED",
)
def backed_up(system: Resource) -> Verdict:
    status = (system["backup_policy"] or {}).get("Status", "never set")
    if status in ("ENABLED", "ENABLING"):
        return passed("automatic backups are on")
    return failed(f"automatic backups are {status.lower()}")


@check(
    "aws.efs.file_system.multi_zone",
    on="aws.efs.file_system",
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="File system spans zones",
    risk="The loss of one zone takes the files with it.",
    fix="Create a regional file system and copy the files; a One Zone file system cannot be changed",
)
def multi_zone(system: Resource) -> Verdict:
    zone = system["item"].get("AvailabilityZoneName")
    return failed(f"kept in {zone} only") if zone else passed("kept in several zones")


@check(
    "aws.efs.access_point.own_user",
    on="aws.efs.access_point",
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Access point sets the user of its clients",
    risk="A client calls itself whichever user it likes, root included.",
    fix="Create the access point anew with --posix-user Uid=UID,Gid=GID",
)
def own_user(point: Resource) -> Verdict:
    user = point["item"].get("PosixUser")
    if not user:
        return failed("clients choose their user")
    return failed("every client is root") if user["Uid"] == 0 else passed(f"every client is user {user['Uid']}")


@check(
    "aws.efs.access_point.own_directory",
    on="aws.efs.access_point",
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Access point shows only its own directory",
    risk="An application sees the files of all the others.",
    fix="Create the access point anew with --root-directory Path=/DIRECTORY",
)
def own_directory(point: Resource) -> Verdict:
    path = point["item"].get("RootDirectory", {}).get("Path", "/")
    return failed("shows the whole file system") if path == "/" else passed(f"shows {path} only")
