"""Checks on AWS IAM Access Analyzer.

An account of an organization does not see the organization's analyzers, which watch it all the same: only the account that
holds them does. A scan of the whole organization tells them; one of a single account leaves open whether there are any.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

EXTERNAL = ("ACCOUNT", "ORGANIZATION")
UNUSED = ("ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS")
# Fields of a filter that name a kind of finding, not what the finding is about.
KINDS = {"resourceType", "findingType", "isPublic", "status"}


def of_organization(inventory: Inventory, region: str | None = None) -> Iterable[Resource]:
    """Return the organization's analyzers. Raises UnreadError where the account is in one that was not read."""
    for organization in inventory.all("aws.organizations.organization"):
        if organization["organization"] is not None:
            return inventory.all("aws.accessanalyzer.organization_analyzer", region=region)
    return ()


def watching(inventory: Inventory, region: str | None = None) -> Iterator[Mapping[str, Any]]:
    """Yield the account's own analyzers, then those of its organization, which are asked for only then."""
    yield from (each["item"] for each in inventory.all("aws.accessanalyzer.analyzer", region=region))
    yield from (each["item"] for each in of_organization(inventory, region))


@check(
    "aws.account.region.external_access_analyzed",
    on="aws.account.region",
    service="aws.accessanalyzer",
    control="detection.external_access",
    severity=Severity.MEDIUM,
    title="An analyzer watches the region for outside access",
    risk="A policy that admits strangers to a resource of this region goes unnoticed.",
    fix="aws accessanalyzer create-analyzer --analyzer-name external --type ACCOUNT --region {region}",
    cis=("v5:1.19", "v6:2.19", "v7:2.18"),
)
def external_access_analyzed(region: Resource, inventory: Inventory) -> Verdict:
    idle = ""
    for each in watching(inventory, region.region):
        if each["type"] in EXTERNAL and each["status"] == "ACTIVE":
            return passed(f"analyzer {each['name']} is active")
        if each["type"] in EXTERNAL:
            idle = idle or each["status"]
    return failed(f"the analyzer is {idle}" if idle else "no external access analyzer")


@check(
    "aws.accessanalyzer.analyzer.active",
    on="aws.accessanalyzer.analyzer",
    control="detection.external_access",
    severity=Severity.MEDIUM,
    title="Analyzer is at work",
    risk="An analyzer that has stopped still looks like one in every list, but finds nothing.",
    fix="Remove the cause that statusReason names, or delete the analyzer and create it anew",
)
def active(analyzer: Resource) -> Verdict:
    item = analyzer["item"]
    if item["status"] in ("ACTIVE", "CREATING"):
        return passed(f"status is {item['status']}")
    cause = item.get("statusReason", {}).get("code", "no reason given")
    return failed(f"status is {item['status']} ({cause})")


@check(
    "aws.accessanalyzer.analyzer.archive_rules_narrow",
    on="aws.accessanalyzer.analyzer",
    control="detection.external_access",
    severity=Severity.MEDIUM,
    title="Archive rules hide only what they name",
    risk="A rule that archives a whole kind of finding hides the next exposure before anybody sees it.",
    fix="aws accessanalyzer update-archive-rule with a filter that names the resource or the principal",
)
def archive_rules_narrow(analyzer: Resource) -> Verdict:
    rules = analyzer["archive_rules"] or []
    if not rules:
        return skipped("no archive rules")
    if wide := [each["ruleName"] for each in rules if set(each["filter"]) <= KINDS]:
        return failed(f"archived without naming a resource or principal: {', '.join(wide)}")
    return passed(f"{len(rules)} archive rules name what they hide")


@check(
    "aws.iam.settings.unused_access_watched",
    on="aws.iam.settings",
    control="detection.posture",
    severity=Severity.LOW,
    title="An analyzer watches for unused access",
    risk="Rights, keys and roles that nobody needs any more pile up until one of them is stolen.",
    fix="aws accessanalyzer create-analyzer --analyzer-name unused --type ACCOUNT_UNUSED_ACCESS",
)
def unused_access_watched(_settings: Resource, inventory: Inventory) -> Verdict:
    for each in watching(inventory):
        if each["type"] in UNUSED and each["status"] == "ACTIVE":
            return passed(f"analyzer {each['name']} is active")
    return failed("no active analyzer of unused access in any region")
