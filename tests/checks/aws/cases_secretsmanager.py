from checks.aws import secretsmanager
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY, known_cases, named_cases

CASES = [
    case(secretsmanager.rotates, PASS, item={"RotationEnabled": True}),
    case(secretsmanager.rotates, PASS, item={"RotationEnabled": True, "OwningService": "rds"}),
    case(secretsmanager.rotates, FAIL, item={"RotationEnabled": False}),
    case(secretsmanager.rotates, FAIL, item={}),
    case(secretsmanager.rotates, SKIP, item={"OwningService": "appflow"}),
    case(secretsmanager.rotates, SKIP, item={"PrimaryRegion": "us-east-1"}),
    case(secretsmanager.rotates, FAIL, item={"PrimaryRegion": "eu-west-1"}),
    case(
        secretsmanager.rotated_in_time,
        PASS,
        item={"RotationEnabled": True, "NextRotationDate": "2026-06-01T00:00:00+00:00"},
    ),
    case(
        secretsmanager.rotated_in_time,
        FAIL,
        item={"RotationEnabled": True, "NextRotationDate": "2026-05-30T00:00:00+00:00"},
    ),
    case(secretsmanager.rotated_in_time, SKIP, item={"RotationEnabled": True}),
    case(secretsmanager.rotated_in_time, SKIP, item={"NextRotationDate": "2026-05-30T00:00:00+00:00"}),
    case(secretsmanager.used, PASS, item={"LastAccessedDate": "2026-05-20T00:00:00+00:00"}),
    case(secretsmanager.used, PASS, item={"CreatedDate": "2026-05-20T09:00:00+00:00"}),
    case(secretsmanager.used, FAIL, item={"LastAccessedDate": "2026-01-20T00:00:00+00:00"}),
    case(secretsmanager.used, FAIL, item={"CreatedDate": "2025-05-20T09:00:00+00:00"}),
    case(secretsmanager.used, SKIP, item={}),
    case(secretsmanager.customer_key, PASS, item={"KmsKeyId": KEY_ARN}, inventory=[OUR_KEY]),
    case(secretsmanager.customer_key, FAIL, item={"KmsKeyId": KEY_ARN}, inventory=[AWS_KEY]),
    case(secretsmanager.customer_key, FAIL, item={}),
    *named_cases(secretsmanager.not_public),
    *known_cases(secretsmanager.known_accounts),
    case(secretsmanager.replicated, PASS, item={}, replicas=[{"Region": "eu-north-1", "Status": "InSync"}]),
    case(secretsmanager.replicated, FAIL, item={}, replicas=[{"Region": "eu-north-1", "Status": "Failed"}]),
    case(secretsmanager.replicated, FAIL, item={"PrimaryRegion": "eu-west-1"}, replicas=None),
    case(secretsmanager.replicated, SKIP, item={"PrimaryRegion": "us-east-1"}, replicas=None),
]
