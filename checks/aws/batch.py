"""Checks on AWS Batch: what jobs run, with which rights. The machines are EC2's, and the clusters ECS's or EKS's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws import containers
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

DEFINITION, ENVIRONMENT = "aws.batch.job_definition", "aws.batch.compute_environment"
ANEW = "aws batch register-job-definition --cli-input-json file://job.json --region {region}"

Item = Mapping[str, Any]


def _tasks(definition: Resource) -> Iterator[Item]:
    """Yield what describes containers of ECS: the definition's own, and those of each range of nodes."""
    item = definition["item"]
    ranges = (item.get("nodeProperties") or {}).get("nodeRangeProperties") or []
    for each in (item, *ranges):
        for name in ("containerProperties", "container"):
            if each.get(name):
                yield each[name]
        yield from (each.get("ecsProperties") or {}).get("taskProperties") or []


def _containers(definition: Resource) -> Iterator[Item]:
    """Yield every container; those of Kubernetes name some things otherwise."""
    for task in _tasks(definition):
        yield from task.get("containers") or [task]
    yield from _pod(definition).get("containers") or []


def _pod(definition: Resource) -> Item:
    pod: Item = (definition["item"].get("eksProperties") or {}).get("podProperties") or {}
    return pod


def _images(definition: Resource) -> list[str]:
    return [each["image"] for each in _containers(definition) if each.get("image")]


@check(
    f"{DEFINITION}.without_secrets",
    on=DEFINITION,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Job definition's variables hold no secrets",
    risk="Everybody who may describe job definitions or jobs reads the secret.",
    fix="Keep the secret in Secrets Manager, name it under secrets, and replace it: it must be taken for known; then " + ANEW,
)
def without_secrets(definition: Resource) -> Verdict:
    told: list[tuple[str, Any]] = list((definition["item"].get("parameters") or {}).items())
    for each in _containers(definition):
        told += containers.pairs([*(each.get("environment") or []), *(each.get("env") or [])])
        told += [("command", word) for name in ("command", "args") for word in each.get(name) or []]
    return containers.without_secrets(told)


@check(
    f"{DEFINITION}.unprivileged",
    on=DEFINITION,
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="Jobs have no rights over their host",
    risk="Whoever gets code into the job holds the machine, and all other jobs on it.",
    fix="Take privileged out of the containers; then " + ANEW,
)
def unprivileged(definition: Resource) -> Verdict:
    found = [each for each in _containers(definition) if _privileged(each)]
    return failed(f"{len(found)} container(s) are privileged") if found else passed("no container is privileged")


def _privileged(container: Item) -> bool:
    return bool(container.get("privileged") or (container.get("securityContext") or {}).get("privileged"))


@check(
    f"{DEFINITION}.apart_from_host",
    on=DEFINITION,
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="Jobs share no network or processes with their host",
    risk="The job reaches what listens on the machine only, and sees the processes of others.",
    fix="Take out pidMode and ipcMode, and hostNetwork of pods; then " + ANEW,
)
def apart_from_host(definition: Resource) -> Verdict:
    shared = {name for task in _tasks(definition) for name in ("pidMode", "ipcMode") if task.get(name) == "host"}
    pod = _pod(definition)
    if pod and pod.get("hostNetwork", True):  # Batch leaves it on unless told otherwise
        shared.add("hostNetwork")
    return failed(f"the host's: {', '.join(sorted(shared))}") if shared else passed("nothing of the host's is shared")


@check(
    f"{DEFINITION}.no_public_address",
    on=DEFINITION,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Jobs get no public address",
    risk="Every job stands on the internet by itself.",
    fix="Set networkConfiguration.assignPublicIp to DISABLED, with subnets that reach out over a NAT gateway; then " + ANEW,
)
def no_public_address(definition: Resource) -> Verdict:
    if definition["item"].get("platformCapabilities") != ["FARGATE"]:
        return skipped("not on Fargate: the machine's subnet decides")
    given = [(task.get("networkConfiguration") or {}).get("assignPublicIp", "DISABLED") for task in _tasks(definition)]
    return failed("jobs get public addresses") if "ENABLED" in given else passed("jobs get private addresses only")


@check(
    f"{DEFINITION}.images_pinned",
    on=DEFINITION,
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="Job definition says which version of its images runs",
    risk="What runs is whatever was pushed last, by whomever.",
    fix="Name images by version or digest; then " + ANEW,
)
def images_pinned(definition: Resource) -> Verdict:
    return containers.pinned(_images(definition))


@check(
    f"{DEFINITION}.images_scanned",
    on=DEFINITION,
    control="application.scanning",
    severity=Severity.MEDIUM,
    title="Images that jobs run are scanned",
    risk="Known weaknesses run in production unseen.",
    fix="aws ecr put-registry-scanning-configuration --scan-type ENHANCED --rules file://rules.json --region {region}",
)
def images_scanned(definition: Resource, inventory: Inventory) -> Verdict:
    return containers.scanned(_images(definition), inventory)


@check(
    f"{DEFINITION}.files_in_transit",
    on=DEFINITION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="File systems are mounted over TLS by jobs",
    risk="Files travel readable through the network.",
    fix="Set transitEncryption to ENABLED in efsVolumeConfiguration of each volume; then " + ANEW,
)
def files_in_transit(definition: Resource) -> Verdict:
    volumes = [each for task in _tasks(definition) for each in task.get("volumes") or []]
    mounted = [each["efsVolumeConfiguration"] for each in volumes if each.get("efsVolumeConfiguration")]
    if not mounted:
        return skipped("mounts no file system of EFS")
    clear = [each["fileSystemId"] for each in mounted if each.get("transitEncryption") != "ENABLED"]
    return failed(f"mounted without TLS: {', '.join(sorted(clear))}") if clear else passed("all are mounted over TLS")


@check(
    f"{DEFINITION}.tried_again",
    on=DEFINITION,
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Jobs that fail are tried again",
    risk="One machine that is taken away loses the job's work.",
    fix="Set retryStrategy.attempts to 2 or more; then " + ANEW,
)
def tried_again(definition: Resource) -> Verdict:
    attempts = (definition["item"].get("retryStrategy") or {}).get("attempts") or 1
    return (passed if attempts > 1 else failed)(f"{attempts} attempt(s)")


@check(
    f"{ENVIRONMENT}.image_of_aws",
    on=ENVIRONMENT,
    control="guest_os.image_age",
    severity=Severity.LOW,
    title="Machines for jobs are made of AWS's newest image",
    risk="Machines start with what was current when somebody picked their image.",
    fix="aws batch update-compute-environment --compute-environment {id} --region {region} --compute-resources with"
    " ec2Configuration and no imageIdOverride",
)
def image_of_aws(environment: Resource) -> Verdict:
    resources = environment["item"].get("computeResources") or {}
    if environment["item"].get("status") in ("DELETING", "DELETED") or resources.get("type") not in ("EC2", "SPOT"):
        return skipped("Batch makes no machines of its own for it")
    fixed = [resources.get("imageId"), *(each.get("imageIdOverride") for each in resources.get("ec2Configuration") or [])]
    named = sorted({each for each in fixed if each})
    return failed(f"always made of {', '.join(named)}") if named else passed("made of what AWS recommends")
