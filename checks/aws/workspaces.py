"""Checks on desktops of Amazon WorkSpaces, the directories that they are registered with, and their images.

Sources: WorkSpaces administration guide, "IP access control groups", "Workspace maintenance", "Set up SAML 2.0", "Monitor your
WorkSpaces using Amazon EventBridge".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from checks.aws import keys, patterns, reached, sharing
from checks.aws.alarms import rules
from checks.exposures import ADMINISTRATION
from checks.support import kept_up
from checks.systems import maintained_until
from checks.times import day, time_of
from checks.world import EVERYWHERE, FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import (
    Inventory,
    Outcome,
    Reason,
    Resource,
    Severity,
    Unread,
    UnreadError,
    Verdict,
    failed,
    passed,
    skipped,
    unknown,
)

DESKTOP, DIRECTORY, IMAGE = "aws.workspaces.workspace", "aws.workspaces.directory", "aws.workspaces.image"
GROUP, SIGN_IN = "aws.workspaces.ip_group", "aws.directoryservice.directory"
CREATION = "aws workspaces modify-workspace-creation-properties --resource-id {name} --region {region} "
MIGRATE = "Make a desktop anew with {name}'s bundle and both volumes encrypted; volumes cannot be encrypted later"
LEAVING = ("TERMINATING", "TERMINATED", "DEREGISTERING", "DEREGISTERED")
IDLE = timedelta(days=90)

# What systems call themselves, by how their names here begin. Of Windows 10 and 11 the edition decides, which nobody tells.
SYSTEMS = {
    "AMAZON_LINUX_": "Amazon Linux {}",
    "UBUNTU_": "Ubuntu {}",
    "RHEL_": "Red Hat Enterprise Linux {}",
    "ROCKY_": "Rocky Linux {}",
    "WINDOWS_SERVER_": "Microsoft Windows Server {}",
}
WINDOWS_7 = "WINDOWS_7"  # its maintenance ended on 2020-01-14

Judge = Callable[..., Verdict]


def _standing(judge: Judge) -> Judge:
    """Make *judge* skip desktops that are being deleted, and directories that are being taken off."""

    @wraps(judge)
    def asked(resource: Resource, **given: Any) -> Verdict:
        state = str(resource["item"].get("State") or "")
        return skipped(f"state is {state}") if state in LEAVING else judge(resource, **given)

    return asked


def _encrypted(desktop: Resource, volume: str) -> Verdict:
    on = desktop["item"].get(f"{volume}VolumeEncryptionEnabled")
    return passed("the volume is encrypted") if on else failed("the volume is not encrypted")


@check(
    f"{DESKTOP}.user_volume_encrypted",
    on=DESKTOP,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Desktop's volume of the user is encrypted",
    risk="Files of the user, and copies of the volume, are stored in the clear.",
    fix=MIGRATE,
)
@_standing
def user_volume_encrypted(desktop: Resource) -> Verdict:
    return _encrypted(desktop, "User")


@check(
    f"{DESKTOP}.root_volume_encrypted",
    on=DESKTOP,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Desktop's volume of the system is encrypted",
    risk="What programs keep, passwords among it, and copies of the volume, are stored in the clear.",
    fix=MIGRATE,
)
@_standing
def root_volume_encrypted(desktop: Resource) -> Verdict:
    return _encrypted(desktop, "Root")


@check(
    f"{DESKTOP}.customer_key",
    on=DESKTOP,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Desktop is encrypted with a key of the customer's own",
    risk="Access to the volumes cannot be limited, logged or ended by a key of one's own.",
    fix=MIGRATE + ", with --volume-encryption-key KEY",
)
@_standing
def customer_key(desktop: Resource, inventory: Inventory) -> Verdict:
    item = desktop["item"]
    if not (item.get("UserVolumeEncryptionEnabled") or item.get("RootVolumeEncryptionEnabled")):
        return skipped("no volume is encrypted")
    return keys.customer_key(desktop, item.get("VolumeEncryptionKey"), inventory)


@check(
    f"{DESKTOP}.maintained_system",
    on=DESKTOP,
    control="guest_os.supported_version",
    severity=Severity.MEDIUM,
    title="Desktop runs a system that is still maintained",
    risk="New holes in the system are known to everybody, and nobody closes them.",
    fix="aws workspaces migrate-workspace --source-workspace-id {name} --bundle-id BUNDLE --region {region}",
)
@_standing
def maintained_system(desktop: Resource, now: datetime) -> Verdict:
    name = str((desktop["item"].get("WorkspaceProperties") or {}).get("OperatingSystemName") or "UNKNOWN")
    if name == "UNKNOWN":
        return unknown("which system it runs is not told")
    if name == WINDOWS_7:
        return failed("Windows 7 is maintained no more")
    for beginning, said in SYSTEMS.items():
        if name.startswith(beginning):
            return _maintained(said.format(name.removeprefix(beginning).replace("_", ".")), now)
    return unknown(f"until when {name} is maintained, its edition decides")


def _maintained(system: str, now: datetime) -> Verdict:
    """Pass while *system* is maintained. Ubuntu Pro goes on for longer; not verified: whether desktops come with it."""
    verdict = kept_up(system, maintained_until(system), now)
    pro = verdict.outcome is Outcome.FAIL and system.startswith("Ubuntu ")
    return unknown(f"{verdict.because}, but for Ubuntu Pro, of which nobody tells") if pro else verdict


@check(
    f"{DESKTOP}.used",
    on=DESKTOP,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Somebody used the desktop within 90 days",
    risk="A desktop that nobody misses is a way in, with somebody's rights, that nobody watches.",
    fix="aws workspaces terminate-workspaces --terminate-workspace-requests WorkspaceId={name} --region {region}",
)
@_standing
def used(desktop: Resource, now: datetime) -> Verdict:
    told = desktop["connection"]
    if told is None:
        return unknown("whether somebody is connected was not told")
    if told.get("ConnectionState") == "CONNECTED":
        return passed("somebody is connected")
    last = time_of(told.get("LastKnownUserConnectionTimestamp"))
    if last is None:
        return failed("nobody ever connected")
    said = f"last used on {day(last)}"
    return failed(said) if now - last > IDLE else passed(said, until=last + IDLE)


@check(
    f"{DESKTOP}.has_standby",
    on=DESKTOP,
    control="resilience.multi_zone",
    severity=Severity.INFORMATIONAL,
    title="Desktop has a standby in another region",
    risk="When the region fails, nobody who works on the desktop can work.",
    fix="aws workspaces create-standby-workspaces --primary-region {region} --standby-workspaces"
    " PrimaryWorkspaceId={name},DirectoryId=DIRECTORY --region OTHER_REGION",
)
@_standing
def has_standby(desktop: Resource) -> Verdict:
    related = desktop["item"].get("RelatedWorkspaces") or []
    if any(each.get("Type") == "PRIMARY" for each in related):
        return skipped("it is the standby of another")
    found = [str(each.get("Region")) for each in related if each.get("Type") == "STANDBY"]
    return passed(f"a standby is in {', '.join(found)}") if found else failed("it has no standby")


def _creation(directory: Resource) -> Mapping[str, Any]:
    found: Mapping[str, Any] = directory["item"].get("WorkspaceCreationProperties") or {}
    return found


def _created_with(directory: Resource, name: str, *, wanted: bool) -> Verdict:
    """Pass when the setting *name* of new desktops is as *wanted*."""
    on = _creation(directory).get(name)
    if on is None:
        pools = directory["item"].get("WorkspaceType") == "POOLS"
        return skipped("not told of pools") if pools else unknown(f"{name} was not told")
    return (passed if on is wanted else failed)(f"of new desktops, {name} is {'on' if on else 'off'}")


@check(
    f"{DIRECTORY}.second_factor",
    on=DIRECTORY,
    control="identity.mfa",
    severity=Severity.MEDIUM,
    title="People sign in to desktops with more than a directory's password",
    risk="Whoever guesses or phishes a password works on the desktop, from anywhere.",
    fix="aws workspaces modify-saml-properties --resource-id {name} --saml-properties Status=ENABLED,UserAccessUrl=URL"
    " --region {region}; or aws ds enable-radius on the directory",
)
@_standing
def second_factor(directory: Resource, inventory: Inventory) -> Verdict:
    item = directory["item"]
    status = str((item.get("SamlProperties") or {}).get("Status") or "DISABLED")
    if status == "ENABLED":
        return passed("an identity provider asks who they are")
    if "AWS_IAM_IDENTITY_CENTER" in (item.get("UserIdentityType"), item.get("DirectoryType")):
        return passed("IAM Identity Center asks who they are")
    for found in inventory.where(SIGN_IN, "item.DirectoryId", item["DirectoryId"], region=directory.region):
        # Of a directory that another account shares, its owner sets the RADIUS server up.
        told = found["item"], found["item"].get("OwnerDirectoryDescription") or {}
        if any(each.get("RadiusStatus") == "Completed" for each in told):
            return passed("the directory asks a RADIUS server for a second factor")
    if status == "ENABLED_WITH_DIRECTORY_LOGIN_FALLBACK":
        return failed("old clients get round the identity provider")
    return failed("the password of the directory is enough")


@check(
    f"{DIRECTORY}.no_local_administrators",
    on=DIRECTORY,
    control="access.administrators",
    severity=Severity.MEDIUM,
    title="Users are no administrators of their desktops",
    risk="Whatever a user is made to start takes the whole desktop, and turns off what guards it.",
    fix=CREATION
    + "--workspace-creation-properties UserEnabledAsLocalAdministrator=false; desktops of before, by a group policy",
)
@_standing
def no_local_administrators(directory: Resource) -> Verdict:
    return _created_with(directory, "UserEnabledAsLocalAdministrator", wanted=False)


@check(
    f"{DIRECTORY}.maintained",
    on=DIRECTORY,
    control="guest_os.patching",
    severity=Severity.MEDIUM,
    title="Desktops are woken to be patched",
    risk="Desktops that stop when nobody works on them are off when patches come, and stay as they are.",
    fix=CREATION + "--workspace-creation-properties EnableMaintenanceMode=true",
)
@_standing
def maintained(directory: Resource) -> Verdict:
    return _created_with(directory, "EnableMaintenanceMode", wanted=True)


@check(
    f"{DIRECTORY}.no_public_addresses",
    on=DIRECTORY,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="New desktops get no public address",
    risk="A desktop is on the internet with whatever its security group lets in, and goes out past all filters.",
    fix=CREATION + "--workspace-creation-properties EnableInternetAccess=false",
)
@_standing
def no_public_addresses(directory: Resource) -> Verdict:
    return _created_with(directory, "EnableInternetAccess", wanted=False)


@check(
    f"{DIRECTORY}.closed_to_world",
    on=DIRECTORY,
    control="network.admin_ports",
    severity=Severity.HIGH,
    title="Desktops' security groups keep SSH and RDP closed to the world",
    risk="One public address, and anybody may guess passwords at their leisure.",
    fix="aws ec2 revoke-security-group-ingress --region {region} on the groups of the directory {name}",
)
@_standing
def closed_to_world(directory: Resource, inventory: Inventory) -> Verdict:
    names = {directory["item"].get("WorkspaceSecurityGroupId"), _creation(directory).get("CustomSecurityGroupId")} - {None}
    if not names:
        return skipped("it names no security group")
    ports = {number for protocol, number in ADMINISTRATION if protocol == "tcp"}
    return reached.closed(sorted(str(each) for each in names), ports, directory, inventory)


def _admitted(directory: Resource, inventory: Inventory) -> Iterator[str]:
    """Yield the blocks from which the directory's desktops are reached. Raises :class:`UnreadError` for a group unseen."""
    for name in directory["item"].get("ipGroupIds") or []:
        found = list(inventory.where(GROUP, "item.groupId", name, region=directory.region))
        if not found:
            operation = "workspaces:DescribeIpGroups"
            raise UnreadError(f"group {name}", Unread(Reason.UNAVAILABLE, "NotListed", operation, operation))
        yield from (str(rule["ipRule"]) for group in found for rule in group["item"].get("userRules") or [])


