"""Checks on Arc-enabled servers: the agent, what it is let do, and the system that it reports.

Source: Hybrid Compute's REST API, "Machines - Get"; Arc-enabled servers documentation, "Security overview".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from checks.azure import around, guests, workloads
from checks.azure.machine_checks import GUARDS, MONITORS
from checks.azure.machines import SERVER, extensions, handed, installed, is_windows
from checks.azure.read import at, in_words, is_on, prop, word
from checks.azure.settings import setting
from checks.azure.vm import LOGINS, PLAN, WEAKNESSES
from checks.kinds import Kind
from checks.support import lasting
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, unknown

KINDS = (Kind(SERVER, "Server", "az connectedmachine update --ids {id}"),)
CONNECTED = "connected"
SCRIPTS = ("CustomScript", "CustomScriptExtension")

KEYS_IN_CHIP = setting(
    KINDS,
    "keys_in_chip",
    "identityKeyStore",
    "tpm",
    "default",
    control="encryption.at_rest",
    severity=Severity.INFORMATIONAL,
    title="NOUN keeps the key of its identity in a chip",
    risk="A copy of the disk is enough to be the server.",
    fix="On the server: azcmagent connect --enable-tpm, or the same of your agent's version",
)
AGENT_CURRENT = setting(
    KINDS,
    "agent_current",
    "agentUpgrade.enableAutomaticUpgrade",
    "true",
    "false",
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="NOUN's agent is updated automatically",
    risk="The agent runs as the system's owner, and an old one has known holes.",
    fix="az rest --method patch --url {id}?api-version=2024-07-10"
    """ --body '{"properties": {"agentUpgrade": {"enableAutomaticUpgrade": true}}}'""",
)


def _reports(judge: Callable[[Resource], Verdict]) -> Callable[[Resource], Verdict]:
    """Leave out servers whose agent is silent: what it last said may be long past."""

    def judged(server: Resource) -> Verdict:
        verdict = judge(server)
        silent = word(prop(server, "status")) != CONNECTED
        return unknown("its agent is silent") if silent else verdict

    return judged


@check(
    f"{SERVER}.connected",
    on=SERVER,
    control="guest_os.management",
    severity=Severity.MEDIUM,
    title="Server's agent reports",
    risk="Nobody sees what is installed, whether it is patched, and who is on it.",
    fix="On the server: azcmagent show, and azcmagent check; delete the resource when the server is gone",
)
def connected(server: Resource) -> Verdict:
    status = word(prop(server, "status"))
    return (passed if status == CONNECTED else failed)(f"its agent is {status or 'not told of'}")


@check(
    f"{SERVER}.system_maintained",
    on=SERVER,
    control="guest_os.supported_version",
    severity=Severity.HIGH,
    title="Operating system is still maintained by its maker",
    risk="New holes are not closed any more, unless extended maintenance was bought.",
    fix="Move what runs there to a server with a current system, or buy extended updates: az connectedmachine license create",
)
def system_maintained(server: Resource, now: datetime) -> Verdict:
    """Count extended security updates of Windows where they were bought for the server."""
    told = f"{prop(server, 'osName') or ''} {prop(server, 'osVersion') or ''}"
    bought = word(at(prop(server, "licenseProfile"), "esuProfile.licenseAssignmentState")) == "assigned"
    return guests.maintained(guests.system(prop(server, "osSku"), told), now, extended=bought)


MAINTENANCE_LASTS = lasting(system_maintained)


@check(
    f"{SERVER}.monitored",
    on=SERVER,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Server hands on what its system logs",
    risk="Sign-ins and errors are known to the server alone, and gone with it.",
    fix="az connectedmachine extension create --machine-name {name} --resource-group GROUP --publisher Microsoft.Azure.Monitor"
    " --type AzureMonitorLinuxAgent (or ...WindowsAgent)",
)
@_reports
def monitored(server: Resource) -> Verdict:
    agents = installed(server, *MONITORS)
    return passed(f"by {agents[0]}") if agents else failed("no agent of Azure Monitor is installed")


@check(
    f"{SERVER}.malware_watched",
    on=SERVER,
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="Server runs protection against malware that Azure knows of",
    risk="What an intruder starts on the server is seen by nobody.",
    fix="az security setting update --name WDATP --enabled true, with Defender for Servers on",
)
@_reports
def malware_watched(server: Resource) -> Verdict:
    guards = installed(server, *GUARDS)
    return passed(f"by {guards[0]}") if guards else failed("no extension that protects is installed")


@check(
    f"{SERVER}.directory_sign_in",
    on=SERVER,
    control="identity.mfa",
    severity=Severity.INFORMATIONAL,
    title="Server lets people sign in by Entra ID",
    risk="Whoever ever had a password or key of the server still gets in, and no second factor is asked for.",
    fix="az connectedmachine extension create --machine-name {name} --resource-group GROUP"
    " --publisher Microsoft.Azure.ActiveDirectory --type AADSSHLoginForLinux (or AADLoginForWindows)",
)
@_reports
def directory_sign_in(server: Resource) -> Verdict:
    wanted = LOGINS[is_windows(server)]
    return passed(f"by {wanted}") if installed(server, wanted) else failed(f"{wanted} is not installed")


@check(
    f"{SERVER}.identity_narrow",
    on=SERVER,
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="Server's identity administers nothing",
    risk="Whoever gets onto the server gets the subscription with it.",
    fix="az role assignment delete --assignee PRINCIPAL --role ROLE --scope SCOPE, and give a narrow role instead",
)
def identity_narrow(server: Resource, inventory: Inventory) -> Verdict:
    return workloads.narrow_identity(server, inventory)


@check(
    f"{SERVER}.scripts_refused",
    on=SERVER,
    control="access.administrators",
    severity=Severity.LOW,
    title="Server refuses scripts from Azure, or takes named extensions only",
    risk="Whoever may change the resource in Azure runs anything as the owner of the server.",
    fix="On the server: azcmagent config set config.mode monitor, or azcmagent config set extensions.allowlist LIST",
)
@_reports
def scripts_refused(server: Resource) -> Verdict:
    said = prop(server, "agentConfiguration")
    if word(at(said, "configMode")) == "monitor" or word(at(said, "extensionsEnabled")) == "false":
        return passed("only what watches is taken")
    allowed = [each.get("type") for each in at(said, "extensionsAllowList") or []]
    blocked = {word(each.get("type")) for each in at(said, "extensionsBlockList") or []}
    if allowed:
        scripts = [name for name in allowed if word(name) in {word(each) for each in SCRIPTS}]
        return failed(f"it takes {in_words(scripts)}") if scripts else passed(f"it takes {in_words(allowed)} only")
    return passed("scripts are blocked") if {word(each) for each in SCRIPTS} <= blocked else failed("it takes every extension")


@check(
    f"{SERVER}.private_scope",
    on=SERVER,
    control="network.private_endpoints",
    severity=Severity.LOW,
    title="Server reaches Azure over a private link scope",
    risk="Its agent speaks over the internet, and the way out is open for others as well.",
    fix="az connectedmachine update --ids {id} --private-link-scope-resource-id SCOPE",
)
def private_scope(server: Resource) -> Verdict:
    scope = prop(server, "privateLinkScopeResourceId")
    return passed("it is in one") if scope else failed("it is in none")


@check(
    f"{SERVER}.ports_closed",
    on=SERVER,
    control="network.admin_ports",
    severity=Severity.LOW,
    title="Server's agent opens no ports to Azure",
    risk="Whoever may use the connection in Azure reaches these ports past every firewall.",
    fix="On the server: azcmagent config clear incomingconnections.ports",
)
@_reports
def ports_closed(server: Resource) -> Verdict:
    ports = at(prop(server, "agentConfiguration"), "incomingConnectionsPorts") or []
    return failed(f"ports {in_words(ports)}") if ports else passed("none is named")


@check(
    f"{SERVER}.without_secrets",
    on=SERVER,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Server's extensions are handed no secrets in the clear",
    risk="Everybody who may read the resource reads the secret.",
    fix="Keep the secret in Key Vault, let the server's identity read it, and replace it: it must be taken for known",
)
def without_secrets(server: Resource) -> Verdict:
    return workloads.without_secrets(handed(server), "setting(s)")


@check(
    f"{SERVER}.extensions_current",
    on=SERVER,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Server's extensions are updated automatically",
    risk="Agents run as the system's owner, and old ones have known holes.",
    fix="az connectedmachine extension update --machine-name {name} --resource-group GROUP --name NAME"
    " --enable-auto-upgrade true",
)
def extensions_current(server: Resource) -> Verdict:
    held = extensions(server)
    old = [str(each.get("type")) for each in held if not is_on(each.get("enableAutomaticUpgrade"))]
    return failed(f"not updated: {in_words(old)}") if old else passed(f"{len(held)} extension(s), all updated")


@check(
    f"{SERVER}.no_known_weakness",
    on=SERVER,
    control="runtime.known_weaknesses",
    severity=Severity.HIGH,
    title="Nothing that is installed has a weakness that Defender knows of",
    risk="Ready-made tools take over the server.",
    fix='Update what Defender for Cloud names under "Machines should have vulnerability findings resolved"',
)
def no_known_weakness(server: Resource, inventory: Inventory) -> Verdict:
    return around.weaknesses(server, WEAKNESSES, inventory)


@check(
    f"{SERVER}.scanned",
    on=SERVER,
    control="application.scanning",
    severity=Severity.MEDIUM,
    title="Weaknesses of what is installed are looked for",
    risk="Nobody is told when a weakness becomes known in what runs there.",
    fix="az security pricing create --name VirtualMachines --tier Standard --subplan P2",
)
def scanned(server: Resource, inventory: Inventory) -> Verdict:
    guards = installed(server, *GUARDS)
    bought = around.plan(server, PLAN, inventory) is not None
    if guards and bought:
        return passed(f"by {guards[0]}")
    return failed("no extension looks for them" if bought else f"the plan {PLAN} is off")
