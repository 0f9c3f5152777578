"""Checks that virtual machines and scale sets share: the boot, the system, what is handed in, and who watches.

Sources: Compute resource provider's REST API, "Virtual Machines - Get"; documentation of trusted launch, of encryption at host,
of automatic guest patching, and of the Metadata Security Protocol.
"""

from __future__ import annotations

from checks.azure import workloads
from checks.azure.machines import (
    LINUX,
    MACHINES,
    NO_PROFILE,
    VMSS,
    WINDOWS,
    configuration,
    extensions,
    handed,
    installed,
    is_windows,
    model,
    ours,
)
from checks.azure.read import at, is_on, prop, word
from checks.kinds import each
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

MODERN_BOOT = ("trustedlaunch", "confidentialvm")
BY_AZURE, BY_SYSTEM, MANUAL = "automaticbyplatform", "automaticbyos", "manual"
MONITORS = ("AzureMonitorLinuxAgent", "AzureMonitorWindowsAgent")
GUARDS = ("MDE.Linux", "MDE.Windows", "IaaSAntimalware")
CIPHERS = ("AzureDiskEncryption", "AzureDiskEncryptionForLinux")


@each(
    MACHINES,
    "encrypted_at_host",
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="NOUN encrypts temporary disks and caches, too",
    risk="What the machine swaps, caches and keeps for a while lies in the clear on the host.",
    fix="MODIFY --set securityProfile.encryptionAtHost=true, while it is deallocated",
)
@ours
def encrypted_at_host(resource: Resource) -> Verdict:
    if is_on(at(model(resource), "securityProfile.encryptionAtHost")):
        return passed("encryption at host is on")
    ciphers = installed(resource, *CIPHERS)
    return passed("the system encrypts its disks itself") if ciphers else failed("encryption at host is off")


@each(
    MACHINES,
    "trusted_launch",
    control="guest_os.boot_integrity",
    severity=Severity.MEDIUM,
    title="NOUN starts only what was signed, and keeps a record of it",
    risk="What hides below the operating system survives every reinstallation, and nothing on the machine sees it.",
    fix="MODIFY --security-type TrustedLaunch --enable-secure-boot true --enable-vtpm true, while it is deallocated",
    cis=("v3:8.11",),
)
@ours
def trusted_launch(resource: Resource) -> Verdict:
    profile = at(model(resource), "securityProfile")
    if (kind := word(at(profile, "securityType"))) not in MODERN_BOOT:
        return failed(f"its security type is {kind or 'standard'}")
    flags = (("secure boot", "secureBootEnabled"), ("vTPM", "vTpmEnabled"))
    off = [name for name, flag in flags if not is_on(at(profile, f"uefiSettings.{flag}"))]
    return failed(f"off: {' and '.join(off)}") if off else passed("secure boot and vTPM are on")


@each(
    MACHINES,
    "metadata_guarded",
    control="guest_os.metadata_service",
    severity=Severity.LOW,
    title="NOUN's metadata service answers only processes that may ask",
    risk="A page that makes a program on the machine fetch an address gets the token of its identity.",
    fix="MODIFY --enable-proxy-agent true",
)
@ours
def metadata_guarded(resource: Resource) -> Verdict:
    on = is_on(at(model(resource), "securityProfile.proxyAgentSettings.enabled"))
    return passed("the proxy agent is on") if on else failed("any process gets an answer")


@each(
    MACHINES,
    "passwords_off",
    control="identity.password_policy",
    severity=Severity.MEDIUM,
    title="NOUN lets nobody sign in over SSH with a password",
    risk="Machines are guessed at day and night, and one weak password is enough.",
    fix="MODIFY --set osProfile.linuxConfiguration.disablePasswordAuthentication=true, and in the system's sshd_config",
)
@ours
def passwords_off(resource: Resource) -> Verdict:
    known = configuration(resource)
    if known is None or known[0] == WINDOWS:
        return skipped("it runs Windows" if known else NO_PROFILE)
    return passed("keys only") if is_on(known[1].get("disablePasswordAuthentication")) else failed("passwords are taken")


@each(
    MACHINES,
    "identified",
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="NOUN has an identity of its own",
    risk="Programs on it carry keys about to reach anything, and those are copied with the disk.",
    fix="az resource update --ids {id} --set identity.type=SystemAssigned",
)
@ours
def identified(resource: Resource) -> Verdict:
    return workloads.identified(resource["item"].get("identity"))


@each(
    MACHINES,
    "identity_narrow",
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="NOUN's identity administers nothing",
    risk="Whoever gets onto the machine gets the subscription with it.",
    fix="az role assignment delete --assignee PRINCIPAL --role ROLE --scope SCOPE, and give a narrow role instead",
)
def identity_narrow(resource: Resource, inventory: Inventory) -> Verdict:
    return workloads.narrow_identity(resource, inventory)


