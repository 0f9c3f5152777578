"""CEL expressions over the facts of a resource.

A fact that an expression names is read before anything is evaluated. Where one could not be read, the expression has no
value, whatever ``||``, ``has()`` or a loop over nothing would have made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from scanner.evaluation.custom import syntax
from scanner.model import Reason, Resource, Unread, UnreadError

RESOURCE, NOW, TAGS = "resource", "now", "tags"
OURS = (RESOURCE, NOW)
KINDS = frozenset(
    {"bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"}
)  # as type(x) gives them
LONGEST = 4000  # characters of an expression: as long a chain as the stack of a main thread holds
MOST = 100_000  # values in the facts that are named
STEPS = 1_000_000  # a second or so: values, to the power of how deep the loops are
DEEPEST = 100  # how far values may lie inside each other: the evaluator descends by recursion
TEXT = 100  # characters that count as one value
NOT_THERE = Unread(Reason.UNAVAILABLE, "NotInResource")


class ExpressionError(Exception):
    """An expression that can't be used: what is wrong, and the line of its text on which."""

    def __init__(self, what: str, line: int = 1) -> None:
        super().__init__(what)
        self.line = line


class NoValueError(Exception):
    """An expression that has no value on a resource, although everything was read. Its verdict is unknown."""

    def __init__(self, what: str, code: str) -> None:
        super().__init__(what)
        self.code = code


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. ``names``: every variable in it; ``bound``: those that its loops make."""

    text: str
    program: Any
    names: frozenset[str]
    bound: frozenset[str]
    paths: tuple[tuple[str, ...], ...]
    power: int

    def holds(self, resource: Resource, now: datetime | None) -> bool:
        """Tell whether it is true. Raises UnreadError for a fact that nobody read, NoValueError where it has no value."""
        given = {name: value for name in sorted(self.names) for value in self._values(name, resource, now)}
        measure(given.values(), self.power)
        said = self._evaluate(given)
        if not isinstance(said, bool):
            raise NoValueError(f"the expression gives a {type(said).__name__}, not true or false", "NotABoolean")
        return said

    def _values(self, name: str, resource: Resource, now: datetime | None) -> Iterable[Any]:
        """Yield the value of a variable, and none for one that a loop makes."""
        if name == RESOURCE:
            yield {key: getattr(resource, key) for key in ("type", "id", "name", "account", "region")}
        elif name == NOW:
            yield now
        elif name in resource.facts:
            value = resource[name]
            yield {} if name == TAGS and value is None else plain(value)
        elif name not in self.bound | KINDS:
            raise UnreadError(f"{resource.type} {name}", NOT_THERE)

    def _evaluate(self, given: Mapping[str, Any]) -> Any:
        try:
            return self.program.execute(dict(given))
        except KeyError as error:
            raise NoValueError(
                f"there is no {str(error)[:TEXT]} here, and the expression doesn't ask has(...) first", "NoKey"
            ) from error
        except TypeError as error:
            raise NoValueError("the expression meets a null, or values of kinds that don't go together", "TypeError") from error
        except Exception as error:  # the evaluator's own kinds are not exported; none of them is ever a pass
            said = f"the expression can't be evaluated: {first_line(error)}"
            raise NoValueError(said, type(error).__name__) from error
        except BaseException as error:
            if type(error).__name__ == "PanicException":  # what Rust's panics are in Python: no Exception
                raise NoValueError("the expression can't be evaluated", "PanicException") from error
            raise

    def look(self, resource: Resource) -> None:
        """Read what lies at the paths that it names, so that evidence tells them."""
        for fact, *steps in self.paths:
            value = resource[fact] if fact in resource.facts else None
            for step in steps:
                value = value.get(step) if isinstance(value, dict) else None


def plain(value: Any) -> Any:
    """Return *value* without what notes how it is read: the evaluator copies all of it."""
    if isinstance(value, dict):
        return dict(value)
    return list.copy(value) if isinstance(value, list) else value


def measure(values: Iterable[Any], power: int) -> None:
    """Raise :class:`NoValueError` for more than can be evaluated in time. It costs the same for all."""
    level, count, depth = list(values), 0, 0
    while level:
        count += sum(1 + len(each) // TEXT if isinstance(each, str) else 1 for each in level)
        depth += 1
        if count > MOST or count**power > STEPS:
            raise NoValueError(f"the facts are too large for this expression: {count} values or more", "TooLarge")
        if depth > DEEPEST:
            raise NoValueError(f"the facts are nested deeper than {DEEPEST}", "TooDeep")
        level = [inner for each in level for inner in _inner(each)]


def _inner(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return (*value, *value.values())
    return value if isinstance(value, list) else ()


@cache
def _cel() -> Any:
    try:
        import cel  # noqa: PLC0415 -- an extra, and slow to import: only who writes expressions pays for it
    except ModuleNotFoundError as error:
        raise ExpressionError("expressions need CEL: pip install 'demarc-scanner[cel]'") from error
    return cel


def compiled(text: str) -> Expression:
    """Return *text* as an expression. Raises :class:`ExpressionError`."""
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST} characters; write the check in Python")
    try:
        program = _cel().compile(text)
    except ValueError as error:
        raise ExpressionError(*syntax.complaint(str(error))) from error
    names = frozenset(program.variables())
    shape = syntax.Shape(text)
    bound = names & shape.bound
    paths = tuple(dict.fromkeys(path for path in shape.paths if path[0] in names - shape.bound - set(OURS)))
    return Expression(text, program, names, bound, paths, shape.power)


def first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0][:200] if lines else type(error).__name__
