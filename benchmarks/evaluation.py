"""How fast local checks are evaluated on one core, on what a large account holds.

Each round has resources of its own, fresh from their packed form, as a scan has them: nothing is known of any document.
"""

from __future__ import annotations

import gc
import pickle
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from benchmarks.estate import estate
from benchmarks.measure import Figure, cpu, report
from collectors.aws import PROVIDER
from scanner.evaluation.check import check
from scanner.evaluation.registry import installed
from scanner.evaluation.runner import Runner
from scanner.model import Outcome, Resource, Severity, Verdict, passed
from scanner.responsibility.split import resolve

LEAST = 150_000  # check evaluations a second
ROUNDS = 15
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@check(
    "benchmark.nothing",
    on="benchmark.thing",
    control="data.nothing",
    severity=Severity.LOW,
    title="Looks at nothing",
    risk="None.",
    fix="None",
)
def nothing(_thing: Resource) -> Verdict:
    return passed("it is fine")


def seconds(packed: bytes, work: Callable[[Sequence[Resource]], object]) -> float:
    """Return the CPU seconds of *work* on the estate, in the round that was disturbed least."""

    def once() -> float:
        resources = pickle.loads(packed)
        gc.collect()
        return cpu(lambda: work(resources))

    gc.disable()  # a scan's own garbage is the same whatever the checks do
    taken = min(once() for _ in range(ROUNDS))
    gc.enable()
    return taken


def main() -> int:
    resources = estate()
    runner = Runner([each for each in installed("aws") if each.local], PROVIDER.kinds(), resolve)
    due = {type: runner.due(type) for type in {each.type for each in resources}}
    number = sum(len(due[each.type]) for each in resources)
    findings = [finding for each in resources for finding in runner.judge(each, None, NOW)]
    failing = sum(finding.status is Outcome.FAIL for finding in findings)
    packed = pickle.dumps(resources)

    def judge(things: Sequence[Resource]) -> None:
        for thing in things:
            for each in due[thing.type]:
                each(thing)

    def file(things: Sequence[Resource]) -> None:
        for thing in things:
            for _ in runner.judge(thing, None, NOW):
                pass

    def touch(things: Sequence[Resource]) -> None:
        for thing in things:
            for _ in due[thing.type]:
                nothing(thing)

    judged, filed, floor = (seconds(packed, work) for work in (judge, file, touch))
    return report(
        f"Evaluation: {number} evaluations of local checks on {len(resources)} resources, {failing} of them fail",
        [
            Figure("check evaluations", number / judged, "a second", least=LEAST),
            Figure("  against a check that looks at nothing", judged / floor, "times"),
            Figure("findings, with owner and evidence", len(findings) / filed, "a second"),
            Figure("  against the evaluation alone", filed / judged, "times"),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
