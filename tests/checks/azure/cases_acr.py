"""Cases of registries."""

from __future__ import annotations

from typing import Any

from checks.azure import acr
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.azure.cases_aks import PRICING, SCANS, plan
from tests.checks.azure.data import below, row

PREMIUM, BASIC = {"sku": {"name": "Premium", "tier": "Premium"}}, {"sku": {"name": "Basic", "tier": "Basic"}}


def registry(**properties: Any) -> dict[str, Any]:
    return row(PREMIUM, **properties)


def ruled(*values: str, default: str = "Deny", public: str = "Enabled") -> dict[str, Any]:
    rules = [{"action": "Allow", "value": value} for value in values]
    return registry(publicNetworkAccess=public, networkRuleSet={"defaultAction": default, "ipRules": rules})


def token(*ends: str | None, status: str = "enabled") -> dict[str, Any]:
    passwords = [{"name": f"password{number}", "expiry": end} for number, end in enumerate(ends)]
    return below("pipeline", status=status, credentials={"passwords": passwords, "certificates": []})


def policy(name: str, status: str, **more: Any) -> dict[str, Any]:
    return registry(policies={name: {"status": status, **more}})


def task(status: str = "Enabled", **trigger: Any) -> dict[str, Any]:
    return below("registry/build", status=status, step={"type": "Docker"}, trigger=trigger)


FOLLOWS = task(baseImageTrigger={"status": "Enabled", "baseImageTriggerType": "Runtime"})

CASES = [
    case(acr.anonymous_pull_off, PASS, item=registry(anonymousPullEnabled=False)),
    case(acr.anonymous_pull_off, PASS, item=registry()),
    case(acr.anonymous_pull_off, FAIL, item=registry(anonymousPullEnabled=True)),
    case(acr.admin_user_off, PASS, item=registry(adminUserEnabled=False)),
    case(acr.admin_user_off, FAIL, item=registry(adminUserEnabled=True)),
    case(acr.tokens_expire, PASS, item=registry(), tokens=[token("2026-09-01T00:00:00Z")]),
    case(acr.tokens_expire, PASS, item=registry(), tokens=[token(None, status="disabled")]),
    case(acr.tokens_expire, PASS, item=registry(), tokens=[]),
    case(acr.tokens_expire, FAIL, item=registry(), tokens=[token("2026-09-01T00:00:00Z", None)]),
    case(acr.tokens_expire, FAIL, item=registry(), tokens=[token("2030-09-01T00:00:00Z")]),
    case(acr.tokens_expire, UNKNOWN, item=registry(), tokens=DENIED),
    case(acr.networks_narrow, PASS, item=ruled("203.0.113.0/24")),
    case(acr.networks_narrow, PASS, item=ruled(default="Allow", public="Disabled")),
    case(acr.networks_narrow, FAIL, item=ruled(default="Allow")),
    case(acr.networks_narrow, FAIL, item=ruled("0.0.0.0/1", "128.0.0.0/1")),
    case(acr.networks_narrow, FAIL, item=registry()),
    case(acr.networks_narrow, SKIP, item=row(BASIC)),
    case(acr.rights_by_repository, PASS, item=registry(roleAssignmentMode="AbacRepositoryPermissions")),
    case(acr.rights_by_repository, FAIL, item=registry(roleAssignmentMode="LegacyRegistryPermissions")),
    case(acr.rights_by_repository, FAIL, item=registry()),
    case(acr.own_tokens_only, PASS, item=policy("azureADAuthenticationAsArmPolicy", "disabled")),
    case(acr.own_tokens_only, FAIL, item=policy("azureADAuthenticationAsArmPolicy", "enabled")),
    case(acr.own_tokens_only, FAIL, item=registry()),
    case(acr.untagged_removed, PASS, item=policy("retentionPolicy", "enabled", days=30)),
    case(acr.untagged_removed, FAIL, item=policy("retentionPolicy", "disabled", days=7)),
    case(acr.untagged_removed, SKIP, item=row(BASIC)),
    case(acr.deleted_kept, PASS, item=policy("softDeletePolicy", "enabled", retentionDays=7)),
    case(acr.deleted_kept, FAIL, item=policy("softDeletePolicy", "disabled", retentionDays=7)),
    case(acr.deleted_kept, UNKNOWN, item=registry()),
    case(acr.images_scanned, PASS, item=registry(), inventory=[SCANS]),
    case(acr.images_scanned, FAIL, item=registry(), inventory=[plan()]),
    case(acr.images_scanned, UNKNOWN, item=registry(), inventory=[unlisted(PRICING)]),
    case(acr.threats_watched, PASS, item=registry(), inventory=[plan()]),
    case(acr.threats_watched, FAIL, item=registry(), inventory=[plan(tier="Free")]),
    case(acr.threats_watched, UNKNOWN, item=registry(), inventory=[unlisted(PRICING)]),
    case(acr.base_images_followed, PASS, item=registry(), tasks=[FOLLOWS]),
    case(acr.base_images_followed, PASS, item=registry(), tasks=[task(timerTriggers=[{"schedule": "0 3 * * *"}])]),
    case(acr.base_images_followed, FAIL, item=registry(), tasks=[FOLLOWS, task(sourceTriggers=[])]),
    case(acr.base_images_followed, FAIL, item=registry(), tasks=[task(baseImageTrigger={"status": "Disabled"})]),
    case(acr.base_images_followed, SKIP, item=registry(), tasks=[task("Disabled")]),
    case(acr.base_images_followed, UNKNOWN, item=registry(), tasks=DENIED),
]
