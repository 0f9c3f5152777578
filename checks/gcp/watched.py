"""What somebody must be told of, as sample entries of the audit logs: a filter is judged by what it matches.

Names of methods and types of resources: "Cloud Audit Logs" of each service's documentation; the log entries of Resource
Manager, IAM and Compute Engine as public detection rules quote them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from checks.gcp.filters import Entry
from scanner.model import Severity

ACTIVITY, DATA_ACCESS = "cloudaudit.googleapis.com%2Factivity", "cloudaudit.googleapis.com%2Fdata_access"
API = re.compile(r"^(?:google\.(?:\w+\.)*|v1\.compute\.)")
MANAGER = "cloudresourcemanager.googleapis.com"

Call = tuple[Entry, ...]
"""One call, as the entries that it leaves: an operation that takes time leaves one when it begins and one when it ends."""


def _entry(service: str, method: str, type: str, log: str = ACTIVITY, **more: Any) -> Entry:
    """Return an entry as Cloud Logging keeps it, as far as filters may ask."""
    payload = {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
        "status": {},
        "authenticationInfo": {"principalEmail": "ada@example.com"},
        "requestMetadata": {"callerIp": "192.0.2.1", "callerSuppliedUserAgent": "google-cloud-sdk"},
        "serviceName": service,
        "methodName": method,
        "authorizationInfo": [{"granted": True}],
        "resourceName": "projects/sample/things/one",
        **more.pop("payload", {}),
    }
    return {
        "protoPayload": payload,
        "insertId": "sample",
        "resource": {"type": type, "labels": {"project_id": "sample"}},
        "timestamp": "2026-01-02T03:04:05Z",
        "severity": "NOTICE",
        "logName": f"projects/sample/logs/{log}",
        "receiveTimestamp": "2026-01-02T03:04:06Z",
        **more,
    }


def _calls(service: str, type: str, methods: str) -> tuple[Call, ...]:
    return tuple((_entry(f"{service}.googleapis.com", method, type),) for method in methods.split())


def _operations(type: str, methods: str) -> tuple[Call, ...]:
    """Return calls of Compute Engine."""

    def entry(method: str, end: str) -> Entry:
        return _entry("compute.googleapis.com", f"v1.compute.{method}", type, operation={"id": "operation-1", end: True})

    return tuple((entry(method, "first"), entry(method, "last")) for method in methods.split())


def _policy_change(**delta: Any) -> Call:
    granted = [{"granted": True, "permission": "resourcemanager.projects.setIamPolicy", "resource": "projects/sample"}]
    data = {"@type": "type.googleapis.com/google.iam.v1.logging.AuditData", "policyDelta": delta}
    payload = {"authorizationInfo": granted, "resourceName": "projects/sample", "serviceData": data}
    return (_entry(MANAGER, "SetIamPolicy", "project", payload=payload),)


def _owner(action: str) -> Call:
    return _policy_change(bindingDeltas=[{"action": action, "role": "roles/owner", "member": "user:eve@example.com"}])


# Whoever is not yet of the organization is invited; nothing is granted before he accepts.
INVITATION: Call = (
    _entry(
        MANAGER,
        "InsertProjectOwnershipInvite",
        "project",
        payload={
            "resourceName": "projects/sample",
            "request": {
                "@type": "type.googleapis.com/google.internal.cloud.resourcemanager.InsertProjectOwnershipInviteRequest",
                "member": "user:eve@example.com",
                "projectId": "sample",
            },
        },
    ),
)

# What happens all day: who is told of this, too, is told of nothing.
EVERYDAY: tuple[Entry, ...] = (
    _entry("compute.googleapis.com", "v1.compute.instances.list", "gce_instance", DATA_ACCESS, severity="INFO"),
    _entry("compute.googleapis.com", "v1.compute.instances.setLabels", "gce_instance"),
    _entry("storage.googleapis.com", "storage.objects.get", "gcs_bucket", DATA_ACCESS, severity="INFO"),
    {
        "textPayload": "GET / 200",
        "insertId": "sample",
        "resource": {"type": "cloud_run_revision", "labels": {"project_id": "sample"}},
        "timestamp": "2026-01-02T03:04:05Z",
        "severity": "INFO",
        "logName": "projects/sample/logs/run.googleapis.com%2Fstdout",
    },
)
# One of each kind of entry: what takes all of these takes everything.
EVERY_KIND: tuple[Entry, ...] = (
    *EVERYDAY,
    *INVITATION,
    {
        "jsonPayload": {"message": "failed"},
        "insertId": "sample",
        "resource": {"type": "k8s_container", "labels": {"project_id": "sample"}},
        "timestamp": "2026-01-02T03:04:05Z",
        "severity": "ERROR",
        "logName": "projects/sample/logs/stderr",
    },
    _entry("compute.googleapis.com", "compute.instances.preempted", "gce_instance", "cloudaudit.googleapis.com%2Fsystem_event"),
    {
        "jsonPayload": {"connection": {"dest_port": 443}},
        "insertId": "sample",
        "resource": {"type": "gce_subnetwork", "labels": {"project_id": "sample"}},
        "timestamp": "2026-01-02T03:04:05Z",
        "logName": "projects/sample/logs/compute.googleapis.com%2Fvpc_flows",
    },
)


@dataclass(frozen=True, slots=True)
class Watched:
    """One kind of change. ``service``: whose it is, if not the project's; ``kind``: what must be there for it to matter."""

    name: str
    what: str
    risk: str
    severity: Severity
    calls: tuple[Call, ...]
    service: str = ""
    cis: tuple[str, ...] = ()
    kind: str = ""


