import pytest

from checks.aws.administrators import ADMINISTERED, DELEGATED, DELEGATES, KNOWN, Administered, Delegated
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import ACCOUNT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_organizations import ALONE, ELSEWHERE, MANAGEMENT
from tests.checks.aws.policies import MANAGED, ORGANIZATION, OTHER, STRANGER

DELEGATE = "aws.organizations.delegated_administrator"


def known(administered: Administered, check: Check) -> list[pytest.ParameterSet]:
    def run_by(account: str | None) -> Resource:
        return resource(administered.kind, administrator={administered.account: account} if account else None)

    return [
        case(check, PASS, inventory=[run_by(None)]),
        case(check, PASS, inventory=[run_by(ACCOUNT)]),
        case(check, PASS, inventory=[run_by(OTHER), *MANAGED]),
        case(check, FAIL, inventory=[run_by(OTHER), run_by(STRANGER), *MANAGED]),
        case(check, FAIL, inventory=[run_by(STRANGER)]),
        case(check, UNKNOWN, inventory=[run_by(OTHER), ORGANIZATION]),
        case(check, UNKNOWN, inventory=[resource(administered.kind, administrator=DENIED)]),
        case(check, UNKNOWN, inventory=[unlisted(administered.kind)]),
    ]


def delegated(each: Delegated, check: Check) -> list[pytest.ParameterSet]:
    trusted = {**MANAGEMENT, "service_access": [{"ServicePrincipal": each.principal}]}
    untrusted = {**MANAGEMENT, "service_access": []}
    item = {"Id": OTHER}
    delegate = resource(DELEGATE, item=item, services=[{"ServicePrincipal": each.principal}])
    other = resource(DELEGATE, item=item, services=[{"ServicePrincipal": "sso.amazonaws.com"}])
    return [
        case(check, PASS, inventory=[other, delegate], **trusted),
        case(check, FAIL, inventory=[other], **trusted),
        case(check, FAIL, **trusted),
        case(check, SKIP, inventory=[other], **untrusted),
        case(check, SKIP, **ALONE),
        case(check, SKIP, **ELSEWHERE),
        case(check, UNKNOWN, inventory=[unlisted(DELEGATE)], **trusted),
        case(check, UNKNOWN, inventory=[resource(DELEGATE, item=item, services=DENIED)], **trusted),
    ]


CASES = [
    *(case for each, check in zip(ADMINISTERED, KNOWN, strict=True) for case in known(each, check)),
    *(case for each, check in zip(DELEGATED, DELEGATES, strict=True) for case in delegated(each, check)),
]
