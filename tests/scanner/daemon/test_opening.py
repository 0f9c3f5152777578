"""A daemon starts small: what it needs once is loaded by another process, what it never needs by none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scanner.daemon import opening
from scanner.daemon.opening import opened
from scanner.inventory import schema
from scanner.inventory.errors import InventoryError
from scanner.inventory.store import Store

HEAVY = {"alembic", "mako", "rich", "pygments", "boto3", "azure", "google", "cryptography", "fastapi", "checks", "yaml"}
CODE = """
import sys
from scanner.daemon import service
from scanner.daemon.opening import opened
from scanner.provider import load, names
opened(sys.argv[1]).close()
[load(name).options for name in names()]
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_an_inventory_is_made(empty_url: str) -> None:
    with opened(empty_url) as store, store.reading() as connection:
        assert schema.current(connection)


def test_nobody_is_asked_where_nothing_has_to_be_made(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise AssertionError("a process was started")

    Store.open(url).close()
    monkeypatch.setattr(subprocess, "run", refused)
    opened(url).close()


def test_it_is_made_here_when_the_other_process_could_not(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "COMMAND", (sys.executable, "-c", "raise SystemExit(1)"))
    with opened(empty_url) as store, store.reading() as connection:
        assert schema.current(connection)


def test_an_inventory_of_a_newer_version_is_told(url: str) -> None:
    with Store.open(url) as store, store.changing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InventoryError, match="newer"):
        opened(url)


def test_what_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="can't be opened"):
        opened(str(tmp_path / "absent" / "demarc.db"))


def test_a_daemon_at_rest_has_loaded_nothing_heavy(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CODE, str(tmp_path / "demarc.db")], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & HEAVY == set()
