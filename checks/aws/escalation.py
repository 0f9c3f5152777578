"""Who makes itself an administrator of an AWS account: steps to more rights, and chains of them over users and roles.

An identity *raises* another where it widens what that is granted, and *takes* another where it gets that one's credentials. Who
raises itself, or takes an administrator, or takes whom it raises, is one, and so is who takes one of those. Conditions that
anybody may fulfil (a second factor, an external id) don't stop anybody; others leave a step possible. What policies of an
organization forbid is not counted. Roles that AWS links to its services are handed to nobody.
Source: IAM user guide, "Policy evaluation logic", "Granting a user permissions to pass a role to an AWS service".
"""

from __future__ import annotations

import weakref
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from checks.aws import entitlement, iam_read, rights
from checks.aws.document import malformed
from checks.aws.entitlement import AWS_OWN, UNBOUND, Asked, Given
from checks.aws.escalation_identity import GROUP, POLICY, ROLE, USER, Identity, everything, identity, kept, linked
from checks.aws.escalation_steps import (
    ASSUME,
    GO_BACK,
    HANDS,
    JOIN,
    LIFTS,
    NEW_KEY,
    NEW_PASSWORD,
    OTHER_PASSWORD,
    PASS,
    PROFILE,
    RAISES,
    TAKES,
    WORKLOADS,
    Hand,
    Take,
    Workload,
)
from checks.aws.escalation_targets import WIDENING, Targets, Trust, grouped, trust
from checks.decided import Decided, both, either
from scanner.model import Inventory, Resource, UnreadError, values_at

NEVER: tuple[Decided, str] = (False, "")
UNSEEN = "changes what works with roles, not all of which was seen"

Step = tuple[Decided, str]
"""Whether a step is possible, and what it is."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way of an identity to administration: its steps, none for one that is there already."""

    certain: bool
    steps: tuple[str, ...] = ()


