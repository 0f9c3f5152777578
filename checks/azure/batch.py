"""Checks on accounts of Batch, and on their pools of machines. Source: Batch management REST API, "Batch Account", "Pool"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from checks.azure import workloads
from checks.azure.read import Item, at, in_words, is_on, many, prop, public_access, same, word
from checks.support import kept_up, lasting
from checks.systems import maintained_until
from checks.world import FAMILIES, is_world, stretch
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

ACCOUNT, POOL = "azure.batch.account", "azure.batch.pool"
ANEW = "Make the pool anew with "
MACHINE = "deploymentConfiguration.virtualMachineConfiguration."
ADMIN_PORTS = {22: "SSH", 3389: "RDP", 5985: "WinRM", 5986: "WinRM"}
ANYBODY = ("*", "internet", "any", "0.0.0.0/0", "::/0")
# The agents of nodes are named after the system that they are made for.
SYSTEM = re.compile(r"batch\.node\.(ubuntu|debian|centos) ([\d.]+)", re.IGNORECASE)
SYSTEMS = {"ubuntu": "Ubuntu", "debian": "Debian GNU/Linux", "centos": "CentOS Linux"}


@check(
    f"{ACCOUNT}.networks_narrow",
    on=ACCOUNT,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Account admits chosen networks only",
    risk="Whoever has a key starts machines and programs from anywhere.",
    fix="az batch account network-profile set --ids {id} --account-access Deny",
)
def networks_narrow(account: Resource) -> Verdict:
    if public_access(account) in ("disabled", "securedbyperimeter"):
        return passed("public network access is off")
    access = prop(account, "networkProfile.accountAccess")
    if not same(at(access, "defaultAction"), "Deny"):
        return failed("every address is admitted")
    blocks = [str(rule.get("value")) for rule in many(at(access, "ipRules")) if same(rule.get("action"), "Allow")]
    wide = any(_world(blocks, family) for family in FAMILIES)
    return failed(f"admits {in_words(blocks)}") if wide else passed(f"{len(blocks)} block(s) of addresses")


def _world(sources: list[str], family: int) -> bool:
    known = (stretch(each) for each in sources if each[:1].isdigit() or ":" in each)
    return any(word(each) in ANYBODY for each in sources) or is_world(
        [one for version, one in known if version == family], family
    )


@check(
    f"{ACCOUNT}.storage_by_identity",
    on=ACCOUNT,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Account reaches its storage with its identity",
    risk="The key that it holds opens all that is in the storage account.",
    fix="az batch account set --ids {id} --storage-account-authentication-mode BatchAccountManagedIdentity",
)
def storage_by_identity(account: Resource) -> Verdict:
    storage = prop(account, "autoStorage")
    if not at(storage, "storageAccountId"):
        return skipped("it has no storage account")
    how = word(at(storage, "authenticationMode")) or "storagekeys"
    return (passed if how == "batchaccountmanagedidentity" else failed)(f"with {how}")


# Pools.


@check(
    f"{POOL}.no_public_addresses",
    on=POOL,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Machines of the pool have no addresses of the internet",
    risk="Every machine stands on the internet; one careless rule is enough.",
    fix=ANEW + "networkConfiguration.publicIPAddressConfiguration.provision NoPublicIPAddresses",
)
def no_public_addresses(pool: Resource) -> Verdict:
    how = word(prop(pool, "networkConfiguration.publicIPAddressConfiguration.provision")) or "batchmanaged"
    return (passed if how == "nopublicipaddresses" else failed)(f"addresses: {how}")


@check(
    f"{POOL}.own_network",
    on=POOL,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Machines of the pool stand in a network of the customer's",
    risk="What they send, and where to, passes no firewall and leaves no flow log.",
    fix=ANEW + "networkConfiguration.subnetId SUBNET",
)
def own_network(pool: Resource) -> Verdict:
    return passed("they do") if prop(pool, "networkConfiguration.subnetId") else failed("they don't")


def _opened(nat: Item) -> bool:
    """Tell whether a port that is led to a machine is open to the internet: the rule of the lowest number that fits decides."""
    rules = sorted(many(nat.get("networkSecurityGroupRules")), key=lambda rule: int(rule.get("priority") or 0))
    for rule in rules:
        if any(_world([word(rule.get("sourceAddressPrefix"))], family) for family in FAMILIES):
            return not same(rule.get("access"), "Deny")
    return True


@check(
    f"{POOL}.admin_ports_closed",
    on=POOL,
    control="network.admin_ports",
    severity=Severity.HIGH,
    title="No port for administration leads from the internet to the pool",
    risk="Passwords and the next hole in SSH or RDP are tried from everywhere.",
    fix=ANEW + "rules that deny the internet in endpointConfiguration.inboundNatPools",
)
def admin_ports_closed(pool: Resource) -> Verdict:
    led = many(prop(pool, "networkConfiguration.endpointConfiguration.inboundNatPools"))
    found = [ADMIN_PORTS[port] for nat in led if (port := int(nat.get("backendPort") or 0)) in ADMIN_PORTS and _opened(nat)]
    return failed(f"open: {in_words(found)}") if found else passed(f"{len(led)} port(s) are led to its machines, none of them")


@check(
    f"{POOL}.disks_encrypted",
    on=POOL,
    control="encryption.at_rest",
    severity=Severity.LOW,
    title="Disks of the pool's machines are encrypted, temporary ones too",
    risk="What programs cache and swap lies on the host's disks in the clear.",
    fix=ANEW + "securityProfile.encryptionAtHost true",
)
def disks_encrypted(pool: Resource) -> Verdict:
    targets = {word(each) for each in prop(pool, MACHINE + "diskEncryptionConfiguration.targets") or []}
    if is_on(prop(pool, MACHINE + "securityProfile.encryptionAtHost")):
        return passed("on their hosts")
    whole = {"osdisk", "temporarydisk"} <= targets
    return passed("both are") if whole else failed(f"encrypted: {in_words(targets) or 'none'}")


@check(
    f"{POOL}.patched",
    on=POOL,
    control="guest_os.patching",
    severity=Severity.LOW,
    title="Machines of the pool take new images by themselves",
    risk="Machines that stay on keep the holes of the day on which they were made.",
    fix=ANEW + "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade true",
)
def patched(pool: Resource) -> Verdict:
    on = is_on(prop(pool, "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade"))
    return passed("automatic upgrades are on") if on else failed("automatic upgrades are off")


@check(
    f"{POOL}.supported_system",
    on=POOL,
    control="guest_os.supported_version",
    severity=Severity.MEDIUM,
    title="Machines of the pool run a system that is still maintained",
    risk="Holes in it are fixed no more.",
    fix=ANEW + "a newer imageReference and nodeAgentSkuId",
)
def supported_system(pool: Resource, now: datetime) -> Verdict:
    found = SYSTEM.fullmatch(str(prop(pool, MACHINE + "nodeAgentSkuId") or "").strip())
    if not found:
        return skipped("its agent names no system that is known here")
    name = f"{SYSTEMS[found[1].lower()]} {found[2]}"
    return kept_up(name, maintained_until(name), now)


MAINTENANCE_LASTS = lasting(supported_system)


@check(
    f"{POOL}.secure_boot",
    on=POOL,
    control="guest_os.boot_integrity",
    severity=Severity.LOW,
    title="Machines of the pool start only signed code",
    risk="Whoever gets onto a machine stays there across restarts, below everything that looks for him.",
    fix=ANEW + "securityProfile.uefiSettings.secureBootEnabled true",
)
def secure_boot(pool: Resource) -> Verdict:
    on = is_on(prop(pool, MACHINE + "securityProfile.uefiSettings.secureBootEnabled"))
    return passed("secure boot is on") if on else failed("secure boot is off")


@check(
    f"{POOL}.supported_configuration",
    on=POOL,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Pool is set up in a way that Azure keeps up",
    risk="It gets no patches any more, and stops working one day.",
    fix=ANEW + "virtualMachineConfiguration, and targetNodeCommunicationMode Simplified",
)
def supported_configuration(pool: Resource) -> Verdict:
    """Source: Batch documentation, "Cloud Services configuration" (retired in 2024), "Node communication" (classic, 2026)."""
    if prop(pool, "deploymentConfiguration.cloudServiceConfiguration"):
        return failed("machines of Cloud Services")
    mode = word(prop(pool, "currentNodeCommunicationMode") or prop(pool, "targetNodeCommunicationMode"))
    return failed("classic communication") if mode == "classic" else passed("virtual machines")


def _variables(pool: Resource) -> Iterator[tuple[str, Any]]:
    for each in many(prop(pool, "startTask.environmentSettings")):
        if each.get("value"):
            yield str(each.get("name")), each["value"]


@check(
    f"{POOL}.without_secrets",
    on=POOL,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Variables of the pool's start task hold no secrets",
    risk="Everybody who may read the pool's settings reads the secret.",
    fix="Fetch the secret from Key Vault with the pool's identity, and replace it: it must be taken for known",
)
def without_secrets(pool: Resource) -> Verdict:
    return workloads.without_secrets(_variables(pool))


def _administers(pool: Resource) -> list[str]:
    task = prop(pool, "startTask.userIdentity.autoUser.elevationLevel")
    people = [each.get("name") for each in many(prop(pool, "userAccounts")) if same(each.get("elevationLevel"), "Admin")]
    return [*(["the start task"] if same(task, "Admin") else []), *map(str, people)]


@check(
    f"{POOL}.nobody_administers",
    on=POOL,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Nobody administers the pool's machines without need",
    risk="A program that was broken into owns the whole machine, and the tasks of all others on it.",
    fix=ANEW + "elevationLevel NonAdmin",
)
def nobody_administers(pool: Resource) -> Verdict:
    found = _administers(pool)
    return failed(f"administrators: {in_words(found)}") if found else passed("no administrators")


@check(
    f"{POOL}.images_scanned",
    on=POOL,
    control="application.scanning",
    severity=Severity.LOW,
    title="Containers of the pool are scanned for known weaknesses",
    risk="It runs with weaknesses that everybody can look up.",
    fix="az security pricing create --name Containers --tier standard --extensions"
    " name=ContainerRegistriesVulnerabilityAssessments isEnabled=True",
)
def images_scanned(pool: Resource, inventory: Inventory) -> Verdict:
    if not prop(pool, MACHINE + "containerConfiguration"):
        return skipped("it runs no containers")
    return workloads.images_scanned(pool, inventory)


@check(
    f"{POOL}.images_pulled_by_identity",
    on=POOL,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Machines of the pool pull their images with an identity",
    risk="The registry's password lies on every machine, and opens all images to whoever reads it.",
    fix=ANEW + "containerRegistries.identityReference instead of a user and a password",
)
def images_pulled_by_identity(pool: Resource) -> Verdict:
    given = many(prop(pool, MACHINE + "containerConfiguration.containerRegistries"))
    if not given:
        return skipped("it signs in to no registry")
    by_password = [each.get("registryServer") or "docker.io" for each in given if not each.get("identityReference")]
    return failed(f"with a password: {in_words(by_password)}") if by_password else passed("with an identity")
