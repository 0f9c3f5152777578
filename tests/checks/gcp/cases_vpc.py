"""Cases of VPC networks, their subnets, addresses and routes."""

from __future__ import annotations

from typing import Any

from checks.gcp import vpc
from checks.gcp.firewall_rules import FIREWALL, POLICY
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.gcp.links import COMPUTE, NET, compute, link

HERE = COMPUTE + NET
WORLD = ["0.0.0.0/0"]


def network(**fields: Any) -> dict[str, Any]:
    known = {"name": "net", "autoCreateSubnetworks": False, "routingConfig": {"routingMode": "REGIONAL"}}
    return {"selfLink": link(NET), **known, **fields}


def outward(action: str = "denied", **fields: Any) -> Resource:
    item = {"name": "out", "network": link(NET), "direction": "EGRESS", "priority": 65000, **fields}
    item.setdefault(action, [{"IPProtocol": "all"}])
    return compute(FIREWALL, "global/firewalls/out", item=item)


def policy(**rule: Any) -> Resource:
    known = {"priority": 1, "action": "deny", "direction": "EGRESS"}
    match = {"layer4Configs": [{"ipProtocol": "all"}], "destIpRanges": WORLD}
    item = {
        "name": "policy",
        "associations": [{"attachmentTarget": link(NET)}],
        "rules": [{**known, "match": match, **rule}],
    }
    return compute(POLICY, "global/firewallPolicies/policy", item=item)


def forwarding(**fields: Any) -> Resource:
    return compute(vpc.FORWARDING, "global/forwardingRules/apis", item={"name": "apis", "network": link(NET), **fields})


def router(**fields: Any) -> Resource:
    return compute(vpc.ROUTER, "regions/europe-west1/routers/r", "europe-west1", item={"network": link(NET), **fields})


def subnet(**fields: Any) -> dict[str, Any]:
    known = {"name": "s", "network": link(NET), "ipCidrRange": "10.0.0.0/24", "purpose": "PRIVATE", "stackType": "IPV4_ONLY"}
    return {**known, **fields}


FULL = {"enable": True, "flowSampling": 1, "metadata": "INCLUDE_ALL_METADATA", "filterExpr": "true"}
MIRROR = compute("gcp.vpc.packet_mirroring", "regions/europe-west1/packetMirrorings/m", item={"network": {"url": link(NET)}})
PEERING = {"name": "to-hub", "network": link("global/networks/hub", "hub"), "state": "ACTIVE"}

