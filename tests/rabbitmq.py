"""A RabbitMQ server for tests: Debian's, as a node of its own with everything in one folder, on loopback only."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Self

import amqp  # type: ignore[import-untyped]

from tests.postgres import place

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # the one in /usr/sbin becomes another user, and keeps no environment
START_SECONDS = 90
LITTLE = "+S 1:1 +A 4 +sbwt none +sbwtdcpu none +sbwtdio none"  # one scheduler that does not spin
CONFIGURATION = """
loopback_users = none
log.file.level = warning
heartbeat = 10
"""


def free_port() -> int:
    with closing(socket.socket()) as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


class RabbitMQ:
    """A running broker. What it holds outlives ``stop`` and ``start``, but not ``wipe``."""

    def __init__(self) -> None:
        if not PROGRAM.exists():
            raise RuntimeError("the tests need RabbitMQ: apt-get install rabbitmq-server")
        self._folder = Path(tempfile.mkdtemp(prefix="demarc-mq-", dir=place()))
        (self._folder / "enabled_plugins").write_text("[].\n")
        (self._folder / "rabbitmq.conf").write_text(CONFIGURATION)
        self.port = free_port()
        self._names = free_port()  # of the program that knows nodes by name: another than the system's
        self._process: subprocess.Popen[bytes] | None = None
        with (self._folder / "epmd").open("wb") as out:
            names = ["epmd", "-port", str(self._names), "-address", "127.0.0.1"]
            self._epmd = subprocess.Popen(names, stdout=out, stderr=out, env=self._environment())

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

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        return kept | {
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(self._names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"demarc{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{LITTLE} -kernel inet_dist_use_interface {{127,0,0,1}}",
        }

    def start(self) -> None:
        """Start the broker and wait until it answers."""
        with (self._folder / "out").open("ab") as out:
            self._process = subprocess.Popen(
                [PROGRAM], stdout=out, stderr=out, cwd=self._folder, env=self._environment(), start_new_session=True
            )
        until = monotonic() + START_SECONDS
        while True:
            try:
                with amqp.Connection(f"127.0.0.1:{self.port}", "guest", "guest", connect_timeout=2, read_timeout=5):
                    return
            except (OSError, amqp.AMQPError):
                if monotonic() > until or self._process.poll() is not None:
                    raise RuntimeError(f"RabbitMQ did not start: {(self._folder / 'out').read_text()}") from None
                sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the broker: in order, unless *how* says otherwise."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, how)
            self._process.wait(START_SECONDS)
            self._process = None

    def wipe(self) -> None:
        """Start it anew with nothing in it."""
        self.stop(signal.SIGKILL)
        shutil.rmtree(self._folder / "data")
        self.start()

    def remove(self) -> None:
        self.stop(signal.SIGKILL)
        self._epmd.kill()
        self._epmd.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
