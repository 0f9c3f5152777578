"""Checks that resources name their owner: which words count, and the check that a cloud makes of each row of its table.

Which key tells the owner is each company's own choice, so the usual ones count, however they are spelled: case,
separators and a prefix (``example-inc:app:Owner``) don't matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

# Keys that name a person or a team, in lower case and without separators. Cost centers and projects are no owners.
OWNER_KEYS = (
    "owner",
    "owners",
    "ownedby",
    "owneremail",
    "ownerteam",
    "applicationowner",
    "appowner",
    "businessowner",
    "dataowner",
    "productowner",
    "serviceowner",
    "technicalowner",
    "team",
    "teamname",
    "squad",
    "contact",
    "contactemail",
    "technicalcontact",
    "maintainer",
    "maintainers",
    "responsible",
)
PREFIX, SEPARATORS = re.compile(r".*[:/]"), re.compile(r"[\s._+=@-]")

Exempt = Callable[[Resource], str]
"""Why a resource needs no owner; empty where it does."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A type whose resources are somebody's. ``noun`` begins the title of its check; ``fix``: its own, where it has one."""

    type: str
    noun: str
    exempt: Exempt = lambda _: ""
    fix: str = ""


def _names_owner(key: str) -> bool:
    return SEPARATORS.sub("", PREFIX.sub("", key)).lower() in OWNER_KEYS


def owner_named(owned: Owned, word: str, fix: str) -> Check:
    """Return the check of one type. ``word`` is the cloud's own for a key with a value; ``fix`` its command for most types."""

    @check(
        f"{owned.type}.owner_named",
        on=owned.type,
        control="governance.ownership",
        severity=Severity.LOW,
        title=f"{owned.noun} names its owner by {word}",
        risk="When it is attacked, open or in the way, nobody knows whom to ask, and nobody dares to touch it.",
        fix=owned.fix or fix,
    )
    def judge(resource: Resource) -> Verdict:
        if reason := owned.exempt(resource):
            return skipped(reason)
        for key, value in sorted(resource.tags.items()):
            if value.strip() and _names_owner(key):
                return passed(f"{key} is {value}")
        return failed(f"no {word} names an owner" if resource.tags else f"no {word}s")

    return judge
