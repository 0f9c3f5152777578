"""Checks on virtual networks, addresses, interfaces, routes and private links. What groups let through: `vnet_rules.py`."""

from __future__ import annotations

from ipaddress import ip_address

from checks.azure.read import Item, at, in_words, inner, is_on, last, many, prop, properties, word
from checks.azure.vnet_read import INTERFACE, NETWORK, PUBLIC_IP, filters, link, subnets
from checks.kinds import Kind, each
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

FLOW_LOG = "azure.networkwatcher.flow_log"
ENDPOINT, LINK_SERVICE = "azure.vnet.private_endpoint", "azure.vnet.private_link_service"
ROUTE_TABLE, NAT_GATEWAY, PERIMETER = "azure.vnet.route_table", "azure.vnet.nat_gateway", "azure.vnet.perimeter"
SUBNET = "az network vnet subnet update --ids {id}/subnets/SUBNET "
EVERYBODY = "*"
# Under these, security groups don't filter what goes to private endpoints; nothing said is the first.
# Source: Private Link documentation, "Manage network policies for private endpoints".
UNFILTERED = {"", "disabled", "routetableenabled"}


def _names(rows: list[Item]) -> str:
    return in_words(each.get("name") or last(each.get("id")) for each in rows)


@check(
    f"{NETWORK}.flows_logged",
    on=NETWORK,
    control="logging.flow_logs",
    severity=Severity.MEDIUM,
    title="Flows of the network are logged",
    risk="After a break-in nobody can tell whom the machines talked to.",
    fix="az network watcher flow-log create --location {region} --name {name} --vnet {id} --storage-account ACCOUNT",
    cis=("v6:6.1.1.5", "v6:6.1.1.6"),
)
def flows_logged(network: Resource, inventory: Inventory) -> Verdict:
    """Accept a flow log on the network, on each of its subnets, or on the security group of each (the old kind)."""
    logs = [flow_log for flow_log in inventory.all(FLOW_LOG) if is_on(prop(flow_log, "enabled"))]
    logged = {link(properties(flow_log), "targetResourceId") for flow_log in logs}
    if word(network.id) in logged:
        return passed("a flow log is on the network")
    parts = subnets(network)
    if not parts:
        return skipped("no subnets for machines")
    silent = [part for part in parts if not {link(part), link(inner(part), "networkSecurityGroup.id")} & logged]
    return failed(f"not logged: {_names(silent)}") if silent else passed("each subnet, or its security group, has a flow log")


@check(
    f"{NETWORK}.subnets_filtered",
    on=NETWORK,
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="Each subnet of the network has a security group",
    risk="Everything in the network, and in those beside it, reaches every port of what stands in such a subnet.",
    fix=SUBNET + "--network-security-group GROUP",
    cis=("v6:7.11",),
)
def subnets_filtered(network: Resource) -> Verdict:
    parts = subnets(network)
    if not parts:
        return skipped("no subnets for machines")
    bare = [part for part in parts if not link(inner(part), "networkSecurityGroup.id")]
    return (
        failed(f"no security group on {_names(bare)}") if bare else passed(f"{len(parts)} subnets, each with a security group")
    )


@check(
    f"{NETWORK}.way_out_chosen",
    on=NETWORK,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Subnets lead out by a way that somebody chose",
    risk="Machines reach the internet from addresses that are not one's own, change unasked and are in nobody's list.",
    fix=SUBNET + "--default-outbound-access false, after giving it a NAT gateway if it needs a way out",
)
def way_out_chosen(network: Resource) -> Verdict:
    """Take it that where nothing is said, Azure gives machines a way out (not verified for every api-version)."""
    parts = subnets(network)
    if not parts:
        return skipped("no subnets for machines")
    given = [part for part in parts if inner(part).get("defaultOutboundAccess") is not False]
    open_ = [part for part in given if not (link(inner(part), "natGateway.id") or link(inner(part), "routeTable.id"))]
    return failed(f"default way out: {_names(open_)}") if open_ else passed("no subnet leads out by default")


@check(
    f"{NETWORK}.flood_protection",
    on=NETWORK,
    control="resilience.floods",
    severity=Severity.LOW,
    title="Network is protected from floods by a plan",
    risk="A flood that Azure's basic protection deems small takes the addresses of the network down.",
    fix="az network vnet update --ids {id} --ddos-protection true --ddos-protection-plan PLAN",
    cis=("v6:8.5",),
)
def flood_protection(network: Resource) -> Verdict:
    on, plan = is_on(prop(network, "enableDdosProtection")), prop(network, "ddosProtectionPlan.id")
    if on and plan:
        return passed(f"protected by {last(plan)}")
    return failed("DDoS network protection is off" if not on else "no protection plan")


