"""What an identity policy grants to whom it is attached.

Source: IAM user guide, "Policy evaluation logic", "Condition operators", "Global condition context keys".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from checks.aws.document import Condition, Document, Patterns, parse
from checks.aws.policy import ALWAYS_TOLD, of_the_internet

HOW = frozenset({"aws:multifactorauthpresent", "aws:securetransport"})


def grants_administration(document: Document) -> bool:
    """Tell whether an identity policy grants every action on everything, under conditions that take away no right."""
    statements = [each for each in parse(document, principals=False) if each.resources.everything]
    if any(not each.allow and not each.tests and each.actions.everything for each in statements):
        return False
    grants = [each.actions for each in statements if each.allow and all(_idle(test) for test in each.tests)]
    return any(each.everything or (each.inverted and _among(each.patterns, grants)) for each in grants)


def _among(actions: Iterable[str], grants: Sequence[Patterns]) -> bool:
    """Tell whether what one grant leaves out, others give."""
    return all(any(grant.covers(action) for grant in grants) for action in actions)


def _idle(test: Condition) -> bool:
    """Tell whether a condition asks how one calls, or nothing, so that whoever meets it holds every right of the statement."""
    if test.operator == "ipaddress" and test.key == "aws:sourceip":
        return any(of_the_internet(each) for each in test.values)
    if test.key in ALWAYS_TOLD and test.operator in ("stringlike", "arnlike"):
        return any(re.fullmatch(r"\*+", each) for each in test.values)
    return test.operator == "bool" and test.key in HOW and set(test.values) == {"true"}


def allows(document: Document, action: str) -> bool:
    """Tell whether an identity policy grants *action* on anything, unless it denies it on everything."""
    return granting(document)(action)


def granting(document: Document) -> Callable[[str], bool]:
    """Return what :func:`allows` answers for one document, which is parsed once for many actions."""
    statements = parse(document, principals=False)

    def allow(action: str) -> bool:
        name = action.lower()
        fitting = [each for each in statements if each.actions.match(name)]
        denied = any(not each.allow and not each.tests and each.resources.everything for each in fitting)
        return not denied and any(each.allow for each in fitting)

    return allow
