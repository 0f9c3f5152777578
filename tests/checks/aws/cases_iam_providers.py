from typing import Any

from checks.aws import iam_providers as providers
from tests.cases import FAIL, PASS, UNKNOWN, case, resource, unlisted

PAST, FUTURE = "2026-05-31T00:00:00+00:00", "2027-01-01T00:00:00+00:00"
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


def role(*trusted: str) -> Any:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": list(trusted)},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    return resource("aws.iam.role", item={"AssumeRolePolicyDocument": {"Statement": [statement]}})


CASES = [
    case(providers.not_expired, PASS, item={"Expiration": FUTURE}),
    case(providers.not_expired, FAIL, item={"Expiration": PAST}),
    case(providers.not_expired, UNKNOWN, item={}),
    case(providers.metadata_valid, PASS, item={"ValidUntil": FUTURE}),
    case(providers.metadata_valid, FAIL, item={"ValidUntil": PAST}),
    case(providers.metadata_valid, UNKNOWN, item={}),
    case(providers.trusted_by_role, PASS, id=PROVIDER, inventory=[role(PROVIDER)]),
    case(providers.trusted_by_role, FAIL, id=PROVIDER, inventory=[role(PROVIDER + ".example.org")]),
    case(providers.trusted_by_role, UNKNOWN, id=PROVIDER, inventory=[unlisted("aws.iam.role")]),
]
