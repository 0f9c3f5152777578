"""Cases of persistent disks, their snapshots and the schedules of these; of images, as far as keys go."""

from __future__ import annotations

from typing import Any

from checks.gcp import disk
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.gcp.cases_gce import GROUPED, NODE, instance
from tests.checks.gcp.links import REGION, ZONE, compute, link

KEY = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1"
SELF = link(f"zones/{ZONE}/disks/data")
DISK, SNAPSHOT, IMAGE, MACHINE_IMAGE = disk.customer_key


def data(**fields: Any) -> dict[str, Any]:
    return {"name": "data", "selfLink": SELF, "sizeGb": "100", "users": [link(f"zones/{ZONE}/instances/vm")], **fields}


def schedule(**retention: Any) -> dict[str, Any]:
    return {"name": "daily", "snapshotSchedulePolicy": {"retentionPolicy": retention, "schedule": {"dailySchedule": {}}}}


def snapshot(made: str, source: str = SELF) -> Resource:
    return compute(disk.SNAPSHOT, "global/snapshots/s", item={"sourceDisk": source, "creationTimestamp": made})


def machine(**fields: Any) -> Resource:
    return compute("gcp.gce.instance", f"zones/{ZONE}/instances/vm", ZONE, item=instance(**fields))


PLACEMENT = compute(disk.SCHEDULE, f"regions/{REGION}/resourcePolicies/daily", REGION, item={"groupPlacementPolicy": {}})
DAILY = compute(disk.SCHEDULE, f"regions/{REGION}/resourcePolicies/daily", REGION, item=schedule(maxRetentionDays=14))
SCHEDULED = data(resourcePolicies=[link(f"regions/{REGION}/resourcePolicies/daily")])

CASES = [
    case(DISK, PASS, item=data(diskEncryptionKey={"kmsKeyName": KEY})),
    case(DISK, PASS, item=data(diskEncryptionKey={"sha256": "aGFzaA=="})),
    case(DISK, FAIL, item=data()),
    case(SNAPSHOT, PASS, item={"snapshotEncryptionKey": {"kmsKeyName": KEY}}),
    case(SNAPSHOT, FAIL, item={"name": "s"}),
    case(IMAGE, PASS, item={"imageEncryptionKey": {"kmsKeyName": KEY}}),
    case(IMAGE, FAIL, item={"name": "i"}),
    case(MACHINE_IMAGE, PASS, item={"machineImageEncryptionKey": {"kmsKeyName": KEY}}),
    case(MACHINE_IMAGE, FAIL, item={"name": "m"}),
    case(disk.backed_up, PASS, tags={}, item=SCHEDULED, inventory=[machine(), DAILY]),
    case(disk.backed_up, PASS, tags={}, item=data(), inventory=[machine(), snapshot("2026-05-30T01:02:03.456-07:00")]),
    case(disk.backed_up, FAIL, tags={}, item=data(), inventory=[machine(), snapshot("2026-05-01T01:02:03.456-07:00")]),
    case(
        disk.backed_up, FAIL, tags={}, item=data(), inventory=[machine(), snapshot("2026-05-30T01:02:03.456-07:00", link("x"))]
    ),
    case(disk.backed_up, FAIL, tags={}, item=SCHEDULED, inventory=[machine(), PLACEMENT]),
    case(disk.backed_up, FAIL, tags={}, item=data(users=[])),
    case(disk.backed_up, SKIP, tags=NODE, item=data()),
    case(disk.backed_up, SKIP, tags={}, item=data(), inventory=[machine(metadata=GROUPED)]),
    case(disk.backed_up, UNKNOWN, tags={}, item=SCHEDULED, inventory=[machine(), unlisted(disk.SCHEDULE)]),
    case(disk.used, PASS, item=data()),
    case(disk.used, FAIL, item=data(users=None)),
    case(disk.survives_the_disk, PASS, item=schedule(maxRetentionDays=14, onSourceDiskDelete="KEEP_AUTO_SNAPSHOTS")),
    case(disk.survives_the_disk, PASS, item=schedule(maxRetentionDays=14)),
    case(disk.survives_the_disk, FAIL, item=schedule(maxRetentionDays=14, onSourceDiskDelete="APPLY_RETENTION_POLICY")),
    case(disk.survives_the_disk, SKIP, item={"groupPlacementPolicy": {}}),
    case(disk.kept_long_enough, PASS, item=schedule(maxRetentionDays=14)),
    case(disk.kept_long_enough, PASS, item=schedule()),
    case(disk.kept_long_enough, FAIL, item=schedule(maxRetentionDays=3)),
    case(disk.kept_long_enough, SKIP, item={"instanceSchedulePolicy": {}}),
]
