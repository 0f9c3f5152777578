from checks.aws import cloudtrail_stores as stores
from tests.cases import FAIL, PASS, UNKNOWN, case, resource, unlisted

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
OPEN = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "cloudtrail:StartQuery", "Resource": "*"}]}

CASES = [
    case(stores.delete_protected, PASS, store={"TerminationProtectionEnabled": True}),
    case(stores.delete_protected, FAIL, store={"TerminationProtectionEnabled": False}),
    case(stores.kept_a_year, PASS, store={"RetentionPeriod": 366}),
    case(stores.kept_a_year, FAIL, store={"RetentionPeriod": 90}),
    case(
        stores.customer_key,
        PASS,
        store={"KmsKeyId": KEY},
        inventory=[resource("aws.kms.key", KEY, item={"KeyId": "1"}, key={"KeyManager": "CUSTOMER"})],
    ),
    case(stores.customer_key, FAIL, store={}),
    case(stores.customer_key, UNKNOWN, store={"KmsKeyId": KEY}, inventory=[unlisted("aws.kms.key")]),
    case(stores.not_public, PASS, policy=None),
    case(stores.not_public, FAIL, policy=OPEN),
]
