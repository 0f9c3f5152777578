"""Templates, documents and pages: what comes out of an answer, and that nothing malformed comes out as absent."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from itertools import islice
from string import Formatter
from typing import Any

import pytest
from botocore.exceptions import UnknownServiceError
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.aws.errors import FAILURES, DecodeError, SpentError
from collectors.aws.provider import specs
from collectors.aws.read import TOKENS, Caller, decode, fill, joined, plain, unread, xform
from collectors.aws.session import Budget
from collectors.aws.spec import Call
from scanner.model import Reason, Unread
from tests.collectors.aws.fake import LOADER, FakeAws, Raw, Refusal, repositories
from tests.collectors.aws.test_specs import operation

NAMES = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8).filter(str.isidentifier)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="{}"), max_size=20)
ROWS = st.dictionaries(NAMES, st.text(max_size=20) | st.integers(), min_size=1, max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


# Templates.


@given(ROWS)
def test_a_template_is_filled_with_what_the_row_holds_and_never_again(row: dict[str, Any]) -> None:
    """A value that looks like a template stays a value."""
    template = "/".join(f"{{{name}}}" for name in row)
    assert fill(template, row) == "/".join(str(value) for value in row.values())


@given(JSON)
def test_what_holds_no_template_is_left_alone(value: Any) -> None:
    assert fill({"given": value}, {}) == {"given": value}


def test_templates_are_filled_wherever_they_stand() -> None:
    row = {"Id": "x", "parent": {"Arn": "arn"}, "n": 3}
    assert fill({"a": ["{Id}", {"b": "{parent[Arn]}:{n}"}], "c": True}, row) == {"a": ["x", {"b": "arn:3"}], "c": True}


@pytest.mark.parametrize("row", [{}, {"Id": None}, {"Id": ["x"]}, {"Id": {"x": 1}}], ids=repr)
def test_what_is_missing_or_no_text_fills_no_template(row: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        fill("arn:{Id}", row)


# Documents.


@given(JSON.filter(lambda value: value is not None))
def test_json_within_an_answer_is_decoded(value: Any) -> None:
    assert decode(Call("get", decode="json"), json.dumps(value)) == value


@pytest.mark.parametrize("value", [{"Statement": []}, []])
def test_what_the_sdk_has_decoded_stays(value: Any) -> None:
    assert decode(Call("get", decode="json"), value) == value


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("json", ""),
        ("json", "{"),
        ("json", "null"),
        ("json", "{'a': 1}"),
        ("json", '{"a": 1} and more'),
        ("json", b"\xff\xfe{"),
        ("json", "[" * 100_000),
        ("csv", b""),
        ("csv", b"user,arn\nonly-one-field"),
        ("csv", b"user,arn\none,two,three"),
        ("csv", b'user,arn\n"one,two'),
        ("csv", b"user,arn\n\xff,two"),
        ("base64", "no base64!"),
        ("base64", "YQ"),
    ],
)
def test_a_malformed_document_is_an_error(kind: Any, document: Any) -> None:
    with pytest.raises(DecodeError, match=f"malformed {kind}"):
        decode(Call("get", decode=kind), document)


@pytest.mark.parametrize("kind", ["json", "csv", "base64"])
def test_no_document_is_none(kind: Any) -> None:
    assert decode(Call("get", decode=kind), None) is None


def test_a_report_is_rows_and_packed_text_is_text() -> None:
    assert decode(Call("get", decode="csv"), b'user,arn\n"a,b",c\n') == [{"user": "a,b", "arn": "c"}]
    assert decode(Call("get", decode="csv"), b"user,arn\n") == []
    assert decode(Call("get", decode="base64"), base64.b64encode("é".encode()).decode()) == "é"
    assert decode(Call("get", decode="base64"), base64.b64encode(b"\xff").decode()) == "\ufffd"


def test_plain_data_is_json() -> None:
    at = datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    assert plain({"at": at, "bytes": b"\x00\xff", "n": 1.5}) == {"at": "2026-01-02T01:00:00+00:00", "bytes": "AP8=", "n": 1.5}


@pytest.mark.parametrize(
    "value", [{"half": "\ud800"}, {"huge": 2**70}, {1, 2}, datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))], ids=str
)
def test_what_json_cannot_hold_is_an_error_and_no_crash(value: Any) -> None:
    with pytest.raises(DecodeError):
        plain(value)


# Pages.


def test_pages_are_joined_where_they_are_lists() -> None:
    call = Call("list", "rows")
    assert joined(call, [{"rows": [1]}, {}, {"rows": [2]}]) == [1, 2]
    assert joined(call, [{"rows": {"a": 1}}]) == {"a": 1}
    assert joined(call, [{}]) is None
    with pytest.raises(DecodeError, match="2 pages that cannot be joined"):
        joined(call, [{"rows": {"a": 1}}, {"rows": [1]}])


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.type)
def test_no_described_operation_stops_at_its_first_page(spec: Any) -> None:
    """Whatever answers with a token is followed, by botocore's paginator or by one of our pairs."""
    for call in spec.calls:
        shape = operation(call.service or spec.api, call.operation)
        asked = shape.input_shape.members if shape.input_shape else {}
        answered = shape.output_shape.members if shape.output_shape else {}
        tokens = {name for name in asked.keys() & answered.keys() if name.lower().endswith(("token", "marker"))}
        pairs = {given for given, got in TOKENS if given in asked and got in answered}
        assert tokens <= pairs or paginated(call.service or spec.api, call.operation), call.operation


