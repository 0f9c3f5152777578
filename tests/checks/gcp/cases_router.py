"""Cases of routers with NAT, of VPN tunnels and of Interconnect."""

from __future__ import annotations

from typing import Any

from checks.gcp import router
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.gcp.links import COMPUTE, NET, REGION, compute, link

GATEWAY = link(f"regions/{REGION}/vpnGateways/ha")
ROUTER = compute(router.ROUTER, f"regions/{REGION}/routers/r", REGION, item={"network": link(NET)})


def nat(**fields: Any) -> dict[str, Any]:
    return {"name": "r", "nats": [{"name": "nat", "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS", **fields}]}


def tunnel(**fields: Any) -> dict[str, Any]:
    return {"name": "t0", "ikeVersion": 2, "status": "ESTABLISHED", "vpnGateway": GATEWAY, "vpnGatewayInterface": 0, **fields}


def beside(**fields: Any) -> Resource:
    return compute(router.TUNNEL, f"regions/{REGION}/vpnTunnels/t1", REGION, item=tunnel(name="t1", **fields))


def line(name: str, **fields: Any) -> dict[str, Any]:
    known = {
        "router": link(f"regions/{REGION}/routers/r"),
        "interconnect": link(f"global/interconnects/{name}"),
        "type": "DEDICATED",
    }
    return {"name": name, **known, **fields}


def attachment(name: str, **fields: Any) -> Resource:
    return compute(router.ATTACHMENT, f"regions/{REGION}/interconnectAttachments/{name}", REGION, item=line(name, **fields))


SELF = beside().id.replace("t1", "t0")
PEER = {"name": "peer", "interfaceName": "if", "enable": "TRUE"}
KEYED = {**PEER, "md5AuthenticationKeyName": "key"}
LINE = COMPUTE + "global/interconnects/a"

CASES = [
    case(router.translations_logged, PASS, item=nat(logConfig={"enable": True, "filter": "ALL"})),
    case(router.translations_logged, PASS, item=nat(logConfig={"enable": True, "filter": "TRANSLATIONS_ONLY"})),
    case(router.translations_logged, FAIL, item=nat(logConfig={"enable": False, "filter": "ALL"})),
    case(router.translations_logged, FAIL, item=nat(logConfig={"enable": True, "filter": "ERRORS_ONLY"})),
    case(router.translations_logged, FAIL, item=nat()),
    case(router.translations_logged, SKIP, item={"name": "r"}),
    case(router.nat_for_chosen_subnets, PASS, item=nat()),
    case(router.nat_for_chosen_subnets, FAIL, item=nat(sourceSubnetworkIpRangesToNat="ALL_SUBNETWORKS_ALL_IP_RANGES")),
    case(
        router.nat_for_chosen_subnets,
        SKIP,
        item=nat(type="PRIVATE", sourceSubnetworkIpRangesToNat="ALL_SUBNETWORKS_ALL_IP_RANGES"),
    ),
    case(router.peers_prove_themselves, PASS, item={"bgpPeers": [KEYED]}),
    case(router.peers_prove_themselves, PASS, item={"bgpPeers": [KEYED, {**PEER, "enable": "FALSE"}]}),
    case(router.peers_prove_themselves, FAIL, item={"bgpPeers": [KEYED, PEER]}),
    case(router.peers_prove_themselves, SKIP, item={"name": "r"}),
    case(router.current_ike, PASS, item=tunnel()),
    case(router.current_ike, FAIL, item=tunnel(ikeVersion=1)),
    case(router.up, PASS, item=tunnel()),
    case(router.up, FAIL, item=tunnel(status="NO_INCOMING_PACKETS")),
    case(router.up, SKIP, item=tunnel(status="PROVISIONING")),
    case(
        router.has_a_spare,
        PASS,
        id=SELF,
        item=tunnel(),
        inventory=[beside(vpnGatewayInterface=1), compute(router.TUNNEL, f"regions/{REGION}/vpnTunnels/t0", item=tunnel())],
    ),
    case(
        router.has_a_spare,
        FAIL,
        id=SELF,
        item=tunnel(),
        inventory=[beside(), compute(router.TUNNEL, f"regions/{REGION}/vpnTunnels/t0", item=tunnel())],
    ),
    case(router.has_a_spare, FAIL, item=tunnel(vpnGateway=None, targetVpnGateway=link("regions/r/targetVpnGateways/c"))),
    case(router.has_a_spare, UNKNOWN, item=tunnel(), inventory=[unlisted(router.TUNNEL)]),
    case(router.encrypted, PASS, id=LINE, item={"macsecEnabled": True, "macsec": {"failOpen": False}}),
    case(router.encrypted, PASS, id=LINE, item={"macsecEnabled": False}, inventory=[attachment("a", encryption="IPSEC")]),
    case(router.encrypted, FAIL, id=LINE, item={"macsecEnabled": True, "macsec": {"failOpen": True}}),
    case(router.encrypted, FAIL, id=LINE, item={"macsecEnabled": False}),
    case(router.encrypted, FAIL, id=LINE, item={}, inventory=[attachment("a", encryption="NONE")]),
    case(
        router.doubled,
        PASS,
        id=attachment("a").id,
        region=REGION,
        item=line("a"),
        inventory=[ROUTER, attachment("b"), attachment("a")],
    ),
    case(
        router.doubled,
        FAIL,
        id=attachment("a").id,
        region=REGION,
        item=line("a"),
        inventory=[ROUTER, attachment("b", interconnect=link("global/interconnects/a")), attachment("a")],
    ),
    case(router.doubled, FAIL, id=attachment("a").id, region=REGION, item=line("a"), inventory=[ROUTER, attachment("a")]),
]
