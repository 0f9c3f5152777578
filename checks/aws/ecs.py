"""Checks on clusters, services and capacity of Amazon ECS. Task definitions: `ecs_tasks.py`.

A service that ECS manages itself (Express Mode) is judged like any other: its settings are the customer's to choose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from checks.aws import keys
from checks.aws.eks_read import spread
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

CLUSTER, SERVICE, PROVIDER = "aws.ecs.cluster", "aws.ecs.service", "aws.ecs.capacity_provider"
UPDATE = "aws ecs update-service --service {id} --cluster CLUSTER --region {region}"
# What LATEST stands for. Source: Amazon ECS Developer Guide, "Fargate platform versions for Amazon ECS".
NEWEST = {"LINUX": "1.4.0", "WINDOWS": "1.0.0"}

Judge = Callable[..., Verdict]


def active(fact: str) -> Callable[[Judge], Judge]:
    """Return a decorator that makes a check skip what was deleted, or is being: ECS lists it for a while."""

    def wrap(judge: Judge) -> Judge:
        @wraps(judge)
        def asked(resource: Resource, **given: Any) -> Verdict:
            status = (resource[fact] or {}).get("status", "")
            return judge(resource, **given) if status == "ACTIVE" else skipped(f"status is {status or 'not told'}")

        return asked

    return wrap


# ---- clusters --------------------------------------------------------------------------------------------------------


@check(
    f"{CLUSTER}.insights_on",
    on=CLUSTER,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Cluster measures its services and tasks",
    risk="Nobody can tell what ran, restarted or took the machines' power when something went wrong.",
    fix="aws ecs update-cluster-settings --cluster {id} --settings name=containerInsights,value=enhanced --region {region}",
)
@active("cluster")
def insights_on(cluster: Resource) -> Verdict:
    settings = {each["name"]: each["value"] for each in cluster["cluster"].get("settings") or []}
    value = settings.get("containerInsights", "disabled")
    return failed(f"Container Insights is {value}") if value == "disabled" else passed(f"Container Insights is {value}")


@check(
    f"{CLUSTER}.sessions_logged",
    on=CLUSTER,
    control="logging.audit_trail",
    severity=Severity.MEDIUM,
    title="What is typed into containers is logged",
    risk="Whoever opens a shell in a container leaves no trace of what was done there.",
    fix="aws ecs update-cluster --cluster {id} --region {region} --configuration"
    " executeCommandConfiguration={logging=OVERRIDE,logConfiguration={cloudWatchLogGroupName=GROUP}}",
)
@active("cluster")
def sessions_logged(cluster: Resource) -> Verdict:
    commands = _commands(cluster)
    logging = commands.get("logging", "DEFAULT")
    if logging == "NONE":
        return failed("sessions are not logged")
    target = commands.get("logConfiguration") or {}
    if logging == "OVERRIDE" and not (target.get("cloudWatchLogGroupName") or target.get("s3BucketName")):
        return failed("sessions are to be logged, and nowhere")
    return passed("sessions are logged" if logging == "OVERRIDE" else "sessions go where the container's output goes")


def _commands(cluster: Resource) -> dict[str, Any]:
    return (cluster["cluster"].get("configuration") or {}).get("executeCommandConfiguration") or {}


@check(
    f"{CLUSTER}.sessions_encrypted",
    on=CLUSTER,
    control="encryption.at_rest",
    severity=Severity.LOW,
    title="Records of what is typed into containers are encrypted",
    risk="Passwords that somebody typed lie readable in a log.",
    fix="aws ecs update-cluster --cluster {id} --region {region} --configuration with cloudWatchEncryptionEnabled=true and"
    " s3EncryptionEnabled=true",
)
@active("cluster")
def sessions_encrypted(cluster: Resource) -> Verdict:
    commands = _commands(cluster)
    target = commands.get("logConfiguration") or {}
    if commands.get("logging") != "OVERRIDE" or not target:
        return skipped("sessions are not logged by themselves")
    stores = (("cloudWatchLogGroupName", "cloudWatchEncryptionEnabled"), ("s3BucketName", "s3EncryptionEnabled"))
    clear = [target[store] for store, flag in stores if target.get(store) and not target.get(flag)]
    return failed(f"not asked to be encrypted: {', '.join(clear)}") if clear else passed("asked to be encrypted")


@check(
    f"{CLUSTER}.customer_key",
    on=CLUSTER,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Fargate's disks are encrypted with the customer's own key",
    risk="Access to what tasks write down cannot be limited, logged or ended by a key of one's own.",
    fix="aws ecs update-cluster --cluster {id} --region {region} --configuration"
    " managedStorageConfiguration={fargateEphemeralStorageKmsKeyId=KEY}",
)
@active("cluster")
def customer_key(cluster: Resource, inventory: Inventory) -> Verdict:
    storage = (cluster["cluster"].get("configuration") or {}).get("managedStorageConfiguration") or {}
    return keys.customer_key(cluster, storage.get("fargateEphemeralStorageKmsKeyId"), inventory)


# ---- services --------------------------------------------------------------------------------------------------------


def _networks(service: Resource) -> Iterator[dict[str, Any]]:
    """Yield how the service's tasks are attached, and those of its task sets: none where they share the host's network."""
    row = service["service"]
    for each in (row, *(row.get("taskSets") or [])):
        if network := (each.get("networkConfiguration") or {}).get("awsvpcConfiguration"):
            yield network


@check(
    f"{SERVICE}.no_public_address",
    on=SERVICE,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Service's tasks get no public address",
    risk="Every task stands on the internet by itself, past load balancer and web firewall.",
    fix=f"{UPDATE} --network-configuration with assignPublicIp=DISABLED, in subnets that reach out over a NAT gateway",
)
@active("service")
def no_public_address(service: Resource) -> Verdict:
    given = [each.get("assignPublicIp", "DISABLED") for each in _networks(service)]
    if not given:
        return skipped("its tasks have no interfaces of their own")
    return failed("tasks get public addresses") if "ENABLED" in given else passed("tasks get private addresses only")


@check(
    f"{SERVICE}.newest_platform",
    on=SERVICE,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Service runs on Fargate's newest platform",
    risk="Patches of the kernel and the container runtime come to newer platforms only.",
    fix=f"{UPDATE} --platform-version LATEST --force-new-deployment",
)
@active("service")
def newest_platform(service: Resource) -> Verdict:
    row = service["service"]
    providers = {each.get("capacityProvider", "") for each in row.get("capacityProviderStrategy") or []}
    if row.get("launchType") != "FARGATE" and not any(each.startswith("FARGATE") for each in providers):
        return skipped("not on Fargate")
    version = row.get("platformVersion") or "LATEST"
    newest = NEWEST["WINDOWS" if str(row.get("platformFamily", "")).upper().startswith("WINDOWS") else "LINUX"]
    return (passed if version in ("LATEST", newest) else failed)(f"platform version {version}")


@check(
    f"{SERVICE}.multi_zone",
    on=SERVICE,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Service's tasks may run in more than one zone",
    risk="When the zone fails, the service is gone.",
    fix=f"{UPDATE} --network-configuration with subnets of several zones",
)
@active("service")
def multi_zone(service: Resource, inventory: Inventory) -> Verdict:
    names = [each for network in _networks(service) for each in network.get("subnets") or []]
    if not names:
        return skipped("its tasks run wherever the cluster's machines stand")
    return spread(names, service.region, inventory)


@check(
    f"{SERVICE}.failed_deployment_ends",
    on=SERVICE,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="A deployment that fails is taken back",
    risk="Tasks that cannot start are started over and over, and the version that worked is gone.",
    fix=f"{UPDATE} --deployment-configuration deploymentCircuitBreaker={{enable=true,rollback=true}}",
)
@active("service")
def failed_deployment_ends(service: Resource) -> Verdict:
    row = service["service"]
    controller = (row.get("deploymentController") or {}).get("type", "ECS")
    if controller != "ECS":
        return skipped(f"{controller} deploys it")
    configuration = row.get("deploymentConfiguration") or {}
    for name in ("deploymentCircuitBreaker", "alarms"):
        rule = configuration.get(name) or {}
        if rule.get("enable") and rule.get("rollback"):
            return passed(f"{name} takes it back")
    return failed("nothing takes a failed deployment back")


@check(
    f"{SERVICE}.no_shell",
    on=SERVICE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Nobody may open a shell in the service's containers",
    risk="Whoever may call ECS works in running containers, with their secrets and their role.",
    fix=f"{UPDATE} --no-enable-execute-command --force-new-deployment",
)
@active("service")
def no_shell(service: Resource) -> Verdict:
    on = service["service"].get("enableExecuteCommand")
    return failed("commands may be run in its containers") if on else passed("commands may not be run in its containers")


@check(
    f"{SERVICE}.volumes_encrypted",
    on=SERVICE,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Volumes that the service makes are encrypted",
    risk="What tasks write to their volumes is stored in the clear.",
    fix=f"{UPDATE} --volume-configurations with managedEBSVolume={{encrypted=true}}, or encrypt the region's new volumes",
)
@active("service")
def volumes_encrypted(service: Resource, inventory: Inventory) -> Verdict:
    running = [each for each in service["service"].get("deployments") or [] if each.get("status") != "INACTIVE"]
    volumes = [volume for each in running for volume in each.get("volumeConfigurations") or []]
    if not volumes:
        return skipped("makes no volumes")
    clear = sorted({each["name"] for each in volumes if not (each.get("managedEBSVolume") or {}).get("encrypted")})
    if not clear:
        return passed("asked to be encrypted")
    for settings in inventory.all("aws.ebs.settings", region=service.region):
        if settings["encryption"].get("EbsEncryptionByDefault"):
            return passed("the region encrypts every new volume")
        return failed(f"not encrypted: {', '.join(clear)}")
    return unknown("whether the region encrypts new volumes is not known")


# ---- capacity --------------------------------------------------------------------------------------------------------


@check(
    f"{PROVIDER}.busy_machines_kept",
    on=PROVIDER,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Machines with tasks are not taken away by scaling",
    risk="When the group shrinks, work that is under way is killed.",
    fix="aws ecs update-capacity-provider --name {name} --region {region}"
    " --auto-scaling-group-provider managedTerminationProtection=ENABLED",
)
def busy_machines_kept(provider: Resource) -> Verdict:
    group = provider["item"].get("autoScalingGroupProvider")
    if not group or provider["item"].get("status") == "INACTIVE":
        return skipped("not machines of an Auto Scaling group")
    # Protection without managed scaling has no effect.
    protects = group.get("managedTerminationProtection") == "ENABLED"
    scales = (group.get("managedScaling") or {}).get("status") == "ENABLED"
    if protects and scales:
        return passed("machines with tasks are protected")
    return failed("protection counts for nothing: scaling is not managed" if protects else "machines are not protected")
