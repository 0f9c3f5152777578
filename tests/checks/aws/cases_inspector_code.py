from checks.aws import inspector_code
from tests.cases import ABSENT, FAIL, PASS, UNKNOWN, case, unlisted
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

CASES = [
    case(inspector_code.customer_key, PASS, key=KEY_ARN, inventory=[OUR_KEY]),
    case(inspector_code.customer_key, FAIL, key=KEY_ARN, inventory=[AWS_KEY]),
    case(inspector_code.customer_key, FAIL, key=ABSENT),
    case(inspector_code.customer_key, UNKNOWN, key=KEY_ARN, inventory=[unlisted("aws.kms.key")]),
]
