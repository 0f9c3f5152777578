"""Cases of whom roles on the resources of each service are given to."""

from __future__ import annotations

from typing import Any

from checks.azure import granted
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import GROUP, SUBSCRIPTION, row

ROWS = [
    (check, prefix)
    for check, prefixes in zip(granted.TO_GROUPS, granted.GRANTED.values(), strict=True)
    for prefix in prefixes.split()
]
BY_SERVICE = {check.service: check for check in granted.TO_GROUPS}


def given(scope: str, kind: str | None = "User") -> dict[str, Any]:
    return row(scope=scope, principalType=kind, principalId="p", roleDefinitionId="/x")


def on(resource: str, kind: str | None = "User") -> dict[str, Any]:
    return given(f"{GROUP}/providers/{resource}", kind)


CASES = [
    *(case(check, FAIL, item=on(f"{prefix}one")) for check, prefix in ROWS),
    *(case(check, FAIL, item=on(f"{prefix}one".upper(), "USER")) for check, prefix in ROWS),
    *(case(check, PASS, item=on(f"{prefix}one", "Group")) for check, prefix in ROWS),
    *(case(check, PASS, item=on(f"{prefix}one/parts/p", "ServicePrincipal")) for check, prefix in ROWS),
    *(case(check, PASS, item=on(f"{prefix}one", None)) for check, prefix in ROWS),
    *(case(check, SKIP, item=on("microsoft.other/things/one")) for check in granted.TO_GROUPS),
    *(case(check, SKIP, item=given(scope)) for check in granted.TO_GROUPS for scope in (SUBSCRIPTION, GROUP, "/")),
    *(case(check, UNKNOWN, item=DENIED) for check in granted.TO_GROUPS),
    case(BY_SERVICE["azure.vm"], SKIP, item=on("Microsoft.Compute/virtualMachineScaleSets/one")),
    case(BY_SERVICE["azure.vmss"], SKIP, item=on("Microsoft.Compute/virtualMachines/one")),
]
