"""Cases of container groups."""

from __future__ import annotations

from typing import Any

from checks.azure import aci
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.azure.cases_aks import PRICING, SCANS
from tests.checks.azure.data import row

OWN = "shop.azurecr.io/shop@sha256:0123"
SECRET = {"$secret": {"hash": "h", "detected": ["Azure Storage Account access key"]}}
PLAIN = {"$secret": {"hash": "h", "detected": []}}
ASKED = {"livenessProbe": {"httpGet": {"path": "/", "port": 80}}}


def group(*containers: dict[str, Any], **properties: Any) -> dict[str, Any]:
    named = [{"name": f"c{number}", "properties": {"image": OWN, **each}} for number, each in enumerate(containers or ({},))]
    return row(containers=named, osType="Linux", **properties)


def variables(**values: Any) -> dict[str, Any]:
    return {"environmentVariables": [{"name": name, "value": value} for name, value in values.items()]}


CASES = [
    case(aci.private_address, PASS, item=group(ipAddress={"type": "Private"})),
    case(aci.private_address, PASS, item=group()),
    case(aci.private_address, FAIL, item=group(ipAddress={"type": "Public", "ip": "203.0.113.1"})),
    case(aci.without_secrets, PASS, item=group(variables(MODE=PLAIN, EMPTY=None))),
    case(aci.without_secrets, FAIL, item=group({}, variables(KEY=SECRET))),
    case(aci.without_secrets, FAIL, item=group(variables(KEY="[secret: AWS Access Key 0a1b]"))),
    case(
        aci.without_secrets,
        FAIL,
        item=group(initContainers=[{"name": "first", "properties": {"image": OWN, **variables(KEY=SECRET)}}]),
    ),
    case(aci.images_pulled_by_identity, PASS, item=group(imageRegistryCredentials=[{"server": "s", "identity": "/x"}])),
    case(aci.images_pulled_by_identity, FAIL, item=group(imageRegistryCredentials=[{"server": "s", "username": "u"}])),
    case(aci.images_pulled_by_identity, SKIP, item=group()),
    case(aci.images_of_known_registry, PASS, item=group()),
    case(aci.images_of_known_registry, PASS, item=group({"image": "mcr.microsoft.com/azuredocs/aci-helloworld"})),
    case(aci.images_of_known_registry, FAIL, item=group({}, {"image": "nginx"})),
    case(aci.images_of_known_registry, FAIL, item=group({"image": "evil.example/x.azurecr.io/y"})),
    case(aci.images_pinned, PASS, item=group()),
    case(aci.images_pinned, FAIL, item=group({"image": "shop.azurecr.io/shop:1"})),
    case(aci.images_scanned, PASS, item=group(), inventory=[SCANS]),
    case(aci.images_scanned, FAIL, item=group(), inventory=[]),
    case(aci.images_scanned, UNKNOWN, item=group(), inventory=[unlisted(PRICING)]),
    case(aci.not_privileged, PASS, item=group({"securityContext": {"privileged": False}}, {"securityContext": None})),
    case(aci.not_privileged, FAIL, item=group({}, {"securityContext": {"privileged": True}})),
    case(aci.output_logged, PASS, item=group(diagnostics={"logAnalytics": {"workspaceId": "w"}})),
    case(aci.output_logged, FAIL, item=group()),
    case(aci.hanging_replaced, PASS, item=group(ASKED, restartPolicy="Always")),
    case(aci.hanging_replaced, FAIL, item=group(ASKED, {})),
    case(aci.hanging_replaced, SKIP, item=group(restartPolicy="never")),
]
