"""What is read of GKE in more than one place: whether a cluster stands, whose its nodes are, and one question of all pools.

A cluster's asset holds its node pools. Where these are listed as assets of their own, each is judged by itself; otherwise the
cluster is judged by all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from checks.gcp.read import Item, in_words, many, named, yes
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Outcome, Resource, Severity, Verdict, failed, passed, skipped, unknown

CLUSTER, POOL = "gcp.gke.cluster", "gcp.gke.node_pool"
STATUS = "STATUS_UNSPECIFIED PROVISIONING RUNNING RECONCILING STOPPING ERROR DEGRADED"
UNSETTLED = {"PROVISIONING", "STOPPING"}
ADVANCED = "ADVANCED_DATAPATH"
DATAPATHS = (
    "DATAPATH_PROVIDER_UNSPECIFIED LEGACY_DATAPATH ADVANCED_DATAPATH MIGRATE_TO_ADVANCED_DATAPATH MIGRATE_TO_LEGACY_DATAPATH"
)

Judge = Callable[..., Verdict]
OfPool = Callable[[Item, Item], Verdict]
"""Judges one node pool, which comes with the cluster that it is of."""


def autopilot(cluster: Item) -> bool:
    return yes((cluster.get("autopilot") or {}).get("enabled"))


def settled(judge: Judge) -> Judge:
    """Make *judge* skip clusters that don't stand yet, or are being deleted."""

    @wraps(judge)
    def asked(cluster: Resource, **given: Any) -> Verdict:
        status = named(cluster["item"].get("status"), STATUS)
        return skipped(f"the status is {status}") if status in UNSETTLED else judge(cluster, **given)

    return asked


def chosen(judge: Judge) -> Judge:
    """Make *judge* skip Autopilot, which leaves no choice in what is asked."""

    @settled
    @wraps(judge)
    def asked(cluster: Resource, **given: Any) -> Verdict:
        return skipped("an Autopilot cluster, where Google sets it") if autopilot(cluster["item"]) else judge(cluster, **given)

    return asked


def advanced(cluster: Item) -> bool:
    """Tell whether the cluster's network is Dataplane V2."""
    return named((cluster.get("networkConfig") or {}).get("datapathProvider"), DATAPATHS) == ADVANCED


def of_pools(
    name: str, *, control: str, severity: Severity, title: str, risk: str, fix: str, cis: tuple[str, ...] = ()
) -> Callable[[OfPool], tuple[Check, Check]]:
    """Ask one question of node pools, and of clusters whose pools are not listed: two checks of one function."""

    def wrap(judge: OfPool) -> tuple[Check, Check]:
        words: dict[str, Any] = {"control": control, "severity": severity, "risk": risk, "fix": fix, "cis": cis}

        @check(f"{POOL}.{name}", on=POOL, title=title.replace("NOUN", "Node pool"), **words)
        def of_pool(pool: Resource, inventory: Inventory) -> Verdict:
            status = named(
                pool["item"].get("status"), "STATUS_UNSPECIFIED PROVISIONING RUNNING RUNNING_WITH_ERROR RECONCILING STOPPING"
            )
            if status in UNSETTLED:
                return skipped(f"the status is {status}")
            cluster = inventory.get(CLUSTER, pool.id.partition("/nodePools/")[0])
            if cluster is None:
                return unknown("its cluster was not listed")
            if autopilot(cluster["item"]):
                return skipped("of an Autopilot cluster, whose nodes are Google's")
            return judge(pool["item"], cluster["item"])

        @check(f"{CLUSTER}.pools_{name}", on=CLUSTER, title=title.replace("NOUN", "Every node pool"), **words)
        @settled
        def of_cluster(cluster: Resource, inventory: Inventory) -> Verdict:
            return _together(judge, cluster, inventory)

        return of_pool, of_cluster

    return wrap


def _together(judge: OfPool, cluster: Resource, inventory: Inventory) -> Verdict:
    item = cluster["item"]
    if autopilot(item):
        return skipped("an Autopilot cluster, whose nodes are Google's")
    if any(pool.id.startswith(f"{cluster.id}/nodePools/") for pool in inventory.all(POOL)):
        return skipped("its node pools are judged one by one")
    verdicts = {str(pool.get("name")): judge(pool, item) for pool in many(item, "nodePools")}
    due = {name: verdict for name, verdict in verdicts.items() if verdict.outcome is not Outcome.SKIP}
    if not due:
        return skipped("no node pool that is asked")
    bad = [name for name, verdict in due.items() if verdict.outcome is Outcome.FAIL]
    return failed(f"{in_words(bad)}: {due[bad[0]].because}") if bad else passed(next(iter(due.values())).because)
