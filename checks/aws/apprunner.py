"""Checks on services of AWS App Runner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from checks.aws import containers, keys
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

SERVICE = "aws.apprunner.service"
UPDATE = "aws apprunner update-service --service-arn {id} --region {region}"
GONE = ("DELETED", "DELETE_FAILED", "CREATE_FAILED")

Item = Mapping[str, Any]
Judge = Callable[..., Verdict]


def _standing(judge: Judge) -> Judge:
    """Make *judge* skip services that were deleted, or never came to be."""

    @wraps(judge)
    def asked(service: Resource, **given: Any) -> Verdict:
        status = service["service"].get("Status", "")
        return skipped(f"status is {status}") if status in GONE else judge(service, **given)

    return asked


def _image(service: Resource) -> Item:
    image: Item = service["SourceConfiguration"].get("ImageRepository") or {}
    return image


def _variables(service: Resource) -> Item:
    code = service["SourceConfiguration"].get("CodeRepository") or {}
    values = (code.get("CodeConfiguration") or {}).get("CodeConfigurationValues") or {}
    image = _image(service).get("ImageConfiguration") or {}
    return {**(values.get("RuntimeEnvironmentVariables") or {}), **(image.get("RuntimeEnvironmentVariables") or {})}


@check(
    f"{SERVICE}.without_secrets",
    on=SERVICE,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Service's variables hold no secrets",
    risk="Everybody who may describe the service reads the secret.",
    fix=f"Keep the secret in Secrets Manager, name it in RuntimeEnvironmentSecrets, and replace it; then {UPDATE}",
)
@_standing
def without_secrets(service: Resource) -> Verdict:
    return containers.without_secrets(_variables(service).items())


@check(
    f"{SERVICE}.not_public",
    on=SERVICE,
    control="network.public_access",
    severity=Severity.INFORMATIONAL,
    title="Service is reached from the customer's networks only",
    risk="Whatever weakness the program has, the whole internet finds it.",
    fix=f"{UPDATE} --network-configuration IngressConfiguration={{IsPubliclyAccessible=false}}",
)
@_standing
def not_public(service: Resource) -> Verdict:
    ingress = (service["service"].get("NetworkConfiguration") or {}).get("IngressConfiguration") or {}
    public = ingress.get("IsPubliclyAccessible", True)
    return failed("reached from everywhere") if public else passed("reached over private endpoints only")


@check(
    f"{SERVICE}.calls_through_network",
    on=SERVICE,
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="Service calls out through a network of the customer's own",
    risk="What the service sends, and where to, passes no firewall and leaves no flow log.",
    fix=f"{UPDATE} --network-configuration EgressConfiguration={{EgressType=VPC,VpcConnectorArn=ARN}}",
)
@_standing
def calls_through_network(service: Resource) -> Verdict:
    egress = (service["service"].get("NetworkConfiguration") or {}).get("EgressConfiguration") or {}
    kind = egress.get("EgressType", "DEFAULT")
    return (passed if kind == "VPC" else failed)(f"egress is {kind}")


@check(
    f"{SERVICE}.customer_key",
    on=SERVICE,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Service is encrypted with the customer's own key",
    risk="Access to the copy of source and image cannot be limited, logged or ended by a key of one's own.",
    fix="Create the service with --encryption-configuration KmsKey=KEY; it cannot be changed later",
)
@_standing
def customer_key(service: Resource, inventory: Inventory) -> Verdict:
    key = (service["service"].get("EncryptionConfiguration") or {}).get("KmsKey")
    return keys.customer_key(service, key, inventory)


@check(
    f"{SERVICE}.image_pinned",
    on=SERVICE,
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="Service says which version of its image runs",
    risk="What runs is whatever was pushed last, by whomever.",
    fix=f"{UPDATE} --source-configuration with an image named by version or digest",
)
@_standing
def image_pinned(service: Resource) -> Verdict:
    name = _image(service).get("ImageIdentifier")
    return containers.pinned([name]) if name else skipped("built from source")


@check(
    f"{SERVICE}.image_scanned",
    on=SERVICE,
    control="application.scanning",
    severity=Severity.MEDIUM,
    title="Image that the service runs is scanned",
    risk="Known weaknesses run in production unseen.",
    fix="aws ecr put-registry-scanning-configuration --scan-type ENHANCED --rules file://rules.json --region {region}",
)
@_standing
def image_scanned(service: Resource, inventory: Inventory) -> Verdict:
    name = _image(service).get("ImageIdentifier")
    return containers.scanned([name], inventory) if name else skipped("built from source")


@check(
    f"{SERVICE}.health_of_application",
    on=SERVICE,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Service asks its program whether it is well",
    risk="An instance whose program hangs stays, as long as its port is open.",
    fix=f"{UPDATE} --health-check-configuration Protocol=HTTP,Path=PATH",
)
@_standing
def health_of_application(service: Resource) -> Verdict:
    kind = (service["service"].get("HealthCheckConfiguration") or {}).get("Protocol", "TCP")
    return (passed if kind == "HTTP" else failed)(f"asks over {kind}")