WATCHED = (
    Watched(
        "ownership_changes",
        "changes of the project's owners",
        "An intruder makes himself an owner, and nobody notices.",
        Severity.HIGH,
        (_owner("ADD"), _owner("REMOVE"), INVITATION),
        cis=("v4:2.4", "v5:2.5"),
    ),
    Watched(
        "audit_changes",
        "changes of the audit logs' configuration",
        "An intruder exempts himself from the recording, and nobody notices.",
        Severity.MEDIUM,
        (
            _policy_change(
                auditConfigDeltas=[{"action": "REMOVE", "service": "allServices", "logType": "DATA_READ", "exemptedMember": ""}]
            ),
        ),
        cis=("v4:2.5", "v5:2.6"),
    ),
    Watched(
        "role_changes",
        "changes of custom roles",
        "An intruder widens a role that he holds, and nobody notices.",
        Severity.MEDIUM,
        _calls(
            "iam",
            "iam_role",
            "google.iam.admin.v1.CreateRole google.iam.admin.v1.UpdateRole google.iam.admin.v1.DeleteRole",
        ),
        "gcp.iam",
        ("v4:2.6", "v5:2.7"),
    ),
    Watched(
        "firewall_changes",
        "changes of firewall rules",
        "A machine is opened to the world, and nobody notices.",
        Severity.LOW,
        _operations("gce_firewall_rule", "firewalls.insert firewalls.patch firewalls.delete"),
        "gcp.vpc",
        ("v4:2.7", "v5:2.8"),
    ),
    Watched(
        "route_changes",
        "changes of routes",
        "Traffic is led past its controls, and nobody notices.",
        Severity.LOW,
        _operations("gce_route", "routes.insert routes.delete"),
        "gcp.vpc",
        ("v4:2.8", "v5:2.9"),
    ),
    Watched(
        "network_changes",
        "changes of networks and their peering",
        "A network is joined to a stranger's, and nobody notices.",
        Severity.LOW,
        _operations("gce_network", "networks.insert networks.patch networks.delete networks.addPeering networks.removePeering"),
        "gcp.vpc",
        ("v4:2.9", "v5:2.10"),
    ),
    Watched(
        "bucket_permission_changes",
        "changes of who may use buckets",
        "A bucket is opened to the world, and nobody notices.",
        Severity.MEDIUM,
        _calls("storage", "gcs_bucket", "storage.setIamPermissions"),
        "gcp.storage",
        ("v4:2.10", "v5:2.11"),
    ),
    Watched(
        "database_changes",
        "changes of Cloud SQL's configuration",
        "A database is opened to the world, or its backups are stopped, and nobody notices.",
        Severity.LOW,
        _calls("cloudsql", "cloudsql_database", "cloudsql.instances.update"),
        "gcp.cloudsql",
        ("v4:2.11", "v5:2.12"),
    ),
)

