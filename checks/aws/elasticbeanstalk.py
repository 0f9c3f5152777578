"""Checks on environments of AWS Elastic Beanstalk, by their option settings; what is not set counts as the platform's default.

Load balancers, groups and instances that an environment makes are asked as such besides.
Source of names and defaults: Elastic Beanstalk developer guide, "General options for all environments".
"""

from __future__ import annotations

from checks.aws import containers
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

ENVIRONMENT = "aws.elasticbeanstalk.environment"
UPDATE = "aws elasticbeanstalk update-environment --environment-name {name} --region {region} "
SET = UPDATE + "--option-settings "
SYSTEM = "aws:elasticbeanstalk:"
SECURE = ("HTTPS", "SSL", "TLS")


def _setting(environment: Resource, namespace: str, option: str, default: str = "") -> str:
    for each in environment["settings"] or []:
        if (each["Namespace"], each["OptionName"]) == (namespace, option):
            return str(each.get("Value") or default)
    return default


def _on(environment: Resource, namespace: str, option: str) -> bool:
    return _setting(environment, namespace, option).lower() == "true"


def _balanced(environment: Resource) -> bool:
    return _setting(environment, f"{SYSTEM}environment", "EnvironmentType") == "LoadBalanced"


@check(
    f"{ENVIRONMENT}.updated",
    on=ENVIRONMENT,
    control="guest_os.patching",
    severity=Severity.HIGH,
    title="Environment takes updates of its platform by itself",
    risk="Patches of the system, the language and the web server never arrive.",
    fix=f"{SET}Namespace={SYSTEM}managedactions,OptionName=ManagedActionsEnabled,Value=true",
)
def updated(environment: Resource) -> Verdict:
    on = _on(environment, f"{SYSTEM}managedactions", "ManagedActionsEnabled")
    return passed("managed updates are on") if on else failed("managed updates are off")


@check(
    f"{ENVIRONMENT}.updated_in_full",
    on=ENVIRONMENT,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Managed updates take in new versions of the runtime",
    risk="The language and the web server stay behind until somebody changes the platform by hand.",
    fix=f"{SET}Namespace={SYSTEM}managedactions:platformupdate,OptionName=UpdateLevel,Value=minor",
)
def updated_in_full(environment: Resource) -> Verdict:
    if not _on(environment, f"{SYSTEM}managedactions", "ManagedActionsEnabled"):
        return failed("managed updates are off")
    level = _setting(environment, f"{SYSTEM}managedactions:platformupdate", "UpdateLevel")
    return (passed if level == "minor" else failed)(f"level of updates: {level or 'none'}")


def _branch(environment: Resource) -> str:
    """Return the state of the platform's branch, in small letters. Source: API reference, "PlatformDescription"."""
    return str((environment["platform"] or {}).get("PlatformBranchLifecycleState") or "").lower()


@check(
    f"{ENVIRONMENT}.supported_platform",
    on=ENVIRONMENT,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Environment runs on a platform that AWS keeps up to date",
    risk="Holes in the language and the system below it stay open for ever.",
    fix=UPDATE + "--platform-arn PLATFORM, of a supported branch, tried on a copy first",
)
def supported_platform(environment: Resource) -> Verdict:
    state = _branch(environment)
    if not state:
        return unknown("AWS does not tell the state of its platform")
    return (failed if state == "retired" else passed)(f"the platform's branch is {state}")


@check(
    f"{ENVIRONMENT}.supported_platform_lasts",
    on=ENVIRONMENT,
    control="runtime.supported_version",
    severity=Severity.LOW,
    title="Nothing on the environment's platform is about to end",
    risk="Support ends before anybody has planned what comes next, and parts that have ended get no updates already.",
    fix=UPDATE + "--platform-arn PLATFORM, of a supported branch, tried on a copy first",
)
def supported_platform_lasts(environment: Resource) -> Verdict:
    state = _branch(environment)
    if state == "retired":
        return skipped("it is over already")
    if not state:
        return unknown("AWS does not tell the state of its platform")
    return (passed if state == "supported" else failed)(f"the platform's branch is {state}")


