"""Checks on security configurations and settings of Amazon EMR, and on its serverless applications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from checks.aws import keys
from checks.aws.emr import released
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

SERVICE = "aws.emr"
CONFIGURATION, SETTINGS, APPLICATION = (f"{SERVICE}.{kind}" for kind in ("security_configuration", "settings", "application"))
CREATE = "aws emr create-security-configuration --region {region} --security-configuration with "
UPDATE = "aws emr-serverless update-application --region {region} --application-id ID "
SSH = 22


def _encryption(configuration: Resource) -> dict[str, Any]:
    given: dict[str, Any] = (configuration["configuration"] or {}).get("EncryptionConfiguration") or {}
    return given


@check(
    f"{CONFIGURATION}.encrypts_at_rest",
    on=CONFIGURATION,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Security configuration encrypts stored data",
    risk="Disks of nodes, and what the cluster writes, lie readable for whoever gets at them.",
    fix=CREATE + "EnableAtRestEncryption=true",
)
def encrypts_at_rest(configuration: Resource) -> Verdict:
    on = _encryption(configuration).get("EnableAtRestEncryption")
    return passed("stored data is encrypted") if on else failed("stored data is not encrypted")


@check(
    f"{CONFIGURATION}.encrypts_in_transit",
    on=CONFIGURATION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Security configuration encrypts what nodes send each other",
    risk="Records travel between nodes in the clear.",
    fix=CREATE + "EnableInTransitEncryption=true and certificates",
)
def encrypts_in_transit(configuration: Resource) -> Verdict:
    on = _encryption(configuration).get("EnableInTransitEncryption")
    return passed("traffic is encrypted") if on else failed("traffic is not encrypted")


@check(
    f"{CONFIGURATION}.metadata_v2",
    on=CONFIGURATION,
    control="guest_os.metadata_service",
    severity=Severity.MEDIUM,
    title="Security configuration gives credentials of machines to sessions only",
    risk="A job that is made to fetch an address reads the credentials of the machine's role.",
    fix=CREATE + "InstanceMetadataServiceConfiguration={MinimumInstanceMetadataServiceVersion=2}",
)
def metadata_v2(configuration: Resource) -> Verdict:
    given = (configuration["configuration"] or {}).get("InstanceMetadataServiceConfiguration") or {}
    version = str(given.get("MinimumInstanceMetadataServiceVersion") or 1)
    return (passed if version == "2" else failed)(f"answers version {version} of metadata requests, and later ones")


@check(
    f"{CONFIGURATION}.users_proven",
    on=CONFIGURATION,
    control="identity.peers",
    severity=Severity.LOW,
    title="Security configuration has users and nodes prove who they are",
    risk="Whoever reaches a node may call himself what he likes, and reads and runs what that user may.",
    fix=CREATE + "AuthenticationConfiguration of Kerberos or IAM Identity Center",
)
def users_proven(configuration: Resource) -> Verdict:
    told = configuration["configuration"] or {}
    places = {**(told.get("AuthenticationConfiguration") or {}), "IdentityCenter": told.get("IdentityCenterConfiguration")}
    found = sorted(name.removesuffix("Configuration") for name, given in places.items() if given)
    return passed(f"by {', '.join(found)}") if found else failed("nobody has to prove who he is")


# The service lets SSH through where nobody changed a thing, and so does what Security Hub asks.
@check(
    f"{SETTINGS}.public_access_blocked",
    on=SETTINGS,
    control="network.default_deny",
    severity=Severity.MEDIUM,
    title="Clusters that the world could reach are refused",
    risk="A cluster starts with consoles that the world reaches, and that ask for no password.",
    fix="aws emr put-block-public-access-configuration --region {region} --block-public-access-configuration with"
    " BlockPublicSecurityGroupRules=true and no ranges",
)
def public_access_blocked(settings: Resource) -> Verdict:
    told = settings["public_access"] or {}
    if not told.get("BlockPublicSecurityGroupRules"):
        return failed("they are let start")
    ranges = [(each["MinRange"], each.get("MaxRange", each["MinRange"])) for each in _permitted(told)]
    wide = [f"{low}-{high}" for low, high in ranges if (low, high) != (SSH, SSH)]
    return failed(f"refused but for ports {', '.join(wide)}") if wide else passed("they are refused")


def _permitted(told: dict[str, Any]) -> list[dict[str, int]]:
    given: list[dict[str, int]] = told.get("PermittedPublicSecurityGroupRuleRanges") or []
    return given


@check(
    f"{APPLICATION}.application_in_network",
    on=APPLICATION,
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="Serverless application runs in a network of the customer's own",
    risk="What its jobs send, and where to, passes no firewall and leaves no flow log.",
    fix=UPDATE + "--network-configuration subnetIds=SUBNETS,securityGroupIds=GROUPS",
)
def application_in_network(application: Resource) -> Verdict:
    subnets = (application["application"].get("networkConfiguration") or {}).get("subnetIds")
    return passed(f"runs in {', '.join(subnets)}") if subnets else failed("runs in a network of AWS's")


@check(
    f"{APPLICATION}.application_release",
    on=APPLICATION,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Serverless application runs a release that is still maintained",
    risk="Holes in Spark, Hive and what comes with them are no longer closed.",
    fix=UPDATE + "--release-label of the newest release",
)
def application_release(application: Resource, now: datetime) -> Verdict:
    return released(application["application"].get("releaseLabel"), now)


@check(
    f"{APPLICATION}.application_key",
    on=APPLICATION,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Disks of the application are encrypted with the customer's own key",
    risk="Access to what its jobs keep on their way cannot be limited, logged or ended by a key of one's own.",
    fix=UPDATE + "--disk-encryption-configuration encryptionKeyArn=KEY",
)
def application_key(application: Resource, inventory: Inventory) -> Verdict:
    disks = application["application"].get("diskEncryptionConfiguration") or {}
    return keys.customer_key(application, disks.get("encryptionKeyArn"), inventory)


@check(
    f"{APPLICATION}.application_logged",
    on=APPLICATION,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Serverless application keeps its logs",
    risk="Nobody can tell what a job did, or why it failed.",
    fix=UPDATE + "--monitoring-configuration with a bucket or a log group",
)
def application_logged(application: Resource) -> Verdict:
    told = application["application"].get("monitoringConfiguration") or {}
    if (told.get("s3MonitoringConfiguration") or {}).get("logUri"):
        return passed("kept in a bucket")
    if (told.get("cloudWatchLoggingConfiguration") or {}).get("enabled"):
        return passed("kept in CloudWatch Logs")
    # AWS keeps them for a while by itself, unless it is told not to.
    kept = (told.get("managedPersistenceMonitoringConfiguration") or {}).get("enabled", True)
    return passed("kept by AWS, for a while") if kept else failed("logs are not kept")
