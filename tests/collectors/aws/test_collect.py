"""One account read by many threads: what ends, what waits, what stops, and that nothing is lost without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from threading import Barrier, Event, Lock, active_count
from time import sleep
from typing import Any

import pytest

from collectors.aws.collect import AHEAD, AwsCollector, generations
from collectors.aws.options import AwsOptions
from collectors.aws.provider import specs
from collectors.aws.spec import Call, Spec
from collectors.aws.unit import AT_ONCE, side_by_side
from collectors.redact import Redactor
from scanner.model import Fact, Gap, Listed, Present, Reason, Resource, Unread
from scanner.provider import Selection
from simulators.aws import Fault, SimulatedAws
from tests.collectors.aws.fake import FakeAws, Refusal, named, repositories
from tests.conftest import ACCOUNT

REGIONS = ("eu-west-1", "eu-north-1", "us-east-1")
POLICY = Call("get_repository_policy", "policyText", decode="json", repositoryName="{repositoryName}")
MANY = named(*(f"n{number}" for number in range(3 * AHEAD)))


def typed(events: Any, kind: type) -> list[Any]:
    return [each for each in events if isinstance(each, kind)]


# Units.


def test_there_is_a_unit_for_each_service_and_region_and_global_ones_come_first() -> None:
    collector = FakeAws().collector(*specs(), regions=REGIONS)
    units = list(collector.units())
    places = [(unit.api, unit.region) for unit in units]
    assert len(places) == len(set(places))
    scopes = [unit.region == "global" for unit in units]
    assert scopes == sorted(scopes, reverse=True)
    assert sum(len(unit.specs) for unit in units) == sum(1 if spec.scope == "global" else len(REGIONS) for spec in specs())


def test_every_described_parent_is_read_in_the_unit_of_its_children() -> None:
    for unit in FakeAws().collector(*specs()).units():
        types = [spec.type for spec in unit.specs]
        assert all(not spec.parent or types.index(spec.parent) < types.index(spec.type) for spec in unit.specs)


def child(type: str, parent: str) -> Spec:
    return repositories(type=type, parent=parent)


def test_parents_come_before_their_children_and_theirs() -> None:
    ordered = generations([child("c", "b"), child("b", "a"), child("a", ""), child("d", "b")])
    assert [spec.type for spec in ordered] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("specs", [[child("a", "b"), child("b", "a")], [child("a", "a")], [child("a", "elsewhere")]])
def test_a_parent_that_cannot_come_first_is_refused(specs: list[Spec]) -> None:
    with pytest.raises(ValueError, match="in a circle"):
        generations(specs)


# Threads.


def test_work_is_done_in_order_and_at_most_so_much_at_once() -> None:
    running, most, lock = 0, 0, Lock()

    def work(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        sleep(0.0005)
        with lock:
            running -= 1
        return number

    def things() -> Iterator[int]:
        for number in range(4 * AT_ONCE):
            taken.append(number)
            yield number

    taken: list[int] = []
    with ThreadPoolExecutor(2 * AT_ONCE) as readers:
        done = side_by_side(readers, work, things())
        first = next(done)
        assert len(taken) == AT_ONCE + 1, "no more is taken than is worked on"
        assert [first, *done] == list(range(4 * AT_ONCE))
    assert 1 < most <= AT_ONCE


def test_resources_are_read_side_by_side_up_to_the_bound() -> None:
    """Each call waits until all of them are under way: one after the other, none would ever be."""
    everybody = Barrier(AT_ONCE)

    def meet(operation: str, _host: str) -> None:
        if operation == "GetRepositoryPolicy":
            everybody.wait(timeout=10)

    names = [f"n{number}" for number in range(2 * AT_ONCE)]
    fake = FakeAws(DescribeRepositories=named(*names), GetRepositoryPolicy={"policyText": "{}"})
    fake.before = meet
    resources = typed(fake.collector(repositories(facts={"policy": POLICY})).collect(), Resource)
    assert [each.name for each in resources] == names
    assert {each["policy"] == {} for each in resources} == {True}


def test_every_unit_ends_with_what_it_listed_after_its_resources() -> None:
    fake = FakeAws(DescribeRepositories=named("aa", "bb"))
    seen: dict[str, int] = dict.fromkeys(REGIONS, 0)
    for event in fake.collector(repositories(), regions=REGIONS).collect():
        if isinstance(event, Resource):
            assert seen[event.region] >= 0, "nothing follows the end of its listing"
            seen[event.region] += 1
        elif isinstance(event, Listed):
            assert seen[event.region] == 2
            seen[event.region] = -1
    assert set(seen.values()) == {-1}


def test_more_than_the_queue_holds_comes_through() -> None:
    events = FakeAws(DescribeRepositories=MANY).collector(repositories()).collect()
    assert len(typed(events, Resource)) == 3 * AHEAD


@pytest.mark.parametrize("taken", [0, 1, AHEAD + 1])
def test_whoever_stops_taking_ends_every_thread_and_every_call(taken: int) -> None:
    fake = FakeAws(DescribeRepositories=MANY, GetRepositoryPolicy={"policyText": "{}"})
    collector = fake.collector(repositories(facts={"policy": POLICY}), regions=REGIONS * 7)
    before = active_count()
    events = collector.collect()
    assert len(list(islice(events, taken))) == taken
    events.close()
    assert active_count() == before
    sent = len(fake.sent)
    sleep(0.02)
    assert len(fake.sent) == sent < 2 * len(MANY["repositories"])


def test_an_error_of_the_one_who_takes_ends_every_thread_too() -> None:
    before = active_count()
    events = FakeAws(DescribeRepositories=MANY).collector(repositories(), regions=REGIONS).collect()
    next(events)
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt)
    assert active_count() == before


def test_closing_from_elsewhere_ends_the_scan_with_gaps() -> None:
    closed = Event()

    def answer(_: Any) -> Any:
        collector.close()
        closed.set()
        return named("aa", "bb")

    collector = FakeAws(DescribeRepositories=answer).collector(repositories(facts={"policy": POLICY}), regions=REGIONS * 10)
    events = list(collector.collect())
    assert closed.is_set()
    assert {(gap.reason, gap.code) for gap in typed(events, Gap)} == {(Reason.UNAVAILABLE, "SpentError")}
    assert [each.complete for each in typed(events, Listed)] == [False] * 30


def test_a_fault_outside_of_any_type_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence would look like an empty region."""

    def faulty(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("collectors.aws.unit.UnitReader._gaps", faulty)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        list(FakeAws(DescribeRepositories=named("aa")).collector(repositories(), regions=REGIONS).collect())


def test_one_region_that_refuses_leaves_the_others_alone() -> None:
    fake = FakeAws(DescribeRepositories=named("aa"))
    by_organization = Refusal("AccessDeniedException", "with an explicit deny in a service control policy")
    fake.before = lambda _, host: by_organization if "eu-north-1" in host else None
    events = list(fake.collector(repositories(), regions=REGIONS).collect())
    assert {each.region: each.complete for each in typed(events, Listed)} == {
        "eu-west-1": True,
        "eu-north-1": False,
        "us-east-1": True,
    }
    assert [(gap.region, gap.reason) for gap in typed(events, Gap)] == [("eu-north-1", Reason.DENIED)]


def test_gaps_met_on_the_way_in_come_first() -> None:
    gap = Gap("aws.account.region", "global", "aws.account", "ec2:DescribeRegions", Reason.DENIED)
    collector = AwsCollector(FakeAws().connection(), REGIONS, [], Redactor(b"key"), [gap])
    assert list(collector.collect()) == [gap]


# On the wire.


@pytest.mark.parametrize("limit", [3, 8, 20])
def test_a_budget_of_calls_is_what_the_wire_sees_at_most(aws: SimulatedAws, limit: int) -> None:
    """Told by the role's key, as requests of processes that were killed before may still come in."""
    collector = enter(aws, "sqs", "s3", max_calls=limit)
    key = collector.connection.clients.session.get_credentials().access_key  # type: ignore[union-attr]
    events = list(collector.collect())
    assert aws.callers[key] == sum(collector.calls.values()) == limit
    codes = {gap.code for gap in typed(events, Gap)}
    unread = {f.code for each in typed(events, Resource) for f in each.facts.values() if isinstance(f, Unread)}
    assert "SpentError" in codes | unread


def test_attempts_on_the_wire_are_those_of_the_options(aws: SimulatedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    aws.fault(Fault("sqs:ListQueues", "error"))
    collector = enter(aws, "sqs", attempts=3)
    aws.reset_calls()
    assert [gap.reason for gap in typed(collector.collect(), Gap)] == [Reason.UNAVAILABLE]
    assert aws.calls["sqs:ListQueues"] == 3


OWN_TAGS = ("backup", "dynamodb", "ecr", "kms", "s3", "sns", "sqs")


def test_without_the_tagging_api_the_same_is_seen_by_more_calls(aws: SimulatedAws) -> None:
    """To the letter: what was read in another way must not pass for a change."""
    once = found(enter(aws, *OWN_TAGS))
    few = aws.calls.total()
    aws.fault(Fault("resourcegroupstaggingapi:GetResources", "denied"))
    assert found(enter(aws, *OWN_TAGS)) == once
    assert any(facts["tags"] != Present({}) for (type, _), facts in once.items() if type == "aws.s3.bucket")
    assert aws.calls.total() > few


def found(collector: AwsCollector) -> dict[tuple[str, str], Mapping[str, Fact]]:
    """Return the facts of what has tags, by type and id."""
    return {(each.type, each.id): each.facts for each in typed(collector.collect(), Resource) if "tags" in each.facts}


def enter(aws: SimulatedAws, *services: str, **options: Any) -> AwsCollector:
    from collectors.aws import PROVIDER  # noqa: PLC0415

    aws.reset_calls()
    selection = Selection(frozenset({"eu-west-1"}), frozenset(services))
    given = {"attempts": 1, "role_arn": f"arn:aws:iam::{ACCOUNT}:role/demarc-read", **options}
    collector = PROVIDER.connect(AwsOptions(**given), selection, secret_key=lambda: b"key")
    assert isinstance(collector, AwsCollector)
    return collector
