"""Checks on workspaces of Databricks. Source: Databricks REST API of Azure, "Workspaces".

Parameters come wrapped: ``{"type": "Bool", "value": true}``. A serverless workspace has no machines, networks or disks in the
subscription. Users, tokens, clusters and their runtimes are known to Databricks' own API alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from checks.azure.read import SET, is_on, prop, word
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

WORKSPACE, NETWORK = "azure.databricks.workspace", "azure.vnet.network"
COPIED = ("_grs", "_ragrs", "_gzrs", "_ragzrs")

Judge = Callable[..., Verdict]


def parameter(workspace: Resource, name: str) -> Any:
    """Return the value of a parameter of a workspace; ``None`` where it isn't said."""
    given = prop(workspace, f"parameters.{name}")
    return given.get("value") if isinstance(given, Mapping) else given


def _hybrid(judge: Judge) -> Judge:
    """Leave out workspaces that have nothing in the subscription."""

    @wraps(judge)
    def asked(workspace: Resource, *others: Any, **named: Any) -> Verdict:
        if word(prop(workspace, "computeMode")) == "serverless":
            return skipped("a serverless workspace")
        return judge(workspace, *others, **named)

    return asked


@check(
    f"{WORKSPACE}.own_network",
    on=WORKSPACE,
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="Clusters run in a network of the customer's own",
    risk="Nobody can filter, log or route what the clusters send and get.",
    fix="Chosen when it is made: az databricks workspace create --vnet NETWORK --public-subnet NAME --private-subnet NAME",
    cis=("v6:2.1.1",),
)
@_hybrid
def own_network(workspace: Resource) -> Verdict:
    network = parameter(workspace, "customVirtualNetworkId")
    return (
        passed(f"they run in {word(network).rpartition('/')[2]}") if network else failed("they run in a network of Databricks'")
    )


@check(
    f"{WORKSPACE}.subnets_filtered",
    on=WORKSPACE,
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="Both subnets of the clusters have a security group",
    risk="Whatever else is in the network reaches the clusters.",
    fix="az network vnet subnet update --ids SUBNET --network-security-group GROUP",
    cis=("v6:2.1.2",),
)
@_hybrid
def subnets_filtered(workspace: Resource, inventory: Inventory) -> Verdict:
    id = word(parameter(workspace, "customVirtualNetworkId"))
    if not id:
        return skipped("its network is Databricks', who filters it")
    network = inventory.get(NETWORK, id)
    if network is None:
        return skipped("its network is not in this subscription")
    groups = {word(each.get("name")): (each.get("properties") or {}) for each in prop(network, "subnets") or []}
    names = [word(parameter(workspace, f"custom{each}SubnetName")) for each in ("Public", "Private")]
    bare = [name for name in names if name and not groups.get(name, {}).get("networkSecurityGroup")]
    return failed(f"{' and '.join(bare)} has none") if bare else passed("both have one")


@check(
    f"{WORKSPACE}.machines_without_addresses",
    on=WORKSPACE,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Machines of clusters have no public addresses",
    risk="Each machine can be reached from the internet, and one rule too many opens it.",
    fix="az databricks workspace update --ids {id} --enable-no-public-ip true",
    cis=("v6:2.1.9",),
)
@_hybrid
def machines_without_addresses(workspace: Resource) -> Verdict:
    """Say unknown where nothing is said: what then holds changed with the REST API of 2024-05-01, from addresses to none."""
    said = parameter(workspace, "enableNoPublicIp")
    if said is None:
        return unknown("it is not said, and what then holds depends on when the workspace was made")
    return passed("they have none") if is_on(said) else failed("each has one")


@check(
    f"{WORKSPACE}.catalog_governs",
    on=WORKSPACE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Unity Catalog governs who reads what",
    risk="Each workspace and cluster grants rights on data by itself, and whoever may start a cluster reads all of it.",
    fix="Assign a metastore of Unity Catalog to the workspace, in the account console of Databricks",
    cis=("v6:2.1.5",),
)
def catalog_governs(workspace: Resource) -> Verdict:
    said = prop(workspace, "isUcEnabled")
    if said is None:
        return skipped("this version of the API doesn't tell")
    return passed("it does") if is_on(said) else failed("it doesn't")


