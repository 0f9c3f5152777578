"""Cases of nodes and versions of AKS."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from checks.azure import aks_nodes as aks
from scanner.evaluation.check import Check
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.cases_aks import AUTOMATIC, asked, cluster

LINUX = "AKSUbuntu-2204gen2containerd-202605.20.1"
WINDOWS = {"osType": "Windows", "nodeImageVersion": "AKSWindows-2022-containerd-20348.3207.260514"}
EARLIER = datetime(2026, 3, 1, tzinfo=UTC)


def pooled(*pools: dict[str, Any], of: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    named = [{"name": f"pool{number}", "osType": "Linux", **pool} for number, pool in enumerate(pools)]
    return cluster(of, agentPoolProfiles=named, **properties)


def of_pools(check: Check, good: dict[str, Any], bad: dict[str, Any]) -> list[Any]:
    """Return the cases of a question that each node pool answers."""
    return [
        case(check, PASS, item=pooled(good, good)),
        case(check, FAIL, item=pooled(good, bad)),
        case(check, SKIP, item=pooled()),
    ]


def runs(version: str, *pools: str, plan: str = "KubernetesOfficial") -> dict[str, Any]:
    of_pools = [{"currentOrchestratorVersion": each} for each in pools]
    return pooled(*of_pools, currentKubernetesVersion=version, supportPlan=plan)


CASES = [
    case(aks.supported_version, PASS, item=runs("1.35.2", "1.35.2")),
    case(aks.supported_version, FAIL, item=runs("1.32.5")),
    case(aks.supported_version, PASS, item=runs("1.32.5"), now=EARLIER),
    case(aks.supported_version, PASS, item=runs("1.32.5", plan="AKSLongTermSupport")),
    case(aks.supported_version, FAIL, item=runs("1.29.1", plan="aksLongTermSupport")),
    case(aks.supported_version, FAIL, item=runs("1.35.2", "1.31.4")),
    case(aks.supported_version, FAIL, item=runs("1.9.11")),
    case(aks.supported_version, PASS, item=pooled(kubernetesVersion="1.35")),
    case(aks.supported_version, UNKNOWN, item=runs("1.99.0")),
    case(aks.supported_version, UNKNOWN, item=pooled()),
    *asked(
        aks.upgrades_itself,
        {"autoUpgradeProfile": {"upgradeChannel": "patch"}},
        {"autoUpgradeProfile": {"upgradeChannel": "none"}},
    ),
    case(aks.upgrades_itself, FAIL, item=cluster(autoUpgradeProfile={"upgradeChannel": "node-image"})),
    case(aks.upgrades_itself, FAIL, item=cluster()),
    case(aks.upgrades_itself, PASS, item=cluster(AUTOMATIC)),
    *asked(
        aks.no_retired_addons,
        {"addonProfiles": {"httpApplicationRouting": {"enabled": False}, "azurepolicy": {"enabled": True}}},
        {"addonProfiles": {"HttpApplicationRouting": {"enabled": True}}},
    ),
    *asked(
        aks.nodes_patched,
        {"autoUpgradeProfile": {"nodeOSUpgradeChannel": "SecurityPatch"}},
        {"autoUpgradeProfile": {"nodeOSUpgradeChannel": "Unmanaged"}},
    ),
    case(aks.nodes_patched, PASS, item=cluster(autoUpgradeProfile={"upgradeChannel": "node-image"})),
    case(aks.nodes_patched, FAIL, item=cluster()),
    case(aks.nodes_patched, SKIP, item=cluster(AUTOMATIC)),
    case(aks.node_images_recent, PASS, item=pooled({"nodeImageVersion": LINUX}, WINDOWS)),
    case(
        aks.node_images_recent,
        FAIL,
        item=pooled({"nodeImageVersion": LINUX}, {"nodeImageVersion": "AKSUbuntu-2204-202601.05.0"}),
    ),
    case(
        aks.node_images_recent,
        FAIL,
        item=pooled({"osType": "Windows", "nodeImageVersion": "AKSWindows-2022-containerd-20348.2700.240911"}),
    ),
    case(aks.node_images_recent, UNKNOWN, item=pooled({"nodeImageVersion": LINUX}, {"nodeImageVersion": "own"})),
    case(aks.node_images_recent, UNKNOWN, item=pooled({"nodeImageVersion": "AKSUbuntu-2204-202613.45.0"})),
    case(aks.node_images_recent, SKIP, item=pooled({"nodeImageVersion": LINUX}, of=AUTOMATIC)),
    case(aks.supported_systems, PASS, item=pooled({"nodeImageVersion": LINUX})),
    case(aks.supported_systems, FAIL, item=pooled({"nodeImageVersion": "AKSUbuntu-1804gen2containerd-202306.01.0"})),
    case(aks.supported_systems, SKIP, item=pooled({"nodeImageVersion": "AKSAzureLinux-V3gen2-202605.20.0"})),
    *of_pools(
        aks.secure_boot, {"securityProfile": {"enableSecureBoot": True}}, {"securityProfile": {"enableSecureBoot": False}}
    ),
    case(aks.secure_boot, SKIP, item=pooled(WINDOWS)),
    case(aks.secure_boot, FAIL, item=pooled({"securityProfile": None})),
    *of_pools(aks.private_nodes, {"enableNodePublicIP": None}, {"enableNodePublicIP": True}),
    *of_pools(aks.ssh_off, {"securityProfile": {"sshAccess": "Disabled"}}, {"securityProfile": {"sshAccess": "LocalUser"}}),
    case(aks.ssh_off, FAIL, item=pooled({})),
    case(aks.ssh_off, SKIP, item=pooled(WINDOWS)),
    *of_pools(aks.hosts_encrypted, {"enableEncryptionAtHost": True}, {"enableEncryptionAtHost": False}),
    *of_pools(aks.spans_zones, {"availabilityZones": ["1", "2", "3"]}, {"availabilityZones": None}),
]
