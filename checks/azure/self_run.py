"""Signs of software that customers run themselves on Azure: on machines and scale sets, in container groups and apps."""

from __future__ import annotations

from collections.abc import Iterator

from checks.azure.machines import MACHINE, SCALE_SET, model
from checks.azure.read import at, inner, many, prop
from checks.azure.security_rules import GROUP, rules
from checks.azure.vm_exposure import interfaces
from checks.azure.vnet_read import filters, linked
from checks.self_run import Look, Said, Signs, image, narrow, operated, purposes, workloads
from scanner.evaluation.advice import SelfRun, Unseen, Workload
from scanner.model import Inventory, Resource

SQL, CONTAINERS = "azure.sqlvm.machine", "azure.aci.group"
APPS = ("azure.containerapps.app", "azure.containerapps.job")


def find(inventory: Inventory) -> Iterator[Workload | Unseen]:
    look = Look(inventory)
    for machine in look.all(MACHINE, SCALE_SET):
        tags = machine["item"].get("tags") or {}
        if not operated(tags):
            named = (("name", machine.name), *purposes(tags), *look.told(_image, machine))
            ports = look.told(lambda each: _ports(each, inventory), machine)
            yield from workloads(Signs(machine, named=named, ports=dict(ports)))
    for server in look.all(SQL):
        yield from workloads(Signs(server, runs=(("agent of", "SQL Server"),)))
    for holder in look.all(CONTAINERS, *APPS):
        yield from workloads(Signs(holder, runs=tuple(look.told(_containers, holder))))
    yield from look.unseen()


def _image(machine: Resource) -> Iterator[Said]:
    made = at(model(machine), "storageProfile.imageReference")
    return (("image", str(at(made, part) or "")) for part in ("publisher", "offer", "sku"))


def _ports(machine: Resource, inventory: Inventory) -> Iterator[tuple[int, str]]:
    """Yield what rules let in to a machine's interfaces; those of scale sets are not resources of their own."""
    for interface in interfaces(machine, inventory) if machine.type == MACHINE else ():
        for id in filters(interface, inventory):
            for rule in rules(linked(GROUP, id, inventory)):
                if rule.allows and "tcp" in rule.protocols:
                    yield from ((port, f"rule {rule.name}") for low, high in rule.ports for port in narrow(low, high))


def _containers(holder: Resource) -> Iterator[Said]:
    if holder.type == CONTAINERS:
        return (image(str(inner(each).get("image") or "")) for each in many(prop(holder, "containers")))
    return (image(str(each.get("image") or "")) for each in many(prop(holder, "template.containers")))


SELF_RUN = SelfRun("azure", find)
