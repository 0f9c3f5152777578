"""Cases of Data Explorer."""

from __future__ import annotations

from typing import Any

from checks.azure import kusto
from tests.cases import DENIED, FAIL, PASS, UNKNOWN, case
from tests.checks.azure.data import below, row


def principal(kind: str, role: str = "AllDatabasesAdmin") -> dict[str, Any]:
    return below("p", principalType=kind, role=role, principalId="ann@example.com")


CASES = [
    case(kusto.disks_encrypted, PASS, item=row(enableDiskEncryption=True)),
    case(kusto.disks_encrypted, FAIL, item=row()),
    case(kusto.tenants_named, PASS, item=row(trustedExternalTenants=[])),
    case(kusto.tenants_named, PASS, item=row(trustedExternalTenants=[{"value": "22222222-2222-2222-2222-222222222222"}])),
    case(kusto.tenants_named, FAIL, item=row(trustedExternalTenants=[{"value": "*"}])),
    case(kusto.tenants_named, FAIL, item=row(trustedExternalTenants=None)),
    case(
        kusto.administrators_are_groups,
        PASS,
        item=row(),
        principals=[principal("Group"), principal("User", "AllDatabasesViewer")],
    ),
    case(kusto.administrators_are_groups, PASS, item=row(), principals=[]),
    case(kusto.administrators_are_groups, FAIL, item=row(), principals=[principal("User")]),
    case(kusto.administrators_are_groups, UNKNOWN, item=row(), principals=DENIED),
    case(kusto.supported_engine, PASS, item=row(engineType="V3")),
    case(kusto.supported_engine, PASS, item=row()),
    case(kusto.supported_engine, FAIL, item=row(engineType="V2")),
    case(kusto.code_kept_out, PASS, item=row(languageExtensions={"value": []})),
    case(kusto.code_kept_out, PASS, item=row(languageExtensions=None)),
    case(kusto.code_kept_out, FAIL, item=row(languageExtensions={"value": [{"languageExtensionName": "PYTHON"}]})),
]
