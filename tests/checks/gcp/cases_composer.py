"""Cases of environments of Composer, of all three generations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from checks.gcp import composer
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.gcp.cases_gce import DEFAULT, OWN, PLAIN, SECRET, project

NEW, OLD = "composer-3-airflow-2.10.5-build.1", "composer-1.20.12-airflow-1.10.15"
SECOND, EARLY = "composer-2.9.7-airflow-2.9.3", "composer-2.0.32-airflow-2.3.4"
KEY = "projects/p/locations/l/keyRings/r/cryptoKeys/k"


def environment(version: str = NEW, software: dict[str, Any] | None = None, **config: Any) -> dict[str, Any]:
    known = {"softwareConfig": {"imageVersion": version, **(software or {})}, "nodeConfig": {"serviceAccount": OWN}}
    return {"name": "projects/p/locations/l/environments/e", "state": "RUNNING", "config": {**known, **config}}


def running_as(account: str | None) -> dict[str, Any]:
    return environment(nodeConfig={"serviceAccount": account})


def private(**config: Any) -> dict[str, Any]:
    return environment(privateEnvironmentConfig=config)


def admitting(*ranges: str) -> dict[str, Any]:
    return environment(webServerNetworkAccessControl={"allowedIpRanges": [{"value": each} for each in ranges]})


def saved(**config: Any) -> dict[str, Any]:
    return environment(recoveryConfig={"scheduledSnapshotsConfig": config})


def kept(**config: Any) -> dict[str, Any]:
    return environment(dataRetentionConfig={"airflowMetadataRetentionConfig": config})


CREATING = environment(OLD) | {"state": "CREATING"}
CASES = [
    case(composer.own_service_account, PASS, item=environment()),
    case(composer.own_service_account, FAIL, item=running_as(DEFAULT)),
    case(composer.own_service_account, FAIL, item=running_as(None)),
    case(composer.own_service_account, SKIP, item=CREATING),
    case(composer.account_not_administrator, PASS, item=environment(), inventory=[project()]),
    case(composer.account_not_administrator, FAIL, item=environment(), inventory=[project("roles/editor")]),
    case(composer.account_not_administrator, UNKNOWN, item=environment()),
    case(composer.without_secrets, PASS, item=environment(software={"envVariables": {"A": PLAIN}})),
    case(composer.without_secrets, FAIL, item=environment(software={"envVariables": {"A": SECRET}})),
    case(composer.without_secrets, FAIL, item=environment(software={"airflowConfigOverrides": {"smtp-smtp_password": SECRET}})),
    case(composer.customer_key, PASS, item=environment(encryptionConfig={"kmsKeyName": KEY})),
    case(composer.customer_key, FAIL, item=environment()),
    case(composer.private, PASS, item=private(enablePrivateEnvironment=True)),
    case(composer.private, PASS, item=private(networkingType="PRIVATE")),
    case(composer.private, PASS, item=private(networkingType=1)),
    case(composer.private, FAIL, item=private(networkingType="PUBLIC")),
    case(composer.private, FAIL, item=environment()),
    case(composer.private, SKIP, item=environment() | {"state": 4}),
    case(composer.pages_narrow, PASS, item=admitting("203.0.113.0/24", "2001:db8::/32")),
    case(composer.pages_narrow, FAIL, item=admitting("0.0.0.0/0")),
    case(composer.pages_narrow, FAIL, item=admitting("203.0.113.0/24", "::0/0")),
    case(composer.pages_narrow, FAIL, item=admitting("0.0.0.0/1", "128.0.0.0/1")),
    case(composer.pages_narrow, FAIL, item=environment()),
    case(composer.supported_generation, PASS, item=environment()),
    case(composer.supported_generation, PASS, item=environment(SECOND)),
    case(composer.supported_generation, PASS, item=environment(EARLY)),
    case(composer.supported_generation, FAIL, item=environment(EARLY), now=datetime(2026, 9, 16, tzinfo=UTC)),
    case(composer.supported_generation, FAIL, item=environment(OLD)),
    case(composer.supported_generation, UNKNOWN, item=environment("latest")),
    case(composer.packages_pinned, PASS, item=environment(software={"pypiPackages": {"scipy": "==1.15.2"}})),
    case(composer.packages_pinned, PASS, item=environment()),
    case(composer.packages_pinned, FAIL, item=environment(software={"pypiPackages": {"scipy": "", "numpy": ">=1"}})),
    case(composer.backed_up, PASS, item=saved(enabled=True, snapshotCreationSchedule="0 4 * * *")),
    case(composer.backed_up, FAIL, item=saved(snapshotCreationSchedule="0 4 * * *")),
    case(composer.backed_up, FAIL, item=environment()),
    case(composer.backed_up, SKIP, item=environment(OLD)),
    case(composer.survives_a_zone, PASS, item=environment(resilienceMode="HIGH_RESILIENCE")),
    case(composer.survives_a_zone, PASS, item=environment(resilienceMode=1)),
    case(composer.survives_a_zone, FAIL, item=environment()),
    case(composer.survives_a_zone, SKIP, item=environment(OLD)),
    case(composer.history_deleted, PASS, item=kept(retentionMode="RETENTION_MODE_ENABLED", retentionDays=60)),
    case(composer.history_deleted, FAIL, item=kept(retentionMode="RETENTION_MODE_DISABLED", retentionDays=60)),
    case(composer.history_deleted, FAIL, item=environment()),
    case(composer.history_deleted, SKIP, item=environment(OLD)),
]
