"""Whatever happens to three daemons, in whatever order: no account is scanned twice at once, no slot is written twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from scanner.daemon.engine import Engine
from scanner.daemon.job import Outcome
from scanner.inventory.slots import DONE, FAILED, Fenced, LostError, Slot
from scanner.inventory.store import Store
from tests.scanner.daemon.test_engine import NIGHT, Scan, World
from tests.scanner.inventory.build import ask, box, look

STEPS = 80


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@dataclass
class Chaos:
    """Daemons that are begun, killed, stopped for a while, and whose scans end well, end badly, or come back late."""

    world: World
    url: str
    random: Random
    daemons: dict[str, Engine] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    under_way: list[tuple[str, Scan]] = field(default_factory=list)
    written: Counter[Slot] = field(default_factory=Counter)
    names: int = 0

    def step(self) -> None:
        self.random.choice(
            (self.pulse, self.pulse, self.pulse, self.write, self.write, self.fail, self.kill, self.stop, self.wait)
        )()

    def pulse(self) -> None:
        while len(self.daemons) < 3:
            self.names += 1
            self.daemons[str(self.names)] = self.world.daemon(str(self.names), parallel=2)
        for name, daemon in self.daemons.items():
            if name not in self.stopped:
                daemon.pulse()
                self.under_way += [(name, scan) for scan in self.world.scans]
                self.world.scans.clear()
        self.world.later(timedelta(seconds=self.random.choice((1, 10, 40))))

    def write(self) -> None:
        """Let a scan write, and its daemon learn of it, unless that died or is stopped: a scan outlives both for a while."""
        if not self.under_way:
            return
        name, scan = self.under_way.pop(self.random.randrange(len(self.under_way)))
        with Fenced.open(self.url) as store:
            assert isinstance(store, Fenced)
            store.claim, store.last = scan.job.claim, True
            try:
                look(store, box("b1"), on=1)
            except LostError:
                outcome = Outcome("lost")
            else:
                outcome = Outcome(DONE)
                self.written[scan.job.claim.slot] += 1
        if name in self.daemons:
            scan.end(outcome)

    def fail(self) -> None:
        if self.under_way:
            name, scan = self.under_way.pop()
            if name in self.daemons:
                scan.end(Outcome(FAILED, "no entry"))

    def kill(self) -> None:
        if self.daemons:
            self.stopped.discard(name := self.random.choice(sorted(self.daemons)))
            del self.daemons[name]

    def stop(self) -> None:
        name = self.random.choice(sorted(self.daemons) or [""])
        self.stopped ^= {name} & set(self.daemons)

    def wait(self) -> None:
        self.world.now += timedelta(minutes=self.random.choice((-30, 5, 30)))
        self.world.steady += 61


@pytest.mark.parametrize("seed", range(4))
def test_no_slot_is_written_twice(store: Store, url: str, tmp_path: Path, seed: int) -> None:
    chaos = Chaos(World(tmp_path, store), url, Random(seed))
    for _ in range(STEPS):
        chaos.step()
    assert chaos.written, "something was written at all"
    assert set(chaos.written.values()) == {1}
    done = ask(store, "SELECT target, count(*) FROM run WHERE state = 'done' GROUP BY target, slot")
    assert {count for _, count in done} == {1}
    assert len(done) == len(chaos.written)
    assert ask(store, "SELECT count(*) FROM snapshot") == [(len(chaos.written),)]


def test_after_all_that_every_account_has_its_snapshot(store: Store, url: str, tmp_path: Path) -> None:
    chaos = Chaos(World(tmp_path, store), url, Random(7))
    for _ in range(30):
        chaos.random.choice((chaos.pulse, chaos.kill, chaos.stop))()
    chaos.stopped.clear()
    for _ in range(12):
        chaos.pulse()
        chaos.write()
        chaos.world.steady += 61
    assert {slot.target: count for slot, count in chaos.written.items() if slot.at == NIGHT} == {"one": 1, "two": 1, "three": 1}
