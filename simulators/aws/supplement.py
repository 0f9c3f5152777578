"""What moto lacks: answers that AWS gives in an account where the service was never set up.

Errors and defaults are those of AWS's API references; a body of ``None`` means the error stands alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from simulators.aws.faults import Answer, error
from simulators.aws.operations import Request

JSON = "application/x-amz-json-1.1"


def _json(value: object) -> Callable[[Request], Answer]:
    return lambda _: Answer(200, json.dumps(value).encode(), JSON)


def _error(status: int, code: str, message: str) -> Callable[[Request], Answer]:
    return lambda request: error(status, code, message, request)


def _regions(request: Request) -> Answer:
    names = ("eu-west-1", "us-east-1", request.region)
    rows = [{"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for name in sorted(set(names))]
    return Answer(200, json.dumps({"Regions": rows}).encode(), JSON)


CONTACT = {
    "FullName": "Example Ltd",
    "AddressLine1": "1 Example Road",
    "City": "Dublin",
    "CountryCode": "IE",
    "PostalCode": "D01",
    "PhoneNumber": "+35315550100",
}
ANSWERS: Mapping[str, Callable[[Request], Answer]] = {
    "account:ListRegions": _regions,
    "account:GetContactInformation": _json({"ContactInformation": CONTACT}),
    "account:GetAlternateContact": _error(404, "ResourceNotFoundException", "No contact of the inputted type found."),
    "accessanalyzer:ListAnalyzers": _json({"analyzers": []}),
    "organizations:DescribeEffectivePolicy": _error(
        400, "EffectivePolicyNotFoundException", "no effective policy of this type"
    ),
    "sso-admin:DescribeInstance": _json({"Name": "people", "Status": "ACTIVE", "IdentityStoreId": "d-1234567890"}),
    "iam:ListOrganizationsFeatures": _error(404, "OrganizationNotFoundException", "the account is in no organization"),
    "cloudtrail:ListEventDataStores": _json({"EventDataStores": []}),
    "sso-admin:ListTagsForResource": _json({"Tags": []}),
}


def _policy_names(body: bytes) -> bytes:
    """Name managed policies, which moto's answer leaves to their ARNs."""
    bare = rb"<member>\s*(<Arn>[^<]*:policy/(?:[^<]*/)?([^</]+)</Arn>)"
    return re.sub(bare, rb"<member><PolicyName>\2</PolicyName>\1", body)


AMENDMENTS: Mapping[str, Callable[[bytes], bytes]] = {"iam:GetAccountAuthorizationDetails": _policy_names}
