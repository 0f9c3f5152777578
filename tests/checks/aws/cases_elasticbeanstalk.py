from typing import Any

from checks.aws import elasticbeanstalk as eb
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case

ACTIONS = ("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled")
LEVEL = ("aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel")
IMDS = ("aws:autoscaling:launchconfiguration", "DisableIMDSv1")
KIND = ("aws:elasticbeanstalk:environment", "EnvironmentType")
VPC, ADDRESS = ("aws:ec2:vpc", "VPCId"), ("aws:ec2:vpc", "AssociatePublicIpAddress")
LOGS = ("aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs")
HEALTH = ("aws:elasticbeanstalk:healthreporting:system", "SystemType")
LEAST = ("aws:autoscaling:asg", "MinSize")
HTTPS, CLASSIC = ("aws:elbv2:listener:443", "Protocol"), ("aws:elb:listener:443", "ListenerProtocol")
PLAIN = ("aws:elbv2:listener:default", "Protocol")

Option = tuple[tuple[str, str], str | None]


def options(*given: Option) -> list[dict[str, Any]]:
    return [{"Namespace": name[0], "OptionName": name[1], "Value": value} for name, value in given]


def variable(name: str, *detected: str) -> list[dict[str, Any]]:
    return [{"OptionName": name, "Value": {"$secret": {"hash": "h", "detected": list(detected)}}}]


def branch(state: str) -> dict[str, str]:
    return {"PlatformBranchName": "Python 3.11", "PlatformBranchLifecycleState": state}


ON, BALANCED = (ACTIONS, "true"), (KIND, "LoadBalanced")
WEB, WORKER = {"Tier": {"Name": "WebServer"}}, {"Tier": {"Name": "Worker"}}

CASES = [
    case(eb.updated, PASS, settings=options(ON)),
    case(eb.updated, FAIL, settings=options((ACTIONS, "false"))),
    case(eb.updated, FAIL, settings=[]),
    case(eb.updated_in_full, PASS, settings=options(ON, (LEVEL, "minor"))),
    case(eb.updated_in_full, FAIL, settings=options(ON, (LEVEL, "patch"))),
    case(eb.updated_in_full, FAIL, settings=options((LEVEL, "minor"))),
    *(case(eb.supported_platform, PASS, platform=branch(state)) for state in ("Supported", "Deprecated", "Beta")),
    case(eb.supported_platform, FAIL, platform=branch("Retired")),
    case(eb.supported_platform, UNKNOWN, platform=None),
    case(eb.supported_platform_lasts, PASS, platform=branch("Supported")),
    *(case(eb.supported_platform_lasts, FAIL, platform=branch(state)) for state in ("Deprecated", "Beta")),
    case(eb.supported_platform_lasts, SKIP, platform=branch("Retired")),
    case(eb.supported_platform_lasts, UNKNOWN, platform=branch("")),
    case(eb.metadata_v2, PASS, settings=options((IMDS, "true"))),
    case(eb.metadata_v2, FAIL, settings=options((IMDS, None))),
    case(eb.without_secrets, PASS, variables=variable("TABLE")),
    case(eb.without_secrets, FAIL, variables=variable("TABLE", "AWS Access Key")),
    case(eb.without_secrets, FAIL, variables=variable("DB_PASSWORD")),
    case(eb.served_over_tls, PASS, item=WEB, settings=options(BALANCED, (HTTPS, "HTTPS"))),
    case(eb.served_over_tls, PASS, item=WEB, settings=options(BALANCED, (CLASSIC, "SSL"))),
    case(eb.served_over_tls, FAIL, item=WEB, settings=options(BALANCED, (PLAIN, "HTTP"))),
    case(eb.served_over_tls, FAIL, item=WEB, settings=options((KIND, "SingleInstance"), (HTTPS, "HTTPS"))),
    case(eb.served_over_tls, SKIP, item=WORKER, settings=[]),
    case(eb.no_public_address, PASS, settings=options((VPC, "vpc-1"), (ADDRESS, "false"))),
    case(eb.no_public_address, FAIL, settings=options((VPC, "vpc-1"), (ADDRESS, "true"))),
    case(eb.no_public_address, FAIL, settings=[]),
    case(eb.logs_kept, PASS, settings=options((LOGS, "true"))),
    case(eb.logs_kept, FAIL, settings=options((LOGS, "false"))),
    case(eb.health_told_in_full, PASS, settings=options((HEALTH, "enhanced"))),
    case(eb.health_told_in_full, FAIL, settings=options((HEALTH, "basic"))),
    case(eb.health_told_in_full, FAIL, settings=[]),
    case(eb.redundant, PASS, settings=options(BALANCED, (LEAST, "2"))),
    case(eb.redundant, FAIL, settings=options(BALANCED, (LEAST, "1"))),
    case(eb.redundant, FAIL, settings=options((LEAST, "2"))),
]
