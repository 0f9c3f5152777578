"""Checks on virtual machines alone: their disks, addresses, backups, and what Defender found in them."""

from __future__ import annotations

from datetime import datetime

from checks.azure import around, guests
from checks.azure.machines import MACHINE, installed, is_windows, of_cluster, ours
from checks.azure.patches import stopped
from checks.azure.read import at, in_words, inner, last, many, needed, prop, same, word
from checks.support import lasting
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

INTERFACE, ITEM = "azure.vnet.interface", "azure.recovery.protected_item"
EXTENSION = "azure.vm.extension"
MAKERS = "microsoft."
SCANNERS, WEAKNESSES = "ffff0522-1e88-47fc-8382-2a80ba848f5d", "1195afff-c881-495e-9bc5-1486211ae03f"
PLAN, AGENTLESS = "VirtualMachines", "AgentlessVmScanning"
LOGINS = {True: "AADLoginForWindows", False: "AADSSHLoginForLinux"}


@check(
    f"{MACHINE}.disks_managed",
    on=MACHINE,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Virtual machine's disks are managed disks",
    risk="Its disks are files in a storage account: whoever opens that, by key or by mistake, has the whole machine.",
    fix="az vm convert --ids {id}, while it is deallocated",
    cis=("v3:8.2",),
)
@ours
def disks_managed(machine: Resource) -> Verdict:
    disks = [prop(machine, "storageProfile.osDisk"), *many(prop(machine, "storageProfile.dataDisks"))]
    files = [str(at(disk, "name") or "the system's") for disk in disks if at(disk, "vhd.uri")]
    return failed(f"files in a storage account: {in_words(files)}") if files else passed(f"{len(disks)} disk(s), all managed")


@check(
    f"{MACHINE}.no_public_address",
    on=MACHINE,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Virtual machine has no public address",
    risk="The whole internet knocks at it, and one rule too wide lets it in.",
    fix="az network nic ip-config update --nic-name NIC --resource-group GROUP --name CONFIG --remove publicIpAddress",
)
def no_public_address(machine: Resource, inventory: Inventory) -> Verdict:
    if reason := of_cluster(machine):
        return skipped(reason)
    held, missing = [], []
    for link in many(needed(prop(machine, "networkProfile.networkInterfaces"), "its interfaces")):
        id = word(link.get("id"))
        interface = inventory.get(INTERFACE, id)
        if interface is None:
            missing.append(last(id))
        elif any(at(inner(each), "publicIPAddress.id") for each in many(prop(interface, "ipConfigurations"))):
            held.append(interface.name)
    if held:
        return failed(f"on {in_words(held)}")
    return unknown(f"not seen: {in_words(missing)}") if missing else passed("none of its interfaces has one")


@check(
    f"{MACHINE}.directory_sign_in",
    on=MACHINE,
    control="identity.mfa",
    severity=Severity.LOW,
    title="Virtual machine lets people sign in by Entra ID",
    risk="Whoever ever had a password or key of the machine still gets in, and no second factor is asked for.",
    fix="az vm extension set --ids {id} --publisher Microsoft.Azure.ActiveDirectory --name AADSSHLoginForLinux"
    " (or AADLoginForWindows)",
)
@ours
def directory_sign_in(machine: Resource) -> Verdict:
    wanted = LOGINS[is_windows(machine)]
    return passed(f"by {wanted}") if installed(machine, wanted) else failed(f"{wanted} is not installed")


@check(
    f"{MACHINE}.system_maintained",
    on=MACHINE,
    control="guest_os.supported_version",
    severity=Severity.HIGH,
    title="Operating system is still maintained by its maker",
    risk="New holes are not closed any more, unless extended maintenance was bought.",
    fix="Move what runs there to a machine with a current system",
)
def system_maintained(machine: Resource, now: datetime) -> Verdict:
    if reason := of_cluster(machine):
        return skipped(reason)
    seen, image = prop(machine, "extended.instanceView"), prop(machine, "storageProfile.imageReference")
    told = f"{at(seen, 'osName') or ''} {at(seen, 'osVersion') or ''}"
    made = " ".join(str(at(image, each) or "") for each in ("publisher", "offer", "sku"))
    return guests.maintained(guests.system(told, made), now, extended=True)


MAINTENANCE_LASTS = lasting(system_maintained)


