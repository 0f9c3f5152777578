"""Checks on the updates of machines, on Azure and elsewhere, as Update Manager finds them missing.

Resource Graph keeps the result of the last assessment; its counts are spelled small on Arc-enabled servers, and large on Azure.
Source: Azure Update Manager documentation, "Access Update Manager operations data using Azure Resource Graph".
"""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.azure.machines import LINUX, MACHINE, SERVER, WINDOWS, of_cluster
from checks.azure.read import at, prop, word
from checks.kinds import Kind, each
from checks.times import day, time_of
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

ASSESS = "az rest --method post --url {id}/assessPatches?api-version=2024-07-01"
INSTALL = "az vm install-patches --ids {id} --maximum-duration PT2H --reboot-setting IfRequired"
GUESTS = (Kind(MACHINE, "Virtual machine", INSTALL), Kind(SERVER, "Server", "az connectedmachine install-patches --ids {id}"))
GRAVE = ("critical", "security")
RECENT = timedelta(days=7)
ASSESSED = "automaticbyplatform"
OFF = ("powerstate/deallocated", "powerstate/stopped")


def stopped(guest: Resource) -> str:
    """Return why nothing runs on a machine; empty where something does, or where it isn't told."""
    state = word(prop(guest, "extended.instanceView.powerState.code"))
    return "it is switched off" if state in OFF else ""


@each(
    GUESTS,
    "assessed",
    control="guest_os.patching",
    severity=Severity.LOW,
    title="NOUN is looked through for missing updates every day",
    risk="Nobody knows which updates are missing.",
    fix="az resource update --ids {id} --set properties.osProfile.SYSTEM.patchSettings.assessmentMode=AutomaticByPlatform",
    cis=("v6:8.1.10",),
)
def assessed(guest: Resource) -> Verdict:
    if reason := of_cluster(guest):
        return skipped(reason)
    modes = (prop(guest, f"osProfile.{name}.patchSettings.assessmentMode") for name in (LINUX, WINDOWS))
    said = next((word(mode) for mode in modes if mode), "imagedefault")
    return (passed if said == ASSESSED else failed)(f"the mode is {said}")


@each(
    GUESTS,
    "patched",
    control="guest_os.patching",
    severity=Severity.MEDIUM,
    title="NOUN has every critical and security update",
    risk="Holes that are public, and for which tools are sold, stay open.",
    fix="MODIFY",
    cis=("v6:8.1.10",),
)
def patched(guest: Resource, now: datetime) -> Verdict:
    found = guest["patches"]
    if reason := of_cluster(guest) or stopped(guest):
        return skipped(reason)
    told = at(found, "properties")
    counts = {word(name): int(count or 0) for name, count in (at(told, "availablePatchCountByClassification") or {}).items()}
    missing = {name: counts[name] for name in GRAVE if counts.get(name)}
    looked = time_of(at(told, "lastModifiedDateTime"))
    if missing:
        return failed(f"missing: {', '.join(f'{count} {name}' for name, count in missing.items())}")
    if looked is None or not counts:
        return unknown("Update Manager found nothing out about it")
    if now - looked >= RECENT:
        return unknown(f"Update Manager last looked on {day(looked)}")
    return passed(f"none was missing on {day(looked)}", until=looked + RECENT)


@each(
    GUESTS,
    "restarted",
    control="guest_os.patching",
    severity=Severity.LOW,
    title="NOUN was restarted where an update asked for it",
    risk="The update is installed, and what runs is still the old.",
    fix="az vm restart --ids {id}",
)
def restarted(guest: Resource) -> Verdict:
    pending = word(at(guest["patches"], "properties.rebootPending"))
    if reason := of_cluster(guest) or stopped(guest):
        return skipped(reason)
    if not pending:
        return unknown("Update Manager found nothing out about it")
    return failed("a restart is due") if pending == "true" else passed("no restart is due")
