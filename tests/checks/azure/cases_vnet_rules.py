"""Cases of network security groups: what their rules, in their order, leave open to the world."""

from __future__ import annotations

from typing import Any

from checks.azure import vnet_rules
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.net import group, rule, to

BY_NAME = {check.id.rpartition(".")[2]: check for check in vnet_rules.EXPOSED}
SSH, RDP, WEB = BY_NAME["ssh_closed"], BY_NAME["rdp_closed"], BY_NAME["web_closed"]
UDP, WIDE, OUT = vnet_rules.udp_closed, vnet_rules.not_wide_open, vnet_rules.outbound_limited


def deny(priority: int = 100, **said: Any) -> dict[str, Any]:
    return rule(priority, access="Deny", **said)


def outward(priority: int = 100, **said: Any) -> dict[str, Any]:
    everything = {"protocol": "*", "destinationPortRange": "*", "direction": "Outbound"}
    return rule(priority, **{**everything, **said})


def opening(port: str, protocol: str = "Tcp") -> dict[str, Any]:
    return rule(protocol=protocol, destinationPortRange=port)


def lacking(field: str) -> dict[str, Any]:
    """Return a rule that opens SSH, without a field that every rule has."""
    made = rule()
    return {**made, "properties": {**made["properties"], field: None}}


ASG = [to("applicationSecurityGroups", "web")]
OTHER = [to("applicationSecurityGroups", "batch")]
BASTION: dict[str, Any] = {"sourceAddressPrefix": "203.0.113.0/24"}

