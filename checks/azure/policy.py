"""What Azure's role assignments grant, and to whom: the one evaluator of roles, their scopes, conditions and denials.

It answers with upper bounds: nobody outside the bound holds the right. A condition or a deny assignment takes a right away
only where it certainly does; one that hangs on the request leaves it, and makes the answer *uncertain*: it may be narrower.
The words that every check on Azure uses:

- A **role** is what a definition holds: actions on settings and, apart from them, on data. What ``notActions`` name is missing
  from that role only: another role may give it.
- A **grant** is one principal, one role, one scope, for good or to be activated first (*eligible*). It holds at its scope and
  on everything below. What is granted above a subscription stands in the subscription's account, too, and holds there.
- **Nobody unnamed** can be granted anything: Azure has no grant to everyone. A group or an application may stand for many all
  the same; who is in a group, the directory knows.
- Who **administers** a scope may grant Owner there, and so does whatever he likes. Smaller steps to more rights stand in
  :mod:`checks.azure.roles`.
- **Guests** are outside, and so is another tenant that a delegation (Azure Lighthouse) admits: no role assignment tells of it.
- Classic administrators were owners until they were retired; that they still are is not certain.

Ids and scopes are in small letters; the root is the empty scope. Sources: Azure RBAC documentation, "Understand scope", "Azure
role definitions", "Understand deny assignments", "Delegate Azure role assignment management with conditions"; for classic
administrators "Azure classic subscription administrators".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from checks.azure import conditions
from checks.azure.conditions import ASSIGNED_ROLE, matches
from checks.decided import Decided, both, either
from scanner.model import Reason, Unread, UnreadError

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
RBAC_ADMINISTRATOR = "f58310d9-a9f6-439a-9e8d-f62e7b41a168"
GRANT = "microsoft.authorization/roleassignments/write"
GROUPS = "/providers/microsoft.management/managementgroups/"
EVERYONE = "00000000-0000-0000-0000-000000000000"
SINGLE = frozenset({"user", "serviceprincipal"})
"""The kinds of principals that stand for themselves alone."""

Row = Mapping[str, Any]


class Level(IntEnum):
    """How much a scope holds, most last."""

    RESOURCE = 0
    RESOURCE_GROUP = 1
    SUBSCRIPTION = 2
    MANAGEMENT_GROUP = 3
    ROOT = 4


PARTS = {2: Level.SUBSCRIPTION, 4: Level.RESOURCE_GROUP}
"""What is named below ``/subscriptions`` by so many parts of a scope, with an empty one at the end."""


def malformed(what: str) -> UnreadError:
    return UnreadError(what, Unread(Reason.ERROR, "MalformedPolicy"))


def plain(id: object) -> str:
    """Return an id or a scope as it compares."""
    return str(id or "").strip().lower().rstrip("/")


def last(id: object) -> str:
    """Return the name at the end of an id: of a role, it is the same whatever scope the id begins with."""
    return plain(id).rpartition("/")[2]


def level(scope: str) -> Level:
    """Return how much *scope* holds. What is no scope that we know counts as a resource."""
    if not scope:
        return Level.ROOT
    if scope.startswith(GROUPS):
        return Level.MANAGEMENT_GROUP
    _, first, *rest = [*scope.split("/"), ""]
    return PARTS.get(len(rest), Level.RESOURCE) if first == "subscriptions" else Level.RESOURCE


def covers(scope: str, other: str) -> bool:
    """Tell whether what holds at *scope* holds at *other*.

    A management group covers every scope in the subscriptions of an account that it stands in. Of two management groups it is
    not known here which is above the other.
    """
    if not scope or other == scope:
        return True
    if level(scope) is Level.MANAGEMENT_GROUP:
        return level(other) < Level.MANAGEMENT_GROUP
    return other.startswith(f"{scope}/")


# What roles hold.


@dataclass(frozen=True, slots=True)
class Permission:
    """One block of a role or of a deny assignment: patterns of actions and of those that are missing from them."""

    actions: tuple[str, ...]
    but: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    data_but: tuple[str, ...] = ()
    condition: str = ""

    def names(self, action: str, *, data: bool = False) -> bool:
        """Tell whether it names an action, or an action on data."""
        some, less = (self.data, self.data_but) if data else (self.actions, self.but)
        return any(matches(each, action) for each in some) and not any(matches(each, action) for each in less)


@dataclass(frozen=True, slots=True)
class Role:
    """A role definition. ``id``: the last part of its resource's; ``scopes``: where it may be assigned."""

    id: str
    name: str
    custom: bool
    permissions: tuple[Permission, ...]
    scopes: tuple[str, ...] = ()

    def holds(self, action: str, *, data: bool = False, known: conditions.Known | None = None) -> Decided:
        """Tell whether a holder of the role may do *action*; ``None``: perhaps, as a condition of the role's own decides."""
        named = [each for each in self.permissions if each.names(action, data=data)]
        return either(conditions.holds(each.condition, action, known) for each in named)

    def holds_all(self, actions: Iterable[str]) -> bool:
        """Tell whether a holder of the role may certainly do each of *actions*."""
        return all(self.holds(each) is True for each in actions)

    @property
    def everything(self) -> bool:
        """Whether it holds all actions on settings, without one that is missing."""
        return any("*" in each.actions and not each.but and not each.condition for each in self.permissions)


