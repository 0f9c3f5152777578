"""Cases of virtual networks, addresses, interfaces, routes and private links."""

from __future__ import annotations

from typing import Any

from checks.azure import vnet
from checks.azure.vnet_read import NETWORK
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.azure.net import arm, item, known, network, part, subnet, to

NET_ID = arm("virtualNetworks", "v").lower()
GUARDED: dict[str, Any] = {"networkSecurityGroup": to("networkSecurityGroups", "g")}
TABLE_USED, NAT_USED = vnet.on_subnet


def net(*subnets: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return item(subnets=list(subnets), **properties)


def flow_log(target: str, *, enabled: bool = True) -> Resource:
    return known(vnet.FLOW_LOG, "networkWatchers", f"w/flowLogs/{target[-3:]}", targetResourceId=target, enabled=enabled)


def peering(state: str) -> dict[str, Any]:
    return part("to-hub", peeringState=state, remoteVirtualNetwork=to("virtualNetworks", "hub"))


def interface(at: str = "s", **properties: Any) -> dict[str, Any]:
    configuration = part(subnet=to("virtualNetworks", f"v/subnets/{at}"), privateIPAddress="10.0.0.4")
    return item(ipConfigurations=[configuration], **properties)


def connection(status: str | None) -> list[dict[str, Any]]:
    return [part(privateLinkServiceConnectionState={"status": status})]


CASES = [
    case(vnet.flows_logged, PASS, id=NET_ID, item=net(subnet()), inventory=[flow_log(arm("virtualNetworks", "v"))]),
    case(
        vnet.flows_logged,
        PASS,
        id=NET_ID,
        item=net(subnet("a"), subnet("b", **GUARDED), subnet("GatewaySubnet")),
        inventory=[flow_log(arm("virtualNetworks", "v/subnets/a")), flow_log(arm("networkSecurityGroups", "g"))],
    ),
    case(
        vnet.flows_logged,
        FAIL,
        id=NET_ID,
        item=net(subnet("a"), subnet("b")),
        inventory=[flow_log(arm("virtualNetworks", "v/subnets/a"))],
    ),
    case(vnet.flows_logged, FAIL, id=NET_ID, item=net(subnet(**GUARDED))),
    case(
        vnet.flows_logged,
        FAIL,
        id=NET_ID,
        item=net(subnet()),
        inventory=[flow_log(arm("virtualNetworks", "v"), enabled=False)],
    ),
    case(vnet.flows_logged, SKIP, id=NET_ID, item=net(subnet("AzureBastionSubnet"))),
    case(vnet.flows_logged, UNKNOWN, id=NET_ID, item=net(subnet()), inventory=[unlisted(vnet.FLOW_LOG)]),
    case(vnet.subnets_filtered, PASS, item=net(subnet(**GUARDED), subnet("gatewaysubnet"), subnet("AzureFirewallSubnet"))),
    case(vnet.subnets_filtered, FAIL, item=net(subnet(**GUARDED), subnet("bare"))),
    case(vnet.subnets_filtered, FAIL, item=net(subnet(networkSecurityGroup=None))),
    case(vnet.subnets_filtered, SKIP, item=net()),
    case(vnet.way_out_chosen, PASS, item=net(subnet(defaultOutboundAccess=False))),
    case(vnet.way_out_chosen, PASS, item=net(subnet(natGateway=to("natGateways", "n")))),
    case(vnet.way_out_chosen, PASS, item=net(subnet(routeTable=to("routeTables", "r")))),
    case(vnet.way_out_chosen, FAIL, item=net(subnet(defaultOutboundAccess=None))),
    case(vnet.way_out_chosen, FAIL, item=net(subnet(defaultOutboundAccess=True))),
    case(vnet.way_out_chosen, SKIP, item=net(subnet("RouteServerSubnet"))),
    case(
        vnet.flood_protection,
        PASS,
        item=net(enableDdosProtection=True, ddosProtectionPlan=to("ddosProtectionPlans", "plan")),
    ),
    case(vnet.flood_protection, FAIL, item=net(enableDdosProtection=True)),
    case(vnet.flood_protection, FAIL, item=net(enableDdosProtection=False, ddosProtectionPlan=to("ddosProtectionPlans", "p"))),
    case(vnet.flood_protection, FAIL, item=net()),
    case(vnet.traffic_encrypted, PASS, item=net(encryption={"enabled": True, "enforcement": "AllowUnencrypted"})),
    case(vnet.traffic_encrypted, FAIL, item=net(encryption={"enabled": False})),
    case(vnet.traffic_encrypted, FAIL, item=net()),
    case(vnet.names_resolved_inside, PASS, item=net()),
    case(vnet.names_resolved_inside, PASS, item=net(dhcpOptions={"dnsServers": ["10.0.0.4", "168.63.129.16"]})),
    case(vnet.names_resolved_inside, FAIL, item=net(dhcpOptions={"dnsServers": ["10.0.0.4", "8.8.8.8"]})),
    case(vnet.peerings_alive, PASS, item=net(virtualNetworkPeerings=[peering("Connected")])),
    case(vnet.peerings_alive, FAIL, item=net(virtualNetworkPeerings=[peering("Connected"), peering("Disconnected")])),
    case(vnet.peerings_alive, FAIL, item=net(virtualNetworkPeerings=[peering("Initiated")])),
    case(vnet.peerings_alive, SKIP, item=net(virtualNetworkPeerings=[])),
    *(
        case(
            vnet.endpoints_filtered,
            outcome,
            item=net(subnet(privateEndpoints=[to("privateEndpoints", "p")], privateEndpointNetworkPolicies=policy)),
        )
        for policy, outcome in (
            ("Enabled", PASS),
            ("NetworkSecurityGroupEnabled", PASS),
            ("RouteTableEnabled", FAIL),
            ("disabled", FAIL),
            (None, FAIL),
        )
    ),
    case(vnet.endpoints_filtered, SKIP, item=net(subnet(privateEndpointNetworkPolicies="Disabled"))),
    case(vnet.used, PASS, item=item(ipConfiguration=to("networkInterfaces", "n/ipConfigurations/i"))),
    case(vnet.used, PASS, item=item(natGateway=to("natGateways", "n"))),
    case(vnet.used, FAIL, item=item(ipAddress="203.0.113.7", ipConfiguration=None)),
    case(vnet.closed_unless_opened, PASS, item=item({"sku": {"name": "Standard", "tier": "Regional"}})),
    case(vnet.closed_unless_opened, PASS, item=item({"sku": {"name": "StandardV2"}})),
    case(vnet.closed_unless_opened, FAIL, item=item({"sku": {"name": "Basic"}})),
    case(vnet.closed_unless_opened, FAIL, item=item()),
    case(vnet.forwards_nothing, PASS, item=interface(enableIPForwarding=False)),
    case(vnet.forwards_nothing, FAIL, item=interface(enableIPForwarding=True)),
    case(vnet.filtered, PASS, item=interface(), inventory=[network(subnet(**GUARDED))]),
    case(vnet.filtered, PASS, item=interface(**GUARDED), inventory=[network(subnet())]),
    case(vnet.filtered, FAIL, item=interface(), inventory=[network(subnet())]),
    case(vnet.filtered, SKIP, item=interface(privateEndpoint=to("privateEndpoints", "p"))),
    case(vnet.filtered, UNKNOWN, item=interface(), inventory=[unlisted(NETWORK)]),
    case(vnet.filtered, UNKNOWN, item=interface()),
    case(vnet.filtered, UNKNOWN, item=interface("gone"), inventory=[network(subnet())]),
    case(vnet.in_use, PASS, item=interface(virtualMachine={"id": "/x/virtualMachines/vm"})),
    case(vnet.in_use, PASS, item=interface(privateEndpoint=to("privateEndpoints", "p"))),
    case(vnet.in_use, FAIL, item=interface(virtualMachine=None)),
    case(TABLE_USED, PASS, item=item(subnets=[to("virtualNetworks", "v/subnets/s")])),
    case(TABLE_USED, FAIL, item=item(subnets=[])),
    case(NAT_USED, PASS, item=item(subnets=[to("virtualNetworks", "v/subnets/s")])),
    case(NAT_USED, PASS, item=item(sourceVirtualNetwork=to("virtualNetworks", "v"))),
    case(NAT_USED, FAIL, item=item()),
    case(vnet.connected, PASS, item=item(privateLinkServiceConnections=connection("Approved"))),
    case(vnet.connected, PASS, item=item(manualPrivateLinkServiceConnections=connection("approved"))),
    case(vnet.connected, FAIL, item=item(manualPrivateLinkServiceConnections=connection("Pending"))),
    case(vnet.connected, FAIL, item=item(privateLinkServiceConnections=connection("Disconnected"))),
    case(vnet.connected, FAIL, item=item(privateLinkServiceConnections=[])),
    case(vnet.consumers_named, PASS, item=item(visibility={"subscriptions": ["1"]}, autoApproval={"subscriptions": ["1"]})),
    case(vnet.consumers_named, PASS, item=item()),
    case(vnet.consumers_named, FAIL, item=item(visibility={"subscriptions": ["*"]})),
    case(vnet.consumers_named, FAIL, item=item(visibility={"subscriptions": ["*"]}, autoApproval={"subscriptions": ["*"]})),
    case(vnet.enforced, PASS, item=item(), associations=[part("store", accessMode="Enforced")]),
    case(vnet.enforced, FAIL, item=item(), associations=[part("store", accessMode="Learning")]),
    case(vnet.enforced, FAIL, item=item(), associations=[part("store", accessMode="Audit"), part("b", accessMode="Enforced")]),
    case(vnet.enforced, FAIL, item=item(), associations=[]),
    case(vnet.enforced, UNKNOWN, item=item(), associations=DENIED),
]
