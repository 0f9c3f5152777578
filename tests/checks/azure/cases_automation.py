"""Cases of accounts of Automation."""

from __future__ import annotations

from typing import Any

from checks.azure import automation as auto
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.cases_aci import PLAIN, SECRET
from tests.checks.azure.data import below, row


def asked(fact: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {"item": row(), fact: list(rows)}


def variable(encrypted: bool, value: Any = None) -> dict[str, Any]:
    return below("v", isEncrypted=encrypted, value=value)


def hook(end: str | None, enabled: bool = True) -> dict[str, Any]:
    return below("start", isEnabled=enabled, expiryTime=end, runbook={"name": "r"})


def runbook(kind: str, environment: str | None = None) -> dict[str, Any]:
    return below("account/r", runbookType=kind, runtimeEnvironment=environment)


SOON, LATE, PAST = "2026-12-01T00:00:00+00:00", "2036-06-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00"

CASES = [
    case(auto.public_access_off, PASS, item=row(publicNetworkAccess=False)),
    case(auto.public_access_off, FAIL, item=row(publicNetworkAccess=True)),
    case(auto.public_access_off, FAIL, item=row()),
    case(auto.variables_encrypted, PASS, **asked("variables", variable(encrypted=True))),
    case(auto.variables_encrypted, PASS, **asked("variables")),
    case(auto.variables_encrypted, FAIL, **asked("variables", variable(encrypted=False, value=PLAIN))),
    case(auto.variables_encrypted, UNKNOWN, item=row(), variables=DENIED),
    case(auto.without_secrets, PASS, **asked("variables", variable(encrypted=False, value=PLAIN), variable(encrypted=True))),
    case(auto.without_secrets, FAIL, **asked("variables", variable(encrypted=False, value=SECRET))),
    case(auto.without_secrets, UNKNOWN, item=row(), variables=DENIED),
    case(auto.no_run_as_account, PASS, **asked("certificates", below("own"))),
    case(auto.no_run_as_account, FAIL, **asked("certificates", below("AzureRunAsCertificate"))),
    case(auto.no_run_as_account, FAIL, **asked("certificates", below("AzureClassicRunAsCertificate"))),
    case(auto.no_run_as_account, UNKNOWN, item=row(), certificates=DENIED),
    case(auto.certificates_valid, PASS, **asked("certificates", below("own", expiryTime=SOON))),
    case(auto.certificates_valid, FAIL, **asked("certificates", below("own", expiryTime="2026-06-20T00:00:00+00:00"))),
    case(auto.certificates_valid, SKIP, **asked("certificates")),
    case(auto.certificates_valid, UNKNOWN, item=row(), certificates=DENIED),
    case(auto.webhooks_short_lived, PASS, **asked("webhooks", hook(SOON), hook(PAST))),
    case(auto.webhooks_short_lived, PASS, **asked("webhooks")),
    case(auto.webhooks_short_lived, FAIL, **asked("webhooks", hook(LATE))),
    case(auto.webhooks_short_lived, FAIL, **asked("webhooks", hook(None))),
    case(auto.webhooks_short_lived, UNKNOWN, item=row(), webhooks=DENIED),
    case(auto.started_by_name, PASS, **asked("webhooks", hook(PAST), hook(SOON, enabled=False))),
    case(auto.started_by_name, FAIL, **asked("webhooks", hook(SOON))),
    case(auto.started_by_name, UNKNOWN, item=row(), webhooks=DENIED),
    case(auto.supported_runtimes, PASS, **asked("runbooks", runbook("PowerShell", "PowerShell-7.4"))),
    case(auto.supported_runtimes, PASS, **asked("runbooks", runbook("Python", "Python-3.10"), runbook("PowerShell"))),
    case(auto.supported_runtimes, FAIL, **asked("runbooks", runbook("Python2"))),
    case(auto.supported_runtimes, FAIL, **asked("runbooks", runbook("PowerShell72"))),
    case(auto.supported_runtimes, SKIP, **asked("runbooks", runbook("PowerShell", "PowerShell-5.1"), runbook("Graph", "own"))),
    case(auto.supported_runtimes, UNKNOWN, **asked("runbooks", runbook("PowerShell", "PowerShell-9.9"))),
    case(auto.supported_runtimes, UNKNOWN, item=row(), runbooks=DENIED),
]
