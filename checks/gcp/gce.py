"""Checks on instances and templates of Compute Engine as the control plane shows them. Guests: `gce_guests.py`."""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.exposures import ADMINISTRATION, EXPOSURES
from checks.gcp import workloads
from checks.gcp.firewall_rules import admitted, lines, meant_for
from checks.gcp.machines import (
    INSTANCE,
    MACHINES,
    SETTINGS,
    account,
    flag,
    group_of,
    is_windows,
    machine,
    ours,
    public_addresses,
    setting,
)
from checks.gcp.read import default_account, foreign, last, linked, many, metadata, without_secrets, yes
from checks.gcp.vpc import SUBNET, flow_log, without_machines
from checks.kinds import each
from checks.times import day, time_of
from checks.world import is_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

LONG_STOPPED = timedelta(days=90)
REMOTE = next(one.ports for one in EXPOSURES if one.name == "remote_control_closed")
ADMIN_PORTS = {**ADMINISTRATION, **REMOTE}
ADD = "gcloud compute instances add-metadata {name} --project={account} --zone={region} "
PROJECT = "gcloud compute project-info add-metadata --project={account} "
# Series with which Confidential VM exists. Source: Confidential VM documentation, "Supported configurations"; that the list is
# complete was not verified.
CONFIDENTIAL = ("n2d-", "c2d-", "c3d-", "c4d-", "c3-standard", "a3-highgpu-1g")


# ---- identity and rights ---------------------------------------------------------------------------------------------


@each(
    MACHINES,
    "own_service_account",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN does not run as a default service account",
    risk="Everything that was started without a thought shares one account, which is an editor of the project by default.",
    fix="MODIFY set-service-account {name} --project={account} --zone={region} --service-account=ACCOUNT",
    cis=("v4:4.1", "v5:4.1"),
)
@ours
def own_service_account(resource: Resource) -> Verdict:
    return workloads.chosen(str(account(resource).get("email") or ""))


@each(
    MACHINES,
    "scope_narrow",
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="NOUN has no default service account with access to everything",
    risk="Whoever gets code to run on the machine changes and reads everything in the project.",
    fix="MODIFY set-service-account {name} --project={account} --zone={region} --service-account=ACCOUNT --scopes=SCOPES",
    cis=("v4:4.2", "v5:4.2"),
)
@ours
def scope_narrow(resource: Resource) -> Verdict:
    known = account(resource)
    default = default_account(str(known.get("email") or "")) if known else ""
    if not default:
        return skipped("no default service account")
    return (
        failed(f"{default}, with every scope") if workloads.EVERYTHING in many(known, "scopes") else passed("scopes are chosen")
    )


