"""Checks on who is let in by policies of single machines, images, functions, repositories and the like.

Each type gets the same two: nobody unnamed, and nobody from outside. What a project grants on all of them is judged there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from checks.gcp import sharing
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict

REMOVE = "gcloud MODIFY remove-iam-policy-binding {name} --project={account} --member=MEMBER --role=ROLE"
SET = "Call setIamPolicy of the service's API on {id}, with the policy but for MEMBER: gcloud has no command for it"


@dataclass(frozen=True, slots=True)
class Granting:
    """A type with policies of its own. ``group``: gcloud's name for it, if any; ``severity``: of letting everybody in.

    ``kept``: whether it is data that lies there, rather than something that runs.
    """

    type: str
    noun: str
    group: str
    severity: Severity
    risk: str
    kept: bool = False

    @property
    def fix(self) -> str:
        return REMOVE.replace("MODIFY", self.group) if self.group else SET


RUN = "Anybody stops it, changes it, or works with its rights."
COPY = "Anybody copies it, with whatever keys and data it holds."
READ = "Anybody reads what it holds, or changes it."
TAKE = "Anybody takes messages before those that they are meant for."
GRANTING = (
    Granting("gcp.gce.instance", "Instance", "compute instances", Severity.CRITICAL, RUN),
    Granting(
        "gcp.gce.instance_template", "Template", "compute instance-templates", Severity.HIGH, "Anybody reads what it holds."
    ),
    Granting("gcp.gce.machine_image", "Machine image", "compute machine-images", Severity.HIGH, COPY, kept=True),
    Granting("gcp.disk.disk", "Disk", "compute disks", Severity.HIGH, COPY, kept=True),
    Granting("gcp.disk.snapshot", "Snapshot", "compute snapshots", Severity.HIGH, COPY, kept=True),
    Granting("gcp.image.image", "Image", "compute images", Severity.HIGH, COPY, kept=True),
    Granting("gcp.workbench.instance", "Notebook", "workbench instances", Severity.CRITICAL, RUN),
    Granting("gcp.vpc.subnetwork", "Subnet", "compute networks subnets", Severity.HIGH, "Anybody starts machines in it."),
    Granting("gcp.vpc.firewall_policy", "Policy", "compute firewall-policies", Severity.CRITICAL, "Anybody opens the network."),
    Granting(
        "gcp.vpc.service_attachment", "Attachment", "compute service-attachments", Severity.HIGH, "Anybody connects to it."
    ),
    Granting(
        "gcp.lb.backend_service", "Backend", "compute backend-services", Severity.HIGH, "Anybody changes what it leads to."
    ),
    Granting(
        "gcp.lb.backend_bucket",
        "Bucket's backend",
        "compute backend-buckets",
        Severity.HIGH,
        "Anybody changes what it leads to.",
    ),
    Granting(
        "gcp.gke.binary_authorization_policy", "Policy", "container binauthz policy", Severity.HIGH, "Anybody admits any image."
    ),
    Granting("gcp.gke.attestor", "Attestor", "container binauthz attestors", Severity.HIGH, "Anybody vouches for any image."),
    Granting("gcp.gke.backup_plan", "Backup plan", "container backup-restore backup-plans", Severity.HIGH, COPY, kept=True),
    Granting("gcp.run.job", "Job", "run jobs", Severity.HIGH, RUN),
    Granting("gcp.cloudbuild.connection", "Connection", "builds connections", Severity.HIGH, "Anybody reads the source."),
    Granting("gcp.artifactregistry.repository", "Repository", "artifacts repositories", Severity.HIGH, COPY, kept=True),
    Granting("gcp.vertexai.model", "Model", "", Severity.HIGH, COPY, kept=True),
    Granting("gcp.vertexai.dataset", "Dataset", "", Severity.HIGH, COPY, kept=True),
    Granting("gcp.vertexai.featurestore", "Feature store", "", Severity.HIGH, COPY, kept=True),
    Granting("gcp.vertexai.notebook_runtime_template", "Template", "colab runtime-templates", Severity.HIGH, RUN),
    Granting("gcp.vmwareengine.private_cloud", "Private cloud", "", Severity.CRITICAL, RUN),
    Granting("gcp.vmwareengine.cluster", "Cluster", "", Severity.CRITICAL, RUN),
    Granting("gcp.bigquery.table", "Table", "", Severity.CRITICAL, READ, kept=True),
    Granting("gcp.pubsub.topic", "Topic", "pubsub topics", Severity.HIGH, "Anybody sends messages, or listens.", kept=True),
    Granting("gcp.pubsub.subscription", "Subscription", "pubsub subscriptions", Severity.HIGH, TAKE, kept=True),
    Granting("gcp.pubsub.snapshot", "Snapshot", "", Severity.HIGH, TAKE, kept=True),
    Granting("gcp.spanner.instance", "Instance", "spanner instances", Severity.CRITICAL, READ, kept=True),
    Granting("gcp.spanner.database", "Database", "", Severity.CRITICAL, READ, kept=True),
    Granting("gcp.spanner.backup", "Backup", "", Severity.CRITICAL, COPY, kept=True),
    Granting("gcp.bigtable.instance", "Instance", "bigtable instances", Severity.CRITICAL, READ, kept=True),
    Granting("gcp.bigtable.table", "Table", "", Severity.CRITICAL, READ, kept=True),
    Granting("gcp.bigtable.backup", "Backup", "", Severity.CRITICAL, COPY, kept=True),
    Granting("gcp.dataproc.cluster", "Cluster", "", Severity.CRITICAL, RUN),
    Granting("gcp.dataproc.autoscaling_policy", "Policy", "", Severity.HIGH, "Anybody grows the clusters that use it."),
    Granting("gcp.datafusion.instance", "Instance", "", Severity.CRITICAL, RUN),
)


def _named(granting: Granting) -> Check:
    @check(
        f"{granting.type}.nobody_unnamed",
        on=granting.type,
        control="data.public_exposure" if granting.kept else "access.public_grant",
        severity=granting.severity,
        title=f"{granting.noun} grants nothing to everyone",
        risk=granting.risk,
        fix=granting.fix,
    )
    def judge(resource: Resource, now: datetime) -> Verdict:
        return sharing.named(resource, now)

    return judge


def _known(granting: Granting) -> Check:
    @check(
        f"{granting.type}.members_known",
        on=granting.type,
        control="access.external_trust",
        severity=Severity.MEDIUM,
        title=f"{granting.noun} grants roles within the organization only",
        risk="Whoever left the other organization, or broke into it, is still let in here.",
        fix=granting.fix,
    )
    def judge(resource: Resource, inventory: Inventory, now: datetime) -> Verdict:
        return sharing.known(resource, inventory, now)

    return judge


def both(rows: Sequence[Granting]) -> tuple[Check, ...]:
    return tuple(made for each in rows for made in (_named(each), _known(each)))


GRANTED = both(GRANTING)
