"""Cases of as whom resources work."""

from __future__ import annotations

from checks.azure import identities, policy
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.azure.data import row
from tests.checks.azure.sites import IDENTITY, PRINCIPAL, assignment, of_identity

SHARED = {"type": "UserAssigned", "userAssignedIdentities": {"/x/identities/one": {"principalId": PRINCIPAL, "clientId": "c"}}}
FIRST = identities.identity_not_administrator[0]

CASES = [
    *(case(each, PASS, item=row({"identity": IDENTITY})) for each in identities.managed_identity),
    *(case(each, PASS, item=row({"identity": SHARED})) for each in identities.managed_identity),
    *(case(each, FAIL, item=row()) for each in identities.managed_identity),
    *of_identity(identities.identity_not_administrator, row({"identity": IDENTITY})),
    *(case(each, SKIP, item=row()) for each in identities.identity_not_administrator),
    case(FIRST, FAIL, item=row({"identity": SHARED}), inventory=[assignment(policy.OWNER)]),
    case(FIRST, SKIP, item=row({"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/x": {}}}})),
]
