from typing import Any

from checks.gcp import alarms, watched
from scanner.model import Resource
from tests.cases import ACCOUNT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.estate import UNDER, UNTOLD, top

BY_NAME = dict(zip((each.name for each in (*watched.WATCHED, *watched.OF_OWNERS)), alarms.ALARMS, strict=True))
ITEM = {"projectId": ACCOUNT, "projectNumber": "1001"}
CHANNEL = f"projects/{ACCOUNT}/notificationChannels/7"

# As the benchmark and the documentation of the services write them.
FILTERS = {
    "ownership_changes": '(protoPayload.serviceName="cloudresourcemanager.googleapis.com") AND (ProjectOwnership OR'
    ' projectOwnerInvitee) OR (protoPayload.serviceData.policyDelta.bindingDeltas.action="REMOVE" AND'
    ' protoPayload.serviceData.policyDelta.bindingDeltas.role="roles/owner") OR'
    ' (protoPayload.serviceData.policyDelta.bindingDeltas.action="ADD" AND'
    ' protoPayload.serviceData.policyDelta.bindingDeltas.role="roles/owner")',
    "audit_changes": 'protoPayload.methodName="SetIamPolicy" AND protoPayload.serviceData.policyDelta.auditConfigDeltas:*',
    "role_changes": 'resource.type="iam_role" AND (protoPayload.methodName="google.iam.admin.v1.CreateRole" OR'
    ' protoPayload.methodName="google.iam.admin.v1.DeleteRole" OR protoPayload.methodName="google.iam.admin.v1.UpdateRole")',
    "firewall_changes": 'resource.type="gce_firewall_rule" AND (protoPayload.methodName:"compute.firewalls.patch" OR'
    ' protoPayload.methodName:"compute.firewalls.insert" OR protoPayload.methodName:"compute.firewalls.delete")',
    "route_changes": 'resource.type="gce_route" AND (protoPayload.methodName:"compute.routes.delete" OR'
    ' protoPayload.methodName:"compute.routes.insert")',
    "network_changes": 'resource.type="gce_network" AND (protoPayload.methodName:"compute.networks.insert" OR'
    ' protoPayload.methodName:"compute.networks.patch" OR protoPayload.methodName:"compute.networks.delete" OR'
    ' protoPayload.methodName:"compute.networks.removePeering" OR protoPayload.methodName:"compute.networks.addPeering")',
    "bucket_permission_changes": 'resource.type="gcs_bucket" AND protoPayload.methodName="storage.setIamPermissions"',
    "database_changes": 'protoPayload.methodName="cloudsql.instances.update"',
    "sink_changes": 'protoPayload.methodName=~"^google\\.logging\\.v2\\.ConfigServiceV2\\.(Update|Delete)(Sink|Bucket)$"',
    "key_removal": 'protoPayload.methodName=("DestroyCryptoKeyVersion" OR "UpdateCryptoKeyVersion")',
    "secret_removal": 'protoPayload.serviceName="secretmanager.googleapis.com" AND'
    ' (protoPayload.methodName:"DeleteSecret" OR protoPayload.methodName:"DestroySecretVersion")',
    "zone_changes": 'resource.type="dns_managed_zone" protoPayload.methodName:("create" OR "delete" OR "patch")',
    "account_key_creation": 'resource.type="service_account" AND protoPayload.methodName:"CreateServiceAccountKey"',
    "login_key_changes": 'protoPayload.methodName=("v1.compute.instances.setMetadata" OR'
    ' "v1.compute.projects.setCommonInstanceMetadata")',
    "disk_sharing": 'resource.type=("gce_disk" OR "gce_snapshot") protoPayload.methodName:"setIamPolicy"',
    "image_sharing": 'resource.type="gce_image" AND protoPayload.methodName:"compute.images.setIamPolicy"',
    "frontend_changes": 'resource.type="gce_forwarding_rule" AND protoPayload.methodName=~"orwardingRules.insert$"',
    "router_changes": 'resource.type="gce_router" AND protoPayload.methodName:("insert" OR "patch" OR "delete")',
    "function_caller_changes": 'resource.type="cloud_function" AND protoPayload.methodName:"SetIamPolicy"',
    "service_caller_changes": 'protoPayload.serviceName="run.googleapis.com" AND protoPayload.methodName:"SetIamPolicy"',
    "version_deployments": 'protoPayload.methodName="google.appengine.v1.Versions.CreateVersion"',
    "build_trigger_changes": 'protoPayload.methodName=~"CloudBuild.(Create|Update)BuildTrigger"',
    "dataset_changes": 'resource.type="bigquery_dataset" AND protoPayload.methodName=~"DatasetService.(Update|Patch|Delete)"',
    "topic_sharing": 'resource.type="pubsub_topic" AND protoPayload.methodName:("SetIamPolicy" OR "DeleteTopic")',
    "repository_sharing": 'protoPayload.methodName="google.devtools.artifactregistry.v1.ArtifactRegistry.SetIamPolicy"',
}
KINDS = {each.name: each.kind for each in (*watched.WATCHED, *watched.OF_OWNERS)}