@check(
    f"{DIRECTORY}.addresses_limited",
    on=DIRECTORY,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Desktops are reached from known addresses only",
    risk="Whoever has a password and the registration code works on the desktop, from anywhere.",
    fix="aws workspaces associate-ip-groups --directory-id {name} --group-ids GROUP --region {region}",
)
@_standing
def addresses_limited(directory: Resource, inventory: Inventory) -> Verdict:
    if not directory["item"].get("ipGroupIds"):
        return failed("no group of addresses is attached")
    blocks = frozenset(_admitted(directory, inventory))
    for family in FAMILIES:
        if hold_world(blocks, family):
            return failed(f"groups of addresses are attached, and let {EVERYWHERE[family]} in")
    return passed(f"reached from {len(blocks)} blocks of addresses")


@check(
    f"{DIRECTORY}.no_web_access",
    on=DIRECTORY,
    control="network.public_access",
    severity=Severity.LOW,
    title="Desktops are not reached with any browser",
    risk="People work on machines that nobody knows, whose keyboards somebody else may read.",
    fix="aws workspaces modify-workspace-access-properties --resource-id {name} --region {region}"
    " --workspace-access-properties DeviceTypeWeb=DENY",
)
@_standing
def no_web_access(directory: Resource) -> Verdict:
    web = str((directory["item"].get("WorkspaceAccessProperties") or {}).get("DeviceTypeWeb") or "")
    if not web:
        pools = directory["item"].get("WorkspaceType") == "POOLS"
        return skipped("not told of pools") if pools else unknown("access by browsers was not told")
    return passed("browsers are turned away") if web == "DENY" else failed(f"access by browsers: {web}")


