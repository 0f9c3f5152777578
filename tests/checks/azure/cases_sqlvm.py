"""Cases of SQL Server on virtual machines."""

from __future__ import annotations

from typing import Any

from checks.azure import sqlvm
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import GROUP, row

MACHINE = f"{GROUP}/providers/microsoft.compute/virtualmachines/one"
ON, OFF = {"enable": True}, {"enable": False}
SEEN = row(virtualMachineResourceId=MACHINE.upper())


def managed(**settings: Any) -> dict[str, Any]:
    return {"serverConfigurationsManagementSettings": settings}


def reached(how: str | None) -> dict[str, Any]:
    return managed(sqlConnectivityUpdateSettings={"connectivityType": how})


CASES = [
    case(sqlvm.REACHED_WITHIN[0], PASS, item=row(), settings=reached("PRIVATE")),
    case(sqlvm.REACHED_WITHIN[0], PASS, item=row(), settings=reached("Local")),
    case(sqlvm.REACHED_WITHIN[0], FAIL, item=row(), settings=reached("PUBLIC")),
    case(sqlvm.REACHED_WITHIN[0], UNKNOWN, item=row(), settings={}),
    case(sqlvm.REACHED_WITHIN[0], UNKNOWN, item=row(), settings=DENIED),
    case(sqlvm.BACKED_UP[0], PASS, item=row(), settings={"autoBackupSettings": ON}),
    case(sqlvm.BACKED_UP[0], FAIL, item=row(), settings={"autoBackupSettings": None}),
    case(sqlvm.BACKUPS_ENCRYPTED[0], PASS, item=row(), settings={"autoBackupSettings": {**ON, "enableEncryption": True}}),
    case(sqlvm.BACKUPS_ENCRYPTED[0], FAIL, item=row(), settings={"autoBackupSettings": ON}),
    case(sqlvm.BACKUPS_ENCRYPTED[0], SKIP, item=row(), settings={"autoBackupSettings": OFF}),
    case(sqlvm.PATCHED[0], PASS, item=row(), settings={"autoPatchingSettings": ON}),
    case(sqlvm.PATCHED[0], FAIL, item=row(), settings={"autoPatchingSettings": OFF}),
    case(sqlvm.ASSESSED[0], PASS, item=row(), settings={"assessmentSettings": ON}),
    case(sqlvm.ASSESSED[0], FAIL, item=row(), settings={}),
    case(sqlvm.LEAST_RIGHTS[0], PASS, item=row(), settings={"leastPrivilegeMode": "Enabled"}),
    case(sqlvm.LEAST_RIGHTS[0], FAIL, item=row(), settings={"leastPrivilegeMode": "NotSet"}),
    case(sqlvm.directory_sign_in, PASS, item=row(), settings=managed(azureAdAuthenticationSettings={"clientId": ""})),
    case(sqlvm.directory_sign_in, FAIL, item=row(), settings=managed(azureAdAuthenticationSettings=None)),
    case(sqlvm.directory_sign_in, FAIL, item=row(), settings={}),
    case(sqlvm.supported, PASS, item=row(sqlImageOffer="SQL2022-WS2022")),
    case(sqlvm.supported, PASS, item=row(sqlImageOffer="sql2019-ubuntupro2004")),
    case(sqlvm.supported, FAIL, item=row(sqlImageOffer="SQL2014SP3-WS2012R2")),
    case(sqlvm.supported, UNKNOWN, item=row(sqlImageOffer="SQL2030-WS2030")),
    case(sqlvm.supported, UNKNOWN, item=row(sqlImageOffer=None)),
    case(sqlvm.machine_seen, PASS, item=SEEN, inventory=[resource("azure.vm.machine", MACHINE)]),
    case(sqlvm.machine_seen, FAIL, item=SEEN, inventory=[]),
    case(sqlvm.machine_seen, UNKNOWN, item=SEEN, inventory=[unlisted("azure.vm.machine")]),
    case(sqlvm.machine_seen, SKIP, item=row(), inventory=[]),
]
