"""What queues tell, on both engines: written down once, looked at by runs, and attacks as findings at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from scanner.config import ConfigError, Target, load
from scanner.daemon import changes, upkeep
from scanner.daemon.change import Attack, Change, Message, SourceError, Trial
from scanner.daemon.changes import Ear, Keeper, Listener, Listening
from scanner.daemon.metrics import Metrics
from scanner.daemon.narrowing import narrowed
from scanner.daemon.plan import plan
from scanner.inventory import alerts, announced, incidents, outbox, queued, slots
from scanner.inventory.announced import CHANGES, Queue, Stale
from scanner.inventory.errors import InventoryError
from scanner.inventory.outbox import Interest
from scanner.inventory.queued import Wanted
from scanner.inventory.slots import DONE, Claim, Slot
from scanner.inventory.store import Store
from scanner.model import Account, Severity
from tests.scanner.daemon.test_faults import eventually
from tests.scanner.inventory.build import ask, box, day, look

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
QUEUE = Queue("main", "aws", "one")
ACCOUNT = Account("aws", "1", "One")
STOPPED = Attack("trail_stopped", "logging.audit_trail", "aws.cloudtrail", Severity.CRITICAL, "stopped a trail")
CHANGE = Change("e1", "1", "s3:PutBucketPolicy", NOW, "eu-west-1", ("aws.s3",), "aws.s3.bucket", "b1", "eve", "192.0.2.7")
ATTACK = replace(CHANGE, event="e2", what="cloudtrail:StopLogging", services=("aws.cloudtrail",), attack=STOPPED, id="main")
ALL = Interest("security", Severity.HIGH, frozenset({"opened"}))


class World:
    """An inventory in which account 1 was looked at, by a run for the account "one" of demarc.toml."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.metrics = Metrics()
        self.keeper = self.listens()
        look(store, box("b1"), account=ACCOUNT)
        claim = slots.claim(store, Slot("nightly", "aws", "one", NOW - MINUTE), "d", NOW)
        assert claim
        wrote = {"provider": "aws", "id": "1", "snapshot": 1, "status": "complete"}
        slots.end(store, claim, DONE, NOW, accounts=[wrote])

    def listens(self, *interests: Interest) -> Keeper:
        more: dict[str, Any] = {"interests": interests, "metrics": self.metrics, "clock": lambda: self.now}
        return Keeper(self.store, Listening.model_construct(queues=()), **more)

    def keep(self, *messages: Message) -> list[str]:
        return self.keeper.keep(QUEUE, messages)

    def count(self, outcome: str) -> float:
        labels = {"queue": "main", "outcome": outcome}
        return self.metrics.registry.get_sample_value("demarc_changes_total", labels) or 0.0

    def due(self) -> list[Slot]:
        return [slot for _, slot in announced.due(self.store, self.now)]

    def take(self) -> tuple[Claim, list[Stale]]:
        (slot,) = self.due()
        claim = slots.claim(self.store, slot, "d", self.now)
        assert claim
        return claim, announced.take(self.store, claim, self.now)

    def states(self) -> list[tuple[Any, ...]]:
        return ask(self.store, "SELECT event, state FROM change ORDER BY pk")


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def message(*told: Change, receipt: str = "r1", attempt: int = 1, problem: str = "") -> Message:
    return Message(receipt, attempt, told, problem)


