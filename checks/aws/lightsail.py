"""Checks on servers of Lightsail and their disks.

A server has no role, no security group and no key of KMS: what it lets in stands in itself, and its disks are always encrypted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from checks.exposures import ADMINISTRATION, EXPOSURES, LAST_PORT, Exposure, Span, opened, too_wide
from checks.kinds import Kind, each
from checks.support import kept_up, lasting
from checks.systems import maintained_until
from checks.world import EVERYWHERE, FAMILIES, hold_world
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

INSTANCE, DISK = "aws.lightsail.instance", "aws.lightsail.disk"
PORTS = "aws lightsail put-instance-public-ports --instance-name {name} --region {region} --port-infos PORTS"
COPY = "aws lightsail enable-add-on --resource-name {name} --add-on-request addOnType=AutoSnapshot --region {region}"
ANYWHERE = "Anywhere"
BOTH = ("tcp", "udp")
PROTOCOLS = {"all": BOTH, "-1": BOTH, "tcp": ("tcp",), "udp": ("udp",)}
SHARED_KEY = "LightsailDefaultKeyPair"
AUTOMATIC = "autosnapshot"

ADMIN_PORTS = Exposure(
    "admin_ports_closed",
    "NOUN keeps administration ports closed to the world",
    "Anybody may guess passwords, or use the next hole in SSH or RDP, at their leisure.",
    ADMINISTRATION,
    Severity.HIGH,
    "network.admin_ports",
)

# How the ids of blueprints of plain systems begin, and what these systems call themselves. Ids of applications (wordpress)
# tell of no system. Not verified: ids of systems that no public example shows (centos, windows_server).
SYSTEMS = (
    (re.compile(r"amazon_linux_(201\d_\d+)"), "Amazon Linux AMI {}"),
    (re.compile(r"amazon_linux_(\d+)"), "Amazon Linux {}"),
    (re.compile(r"amazon_linux$"), "Amazon Linux AMI 2018.03"),
    (re.compile(r"ubuntu_(\d+_\d+)"), "Ubuntu {}"),
    (re.compile(r"debian_(\d+)"), "Debian GNU/Linux {}"),
    (re.compile(r"centos_stream_(\d+)"), "CentOS Stream {}"),
    (re.compile(r"centos_(\d+)"), "CentOS Linux {}"),
    (re.compile(r"windows_server_(\d{4})"), "Microsoft Windows Server {}"),
)

Rule = Mapping[str, Any]


def _from(rule: Rule) -> tuple[str, ...]:
    """Return the blocks that *rule* lets in. Rules of before there were blocks tell them in words."""
    if "cidrs" in rule or "ipv6Cidrs" in rule:
        return (*(rule.get("cidrs") or ()), *(rule.get("ipv6Cidrs") or ()))
    said = str(rule.get("accessFrom") or "")
    named = tuple(block for block in EVERYWHERE.values() if block in said)
    return (named or tuple(EVERYWHERE.values())) if said.startswith(ANYWHERE) else ()


def _spans(instance: Resource) -> Iterator[Span]:
    """Yield what the server's firewall opens to the world."""
    for rule in instance["item"]["networking"].get("ports") or []:
        if str(rule.get("accessDirection")).lower() == "outbound" or str(rule.get("accessType")).lower() == "private":
            continue
        protocols = PROTOCOLS.get(str(rule["protocol"]).lower(), ())
        low, high = (0, LAST_PORT) if len(protocols) > 1 else (rule["fromPort"], rule["toPort"])
        world = [family for family in FAMILIES if hold_world(frozenset(_from(rule)), family)]
        yield from (Span(protocol, low, high, family) for protocol in protocols for family in world)


def _exposed(exposure: Exposure) -> Check:
    @check(
        f"{INSTANCE}.{exposure.name}",
        on=INSTANCE,
        control=exposure.control,
        severity=exposure.severity,
        title=exposure.title.replace("NOUN", "Server"),
        risk=exposure.risk,
        fix=PORTS,
    )
    def judge(instance: Resource) -> Verdict:
        found = opened(exposure, _spans(instance))
        return failed(found) if found else passed("closed to the world")

    return judge


