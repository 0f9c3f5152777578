"""What a whole organization of Google Cloud costs: listed, compared with what is known, stored, and judged.

The floor of reading is the same session that gets the same pages and looks at none; the floor of writing does that and puts
each body into SQLite as it came. ``python -m benchmarks.gcp [assets]``; 100,000 unless told otherwise.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import msgspec

from benchmarks.measure import DEMARC, Figure, Usage, cpu, report, run, serving
from collectors.budget import Budget
from collectors.gcp import assets
from collectors.gcp.client import IAM, RESOURCE
from collectors.gcp.collect import GcpCollector
from collectors.gcp.options import GcpOptions
from collectors.gcp.provider import Gcp
from collectors.gcp.session import ReadSession, base, credentials
from scanner.evaluation.check import Check
from scanner.evaluation.registry import installed
from scanner.inventory import past
from scanner.inventory.lookup import Lookup
from scanner.inventory.moments import looks
from scanner.inventory.store import Store
from scanner.model import Sketches
from scanner.provider import Selection
from scanner.scan import Look, seldom_collecting

ASSETS = 100_000
PAGE = 1000
MEMORY = 300  # megabytes
JUDGED = 10.0  # seconds of CPU for 100,000 assets
KINDS = {kind.type: kind for kind in Gcp().kinds()}
NOW = datetime(2026, 6, 1, tzinfo=UTC)


class _Page(msgspec.Struct, rename="camel"):
    next_page_token: str = ""
    read_time: str = ""


def pages(front: Mapping[str, Any], content: str = RESOURCE) -> Iterator[bytes]:
    """Yield the bodies of a whole listing, looked at no further than to find the next page."""
    options = GcpOptions(organization=front["organization"], endpoint_url=front["endpoint"])
    session = ReadSession(credentials(options)[0], base(options), Budget())
    token = msgspec.json.Decoder(_Page)
    asked = {"contentType": content, "pageSize": str(PAGE)}
    while True:
        body = session.get(f"{base(options)}/v1/organizations/{options.organization}/assets", params=asked).content
        yield body
        # The token stands at the end: nothing before it is read.
        told = token.decode(b"{" + body[at + 2 :]) if (at := body.rfind(b'],"nextPageToken"')) > 0 else _Page()
        if not told.next_page_token:
            return
        asked["pageToken"] = told.next_page_token


def raw(front: Mapping[str, Any]) -> None:
    """Read the pages that a scan reads and that grow with the organization."""
    for content in (IAM, RESOURCE):
        for _ in pages(front, content):
            pass


def written(front: Mapping[str, Any], path: Path) -> None:
    """Put every body into SQLite as it came: the least that keeping it takes."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE asset (name TEXT PRIMARY KEY, body BLOB)")
        for _ in pages(front, IAM):
            pass
        for body in pages(front):
            found = assets.page(body).assets
            rows = [(each.name, bytes(each.resource.data)) for each in found if each.resource]
            database.executemany("INSERT OR REPLACE INTO asset VALUES (?, ?)", rows)
        database.commit()


def entered(front: Mapping[str, Any]) -> GcpCollector:
    options = GcpOptions(organization=front["organization"], endpoint_url=front["endpoint"])
    found = Gcp().connect(options, Selection(), secret_key=lambda: b"benchmark")
    assert isinstance(found, GcpCollector)
    return found


def listed(front: Mapping[str, Any]) -> Mapping[str, int]:
    """List everything and hash it, as a scan does that finds nothing changed. Returns the calls."""
    collector = entered(front)
    hashed = sum(len(event) for event in collector.collect() if isinstance(event, Sketches))
    assert hashed, "nothing was hashed"
    return collector.calls


def stored(front: Mapping[str, Any], store: Store) -> float:
    """Read everything and bring *store* in line with it, without judging. Returns the seconds of CPU."""
    started = process_time()
    collector = entered(front)
    with store.spool(KINDS) as spool:
        for event in collector.collect():
            spool.add(event)
        look = Look(store, (), KINDS, NOW, NOW, {})
        for account in collector.accounts:
            look.keep(account, spool.of(account.id), {})
    return process_time() - started


def judged(store: Store) -> tuple[float, int]:
    """Ask every check about everything in *store*. Returns the seconds of CPU, and how many times one was asked.

    Resources are in memory; what relational checks look up is read and indexed meanwhile.
    """
    due: dict[str, list[Check]] = defaultdict(list)
    for each in installed("gcp"):
        due[each.on].append(each)
    seconds, times = 0.0, 0
    with store.reading() as connection:
        for look in looks(connection, "latest", datetime.now(UTC)).values():
            shelf = past.shelf(connection, look, tuple(KINDS.values()))
            inventory = Lookup(shelf)
            places = [(type, region) for type in shelf.tried() for region, _ in shelf.places(type)]
            everything = [one.resource for place in places for page in shelf.pages(*place) for one in page]
            started = process_time()
            for resource in everything:
                for each in due[resource.type]:
                    each(resource, inventory, NOW)
            seconds += process_time() - started
            times += sum(len(due[resource.type]) for resource in everything)
    return seconds, times


def scanned(front: Mapping[str, Any], database: Path) -> Usage:
    """Scan through the command line, as a process of its own."""
    asked = ("--organization", front["organization"], "--quiet", "--db", str(database))
    usage = run((*DEMARC, "scan", "gcp", *asked), front["environment"])
    if usage.code:
        raise SystemExit(f"the scan ended with exit code {usage.code}")
    return usage


def main(arguments: list[str]) -> int:
    many = int(arguments[0]) if arguments else ASSETS
    with TemporaryDirectory() as name, serving("simulators.gcp", "--assets", str(many)) as front:
        os.environ.update(front["environment"])
        folder, each = Path(name), 1e6 / many
        # First, while this process is small: the size of those that it starts counts from its own.
        scan, again = (scanned(front, folder / "scanned.db") for _ in range(2))
        calls: list[Mapping[str, int]] = []
        with seldom_collecting(), Store.open(str(folder / "stored.db")) as store:  # all of it, as a scan does
            read = cpu(lambda: raw(front), 3)
            kept = cpu(lambda: written(front, folder / "raw.db"))
            seen = cpu(lambda: calls.append(listed(front)), 2)
            first = stored(front, store)
            second = stored(front, store)
            evaluated, evaluations = judged(store)
    asked = sum(calls[0].values())
    figures = [
        Figure("pages read", read * each, "µs of CPU an asset"),
        Figure("listed and hashed", seen * each, "µs of CPU an asset"),
        Figure("  against the pages alone", seen / read, "times", most=3),
        Figure("first snapshot, read and stored", first * each, "µs of CPU an asset"),
        Figure("  against raw bodies read and written", first / kept, "times", most=2),
        Figure("second snapshot, nothing changed, read and compared", second * each, "µs of CPU an asset"),
        Figure("  against the pages alone", second / read, "times", most=3),
        Figure("first scan, judged and scored", scan.cpu * each, "µs of CPU an asset"),
        Figure("second scan, nothing changed", again.cpu * each, "µs of CPU an asset"),
        Figure("largest size, first scan", scan.peak, "MB", most=MEMORY),
        Figure("largest size, second scan", again.peak, "MB", most=MEMORY),
        Figure("calls", asked, "in all"),
        Figure(f"{evaluations:,} evaluations of all checks", evaluated, "s of CPU", most=JUDGED * many / ASSETS),
    ]
    return report(f"Google Cloud: {many:,} assets", figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
