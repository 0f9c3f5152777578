from checks.aws import kinesis_firehose as firehose
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource
from tests.checks.aws.cases_redshift import ADMINISTRATOR, ROLE_ARN

ROLES = {"Roles": [ROLE_ARN, ROLE_ARN, None]}

CASES = [
    case(firehose.encrypted, PASS, stream={"DeliveryStreamType": "DirectPut", "Encryption": {"Status": "ENABLED"}}),
    case(firehose.encrypted, FAIL, stream={"DeliveryStreamType": "DirectPut", "Encryption": {"Status": "ENABLING_FAILED"}}),
    case(firehose.encrypted, FAIL, stream={"DeliveryStreamType": "DirectPut", "Encryption": None}),
    case(firehose.encrypted, SKIP, stream={"DeliveryStreamType": "KinesisStreamAsSource"}),
    case(firehose.errors_logged, PASS, stream={"Logging": [False, True]}),
    case(firehose.errors_logged, FAIL, stream={"Logging": [False]}),
    case(firehose.errors_logged, FAIL, stream={"Logging": None}),
    case(firehose.roles_limited, PASS, stream=ROLES, inventory=[resource("aws.iam.role", ROLE_ARN, item={})]),
    case(firehose.roles_limited, FAIL, stream=ROLES, inventory=[resource("aws.iam.role", ROLE_ARN, item=ADMINISTRATOR)]),
    case(firehose.roles_limited, UNKNOWN, stream=ROLES),
    case(firehose.roles_limited, SKIP, stream={"Roles": []}),
]
