"""Cases of disks, snapshots and the sets that name their keys."""

from __future__ import annotations

from typing import Any

from checks.azure import disk
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import row


def sized(name: str | None) -> dict[str, Any]:
    return row({"sku": {"name": name}})


CASES = [
    *(case(check, PASS, item=row(networkAccessPolicy="AllowPrivate")) for check in disk.NOT_EXPORTED_TO_ALL),
    *(case(check, PASS, item=row(networkAccessPolicy="denyall")) for check in disk.NOT_EXPORTED_TO_ALL),
    *(case(check, FAIL, item=row(networkAccessPolicy="AllowAll")) for check in disk.NOT_EXPORTED_TO_ALL),
    *(case(check, FAIL, item=row()) for check in disk.NOT_EXPORTED_TO_ALL),
    *(case(check, PASS, item=row(dataAccessAuthMode="AzureActiveDirectory")) for check in disk.DIRECTORY_ASKED),
    *(case(check, FAIL, item=row(dataAccessAuthMode=None)) for check in disk.DIRECTORY_ASKED),
    *(
        case(check, PASS, item=row(encryption={"type": kind}))
        for kind in ("EncryptionAtRestWithCustomerKey", "encryptionAtRestWithPlatformAndCustomerKeys")
        for check in disk.CUSTOMER_KEY
    ),
    *(case(check, FAIL, item=row(encryption={"type": "EncryptionAtRestWithPlatformKey"})) for check in disk.CUSTOMER_KEY),
    *(case(check, FAIL, item=row()) for check in disk.CUSTOMER_KEY),
    *(case(check, PASS, item=row(diskState="Attached")) for check in disk.not_exported),
    *(case(check, FAIL, item=row(diskState="ActiveSAS")) for check in disk.not_exported),
    *(case(check, UNKNOWN, item=row()) for check in disk.not_exported),
    case(disk.in_use, UNKNOWN, item=row()),
    case(disk.in_use, PASS, item=row(diskState="Reserved")),
    case(disk.in_use, FAIL, item=row(diskState="Unattached")),
    case(disk.several_zones, PASS, item=sized("StandardSSD_ZRS")),
    case(disk.several_zones, FAIL, item=sized("Premium_LRS")),
    case(disk.several_zones, FAIL, item=row()),
    case(disk.recent, PASS, item=row(timeCreated="2026-05-01T00:00:00.0000000+00:00")),
    case(disk.recent, FAIL, item=row(timeCreated="2025-05-01T00:00:00Z")),
    case(disk.recent, UNKNOWN, item=row()),
    case(disk.KEY_FOLLOWED[0], PASS, item=row(rotationToLatestKeyVersionEnabled=True)),
    case(disk.KEY_FOLLOWED[0], FAIL, item=row(rotationToLatestKeyVersionEnabled=None)),
    case(disk.rotation_works, PASS, item=row(rotationToLatestKeyVersionEnabled=True)),
    case(disk.rotation_works, FAIL, item=row(rotationToLatestKeyVersionEnabled=True, autoKeyRotationError={"code": "Denied"})),
    case(disk.rotation_works, SKIP, item=row(rotationToLatestKeyVersionEnabled=False)),
]
