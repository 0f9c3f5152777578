from checks.aws import dynamodb
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY, advanced, data, known_cases, named_cases, trail

ON = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35}
WITH_KEY = {"SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY_ARN}}

TABLE = resource("aws.dynamodb.table")
TYPE, EVERY = "AWS::DynamoDB::Table", "arn:aws:dynamodb"
ADVANCED = advanced("Data", resources_type={"Equals": [TYPE]})

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
    case(dynamodb.tables_recorded, PASS, inventory=[TABLE, trail(data(TYPE, EVERY))]),
    case(dynamodb.tables_recorded, PASS, inventory=[TABLE, trail(ADVANCED)]),
    case(dynamodb.tables_recorded, FAIL, inventory=[TABLE]),
    case(dynamodb.tables_recorded, FAIL, inventory=[TABLE, trail({})]),
    case(dynamodb.tables_recorded, FAIL, inventory=[TABLE, trail(ADVANCED, logging=False)]),
    case(dynamodb.tables_recorded, FAIL, inventory=[TABLE, trail(ADVANCED, everywhere=False)]),
    case(dynamodb.tables_recorded, FAIL, inventory=[TABLE, trail(data(TYPE, EVERY, kind="WriteOnly"))]),
    case(dynamodb.tables_recorded, FAIL, inventory=[TABLE, trail(data(TYPE, f"{EVERY}:eu-west-1:1:table/one"))]),
    case(dynamodb.tables_recorded, SKIP, inventory=[trail({})]),
    case(dynamodb.tables_recorded, UNKNOWN, inventory=[TABLE, unlisted("aws.cloudtrail.trail")]),
    case(dynamodb.tables_recorded, UNKNOWN, inventory=[TABLE, trail(None)]),
]
