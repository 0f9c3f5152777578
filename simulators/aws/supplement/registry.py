"""How the supplement is written: what the estate tells, functions, and corrections of what moto answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulators.aws.inside import Inside
from simulators.aws.operations import Request
from simulators.aws.shapes import Params
from simulators.aws.tuning import state

Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error that AWS answers with."""

    status: int
    code: str
    message: str = ""


class RefusedError(Exception):
    """Raised by a function of the supplement to answer with an error."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Told:
    """Answers that the estate gives beforehand, for an account and a region, or for an account as a whole."""

    def __init__(self) -> None:
        self._told: defaultdict[tuple[str, str, str], list[tuple[Params, Result | Refusal]]] = defaultdict(list)
        self._beside: defaultdict[tuple[str, str, str], dict[str, list[Any]]] = defaultdict(dict)
        self.operations: set[str] = set()

    def add(self, account: str, region: str, operation: str, rows: Mapping[str, Sequence[Any]]) -> None:
        """Have *operation* list these *rows*, by the field that holds them, beside what moto answers."""
        known = self._beside[account, region, operation]
        for field, more in rows.items():
            known.setdefault(field, []).extend(more)
        self.operations.add(operation)

    def beside(self, request: Request, result: Result) -> Result:
        """Return moto's answer with the rows that stand beside it."""
        more = self._beside.get((request.account, request.region, request.name), {})
        return {**result, **{field: [*result.get(field, ()), *rows] for field, rows in more.items()}}

    def tell(self, account: str, region: str, operation: str, result: Result | Refusal, params: Params) -> None:
        """Answer *operation* with *result* where the request has *params* among its own."""
        known = self._told[account, region, operation]
        known[:] = [each for each in known if each[0] != params] + [(params, result)]
        self.operations.add(operation)

    def find(self, request: Request, params: Params) -> Result | Refusal | None:
        for region in (request.region, ""):
            for given, result in self._told[request.account, region, request.name]:
                if given.items() <= params.items():
                    return result
        return None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, understood, and the way to what moto knows besides."""

    request: Request
    params: Params
    told: Told

    def beside(self, result: Result) -> Result:
        """Return *result* with the rows that the estate tells beside it."""
        return self.told.beside(self.request, result)

    def client(self, service: str) -> Any:
        """Return a client of the same account and region that asks moto."""
        return Inside(service, self.request.region, self.request.account)

    def backend(self, service: str) -> Any:
        """Return moto's own state of a service that belongs to no region."""
        return state(service)[self.request.account]["aws"]

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.request.region}:{self.request.account}:{rest}"


Answering = Callable[[Asked], Result | None]
Amending = Callable[[Asked, Params], Result]
ANSWERS: dict[str, Answering] = {}
AMENDMENTS: dict[str, Amending] = {}


def answers(*operations: str) -> Callable[[Answering], Answering]:
    """Let a function answer *operations* in moto's stead, unless it returns ``None``."""

    def register(function: Answering) -> Answering:
        ANSWERS.update(dict.fromkeys(operations, function))
        return function

    return register


def amends(*operations: str) -> Callable[[Amending], Amending]:
    """Let a function correct what moto answers to *operations*."""

    def register(function: Amending) -> Amending:
        AMENDMENTS.update(dict.fromkeys(operations, function))
        return function

    return register