def metric(text: str, name: str = "m", **more: Any) -> Resource:
    item = {"name": name, "filter": text, "metricDescriptor": {"type": f"logging.googleapis.com/user/{name}"}, **more}
    return resource("gcp.logging.log_metric", name, item=item)


def alert(*conditions: dict[str, Any], channels: Any = (CHANNEL,), **more: Any) -> Resource:
    item = {"enabled": True, "combiner": "OR", "conditions": list(conditions), "notificationChannels": list(channels), **more}
    return resource("gcp.logging.alert_policy", "a", item=item)


def over(name: str = "m", value: float = 0) -> dict[str, Any]:
    text = f'resource.type = "global" AND metric.type = "logging.googleapis.com/user/{name}"'
    return {"conditionThreshold": {"filter": text, "comparison": "COMPARISON_GT", "thresholdValue": value}}


def query(language: str, text: str) -> dict[str, Any]:
    return {f"condition{language}": {"query": text}}


def channel(**more: Any) -> Resource:
    return resource("gcp.logging.notification_channel", "7", item={"name": CHANNEL, "type": "email", "enabled": True, **more})


def sink(destination: str, **more: Any) -> Resource:
    return resource("gcp.logging.log_sink", "s", item={"destination": destination, **more})


def told(text: str, *others: Any) -> list[Any]:
    return [metric(text), alert(over()), channel(), *others]


def each_of_the_table() -> list[Any]:
    """Return a pass and a fail of every alarm, and a skip where there is nothing to be changed."""
    cases = []
    for name, check in BY_NAME.items():
        there = [resource(KINDS[name], "one", item={})] if KINDS[name] not in ("", alarms.SINK) else []
        there += [sink("bigquery.googleapis.com/projects/x/datasets/d")] if KINDS[name] == alarms.SINK else []
        cases += [
            case(check, PASS, item=ITEM, lineage=UNDER, inventory=told(FILTERS[name], *there)),
            case(check, FAIL, item=ITEM, lineage=UNDER, inventory=there),
            case(check, FAIL, item=ITEM, lineage=UNDER, inventory=told('resource.type="k8s_cluster"', *there)),
        ]
        cases += [case(check, SKIP, item=ITEM, lineage=UNDER)] if there else []
    return cases


ROUTES, OWNERS = BY_NAME["route_changes"], BY_NAME["ownership_changes"]
TEXT = FILTERS["route_changes"]
ELSEWHERE = sink("logging.googleapis.com/projects/central/locations/global/buckets/all")


def routes(outcome: Any, *inventory: Any, lineage: Any = UNDER) -> Any:
    return case(ROUTES, outcome, item=ITEM, lineage=lineage, inventory=inventory)


BY_METHOD = (
    'protoPayload.serviceName="cloudresourcemanager.googleapis.com"'
    ' AND protoPayload.methodName=~"SetIamPolicy|InsertProjectOwnershipInvite"'
)