class TestStale:
    def test_changes_that_come_together_are_one_run(self, world: World) -> None:
        assert world.keep(message(CHANGE), message(replace(CHANGE, event="e3"), receipt="r2")) == ["r1", "r2"]
        assert world.due() == []
        world.now += 10 * SECOND
        world.keep(message(replace(CHANGE, event="e4"), receipt="r3"))
        (slot,) = world.due()
        assert (slot.schedule, slot.provider, slot.target) == (CHANGES, "aws", "one")
        claim, taken = world.take()
        assert [each.event for each in taken] == ["e1", "e3", "e4"]
        announced.done(world.store, claim)
        assert world.states() == [("e1", "done"), ("e3", "done"), ("e4", "done")]

    def test_one_that_comes_twice_is_one_even_after_it_was_looked_at(self, world: World) -> None:
        assert world.keep(message(CHANGE)) == world.keep(message(CHANGE)) == ["r1"]
        world.now += 10 * SECOND
        claim, _ = world.take()
        announced.done(world.store, claim)
        world.keep(message(CHANGE))
        assert world.states() == [("e1", "done")]
        assert (world.count("stale"), world.count("again")) == (1, 2)

    def test_what_changes_while_it_is_looked_at_is_looked_at_again(self, world: World) -> None:
        world.keep(message(CHANGE))
        world.now += 10 * SECOND
        claim, _ = world.take()
        world.keep(message(replace(CHANGE, event="e9")))
        announced.done(world.store, claim)
        slots.end(world.store, claim, DONE, world.now)
        assert world.states() == [("e1", "done"), ("e9", "waiting")]
        world.now += 10 * SECOND
        assert world.due() == []  # an account has its rest
        world.now += 20 * SECOND
        assert len(world.due()) == 1

    def test_a_run_that_comes_to_nothing_is_tried_again_and_then_left_to_the_schedule(self, world: World) -> None:
        world.keep(message(CHANGE))
        seen = []
        for wait in (10 * SECOND, MINUTE, 2 * MINUTE):
            world.now += wait
            claim, taken = world.take()
            seen.append(len(taken))
            slots.end(world.store, claim, slots.LOST, world.now)
            assert world.due() == []
        assert seen == [1, 1, 1]
        world.now += 4 * MINUTE
        assert announced.leave(world.store, world.now) == 1
        assert world.states() == [("e1", "left")]
        assert world.due() == []

    def test_with_a_queue_of_workers_it_waits_there_once_and_a_worker_takes_it(self, world: World) -> None:
        world.keep(message(CHANGE))
        world.now += 10 * SECOND

        def put() -> int:
            return queued.put(world.store, [Wanted(slot, 0) for slot in world.due()], (), "d", world.now)

        assert put() == 1
        world.keep(message(replace(CHANGE, event="e3")))
        world.now += 10 * SECOND
        assert put() == 0
        ((pk,),) = ask(world.store, "SELECT pk FROM run WHERE state = 'queued'")
        claim = queued.start(world.store, pk, 1, "worker", world.now)
        assert claim
        assert [each.event for each in announced.take(world.store, claim, world.now)] == ["e1", "e3"]

    def test_what_is_in_an_account_that_nobody_scans_is_left(self, world: World) -> None:
        world.keep(message(replace(CHANGE, account="9")))
        world.now += 10 * SECOND
        assert world.due() == []
        assert announced.leave(world.store, world.now) == 0  # its first scan may be under way
        world.now += timedelta(hours=2)
        assert announced.leave(world.store, world.now) == 1

    def test_a_run_for_changes_does_not_tell_which_accounts_there_are(self, world: World) -> None:
        world.keep(message(CHANGE))
        world.now += 10 * SECOND
        claim, _ = world.take()
        slots.end(world.store, claim, DONE, world.now, accounts=[])
        with world.store.reading() as connection:
            assert announced.places(connection) == {("aws", "1"): "one"}

    def test_an_account_of_which_only_what_stands_for_it_is_told_is_looked_up(self, world: World) -> None:
        look(world.store, box("//projects/7"), account=ACCOUNT, on=2)
        numbered = replace(CHANGE, account="", stands_for="//projects/7")
        strange = replace(numbered, event="e2", stands_for="//projects/8")
        assert world.keep(message(numbered), message(strange, receipt="r2")) == ["r1"]
        assert ask(world.store, "SELECT account_id, event FROM change") == [("1", "e1")]

    def test_what_is_over_for_long_is_forgotten(self, world: World) -> None:
        world.keep(message(CHANGE, replace(CHANGE, event="e2")))
        world.now += 10 * SECOND
        claim, _ = world.take()
        announced.done(world.store, claim)
        world.keep(message(replace(CHANGE, event="e3")))
        for days, left in ((6, 3), (8, 1)):
            with slots.quick(world.store) as connection:
                announced.forget(connection, NOW + timedelta(days=days))
            assert len(world.states()) == left

    def test_a_look_at_a_part_is_no_look_at_the_account(self, world: World) -> None:
        """Else an account whose schedule came to nothing for days would never be overdue."""
        world.keep(message(CHANGE))
        world.now += 10 * SECOND
        claim, _ = world.take()
        seen = look(world.store, box("b1"), account=ACCOUNT, on=9)
        announced.done(world.store, claim, [seen.snapshot_id])
        slots.end(world.store, claim, slots.FAILED, world.now)
        with world.store.reading() as connection:
            past = alerts.pasts(connection, [("aws", "one")])["aws", "one"]
        assert [each.looked for each in past.accounts] == [day(1)]
        assert past.state == DONE