@check(
    f"{ENVIRONMENT}.metadata_v2",
    on=ENVIRONMENT,
    control="guest_os.metadata_service",
    severity=Severity.MEDIUM,
    title="Environment's machines ask for a session token",
    risk="The application hands out its role's keys to whoever can make it fetch an address.",
    fix=f"{SET}Namespace=aws:autoscaling:launchconfiguration,OptionName=DisableIMDSv1,Value=true",
)
def metadata_v2(environment: Resource) -> Verdict:
    off = _on(environment, "aws:autoscaling:launchconfiguration", "DisableIMDSv1")
    return passed("the first version is off") if off else failed("the first version is not turned off")


@check(
    f"{ENVIRONMENT}.without_secrets",
    on=ENVIRONMENT,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Environment's variables hold no secrets",
    risk="Everybody who may read the environment's settings reads the secret.",
    fix="Keep the secret in Secrets Manager, name it in aws:elasticbeanstalk:application:environmentsecrets, and replace it: it"
    " must be taken for known",
)
def without_secrets(environment: Resource) -> Verdict:
    return containers.without_secrets((each["OptionName"], each.get("Value")) for each in environment["variables"] or [])


@check(
    f"{ENVIRONMENT}.served_over_tls",
    on=ENVIRONMENT,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Environment is served over TLS",
    risk="Passwords and pages travel readable.",
    fix=f"{SET}Namespace=aws:elbv2:listener:443,OptionName=Protocol,Value=HTTPS, and SSLCertificateArns",
)
def served_over_tls(environment: Resource) -> Verdict:
    if (environment["item"].get("Tier") or {}).get("Name") == "Worker":
        return skipped("takes its work from a queue")
    if not _balanced(environment):
        return failed("no load balancer, which could end TLS")
    for each in environment["settings"] or []:
        listener = each["Namespace"].startswith(("aws:elbv2:listener:", "aws:elb:listener:"))
        protocol = each["OptionName"] in ("Protocol", "ListenerProtocol")
        if listener and protocol and str(each.get("Value")).upper() in SECURE:
            return passed(f"{each['Namespace'].rpartition(':')[2]} speaks {each['Value']}")
    return failed("no listener speaks TLS")


@check(
    f"{ENVIRONMENT}.no_public_address",
    on=ENVIRONMENT,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Environment's machines get no public address",
    risk="Every machine stands on the internet by itself, past load balancer and web firewall.",
    fix=f"{SET}Namespace=aws:ec2:vpc,OptionName=AssociatePublicIpAddress,Value=false",
)
def no_public_address(environment: Resource) -> Verdict:
    if not _setting(environment, "aws:ec2:vpc", "VPCId"):
        return failed("in the default VPC, whose subnets give public addresses")
    on = _on(environment, "aws:ec2:vpc", "AssociatePublicIpAddress")
    return failed("machines get public addresses") if on else passed("machines get private addresses only")


@check(
    f"{ENVIRONMENT}.logs_kept",
    on=ENVIRONMENT,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Environment's logs are kept in CloudWatch",
    risk="What the machines wrote is gone with them.",
    fix=f"{SET}Namespace={SYSTEM}cloudwatch:logs,OptionName=StreamLogs,Value=true",
)
def logs_kept(environment: Resource) -> Verdict:
    on = _on(environment, f"{SYSTEM}cloudwatch:logs", "StreamLogs")
    return passed("logs are streamed") if on else failed("logs stay on the machines")


@check(
    f"{ENVIRONMENT}.health_told_in_full",
    on=ENVIRONMENT,
    control="detection.alarms",
    severity=Severity.LOW,
    title="Environment reports its health in full",
    risk="A machine that answers with errors counts as well as long as it answers.",
    fix=f"{SET}Namespace={SYSTEM}healthreporting:system,OptionName=SystemType,Value=enhanced",
)
def health_told_in_full(environment: Resource) -> Verdict:
    kind = _setting(environment, f"{SYSTEM}healthreporting:system", "SystemType", "basic")
    return (passed if kind == "enhanced" else failed)(f"health reporting is {kind}")


@check(
    f"{ENVIRONMENT}.redundant",
    on=ENVIRONMENT,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Environment runs on more than one machine",
    risk="When a machine or its zone fails, the application is gone.",
    fix=f"{SET}Namespace=aws:autoscaling:asg,OptionName=MinSize,Value=2",
)
def redundant(environment: Resource) -> Verdict:
    if not _balanced(environment):
        return failed("a single machine")
    least = int(_setting(environment, "aws:autoscaling:asg", "MinSize", "1"))
    return (passed if least > 1 else failed)(f"{least} machine(s) at least")