CASES = [
    *each_of_the_table(),
    routes(PASS, alert({"conditionMatchedLog": {"filter": TEXT}}), channel()),
    routes(PASS, metric(TEXT), alert(over("other"), over()), channel(enabled=True)),
    routes(PASS, metric(TEXT), alert(over(), enabled=None), channel()),
    routes(
        PASS,
        metric(TEXT, "my-metric"),
        alert(query("MonitoringQueryLanguage", "fetch global | metric 'logging.googleapis.com/user/my-metric'")),
        channel(),
    ),
    routes(
        PASS,
        metric(TEXT, "my-metric"),
        alert(query("PrometheusQueryLanguage", "increase(logging_googleapis_com:user_my_metric[5m]) > 0")),
        channel(),
    ),
    routes(
        PASS, metric('resource.type="gce_route" -protoPayload.methodName="v1.compute.routes.get"'), alert(over()), channel()
    ),
    routes(
        PASS,
        metric('log_id("cloudaudit.googleapis.com/activity") AND resource.type=gce_route AND operation.last=true'),
        alert(over()),
        channel(),
    ),
    routes(PASS, metric(TEXT), alert(over(), channels=["projects/other/notificationChannels/9"])),
    routes(
        PASS,
        metric('protoPayload.methodName:"compute.routes.insert"', "a"),
        metric('protoPayload.methodName:"compute.routes.delete"', "b"),
        alert(over("a"), over("b")),
        channel(),
    ),
    routes(PASS, *told(TEXT), lineage=DENIED),
    routes(FAIL, metric(TEXT), channel()),
    routes(FAIL, metric(TEXT, disabled=True), alert(over()), channel()),
    routes(FAIL, metric(TEXT), alert(over(), enabled=False), channel()),
    routes(FAIL, metric(TEXT), alert(over(), channels=()), channel()),
    routes(FAIL, metric(TEXT), alert(over()), channel(enabled=False)),
    routes(FAIL, metric(TEXT), alert(over()), channel(verificationStatus="UNVERIFIED")),
    routes(FAIL, metric(TEXT), alert(over("m2")), channel()),
    routes(FAIL, metric(TEXT), alert(over(value=50)), channel()),
    routes(FAIL, metric(TEXT), alert(over(), over("other"), combiner="AND"), channel()),
    routes(FAIL, metric("severity >= DEFAULT"), alert(over()), channel()),
    routes(FAIL, metric('protoPayload.methodName:"compute.routes.insert"'), alert(over()), channel()),
    routes(FAIL, metric('resource.type="gce_route" AND NOT protoPayload.methodName:"delete"'), alert(over()), channel()),
    routes(
        FAIL,
        metric('resource.type="gce_route" AND protoPayload.authenticationInfo.principalEmail="root@example.com"'),
        alert(over()),
        channel(),
    ),
    routes(UNKNOWN, metric("sample(insertId, 0.1)"), alert(over()), channel()),
    routes(UNKNOWN, ELSEWHERE),
    routes(UNKNOWN, lineage=[top(log_sinks=[{**ELSEWHERE["item"], "includeChildren": True}])]),
    routes(FAIL, lineage=[top(log_sinks=[ELSEWHERE["item"]])]),
    routes(FAIL, sink(f"logging.googleapis.com/projects/{ACCOUNT}/locations/global/buckets/_Default")),
    routes(FAIL, sink("logging.googleapis.com/projects/central", disabled=True)),
    routes(UNKNOWN, lineage=DENIED),
    routes(UNKNOWN, lineage=UNTOLD),
    routes(PASS, *told(TEXT), lineage=UNTOLD),
    routes(UNKNOWN, *told(TEXT), unlisted("gcp.logging.notification_channel")),
    case(
        OWNERS,
        FAIL,
        item=ITEM,
        lineage=UNDER,
        inventory=told('protoPayload.serviceData.policyDelta.bindingDeltas.role="roles/owner"'),
    ),
    case(
        OWNERS,
        PASS,
        item=ITEM,
        lineage=UNDER,
        inventory=told(BY_METHOD),
    ),
    case(alarms.tells_somebody, PASS, item=alert(over())["item"], inventory=[channel()]),
    case(alarms.tells_somebody, FAIL, item=alert(over())["item"], inventory=[channel(enabled=False)]),
    case(alarms.tells_somebody, FAIL, item=alert(over(), channels=())["item"]),
    case(alarms.tells_somebody, FAIL, item=alert(over(), enabled=False)["item"], inventory=[channel()]),
    case(alarms.tells_somebody, UNKNOWN, item=alert(over())["item"], inventory=[unlisted("gcp.logging.notification_channel")]),
]
