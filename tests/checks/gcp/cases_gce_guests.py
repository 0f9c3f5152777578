"""Cases of what runs inside of machines of Compute Engine."""

from __future__ import annotations

from typing import Any

from checks.gcp import gce_guests
from scanner.model import Resource
from tests.cases import ACCOUNT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.cases_gce import GROUPED, NODE, instance, metadata, project, settings, template
from tests.checks.gcp.links import ZONE

SHIELDED, SHIELDED_TEMPLATE = gce_guests.shielded
SECURE, SECURE_TEMPLATE = gce_guests.secure_boot
ALL = {"enableVtpm": True, "enableIntegrityMonitoring": True, "enableSecureBoot": True}
LICENSE = "https://www.googleapis.com/compute/v1/projects/cloud/global/licenses/"


def inventory(name: str = "Debian GNU/Linux 12 (bookworm)", **available: Any) -> dict[str, Any]:
    """Return what VM Manager's agent reports of a guest."""
    installed = {"id": "1", "type": "INSTALLED_PACKAGE", "installedPackage": {"aptPackage": {"packageName": "openssl"}}}
    waiting = {"id": "2", "type": "AVAILABLE_PACKAGE", "availablePackage": available}
    return {
        "osInfo": {"longName": name, "shortName": "debian"},
        "items": {"1": installed, **({"2": waiting} if available else {})},
    }


def report(*weaknesses: dict[str, Any], project: str = ACCOUNT, name: str = "42", **fields: Any) -> Resource:
    id = f"//osconfig.googleapis.com/projects/{project}/locations/{ZONE}/instances/{name}/vulnerabilityReport"
    known = {"updateTime": "2026-05-31T00:00:00Z", "vulnerabilities": [{"details": each} for each in weaknesses]}
    return resource(gce_guests.REPORT, id, ZONE, item={**known, **fields})


def schedule(**filter: Any) -> Resource:
    item = {"instanceFilter": filter, "recurringSchedule": {"frequency": "WEEKLY"}, "state": "ACTIVE"}
    return resource(gce_guests.PATCHES, "//osconfig.googleapis.com/projects/p/patchDeployments/weekly", item=item)


def licensed(name: str) -> dict[str, Any]:
    return instance(disks=[{"boot": True, "licenses": [LICENSE + name]}])


APT: dict[str, Any] = {"aptPackage": {"packageName": "openssl", "version": "3.0.17"}}
WINDOWS: dict[str, Any] = {"wuaPackage": {"title": "2026-05 Cumulative Update"}}
BAD = {"cve": "CVE-2026-1", "severity": "CRITICAL"}
WORSE = {"cve": "CVE-2026-2", "severity": "high", "cvssV3": {"baseScore": 9.8}}
MILD = {"cve": "CVE-2026-3", "severity": "LOW", "cvssV3": {"baseScore": 3.1}}
MANAGED, PATCHED = gce_guests.managed, gce_guests.patched
WEAK, SCANNED = gce_guests.no_critical_weakness, gce_guests.scanned
MAINTAINED, SCHEDULED = gce_guests.system_maintained, gce_guests.patches_scheduled
OFF = instance(status="TERMINATED")

