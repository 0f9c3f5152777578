"""What is open to the world, and of what nobody knows whether it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from scanner.evaluation.exposure import CONTROLS
from scanner.inventory.moments import newest
from scanner.inventory.pages import Score
from scanner.reports.exposure import OpeningRow, openings
from scanner.responsibility.split import controls
from scanner.web import catalogue
from scanner.web.figures import Desk
from scanner.web.found import Asked, FindingsPage, findings
from scanner.web.split import Standing, level, standing

LARGEST = 5_000  # resources of an account whose ways in are followed while somebody waits
SEVERAL = "Choose one account to see the ways in, step by step; the command demarc exposed tells those of all."
LARGE = "The account holds too much to follow its ways in while a page waits: demarc exposed --account {account} tells them."


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedControl:
    """One of these controls: what it asks for, and how it stands."""

    control: str
    title: str
    standing: Standing
    level: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedService:
    """One service: how much of it is open, and of how much that is unknown."""

    service: str
    name: str
    failed: int
    unknown: int
    passed: int


@dataclass(frozen=True, slots=True)
class ExposurePage:
    """What is open: by control, by service, and one by one.

    ``openings``: what strangers get at, and by which way, as ``demarc exposed`` tells it; ``None`` where ways were not
    followed, and ``unfollowed`` says why.
    """

    controls: list[ExposedControl]
    services: list[ExposedService]
    findings: FindingsPage
    openings: list[OpeningRow] | None
    unfollowed: str = ""


def exposure(desk: Desk, account: tuple[str, ...] = (), after: str = "", most: int = 50) -> ExposurePage:
    """Return what is open to the world. Raises :class:`scanner.web.found.CursorError`."""
    by_control: dict[str, list[Score]] = defaultdict(list)
    by_service: dict[str, list[Score]] = defaultdict(list)
    near = desk.narrowed(account)
    for each in near.scores:
        check = catalogue.checks().get(each.check_id)
        if check is not None and check.control in CONTROLS:
            by_control[check.control].append(each)
            by_service[each.service].append(each)
    stands = {name: standing(by_control[name]) for name in CONTROLS}
    asked = [
        ExposedControl(control=name, title=controls()[name], standing=each, level=level(each.floor))
        for name, each in stands.items()
    ]
    services = [_service(name, standing(some)) for name, some in by_service.items()]
    services.sort(key=lambda row: (-row.failed, -row.unknown, row.name))
    ways, unfollowed = _openings(near)
    found = findings(desk, Asked(account=account, control=CONTROLS), after, most)
    return ExposurePage(asked, services, found, ways, unfollowed)


def _openings(desk: Desk) -> tuple[list[OpeningRow] | None, str]:
    """Return the ways into the only account that *desk* sees; where they are not followed, ``None`` and why."""
    if len(desk.accounts) != 1:
        return None, SEVERAL
    (row,) = desk.accounts
    if sum(each.number for each in desk.figures.held if each.account_pk == row["pk"]) > LARGEST:
        return None, LARGE.format(account=row["account_id"])
    return desk.figures.kept(("openings", row["pk"]), lambda: _followed(desk, row["pk"], row["account_id"])), ""


def _followed(desk: Desk, pk: int, account_id: str) -> list[OpeningRow]:
    with desk.store.reading() as connection:
        looks = newest(connection, desk.now, (account_id,))
    return [row for look in looks if look.account_pk == pk for row in openings(desk.store, look)]


def _service(name: str, stands: Standing) -> ExposedService:
    return ExposedService(
        service=name,
        name=catalogue.service_name(name),
        failed=stands.failed,
        unknown=stands.unknown,
        passed=stands.passed,
    )