CASES = [
    case(vpc.not_default, PASS, item=network()),
    case(vpc.not_default, FAIL, item=network(name="default", autoCreateSubnetworks=True)),
    case(vpc.not_legacy, PASS, item=network()),
    case(vpc.not_legacy, FAIL, item={"name": "old", "IPv4Range": "10.240.0.0/16"}),
    case(vpc.not_legacy, FAIL, item={"name": "old", "iPv4Range": "10.240.0.0/16"}),
    case(vpc.subnets_chosen, PASS, item=network()),
    case(vpc.subnets_chosen, FAIL, item=network(autoCreateSubnetworks=True)),
    case(vpc.outbound_limited, PASS, id=HERE, item=network(), inventory=[outward()]),
    case(vpc.outbound_limited, PASS, id=HERE, item=network(), inventory=[outward(destinationRanges=WORLD)]),
    case(vpc.outbound_limited, PASS, id=HERE, item=network(), inventory=[policy()]),
    case(vpc.outbound_limited, FAIL, id=HERE, item=network()),
    case(vpc.outbound_limited, FAIL, id=HERE, item=network(), inventory=[outward("allowed")]),
    case(vpc.outbound_limited, FAIL, id=HERE, item=network(), inventory=[outward(disabled=True)]),
    case(vpc.outbound_limited, FAIL, id=HERE, item=network(), inventory=[outward(targetTags=["web"])]),
    case(
        vpc.outbound_limited,
        FAIL,
        id=HERE,
        item=network(),
        inventory=[outward(denied=[{"IPProtocol": "tcp", "ports": ["25"]}])],
    ),
    case(vpc.outbound_limited, FAIL, id=HERE, item=network(), inventory=[outward(destinationRanges=["8.8.8.8/32"])]),
    case(vpc.outbound_limited, FAIL, id=HERE, item=network(), inventory=[outward(network=link("global/networks/x"))]),
    case(vpc.outbound_limited, FAIL, id=HERE, item=network(), inventory=[policy(targetServiceAccounts=["a@p.iam"])]),
    case(vpc.outbound_limited, FAIL, id=HERE, item=network(), inventory=[policy(direction="INGRESS")]),
    case(vpc.outbound_limited, UNKNOWN, id=HERE, item=network(), inventory=[unlisted(POLICY)]),
    case(vpc.google_reached_by_endpoint, PASS, id=HERE, item=network(), inventory=[forwarding(target="all-apis")]),
    case(vpc.google_reached_by_endpoint, PASS, id=HERE, item=network(), inventory=[forwarding(target="vpc-sc")]),
    case(vpc.google_reached_by_endpoint, FAIL, id=HERE, item=network(), inventory=[forwarding(target=link("x/y"))]),
    case(
        vpc.google_reached_by_endpoint,
        FAIL,
        id=HERE,
        item=network(),
        inventory=[forwarding(target="all-apis", network=link("global/networks/x"))],
    ),
    case(vpc.google_reached_by_endpoint, UNKNOWN, id=HERE, item=network(), inventory=[unlisted(vpc.FORWARDING)]),
    case(
        vpc.routes_shared_by_regions,
        PASS,
        id=HERE,
        item=network(routingConfig={"routingMode": "GLOBAL"}),
        inventory=[router(bgpPeers=[{"name": "p"}])],
    ),
    case(vpc.routes_shared_by_regions, FAIL, id=HERE, item=network(), inventory=[router(bgpPeers=[{"name": "p"}])]),
    case(vpc.routes_shared_by_regions, SKIP, id=HERE, item=network(), inventory=[router(nats=[{"name": "n"}])]),
    case(vpc.peerings_alive, PASS, item=network(peerings=[PEERING])),
    case(vpc.peerings_alive, FAIL, item=network(peerings=[PEERING, {**PEERING, "state": "INACTIVE"}])),
    case(vpc.peerings_alive, SKIP, item=network()),
    case(
        vpc.firewall_inspects,
        PASS,
        id=HERE,
        item=network(),
        inventory=[policy(action="apply_security_profile_group", direction="INGRESS")],
    ),
    case(vpc.firewall_inspects, PASS, id=HERE, item=network(), inventory=[MIRROR]),
    case(vpc.firewall_inspects, FAIL, id=HERE, item=network(), inventory=[policy()]),
    case(
        vpc.firewall_inspects,
        FAIL,
        id=HERE,
        item=network(),
        inventory=[policy(action="apply_security_profile_group", disabled=True)],
    ),
    # Subnets.
    case(vpc.flows_logged, PASS, item=subnet(logConfig={"enable": True})),
    case(vpc.flows_logged, PASS, item=subnet(enableFlowLogs=True)),
    case(vpc.flows_logged, FAIL, item=subnet()),
    case(vpc.flows_logged, FAIL, item=subnet(logConfig={"enable": False}, enableFlowLogs=False)),
    case(vpc.flows_logged, SKIP, item=subnet(purpose="REGIONAL_MANAGED_PROXY")),
    case(vpc.flows_logged, SKIP, item=subnet(purpose="INTERNAL_HTTPS_LOAD_BALANCER")),
    case(vpc.flows_logged_in_full, PASS, item=subnet(logConfig=FULL)),
    case(vpc.flows_logged_in_full, FAIL, item=subnet(logConfig={"enable": True})),
    case(vpc.flows_logged_in_full, FAIL, item=subnet(logConfig={**FULL, "flowSampling": 0.1})),
    case(vpc.flows_logged_in_full, FAIL, item=subnet(logConfig={**FULL, "metadata": "EXCLUDE_ALL_METADATA"})),
    case(
        vpc.flows_logged_in_full,
        FAIL,
        item=subnet(logConfig={**FULL, "filterExpr": "inIpRange(connection.src_ip, '10.0.0.0/8')"}),
    ),
    case(vpc.flows_logged_in_full, SKIP, item=subnet()),
    case(vpc.google_reached_privately, PASS, item=subnet(privateIpGoogleAccess=True)),
    case(vpc.google_reached_privately, FAIL, item=subnet(privateIpGoogleAccess=False)),
    case(vpc.google_reached_privately, FAIL, item=subnet()),
    case(vpc.google_reached_privately, SKIP, item=subnet(purpose="PRIVATE_SERVICE_CONNECT")),
    case(vpc.no_public_ipv6, PASS, item=subnet(stackType="IPV4_IPV6", ipv6AccessType="INTERNAL")),
    case(vpc.no_public_ipv6, FAIL, item=subnet(stackType="IPV4_IPV6", ipv6AccessType="EXTERNAL")),
    # Addresses and routes.
    case(vpc.used, PASS, item={"address": "203.0.113.7", "status": "IN_USE", "users": [link("zones/z/instances/vm")]}),
    case(vpc.used, FAIL, item={"address": "203.0.113.7", "status": "RESERVED", "addressType": "EXTERNAL"}),
    case(vpc.used, SKIP, item={"address": "10.0.0.7", "status": "RESERVED", "addressType": "INTERNAL"}),
    case(
        vpc.leads_somewhere,
        PASS,
        item={"destRange": "0.0.0.0/0", "nextHopGateway": link("global/gateways/default-internet-gateway")},
    ),
    case(vpc.leads_somewhere, FAIL, item={"destRange": "10.9.0.0/16", "warnings": [{"code": "NEXT_HOP_INSTANCE_NOT_FOUND"}]}),
    case(
        vpc.consumers_named,
        PASS,
        item={"connectionPreference": "ACCEPT_MANUAL", "consumerAcceptLists": [{"connectionLimit": 1}]},
    ),
    case(vpc.consumers_named, PASS, item={"connectionPreference": "ACCEPT_MANUAL"}),
    case(vpc.consumers_named, FAIL, item={"connectionPreference": "ACCEPT_AUTOMATIC"}),
    case(vpc.consumers_named, UNKNOWN, item={}),
]