@dataclass
class Ladder:
    """All identities of an account, and who becomes an administrator by which steps. ``unread``: what else may be a step."""

    identities: dict[str, Identity] = field(default_factory=dict)
    groups: tuple[Identity, ...] = ()
    routes: dict[str, Route] = field(default_factory=dict)
    works: Mapping[str, list[tuple[Workload, Resource]]] = field(default_factory=dict)
    unread: dict[str, UnreadError] = field(default_factory=dict)
    targets: Targets = field(init=False)
    members: Mapping[str, Collection[str]] = field(default_factory=dict)
    _taken: dict[tuple[str, str], Step] = field(default_factory=dict)
    _trust: dict[tuple[str, bool], Trust] = field(default_factory=dict)

    def climb(self) -> None:
        """Find every route: certain ones first, then those that may hold."""
        trusts = {id: self.trusts(each.entity, person=True) for id, each in self.identities.items() if each.entity.type == ROLE}
        self.targets = Targets(self.identities, trusts, self.works)
        self.members = grouped((group.id, id) for id, each in self.identities.items() for group in each.groups)
        for said in (True, None):
            for each in self.identities.values():
                if each.entity.id not in self.routes and (steps := self._own(each, said)) is not None:
                    self.routes[each.entity.id] = Route(said is True, steps)
            self._follow(said)

    def _own(self, who: Identity, wanted: Decided) -> tuple[str, ...] | None:
        """Return the steps by which an identity gets there without an administrator; ``None`` where it doesn't."""
        if who.administers is wanted:
            return ()
        said, how = self.alone(who)
        if wanted is None and said is False and self.blind(who) is not None:
            said, how = None, UNSEEN
        return (how,) if said is wanted else None

    def alone(self, who: Identity) -> Step:
        """Return the best step, or pair of steps, of an identity that needs no other administrator."""
        return best(self._alone(who))

    def _alone(self, who: Identity) -> Iterator[Step]:
        yield self.raises(who, who)
        yield self._joins(who)
        yield from self._takes_and_raises(who)
        if who.entity.type == GROUP:
            yield from self._by_members(who)

    def _by_members(self, who: Identity) -> Iterator[Step]:
        """Yield what members of a group do to themselves by its rights; one that nobody is in yet counts as well."""
        for member in sorted(self.members.get(who.entity.id, ())):
            yield self.raises(who, self.identities[member])
        anybody = f"{who.entity.id.partition(':group/')[0]}:user/*"
        for each in RAISES:
            if each.on == USER and each.action in who.open_actions and who.may(each.action, anybody) is True:
                yield True, f"{each.says} its members ({each.action})"

    def _follow(self, wanted: Decided) -> None:
        """Add whoever takes somebody who has a route, round by round: the shortest chains come first."""
        movers = [(each, within) for each in self.identities.values() if (within := self.targets.takes(each))]
        fresh = set(self.routes)
        while fresh:
            found: dict[str, Route] = {}
            for who, within in movers:
                if who.entity.id not in self.routes and (route := self._over(who, within, fresh, wanted)) is not None:
                    found[who.entity.id] = route
            self.routes |= found
            fresh = set(found)

    def over(self, who: Identity, wanted: Decided) -> Route | None:
        """Return the route of *who* over somebody who has one."""
        return self._over(who, self.targets.takes(who), set(self.routes), wanted)

    def _over(self, who: Identity, within: Iterable[frozenset[str]], others: set[str], wanted: Decided) -> Route | None:
        near = {id for some in within for id in some & others if wanted is None or self.routes[id].certain}
        for _, id in sorted((len(self.routes[each].steps), each) for each in near):
            beyond = self.routes[id]
            said, how = self.takes(who, self.identities[id])
            if said is True or (said is None and wanted is None):
                return Route(said is True and beyond.certain, (how, *beyond.steps))
        return None

    def raises(self, who: Identity, whom: Identity) -> Step:
        """Tell whether *who* widens what *whom* is granted, up to everything: past a boundary, where it lifts that."""
        if who.open_actions.isdisjoint(WIDENING):
            return NEVER
        lifted, lift = self._lifts(who, whom)
        return NEVER if lifted is False else best(self._raises(who, whom, lifted, lift))

    def _raises(self, who: Identity, whom: Identity, lifted: Decided, lift: str) -> Iterator[Step]:
        if lift:
            yield both((lifted, everything(whom.granted))), lift
        targets = {whom.entity.type: _changeable(whom), GROUP: whom.groups or _itself(whom, GROUP), POLICY: whom.policies}
        before = f"{lift}, and " if lift else ""
        for each in RAISES:
            for target in targets.get(each.on, ()) if each.action in who.open_actions else ():
                if each.action != GO_BACK or _was_wider(target):
                    said = both((lifted, who.may(each.action, target.id)))
                    yield said, f"{before}{each.says} {_called(target)} ({each.action})"

    def _lifts(self, who: Identity, whom: Identity) -> Step:
        """Tell whether nothing bounds *whom*, or *who* takes away what does."""
        free = True if whom.bound is UNBOUND else everything(whom.bound)
        if free is True:
            return True, ""
        targets = {whom.entity.type: [each.id for each in _changeable(whom)], POLICY: [whom.boundary]}
        found = best(
            (
                who.may(each.action, id),
                f"{each.says} {_called(whom.entity) if each.on == whom.entity.type else id.rpartition('/')[2]} ({each.action})",
            )
            for each in LIFTS
            if each.action in who.open_actions
            for id in targets.get(each.on, ())
            if AWS_OWN not in id
        )
        return found if found[0] is not False else (free, "")

    def _joins(self, who: Identity) -> Step:
        """Tell whether a user, or members of a group, join a group of administrators, or one that they raise."""
        free = True if who.bound is UNBOUND else everything(who.bound)
        if who.entity.type == ROLE or JOIN not in who.open_actions or free is False:
            return NEVER
        return best(
            (
                both((free, who.may(JOIN, group.entity.id), either((group.administers, raised)))),
                f"joins {_called(group.entity)} ({JOIN})",
            )
            for group in self.groups
            for raised in (self.raises(who, group)[0],)
        )

    def _takes_and_raises(self, who: Identity) -> Iterator[Step]:
        taken = self.targets.takes(who) if (raised := self.targets.raises(who)) else ()
        for id in sorted({id for some in raised for others in taken for id in some & others} - {who.entity.id}):
            said, how = self.raises(who, self.identities[id])
            if said is not False:
                got, first = self.takes(who, self.identities[id])
                yield both((said, got)), f"{how}, and {first}"

    def takes(self, who: Identity, whom: Identity) -> Step:
        """Tell whether *who* gets the credentials of *whom*."""
        pair = (who.entity.id, whom.entity.id)
        if pair not in self._taken:
            self._taken[pair] = NEVER if who is whom else best(self._ways(who, whom))
        return self._taken[pair]

    def trusts(self, role: Resource, *, person: bool) -> Trust:
        """Return what the policy of *role* says to a person, or to another role."""
        if (role.id, person) not in self._trust:
            self._trust[role.id, person] = trust(role, person=person)
        return self._trust[role.id, person]

    def _ways(self, who: Identity, whom: Identity) -> Iterator[Step]:
        for each in TAKES:
            if each.on == whom.entity.type and each.action in who.open_actions and _changeable(whom):
                said = both((who.may(each.action, whom.entity.id), _fits(each, whom.entity)))
                yield said, f"{each.says} {_called(whom.entity)} ({each.action})"
        if whom.entity.type == ROLE:
            yield self._assumes(who, whom.entity)
            yield from self._hands(who, whom.entity)
            yield from self._works(who, whom.entity)

    def _assumes(self, who: Identity, role: Resource) -> Step:
        asked, said = Asked(ASSUME.lower(), role.id, ROLE), self.trusts(role, person=who.entity.type != ROLE)
        may = entitlement.decide(who.entity, who.granted, who.bound, asked, said.statements) if said.legible else None
        return may, f"assumes {_called(role)} ({ASSUME})"

    def _hands(self, who: Identity, role: Resource) -> Iterator[Step]:
        if PASS not in who.open_actions:
            return
        trusted = self.trusts(role, person=True).services
        for each in HANDS:
            if each.service in trusted and who.open_actions.issuperset(each.actions):
                yield self._hand(who, each, role, trusted[each.service])

    def _hand(self, who: Identity, hand: Hand, role: Resource, trusted: Decided) -> Step:
        passes = who.may(PASS, role.id, who.passing(hand.service))
        said = both((trusted, passes, *(who.may(action) for action in hand.actions)))
        return said, f"hands {_called(role)} to {hand.service} ({PASS}, {', '.join(hand.actions)})"

    def _works(self, who: Identity, role: Resource) -> Iterator[Step]:
        for work, resource in self.works.get(role.id, ()):
            if all(action in who.open_actions for action in work.actions):
                said = both(who.may(action, resource.id) for action in work.actions)
                name = resource.name or resource.id
                yield said, f"{work.says} {name}, which works as {_called(role)} ({', '.join(work.actions)})"

    def blind(self, who: Identity) -> UnreadError | None:
        """Return why a way of an identity to other roles may not have been seen."""
        for work in WORKLOADS:
            if work.type in self.unread and all(action in who.open_actions for action in work.actions):
                return self.unread[work.type]
        return None


