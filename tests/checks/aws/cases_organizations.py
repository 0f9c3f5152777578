from typing import Any

from checks.aws import organizations as org
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

MEMBER, DELEGATE = "aws.organizations.account", "aws.organizations.delegated_administrator"
ROOTS = [{"Id": "r-1"}]
OURS = {"Id": "o-1", "MasterAccountId": ACCOUNT, "FeatureSet": "ALL"}
MANAGEMENT: dict[str, Any] = {"organization": OURS, "roots": ROOTS}
ELSEWHERE: dict[str, Any] = {"organization": OURS | {"MasterAccountId": "210987654321"}, "roots": None}
ALONE: dict[str, Any] = {"organization": None, "roots": None}


def member(id: str, *units: str, status: str = "ACTIVE", **more: Any) -> Resource:
    path = {"Paths": ["/".join(["o-1", "r-1", *units, id, ""])]} if units else {}
    return resource(MEMBER, item={"Id": id, "Status": status, **path, **more})


def delegate(id: str, *services: str, state: str = "ACTIVE") -> Resource:
    return resource(DELEGATE, item={"Id": id, "State": state}, services=[{"ServicePrincipal": each} for each in services])


def integrated(*services: str) -> list[dict[str, str]]:
    return [{"ServicePrincipal": f"{each}.amazonaws.com"} for each in services]


IN_UNITS = [member("111111111111", "ou-1-prod"), member("222222222222", "ou-1-test")]

CASES = [
    case(org.all_features, PASS, **MANAGEMENT),
    case(org.all_features, FAIL, organization=OURS | {"FeatureSet": "CONSOLIDATED_BILLING"}, roots=ROOTS),
    case(org.all_features, SKIP, **ELSEWHERE),
    case(org.all_features, SKIP, **ALONE),
    case(org.all_features, UNKNOWN, organization=OURS, roots=None),
    case(org.root_credentials_central, PASS, **MANAGEMENT, root_access=["RootCredentialsManagement"]),
    case(org.root_credentials_central, FAIL, **MANAGEMENT, root_access=["RootSessions"]),
    case(org.root_credentials_central, FAIL, **MANAGEMENT, root_access=None),
    case(org.root_credentials_central, SKIP, **ELSEWHERE, root_access=None),
    case(org.trails_central, PASS, **MANAGEMENT, service_access=integrated("cloudtrail")),
    case(org.trails_central, FAIL, **MANAGEMENT, service_access=integrated("sso")),
    case(org.detectors_central, PASS, **MANAGEMENT, service_access=integrated("guardduty")),
    case(org.detectors_central, FAIL, **MANAGEMENT, service_access=[]),
    case(org.sign_in_central, PASS, **MANAGEMENT, service_access=integrated("sso")),
    case(org.sign_in_central, FAIL, **MANAGEMENT, service_access=integrated("guardduty")),
    case(org.management_without_workloads, PASS, **MANAGEMENT),
    case(org.management_without_workloads, FAIL, **MANAGEMENT, inventory=[resource("aws.ec2.instance")]),
    case(org.management_without_workloads, SKIP, **ELSEWHERE, inventory=[resource("aws.ec2.instance")]),
    case(org.management_without_workloads, UNKNOWN, **MANAGEMENT, inventory=[unlisted("aws.eks.cluster")]),
    case(org.units_separate, PASS, **MANAGEMENT, inventory=IN_UNITS),
    case(org.units_separate, FAIL, **MANAGEMENT, inventory=[member("111111111111", "ou-1-all")]),
    case(
        org.units_separate,
        FAIL,
        **MANAGEMENT,
        inventory=[*IN_UNITS, member("333333333333", Paths=["o-1/r-1/333333333333/"])],
    ),
    case(org.units_separate, UNKNOWN, **MANAGEMENT, inventory=[*IN_UNITS, member("333333333333")]),
    case(org.units_separate, SKIP, **MANAGEMENT, inventory=[member(ACCOUNT), member("1", status="SUSPENDED")]),
    case(org.administration_delegated, PASS, **MANAGEMENT, inventory=[delegate("1", "sso.amazonaws.com")]),
    case(org.administration_delegated, FAIL, **MANAGEMENT),
    case(org.delegates_few, PASS, **MANAGEMENT, inventory=[delegate("1", "sso.amazonaws.com")]),
    case(org.delegates_few, FAIL, **MANAGEMENT, inventory=[delegate("1", "sso.amazonaws.com", state="SUSPENDED")]),
    case(
        org.delegates_few,
        FAIL,
        **MANAGEMENT,
        inventory=[delegate(str(number), "sso.amazonaws.com") for number in range(org.MOST_DELEGATES + 1)],
    ),
    case(org.delegates_few, SKIP, **MANAGEMENT),
]
