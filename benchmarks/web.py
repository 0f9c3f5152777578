"""What pages cost over a large inventory: CPU, each when it is first asked for, and after that.

``python -m benchmarks.web [resources] [accounts] [days] [database]``; 100,000, 20 and 10 unless told otherwise. An inventory at
*database* is made there if there is none, and kept.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import anyio
import httpx
from fastapi import FastAPI
from sqlalchemy import Connection, insert

from benchmarks.measure import Figure, report
from scanner.evaluation.check import Check
from scanner.evaluation.ledger import ledger
from scanner.evaluation.registry import installed
from scanner.evaluation.score import triple
from scanner.inventory import tables
from scanner.inventory.store import Store
from scanner.provider import load
from scanner.web.app import create

REGIONS = ("eu-west-1", "us-east-1", "eu-central-1", "ap-southeast-2", "us-west-2")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FAILING, UNKNOWN = 10, 50  # one verdict in so many
PART = 5000
MOST = 300  # milliseconds
TIMES = 5


@dataclass(frozen=True, slots=True)
class Counted:
    """The verdicts of one check in one region of an account."""

    service: str
    area: str
    severity: str
    passed: int
    failed: int
    unknown: int
    accepted: int = 0


def kinds() -> dict[str, tuple[str, list[Check]]]:
    """Return the types of AWS that two checks look at: service, and these checks."""
    by_type: dict[str, list[Check]] = defaultdict(list)
    for each in installed("aws"):
        if not each.service:
            by_type[each.on].append(each)
    homes = {kind.type: kind.service for kind in load("aws").kinds()}
    return {type: (homes[type], some[:2]) for type, some in sorted(by_type.items()) if len(some) > 1 and homes.get(type)}


def fill(connection: Connection, resources: int, accounts: int, days: int) -> None:
    """Make accounts with resources of every type, two verdicts on each, and the sums of so many daily looks."""
    given = kinds()
    connection.execute(
        insert(tables.account),
        [{"pk": pk, "provider": "aws", "account_id": f"{pk:012}", "name": f"account {pk}"} for pk in range(1, accounts + 1)],
    )
    looks = [{"pk": (day * accounts) + pk, **_look(pk, days - day)} for day in range(days) for pk in range(1, accounts + 1)]
    connection.execute(insert(tables.snapshot), looks)
    latest = {pk: (days - 1) * accounts + pk for pk in range(1, accounts + 1)}
    counts = _things(connection, resources, accounts, latest, list(given.items()))
    _listings(connection, latest, list(given))
    for owner, counted in counts.items():
        scores, cells = _sums(counted, given)
        for day in range(days):
            place = {"snapshot_pk": day * accounts + owner, "account_pk": owner}
            connection.execute(insert(tables.score), [{**place, **row} for row in scores])
            connection.execute(insert(tables.ledger), [{**place, **row} for row in cells])


def _look(owner: int, ago: int) -> dict[str, Any]:
    at = NOW - timedelta(days=ago - 1, hours=8)
    return {"account_pk": owner, "status": "complete", "started_at": at, "ended_at": at + timedelta(minutes=9), "unchanged": 1}


def _listings(connection: Connection, latest: dict[int, int], types: Sequence[str]) -> None:
    rows = [
        {
            "account_pk": owner,
            "resource_type": type,
            "region": region,
            "complete": True,
            "valid_from": owner,
            "snapshot_pk": look,
            "whole_pk": look,
        }
        for owner, look in latest.items()
        for type in types
        for region in REGIONS
    ]
    connection.execute(insert(tables.listing), rows)


Counts = dict[tuple[str, Check, str], list[int]]


def _things(
    connection: Connection, number: int, accounts: int, latest: dict[int, int], given: list[tuple[str, tuple[str, list[Check]]]]
) -> dict[int, Counts]:
    counts: dict[int, Counts] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for start in range(1, number + 1, PART):
        things, versions, findings, events = [], [], [], []
        for pk in range(start, min(number + 1, start + PART)):
            owner = pk % accounts + 1
            type, (service, checks) = given[pk // accounts % len(given)]
            region = REGIONS[pk // 7 % len(REGIONS)]
            names = {"resource_type": type, "listed_in": region, "region": region, "service": service}
            times = {"first_seen_at": NOW - timedelta(days=40), "last_changed_at": NOW - timedelta(days=pk % 40)}
            name = f"thing-{pk:07}"
            things.append(
                {
                    "pk": pk,
                    "account_pk": owner,
                    "key": f"{pk:032x}",
                    "resource_id": f"arn:{name}",
                    "name": name,
                    **names,
                    **times,
                }
            )
            facts = {"item": {"Name": name, "Note": "x" * 120}, "tags": {"team": f"team-{pk % 40}"}}
            versions.append({"resource_pk": pk, "valid_from": owner, "name": name, "region": region, "facts": facts})
            for at, check in enumerate(checks):
                finding_pk = 2 * pk + at - 1
                status = _status(finding_pk)
                counts[owner][service, check, region][("pass", "fail", "unknown").index(status)] += 1
                place = {"account_pk": owner, "service": service, "snapshot_pk": latest[owner]}
                findings.append(_finding(finding_pk, pk, check, status, place))
                if status == "fail":
                    turn = {"finding_pk": finding_pk, "event": "opened", "cause": "failed"}
                    events.append({**turn, "at": NOW - timedelta(days=20), "snapshot_pk": owner})
        for table, rows in (
            (tables.resource, things),
            (tables.version, versions),
            (tables.finding, findings),
            (tables.event, events),
        ):
            if rows:
                connection.execute(insert(table), rows)
    return counts


def _status(number: int) -> str:
    mixed = number * 2654435761 % 2**32  # neighbours differ
    return "unknown" if mixed % UNKNOWN == 0 else "fail" if mixed % FAILING == 1 else "pass"


def _finding(pk: int, thing: int, check: Check, status: str, place: dict[str, Any]) -> dict[str, Any]:
    blind = status == "unknown"
    return {
        "pk": pk,
        "finding_id": f"f-{pk:016x}",
        "resource_pk": thing,
        "check_id": check.id,
        "control": check.control,
        "area": check.area,
        "owner": "customer",
        "service_model": "abstracted",
        "severity": str(check.severity),
        "status": status,
        "reason": "because of what was read",
        "evidence": {"item.Name": thing} if status == "fail" else None,
        "operation": f"aws:Describe{thing % 9}" if blind else "",
        "permission": f"aws:Describe{thing % 9}" if blind else "",
        "opened_at": NOW - timedelta(days=pk % 40) if status == "fail" else None,
        "known": "fail" if status == "fail" else "pass",
        **place,
    }


def _sums(counts: Counts, given: dict[str, tuple[str, list[Check]]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    scores, counted = [], []
    for (service, check, region), (passed, failing, unknown) in counts.items():
        weight = triple(str(check.severity), passed, failing, unknown)
        sums = {"expected": weight.expected, "known": weight.known, "earned": weight.earned}
        each = Counted(service, check.area, str(check.severity), passed, failing, unknown)
        scores.append({"region": region, "check_id": check.id, "owner": "customer", **asdict(each), **sums})
        counted.append(each)
    placed = [(check, service) for service, checks in given.values() for check in checks]
    cells = [
        {
            "service": cell.service,
            "service_model": cell.service_model,
            "area": cell.area,
            "owner": cell.owner,
            "state": state,
            "checks": number,
            "passed": tally.passed,
            "failed": tally.failed,
            "unknown": tally.unknown,
            "expected": tally.sum.expected,
            "known": tally.sum.known,
            "earned": tally.sum.earned,
            "provider_duty": cell.provider_duty,
            "customer_duty": cell.customer_duty,
            "source": cell.source,
            "note": cell.note,
        }
        for cell, state, number, tally in ledger({service for service, _ in given.values()}, placed, counted)
    ]
    return scores, cells


def paths() -> Iterator[tuple[str, str]]:
    service, checks = next(iter(kinds().values()))
    yield "split", "/"
    yield "cell", f"/split/{service}/{checks[0].area}"
    yield "findings", "/findings"
    yield "findings, narrowed", "/findings?severity=medium&account=000000000007&area=network"
    yield "findings by region and tag", "/findings?region=us-west-2&tag=team=team-3"
    yield "findings, a name that few have", "/findings?q=thing-0000777"
    yield "findings that passed", "/findings?status=pass"
    yield "finding", "/findings/f-0000000000000002"
    yield "resources", "/resources"
    yield "resource", "/resources/777"
    yield "accounts", "/accounts"
    yield "account", "/accounts/aws/000000000007"
    yield "blind spots", "/blind"
    yield "exposure", "/exposure"
    yield "changes", "/changes?days=30"
    yield "trends", "/trends"
    yield "frameworks", "/frameworks"
    yield "findings as JSON, 500", "/api/v1/findings?limit=500"


def asked(app: FastAPI, path: str) -> float:
    """Return the milliseconds of CPU of one answer: the database is a file, so that its part is in them."""

    async def sent() -> float:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            began = process_time()
            answer = await client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            return (process_time() - began) * 1000

    return anyio.run(sent)


def measured(store: Store) -> list[Figure]:
    """Ask for every page. The first answer of all also reads the sums; figures of one page are the median of several."""
    app = create(store, clock=lambda: NOW)
    first = asked(app, "/")
    figures = [Figure("first page after a scan: reads the sums", first, "ms")]
    for name, path in paths():
        once = asked(app, path)
        often = median(asked(app, path) for _ in range(TIMES))
        figures.append(Figure(f"{name} (at first {once:,.0f} ms)", often, "ms", most=MOST))
    return figures


def main(arguments: Sequence[str]) -> int:
    counts = [int(given or usual) for given, usual in zip_longest(arguments[:3], (100_000, 20, 10))]
    with TemporaryDirectory() as folder:
        url = arguments[3] if len(arguments) > 3 else f"{folder}/demarc.db"
        new = "://" in url or not Path(url).exists()
        with Store.open(url) as store:
            if new:
                with store.changing() as connection:
                    fill(connection, *counts)
                with store.alone() as connection:
                    connection.exec_driver_sql("ANALYZE")
            resources, accounts, days = counts
            title = (
                f"Pages over {resources:,} resources and {2 * resources:,} findings in {accounts} accounts, {days} looks each"
            )
            return report(title, measured(store))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
