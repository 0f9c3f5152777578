from typing import Any

from checks.aws import lambda_functions as functions
from tests.cases import ABSENT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY, advanced, data, trail

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
IMAGE = {"PackageType": "Image"}
IN_VPC = {"VpcConfig": {"VpcId": "vpc-1", "SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}}
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:failed"
GROUP, SIGNING, SUBNET, FUNCTION = (
    "aws.logs.log_group",
    "aws.lambda.code_signing_config",
    "aws.vpc.subnet",
    "aws.lambda.function",
)
ONE, TYPE = resource(FUNCTION), "AWS::Lambda::Function"


def variables(**detected: tuple[str, ...]) -> dict[str, Any]:
    """Return variables as they are stored: only what was detected in them."""
    hidden = {name: {"$secret": {"hash": "0f", "detected": list(kinds)}} for name, kinds in detected.items()}
    return {"Environment": {"Variables": hidden}}


def subnet(id: str, zone: str) -> Any:
    return resource(SUBNET, id, item={"SubnetId": id, "AvailabilityZone": zone})


def signing(action: str) -> Any:
    policies = {"CodeSigningPolicies": {"UntrustedArtifactOnDeployment": action}}
    return resource(SIGNING, item=policies, functions=[ARN])


def destination(**to: str) -> list[dict[str, Any]]:
    return [{"FunctionArn": f"{ARN}:$LATEST", "DestinationConfig": {name: {"Destination": arn} for name, arn in to.items()}}]


DENIED_KEY = {"Environment": {"Error": {"ErrorCode": "AccessDeniedException", "Message": "KMS"}}}
ADVANCED = advanced("Data", resources_type={"Equals": [TYPE]})

CASES = [
    case(functions.without_secrets, PASS, item=variables(STAGE=(), TABLE=())),
    case(functions.without_secrets, PASS, item={}),
    case(functions.without_secrets, FAIL, item=variables(STAGE=(), API_KEY=("AWS Access Key",))),
    case(functions.without_secrets, UNKNOWN, item=DENIED_KEY),
    case(functions.customer_key, PASS, item={"KMSKeyArn": KEY_ARN, **variables(STAGE=())}, inventory=[OUR_KEY]),
    case(functions.customer_key, FAIL, item={"KMSKeyArn": KEY_ARN, **variables(STAGE=())}, inventory=[AWS_KEY]),
    case(functions.customer_key, FAIL, item=variables(STAGE=())),
    case(functions.customer_key, UNKNOWN, item={"KMSKeyArn": KEY_ARN, **DENIED_KEY}),
    case(functions.customer_key, SKIP, item={}),
    case(functions.supported_runtime, PASS, item={"Runtime": "python3.13"}),
    case(functions.supported_runtime, PASS, item={"Runtime": "provided.al2023", "PackageType": "Zip"}),
    case(functions.supported_runtime, FAIL, item={"Runtime": "nodejs18.x"}),
    case(functions.supported_runtime, FAIL, item={"Runtime": "go1.x"}),
    case(functions.supported_runtime, UNKNOWN, item={"Runtime": "python9.1"}),
    case(functions.supported_runtime, SKIP, item=IMAGE),
    case(functions.runtime_updated, PASS, item={}, runtime_management={"UpdateRuntimeOn": "Auto"}),
    case(functions.runtime_updated, FAIL, item={}, runtime_management={"UpdateRuntimeOn": "Manual"}),
    case(functions.runtime_updated, FAIL, item={}, runtime_management={"UpdateRuntimeOn": "FunctionUpdate"}),
    case(functions.runtime_updated, SKIP, item=IMAGE, runtime_management=ABSENT),
    case(functions.runtime_updated, SKIP, item={}, runtime_management=ABSENT),
    case(functions.code_signed, PASS, id=ARN, item={}, inventory=[signing("Enforce")]),
    case(functions.code_signed, FAIL, id=ARN, item={}, inventory=[signing("Warn")]),
    case(functions.code_signed, FAIL, id=f"{ARN}-2", item={}, inventory=[signing("Enforce")]),
    case(functions.code_signed, UNKNOWN, id=ARN, item={}, inventory=[unlisted(SIGNING)]),
    case(functions.code_signed, SKIP, id=ARN, item=IMAGE),
    case(functions.in_network, PASS, item=IN_VPC),
    case(functions.in_network, FAIL, item={"VpcConfig": {"VpcId": "", "SubnetIds": []}}),
    case(functions.in_network, FAIL, item={}),
    case(functions.multi_zone, PASS, item=IN_VPC, inventory=[subnet("subnet-1", "a"), subnet("subnet-2", "b")]),
    case(functions.multi_zone, FAIL, item=IN_VPC, inventory=[subnet("subnet-1", "a"), subnet("subnet-2", "a")]),
    case(functions.multi_zone, UNKNOWN, item=IN_VPC, inventory=[subnet("subnet-1", "a")]),
    case(functions.multi_zone, UNKNOWN, item=IN_VPC, inventory=[unlisted(SUBNET)]),
    case(functions.multi_zone, SKIP, item={}),
    case(
        functions.logged,
        PASS,
        item={},
        inventory=[resource(GROUP, item={"logGroupName": "/aws/lambda/under-test"})],
    ),
    case(
        functions.logged,
        PASS,
        item={"LoggingConfig": {"LogGroup": "ours"}},
        inventory=[resource(GROUP, item={"logGroupName": "ours"})],
    ),
    case(
        functions.logged,
        FAIL,
        item={"LoggingConfig": {"LogGroup": "ours"}},
        inventory=[resource(GROUP, item={"logGroupName": "/aws/lambda/under-test"})],
    ),
    case(functions.logged, UNKNOWN, item={}, inventory=[unlisted(GROUP)]),
    case(functions.logged, SKIP, item={"MasterArn": "arn:aws:lambda:us-east-1:123456789012:function:edge:1"}),
    case(functions.functions_recorded, PASS, inventory=[ONE, trail(ADVANCED)]),
    case(functions.functions_recorded, PASS, inventory=[ONE, trail(data(TYPE, "arn:aws:lambda"))]),
    case(functions.functions_recorded, FAIL, inventory=[ONE, trail(data(TYPE, ARN))]),
    case(functions.functions_recorded, FAIL, inventory=[ONE]),
    case(functions.functions_recorded, SKIP),
    case(functions.functions_recorded, UNKNOWN, inventory=[ONE, unlisted("aws.cloudtrail.trail")]),
    case(functions.failures_kept, PASS, item={"DeadLetterConfig": {"TargetArn": QUEUE}}, invocation=[]),
    case(functions.failures_kept, PASS, item={}, invocation=destination(OnFailure=QUEUE)),
    case(functions.failures_kept, FAIL, item={}, invocation=destination(OnSuccess=QUEUE)),
    case(functions.failures_kept, FAIL, item={"DeadLetterConfig": {}}, invocation=[]),
    case(functions.concurrency_reserved, PASS, concurrency=10),
    case(functions.concurrency_reserved, PASS, concurrency=0),
    case(functions.concurrency_reserved, FAIL, concurrency=ABSENT),
]
