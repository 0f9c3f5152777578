"""Cases of the checks that ask whether support lasts, each made of a case in which what runs is still supported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest

import checks
import tests.checks
from collectors.spec import find
from scanner.evaluation.check import Check
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, Case

LASTING = "_lasts"
TWINS = {
    each.id.removesuffix(LASTING): each
    for each in find(checks, Check)
    if each.id.endswith(LASTING) and each.judge.__name__ == "lasts"
}
EVE, BEFORE = timedelta(days=30), timedelta(days=100)


def known() -> Iterator[Case]:
    """Yield the cases of the checks on support itself."""
    for info in walk_packages(tests.checks.__path__, "tests.checks."):
        if info.name.rpartition(".")[2].startswith("cases_") and info.name != __name__:
            for param in import_module(info.name).CASES:
                if param.values[0].check.id in TWINS:
                    yield param.values[0]


def made(case: Case) -> Iterator[tuple[Case, str]]:
    """Yield the cases that one of these implies, with what they show."""
    twin = TWINS[case.check.id]
    if case.outcome in (FAIL, UNKNOWN):
        yield replace(case, check=twin, outcome=SKIP if case.outcome is FAIL else UNKNOWN), f"it is a {case.outcome} today"
        return
    end = case.check(case.resource, case.inventory, case.now).until
    if end:
        yield replace(case, check=twin, outcome=PASS, now=end - BEFORE), "100 days are left"
        yield replace(case, check=twin, outcome=FAIL, now=end - EVE), "30 days are left"


CASES: list[Any] = [
    pytest.param(case, id=f"{case.check.id}: {case.outcome} when {shows}") for base in known() for case, shows in made(base)
]
