"""Cases of policies of single resources: the same for every type that has one."""

from __future__ import annotations

from typing import Any

from checks.gcp.granted import GRANTED, GRANTING
from scanner.evaluation.check import Check
from tests.cases import ACCOUNT, DENIED, FAIL, PASS, UNKNOWN, case
from tests.checks.gcp.cases_gce import project

CHECKS = {each.id: each for each in GRANTED}
OWN = f"serviceAccount:web@{ACCOUNT}.iam.gserviceaccount.com"
PRIVATE = "user:somebody@gmail.com"


def policy(member: str, expression: str = "") -> dict[str, Any]:
    condition = {"condition": {"title": "c", "expression": expression}} if expression else {}
    return {"bindings": [{"role": "roles/viewer", "members": [member], **condition}], "etag": "x"}


def unnamed(check: Check) -> list[Any]:
    return [
        case(check, PASS, iam_policy=None),
        case(check, PASS, iam_policy=policy(OWN)),
        case(check, FAIL, iam_policy=policy("allUsers")),
        case(check, FAIL, iam_policy=policy("allAuthenticatedUsers")),
        case(check, PASS, iam_policy=policy("allUsers", 'request.time < timestamp("2020-01-01T00:00:00Z")')),
        case(check, UNKNOWN, iam_policy=DENIED),
    ]


def outside(check: Check) -> list[Any]:
    return [
        case(check, PASS, iam_policy=None, inventory=[project()]),
        case(check, PASS, iam_policy=policy(OWN), inventory=[project()]),
        case(check, FAIL, iam_policy=policy(PRIVATE), inventory=[project()]),
        case(check, UNKNOWN, iam_policy=DENIED, inventory=[project()]),
    ]


CASES = [
    made
    for each in GRANTING
    for made in (*unnamed(CHECKS[f"{each.type}.nobody_unnamed"]), *outside(CHECKS[f"{each.type}.members_known"]))
]
