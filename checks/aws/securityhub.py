"""Checks on AWS Security Hub."""

from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

HUB = "aws.securityhub.hub"


@check(
    "aws.account.region.posture_checked",
    on="aws.account.region",
    service="aws.securityhub",
    control="detection.posture",
    severity=Severity.MEDIUM,
    title="Security Hub is on in the region",
    risk="Findings of many tools lie in many places, and nobody sees them together.",
    fix="aws securityhub enable-security-hub --region {region}",
    cis=("v5:4.16", "v6:5.16", "v7:5.16"),
)
def posture_checked(region: Resource, inventory: Inventory) -> Verdict:
    hubs = list(inventory.all(HUB, region=region.region))
    return passed("Security Hub is on") if hubs else failed("Security Hub is off")


@check(
    "aws.securityhub.hub.standards_on",
    on=HUB,
    control="detection.posture",
    severity=Severity.MEDIUM,
    title="Security Hub checks against a standard",
    risk="A hub without standards checks nothing.",
    fix="aws securityhub batch-enable-standards --standards-subscription-requests StandardsArn=ARN --region {region}",
)
def standards_on(hub: Resource) -> Verdict:
    standards = hub["standards"] or []
    names = {each["StandardsArn"].partition("/")[2]: each["StandardsStatus"] for each in standards}
    ready = [name for name, status in names.items() if status == "READY"]
    if ready:
        return passed(f"checks against {', '.join(sorted(ready))}")
    told = [f"{name} is {status}" for name, status in names.items()]
    return failed(", ".join(told) if told else "no standard is enabled")


@check(
    "aws.securityhub.hub.standards_work",
    on=HUB,
    control="governance.configuration_recording",
    severity=Severity.MEDIUM,
    title="Enabled standards can be checked",
    risk="Standards are enabled, but their checks find nothing, since Config doesn't record.",
    fix="Remove the cause that StandardsStatusReason names; most often Config's recorder is off",
)
def standards_work(hub: Resource) -> Verdict:
    broken = [each for each in hub["standards"] or [] if each["StandardsStatus"] in ("FAILED", "INCOMPLETE")]
    if not broken:
        return passed("every enabled standard is checked") if hub["standards"] else skipped("no standard is enabled")
    cause = (broken[0].get("StandardsStatusReason") or {}).get("StatusReasonCode", "no reason given")
    return failed(f"{broken[0]['StandardsArn']} is {broken[0]['StandardsStatus']} ({cause})")


@check(
    "aws.securityhub.hub.new_controls_on",
    on=HUB,
    control="detection.posture",
    severity=Severity.LOW,
    title="New controls of enabled standards are switched on",
    risk="What AWS learned to check since the standard was enabled is never checked.",
    fix="aws securityhub update-security-hub-configuration --auto-enable-controls --region {region}",
)
def new_controls_on(hub: Resource) -> Verdict:
    if hub["item"].get("AutoEnableControls"):
        return passed("new controls are switched on")
    return failed("new controls stay off")


@check(
    "aws.account.account.findings_together",
    on="aws.account.account",
    service="aws.securityhub",
    control="detection.alarms",
    severity=Severity.LOW,
    title="Findings of all regions come together in one",
    risk="Nobody looks at the findings of a region that nobody uses, where intruders go.",
    fix="aws securityhub create-finding-aggregator --region-linking-mode ALL_REGIONS",
)
def findings_together(_account: Resource, inventory: Inventory) -> Verdict:
    hubs = list(inventory.all(HUB))
    if len(hubs) < 2:
        return skipped("Security Hub is on in one region at most")
    if linked := [each.region for each in hubs if each["aggregators"]]:
        return passed(f"aggregated; asked in {linked[0]}")
    return failed(f"{len(hubs)} regions, each with findings of its own")
