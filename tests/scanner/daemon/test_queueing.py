"""What waits for workers, in which order, what is sent when and again, and what is begun: without a broker or a process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from scanner.config import ConfigError
from scanner.daemon import plan as plans
from scanner.daemon.engine import Engine
from scanner.daemon.queueing import BrokerError, Queue
from scanner.inventory import queued, slots
from scanner.inventory.queued import Limit, Message, Room, Wanted
from scanner.inventory.slots import DONE, Slot
from scanner.inventory.store import Store
from tests.scanner.daemon.test_engine import HOUR, MINUTE, NIGHT, SECOND, World
from tests.scanner.inventory.build import ask

LEASE = timedelta(seconds=60)
MORE = "[[schedules]]\nname = 'hourly'\ncron = '0 * * * *'\naccounts = ['one']"


@dataclass
class Fake:
    """A broker that holds what it gets, until it breaks."""

    held: list[Message] = field(default_factory=list)
    broken: bool = False

    def send(self, message: Message) -> None:
        if self.broken:
            raise BrokerError("the broker took no message: connection refused")
        self.held.append(message)

    def depth(self) -> int:
        if self.broken:
            raise BrokerError("the broker does not answer: connection refused")
        return len(self.held)


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    return World(tmp_path, store)


@pytest.fixture
def broker() -> Fake:
    return Fake()


def daemon(world: World, broker: Fake, more: str = "", name: str = "a") -> Engine:
    made = world.daemon(name, more=more)
    made.queue = Queue(world.store, name, broker)
    return made


def begin(world: World, message: Message, who: str = "worker") -> slots.Claim | None:
    return queued.start(world.store, message.pk, message.attempt, who, world.now)


def names(world: World, messages: Sequence[Message]) -> list[str]:
    targets = dict(ask(world.store, "SELECT pk, target FROM run"))
    return [targets[each.pk] for each in messages]


def states(world: World) -> dict[str, tuple[str, int]]:
    rows = ask(world.store, "SELECT target, state, attempt FROM run ORDER BY pk")
    return {target: (state, attempt) for target, state, attempt in rows}


def finish(world: World, claim: slots.Claim, took: timedelta) -> None:
    slots.end(world.store, claim, DONE, world.now + took)


class TestDaemon:
    def test_lets_what_is_due_wait_once_and_begins_nothing(self, world: World, broker: Fake) -> None:
        one, two = daemon(world, broker), daemon(world, broker, name="b")
        for each in (one, two, one, two):
            each.pulse()
        assert names(world, broker.held) == ["one", "two", "three"]
        assert states(world) == dict.fromkeys(("one", "two", "three"), ("queued", 1))
        assert world.begun == []

    def test_what_somebody_asked_for_goes_first_and_is_urgent(self, world: World, broker: Fake) -> None:
        slots.ask(world.store, "aws", "three", NIGHT)
        daemon(world, broker).pulse()
        assert names(world, broker.held) == ["three", "one", "two"]
        assert [each.urgent for each in broker.held] == [True, False, False]

    def test_accounts_that_take_long_go_before_short_ones_and_unknown_ones_before_all(self, world: World, broker: Fake) -> None:
        for name, took in (("one", MINUTE), ("two", HOUR)):
            claim = slots.claim(world.store, Slot("before", "aws", name, NIGHT), "a", NIGHT)
            assert claim
            finish(world, claim, took)
        daemon(world, broker).pulse()
        assert names(world, broker.held) == ["three", "two", "one"]

    def test_an_account_waits_once_however_many_schedules_want_it(self, world: World, broker: Fake) -> None:
        made = daemon(world, broker, MORE)
        made.pulse()
        assert names(world, broker.held) == ["one", "two", "three"]
        claim = begin(world, broker.held[0])
        assert claim
        made.pulse()
        assert len(broker.held) == 3, "it is being scanned"
        finish(world, claim, SECOND)
        made.pulse()
        assert names(world, broker.held) == ["one", "two", "three", "one"]

    def test_what_waits_is_never_taken_for_dead(self, world: World, broker: Fake) -> None:
        made = daemon(world, broker)
        for _ in range(20):
            made.pulse()
            world.later(MINUTE)
        assert states(world)["one"] == ("queued", 1)

    def test_what_a_silent_worker_began_waits_again_at_once(self, world: World, broker: Fake) -> None:
        made = daemon(world, broker, 'accounts = ["one"]')
        made.pulse()
        assert begin(world, broker.held[0])
        for _ in range(8):
            made.pulse()
            world.later(10 * SECOND)
        assert broker.held[1:] == [Message(1, 2, urgent=False)]
        assert states(world) == {"one": ("queued", 2)}
        assert begin(world, broker.held[0]) is None, "the first message comes once more"
        assert begin(world, broker.held[1])

    def test_what_failed_waits_again_when_its_time_has_come(self, world: World, broker: Fake) -> None:
        made = daemon(world, broker, 'accounts = ["one"]')
        made.pulse()
        claim = begin(world, broker.held[0])
        assert claim
        slots.end(world.store, claim, slots.FAILED, world.now, again_at=world.now + MINUTE)
        made.pulse()
        assert len(broker.held) == 1
        world.later(MINUTE)
        made.pulse()
        assert broker.held[1:] == [Message(1, 2, urgent=False)]

    def test_paused_it_puts_nothing_into_the_queue(self, world: World, broker: Fake) -> None:
        slots.halt(world.store, slots.EVERYTHING, "", NIGHT)
        daemon(world, broker).pulse()
        assert broker.held == []
        assert states(world) == {}

    def test_of_an_older_version_it_sends_nothing(self, world: World, broker: Fake) -> None:
        made = daemon(world, broker)
        broker.broken = True
        made.pulse()
        broker.broken = False
        with world.store.changing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        made.pulse()
        assert broker.held == []


class TestBroker:
    def test_that_does_not_answer_gets_everything_later(self, world: World, broker: Fake) -> None:
        made = daemon(world, broker)
        broker.broken = True
        made.pulse()
        made.pulse()
        assert made.queue
        assert made.queue.trouble == "the broker took no message: connection refused"
        broker.broken = False
        made.pulse()
        assert names(world, broker.held) == ["one", "two", "three"]
        assert made.queue.trouble == ""

    def test_gets_from_others_what_a_daemon_did_not_come_to_send(self, world: World, broker: Fake) -> None:
        broker.broken = True
        daemon(world, broker).pulse()
        broker.broken = False
        other = daemon(world, broker, name="b")
        other.pulse()
        assert broker.held == []
        world.later(LEASE + SECOND)
        other.pulse()
        assert len(broker.held) == 3

    def test_that_lost_everything_gets_it_again(self, world: World, broker: Fake) -> None:
        made = daemon(world, broker)
        made.pulse()
        broker.held.clear()
        for _ in range(2):
            made.pulse()
        assert broker.held == [], "it may be on its way for a while"
        world.later(LEASE + SECOND)
        for _ in range(3):
            made.pulse()
        assert names(world, broker.held) == ["one", "two", "three"]

    def test_that_has_everything_gets_nothing_twice(self, world: World, broker: Fake) -> None:
        made = daemon(world, broker)
        made.pulse()
        for _ in range(20):
            world.later(LEASE)
            made.pulse()
        assert len(broker.held) == 3

    def test_that_one_message_was_taken_from_a_moment_ago_lost_none(self, world: World, broker: Fake) -> None:
        made = daemon(world, broker)
        made.pulse()
        world.later(LEASE + SECOND)
        taken = broker.held.pop(0)
        made.pulse()
        assert begin(world, taken)
        made.pulse()
        made.pulse()
        assert len(broker.held) == 2


class TestMessage:
    def test_that_comes_twice_begins_one_scan(self, world: World, broker: Fake) -> None:
        daemon(world, broker).pulse()
        assert begin(world, broker.held[0])
        assert begin(world, broker.held[0], "another") is None
        assert begin(world, broker.held[0]), "who was told nothing of the first answer asks again"

    def test_of_an_account_that_is_scanned_without_the_queue_comes_again(self, world: World, broker: Fake) -> None:
        made = daemon(world, broker, 'accounts = ["one"]')
        made.pulse()
        claim = slots.claim(world.store, Slot("other", "aws", "one", NIGHT), "alone", NIGHT)
        assert claim, "a daemon without a broker looked before it waited"
        assert begin(world, broker.held[0]) is None
        made.pulse()
        assert len(broker.held) == 1
        finish(world, claim, SECOND)
        world.later(LEASE + SECOND)
        made.pulse()
        assert begin(world, broker.held[1])

    def test_of_what_is_no_more_begins_nothing(self, world: World, broker: Fake) -> None:
        assert begin(world, Message(7, 1, urgent=False)) is None


class TestLimits:
    LIMIT = "[[limits]]\nname = 'org'\naccounts = ['aws/one', 'aws/two']\nparallel = 1\ncalls_per_second = 10\n"

    def test_no_more_wait_or_run_than_may(self, world: World, broker: Fake) -> None:
        made = daemon(world, broker, self.LIMIT)
        made.pulse()
        assert names(world, broker.held) == ["one", "three"]
        claim = begin(world, broker.held[0])
        assert claim
        made.pulse()
        assert len(broker.held) == 2
        finish(world, claim, SECOND)
        made.pulse()
        assert names(world, broker.held) == ["one", "three", "two"]

    def test_they_hold_without_a_broker_too(self, world: World) -> None:
        made = world.daemon(more=self.LIMIT)
        made.pulse()
        assert world.begun == ["one", "three"]

    def test_two_daemons_that_look_at_the_same_time_do_not_go_over_them(self, world: World) -> None:
        wanted = [Wanted(Slot("nightly", "aws", name, NIGHT), 0) for name in ("one", "two")]
        limits = [Limit(frozenset({("aws", "one"), ("aws", "two")}), 1)]
        assert [queued.put(world.store, [each], limits, "a", NIGHT) for each in wanted] == [1, 0]

    def test_each_scan_gets_its_share_of_the_calls(self, world: World) -> None:
        world.plan(self.LIMIT.replace("parallel = 1", "parallel = 4"))
        made = plans.read(world.folder / "demarc.toml", {})
        assert made.pace(("aws", "one")) == pytest.approx(2.5)
        assert made.pace(("aws", "three")) == 0
        run = world.daemon(more=self.LIMIT)
        run.pulse()
        assert [scan.job.pace for scan in world.scans] == [10, 0]

    def test_an_account_of_none_has_room_while_it_is_not_open(self) -> None:
        room = Room([], [("aws", "one")])
        assert not room.has(("aws", "one"))
        assert room.has(("aws", "two"))

    def test_of_accounts_that_there_are_not_are_refused(self, world: World) -> None:
        with pytest.raises(ConfigError, match="limits: org: no account is called 'x'"):
            world.plan("[[limits]]\nname = 'org'\naccounts = ['x']\nparallel = 1")


class TestAddress:
    @pytest.mark.parametrize(
        ("given", "password", "made"),
        [
            ("amqp://demarc@broker/demarc", "p@ss", "amqp://demarc:p%40ss@broker/demarc"),
            ("amqp://demarc:own@broker/demarc", "p@ss", "amqp://demarc:own@broker/demarc"),
            ("sqs://", "p@ss", "sqs://"),
            ("", "p@ss", ""),
        ],
    )
    def test_its_password_may_come_from_the_environment(self, world: World, given: str, password: str, made: str) -> None:
        (world.folder / "demarc.toml").write_text(
            f"broker = '{given}'\n[[schedules]]\nname = 'x'\nevery = '1h'\naccounts=['aws']\n"
        )
        plan = plans.read(world.folder / "demarc.toml", {plans.BROKER_PASSWORD: password})
        assert plan.broker == made
        if "%40" in made:
            assert "p@ss" in plan.secrets

    def test_what_is_none_is_refused_and_not_told(self, world: World) -> None:
        (world.folder / "demarc.toml").write_text(
            "broker = 'hunter2'\n[[schedules]]\nname = 'x'\nevery = '1h'\naccounts=['aws']\n"
        )
        with pytest.raises(ConfigError, match="broker: it is no address") as error:
            plans.read(world.folder / "demarc.toml", {})
        assert "hunter2" not in str(error.value)