CASES = [
    case(SHIELDED, PASS, tags={}, item=instance(shieldedInstanceConfig=ALL)),
    case(SHIELDED, PASS, tags={}, item=instance(shieldedInstanceConfig={**ALL, "enableSecureBoot": False})),
    case(SHIELDED, FAIL, tags={}, item=instance(shieldedInstanceConfig={**ALL, "enableVtpm": False})),
    case(SHIELDED, FAIL, tags={}, item=instance(shieldedInstanceConfig={"enableVtpm": True})),
    case(SHIELDED, FAIL, tags={}, item=instance()),
    case(SHIELDED, SKIP, tags=NODE, item=instance()),
    case(SHIELDED_TEMPLATE, PASS, tags={}, item=template(shieldedInstanceConfig=ALL)),
    case(SHIELDED_TEMPLATE, FAIL, tags={}, item=template()),
    case(SECURE, PASS, tags={}, item=instance(shieldedInstanceConfig=ALL)),
    case(SECURE, FAIL, tags={}, item=instance(shieldedInstanceConfig={"enableVtpm": True, "enableIntegrityMonitoring": True})),
    case(SECURE_TEMPLATE, PASS, tags={}, item=template(shieldedInstanceConfig=ALL)),
    case(SECURE_TEMPLATE, FAIL, tags={}, item=template()),
    case(MANAGED, PASS, tags={}, item=instance(), os_inventory=inventory()),
    case(MANAGED, FAIL, tags={}, item=instance(), os_inventory=None, inventory=[settings()]),
    case(MANAGED, FAIL, tags={}, item=metadata(enable_osconfig="TRUE"), os_inventory=None),
    case(MANAGED, SKIP, tags={}, item=OFF, os_inventory=None),
    case(MANAGED, UNKNOWN, tags={}, item=instance(), os_inventory=DENIED),
    case(PATCHED, PASS, tags={}, item=instance(), os_inventory=inventory()),
    case(PATCHED, FAIL, tags={}, item=instance(), os_inventory=inventory(**APT)),
    case(PATCHED, FAIL, tags={}, item=instance(), os_inventory=inventory(**WINDOWS)),
    case(PATCHED, UNKNOWN, tags={}, item=instance(), os_inventory=None),
    case(PATCHED, SKIP, tags=NODE, item=instance(), os_inventory=None),
    case(SCHEDULED, PASS, tags={}, region=ZONE, item=instance(), inventory=[schedule(all=True)]),
    case(
        SCHEDULED,
        PASS,
        tags={"env": "a"},
        region=ZONE,
        item=instance(),
        inventory=[schedule(groupLabels=[{"labels": {"env": "a"}}])],
    ),
    case(SCHEDULED, PASS, tags={}, region=ZONE, item=instance(), inventory=[schedule(zones=[ZONE])]),
    case(SCHEDULED, PASS, tags={}, region=ZONE, item=instance(), inventory=[schedule(instanceNamePrefixes=["under-"])]),
    case(SCHEDULED, FAIL, tags={}, region=ZONE, item=instance(), inventory=[schedule(zones=["us-east1-b"])]),
    case(
        SCHEDULED,
        FAIL,
        tags={"env": "b"},
        region=ZONE,
        item=instance(),
        inventory=[schedule(groupLabels=[{"labels": {"env": "a"}}])],
    ),
    case(SCHEDULED, FAIL, tags={}, region=ZONE, item=instance()),
    case(SCHEDULED, SKIP, tags={}, region=ZONE, item=instance(metadata=GROUPED)),
    case(MAINTAINED, PASS, tags={}, item=instance(), os_inventory=inventory()),
    case(MAINTAINED, PASS, tags={}, item=instance(), os_inventory=inventory("Ubuntu 22.04.4 LTS")),
    case(MAINTAINED, PASS, tags={}, item=licensed("debian-12-bookworm"), os_inventory=None),
    case(MAINTAINED, PASS, tags={}, item=licensed("windows-server-2022-dc"), os_inventory=None),
    case(MAINTAINED, FAIL, tags={}, item=instance(), os_inventory=inventory("Debian GNU/Linux 10 (buster)")),
    case(MAINTAINED, FAIL, tags={}, item=instance(), os_inventory=inventory("SUSE Linux Enterprise Server 15 SP3")),
    case(MAINTAINED, FAIL, tags={}, item=licensed("centos-7"), os_inventory=None),
    case(MAINTAINED, FAIL, tags={}, item=licensed("ubuntu-2004-lts"), os_inventory=None),
    case(MAINTAINED, FAIL, tags={}, item=licensed("windows-server-2012-r2-dc"), os_inventory=None),
    case(MAINTAINED, UNKNOWN, tags={}, item=licensed("cos"), os_inventory=None),
    case(MAINTAINED, UNKNOWN, tags={}, item=instance(), os_inventory=inventory("Plan 9")),
    case(WEAK, PASS, tags={}, region=ZONE, item=instance(), inventory=[report(MILD)]),
    case(WEAK, FAIL, tags={}, region=ZONE, item=instance(), inventory=[report(MILD, BAD)]),
    case(WEAK, FAIL, tags={}, region=ZONE, item=instance(), inventory=[report(WORSE, project="123"), project()]),
    case(WEAK, FAIL, tags={}, region=ZONE, item=instance(), inventory=[report(highestUpgradableCveSeverity="CRITICAL")]),
    case(WEAK, UNKNOWN, tags={}, region=ZONE, item=instance(), inventory=[report(BAD, name="43")]),
    case(WEAK, UNKNOWN, tags={}, region=ZONE, item=instance(), inventory=[unlisted(gce_guests.REPORT)]),
    case(SCANNED, PASS, tags={}, region=ZONE, item=instance(), inventory=[report()]),
    case(SCANNED, FAIL, tags={}, region=ZONE, item=instance(), inventory=[report(updateTime="2026-01-01T00:00:00Z")]),
    case(SCANNED, FAIL, tags={}, region=ZONE, item=instance()),
    case(SCANNED, SKIP, tags={}, region=ZONE, item=OFF),
]