@check(
    f"{NETWORK}.traffic_encrypted",
    on=NETWORK,
    control="encryption.in_transit",
    severity=Severity.INFORMATIONAL,
    title="Traffic between machines of the network is encrypted",
    risk="What programs send in the clear is only as secret as Azure's own lines.",
    fix="az network vnet update --ids {id} --enable-encryption true --encryption-enforcement-policy allowUnencrypted",
)
def traffic_encrypted(network: Resource) -> Verdict:
    on = is_on(prop(network, "encryption.enabled"))
    return passed("encryption of the network is on") if on else failed("encryption of the network is off")


@check(
    f"{NETWORK}.names_resolved_inside",
    on=NETWORK,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Network asks no name servers on the internet",
    risk="Names of inner systems go over the internet in the clear, and whoever answers leads traffic away.",
    fix="az network vnet update --ids {id} --dns-servers ADDRESSES",
)
def names_resolved_inside(network: Resource) -> Verdict:
    servers = [str(server) for server in prop(network, "dhcpOptions.dnsServers") or [] if server]
    outside = [server for server in servers if ip_address(server).is_global and server != "168.63.129.16"]
    if outside:
        return failed(f"asks {in_words(outside)}")
    return passed(f"asks {in_words(servers)}" if servers else "asks Azure's own name servers")


@check(
    f"{NETWORK}.peerings_alive",
    on=NETWORK,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Peerings of the network are at work",
    risk="A peering that waits or broke hides that two networks don't see each other, or soon will without anybody's asking.",
    fix="az network vnet peering delete --ids {id}/virtualNetworkPeerings/PEERING",
)
def peerings_alive(network: Resource) -> Verdict:
    peerings = many(prop(network, "virtualNetworkPeerings"))
    if not peerings:
        return skipped("no peerings")
    broken = [peering for peering in peerings if word(inner(peering).get("peeringState")) != "connected"]
    return failed(f"not connected: {_names(broken)}") if broken else passed(f"{len(peerings)} connected")


@check(
    f"{NETWORK}.endpoints_filtered",
    on=NETWORK,
    control="network.private_endpoints",
    severity=Severity.LOW,
    title="Security groups hold for private endpoints, too",
    risk="Every machine that has a way to the subnet reaches the services behind its private endpoints.",
    fix=SUBNET + "--private-endpoint-network-policies Enabled",
)
def endpoints_filtered(network: Resource) -> Verdict:
    parts = [part for part in many(prop(network, "subnets")) if many(inner(part).get("privateEndpoints"))]
    if not parts:
        return skipped("no private endpoints stand in it")
    loose = [part for part in parts if word(inner(part).get("privateEndpointNetworkPolicies")) in UNFILTERED]
    return failed(f"not filtered in {_names(loose)}") if loose else passed("filtered by security groups")


@check(
    f"{PUBLIC_IP}.used",
    on=PUBLIC_IP,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Address of the internet is in use",
    risk="An address that names still lead to, and that is given up one day, takes its visitors to somebody else.",
    fix="az network public-ip delete --ids {id}, after removing names that lead there",
    cis=("v6:7.7",),
)
def used(address: Resource) -> Verdict:
    held = properties(address)
    user = link(held, "ipConfiguration.id") or link(held, "natGateway.id")
    return passed(f"used by {last(user)}") if user else failed("nothing uses it")


@check(
    f"{PUBLIC_IP}.closed_unless_opened",
    on=PUBLIC_IP,
    control="network.default_deny",
    severity=Severity.MEDIUM,
    title="Address lets nothing in that no rule allows",
    risk="Behind an address of the old kind, everything is open to the world where nobody thought of a security group.",
    fix="az network public-ip update --ids {id} --sku Standard, after giving what stands behind it a security group",
)
def closed_unless_opened(address: Resource) -> Verdict:
    """Take an address without a word for basic: all were, until the other kind came."""
    sku = word(at(address["item"], "sku.name")) or "basic"
    return failed("a basic address, which Azure has retired") if sku == "basic" else passed(f"a {sku} address")


@check(
    f"{INTERFACE}.forwards_nothing",
    on=INTERFACE,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Interface passes on no traffic of others",
    risk="A machine that routes joins networks that were kept apart, and can read what passes.",
    fix="az network nic update --ids {id} --ip-forwarding false",
)
def forwards_nothing(interface: Resource) -> Verdict:
    on = is_on(prop(interface, "enableIPForwarding"))
    return failed("IP forwarding is on") if on else passed("IP forwarding is off")


