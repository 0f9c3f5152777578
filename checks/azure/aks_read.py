"""How clusters of AKS are read: whether one stands, who keeps it, its node pools."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from checks.azure.read import Item, in_words, is_on, many, prop, same, word
from scanner.model import Outcome, Resource, Verdict, failed, passed, skipped

CLUSTER = "azure.aks.cluster"
UPDATE = "az aks update --ids {id} "
UNSETTLED = ("creating", "deleting")
UBUNTU = re.compile(r"AKSUbuntu-(\d\d)(\d\d)", re.IGNORECASE)
# Images of Linux are named after their day, those of Windows end with it.
DATED = (re.compile(r"-(20\d\d)(\d\d)\.(\d\d)\.\d+$"), re.compile(r"\.(\d\d)(\d\d)(\d\d)$"))

Judge = Callable[..., Verdict]
OfPool = Callable[[Item], Verdict]


def automatic(cluster: Resource) -> bool:
    return same((cluster["item"].get("sku") or {}).get("name"), "Automatic")


def settled(judge: Judge) -> Judge:
    """Make *judge* skip clusters that don't stand yet, or are being deleted."""

    @wraps(judge)
    def asked(cluster: Resource, **given: Any) -> Verdict:
        state = word(prop(cluster, "provisioningState"))
        return skipped(f"it is {state}") if state in UNSETTLED else judge(cluster, **given)

    return asked


def chosen(judge: Judge) -> Judge:
    """Make *judge* skip AKS Automatic, which leaves no choice in what is asked."""

    @settled
    @wraps(judge)
    def asked(cluster: Resource, **given: Any) -> Verdict:
        return skipped("a cluster of AKS Automatic, where Azure sets it") if automatic(cluster) else judge(cluster, **given)

    return asked


def pools(cluster: Resource) -> list[Item]:
    return many(prop(cluster, "agentPoolProfiles"))


def windows(pool: Item) -> bool:
    return same(pool.get("osType"), "Windows")


def each_pool(cluster: Resource, judge: OfPool) -> Verdict:
    """Judge all node pools of a cluster together; what fails is named."""
    verdicts = {str(pool.get("name")): judge(pool) for pool in pools(cluster)}
    due = {name: verdict for name, verdict in verdicts.items() if verdict.outcome is not Outcome.SKIP}
    if not due:
        return skipped("no node pool that is asked")
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        if bad := [name for name, verdict in due.items() if verdict.outcome is outcome]:
            return Verdict(outcome, f"{in_words(bad)}: {due[bad[0]].because}")
    ends = [verdict.until for verdict in due.values() if verdict.until]
    return passed(f"{len(due)} node pool(s)", until=min(ends) if ends else None)


def flag(name: str, good: str, bad: str) -> OfPool:
    """Return a judge of pools by one switch, a dotted path of at most two steps."""
    first, _, second = name.partition(".")

    def judge(pool: Item) -> Verdict:
        value = (pool.get(first) or {}).get(second) if second else pool.get(first)
        return passed(good) if is_on(value) else failed(bad)

    return judge


def minor(version: object) -> str:
    """Return ``1.33`` of ``1.33.2``; empty of anything else."""
    found = re.match(r"\d+\.\d+", str(version or ""))
    return found[0] if found else ""


def image_day(pool: Item) -> datetime | None:
    """Return the day of the image that a pool's nodes were made of; ``None`` where its name doesn't tell."""
    name = str(pool.get("nodeImageVersion") or "")
    found = next((match for pattern in DATED if (match := pattern.search(name))), None)
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups())
    try:
        return datetime(2000 + year % 2000, month, day, tzinfo=UTC)
    except ValueError:
        return None


def system(pool: Item) -> str:
    """Return the system of a pool's nodes as it calls itself (``Ubuntu 22.04``); empty where its image doesn't tell."""
    found = UBUNTU.match(str(pool.get("nodeImageVersion") or ""))
    return f"Ubuntu {found[1]}.{found[2]}" if found else ""
