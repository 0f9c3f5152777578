"""``demarc scan --now``, ``demarc daemon pause|resume|status`` and ``demarc notify test``, without a daemon."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.cli.app import run
from scanner.inventory import alerts, outbox, slots
from scanner.inventory.alerts import Wrong
from scanner.inventory.store import Store
from tests.scanner.notify.receiver import Receiver, receiving

Demarc = Callable[..., tuple[int, str, str]]
TEXT = """
database = "{url}"
[[accounts]]
provider = "aws"
name = "prod"
[[accounts]]
provider = "aws"
name = "dev"
[[schedules]]
name = "nightly"
cron = "0 2 * * *"
"""


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def demarc(
    url: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Demarc:
    monkeypatch.chdir(tmp_path)
    Path("demarc.toml").write_text(TEXT.format(url=url), "utf-8")

    def ran(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return ran


def waiting(store: Store) -> list[str]:
    return [slot.target for _, slot in slots.board(store).waiting]


class TestNow:
    @pytest.mark.parametrize(("name", "accounts"), [("prod", ["prod"]), ("aws/dev", ["dev"]), ("aws", ["prod", "dev"])])
    def test_asks_for_an_account_or_all_of_a_provider(
        self, demarc: Demarc, store: Store, name: str, accounts: list[str]
    ) -> None:
        code, out, err = demarc("scan", "--now", name)
        assert (code, out) == (0, "".join(f"asked for: {each}\n" for each in accounts))
        assert "no daemon works on this inventory" in err
        assert waiting(store) == accounts

    def test_twice_is_once_and_says_so(self, demarc: Demarc, store: Store) -> None:
        now = datetime.now(UTC)
        slots.present(store, "a", "1.0", now, now)
        demarc("scan", "--now", "prod")
        assert demarc("scan", "--now", "prod") == (0, "already asked for: prod\n", "")
        assert waiting(store) == ["prod"]

    def test_of_an_account_that_there_is_not_is_a_mistake(self, demarc: Demarc, store: Store) -> None:
        assert demarc("scan", "--now", "prd") == (2, "", "demarc: scan --now: no account is called 'prd' in demarc.toml\n")
        assert waiting(store) == []

    def test_goes_without_a_providers_command(self, demarc: Demarc) -> None:
        code, _, err = demarc("scan", "--now", "prod", "aws", "--account", "prod")
        assert (code, err.startswith("demarc: scan: --now goes without")) == (2, True)

    def test_scan_alone_shows_its_help(self, demarc: Demarc) -> None:
        code, out, err = demarc("scan")
        assert code in {0, 2}
        assert "--now" in out + err


class TestPause:
    def test_holds_until_it_is_ended(self, demarc: Demarc, store: Store) -> None:
        assert demarc("daemon", "pause", "nightly", "--reason", "upgrade") == (0, "paused: nightly\n", "")
        assert slots.board(store).halts("nightly")
        assert demarc("daemon", "resume", "nightly") == (0, "resumed: nightly\n", "")
        assert demarc("daemon", "resume") == (1, "", "demarc: nothing was paused: *\n")

    def test_of_a_schedule_that_there_is_not_is_a_mistake(self, demarc: Demarc) -> None:
        code, _, err = demarc("daemon", "pause", "nightlyy")
        assert (code, err) == (2, "demarc: schedule: there is no 'nightlyy'; did you mean 'nightly'?\n")


def test_status_shows_who_works_what_runs_and_what_is_wrong(demarc: Demarc, store: Store) -> None:
    now = datetime.now(UTC)
    slots.present(store, "host:1:abc", "1.0", now, now)
    slots.halt(store, "nightly", "upgrade", now)
    claim = slots.claim(store, slots.Slot("hourly", "aws", "prod", now), "host:1:abc", now)
    assert claim is not None
    slots.end(store, claim, "failed", now, note="the role can't be assumed\x1b[31m")
    demarc("scan", "--now", "dev")
    with store.changing() as connection:
        alerts.settle(connection, [Wrong("failing", "aws", "prod", "", None, "no entry")], (), now)
        outbox.put(connection, "team", "k", {}, now)
    code, out, _ = demarc("daemon", "status", "--format", "json")
    assert code == 0
    assert [(each["what"], each["name"], each["state"]) for each in json.loads(out)] == [
        ("daemon", "host:1:abc", "works"),
        ("pause", "nightly", "paused"),
        ("run", "now aws/dev", "waiting"),
        ("run", "hourly aws/prod", "failed"),
        ("alert", "aws/prod", "failing"),
        ("outbox", "team", "waiting"),
    ]
    assert "\x1b" not in demarc("daemon", "status")[1]


def test_a_daemon_without_anything_to_do_says_so(demarc: Demarc) -> None:
    Path("demarc.toml").write_text("", "utf-8")
    code, _, err = demarc("daemon")
    assert code == 2
    assert err.startswith("demarc: no [[schedules]] says when to scan")


class TestNotify:
    @pytest.fixture
    def receiver(self) -> Iterator[Receiver]:
        with receiving() as made:
            yield made

    def test_sends_to_each_channel_and_tells_what_came_of_it(self, demarc: Demarc, receiver: Receiver) -> None:
        hooks = "".join(
            f'[[notifications]]\nname = "{name}"\nkind = "webhook"\nurl = "{receiver.url}/SECRET-PATH"\n'
            for name in ("one", "two")
        )
        Path("demarc.toml").write_text(hooks, "utf-8")
        receiver.answers = [200, 503]
        assert demarc("notify", "test") == (1, "one: delivered: HTTP 200\ntwo: not delivered: HTTP 503\n", "")
        assert demarc("notify", "test", "--channel", "two") == (0, "two: delivered: HTTP 200\n", "")
        assert receiver.bodies[0]["title"] == "Demarc reaches this channel"

    def test_of_no_channel_is_a_mistake(self, demarc: Demarc) -> None:
        assert demarc("notify", "test") == (1, "", "demarc: demarc.toml has no [[notifications]]\n")
