from checks.aws import sqs
from tests.cases import FAIL, PASS, case

CASES = [
    case(sqs.encrypted, PASS, attributes={"SqsManagedSseEnabled": "true"}),
    case(sqs.encrypted, PASS, attributes={"KmsMasterKeyId": "alias/ours", "SqsManagedSseEnabled": "false"}),
    case(sqs.encrypted, FAIL, attributes={"SqsManagedSseEnabled": "false"}),
    case(sqs.encrypted, FAIL, attributes={}),
]
