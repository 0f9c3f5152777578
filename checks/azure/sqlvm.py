"""Checks on SQL Server on virtual machines, as far as the SQL IaaS Agent tells. Its system is asked of the machine.

Source: SQL virtual machine's REST API, "SQL Virtual Machines - Get", whose settings come with ``$expand`` alone.
"""

from __future__ import annotations

import re
from datetime import datetime

from checks.azure.read import at, is_on, last, prop, word
from checks.azure.settings import setting
from checks.kinds import Kind
from checks.support import lasting
from checks.support import supported as until_when
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

SQL, SETTINGS = "azure.sqlvm.machine", "settings"
KINDS = (Kind(SQL, "SQL Server", "az sql vm update --ids {id} "),)
CONNECTIVITY = "serverConfigurationsManagementSettings.sqlConnectivityUpdateSettings.connectivityType"
VERSION = re.compile(r"SQL(?:Server)?\s*(20\d\d)(?:SP\d)?.*", re.IGNORECASE)


def _backed_up_otherwise(server: Resource) -> str:
    return "" if is_on(at(server[SETTINGS], "autoBackupSettings.enable")) else "its agent backs nothing up"


REACHED_WITHIN = setting(
    KINDS,
    "reached_within",
    CONNECTIVITY,
    "private local",
    None,
    of=SETTINGS,
    control="network.public_access",
    severity=Severity.HIGH,
    title="NOUN is reached from its own network only",
    risk="Anybody on the internet tries passwords.",
    fix="az sql vm update --ids {id} --connectivity-type PRIVATE",
)
BACKED_UP = setting(
    KINDS,
    "backed_up",
    "autoBackupSettings.enable",
    "true",
    "false",
    of=SETTINGS,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="NOUN's agent backs up its databases",
    risk="A backup of the machine alone holds databases as they happened to lie on the disk.",
    fix="MODIFY--storage-account ACCOUNT --sa-key KEY --retention-period 30",
)
BACKUPS_ENCRYPTED = setting(
    KINDS,
    "backups_encrypted",
    "autoBackupSettings.enableEncryption",
    "true",
    "false",
    of=SETTINGS,
    exempt=_backed_up_otherwise,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="NOUN's agent encrypts the backups that it makes",
    risk="Whoever opens the storage account reads whole databases.",
    fix="MODIFY--backup-pwd PASSWORD",
)
PATCHED = setting(
    KINDS,
    "patched_automatically",
    "autoPatchingSettings.enable",
    "true",
    "false",
    of=SETTINGS,
    control="runtime.automatic_updates",
    severity=Severity.MEDIUM,
    title="NOUN installs its updates by itself",
    risk="Holes that are public, and for which tools are sold, stay open.",
    fix="MODIFY--day-of-week Sunday --maintenance-window-start-hour 2 --maintenance-window-duration 60",
)
ASSESSED = setting(
    KINDS,
    "assessed",
    "assessmentSettings.enable",
    "true",
    "false",
    of=SETTINGS,
    control="application.scanning",
    severity=Severity.LOW,
    title="NOUN is looked through for bad settings",
    risk="Nobody is told which of its settings open it.",
    fix="MODIFY--enable-assessment true",
)
LEAST_RIGHTS = setting(
    KINDS,
    "least_rights",
    "leastPrivilegeMode",
    "enabled",
    "notset",
    of=SETTINGS,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN's agent is no administrator of the databases",
    risk="Whoever steers the agent from Azure owns every database.",
    fix="MODIFY--least-privilege-mode Enabled",
)


@check(
    f"{SQL}.directory_sign_in",
    on=SQL,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="SQL Server takes sign-ins of Entra ID",
    risk="People share logins with a password, which stay valid when somebody leaves.",
    fix="az sql vm enable-azure-ad-auth --ids {id}",
)
def directory_sign_in(server: Resource) -> Verdict:
    """Pass where a block names the identity that asks; of the machine's own identity it names nothing."""
    said = at(server[SETTINGS], "serverConfigurationsManagementSettings.azureAdAuthenticationSettings")
    return passed("it takes them") if said is not None else failed("it is not told to take any")


@check(
    f"{SQL}.supported",
    on=SQL,
    control="runtime.supported_version",
    severity=Severity.HIGH,
    title="SQL Server is a version that is kept up to date",
    risk="New holes are not closed any more.",
    fix="Move the databases to a machine with a current version",
)
def supported(server: Resource, now: datetime) -> Verdict:
    offer = str(prop(server, "sqlImageOffer") or "")
    found = VERSION.fullmatch(offer)
    if not found:
        return unknown("its version is not said")
    return until_when("azure.sqlvm", found[1], now)


SUPPORT_LASTS = lasting(supported)


@check(
    f"{SQL}.machine_seen",
    on=SQL,
    control="guest_os.management",
    severity=Severity.LOW,
    title="SQL Server lies on a machine that is seen",
    risk="Nobody can say which system it runs on, and whether that is patched.",
    fix="Delete what is left of it: az sql vm delete --ids {id}; or let the scanner read the machine's subscription",
)
def machine_seen(server: Resource, inventory: Inventory) -> Verdict:
    id = word(prop(server, "virtualMachineResourceId"))
    if not id:
        return skipped("no machine is named")
    return (
        passed(f"on {last(id)}") if inventory.get("azure.vm.machine", id) else failed(f"{last(id)} is not in its subscription")
    )