CASES = [
    # What nobody said anything about, the default rules keep out.
    case(SSH, PASS, item=group()),
    case(SSH, PASS, item={"properties": {"securityRules": None, "defaultSecurityRules": [], "subnets": [{"id": "s"}]}}),
    case(SSH, UNKNOWN, item={"properties": {"securityRules": None, "defaultSecurityRules": None, "subnets": [{"id": "s"}]}}),
    *(case(SSH, UNKNOWN, item=group(lacking(field))) for field in ("access", "direction", "priority", "protocol")),
    case(SSH, SKIP, item=group(rule(), subnets=[], networkInterfaces=None)),
    case(SSH, FAIL, item=group(rule(), subnets=None, networkInterfaces=[to("networkInterfaces", "n")])),
    # Who the world is.
    case(SSH, FAIL, item=group(rule())),
    case(SSH, FAIL, item=group(rule(sourceAddressPrefix="Internet"))),
    case(SSH, FAIL, item=group(rule(sourceAddressPrefix="internet", access="allow", direction="inbound", protocol="TCP"))),
    case(SSH, FAIL, item=group(rule(sourceAddressPrefix="0.0.0.0/0"))),
    case(SSH, FAIL, item=group(rule(sourceAddressPrefix="0.0.0.0"))),
    case(SSH, FAIL, item=group(rule(sourceAddressPrefix="::/0"))),
    case(SSH, FAIL, item=group(rule(sourceAddressPrefix=None))),
    case(SSH, FAIL, item=group(rule(sourceAddressPrefix=None, sourceAddressPrefixes=["10.0.0.0/8", "0.0.0.0/0"]))),
    case(SSH, FAIL, item=group(rule(sourceAddressPrefix=None, sourceAddressPrefixes=["0.0.0.0/1", "128.0.0.0/1"]))),
    case(SSH, FAIL, item=group(rule(sourceAddressPrefix="0.0.0.0/1"), rule(110, sourceAddressPrefix="128.0.0.0/1"))),
    case(SSH, PASS, item=group(rule(**BASTION))),
    case(SSH, PASS, item=group(rule(sourceAddressPrefix="10.0.0.0/8"))),
    case(SSH, PASS, item=group(rule(sourceAddressPrefix="VirtualNetwork"))),
    case(SSH, PASS, item=group(rule(sourceAddressPrefix="AzureLoadBalancer"))),
    case(SSH, PASS, item=group(rule(sourceAddressPrefix="AzureCloud.WestEurope"))),
    case(SSH, PASS, item=group(rule(sourceAddressPrefix=None, sourceApplicationSecurityGroups=ASG))),
    # Which ports and protocols.
    case(SSH, FAIL, item=group(rule(destinationPortRange="*"))),
    case(SSH, FAIL, item=group(rule(destinationPortRange="0-65535"))),
    case(SSH, FAIL, item=group(rule(destinationPortRange="20-30"))),
    case(SSH, FAIL, item=group(rule(destinationPortRange=None, destinationPortRanges=["80", "22"]))),
    case(SSH, FAIL, item=group(rule(protocol="*"))),
    case(SSH, PASS, item=group(rule(destinationPortRange="23-30"))),
    case(SSH, PASS, item=group(rule(destinationPortRange=None, destinationPortRanges=["80", "443"]))),
    case(SSH, PASS, item=group(rule(protocol="Udp"))),
    case(SSH, PASS, item=group(rule(protocol="Icmp", destinationPortRange="*"))),
    case(SSH, PASS, item=group(rule(direction="Outbound"))),
    # A caller chooses the port that he sends from: who allows one of them lets everybody in, who denies one keeps nobody out.
    case(SSH, FAIL, item=group(rule(sourcePortRange="443"))),
    case(SSH, FAIL, item=group(deny(100, sourcePortRange="443"), rule(110))),
    # The lowest number is asked first, wherever it stands in the list.
    case(SSH, PASS, item=group(deny(100), rule(110))),
    case(SSH, PASS, item=group(rule(110), deny(100))),
    case(SSH, FAIL, item=group(rule(100), deny(110))),
    case(SSH, PASS, item=group(deny(100, protocol="*", destinationPortRange="*"), rule(110))),
    case(SSH, PASS, item=group(deny(100, sourceAddressPrefix="Internet"), rule(110))),
    case(SSH, FAIL, item=group(deny(100, protocol="Udp"), rule(110))),
    case(SSH, FAIL, item=group(deny(100, destinationPortRange="3389"), rule(110))),
    case(SSH, FAIL, item=group(deny(100, sourceAddressPrefix="198.51.100.0/24"), rule(110))),
    case(SSH, FAIL, item=group(deny(100, sourceAddressPrefix="AzureCloud"), rule(110))),
    case(SSH, FAIL, item=group(deny(100, sourceAddressPrefix="0.0.0.0/0"), rule(110))),  # IPv6 comes in
    case(SSH, PASS, item=group(deny(100, sourceAddressPrefixes=["0.0.0.0/0", "::/0"], sourceAddressPrefix=""), rule(110))),
    # A denial holds only for the machines that it names.
    case(SSH, PASS, item=group(deny(100, destinationAddressPrefix="VirtualNetwork"), rule(110))),
    case(
        SSH, PASS, item=group(deny(100, destinationAddressPrefix="10.0.0.0/8"), rule(110, destinationAddressPrefix="10.1.0.4"))
    ),
    case(SSH, FAIL, item=group(deny(100, destinationAddressPrefix="10.0.0.5"), rule(110, destinationAddressPrefix="10.0.0.4"))),
    case(SSH, FAIL, item=group(deny(100, destinationAddressPrefix="10.0.0.5"), rule(110))),
    case(
        SSH,
        PASS,
        item=group(
            deny(100, destinationAddressPrefix=None, destinationApplicationSecurityGroups=ASG),
            rule(110, destinationAddressPrefix=None, destinationApplicationSecurityGroups=ASG),
        ),
    ),
    case(
        SSH,
        FAIL,
        item=group(
            deny(100, destinationAddressPrefix=None, destinationApplicationSecurityGroups=ASG),
            rule(110, destinationAddressPrefix=None, destinationApplicationSecurityGroups=OTHER),
        ),
    ),
    case(RDP, FAIL, item=group(opening("3389"))),
    case(RDP, FAIL, item=group(opening("3389", "Udp"))),
    case(RDP, PASS, item=group(opening("22"))),
    case(WEB, FAIL, item=group(opening("443"))),
    case(WEB, FAIL, item=group(opening("80"))),
    case(WEB, PASS, item=group(opening("8443"))),
    *(
        case(BY_NAME[name], outcome, item=group(opening(port)))
        for name, closed, port in (
            ("file_shares_closed", "443", "445"),
            ("remote_control_closed", "443", "5986"),
            ("databases_closed", "443", "1433"),
            ("inner_services_closed", "443", "6443"),
        )
        for outcome, port in ((PASS, closed), (FAIL, port))
    ),
    case(UDP, PASS, item=group(opening("53"))),
    case(UDP, FAIL, item=group(opening("53", "Udp"))),
    case(UDP, FAIL, item=group(opening("53", "*"))),
    case(UDP, PASS, item=group(rule(protocol="Udp", destinationPortRange="53", **BASTION))),
    case(UDP, SKIP, item=group(opening("53", "Udp"), subnets=None)),
    case(WIDE, PASS, item=group(opening("443"))),
    case(WIDE, PASS, item=group(opening("30000-30100"))),
    case(WIDE, FAIL, item=group(opening("*"))),
    case(WIDE, FAIL, item=group(opening("1024-65535"))),
    case(WIDE, PASS, item=group(deny(100, destinationPortRange="1000-65535"), rule(110, destinationPortRange="*"))),
    case(WIDE, SKIP, item=group(opening("*"), subnets=None)),
    case(vnet_rules.azure_kept_out, PASS, item=group(rule(sourceAddressPrefix="AzureFrontDoor.Backend"))),
    case(vnet_rules.azure_kept_out, PASS, item=group(deny(sourceAddressPrefix="AzureCloud"))),
    case(vnet_rules.azure_kept_out, FAIL, item=group(rule(sourceAddressPrefix="AzureCloud"))),
    case(vnet_rules.azure_kept_out, FAIL, item=group(rule(sourceAddressPrefix="AzureCloud.westeurope"))),
    case(vnet_rules.azure_kept_out, SKIP, item=group(rule(sourceAddressPrefix="AzureCloud"), subnets=None)),
    # Outwards, what nobody said anything about goes to the internet.
    case(OUT, FAIL, item=group()),
    case(OUT, FAIL, item=group(defaultSecurityRules=None)),
    case(OUT, PASS, item=group(outward(access="Deny"), defaultSecurityRules=[])),
    case(OUT, PASS, item=group(outward(access="Deny"))),
    case(OUT, PASS, item=group(outward(access="Deny", destinationAddressPrefix="Internet"))),
    case(OUT, PASS, item=group(outward(100, destinationPortRange="443", protocol="Tcp"), outward(4096, access="Deny"))),
    case(OUT, PASS, item=group(outward(access="Deny", sourceAddressPrefix="VirtualNetwork"))),
    case(OUT, FAIL, item=group(outward(access="Deny", destinationAddressPrefix="VirtualNetwork"))),
    case(OUT, FAIL, item=group(outward(access="Deny", protocol="Tcp"))),
    case(OUT, FAIL, item=group(outward(access="Deny", destinationPortRange="25"))),
    case(OUT, FAIL, item=group(outward(access="Deny", sourceAddressPrefix="10.0.0.4"))),
    case(OUT, SKIP, item=group(subnets=None)),
    case(vnet_rules.used, PASS, item=group()),
    case(vnet_rules.used, FAIL, item=group(subnets=None)),
    case(vnet_rules.used, FAIL, item=group(subnets=[], networkInterfaces=[])),
]
