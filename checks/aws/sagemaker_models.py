"""Checks on what SageMaker AI keeps and serves: models, endpoint configurations, feature groups, groups of model packages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.aws import containers, keys, sharing
from checks.aws.redshift import limited
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

SERVICE = "aws.sagemaker"
MODEL, CONFIG = f"{SERVICE}.model", f"{SERVICE}.endpoint_config"
FEATURES, PACKAGES = f"{SERVICE}.feature_group", f"{SERVICE}.model_package_group"
ANEW = "Models cannot be changed: create one anew with "
CONFIG_ANEW = "Configurations cannot be changed: create one anew, then aws sagemaker update-endpoint; with "
GROUP_ANEW = "Create the feature group anew with "
SHARE = "aws sagemaker put-model-package-group-policy --model-package-group-name {name} --region {region}"
NO_GROUP = ("CreateFailed", "Deleting")

Item = Mapping[str, Any]


def _containers(model: Resource) -> list[Item]:
    """Return what the model runs: one container, or several in a row."""
    told = model["model"]
    return [each for each in (told.get("PrimaryContainer"), *(told.get("Containers") or [])) if each]


def _images(model: Resource) -> list[str]:
    return [each["Image"] for each in _containers(model) if each.get("Image")]


@check(
    f"{MODEL}.isolated",
    on=MODEL,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Containers of the model have no network",
    risk="A model or library that somebody tampered with sends out what it is asked, or fetches further code.",
    fix=ANEW + "--enable-network-isolation",
)
def isolated(model: Resource) -> Verdict:
    on = model["model"].get("EnableNetworkIsolation")
    return passed("network isolation is on") if on else failed("network isolation is off")


@check(
    f"{MODEL}.in_network",
    on=MODEL,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Model is served from a network of the customer's own",
    risk="No security group, endpoint policy or flow log of the customer's applies to what the model fetches.",
    fix=ANEW + "--vpc-config SecurityGroupIds=GROUPS,Subnets=SUBNETS",
)
def in_network(model: Resource) -> Verdict:
    subnets = (model["model"].get("VpcConfig") or {}).get("Subnets")
    return passed(f"served from {', '.join(subnets)}") if subnets else failed("served from a network of AWS's")


@check(
    f"{MODEL}.images_fetched_privately",
    on=MODEL,
    control="network.private_endpoints",
    severity=Severity.INFORMATIONAL,
    title="Images of the model come from a registry in the customer's network",
    risk="Images reach the model past the customer's network, from wherever the role may read.",
    fix=ANEW + "ImageConfig={RepositoryAccessMode=Vpc} for each container",
)
def images_fetched_privately(model: Resource) -> Verdict:
    found = _containers(model)
    if not found:
        return skipped("it has no containers of its own")
    modes = {(each.get("ImageConfig") or {}).get("RepositoryAccessMode", "Platform") for each in found}
    return (passed if modes == {"Vpc"} else failed)(f"repository access is {', '.join(sorted(modes))}")


@check(
    f"{MODEL}.image_pinned",
    on=MODEL,
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="Model says which version of its images runs",
    risk="What runs is whatever was pushed last, by whomever.",
    fix=ANEW + "images named by version or digest",
)
def image_pinned(model: Resource) -> Verdict:
    images = _images(model)
    return containers.pinned(images) if images else skipped("it names no image")


@check(
    f"{MODEL}.image_scanned",
    on=MODEL,
    control="application.scanning",
    severity=Severity.MEDIUM,
    title="Images of the customer's own that the model runs are scanned",
    risk="Known weaknesses run in production unseen.",
    fix="aws ecr put-registry-scanning-configuration --scan-type ENHANCED --rules file://rules.json --region {region}",
)
def image_scanned(model: Resource, inventory: Inventory) -> Verdict:
    # Frameworks and algorithms come from accounts of AWS's; who scans images that another account keeps is its own matter.
    elsewhere = [each for each in _images(model) if (at := containers.PRIVATE.match(each)) and at["account"] != model.account]
    ours = [each for each in _images(model) if each not in elsewhere]
    return containers.scanned(ours, inventory) if ours else skipped("it runs no image of the account's own")


@check(
    f"{MODEL}.without_secrets",
    on=MODEL,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Variables of the model hold no secrets",
    risk="Everybody who may describe the model reads the secret.",
    fix="Keep the secret in Secrets Manager, let the container read it with its role, and replace it; "
    + ANEW
    + "no secret in it",
)
def without_secrets(model: Resource) -> Verdict:
    variables = [pair for each in _containers(model) for pair in (each.get("Environment") or {}).items()]
    return containers.without_secrets(variables)


@check(
    f"{MODEL}.role_limited",
    on=MODEL,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Model works with a role that does not hold every right",
    risk="Whoever makes the model run code of his, by its file or by a request, holds the account.",
    fix=ANEW + "--execution-role-arn ROLE that names the bucket and the repository that the model needs",
)
def role_limited(model: Resource, inventory: Inventory) -> Verdict:
    role = model["model"].get("ExecutionRoleArn")
    return limited([role] if role else [], inventory)


def _variants(config: Resource) -> list[Item]:
    variants: list[Item] = config["config"].get("ProductionVariants") or []
    return variants


@check(
    f"{CONFIG}.several_instances",
    on=CONFIG,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Endpoint starts with more than one instance",
    risk="When the zone or the machine fails, nothing answers until another was started.",
    fix=CONFIG_ANEW + "InitialInstanceCount of 2 or more for each production variant",
)
def several_instances(config: Resource) -> Verdict:
    counted = [each for each in _variants(config) if not each.get("ServerlessConfig")]
    single = sorted(str(each.get("VariantName")) for each in counted if _instances(each) < 2)
    return (
        failed(f"one instance: {', '.join(single)}")
        if single
        else passed("each variant starts with several instances, or is serverless")
    )


def _instances(variant: Item) -> int:
    scaling = variant.get("ManagedInstanceScaling") or {}
    least = scaling.get("MinInstanceCount") or 0 if scaling.get("Status") == "ENABLED" else 0
    return max(variant.get("InitialInstanceCount") or 0, least)


@check(
    f"{CONFIG}.shell_closed",
    on=CONFIG,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Nobody opens a shell on the machines of the endpoint",
    risk="Whoever may start a session reads requests, models and the credentials of the role.",
    fix=CONFIG_ANEW + "EnableSSMAccess=false for each production variant",
)
def shell_closed(config: Resource) -> Verdict:
    opened = sorted(str(each.get("VariantName")) for each in _variants(config) if each.get("EnableSSMAccess"))
    return failed(f"sessions are let in: {', '.join(opened)}") if opened else passed("no sessions are let in")


@check(
    f"{CONFIG}.volume_key",
    on=CONFIG,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Disks of the endpoint are encrypted with the customer's own key",
    risk="Access to models and requests on the disks cannot be limited, logged or ended by a key of one's own.",
    fix=CONFIG_ANEW + "--kms-key-id KEY",
)
def volume_key(config: Resource, inventory: Inventory) -> Verdict:
    told = config["config"]
    variants = _variants(config)
    if variants and all(each.get("ServerlessConfig") for each in variants):
        return skipped("all variants are serverless")
    return keys.customer_key(config, told.get("KmsKeyId"), inventory)


@check(
    f"{CONFIG}.requests_captured",
    on=CONFIG,
    control="logging.access_logs",
    severity=Severity.INFORMATIONAL,
    title="Endpoint keeps what it was asked and what it answered",
    risk="Nobody can tell whether the model was probed, copied by its answers, or fed to lead it astray.",
    fix=CONFIG_ANEW + "--data-capture-config",
)
def requests_captured(config: Resource) -> Verdict:
    on = (config["config"].get("DataCaptureConfig") or {}).get("EnableCapture")
    return passed("requests are captured") if on else failed("requests are not captured")


@check(
    f"{CONFIG}.capture_key",
    on=CONFIG,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="What the endpoint captures is encrypted with the customer's own key",
    risk="Access to what people asked cannot be limited, logged or ended by a key of one's own.",
    fix=CONFIG_ANEW + "KmsKeyId in --data-capture-config",
)
def capture_key(config: Resource, inventory: Inventory) -> Verdict:
    capture = config["config"].get("DataCaptureConfig") or {}
    if not capture.get("EnableCapture"):
        return skipped("requests are not captured")
    return keys.customer_key(config, capture.get("KmsKeyId"), inventory)


def _never_made(group: Resource) -> str:
    status = str(group["item"].get("FeatureGroupStatus") or "")
    return status if status in NO_GROUP else ""


@check(
    f"{FEATURES}.offline_key",
    on=FEATURES,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Offline store of features is encrypted with the customer's own key",
    risk="Access to the features cannot be limited, logged or ended by a key of one's own.",
    fix=GROUP_ANEW + "KmsKeyId in S3StorageConfig of --offline-store-config",
)
def offline_key(group: Resource, inventory: Inventory) -> Verdict:
    storage = (group["group"].get("OfflineStoreConfig") or {}).get("S3StorageConfig")
    if status := _never_made(group):
        return skipped(f"status is {status}")
    return keys.customer_key(group, storage.get("KmsKeyId"), inventory) if storage else skipped("it has no offline store")


@check(
    f"{FEATURES}.online_key",
    on=FEATURES,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Online store of features is encrypted with the customer's own key",
    risk="Access to the features cannot be limited, logged or ended by a key of one's own.",
    fix=GROUP_ANEW + "KmsKeyId in SecurityConfig of --online-store-config",
)
def online_key(group: Resource, inventory: Inventory) -> Verdict:
    online = group["group"].get("OnlineStoreConfig") or {}
    if status := _never_made(group):
        return skipped(f"status is {status}")
    if not online.get("EnableOnlineStore"):
        return skipped("it has no online store")
    return keys.customer_key(group, (online.get("SecurityConfig") or {}).get("KmsKeyId"), inventory)


@check(
    f"{PACKAGES}.not_public",
    on=PACKAGES,
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Model packages are not open to everyone",
    risk="Anybody copies the models, and what they were trained on with them.",
    fix=SHARE + " --resource-policy with named accounts",
    cis=sharing.STRANGERS,
)
def not_public(group: Resource) -> Verdict:
    return sharing.named(group)


@check(
    f"{PACKAGES}.known_accounts",
    on=PACKAGES,
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Model packages are shared within the organization only",
    risk="An account that nobody here runs copies the models, and what they were trained on with them.",
    fix=SHARE + " --resource-policy with accounts of the organization",
    cis=sharing.STRANGERS,
)
def known_accounts(group: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(group, inventory)
