"""Checks on directories of AWS Directory Service, and on their trusts.

Sources: Directory Service administration guide, "Editing AWS Managed Microsoft AD directory security settings", "Enable MFA",
"Enabling LDAPS", "Selective authentication".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from checks.aws import reached, sharing
from checks.support import kept_up, lasting
from checks.systems import maintained_until
from checks.times import time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

DIRECTORY, TRUST = "aws.directoryservice.directory", "aws.directoryservice.trust"
SNAPSHOT = "aws.directoryservice.snapshot"
MICROSOFT, CONNECTOR, SIMPLE, SHARED = "MicrosoftAD", "ADConnector", "SimpleAD", "SharedMicrosoftAD"
NOT_STANDING = ("Requested", "Creating", "Deleting", "Deleted", "Failed")
ENDED = ("Deleted", "Deleting", "Rejected", "Rejecting", "RejectFailed", "ShareFailed")
# DNS, Kerberos, RPC, LDAP, SMB, change of passwords, LDAP over TLS, and the global catalog.
PORTS = (53, 88, 135, 389, 445, 464, 636, 3268, 3269)
OLD_PROTOCOLS = ("PCT_1_0", "SSL_2_0", "SSL_3_0", "TLS_1_0", "TLS_1_1")
WEAK_CIPHERS = ("DES_", "RC2_", "RC4_", "3DES_")  # how their names begin
STRONGEST = "MS-CHAPv2"
SOON = timedelta(days=30)
BACKUP_AGE, FIRST_COPY = timedelta(days=7), timedelta(days=1)

Judge = Callable[..., Verdict]


def _of(*kinds: str) -> Callable[[Judge], Judge]:
    """Make a check skip directories of other *kinds*, those that other accounts share, and those that do not stand."""

    def wrap(judge: Judge) -> Judge:
        @wraps(judge)
        def asked(directory: Resource, **given: Any) -> Verdict:
            kind, stage = str(directory["item"].get("Type")), str(directory["item"].get("Stage"))
            if kind == SHARED:
                return skipped("shared by another account, which answers for it")
            if kind not in kinds:
                return skipped(f"not offered for {kind}")
            return skipped(f"stage is {stage}") if stage in NOT_STANDING else judge(directory, **given)

        return asked

    return wrap


@check(
    f"{DIRECTORY}.ldap_encrypted",
    on=DIRECTORY,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="AWS's applications ask the directory over LDAP with TLS",
    risk="Passwords and what is known of people travel through the network in the clear.",
    fix="aws ds register-certificate, then aws ds enable-ldaps --directory-id {name} --type Client --region {region}",
)
@_of(MICROSOFT, CONNECTOR)
def ldap_encrypted(directory: Resource) -> Verdict:
    rows = directory["ldaps"]
    if rows is None:
        return skipped("not offered for this directory")
    states = {str(row.get("LDAPSStatus")) for row in rows}
    return passed("LDAPS is Enabled") if "Enabled" in states else failed(f"LDAPS is {', '.join(sorted(states)) or 'off'}")


def _enabled(directory: Resource, names: Iterable[str]) -> Verdict:
    """Pass unless a setting is enabled whose name begins with one of *names*."""
    entries = directory["settings"]
    if entries is None:
        return skipped("not offered for this directory")
    known = {str(each["Name"]): str(each.get("AppliedValue") or "") for each in entries}
    asked = {name: value for name, value in known.items() if name.startswith(tuple(names))}
    on = sorted(name for name, value in asked.items() if value.startswith("Enable"))
    if on:
        return failed(f"on: {', '.join(on)}")
    if not asked or not all(value.startswith("Disable") for value in asked.values()):
        return unknown("the directory does not tell all of them")
    return passed(f"off: {', '.join(sorted(asked))}")


@check(
    f"{DIRECTORY}.old_protocols_off",
    on=DIRECTORY,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Domain controllers speak TLS 1.2 and later only",
    risk="Clients can be talked into a version whose encryption is broken.",
    fix="aws ds update-settings --directory-id {name} --region {region} --settings Name=TLS_1_0,Value=Disable"
    " Name=TLS_1_1,Value=Disable, and so on",
)
@_of(MICROSOFT)
def old_protocols_off(directory: Resource) -> Verdict:
    return _enabled(directory, OLD_PROTOCOLS)


@check(
    f"{DIRECTORY}.weak_ciphers_off",
    on=DIRECTORY,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Domain controllers take no weak ciphers",
    risk="What was recorded on the way can be read later.",
    fix="aws ds update-settings --directory-id {name} --region {region} --settings Name=RC4_128_128,Value=Disable, and so on",
)
@_of(MICROSOFT)
def weak_ciphers_off(directory: Resource) -> Verdict:
    return _enabled(directory, WEAK_CIPHERS)


@check(
    f"{DIRECTORY}.certificates_current",
    on=DIRECTORY,
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="Certificates that the directory trusts last for thirty days more",
    risk="From that day on, applications do not reach the directory, and nobody signs in.",
    fix="aws ds register-certificate --directory-id {name} --certificate-data FILE --region {region}, before the old one ends",
)
@_of(MICROSOFT, CONNECTOR)
def certificates_current(directory: Resource, now: datetime) -> Verdict:
    rows = [each for each in directory["certificates"] or [] if each.get("State") == "Registered"]
    if not rows:
        return skipped("it has no certificates")
    if any(not each.get("ExpiryDateTime") for each in rows):
        return unknown("when one of them ends was not told")
    first = min(datetime.fromisoformat(each["ExpiryDateTime"]) for each in rows)
    said = f"the first ends on {first:%Y-%m-%d}"
    return passed(said, until=first - SOON) if first - now > SOON else failed(said)


@check(
    f"{DIRECTORY}.second_factor",
    on=DIRECTORY,
    control="identity.mfa",
    severity=Severity.MEDIUM,
    title="Directory asks for a second factor",
    risk="Whoever guesses or phishes a password gets into desktops, consoles and whatever else trusts the directory.",
    fix="aws ds enable-radius --directory-id {name} --radius-settings file://radius.json --region {region}",
)
@_of(MICROSOFT, CONNECTOR, SIMPLE)
def second_factor(directory: Resource) -> Verdict:
    if directory["item"]["Type"] == SIMPLE:
        return failed("Simple AD knows no second factor")
    status = str(directory["item"].get("RadiusStatus") or "not set up")
    return (passed if status == "Completed" else failed)(f"RADIUS is {status}")


@check(
    f"{DIRECTORY}.radius_protocol",
    on=DIRECTORY,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="RADIUS server is asked by the strongest protocol",
    risk="Passwords and codes can be read from what travels to the RADIUS server.",
    fix="aws ds update-radius --directory-id {name} --radius-settings AuthenticationProtocol=MS-CHAPv2 --region {region}",
)
@_of(MICROSOFT, CONNECTOR)
def radius_protocol(directory: Resource) -> Verdict:
    settings = directory["item"].get("RadiusSettings") or {}
    if not settings:
        return skipped("no RADIUS server is asked")
    protocol = str(settings.get("AuthenticationProtocol") or "not told")
    return (passed if protocol == STRONGEST else failed)(f"the protocol is {protocol}")


@check(
    f"{DIRECTORY}.known_accounts",
    on=DIRECTORY,
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Directory is shared with accounts of the organization only",
    risk="Machines of a stranger join the domain and read what is known of people.",
    fix="aws ds unshare-directory --directory-id {name} --unshare-target Id=ACCOUNT,Type=ACCOUNT --region {region}",
)
@_of(MICROSOFT)
def known_accounts(directory: Resource, inventory: Inventory) -> Verdict:
    rows = [each for each in directory["shares"] or [] if each.get("ShareStatus") not in ENDED]
    return sharing.members_only({str(each["SharedAccountId"]) for each in rows} - {directory.account}, inventory)


@check(
    f"{DIRECTORY}.supported_system",
    on=DIRECTORY,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Domain controllers run a system that is still maintained",
    risk="New holes in the system are known to everybody, and nobody closes them.",
    fix="aws ds update-directory-setup --directory-id {name} --update-type OS --os-update-settings OSVersion=SERVER_2019"
    " --region {region}",
)
@_of(MICROSOFT)
def supported_system(directory: Resource, now: datetime) -> Verdict:
    told = str(directory["item"].get("OsVersion") or "")
    if not told:
        return unknown("the version was not told")
    system = f"Microsoft Windows Server {told.rpartition('_')[2]}"
    return kept_up(system, maintained_until(system), now)


SYSTEM_LASTS = lasting(supported_system)


@check(
    f"{DIRECTORY}.closed_to_world",
    on=DIRECTORY,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Directory's security group does not let the world in",
    risk="One address or route more, and anybody asks the directory, or guesses passwords.",
    fix="aws ec2 revoke-security-group-ingress --region {region} on the group of the directory {name}",
)
@_of(MICROSOFT, CONNECTOR, SIMPLE)
def closed_to_world(directory: Resource, inventory: Inventory) -> Verdict:
    item = directory["item"]
    settings = item.get("VpcSettings") or item.get("ConnectSettings") or {}
    group = settings.get("SecurityGroupId")
    return reached.closed([str(group)], PORTS, directory, inventory) if group else skipped("it names no security group")


@check(
    f"{DIRECTORY}.logged",
    on=DIRECTORY,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Domain controllers' security logs are handed on",
    risk="Who signed in, tried to, or changed a group, nobody can look up.",
    fix="aws ds create-log-subscription --directory-id {name} --log-group-name GROUP --region {region}",
)
@_of(MICROSOFT)
def logged(directory: Resource) -> Verdict:
    row = directory["subscription"]
    return passed(f"logs go to {row.get('LogGroupName')}") if row else failed("logs go nowhere")


@check(
    f"{DIRECTORY}.status_told",
    on=DIRECTORY,
    control="detection.alarms",
    severity=Severity.LOW,
    title="Somebody is told when the directory fails",
    risk="That a directory is impaired is noticed when nobody can sign in.",
    fix="aws ds register-event-topic --directory-id {name} --topic-name TOPIC --region {region}",
)
@_of(MICROSOFT, CONNECTOR, SIMPLE)
def status_told(directory: Resource) -> Verdict:
    row = directory["topic"]
    return passed(f"told to {row.get('TopicName')}") if row else failed("no topic is registered")


@check(
    f"{DIRECTORY}.backed_up",
    on=DIRECTORY,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Directory was copied within a week",
    risk="After a mistake or an attack, people and groups of before cannot be brought back.",
    fix="aws ds create-snapshot --directory-id {name} --region {region}; look up why the daily one is missing",
)
@_of(MICROSOFT, SIMPLE)
def backed_up(directory: Resource, inventory: Inventory, now: datetime) -> Verdict:
    rows = inventory.where(SNAPSHOT, "item.DirectoryId", directory["item"]["DirectoryId"], region=directory.region)
    made = [datetime.fromisoformat(row["item"]["StartTime"]) for row in rows if row["item"].get("Status") == "Completed"]
    if not made:
        launched = time_of(directory["item"].get("LaunchTime"))
        fresh = launched is not None and now - launched < FIRST_COPY
        return skipped("it was made within a day") if fresh else failed("there is no snapshot")
    last = max(made)
    said = f"the last snapshot is of {last:%Y-%m-%d}"
    return failed(said) if now - last > BACKUP_AGE else passed(said, until=last + BACKUP_AGE)


@check(
    f"{TRUST}.selective",
    on=TRUST,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Trust admits those who were named, not the whole other domain",
    risk="Everybody in the other domain, and whoever breaks into it, is taken for one of ours.",
    fix="aws ds update-trust --trust-id {name} --selective-auth Enabled --region {region}",
)
def selective(trust: Resource) -> Verdict:
    item = trust["item"]
    if item.get("TrustState") in ("Deleted", "Deleting", "Failed"):
        return skipped(f"state is {item['TrustState']}")
    if item.get("TrustDirection") == "One-Way: Incoming":
        return skipped("it lets nobody in from the other domain")
    state = str(item.get("SelectiveAuth") or "Disabled")
    return (passed if state == "Enabled" else failed)(f"selective authentication is {state}")
