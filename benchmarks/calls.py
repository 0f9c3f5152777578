"""How many calls a scan sends, by type of resource, against the budget in calls.json.

The simulated account is scanned at two sizes. What an operation costs at the smaller one is its *fixed* part; what each
further bucket, user, role, ... adds is its *growth*, which may only be where AWS has no bulk call.

    python -m benchmarks.calls             # print, and fail where the budget is overdrawn
    python -m benchmarks.calls --record    # make what is measured the budget
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path

import botocore.session

from benchmarks.estate import entered
from benchmarks.measure import number, serving
from collectors.aws.provider import specs
from collectors.aws.read import xform
from collectors.aws.spec import Spec

BUDGET = Path(__file__).with_name("calls.json")
FEW, MANY = 2, 12  # things of each kind, beside the handful that is always there
REGION = "eu-west-1"
ENTERING = "(entering the account)"


Calls = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cost:
    """What an operation costs: calls in an account with :data:`FEW` things of each kind, and for each further one of them."""

    fixed: int
    growth: float

    def at(self, size: int) -> int:
        """Return the calls that it may take with *size* things of each kind."""
        return self.fixed + ceil(self.growth * (size - FEW))


Costs = Mapping[str, Cost]
NOTHING = Cost(0, 0)


def scanned(size: int) -> Calls:
    """Scan a simulated account with *size* things of each kind, and return the calls by operation."""
    with serving("simulators.aws", "--bulk", str(size)) as simulator:
        (role,) = simulator["roles"].values()
        collector = entered(simulator["environment"], role, regions=frozenset({REGION}))
        for _ in collector.collect():
            pass
        return collector.calls


def costs(few: Calls, many: Calls) -> Costs:
    """Return what the calls of two scans, at both sizes, say of each operation."""
    names = sorted(few.keys() | many.keys())
    return {name: Cost(few.get(name, 0), _rounded((many.get(name, 0) - few.get(name, 0)) / (MANY - FEW))) for name in names}


def _rounded(growth: float) -> float:
    return int(growth) if growth.is_integer() else round(growth, 2)


def budget() -> Costs:
    return {name: Cost(*cost) for name, cost in json.loads(BUDGET.read_text("utf-8")).items()}


def record(found: Costs) -> None:
    lines = [f"  {json.dumps(name)}: {json.dumps([cost.fixed, cost.growth])}" for name, cost in found.items()]
    BUDGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def overdrawn(calls: Calls, size: int, allowed: Costs) -> Iterator[str]:
    """Yield one line for each operation that was called more often than it may be with *size* things of each kind."""
    for name, sent in sorted(calls.items()):
        most = allowed.get(name, NOTHING).at(size)
        if sent > most:
            yield f"{name}: {sent} calls with {size} things of each kind; the budget is {most}"


def operations(of: Iterable[Spec]) -> Mapping[str, Sequence[str]]:
    """Return the types that ask for each operation."""
    asking: dict[str, set[str]] = defaultdict(set)
    for spec in of:
        for call in spec.calls:
            for operation in (call.operation, call.prepare):
                if operation:
                    asking[f"{_named(call.service or spec.api)}:{xform(operation)}".lower()].add(spec.type)
    return {name: sorted(types) for name, types in asking.items()}


@cache
def _named(service: str) -> str:
    """Return the name under which the SDK counts a service's calls (``logs`` as ``cloudwatch-logs``)."""
    return str(botocore.session.get_session().get_service_model(service).service_id.hyphenize())


def by_type(found: Costs) -> Mapping[str, Cost]:
    """Return the costs by type; of an operation that several types share, under all of their names."""
    asking = operations(specs())
    sums: dict[str, Cost] = defaultdict(lambda: NOTHING)
    for name, cost in found.items():
        who = asking.get(name.lower(), [ENTERING])
        title = who[0] if len(who) == 1 else f"{who[0]} and {len(who) - 1} more"
        sums[title] = Cost(sums[title].fixed + cost.fixed, sums[title].growth + cost.growth)
    return dict(sorted(sums.items()))


def show(found: Costs) -> None:
    print(f"{'calls':>8} {'each':>6}  of type")
    for title, cost in by_type(found).items():
        print(f"{cost.fixed:8} {number(cost.growth):>6}  {title}")
    print(f"{sum(cost.fixed for cost in found.values()):8} {number(sum(cost.growth for cost in found.values())):>6}  in all")


def main(arguments: Sequence[str]) -> int:
    few, many = scanned(FEW), scanned(MANY)
    print(f"Calls of a scan: with {FEW} things of each kind, and for each further one of them")
    show(costs(few, many))
    if "--record" in arguments:
        record(costs(few, many))
        return 0
    excess = [*overdrawn(few, FEW, budget()), *overdrawn(many, MANY, budget())]
    print("\n".join(f"OVER THE BUDGET  {line}" for line in excess) or "within the budget")
    return 1 if excess else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
