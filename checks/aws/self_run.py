"""Signs of software that customers run themselves on AWS: on instances, and in containers of ECS."""

from __future__ import annotations

from collections.abc import Iterator

from checks.aws.instances import INSTANCE, operator
from checks.aws.reached import groups
from checks.self_run import Look, Said, Signs, image, narrow, operated, purposes, workloads
from scanner.evaluation.advice import SelfRun, Unseen, Workload
from scanner.model import Inventory, Present, Resource

TASK = "aws.ecs.task_definition"
TCP = ("tcp", "6")


def find(inventory: Inventory) -> Iterator[Workload | Unseen]:
    look = Look(inventory)
    for instance in look.all(INSTANCE):
        tags = dict(look.told(lambda each: each.tags.items(), instance))
        if not (operator(instance) or operated(tags)):
            ports = look.told(lambda each: _ports(each, inventory), instance)
            yield from workloads(
                Signs(instance, (_licence(instance),), (*purposes(tags), *look.told(_image, instance)), dict(ports))
            )
    for task in look.all(TASK):
        capacity = look.told(_capacity, task)
        where = task.with_facts(capacity=Present(capacity[0])) if capacity else task
        yield from workloads(Signs(where, runs=tuple(look.told(_containers, task))))
    yield from look.unseen()


def _licence(instance: Resource) -> Said:
    """Return what AWS bills beside the machine: ``Windows with SQL Server Standard``."""
    return "licence", str(instance["item"].get("PlatformDetails") or "")


def _image(instance: Resource) -> Iterator[Said]:
    made = (instance["image"] or {}).get("ImageMetadata") or {}
    yield "image", str(made.get("Name") or "")


def _ports(instance: Resource, inventory: Inventory) -> Iterator[tuple[int, str]]:
    names = [str(each["GroupId"]) for each in instance["item"].get("SecurityGroups") or []]
    for group in groups(names, instance, inventory):
        for rule in group["item"].get("IpPermissions") or []:
            if str(rule["IpProtocol"]) in TCP:
                for port in narrow(rule.get("FromPort", -1), rule.get("ToPort", -1)):
                    yield port, str(group["item"]["GroupId"])


def _capacity(task: Resource) -> Iterator[str]:
    """Yield the only kind of machines that a task is made for, under the name that the split asks for."""
    asked = task["definition"].get("requiresCompatibilities") or []
    yield from asked if len(asked) == 1 else ()


def _containers(task: Resource) -> Iterator[Said]:
    return (image(str(each.get("image") or "")) for each in task["definition"].get("containerDefinitions") or [])


SELF_RUN = SelfRun("aws", find)
