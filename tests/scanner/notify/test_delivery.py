"""Messages arrive: signed, in order, once; and again and again where the receiver does not answer."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from scanner.config import ConfigError, Notified
from scanner.inventory import outbox
from scanner.inventory.errors import InventoryError
from scanner.inventory.store import Store
from scanner.notify.channels import Channel, channels
from scanner.notify.delivery import LONGEST, Delivery, Sent
from scanner.notify.posting import Answer, post
from tests.scanner.inventory.build import ask
from tests.scanner.notify.receiver import Receiver, receiving

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "a-key-of-some-length"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BODY = {"kind": "test", "at": "2026-03-01T12:00:00+00:00"}


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """What the outbox asks of the inventory is tested on both engines in its own tests."""
    return str(request.param)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def channel(url: str, **given: Any) -> Channel:
    made = Notified(**{"name": "hook", "kind": "webhook", "url": url, "secret": SECRET, **given})
    return channels([made], {})[made.name]


class World:
    """An outbox, a clock, and one channel."""

    def __init__(self, store: Store, url: str) -> None:
        self.store, self.now = store, NOON
        self.channels = {"hook": channel(url)}
        self.delivery = Delivery(store, lambda: self.now, lambda: 0.0)

    def put(self, *keys: str) -> None:
        with self.store.changing() as connection:
            for key in keys:
                outbox.put(connection, "hook", key, BODY, self.now)

    def deliver(self) -> list[Sent]:
        return list(self.delivery.send(self.channels))

    def outcomes(self) -> list[tuple[str, str]]:
        return [(each.key, each.outcome) for each in self.deliver()]


@pytest.fixture
def world(store: Store, receiver: Receiver) -> World:
    return World(store, receiver.url)


class TestDelivery:
    def test_sends_everything_in_order_and_nothing_twice(self, world: World, receiver: Receiver) -> None:
        world.put("a", "b", "c")
        assert world.outcomes() == [("a", "delivered"), ("b", "delivered"), ("c", "delivered")]
        assert world.outcomes() == []
        assert [each["id"] for each in receiver.bodies] == ["a", "b", "c"]

    def test_a_receiver_that_answers_500_for_an_hour_gets_each_message_once_it_is_well(
        self, world: World, receiver: Receiver
    ) -> None:
        world.put("a", "b")
        receiver.answers = [500] * 100
        attempts: list[datetime] = []
        while world.now < NOON + HOUR:
            attempts += [world.now for _ in world.deliver()]
            world.now += 15 * timedelta(seconds=1)
        pauses = [(later - earlier) / timedelta(seconds=30) for earlier, later in pairwise(attempts)]
        assert pauses == [1, 2, 4, 8, 16, 32], "each pause is twice the one before, and the second message waits"
        assert {each["id"] for each in receiver.bodies} == {"a"}
        receiver.answers = []
        receiver.got.clear()
        world.now += LONGEST
        assert world.outcomes() == [("a", "delivered"), ("b", "delivered")]
        assert [each["id"] for each in receiver.bodies] == ["a", "b"]

    def test_one_that_asks_to_wait_is_left_alone_as_long(self, world: World, receiver: Receiver) -> None:
        world.put("a")
        receiver.answers, receiver.headers = [429], {"Retry-After": "600"}
        assert world.outcomes() == [("a", "postponed")]
        world.now += 9 * MINUTE
        assert world.outcomes() == []
        world.now += MINUTE
        assert world.outcomes() == [("a", "delivered")]

    def test_a_message_that_it_refuses_makes_room_after_some_tries(self, world: World, receiver: Receiver) -> None:
        world.put("bad", "good")
        receiver.answers = [400] * 5
        said = []
        for _ in range(8):
            said += world.outcomes()
            world.now += HOUR
        assert said == [("bad", "postponed")] * 4 + [("bad", "refused"), ("good", "delivered")]
        assert ask(world.store, "SELECT state, answer FROM outbox ORDER BY pk") == [
            ("refused", "HTTP 400"),
            ("delivered", "HTTP 200"),
        ]

    def test_a_channel_that_never_answers_is_given_up_after_a_week_and_not_before_it_was_tried(
        self, world: World, receiver: Receiver
    ) -> None:
        world.put("a")
        world.now += 8 * DAY  # no daemon ran
        receiver.answers = [503]
        assert world.outcomes() == [("a", "expired")]
        world.put("b")
        world.now += 8 * DAY
        assert world.outcomes() == [("b", "delivered")]

    def test_who_dies_after_sending_sends_again_under_the_same_key(self, world: World, receiver: Receiver) -> None:
        """At least once: only where nobody could note that it arrived."""
        world.put("a")
        (message,) = outbox.oldest(world.store, ["hook"], world.now)
        taken = outbox.take(world.store, message, world.now + 2 * MINUTE)
        assert taken is not None
        world.channels["hook"].send(taken.key, taken.body, world.now)
        assert world.outcomes() == [], "it is still the dead one's"
        world.now += 2 * MINUTE
        assert world.outcomes() == [("a", "delivered")]
        assert [headers["Demarc-Delivery"] for headers, _ in receiver.got] == ["a", "a"]

    def test_a_delivery_that_could_not_be_noted_is_noted_later_and_not_made_again(
        self, world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.put("a")

        def gone(*_: object) -> None:
            raise InventoryError("connection refused")

        with monkeypatch.context() as patched:
            patched.setattr(outbox, "ended", gone)
            with pytest.raises(InventoryError):
                world.deliver()
        world.now += 2 * MINUTE
        assert world.outcomes() == [("a", "delivered")]
        assert len(receiver.got) == 1

    def test_a_daemon_that_was_stopped_while_it_took_a_message_leaves_it_to_others(
        self, world: World, receiver: Receiver
    ) -> None:
        world.put("a")
        times = iter([0.0, 61.0])
        slow = Delivery(world.store, lambda: world.now, lambda: next(times))
        assert [each.outcome for each in slow.send(world.channels)] == ["late"]
        assert receiver.got == []

    def test_one_channel_does_not_hold_up_another(self, world: World, receiver: Receiver) -> None:
        world.put("a")
        world.channels["other"] = channel(receiver.url, name="other")
        with world.store.changing() as connection:
            outbox.put(connection, "other", "b", BODY, world.now)
        receiver.answers = [500]
        assert sorted(world.outcomes()) == [("a", "postponed"), ("b", "delivered")]


class TestWebhook:
    def test_is_signed_with_its_time(self, receiver: Receiver) -> None:
        assert channel(receiver.url).send("k", BODY, NOON).delivered
        ((headers, body),) = receiver.got
        assert headers["Demarc-Timestamp"] == str(int(NOON.timestamp()))
        expected = hmac.new(SECRET.encode(), headers["Demarc-Timestamp"].encode() + b"." + body, hashlib.sha256)
        assert headers["Demarc-Signature"] == f"sha256={expected.hexdigest()}"
        assert headers["Content-Type"] == "application/json"

    def test_without_a_secret_has_no_signature(self, receiver: Receiver) -> None:
        channel(receiver.url, secret=None).send("k", BODY, NOON)
        assert "Demarc-Signature" not in receiver.got[0][0]

    def test_goes_nowhere_else_when_it_is_redirected(self, receiver: Receiver) -> None:
        receiver.answers, receiver.headers = [307], {"Location": f"{receiver.url}/elsewhere"}
        assert channel(receiver.url).send("k", BODY, NOON) == Answer(delivered=False, said="HTTP 307")
        assert len(receiver.got) == 1

    @pytest.mark.parametrize("kind", ["slack", "teams", "jira"])
    def test_of_another_kind_is_sent_in_its_form_and_not_signed(self, receiver: Receiver, kind: str) -> None:
        made = channel(receiver.url, kind=kind, project="SEC", authorization="Basic abc")
        assert made.send("k", BODY, NOON).delivered
        ((headers, _),) = receiver.got
        assert headers["Authorization"] == "Basic abc"
        assert not any(name.startswith("Demarc-") for name in headers)
        assert set(receiver.bodies[0]) & {"blocks", "attachments", "fields"}


class TestAnswer:
    def test_tells_nothing_of_the_address(self) -> None:
        said = post("http://127.0.0.1:9/services/SECRET", b"{}", {})
        assert said == Answer(delivered=False, said="the connection was refused")
        said = post("http://missing.invalid/services/SECRET", b"{}", {})
        assert not said.delivered
        assert "SECRET" not in said.said

    def test_of_something_that_speaks_no_http_is_a_failure(self) -> None:
        import socket  # noqa: PLC0415
        import threading  # noqa: PLC0415

        with socket.create_server(("127.0.0.1", 0)) as server:

            def speak() -> None:
                with server.accept()[0] as connection:
                    connection.recv(65536)
                    connection.sendall(b"\x00\x01 nonsense\r\n")

            thread = threading.Thread(target=speak)
            thread.start()
            said = post(f"http://127.0.0.1:{server.getsockname()[1]}", b"{}", {})
            thread.join()
        assert not said.delivered


MISTAKES = [
    ({"kind": "slack", "url": "http://hooks.slack.com/services/SECRET"}, "its url begins with https://"),
    ({"kind": "webhook", "url": "ftp://x/SECRET"}, "its url begins with https://"),
    ({"kind": "webhook", "url": "SECRET"}, "its url is none"),
    ({"kind": "webhook", "url": "https://[SECRET"}, "its url is none"),
    ({"kind": "webhook", "url": "https://x/ SECRET\n"}, "its url is none"),
    ({"kind": "webhook", "url": "https://x/SECRET", "secret": "short"}, "at least 16 bytes"),
    ({"kind": "webhook", "url": "http://x/SECRET", "authorization": "Basic SECRET"}, "sent over https:// only"),
    ({"kind": "webhook", "url": "http://127.0.0.1.x/SECRET", "authorization": "Basic SECRET"}, "sent over https:// only"),
    ({"kind": "jira", "url": "https://x/SECRET"}, "Jira needs the project's key"),
    ({"kind": "email", "url": "https://x/SECRET"}, "an address for mail is"),
    ({"kind": "email", "url": "mailto://"}, "an address for mail is"),
    ({"kind": "slack", "url": "env:MISSING"}, "the environment has no MISSING"),
    ({"kind": "slack", "url": "file:/nowhere/at/all"}, "/nowhere/at/all can't be read"),
]


class TestChannels:
    @pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
    @pytest.mark.parametrize(("given", "said"), MISTAKES)
    def test_that_cannot_be_used_are_told_without_their_secrets(self, given: dict[str, Any], said: str) -> None:
        with pytest.raises(ConfigError, match=said) as told:
            channels([Notified(name="team", **given)], {})
        assert str(told.value).startswith("notifications: team")
        assert "SECRET" not in str(told.value)

    @pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
    def test_let_others_in_on_this_machine_without_tls(self, host: str) -> None:
        given: dict[str, Any] = {"url": f"http://{host}:8080/hook", "authorization": "Basic SECRET"}
        (made,) = channels([Notified(name="x", kind="webhook", **given)], {}).values()
        assert made.authorization == "Basic SECRET"

    def test_read_their_secrets_from_where_they_are(self, tmp_path: Any) -> None:
        (tmp_path / "secret").write_text("a-secret-of-a-file\n")
        secrets: dict[str, Any] = {"url": "env:HOOK", "secret": f"file:{tmp_path / 'secret'}"}
        given = Notified(name="x", kind="webhook", **secrets)
        (made,) = channels([given], {"HOOK": "https://x.example/hook/1"}).values()
        assert (made.url, made.secret) == ("https://x.example/hook/1", "a-secret-of-a-file")

    def test_show_no_secret(self) -> None:
        made = channel("https://x.example/services/SECRET", authorization="Basic SECRET")
        assert "SECRET" not in repr(made)
        assert SECRET not in repr(made)
        assert {"services/SECRET", "Basic SECRET", SECRET} <= set(made.secrets)
