"""Cases of stores of App Configuration."""

from __future__ import annotations

from typing import Any

from checks.azure import appconfig
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import below, row


def store(tier: str = "standard", **properties: Any) -> dict[str, Any]:
    return row({"sku": {"name": tier}}, **properties)


CASES = [
    case(appconfig.purge_protected, PASS, item=store(enablePurgeProtection=True)),
    case(appconfig.purge_protected, FAIL, item=store(enablePurgeProtection=False)),
    case(appconfig.purge_protected, FAIL, item=store("Premium")),
    case(appconfig.purge_protected, SKIP, item=store("Free")),
    case(appconfig.several_regions, PASS, item=store(), replicas=[below("north")]),
    case(appconfig.several_regions, FAIL, item=store(), replicas=[]),
    case(appconfig.several_regions, SKIP, item=store("free"), replicas=[]),
    case(appconfig.several_regions, UNKNOWN, item=store(), replicas=DENIED),
    case(appconfig.administrators_kept_out, PASS, item=store(dataPlaneProxy={"authenticationMode": "Pass-through"})),
    case(appconfig.administrators_kept_out, PASS, item=store(disableLocalAuth=True)),
    case(appconfig.administrators_kept_out, FAIL, item=store(dataPlaneProxy={"authenticationMode": "Local"})),
    case(appconfig.administrators_kept_out, FAIL, item=store()),
    case(appconfig.old_values_kept, PASS, item=store()),
    case(appconfig.old_values_kept, PASS, item=store(defaultKeyValueRevisionRetentionPeriodInSeconds=604800)),
    case(appconfig.old_values_kept, FAIL, item=store(defaultKeyValueRevisionRetentionPeriodInSeconds=0)),
]