# What the benchmark doesn't ask for, and who owns such things wants to be told of.
OF_OWNERS = (
    Watched(
        "sink_changes",
        "changes of where logs go",
        "An intruder leads the logs elsewhere, or deletes them, and nobody notices.",
        Severity.MEDIUM,
        tuple(
            (_entry("logging.googleapis.com", f"google.logging.v2.ConfigServiceV2.{method}", type),)
            for type, methods in (("logging_sink", "UpdateSink DeleteSink"), ("logging_bucket", "UpdateBucket DeleteBucket"))
            for method in methods.split()
        ),
        "gcp.logging",
        kind="gcp.logging.log_sink",
    ),
    Watched(
        "key_removal",
        "versions of keys that are disabled or destroyed",
        "Data becomes unreadable for ever, and nobody notices in time to stop it.",
        Severity.MEDIUM,
        _calls("cloudkms", "cloudkms_cryptokeyversion", "DestroyCryptoKeyVersion UpdateCryptoKeyVersion"),
        "gcp.kms",
        kind="gcp.kms.crypto_key",
    ),
    Watched(
        "secret_removal",
        "secrets that are deleted or destroyed",
        "Applications lose their passwords, and nobody notices in time to stop it.",
        Severity.LOW,
        _calls(
            "secretmanager",
            "audited_resource",
            "google.cloud.secretmanager.v1.SecretManagerService.DeleteSecret"
            " google.cloud.secretmanager.v1.SecretManagerService.DestroySecretVersion",
        ),
        "gcp.secretmanager",
        kind="gcp.secretmanager.secret",
    ),
    Watched(
        "zone_changes",
        "changes of public names",
        "An intruder leads visitors to his own servers, and nobody notices.",
        Severity.LOW,
        _calls("dns", "dns_managed_zone", "dns.changes.create dns.managedZones.delete dns.managedZones.patch"),
        "gcp.dns",
        kind="gcp.dns.managed_zone",
    ),
    Watched(
        "account_key_creation",
        "keys that are made for service accounts",
        "An intruder makes a key that works from everywhere, and nobody notices.",
        Severity.MEDIUM,
        _calls("iam", "service_account", "google.iam.admin.v1.CreateServiceAccountKey"),
        "gcp.iam",
        kind="gcp.iam.service_account",
    ),
    Watched(
        "login_key_changes",
        "changes of who may sign in to machines",
        "An intruder adds a key of his own, or a script that runs at the next start, and nobody notices.",
        Severity.LOW,
        (
            *_operations("gce_instance", "instances.setMetadata"),
            *_operations("gce_project", "projects.setCommonInstanceMetadata"),
        ),
        "gcp.gce",
        kind="gcp.gce.instance",
    ),
    Watched(
        "disk_sharing",
        "disks and snapshots that are shared",
        "An intruder copies the disks to a project of his own, and nobody notices.",
        Severity.LOW,
        (
            *_calls("compute", "gce_disk", "v1.compute.disks.setIamPolicy"),
            *_calls("compute", "gce_snapshot", "v1.compute.snapshots.setIamPolicy"),
        ),
        "gcp.disk",
        kind="gcp.disk.disk",
    ),
    Watched(
        "image_sharing",
        "images that are shared",
        "An intruder copies the images to a project of his own, and nobody notices.",
        Severity.LOW,
        _calls("compute", "gce_image", "v1.compute.images.setIamPolicy"),
        "gcp.image",
        kind="gcp.image.image",
    ),
    Watched(
        "frontend_changes",
        "new addresses that load balancers answer at",
        "Something of the inside is put before the world, and nobody notices.",
        Severity.LOW,
        _operations("gce_forwarding_rule", "forwardingRules.insert globalForwardingRules.insert"),
        "gcp.lb",
        kind="gcp.lb.forwarding_rule",
    ),
    Watched(
        "router_changes",
        "changes of routers",
        "Traffic is led to a stranger's network, and nobody notices.",
        Severity.LOW,
        _operations("gce_router", "routers.insert routers.patch routers.delete"),
        "gcp.router",
        kind="gcp.router.router",
    ),
    Watched(
        "function_caller_changes",
        "changes of who may call functions",
        "A function is opened to the world, and nobody notices.",
        Severity.LOW,
        _calls("cloudfunctions", "cloud_function", "google.cloud.functions.v1.CloudFunctionsService.SetIamPolicy"),
        "gcp.functions",
        kind="gcp.functions.cloud_function",
    ),
    Watched(
        "service_caller_changes",
        "changes of who may call services of Cloud Run",
        "A service is opened to the world, and nobody notices.",
        Severity.LOW,
        _calls("run", "cloud_run_revision", "google.cloud.run.v1.Services.SetIamPolicy"),
        "gcp.run",
        kind="gcp.run.service",
    ),
    Watched(
        "version_deployments",
        "versions that are deployed to App Engine",
        "An intruder puts in code of his own, and nobody notices.",
        Severity.LOW,
        _calls("appengine", "gae_app", "google.appengine.v1.Versions.CreateVersion"),
        "gcp.appengine",
        kind="gcp.appengine.service",
    ),
    Watched(
        "build_trigger_changes",
        "changes of what is built",
        "An intruder leads builds to source of his own, and nobody notices.",
        Severity.LOW,
        _calls(
            "cloudbuild",
            "build",
            "google.devtools.cloudbuild.v1.CloudBuild.CreateBuildTrigger"
            " google.devtools.cloudbuild.v1.CloudBuild.UpdateBuildTrigger",
        ),
        "gcp.cloudbuild",
        kind="gcp.cloudbuild.build_trigger",
    ),
    Watched(
        "repository_sharing",
        "changes of who may use repositories",
        "An intruder lets himself swap images, and nobody notices.",
        Severity.LOW,
        _calls(
            "artifactregistry",
            "audited_resource",
            "google.devtools.artifactregistry.v1.ArtifactRegistry.SetIamPolicy",
        ),
        "gcp.artifactregistry",
        kind="gcp.artifactregistry.repository",
    ),
    Watched(
        "dataset_changes",
        "changes of datasets, and of who may read them",
        "A dataset is opened to the world, and nobody notices.",
        Severity.MEDIUM,
        _calls(
            "bigquery",
            "bigquery_dataset",
            "google.cloud.bigquery.v2.DatasetService.UpdateDataset google.cloud.bigquery.v2.DatasetService.PatchDataset"
            " google.cloud.bigquery.v2.DatasetService.DeleteDataset",
        ),
        "gcp.bigquery",
        kind="gcp.bigquery.dataset",
    ),
    Watched(
        "topic_sharing",
        "topics that are shared or deleted",
        "An intruder listens to messages, or silences them, and nobody notices.",
        Severity.LOW,
        _calls("pubsub", "pubsub_topic", "google.iam.v1.IAMPolicy.SetIamPolicy google.pubsub.v1.Publisher.DeleteTopic"),
        "gcp.pubsub",
        kind="gcp.pubsub.topic",
    ),
)


def method_of(call: Call) -> str:
    """Return the method of a call, without the names of its API."""
    return API.sub("", call[0]["protoPayload"]["methodName"])
