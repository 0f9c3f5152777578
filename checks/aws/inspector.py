"""Checks on Amazon Inspector: what it scans, and what is hidden of what it finds."""

from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

SETTINGS = "aws.inspector.settings"
# What a part of Inspector is called where it is switched on, unless in capitals alone.
SCANS = {"lambdaCode": "LAMBDA_CODE"}
# Fields of a filter that name a kind of finding or how bad it is, not what the finding is about.
KINDS = {"findingType", "severity", "inspectorScore", "resourceType", "findingStatus", "fixAvailable", "awsAccountId"}


def _status(region: Resource, inventory: Inventory, part: str) -> str:
    """Return the status of one part of Inspector in a region."""
    for each in inventory.all(SETTINGS, region=region.region):
        state = (each["account"] or {}).get("resourceState") or {}
        return str((state.get(part) or {}).get("status", "DISABLED"))
    return "DISABLED"


def _scanned(noun: str, part: str, service: str, kind: str, risk: str) -> Check:
    """Return the check that Inspector scans the resources of *kind* in every region that has some."""

    @check(
        f"aws.account.region.{noun}_scanned",
        on="aws.account.region",
        service=service,
        control="application.scanning",
        severity=Severity.MEDIUM,
        title=f"Inspector scans {noun} for known weaknesses",
        risk=risk,
        fix=f"aws inspector2 enable --resource-types {SCANS.get(part, part.upper())} --region {{region}}",
    )
    def judge(region: Resource, inventory: Inventory) -> Verdict:
        status = _status(region, inventory, part)
        if status == "ENABLED":
            return passed(f"Inspector scans {noun}")
        if not any(inventory.all(kind, region=region.region)):
            return skipped(f"no {kind.rpartition('.')[2]} in the region")
        return failed(f"Inspector's status for {noun} is {status}")

    return judge


instances_scanned = _scanned(
    "instances",
    "ec2",
    "aws.ec2",
    "aws.ec2.instance",
    "Machines run software with weaknesses that everybody can look up.",
)
images_scanned = _scanned(
    "images", "ecr", "aws.ecr", "aws.ecr.repository", "Containers start from images with weaknesses known to everybody."
)
functions_scanned = _scanned(
    "functions",
    "lambda",
    "aws.lambda",
    "aws.lambda.function",
    "Functions bring along packages with weaknesses that everybody can look up.",
)
programs_scanned = _scanned(
    "programs",
    "lambdaCode",
    "aws.lambda",
    "aws.lambda.function",
    "Functions are written with holes, and with secrets in their code, that a machine would find.",
)


@check(
    "aws.inspector.settings.at_work",
    on=SETTINGS,
    control="detection.posture",
    severity=Severity.LOW,
    title="Inspector is on in the region",
    risk="Nobody is told when a weakness becomes known in what is running.",
    fix="aws inspector2 enable --resource-types EC2 ECR LAMBDA --region {region}",
)
def at_work(settings: Resource) -> Verdict:
    account = settings["account"]
    status = (account.get("state") or {}).get("status", "DISABLED") if account else "DISABLED"
    if status == "ENABLED":
        on = [name for name, each in (account.get("resourceState") or {}).items() if each.get("status") == "ENABLED"]
        return passed(f"scans {', '.join(sorted(on)) or 'nothing'}") if on else failed("no kind of resource is scanned")
    return failed(f"Inspector's status is {status}")


@check(
    "aws.inspector.suppression.narrow",
    on="aws.inspector.suppression",
    control="detection.posture",
    severity=Severity.MEDIUM,
    title="Suppression hides only what it names",
    risk="A rule that hides a whole kind of finding hides the next weakness before anybody sees it.",
    fix="aws inspector2 update-filter --filter-arn {id} with criteria that name the weakness or the resource",
)
def narrow(rule: Resource) -> Verdict:
    criteria = {name for name, value in (rule["item"].get("criteria") or {}).items() if value}
    if criteria - KINDS:
        return passed(f"hides by {', '.join(sorted(criteria - KINDS))}")
    return failed(f"hides by {', '.join(sorted(criteria)) or 'nothing'}, whatever the weakness is")
