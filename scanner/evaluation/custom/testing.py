"""Runs custom checks against their cases, and holds them against the rules that all checks keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scanner.evaluation.check import Check
from scanner.evaluation.custom import modules, rules, written
from scanner.evaluation.custom.cases import ACCOUNT, DENIED, NOW, REGION, Case, FakeInventory, Unlisted
from scanner.evaluation.custom.files import CustomCheckError, Definition, Source, digest
from scanner.model import Outcome, Reason, Resource

NEEDED = (Outcome.PASS, Outcome.FAIL)


@dataclass(slots=True)
class Tried:
    """What was tried, and one line for each thing that is wrong."""

    checks: int = 0
    cases: int = 0
    problems: list[str] = field(default_factory=list)

    def trying(self, read: Callable[[], Iterable[Definition]]) -> Iterator[Definition]:
        """Yield what can be read, and note what stops it."""
        try:
            yield from read()
        except CustomCheckError as error:
            self.problems.append(str(error))


def tested(sources: Sequence[Source], shipped: Iterable[Check]) -> Tried:
    """Try every check in *sources*."""
    said = Tried()
    mark = digest(sources)
    definitions = [each for source in sources for each in _definitions(said, source, mark)]
    cases: dict[str, list[tuple[Path, Case]]] = defaultdict(list)
    for each in definitions:
        cases[each.check.id] += [(each.file, case) for case in each.cases]
    for source in sources:
        for file, case in _in_files(said, source, mark):
            cases[case.check.id].append((file, case))
    said.checks, said.cases = len(definitions), sum(len(each) for each in cases.values())
    said.problems += rules.problems(definitions, shipped)
    for each in definitions:
        said.problems += complete(each, [case for _, case in cases[each.check.id]])
    for held in cases.values():
        said.problems += (problem for file, case in held for problem in wrong(file, case))
    return said


def _definitions(said: Tried, source: Source, mark: str) -> Iterator[Definition]:
    yield from said.trying(lambda: modules.definitions(source, mark))
    for file in source.files(".yaml", ".yml"):
        yield from said.trying(lambda file=file: written.definitions(file))  # type: ignore[misc]


def _in_files(said: Tried, source: Source, mark: str) -> Iterator[tuple[Path, Case]]:
    for file in source.files(".py"):
        try:
            yield from ((file, case) for case in (modules.cases(source, file, mark) if modules.holds_cases(file) else ()))
        except CustomCheckError as error:
            said.problems.append(str(error))


def complete(definition: Definition, cases: Sequence[Case]) -> Iterator[str]:
    """Yield what the cases of a check lack, and whether it decides what nobody could read."""
    for outcome in NEEDED:
        if all(case.outcome is not outcome for case in cases):
            yield definition.told(f"it has no case that should {outcome}; add one")
    check = definition.check
    kinds = rules.types(check.provider)
    if check.on in kinds:
        blind = Resource(check.on, "blind", ACCOUNT, REGION, dict.fromkeys((*kinds[check.on].facts, "tags"), DENIED))
        verdict = check(blind, FakeInventory(gaps=tuple(Unlisted(type) for type in kinds)), NOW)
        if verdict.outcome is not Outcome.UNKNOWN:
            yield definition.told(f"nothing could be read, and it says {verdict.outcome}; let it read a fact before it answers")


def wrong(file: Path, case: Case) -> Iterator[str]:
    """Yield how a verdict differs from the one that its case expects."""
    verdict = case.check(case.resource, case.inventory, case.now)
    place = f"{file}:{case.line}: {case.check.id}"
    because = f": {verdict.because}" if verdict.because else ""
    if verdict.outcome is not case.outcome:
        yield f"{place}: should be {case.outcome}, is {verdict.outcome}{because}"
    elif verdict.unread is not None and verdict.unread.reason is Reason.ERROR:
        yield f"{place}: unknown for an error, not for a fact that nobody could read{because}"
