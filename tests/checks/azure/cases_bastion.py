"""Cases of Bastion."""

from __future__ import annotations

from typing import Any

from checks.azure import bastion
from checks.azure.vnet_read import NETWORK
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.azure.net import item, known, part

(LINKS,) = bastion.LINKS_OFF
HOST = known(bastion.HOST, "bastionHosts", "b")
MACHINE, SET = known(bastion.MACHINE, "x", "vm"), known(bastion.SCALE_SET, "x", "set")


def host(tier: str, of: dict[str, Any] | None = None, /, **properties: Any) -> dict[str, Any]:
    return item({"sku": {"name": tier}, **(of or {})}, **properties)


def net(subscription: str) -> Resource:
    remote = {"remoteVirtualNetwork": {"id": f"/subscriptions/{subscription}/resourceGroups/g/x/virtualNetworks/hub"}}
    return known(NETWORK, "virtualNetworks", "v", virtualNetworkPeerings=[part(**remote)])


CASES = [
    case(bastion.bastion_in_place, PASS, inventory=[HOST, MACHINE]),
    case(bastion.bastion_in_place, FAIL, inventory=[MACHINE]),
    case(bastion.bastion_in_place, FAIL, inventory=[MACHINE, net(ACCOUNT)]),
    case(bastion.bastion_in_place, UNKNOWN, inventory=[MACHINE, net("22222222-2222-2222-2222-222222222222")]),
    case(bastion.bastion_in_place, SKIP),
    case(bastion.bastion_in_place, UNKNOWN, inventory=[unlisted(bastion.HOST)]),
    case(bastion.bastion_in_place, FAIL, inventory=[SET]),
    case(bastion.bastion_in_place, UNKNOWN, inventory=[unlisted(bastion.HOST), MACHINE]),
    case(bastion.bastion_in_place, UNKNOWN, inventory=[unlisted(bastion.MACHINE)]),
    case(bastion.bastion_in_place, UNKNOWN, inventory=[unlisted(bastion.SCALE_SET)]),
    case(bastion.bastion_in_place, UNKNOWN, inventory=[MACHINE, unlisted(NETWORK)]),
    case(LINKS, PASS, item=host("Standard", enableShareableLink=False)),
    case(LINKS, PASS, item=host("Standard")),
    case(LINKS, FAIL, item=host("Standard", enableShareableLink=True)),
    case(bastion.of_its_own, PASS, item=host("Basic")),
    case(bastion.of_its_own, PASS, item=item()),
    case(bastion.of_its_own, FAIL, item=host("Developer")),
    case(bastion.sessions_recorded, PASS, item=host("Premium", enableSessionRecording=True)),
    case(bastion.sessions_recorded, FAIL, item=host("Premium", enableSessionRecording=False)),
    case(bastion.sessions_recorded, FAIL, item=host("Premium")),
    case(bastion.sessions_recorded, FAIL, item=host("Standard")),
    case(bastion.spans_zones, PASS, item=host("Standard", {"zones": ["1", "2"]})),
    case(bastion.spans_zones, FAIL, item=host("Standard", {"zones": ["1"]})),
    case(bastion.spans_zones, FAIL, item=host("Standard")),
    case(bastion.spans_zones, SKIP, item=host("Developer")),
]
