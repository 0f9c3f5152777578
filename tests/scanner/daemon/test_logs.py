"""Logs are one line of JSON each, with the scan they belong to, and without secrets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
import structlog

from scanner.daemon import logs
from scanner.daemon.logs import HIDDEN, Hiding


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Logging as a daemon has it, for one test, from when it is called."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    monkeypatch.setattr(logs, "hiding", Hiding())
    yield lambda: logs.configure("json")
    root.handlers[:], root.level = before
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_says_when_what_and_of_which_scan(configured: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> None:
    configured()
    structlog.contextvars.bind_contextvars(scan="7.1")
    structlog.get_logger().info("scan begins", account="prod")
    (line,) = lines(capsys)
    assert (line["event"], line["account"], line["scan"], line["level"]) == ("scan begins", "prod", "7.1", "info")
    assert line["timestamp"].endswith("Z")


def test_libraries_speak_in_the_same_form_from_warnings_on(
    configured: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    configured()
    logging.getLogger("botocore").info("not of interest")
    logging.getLogger("botocore").warning("retrying %s", "ListBuckets")
    assert [(line["event"], line["level"]) for line in lines(capsys)] == [("retrying ListBuckets", "warning")]


def test_secrets_are_hidden_wherever_they_stand(configured: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> None:
    configured()
    logs.hiding.learn(["hunter2-hunter2", "hooks/T0/B0"])
    log = structlog.get_logger()
    log.warning("to https://x/hooks/T0/B0 failed", nested={"list": ["hunter2-hunter2"]})
    logging.getLogger("urllib3").warning("POST %s", "https://x/hooks/T0/B0?hunter2-hunter2")
    try:
        int("password hunter2-hunter2")
    except ValueError:
        log.exception("broken")
    said = capsys.readouterr().err
    assert "hunter2" not in said
    assert "hooks/T0" not in said
    assert said.count(HIDDEN) >= 4


def test_what_was_a_secret_before_a_reload_stays_one() -> None:
    hiding = Hiding()
    hiding.learn(["old-secret"])
    hiding.learn(["new-secret"])
    assert hiding.hidden("old-secret new-secret") == f"{HIDDEN} {HIDDEN}"


def test_a_strangers_name_makes_no_second_line(configured: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> None:
    configured()
    structlog.get_logger().info("scan begins", account='prod\n{"event": "all is well"}\x1b[2J')
    assert len(lines(capsys)) == 1
