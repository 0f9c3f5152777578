"""How checks on networks follow the links between networks, interfaces, addresses and what filters them."""

from __future__ import annotations

from collections.abc import Iterator

from checks.azure.read import Item, at, inner, last, many, parent, prop, properties, same, word
from scanner.model import Inventory, Reason, Resource, Unread, UnreadError

NETWORK, INTERFACE, PUBLIC_IP = "azure.vnet.network", "azure.vnet.interface", "azure.vnet.public_ip"
# Subnets of Azure's own gateways. Some refuse a security group, and Bastion's needs rules that Azure prescribes.
# Source: the documentation of VPN Gateway, Azure Firewall, Route Server and Bastion, each on its subnet.
GATEWAYS = {
    "gatewaysubnet",
    "azurefirewallsubnet",
    "azurefirewallmanagementsubnet",
    "routeserversubnet",
    "azurebastionsubnet",
}


def link(value: object, path: str = "id") -> str:
    """Return the id that lies at *path*, in the small letters by which resources are known; empty where there is none."""
    return word(at(value, path)).rstrip("/")


def linked(type: str, id: str, inventory: Inventory) -> Resource:
    """Return what an id leads to. Raises :class:`UnreadError` where it is not in this subscription, or was not to be seen."""
    if found := inventory.get(type, id):
        return found
    raise UnreadError(f"{type} {last(id)}", Unread(Reason.UNAVAILABLE, "NotListed"))


def subnets(network: Resource) -> list[Item]:
    """Return the subnets of a network but those of Azure's own gateways."""
    return [each for each in many(prop(network, "subnets")) if word(each.get("name")) not in GATEWAYS]


def subnet(id: str, inventory: Inventory) -> Item:
    """Return a subnet by its id. Raises :class:`UnreadError` where its network, or the subnet in it, is not to be seen."""
    network = linked(NETWORK, parent(id), inventory)
    for each in many(prop(network, "subnets")):
        if same(each.get("id"), id):
            return each
    raise UnreadError(f"subnet {last(id)}", Unread(Reason.UNAVAILABLE, "NotListed"))


def configurations(interface: Resource) -> list[Item]:
    """Return the address configurations of an interface, each by its properties."""
    return [inner(each) for each in many(properties(interface).get("ipConfigurations"))]


def filters(interface: Resource, inventory: Inventory) -> Iterator[str]:
    """Yield the ids of the security groups that traffic to an interface passes: of its subnets, then its own."""
    held = {link(each, "subnet.id") for each in configurations(interface)} - {""}
    on_subnets = {link(inner(subnet(id, inventory)), "networkSecurityGroup.id") for id in sorted(held)}
    yield from sorted(on_subnets - {""})
    if own := link(properties(interface), "networkSecurityGroup.id"):
        yield own
