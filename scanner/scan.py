"""One scan: collect, store, judge, score. What the command line and the daemon both call."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from scanner import heaps
from scanner.config import Target
from scanner.errors import UserError
from scanner.evaluation import score
from scanner.evaluation.check import Check
from scanner.evaluation.ledger import ATTESTED, ledger
from scanner.evaluation.overlay import Attestation
from scanner.evaluation.registry import edition, installed
from scanner.evaluation.runner import Runner
from scanner.inventory import past
from scanner.inventory.lookup import Lookup
from scanner.inventory.moments import Look as Past
from scanner.inventory.rows import Applied, Counted, LedgerRow, ScoreRow
from scanner.inventory.shelf import Shelf
from scanner.inventory.spool import Room, Spool
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from scanner.model import Account, Event, Finding, Gap, Inventory, Kind, Listed, SnapshotStatus
from scanner.provider import Census, Collector, Noting, Selection
from scanner.responsibility import split
from scanner.responsibility.split import resolve

Watch = Callable[[Event, Collector], None]
HEAPS = 2  # for all threads that read: more are no faster, and larger


class InterruptedScanError(UserError):
    """The user stopped the scan. What it was reading is not kept; a snapshot says so. ``written`` accounts were kept before."""

    exit_code = 4

    def __init__(self, account: Account, snapshot_id: int, written: int = 0) -> None:
        kept = f"accounts that were written before: {written}" if written else "nothing else was changed"
        super().__init__(f"{account.id}: interrupted, recorded as snapshot {snapshot_id}; {kept}")


@dataclass(frozen=True, slots=True)
class Scanned:
    """What came of one look at one account. ``calls`` are those of the whole scan, told with the account it entered by."""

    account: Account
    snapshot_id: int
    status: SnapshotStatus
    applied: Applied
    resources: int
    gaps: int
    calls: Mapping[str, int]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What is the same for every account of one scan."""

    store: Store
    checks: Sequence[Check]
    kinds: Mapping[str, Kind]
    started: datetime
    ended: datetime
    chosen: Mapping[str, Any]

    def keep(self, account: Account, room: Room, calls: Mapping[str, int], note: str = "") -> Scanned:
        """Write what was read of one account, judged and scored, in one transaction."""
        status = SnapshotStatus.PARTIAL if room.gaps else SnapshotStatus.COMPLETE
        with self.store.writing() as writing:
            more: dict[str, Any] = {"calls": dict(calls), "selection": self.chosen, "note": note}
            snapshot = writing.begin(account, status, self.started, self.ended, **more)
            applied = writing.apply(room)
            judge(writing, self.checks, self.kinds.values(), self.started, edition(account.provider))
            settle(writing, account.provider, self.kinds.values())
            writing.finish(applied)
        return Scanned(account, snapshot, status, applied, room.resources, room.gaps, calls, note)


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for garbage in cycles seldom: a scan makes many objects and hardly a cycle; looking took a fifth of its time."""
    usual = gc.get_threshold()
    gc.freeze()  # what is loaded by now stays
    gc.set_threshold(10_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


@seldom_collecting()
def scan(
    inventory: Callable[[], Store],
    target: Target,
    checks: Sequence[Check],
    watch: Watch,
    clock: Callable[[], datetime] | None = None,
) -> list[Scanned]:
    """Scan the accounts of one target: usually one, or each of an organization that is read as a whole.

    *inventory* is opened once the target was entered: who can't enter leaves nothing behind.
    Raises ConnectError, InventoryError or :class:`InterruptedScanError`; accounts that were written before stay so.
    """
    heaps.share(HEAPS)
    now = clock or (lambda: datetime.now(UTC))
    kinds = {kind.type: kind for kind in target.provider.kinds()}
    selection = Selection(target.regions, target.services)

    def secret_key() -> bytes:
        return inventory().secret_key()

    def memory(account: str, type: str, fact: str) -> Mapping[str, Any]:
        return inventory().remembered(target.provider.name)(account, type, fact)

    collector = target.provider.connect(target.options, selection, secret_key=secret_key, memory=memory)
    entered = replace(collector.account, name=target.name or collector.account.name)
    started = collector.as_of or now()
    chosen = {"regions": sorted(target.regions), "services": sorted(target.services)}
    store = inventory()
    done: list[Scanned] = []
    with store.spool(kinds) as spool:
        try:
            for event in collector.collect():
                spool.add(event)
                watch(event, collector)
            look = Look(store, checks, kinds, started, now(), chosen)
            lost = gone(collector, store, target.provider.name, spool)
            notes = collector.notes if isinstance(collector, Noting) else {}
            if not target.regions and not target.services:
                unseen(collector, notes, store, spool, kinds)
            lines = {each.id: f"no longer in {entered.id}" for each in lost} | {**notes}
            for each in [*accounts(entered, collector, spool), *lost]:
                calls = collector.calls if each.id == entered.id else {}
                done.append(look.keep(each, spool.of(each.id), calls, lines.get(each.id, "")))
        except KeyboardInterrupt:
            collector.close()
            note = store.record(entered, SnapshotStatus.INTERRUPTED, started, now(), selection=chosen)
            raise InterruptedScanError(entered, note, len(done)) from None
    return done


def accounts(entered: Account, collector: Collector, spool: Spool) -> Iterable[Account]:
    """Return every account of a scan: those that were to be read, and whatever else a resource says it is in."""
    known = {each.id: each for each in collector.accounts} | {entered.id: entered}
    strange = {id: Account(entered.provider, id) for id in spool.accounts() if id not in known}
    return (known | strange).values()


def gone(collector: Collector, store: Store, provider: str, spool: Spool) -> Sequence[Account]:
    """Return the accounts that the collector looked for and did not find: listings of theirs ended, and brought nothing.

    Where it lists account by account, nothing was listed of what it did not find: that ends with the account.
    """
    if not isinstance(collector, Census):
        return []
    there = {each.id for each in collector.accounts} | set(spool.accounts())
    lost = [each for each in collector.gone(store.accounts(provider)) if each.id not in there]
    for each in lost:
        for type, region in () if spool.of(each.id).scopes() else store.tried(each):
            spool.add(Listed(type, region, complete=True, account=each.id))
    return lost


def unseen(collector: Collector, notes: Mapping[str, str], store: Store, spool: Spool, kinds: Mapping[str, Kind]) -> None:
    """Leave open as well what an account of which nothing was seen, with a note on it, had where nobody looked.

    An account may have been read in regions that the one that was entered does not have.
    """
    for account in (each for each in collector.accounts if each.id in notes):
        room = spool.of(account.id)
        told = {(scope.type, scope.region) for scope in room.scopes()}
        for gap in room.listing_gaps()[:1]:
            for type, region in sorted({*store.tried(account)} - told):
                if kind := kinds.get(type):
                    spool.add(replace(gap, type=type, region=region, service=kind.service))
                    spool.add(Listed(type, region, complete=False, account=account.id))


def judge(writing: Writing, checks: Sequence[Check], kinds: Iterable[Kind], now: datetime, edition: str = "") -> None:
    """Run *checks* over everything that the snapshot tried to read, but for verdicts that hold since the look before."""
    runner = Runner(checks, kinds, resolve, edition)
    inventory = writing.inventory()
    for type in writing.types():
        if runner.due(type):
            _judge(writing, runner, type, inventory, now)


def _judge(writing: Writing, runner: Runner, type: str, inventory: Inventory, now: datetime) -> None:
    whole = runner.edition(type)
    for page, all in writing.due(type, whole, every=bool(runner.due(type, again=True))):
        again = not all
        found = [
            (stored.pk, finding) for stored in page for finding in runner.judge(stored.resource, inventory, now, again=again)
        ]
        writing.judged([stored.pk for stored in page], runner.due(type, again=again), found)
    if whole:
        writing.judged_all(type, whole)


def evaluate(store: Store, look: Past, checks: Sequence[Check], kinds: Sequence[Kind]) -> Iterator[Finding]:
    """Judge what was there as of *look* by *checks* as they are now. Nothing is written: what was found then stays so."""
    if look.at is None:
        return
    runner = Runner(checks, kinds, resolve)
    with _shelf(store, look, kinds) as shelf:
        inventory = Lookup(shelf)
        for type in shelf.tried():
            for page in (page for region, _ in shelf.places(type) for page in shelf.pages(type, region)):
                for stored in page:
                    yield from runner.judge(stored.resource, inventory, look.at)


@contextmanager
def beheld(store: Store, look: Past, kinds: Sequence[Kind]) -> Iterator[Inventory]:
    """Give what may be asked of the account as of *look*, as a relational check would."""
    with _shelf(store, look, kinds) as shelf:
        yield Lookup(shelf)


@contextmanager
def _shelf(store: Store, look: Past, kinds: Sequence[Kind]) -> Iterator[Shelf]:
    with store.reading() as connection:
        yield past.shelf(connection, look, kinds)


def settle(writing: Writing, provider: str, kinds: Iterable[Kind]) -> None:
    """End findings of checks that are no more; write scores and the split of the account as it stands now."""
    every = installed(provider)
    by_type = {kind.type: kind for kind in kinds}
    placed = [(check, check.service or by_type[check.on].service) for check in every if check.on in by_type]
    writing.retire(every)
    writing.lay()
    gaps = writing.unlisted()
    counts = merged([*writing.counts(), *refused(writing, placed, gaps)])
    writing.scores(_score(each) for each in counts)
    attested = writing.attested()
    in_use = used(writing.held(), by_type) | {gap.service for gap in gaps}
    writing.ledger(
        LedgerRow(
            service=cell.service,
            service_model=cell.service_model,
            area=cell.area,
            owner=cell.owner,
            state=state,
            checks=number,
            passed=tally.passed,
            failed=tally.failed,
            unknown=tally.unknown,
            expected=tally.sum.expected,
            known=tally.sum.known,
            earned=tally.sum.earned,
            provider_duty=cell.provider_duty,
            customer_duty=cell.customer_duty,
            source=cell.source,
            note=said(cell.note, attested.get((cell.service, cell.area)) if state == ATTESTED else None),
        )
        for cell, state, number, tally in ledger(in_use, placed, counts, attested)
    )


def said(note: str, attestation: Attestation | None) -> str:
    """Return the note on a cell, with what is attested of it."""
    if attestation is None:
        return note
    by = f"{attestation.owner} until {attestation.until:%Y-%m-%d}: {attestation.statement}"
    evidence = f" ({attestation.evidence})" if attestation.evidence else ""
    return " ".join(part for part in (note, f"Attested by {by}{evidence}") if part)


def used(held: Iterable[tuple[str, str]], kinds: Mapping[str, Kind]) -> set[str]:
    """Return the services that an account uses, of all that it has resources of: (type, service).

    What every account has shows no use; an account itself, its people and policies are always there.
    """
    every = split.services()
    return {
        service
        for type, service in held
        if type not in kinds or not kinds[type].implied or every[service]["model"] == "account"
    }


def refused(writing: Writing, placed: Sequence[tuple[Check, str]], gaps: Iterable[Gap]) -> Iterator[Counted]:
    """Yield what is due where a listing was refused and nothing is known to be there: one evaluation a check.

    Resources that are known from before are judged, as unknown, with all others.
    """
    by_type: dict[str, list[tuple[Check, str]]] = defaultdict(list)
    for check, service in placed:
        by_type[check.on].append((check, service))
    for type, region in {(gap.type, gap.region) for gap in gaps}.difference(writing.places()):
        for check, service in by_type[type]:
            cell = resolve(service, check.area)
            names = (region, service, cell.service_model, check.area, cell.owner, check.id)
            yield Counted(*names, str(check.severity), 0, 0, 1)


def merged(counts: Iterable[Counted]) -> list[Counted]:
    """Return one row for each check, service and region; customer before shared where variants differ."""
    rows: dict[tuple[str, str, str], Counted] = {}
    for each in counts:
        place = (each.region, each.service, each.check)
        held = rows.get(place)
        if held is None:
            rows[place] = each
            continue
        sums = Counter(held.sums()) + Counter(each.sums())
        owner = min(held.owner, each.owner)
        rows[place] = replace(held, owner=owner, **{name: sums[name] for name in held.sums()})  # type: ignore[arg-type]
    return list(rows.values())


def _score(each: Counted) -> ScoreRow:
    whole = score.triple(each.severity, each.passed, each.failed, each.unknown, each.accepted)
    return ScoreRow(
        account="",
        region=each.region,
        service=each.service,
        area=each.area,
        check=each.check,
        severity=each.severity,
        owner=each.owner,
        passed=each.passed,
        failed=each.failed,
        unknown=each.unknown,
        accepted=each.accepted,
        expected=whole.expected,
        known=whole.known,
        earned=whole.earned,
    )
