from __future__ import annotations

from typing import Any

from checks.azure import policies
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.granted import AUTHORIZATION, GROUP, SUBSCRIPTION, TENANT

SETS = f"{AUTHORIZATION}/policySetDefinitions"
BENCHMARK, OTHER = f"{SETS}/1F3AFDF9-d0c9-4c3d-847f-89da613e70a8", f"{SETS}/other"
UNREAD = unlisted(policies.ASSIGNMENT)
SOON, PAST, FAR = "2026-09-01T00:00:00Z", "2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z"


def made(kind: str, scope: str = SUBSCRIPTION, /, **properties: Any) -> dict[str, Any]:
    """Return the row of an assignment or exemption at a scope; the latter's properties don't tell it."""
    at = "" if scope == "/" else scope
    told = {"scope": scope} if kind == "policyAssignments" else {}
    return {"id": f"{at}{AUTHORIZATION}/{kind}/x", "name": "x", "tenantId": TENANT, "properties": told | properties}


def assigned(scope: str = SUBSCRIPTION, /, set: str = BENCHMARK, **more: Any) -> dict[str, Any]:
    return made("policyAssignments", scope, policyDefinitionId=set, enforcementMode="Default", **more)


def exempt(scope: str = SUBSCRIPTION, /, **more: Any) -> dict[str, Any]:
    return made("policyExemptions", scope, exemptionCategory="Waiver", **more)


def listed(*rows: dict[str, Any]) -> list[Resource]:
    return [resource(policies.ASSIGNMENT, each["id"].lower(), item=each) for each in rows]


RG = f"{SUBSCRIPTION}/resourceGroups/app"
OFF, ON = {"value": "Disabled"}, {"value": "AuditIfNotExists"}
CASES = [
    case(policies.security_baseline_assigned, PASS, inventory=listed(assigned())),
    case(policies.security_baseline_assigned, PASS, inventory=listed(assigned(GROUP))),
    case(policies.security_baseline_assigned, PASS, inventory=listed(assigned("/"))),
    case(
        policies.security_baseline_assigned,
        PASS,
        inventory=listed(assigned(set=f"{SETS}/e3ec7e09-768c-4b64-882c-fcada3772047")),
    ),
    case(policies.security_baseline_assigned, FAIL, inventory=listed(assigned(set=OTHER))),
    case(policies.security_baseline_assigned, FAIL, inventory=listed(assigned(RG))),
    case(policies.security_baseline_assigned, FAIL, inventory=listed(assigned(GROUP, notScopes=[SUBSCRIPTION.upper()]))),
    case(policies.security_baseline_assigned, FAIL, inventory=[]),
    case(policies.security_baseline_assigned, UNKNOWN, inventory=[UNREAD]),
    case(policies.benchmark_whole, PASS, item=assigned(parameters={"aEffect": ON})),
    case(policies.benchmark_whole, PASS, item=assigned()),
    case(policies.benchmark_whole, FAIL, item=assigned(parameters={"aEffect": ON, "bEffect": OFF})),
    case(policies.benchmark_whole, FAIL, item=assigned(GROUP, parameters={"bEffect": OFF}) | {"tenantId": ""}),
    case(policies.benchmark_whole, SKIP, item=assigned(GROUP, parameters={"bEffect": OFF})),
    case(policies.benchmark_whole, SKIP, item=assigned(set=OTHER, parameters={"bEffect": OFF})),
    case(policies.enforced, PASS, item=assigned()),
    case(policies.enforced, PASS, item=assigned() | {"properties": {"scope": SUBSCRIPTION}}),
    case(policies.enforced, FAIL, item=assigned() | {"properties": {"enforcementMode": "DoNotEnforce"}}),
    case(policies.enforced, SKIP, item=assigned("/")),
    case(policies.ends, PASS, item=exempt(expiresOn=SOON)),
    case(policies.ends, PASS, item=exempt(expiresOn=PAST)),
    case(policies.ends, FAIL, item=exempt(expiresOn=None)),
    case(policies.ends, FAIL, item=exempt(RG)),
    case(policies.ends, FAIL, item=exempt(expiresOn=FAR)),
    case(policies.ends, SKIP, item=exempt(GROUP)),
    case(policies.whole_subscription_kept, PASS, item=exempt(RG)),
    case(policies.whole_subscription_kept, PASS, item=exempt(policyDefinitionReferenceIds=["one"])),
    case(policies.whole_subscription_kept, FAIL, item=exempt()),
    case(policies.whole_subscription_kept, FAIL, item=exempt(expiresOn=SOON, policyDefinitionReferenceIds=[])),
    case(policies.whole_subscription_kept, FAIL, item=exempt("/") | {"tenantId": None}),
    case(policies.whole_subscription_kept, SKIP, item=exempt(GROUP)),
    case(policies.whole_subscription_kept, SKIP, item=exempt(expiresOn=PAST)),
]
