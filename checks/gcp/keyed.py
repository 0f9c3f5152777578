"""Checks that what a data service stores is encrypted with the customer's own key: one check for each type of the table.

Everything is encrypted in any case; what differs is whose key it is. Fields: each service's API reference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checks.gcp import read
from checks.gcp.cloudsql_read import OUTSIDE, kind
from checks.gcp.read import Item, named
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, skipped, values_at

TABLES_WITHOUT_DATA = ("VIEW", "EXTERNAL")
# Source: Dataflow API, "JobState": what is over, and can no longer be changed.
OVER = ("JOB_STATE_DONE", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED", "JOB_STATE_UPDATED", "JOB_STATE_DRAINED")
JOB_STATES = (
    "JOB_STATE_UNKNOWN JOB_STATE_STOPPED JOB_STATE_RUNNING JOB_STATE_DONE JOB_STATE_FAILED JOB_STATE_CANCELLED"
    " JOB_STATE_UPDATED JOB_STATE_DRAINING JOB_STATE_DRAINED"
)
ANEW = "The key is chosen when it is made: "


@dataclass(frozen=True, slots=True)
class Keyed:
    """A type. ``paths``: where its key stands in the item; ``without``: why one has nothing to encrypt, if so."""

    type: str
    noun: str
    paths: tuple[str, ...]
    fix: str
    without: Callable[[Item], str] = lambda _: ""
    cis: tuple[str, ...] = ()


def elsewhere(instance: Item) -> str:
    return "it stands for a server that Google doesn't run" if kind(instance) == OUTSIDE else ""


def borrowed(dataset: Item) -> str:
    """Return why a dataset holds no tables of its own."""
    if dataset.get("linkedDatasetSource"):
        return "it shows somebody else's dataset"
    return "its tables lie outside of BigQuery" if dataset.get("externalDatasetReference") else ""


def seen_through(table: Item) -> str:
    type = str(table.get("type") or "")
    return f"a table of the kind {type} keeps nothing" if type in TABLES_WITHOUT_DATA else ""


def on_kubernetes(cluster: Item) -> str:
    return "" if cluster.get("config") else "its machines are those of a cluster of GKE"


def over(job: Item) -> str:
    state = named(job.get("currentState"), JOB_STATES)
    return f"it is over: {state}" if state in OVER else ""


def hybrid(organization: Item) -> str:
    return "its runtime is the customer's own" if organization.get("runtimeType") in ("HYBRID", 2) else ""


KEYED = (
    Keyed(
        "gcp.storage.bucket",
        "Bucket",
        ("encryption.defaultKmsKeyName",),
        "gcloud storage buckets update gs://{name} --default-encryption-key=KEY",
    ),
    Keyed(
        "gcp.cloudsql.instance",
        "Instance",
        ("diskEncryptionConfiguration.kmsKeyName",),
        ANEW + "gcloud sql instances create NEW --project={account} --disk-encryption-key=KEY",
        elsewhere,
    ),
    Keyed(
        "gcp.bigquery.dataset",
        "Dataset",
        ("defaultEncryptionConfiguration.kmsKeyName",),
        "bq update --default_kms_key=KEY {account}:{name}",
        borrowed,
        ("v4:7.3", "v5:7.3"),
    ),
    Keyed(
        "gcp.bigquery.table",
        "Table",
        ("encryptionConfiguration.kmsKeyName",),
        "bq cp -f --destination_kms_key=KEY DATASET.{name} DATASET.{name}",
        seen_through,
        ("v4:7.2", "v5:7.2"),
    ),
    Keyed(
        "gcp.pubsub.topic",
        "Topic",
        ("kmsKeyName",),
        ANEW + "gcloud pubsub topics create NEW --project={account} --topic-encryption-key=KEY",
    ),
    Keyed(
        "gcp.spanner.database",
        "Database",
        ("encryptionConfig.kmsKeyName", "encryptionConfig.kmsKeyNames"),
        ANEW + "gcloud spanner databases create NEW --project={account} --instance=INSTANCE --kms-key=KEY",
    ),
    Keyed(
        "gcp.firestore.database",
        "Database",
        ("cmekConfig.kmsKeyName",),
        ANEW + "gcloud firestore databases create --project={account} --location={region} --kms-key-name=KEY",
    ),
    Keyed(
        "gcp.bigtable.cluster",
        "Cluster",
        ("encryptionConfig.kmsKeyName",),
        ANEW + "gcloud bigtable clusters create NEW --project={account} --instance=INSTANCE --zone=ZONE --kms-key=KEY",
    ),
    Keyed(
        "gcp.alloydb.cluster",
        "Cluster",
        ("encryptionConfig.kmsKeyName",),
        ANEW + "gcloud alloydb clusters create NEW --project={account} --region={region} --kms-key=KEY",
    ),
    Keyed(
        "gcp.memorystore.redis_instance",
        "Instance",
        ("customerManagedKey",),
        ANEW + "gcloud redis instances create NEW --project={account} --region={region} --customer-managed-key=KEY",
    ),
    Keyed(
        "gcp.memorystore.redis_cluster",
        "Cluster",
        ("kmsKey",),
        ANEW + "gcloud redis clusters create NEW --project={account} --region={region} --kms-key=KEY",
    ),
    Keyed(
        "gcp.filestore.instance",
        "Instance",
        ("kmsKeyName",),
        ANEW + "gcloud filestore instances create NEW --project={account} --location={region} --kms-key=KEY",
    ),
    Keyed(
        "gcp.dataproc.cluster",
        "Cluster",
        ("config.encryptionConfig.gcePdKmsKeyName", "config.encryptionConfig.kmsKey"),
        ANEW + "gcloud dataproc clusters create NEW --project={account} --region={region} --gce-pd-kms-key=KEY",
        on_kubernetes,
        ("v4:8.1", "v5:8.1"),
    ),
    Keyed(
        "gcp.dataflow.job",
        "Job",
        ("environment.serviceKmsKeyName",),
        "gcloud dataflow jobs run {name} --project={account} --region={region} --dataflow-kms-key=KEY",
        over,
    ),
    Keyed(
        "gcp.datafusion.instance",
        "Instance",
        ("cryptoKeyConfig.keyReference",),
        ANEW + "call projects.locations.instances.create of the Data Fusion API with cryptoKeyConfig",
    ),
    Keyed(
        "gcp.apigee.instance",
        "Instance",
        ("diskEncryptionKeyName",),
        ANEW + "call organizations.instances.create of the Apigee API with diskEncryptionKeyName",
    ),
    Keyed(
        "gcp.apigee.organization",
        "Organization",
        ("runtimeDatabaseEncryptionKeyName",),
        ANEW + "gcloud apigee organizations provision --project={account} --runtime-location={region}",
        hybrid,
    ),
)


def _keyed(keyed: Keyed) -> Check:
    @check(
        f"{keyed.type}.customer_key",
        on=keyed.type,
        control="encryption.customer_keys",
        severity=Severity.LOW,
        title=f"{keyed.noun} is encrypted with a key of the customer's own",
        risk="Access to what is stored cannot be limited, logged or ended by a key of one's own.",
        fix=keyed.fix,
        cis=keyed.cis,
    )
    def judge(resource: Resource) -> Verdict:
        if reason := keyed.without(resource["item"]):
            return skipped(reason)
        keys = [key for path in keyed.paths for key in values_at(resource, f"item.{path}")]
        return read.customer_key(next(iter(keys), None))

    return judge


CUSTOMER_KEYS = tuple(_keyed(each) for each in KEYED)
