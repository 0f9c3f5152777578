"""The split of one account: each cell of each service in use, who owns it, and in which state it is. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Protocol

from scanner.evaluation import score
from scanner.evaluation.check import Check
from scanner.evaluation.score import Sum
from scanner.responsibility.split import Cell, cells, resolve, services

ACCOUNT = "account"
# The state of a cell without a check, where that is no omission: by the visibility of the cell.
ATTESTED = "attested"
UNSEEN = {"elsewhere": "elsewhere", "attested": "not visible"}


class Counts(Protocol):
    """The verdicts of one check in one region, counted."""

    @property
    def service(self) -> str: ...
    @property
    def area(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def passed(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def unknown(self) -> int: ...
    @property
    def accepted(self) -> int: ...


class Tally:
    """What is known of one cell. A failure that somebody accepts is a failure."""

    def __init__(self) -> None:
        self.passed = self.failed = self.unknown = 0
        self.sum = Sum()

    def add(self, counts: Counts) -> None:
        self.passed += counts.passed
        self.failed += counts.failed + counts.accepted
        self.unknown += counts.unknown
        self.sum += score.triple(counts.severity, counts.passed, counts.failed, counts.unknown, counts.accepted)


def state(cell: Cell, checks: int, tally: Tally, *, attested: bool = False) -> str:
    """Return the state of one cell: what the owner's part is worth saying about it.

    ``elsewhere``: nothing of the service's own shows it, and the cell's note names the services whose cells do;
    ``attested``: somebody states it; ``not visible``: only a statement would show it; ``dark``: it could be seen, and no
    check looks.
    """
    known = tally.passed + tally.failed
    if cell.owner == "provider":
        return "provider"
    if known and tally.unknown:
        return "partly blind"
    if tally.unknown:
        return "blind"
    if known:
        return "assessed"
    if checks:
        return "not due"
    return ATTESTED if attested else UNSEEN.get(cell.visibility, "dark")


def ledger(
    in_use: Iterable[str],
    checks: Sequence[tuple[Check, str]],
    counts: Iterable[Counts],
    attested: Container[tuple[str, str]] = (),
) -> Iterator[tuple[Cell, str, int, Tally]]:
    """Yield (cell, state, number of checks, tally) for each cell of the services in use.

    *attested* holds what is attested, by service and area. *checks* come with the service that each counts for. Areas of the
    account's level stand once, on the provider's home service; other services of the account's model have only the cells that
    a check stands on, and services that are not in use those that were judged all the same (by the settings that every
    account has).
    """
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for each in counts:
        tallies[each.service, each.area].add(each)
    standing: dict[tuple[str, str], int] = defaultdict(int)
    for check, service in checks:
        standing[service, check.area] += 1
    used = set(in_use)
    judged = set(tallies)
    for service in sorted((used | {service for service, _ in judged}) & set(services())):
        for cell in cells(service):
            place = (service, cell.area)
            if place in judged or (service in used and (place in standing or not _elsewhere(cell))):
                said = state(cell, standing[place], tallies[place], attested=place in attested)
                yield cell, said, standing[place], tallies[place]


def _elsewhere(cell: Cell) -> bool:
    """Tell whether the cell is looked at on the account's own service only, or not at all."""
    home = services()[cell.service].get("home", False)
    return ACCOUNT in (cell.service_model, cell.level) and not home


def owned_by_provider(checks: Iterable[tuple[Check, str]]) -> list[str]:
    """Return the ids of checks that stand on a cell of the provider's, of which there may be none."""
    return [check.id for check, service in checks if resolve(service, check.area).owner == "provider"]
