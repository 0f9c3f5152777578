"""Checks that nobody who is no administrator becomes one, by the steps and chains of `escalation.py`."""

from __future__ import annotations

from checks.aws.escalation import Ladder, Route, ladder
from checks.aws.escalation_identity import GROUP, ROLE, Identity, identity, linked
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown


def _told(route: Route) -> str:
    return ", then ".join(route.steps)


def _judged(who: Identity, route: Route | None, known: Ladder) -> Verdict:
    if route is not None and not route.steps and route.certain:
        return skipped("an administrator, which is judged on its own")
    if route is not None and route.certain:
        return failed(_told(route))
    if who.granted.unread or who.bound.unread:
        return unknown(f"{', '.join((*who.granted.unread, *who.bound.unread))} was not read")
    if (blind := known.blind(who)) is not None:
        return unknown(str(blind), blind.fact)
    if route is not None:
        return unknown(f"perhaps, under conditions that cannot be judged: {_told(route) or 'every right'}")
    return passed("no known step or chain of steps leads to administration")


def _no_route(noun: str) -> Check:
    """Return the check that a user or role does not become an administrator by itself."""

    @check(
        f"aws.iam.{noun}.no_escalation",
        on=f"aws.iam.{noun}",
        control="access.least_privilege",
        severity=Severity.HIGH,
        title=f"{noun.capitalize()} does not become an administrator step by step",
        risk="Whoever takes over a holder of few rights takes over the account.",
        fix="Take away the first step that the finding names, or name the resources and services that it is needed for",
        version=2,
    )
    def judge(entity: Resource, inventory: Inventory) -> Verdict:
        if entity.type == ROLE and linked(entity):
            return skipped("AWS keeps the role and its policies")
        known = ladder(inventory)
        who = identity(entity, inventory)  # once more, so that what is read of it becomes evidence
        return _judged(who, known.routes.get(entity.id), known)

    return judge


user_no_escalation = _no_route("user")


role_no_escalation = _no_route("role")


@check(
    "aws.iam.group.no_escalation",
    on=GROUP,
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="No member of the group becomes an administrator by its rights",
    risk="Every member, and whoever is added, takes over the account when somebody takes over them.",
    fix="Take away the first step that the finding names, or name the resources and services that it is needed for",
    version=2,
)
def no_escalation(group: Resource, inventory: Inventory) -> Verdict:
    known = ladder(inventory)
    who = identity(group, inventory)
    if who.administers is True:
        return skipped("a group of administrators, which is judged on its own")
    said, how = known.alone(who)
    route = Route(True, (how,)) if said is True else known.over(who, True)
    route = route or (Route(False, (how,)) if said is None else known.over(who, None))
    return _judged(who, route, known)
