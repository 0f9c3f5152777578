"""Event patterns of EventBridge: whether a rule's pattern matches an event."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

Pattern = Mapping[str, Any]
Event = Mapping[str, Any]
ANY_OF = "$or"


def matches(pattern: Pattern, event: Event) -> bool:
    """Tell whether every field of *pattern* holds on *event*. Operators that aren't known hold on nothing."""
    for name, wanted in pattern.items():
        if name == ANY_OF and isinstance(wanted, list):
            if not any(matches(each, event) for each in wanted):
                return False
        elif isinstance(wanted, Mapping):
            if not any(matches(wanted, inner) for inner in _objects(event.get(name))):
                return False
        elif not _holds(wanted, name, event):
            return False
    return True


def _objects(found: Any) -> list[Event]:
    """Return the objects in which fields may hold: one of a list is enough, and nothing is an object without fields."""
    inside: list[Event] = [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, Mapping)]
    return inside or [{}]


def _holds(wanted: Any, name: str, event: Event) -> bool:
    found = event.get(name)
    values = found if isinstance(found, list) else [found]
    tests = wanted if isinstance(wanted, list) else [wanted]
    return any(_passes(test, values, there=name in event) for test in tests)


def _passes(test: Any, values: list[Any], *, there: bool) -> bool:
    if not isinstance(test, Mapping):
        return there and test in values
    if "exists" in test:
        return bool(test["exists"]) == there
    if not there or len(test) != 1:
        return False
    ((operator, operand),) = test.items()
    accept = OPERATORS.get(operator)
    return accept is not None and any(accept(value, operand) for value in values)


def _anything_but(value: Any, operand: Any) -> bool:
    if isinstance(operand, Mapping):
        known = [(OPERATORS.get(name), each) for name, each in operand.items()]
        return all(accept is not None and not accept(value, each) for accept, each in known)
    return value not in (operand if isinstance(operand, list) else [operand])


def _texts(value: Any, operand: Any) -> tuple[str, list[str]]:
    """Return a text and those to compare it with, in lower case where the operand says that case doesn't matter."""
    loose = isinstance(operand, Mapping)
    named = list(operand.values()) if isinstance(operand, Mapping) else [operand]
    texts = [str(text) for each in named for text in (each if isinstance(each, list) else [each])]
    return (value.lower(), [text.lower() for text in texts]) if loose else (value, texts)


def _compares(compare: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    def accept(value: Any, operand: Any) -> bool:
        if not isinstance(value, str):
            return False
        said, texts = _texts(value, operand)
        return any(compare(said, text) for text in texts)

    return accept


def _like(value: str, text: str) -> bool:
    return bool(re.fullmatch(".*".join(re.escape(part) for part in text.split("*")), value, re.DOTALL))


def _numeric(value: Any, operand: Any) -> bool:
    pairs = zip(operand[::2], operand[1::2], strict=True)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and all(COMPARISONS[sign](value, bound) for sign, bound in pairs)


def _in_network(value: Any, operand: Any) -> bool:
    try:
        return ip_address(value) in ip_network(operand)
    except ValueError:
        return False


COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda value, bound: value == bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "prefix": _compares(str.startswith),
    "suffix": _compares(str.endswith),
    "equals-ignore-case": _compares(lambda value, text: value.lower() == text.lower()),
    "wildcard": _compares(_like),
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _in_network,
}
