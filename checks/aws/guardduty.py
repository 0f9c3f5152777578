"""Checks on Amazon GuardDuty. What it watches of single services is asked in `plans.py`."""

from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

# Criteria of a filter that name a kind of finding or how bad it is, not what the finding is about.
KINDS = ("severity", "type", "updatedAt", "service.archived", "confidence", "region", "accountId", "service.count")


@check(
    "aws.account.region.threats_detected",
    on="aws.account.region",
    service="aws.guardduty",
    control="detection.threat_detector",
    severity=Severity.HIGH,
    title="GuardDuty watches the region",
    risk="Stolen keys, mining and contact with known attackers go unnoticed; unused regions are where they hide.",
    fix="aws guardduty create-detector --enable --region {region}",
)
def threats_detected(region: Resource, inventory: Inventory) -> Verdict:
    detectors = list(inventory.all("aws.guardduty.detector", region=region.region))
    if any(each["detector"]["Status"] == "ENABLED" for each in detectors):
        return passed("a detector is on")
    return failed("the detector is suspended" if detectors else "no detector")


@check(
    "aws.guardduty.detector.findings_kept",
    on="aws.guardduty.detector",
    control="logging.retention",
    severity=Severity.LOW,
    title="Detector's findings are kept beyond 90 days",
    risk="Findings vanish after 90 days, before a slow break-in is understood.",
    fix="aws guardduty create-publishing-destination --detector-id {name} --destination-type S3"
    " --destination-properties DestinationArn=BUCKET,KmsKeyArn=KEY",
)
def findings_kept(detector: Resource) -> Verdict:
    destinations = detector["destinations"] or []
    if any(each["Status"] == "PUBLISHING" for each in destinations):
        return passed("findings are written to a bucket")
    if detector["administrator"]:
        return skipped(f"findings go to the administrator {detector['administrator']['AccountId']}")
    if destinations:
        return failed(f"the destination's status is {destinations[0]['Status']}")
    return failed("findings are written nowhere")


@check(
    "aws.guardduty.detector.updates_prompt",
    on="aws.guardduty.detector",
    control="detection.alarms",
    severity=Severity.LOW,
    title="Repeated findings are passed on within the hour",
    risk="Whoever is on duty hears for up to six hours nothing of a threat that goes on.",
    fix="aws guardduty update-detector --detector-id {name} --finding-publishing-frequency FIFTEEN_MINUTES",
)
def updates_prompt(detector: Resource) -> Verdict:
    frequency = detector["detector"].get("FindingPublishingFrequency", "SIX_HOURS")
    return (failed if frequency == "SIX_HOURS" else passed)(f"updates are passed on every {frequency}")


@check(
    "aws.guardduty.detector.administered_centrally",
    on="aws.guardduty.detector",
    control="governance.delegation",
    severity=Severity.LOW,
    title="Detector belongs to the organization's administrator",
    risk="Whoever takes over the account switches its detector off, and nobody elsewhere sees the findings.",
    fix="aws guardduty enable-organization-admin-account --admin-account-id ID, then add the account as a member",
)
def administered_centrally(detector: Resource, inventory: Inventory) -> Verdict:
    described = [each["organization"] for each in inventory.all("aws.organizations.organization")]
    if not any(described):
        return skipped("the account is in no organization")
    if detector["administrator"]:
        return passed(f"administered by {detector['administrator']['AccountId']}")
    for each in inventory.all("aws.organizations.delegated_administrator"):
        serves = {service["ServicePrincipal"] for service in each["services"] or []}
        if each["item"]["Id"] == detector.account and "guardduty.amazonaws.com" in serves:
            return passed("the account is the administrator itself")
    return failed("no administrator; unless the account is itself the organization's administrator of GuardDuty")


@check(
    "aws.guardduty.filter.narrow",
    on="aws.guardduty.filter",
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="Suppression hides only what it names",
    risk="A rule that archives a whole kind of finding hides the next attack before anybody sees it.",
    fix="aws guardduty update-filter with criteria that name the resource or the address",
)
def narrow(rule: Resource) -> Verdict:
    if rule["filter"].get("Action") != "ARCHIVE":
        return skipped("the filter archives nothing")
    criteria = rule["filter"]["FindingCriteria"].get("Criterion") or {}
    named = sorted(field for field in criteria if field not in KINDS)
    if named:
        return passed(f"archives by {', '.join(named)}")
    return failed(f"archives by {', '.join(sorted(criteria)) or 'nothing'}, whatever the finding is about")