@check(
    f"{IMAGE}.known_accounts",
    on=IMAGE,
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Image is shared with accounts of the organization only",
    risk="A stranger starts the image and reads all that was left in it.",
    fix="aws workspaces update-workspace-image-permission --image-id {name} --no-allow-copy-image"
    " --shared-account-id ACCOUNT --region {region}",
)
def known_accounts(image: Resource, inventory: Inventory) -> Verdict:
    others = {str(each["SharedAccountId"]) for each in image["permissions"] or []} - {image.account}
    return sharing.members_only(others, inventory)


@check(
    f"{IMAGE}.current",
    on=IMAGE,
    control="guest_os.image_age",
    severity=Severity.LOW,
    title="Image has the latest updates of WorkSpaces",
    risk="New desktops start with drivers and agents whose holes are known.",
    fix="aws workspaces create-updated-workspace-image --source-image-id {name} --region {region} --name N --description TEXT",
)
def current(image: Resource) -> Verdict:
    updates = image["item"].get("Updates") or {}
    return failed("updates are waiting") if updates.get("UpdateAvailable") else passed("no updates are waiting")


def _signed_in(region: Resource) -> dict[str, Any]:
    """Return the event of a sign-in, as WorkSpaces sends it."""
    detail = {
        "clientIpAddress": "192.0.2.3",
        "actionType": "successfulLogin",
        "workspacesClientProductName": "WorkSpacesWebClient",
        "loginTime": "2026-01-02T03:04:05.000Z",
        "clientPlatform": "Windows",
        "directoryId": "domain/d-123456789",
        "workspaceId": "ws-123456789",
    }
    kind = {"source": "aws.workspaces", "detail-type": "WorkSpaces Access", "region": region.region}
    return {**kind, "account": region.account, "resources": [], "detail": detail}


@check(
    "aws.account.region.desktop_sign_ins_recorded",
    on="aws.account.region",
    service="aws.workspaces",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Sign-ins to desktops are handed to somebody who keeps them",
    risk="Nobody can tell who worked on which desktop, or from where: WorkSpaces itself keeps no list.",
    fix="aws events put-rule --name desktop-sign-ins --region {region} --event-pattern"
    """ '{"source":["aws.workspaces"],"detail-type":["WorkSpaces Access"]}', with a log group as its target""",
)
def desktop_sign_ins_recorded(region: Resource, inventory: Inventory) -> Verdict:
    if not any(True for _ in inventory.all(DESKTOP, region=region.region)):
        return skipped("the region has none")
    event = _signed_in(region)
    if any(patterns.matches(each, event) for each in rules(inventory, region.region)):
        return passed("a rule of EventBridge hands them on")
    return failed("no rule of EventBridge hands them on")
