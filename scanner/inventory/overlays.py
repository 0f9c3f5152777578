"""Acceptances and attestations as the inventory keeps them: said, taken back, laid over findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, insert, literal, or_, select, update

from scanner.evaluation.overlay import Acceptance, Attestation, Overlays, covering
from scanner.inventory import serial
from scanner.inventory.errors import InventoryError
from scanner.inventory.tables import acceptance, account, attestation, finding, resource, version

Said = Acceptance | Attestation
LETTERS: Mapping[str, Table] = {"a": acceptance, "s": attestation}
COLUMNS = {"check": "check_id", "account": "account_id", "resource": "resource_id"}
SAID_AT = {"acceptance": "accepted_at", "attestation": "attested_at"}
BATCH = 500


def _table(said: Said) -> Table:
    return acceptance if isinstance(said, Acceptance) else attestation


def _row(said: Said) -> dict[str, Any]:
    values = {COLUMNS.get(name, name): value for name, value in asdict(said).items()}
    return {name: serial.clean(value) if isinstance(value, str) else value for name, value in values.items()}


def say(connection: Connection, said: Said, at: datetime, source: str = "") -> str:
    """Keep what somebody says, and return its name: a number after a letter."""
    table = _table(said)
    row = {**_row(said), SAID_AT[table.name]: at, "source": source}
    (number,) = connection.execute(insert(table).values(row)).inserted_primary_key or (0,)
    return next(letter for letter, each in LETTERS.items() if each is table) + str(number)


def withdraw(connection: Connection, name: str, at: datetime) -> None:
    """Take back what was said under *name*. Raises :class:`InventoryError` when nothing that stands is called so."""
    table, number = LETTERS.get(name[:1]), name[1:]
    if table is None or not number.isascii() or not number.isdigit():
        raise InventoryError(f"{name!r} is no acceptance (a1) and no attestation (s1): `demarc overlays` lists them")
    here = and_(table.c.pk == int(number), table.c.withdrawn_at.is_(None))
    if not connection.execute(update(table).where(here).values(withdrawn_at=at)).rowcount:
        raise InventoryError(f"there is no {name} that stands: `demarc overlays` lists them")


def synchronize(connection: Connection, given: Overlays, at: datetime) -> None:
    """Bring what a file said before in line with what it says now: what it no longer says is taken back."""
    source = serial.clean(given.source)
    for table, said in ((acceptance, given.acceptances), (attestation, given.attestations)):
        rows = (
            connection.execute(select(table).where(table.c.source == source, table.c.withdrawn_at.is_(None))).mappings().all()
        )
        held = {_identity(row): row["pk"] for row in rows}
        wanted = {_identity(_row(each)): each for each in said}
        gone = [pk for identity, pk in held.items() if identity not in wanted]
        if gone:
            connection.execute(update(table).where(table.c.pk.in_(gone)).values(withdrawn_at=at))
        for identity, each in wanted.items():
            if identity not in held:
                say(connection, each, at, source)


NOT_SAID = {"pk", "accepted_at", "attested_at", "source", "withdrawn_at"}


def _identity(row: Mapping[Any, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((name, value) for name, value in row.items() if name not in NOT_SAID))


def _standing(table: Table, at: datetime) -> Any:
    """Return the condition under which something said stands at a time."""
    withdrawn = or_(table.c.withdrawn_at.is_(None), table.c.withdrawn_at > at)
    return and_(table.c.until > at, withdrawn)


def accepted(connection: Connection, account_id: str, at: datetime) -> list[tuple[int, Acceptance]]:
    """Return the acceptances that stand for an account, with their numbers."""
    rows = connection.execute(select(acceptance).where(_standing(acceptance, at))).mappings()
    here = (row for row in rows if fnmatchcase(account_id, row["account_id"]))
    return [(row["pk"], Acceptance(**_fields(row, Acceptance))) for row in here]


def attested(connection: Connection, account_id: str, at: datetime) -> dict[tuple[str, str], Attestation]:
    """Return the attestations that stand for an account, by service and area; of several, the one that lasts longest."""
    rows = connection.execute(select(attestation).where(_standing(attestation, at)).order_by(attestation.c.until)).mappings()
    here = (row for row in rows if fnmatchcase(account_id, row["account_id"]))
    return {(row["service"], row["area"]): Attestation(**_fields(row, Attestation)) for row in here}


def _fields(row: Mapping[Any, Any], kind: type[Said]) -> dict[str, Any]:
    return {name: row[COLUMNS.get(name, name)] for name in kind.__slots__}


def every(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield everything that was ever said, with its name and the time at which it was."""
    for letter, table in LETTERS.items():
        for row in connection.execute(select(table).order_by(table.c.pk)).mappings():
            yield {"name": f"{letter}{row['pk']}", "kind": table.name, "said_at": row[SAID_AT[table.name]], **row}


FAILING = and_(
    finding.c.account_pk == bindparam("owner"), finding.c.status.in_(("fail", "unknown")), finding.c.opened_at.is_not(None)
)


def lay(connection: Connection, owner: int, account_id: str, at: datetime) -> None:
    """Mark, of the open findings of an account, those that an acceptance covers at a time, and no others."""
    standing = accepted(connection, account_id, at)
    marked = _marked(connection, owner)
    now = dict(_covered(connection, owner, standing)) if standing else {}
    changes = [{"which": pk, "by": now.get(pk)} for pk in {**marked, **now} if marked.get(pk) != now.get(pk)]
    if changes:
        done = update(finding).where(finding.c.pk == bindparam("which")).values(acceptance_pk=bindparam("by"))
        connection.execute(done, changes)


def lay_everywhere(connection: Connection, at: datetime) -> None:
    """Do so for all accounts."""
    for pk, id in connection.execute(select(account.c.pk, account.c.account_id)).all():
        lay(connection, pk, id, at)


def _marked(connection: Connection, owner: int) -> dict[int, int]:
    here = and_(finding.c.account_pk == owner, finding.c.acceptance_pk.is_not(None))
    return {row.pk: row.acceptance_pk for row in connection.execute(select(finding.c.pk, finding.c.acceptance_pk).where(here))}


def _covered(connection: Connection, owner: int, standing: Sequence[tuple[int, Acceptance]]) -> Iterator[tuple[int, int]]:
    failing = connection.scalars(select(finding.c.check_id).where(FAILING).distinct(), {"owner": owner}).all()
    checks = [check for check in failing if any(fnmatchcase(check, each.check) for _, each in standing)]
    if not checks:
        return
    for row in _candidates(connection, owner, checks, tagged=any(each.tag for _, each in standing)):
        number = covering(standing, row.check_id, row.resource_id, row.tags if isinstance(row.tags, dict) else None)
        if number is not None:
            yield row.pk, number


def _candidates(connection: Connection, owner: int, checks: Iterable[str], *, tagged: bool) -> Iterable[Any]:
    """Return the open findings of *checks*, with the tags of their resources where those are asked for."""
    current = and_(version.c.resource_pk == resource.c.pk, version.c.valid_to.is_(None), literal(tagged))
    query = (
        select(finding.c.pk, finding.c.check_id, resource.c.resource_id, version.c.facts["tags"].label("tags"))
        .join(resource, resource.c.pk == finding.c.resource_pk)
        .join(version, current, isouter=True)
        .where(FAILING, finding.c.resolved_at.is_(None), finding.c.check_id.in_(list(checks)))
    )
    return connection.execute(query, {"owner": owner}, execution_options={"yield_per": BATCH})
