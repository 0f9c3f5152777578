"""Cases of whether plans of Defender for Cloud watch resources."""

from __future__ import annotations

from typing import Any

from checks.azure import around, watched
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import row

PLANS = list(zip(watched.WATCHED, watched.THREATS_WATCHED, strict=True))


def plan(name: str, tier: str, account: str = ACCOUNT, **more: Any) -> Resource:
    made = resource(around.PRICING, f"/subscriptions/{account}/{name}", item=row({"name": name}, pricingTier=tier, **more))
    return Resource(made.type, made.id, account, made.region, made.facts, made.name, made.region)


CASES = [
    *(case(check, PASS, item=row(), inventory=[plan(each.plan.upper(), "standard")]) for each, check in PLANS),
    *(case(check, FAIL, item=row(), inventory=[plan(each.plan, "Free")]) for each, check in PLANS),
    *(case(check, FAIL, item=row(), inventory=[plan("Another", "Standard")]) for _, check in PLANS),
    *(case(check, FAIL, item=row(), inventory=[plan(each.plan, "Standard", "another")]) for each, check in PLANS),
    *(case(check, UNKNOWN, item=row(), inventory=[unlisted(around.PRICING)]) for _, check in PLANS),
]