class TestMessages:
    def test_one_that_cannot_be_read_is_left_for_a_dead_letter_queue_and_taken_out_in_the_end(self, world: World) -> None:
        poison = [message(problem="no JSON", attempt=attempt) for attempt in (1, 4, 5)]
        assert [world.keep(each) for each in poison] == [[], [], ["r1"]]
        assert (world.count("unread"), world.count("given_up")) == (3, 1)

    def test_where_a_queue_does_not_count_it_is_taken_out_at_once(self, world: World) -> None:
        assert world.keep(message(problem="no JSON", attempt=0), message(CHANGE, receipt="r2")) == ["r1", "r2"]
        assert world.states() == [("e1", "waiting")]

    def test_one_that_tells_of_nothing_is_taken_out(self, world: World) -> None:
        assert world.keep(message()) == ["r1"]
        assert world.count("nothing") == 1

    @pytest.mark.parametrize("odd", ["\0", "\ud800", "x" * 5000, "'; DROP TABLE change; --"])
    def test_what_strangers_name_is_kept_as_text(self, world: World, odd: str) -> None:
        for each in (replace(CHANGE, id=odd, region=odd), replace(ATTACK, id=odd, who=odd, origin=odd, event=odd)):
            assert world.keep(message(each)) == ["r1"]
        assert world.count("attack") == 1