@each(
    MACHINES,
    "without_secrets",
    control="identity.secrets",
    severity=Severity.HIGH,
    title="NOUN is handed no secrets in the clear",
    risk="Everybody who may read the resource, and every process on the machine, reads the secret.",
    fix="Keep the secret in Key Vault, let the machine's identity read it, and replace it: it must be taken for known",
)
def without_secrets(resource: Resource) -> Verdict:
    data = model(resource).get("userData")
    return workloads.without_secrets([*([("userData", data)] if data else []), *handed(resource)], "setting(s)")


@each(
    MACHINES,
    "patched_automatically",
    control="guest_os.patching",
    severity=Severity.MEDIUM,
    title="NOUN installs security updates by itself",
    risk="It is patched when somebody thinks of it.",
    fix="MODIFY --set osProfile.SYSTEM.patchSettings.patchMode=AutomaticByPlatform",
)
@ours
def patched_automatically(resource: Resource) -> Verdict:
    if resource.type == VMSS.type and is_on(prop(resource, "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade")):
        return passed("new images are rolled out automatically")
    known = configuration(resource)
    if known is None:
        return skipped(NO_PROFILE)
    system, told = known
    mode = word(at(told, "patchSettings.patchMode")) or _unsaid(system, told.get("enableAutomaticUpdates"))
    return (passed if mode in (BY_AZURE, BY_SYSTEM) else failed)(f"the mode is {mode}")


def _unsaid(system: str, updates: object) -> str:
    """Return the mode that holds where none is set: Windows updates itself unless that was switched off."""
    if system == LINUX:
        return "imagedefault"
    return MANUAL if word(updates) == "false" else BY_SYSTEM


@each(
    MACHINES,
    "image_known",
    control="governance.image_source",
    severity=Severity.MEDIUM,
    title="NOUN was not made of an image that a stranger shared",
    risk="Anybody may publish a community image, and nobody looked at what is in it.",
    fix="Make it anew of an image of the Marketplace, or of a gallery of one's own",
)
@ours
def image_known(resource: Resource) -> Verdict:
    image = at(model(resource), "storageProfile.imageReference")
    if strange := at(image, "communityGalleryImageId"):
        return failed(f"made of {strange}")
    return passed(f"made of {at(image, 'publisher') or 'an image or disk of its own'}")


@each(
    MACHINES,
    "monitored",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="NOUN hands on what its system logs",
    risk="Sign-ins and errors are known to the machine alone, and gone with it.",
    fix="az vm extension set --ids {id} --publisher Microsoft.Azure.Monitor --name AzureMonitorLinuxAgent (or ...WindowsAgent)",
)
@ours
def monitored(resource: Resource) -> Verdict:
    agents = installed(resource, *MONITORS)
    return passed(f"by {agents[0]}") if agents else failed("no agent of Azure Monitor is installed")


@each(
    MACHINES,
    "malware_watched",
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="NOUN runs protection against malware that Azure knows of",
    risk="What an intruder starts on the machine is seen by nobody.",
    fix="az security setting update --name WDATP --enabled true, with Defender for Servers on",
    cis=("v3:8.8",),
)
@ours
def malware_watched(resource: Resource) -> Verdict:
    guards = installed(resource, *GUARDS)
    return passed(f"by {guards[0]}") if guards else failed("no extension that protects is installed")


@each(
    MACHINES,
    "extensions_current",
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="NOUN's extensions are updated automatically",
    risk="Agents run as the system's owner, and old ones have known holes.",
    fix="az vm extension set --ids {id} --publisher PUBLISHER --name TYPE --enable-auto-upgrade true",
)
@ours
def extensions_current(resource: Resource) -> Verdict:
    held = extensions(resource)
    old = sorted(str(each.get("type")) for each in held if not _updated(each))
    return failed(f"not updated: {', '.join(old[:3])}") if old else passed(f"{len(held)} extension(s), all updated")


def _updated(extension: object) -> bool:
    return is_on(at(extension, "enableAutomaticUpgrade")) or is_on(at(extension, "autoUpgradeMinorVersion"))


@each(
    MACHINES,
    "extensions_allowed",
    control="guest_os.management",
    severity=Severity.LOW,
    title="NOUN has the agent by which Azure sees and mends it",
    risk="It can be neither patched, nor scanned, nor repaired from outside.",
    fix="Install the agent: walinuxagent, or WindowsAzureVmAgent; then MODIFY --set osProfile.allowExtensionOperations=true",
)
@ours
def extensions_allowed(resource: Resource) -> Verdict:
    known = configuration(resource)
    if known is None:
        return skipped(NO_PROFILE)
    if word(known[1].get("provisionVMAgent")) == "false":
        return failed("no agent was installed")
    refused = word(at(model(resource), "osProfile.allowExtensionOperations")) == "false"
    return (
        failed("extensions are refused")
        if refused
        else passed(f"{'Windows' if is_windows(resource) else 'Linux'} with its agent")
    )
