"""Who may do what on Google Cloud: allow policies from the resource up to the organization, less what deny policies take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from checks.gcp import lineage, policy, roles
from checks.gcp.policy import Binding, Powers
from scanner.evaluation.entitlement import Entitlements, Holder, Question, others
from scanner.model import Inventory, Reason, Unread, UnreadError

SINGLY = "what is granted on single resources is told when one is asked for"
UNSEEN = "the resource is not in the inventory, so what is granted on it is not known"
UNSURE = "; a condition, a deny policy or what the role holds is not decided"


def who_can(inventory: Inventory, question: Question, when: datetime) -> Iterator[Holder]:
    """Yield who holds a permission: on one resource, or on the whole project, folder or organization.

    Groups are named, not their members. What predefined roles hold is known for the permissions of :mod:`checks.gcp.roles`;
    of any other, whoever holds a predefined role *possibly* has it.
    """
    permission = question.action
    node, given, open_end = _given(inventory, question)
    known = lineage.powers(inventory)
    powers = known if permission in roles.WATCHED else Powers(_unsaid, known.custom)
    attributes = policy.attributes_of(question.resource, when) if question.resource else policy.at_time(when)
    rules = lineage.denials(inventory)
    for name, sure in policy.who_can(permission, given, powers, attributes, rules).items():
        through = sorted({_said(each, node) for each in given if _gives(each, name, permission, powers)})
        yield Holder(name, sure, ", ".join(through) + ("" if sure else UNSURE))
    if open_end:
        yield others(open_end)


def _unsaid(role: str) -> frozenset[str] | None:  # noqa: ARG001 -- a Powers' signature
    return None


def _given(inventory: Inventory, question: Question) -> tuple[str, list[Binding], str]:
    """Return the account's own node; what is granted on the resource, on that node and above it; and what is left open."""
    node = next((each for type in lineage.NODES for each in inventory.all(type)), None)
    if node is None:
        raise UnreadError("the project", Unread(Reason.UNAVAILABLE, "NotListed"))
    above = [*policy.bindings(node["iam_policy"], node.id), *lineage.above(node)]
    if not question.resource:
        return node.id, above, SINGLY
    found = inventory.get(question.type, question.resource) if question.type else None
    if found is None:
        return node.id, above, UNSEEN
    if found.id == node.id or "iam_policy" not in found.facts:
        return node.id, above, ""
    return node.id, [*policy.bindings(found["iam_policy"], found.id), *above], ""


def _gives(binding: Binding, member: str, permission: str, powers: Powers) -> bool:
    held = powers.of(binding.role)
    return (held is None or permission in held) and member in map(policy.plain, binding.members)


def _said(binding: Binding, node: str) -> str:
    where = binding.node or node
    return f"{binding.role} on {where.removeprefix('//cloudresourcemanager.googleapis.com/')}"


ENTITLEMENTS = Entitlements("gcp", "storage.objects.get", who_can)
