from typing import Any

from checks.aws import ec2_regions as regions
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, REGION, SKIP, UNKNOWN, case, resource, unlisted

INSTANCE, TEMPLATE, VOLUME, DETECTOR = "aws.ec2.instance", "aws.ec2.launch_template", "aws.ebs.volume", "aws.guardduty.detector"
PAIR = {"KeyPairId": "key-1", "KeyName": "under-test", "KeyType": "ed25519"}


def detector(**features: str) -> Resource:
    rows = [{"Name": name, "Status": status} for name, status in features.items()]
    return resource(DETECTOR, detector={"Status": "ENABLED", "Features": rows})


def template(key: str) -> Resource:
    version = {"LaunchTemplateData": {"KeyName": key}}
    return resource(TEMPLATE, default={"LaunchTemplateData": {}}, latest=version)


def watched(check: Any, kind: str, source: str) -> list[Any]:
    there = resource(kind)
    return [
        case(check, PASS, inventory=[there, detector(**{source: "ENABLED"})]),
        case(check, FAIL, inventory=[there, detector(**{source: "DISABLED"})]),
        case(check, FAIL, inventory=[there, detector()]),
        case(check, FAIL, inventory=[there]),
        case(check, SKIP, inventory=[resource(kind, region="us-east-1")]),
        case(check, UNKNOWN, inventory=[there, unlisted(DETECTOR, REGION)]),
        case(check, UNKNOWN, inventory=[unlisted(kind, REGION)]),
    ]


CASES = [
    case(regions.metadata_v2_by_default, PASS, metadata_defaults={"HttpTokens": "required", "ManagedBy": "account"}),
    case(regions.metadata_v2_by_default, PASS, metadata_defaults={"HttpEndpoint": "disabled"}),
    case(regions.metadata_v2_by_default, FAIL, metadata_defaults={"HttpTokens": "optional"}),
    case(regions.metadata_v2_by_default, FAIL, metadata_defaults={"ManagedBy": "account"}),
    case(regions.metadata_v2_by_default, FAIL, metadata_defaults=None),
    case(regions.metadata_v2_enforced, PASS, metadata_defaults={"HttpTokensEnforced": "enabled"}),
    case(regions.metadata_v2_enforced, FAIL, metadata_defaults={"HttpTokens": "required"}),
    case(regions.metadata_v2_enforced, FAIL, metadata_defaults=None),
    case(regions.serial_console_off, PASS, serial_console={"SerialConsoleAccessEnabled": False}),
    case(regions.serial_console_off, FAIL, serial_console={"SerialConsoleAccessEnabled": True, "ManagedBy": "account"}),
    case(regions.used, PASS, item=PAIR, inventory=[resource(INSTANCE, item={"KeyName": "under-test"})]),
    case(regions.used, PASS, item=PAIR, inventory=[template("under-test")]),
    case(regions.used, FAIL, item=PAIR, inventory=[resource(INSTANCE, item={"KeyName": "other"}), template("other")]),
    case(regions.used, FAIL, item=PAIR, inventory=[resource(INSTANCE, region="us-east-1", item={"KeyName": "under-test"})]),
    case(regions.used, UNKNOWN, item=PAIR, inventory=[unlisted(INSTANCE, REGION)]),
    case(regions.used, UNKNOWN, item=PAIR, inventory=[resource(TEMPLATE, default=DENIED, latest=DENIED)]),
    case(regions.younger_than_a_year, PASS, item={**PAIR, "CreateTime": "2026-01-01T00:00:00+00:00"}),
    case(regions.younger_than_a_year, FAIL, item={**PAIR, "CreateTime": "2024-01-01T00:00:00+00:00"}),
    case(regions.younger_than_a_year, UNKNOWN, item=PAIR),
    *watched(regions.instances_watched, INSTANCE, "RUNTIME_MONITORING"),
    *watched(regions.disks_searched, VOLUME, "EBS_MALWARE_PROTECTION"),
]
