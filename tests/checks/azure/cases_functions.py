"""Cases of what only functions have."""

from __future__ import annotations

from typing import Any

from checks.azure import functions
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.cases_appservice import signing
from tests.checks.azure.data import below, row
from tests.checks.azure.sites import graph, set_in_row, told

KNOWN = functions.callers_known[0]
OFF = signing(enabled=False)


def function(kind: str = "httpTrigger", name: str = "order", **binding: Any) -> dict[str, Any]:
    bound = [{"type": kind, "direction": "in", **binding}, {"type": "http", "direction": "out"}]
    return below(f"shop/{name}", name=name, isDisabled=False, config={"bindings": bound})


def stored(how: str) -> dict[str, Any]:
    return row(functionAppConfig={"deployment": {"storage": {"type": "blobContainer", "authentication": {"type": how}}}})


CASES = [
    *(
        each
        for asked in functions.callers_known
        for each in (
            case(asked, PASS, item=row(), functions=[function(authLevel="Function")], sign_in=OFF),
            case(asked, FAIL, item=row(), functions=[function(authLevel="ANONYMOUS")], sign_in=OFF),
            case(asked, UNKNOWN, item=row(), functions=DENIED, sign_in=OFF),
        )
    ),
    case(KNOWN, PASS, item=row(), functions=[function()], sign_in=OFF),
    case(KNOWN, PASS, item=row(), functions=[function(authLevel="anonymous")], sign_in=signing()),
    case(KNOWN, FAIL, item=row(), functions=[function(authLevel="anonymous")], sign_in=signing(action="AllowAnonymous")),
    case(KNOWN, FAIL, item=row(), functions=[function(), function(name="b", authLevel="anonymous")], sign_in=None),
    case(KNOWN, SKIP, item=row(), functions=[function("queueTrigger")], sign_in=OFF),
    case(KNOWN, SKIP, item=row(), functions=[below("shop/a", config=None)], sign_in=OFF),
    case(KNOWN, UNKNOWN, item=row(), functions=[function(authLevel="anonymous")], sign_in=DENIED),
    *set_in_row(
        functions.host_isolated,
        {"functionsRuntimeAdminIsolationEnabled": True},
        {"functionsRuntimeAdminIsolationEnabled": False},
    ),
    case(functions.host_isolated[0], FAIL, item=row()),
    case(functions.code_read_by_identity, PASS, item=stored("SystemAssignedIdentity")),
    case(functions.code_read_by_identity, FAIL, item=stored("StorageAccountConnectionString")),
    case(functions.code_read_by_identity, SKIP, item=row()),
    *told([functions.instances_limited], {"functionAppScaleLimit": 20}, {"functionAppScaleLimit": 0}),
    case(
        functions.instances_limited,
        PASS,
        item=row(functionAppConfig={"scaleAndConcurrency": {"maximumInstanceCount": 100}}),
        settings=graph(),
    ),
]
