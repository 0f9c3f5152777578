from typing import Any

from checks.aws import redshift_snapshots as snapshots
from tests.cases import FAIL, PASS, UNKNOWN, case, unlisted
from tests.checks.aws.policies import ALONE, MANAGED, OTHER, STRANGER


def shared(*accounts: str) -> dict[str, Any]:
    return {"AccountsWithRestoreAccess": [{"AccountId": account} for account in accounts]}


CASES = [
    case(snapshots.known_accounts, PASS, item={}),
    case(snapshots.known_accounts, PASS, item=shared(OTHER, "123456789012"), inventory=MANAGED),
    case(snapshots.known_accounts, FAIL, item=shared(STRANGER), inventory=MANAGED),
    case(snapshots.known_accounts, FAIL, item=shared(STRANGER), inventory=[ALONE]),
    case(snapshots.known_accounts, UNKNOWN, item=shared(OTHER), inventory=[unlisted("aws.organizations.organization")]),
    case(snapshots.encrypted, PASS, item={"Encrypted": True}),
    case(snapshots.encrypted, FAIL, item={"Encrypted": False}),
]
