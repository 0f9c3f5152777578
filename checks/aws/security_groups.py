"""Checks on security groups: what they open to the world, and what is left lying about."""

from __future__ import annotations

from dataclasses import replace

from checks import exposures
from checks.aws.owned import owned
from checks.aws.ports import open_spans
from checks.exposures import ADMINISTRATION, Exposure, opened, too_wide
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

GROUP = "aws.vpc.security_group"
REVOKE = "aws ec2 revoke-security-group-ingress --group-id {name} --region {region} --ip-permissions RULE"
WEB = {("tcp", 80), ("tcp", 443), ("udp", 443)}  # HTTP, HTTPS, and HTTP/3
CIS = {"file_shares_closed": ("v5:5.1.2", "v6:6.1.2", "v7:6.1.2")}
EXPOSURES = (
    Exposure(
        "admin_ports_closed_ipv4",
        "NOUN keeps administration ports closed to all of IPv4",
        "Anybody may guess passwords, or use the next hole in SSH or RDP, at their leisure.",
        ADMINISTRATION,
        Severity.HIGH,
        "network.admin_ports",
        (4,),
        ("v5:5.3", "v6:6.3", "v7:6.3"),
    ),
    Exposure(
        "admin_ports_closed_ipv6",
        "NOUN keeps administration ports closed to all of IPv6",
        "Anybody with an IPv6 address may guess passwords, or use the next hole in SSH or RDP, at their leisure.",
        ADMINISTRATION,
        Severity.HIGH,
        "network.admin_ports",
        (6,),
        ("v5:5.4", "v6:6.4", "v7:6.4"),
    ),
    *(replace(each, cis=CIS.get(each.name, ())) for each in exposures.EXPOSURES),
)


# What else Security Hub counts as of high risk (EC2.19): mail, and ports that programs take while they are written.
# Load balancers may listen there, so it is asked of groups alone. Not verified: that 8888 is among Security Hub's.
UNFINISHED = Exposure(
    "mail_and_test_ports_closed",
    "NOUN keeps ports of mail and test servers closed to the world",
    "Mail servers are used to send everybody's spam; programs under test come without sign-in and TLS.",
    {
        **{("tcp", port): "mail" for port in (25, 110, 143)},
        **{("tcp", port): "programs under test" for port in (3000, 5000, 8080, 8088, 8888)},
        **{("tcp", port): "seldom known services" for port in (4333, 5500)},
    },
    Severity.MEDIUM,
)


def _closed(exposure: Exposure, group: Resource, inventory: Inventory) -> Verdict:
    for spans in open_spans(group, "IpPermissions", inventory):
        if found := opened(exposure, spans):
            return failed(found)
    return passed("closed to the world")


def _exposed(exposure: Exposure) -> Check:
    @check(
        f"{GROUP}.{exposure.name}",
        on=GROUP,
        control=exposure.control,
        severity=exposure.severity,
        title=exposure.title.replace("NOUN", "Group"),
        risk=exposure.risk,
        fix=REVOKE,
        cis=exposure.cis,
    )
    @owned
    def judge(group: Resource, inventory: Inventory) -> Verdict:
        return _closed(exposure, group, inventory)

    return judge


EXPOSED = tuple(_exposed(each) for each in (*EXPOSURES, UNFINISHED))


def _narrow(group: Resource, way: str, inventory: Inventory) -> Verdict:
    """Pass when, of each protocol and family, no more than single ports are open to the world."""
    for spans in open_spans(group, way, inventory):
        if wide := too_wide(spans):
            return failed(wide)
    return passed("no range of ports is open to the world")


@check(
    f"{GROUP}.not_wide_open",
    on=GROUP,
    control="network.public_access",
    severity=Severity.CRITICAL,
    title="Group opens single ports to the world, not ranges",
    risk="Whatever listens on a machine, now or later, is offered to everybody.",
    fix=REVOKE,
)
@owned
def not_wide_open(group: Resource, inventory: Inventory) -> Verdict:
    return _narrow(group, "IpPermissions", inventory)


@check(
    f"{GROUP}.egress_narrow",
    on=GROUP,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Group lets traffic out only where it must",
    risk="What breaks in can load its tools from, and send data to, anywhere.",
    fix="aws ec2 revoke-security-group-egress --group-id {name} --region {region} --ip-permissions RULE,"
    " after allowing what the machines need",
)
@owned
def egress_narrow(group: Resource, inventory: Inventory) -> Verdict:
    if group["item"]["GroupName"] == "default":
        return skipped("the default group is to let nothing through at all")
    return _narrow(group, "IpPermissionsEgress", inventory)


@check(
    f"{GROUP}.default_closed",
    on=GROUP,
    control="network.default_deny",
    severity=Severity.MEDIUM,
    title="Default group lets nothing through",
    risk="Machines that are started without a group are open to each other, and to what was added here.",
    fix="Remove all rules of {name}: aws ec2 revoke-security-group-ingress, aws ec2 revoke-security-group-egress",
    cis=("v5:5.5", "v6:6.5", "v7:6.5"),
)
@owned
def default_closed(group: Resource) -> Verdict:
    item = group["item"]
    if item["GroupName"] != "default":
        return skipped("not a default group")
    inward, outward = len(item.get("IpPermissions") or []), len(item.get("IpPermissionsEgress") or [])
    if inward or outward:
        return failed(f"{inward} rules inwards, {outward} outwards")
    return passed("no rules")


@check(
    f"{GROUP}.used",
    on=GROUP,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Group is in use",
    risk="Groups that nobody uses are attached by mistake, with rules that nobody reviewed.",
    fix="aws ec2 delete-security-group --group-id {name} --region {region}",
)
@owned
def used(group: Resource, inventory: Inventory) -> Verdict:
    item = group["item"]
    if item["GroupName"] == "default":
        return skipped("a default group cannot be deleted")
    for each in inventory.where("aws.vpc.network_interface", "item.Groups.GroupId", item["GroupId"], region=group.region):
        return passed(f"on network interface {each.name}")
    for way in ("IpPermissions", "IpPermissionsEgress"):
        for each in inventory.where(GROUP, f"item.{way}.UserIdGroupPairs.GroupId", item["GroupId"], region=group.region):
            if each.id != group.id:
                return passed(f"named by rules of {each.name}")
    return failed("on no network interface, and named by no other group")


@check(
    f"{GROUP}.web_alone_open",
    on=GROUP,
    control="network.public_access",
    severity=Severity.LOW,
    title="Group opens nothing to the world but HTTP and HTTPS",
    risk="What listens on other ports is seldom made to face everybody, nor behind a web firewall.",
    fix=REVOKE,
)
@owned
def web_alone_open(group: Resource, inventory: Inventory) -> Verdict:
    for spans in open_spans(group, "IpPermissions", inventory):
        for span in spans:
            if span.width > 1 or (span.protocol, span.low) not in WEB:
                ports = str(span.low) if span.width == 1 else f"{span.low}-{span.high}"
                return failed(f"{span.protocol} {ports} is open to the world")
    return passed("nothing but the ports of the web is open to the world")
