"""Users, roles and groups as those who may climb: what each is granted, without the conditions that stop nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from checks.aws import entitlement, iam_read
from checks.aws.document import Patterns, Statement, matches
from checks.aws.entitlement import UNBOUND, Asked, Given
from checks.aws.escalation_steps import every_action
from checks.decided import Decided, both, contrary, either
from scanner.model import Inventory, Resource

USER, ROLE, GROUP, POLICY = (f"aws.iam.{each}" for each in ("user", "role", "group", "policy"))
PASSED_TO = "iam:passedtoservice"
# What whoever calls brings as it likes; a role has no second factor to show. All else (a region, a date, a tag, a way over
# another service) may keep from the step, or not.
AT_WILL = frozenset(
    {
        "aws:referer",
        "aws:securetransport",
        "aws:tokenissuetime",
        "aws:useragent",
        "sts:externalid",
        "sts:rolesessionname",
    }
)
SECOND_FACTOR = frozenset({"aws:multifactorauthpresent", "aws:multifactorauthage"})
ALL_ACTIONS = every_action()


def _fair(given: Given, *, person: bool) -> Given:
    """Return what is granted without the conditions that whoever wants to fulfils; a role has no second factor to show."""
    return replace(given, policies={name: tuple(fairly(each, person)) for name, each in given.policies.items()})


def fairly(statements: Iterable[Statement], person: bool) -> Iterator[Statement]:
    """Yield statements without those conditions."""
    for each in statements:
        hard = tuple(test for test in each.tests if not _anybodys(test.key, person))
        if each.allow:
            yield replace(each, tests=hard)
        elif len(hard) == len(each.tests):  # a denial that one may walk around denies nothing
            yield each


def _anybodys(key: str, person: bool) -> bool:
    return key in AT_WILL or (person and key in SECOND_FACTOR)


@dataclass(frozen=True)
class Identity:
    """A user, role or group with what it may do, and what it is made of."""

    entity: Resource
    granted: Given
    bound: Given
    groups: tuple[Resource, ...]
    policies: tuple[Resource, ...]

    def may(self, action: str, on: str = "", given: Given | None = None) -> Decided:
        """Tell whether it may do *action* on a resource, or on anything."""
        asked = Asked(action.lower(), on, "")
        granted = given or self.granted
        allowed = both((granted.allows(asked), self.bound.allows(asked)))
        return both((allowed, contrary(either((granted.denies(asked), self.bound.denies(asked))))))

    @cached_property
    def open_actions(self) -> frozenset[str]:
        """The actions of steps that something that was read grants it, on whatever. All else need not be asked."""
        return frozenset[str]().union(*(_opened(each.actions) for each in self.grants))

    @cached_property
    def grants(self) -> tuple[Statement, ...]:
        """What was read that grants it something."""
        return tuple(each for some in self.granted.policies.values() for each in some if each.allow)

    @property
    def boundary(self) -> str:
        """The ARN of the policy that bounds it; empty where none does."""
        return str((self.entity["item"].get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn") or "")

    def made_of(self) -> Iterator[str]:
        """Yield the ids of what, changed, widens what it is granted: itself, its groups, its policies, its boundary."""
        yield self.entity.id
        yield from (each.id for each in (*self.groups, *self.policies))
        if self.boundary:
            yield self.boundary

    @cached_property
    def administers(self) -> Decided:
        """Tell whether it is an administrator by what it is granted; what a denial takes off one is not weighed."""
        return both((everything(self.granted), True if self.bound is UNBOUND else everything(self.bound)))

    def passing(self, service: str) -> Given:
        """Return what it is granted where a role goes to *service*."""
        kept = {name: tuple(_passing(some, service)) for name, some in self.granted.policies.items()}
        return replace(self.granted, policies=kept)


@lru_cache(maxsize=4096)
def _opened(actions: Patterns) -> frozenset[str]:
    return frozenset(each for each in ALL_ACTIONS if actions.match(each.lower()))


def everything(given: Given) -> Decided:
    """Tell whether every action on everything is granted."""
    whole = (
        each
        for some in given.policies.values()
        for each in some
        if each.allow and each.actions.everything and each.resources.everything
    )
    said = either(None if each.tests else True for each in whole)
    return either((said, None)) if given.unread else said


def _passing(statements: Iterable[Statement], service: str) -> Iterator[Statement]:
    names = (service, f"{service}.cn")  # as some services are called in China
    for each in statements:
        named = [test for test in each.tests if test.key == PASSED_TO and test.operator in ("stringequals", "stringlike")]
        if all(any(matches(value, name) for value in test.values for name in names) for test in named):
            yield replace(each, tests=tuple(test for test in each.tests if test not in named))


def identity(entity: Resource, inventory: Inventory) -> Identity:
    """Return a user, role or group as an identity."""
    person = entity.type != ROLE
    names = entity["item"].get("GroupList") or []
    groups = tuple(group for name in names for group in inventory.where(GROUP, "item.GroupName", name))
    attached = {arn for each in (entity, *groups) for arn in iam_read.attached(each)}
    policies = tuple(found for arn in sorted(attached) if (found := inventory.get(POLICY, arn)) is not None)
    granted, bound = entitlement.given(entity, inventory), entitlement.boundary(entity, inventory)
    fair = bound if bound is UNBOUND else _fair(bound, person=person)
    return Identity(entity, _fair(granted, person=person), fair, groups, policies)


def linked(role: Resource) -> bool:
    """Tell whether a role belongs to a service, which alone can assume it and nobody can change."""
    return str(role["item"].get("Path", "")).startswith("/aws-service-role/")


def kept(role: Resource) -> bool:
    """Tell whether nobody in the account can change a role: AWS, or IAM Identity Center, keeps it."""
    return str(role["item"].get("Path", "")).startswith(("/aws-service-role/", "/aws-reserved/"))
