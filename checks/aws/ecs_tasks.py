"""Checks on task definitions of Amazon ECS: on the newest active revision of each family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.aws import containers
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

TASK = "aws.ecs.task_definition"
# Source: ECS developer guide, "Task definition parameters", and Windows containers' own default.
ADMINISTRATOR = "containeradministrator"
ANEW = "aws ecs register-task-definition --cli-input-json file://task.json --region {region}"

Item = Mapping[str, Any]


def _containers(task: Resource) -> list[Item]:
    return list(task["definition"].get("containerDefinitions") or [])


def _images(task: Resource) -> list[str]:
    return [each["image"] for each in _containers(task)]


def _windows(task: Resource) -> bool:
    family = (task["definition"].get("runtimePlatform") or {}).get("operatingSystemFamily", "LINUX")
    return str(family).upper().startswith("WINDOWS")


def _listed(names: list[str]) -> str:
    return ", ".join(sorted(names))


@check(
    f"{TASK}.without_secrets",
    on=TASK,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Task definition's variables hold no secrets",
    risk="Everybody who may describe task definitions reads the secret, of every revision that ever was.",
    fix="Keep the secret in Secrets Manager, name it under secrets, and replace it: it must be taken for known; then " + ANEW,
)
def without_secrets(task: Resource) -> Verdict:
    return containers.without_secrets(pair for each in _containers(task) for pair in _told(each))


def _told(container: Item) -> list[tuple[str, Any]]:
    """Return what a container is told: variables, its command line, and the options of its log driver."""
    options = (container.get("logConfiguration") or {}).get("options") or {}
    words = [(word, hidden) for word in ("command", "entryPoint") for hidden in container.get(word) or []]
    return [*containers.pairs(container.get("environment")), *words, *options.items()]


@check(
    f"{TASK}.unprivileged",
    on=TASK,
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="Containers have no rights over their host",
    risk="Whoever breaks into the container holds the machine, and all other tasks on it.",
    fix="Take privileged, and SYS_ADMIN among the capabilities, out of the containers; then " + ANEW,
)
def unprivileged(task: Resource) -> Verdict:
    found = [each["name"] for each in _containers(task) if each.get("privileged") or _takes_all(each)]
    return failed(f"privileged: {_listed(found)}") if found else passed("no container is privileged")


def _takes_all(container: Item) -> bool:
    added = ((container.get("linuxParameters") or {}).get("capabilities") or {}).get("add") or []
    return bool({"ALL", "SYS_ADMIN"} & {each.removeprefix("CAP_") for each in added})


@check(
    f"{TASK}.not_root",
    on=TASK,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Containers don't run as root",
    risk="A hole in the container runtime gives whoever broke in the machine's root user.",
    fix="Set user in each container, or USER in its image; then " + ANEW,
)
def not_root(task: Resource) -> Verdict:
    if _windows(task):
        return skipped("Windows has no root")
    return containers.users(_containers(task))


@check(
    f"{TASK}.not_administrator",
    on=TASK,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Containers of Windows don't run as administrator",
    risk="A hole in the container runtime gives whoever broke in the machine's administrator.",
    fix="Set user to ContainerUser in each container; then " + ANEW,
)
def not_administrator(task: Resource) -> Verdict:
    if not _windows(task):
        return skipped("not for Windows")
    users = {str(each["name"]): str(each.get("user") or "").lower() for each in _containers(task)}
    if found := [name for name, user in users.items() if user == ADMINISTRATOR]:
        return failed(f"runs as administrator: {_listed(found)}")
    if open_ := [name for name, user in users.items() if not user]:
        return unknown(f"only the image tells the user of {_listed(open_)}")
    return passed("no container runs as administrator")


@check(
    f"{TASK}.apart_from_host",
    on=TASK,
    control="network.segmentation",
    severity=Severity.HIGH,
    title="Tasks share no network or processes with their host",
    risk="The container reaches what listens on the machine only, and sees the processes of others.",
    fix="Set networkMode to awsvpc, and take out pidMode and ipcMode; then " + ANEW,
)
def apart_from_host(task: Resource) -> Verdict:
    definition = task["definition"]
    shared = [name for name in ("networkMode", "pidMode", "ipcMode") if definition.get(name) == "host"]
    return failed(f"the host's: {_listed(shared)}") if shared else passed("nothing of the host's is shared")


@check(
    f"{TASK}.read_only",
    on=TASK,
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="Containers cannot change their own file system",
    risk="Whoever breaks in may put tools of their own beside the program, or change it.",
    fix="Set readonlyRootFilesystem in each container, with volumes for what must be written; then " + ANEW,
)
def read_only(task: Resource) -> Verdict:
    if _windows(task):
        return skipped("Windows containers cannot do without")
    found = [each["name"] for each in _containers(task) if not each.get("readonlyRootFilesystem")]
    return failed(f"may change their files: {_listed(found)}") if found else passed("file systems are read-only")


@check(
    f"{TASK}.images_pinned",
    on=TASK,
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="Task definition says which version of its images runs",
    risk="What runs is whatever was pushed last, by whomever.",
    fix="Name images by version or digest; then " + ANEW,
)
def images_pinned(task: Resource) -> Verdict:
    return containers.pinned(_images(task))


@check(
    f"{TASK}.images_from_ecr",
    on=TASK,
    control="governance.image_source",
    severity=Severity.LOW,
    title="Images come from private repositories",
    risk="Nobody here decides what a public name stands for, and whether it will be there tomorrow.",
    fix="Copy the image into ECR, by hand or a pull-through cache, and name it there; then " + ANEW,
)
def images_from_ecr(task: Resource) -> Verdict:
    return containers.from_registry(_images(task))


@check(
    f"{TASK}.images_scanned",
    on=TASK,
    control="application.scanning",
    severity=Severity.MEDIUM,
    title="Images that tasks run are scanned",
    risk="Known weaknesses run in production unseen.",
    fix="aws ecr put-registry-scanning-configuration --scan-type ENHANCED --rules file://rules.json --region {region}",
)
def images_scanned(task: Resource, inventory: Inventory) -> Verdict:
    return containers.scanned(_images(task), inventory)


@check(
    f"{TASK}.logged",
    on=TASK,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Containers' output is kept",
    risk="What the program said of a break-in is gone with the container.",
    fix="Set logConfiguration in each container; then " + ANEW,
)
def logged(task: Resource) -> Verdict:
    found = [each["name"] for each in _containers(task) if not (each.get("logConfiguration") or {}).get("logDriver")]
    return failed(f"no log driver: {_listed(found)}") if found else passed("every container has a log driver")


@check(
    f"{TASK}.files_in_transit",
    on=TASK,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="File systems are mounted over TLS",
    risk="Files travel readable through the network.",
    fix="Set transitEncryption to ENABLED in efsVolumeConfiguration of each volume; then " + ANEW,
)
def files_in_transit(task: Resource) -> Verdict:
    volumes = [each for each in task["definition"].get("volumes") or [] if each.get("efsVolumeConfiguration")]
    if not volumes:
        return skipped("mounts no file system of EFS")
    clear = [each["name"] for each in volumes if each["efsVolumeConfiguration"].get("transitEncryption") != "ENABLED"]
    return failed(f"mounted without TLS: {_listed(clear)}") if clear else passed("all are mounted over TLS")


@check(
    f"{TASK}.role_of_its_own",
    on=TASK,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Tasks work with a role made for them",
    risk="The program holds rights that are ECS's: to read secrets, and to pull every image.",
    fix="Set taskRoleArn to a role with the program's own rights; then " + ANEW,
)
def role_of_its_own(task: Resource) -> Verdict:
    definition = task["definition"]
    role = definition.get("taskRoleArn")
    if role:
        return (
            failed("works with its execution role")
            if role == definition.get("executionRoleArn")
            else passed(f"works with {role}")
        )
    if set(definition.get("requiresCompatibilities") or []) == {"FARGATE"}:
        return skipped("has no role, and so no rights")
    return failed("has no role: on machines of the customer's it works with theirs")
