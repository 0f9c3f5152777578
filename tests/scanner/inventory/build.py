"""The words of the inventory's tests: a provider with three types, and looks at an account of it.

    look(store, box("b1"), box("b2"), day=1)         # the listing of boxes in the north returned two
    look(store, box("b1"), day=2)                    # b2 is gone
    look(store, refused(), day=3)                    # nobody could list them

Each look lists the boxes of the north, and whatever else stands in it; what is not told otherwise was listed to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scanner.evaluation.check import Check, check
from scanner.inventory import queries
from scanner.inventory.rows import Applied
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from scanner.model import (
    Account,
    Event,
    Gap,
    Kind,
    Listed,
    Reason,
    Resource,
    Severity,
    SnapshotStatus,
    Verdict,
    failed,
    passed,
    skipped,
)
from scanner.scan import judge
from tests import cases

BOX = Kind("test.box", "aws.s3", "Box", ("item", "policy", "usage"), "regional", volatile=("item.Opened", "usage"))
LID = Kind("test.lid", "aws.sqs", "Lid", ("item",), "regional")
KEY = Kind("test.key", "aws.iam", "Key", ("item",), "global")
KINDS = {kind.type: kind for kind in (BOX, LID, KEY)}
ONE, TWO = Account("test", "1", "One"), Account("test", "2", "Two")
NORTH, SOUTH, GLOBAL = "north", "south", "global"
Said = Event | Sequence[Event]


def day(number: int) -> datetime:
    return datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)


def thing(kind: Kind, id: str, region: str, **facts: Any) -> Resource:
    return cases.resource(kind.type, id, region, **{"item": {}, **facts})


def box(id: str = "b1", region: str = NORTH, **facts: Any) -> Resource:
    return thing(BOX, id, region, **facts)


def lid(id: str = "l1", region: str = NORTH, **facts: Any) -> Resource:
    return thing(LID, id, region, **facts)


def listed(type: str = BOX.type, region: str = NORTH) -> Listed:
    return Listed(type, region, complete=True)


def refused(type: str = BOX.type, region: str = NORTH, reason: Reason = Reason.DENIED) -> tuple[Event, ...]:
    """Return what a collector says of a listing that failed."""
    gap = Gap(type, region, KINDS[type].service, f"List:{type}", reason, "NoEntry", f"test:List:{type}", "no entry")
    return gap, Listed(type, region, complete=False)


def events(said: Iterable[Said], scopes: Iterable[tuple[str, str]]) -> Iterator[Event]:
    """Yield everything that was said, and that what nobody called otherwise was listed to its end."""
    every = [each for part in said for each in (part if isinstance(part, Sequence) else (part,))]
    yield from every
    told = {(each.type, each.region) for each in every if isinstance(each, Listed)}
    returned = {(each.type, each.listed_in or each.region) for each in every if isinstance(each, Resource)}
    yield from (Listed(*scope, complete=True) for scope in sorted({*scopes, *returned} - told))


@dataclass(frozen=True)
class Looked:
    snapshot_id: int
    applied: Applied


@contextmanager
def writing(
    store: Store, *said: Said, day: datetime, account: Account = ONE, scopes: Iterable[tuple[str, str]] = ((BOX.type, NORTH),)
) -> Iterator[tuple[Writing, Looked]]:
    """Open the transaction of one look, with everything that was read applied."""
    with store.spool(KINDS) as spool:
        for event in events(said, scopes):
            spool.add(replace(event, account=account.id) if isinstance(event, Resource) else event)
        room = spool.of(account.id)
        status = SnapshotStatus.PARTIAL if room.gaps else SnapshotStatus.COMPLETE
        with store.writing() as begun:
            snapshot = begun.begin(account, status, day, day + timedelta(minutes=5))
            looked = Looked(snapshot, begun.apply(room))
            yield begun, looked
            begun.finish(looked.applied)


def look(
    store: Store,
    *said: Said,
    on: int = 1,
    account: Account = ONE,
    scopes: Iterable[tuple[str, str]] = ((BOX.type, NORTH),),
    checks: Sequence[Check] = (),
    then: Callable[[Writing], object] = lambda begun: None,
) -> Looked:
    """Store one look at *account* on a day, judged by *checks*."""
    with writing(store, *said, day=day(on), account=account, scopes=scopes) as (begun, looked):
        judge(begun, checks, KINDS.values(), day(on))
        then(begun)
        return looked


def ask(store: Store, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in queries.sql(store, query)]


def boxes(store: Store) -> dict[str, dict[str, Any]]:
    """Return the facts of the current resources by id."""
    return {row["resource_id"]: row["facts"] for row in queries.resources(store, {})}


def made(id: str, judge: Callable[..., Verdict], on: str = BOX.type, **more: Any) -> Check:
    words: Any = {"control": "data.public_exposure", "severity": Severity.HIGH, "title": "Box is shut"}
    return check(id, on=on, **{**words, "risk": "Things fall out.", "fix": "shut {id}", **more})(judge)


def shut(thing: Resource) -> Verdict:
    """Judge a box by what its item says of itself."""
    state = thing["item"].get("Is", "shut")
    if state == "none":
        return skipped("it has no lid")
    return failed("it is open") if state == "open" else passed("it is shut")


SHUT = made("test.box.shut", shut)
