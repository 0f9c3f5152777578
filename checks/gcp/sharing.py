"""What an allow policy means for its resource: the same two verdicts on every type that has the fact ``iam_policy``.

Both look at what the resource itself grants. What a project, folder or organization grants on everything below is judged
there, once (:mod:`checks.gcp.hierarchy`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from checks.gcp import lineage, policy, read
from checks.gcp.conditions import Attributes
from checks.gcp.policy import Binding, Bound, Grant, Home, Level
from scanner.model import Inventory, Resource, Verdict, failed, passed, unknown

Admitted = list[tuple[Bound, Grant]]


def named(resource: Resource, now: datetime | None = None) -> Verdict:
    """Pass unless the policy admits everyone, or everyone with a Google account."""
    return admits_the_named(policy.bindings(resource["iam_policy"]), policy.attributes_of(resource.id, now))


def known(resource: Resource, inventory: Inventory, now: datetime | None = None) -> Verdict:
    """Pass unless the policy admits somebody who isn't of the organization."""
    granted = policy.bindings(resource["iam_policy"])
    return admits_the_known(granted, resource, inventory, policy.attributes_of(resource.id, now))


def admits_the_named(granted: Sequence[Binding], attributes: Attributes) -> Verdict:
    """Pass unless *granted* admits everyone, or everyone with a Google account."""
    if not granted:
        return passed("nothing is granted here")
    found = _beyond(granted, Home(), attributes, Level.AUTHENTICATED)
    return _judged(found, "under conditions that cannot be judged") or passed("nobody unnamed is admitted")


def admits_the_known(granted: Sequence[Binding], resource: Resource, inventory: Inventory, attributes: Attributes) -> Verdict:
    """Pass unless *granted* admits somebody who isn't of the organization. Asks for that only where it matters."""
    if not granted:
        return passed("nothing is granted here")
    node = lineage.node_of(resource, inventory)
    found = _beyond(granted, lineage.place(node), attributes, Level.OUTSIDE)
    if found and all(bound.soft for bound, _ in found):
        found = _beyond(granted, lineage.home(node), attributes, Level.OUTSIDE)
    return _judged(found, "whom nobody here can place, or not always") or passed("nobody from outside is admitted")


def _beyond(granted: Sequence[Binding], home: Home, attributes: Attributes, least: Level) -> Admitted:
    return [(bound, grant) for bound, grant in policy.bounded(granted, home, attributes) if bound.level >= least]


def _judged(found: Admitted, doubt: str) -> Verdict | None:
    """Return what the grants that go too far amount to: a failure if one certainly does."""
    if certain := [grant for bound, grant in found if not bound.soft]:
        return failed(told(certain))
    return unknown(f"{told([grant for _, grant in found])}, {doubt}") if found else None


def told(granted: Sequence[Grant]) -> str:
    """Return in words who holds what."""
    return f"{read.in_words(each.role for each in granted)} is granted to {read.in_words(each.member for each in granted)}"