def best(steps: Iterable[Step]) -> Step:
    """Return a step that is certain, or else one that may be possible."""
    found = NEVER
    for each in steps:
        if each[0] is True:
            return each
        if each[0] is None and found is NEVER:
            found = each
    return found


def _itself(whom: Identity, type: str) -> tuple[Resource, ...]:
    return (whom.entity,) if whom.entity.type == type else ()


def _called(resource: Resource) -> str:
    return f"{resource.type.rpartition('.')[2]} {resource.name}"


def _was_wider(managed: Resource) -> bool:
    """Tell whether a version of a policy that is not in force grants everything."""
    versions = managed["item"].get("PolicyVersionList") or []
    return any(rights.grants_administration(each["Document"]) for each in versions if not each["IsDefaultVersion"])


def _fits(take: Take, user: Resource) -> Decided:
    """Tell whether a user has, or lacks, what a step is about: a password, which a second factor guards; room for a key."""
    if take.action not in (NEW_KEY, NEW_PASSWORD, OTHER_PASSWORD):
        return True
    try:
        row = user["credentials"]
    except UnreadError:
        row = None
    if row is None:
        return True if take.action == NEW_KEY else None
    if take.action == NEW_KEY:  # nobody has a third one
        return None if all(row.get(f"access_key_{each}_last_rotated", "N/A") != "N/A" for each in (1, 2)) else True
    has = iam_read.is_on(row, "password_enabled")
    if take.action == NEW_PASSWORD:
        return not has
    return has and (None if iam_read.is_on(row, "mfa_active") else True)


