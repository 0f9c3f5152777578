"""Cases of `checks/aws/exposure_policies.py`. What policies reach: `test_policy.py`."""

from __future__ import annotations

from typing import Any

from checks.aws import exposure_policies
from tests.cases import ACCOUNT, FAIL, PASS, UNKNOWN, case, resource

ALONE = resource("aws.organizations.organization", item={}, organization=None)
MEMBER = resource("aws.organizations.organization", item={}, organization={"MasterAccountId": "111111111111"})


def admitting(account: str) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "cloudtrail:GetQueryResults", "Resource": "*"}
    return {"Statement": [allow]}


CASES = [
    case(exposure_policies.known_accounts, PASS, policy=None, inventory=[ALONE]),
    case(exposure_policies.known_accounts, PASS, policy=admitting(ACCOUNT), inventory=[ALONE]),
    case(exposure_policies.known_accounts, FAIL, policy=admitting("999999999999"), inventory=[ALONE]),
    case(exposure_policies.known_accounts, FAIL, policy=admitting("*"), inventory=[ALONE]),
    case(exposure_policies.known_accounts, PASS, policy=admitting("111111111111"), inventory=[MEMBER]),
    case(exposure_policies.known_accounts, UNKNOWN, policy=admitting("999999999999"), inventory=[MEMBER]),
]
