"""The dashboard inside the daemon: one process, the same rules on who is let in as `demarc serve` has."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from scanner.daemon.dashboard import Dashboard
from scanner.errors import UsageError, UserError
from tests.scanner.daemon.test_faults import PATIENCE, ROOT, TEXT, Daemon, eventually

TOKEN = "t" * 40


@pytest.fixture
def daemons(tmp_path: Path) -> Any:
    """Start daemons with a dashboard on an inventory of their own, and end them."""
    begun: list[Daemon] = []

    def start(*arguments: str, **environment: str) -> Daemon:
        (tmp_path / "demarc.toml").write_text(TEXT.format(url=tmp_path / "demarc.db", folder=tmp_path, more=""))
        command = [sys.executable, "-m", "tests.scanner.daemon.program", "daemon", "--config", str(tmp_path / "demarc.toml")]
        log = tmp_path / f"log{len(begun)}"
        with log.open("wb") as out:
            process = subprocess.Popen([*command, *arguments], stderr=out, stdout=out, cwd=ROOT, env=os.environ | environment)
        begun.append(Daemon(process, log))
        return begun[-1]

    yield start
    for each in begun:
        each.process.kill()
        each.process.wait()


def asked(address: str, token: str = "") -> tuple[int, str]:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


def test_one_process_scans_tells_its_health_and_shows_what_it_found(daemons: Any) -> None:
    daemon = daemons("--dashboard", "--dashboard-listen", "127.0.0.1:0")
    address = daemon.said("dashboard")["address"]
    daemon.said("scan ended", state="done")
    assert daemon.asked("/healthz")[0] == 200
    eventually(
        lambda: "No accounts yet" not in asked(f"{address}/accounts")[1]
    )  # figures of before serve until the new ones are read
    assert '"account_id":"1"' in asked(f"{address}/api/v1/accounts")[1].replace(" ", "")
    assert asked(f"{address}/metrics")[0] == 404  # figures of the daemon stay with its health
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.ended() == 0
    assert [each["event"] for each in daemon.lines if each.get("level") in {"warning", "error"}] == []


def test_the_configuration_may_ask_for_it(daemons: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for = TEXT.replace("[daemon]", '[daemon]\ndashboard = true\ndashboard_listen = "127.0.0.1:0"')
    monkeypatch.setattr(f"{__name__}.TEXT", asked_for)
    assert asked(f"{daemons().said('dashboard')['address']}/healthz") == (200, "ok\n")


def test_who_does_not_sign_in_sees_nothing(daemons: Any) -> None:
    daemon = daemons("--dashboard", "--dashboard-listen", "127.0.0.1:0", DEMARC_SERVE_TOKEN=TOKEN)
    address = daemon.said("dashboard")["address"]
    assert asked(f"{address}/api/v1/accounts")[0] == 401
    assert asked(f"{address}/api/v1/accounts", "x" * 40)[0] == 401
    assert asked(f"{address}/api/v1/accounts", TOKEN)[0] == 200


def test_it_does_not_start_where_others_could_look_without_signing_in(daemons: Any) -> None:
    daemon = daemons("--dashboard", "--dashboard-listen", "0.0.0.0:0", DEMARC_SERVE_TOKEN="")
    assert daemon.ended() == 2
    assert "nobody would have to sign in at 0.0.0.0" in daemon.log.read_text()


@pytest.mark.parametrize(
    "arguments", [("--access", "x"), ("--url", "https://x"), ("--dashboard", "--dashboard-listen", "8470")]
)
def test_what_makes_no_sense_is_told(daemons: Any, arguments: tuple[str, ...]) -> None:
    daemon = daemons(*arguments)
    assert daemon.ended() == 2
    assert "daemon begins" not in daemon.log.read_text()


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UserError, match="can't be listened on"):
        Dashboard(port=taken.getsockname()[1]).opened()


def test_a_session_key_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(UsageError, match="has fewer than 32 letters"):
        Dashboard(port=0, environment={"DEMARC_SERVE_SESSION_KEY": "short"}).opened()
