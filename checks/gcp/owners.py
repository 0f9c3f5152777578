"""Checks that resources name their owner by label: one check for each type of the table.

What Google makes by itself needs no owner.
"""

from __future__ import annotations

from checks.gcp import lineage
from checks.gcp.kms import PLACE
from checks.gcp.machines import group_of, of_pool
from checks.gcp.read import yes
from checks.gcp.run_read import of_function
from checks.owners import Owned, owner_named
from scanner.model import Resource

LABEL = "gcloud: update the resource with --update-labels=owner=TEAM --project={account}"


def _of_many(machine: Resource) -> str:
    if of_pool(machine):
        return "the cluster names its owner"
    return "its group's template names its owner" if group_of(machine) else ""


def _of_machine(disk: Resource) -> str:
    return "the machine names its owner" if disk["item"].get("users") else ""


def _by_schedule(snapshot: Resource) -> str:
    return "made by a schedule, whose disk names its owner" if yes(snapshot["item"].get("autoCreated")) else ""


def _of_cluster(rule: Resource) -> str:
    return "made by a cluster, which names its owner" if rule.name.startswith(("k8s", "gkegw", "gkemcg")) else ""


def _of_function(service: Resource) -> str:
    return "the function names its owner" if of_function(service) else ""


OWNED = (
    Owned("gcp.armor.security_policy", "Policy"),
    Owned("gcp.artifactregistry.repository", "Repository"),
    Owned("gcp.composer.environment", "Environment"),
    Owned("gcp.disk.disk", "Disk", _of_machine),
    Owned("gcp.disk.snapshot", "Snapshot", _by_schedule),
    Owned("gcp.dns.managed_zone", "Zone", fix="gcloud dns managed-zones update {name} --update-labels=owner=TEAM"),
    Owned("gcp.functions.cloud_function", "Function"),
    Owned("gcp.functions.function", "Function"),
    Owned("gcp.gce.instance", "Instance", _of_many),
    Owned("gcp.gce.instance_template", "Template", _of_many),
    Owned("gcp.gke.cluster", "Cluster"),
    Owned("gcp.image.image", "Image"),
    Owned("gcp.kms.crypto_key", "Key", fix=f"gcloud kms keys update {{name}} --update-labels=owner=TEAM {PLACE}"),
    Owned("gcp.lb.forwarding_rule", "Forwarding rule", _of_cluster),
    Owned(lineage.PROJECT, "Project", fix="gcloud alpha projects update {account} --update-labels=owner=TEAM"),
    Owned("gcp.router.interconnect", "Interconnect"),
    Owned("gcp.router.interconnect_attachment", "Attachment"),
    Owned("gcp.router.vpn_gateway", "Gateway"),
    Owned("gcp.run.job", "Job"),
    Owned("gcp.run.service", "Service", _of_function),
    Owned("gcp.secretmanager.secret", "Secret", fix="gcloud secrets update {name} --update-labels=owner=TEAM"),
    Owned("gcp.vertexai.dataset", "Dataset"),
    Owned("gcp.vertexai.endpoint", "Endpoint"),
    Owned("gcp.vertexai.featurestore", "Feature store"),
    Owned("gcp.vertexai.index_endpoint", "Search endpoint"),
    Owned("gcp.vertexai.model", "Model"),
    Owned("gcp.vertexai.notebook_runtime_template", "Template"),
    Owned("gcp.workbench.instance", "Notebook"),
    Owned("gcp.storage.bucket", "Bucket", fix="gcloud storage buckets update gs://{name} --update-labels=owner=TEAM"),
    Owned("gcp.cloudsql.instance", "Instance"),
    Owned("gcp.bigquery.dataset", "Dataset", fix="bq update --set_label=owner:TEAM {account}:{name}"),
    Owned("gcp.pubsub.topic", "Topic"),
    Owned("gcp.pubsub.subscription", "Subscription"),
    Owned("gcp.spanner.instance", "Instance"),
    Owned("gcp.bigtable.instance", "Instance"),
    Owned("gcp.alloydb.cluster", "Cluster"),
    Owned("gcp.memorystore.redis_instance", "Redis instance"),
    Owned("gcp.memorystore.redis_cluster", "Redis cluster"),
    Owned("gcp.memorystore.memcache_instance", "Memcached instance"),
    Owned("gcp.memorystore.valkey_instance", "Valkey instance"),
    Owned("gcp.filestore.instance", "Instance"),
    Owned("gcp.dataproc.cluster", "Cluster"),
    Owned("gcp.datafusion.instance", "Instance"),
    Owned("gcp.dataflow.job", "Job"),
)

OWNERS = tuple(owner_named(each, "label", LABEL) for each in OWNED)
