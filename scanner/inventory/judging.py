"""Stores verdicts as findings with a life: opened, resolved, reopened; only what turned is written."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from scanner.evaluation import life
from scanner.evaluation.check import Check
from scanner.evaluation.life import Cause, Life, Step
from scanner.inventory import serial
from scanner.inventory.tables import event, finding, resource, snapshot
from scanner.model import Account, Finding, Outcome

Row = Mapping[Any, Any]
SAID = (
    "control",
    "area",
    "owner",
    "service",
    "service_model",
    "severity",
    "reason",
    "evidence",
    "operation",
    "permission",
)
LIFE = ("status", "opened_at", "resolved_at", "reopened", "known", "known_at")


class Judging:
    """Writes the findings of one account's snapshot."""

    def __init__(self, connection: Connection, given: Account, owner: int, snapshot_id: int, at: datetime) -> None:
        self._connection = connection
        self._account = given
        self._owner = owner
        self._snapshot = snapshot_id
        self._at = at

    def judged(self, pks: Sequence[int], checks: Sequence[Check], findings: Iterable[tuple[int, Finding]]) -> None:
        stored = {(row["resource_pk"], row["check_id"]): row for row in self._stored(pks, checks)}
        given = {(pk, each.check): each for pk, each in findings}
        keys = self._keys(pks)
        before = self._before()
        new: list[tuple[Row, Step]] = []
        turned: list[tuple[Row, Step]] = []
        for place, each in given.items():
            old = stored.get(place)
            step = life.judge(_life(old), each.status, self._at, before)
            row = {**_said(each), **_lived(step.life)}
            if old is None:
                pk, check_id = place
                names = {"resource_pk": pk, "check_id": check_id, "account_pk": self._owner}
                new.append(({**row, **names, "finding_id": self._name(check_id, keys[pk])}, step))
            elif any(old[name] != value for name, value in row.items()):
                turned.append(({**row, "which": old["pk"]}, step))
        self._insert(new)
        self._update(turned)
        self._end([row for place, row in stored.items() if place not in given], Cause.NOT_DUE)

    def _stored(self, pks: Sequence[int], checks: Sequence[Check]) -> Sequence[Row]:
        here = and_(finding.c.resource_pk.in_(pks), finding.c.check_id.in_([check.id for check in checks]))
        return self._connection.execute(select(finding).where(here)).mappings().all()

    def _keys(self, pks: Sequence[int]) -> dict[int, str]:
        query = select(resource.c.pk, resource.c.key).where(resource.c.pk.in_(pks))
        return {row.pk: row.key for row in self._connection.execute(query)}

    def _before(self) -> datetime | None:
        here = and_(snapshot.c.account_pk == self._owner, snapshot.c.pk < self._snapshot)
        query = select(snapshot.c.started_at).where(here, snapshot.c.status.in_(("complete", "partial")))
        return self._connection.scalar(query.order_by(snapshot.c.pk.desc()).limit(1))

    def _name(self, check_id: str, key: str) -> str:
        parts = (self._account.provider, self._account.id, check_id, key)
        hashed = serial.digest(*(part.encode() for part in parts), size=10)
        return "f-" + b32encode(hashed).decode().lower()

    def _insert(self, new: Sequence[tuple[Row, Step]]) -> None:
        if not new:
            return
        self._connection.execute(insert(finding), [{**row, "snapshot_pk": self._snapshot} for row, _ in new])
        if any(step.turn for _, step in new):
            names = [row["finding_id"] for row, step in new if step.turn]
            query = select(finding.c.finding_id, finding.c.pk).where(finding.c.finding_id.in_(names))
            pks = {row.finding_id: row.pk for row in self._connection.execute(query)}
            self._note([(pks[row["finding_id"]], step) for row, step in new if step.turn])

    def _update(self, turned: Sequence[tuple[Row, Step]]) -> None:
        if not turned:
            return
        values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in (*SAID, *LIFE)}
        done = update(finding).where(finding.c.pk == bindparam("which")).values(snapshot_pk=self._snapshot, **values)
        rows = [{"which": row["which"], **{f"to_{name}": row[name] for name in (*SAID, *LIFE)}} for row, _ in turned]
        self._connection.execute(done, rows)
        self._note([(row["which"], step) for row, step in turned if step.turn])

    def _note(self, turns: Sequence[tuple[int, Step]]) -> None:
        rows = [
            {
                "finding_pk": pk,
                "event": str(step.turn),
                "cause": str(step.cause),
                "at": self._at,
                "snapshot_pk": self._snapshot,
            }
            for pk, step in turns
        ]
        if rows:
            self._connection.execute(insert(event), rows)

    def end(self, pks: Sequence[int], cause: Cause) -> None:
        """End every finding on the resources *pks*."""
        here = and_(finding.c.resource_pk.in_(pks), finding.c.status.is_not(None))
        self._end(self._connection.execute(select(finding).where(here)).mappings().all(), cause)

    def _end(self, rows: Iterable[Row], cause: Cause) -> None:
        steps = [(row, life.close(_life(row), cause, self._at)) for row in rows if row["status"] is not None]
        if not steps:
            return
        values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in LIFE}
        done = update(finding).where(finding.c.pk == bindparam("which")).values(snapshot_pk=self._snapshot, **values)
        self._connection.execute(
            done,
            [{"which": row["pk"], **{f"to_{name}": value for name, value in _lived(step.life).items()}} for row, step in steps],
        )
        self._note([(row["pk"], step) for row, step in steps if step.turn])

    def retire(self, known: Iterable[Check]) -> None:
        checks = list(known)
        here = finding.c.account_pk == self._owner
        for check in checks:
            for name in check.formerly:
                done = update(finding).where(here, finding.c.check_id == name).values(check_id=check.id)
                self._connection.execute(done)
        names = {check.id for check in checks}
        held = self._connection.scalars(select(finding.c.check_id).where(here).distinct()).all()
        for name in set(held) - names:
            of_it = and_(here, finding.c.check_id == name, finding.c.status.is_not(None))
            self._end(self._connection.execute(select(finding).where(of_it)).mappings().all(), Cause.RETIRED)


def _said(each: Finding) -> dict[str, Any]:
    values = {name: getattr(each, name) for name in SAID}
    texts = {name: serial.clean(str(value)) for name, value in values.items() if name != "evidence"}
    return {**texts, "evidence": serial.loads(serial.dumps(each.evidence)) if each.evidence else None}


def _lived(state: Life) -> dict[str, Any]:
    values = {name: getattr(state, name) for name in LIFE}
    return {**values, **{name: str(values[name]) if values[name] else None for name in ("status", "known")}}


def _life(row: Row | None) -> Life:
    if row is None:
        return Life()
    values = {name: row[name] for name in LIFE}
    return Life(**{**values, **{name: Outcome(values[name]) if values[name] else None for name in ("status", "known")}})
