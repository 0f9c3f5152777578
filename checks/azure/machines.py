"""How checks read virtual machines and scale sets: both are made of the same model, and carry the same extensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from checks.azure.read import Item, at, inner, many, prop, properties, rows, same, word
from checks.kinds import Kind
from scanner.model import Resource, Verdict, skipped

MACHINE, SCALE_SET, SERVER = "azure.vm.machine", "azure.vmss.scale_set", "azure.arc.machine"
VM = Kind(MACHINE, "Virtual machine", "az vm update --ids {id}")
VMSS = Kind(SCALE_SET, "Scale set", "az vmss update --ids {id}")
MACHINES = (VM, VMSS)
LINUX, WINDOWS = "linuxConfiguration", "windowsConfiguration"
# Tags that AKS leaves on its nodes. Source: the code of its cluster autoscaler.
OF_CLUSTERS = ("aks-managed-poolname", "aks-managed-orchestrator")
NO_MODEL = "its machines are made one by one, and asked themselves"
NO_PROFILE = "made of a disk that was there before, whose settings Azure does not know"


def model(resource: Resource) -> Item:
    """Return what a machine, or each machine of a set, is made of; empty for a set that has no model."""
    return properties(resource) if resource.type == MACHINE else prop(resource, "virtualMachineProfile") or {}


def of_cluster(resource: Resource) -> str:
    """Return why a machine is for others to keep; empty where it isn't."""
    tags = {word(name) for name in resource["item"].get("tags") or {}}
    return "a node of a cluster, whose node pools are asked" if tags & set(OF_CLUSTERS) else ""


def ours(judge: Callable[..., Verdict]) -> Callable[[Resource], Verdict]:
    """Leave out nodes of clusters, and sets without a model."""

    def judged(resource: Resource) -> Verdict:
        reason = of_cluster(resource) or ("" if model(resource) else NO_MODEL)
        return skipped(reason) if reason else judge(resource)

    return judged


def configuration(resource: Resource) -> tuple[str, Item] | None:
    """Return the name and the settings of the system; ``None`` for a machine that was made of a disk."""
    profile = at(model(resource), "osProfile")
    for name in (LINUX, WINDOWS):
        if isinstance(found := at(profile, name), Mapping):
            return name, found
    return None


def is_windows(resource: Resource) -> bool:
    said = word(at(model(resource), "storageProfile.osDisk.osType") or prop(resource, "osType"))
    return said == "windows" if said else at(model(resource), f"osProfile.{WINDOWS}") is not None


def extensions(resource: Resource) -> list[Item]:
    """Return the extensions of a machine or of the model of a set, each by its properties."""
    if resource.type == SCALE_SET:
        return [inner(each) for each in many(at(model(resource), "extensionProfile.extensions"))]
    return [inner(each) for each in rows(resource, "extensions")]


def installed(resource: Resource, *types: str) -> list[str]:
    """Return those of *types* of extensions that are installed, and did not fail."""
    held = [each for each in extensions(resource) if word(each.get("provisioningState")) != "failed"]
    return [type for type in types if any(same(each.get("type"), type) for each in held)]


def handed(resource: Resource) -> list[tuple[str, Any]]:
    """Return what is handed to extensions in the clear, by names."""
    found: list[tuple[str, Any]] = []
    for extension in extensions(resource):
        if isinstance(said := extension.get("settings"), Mapping):
            found += [(f"{extension.get('type')}.{name}", each) for name, each in _flat(said)]
    return found


def _flat(value: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """Return what lies in a mapping, hidden values included, by dotted names."""
    found: list[tuple[str, Any]] = []
    for name, each in value.items():
        if isinstance(each, Mapping) and "$secret" not in each:
            found += _flat(each, f"{above}{name}.")
        elif isinstance(each, list):
            found += _flat({str(number): one for number, one in enumerate(each)}, f"{above}{name}.")
        else:
            found.append((f"{above}{name}", each))
    return found
