from typing import Any

from checks.gcp import logs
from scanner.model import Resource
from tests.cases import ACCOUNT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp import policies
from tests.checks.gcp.estate import PROJECT, UNDER, UNTOLD, folder, top

OF_PROJECT, OF_TOP = logs.all_logs_routed
VIEW = "//logging.googleapis.com/projects/sample/locations/global/buckets/b/views/v"
KEPT = f"projects/{ACCOUNT}/locations/global/buckets/b"
DEFAULT = 'NOT LOG_ID("cloudaudit.googleapis.com/activity") AND NOT LOG_ID("externalaudit.googleapis.com/activity")'


def sink(text: str = "", **more: Any) -> dict[str, Any]:
    return {"name": "all", "destination": "storage.googleapis.com/logs", **({"filter": text} if text else {}), **more}


def there(*sinks: dict[str, Any]) -> list[Resource]:
    return [resource("gcp.logging.log_sink", str(number), item=each) for number, each in enumerate(sinks)]


def store(**more: Any) -> Resource:
    return resource("gcp.storage.bucket", "//storage.googleapis.com/projects/_/buckets/logs", name="logs", item=more)


def bucket(**more: Any) -> Resource:
    return resource("gcp.logging.log_bucket", f"//logging.googleapis.com/{KEPT}", item=more)


CHILDREN = {**sink(), "includeChildren": True}
SEEN = [folder(log_sinks=[]), top(log_sinks=[])]
LOCKED = {"retentionPolicy": {"retentionPeriod": "31536000", "isLocked": True}}
TO_BUCKET = sink(destination=f"logging.googleapis.com/{KEPT}")
TO_OWN = sink(destination="logging.googleapis.com/projects/sample/locations/global/buckets/b")
TO_TOPIC = sink(destination="pubsub.googleapis.com/projects/sample/topics/t")

CASES = [
    case(OF_PROJECT, PASS, lineage=UNDER, inventory=there(sink(DEFAULT), sink())),
    case(OF_PROJECT, PASS, lineage=UNDER, inventory=there(sink("severity >= DEFAULT"))),
    case(OF_PROJECT, PASS, lineage=UNDER, inventory=there(sink(exclusions=[{"filter": "textPayload:x", "disabled": True}]))),
    case(OF_PROJECT, PASS, lineage=DENIED, inventory=there(sink())),
    case(OF_PROJECT, PASS, lineage=[folder(log_sinks=[]), top(log_sinks=[CHILDREN])], inventory=there(sink(DEFAULT))),
    case(OF_PROJECT, FAIL, lineage=None, inventory=there(sink(DEFAULT))),
    case(OF_PROJECT, FAIL, lineage=None, inventory=there(sink("logName:activity"))),
    case(OF_PROJECT, FAIL, lineage=None, inventory=there(sink(disabled=True))),
    case(
        OF_PROJECT,
        FAIL,
        lineage=None,
        inventory=there(sink(exclusions=[{"name": "x", "filter": 'resource.type="gcs_bucket"'}])),
    ),
    case(OF_PROJECT, FAIL, lineage=SEEN),
    case(OF_PROJECT, FAIL, lineage=[top(log_sinks=[sink()])]),
    case(OF_PROJECT, FAIL, lineage=UNDER, inventory=there(sink(DEFAULT))),
    case(OF_PROJECT, UNKNOWN, lineage=UNTOLD, inventory=there(sink(DEFAULT))),
    case(OF_PROJECT, UNKNOWN, lineage=DENIED),
    case(OF_PROJECT, UNKNOWN, lineage=None, inventory=[unlisted("gcp.logging.log_sink")]),
    case(OF_TOP, PASS, inventory=there(CHILDREN)),
    case(OF_TOP, FAIL, inventory=there(sink())),
    case(OF_TOP, FAIL, inventory=there({**CHILDREN, "filter": "severity>=ERROR"})),
    case(OF_TOP, FAIL),
    case(logs.destination_locked, PASS, item=sink(), inventory=[store(**LOCKED)]),
    case(logs.destination_locked, PASS, item=TO_BUCKET, inventory=[bucket(locked=True)]),
    case(logs.destination_locked, PASS, item=TO_OWN, inventory=[PROJECT, bucket(locked=True)]),
    case(logs.destination_locked, FAIL, item=sink(), inventory=[store(retentionPolicy={"retentionPeriod": "86400"})]),
    case(logs.destination_locked, FAIL, item=sink(), inventory=[store()]),
    case(logs.destination_locked, FAIL, item=TO_BUCKET, inventory=[bucket()]),
    case(logs.destination_locked, UNKNOWN, item=sink()),
    case(logs.destination_locked, UNKNOWN, item=TO_BUCKET),
    case(logs.destination_locked, UNKNOWN, item=sink(), inventory=[unlisted("gcp.storage.bucket")]),
    case(logs.destination_locked, SKIP, item=TO_TOPIC),
    case(logs.destination_locked, SKIP, item=sink(disabled=True)),
    case(logs.destination_locked, SKIP, item={**TO_BUCKET, "name": "_Default"}),
    case(logs.own_writer, PASS, item=sink(writerIdentity="serviceAccount:service-1001@gcp-sa-logging.iam.gserviceaccount.com")),
    case(logs.own_writer, FAIL, item=sink(writerIdentity=logs.SHARED_WRITER)),
    case(logs.own_writer, SKIP, item=TO_BUCKET),
    case(logs.on, PASS, item=sink()),
    case(logs.on, FAIL, item=sink(disabled=True)),
    case(logs.kept_a_year, PASS, id="b", item={"retentionDays": 400}),
    case(logs.kept_a_year, FAIL, id="_Default", item={"retentionDays": 30}),
    case(logs.kept_a_year, FAIL, id="b", item={}),
    case(logs.kept_a_year, SKIP, id="_Required", item={"retentionDays": 400, "locked": True}),
    case(logs.encrypted_with_own_key, PASS, id="b", item={"cmekSettings": {"kmsKeyName": "projects/p/.../k"}}),
    case(logs.encrypted_with_own_key, FAIL, id="b", item={}),
    case(logs.encrypted_with_own_key, SKIP, id="_Required", item={}),
    case(logs.not_being_deleted, PASS, item={"lifecycleState": "ACTIVE"}),
    case(logs.not_being_deleted, FAIL, item={"lifecycleState": "DELETE_REQUESTED"}),
    case(logs.not_being_deleted, FAIL, item={"lifecycleState": 2}),
    *policies.named(logs.not_public, VIEW, "logging.viewAccessor"),
    *policies.known(logs.members_known, VIEW, "logging.viewAccessor"),
]
