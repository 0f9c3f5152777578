"""Cases of datasets: their policies, and the access lists that say the same."""

from __future__ import annotations

from typing import Any

from checks.gcp import bigquery
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.gcp import policies
from tests.checks.gcp.estate import EXPIRED, FOREIGN, HIDDEN, PROJECT, TAGGED, allow, bind

ID = "//bigquery.googleapis.com/projects/sample/datasets/sales"
OWNERS = {"role": "OWNER", "specialGroup": "projectOwners"}
VIEW = {"view": {"projectId": "sample", "datasetId": "shown", "tableId": "v"}}


def dataset(*entries: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": "sample:sales", "access": [OWNERS, VIEW, *entries], **fields}


def entry(role: str = "READER", when: str = "", **whom: str) -> dict[str, Any]:
    return {"role": role, **whom} | ({"condition": {"expression": when}} if when else {})


def with_item(params: list[Any]) -> list[Any]:
    """Return cases of policies for a dataset whose access list adds nothing."""
    given = [each.values[0] for each in params]
    return [
        case(
            each.check,
            each.outcome,
            id=ID,
            item=dataset(),
            iam_policy=each.resource.facts["iam_policy"],
            inventory=[*each.inventory.resources, *each.inventory.gaps],
        )
        for each in given
    ]


def listed(outcome: Any, item: dict[str, Any], check: Any = bigquery.not_public, *inventory: Any) -> Any:
    return case(check, outcome, item=item, iam_policy=None, inventory=inventory)


CASES = [
    *with_item(policies.named(bigquery.not_public, ID, "bigquery.dataViewer")),
    *with_item(policies.known(bigquery.members_known, ID, "bigquery.dataViewer")),
    case(bigquery.not_public, UNKNOWN, item=dataset(), iam_policy=DENIED),
    case(bigquery.not_public, FAIL, item={}, iam_policy=allow(bind("bigquery.dataViewer", "allAuthenticatedUsers"))),
    listed(PASS, dataset(entry(userByEmail="ada@example.com"))),
    listed(PASS, dataset(entry(iamMember="allUsers", when=EXPIRED))),
    listed(FAIL, dataset(entry(specialGroup="allAuthenticatedUsers"))),
    listed(FAIL, dataset(entry(iamMember="allUsers"))),
    listed(UNKNOWN, dataset(entry(iamMember="allUsers", when=TAGGED))),
    listed(PASS, dataset(entry(userByEmail="ada@example.com")), bigquery.members_known, PROJECT),
    listed(PASS, dataset(entry(groupByEmail="t@example.com"), entry(domain="example.com")), bigquery.members_known, PROJECT),
    listed(PASS, dataset(entry(userByEmail="app@sample.iam.gserviceaccount.com")), bigquery.members_known, HIDDEN),
    listed(FAIL, dataset(entry(userByEmail="eve@gmail.com")), bigquery.members_known, HIDDEN),
    listed(FAIL, dataset(entry(domain="other.example")), bigquery.members_known, PROJECT),
    listed(UNKNOWN, dataset(entry(iamMember=FOREIGN)), bigquery.members_known, PROJECT),
    case(bigquery.week_restorable, PASS, item=dataset()),
    case(bigquery.week_restorable, PASS, item=dataset(maxTimeTravelHours="168")),
    case(bigquery.week_restorable, FAIL, item=dataset(maxTimeTravelHours="48")),
    case(bigquery.week_restorable, SKIP, item=dataset(linkedDatasetSource={"sourceDataset": {"projectId": "q"}})),
]
