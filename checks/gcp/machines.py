"""What checks on machines of Compute Engine share: how instances and templates are read, and which of them GKE makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from checks.gcp.read import Item, first, last, many, metadata, yes
from checks.kinds import Kind
from scanner.model import Inventory, Reason, Resource, Unread, UnreadError, Verdict, skipped

Judge = Callable[..., Verdict]

INSTANCE, TEMPLATE, SETTINGS = "gcp.gce.instance", "gcp.gce.instance_template", "gcp.gce.project"
GROUP = "gcp.mig.instance_group_manager"
MACHINES = (
    Kind(INSTANCE, "Instance", "gcloud compute instances"),
    Kind(TEMPLATE, "Template", "A template is created anew; of an instance: gcloud compute instances"),
)
NODE = "goog-gke-node"
NODE_NAMES = ("gke-", "gk3-")
POOLED = frozenset({"cluster-name", "kube-labels"})
# What the API itself makes of an instance's metadata, its zone's and its project's. Source: API reference, "instances",
# resourceStatus.effectiveInstanceMetadata.
EFFECTIVE = {
    "block-project-ssh-keys": "blockProjectSshKeysMetadataValue",
    "enable-osconfig": "enableOsconfigMetadataValue",
    "enable-oslogin": "enableOsloginMetadataValue",
    "serial-port-enable": "serialPortEnableMetadataValue",
}


def machine(resource: Resource) -> Item:
    """Return what an instance is, or what instances of a template are to be."""
    item: Item = resource["item"]
    return item.get("properties") or {} if resource.type == TEMPLATE else item


def of_pool(resource: Resource) -> bool:
    """Tell whether a machine is a node of GKE, which its node pool describes."""
    if NODE in resource.tags:
        return True
    return resource.name.startswith(NODE_NAMES) and not POOLED.isdisjoint(metadata(machine(resource)))


def ours(judge: Judge) -> Judge:
    """Make *judge* skip nodes of GKE: what is asked is set, and judged, at their node pool."""

    @wraps(judge)
    def asked(resource: Resource, **given: Any) -> Verdict:
        return skipped("a node of GKE, as its node pool has it") if of_pool(resource) else judge(resource, **given)

    return asked


def running(judge: Judge) -> Judge:
    """Make *judge* skip instances that do not run: nothing can be told of their guests."""

    @wraps(judge)
    def asked(instance: Resource, **given: Any) -> Verdict:
        status = instance["item"].get("status", "RUNNING")
        return judge(instance, **given) if status == "RUNNING" else skipped(f"the instance is {status}")

    return asked


def setting(resource: Resource, key: str, inventory: Inventory) -> bool | None:
    """Return what a machine's metadata says of *key*, or else its project's; ``None`` where neither does."""
    effective = (resource["item"].get("resourceStatus") or {}).get("effectiveInstanceMetadata")
    if effective is not None and key in EFFECTIVE:
        return yes(effective.get(EFFECTIVE[key]))
    own = metadata(machine(resource))
    if key in own:
        return flag(own[key], key)
    for settings in inventory.all(SETTINGS):
        common = metadata(settings["item"], "commonInstanceMetadata")
        return flag(common[key], key) if key in common else None
    return None


def flag(value: object, key: str) -> bool:
    """Return a flag of metadata. Raises :class:`UnreadError` where the value was replaced, as those of unknown keys are."""
    if isinstance(value, dict):
        raise UnreadError(f"metadata {key}", Unread(Reason.UNAVAILABLE, "Replaced"))
    return yes(value)


def account(resource: Resource) -> Item:
    """Return the service account of a machine with its scopes; empty where it has none."""
    return first(many(machine(resource), "serviceAccounts"))


def public_addresses(resource: Resource) -> Iterator[tuple[int, str]]:
    """Yield the addresses by which the internet may reach a machine, or is to reach those of a template, with their family."""
    for interface in many(machine(resource), "networkInterfaces"):
        for config in many(interface, "accessConfigs"):
            yield 4, str(config.get("natIP") or config.get("externalIp") or "an address to come")
        for config in many(interface, "ipv6AccessConfigs"):
            yield 6, str(config.get("externalIpv6") or "an IPv6 address to come")
        if interface.get("ipv6AccessType") == "EXTERNAL" and not many(interface, "ipv6AccessConfigs"):
            yield 6, str(interface.get("ipv6Address") or "an IPv6 address to come")


def is_windows(resource: Resource) -> bool:
    disks = many(machine(resource), "disks")
    features = [str(each.get("type")) for disk in disks for each in many(disk, "guestOsFeatures")]
    return "WINDOWS" in features or any("windows" in last(each) for disk in disks for each in many(disk, "licenses"))


def group_of(resource: Resource) -> str:
    """Return the managed group that makes the instance anew when it fails; empty when none does."""
    made_by = str(metadata(machine(resource)).get("created-by") or "")
    return last(made_by) if "/instanceGroupManagers/" in made_by else ""
