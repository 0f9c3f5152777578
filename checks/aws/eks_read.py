"""What is read of EKS in more than one place: whether a thing stands yet, which cluster it is of, which version it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any

from checks.support import over
from scanner.model import Inventory, Resource, Verdict, failed, passed, skipped, unknown

CLUSTER, NODEGROUP, ADDON, ENTRY = "aws.eks.cluster", "aws.eks.nodegroup", "aws.eks.addon", "aws.eks.access_entry"
# What is being made has not all of its settings yet; what is being deleted is nobody's to protect any more.
UNSETTLED = {"CREATING", "DELETING", "PENDING", "CREATE_FAILED"}
UNWELL = {"DEGRADED", "UPDATE_FAILED", "CREATE_FAILED"}
SUPPORTED = "STANDARD_SUPPORT"


def settled(fact: str) -> Callable[[Callable[..., Verdict]], Callable[..., Verdict]]:
    """Return a decorator that makes a check skip what does not stand, by the status in *fact*."""

    def wrap(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
        @wraps(judge)
        def asked(resource: Resource, **given: Any) -> Verdict:
            status = resource[fact].get("status", "")
            return skipped(f"status is {status}") if status in UNSETTLED else judge(resource, **given)

        return asked

    return wrap


def within(cluster: Resource, kind: str) -> str:
    """Return how the ids begin of what belongs to *cluster*: ``kind`` is the ARN's word for it (``addon``)."""
    return cluster.id.replace(":cluster/", f":{kind}/", 1) + "/"


def cluster_of(part: Resource, name: str, inventory: Inventory) -> Resource | None:
    """Return the cluster that *part* belongs to."""
    return inventory.get(CLUSTER, ":".join((*part.id.split(":", 5)[:5], f"cluster/{name}")))


def minor(version: str) -> tuple[int, int]:
    """Return a version of Kubernetes (``1.31``, ``v1.31.4-eks-1``) as numbers."""
    major, small, *_ = version.removeprefix("v").split(".")
    return int(major), int(small)


def supported(version: str, cluster: Resource, now: datetime) -> Verdict:
    """Pass while AWS gives *version* its standard support. What ended long ago AWS need not tell."""
    if ended := over("aws.eks", version, now):
        return ended
    for each in (cluster["support"] or {}).get("versions") or []:
        if each["version"] != version:
            continue
        end = _time(each.get("standardUntil"))
        if each["status"] == SUPPORTED and (end is None or now < end):
            return passed(f"version {version} has standard support", until=end)
        return failed(f"version {version} has no standard support any more")
    return unknown(f"whether version {version} is supported was not said")


def _time(given: str | None) -> datetime | None:
    return datetime.fromisoformat(given) if given else None


def subnets(names: Iterable[str], region: str, inventory: Inventory) -> list[Resource]:
    """Return the subnets of these names, as far as they were listed."""
    return [each for name in names for each in inventory.where("aws.vpc.subnet", "item.SubnetId", name, region=region)]


def spread(names: list[str], region: str, inventory: Inventory) -> Verdict:
    """Pass when the subnets of these names stand in more than one zone."""
    found = subnets(names, region, inventory)
    zones = sorted({each["item"]["AvailabilityZone"] for each in found})
    if len(zones) > 1:
        return passed(f"spread over {', '.join(zones)}")
    if len(found) < len(names):
        return unknown("a subnet was not listed")
    return failed(f"all in {', '.join(zones) or 'no zone'}")
