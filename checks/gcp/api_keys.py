"""Checks on API keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checks.gcp import lineage
from checks.gcp.iam_keys import OLD
from checks.gcp.read import in_words
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

API_KEY = "gcp.iam.api_key"
RESTRICT = "gcloud services api-keys update {name} --project={account}"
ALL_APIS = frozenset({"cloudapis.googleapis.com"})

Item = Mapping[str, Any]


@check(
    "gcp.project.project.without_api_keys",
    on=lineage.PROJECT,
    service="gcp.iam",
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Project has no API keys",
    risk="An API key says nothing of who calls, and stands in the source of every page and app that uses it.",
    fix="Use service accounts instead, then: gcloud services api-keys delete KEY --project={account}",
    cis=("v4:1.12", "v5:1.13"),
)
def without_api_keys(_project: Resource, inventory: Inventory) -> Verdict:
    found = [key["item"].get("displayName") or key.name for key in inventory.all(API_KEY) if not _deleted(key["item"])]
    return failed(f"there is {in_words(found)}") if found else passed("it has none")


def _deleted(item: Item) -> bool:
    """Tell whether a key was deleted; it can be had back for 30 days, and does not work until then."""
    return bool(item.get("deleteTime"))


def _limits(item: Item) -> tuple[str, list[str]]:
    """Return what kind of callers a key is limited to, and which; nothing where anybody may use it."""
    given = item.get("restrictions") or {}
    for kind, field in (
        ("browser", "allowedReferrers"),
        ("server", "allowedIps"),
        ("android", "allowedApplications"),
        ("ios", "allowedBundleIds"),
    ):
        if found := (given.get(f"{kind}KeyRestrictions") or {}).get(field):
            return kind, list(found)
    return "", []


def _bare(referrer: str) -> str:
    """Return the host of a referrer without what stands before and after it."""
    return referrer.removeprefix("https://").removeprefix("http://").partition("/")[0]


@check(
    "gcp.iam.api_key.callers_limited",
    on=API_KEY,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="API key works for named hosts or apps only",
    risk="Whoever finds the key in a page or an app uses it on the project's account.",
    fix=f"{RESTRICT} --allowed-referrers=SITES, or --allowed-ips=NETWORKS",
    cis=("v4:1.13", "v5:1.14"),
)
def callers_limited(key: Resource) -> Verdict:
    if _deleted(key["item"]):
        return skipped("the key is deleted")
    kind, callers = _limits(key["item"])
    if not callers:
        return failed("anybody may use it")
    if kind == "browser":
        wide = [each for each in callers if _bare(each).lstrip("*.").count(".") == 0 and "*" in _bare(each)]
    elif kind == "server":
        wide = ["addresses of the whole world"] if any(hold_world(frozenset(callers), family) for family in FAMILIES) else []
    else:
        wide = []
    return failed(f"{in_words(wide)} may use it") if wide else passed(f"limited to {len(callers)} {kind} caller(s)")


@check(
    "gcp.iam.api_key.apis_limited",
    on=API_KEY,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="API key works for named APIs only",
    risk="Whoever finds the key calls every API that the project has turned on.",
    fix=f"{RESTRICT} --api-target=service=SERVICE.googleapis.com",
    cis=("v4:1.14", "v5:1.15"),
)
def apis_limited(key: Resource) -> Verdict:
    if _deleted(key["item"]):
        return skipped("the key is deleted")
    targets = {each.get("service") for each in (key["item"].get("restrictions") or {}).get("apiTargets") or []}
    if not targets:
        return failed("it works for every API")
    return failed("it works for all of Google Cloud's APIs") if targets & ALL_APIS else passed(f"works for {in_words(targets)}")


@check(
    "gcp.iam.api_key.rotated",
    on=API_KEY,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="API key is younger than 90 days",
    risk="A key that somebody took along long ago is still good.",
    fix="Make another and take it into use, then: gcloud services api-keys delete {name} --project={account}",
    cis=("v4:1.15", "v5:1.16"),
)
def rotated(key: Resource, now: datetime) -> Verdict:
    if _deleted(key["item"]):
        return skipped("the key is deleted")
    made = datetime.fromisoformat(key["item"]["createTime"])
    said = f"made on {made.date()}"
    return passed(said, until=made + OLD) if now - made < OLD else failed(said)


@check(
    "gcp.iam.api_key.no_identity",
    on=API_KEY,
    control="identity.workload_identity",
    severity=Severity.HIGH,
    title="API key does not stand for a service account",
    risk="Whoever finds the key works with the service account's rights.",
    fix="Call with a token of the service account instead, then: gcloud services api-keys delete {name} --project={account}",
)
def no_identity(key: Resource) -> Verdict:
    if _deleted(key["item"]):
        return skipped("the key is deleted")
    account = key["item"].get("serviceAccountEmail")
    return failed(f"calls with it are {account}'s") if account else passed("it stands for nobody")
