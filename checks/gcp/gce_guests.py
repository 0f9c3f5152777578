"""Checks on what runs inside of machines of Compute Engine, as far as VM Manager, licenses and settings of the boot tell.

Nobody but the customer can see into a guest. Where VM Manager's agent does not report, the verdict is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from checks.gcp.lineage import PROJECT
from checks.gcp.machines import INSTANCE, MACHINES, group_of, machine, ours, running, setting
from checks.gcp.read import Item, last, many, yes
from checks.kinds import each
from checks.support import kept_up, lasting
from checks.systems import maintained_until
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

REPORT = "gcp.gce.vulnerability_report"
PATCHES = "gcp.gce.patch_deployment"
REPORTED = timedelta(days=30)
SILENT = "VM Manager's agent does not report from it, and nobody else tells what is inside"
CRITICAL, CRITICAL_SCORE = "CRITICAL", 9.0
# What licenses of boot disks call a system, and what it calls itself. Source: names of the licenses of Google's public images.
LICENSES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"debian-(\d+)(-.*)?", r"Debian GNU/Linux \1"),
        (r"ubuntu-(?:minimal-)?(\d\d)(\d\d)(-.*)?", r"Ubuntu \1.\2"),
        (r"windows-server-(\d{4})(-.*)?", r"Microsoft Windows Server \1"),
        (r"rhel-(\d+)(-.*)?", r"Red Hat Enterprise Linux \1"),
        (r"centos-stream-(\d+)(-.*)?", r"CentOS Stream \1"),
        (r"centos-(\d+)(-.*)?", r"CentOS Linux \1"),
        (r"rocky-linux-(\d+)(-.*)?", r"Rocky Linux \1"),
        (r"sles-(\d+)(-.*)?", r"SLES \1"),
    )
)
AROUND = re.compile(r" \(.*\)| LTS")
SUSE = re.compile(r"SUSE Linux Enterprise Server (\d+)(?: SP(\d+))?")


# ---- the boot --------------------------------------------------------------------------------------------------------


@each(
    MACHINES,
    "shielded",
    control="guest_os.boot_integrity",
    severity=Severity.MEDIUM,
    title="NOUN tells when something else was started before its system",
    risk="What hides below the operating system survives every reinstallation, and nothing on the machine sees it.",
    fix="MODIFY update {name} --project={account} --zone={region} --shielded-vtpm --shielded-integrity-monitoring, while it is"
    " stopped",
    cis=("v4:4.8", "v5:4.8"),
)
@ours
def shielded(resource: Resource) -> Verdict:
    config = machine(resource).get("shieldedInstanceConfig")
    if not config:
        return failed("not a Shielded VM")
    off = [
        said
        for said, field in (("vTPM", "enableVtpm"), ("integrity monitoring", "enableIntegrityMonitoring"))
        if not yes(config.get(field))
    ]
    return failed(f"off: {', '.join(off)}") if off else passed("vTPM and integrity monitoring are on")


@each(
    MACHINES,
    "secure_boot",
    control="guest_os.boot_integrity",
    severity=Severity.LOW,
    title="NOUN starts only what its makers signed",
    risk="A changed kernel or loader is started like the right one.",
    fix="MODIFY update {name} --project={account} --zone={region} --shielded-secure-boot, while it is stopped; drivers that"
    " nobody signed are not loaded any more",
)
@ours
def secure_boot(resource: Resource) -> Verdict:
    config = machine(resource).get("shieldedInstanceConfig") or {}
    return passed("Secure Boot is on") if yes(config.get("enableSecureBoot")) else failed("Secure Boot is off")


# ---- management and patches ------------------------------------------------------------------------------------------


@check(
    f"{INSTANCE}.managed",
    on=INSTANCE,
    control="guest_os.management",
    severity=Severity.MEDIUM,
    title="VM Manager sees what is installed on the instance",
    risk="Nobody sees what is installed, and whether it is patched.",
    fix="gcloud compute instances add-metadata {name} --project={account} --zone={region} --metadata=enable-osconfig=TRUE, and"
    " install the OS Config agent",
)
@running
@ours
def managed(instance: Resource, inventory: Inventory) -> Verdict:
    if instance["os_inventory"]:
        return passed("the agent reports what is installed")
    on = setting(instance, "enable-osconfig", inventory)
    return failed("the agent is meant to report, and does not" if on else "VM Manager is off")


@check(
    f"{INSTANCE}.patched",
    on=INSTANCE,
    control="guest_os.patching",
    severity=Severity.MEDIUM,
    title="Updates that there are were installed",
    risk="Holes that are public, and for which tools are sold, stay open.",
    fix="gcloud compute os-config patch-jobs execute --project={account}"
    " --instance-filter-names=zones/{region}/instances/{name}",
    cis=("v4:4.12", "v5:4.12"),
)
@running
@ours
def patched(instance: Resource) -> Verdict:
    known = instance["os_inventory"]
    if not known:
        return unknown(SILENT)
    waiting = sorted(set(_waiting(known)))
    more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
    return failed(f"not installed: {', '.join(waiting[:3])}{more}") if waiting else passed("nothing waits to be installed")


def _waiting(known: Item) -> Iterator[str]:
    """Yield the names of packages and patches that are offered to a guest, and not installed."""
    items = known.get("items") or {}
    for item in items.values() if isinstance(items, Mapping) else items:
        for software in (item.get("availablePackage") or {}).values():
            yield _name(software)


def _name(software: Mapping[str, Any]) -> str:
    return str(
        next(
            (software[key] for key in ("packageName", "title", "patchName", "hotFixId", "displayName") if key in software),
            "a package",
        )
    )


@check(
    f"{INSTANCE}.patches_scheduled",
    on=INSTANCE,
    control="guest_os.patching",
    severity=Severity.LOW,
    title="Patches reach the instance on a schedule",
    risk="It is patched when somebody thinks of it.",
    fix="gcloud compute os-config patch-deployments create weekly --project={account} --file=schedule.yaml, with the instance"
    " in its filter",
)
@running
@ours
def patches_scheduled(instance: Resource, inventory: Inventory) -> Verdict:
    if group := group_of(instance):
        return skipped(f"of the group {group}, which makes its instances anew")
    for deployment in inventory.all(PATCHES):
        item = deployment["item"]
        if (
            item.get("recurringSchedule")
            and item.get("state", "ACTIVE") == "ACTIVE"
            and _meant(item.get("instanceFilter") or {}, instance)
        ):
            return passed(f"by {deployment.name}")
    return failed("no schedule of patches is meant for it")


def _meant(wanted: Item, instance: Resource) -> bool:
    """Tell whether a filter of a patch deployment is for *instance*. Source: OS Config reference, "PatchInstanceFilter"."""
    if yes(wanted.get("all")):
        return True
    zone, tags = instance.region, instance.tags
    by_label = any(
        all(tags.get(key) == value for key, value in (group.get("labels") or {}).items())
        for group in many(wanted, "groupLabels")
    )
    tests = (
        ("groupLabels", by_label),
        ("zones", zone in many(wanted, "zones")),
        ("instances", any(last(name) == instance.name for name in many(wanted, "instances"))),
        ("instanceNamePrefixes", any(instance.name.startswith(prefix) for prefix in wanted.get("instanceNamePrefixes") or ())),
    )
    asked = [held for field, held in tests if wanted.get(field)]
    return bool(asked) and all(asked)


@check(
    f"{INSTANCE}.system_maintained",
    on=INSTANCE,
    control="guest_os.supported_version",
    severity=Severity.HIGH,
    title="Operating system is still maintained by its maker",
    risk="New holes are not closed any more, unless extended maintenance was bought.",
    fix="Move what runs there to an instance with a current system",
)
@running
@ours
def system_maintained(instance: Resource, now: datetime) -> Verdict:
    known = instance["os_inventory"]
    system = _plain(str(((known or {}).get("osInfo") or {}).get("longName") or "")) or _licensed(instance)
    if not system:
        return unknown(SILENT)
    return kept_up(system, maintained_until(system), now)


MAINTENANCE_LASTS = lasting(system_maintained)


def _plain(name: str) -> str:
    if suse := SUSE.fullmatch(name):
        return f"SLES {suse[1]}.{suse[2]}" if suse[2] else f"SLES {suse[1]}"
    return AROUND.sub("", name)


def _licensed(instance: Resource) -> str:
    """Return the system that the licenses of the boot disk name; empty when they name none that is known here."""
    for disk in many(instance["item"], "disks"):
        for license in many(disk, "licenses") if yes(disk.get("boot")) else ():
            for pattern, name in LICENSES:
                if pattern.fullmatch(last(license)):
                    return pattern.sub(name, last(license))
    return ""


# ---- weaknesses ------------------------------------------------------------------------------------------------------


def _report(instance: Resource, inventory: Inventory) -> Resource | None:
    """Return the report on an instance, which names its project, and itself, by number or by name."""
    for project in (instance.account, *_numbers(inventory)):
        for name in (instance["item"].get("id"), instance.name):
            id = (
                f"//osconfig.googleapis.com/projects/{project}/locations/{instance.region}/instances/{name}/vulnerabilityReport"
            )
            if report := inventory.get(REPORT, id):
                return report
    return None


def _numbers(inventory: Inventory) -> Iterator[str]:
    for project in inventory.all(PROJECT):
        yield str(project["item"].get("projectNumber") or last(project["item"].get("name")))


@check(
    f"{INSTANCE}.no_critical_weakness",
    on=INSTANCE,
    control="runtime.known_weaknesses",
    severity=Severity.HIGH,
    title="Nothing that is installed has a critical weakness",
    risk="Ready-made tools take over the instance.",
    fix="gcloud compute os-config vulnerability-reports describe {name} --project={account} --location={region}, and update"
    " what it names",
)
@running
@ours
def no_critical_weakness(instance: Resource, inventory: Inventory) -> Verdict:
    report = _report(instance, inventory)
    if report is None:
        return unknown("VM Manager has no report of its weaknesses")
    found = sorted(
        {str((one.get("details") or {}).get("cve")) for one in many(report["item"], "vulnerabilities") if _critical(one)}
    )
    if found:
        return failed(f"{len(found)} critical: {', '.join(found[:3])}")
    worst = str(report["item"].get("highestUpgradableCveSeverity") or "")
    return failed("a critical one can be closed by an update") if worst == CRITICAL else passed("no critical weakness is known")


def _critical(weakness: Item) -> bool:
    details = weakness.get("details") or {}
    score = float((details.get("cvssV3") or {}).get("baseScore") or details.get("cvssV2Score") or 0)
    return str(details.get("severity", "")).upper() == CRITICAL or score >= CRITICAL_SCORE


@check(
    f"{INSTANCE}.scanned",
    on=INSTANCE,
    control="application.scanning",
    severity=Severity.MEDIUM,
    title="Weaknesses of what is installed are looked for",
    risk="Nobody is told when a weakness becomes known in what runs there.",
    fix="Let VM Manager see the instance: gcloud compute instances add-metadata {name} --project={account} --zone={region}"
    " --metadata=enable-osconfig=TRUE",
)
@running
@ours
def scanned(instance: Resource, inventory: Inventory, now: datetime) -> Verdict:
    report = _report(instance, inventory)
    if report is None:
        return failed("VM Manager has no report of its weaknesses")
    made = time_of(report["item"].get("updateTime"))
    if made is None:
        return unknown("Google does not say of when the report is")
    return (
        failed(f"last reported on {day(made)}")
        if now - made >= REPORTED
        else passed(f"reported on {day(made)}", until=made + REPORTED)
    )
