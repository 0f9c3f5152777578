from typing import Any

from checks.aws import cloudtrail
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

TRAIL, ORGANIZATION_TRAIL, BUCKET = "aws.cloudtrail.trail", "aws.cloudtrail.organization_trail", "aws.s3.bucket"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
IN_BUCKET = {"S3BucketName": "logs"}


def basic(kind: str = "All", *, management: bool = True) -> dict[str, Any]:
    selector = {"ReadWriteType": kind, "IncludeManagementEvents": management}
    return {"EventSelectors": [selector], "AdvancedEventSelectors": None}


def advanced(*selectors: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    fields = [{"FieldSelectors": [{"Field": name, **tests} for name, tests in each.items()]} for each in selectors]
    return {"EventSelectors": None, "AdvancedEventSelectors": fields}


MANAGEMENT = {"eventCategory": {"Equals": ["Management"]}}
READING = MANAGEMENT | {"readOnly": {"Equals": ["true"]}}
WRITING = MANAGEMENT | {"readOnly": {"Equals": ["false"]}}
NO_KMS = MANAGEMENT | {"eventSource": {"NotEquals": ["kms.amazonaws.com"]}}
ONLY_IAM = MANAGEMENT | {"eventSource": {"Equals": ["iam.amazonaws.com"]}}
SOME_NAMES = MANAGEMENT | {"eventName": {"NotEquals": ["DeleteTrail"]}}


def trail(
    selectors: dict[str, Any] | None,
    *,
    type: str = TRAIL,
    everywhere: bool = True,
    logging: bool | None = True,
    id: str = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/audit",
) -> Resource:
    status = None if logging is None else {"IsLogging": logging}
    return resource(type, id, name="audit", item={"IsMultiRegionTrail": everywhere}, status=status, selectors=selectors)


def bucket(**facts: Any) -> list[Resource]:
    return [resource(BUCKET, "arn:aws:s3:::logs", name="logs", item={"Name": "logs"}, **facts)]


def expiring(days: int, status: str = "Enabled") -> list[dict[str, Any]]:
    return [{"ID": "old", "Status": status, "Expiration": {"Days": days}}]


def errors(**given: str) -> dict[str, Any]:
    return {"IsLogging": True, "LatestDeliveryError": None, "LatestDigestDeliveryError": "", **given}


CASES = [
    *(
        case(cloudtrail.audit_trail, PASS, inventory=[trail(selectors)])
        for selectors in (basic(), advanced(MANAGEMENT), advanced(READING, WRITING), advanced(NO_KMS))
    ),
    *(
        case(cloudtrail.audit_trail, FAIL, inventory=[trail(selectors)])
        for selectors in (
            basic("WriteOnly"),
            basic(management=False),
            advanced(WRITING),
            advanced(ONLY_IAM),
            advanced(SOME_NAMES),
            advanced({"eventCategory": {"Equals": ["Data"]}}),
        )
    ),
    case(cloudtrail.audit_trail, PASS, inventory=[trail(basic(), type=ORGANIZATION_TRAIL)]),
    case(cloudtrail.audit_trail, FAIL),
    case(cloudtrail.audit_trail, FAIL, inventory=[trail(basic(), everywhere=False)]),
    case(cloudtrail.audit_trail, FAIL, inventory=[trail(basic(), logging=False)]),
    case(cloudtrail.audit_trail, UNKNOWN, inventory=[trail(None, type=ORGANIZATION_TRAIL)]),
    case(cloudtrail.audit_trail, UNKNOWN, inventory=[trail(None, logging=None, type=ORGANIZATION_TRAIL)]),
    case(cloudtrail.audit_trail, UNKNOWN, inventory=[unlisted(TRAIL, "us-east-1")]),
    case(cloudtrail.audit_trail, UNKNOWN, inventory=[unlisted(ORGANIZATION_TRAIL)]),
    case(cloudtrail.logging, PASS, status={"IsLogging": True}),
    case(cloudtrail.logging, FAIL, status={"IsLogging": False}),
    case(cloudtrail.delivers, PASS, status=errors()),
    case(cloudtrail.delivers, FAIL, status=errors(LatestDeliveryError="AccessDenied")),
    case(cloudtrail.delivers, FAIL, status=errors(LatestCloudWatchLogsDeliveryError="NoSuchLogGroup")),
    case(cloudtrail.validated, PASS, item={"LogFileValidationEnabled": True}),
    case(cloudtrail.validated, FAIL, item={"LogFileValidationEnabled": False}),
    case(cloudtrail.validated, FAIL, item={}),
    case(
        cloudtrail.customer_key,
        PASS,
        item={"KmsKeyId": KEY},
        inventory=[resource("aws.kms.key", KEY, item={"KeyId": "1"}, key={"KeyManager": "CUSTOMER"})],
    ),
    case(cloudtrail.customer_key, FAIL, item={}),
    case(cloudtrail.customer_key, UNKNOWN, item={"KmsKeyId": KEY}, inventory=[unlisted("aws.kms.key")]),
    case(cloudtrail.to_log_group, PASS, item={"CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:1:log-group:a:*"}),
    case(cloudtrail.to_log_group, FAIL, item={}),
    case(cloudtrail.bucket_access_logged, PASS, item=IN_BUCKET, inventory=bucket(logging={"TargetBucket": "access"})),
    case(cloudtrail.bucket_access_logged, FAIL, item=IN_BUCKET, inventory=bucket(logging=None)),
    case(cloudtrail.bucket_access_logged, SKIP, item={"S3BucketName": "elsewhere"}, inventory=bucket(logging=None)),
    case(cloudtrail.bucket_access_logged, UNKNOWN, item=IN_BUCKET, inventory=[unlisted(BUCKET)]),
    case(cloudtrail.bucket_keeps_versions, PASS, item=IN_BUCKET, inventory=bucket(versioning={"Status": "Enabled"})),
    case(cloudtrail.bucket_keeps_versions, FAIL, item=IN_BUCKET, inventory=bucket(versioning={"Status": "Suspended"})),
    case(cloudtrail.bucket_keeps_versions, FAIL, item=IN_BUCKET, inventory=bucket(versioning={})),
    case(cloudtrail.bucket_keeps_versions, SKIP, item=IN_BUCKET),
    case(cloudtrail.records_kept, PASS, item=IN_BUCKET, inventory=bucket(lifecycle=None)),
    case(cloudtrail.records_kept, PASS, item=IN_BUCKET, inventory=bucket(lifecycle=expiring(730))),
    case(cloudtrail.records_kept, PASS, item=IN_BUCKET, inventory=bucket(lifecycle=expiring(30, "Disabled"))),
    case(cloudtrail.records_kept, FAIL, item=IN_BUCKET, inventory=bucket(lifecycle=expiring(90))),
    case(cloudtrail.records_kept, SKIP, item=IN_BUCKET),
]
