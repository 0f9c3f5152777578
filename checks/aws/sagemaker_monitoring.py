"""Checks on what SageMaker Model Monitor runs: two for each kind of job definition, and for schedules that bring their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

Item = Mapping[str, Any]


def _of_definition(definition: Resource) -> Item | None:
    network: Item = definition["job"].get("NetworkConfig") or {}
    return network


def _of_schedule(schedule: Resource) -> Item | None:
    """Return the network settings of what the schedule runs; none where a job definition has them."""
    job = schedule["schedule"].get("MonitoringJobDefinition")
    return (job.get("NetworkConfig") or {}) if job else None


def _machines(definition: Resource) -> int:
    cluster = (definition["job"].get("JobResources") or {}).get("ClusterConfig") or {}
    return int(cluster.get("InstanceCount") or 0)


@dataclass(frozen=True, slots=True)
class Monitored:
    """A type that jobs are run by. ``noun`` begins the titles; ``network``: where its network settings are.

    ``spreads``: whether its traffic matters on several machines only, as Security Hub has it of jobs on bias (SageMaker.15).
    """

    type: str
    noun: str
    network: Callable[[Resource], Item | None] = _of_definition
    spreads: bool = False


MONITORED = (
    Monitored("data_quality_job_definition", "Jobs on the quality of data"),
    Monitored("model_quality_job_definition", "Jobs on the quality of models"),
    Monitored("model_bias_job_definition", "Jobs on the bias of models", spreads=True),
    Monitored("model_explainability_job_definition", "Jobs that explain models"),
    Monitored("monitoring_schedule", "Scheduled monitoring jobs", _of_schedule),
)
ANEW = "Create {name} anew with "


def _isolated(monitored: Monitored) -> Check:
    kind = f"aws.sagemaker.{monitored.type}"

    @check(
        f"{kind}.isolated",
        on=kind,
        control="network.public_access",
        severity=Severity.MEDIUM,
        title=f"{monitored.noun} have no network",
        risk="A job that reads what users asked sends it out, if its image or a library was tampered with.",
        fix=ANEW + "EnableNetworkIsolation=true in its NetworkConfig",
    )
    def judge(resource: Resource) -> Verdict:
        network = monitored.network(resource)
        if network is None:
            return skipped("its job definition tells")
        on = network.get("EnableNetworkIsolation")
        return passed("network isolation is on") if on else failed("network isolation is off")

    return judge


def _encrypted(monitored: Monitored) -> Check:
    kind = f"aws.sagemaker.{monitored.type}"

    @check(
        f"{kind}.traffic_encrypted",
        on=kind,
        control="encryption.in_transit",
        severity=Severity.LOW,
        title=f"{monitored.noun} encrypt what their containers exchange",
        risk="What users asked travels between the machines of a job in the clear.",
        fix=ANEW + "EnableInterContainerTrafficEncryption=true in its NetworkConfig",
    )
    def judge(resource: Resource) -> Verdict:
        network = monitored.network(resource)
        if network is None:
            return skipped("its job definition tells")
        if monitored.spreads and _machines(resource) == 1:
            return skipped("it runs on one machine")
        on = network.get("EnableInterContainerTrafficEncryption")
        return passed("traffic between containers is encrypted") if on else failed("traffic between containers is clear")

    return judge


ISOLATED = tuple(_isolated(each) for each in MONITORED)
ENCRYPTED = tuple(_encrypted(each) for each in MONITORED)