def role(definition: Row) -> Role:
    """Return what a row of a role definition says. Raises :class:`UnreadError` when it is malformed."""
    properties = definition.get("properties")
    if not isinstance(properties, Mapping):
        raise malformed("role definition")
    kind = str(properties.get("type") or properties.get("roleType") or "")
    scopes = _strings(properties.get("assignableScopes"), "role definition")
    name = str(properties.get("roleName") or definition.get("name") or "")
    blocks = tuple(_permission(each) for each in _rows(properties.get("permissions"), "role definition"))
    return Role(last(definition.get("id")), name, kind.lower() == "customrole", blocks, tuple(plain(each) for each in scopes))


def _permission(block: Row) -> Permission:
    names = ("actions", "notActions", "dataActions", "notDataActions")
    actions, but, data, data_but = (_strings(block.get(name), "role definition") for name in names)
    return Permission(actions, but, data, data_but, str(block.get("condition") or ""))


def _rows(given: object, what: str) -> Sequence[Row]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        raise malformed(what)
    return given


def _strings(given: object, what: str) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise malformed(what)
    return tuple(dict.fromkeys(given))


# Who is granted what.


@dataclass(frozen=True, slots=True)
class Grant:
    """One principal, one role, one scope. ``kind``: ``user``, ``group``, ``serviceprincipal``, …, in small letters."""

    principal: str
    kind: str
    role: str
    scope: str
    condition: str = ""
    eligible: bool = False

    @property
    def level(self) -> Level:
        return level(self.scope)


def grant(row: Row, *, eligible: bool = False) -> Grant:
    """Return what a role assignment says, or an eligible one. Raises :class:`UnreadError` when it is malformed."""
    properties = row.get("properties")
    if not isinstance(properties, Mapping):
        raise malformed("role assignment")
    principal, definition, scope = (properties.get(name) for name in ("principalId", "roleDefinitionId", "scope"))
    if scope is None:
        scope = str(row.get("id") or "").lower().rpartition("/providers/microsoft.authorization/")[0]
    if not principal or not definition or not all(isinstance(each, str) for each in (principal, definition, scope)):
        raise malformed("role assignment")
    kind = str(properties.get("principalType") or "").lower()
    condition = str(properties.get("condition") or "")
    return Grant(plain(principal), kind, last(definition), plain(scope), condition, eligible)


