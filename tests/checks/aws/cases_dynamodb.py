from checks.aws import dynamodb
from tests.cases import FAIL, PASS, UNKNOWN, case, unlisted
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY, known_cases, named_cases

ON = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35}
WITH_KEY = {"SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY_ARN}}

CASES = [
    case(dynamodb.point_in_time_recovery, PASS, backups={"PointInTimeRecoveryDescription": ON}),
    case(
        dynamodb.point_in_time_recovery,
        FAIL,
        backups={"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}},
    ),
    case(dynamodb.point_in_time_recovery, FAIL, backups={"ContinuousBackupsStatus": "ENABLED"}),
    case(dynamodb.deletion_protected, PASS, table={"DeletionProtectionEnabled": True}),
    case(dynamodb.deletion_protected, FAIL, table={"DeletionProtectionEnabled": False}),
    case(dynamodb.deletion_protected, FAIL, table={}),
    case(dynamodb.customer_key, PASS, table=WITH_KEY, inventory=[OUR_KEY]),
    case(dynamodb.customer_key, FAIL, table=WITH_KEY, inventory=[AWS_KEY]),
    case(dynamodb.customer_key, FAIL, table={}),
    case(dynamodb.customer_key, UNKNOWN, table=WITH_KEY, inventory=[unlisted("aws.kms.key")]),
    *named_cases(dynamodb.not_public),
    *known_cases(dynamodb.known_accounts),
]
