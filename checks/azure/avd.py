"""Checks on host pools of Azure Virtual Desktop. What runs on their machines is asked of the machines.

A pool's RDP properties are one text, ``name:kind:value;``. What holds where one is missing is from the documentation of Azure
Virtual Desktop, "Supported RDP properties": drives, clipboard and sign-in with a second factor of one's own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.azure.read import prop, word
from checks.azure.settings import setting
from checks.kinds import Kind
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed

POOL = "azure.avd.host_pool"
KINDS = (Kind(POOL, "Host pool", "az desktopvirtualization hostpool update --ids {id} "),)
RDP = 'az desktopvirtualization hostpool update --ids {id} --custom-rdp-property "'
LONGEST = timedelta(days=2)

AGENTS_PLANNED = setting(
    KINDS,
    "agents_planned",
    "agentUpdate.type",
    "scheduled",
    "default",
    control="runtime.automatic_updates",
    severity=Severity.INFORMATIONAL,
    title="NOUN updates its agents at hours of one's own",
    risk="Agents change while people work, so that somebody switches machines of the pool off.",
    fix="""MODIFY--agent-update '{"type": "Scheduled", "maintenanceWindows": [{"hour": 3, "dayOfWeek": "Sunday"}]}'""",
)


def properties_of(pool: Resource) -> dict[str, str]:
    """Return the RDP properties of a pool by name, in small letters."""
    found = {}
    for said in word(prop(pool, "customRdpProperty")).split(";"):
        name, _, rest = said.strip().partition(":")
        if name:
            found[name] = rest.partition(":")[2]
    return found


@check(
    f"{POOL}.drives_apart",
    on=POOL,
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Host pool keeps files apart from the computers of its users",
    risk="Data is carried onto computers that nobody looks after, and malware comes back the same way.",
    fix=RDP + 'drivestoredirect:s:;usbdevicestoredirect:s:"',
)
def drives_apart(pool: Resource) -> Verdict:
    """Take every drive for redirected unless the property names none."""
    said = properties_of(pool)
    drives = said.get("drivestoredirect", "*")
    return failed(f"drives that are redirected: {drives}") if drives else passed("no drive is redirected")


@check(
    f"{POOL}.clipboard_apart",
    on=POOL,
    control="data.external_sharing",
    severity=Severity.LOW,
    title="Host pool keeps its clipboard apart from that of its users",
    risk="Whole files are copied out over the clipboard.",
    fix=RDP + 'redirectclipboard:i:0"',
)
def clipboard_apart(pool: Resource) -> Verdict:
    """Take it for shared unless that is switched off."""
    off = properties_of(pool).get("redirectclipboard") == "0"
    return passed("it is not shared") if off else failed("it is shared")


@check(
    f"{POOL}.directory_sign_in",
    on=POOL,
    control="identity.mfa",
    severity=Severity.MEDIUM,
    title="Host pool lets people in by Entra ID, with its conditions",
    risk="The desktop itself asks for no second factor.",
    fix=RDP + 'enablerdsaadauth:i:1"',
)
def directory_sign_in(pool: Resource) -> Verdict:
    on = properties_of(pool).get("enablerdsaadauth") == "1"
    return passed("desktops ask Entra ID") if on else failed("desktops ask for a password themselves")


@check(
    f"{POOL}.registration_brief",
    on=POOL,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Host pool's token for new machines expires within two days",
    risk="Whoever has the token adds a machine of his own, and people sign in to it.",
    fix="az desktopvirtualization hostpool update --ids {id} --registration-info registration-token-operation=Delete",
)
def registration_brief(pool: Resource, now: datetime) -> Verdict:
    said = prop(pool, "registrationInfo.expirationTime")
    ends = None if isinstance(said, dict) else time_of(said)
    if ends is None or ends <= now:
        return passed("no token is valid")
    return (failed if ends - now > LONGEST else passed)(f"it is valid until {day(ends)}")
