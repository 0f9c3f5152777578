"""Logs: sinks, buckets, metrics with their alerts, and Security Command Center."""

from __future__ import annotations

from simulators.gcp.estate.place import Data, Place

# One metric and one alert for each kind of change that somebody should be told of.
CHANGES = {
    "project-ownership": (
        '(protoPayload.serviceName="cloudresourcemanager.googleapis.com") AND (ProjectOwnership OR projectOwnerInvitee)'
        ' OR (protoPayload.serviceData.policyDelta.bindingDeltas.action="REMOVE"'
        ' AND protoPayload.serviceData.policyDelta.bindingDeltas.role="roles/owner")'
        ' OR (protoPayload.serviceData.policyDelta.bindingDeltas.action="ADD"'
        ' AND protoPayload.serviceData.policyDelta.bindingDeltas.role="roles/owner")'
    ),
    "audit-configuration": (
        'protoPayload.methodName="SetIamPolicy" AND protoPayload.serviceData.policyDelta.auditConfigDeltas:*'
    ),
    "custom-roles": (
        'resource.type="iam_role" AND (protoPayload.methodName="google.iam.admin.v1.CreateRole"'
        ' OR protoPayload.methodName="google.iam.admin.v1.DeleteRole"'
        ' OR protoPayload.methodName="google.iam.admin.v1.UpdateRole"'
        ' OR protoPayload.methodName="google.iam.admin.v1.UndeleteRole")'
    ),
    "firewalls": (
        'resource.type="gce_firewall_rule" AND (protoPayload.methodName:"compute.firewalls.patch"'
        ' OR protoPayload.methodName:"compute.firewalls.insert" OR protoPayload.methodName:"compute.firewalls.delete")'
    ),
    "routes": (
        'resource.type="gce_route" AND (protoPayload.methodName:"compute.routes.delete"'
        ' OR protoPayload.methodName:"compute.routes.insert")'
    ),
    "networks": (
        'resource.type="gce_network" AND (protoPayload.methodName:"compute.networks.insert"'
        ' OR protoPayload.methodName:"compute.networks.patch" OR protoPayload.methodName:"compute.networks.delete"'
        ' OR protoPayload.methodName:"compute.networks.removePeering"'
        ' OR protoPayload.methodName:"compute.networks.addPeering")'
    ),
    "bucket-permissions": 'resource.type="gcs_bucket" AND protoPayload.methodName="storage.setIamPermissions"',
    "sql-configuration": (
        'protoPayload.methodName="cloudsql.instances.update" OR protoPayload.methodName="cloudsql.instances.create"'
        ' OR protoPayload.methodName="cloudsql.instances.delete"'
    ),
}


def watching(place: Place) -> None:
    sink: Data = {
        "name": "everything" if place.careful else "errors",
        "destination": f"storage.googleapis.com/{place.project}-logs",
        "writerIdentity": f"serviceAccount:p{place.node.number}-1@gcp-sa-logging.iam.gserviceaccount.com",
        "createTime": place.ago(500),
    }
    if not place.careful:
        sink["filter"] = "severity>=ERROR"
    name = f"projects/{place.node.number}/sinks/{sink['name']}"
    place.put("logging.googleapis.com/LogSink", name, sink, version="v2")
    for id, locked, days in (("_Required", True, 400), ("_Default", place.careful, 365 if place.careful else 30)):
        name = f"projects/{place.node.number}/locations/global/buckets/{id}"
        bucket = {"name": name, "lifecycleState": "ACTIVE", "retentionDays": days, "locked": locked}
        place.put("logging.googleapis.com/LogBucket", name, bucket, version="v2")
    if place.careful:
        alerts(place)


def alerts(place: Place) -> None:
    channel = f"projects/{place.project}/notificationChannels/1"
    address = {"email_address": "security@example.com"}
    data = {"name": channel, "type": "email", "displayName": "security", "labels": address, "enabled": True}
    place.put("monitoring.googleapis.com/NotificationChannel", channel, data, version="v3")
    for number, (noun, filter) in enumerate(CHANGES.items()):
        metric = {
            "name": noun,
            "filter": filter,
            "createTime": place.ago(400),
            "metricDescriptor": {
                "name": f"projects/{place.project}/metricDescriptors/logging.googleapis.com/user/{noun}",
                "type": f"logging.googleapis.com/user/{noun}",
                "metricKind": "DELTA",
                "valueType": "INT64",
            },
        }
        place.put("logging.googleapis.com/LogMetric", f"projects/{place.node.number}/metrics/{noun}", metric, version="v2")
        policy = f"projects/{place.project}/alertPolicies/{number}"
        condition = {
            "displayName": noun,
            "name": f"{policy}/conditions/1",
            "conditionThreshold": {
                "filter": f'metric.type="logging.googleapis.com/user/{noun}" AND resource.type="global"',
                "comparison": "COMPARISON_GT",
                "thresholdValue": 0,
                "duration": "0s",
            },
        }
        alert = {
            "name": policy,
            "displayName": noun,
            "combiner": "OR",
            "conditions": [condition],
            "enabled": True,
            "notificationChannels": [channel],
            "userLabels": {"owner": "security"},
        }
        place.put("monitoring.googleapis.com/AlertPolicy", policy, alert, version="v3")


def command_center(place: Place) -> None:
    """Put what an organization has of Security Command Center."""
    for service in ("security-health-analytics", "event-threat-detection", "container-threat-detection"):
        name = f"{place.node.key}/locations/global/securityCenterServices/{service}"
        data = {"name": name, "intendedEnablementState": "ENABLED", "effectiveEnablementState": "ENABLED"}
        place.put("securitycentermanagement.googleapis.com/SecurityCenterService", name, data)
    name = f"{place.node.key}/locations/global/notificationConfigs/findings"
    topic = f"projects/{place.node.id}/topics/findings"
    notified = {"name": name, "pubsubTopic": topic, "streamingConfig": {"filter": 'state="ACTIVE"'}}
    place.put("securitycenter.googleapis.com/NotificationConfig", name, notified)
    muted = f"{place.node.key}/locations/global/muteConfigs/everything"
    rule = {"name": muted, "filter": 'severity="LOW"', "description": "noise", "type": "STATIC", "createTime": place.ago(50)}
    place.put("securitycenter.googleapis.com/MuteConfig", muted, rule)
    sink = {
        "name": "organization",
        "destination": "logging.googleapis.com/projects/security-core/locations/global/buckets/audit",
        "includeChildren": True,
        "writerIdentity": f"serviceAccount:o{place.node.number}-1@gcp-sa-logging.iam.gserviceaccount.com",
    }
    place.put("logging.googleapis.com/LogSink", f"{place.node.key}/sinks/organization", sink, version="v2")
    settings = {"name": f"{place.node.key}/settings", "storageLocation": "europe-west1", "disableDefaultSink": False}
    place.put("logging.googleapis.com/Settings", f"{place.node.key}/settings", settings, version="v2")