def paginated(service: str, method: str) -> bool:
    try:
        return operation(service, method).name in LOADER.load_service_model(service, "paginators-1")["pagination"]
    except UnknownServiceError:  # one without any
        return False


def test_the_budget_is_asked_before_each_page() -> None:
    fake = FakeAws(DescribeRepositories=[{"repositories": [], "nextToken": str(number)} for number in range(9)])
    connection = fake.connection(Budget(calls=3))
    pages = Caller(connection.clients("ecr", "eu-west-1"), connection.clients.budget).pages(repositories().calls[0], {})
    with pytest.raises(SpentError, match="budget of 3 calls"):
        list(pages)
    assert len(fake.sent) == 3


# Preparations.


REPORT = Call(
    "get_credential_report",
    "Content",
    service="iam",
    decode="csv",
    by="user",
    key="{UserName}",
    prepare="generate_credential_report",
)


class Reporter:
    """A client that needs so many polls before its report is there."""

    def __init__(self, *states: Any) -> None:
        self.meta = FakeAws().connection().clients("iam", "eu-west-1").meta
        self.states = list(states)
        self.sent: list[str] = []

    def can_paginate(self, _: str) -> bool:
        return False

    def generate_credential_report(self) -> Any:
        self.sent.append("generate")
        state = self.states.pop(0)
        if isinstance(state, Exception):
            raise state
        return {"State": state}

    def get_credential_report(self) -> Any:
        self.sent.append("get")
        return {"Content": b"user,arn\na,b\n"}


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.aws.read.POLL_SECONDS", 0)


def test_a_report_is_awaited_before_it_is_fetched(hurried: None) -> None:
    client = Reporter("STARTED", "INPROGRESS", "COMPLETE")
    assert list(Caller(client, Budget()).pages(REPORT, {})) == [[{"user": "a", "arn": "b"}]]
    assert client.sent == ["generate"] * 3 + ["get"]


def test_a_report_that_may_not_be_made_says_why_and_is_not_fetched(hurried: None) -> None:
    denied = FakeAws(DescribeRepositories=Refusal("AccessDeniedException")).connection().clients("ecr", "eu-west-1")
    with pytest.raises(denied.exceptions.ClientError) as raised:
        denied.describe_repositories()
    client = Reporter(raised.value)
    with pytest.raises(denied.exceptions.ClientError) as told:
        list(Caller(client, Budget()).pages(REPORT, {}))
    fact = unread(told.value, repositories(), REPORT)
    assert (fact.reason, fact.code) == (Reason.DENIED, "AccessDeniedException")
    assert client.sent == ["generate"]


def test_a_report_that_never_comes_is_unavailable(hurried: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.aws.read.POLL_TIMES", 2)
    with pytest.raises(Exception, match="Max attempts exceeded") as told:
        list(Caller(Reporter("STARTED", "STARTED"), Budget()).pages(REPORT, {}))
    assert unread(told.value, repositories(), REPORT).reason is Reason.UNAVAILABLE  # type: ignore[arg-type]


# Names.


def test_what_is_unread_names_the_operation_and_every_permission() -> None:
    call = Call("get_credential_report", service="iam", prepare="generate_credential_report")
    assert unread(SpentError("spent"), repositories(), call) == Unread(
        Reason.UNAVAILABLE, "SpentError", "iam:GetCredentialReport", "iam:GetCredentialReport iam:GenerateCredentialReport"
    )
    assert xform("list_buckets") == "ListBuckets"


def test_templates_of_specs_are_plain_fields() -> None:
    """No conversions and no formats: a template says which field, and nothing about how it looks."""
    for spec in specs():
        for template in (spec.id, spec.name, spec.region):
            assert all(not conversion and not shape for _, _, shape, conversion in Formatter().parse(template))


# Whatever comes.


ANSWERED: dict[str, Any] = {}
FUZZED = FakeAws(DescribeRepositories=lambda _: Raw(ANSWERED["body"])).connection()
READER = Caller(FUZZED.clients("ecr", "eu-west-1"), FUZZED.clients.budget)
ROW = st.fixed_dictionaries({}, optional={"repositoryArn": JSON, "createdAt": JSON, "imageScanningConfiguration": JSON})


@settings(max_examples=150)
@given(st.fixed_dictionaries({}, optional={"repositories": JSON | st.lists(ROW, max_size=3), "nextToken": JSON}) | JSON)
def test_whatever_json_comes_is_data_or_a_failure_of_a_known_kind(body: Any) -> None:
    ANSWERED["body"] = json.dumps(body).encode()
    try:
        pages = list(islice(READER.pages(repositories().calls[0], {}), 3))
    except FAILURES:
        return
    assert json.loads(json.dumps(pages)) == pages
