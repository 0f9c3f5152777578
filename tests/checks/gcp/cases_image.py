"""Cases of images of machines."""

from __future__ import annotations

from typing import Any

from checks.gcp import image
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case


def item(**fields: Any) -> dict[str, Any]:
    return {"name": "web", "status": "READY", "creationTimestamp": "2026-05-01T01:02:03.456-07:00", **fields}


OLD = "2025-05-01T01:02:03.456-07:00"
UEFI = [{"type": "UEFI_COMPATIBLE"}, {"type": "GVNIC"}]

CASES = [
    case(image.recent, PASS, item=item()),
    case(image.recent, FAIL, item=item(creationTimestamp=OLD)),
    case(image.recent, SKIP, item=item(creationTimestamp=OLD, deprecated={"state": "DEPRECATED"})),
    case(image.recent, UNKNOWN, item=item(creationTimestamp=None)),
    case(image.boots_shielded, PASS, item=item(guestOsFeatures=UEFI)),
    case(image.boots_shielded, FAIL, item=item(guestOsFeatures=UEFI[1:])),
    case(image.boots_shielded, FAIL, item=item()),
    case(image.outdated_deleted, PASS, item=item()),
    case(image.outdated_deleted, FAIL, item=item(deprecated={"state": "OBSOLETE"})),
    case(image.kept_in_many_regions, PASS, item=item(storageLocations=["eu"])),
    case(image.kept_in_many_regions, FAIL, item=item(storageLocations=["europe-west1"])),
    case(image.kept_in_many_regions, UNKNOWN, item=item()),
]