@check(
    f"{INSTANCE}.account_not_administrator",
    on=INSTANCE,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Instance's service account administers nothing",
    risk="Whoever gets a command to run on the instance administers what the role stands for.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:ACCOUNT --role=ROLE; grant a narrower one",
)
@ours
def account_not_administrator(instance: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return workloads.narrow(str(account(instance).get("email") or ""), instance, inventory, now)


@each(
    MACHINES,
    "project_keys_blocked",
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="NOUN lets nobody in by SSH keys of the whole project",
    risk="One key in the project's metadata, which never expires, opens every machine of the project.",
    fix="MODIFY add-metadata {name} --project={account} --zone={region} --metadata=block-project-ssh-keys=TRUE",
    cis=("v4:4.3", "v5:4.3"),
)
def project_keys_blocked(resource: Resource, inventory: Inventory) -> Verdict:
    if is_windows(resource):
        return skipped("a Windows machine")
    if setting(resource, "enable-oslogin", inventory):
        # Source: Compute Engine documentation, "About OS Login": it turns off keys in metadata.
        return passed("OS Login is on, which takes no keys from metadata")
    blocked = setting(resource, "block-project-ssh-keys", inventory)
    return passed("keys of the project are blocked") if blocked else failed("keys of the project open it")


@each(
    MACHINES,
    "os_login",
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="NOUN lets people in by OS Login",
    risk="Who leaves keeps the key that opens the machine: nobody can tell whose keys there are, or take one away everywhere.",
    fix="MODIFY add-metadata {name} --project={account} --zone={region} --metadata=enable-oslogin=TRUE",
    cis=("v4:4.4", "v5:4.4"),
)
def os_login(resource: Resource, inventory: Inventory) -> Verdict:
    if is_windows(resource):
        return skipped("a Windows machine, for which there is no OS Login")
    return passed("OS Login is on") if setting(resource, "enable-oslogin", inventory) else failed("OS Login is off")


@check(
    f"{SETTINGS}.os_login_everywhere",
    on=SETTINGS,
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Project lets people into its machines by OS Login",
    risk="Machines of tomorrow open to keys that lie about in metadata, and that nobody takes away.",
    fix=PROJECT + "--metadata=enable-oslogin=TRUE",
    cis=("v4:4.4", "v5:4.4"),
)
def os_login_everywhere(settings: Resource) -> Verdict:
    common = metadata(settings["item"], "commonInstanceMetadata")
    on = "enable-oslogin" in common and flag(common["enable-oslogin"], "enable-oslogin")
    return passed("OS Login is on") if on else failed("OS Login is off, unless a machine turns it on")


@each(
    MACHINES,
    "metadata_clean",
    control="identity.secrets",
    severity=Severity.HIGH,
    title="NOUN's metadata holds no secrets",
    risk="Every process on the machine, and everybody who may look at it in the console, reads the secret.",
    fix="Keep the secret in Secret Manager, let the machine read it, and replace it: it must be taken for known; then MODIFY"
    " remove-metadata {name} --project={account} --zone={region} --keys=KEY",
)
def metadata_clean(resource: Resource) -> Verdict:
    return without_secrets(metadata(machine(resource)), "keys of metadata")


@check(
    f"{SETTINGS}.common_metadata_clean",
    on=SETTINGS,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Metadata of the whole project holds no secrets",
    risk="Every process on every machine of the project reads the secret.",
    fix="Keep the secret in Secret Manager, and replace it: it must be taken for known; then gcloud compute project-info"
    " remove-metadata --project={account} --keys=KEY",
)
def common_metadata_clean(settings: Resource) -> Verdict:
    return without_secrets(metadata(settings["item"], "commonInstanceMetadata"), "keys of metadata")


# ---- network ---------------------------------------------------------------------------------------------------------


@each(
    MACHINES,
    "serial_port_off",
    control="network.admin_ports",
    severity=Severity.MEDIUM,
    title="NOUN is not reached through its serial port",
    risk="Whoever has a key connects from anywhere: no firewall stands before the serial port.",
    fix="MODIFY add-metadata {name} --project={account} --zone={region} --metadata=serial-port-enable=FALSE",
    cis=("v4:4.5", "v5:4.5"),
)
def serial_port_off(resource: Resource, inventory: Inventory) -> Verdict:
    on = setting(resource, "serial-port-enable", inventory)
    return failed("the serial port is on") if on else passed("the serial port is off")


@each(
    MACHINES,
    "no_ip_forwarding",
    control="network.segmentation",
    severity=Severity.LOW,
    title="NOUN sends and receives only under its own address",
    risk="It can pass on or forge traffic of others, past the rules that are meant for them; only routers must.",
    fix="Create the machine, or the template, anew without --can-ip-forward: it cannot be changed",
    cis=("v4:4.6", "v5:4.6"),
)
@ours
def no_ip_forwarding(resource: Resource) -> Verdict:
    return failed("forwards packets") if yes(machine(resource).get("canIpForward")) else passed("forwards no packets")


@each(
    MACHINES,
    "no_public_address",
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="NOUN has no address of the internet",
    risk="One careless firewall rule puts it before everybody; a load balancer or NAT needs no such address.",
    fix="MODIFY delete-access-config {name} --project={account} --zone={region}",
    cis=("v4:4.9", "v5:4.9"),
)
@ours
def no_public_address(resource: Resource) -> Verdict:
    for _, address in public_addresses(resource):
        return failed(f"has {address}")
    return passed("no address of the internet")


@check(
    f"{INSTANCE}.admin_ports_closed",
    on=INSTANCE,
    control="network.admin_ports",
    severity=Severity.HIGH,
    title="Nobody on the internet reaches administration ports",
    risk="The instance stands on the internet, where passwords and holes of its remote access are tried within minutes.",
    fix="gcloud compute firewall-rules update RULE --project={account} --source-ranges=35.235.240.0/20, and enter through"
    " Identity-Aware Proxy: gcloud compute ssh {name} --tunnel-through-iap",
    cis=("gke-v1.6:5.6.6",),
)
def admin_ports_closed(instance: Resource, inventory: Inventory) -> Verdict:
    item, families = instance["item"], sorted({family for family, _ in public_addresses(instance)})
    if not families:
        return passed("no address that the internet could reach")
    tags, email = many(item.get("tags") or {}, "items"), str(account(instance).get("email") or "")
    perhaps = ""
    for interface in many(item, "networkInterfaces"):
        link = interface.get("network")
        if project := foreign(link, instance):
            return unknown(f"the network is project {project}'s, which alone sees its firewall rules")
        every = lines(link, inventory, instance, instance.region.rpartition("-")[0])
        least, most = ([meant_for(line, tags, email, at_most=wide) for line in every] for wide in (False, True))
        for port, said in sorted(ADMIN_PORTS.items()):
            if any(is_world(admitted(least, *port, family), family) for family in families):
                return failed(f"the firewall lets the world in on {port[0]} {port[1]} ({said})")
            if any(is_world(admitted(most, *port, family), family) for family in families):
                perhaps = f"{port[0]} {port[1]} ({said})"
    if perhaps:
        return unknown(
            f"whether the firewall lets the world in on {perhaps} hangs on secure tags, names or groups of addresses"
        )
    return passed("the firewall keeps the world out of administration ports")


@check(
    f"{INSTANCE}.flows_logged",
    on=INSTANCE,
    control="logging.flow_logs",
    severity=Severity.LOW,
    title="The instance's network flows are logged",
    risk="After a break-in nobody can tell whom the instance talked to.",
    fix="gcloud compute networks subnets update SUBNET --project={account} --region=REGION --enable-flow-logs",
)
def flows_logged(instance: Resource, inventory: Inventory) -> Verdict:
    interfaces = many(instance["item"], "networkInterfaces")
    if not interfaces:
        return skipped("no network interface")
    for interface in interfaces:
        subnet = linked(interface.get("subnetwork"), SUBNET, instance, inventory)
        if subnet is None:
            return unknown(f"the subnet {last(interface.get('subnetwork')) or 'of a legacy network'} was not listed")
        if not without_machines(subnet) and flow_log(subnet) is None:
            return failed(f"{subnet.name} logs no flows")
    return passed("flows are logged")


# ---- encryption, disks and life --------------------------------------------------------------------------------------


@each(
    MACHINES,
    "confidential",
    control="encryption.in_use",
    severity=Severity.LOW,
    title="NOUN keeps its memory encrypted",
    risk="Whoever gets at the host's memory reads what the machine works on.",
    fix="Create the machine, or the template, anew with --confidential-compute-type: it cannot be changed",
    cis=("v4:4.11", "v5:4.11"),
)
@ours
def confidential(resource: Resource) -> Verdict:
    known = machine(resource)
    config, kind = known.get("confidentialInstanceConfig") or {}, last(known.get("machineType"))
    technique = str(config.get("confidentialInstanceType") or "")
    if yes(config.get("enableConfidentialCompute")) or technique not in ("", "CONFIDENTIAL_INSTANCE_TYPE_UNSPECIFIED"):
        return passed(f"memory is encrypted {technique}".rstrip())
    if not kind.startswith(CONFIDENTIAL):
        return skipped(f"there are no confidential machines of type {kind}")
    return failed(f"memory of type {kind} is not encrypted")


@check(
    f"{INSTANCE}.system_disk_ends_with_it",
    on=INSTANCE,
    control="data.retention",
    severity=Severity.INFORMATIONAL,
    title="Disk with the system is deleted with the instance",
    risk="Copies of the system, with whatever keys and data it holds, stay behind, and nobody looks after them.",
    fix="gcloud compute instances set-disk-auto-delete {name} --project={account} --zone={region} --disk=DISK --auto-delete",
)
def system_disk_ends_with_it(instance: Resource) -> Verdict:
    for disk in many(instance["item"], "disks"):
        if yes(disk.get("boot")):
            ends = yes(disk.get("autoDelete"))
            return passed("deleted with the instance") if ends else failed(f"{last(disk.get('source'))} stays behind")
    return skipped("no disk with the system")


@check(
    f"{INSTANCE}.data_disks_survive",
    on=INSTANCE,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Disks with data survive the instance",
    risk="Deleting the instance, which takes one call, deletes the data with it.",
    fix="gcloud compute instances set-disk-auto-delete {name} --project={account} --zone={region} --disk=DISK --no-auto-delete",
)
@ours
def data_disks_survive(instance: Resource) -> Verdict:
    kept = ("PERSISTENT", "")
    data = [one for one in many(instance["item"], "disks") if not yes(one.get("boot")) and str(one.get("type", "")) in kept]
    if not data:
        return skipped("no disk beside the system's")
    if group := group_of(instance):
        return skipped(f"of the group {group}, whose instances come and go")
    lost = sorted(last(one.get("source")) for one in data if yes(one.get("autoDelete")))
    return failed(f"deleted with the instance: {', '.join(lost)}") if lost else passed("disks with data survive")


@check(
    f"{INSTANCE}.deletion_protected",
    on=INSTANCE,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Instance is protected from deletion",
    risk="One wrong or hostile call deletes it.",
    fix="gcloud compute instances update {name} --project={account} --zone={region} --deletion-protection",
)
@ours
def deletion_protected(instance: Resource) -> Verdict:
    if group := group_of(instance):
        return skipped(f"of the group {group}, whose instances come and go")
    on = yes(instance["item"].get("deletionProtection"))
    return passed("deletion takes two steps") if on else failed("deletion takes one step")


@check(
    f"{INSTANCE}.recovers",
    on=INSTANCE,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Instance starts again when its host fails",
    risk="When the host fails, the instance stays away until somebody notices.",
    fix="gcloud compute instances set-scheduling {name} --project={account} --zone={region} --restart-on-failure",
)
@ours
def recovers(instance: Resource) -> Verdict:
    if group := group_of(instance):
        return passed(f"replaced by the group {group}")
    scheduling = instance["item"].get("scheduling") or {}
    if yes(scheduling.get("preemptible")) or scheduling.get("provisioningModel") == "SPOT":
        return skipped("an instance that may be taken away at any time")
    again = yes(scheduling.get("automaticRestart", True))
    return passed("starts again by itself") if again else failed("does not start again by itself")


@check(
    f"{INSTANCE}.not_left_stopped",
    on=INSTANCE,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Instance was not left stopped for 90 days",
    risk="It is not patched meanwhile; whoever starts it again puts old holes on the network.",
    fix="Keep a snapshot of what is needed, then: gcloud compute instances delete {name} --project={account} --zone={region}",
)
def not_left_stopped(instance: Resource, now: datetime) -> Verdict:
    item = instance["item"]
    if item.get("status") not in ("TERMINATED", "STOPPED", "SUSPENDED"):
        return skipped(f"the instance is {item.get('status')}")
    since = time_of(item.get("lastSuspendedTimestamp") if item["status"] == "SUSPENDED" else item.get("lastStopTimestamp"))
    if since is None:
        return unknown("Google does not say since when it is stopped")
    if now - since >= LONG_STOPPED:
        return failed(f"stopped since {day(since)}")
    return passed(f"stopped on {day(since)}", until=since + LONG_STOPPED)