class TestAttacks:
    def test_it_is_a_finding_at_once_and_told_at_once(self, world: World) -> None:
        world.keeper = world.listens(ALL, Interest("other", Severity.HIGH, frozenset({"opened"}), ("2",)))
        assert world.keep(message(ATTACK)) == ["r1"]
        query = "SELECT check_id, severity, owner, service, area, status, reason FROM finding"
        reason = "eve stopped a trail (main) at 2026-03-02 02:00:00 UTC, from 192.0.2.7"
        assert ask(world.store, query) == [
            ("aws.event.trail_stopped", "critical", "shared", "aws.cloudtrail", "logging", "fail", reason)
        ]
        assert ask(world.store, "SELECT event FROM finding_event") == [("opened",)]
        assert ask(world.store, "SELECT channel, state FROM outbox") == [("security", "waiting")]
        assert ask(
            world.store, "SELECT resource_type, resource_id FROM current_resources WHERE resource_type = 'aws.event'"
        ) == [("aws.event", "e2")]

    def test_one_that_comes_twice_is_one_finding_and_one_message(self, world: World) -> None:
        world.keeper = world.listens(ALL)
        world.keep(message(ATTACK), message(ATTACK, receipt="r2"))
        world.keep(message(ATTACK))
        world.keep(message(replace(ATTACK, event="e3")))
        assert ask(world.store, "SELECT count(*) FROM finding") == ask(world.store, "SELECT count(*) FROM outbox") == [(2,)]
        assert world.count("attack") == 2

    def test_it_is_told_once_though_its_look_was_not_told_so_far(self, world: World) -> None:
        world.keeper = world.listens(ALL)
        with slots.quick(world.store) as connection:
            outbox.tell(connection, [ALL], world.now)  # the channel is known by now
        look(world.store, box("b1"), account=ACCOUNT, on=60)
        world.keep(message(ATTACK))
        with slots.quick(world.store) as connection:
            outbox.tell(connection, [ALL], world.now)
        assert ask(world.store, "SELECT count(*) FROM outbox") == [(1,)]

    def test_in_an_account_that_was_never_looked_at_it_waits_in_the_queue(self, world: World) -> None:
        early = replace(ATTACK, account="2")
        assert world.keep(message(early, attempt=1), message(CHANGE, receipt="r2")) == ["r2"]
        look(world.store, box("b1"), account=Account("aws", "2"))
        assert world.keep(message(early, attempt=2)) == ["r1"]
        assert ask(world.store, "SELECT count(*) FROM finding") == [(1,)]
        assert world.keep(message(replace(ATTACK, account="3"), attempt=5)) == ["r1"]

    def test_a_later_look_leaves_it_open(self, world: World) -> None:
        world.keep(message(ATTACK))
        look(world.store, box("b2"), account=ACCOUNT, on=90, then=lambda begun: begun.retire([]))
        assert ask(world.store, "SELECT status, opened_at IS NOT NULL, resolved_at FROM finding") in (
            [("fail", 1, None)],
            [("fail", True, None)],
        )

    def test_it_ends_by_age(self, world: World) -> None:
        world.keep(message(ATTACK))
        world.now += timedelta(days=29)
        world.keep(message(replace(ATTACK, event="e3")))
        assert incidents.age(world.store, world.now - timedelta(days=30), world.now) == 0
        world.now += timedelta(days=2)
        upkeep.settle(world.store, timedelta(days=30), world.metrics, lambda: world.now)
        assert ask(world.store, "SELECT event, cause FROM finding_event ORDER BY pk") == [
            ("opened", "failed"),
            ("opened", "failed"),
            ("resolved", "gone"),
        ]
        assert ask(world.store, "SELECT resource_id FROM current_resources WHERE resource_type = 'aws.event'") == [("e3",)]

    def test_a_setting_that_an_event_carries_is_judged_by_the_check_for_it(self, world: World) -> None:
        def trial(principal: Any, check: str = "aws.s3.bucket.not_public") -> Change:
            body = {"Effect": "Allow", "Principal": principal, "Action": "s3:*", "Resource": "*"}
            facts = {"policy": {"Version": "2012-10-17", "Statement": [body]}, "public_access_block": None}
            return replace(ATTACK, event=f"{principal} {check}", trial=Trial(check, "aws.s3.bucket", facts))

        for each in (trial("*"), trial({"AWS": "1"}), trial(7), trial("*", "aws.s3.bucket.no_such_check")):
            world.keep(message(each))
        assert ask(world.store, "SELECT count(*) FROM finding") == [(1,)]

    def test_nothing_is_written_of_a_message_whose_finding_cannot_be(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> bool:
            raise InventoryError("disk full")

        monkeypatch.setattr(incidents, "write", full)
        with pytest.raises(InventoryError):
            world.keep(message(ATTACK))
        assert ask(world.store, "SELECT count(*) FROM finding") == [(0,)]
        assert world.states() == []


class Fake:
    """A queue that does what a script says: messages, or an error."""

    def __init__(self, script: Sequence[Any]) -> None:
        self.script: Iterator[Any] = iter(script)
        self.out: list[str] = []
        self.opened = 0
        self.over = Event()

    def listen(self, options: Any, address: str) -> Fake:
        self.opened += 1
        return self

    def receive(self) -> Sequence[Message]:
        said = next(self.script, None)
        if said is None:
            self.over.wait(30)
            return ()
        if isinstance(said, Exception):
            raise said
        return tuple(said)

    def done(self, receipts: Sequence[str]) -> None:
        self.out += receipts

    def close(self) -> None:
        self.over.set()

    def permissions(self, address: str) -> Any:
        return {}


@pytest.fixture
def listener(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Listen to a fake queue until the test ends."""
    monkeypatch.setattr(changes, "PAUSES", (0.01,))
    begun: list[Listener] = []

    def start(*script: Any) -> Fake:
        fake = Fake(script)
        target: Any = SimpleNamespace(options=None)
        begun.append(Listener(Ear(QUEUE, "x", fake, target), world.keeper))
        begun[-1].start()
        return fake

    yield start
    for each in begun:
        each.stop()
        each.join()
        assert not each._thread.is_alive()


class TestListening:
    def test_what_is_written_down_is_taken_out(self, world: World, listener: Any) -> None:
        fake = listener([message(CHANGE)], [message(problem="x", receipt="r2"), message(ATTACK, receipt="r3")])
        eventually(lambda: fake.out == ["r1", "r3"])
        assert world.states() == [("e1", "waiting"), ("e2", "waiting")]

    def test_a_queue_that_cannot_be_read_is_noted_and_tried_again_with_a_new_connection(
        self, world: World, listener: Any
    ) -> None:
        fake = listener(SourceError("denied"), SourceError("denied"), [message(CHANGE)])
        eventually(lambda: fake.out == ["r1"])
        assert fake.opened == 3
        assert world.metrics.registry.get_sample_value("demarc_queue_up", {"queue": "main"}) == 1

    def test_where_nothing_can_be_written_nothing_is_taken_out(
        self, world: World, listener: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept, tried = world.keeper.keep, []

        def keep(queue: Queue, messages: Sequence[Message]) -> list[str]:
            tried.append(1)
            if len(tried) == 1:
                raise InventoryError("locked")
            return kept(queue, messages)

        monkeypatch.setattr(world.keeper, "keep", keep)
        fake = listener([message(CHANGE)], [message(CHANGE)])
        eventually(lambda: fake.out == ["r1"])
        assert fake.opened == 1
        assert world.states() == [("e1", "waiting")]

    def test_what_was_not_taken_out_comes_again_and_is_one(self, world: World, listener: Any) -> None:
        """A daemon that is killed between writing down and taking out has written down once."""
        world.keep(message(CHANGE, ATTACK))
        fake = listener([message(CHANGE, ATTACK, attempt=2)])
        eventually(lambda: fake.out == ["r1"])
        assert world.states() == [("e1", "waiting"), ("e2", "waiting")]
        assert ask(world.store, "SELECT count(*) FROM finding") == [(1,)]

    def test_a_queue_that_nobody_could_read_for_long_is_an_alert_until_somebody_can(self, world: World, tmp_path: Path) -> None:
        text = '[[accounts]]\nprovider = "aws"\nname = "one"\n[[schedules]]\nname = "n"\ncron = "0 2 1 1 *"\n'
        (tmp_path / "demarc.toml").write_text(text)
        made = plan(load(tmp_path / "demarc.toml", {}), {})
        turned = []
        world.keeper.heard(QUEUE)
        for minutes, why in ((5, "denied"), (6, "denied"), (0, ""), (1, "")):
            world.now += minutes * MINUTE
            if why:
                world.keeper.deaf(QUEUE, why)
            elif not minutes:
                world.keeper.heard(QUEUE)
            now = upkeep.watch(world.store, made, lambda: world.now, [QUEUE])
            turned.append([(each.wrong.kind, each.over, each.wrong.note) for each in now if each.wrong.kind == "deaf"])
        assert turned == [[], [("deaf", False, "denied")], [("deaf", True, "denied")], []]


class TestNarrowing:
    WHOLE: Any = Target(SimpleNamespace(), None, frozenset(), frozenset())

    def stale(self, service: str, region: str = "eu-west-1") -> Stale:
        return Stale("aws", "1", "e", "what", service, region, "", "", NOW)

    def test_it_holds_the_services_and_regions_that_changed(self) -> None:
        found = narrowed([self.stale("aws.s3"), self.stale("aws.vpc", "us-east-1")], self.WHOLE)
        assert found
        assert (set(found.services), set(found.regions)) == ({"aws.s3", "aws.vpc"}, {"eu-west-1", "us-east-1"})

    def test_what_is_somewhere_is_looked_for_everywhere(self) -> None:
        found = narrowed([self.stale("aws.s3"), self.stale("aws.vpc", "")], self.WHOLE)
        assert found
        assert found.regions == frozenset()

    def test_it_stays_within_what_the_account_is_scanned_for(self) -> None:
        within = replace(self.WHOLE, regions=frozenset({"eu-west-1"}), services=frozenset({"s3"}))
        found = narrowed([self.stale("aws.s3"), self.stale("aws.vpc"), self.stale("aws.s3", "us-east-1")], within)
        assert found
        assert (set(found.services), set(found.regions)) == ({"aws.s3"}, {"eu-west-1"})
        assert narrowed([self.stale("aws.vpc")], within) is None
        assert narrowed([], within) is None


class TestConfiguration:
    GOOD = '[[queues]]\nname = "q"\nprovider = "aws"\nurl = "x"\n'
    TWO = '[[accounts]]\nprovider = "aws"\nname = "one"\n[[accounts]]\nprovider = "aws"\nname = "two"\n'

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "queues"),
            ("queues = []", "there is no"),
            (GOOD + GOOD, "two are called 'q'"),
            (GOOD + 'colour = "red"', "colour"),
            (GOOD.replace("aws", "ibm"), "provider is one of"),
            ('window = "x"\n' + GOOD, "write a time as"),
        ],
    )
    def test_what_cannot_be_used_is_told_in_one_line(self, tmp_path: Path, text: str, said: str) -> None:
        (tmp_path / "changes.toml").write_text(text)
        with pytest.raises(ConfigError, match=said):
            changes.ears(changes.load(tmp_path / "changes.toml"), load(None, {}))

    def test_a_queue_is_read_with_one_account(self, tmp_path: Path) -> None:
        (tmp_path / "changes.toml").write_text(self.GOOD)
        (tmp_path / "demarc.toml").write_text(self.TWO)
        listening, config = changes.load(tmp_path / "changes.toml"), load(tmp_path / "demarc.toml", {})
        with pytest.raises(ConfigError, match="q: account says which of the aws"):
            changes.ears(listening, config)
        (tmp_path / "changes.toml").write_text(self.GOOD + 'account = "two"')
        (ear,) = changes.ears(changes.load(tmp_path / "changes.toml"), config)
        assert ear.queue == Queue("q", "aws", "two")
