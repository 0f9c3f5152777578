"""Cases of buckets: their policies, their older lists, and what is above them."""

from __future__ import annotations

from typing import Any

from checks.gcp import storage
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.gcp import policies
from tests.checks.gcp.estate import EVE, PROJECT, TAGGED, allow, bind, flag, project, rules

ID = "//storage.googleapis.com/projects/_/buckets/b"
UNIFORM = {"uniformBucketLevelAccess": {"enabled": True}}
NUMBER = "1001"
VIEWERS = {"entity": f"project-viewers-{NUMBER}", "role": "READER", "projectTeam": {"projectNumber": NUMBER, "team": "viewers"}}
THEIRS = {"entity": "project-viewers-77", "role": "READER", "projectTeam": {"projectNumber": "77", "team": "viewers"}}
CLOSED = project(org=[flag(storage.PREVENTION)])
CLOSED_BY_TAG = project(org=[rules(storage.PREVENTION, {"enforce": True}, {"enforce": False, "condition": TAGGED})])
OPEN = allow(bind("storage.objectViewer", "allUsers"))


def bucket(*, uniform: bool = True, prevention: str = "inherited", **fields: Any) -> dict[str, Any]:
    config = {"publicAccessPrevention": prevention, **(UNIFORM if uniform else {})}
    return {"name": "b", "projectNumber": NUMBER, "iamConfiguration": config, **fields}


def entry(entity: str, role: str = "READER") -> dict[str, Any]:
    return {"entity": entity, "role": role}


def listed(*entries: dict[str, Any], uniform: bool = False, name: str = "acl") -> dict[str, Any]:
    return {**bucket(uniform=uniform), name: [VIEWERS, *entries]}


def with_item(params: list[Any]) -> list[Any]:
    """Return cases of policies for a bucket that nothing but its policy governs."""
    return [
        case(
            each.values[0].check,
            each.values[0].outcome,
            id=ID,
            item=bucket(),
            iam_policy=each.values[0].resource.facts["iam_policy"],
            inventory=[*each.values[0].inventory.resources, *each.values[0].inventory.gaps],
        )
        for each in params
    ]


def filtering(*ranges: str, mode: str = "Enabled") -> dict[str, Any]:
    return bucket(ipFilter={"mode": mode, "publicNetworkSource": {"allowedIpCidrRanges": list(ranges)}})


CASES = [
    *with_item(policies.named(storage.not_public, ID, "storage.objectViewer")),
    *with_item(policies.known(storage.members_known, ID, "storage.objectViewer")),
    case(storage.not_public, PASS, item=bucket(prevention="enforced"), iam_policy=OPEN),
    case(storage.not_public, PASS, item=bucket(prevention="enforced"), iam_policy=DENIED),
    case(storage.not_public, PASS, item=bucket(), iam_policy=OPEN, inventory=[CLOSED]),
    case(storage.not_public, FAIL, item=bucket(), iam_policy=OPEN, inventory=[PROJECT]),
    case(storage.not_public, FAIL, item=bucket(prevention="unspecified"), iam_policy=OPEN),
    case(storage.not_public, UNKNOWN, item=bucket(), iam_policy=OPEN, inventory=[CLOSED_BY_TAG]),
    case(storage.not_public, UNKNOWN, item=bucket(), iam_policy=OPEN, inventory=[project(org=DENIED)]),
    case(storage.not_public, UNKNOWN, item=bucket(), iam_policy=DENIED),
    case(storage.not_public, PASS, item=listed(), iam_policy=None),
    case(storage.not_public, PASS, item=listed(entry("allUsers"), uniform=True), iam_policy=None),
    case(storage.not_public, FAIL, item=listed(entry("allUsers")), iam_policy=None),
    case(storage.not_public, FAIL, item=listed(entry("allAuthenticatedUsers"), name="defaultObjectAcl"), iam_policy=None),
    case(storage.not_public, FAIL, item={"acl": [entry("allUsers", "WRITER")]}, iam_policy=None),
    case(storage.members_known, PASS, item=listed(entry("user-ada@example.com")), iam_policy=None, inventory=[PROJECT]),
    case(
        storage.members_known,
        PASS,
        item=listed(entry("user-app@sample.iam.gserviceaccount.com"), entry("domain-example.com")),
        iam_policy=None,
        inventory=[PROJECT],
    ),
    case(storage.members_known, FAIL, item=listed(entry("user-eve@gmail.com")), iam_policy=None, inventory=[PROJECT]),
    case(storage.members_known, FAIL, item=listed(), iam_policy=allow(bind("x", EVE)), inventory=[PROJECT]),
    case(storage.members_known, UNKNOWN, item=listed(THEIRS), iam_policy=None, inventory=[PROJECT]),
    case(storage.public_access_prevented, PASS, item=bucket(prevention="enforced")),
    case(storage.public_access_prevented, PASS, item=bucket(), inventory=[CLOSED]),
    case(storage.public_access_prevented, FAIL, item=bucket(), inventory=[PROJECT]),
    case(storage.public_access_prevented, UNKNOWN, item=bucket(), inventory=[CLOSED_BY_TAG]),
    case(storage.access_uniform, PASS, item=bucket()),
    case(storage.access_uniform, PASS, item={"iamConfiguration": {"bucketPolicyOnly": {"enabled": True}}}),
    case(storage.access_uniform, FAIL, item=bucket(uniform=False)),
    case(storage.access_uniform, FAIL, item={}),
    case(storage.versions_kept, PASS, item=bucket(versioning={"enabled": True})),
    case(storage.versions_kept, PASS, item=bucket(softDeletePolicy={"retentionDurationSeconds": "604800"})),
    case(storage.versions_kept, PASS, item=bucket(retentionPolicy={"retentionPeriod": "2592000"})),
    case(storage.versions_kept, FAIL, item=bucket(softDeletePolicy={"retentionDurationSeconds": "0"})),
    case(storage.versions_kept, FAIL, item=bucket(retentionPolicy={"retentionPeriod": "3600"}, versioning={"enabled": False})),
    case(storage.tidied, PASS, item=bucket(lifecycle={"rule": [{"action": {"type": "Delete"}, "condition": {"age": 30}}]})),
    case(storage.tidied, FAIL, item=bucket(lifecycle={"rule": [{"action": {"type": "SetStorageClass"}}]})),
    case(storage.tidied, FAIL, item=bucket()),
    case(storage.networks_narrow, PASS, item=filtering("192.0.2.0/24")),
    case(storage.networks_narrow, FAIL, item=filtering("0.0.0.0/1", "128.0.0.0/1")),
    case(storage.networks_narrow, FAIL, item=filtering("::/0")),
    case(storage.networks_narrow, SKIP, item=filtering("0.0.0.0/0", mode="Disabled")),
    case(storage.networks_narrow, SKIP, item=bucket()),
    case(storage.logs_elsewhere, PASS, item=bucket(logging={"logBucket": "logs"})),
    case(storage.logs_elsewhere, FAIL, item=bucket(logging={"logBucket": "b", "logObjectPrefix": "usage"})),
    case(storage.logs_elsewhere, SKIP, item=bucket()),
]
