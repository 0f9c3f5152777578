"""Checks on known weaknesses that Inspector found in images, in functions and in a region; of instances: `ec2_guests.py`.

Where Inspector does not look, nobody tells, and the verdict is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.aws import ecr
from scanner.evaluation.check import check
from scanner.model import Inventory, Outcome, Resource, Severity, Verdict, failed, passed, skipped, unknown

SETTINGS, REPOSITORY, FUNCTION = "aws.inspector.settings", "aws.ecr.repository", "aws.lambda.function"
REGISTRY = "aws.ecr.registry"
LIST = "aws inspector2 list-findings --region {region} with "


def _inspects(resource: Resource, part: str, inventory: Inventory) -> bool:
    """Tell whether Inspector is on for one kind of resources in the region."""
    return any(_enabled(each["account"] or {}, part) for each in inventory.all(SETTINGS, region=resource.region))


def _enabled(account: Mapping[str, Any], part: str) -> bool:
    state = account.get("resourceState") or {}
    return bool((state.get(part) or {}).get("status") == "ENABLED")


def _no_critical(found: Mapping[str, Any] | None) -> Verdict:
    counts = (found or {}).get("severityCounts") or {}
    critical, high = counts.get("critical", 0), counts.get("high", 0)
    said = f"{critical} critical and {high} high weaknesses"
    return failed(said) if critical else passed(said)


@check(
    f"{REPOSITORY}.images_without_critical_weakness",
    on=REPOSITORY,
    control="runtime.known_weaknesses",
    severity=Severity.HIGH,
    title="No image of the repository has a critical weakness",
    risk="Ready-made tools take over the containers that start from it.",
    fix=LIST + "ecrImageRepositoryName and severity CRITICAL as criteria; build the images anew, and delete the old ones",
)
def images_without_critical_weakness(repository: Resource, inventory: Inventory) -> Verdict:
    weaknesses = repository["weaknesses"]
    if not _inspects(repository, "ecr", inventory):
        return unknown("Inspector is off for images in the region; what basic scanning finds is not read")
    if not any(
        (each["scanning"] or {}).get("scanType") == "ENHANCED" for each in inventory.all(REGISTRY, region=repository.region)
    ):
        return unknown("the registry scans by itself, and Inspector does not look; what basic scanning finds is not read")
    looked = ecr.scanned.judge(repository, inventory=inventory)
    return _no_critical(weaknesses) if looked.outcome is Outcome.PASS else unknown(f"Inspector does not look: {looked.because}")


@check(
    f"{FUNCTION}.packages_without_critical_weakness",
    on=FUNCTION,
    control="runtime.known_weaknesses",
    severity=Severity.HIGH,
    title="Nothing that the function brings along has a critical weakness",
    risk="Ready-made tools run code with the rights of the function.",
    fix=LIST + "lambdaFunctionName and severity CRITICAL as criteria, and update the packages that they name",
)
def packages_without_critical_weakness(function: Resource, inventory: Inventory) -> Verdict:
    covered, weaknesses = function["coverage"], function["weaknesses"]
    if not _inspects(function, "lambda", inventory):
        return unknown("Inspector is off for functions in the region, and nobody else tells weaknesses")
    status = (covered or {}).get("scanStatus") or {}
    if status.get("statusCode") != "ACTIVE":
        return unknown(f"Inspector does not scan it: {status.get('reason', 'it does not know it')}")
    return _no_critical(weaknesses)


@check(
    "aws.account.region.no_known_exploit",
    on="aws.account.region",
    service="aws.ec2",
    control="runtime.known_weaknesses",
    severity=Severity.CRITICAL,
    title="No weakness is open for which an exploit is known",
    risk="Whoever reaches the software takes it over with what can be downloaded.",
    fix=LIST + "exploitAvailable YES as criterion; these come first",
)
def no_known_exploit(region: Resource, inventory: Inventory) -> Verdict:
    for settings in inventory.all(SETTINGS, region=region.region):
        account = settings["account"] or {}
        if (account.get("state") or {}).get("status", "DISABLED") != "ENABLED":
            return skipped("Inspector is off in the region, which is judged there")
        rows = [each for each in settings["found"] or [] if each]
        known, fixable = (sum(each.get(name) or 0 for each in rows) for name in ("exploitAvailableCount", "fixAvailableCount"))
        said = f"{known} findings with a known exploit; {fixable} findings have a fix"
        if known:
            return failed(said)
        return passed(said) if _enabled(account, "ec2") else unknown("Inspector does not look at instances in the region")
    return skipped("Inspector does not exist in the region")
