"""What an inventory of many resources costs, on both engines, against the engine's own bulk load of the same bytes.

``python -m benchmarks.inventory [resources] [days] [engine ...]``; 200,000, 3 and both engines unless told otherwise.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice, zip_longest
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import monotonic, process_time
from typing import Any
from unittest.mock import patch

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from benchmarks.measure import MEGABYTE, Figure, report
from scanner.evaluation.check import check
from scanner.inventory import serial
from scanner.inventory.reading import streamed
from scanner.inventory.rows import Applied
from scanner.inventory.store import Store
from scanner.model import Account, Kind, Listed, Present, Resource, Severity, SnapshotStatus, Verdict, failed, passed
from scanner.scan import judge, settle
from tests.postgres import Postgres

KIND = Kind("aws.s3.bucket", "aws.s3", "Bucket", ("item", "tags"), "regional", volatile=("item.LastUsed",))
KINDS = {KIND.type: KIND}
ACCOUNT = Account("aws", "111111111111")
REGIONS = 20
CHURN = 100  # one resource in so many changes from one day to the next
START = datetime(2026, 1, 1, tzinfo=UTC)
OPEN = "SELECT check_id, resource_id FROM open_findings WHERE account_id = '111111111111' AND severity = 'critical' LIMIT 100"
COUNT = "SELECT count(*) FROM open_findings WHERE account_id = '111111111111' AND severity = 'critical'"
LEDGER = "SELECT * FROM responsibility_ledger WHERE account_id = '111111111111'"
AS_OF = """SELECT r.resource_id, CAST(v.facts AS TEXT) AS facts FROM resource_version v JOIN resource r ON r.pk = v.resource_pk
WHERE v.valid_from <= {0} AND (v.valid_to IS NULL OR v.valid_to > {0})"""


@check(
    "aws.s3.bucket.shut",
    on=KIND.type,
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Bucket is shut",
    risk="Things fall out.",
    fix="shut {id}",
)
def shut(bucket: Resource) -> Verdict:
    return failed("it is open") if bucket["item"]["Number"] % 200 == 0 else passed("it is shut")


def resources(count: int, day: int = 0) -> Iterator[Resource]:
    """Yield resources of about 2 KB, as they are on a day."""
    for number in range(count):
        changed = sum((number + past * 7919) % CHURN == 0 for past in range(1, day + 1))
        rules = [
            {"Port": number % 1000 + each, "Cidr": f"10.{each}.{number % 250}.0/24", "Note": "x" * 60} for each in range(14)
        ]
        key = f"arn:aws:kms:eu-west-1:111111111111:key/{number % 50:036}"
        item = {"Number": number, "LastUsed": "monday", "Version": changed, "Rules": rules, "Encryption": {"Key": key}}
        facts = {"item": Present(item), "tags": Present({"team": f"team-{number % 40}"})}
        region = f"region-{number % REGIONS}"
        yield Resource(KIND.type, f"arn:bucket/{number:012x}", ACCOUNT.id, region, facts, f"bucket {number}", region)


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of CPU of this process, and by the clock."""

    cpu: float
    wall: float


def timed(work: Callable[[], object]) -> Took:
    cpu, wall = process_time(), monotonic()
    work()
    return Took(process_time() - cpu, monotonic() - wall)


@dataclass(frozen=True, slots=True)
class Look:
    """What one snapshot took: to be stored, and to be judged and scored besides."""

    stored: Took
    judged: Took

    @property
    def wall(self) -> float:
        return self.stored.wall + self.judged.wall


def look(store: Store, count: int, day: int) -> Look:
    """Store one snapshot, judge and score it; what it takes to make up the resources is left out."""
    making = timed(lambda: [None for _ in resources(count, day)])
    took = looked(store, count, day)
    return replace(took, stored=Took(took.stored.cpu - making.cpu, took.stored.wall - making.wall))


def looked(store: Store, count: int, day: int) -> Look:
    """Do so with what it takes to make them up."""
    at = START + timedelta(days=day)
    with store.spool(KINDS) as spool:

        def read() -> None:
            for each in resources(count, day):
                spool.add(each)
            for number in range(REGIONS):
                spool.add(Listed(KIND.type, f"region-{number}", complete=True))

        spooled = timed(read)
        with store.writing() as writing:
            writing.begin(ACCOUNT, SnapshotStatus.COMPLETE, at, at)
            done: list[Applied] = []
            applied = timed(lambda: done.append(writing.apply(spool.of(ACCOUNT.id))))

            def settled() -> None:
                judge(writing, [shut], KINDS.values(), at, "benchmark")
                settle(writing, "aws", KINDS.values())

            judged = timed(settled)
            writing.finish(done[0])
    return Look(Took(spooled.cpu + applied.cpu, spooled.wall + applied.wall), judged)


def floor(url: str, count: int) -> Took:
    """Load the same bytes with the engine's own means: they are packed, and fill the same two tables."""
    Store.open(url).close()
    rows = ((number, serial.pack(each, KIND.volatile).facts, each) for number, each in enumerate(resources(count), 1))
    making = timed(lambda: [None for _ in resources(count)])
    took = timed(lambda: (_copied if "://" in url else _inserted)(url, rows))
    return Took(took.cpu - making.cpu, took.wall - making.wall)


RESOURCE = "pk, account_pk, key, resource_type, listed_in, resource_id, content_hash, first_seen_at, last_changed_at"
VERSION = "resource_pk, valid_from, facts"


def _names(pk: int, each: Resource, at: Any) -> tuple[Any, ...]:
    return pk, 1, f"{pk:032x}", each.type, each.listed_in, each.id, f"{pk:032x}", at, at