def backups(machine: Resource, inventory: Inventory) -> list[Resource]:
    """Return what is backed up of a machine."""
    return [
        item
        for item in inventory.all(ITEM)
        if any(same(prop(item, path), machine.id) for path in ("sourceResourceId", "virtualMachineId"))
    ]


@check(
    f"{MACHINE}.backed_up",
    on=MACHINE,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Virtual machine is backed up",
    risk="A slip, a fault or ransomware takes all that is on it.",
    fix="az backup protection enable-for-vm --vault-name VAULT --resource-group GROUP --vm {id} --policy-name POLICY",
)
def backed_up(machine: Resource, inventory: Inventory) -> Verdict:
    if reason := of_cluster(machine):
        return skipped(reason)
    held = backups(machine, inventory)
    active = [item for item in held if word(prop(item, "protectionState")) in ("protected", "irpending")]
    if active:
        return passed(f"in {last(parent_vault(active[0]))}")
    return failed("its backup was stopped, or fails" if held else "it is in no vault of its subscription")


def parent_vault(item: Resource) -> str:
    """Return the id of the vault that an item lies in."""
    return item.id.partition("/backupfabrics/")[0]


@check(
    f"{MACHINE}.spread",
    on=MACHINE,
    control="resilience.multi_zone",
    severity=Severity.INFORMATIONAL,
    title="Virtual machine is placed in a zone, or in a set that is spread",
    risk="It stands wherever there was room, and falls together with its twin.",
    fix="Make it anew with --zone, or in a scale set over several zones",
)
@ours
def spread(machine: Resource) -> Verdict:
    if zones := machine["item"].get("zones"):
        return passed(f"zone {in_words(zones)}")
    group = at(prop(machine, "virtualMachineScaleSet"), "id") or at(prop(machine, "availabilitySet"), "id")
    return passed(f"in {last(group)}") if group else failed("neither a zone nor a set is named")


@check(
    f"{MACHINE}.scanned",
    on=MACHINE,
    control="application.scanning",
    severity=Severity.MEDIUM,
    title="Weaknesses of what is installed are looked for",
    risk="Nobody is told when a weakness becomes known in what runs there.",
    fix="az security pricing create --name VirtualMachines --tier Standard --subplan P2 --extensions name=AgentlessVmScanning"
    " isEnabled=True",
)
def scanned(machine: Resource, inventory: Inventory) -> Verdict:
    said = around.assessed(machine, SCANNERS, inventory)
    bought = around.plan(machine, PLAN, inventory)
    if said == around.HEALTHY or (bought is not None and around.extension_on(bought, AGENTLESS)):
        return passed("by Defender" if said != around.HEALTHY else "Defender knows of a scanner")
    return failed("Defender knows of no scanner")


@check(
    f"{MACHINE}.no_known_weakness",
    on=MACHINE,
    control="runtime.known_weaknesses",
    severity=Severity.HIGH,
    title="Nothing that is installed has a weakness that Defender knows of",
    risk="Ready-made tools take over the machine.",
    fix='Update what Defender for Cloud names under "Machines should have vulnerability findings resolved"',
)
def no_known_weakness(machine: Resource, inventory: Inventory) -> Verdict:
    verdict = around.weaknesses(machine, WEAKNESSES, inventory)
    reason = of_cluster(machine) or stopped(machine)
    return skipped(reason) if reason else verdict


@check(
    f"{EXTENSION}.maker_known",
    on=EXTENSION,
    control="governance.image_source",
    severity=Severity.LOW,
    title="Extension comes from Microsoft",
    risk="Extensions run as the owner of the system, and nobody looked at what this one does.",
    fix="az vm extension delete --ids {id}, unless its maker was approved",
    cis=("v3:8.7",),
)
def maker_known(extension: Resource) -> Verdict:
    maker = word(prop(extension, "publisher"))
    return (passed if maker.startswith(MAKERS) else failed)(f"by {maker or 'nobody who is named'}")


@check(
    f"{EXTENSION}.provisioned",
    on=EXTENSION,
    control="guest_os.management",
    severity=Severity.LOW,
    title="Extension was installed without errors",
    risk="What should watch or mend the machine does not, and nobody noticed.",
    fix="az vm extension show --ids {id} --instance-view, and mend what it says",
)
def provisioned(extension: Resource) -> Verdict:
    state = word(prop(extension, "provisioningState"))
    return (failed if state in ("failed", "canceled") else passed)(f"its state is {state or 'not said'}")
