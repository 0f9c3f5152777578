"""Stores verdicts as findings with a life: opened, resolved, reopened; only what turned is written."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Connection, Text, and_, bindparam, cast, select, update

from scanner.evaluation import life
from scanner.evaluation.check import Check
from scanner.evaluation.life import Cause, Life, Step
from scanner.inventory import filling, serial
from scanner.inventory.tables import event, finding, resource
from scanner.model import Account, Finding, Outcome

LIFE = ("status", "opened_at", "resolved_at", "reopened", "known", "known_at")
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # of base 32, RFC 4648, in lower case
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]


class Said(NamedTuple):
    """What a verdict says beside its status. ``evidence`` is JSON."""

    control: str
    area: str
    owner: str
    service: str
    service_model: str
    severity: str
    reason: str
    operation: str
    permission: str
    evidence: str | None


class NewFinding(NamedTuple):
    """A row of the table."""

    pk: int
    finding_id: str
    account_pk: int
    resource_pk: int
    check_id: str
    snapshot_pk: int
    control: str
    area: str
    owner: str
    service: str
    service_model: str
    severity: str
    reason: str
    operation: str
    permission: str
    evidence: str | None
    status: str | None
    opened_at: Any
    resolved_at: Any
    reopened: int
    known: str | None
    known_at: Any


class NewEvent(NamedTuple):
    """A row of the table."""

    finding_pk: int
    event: str
    cause: str
    at: Any
    snapshot_pk: int


MOST = 500  # findings that are ended by one statement
PKS: BindParameter[int] = bindparam("pks", expanding=True)
HEAD = (finding.c.pk, finding.c.resource_pk, finding.c.check_id, finding.c.status)
TEXTS = [cast(finding.c.evidence, Text) if name == "evidence" else finding.c[name] for name in Said._fields]
VERDICTS = select(*HEAD, *TEXTS).where(finding.c.resource_pk.in_(PKS))
LIVES = select(finding.c.pk, *(finding.c[name] for name in LIFE))
PLACES = select(finding.c.pk, resource.c.resource_type, resource.c.listed_in).join(
    resource, resource.c.pk == finding.c.resource_pk
)
KEYS = select(resource.c.pk, resource.c.key).where(resource.c.pk.in_(PKS))

New = tuple[int, Finding, Said]
Turned = tuple[int, Outcome, Said]


class Judging:
    """Writes the findings of one account's snapshot.

    Resources with numbers above ``newest`` have none yet; ``looks`` tells when each listing was tried before.
    """

    newest: float = math.inf
    looks: Mapping[tuple[str, str], datetime] = MappingProxyType({})

    def __init__(self, connection: Connection, given: Account, owner: int, snapshot_id: int, at: datetime) -> None:
        self._connection = connection
        self._account = given
        self._owner = owner
        self._snapshot = snapshot_id
        self._at = at

    def judged(self, pks: Sequence[int], checks: Sequence[Check], findings: Iterable[tuple[int, Finding]]) -> None:
        self._rename(checks, finding.c.resource_pk.in_(pks))
        stored = self._verdicts(pks, {check.id for check in checks})
        new: list[New] = []
        turned: list[Turned] = []
        for pk, each in findings:
            said = _said(each)
            old = stored.pop((pk, each.check), None)
            if old is None:
                new.append((pk, each, said))
            elif old[3] != each.status or _differ(old[4:], said):
                turned.append((old[0], each.status, said))
        self._insert(new)
        self._update(turned)
        self._end([row[0] for row in stored.values() if row[3] is not None], Cause.NOT_DUE)

    def _verdicts(self, pks: Sequence[int], due: Container[str]) -> dict[tuple[int, str], Any]:
        """Return what is stored of *pks* by number and check."""
        known = [pk for pk in pks if pk <= self.newest]
        rows = self._connection.execute(VERDICTS, {"pks": known}).all() if known else ()
        return {(row[1], row[2]): row for row in rows if row[2] in due}

    @cached_property
    def _beginnings(self) -> Mapping[Outcome, Step]:
        """What each verdict makes of a finding that is new."""
        return {each: life.judge(Life(), each, self._at) for each in Outcome}

    def _insert(self, new: Sequence[New]) -> None:
        if not new:
            return
        keys = {row.pk: row.key for row in self._connection.execute(KEYS, {"pks": list({pk for pk, _, _ in new})})}
        lives = {outcome: self._stored(step.life) for outcome, step in self._beginnings.items()}
        pks = filling.reserve(self._connection, finding, len(new))
        rows = [
            NewFinding(
                pk, self._name(each.check, keys[of]), self._owner, of, each.check, self._snapshot, *said, *lives[each.status]
            )
            for pk, (of, each, said) in zip(pks, new, strict=True)
        ]
        filling.fill(self._connection, finding, rows)
        self._note((pk, self._beginnings[each.status]) for pk, (_, each, _) in zip(pks, new, strict=True))

    def _name(self, check_id: str, key: str) -> str:
        parts = (self._account.provider, self._account.id, check_id, key)
        number = int.from_bytes(serial.digest(*(part.encode("utf-8", "surrogatepass") for part in parts), size=10), "big")
        return "f-" + "".join([PAIRS[number >> shift & 1023] for shift in range(70, -1, -10)])

    def _stored(self, state: Life) -> tuple[Any, ...]:
        values = _lived(state).values()
        return tuple(filling.stored(self._connection, each) if isinstance(each, datetime) else each for each in values)

    def _update(self, turned: Sequence[Turned]) -> None:
        if not turned:
            return
        lives = self._lives([pk for pk, _, _ in turned])
        before = self._looked([pk for pk, status, _ in turned if status is Outcome.UNKNOWN])
        steps = {pk: life.judge(lives[pk], status, self._at, before.get(pk)) for pk, status, _ in turned}
        values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in (*Said._fields, *LIFE)}
        done = update(finding).where(finding.c.pk == bindparam("which")).values(snapshot_pk=self._snapshot, **values)
        rows = [
            {"which": pk, **_renamed({**said._asdict(), "evidence": _evidence(said.evidence), **_lived(steps[pk].life)})}
            for pk, _, said in turned
        ]
        self._connection.execute(done, rows)
        self._note(steps.items())

    def _lives(self, pks: Sequence[int]) -> dict[int, Life]:
        query = LIVES.where(finding.c.pk.in_(PKS))
        return {row[0]: _life(row[1:]) for row in self._connection.execute(query, {"pks": list(pks)})}

    def _looked(self, pks: Sequence[int]) -> dict[int, datetime]:
        """Return when what these findings are on was last looked at before."""
        rows = self._connection.execute(PLACES.where(finding.c.pk.in_(PKS)), {"pks": list(pks)}).all() if pks else ()
        return {pk: self.looks[type, region] for pk, type, region in rows if (type, region) in self.looks}

    def _note(self, steps: Iterable[tuple[int, Step]]) -> None:
        at = filling.stored(self._connection, self._at)
        rows = [NewEvent(pk, step.turn.value, str(step.cause), at, self._snapshot) for pk, step in steps if step.turn]
        filling.fill(self._connection, event, rows)

    def end(self, pks: Sequence[int], cause: Cause) -> None:
        """End every finding on the resources *pks*."""
        here = and_(finding.c.resource_pk.in_(PKS), finding.c.status.is_not(None))
        self._end(self._connection.scalars(select(finding.c.pk).where(here), {"pks": list(pks)}).all(), cause)

    def _end(self, pks: Sequence[int], cause: Cause) -> None:
        for start in range(0, len(pks), MOST):
            self._close(pks[start : start + MOST], cause)

    def _close(self, pks: Sequence[int], cause: Cause) -> None:
        steps = {pk: life.close(each, cause, self._at) for pk, each in self._lives(pks).items()}
        values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in LIFE}
        done = update(finding).where(finding.c.pk == bindparam("which")).values(snapshot_pk=self._snapshot, **values)
        self._connection.execute(done, [{"which": pk, **_renamed(_lived(step.life))} for pk, step in steps.items()])
        self._note(steps.items())

    def _rename(self, checks: Iterable[Check], here: ColumnElement[bool]) -> None:
        """Let findings go on under the new name of their check, unless the resource has one of that name already."""
        for check, name in [(each, name) for each in checks for name in each.formerly]:
            there = select(finding.c.resource_pk).where(here, finding.c.check_id == check.id)
            old = and_(here, finding.c.check_id == name, finding.c.resource_pk.not_in(there))
            self._connection.execute(update(finding).where(old).values(check_id=check.id))

    def retire(self, known: Iterable[Check]) -> None:
        checks = list(known)
        here = finding.c.account_pk == self._owner
        self._rename(checks, here)
        names = {check.id for check in checks}
        held = self._connection.scalars(select(finding.c.check_id).where(here).distinct()).all()
        for name in {each for each in held if not of_event(each)} - names:
            of_it = and_(here, finding.c.check_id == name, finding.c.status.is_not(None))
            self._end(self._connection.scalars(select(finding.c.pk).where(of_it)).all(), Cause.RETIRED)


def of_event(check_id: str) -> bool:
    """Tell whether a finding is of something that happened, and of no check that could be retired: ``aws.event.…``."""
    return check_id.split(".")[1:2] == ["event"]


def _said(each: Finding) -> Said:
    return Said(
        each.control,
        each.area,
        each.owner,
        each.service,
        each.service_model,
        each.severity.value,
        serial.clean(each.reason),
        each.operation,
        each.permission,
        serial.text(each.evidence) if each.evidence else None,
    )


def _differ(stored: Sequence[Any], said: Said) -> bool:
    """Tell whether a verdict says something new. PostgreSQL writes JSON in a way of its own."""
    if stored == said:
        return False
    return stored[:-1] != said[:-1] or _evidence(stored[-1]) != _evidence(said.evidence)


def _evidence(packed: str | None) -> Any:
    return None if packed is None else serial.loads(packed)


def _lived(state: Life) -> dict[str, Any]:
    values = {name: getattr(state, name) for name in LIFE}
    return {**values, **{name: str(values[name]) if values[name] else None for name in ("status", "known")}}


def _life(row: Sequence[Any]) -> Life:
    values = dict(zip(LIFE, row, strict=True))
    return Life(**{**values, **{name: Outcome(values[name]) if values[name] else None for name in ("status", "known")}})


def _renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values under the names that they are bound to in an update."""
    return {f"to_{name}": value for name, value in values.items()}
