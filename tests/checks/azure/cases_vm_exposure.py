"""Cases of machines that the internet reaches: address or load balancer, group of the subnet, group of the interface."""

from __future__ import annotations

from typing import Any

from checks.azure import vm_exposure
from checks.azure.security_rules import GROUP
from checks.azure.vnet_read import INTERFACE, NETWORK, PUBLIC_IP
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.azure.net import arm, item, known, network, part, rule, security_group, subnet, to

REMOTE, INNER = vm_exposure.UNREACHABLE
MACHINE = item(networkProfile={"networkInterfaces": [to("networkInterfaces", "nic")]})
PUBLIC: dict[str, Any] = {"publicIPAddress": to("publicIPAddresses", "ip")}
POOL = arm("loadBalancers", "lb/backendAddressPools/pool")
NAT = arm("loadBalancers", "lb/inboundNatRules/ssh")
ASG = [to("applicationSecurityGroups", "web")]
OPEN, SHUT = security_group("open", rule()), security_group("shut")


def nic(group: str = "", **configuration: Any) -> Resource:
    usual = {"privateIPAddress": "10.0.0.4", "privateIPAddressVersion": "IPv4", "subnet": to("virtualNetworks", "v/subnets/s")}
    own = {"networkSecurityGroup": to("networkSecurityGroups", group)} if group else {}
    return known(INTERFACE, "networkInterfaces", "nic", ipConfigurations=[part(**{**usual, **configuration})], **own)


def net(group: str = "") -> Resource:
    return network(subnet(**({"networkSecurityGroup": to("networkSecurityGroups", group)} if group else {})))


def address(sku: str | None = "Standard") -> Resource:
    return known(PUBLIC_IP, "publicIPAddresses", "ip", {"sku": {"name": sku} if sku else None}, ipAddress="203.0.113.7")


def balancer(
    *, public: bool = True, port: int = 22, protocol: str = "Tcp", nat: bool = True, sku: str = "Standard"
) -> Resource:
    frontend = {
        "id": arm("loadBalancers", "lb/frontendIPConfigurations/f"),
        "name": "f",
        "properties": PUBLIC if public else {},
    }
    said = {"frontendIPConfiguration": {"id": frontend["id"]}, "backendPort": port, "protocol": protocol}
    rules: dict[str, Any] = (
        {"inboundNatRules": [{"id": NAT, "name": "ssh", "properties": said}]}
        if nat
        else {"loadBalancingRules": [part("all", backendAddressPool={"id": POOL}, **said)]}
    )
    return known(
        vm_exposure.BALANCER, "loadBalancers", "lb", {"sku": {"name": sku}}, frontendIPConfigurations=[frontend], **rules
    )


def asked(outcome: Any, *inventory: Any, check: Any = REMOTE) -> Any:
    return case(check, outcome, item=MACHINE, inventory=inventory)


BY_NAT: dict[str, Any] = {"loadBalancerInboundNatRules": [{"id": NAT}]}
BY_POOL: dict[str, Any] = {"loadBalancerBackendAddressPools": [{"id": POOL}]}

