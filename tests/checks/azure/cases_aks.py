"""Cases of clusters of AKS: networks, keys, what is seen."""

from __future__ import annotations

from typing import Any

from checks.azure import aks
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import handed, row

PRICING = "azure.defender.pricing"
AUTOMATIC = {"sku": {"name": "Automatic", "tier": "Standard"}}


def cluster(of: dict[str, Any] | None = None, /, **properties: Any) -> dict[str, Any]:
    """Return the row of a cluster that stands. *of*: columns beside the properties."""
    return row({"sku": {"name": "Base", "tier": "Standard"}, **(of or {})}, provisioningState="Succeeded", **properties)


def asked(check: Check, good: dict[str, Any], bad: dict[str, Any], **facts: Any) -> list[Any]:
    """Return the cases of a question that a cluster's row answers; nothing is said at first."""
    return [
        case(check, PASS, item=cluster(**good), **facts),
        case(check, FAIL, item=cluster(**bad), **facts),
        case(check, SKIP, item=cluster(**bad) | {"properties": {**bad, "provisioningState": "Deleting"}}, **facts),
    ]


def plan(name: str = "Containers", tier: str = "Standard", **parts: str) -> Resource:
    extensions = [{"name": key, "isEnabled": value} for key, value in parts.items()]
    return resource(PRICING, name, item={"name": name, "properties": {"pricingTier": tier, "extensions": extensions}})


def admits(*blocks: str) -> dict[str, Any]:
    return {"apiServerAccessProfile": {"authorizedIPRanges": list(blocks)}}


def addon(name: str, enabled: bool = True) -> dict[str, Any]:
    return {"addonProfiles": {name: {"enabled": enabled, "config": None}}}


PRIVATE = {"apiServerAccessProfile": {"enablePrivateCluster": True}}
SCANS = plan(ContainerRegistriesVulnerabilityAssessments="True")

CASES = [
    *asked(aks.endpoint_narrow, admits("203.0.113.0/24"), admits()),
    case(aks.endpoint_narrow, PASS, item=cluster(**PRIVATE)),
    case(aks.endpoint_narrow, PASS, item=cluster(publicNetworkAccess="disabled")),
    case(aks.endpoint_narrow, FAIL, item=cluster()),
    case(aks.endpoint_narrow, FAIL, item=cluster(**admits("0.0.0.0/1", "128.0.0.0/1"))),
    *asked(aks.private_endpoint, PRIVATE, admits("203.0.113.0/24")),
    *asked(aks.run_command_off, {"apiServerAccessProfile": {"disableRunCommand": True}}, {}),
    *asked(
        aks.network_policies, {"networkProfile": {"networkPolicy": "cilium"}}, {"networkProfile": {"networkPolicy": "none"}}
    ),
    case(aks.network_policies, FAIL, item=cluster(networkProfile=None)),
    case(aks.network_policies, SKIP, item=cluster(networkProfile={"networkPlugin": "none"})),
    *asked(
        aks.leaves_through_firewall,
        {"networkProfile": {"outboundType": "userDefinedRouting"}},
        {"networkProfile": {"outboundType": "loadBalancer"}},
    ),
    *asked(
        aks.pods_encrypt,
        {"networkProfile": {"advancedNetworking": {"security": {"transitEncryption": {"type": "WireGuard"}}}}},
        {"networkProfile": {"advancedNetworking": {"security": {"transitEncryption": {"type": "None"}}}}},
    ),
    case(aks.pods_encrypt, PASS, item=cluster(serviceMeshProfile={"mode": "Istio"})),
    *asked(aks.secrets_encrypted, {"securityProfile": {"azureKeyVaultKms": {"enabled": True}}}, {"securityProfile": {}}),
    *asked(aks.disks_customer_key, {"diskEncryptionSetID": "/x/diskEncryptionSets/s"}, {"diskEncryptionSetID": None}),
    *asked(aks.secrets_in_vault, addon("azureKeyvaultSecretsProvider"), addon("azureKeyvaultSecretsProvider", enabled=False)),
    case(aks.secrets_in_vault, FAIL, item=cluster(addonProfiles=None)),
    case(aks.audit_logged, PASS, item=cluster(), diagnostics=handed("kube-audit-admin")),
    case(aks.audit_logged, PASS, item=cluster(), diagnostics=handed(group="audit")),
    case(aks.audit_logged, FAIL, item=cluster(), diagnostics=handed("kube-apiserver")),
    case(aks.audit_logged, FAIL, item=cluster(), diagnostics=handed("kube-audit", target="")),
    case(aks.audit_logged, UNKNOWN, item=cluster(), diagnostics=DENIED),
    *asked(aks.workloads_logged, addon("omsAgent"), addon("omsagent", enabled=False)),
    case(aks.workloads_logged, PASS, item=cluster(azureMonitorProfile={"containerInsights": {"enabled": True}})),
    *asked(
        aks.threats_watched,
        {"securityProfile": {"defender": {"securityMonitoring": {"enabled": True}}}},
        {"securityProfile": {"defender": {"securityMonitoring": {"enabled": False}}}},
    ),
    case(aks.threats_watched, PASS, item=cluster(securityProfile={"azureDefender": {"enabled": True}})),
    *asked(aks.policies_enforced, addon("azurePolicy"), {}),
    case(aks.policies_enforced, PASS, item=cluster(AUTOMATIC)),
    *asked(
        aks.nodes_left_alone,
        {"nodeResourceGroupProfile": {"restrictionLevel": "ReadOnly"}},
        {"nodeResourceGroupProfile": {"restrictionLevel": "Unrestricted"}},
    ),
    case(aks.nodes_left_alone, FAIL, item=cluster()),
    case(aks.nodes_left_alone, SKIP, item=cluster(AUTOMATIC)),
    *asked(aks.images_cleaned, {"securityProfile": {"imageCleaner": {"enabled": True}}}, {"securityProfile": None}),
    case(aks.images_scanned, PASS, item=cluster(), inventory=[SCANS]),
    case(
        aks.images_scanned,
        PASS,
        item=cluster(),
        inventory=[plan("CloudPosture", ContainerRegistriesVulnerabilityAssessments="True")],
    ),
    case(aks.images_scanned, FAIL, item=cluster(), inventory=[plan(ContainerRegistriesVulnerabilityAssessments="False")]),
    case(
        aks.images_scanned,
        FAIL,
        item=cluster(),
        inventory=[plan(tier="Free", ContainerRegistriesVulnerabilityAssessments="True")],
    ),
    case(aks.images_scanned, UNKNOWN, item=cluster(), inventory=[unlisted(PRICING)]),
]
