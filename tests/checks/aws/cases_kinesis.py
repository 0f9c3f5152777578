from checks.aws import kinesis
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY, known_cases, named_cases

WITH_KEY = {"EncryptionType": "KMS", "KeyId": KEY_ARN}

CASES = [
    case(kinesis.encrypted, PASS, summary={"EncryptionType": "KMS"}),
    case(kinesis.encrypted, FAIL, summary={"EncryptionType": "NONE"}),
    case(kinesis.encrypted, FAIL, summary={}),
    case(kinesis.customer_key, PASS, summary=WITH_KEY, inventory=[OUR_KEY]),
    case(kinesis.customer_key, FAIL, summary=WITH_KEY, inventory=[AWS_KEY]),
    case(kinesis.customer_key, FAIL, summary={"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}),
    case(kinesis.customer_key, UNKNOWN, summary=WITH_KEY, inventory=[unlisted("aws.kms.key")]),
    case(kinesis.customer_key, SKIP, summary={"EncryptionType": "NONE"}),
    *named_cases(kinesis.not_public),
    case(kinesis.not_public, PASS, policy={}),
    *known_cases(kinesis.known_accounts),
    case(kinesis.kept_a_week, PASS, summary={"RetentionPeriodHours": 168}),
    case(kinesis.kept_a_week, FAIL, summary={"RetentionPeriodHours": 24}),
]
