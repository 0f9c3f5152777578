from typing import Any

from checks.aws import lambda_settings as settings
from tests.cases import FAIL, PASS, SKIP, case

ON_FAILURE = {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:123456789012:failed"}}}
GIB = 1 << 30


def source(service: str, **more: Any) -> dict[str, Any]:
    return {"EventSourceArn": f"arn:aws:{service}:eu-west-1:123456789012:source", **more}


def limits(shared: int, stored: float, functions: int = 12) -> dict[str, Any]:
    limit = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": shared, "TotalCodeSize": 75 * GIB}
    return {"AccountLimit": limit, "AccountUsage": {"FunctionCount": functions, "TotalCodeSize": stored * GIB}}


CASES = [
    case(settings.failures_kept, PASS, item=source("kinesis", **ON_FAILURE)),
    case(settings.failures_kept, PASS, item={"SelfManagedEventSource": {}, **ON_FAILURE}),
    case(settings.failures_kept, FAIL, item=source("dynamodb")),
    case(settings.failures_kept, FAIL, item=source("kafka", DestinationConfig={"OnFailure": {}})),
    case(settings.failures_kept, FAIL, item={"SelfManagedEventSource": {}}),
    case(settings.failures_kept, SKIP, item=source("sqs")),
    case(settings.room_left, PASS, settings=limits(900, 10)),
    case(settings.room_left, FAIL, settings=limits(100, 10)),
    case(settings.room_left, FAIL, settings=limits(10, 0.1)),
    case(settings.room_left, FAIL, settings=limits(900, 70)),
    case(settings.room_left, SKIP, settings=limits(10, 0, functions=0)),
]
