from typing import Any

from checks.aws import cloudformation
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case


def hidden(*detected: str) -> dict[str, Any]:
    return {"$secret": {"hash": "h", "detected": list(detected)}}


def output(name: str, *detected: str) -> dict[str, Any]:
    return {"Outputs": [{"OutputKey": name, "OutputValue": hidden(*detected)}]}


def parameter(name: str, *detected: str) -> dict[str, Any]:
    return {"Parameters": [{"ParameterKey": name, "ParameterValue": hidden(*detected)}]}


def drift(status: str) -> dict[str, Any]:
    return {"DriftInformation": {"StackDriftStatus": status}}


NESTED = {"ParentId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/parent/1"}

CASES = [
    case(cloudformation.outputs_clean, PASS, item={}),
    case(cloudformation.outputs_clean, PASS, item=output("Endpoint")),
    # Told as asterisks, since it is marked NoEcho.
    case(cloudformation.outputs_clean, PASS, item=parameter("DBPassword")),
    case(cloudformation.outputs_clean, FAIL, item=parameter("Key", "AWS Access Key")),
    case(cloudformation.outputs_clean, FAIL, item=output("Key", "AWS Access Key")),
    case(cloudformation.outputs_clean, FAIL, item=output("db-password")),
    case(cloudformation.deletion_protected, PASS, item={"EnableTerminationProtection": True}),
    case(cloudformation.deletion_protected, FAIL, item={"EnableTerminationProtection": False}),
    case(cloudformation.deletion_protected, FAIL, item={}),
    case(cloudformation.deletion_protected, SKIP, item=NESTED),
    case(cloudformation.own_role, PASS, item={"RoleARN": "arn:aws:iam::123456789012:role/stacks"}),
    case(cloudformation.own_role, FAIL, item={}),
    case(cloudformation.in_step, PASS, item=drift("IN_SYNC")),
    case(cloudformation.in_step, FAIL, item=drift("DRIFTED")),
    case(cloudformation.in_step, UNKNOWN, item=drift("UNKNOWN")),
    case(cloudformation.in_step, SKIP, item=drift("NOT_CHECKED")),
    case(cloudformation.in_step, SKIP, item={}),
    case(cloudformation.changes_told, PASS, item={"NotificationARNs": ["arn:1"]}),
    case(cloudformation.changes_told, FAIL, item={"NotificationARNs": []}),
    case(cloudformation.changes_told, SKIP, item=NESTED),
]
