"""What it costs to store and judge a snapshot: the first, a second without changes, and one with a few.

The floor is SQLite's own driver, with the same facts and nothing asked before. Statements and rows are counted: an unchanged
resource costs its part of a query for hundreds, and no row.
"""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, TypeVar

from sqlalchemy import event

from benchmarks.estate import estate, many
from benchmarks.measure import Figure, cpu, report
from collectors.aws import PROVIDER
from scanner.evaluation.registry import installed
from scanner.inventory import serial
from scanner.inventory.store import Store
from scanner.model import Account, Listed, Resource, SnapshotStatus
from scanner.scan import judge, settle

Thing = TypeVar("Thing")

RESOURCES = 20_000
CHANGED = 100  # one in so many, in the third snapshot
KINDS = {kind.type: kind for kind in PROVIDER.kinds()}
ACCOUNT = Account("aws", "111111111111")
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Look:
    """What one snapshot took: seconds of CPU by step, statements sent, rows of resources and findings written."""

    spooled: float
    applied: float
    judged: float
    statements: int
    rows: int
    findings: int

    @property
    def stored(self) -> float:
        return self.spooled + self.applied


class Inventory:
    """A store that counts what it is asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._statements: Counter[str] = Counter()
        event.listen(store.engine, "before_cursor_execute", self._count)

    def _count(self, *given: Any) -> None:
        self._statements[given[2]] += 1

    def look(self, resources: Iterable[Resource], day: int) -> Look:
        at = START + timedelta(days=day)
        self._statements.clear()
        scopes: set[tuple[str, str]] = set()
        with self._store.spool(KINDS) as spool:
            marks = [process_time()]
            for each in resources:
                spool.add(each)
                scopes.add((each.type, each.listed_in))
            for scope in sorted(scopes):
                spool.add(Listed(*scope, complete=True))
            marks.append(process_time())
            with self._store.writing() as writing:
                writing.begin(ACCOUNT, SnapshotStatus.COMPLETE, at, at)
                applied = writing.apply(spool.of(ACCOUNT.id))
                marks.append(process_time())
                judge(writing, [each for each in installed("aws") if each.local], KINDS.values(), at)
                marks.append(process_time())
                settle(writing, "aws", KINDS.values())
                writing.finish(applied)
        spooled, compared, judged = (later - sooner for sooner, later in pairwise(marks))
        statements, findings = self._statements.total(), self._scalar("SELECT count(*) FROM finding")
        return Look(spooled, compared, judged, statements, self._rows(day + 1), findings)

    def _rows(self, snapshot: int) -> int:
        versions = f"SELECT count(*) FROM resource_version WHERE {snapshot} IN (valid_from, valid_to)"
        return self._scalar(versions) + self._scalar(f"SELECT count(*) FROM finding WHERE snapshot_pk = {snapshot}")

    def _scalar(self, query: str) -> int:
        with self._store.reading() as connection:
            return int(connection.exec_driver_sql(query).scalar_one())


def floor(resources: Sequence[Resource], folder: Path) -> float:
    """Return the CPU seconds that it takes at least: the facts packed, and SQLite's own driver filling the two tables."""
    path = folder / "floor.db"
    Store.open(str(path)).close()
    of = "pk, account_pk, key, resource_type, listed_in, resource_id, content_hash, first_seen_at, last_changed_at"
    into = f"INSERT INTO resource ({of}) VALUES (?, 1, ?, ?, ?, ?, ?, '', '')"
    facts = "INSERT INTO resource_version (resource_pk, valid_from, facts) VALUES (?, 1, ?)"
    with closing(sqlite3.connect(path)) as database:

        def fill() -> None:
            for part in batched(enumerate(many(resources, RESOURCES), 1), 500):
                packed = [(number, each, serial.pack(each, KINDS[each.type].volatile).facts) for number, each in part]
                names = [(pk, f"{pk:032x}", each.type, each.listed_in, each.id, f"{pk:032x}") for pk, each, _ in packed]
                database.executemany(into, names)
                database.executemany(facts, [(pk, text) for pk, _, text in packed])
            database.commit()

        return cpu(fill)


def batched(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    rest = iter(things)
    return iter(lambda: list(islice(rest, size)), [])


def main() -> int:
    of = estate()
    with TemporaryDirectory() as name, Store.open(f"{name}/demarc.db") as store:
        least = floor(of, Path(name))
        inventory = Inventory(store)
        first = inventory.look(many(of, RESOURCES), 0)
        second = inventory.look(many(of, RESOURCES), 1)
        third = inventory.look(many(of, RESOURCES, CHANGED), 2)
    each = 1e6 / RESOURCES
    return report(
        f"Storage: {RESOURCES:,} resources, {first.findings:,} findings, on SQLite",
        [
            Figure("packing, and SQLite's own driver", least * each, "µs of CPU a resource"),
            Figure("first snapshot, stored", first.stored * each, "µs of CPU a resource"),
            Figure("  against the driver alone", first.stored / least, "times", most=4),
            Figure("first snapshot, judged", first.judged / first.findings * 1e6, "µs of CPU a finding"),
            Figure("second snapshot, nothing changed, compared", second.applied * each, "µs of CPU a resource"),
            Figure("  against the driver alone", second.applied / least, "times", most=1.5),
            Figure("  rows of resources and findings written", second.rows, most=0),
            Figure("  statements", second.statements / RESOURCES * 1000, "a thousand resources", most=25),
            Figure("second snapshot, judged", second.judged / second.findings * 1e6, "µs of CPU a finding"),
            Figure(
                f"third snapshot, one in {CHANGED} changed, against the second", third.applied / second.applied, "times", most=2
            ),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
