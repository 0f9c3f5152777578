"""Cases of virtual machines and scale sets: boot, system, updates, what is handed in, and who watches."""

from __future__ import annotations

from typing import Any

from checks.azure import around, machine_checks, patches, vm, vmss
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import ABSENT, ACCOUNT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import GROUP, below, row

ID = f"{GROUP}/providers/microsoft.compute/virtualmachines/one"
NIC = f"{GROUP}/providers/microsoft.network/networkinterfaces/one"
VAULT = f"{GROUP}/providers/microsoft.recoveryservices/vaults/safe"
NODE = {"tags": {"aks-managed-poolName": "system"}}
LINUX: dict[str, Any] = {"linuxConfiguration": {}}
WINDOWS: dict[str, Any] = {"windowsConfiguration": {}}
# Kinds of the shared checks by what their machines are: the machine itself, or the model of a set.
SHARED = tuple(
    value for value in vars(machine_checks).values() if isinstance(value, tuple) and value and isinstance(value[0], Check)
)
HIDDEN = {"$secret": {"hash": "0", "detected": ["Secret Keyword"]}}
PLAIN = {"$secret": {"hash": "0", "detected": []}}


def both(checks: tuple[Check, ...], outcome: Any, *extensions: dict[str, Any], **properties: Any) -> list[Any]:
    """Return the case of a machine and of a set that are made alike."""
    held = [below(str(each["type"]), **each) for each in extensions]
    profile = {**properties, "extensionProfile": {"extensions": held}}
    return [
        case(checks[0], outcome, item=row(**properties), extensions=held),
        case(checks[1], outcome, item=row(virtualMachineProfile=profile)),
    ]


def secured(kind: str | None, *, boot: bool | None = True, chip: bool | None = True) -> dict[str, Any]:
    return {"securityType": kind, "uefiSettings": {"secureBootEnabled": boot, "vTpmEnabled": chip}}


def patched(system: str, mode: str | None, **more: Any) -> dict[str, Any]:
    return {system: {"patchSettings": {"patchMode": mode} if mode else None, **more}}


def looking(mode: str | None, system: str = "linuxConfiguration") -> dict[str, Any]:
    return row(osProfile={system: {"patchSettings": {"assessmentMode": mode}}})


def looked(day: str = "2026-05-31", *, restart: str | None = None, **counts: int) -> dict[str, Any]:
    return below(
        "x", availablePatchCountByClassification=counts, lastModifiedDateTime=f"{day}T00:00:00Z", rebootPending=restart
    )


def seen(name: str | None, version: str | None = None, **image: str) -> dict[str, Any]:
    view = {"instanceView": {"osName": name, "osVersion": version}}
    return row(extended=view, storageProfile={"imageReference": image or None})


def interface(address: str | None) -> Resource:
    configuration = {"publicIPAddress": {"id": address}} if address else {}
    return resource(vm.INTERFACE, NIC, item=row(ipConfigurations=[below("one", **configuration)]))


def kept(state: str, source: str = ID, path: str = "sourceResourceId") -> Resource:
    return resource(vm.ITEM, f"{VAULT}/backupfabrics/azure/one", item=row({}, protectionState=state, **{path: source.upper()}))


def said(key: str, code: str) -> Resource:
    return resource(around.ASSESSMENT, f"{ID}/providers/microsoft.security/assessments/{key}", item=row(status={"code": code}))


def plan(**more: Any) -> Resource:
    item = row({"name": vm.PLAN}, pricingTier="Standard", **more)
    return Resource(around.PRICING, "plan", ACCOUNT, "global", resource(around.PRICING, item=item).facts, "plan", "global")


def pooled(**configuration: Any) -> dict[str, Any]:
    interfaces = [below("nic", ipConfigurations=[below("one", **configuration)])]
    return row(virtualMachineProfile={"networkProfile": {"networkInterfaceConfigurations": interfaces}})


JAMMY = {"publisher": "Canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts-gen2"}
ATTACHED = row(networkProfile={"networkInterfaces": [{"id": NIC.upper()}]})
RUNNING, OFF = ({"instanceView": {"powerState": {"code": f"PowerState/{state}"}}} for state in ("running", "deallocated"))

