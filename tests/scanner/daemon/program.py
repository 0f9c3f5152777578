"""``demarc daemon`` with a provider of its own, as programs: ``python -m tests.scanner.daemon.program daemon|child ...``.

The provider "stub" has accounts with one type of resource. What it does is told by files in a folder: while ``hold`` is
there, a scan does not end; while ``revoked`` is there, none can enter; ``full`` makes the disk full for it. Each scan says
in ``scans`` that it began.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from scanner import provider as providers
from scanner.model import Account, Event, Kind, Listed, Present, Resource
from scanner.provider import ConnectError, Document, Memory, Probe, Selection, nothing

KIND = Kind("stub.box", "aws.s3", "Box", ("item",), "regional")
MANY = 2000


@dataclass(frozen=True)
class Options:
    account: str = field(default="1", metadata={"help": "Its id."})
    folder: str = field(default="", metadata={"help": "Where the files are."})
    max_seconds: float = field(default=0.0, metadata={"help": "Not looked at."})
    many: int = field(default=MANY, metadata={"help": "How many resources it has."})
    calls: int = field(default=1, metadata={"help": "Calls of a scan."})
    latency: float = field(default=0.0, metadata={"help": "Seconds that each takes."})


class Collector:
    def __init__(self, options: Options) -> None:
        self.folder = Path(options.folder)
        self.account = Account("stub", options.account, f"Stub {options.account}")
        self.accounts = (self.account,)
        self.as_of: datetime | None = None
        self.calls: Mapping[str, int] = {"stub:List": options.calls}
        self.options = options

    def collect(self) -> Iterator[Event]:
        facts = {"item": Present({"Text": "x" * 100})}
        for _ in range(self.options.calls):
            time.sleep(self.options.latency)
        for number in range(self.options.many):
            yield Resource(KIND.type, f"b{number}", self.account.id, "north", facts)
        with (self.folder / "scans").open("a") as said:
            said.write(f"{os.getpid()}\n")
        while (self.folder / "hold").exists():
            time.sleep(0.02)
        if (self.folder / "full").exists():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
        yield Listed(KIND.type, "north", complete=True)

    def doctor(self) -> Iterator[Probe]:
        return iter(())

    def close(self) -> None: ...


class Stub:
    name = "stub"
    title = "Stub"
    options: type[Any] = Options

    def kinds(self) -> Sequence[Kind]:
        return (KIND,)

    def connect(
        self, options: Any, selection: Selection, *, secret_key: Callable[[], bytes], memory: Memory = nothing
    ) -> Collector:
        if (Path(options.folder) / "revoked").exists():
            raise ConnectError("stub: the credentials have expired")
        return Collector(options)

    def permissions(self, selection: Selection) -> Mapping[str, Sequence[Document]]:
        return {}


def prepare() -> None:
    """Make the provider known, and let a daemon scan with it."""
    from scanner.daemon import processes  # noqa: PLC0415

    stub = Stub()
    providers.names = lambda: ("stub",)
    providers.load = lambda _: stub  # type: ignore[assignment]
    processes.Process.__init__.__defaults__ = ((sys.executable, "-m", "tests.scanner.daemon.program", "child"),)
    processes.Nursery.__init__.__defaults__ = (forked,)


def forked(line: Connection) -> None:
    """Scan as a worker's child, with the stub."""
    from scanner.daemon import child  # noqa: PLC0415

    prepare()
    child.forked(line)


def main(what: str, *arguments: str) -> None:
    prepare()
    if what == "child":
        from scanner.daemon import child  # noqa: PLC0415

        child.main()
        return
    from scanner.cli.app import run  # noqa: PLC0415

    sys.exit(run([what, *arguments]))


if __name__ == "__main__":
    main(*sys.argv[1:])
