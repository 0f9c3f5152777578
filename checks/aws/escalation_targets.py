"""Whom a step may be about: what grants and trust name, found by index, so that not everybody is asked about everybody.

The answers are upper bounds: who is missing is certainly not meant. Whether a step is possible is asked of those who are left.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from checks.aws import entitlement
from checks.aws.document import Patterns, Statement, matches, parse
from checks.aws.escalation_identity import ROLE, USER, Identity, fairly
from checks.aws.escalation_steps import ASSUME, HANDS, LIFTS, PASS, RAISES, TAKES, WORKLOADS, Workload
from checks.decided import Decided, either
from scanner.model import Resource, UnreadError

NOBODY: frozenset[str] = frozenset()
EVERYBODY, LAST = "*", chr(0x10FFFF)
OPEN_END = re.compile(r"[*?]|\$\{")
HANDED_TO = frozenset(each.service for each in HANDS)
WIDENING = [each.action for each in (*RAISES, *LIFTS)]


@dataclass(frozen=True, slots=True)
class Trust:
    """What a role's policy says, whom it admits by name, and which services. ``wide``: it leaves it to the account whom.

    ``legible`` is false for one that can't be read: it may admit anybody.
    """

    statements: tuple[Statement, ...] = ()
    names: frozenset[str] = frozenset()
    services: Mapping[str, Decided] = field(default_factory=dict)
    wide: bool = False
    legible: bool = True


def trust(role: Resource, *, person: bool) -> Trust:
    """Return what the policy of *role* says to a person, or to another role."""
    try:
        statements = tuple(fairly(parse(role["item"].get("AssumeRolePolicyDocument")), person))
    except UnreadError:
        return Trust(wide=True, legible=False)
    admitting = [each for each in statements if each.allow and each.actions.match(ASSUME.lower())]
    return Trust(
        statements,
        frozenset(principal.name for each in admitting for principal in each.principals),
        _services(admitting, role.account),
        any(entitlement.admits_account(each, role.account) is not False for each in admitting),
    )


def _services(statements: Iterable[Statement], account: str) -> Mapping[str, Decided]:
    """Return the services that are admitted: certainly, where no condition asks for more than to act for *account*."""
    found: dict[str, Decided] = {}
    for each in statements:
        ours = all(test.key == "aws:sourceaccount" and account in test.values for test in each.tests)
        for principal in each.principals:
            if principal.kind == "Service":
                name = principal.name.removesuffix(".cn")
                found[name] = either((found.get(name, False), True if ours else None))
    return found


class Named:
    """Finds what resource patterns name among resources, and which identities these stand for."""

    def __init__(self, meant: Mapping[str, Iterable[str]]) -> None:
        self._ids = sorted(meant)
        self._meant = {id: frozenset(each) for id, each in meant.items()}
        self._found: dict[str, frozenset[str]] = {}

    def by(self, patterns: Patterns) -> Iterator[frozenset[str]]:
        """Yield sets of identities that Resource or NotResource may be about: shared ones, since many name the same."""
        for each in ("*",) if patterns.inverted else patterns.patterns:
            if found := self._by(each):
                yield found

    def _by(self, pattern: str) -> frozenset[str]:
        end = OPEN_END.search(pattern)
        if end is None:
            return self._meant.get(pattern, NOBODY)
        if pattern not in self._found:
            head, wide = pattern[: end.start()], entitlement.VARIABLE.sub("*", pattern)
            some = self._ids[bisect_left(self._ids, head) : bisect_left(self._ids, head + LAST)]
            self._found[pattern] = NOBODY.union(*(self._meant[id] for id in some if matches(wide, id)))
        return self._found[pattern]

    def of(self, who: Identity, actions: Iterable[str]) -> Iterator[frozenset[str]]:
        """Yield sets of the identities about whom *who* may be granted one of *actions*."""
        asked = [each.lower() for each in actions if each in who.open_actions]
        for each in who.grants if asked else ():
            if any(each.actions.match(action) for action in asked):
                yield from self.by(each.resources)


class Targets:
    """Whom each identity may take, and whom it may raise."""

    def __init__(
        self,
        identities: Mapping[str, Identity],
        trusts: Mapping[str, Trust],
        works: Mapping[str, list[tuple[Workload, Resource]]],
    ) -> None:
        users = {id: [id] for id, each in identities.items() if each.entity.type == USER}
        wide = {id: [id] for id, each in trusts.items() if each.wide}
        handed = {id: [id] for id, each in trusts.items() if not HANDED_TO.isdisjoint(each.services)}
        at_work = grouped((resource.id, role) for role, given in works.items() for _, resource in given)
        self._taken = (
            (Named(users), [each.action for each in TAKES if each.on == USER]),
            (Named({id: [id] for id in trusts}), [each.action for each in TAKES if each.on == ROLE]),
            (Named(wide), [ASSUME]),
            (Named(handed), [PASS]),
            (Named(at_work), sorted({action for each in WORKLOADS for action in each.actions})),
        )
        self._admitted_by = grouped((name, id) for id, each in trusts.items() for name in each.names)
        self._raised = Named(grouped((target, id) for id, each in identities.items() for target in each.made_of()))

    def takes(self, who: Identity) -> list[frozenset[str]]:
        """Return sets of identities that hold all whose credentials *who* may get."""
        admitting = [frozenset(self._admitted_by.get(name, ())) for name in (who.entity.id, EVERYBODY)]
        return [*filter(None, admitting), *(each for named, actions in self._taken for each in named.of(who, actions))]

    def raises(self, who: Identity) -> list[frozenset[str]]:
        """Return sets of identities that hold all whose rights *who* may widen."""
        return list(self._raised.of(who, WIDENING))


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the second of each pair by the first."""
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return found