CASES = [
    # An address of its own: both groups have to let the world in.
    asked(PASS, nic("open"), net("open"), OPEN),
    asked(FAIL, nic("open", **PUBLIC), net("open"), OPEN, address()),
    asked(FAIL, nic("open", **PUBLIC), net(), OPEN, address()),
    asked(FAIL, nic(**PUBLIC), net("open"), OPEN, address()),
    asked(PASS, nic("shut", **PUBLIC), net("open"), OPEN, SHUT, address()),
    asked(PASS, nic("open", **PUBLIC), net("shut"), OPEN, SHUT, address()),
    asked(
        PASS,
        nic("low", **PUBLIC),
        net("high"),
        security_group("low", rule(sourceAddressPrefix="0.0.0.0/1")),
        security_group("high", rule(sourceAddressPrefix="128.0.0.0/1")),
        address(),
    ),
    # Without any group, the kind of the address decides.
    asked(PASS, nic(**PUBLIC), net(), address()),
    asked(FAIL, nic(**PUBLIC), net(), address("Basic")),
    asked(FAIL, nic(**PUBLIC), net(), address(None)),
    # A rule is for the machines that it names.
    asked(FAIL, nic("g", **PUBLIC), net(), security_group("g", rule(destinationAddressPrefix="10.0.0.0/24")), address()),
    asked(PASS, nic("g", **PUBLIC), net(), security_group("g", rule(destinationAddressPrefix="10.0.1.0/24")), address()),
    asked(
        FAIL,
        nic("g", applicationSecurityGroups=ASG, **PUBLIC),
        net(),
        security_group("g", rule(destinationAddressPrefix=None, destinationApplicationSecurityGroups=ASG)),
        address(),
    ),
    asked(
        PASS,
        nic("g", **PUBLIC),
        net(),
        security_group("g", rule(destinationAddressPrefix=None, destinationApplicationSecurityGroups=ASG)),
        address(),
    ),
    asked(
        PASS,
        nic("g", **PUBLIC),
        net(),
        security_group("g", rule(100, access="Deny", destinationAddressPrefix="10.0.0.4"), rule(110)),
        address(),
    ),
    asked(FAIL, nic("g", **PUBLIC), net(), security_group("g", rule(destinationPortRange="5985-5986")), address()),
    asked(PASS, nic("g", **PUBLIC), net(), security_group("g", rule(destinationPortRange="443")), address()),
    # IPv6 has rules of its own.
    asked(
        FAIL,
        nic("g", privateIPAddress="fd00::4", privateIPAddressVersion="IPv6", **PUBLIC),
        net(),
        security_group("g", rule(sourceAddressPrefix="::/0")),
        address(),
    ),
    asked(
        PASS,
        nic("g", privateIPAddress="fd00::4", privateIPAddressVersion="IPv6", **PUBLIC),
        net(),
        security_group("g", rule(sourceAddressPrefix="0.0.0.0/0")),
        address(),
    ),
    # Load balancers lead to single ports, or to all.
    asked(FAIL, nic("open", **BY_NAT), net(), OPEN, balancer()),
    asked(PASS, nic("open", **BY_NAT), net(), OPEN, balancer(public=False)),
    asked(PASS, nic("shut", **BY_NAT), net(), SHUT, balancer()),
    asked(PASS, nic("open", **BY_NAT), net(), OPEN, balancer(port=443)),
    asked(FAIL, nic("open", **BY_POOL), net(), OPEN, balancer(nat=False)),
    asked(FAIL, nic("open", **BY_POOL), net(), OPEN, balancer(nat=False, port=0, protocol="All")),
    asked(PASS, nic("open", **BY_POOL), net(), OPEN, balancer(nat=False, protocol="Udp")),
    asked(PASS, nic("open", **BY_POOL), net(), OPEN, balancer()),
    asked(FAIL, nic(**BY_NAT), net(), balancer(sku="Basic")),
    asked(PASS, nic(**BY_NAT), net(), balancer()),
    # What is not to be seen is not known.
    asked(UNKNOWN, unlisted(INTERFACE)),
    asked(UNKNOWN),
    asked(UNKNOWN, nic("open", **PUBLIC), net(), OPEN),
    asked(UNKNOWN, nic("open", **PUBLIC), net(), address(), unlisted(GROUP)),
    asked(UNKNOWN, nic("open", **PUBLIC), OPEN, address(), unlisted(NETWORK)),
    asked(UNKNOWN, nic("open", **BY_NAT), net(), OPEN),
    asked(FAIL, nic("g", **PUBLIC), net(), security_group("g", rule(destinationPortRange="1433")), address(), check=INNER),
    asked(PASS, nic("open", **PUBLIC), net(), OPEN, address(), check=INNER),
    asked(PASS, nic("shut"), net(), check=vm_exposure.filtered),
    asked(PASS, nic(), net("shut"), check=vm_exposure.filtered),
    asked(FAIL, nic(), net(), check=vm_exposure.filtered),
    asked(UNKNOWN, nic(), check=vm_exposure.filtered),
    case(vm_exposure.filtered, SKIP, item=item(networkProfile={"networkInterfaces": []})),
]