@check(
    f"{WORKSPACE}.storage_walled",
    on=WORKSPACE,
    control="data.public_exposure",
    severity=Severity.LOW,
    title="Storage of the workspace stands behind a firewall",
    risk="A key of that storage, which clusters can read, opens it from anywhere.",
    fix="az databricks workspace update --ids {id} --default-storage-firewall Enabled --access-connector CONNECTOR",
)
@_hybrid
def storage_walled(workspace: Resource) -> Verdict:
    said = word(prop(workspace, "defaultStorageFirewall")) or "not set"
    return (passed if said == "enabled" else failed)(f"the firewall is {said}")


@check(
    f"{WORKSPACE}.storage_copied",
    on=WORKSPACE,
    control="resilience.backup",
    severity=Severity.LOW,
    title="Storage of the workspace is copied to another region",
    risk="When the region is lost, notebooks, results and libraries are lost.",
    fix="Chosen when it is made: az databricks workspace create with storageAccountSkuName Standard_GRS",
)
@_hybrid
def storage_copied(workspace: Resource) -> Verdict:
    """Take copies for granted where nothing is said. Source: REST API, ``storageAccountSkuName``."""
    kind = word(parameter(workspace, "storageAccountSkuName")) or "standard_grs"
    return (passed if kind.endswith(COPIED) else failed)(f"its kind is {kind}")


@check(
    f"{WORKSPACE}.twice_encrypted",
    on=WORKSPACE,
    control="encryption.at_rest",
    severity=Severity.LOW,
    title="Storage of the workspace is encrypted twice",
    risk="One flaw, or one key that is lost, and what is stored can be read.",
    fix="Chosen when it is made: az databricks workspace create --require-infrastructure-encryption",
)
@_hybrid
def twice_encrypted(workspace: Resource) -> Verdict:
    twice = is_on(parameter(workspace, "requireInfrastructureEncryption"))
    return passed("it is") if twice else failed("it is encrypted once")


def _enhanced(workspace: Resource, feature: str) -> str:
    return word(prop(workspace, f"enhancedSecurityCompliance.{feature}.value")) or "not set"


@check(
    f"{WORKSPACE}.clusters_patched",
    on=WORKSPACE,
    control="guest_os.patching",
    severity=Severity.LOW,
    title="Clusters are restarted into patched images by themselves",
    risk="A cluster that is never restarted runs for months with weaknesses that are mended elsewhere.",
    fix=f"{SET}enhancedSecurityCompliance.automaticClusterUpdate.value=Enabled",
)
@_hybrid
def clusters_patched(workspace: Resource) -> Verdict:
    said = _enhanced(workspace, "automaticClusterUpdate")
    return (passed if said == "enabled" else failed)(f"automatic cluster update is {said}")


@check(
    f"{WORKSPACE}.clusters_watched",
    on=WORKSPACE,
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Machines of clusters are watched for intruders",
    risk="Malware and strange processes on the machines raise no alarm.",
    fix=f"{SET}enhancedSecurityCompliance.enhancedSecurityMonitoring.value=Enabled",
)
@_hybrid
def clusters_watched(workspace: Resource) -> Verdict:
    said = _enhanced(workspace, "enhancedSecurityMonitoring")
    return (passed if said == "enabled" else failed)(f"enhanced security monitoring is {said}")


@check(
    f"{WORKSPACE}.own_identity",
    on=WORKSPACE,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Workspace reaches its storage by a managed identity",
    risk="It reaches it by a key, which clusters can read, and which nobody changes.",
    fix="az databricks workspace update --ids {id} --access-connector id=CONNECTOR identity-type=SystemAssigned",
)
@_hybrid
def own_identity(workspace: Resource) -> Verdict:
    connector = prop(workspace, "accessConnector.id")
    return passed("by an access connector") if connector else failed("it has no access connector")
