"""Signs of software that customers run themselves on Google Cloud: on machines of Compute Engine, and on Cloud Run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from checks.gcp.machines import INSTANCE, of_pool
from checks.gcp.read import Item, last, many
from checks.gcp.run_read import KINDS, containers
from checks.self_run import Look, Said, Signs, image, narrow, operated, purposes, workloads
from scanner.evaluation.advice import SelfRun, Unseen, Workload
from scanner.model import Inventory, Resource

FIREWALL = "gcp.vpc.firewall"
TCP = ("tcp", "6")
RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")


def find(inventory: Inventory) -> Iterator[Workload | Unseen]:
    look = Look(inventory)
    rules = list(look.all(FIREWALL))
    for instance in look.all(INSTANCE):
        labels = dict(look.told(lambda each: each.tags.items(), instance))
        if not (operated(labels) or any(look.told(lambda each: (of_pool(each),), instance))):
            runs = (*_licences(instance), *look.told(_packages, instance))
            named = (("name", instance.name), *purposes(labels))
            yield from workloads(Signs(instance, runs, named, dict(_ports(instance["item"], rules))))
    for holder in look.all(*(kind.type for kind in KINDS)):
        yield from workloads(Signs(holder, runs=tuple(image(str(one.get("image") or "")) for one in containers(holder))))
    yield from look.unseen()


def _licences(instance: Resource) -> Iterator[Said]:
    return (("licence", last(each)) for disk in many(instance["item"], "disks") for each in disk.get("licenses") or [])


def _packages(instance: Resource) -> Iterator[Said]:
    """Yield the names of installed packages, as the agent of OS Config reports them; none where there is no agent."""
    known = (instance["os_inventory"] or {}).get("items") or {}
    for row in known.values() if isinstance(known, Mapping) else known:
        for package in (row.get("installedPackage") or {}).values():
            if isinstance(package, Mapping):
                yield "package", str(package.get("packageName") or package.get("displayName") or "")


def _ports(item: Item, rules: list[Resource]) -> Iterator[tuple[int, str]]:
    """Yield the ports that rules open for a machine by its tags or account; a rule for a whole network says nothing of it."""
    networks = {last(each.get("network")) for each in many(item, "networkInterfaces")}
    mine = {*((item.get("tags") or {}).get("items") or ()), *(each.get("email") for each in many(item, "serviceAccounts"))}
    for rule in rules:
        given = rule["item"]
        targets = {*(given.get("targetTags") or ()), *(given.get("targetServiceAccounts") or ())}
        if given.get("direction", "INGRESS") == "INGRESS" and last(given.get("network")) in networks and targets & mine:
            for port in _opened(given):
                yield port, f"firewall {rule.name}"


def _opened(rule: Item) -> Iterator[int]:
    for allowed in rule.get("allowed") or []:
        if str(allowed.get("IPProtocol")).lower() in TCP:
            for ports in allowed.get("ports") or []:
                if found := RANGE.fullmatch(str(ports)):
                    yield from narrow(int(found[1]), int(found[2] or found[1]))


SELF_RUN = SelfRun("gcp", find)
