"""Until when what runs is kept up to date, by the lists in ``support.yaml``: the same verdict for all that has versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scanner.evaluation import lifecycle
from scanner.evaluation.check import Check
from scanner.evaluation.lifecycle import Lifecycle
from scanner.model import Outcome, Resource, Severity, Verdict, failed, passed, skipped, unknown

FILE = Path(__file__).with_name(lifecycle.FILE)
SOON = timedelta(days=90)
LOWER = dict(zip(list(Severity)[1:], Severity, strict=False))


def versions(product: str) -> Lifecycle:
    """Return what is known of a product's versions. Raises :class:`KeyError` for one without a list."""
    return lifecycle.read(FILE)[product]


def supported(product: str, version: str, now: datetime, said: str = "") -> Verdict:
    """Pass while *version* is kept up to date; unknown where its list doesn't know it. *said*: what to call it."""
    known = versions(product)
    name = said or f"{known.name} {version}".strip()
    key = known.named(version)
    if end := known.ends.get(key):
        return kept_up(name, end, now)
    if known.over(key):
        return failed(f"{name} is kept up to date no more")
    if key in known.endless:
        return passed(f"no end of {name} was announced by {known.read}")
    return unknown(f"until when {name} is kept up to date is not known here, from a list of {known.read}")


def over(product: str, version: str, now: datetime) -> Verdict | None:
    """Return the failure of a *version* that is over by its list; nothing of any other, for its provider to tell."""
    known = supported(product, version, now)
    return known if known.outcome is Outcome.FAIL else None


def kept_up(name: str, end: datetime | None, now: datetime) -> Verdict:
    """Pass while *name* is kept up to date."""
    if end is None:
        return unknown(f"until when {name} is kept up to date is not known here")
    if end <= now:
        return failed(f"{name} was kept up to date until {end.date()}")
    return passed(f"{name} is kept up to date until {end.date()}", until=end)


def lasting(*checks: Check) -> tuple[Check, ...]:
    """Return, for each check on how long something is kept up, one that asks for 90 days more, a degree less severe."""
    return tuple(_lasting(each) for each in checks)


def _lasting(known: Check) -> Check:
    def lasts(resource: Resource, **given: Any) -> Verdict:
        today: Verdict = known.judge(resource, **given)
        if today.outcome is Outcome.FAIL:
            return skipped("it is over already")
        if today.until is None:
            return today
        notice = today.until - SOON
        return failed(today.because) if notice <= given["now"] else passed(today.because, until=notice)

    return replace(
        known,
        id=f"{known.id}_lasts",
        severity=LOWER[known.severity],
        title="Support of what it runs lasts for 90 days more",
        risk="Support ends before anybody has planned what comes next, and new holes stay open.",
        judge=lasts,
        cis=(),
        formerly=(),
    )
