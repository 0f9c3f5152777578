from typing import Any

from checks.aws import stepfunctions
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY


def hidden(*detected: str) -> dict[str, Any]:
    return {"$secret": {"hash": "h", "detected": list(detected)}}


def states(**given: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": "one", "States": given}


def logging(level: str, *, data: bool = False, targets: int = 1) -> dict[str, Any]:
    return {"loggingConfiguration": {"level": level, "includeExecutionData": data, "destinations": [{}] * targets}}


def encrypted(**given: str) -> dict[str, Any]:
    return {"encryptionConfiguration": given}


CALM = {"Type": "Task", "Retry": [{"ErrorEquals": ["States.ALL"]}]}

CASES = [
    case(stepfunctions.without_secrets, PASS, definition=states(one={"Type": "Task", "Parameters": {"Key": hidden()}})),
    case(
        stepfunctions.without_secrets,
        FAIL,
        definition=states(one={"Type": "Parallel", "Branches": [{"States": {"in": {"Parameters": {"Key": hidden("Hex")}}}}]}),
    ),
    case(stepfunctions.without_secrets, UNKNOWN, definition=DENIED),
    case(stepfunctions.failures_handled, PASS, definition=states(one=CALM, two={"Type": "Succeed"})),
    case(stepfunctions.failures_handled, PASS, definition=states(one={"Type": "Map", "Catch": [{"Next": "two"}]})),
    case(stepfunctions.failures_handled, FAIL, definition=states(one=CALM, two={"Type": "Task"})),
    case(stepfunctions.failures_handled, SKIP, definition=states(one={"Type": "Pass"})),
    case(stepfunctions.logged, PASS, machine=logging("ALL")),
    case(stepfunctions.logged, PASS, machine=logging("ERROR")),
    case(stepfunctions.logged, FAIL, machine=logging("OFF")),
    case(stepfunctions.logged, FAIL, machine=logging("ALL", targets=0)),
    case(stepfunctions.logged, FAIL, machine={"loggingConfiguration": None}),
    case(stepfunctions.data_kept_out_of_logs, PASS, machine=logging("ALL")),
    case(stepfunctions.data_kept_out_of_logs, FAIL, machine=logging("ALL", data=True)),
    case(stepfunctions.data_kept_out_of_logs, SKIP, machine=logging("OFF", data=True)),
    case(stepfunctions.customer_key, PASS, machine=encrypted(kmsKeyId=KEY_ARN), inventory=[OUR_KEY]),
    case(stepfunctions.customer_key, FAIL, machine=encrypted(kmsKeyId=KEY_ARN), inventory=[AWS_KEY]),
    case(stepfunctions.customer_key, FAIL, machine=encrypted(type="AWS_OWNED_KEY")),
    case(stepfunctions.customer_key, FAIL, machine={"encryptionConfiguration": None}),
]