EXPOSED = tuple(_exposed(exposure) for exposure in (ADMIN_PORTS, *EXPOSURES))


@check(
    f"{INSTANCE}.not_wide_open",
    on=INSTANCE,
    control="network.default_deny",
    severity=Severity.HIGH,
    title="Server opens single ports to the world, no ranges",
    risk="Whatever is started on the server is open to everybody from then on.",
    fix=PORTS,
)
def not_wide_open(instance: Resource) -> Verdict:
    wide = too_wide(_spans(instance))
    return failed(wide) if wide else passed("no range of ports is open to the world")


@check(
    f"{INSTANCE}.metadata_v2",
    on=INSTANCE,
    control="guest_os.metadata_service",
    severity=Severity.MEDIUM,
    title="Server's metadata asks for a session token",
    risk="A program that can be made to fetch an address hands out what the metadata tells, and the launch script with it.",
    fix="aws lightsail update-instance-metadata-options --instance-name {name} --http-tokens required --region {region}",
)
def metadata_v2(instance: Resource) -> Verdict:
    options = instance["item"].get("metadataOptions") or {}
    if options.get("httpEndpoint") == "disabled":
        return passed("there is no metadata service")
    tokens = options.get("httpTokens", "optional")
    return (passed if tokens == "required" else failed)(f"a token is {tokens}")


@check(
    f"{INSTANCE}.maintained_system",
    on=INSTANCE,
    control="guest_os.supported_version",
    severity=Severity.MEDIUM,
    title="Server was made of a system that is still maintained",
    risk="New holes in the system are known to everybody, and nobody closes them.",
    fix="Make a server of a newer blueprint, move what runs, and delete this one; or upgrade the system in place",
)
def maintained_system(instance: Resource, now: datetime) -> Verdict:
    blueprint = str(instance["item"].get("blueprintId") or "")
    for pattern, name in SYSTEMS:
        if found := pattern.match(blueprint):
            system = name.format(*(part.replace("_", ".") for part in found.groups()))
            return kept_up(system, maintained_until(system), now)
    return unknown(f"the blueprint {blueprint or 'that it was made of'} does not tell the system")


SYSTEM_LASTS = lasting(maintained_system)


@check(
    f"{INSTANCE}.key_of_its_own",
    on=INSTANCE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Server is entered with a key of its own",
    risk="Whoever may download the region's default key enters every server that has it.",
    fix="aws lightsail create-key-pair, put its public key on {name}, and take the default key out",
)
def key_of_its_own(instance: Resource) -> Verdict:
    name = str(instance["item"].get("sshKeyName") or "")
    if not name:
        return skipped("it was made without a key")
    return (failed if name == SHARED_KEY else passed)(f"its key is {name}")


def _copied(add_ons: Iterable[Rule] | None) -> Verdict:
    """Pass when daily snapshots are among the add-ons."""
    for add_on in add_ons or ():
        if str(add_on.get("name")).lower() == AUTOMATIC and str(add_on.get("status")).lower().startswith("enabl"):
            return passed(f"a snapshot is made every day at {add_on.get('snapshotTimeOfDay', 'some time')}")
    return failed("no snapshots are made by themselves")


@each(
    (Kind(INSTANCE, "Server", COPY), Kind(DISK, "Disk", COPY)),
    "backed_up",
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="NOUN is backed up every day",
    risk="What was deleted or encrypted cannot be brought back.",
    fix="MODIFY",
)
def backed_up(resource: Resource) -> Verdict:
    if resource["item"].get("isSystemDisk"):
        return skipped("it is copied with its server")
    return _copied(resource["item"].get("addOns"))


@check(
    f"{DISK}.in_use",
    on=DISK,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Disk is attached to a server",
    risk="Data that nobody thinks of any more lies about, and is paid for.",
    fix="aws lightsail delete-disk --disk-name {name} --region {region}, after a snapshot where it may be needed",
)
def in_use(disk: Resource) -> Verdict:
    item = disk["item"]
    return passed(f"attached to {item.get('attachedTo')}") if item.get("isAttached") else failed("attached to nothing")