CASES = [
    *both(machine_checks.encrypted_at_host, PASS, securityProfile={"encryptionAtHost": True}),
    *both(machine_checks.encrypted_at_host, PASS, {"type": "AzureDiskEncryption"}, storageProfile={}),
    *both(machine_checks.encrypted_at_host, FAIL, securityProfile=None, storageProfile={}),
    *both(
        machine_checks.encrypted_at_host,
        FAIL,
        {"type": "AzureDiskEncryption", "provisioningState": "Failed"},
        storageProfile={},
    ),
    *both(machine_checks.trusted_launch, PASS, securityProfile=secured("TrustedLaunch")),
    *both(machine_checks.trusted_launch, PASS, securityProfile=secured("ConfidentialVM")),
    *both(machine_checks.trusted_launch, FAIL, securityProfile=secured("trustedlaunch", boot=False)),
    *both(machine_checks.trusted_launch, FAIL, securityProfile=secured("TrustedLaunch", chip=None)),
    *both(machine_checks.trusted_launch, FAIL, securityProfile=secured("Standard")),
    *both(machine_checks.trusted_launch, FAIL, storageProfile={}),
    *both(machine_checks.metadata_guarded, PASS, securityProfile={"proxyAgentSettings": {"enabled": True}}),
    *both(machine_checks.metadata_guarded, FAIL, securityProfile={"proxyAgentSettings": None}),
    *both(machine_checks.passwords_off, PASS, osProfile={"linuxConfiguration": {"disablePasswordAuthentication": True}}),
    *both(machine_checks.passwords_off, FAIL, osProfile={"linuxConfiguration": {"disablePasswordAuthentication": False}}),
    *both(machine_checks.passwords_off, FAIL, osProfile=LINUX),
    *both(machine_checks.passwords_off, SKIP, osProfile=WINDOWS),
    *both(machine_checks.passwords_off, SKIP, osProfile=None, storageProfile={}),
    case(machine_checks.identified[0], PASS, item=row({"identity": {"type": "SystemAssigned"}}, osProfile=LINUX)),
    case(machine_checks.identified[0], FAIL, item=row({"identity": {"type": "None"}}, osProfile=LINUX)),
    case(machine_checks.identified[1], PASS, item=row({"identity": {"type": "UserAssigned"}}, virtualMachineProfile=LINUX)),
    case(machine_checks.identified[1], FAIL, item=row(virtualMachineProfile=LINUX)),
    *both(machine_checks.without_secrets, PASS, {"type": "CustomScript", "settings": {"script": PLAIN}}, userData=PLAIN),
    *both(machine_checks.without_secrets, PASS, storageProfile={}),
    *both(machine_checks.without_secrets, FAIL, userData=HIDDEN),
    *both(
        machine_checks.without_secrets, FAIL, {"type": "CustomScript", "settings": {"files": [{"url": HIDDEN}]}}, userData=None
    ),
    *both(machine_checks.patched_automatically, PASS, osProfile=patched("linuxConfiguration", "AutomaticByPlatform")),
    *both(machine_checks.patched_automatically, PASS, osProfile=patched("windowsConfiguration", "AutomaticByOS")),
    *both(machine_checks.patched_automatically, PASS, osProfile=WINDOWS),
    *both(machine_checks.patched_automatically, FAIL, osProfile=patched("windowsConfiguration", "Manual")),
    *both(machine_checks.patched_automatically, FAIL, osProfile={"windowsConfiguration": {"enableAutomaticUpdates": False}}),
    *both(machine_checks.patched_automatically, FAIL, osProfile=LINUX),
    *both(machine_checks.patched_automatically, FAIL, osProfile=patched("linuxConfiguration", "ImageDefault")),
    *both(machine_checks.patched_automatically, SKIP, storageProfile={}),
    case(
        machine_checks.patched_automatically[1],
        PASS,
        item=row(
            upgradePolicy={"automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}},
            virtualMachineProfile={"osProfile": LINUX},
        ),
    ),
    *both(machine_checks.image_known, PASS, storageProfile={"imageReference": {"publisher": "Canonical"}}),
    *both(machine_checks.image_known, PASS, storageProfile={"imageReference": None}),
    *both(machine_checks.image_known, FAIL, storageProfile={"imageReference": {"communityGalleryImageId": "/Community/x"}}),
    *both(machine_checks.monitored, PASS, {"type": "azuremonitorlinuxagent"}, storageProfile={}),
    *both(machine_checks.monitored, FAIL, {"type": "OmsAgentForLinux"}, storageProfile={}),
    *both(machine_checks.malware_watched, PASS, {"type": "MDE.Windows", "provisioningState": "Succeeded"}, storageProfile={}),
    *both(machine_checks.malware_watched, FAIL, {"type": "CustomScript"}, storageProfile={}),
    *both(machine_checks.extensions_current, PASS, {"type": "A", "enableAutomaticUpgrade": True}, storageProfile={}),
    *both(machine_checks.extensions_current, PASS, {"type": "A", "autoUpgradeMinorVersion": True}, storageProfile={}),
    *both(machine_checks.extensions_current, FAIL, {"type": "A", "autoUpgradeMinorVersion": False}, storageProfile={}),
    *both(machine_checks.extensions_allowed, PASS, osProfile=WINDOWS),
    *both(machine_checks.extensions_allowed, FAIL, osProfile={"allowExtensionOperations": False, **LINUX}),
    *both(machine_checks.extensions_allowed, FAIL, osProfile={"linuxConfiguration": {"provisionVMAgent": False}}),
    *both(machine_checks.extensions_allowed, SKIP, storageProfile={}),
    *(case(checks[0], UNKNOWN, item=row(storageProfile={}), extensions=DENIED) for checks in (machine_checks.monitored,)),
    *(
        case(checks[0], SKIP, item=row(NODE, osProfile=LINUX))
        for checks in SHARED
        if not checks[0].needs and checks[0].judge.__name__ == "judged"
    ),
    *(
        case(checks[1], SKIP, item=row(orchestrationMode="Flexible"))
        for checks in SHARED
        if checks[1].judge.__name__ == "judged"
    ),
    *(case(check, PASS, item=looking("AutomaticByPlatform")) for check in patches.assessed),
    *(case(check, PASS, item=looking("automaticbyplatform", "windowsConfiguration")) for check in patches.assessed),
    *(case(check, FAIL, item=looking("ImageDefault")) for check in patches.assessed),
    *(case(check, FAIL, item=row(osProfile=None)) for check in patches.assessed),
    *(
        case(check, PASS, item=row(extended=RUNNING), patches=looked(Critical=0, Security=0, Other=4))
        for check in patches.patched
    ),
    *(case(check, FAIL, item=row(), patches=looked(critical=1)) for check in patches.patched),
    *(case(check, FAIL, item=row(), patches=looked("2026-01-01", Security=2)) for check in patches.patched),
    *(case(check, UNKNOWN, item=row(), patches=looked("2026-05-20", security=0)) for check in patches.patched),
    *(case(check, UNKNOWN, item=row(), patches=looked()) for check in patches.patched),
    *(case(check, UNKNOWN, item=row(), patches=None) for check in patches.patched),
    *(case(check, SKIP, item=row(extended=OFF), patches=None) for check in patches.patched),
    *(case(check, PASS, item=row(), patches=looked(restart="False")) for check in patches.restarted),
    *(case(check, FAIL, item=row(), patches=looked(restart="true")) for check in patches.restarted),
    *(case(check, UNKNOWN, item=row(), patches=ABSENT) for check in patches.restarted),
    case(vm.disks_managed, PASS, item=row(storageProfile={"osDisk": {"managedDisk": {"id": "x"}}, "dataDisks": []})),
    case(vm.disks_managed, FAIL, item=row(storageProfile={"osDisk": {"vhd": {"uri": "https://x/os.vhd"}}})),
    case(vm.disks_managed, FAIL, item=row(storageProfile={"osDisk": {}, "dataDisks": [{"name": "d", "vhd": {"uri": "x"}}]})),
    case(vm.no_public_address, PASS, item=ATTACHED, inventory=[interface(None)]),
    case(vm.no_public_address, FAIL, item=ATTACHED, inventory=[interface("/ip")]),
    case(vm.no_public_address, UNKNOWN, item=ATTACHED, inventory=[]),
    case(vm.no_public_address, UNKNOWN, item=ATTACHED, inventory=[unlisted(vm.INTERFACE)]),
    case(vm.no_public_address, UNKNOWN, item=row(), inventory=[]),
    case(vm.no_public_address, SKIP, item=row(NODE), inventory=[]),
    case(vm.directory_sign_in, PASS, item=row(osProfile=LINUX), extensions=[below("x", type="AADSSHLoginForLinux")]),
    case(vm.directory_sign_in, PASS, item=row(osProfile=WINDOWS), extensions=[below("x", type="AADLoginForWindows")]),
    case(vm.directory_sign_in, FAIL, item=row(osProfile=WINDOWS), extensions=[below("x", type="AADSSHLoginForLinux")]),
    case(vm.directory_sign_in, FAIL, item=row(storageProfile={"osDisk": {"osType": "Linux"}}), extensions=[]),
    case(vm.system_maintained, PASS, item=seen("ubuntu", "24.04")),
    case(vm.system_maintained, PASS, item=seen("Windows Server 2012 R2 Datacenter", "Microsoft Windows NT 6.3.9600.0")),
    case(vm.system_maintained, PASS, item=seen(None, **JAMMY)),
    case(vm.system_maintained, FAIL, item=seen("ubuntu", "16.04")),
    case(vm.system_maintained, FAIL, item=seen(None, publisher="Canonical", offer="UbuntuServer", sku="18.04-LTS")),
    case(vm.system_maintained, FAIL, item=seen("Windows Server 2008 R2 Datacenter")),
    case(vm.system_maintained, UNKNOWN, item=seen("flatcar", "3510.2.0")),
    case(vm.system_maintained, UNKNOWN, item=row()),
    case(vm.system_maintained, SKIP, item=row(NODE)),
    case(vm.backed_up, PASS, id=ID, item=row(), inventory=[kept("Protected")]),
    case(vm.backed_up, PASS, id=ID, item=row(), inventory=[kept("irpending", path="virtualMachineId")]),
    case(vm.backed_up, FAIL, id=ID, item=row(), inventory=[kept("ProtectionStopped")]),
    case(vm.backed_up, FAIL, id=ID, item=row(), inventory=[kept("Protected", f"{ID}-2")]),
    case(vm.backed_up, UNKNOWN, id=ID, item=row(), inventory=[unlisted(vm.ITEM)]),
    case(vm.backed_up, SKIP, id=ID, item=row(NODE), inventory=[]),
    case(vm.spread, PASS, item=row({"zones": ["1"]}, osProfile=LINUX)),
    case(vm.spread, PASS, item=row(availabilitySet={"id": "/sets/one"})),
    case(vm.spread, FAIL, item=row({"zones": []}, osProfile=LINUX)),
    case(vm.scanned, PASS, id=ID, item=row(), inventory=[said(vm.SCANNERS, "Healthy")]),
    case(vm.scanned, PASS, id=ID, item=row(), inventory=[plan(extensions=[{"name": vm.AGENTLESS, "isEnabled": "True"}])]),
    case(vm.scanned, FAIL, id=ID, item=row(), inventory=[plan(extensions=[{"name": vm.AGENTLESS, "isEnabled": "False"}])]),
    case(vm.scanned, FAIL, id=ID, item=row(), inventory=[said(vm.SCANNERS, "Unhealthy")]),
    case(vm.scanned, UNKNOWN, id=ID, item=row(), inventory=[unlisted(around.ASSESSMENT)]),
    case(vm.no_known_weakness, PASS, id=ID, item=row(), inventory=[said(vm.WEAKNESSES, "Healthy")]),
    case(vm.no_known_weakness, FAIL, id=ID, item=row(), inventory=[said(vm.WEAKNESSES, "Unhealthy")]),
    case(vm.no_known_weakness, UNKNOWN, id=ID, item=row(), inventory=[said(vm.WEAKNESSES, "NotApplicable")]),
    case(vm.no_known_weakness, UNKNOWN, id=ID, item=row(), inventory=[]),
    case(vm.no_known_weakness, SKIP, id=ID, item=row(extended=OFF), inventory=[]),
    case(vm.maker_known, PASS, item=row(publisher="Microsoft.Azure.Monitor")),
    case(vm.maker_known, FAIL, item=row(publisher="Stranger.Agents")),
    case(vm.maker_known, FAIL, item=row()),
    case(vm.provisioned, PASS, item=row(provisioningState="Succeeded")),
    case(vm.provisioned, FAIL, item=row(provisioningState="failed")),
    case(vmss.no_public_addresses, PASS, item=pooled()),
    case(vmss.no_public_addresses, FAIL, item=pooled(publicIPAddressConfiguration={"name": "out"})),
    case(vmss.repaired, PASS, item=row(virtualMachineProfile=LINUX, automaticRepairsPolicy={"enabled": True})),
    case(vmss.repaired, FAIL, item=row(virtualMachineProfile=LINUX, automaticRepairsPolicy=None)),
    case(vmss.several_zones, PASS, item=row({"zones": ["1", "2"]}, virtualMachineProfile=LINUX)),
    case(vmss.several_zones, FAIL, item=row({"zones": ["1"]}, virtualMachineProfile=LINUX)),
    case(vmss.several_zones, FAIL, item=row(virtualMachineProfile=LINUX)),
    case(vmss.system_maintained, PASS, item=row(virtualMachineProfile={"storageProfile": {"imageReference": JAMMY}})),
    case(
        vmss.system_maintained,
        FAIL,
        item=row(virtualMachineProfile={"storageProfile": {"imageReference": {"offer": "CentOS", "sku": "7_9-gen2"}}}),
    ),
    case(vmss.system_maintained, UNKNOWN, item=row(virtualMachineProfile={"storageProfile": {"imageReference": None}})),
    case(vmss.system_maintained, SKIP, item=row(NODE, virtualMachineProfile=LINUX)),
]
