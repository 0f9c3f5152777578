"""Cases of VMware Engine: private clouds, clusters, network policies, and rules for what comes from outside."""

from __future__ import annotations

from typing import Any

from checks.gcp import vmwareengine
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource

POLICY = f"//vmwareengine.googleapis.com/projects/{ACCOUNT}/locations/europe-west1/networkPolicies/p"
RULE = f"{POLICY}/externalAccessRules/r"
EVERYWHERE = {"ipAddressRange": "0.0.0.0/0"}
OFFICE = {"ipAddressRange": "203.0.113.0/24"}
KEY = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
NODES = {"standard-72": {"nodeCount": 2}, "standard-72-32": {"nodeCount": 1}}


def access(*ports: str, sources: tuple[dict[str, str], ...] = (EVERYWHERE,), **fields: Any) -> dict[str, Any]:
    given = {"name": "x/externalAccessRules/r", "priority": 1000, "action": "ALLOW", "ipProtocol": "TCP"}
    everywhere = {"sourceIpRanges": list(sources), "destinationIpRanges": [EVERYWHERE]}
    return {**given, **everywhere, "destinationPorts": list(ports), **fields}


def policy(**services: bool) -> Resource:
    return resource("gcp.vmwareengine.network_policy", POLICY, item={name: {"enabled": on} for name, on in services.items()})


def denial(priority: int, *ports: str, **fields: Any) -> Resource:
    item = access(*ports, action="DENY", priority=priority, **fields)
    return resource("gcp.vmwareengine.external_access_rule", f"{POLICY}/externalAccessRules/d", item=item)


ON, OFF = policy(internetAccess=True, externalIp=True), policy(internetAccess=True, externalIp=False)
ADMINISTRATION, SHARES, REMOTE, DATABASES, INNER = vmwareengine.EXPOSED
ONE: dict[str, Any] = {"destinationIpRanges": [{"externalAddress": "x/externalAddresses/a"}]}

CASES = [
    case(vmwareengine.customer_key, PASS, item={"encryptionConfig": {"type": "CMEK", "cryptoKeyName": KEY}}),
    case(vmwareengine.customer_key, PASS, item={"encryptionConfig": {"type": "OTHER"}}),
    case(vmwareengine.customer_key, FAIL, item={}),
    case(vmwareengine.customer_key, SKIP, item={"deleteTime": "2026-05-01T00:00:00Z"}),
    case(vmwareengine.survives_a_zone, PASS, item={"type": "STRETCHED"}),
    case(vmwareengine.survives_a_zone, PASS, item={"type": 2}),
    case(vmwareengine.survives_a_zone, FAIL, item={}),
    case(vmwareengine.stays, PASS, item={"type": "STANDARD"}),
    case(vmwareengine.stays, PASS, item={}),
    case(vmwareengine.stays, FAIL, item={"type": "TIME_LIMITED"}),
    case(vmwareengine.survives_a_node, PASS, item={"nodeTypeConfigs": NODES}),
    case(vmwareengine.survives_a_node, FAIL, item={"nodeTypeConfigs": {"standard-72": {"nodeCount": 1}}}),
    case(
        vmwareengine.grows_with_its_storage,
        PASS,
        item={"autoscalingSettings": {"autoscalingPolicies": {"s": {"storageThresholds": {"scaleOut": 80}}}}},
    ),
    case(
        vmwareengine.grows_with_its_storage,
        FAIL,
        item={"autoscalingSettings": {"autoscalingPolicies": {"c": {"cpuThresholds": {"scaleOut": 80}}}}},
    ),
    case(vmwareengine.grows_with_its_storage, FAIL, item={}),
    case(vmwareengine.away_from_internet, PASS, item={"internetAccess": {}}),
    case(vmwareengine.away_from_internet, FAIL, item={"internetAccess": {"enabled": True}}),
    case(vmwareengine.without_public_addresses, PASS, item={"internetAccess": {"enabled": True}}),
    case(vmwareengine.without_public_addresses, FAIL, item={"externalIp": {"enabled": True}}),
    case(ADMINISTRATION, PASS, id=RULE, item=access("443"), inventory=[ON]),
    case(ADMINISTRATION, PASS, id=RULE, item=access("22", sources=(OFFICE,)), inventory=[ON]),
    case(ADMINISTRATION, PASS, id=RULE, item=access("22", sources=({"ipAddress": "203.0.113.7"},)), inventory=[ON]),
    case(ADMINISTRATION, FAIL, id=RULE, item=access("22"), inventory=[ON]),
    case(ADMINISTRATION, FAIL, id=RULE, item=access("20-3400", ipProtocol="udp", action=1), inventory=[ON]),
    case(ADMINISTRATION, FAIL, id=RULE, item=access(), inventory=[ON]),
    case(ADMINISTRATION, PASS, id=RULE, item=access("0-65535", ipProtocol="icmp"), inventory=[ON]),
    case(ADMINISTRATION, PASS, id=RULE, item=access("22"), inventory=[ON, denial(100, "22")]),
    case(ADMINISTRATION, FAIL, id=RULE, item=access("22"), inventory=[ON, denial(2000, "22")]),
    case(ADMINISTRATION, FAIL, id=RULE, item=access("22"), inventory=[ON, denial(100, "22", **ONE)]),
    case(ADMINISTRATION, PASS, id=RULE, item=access("22", **ONE), inventory=[ON, denial(100, "22")]),
    case(ADMINISTRATION, FAIL, id=RULE, item=access("22"), inventory=[ON, denial(100, "22", sources=(OFFICE,))]),
    case(ADMINISTRATION, SKIP, id=RULE, item=access("22", action="DENY"), inventory=[ON]),
    case(ADMINISTRATION, SKIP, id=RULE, item=access("22"), inventory=[OFF]),
    case(ADMINISTRATION, UNKNOWN, id=RULE, item=access("22")),
    *(case(exposed, PASS, id=RULE, item=access("443"), inventory=[ON]) for exposed in (SHARES, REMOTE, DATABASES, INNER)),
    *(case(exposed, FAIL, id=RULE, item=access("1-65535"), inventory=[ON]) for exposed in (SHARES, REMOTE, DATABASES, INNER)),
    case(vmwareengine.not_wide_open, PASS, id=RULE, item=access("80", "443"), inventory=[ON]),
    case(vmwareengine.not_wide_open, FAIL, id=RULE, item=access("0-65535"), inventory=[ON]),
    case(vmwareengine.not_wide_open, SKIP, id=RULE, item=access("0-65535"), inventory=[OFF]),
    case(vmwareengine.not_wide_open, UNKNOWN, id=RULE, item=access("0-65535")),
]