@check(
    f"{INTERFACE}.filtered",
    on=INTERFACE,
    control="network.default_deny",
    severity=Severity.MEDIUM,
    title="Traffic to the interface passes a security group",
    risk="Every port of the machine is open to the whole network, and behind a basic address to the world.",
    fix="az network nic update --ids {id} --network-security-group GROUP",
)
def filtered(interface: Resource, inventory: Inventory) -> Verdict:
    if link(properties(interface), "privateEndpoint.id") or link(properties(interface), "privateLinkService.id"):
        return skipped("the interface of a private link")
    found = list(filters(interface, inventory))
    return passed(f"by {in_words(last(id) for id in found)}") if found else failed("no security group, on it or its subnet")


@check(
    f"{INTERFACE}.in_use",
    on=INTERFACE,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Interface belongs to something",
    risk="An interface that is left over keeps its address and its rules for whoever attaches it next.",
    fix="az network nic delete --ids {id}",
)
def in_use(interface: Resource) -> Verdict:
    held = properties(interface)
    user = next(
        filter(None, (link(held, f"{field}.id") for field in ("virtualMachine", "privateEndpoint", "privateLinkService"))), ""
    )
    user = user or word(interface["item"].get("managedBy")) or in_words(link(one) for one in many(held.get("hostedWorkloads")))
    return passed(f"belongs to {last(user)}") if user else failed("belongs to nothing")


@each(
    (Kind(ROUTE_TABLE, "Route table", "az network route-table"), Kind(NAT_GATEWAY, "NAT gateway", "az network nat gateway")),
    "on_subnet",
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="NOUN is on a subnet",
    risk="What nobody uses is attached by mistake, with settings that nobody reviewed.",
    fix="MODIFY delete --ids {id}",
)
def on_subnet(resource: Resource) -> Verdict:
    held = [link(one) for one in many(prop(resource, "subnets"))] + [link(properties(resource), "sourceVirtualNetwork.id")]
    found = [last(id) for id in held if id]
    return passed(f"on {in_words(found)}") if found else failed("on no subnet")


@check(
    f"{ENDPOINT}.connected",
    on=ENDPOINT,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Private endpoint is connected to its service",
    risk="Programs that ought to stay within the network go over the internet instead, or not at all.",
    fix="az network private-endpoint-connection approve --id CONNECTION, or: az network private-endpoint delete --ids {id}",
)
def connected(endpoint: Resource) -> Verdict:
    held = properties(endpoint)
    both = [*many(held.get("privateLinkServiceConnections")), *many(held.get("manualPrivateLinkServiceConnections"))]
    states = {word(at(inner(one), "privateLinkServiceConnectionState.status")) or "pending" for one in both} or {"none"}
    return passed("the connection is approved") if states == {"approved"} else failed(f"its connection: {in_words(states)}")


@check(
    f"{LINK_SERVICE}.consumers_named",
    on=LINK_SERVICE,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Private link service admits named subscriptions only",
    risk="Anybody who knows its alias is connected to the machines behind it, or may ask to be.",
    fix="az network private-link-service update --ids {id} --visibility SUBSCRIPTIONS --auto-approval SUBSCRIPTIONS",
)
def consumers_named(service: Resource) -> Verdict:
    """Where nothing is said, only those who have rights on the service itself may connect."""
    held = properties(service)
    if EVERYBODY in (at(held, "autoApproval.subscriptions") or []):
        return failed("everybody is connected without being asked")
    if EVERYBODY in (at(held, "visibility.subscriptions") or []):
        return failed("everybody may ask to be connected")
    return passed(f"shown to {len(at(held, 'visibility.subscriptions') or [])} subscriptions by name")


@check(
    f"{PERIMETER}.enforced",
    on=PERIMETER,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Perimeter holds for the services in it",
    risk="A perimeter that only watches keeps nobody out, and looks as if it did.",
    fix="az network perimeter association update --perimeter-name {name} -g GROUP -n ASSOCIATION --access-mode Enforced",
    cis=("v6:7.16",),
)
def enforced(perimeter: Resource) -> Verdict:
    services = many(perimeter["associations"])
    if not services:
        return failed("no service is in it")
    loose = [one for one in services if word(inner(one).get("accessMode")) != "enforced"]
    return failed(f"only watches: {_names(loose)}") if loose else passed(f"{len(services)} services are kept by it")
