from checks.aws import securityhub
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted


def hub(region: str = "eu-west-1", *aggregators: str) -> Resource:
    linked = [{"FindingAggregatorArn": each} for each in aggregators]
    return resource(securityhub.HUB, region=region, aggregators=linked)


def standards(status: str, cause: str = "") -> list[dict[str, object]]:
    reason = {"StandardsStatusReason": {"StatusReasonCode": cause}} if cause else {}
    return [{"StandardsArn": "arn:aws:securityhub:::standards/x/v/1.0.0", "StandardsStatus": status, **reason}]


CASES = [
    case(securityhub.posture_checked, PASS, inventory=[hub()]),
    case(securityhub.posture_checked, FAIL),
    case(securityhub.posture_checked, FAIL, inventory=[hub("us-east-1")]),
    case(securityhub.posture_checked, UNKNOWN, inventory=[unlisted(securityhub.HUB, "eu-west-1")]),
    case(securityhub.standards_on, PASS, standards=standards("READY")),
    case(securityhub.standards_on, FAIL, standards=standards("INCOMPLETE")),
    case(securityhub.standards_on, FAIL, standards=[]),
    case(securityhub.standards_work, PASS, standards=standards("READY")),
    case(securityhub.standards_work, FAIL, standards=standards("FAILED")),
    case(
        securityhub.standards_work,
        FAIL,
        standards=standards("INCOMPLETE", cause="NO_AVAILABLE_CONFIGURATION_RECORDER"),
    ),
    case(securityhub.standards_work, SKIP, standards=[]),
    case(securityhub.new_controls_on, PASS, item={"AutoEnableControls": True}),
    case(securityhub.new_controls_on, FAIL, item={"AutoEnableControls": False}),
    case(securityhub.new_controls_on, FAIL, item={"AutoEnableControls": None}),
    case(securityhub.findings_together, PASS, inventory=[hub("eu-west-1", "arn:1"), hub("us-east-1")]),
    case(securityhub.findings_together, FAIL, inventory=[hub("eu-west-1"), hub("us-east-1")]),
    case(securityhub.findings_together, SKIP, inventory=[hub()]),
    case(securityhub.findings_together, UNKNOWN, inventory=[hub(), unlisted(securityhub.HUB, "us-east-1")]),
]
