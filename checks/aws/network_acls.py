"""Checks on network ACLs. Rules are taken in the order of their numbers: the first that fits an address and a port decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checks.aws.owned import owned
from checks.world import FAMILIES, Stretch, admitted, is_world, stretch
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

ADMINISTRATION = {("6", 22): "SSH", ("6", 3389): "RDP", ("17", 3389): "RDP"}  # by number of the protocol, and port
EVERY_PROTOCOL = "-1"
FIELDS = {4: "CidrBlock", 6: "Ipv6CidrBlock"}

Entry = Mapping[str, Any]


def _fits(entry: Entry, protocol: str, port: int) -> bool:
    if entry["Egress"] or entry["Protocol"] not in (EVERY_PROTOCOL, protocol):
        return False
    ports = entry.get("PortRange")
    return entry["Protocol"] == EVERY_PROTOCOL or ports is None or ports["From"] <= port <= ports["To"]


def _in_order(entries: Iterable[Entry], family: int) -> Iterator[tuple[bool, list[Stretch]]]:
    """Yield of each entry, first to last, whether it allows, and which addresses of *family*."""
    for each in sorted(entries, key=lambda entry: int(entry["RuleNumber"])):
        if cidr := each.get(FIELDS[family]):
            yield each["RuleAction"] == "allow", [stretch(cidr)[1]]


@check(
    "aws.vpc.network_acl.admin_ports_closed",
    on="aws.vpc.network_acl",
    control="network.admin_ports",
    severity=Severity.MEDIUM,
    title="Network ACL keeps administration ports closed to the world",
    risk="One careless security group is enough to put a machine's SSH or RDP before everybody.",
    fix="aws ec2 create-network-acl-entry --network-acl-id {name} --region {region} --ingress --rule-action deny with a"
    " number below the rule that allows the port",
    cis=("v5:5.2", "v6:6.2", "v7:6.2"),
)
@owned
def admin_ports_closed(acl: Resource) -> Verdict:
    item = acl["item"]
    if not item["IsDefault"] and not item.get("Associations"):
        return skipped("no subnet uses it")
    found = []
    for (protocol, port), name in ADMINISTRATION.items():
        fitting = [each for each in item["Entries"] if _fits(each, protocol, port)]
        open_to = [each for each in FAMILIES if is_world(admitted(_in_order(fitting, each), each), each)]
        found += [f"{port} ({name}) over IPv{family}" for family in open_to]
    named = ", ".join(dict.fromkeys(found))
    return failed(f"lets the world in on port {named}") if found else passed("administration ports are closed to the world")


@check(
    "aws.vpc.network_acl.used",
    on="aws.vpc.network_acl",
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Network ACL is in use",
    risk="A list that filters nothing gives false comfort, and is attached by mistake.",
    fix="aws ec2 delete-network-acl --network-acl-id {name} --region {region}",
)
@owned
def used(acl: Resource) -> Verdict:
    item = acl["item"]
    if item["IsDefault"]:
        return skipped("a default network ACL cannot be deleted")
    subnets = [each["SubnetId"] for each in item.get("Associations") or []]
    return passed(f"filters {', '.join(subnets[:3])}") if subnets else failed("no subnet uses it")
