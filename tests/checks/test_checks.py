"""Every check against its cases, and the rules every check must keep."""

from __future__ import annotations

from collections import Counter, defaultdict
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest

import checks
import tests.checks
from collectors.spec import find
from scanner import provider
from scanner.evaluation.check import Check
from scanner.model import Kind, Outcome
from tests.cases import DENIED, NOW, Case, FakeInventory, Unlisted, resource

CASES = [
    case
    for info in walk_packages(tests.checks.__path__, "tests.checks.")
    if info.name.rpartition(".")[2].startswith("cases_")
    for case in import_module(info.name).CASES
]
CHECKS = sorted(find(checks, Check), key=lambda each: each.id)
KINDS: dict[str, Kind] = {kind.type: kind for name in provider.names() for kind in provider.load(name).kinds()}


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    verdict = case.check(case.resource, case.inventory, case.now)
    assert verdict.outcome is case.outcome, verdict.because
    assert verdict.unread is None or verdict.unread.reason != "error", verdict.because


def named(things: list[Check]) -> list[object]:
    return [pytest.param(each, id=each.id) for each in things]


@pytest.mark.parametrize("check", named(CHECKS))
def test_every_check_has_a_pass_and_a_fail_case(check: Check) -> None:
    outcomes = defaultdict(set)
    for param in CASES:
        outcomes[param.values[0].check.id].add(param.values[0].outcome)
    assert {Outcome.PASS, Outcome.FAIL} <= outcomes[check.id]


@pytest.mark.parametrize("check", named(CHECKS))
def test_a_denied_read_is_never_a_pass_or_a_fail(check: Check) -> None:
    denied: dict[str, Any] = dict.fromkeys((*KINDS[check.on].facts, "tags"), DENIED)
    blind = resource(check.on, **denied)
    nothing_listed = FakeInventory(gaps=tuple(Unlisted(type) for type in KINDS))
    assert check(blind, nothing_listed, NOW).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("check", named(CHECKS))
def test_the_words_of_a_check(check: Check) -> None:
    assert check.id.startswith(check.on + ".")
    assert check.judge.__name__ == check.id.rpartition(".")[2] or check.judge.__qualname__.count("<locals>")
    assert 0 < len(check.title) <= 70
    assert not check.title.endswith(".")
    assert not check.title.startswith("Ensure")
    assert check.risk.endswith(".")
    assert check.fix


def test_ids_are_unique_for_ever() -> None:
    ids = Counter(name for each in CHECKS for name in (each.id, *each.formerly))
    assert [name for name, times in ids.items() if times > 1] == []
