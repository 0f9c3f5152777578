"""Cases of plans of App Service, and of certificates."""

from __future__ import annotations

from typing import Any

from checks.azure import appservice_plans as plans
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import row


def plan(tier: str, capacity: int = 1, **properties: Any) -> dict[str, Any]:
    return row({"sku": {"name": "P1v3", "tier": tier, "capacity": capacity}}, **properties)


CASES = [
    case(plans.several_zones, PASS, item=plan("PremiumV3", zoneRedundant=True)),
    case(plans.several_zones, FAIL, item=plan("ElasticPremium", zoneRedundant=False)),
    case(plans.several_zones, SKIP, item=plan("Basic")),
    case(plans.several_instances, PASS, item=plan("Standard", 2)),
    case(plans.several_instances, FAIL, item=plan("Standard", 1)),
    case(plans.several_instances, PASS, item=plan("PremiumV3", 1, elasticScaleEnabled=True)),
    case(plans.several_instances, SKIP, item=plan("Dynamic", 0)),
    case(plans.in_use, PASS, item=plan("Standard", numberOfSites=1)),
    case(plans.in_use, FAIL, item=plan("Standard", numberOfSites=0)),
    case(plans.in_use, UNKNOWN, item=plan("Standard")),
    case(plans.renewed, PASS, item=row(expirationDate="2026-09-01T00:00:00+00:00")),
    case(plans.renewed, FAIL, item=row(expirationDate="2026-06-15T00:00:00")),
    case(plans.renewed, FAIL, item=row(expirationDate="2025-06-15T00:00:00")),
    case(plans.renewed, UNKNOWN, item=row(expirationDate=None)),
]
