"""Cases of diagnostic settings: whether they hand on who uses a resource, and what it saw of attacks."""

from __future__ import annotations

from checks.azure.logged import ATTACKS, ATTACKS_LOGGED, LOGGED, USE_LOGGED
from tests.cases import DENIED, FAIL, PASS, UNKNOWN, case
from tests.checks.azure.data import handed

ROWS = list(zip((*USE_LOGGED, *ATTACKS_LOGGED), (*LOGGED, *ATTACKS), strict=True))
BY_TYPE = {check.on: check for check in USE_LOGGED}
FIREWALL, BRICKS, STORE = (
    BY_TYPE[f"azure.{each}"] for each in ("firewall.firewall", "databricks.workspace", "cosmosdb.account")
)


def said(categories: str, which: int = 0) -> list[str]:
    """Return of categories that stand for each other the first, or the last."""
    return [each.split("|")[which] for each in categories.split()]


CASES = [
    *(
        made
        for check, logged in ROWS
        for made in (
            case(check, PASS, diagnostics=handed(*said(logged.categories))),
            case(check, PASS, diagnostics=handed(*(name.lower() for name in said(logged.categories, -1)))),
            case(check, PASS, diagnostics=handed(group="allLogs", target="storageAccountId")),
            case(check, PASS, diagnostics=handed(group="audit")),
            case(check, FAIL, diagnostics=handed(*said(logged.categories), on=False)),
            case(check, FAIL, diagnostics=handed(*said(logged.categories), target="")),
            case(check, FAIL, diagnostics=handed(group="allLogs", target="")),
            case(check, FAIL, diagnostics=handed("Another")),
            case(check, FAIL, diagnostics=[]),
            case(check, UNKNOWN, diagnostics=DENIED),
        )
    ),
    case(FIREWALL, FAIL, diagnostics=handed("AZFWNetworkRule")),
    case(FIREWALL, PASS, diagnostics=[*handed("AZFWNetworkRule"), *handed("AzureFirewallApplicationRule")]),
    case(BRICKS, FAIL, diagnostics=handed("accounts")),
    case(BRICKS, PASS, diagnostics=[*handed("accounts"), *handed("workspace")]),
    case(STORE, PASS, diagnostics=handed("mongorequests")),
    case(STORE, FAIL, diagnostics=handed("PartitionKeyStatistics")),
    case(BY_TYPE["azure.acr.registry"], FAIL, diagnostics=handed("ContainerRegistryLoginEvents")),
    case(BY_TYPE["azure.batch.account"], PASS, diagnostics=handed("ServiceLogs")),
]