def may(given: Grant, held: Role | None, action: str, *, data: bool = False, known: conditions.Known | None = None) -> Decided:
    """Tell whether a grant lets its holder do *action*. ``None``: perhaps; nobody can say where the role is not known."""
    if held is None:
        return None
    return both((held.holds(action, data=data, known=known), conditions.holds(given.condition, action, known)))


def may_assign(given: Grant, held: Role | None, wanted: str) -> Decided:
    """Tell whether a grant lets its holder assign the role *wanted* (to himself, say)."""
    return may(given, held, GRANT, known={ASSIGNED_ROLE: wanted})


def administers(given: Grant, held: Role | None) -> Decided:
    """Tell whether the holder of a grant does whatever he likes at its scope, as he may assign Owner there."""
    return may_assign(given, held, OWNER)


# What is denied.


@dataclass(frozen=True, slots=True)
class Denial:
    """One deny assignment: it beats every grant. ``alone``: it does not hold below its scope.

    ``by_group`` and ``but_group``: whether those that it denies, and those that it spares, hold anything but single principals.
    """

    scope: str
    principals: frozenset[str]
    spared: frozenset[str]
    blocks: tuple[Permission, ...]
    alone: bool = False
    by_group: bool = False
    but_group: bool = False

    def denies(self, principal: str, kind: str, action: str, scope: str, *, data: bool = False) -> Decided:
        """Tell whether it keeps a principal from *action* at *scope*; ``None``: perhaps, through a group or on a condition."""
        reached = scope == self.scope if self.alone else covers(self.scope, scope)
        if not reached or principal in self.spared:
            return False
        named = [each for each in self.blocks if each.names(action, data=data)]
        return both((either(conditions.holds(each.condition, action) for each in named), self._means(principal, kind)))

    def _means(self, principal: str, kind: str) -> Decided:
        if principal not in self.principals and EVERYONE not in self.principals:
            return None if self.by_group else False
        whole = not self.spared or (kind in SINGLE and not self.but_group)
        return True if whole else None


def denial(row: Row) -> Denial:
    """Return what a deny assignment says. Raises :class:`UnreadError` when it is malformed."""
    what = "deny assignment"
    properties = row.get("properties")
    if not isinstance(properties, Mapping):
        raise malformed(what)
    named, spared = (_rows(properties.get(name), what) for name in ("principals", "excludePrincipals"))
    blocks = tuple(_permission(each) for each in _rows(properties.get("permissions"), what))
    return Denial(
        plain(properties.get("scope")),
        frozenset(plain(each.get("id")) for each in named),
        frozenset(plain(each.get("id")) for each in spared),
        blocks,
        properties.get("doNotApplyToChildScopes") is True,
        any(str(each.get("type")).lower() not in SINGLE for each in named),
        any(str(each.get("type")).lower() not in SINGLE for each in spared),
    )


# Who can.

Roles = Callable[[str], Role | None]
"""Gives the role of an id; ``None`` where it is not known."""


def who_can(
    action: str, scope: str, given: Iterable[Grant], roles: Roles, rules: Sequence[Denial] = (), *, data: bool = False
) -> dict[str, bool]:
    """Return who may do *action* at *scope*, and whether that is certain. Who must activate a role first is among them."""
    found: dict[str, bool] = {}
    for each in given:
        if not covers(each.scope, scope):
            continue
        said = may(each, roles(each.role), action, data=data)
        kept = either(rule.denies(each.principal, each.kind, action, scope, data=data) for rule in rules)
        if said is not False and kept is not True:
            found[each.principal] = found.get(each.principal, False) or (said is True and kept is False)
    return found


def administrators(scope: str, given: Iterable[Grant], roles: Roles) -> dict[str, bool]:
    """Return who administers *scope*, and whether that is certain."""
    found: dict[str, bool] = {}
    for each in given:
        if covers(each.scope, scope) and (said := administers(each, roles(each.role))) is not False:
            found[each.principal] = found.get(each.principal, False) or said is True
    return found
