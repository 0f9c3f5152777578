from typing import Any

import pytest

from checks.aws.private import ENDPOINT, INTERFACE, PRIVATE, PRIVATELY, Private
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import FAIL, PASS, REGION, SKIP, UNKNOWN, case, resource, unlisted

VPC = {"VpcId": "vpc-1", "OwnerId": "123456789012"}
SHARED = {**VPC, "OwnerId": "999999999999"}
# Facts of a resource that makes endpoints worth having, and of one that doesn't.
WORTH: dict[str, dict[str, Any]] = {
    "aws.eventbridge.event_bus": {"item": {"Name": "orders"}},
    "aws.kms.key": {"key": {"KeyManager": "CUSTOMER"}},
}
NOT_WORTH: dict[str, dict[str, Any]] = {
    "aws.eventbridge.event_bus": {"item": {"Name": "default"}},
    "aws.kms.key": {"key": {"KeyManager": "AWS"}},
}


def interface(kind: str = "interface", vpc: str = "vpc-1", description: str = "") -> Resource:
    return resource(INTERFACE, item={"VpcId": vpc, "InterfaceType": kind, "Description": description})


def endpoint(name: str, vpc: str = "vpc-1", state: str = "available", kind: str = "Interface", **more: Any) -> Resource:
    row = {"VpcId": vpc, "ServiceName": name, "State": state, "VpcEndpointType": kind, **more}
    return resource(ENDPOINT, f"vpce-{name}", item=row)


def named(each: str) -> str:
    return f"com.amazonaws.{REGION}.{each}"


MACHINE = interface()


def common(private: Private, check: Check) -> list[pytest.ParameterSet]:
    thing = resource(private.kind, **WORTH.get(private.kind, {}))
    due = [MACHINE, thing]
    good = [endpoint(named(each)) for each in private.endpoints]
    return [
        case(check, PASS, item=VPC, inventory=[*due, *good]),
        case(check, FAIL, item=VPC, inventory=due),
        case(check, FAIL, item=VPC, inventory=[*due, *good[:-1], endpoint(named("unheard-of"))]),
        case(check, SKIP, item=VPC, inventory=[MACHINE]),
        case(check, SKIP, item=VPC, inventory=[thing]),
        case(check, UNKNOWN, item=VPC, inventory=[*due, *good, unlisted(private.kind)]),
        case(check, UNKNOWN, item=VPC, inventory=[*due, unlisted(ENDPOINT)]),
        case(check, UNKNOWN, item=VPC, inventory=[thing, unlisted(INTERFACE)]),
    ]


BY_KIND = {each.kind: check for each, check in zip(PRIVATE, PRIVATELY, strict=True)}
QUEUES, BUCKETS = BY_KIND["aws.sqs.queue"], BY_KIND["aws.s3.bucket"]
QUEUE, BUCKET = resource("aws.sqs.queue"), resource("aws.s3.bucket")
SQS, S3 = named("sqs"), named("s3")

CASES = [
    *(each for private, check in zip(PRIVATE, PRIVATELY, strict=True) for each in common(private, check)),
    *(case(BY_KIND[kind], SKIP, item=VPC, inventory=[MACHINE, resource(kind, **facts)]) for kind, facts in NOT_WORTH.items()),
    case(QUEUES, PASS, item=VPC, inventory=[MACHINE, QUEUE, endpoint(f"{SQS}-fips")]),
    case(QUEUES, PASS, item=VPC, inventory=[MACHINE, QUEUE, endpoint(f"cn.{SQS}")]),
    case(QUEUES, PASS, item=VPC, inventory=[interface("lambda"), QUEUE, endpoint(SQS, state="Available")]),
    case(QUEUES, FAIL, item=VPC, inventory=[MACHINE, QUEUE, endpoint(SQS, vpc="vpc-2")]),
    case(QUEUES, FAIL, item=VPC, inventory=[MACHINE, QUEUE, endpoint(SQS, state="pending")]),
    case(QUEUES, SKIP, item=VPC, inventory=[interface("nat_gateway"), interface(vpc="vpc-2"), QUEUE]),
    case(QUEUES, SKIP, item=VPC, inventory=[interface(description="ELB app/web/0123456789abcdef"), QUEUE]),
    case(QUEUES, SKIP, item=SHARED, inventory=[MACHINE, QUEUE]),
    case(BUCKETS, PASS, item=VPC, inventory=[MACHINE, BUCKET, endpoint(S3, kind="Gateway", RouteTableIds=["rtb-1"])]),
    case(BUCKETS, FAIL, item=VPC, inventory=[MACHINE, BUCKET, endpoint(S3, kind="Gateway", RouteTableIds=[])]),
]
