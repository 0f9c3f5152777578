"""Cases of load balancers."""

from __future__ import annotations

from typing import Any

from checks.azure import lb
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.azure.net import item, part, to

FRONT = to("loadBalancers", "lb/frontendIPConfigurations/f")


def balancer(*, public: bool = True, zones: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    address = {"publicIPAddress": to("publicIPAddresses", "ip")} if public else {"subnet": to("virtualNetworks", "v/subnets/s")}
    front = {"name": "f", **FRONT, "zones": zones, "properties": address}
    return item({"sku": {"name": "Standard", "tier": "Regional"}}, frontendIPConfigurations=[front], **properties)


def leading(port: int, protocol: str = "Tcp", field: str = "loadBalancingRules") -> dict[str, Any]:
    return {field: [part("r", frontendIPConfiguration=FRONT, frontendPort=50000, backendPort=port, protocol=protocol)]}


CASES = [
    case(lb.inner_ports_closed, PASS, item=balancer(**leading(443))),
    case(lb.inner_ports_closed, PASS, item=balancer()),
    case(lb.inner_ports_closed, PASS, item=balancer(**leading(0, "All"))),
    case(lb.inner_ports_closed, PASS, item=balancer(**leading(22, "Udp"))),
    case(lb.inner_ports_closed, FAIL, item=balancer(**leading(22))),
    case(lb.inner_ports_closed, FAIL, item=balancer(**leading(3389, field="inboundNatRules"))),
    case(lb.inner_ports_closed, FAIL, item=balancer(**leading(3389, field="inboundNatPools"))),
    case(lb.inner_ports_closed, FAIL, item=balancer(**leading(1433, "All"))),
    case(lb.inner_ports_closed, SKIP, item=balancer(public=False, **leading(22))),
    case(lb.closed_unless_opened, PASS, item=item({"sku": {"name": "Standard"}})),
    case(lb.closed_unless_opened, PASS, item=item({"sku": {"name": "Gateway"}})),
    case(lb.closed_unless_opened, FAIL, item=item({"sku": {"name": "Basic"}})),
    case(lb.closed_unless_opened, FAIL, item=item()),
    case(lb.health_checked, PASS, item=balancer(loadBalancingRules=[part(probe=to("loadBalancers", "lb/probes/p"))])),
    case(lb.health_checked, FAIL, item=balancer(loadBalancingRules=[part(probe=None)])),
    case(lb.health_checked, SKIP, item=balancer(loadBalancingRules=[])),
    case(lb.spans_zones, PASS, item=balancer(public=False, zones=["1", "2", "3"])),
    case(lb.spans_zones, FAIL, item=balancer(public=False, zones=["1"])),
    case(lb.spans_zones, FAIL, item=balancer(public=False)),
    case(lb.spans_zones, SKIP, item=balancer()),
    case(lb.used, PASS, item=balancer(backendAddressPools=[part(backendIPConfigurations=[to("networkInterfaces", "n")])])),
    case(lb.used, PASS, item=balancer(backendAddressPools=[part(loadBalancerBackendAddresses=[part(ipAddress="10.0.0.4")])])),
    case(lb.used, PASS, item=balancer(inboundNatRules=[part(backendIPConfiguration=to("networkInterfaces", "n"))])),
    case(lb.used, FAIL, item=balancer(backendAddressPools=[part(backendIPConfigurations=[])])),
    case(lb.used, FAIL, item=balancer()),
]
