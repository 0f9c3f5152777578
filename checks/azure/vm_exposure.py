"""Checks on which machines the internet reaches, by all that decides it: addresses, load balancers and security groups.

An address of the internet leads to an interface itself, or by a rule of a load balancer, which keeps the caller's address.
What arrives has to be let in by the group of the subnet and by that of the interface. Where neither exists, an address of the
old kind (basic) lets everything in, others nothing.
Source: Azure Virtual Network documentation, "How network security groups filter network traffic", "Public IP addresses";
Load Balancer documentation, "Inbound NAT rules". Not seen: firewalls in front of load balancers, and in the machine itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checks.azure.read import Item, at, in_words, inner, many, needed, parent, prop, properties, word
from checks.azure.security_rules import ALL, GROUP, Machine, Rule, admitted_to, rules
from checks.azure.vnet_read import INTERFACE, PUBLIC_IP, configurations, filters, link, linked
from checks.exposures import ADMINISTRATION, EXPOSURES, Port
from checks.world import Stretch, is_world, without
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

MACHINE, BALANCER = "azure.vm.machine", "azure.lb.balancer"
NO_DOOR = "no address of the internet leads to it"
REMOTE = {**ADMINISTRATION, **next(each.ports for each in EXPOSURES if each.name == "remote_control_closed")}
INNER: dict[Port, str] = {port: said for each in EXPOSURES for port, said in each.ports.items() if port not in REMOTE}


@dataclass(frozen=True, slots=True)
class Door:
    """A way in from the internet to one interface. ``ports``: to which of its ports a load balancer leads; all without one.

    ``closed``: whether nothing comes in where there is no security group.
    """

    name: str
    family: int
    machine: Machine
    groups: tuple[list[Rule], ...]
    closed: bool
    ports: frozenset[tuple[str, int]] | None = None

    def opens(self, port: Port) -> bool:
        """Tell whether the world comes in on *port*."""
        protocol, number = port
        if self.ports is not None and self.ports.isdisjoint({(protocol, number), (protocol, 0), ("all", 0), ("all", number)}):
            return False
        if not self.groups:
            return not self.closed
        left: list[Stretch] = list(ALL[self.family])
        for given in self.groups:
            left = without(left, without(ALL[self.family], admitted_to(given, self.machine, port, self.family)))
        return is_world(left, self.family)


def interfaces(machine: Resource, inventory: Inventory) -> list[Resource]:
    named = [link(each) for each in many(needed(prop(machine, "networkProfile.networkInterfaces"), "its interfaces"))]
    return [linked(INTERFACE, id, inventory) for id in named if id]


def _address(configuration: Item, inventory: Inventory) -> Resource | None:
    id = link(configuration, "publicIPAddress.id")
    return linked(PUBLIC_IP, id, inventory) if id else None


def _basic(sku: object) -> bool:
    return word(at(sku, "sku.name")) in ("", "basic")


def _forwarded(configuration: Item, inventory: Inventory) -> Iterator[tuple[Resource, frozenset[tuple[str, int]]]]:
    """Yield the load balancers with an address of the internet that lead to a configuration, and to which of its ports."""
    pools = {link(each) for each in many(configuration.get("loadBalancerBackendAddressPools"))}
    nats = {link(each) for each in many(configuration.get("loadBalancerInboundNatRules"))}
    for id in sorted({parent(each) for each in pools | nats}):
        balancer = linked(BALANCER, id, inventory)
        held = properties(balancer)
        public = {link(each) for each in many(held.get("frontendIPConfigurations")) if faces_internet(inner(each))}
        ports = {
            (word(inner(rule).get("protocol")), int(inner(rule).get("backendPort") or 0))
            for rule in (*many(held.get("loadBalancingRules")), *many(held.get("inboundNatRules")))
            if link(inner(rule), "frontendIPConfiguration.id") in public and (link(rule) in nats or _pools(inner(rule)) & pools)
        }
        if ports:
            yield balancer, frozenset(ports)


def _pools(rule: Item) -> set[str]:
    return {link(rule, "backendAddressPool.id"), *(link(each) for each in many(rule.get("backendAddressPools")))} - {""}


def faces_internet(frontend: Mapping[str, object]) -> bool:
    """Tell whether a frontend of a load balancer has an address of the internet."""
    return bool(link(frontend, "publicIPAddress.id") or link(frontend, "publicIPPrefix.id"))


def doors(machine: Resource, inventory: Inventory) -> Iterator[Door]:
    """Yield the ways that lead from the internet to a machine. Raises :class:`UnreadError` where one of its parts is unseen."""
    for interface in interfaces(machine, inventory):
        for configuration in configurations(interface):
            family = 6 if word(configuration.get("privateIPAddressVersion")) == "ipv6" else 4
            address, ways = _address(configuration, inventory), list(_forwarded(configuration, inventory))
            if not address and not ways:
                continue
            groups = tuple(rules(linked(GROUP, id, inventory)) for id in filters(interface, inventory))
            seen = Machine(
                tuple(str(each) for each in [configuration.get("privateIPAddress")] if each),
                frozenset(link(each) for each in many(configuration.get("applicationSecurityGroups"))),
            )
            if address:
                yield Door(address.name, family, seen, groups, not _basic(address["item"]))
            for balancer, ports in ways:
                yield Door(balancer.name, family, seen, groups, not _basic(balancer["item"]), ports)


@dataclass(frozen=True, slots=True)
class Reached:
    """Ports that the world is not to reach on a machine."""

    name: str
    title: str
    risk: str
    control: str
    severity: Severity
    ports: Mapping[Port, str]


REACHED = (
    Reached(
        "remote_control_unreachable",
        "The internet doesn't reach the machine's remote control",
        "Anybody tries passwords and keys on it, or the next hole in it, day and night.",
        "network.admin_ports",
        Severity.CRITICAL,
        REMOTE,
    ),
    Reached(
        "inner_services_unreachable",
        "The internet doesn't reach the machine's databases and inner services",
        "Such services trust whoever reaches them: a weak password, or none, is all that stands before the data.",
        "network.public_access",
        Severity.HIGH,
        INNER,
    ),
)


def _unreachable(reached: Reached) -> Check:
    @check(
        f"{MACHINE}.{reached.name}",
        on=MACHINE,
        control=reached.control,
        severity=reached.severity,
        title=reached.title,
        risk=reached.risk,
        fix="Take the rule out of the security group that lets the world in, and reach {name} over Bastion or a VPN:"
        " az network nsg rule delete --ids RULE",
    )
    def judge(machine: Resource, inventory: Inventory) -> Verdict:
        ways = list(doors(machine, inventory))
        if not ways:
            return passed(NO_DOOR)
        for way in ways:
            found = [f"{port[0]} {port[1]} ({said})" for port, said in sorted(reached.ports.items()) if way.opens(port)]
            if found:
                return failed(f"{in_words(found)} reached through {way.name}")
        return passed(f"kept out by security groups, behind {in_words(way.name for way in ways)}")

    return judge


UNREACHABLE = tuple(_unreachable(each) for each in REACHED)


@check(
    f"{MACHINE}.filtered",
    on=MACHINE,
    control="network.default_deny",
    severity=Severity.MEDIUM,
    title="What reaches the machine passes a security group",
    risk="Every port of the machine is open to the whole network, and behind a basic address to the world.",
    fix="az network nic update --ids INTERFACE --network-security-group GROUP",
)
def filtered(machine: Resource, inventory: Inventory) -> Verdict:
    held = interfaces(machine, inventory)
    if not held:
        return skipped("no interfaces")
    bare = [one.name for one in held if not list(filters(one, inventory))]
    return (
        failed(f"no security group on {in_words(bare)}") if bare else passed("a security group is on each interface or subnet")
    )
