"""``demarc serve``: what it refuses before it listens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from scanner.cli.serving import admitted, settings
from scanner.errors import UsageError
from scanner.web.access import Access
from scanner.web.guard import LOOPBACK
from tests.scanner.web.serving import SECRET, Served, token

CLOSED = Access((token("ann", SECRET),))


@pytest.mark.parametrize("listen", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_this_machine_needs_no_sign_in_and_answers_to_its_own_names(listen: str) -> None:
    assert admitted(Access(), listen, "") == LOOPBACK


@pytest.mark.parametrize(
    ("listen", "url"),
    [
        ("0.0.0.0", ""),
        ("::", ""),
        ("10.0.0.1", ""),
        ("127.evil.example", ""),
        ("", ""),
        ("127.0.0.1", "https://demarc.example"),
    ],
)
def test_nobody_serves_others_without_a_sign_in(listen: str, url: str) -> None:
    with pytest.raises(UsageError):
        admitted(Access(), listen, url)


def test_a_named_dashboard_answers_to_its_name() -> None:
    assert admitted(CLOSED, "0.0.0.0", "https://demarc.example:8443") == ("demarc.example",)
    for wrong in ("demarc.example", "https://[demarc", "ftp://demarc.example", "https://"):
        with pytest.raises(UsageError):
            admitted(CLOSED, "0.0.0.0", wrong)


def test_who_asks_is_believed_only_of_a_proxy(site: Served) -> None:
    assert settings(site.app, "https://demarc.example").proxy_headers
    assert not settings(site.app, "").proxy_headers


def test_it_serves(estate_file: Path) -> None:
    command = "from scanner.cli import main; main()"
    arguments = [sys.executable, "-c", command, "serve", "--port", "0", "--db", str(estate_file)]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        try:
            assert httpx.get(line.split()[-1] + "/healthz").text == "ok\n"
        finally:
            process.terminate()