def _inserted(url: str, rows: Iterable[tuple[int, str, Resource]]) -> None:
    with closing(sqlite3.connect(url)) as database:
        rest = iter(rows)
        while part := list(islice(rest, 500)):
            names = [_names(pk, each, "") for pk, _, each in part]
            database.executemany(f"INSERT INTO resource ({RESOURCE}) VALUES (?,?,?,?,?,?,?,?,?)", names)
            facts = [(pk, 1, packed) for pk, packed, _ in part]
            database.executemany(f"INSERT INTO resource_version ({VERSION}) VALUES (?,?,?)", facts)
        database.commit()


def _copied(url: str, rows: Iterable[tuple[int, str, Resource]]) -> None:
    with psycopg.connect(url) as database, database.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no account is needed that the rows belong to
        rest = iter(rows)
        while part := list(islice(rest, 500)):
            with cursor.copy(f"COPY resource ({RESOURCE}) FROM STDIN") as copy:
                for pk, _, each in part:
                    copy.write_row(_names(pk, each, START))
            with cursor.copy(f"COPY resource_version ({VERSION}) FROM STDIN") as copy:
                for pk, packed, _ in part:
                    copy.write_row((pk, 1, packed))


def size(store: Store) -> float:
    """Return how many megabytes the inventory takes."""
    with store.reading() as connection:
        if connection.dialect.name == "sqlite":
            pages, each = (connection.exec_driver_sql(f"PRAGMA page_{of}").scalar_one() for of in ("count", "size"))
            return float(pages * each) / 1e6
        return float(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()) / 1e6


def asked(store: Store, query: str) -> float:
    """Return the milliseconds of a query whose pages are in memory, and print its plan. It must have something to say."""
    with store.reading() as connection:
        assert connection.execute(text(query)).first() not in (None, (0,)), query
        best = min(timed(lambda: connection.execute(text(query)).all()).wall for _ in range(5))
        for line in plan(connection, query):
            print("      ", line)
    return best * 1000


def plan(connection: Connection, query: str) -> list[str]:
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN (COSTS OFF) "
    return [str(row[-1]) for row in connection.execute(text(explain + query))]


def read_back(store: Store, snapshot: int) -> tuple[int, float]:
    """Return how many resources there were as of a snapshot, and the seconds of reading them all, the better of two times."""
    with store.reading() as connection:
        found = 0

        def read() -> None:
            nonlocal found
            found = sum(len(part) for part in streamed(connection, AS_OF.format(snapshot)))

        seconds = min(timed(read).wall for _ in range(2))
        return found, seconds


def bound(store: Store, snapshot: int) -> float:
    """Return the seconds that the engine itself takes to read all that, with nobody to hand it to."""
    query = text(f"SELECT sum(length(facts)) FROM ({AS_OF.format(snapshot)}) x")
    with store.reading() as connection:
        return min(timed(lambda: connection.execute(query).all()).wall for _ in range(2))


def measured(engine: str, url: str, bare: str, count: int, days: int) -> list[Figure]:
    least = floor(bare, count)
    with Store.open(url) as store:
        first = look(store, count, 0)
        grown = size(store)
        second = look(store, count, 1)
        after = size(store)
        for day in range(2, days):
            looked(store, count, day)
            print(f"  {engine}, day {day + 1}: {size(store) / grown:.3f} times the size of the first", flush=True)
        with store.alone() as connection:
            connection.exec_driver_sql("ANALYZE")
        print(f"  {engine}")
        times = {name: asked(store, query) for name, query in (("open findings", OPEN), ("counted", COUNT), ("ledger", LEDGER))}
        back = {day: read_back(store, day) for day in sorted({1, days // 2 + 1, days})}
        last, engine_alone = size(store), bound(store, 1)
    assert all(found == count for found, _ in back.values()), back
    return [
        Figure("bulk load of the same bytes", count / least.wall, "resources a second"),
        Figure("first snapshot, stored", count / first.stored.wall, "resources a second"),
        Figure("  against the bulk load", least.wall / first.stored.wall, "times as fast", least=0.8),
        Figure("  judged and scored besides", count / first.wall, "resources a second"),
        Figure("second snapshot, 1 % changed, against the first", first.wall / second.wall, "times as fast", least=6),
        Figure("  stored only", first.stored.wall / second.stored.wall, "times as fast"),
        Figure("  growth of the database", (after - grown) / grown * 100, "%", most=2),
        *(Figure(f"{name}, warm", value, "ms", most=200) for name, value in times.items()),
        *(
            Figure(f"read back as of day {day}", found / seconds, "resources a second", least=400_000)
            for day, (found, seconds) in back.items()
        ),
        Figure("  the engine alone, with nobody to hand them to", count / engine_alone, "resources a second"),
        Figure(f"after {days} days, against the first", last / grown, "times the size", most=1.5),
    ]


def main(arguments: Sequence[str]) -> int:
    count, days = (int(given or usual) for given, usual in zip_longest(arguments[:2], (200_000, 3)))
    wanted = arguments[2:] or ("sqlite", "postgresql")
    code = 0
    with TemporaryDirectory() as folder, ExitStack() as closing_all, patch("scanner.scan.installed", lambda _provider: (shut,)):
        for engine in wanted:
            if engine == "sqlite":
                place = (f"{folder}/demarc.db", f"{folder}/bare.db")
            else:
                server = closing_all.enter_context(Postgres.started())
                place = (_plain(server.url(server.database())), _plain(server.url(server.database())))
            figures = measured(engine, *place, count, days)
            peak = getrusage(RUSAGE_SELF).ru_maxrss / MEGABYTE
            figures.append(Figure("largest size of this process so far", peak, "MB", most=150 if count <= 200_000 else 1000))
            code |= report(f"Inventory of {count:,} resources on {engine}", figures)
            for file in Path(folder).iterdir():
                file.unlink()
    return code


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
