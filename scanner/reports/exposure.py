"""What strangers get at, account by account: ways that are followed through the inventory, and findings that say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.evaluation.check import Check
from scanner.evaluation.exposure import Opening, Said, exposures, unseen
from scanner.inventory import queries
from scanner.inventory.moments import Look
from scanner.inventory.store import Store
from scanner.model import Inventory, UnreadError
from scanner.provider import load
from scanner.scan import beheld

ARROW = " → "


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRow:
    """One opening as lists show it. ``certainty`` is yes or possibly; ``doubt`` says what makes it so."""

    certainty: str
    provider: str
    account_id: str
    region: str
    resource_type: str
    resource_id: str
    what: str
    source: str
    path: str
    doubt: str


def openings(store: Store, look: Look) -> list[OpeningRow]:
    """Return what strangers get at in one account, as of its last look; what is certain first."""
    asked = exposures(look.provider)
    if look.at is None:
        return [_row(look, unseen("anything", "the account was never read to its end"))]
    if asked is None:
        return [_row(look, unseen("anything", f"nothing that is installed follows ways into {look.provider}"))]
    with beheld(store, look, load(look.provider).kinds()) as known:
        meant = asked.meanings()
        found = [*asked.followed(known), *_found(store, look, meant, known), *_unlisted(store, look, meant)]
    rows = {_row(look, each): None for each in found}
    return sorted(rows, key=lambda row: (row.certainty != "yes", row.resource_type, row.resource_id, row.what, row.path))


def _row(look: Look, opening: Opening) -> OpeningRow:
    return OpeningRow(
        certainty="yes" if opening.certain else "possibly",
        provider=look.provider,
        account_id=look.account_id,
        region=opening.region,
        resource_type=opening.resource_type,
        resource_id=opening.resource_id,
        what=opening.what,
        source=opening.source,
        path=ARROW.join(opening.path),
        doubt="; ".join(opening.doubts),
    )


def _found(store: Store, look: Look, meant: Mapping[Check, Said], known: Inventory) -> Iterator[Opening]:
    """Yield what findings say: failures, and perhaps what nobody could judge. Those that somebody accepts are as open."""
    by_id = {check.id: said for check, said in meant.items()}
    wanted = {"account_id": [look.account_id], "check_id": sorted(by_id), "status": ["fail", "unknown"]}
    for row in queries.findings(store, wanted) if by_id else ():
        yield _opening(row, by_id[row["check_id"]], known)


def _opening(row: Mapping[str, Any], said: Said, known: Inventory) -> Opening:
    place = (row["resource_type"], row["resource_id"], row["region"])
    if row["status"] != "fail":
        return Opening(*place, said.what, said.source, (row["check_id"],), (row["reason"],))
    path = (row["check_id"], row["reason"])
    return Opening(*place, _detail(row, said, known) or said.what, said.source, path, (said.doubt,) if said.doubt else ())


def _detail(row: Mapping[str, Any], said: Said, known: Inventory) -> str:
    if said.detail is None:
        return ""
    try:
        resource = known.get(row["resource_type"], row["resource_id"])
        return said.detail(resource) if resource is not None else ""
    except UnreadError:
        return ""


def _unlisted(store: Store, look: Look, meant: Mapping[Check, Said]) -> Iterator[Opening]:
    """Yield what may be open among resources that could not even be listed."""
    judged = {check.on: said for check, said in meant.items()}
    for row in queries.gaps(store, {"account_id": [look.account_id], "resource_type": sorted(judged)}) if judged else ():
        if not row["resources"]:
            why = f"{row['operation']} was not answered: {row['reason']} ({row['code']})"
            yield unseen(judged[row["resource_type"]].what, why, row["resource_type"], row["region"])


def every(store: Store, looks: Iterable[Look]) -> Iterator[OpeningRow]:
    """Yield what strangers get at in each account."""
    for look in looks:
        yield from openings(store, look)
