"""The cells of the split that checks stand on: none of the provider's, and no more of ours dark than are recorded.

``python -m tests.checks.test_cells`` records the dark cells anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

from scanner import provider, responsibility
from scanner.evaluation.check import Check
from scanner.evaluation.ledger import ledger, owned_by_provider
from scanner.evaluation.registry import installed
from scanner.responsibility.split import resolve

RECORD = Path(__file__).with_name("dark_cells.txt")
HEAD = """\
# Cells that are ours, that an API could show, and that no check looks at, of the services whose types are read: service, area.
# This list may get shorter, and never longer: write a check, or say in unseen.yaml of the split where it shows instead.
# An area of * stands for any, while a service is being written. Recorded anew by: python -m tests.checks.test_cells
"""


def placed() -> list[tuple[Check, str]]:
    """Return every check with the service that it counts for."""
    services = {kind.type: kind.service for name in provider.names() for kind in provider.load(name).kinds()}
    return [(check, check.service or services[check.on]) for check in installed()]


def dark() -> set[str]:
    """Return the dark cells of every service that has types."""
    with_types = {kind.service for name in provider.names() for kind in provider.load(name).kinds()}
    return {f"{cell.service} {cell.area}" for cell, state, *_ in ledger(with_types, placed(), ()) if state == "dark"}


def recorded() -> set[str]:
    lines = RECORD.read_text("utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def test_no_check_stands_on_a_cell_of_the_provider() -> None:
    assert owned_by_provider(placed()) == []


def test_no_more_cells_are_dark_than_recorded() -> None:
    known = recorded()
    grown = sorted(cell for cell in dark() if not any(fnmatchcase(cell, line) for line in known))
    assert not grown, f"newly dark: {grown}. Write a check for each, or say in unseen.yaml where it shows instead."


def test_the_record_names_no_cell_that_is_dark_no_more() -> None:
    lit = sorted(line for line in recorded() - dark() if not line.endswith("*"))
    assert not lit, f"dark no more: {lit}. Record that with: python -m tests.checks.test_cells"


# Cells that only other services' cells show.
ENTRIES = yaml.safe_load(Path(responsibility.__file__).with_name("unseen.yaml").read_text("utf-8"))["cells"]


def unseen() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for entry in ENTRIES:
        yield from ((service, entry["area"], tuple(entry["at"])) for service in entry["services"])


@pytest.mark.parametrize(("service", "area", "at"), sorted(unseen()))
def test_a_cell_shown_elsewhere_is_ours_and_has_checks_there_only(service: str, area: str, at: tuple[str, ...]) -> None:
    standing = {(place, check.area) for check, place in placed()}
    assert resolve(service, area).owner != "provider"
    assert (service, area) not in standing, "a check looks at it: take the entry out of unseen.yaml"
    assert {(place, area) for place in at} <= standing


def test_a_cell_is_said_to_be_unseen_once() -> None:
    named = [(service, area) for service, area, _ in unseen()]
    assert len(named) == len(set(named))


if __name__ == "__main__":
    RECORD.write_text(HEAD + "".join(f"{cell}\n" for cell in sorted(dark())), "utf-8")
