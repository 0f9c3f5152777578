"""Faults over the wire: each of them, in the shape of each protocol, as a scan's own clients meet it; and exact counts."""

from __future__ import annotations

from time import monotonic
from typing import Any, get_args

import pytest
from botocore.exceptions import ClientError

from collectors.aws.errors import FAILURES, code_of, reason_of
from collectors.aws.options import AwsOptions
from collectors.aws.session import Clients, connect
from scanner.model import Reason
from simulators.aws import Fault, SimulatedAws
from simulators.aws.faults import REFUSALS, Kind
from tests.conftest import ACCOUNT
from tests.simulators.clients import enter

KINDS: tuple[Kind, ...] = get_args(Kind)
BROKEN = [kind for kind in KINDS if kind not in REFUSALS and kind != "latency"]
# One operation of each protocol, and the fields that prove that nothing was read. S3 speaks a dialect of its own.
SPOKEN = {
    "query": ("iam", "list_saml_providers", {}),
    "ec2": ("ec2", "describe_regions", {}),
    "json": ("sqs", "list_queues", {}),
    "rest-json": ("account", "list_regions", {}),
    "rest-xml": ("s3control", "list_access_points", {"AccountId": ACCOUNT}),
    "s3": ("s3", "list_buckets", {}),
}
REASONS = {
    "denied": Reason.DENIED,
    "throttled": Reason.THROTTLED,
    "error": Reason.UNAVAILABLE,
    "unavailable": Reason.UNAVAILABLE,
    "expired": Reason.DENIED,
    "skewed": Reason.DENIED,
}
CODES = {
    ("denied", "query"): "AccessDenied",
    ("denied", "ec2"): "UnauthorizedOperation",
    ("denied", "json"): "AccessDeniedException",
    ("denied", "s3"): "AccessDenied",
    ("throttled", "query"): "Throttling",
    ("throttled", "ec2"): "RequestLimitExceeded",
    ("throttled", "rest-json"): "ThrottlingException",
    ("throttled", "s3"): "SlowDown",
    ("expired", "ec2"): "RequestExpired",
    ("expired", "json"): "ExpiredTokenException",
    ("expired", "s3"): "ExpiredToken",
    ("skewed", "query"): "SignatureDoesNotMatch",
    ("skewed", "json"): "InvalidSignatureException",
    ("skewed", "s3"): "RequestTimeTooSkewed",
}


@pytest.fixture
def clients(aws: SimulatedAws) -> Clients:
    """The guarded clients of a scan, which try each call once."""
    role = f"arn:aws:iam::{ACCOUNT}:role/demarc-read"
    entered = connect(AwsOptions(role_arn=role, attempts=1)).clients
    aws.reset_calls()
    return entered


def call(clients: Clients, spoken: str) -> Any:
    service, method, params = SPOKEN[spoken]
    return getattr(clients(service, "eu-west-1"), method)(**params)


@pytest.mark.parametrize("spoken", SPOKEN)
def test_a_refusal_says_why_in_every_protocol(aws: SimulatedAws, clients: Clients, spoken: str) -> None:
    for kind in REFUSALS:
        aws.clear()
        aws.fault(Fault("*", kind))  # type: ignore[arg-type]
        with pytest.raises(ClientError) as refused:
            call(clients, spoken)
        assert reason_of(refused.value) is REASONS[kind], kind
        assert code_of(refused.value) == CODES.get((kind, spoken), code_of(refused.value)), kind


@pytest.mark.parametrize("spoken", SPOKEN)
def test_a_broken_answer_is_never_read_as_an_empty_one(aws: SimulatedAws, clients: Clients, spoken: str) -> None:
    for kind in BROKEN:
        aws.clear()
        aws.fault(Fault("*", kind))
        with pytest.raises(FAILURES) as failed:
            call(clients, spoken)
        error: Any = failed.value
        assert reason_of(error) in (Reason.UNAVAILABLE, Reason.ERROR), kind


@pytest.mark.parametrize("spoken", SPOKEN)
def test_without_faults_every_protocol_answers(aws: SimulatedAws, clients: Clients, spoken: str) -> None:
    assert call(clients, spoken)["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert aws.calls.total() == 1
    assert not aws.unanswered


def test_every_call_takes_the_time_that_it_is_told_to(aws: SimulatedAws, clients: Clients) -> None:
    sqs = clients("sqs", "eu-west-1")
    sqs.list_queues()
    aws.fault(Fault("*", "latency", seconds=0.1))
    started = monotonic()
    sqs.list_queues()
    assert monotonic() - started >= 0.1


def outcomes(aws: SimulatedAws, number: int, region: str = "eu-west-1") -> list[bool]:
    """Return which of *number* calls were answered."""
    sqs, answered = enter(aws, "sqs", region=region), []
    for _ in range(number):
        try:
            sqs.list_queues()
            answered.append(True)
        except ClientError:
            answered.append(False)
    return answered


def test_a_fault_strikes_as_often_and_as_late_as_asked(aws: SimulatedAws) -> None:
    aws.fault(Fault("sqs:List*", "denied", times=2, after=1))
    assert outcomes(aws, 5) == [True, False, False, True, True]
    assert aws.calls == {"sqs:ListQueues": 5}


def test_a_fault_strikes_only_where_it_is_meant_to(aws: SimulatedAws) -> None:
    aws.fault(Fault("sqs:*", "denied", region="us-east-1"))
    aws.fault(Fault("sqs:*", "denied", account="210987654321"))
    aws.fault(Fault("sns:*", "denied"))
    assert outcomes(aws, 1) == [True]
    assert outcomes(aws, 1, "us-east-1") == [False]
    aws.fault(Fault("sqs:*", "denied", account=ACCOUNT))
    assert outcomes(aws, 1) == [False]


def test_bursts_are_throttled_and_patience_is_not(aws: SimulatedAws) -> None:
    aws.fault(Fault("sqs:*", "throttled", rate=3.0))
    answered = outcomes(aws, 40)
    assert answered[:3] == [True, True, True]
    assert not all(answered)


def test_credentials_that_expire_meanwhile_expire_for_good(aws: SimulatedAws) -> None:
    aws.fault(Fault("sqs:*", "expired", after=2))
    assert outcomes(aws, 4) == [True, True, False, False]


def test_the_counts_are_those_of_the_client(aws: SimulatedAws, clients: Clients) -> None:
    before = clients.budget.spent()
    for spoken in SPOKEN:
        call(clients, spoken)
    sent = {name: number - before.get(name, 0) for name, number in clients.budget.spent().items()}
    counted = {name.split(":")[1]: number for name, number in sent.items() if number}
    assert counted == {name.split(":")[1]: number for name, number in aws.calls.items()}
