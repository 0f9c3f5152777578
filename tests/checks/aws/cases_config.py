from typing import Any

from checks.aws import config
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

RECORDER, CHANNEL, BUCKET = "aws.config.recorder", "aws.config.delivery_channel", "aws.s3.bucket"
EVERYTHING = {"allSupported": True, "includeGlobalResourceTypes": True}
EXCEPT = {"recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}}
RECORDING = {"recording": True, "lastStatus": "Success"}
DELIVERING = resource(CHANNEL)
LINKED = "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


def recorder(group: dict[str, Any], status: dict[str, Any] | None = RECORDING, region: str = "eu-west-1") -> Resource:
    return resource(RECORDER, name="default", region=region, item={"recordingGroup": group}, status=status)


def left_out(*types: str) -> dict[str, Any]:
    return {**EXCEPT, "exclusionByResourceTypes": {"resourceTypes": list(types)}}


def delivery(**parts: dict[str, str]) -> dict[str, Any]:
    return {f"config{name}DeliveryInfo": part for name, part in parts.items()}


WORKING = delivery(Snapshot={"lastStatus": "Success"}, History={"lastStatus": "Success"})
BROKEN = delivery(History={"lastStatus": "Failure", "lastErrorCode": "NoSuchBucket"})
NAMED = {"s3BucketName": "history"}

CASES = [
    case(config.configuration_recorded, PASS, inventory=[recorder(EVERYTHING), DELIVERING]),
    case(config.configuration_recorded, PASS, inventory=[recorder(left_out()), DELIVERING]),
    case(config.configuration_recorded, FAIL),
    case(config.configuration_recorded, FAIL, inventory=[recorder(EVERYTHING)]),
    case(config.configuration_recorded, FAIL, inventory=[recorder(EVERYTHING, region="us-east-1"), DELIVERING]),
    case(config.configuration_recorded, FAIL, inventory=[recorder(EVERYTHING, {"recording": False}), DELIVERING]),
    case(config.configuration_recorded, FAIL, inventory=[recorder(EVERYTHING, None), DELIVERING]),
    case(
        config.configuration_recorded,
        FAIL,
        inventory=[recorder(EVERYTHING, {"recording": True, "lastStatus": "Failure"}), DELIVERING],
    ),
    case(config.configuration_recorded, FAIL, inventory=[recorder(left_out("AWS::EC2::Instance")), DELIVERING]),
    case(config.configuration_recorded, FAIL, inventory=[recorder({"resourceTypes": ["AWS::S3::Bucket"]}), DELIVERING]),
    case(config.configuration_recorded, UNKNOWN, inventory=[unlisted(RECORDER, "eu-west-1"), DELIVERING]),
    case(config.configuration_recorded, UNKNOWN, inventory=[recorder(EVERYTHING), unlisted(CHANNEL)]),
    case(config.global_types_recorded, PASS, inventory=[recorder(EVERYTHING)]),
    case(config.global_types_recorded, PASS, inventory=[recorder({"resourceTypes": ["AWS::IAM::Role"]})]),
    case(config.global_types_recorded, FAIL, inventory=[recorder({"allSupported": True})]),
    case(config.global_types_recorded, FAIL, inventory=[recorder(EVERYTHING, {"recording": False})]),
    case(config.global_types_recorded, UNKNOWN, inventory=[unlisted(RECORDER, "us-east-1")]),
    case(config.recording, PASS, status=RECORDING),
    case(config.recording, FAIL, status={"recording": False}),
    case(config.recording, UNKNOWN, status=None),
    case(config.history_kept, PASS, retention=[]),
    case(config.history_kept, PASS, retention=[{"RetentionPeriodInDays": 365}]),
    case(config.history_kept, FAIL, retention=[{"RetentionPeriodInDays": 30}]),
    case(config.role_of_service, PASS, item={"roleARN": LINKED}),
    case(config.role_of_service, FAIL, item={"roleARN": "arn:aws:iam::123456789012:role/config"}),
    case(config.role_of_service, FAIL, item={}),
    case(config.delivers, PASS, status=WORKING),
    case(config.delivers, PASS, status=delivery()),
    case(config.delivers, FAIL, status=BROKEN),
    case(config.delivers, UNKNOWN, status=None),
    case(config.encrypted_with_key, PASS, item={"s3KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1"}),
    case(config.encrypted_with_key, FAIL, item={}),
    case(config.bucket_in_account, PASS, item=NAMED, inventory=[resource(BUCKET, item={"Name": "history"})]),
    case(config.bucket_in_account, FAIL, item=NAMED, status=BROKEN),
    case(config.bucket_in_account, SKIP, item=NAMED, status=WORKING),
    case(config.bucket_in_account, UNKNOWN, item=NAMED, status=None),
    case(config.bucket_in_account, UNKNOWN, item=NAMED, status=WORKING, inventory=[unlisted(BUCKET)]),
]
