"""Cases of Arc-enabled servers, and of the identities of all machines."""

from __future__ import annotations

from typing import Any

from checks.azure import arc, around, machine_checks, vm
from scanner.model import Resource
from tests.cases import ACCOUNT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure import granted
from tests.checks.azure.data import GROUP, below, row

ID = f"{GROUP}/providers/microsoft.hybridcompute/machines/one"
HIDDEN = {"$secret": {"hash": "0", "detected": ["Secret Keyword"]}}
IDENTITY = {"identity": {"type": "SystemAssigned", "principalId": "robot"}}
NARROW = (*machine_checks.identity_narrow, arc.identity_narrow)


def server(**properties: Any) -> dict[str, Any]:
    return row(**{"status": "Connected", "osType": "linux", **properties})


def configured(**settings: Any) -> dict[str, Any]:
    return server(agentConfiguration=settings)


def named(*types: str) -> list[dict[str, Any]]:
    return [{"publisher": "any", "type": type} for type in types]


def said(code: str) -> Resource:
    id = f"{ID}/providers/microsoft.security/assessments/{vm.WEAKNESSES}"
    return resource(around.ASSESSMENT, id, item=row(status={"code": code}))


def plan(tier: str) -> Resource:
    item = row({"name": vm.PLAN}, pricingTier=tier)
    return Resource(around.PRICING, "plan", ACCOUNT, "global", resource(around.PRICING, item=item).facts, "plan", "global")


def given(role: str, scope: str) -> list[Resource]:
    return [*granted.definitions(), *granted.assignments(granted.row(role, scope, "robot", "ServicePrincipal"))]


CASES = [
    *(case(check, PASS, item=row(IDENTITY), inventory=given(granted.READER, granted.SUBSCRIPTION)) for check in NARROW),
    *(case(check, FAIL, item=row(IDENTITY), inventory=given(granted.OWNER, granted.SUBSCRIPTION)) for check in NARROW),
    *(case(check, SKIP, item=row(), inventory=given(granted.OWNER, granted.SUBSCRIPTION)) for check in NARROW),
    case(arc.KEYS_IN_CHIP[0], PASS, item=server(identityKeyStore="TPM")),
    case(arc.KEYS_IN_CHIP[0], FAIL, item=server()),
    case(arc.AGENT_CURRENT[0], PASS, item=server(agentUpgrade={"enableAutomaticUpgrade": True})),
    case(arc.AGENT_CURRENT[0], FAIL, item=server(agentUpgrade=None)),
    case(arc.connected, PASS, item=server()),
    case(arc.connected, FAIL, item=row(status="Disconnected")),
    case(arc.connected, FAIL, item=row()),
    case(arc.system_maintained, PASS, item=server(osSku="Windows Server 2022 Datacenter")),
    case(arc.system_maintained, PASS, item=server(osSku="", osName="ubuntu", osVersion="24.04")),
    case(arc.system_maintained, FAIL, item=server(osSku="Windows Server 2012 R2 Standard")),
    case(
        arc.system_maintained,
        PASS,
        item=server(
            osSku="Windows Server 2012 R2 Standard", licenseProfile={"esuProfile": {"licenseAssignmentState": "Assigned"}}
        ),
    ),
    case(arc.system_maintained, UNKNOWN, item=server()),
    case(arc.monitored, PASS, item=server(), extensions=[below("x", type="AzureMonitorLinuxAgent")]),
    case(arc.monitored, FAIL, item=server(), extensions=[]),
    case(arc.monitored, UNKNOWN, item=row(status="Disconnected"), extensions=[]),
    case(arc.monitored, UNKNOWN, item=server(), extensions=DENIED),
    case(arc.malware_watched, PASS, item=server(), extensions=[below("x", type="mde.linux")]),
    case(arc.malware_watched, FAIL, item=server(), extensions=[below("x", type="MDE.Linux", provisioningState="Failed")]),
    case(arc.directory_sign_in, PASS, item=server(), extensions=[below("x", type="AADSSHLoginForLinux")]),
    case(arc.directory_sign_in, PASS, item=server(osType="windows"), extensions=[below("x", type="AADLoginForWindows")]),
    case(arc.directory_sign_in, FAIL, item=server(), extensions=[below("x", type="AADLoginForWindows")]),
    case(arc.scripts_refused, PASS, item=configured(configMode="Monitor")),
    case(arc.scripts_refused, PASS, item=configured(extensionsEnabled="false")),
    case(arc.scripts_refused, PASS, item=configured(extensionsAllowList=named("AzureMonitorLinuxAgent"))),
    case(arc.scripts_refused, PASS, item=configured(extensionsBlockList=named("customscript", "CustomScriptExtension"))),
    case(arc.scripts_refused, FAIL, item=configured(extensionsAllowList=named("CustomScript"))),
    case(arc.scripts_refused, FAIL, item=configured(extensionsBlockList=named("CustomScript"))),
    case(arc.scripts_refused, FAIL, item=configured(configMode="full")),
    case(arc.private_scope, PASS, item=server(privateLinkScopeResourceId="/scope")),
    case(arc.private_scope, FAIL, item=server()),
    case(arc.ports_closed, PASS, item=configured(incomingConnectionsPorts=[])),
    case(arc.ports_closed, FAIL, item=configured(incomingConnectionsPorts=["22"])),
    case(arc.without_secrets, PASS, item=server(), extensions=[below("x", type="A", settings={"mode": "on"})]),
    case(arc.without_secrets, FAIL, item=server(), extensions=[below("x", type="A", settings={"key": HIDDEN})]),
    case(arc.extensions_current, PASS, item=server(), extensions=[below("x", type="A", enableAutomaticUpgrade=True)]),
    case(arc.extensions_current, FAIL, item=server(), extensions=[below("x", type="A", enableAutomaticUpgrade=False)]),
    case(arc.no_known_weakness, PASS, id=ID, item=server(), inventory=[said("Healthy")]),
    case(arc.no_known_weakness, FAIL, id=ID, item=server(), inventory=[said("Unhealthy")]),
    case(arc.no_known_weakness, UNKNOWN, id=ID, item=server(), inventory=[]),
    case(arc.scanned, PASS, item=server(), extensions=[below("x", type="MDE.Linux")], inventory=[plan("Standard")]),
    case(arc.scanned, FAIL, item=server(), extensions=[], inventory=[plan("Standard")]),
    case(arc.scanned, FAIL, item=server(), extensions=[below("x", type="MDE.Linux")], inventory=[plan("Free")]),
    case(arc.scanned, UNKNOWN, item=server(), extensions=[], inventory=[unlisted(around.PRICING)]),
]
