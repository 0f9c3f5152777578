"""Cases of diagnostic settings of databases, analytics and messaging."""

from __future__ import annotations

from checks.azure import data_logged
from tests.cases import DENIED, FAIL, PASS, UNKNOWN, case
from tests.checks.azure.data import handed, row

LOGGED = list(zip(data_logged.USE_LOGGED, data_logged.LOGGED, strict=True))
BY_TYPE = {check.on: check for check in data_logged.USE_LOGGED}
BRICKS, STORE = BY_TYPE["azure.databricks.workspace"], BY_TYPE["azure.cosmosdb.account"]


def named(categories: str) -> list[str]:
    return [each.partition("|")[0] for each in categories.split()]


CASES = [
    *(case(check, PASS, item=row(), diagnostics=handed(*named(logged.categories))) for check, logged in LOGGED),
    *(case(check, PASS, item=row(), diagnostics=handed(group="audit")) for check, _ in LOGGED),
    *(case(check, PASS, item=row(), diagnostics=handed(group="allLogs", target="storageAccountId")) for check, _ in LOGGED),
    *(case(check, FAIL, item=row(), diagnostics=[]) for check, _ in LOGGED),
    *(case(check, FAIL, item=row(), diagnostics=handed(*named(logged.categories), on=False)) for check, logged in LOGGED),
    *(case(check, FAIL, item=row(), diagnostics=handed(group="audit", target="")) for check, _ in LOGGED),
    *(case(check, UNKNOWN, item=row(), diagnostics=DENIED) for check, _ in LOGGED),
    case(BRICKS, FAIL, item=row(), diagnostics=handed("accounts")),
    case(BRICKS, PASS, item=row(), diagnostics=[*handed("accounts"), *handed("workspace")]),
    case(STORE, PASS, item=row(), diagnostics=handed("mongorequests")),
    case(STORE, FAIL, item=row(), diagnostics=handed("PartitionKeyStatistics")),
]
