from typing import Any

from checks.aws import guardduty
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

DETECTOR = "aws.guardduty.detector"
ORGANIZATION, DELEGATE = "aws.organizations.organization", "aws.organizations.delegated_administrator"
MEMBER = resource(ORGANIZATION, organization={"Id": "o-1"})
ABOVE = {"AccountId": "210987654321"}


def detector(status: str, region: str = "eu-west-1") -> Resource:
    return resource(DETECTOR, region=region, detector={"Status": status})


def destination(status: str) -> list[dict[str, str]]:
    return [{"DestinationId": "1", "DestinationType": "S3", "Status": status}]


def archiving(action: str = "ARCHIVE", **criteria: Any) -> dict[str, Any]:
    return {"Action": action, "FindingCriteria": {"Criterion": criteria}}


CASES = [
    case(guardduty.threats_detected, PASS, inventory=[detector("ENABLED")]),
    case(guardduty.threats_detected, FAIL),
    case(guardduty.threats_detected, FAIL, inventory=[detector("DISABLED")]),
    case(guardduty.threats_detected, FAIL, inventory=[detector("ENABLED", "us-east-1")]),
    case(guardduty.threats_detected, UNKNOWN, inventory=[unlisted(DETECTOR, "eu-west-1")]),
    case(guardduty.findings_kept, PASS, destinations=destination("PUBLISHING"), administrator=None),
    case(guardduty.findings_kept, FAIL, destinations=destination("PENDING_VERIFICATION"), administrator=None),
    case(guardduty.findings_kept, FAIL, destinations=[], administrator=None),
    case(guardduty.findings_kept, SKIP, destinations=[], administrator=ABOVE),
    case(guardduty.updates_prompt, PASS, detector={"FindingPublishingFrequency": "FIFTEEN_MINUTES"}),
    case(guardduty.updates_prompt, FAIL, detector={"FindingPublishingFrequency": "SIX_HOURS"}),
    case(guardduty.updates_prompt, FAIL, detector={}),
    case(guardduty.administered_centrally, PASS, administrator=ABOVE, inventory=[MEMBER]),
    case(
        guardduty.administered_centrally,
        PASS,
        administrator=None,
        inventory=[
            MEMBER,
            resource(DELEGATE, item={"Id": ACCOUNT}, services=[{"ServicePrincipal": "guardduty.amazonaws.com"}]),
        ],
    ),
    case(guardduty.administered_centrally, FAIL, administrator=None, inventory=[MEMBER]),
    case(guardduty.administered_centrally, SKIP, administrator=None),
    case(guardduty.administered_centrally, UNKNOWN, administrator=None, inventory=[unlisted(ORGANIZATION)]),
    case(guardduty.narrow, PASS, filter=archiving(instance={"Equals": ["i-1"]})),
    case(guardduty.narrow, FAIL, filter=archiving(type={"Equals": ["Recon:EC2/Portscan"]})),
    case(guardduty.narrow, FAIL, filter=archiving(severity={"LessThan": 7})),
    case(guardduty.narrow, SKIP, filter=archiving("NOOP", severity={"LessThan": 7})),
]
