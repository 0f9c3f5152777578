"""Cases of who owns resources, by their tags."""

from __future__ import annotations

from checks.azure.owned import OWNERS
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.azure.data import GROUP, row

OWNED = {check.on: check for check in OWNERS}

CASES = [
    *(case(check, PASS, item=row(), tags={"Owner": "team@example.com"}) for check in OWNERS),
    *(case(check, FAIL, item=row(), tags={"environment": "prod"}) for check in OWNERS),
    *(case(check, FAIL, item=row(), tags={"owner": " "}) for check in OWNERS),
    *(case(check, FAIL, item=row(), tags={}) for check in OWNERS),
    case(OWNED["azure.disk.disk"], SKIP, item=row({"managedBy": f"{GROUP}/vm"}), tags={}),
    case(OWNED["azure.disk.disk"], FAIL, item=row({"managedBy": ""}), tags={}),
    case(OWNED["azure.storage.account"], SKIP, item=row({"managedBy": f"{GROUP}/workspace"}), tags={}),
    case(OWNED["azure.vm.machine"], SKIP, item=row({"managedBy": f"{GROUP}/cluster"}), tags={}),
    case(OWNED["azure.sql.database"], SKIP, item=row({"name": "master"}), tags={}),
]
