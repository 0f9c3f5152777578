"""Makes findings of events that are attacks on posture: at once, without a scan. Pure, but for checks that it asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.daemon.change import Attack, Change, Trial
from scanner.evaluation.registry import installed
from scanner.inventory.incidents import KIND, Incident
from scanner.model import Absent, Finding, Outcome, Present, Resource
from scanner.responsibility.split import resolve, services

PROVIDER = "provider"
GLOBAL = "global"


class Nothing:
    """An inventory that holds nothing: what an event does not tell is taken as the worst case has it."""

    def all(self, type: str, *, region: str | None = None) -> Iterable[Resource]:  # noqa: ARG002 -- an Inventory's signature
        return ()

    def get(self, type: str, id: str) -> Resource | None:  # noqa: ARG002
        return None

    def where(self, type: str, path: str, value: str, *, region: str | None = None) -> Iterable[Resource]:  # noqa: ARG002
        return ()


def incident(provider: str, change: Change) -> Incident | None:
    """Return the finding that a change is; ``None`` where it is no attack, or the duty is the provider's."""
    attack = change.attack
    if attack is None or (change.trial and not fails(provider, change, change.trial)):
        return None
    area = attack.control.partition(".")[0]
    cell = resolve(attack.service, area)
    if cell.owner == PROVIDER:
        return None
    told = facts(change)
    region = change.region or GLOBAL
    known = {"event": Present(told)}
    event = Resource(f"{provider}.{KIND}", change.event, change.account, region, known, change.what, listed_in=GLOBAL)
    said = Finding(
        check=check_id(provider, attack),
        control=attack.control,
        area=area,
        service=attack.service,
        service_model=cell.service_model,
        owner=cell.owner,
        severity=attack.severity,
        resource_type=event.type,
        resource_id=event.id,
        region=region,
        status=Outcome.FAIL,
        reason=words(change, attack),
        evidence={f"event.{name}": value for name, value in told.items()},
    )
    return Incident(event, home(provider), said)


def check_id(provider: str, attack: Attack) -> str:
    return f"{provider}.{KIND}.{attack.name}"


def home(provider: str) -> str:
    """Return the service of a provider's that every account uses: events are filed under it."""
    return next(id for id, each in services().items() if each["provider"] == provider and each.get("home"))


def facts(change: Change) -> dict[str, Any]:
    """Return what is kept of an event: what was done, when, by whom and from where; nothing of what was sent along."""
    told = {
        "what": change.what,
        "at": change.at.isoformat(),
        "who": change.who,
        "from": change.origin,
        "resource_type": change.type,
        "resource_id": change.id,
    }
    return {name: value for name, value in told.items() if value}


def words(change: Change, attack: Attack) -> str:
    """Return in a sentence what was done."""
    on = f" ({change.id})" if change.id else ""
    origin = f", from {change.origin}" if change.origin else ""
    return f"{change.who or 'somebody'} {attack.said}{on} at {change.at:%Y-%m-%d %H:%M:%S %Z}{origin}"


def fails(provider: str, change: Change, trial: Trial) -> bool:
    """Tell whether what an event carries fails the check that judges such a setting."""
    judged = next((each for each in installed(provider) if each.id == trial.check), None)
    if judged is None:
        return False
    given = {name: Absent() if value is None else Present(value) for name, value in trial.facts.items()}
    subject = Resource(trial.type, change.id or change.event, change.account, change.region or GLOBAL, given)
    return judged(subject, Nothing(), change.at).outcome is Outcome.FAIL