def _changeable(identity: Identity) -> tuple[Resource, ...]:
    """Return what an identity is, but for a role that nobody in the account can change."""
    return () if identity.entity.type == ROLE and kept(identity.entity) else (identity.entity,)


_latest: list[tuple[weakref.ref[Inventory], Ladder]] = []  # of the inventory that was asked last: it is climbed once


def ladder(inventory: Inventory) -> Ladder:
    """Return the routes of an account. Raises :class:`UnreadError` where users or roles are not listed."""
    for held, known in tuple(_latest):
        if held() is inventory:
            return known
    made = _made(inventory)
    _latest[:] = [(weakref.ref(inventory, _forget), made)]
    return made  # and not what is held by now: another thread may ask of another account


def _forget(gone: weakref.ref[Inventory]) -> None:
    _latest[:] = [each for each in _latest if each[0] is not gone]


def _made(inventory: Inventory) -> Ladder:
    entities = [each for type in (USER, ROLE) for each in inventory.all(type) if type == USER or not linked(each)]
    found = Ladder({each.id: _legible(each, inventory) for each in entities})
    found.groups = tuple(_legible(each, inventory) for each in inventory.all(GROUP))
    found.works = _workloads(inventory, found.unread)
    found.climb()
    return found


def _legible(entity: Resource, inventory: Inventory) -> Identity:
    """Return an entity as an identity; one whose policies are malformed may be granted anything."""
    try:
        return identity(entity, inventory)
    except UnreadError as error:
        if error.fact != malformed().fact:
            raise
        return Identity(entity, Given({}, ("a malformed policy",)), UNBOUND, (), ())


def _workloads(inventory: Inventory, unread: dict[str, UnreadError]) -> Mapping[str, list[tuple[Workload, Resource]]]:
    """Return what works with each role, noting in *unread* the types of which that is not known of all."""
    works: dict[str, list[tuple[Workload, Resource]]] = defaultdict(list)
    for work in WORKLOADS:
        try:
            for each in inventory.all(work.type):
                for role in _roles_at(work, each, inventory, unread):
                    works[role].append((work, each))
        except UnreadError as error:
            unread[work.type] = error
    return works


def _roles_at(work: Workload, resource: Resource, inventory: Inventory, unread: dict[str, UnreadError]) -> list[str]:
    try:
        return list(_roles_of(work, resource, inventory))
    except UnreadError as error:
        unread[work.type] = error
        return []


def _roles_of(work: Workload, resource: Resource, inventory: Inventory) -> Iterator[str]:
    named = [str(each) for each in values_at(resource, work.role) if each]
    if work.role != PROFILE:
        yield from named
        return
    if work.actions[0].startswith("ssm:") and resource["managed"] is None:  # the agent does not answer there
        return
    for profile in named:
        yield from (role.id for role in inventory.where(ROLE, "item.InstanceProfileList.Arn", profile))
