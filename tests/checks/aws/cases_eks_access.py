from typing import Any

from checks.aws import eks_access as access
from checks.aws.eks_read import ENTRY
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

ROLE, USER = "aws.iam.role", "aws.iam.user"
ID = "arn:aws:eks:eu-west-1:123456789012:cluster/shop"
ADMINS, ADA = "arn:aws:iam::123456789012:role/teams/admins", "arn:aws:iam::123456789012:user/ada"


def cluster(check: Any, outcome: Any, mode: str = "", made: bool = False, inventory: Any = ()) -> Any:
    config = {"accessConfig": {"authenticationMode": mode, "bootstrapClusterCreatorAdminPermissions": made}} if mode else {}
    return case(check, outcome, id=ID, cluster={"name": "shop", "status": "ACTIVE", **config}, inventory=inventory)


def grant(policy: str = access.ADMINISTRATION, scope: str = "cluster") -> dict[str, Any]:
    arn = f"arn:aws:eks::aws:cluster-access-policy/{policy}"
    return {"policyArn": arn, "accessScope": {"type": scope, "namespaces": [] if scope == "cluster" else ["shop"]}}


def entry(number: int, *policies: dict[str, Any], of: str = "shop", unread: bool = False) -> Resource:
    id = f"arn:aws:eks:eu-west-1:123456789012:access-entry/{of}/arn:aws:iam::123456789012:role/{number}"
    return resource(ENTRY, id, policies=DENIED if unread else list(policies))


def entered(check: Any, outcome: Any, principal: str, *policies: dict[str, Any], inventory: Any = ()) -> Any:
    return case(check, outcome, item={"principalArn": principal}, policies=list(policies), inventory=inventory)


BY_ENTRIES, CREATOR, FEW = access.access_by_entries, access.creator_visible, access.administrators_few
CROWD = [entry(number, grant()) for number in range(6)]
CLUSTER_CASES = [
    cluster(BY_ENTRIES, PASS, "API"),
    cluster(BY_ENTRIES, FAIL, "API_AND_CONFIG_MAP"),
    cluster(BY_ENTRIES, FAIL, "CONFIG_MAP"),
    cluster(BY_ENTRIES, FAIL),
    cluster(CREATOR, PASS, "API"),
    cluster(CREATOR, PASS, "API_AND_CONFIG_MAP", made=True),
    cluster(CREATOR, FAIL, "CONFIG_MAP", made=True),
    cluster(CREATOR, FAIL),
    cluster(FEW, PASS, "API"),
    cluster(FEW, PASS, "API", inventory=CROWD[:5]),
    cluster(FEW, PASS, "API", inventory=[*CROWD[:5], entry(6, grant(), of="shop-2"), entry(7, grant(scope="namespace"))]),
    cluster(FEW, PASS, "API", inventory=[entry(number, grant("AmazonEKSViewPolicy")) for number in range(9)]),
    cluster(FEW, FAIL, "API_AND_CONFIG_MAP", inventory=CROWD),
    cluster(FEW, SKIP, "CONFIG_MAP"),
    cluster(FEW, UNKNOWN, "API", inventory=[unlisted(ENTRY)]),
    cluster(FEW, UNKNOWN, "API", inventory=[*CROWD[:2], entry(9, unread=True)]),
]

IS_ROLE, EXISTS = access.administrator_is_role, access.principal_exists
ENTRY_CASES = [
    entered(IS_ROLE, PASS, ADMINS, grant("AmazonEKSViewPolicy"), grant()),
    entered(IS_ROLE, FAIL, ADA, grant()),
    entered(IS_ROLE, SKIP, ADA, grant("AmazonEKSViewPolicy")),
    entered(IS_ROLE, SKIP, ADA, grant(scope="namespace")),
    entered(IS_ROLE, SKIP, ADA),
    case(IS_ROLE, UNKNOWN, item={"principalArn": ADA}, policies=DENIED),
    entered(EXISTS, PASS, ADMINS, inventory=[resource(ROLE, ADMINS)]),
    entered(EXISTS, PASS, ADA, inventory=[resource(USER, ADA)]),
    entered(EXISTS, FAIL, ADMINS, inventory=[resource(ROLE, "arn:aws:iam::123456789012:role/admins")]),
    entered(EXISTS, FAIL, ADA),
    entered(EXISTS, SKIP, "arn:aws:iam::222222222222:role/admins"),
    entered(EXISTS, SKIP, "arn:aws:iam::123456789012:root"),
    entered(EXISTS, UNKNOWN, ADMINS, inventory=[unlisted(ROLE)]),
]


def trusted(outcome: Any, status: str = "ACTIVE", **more: str) -> Any:
    return case(access.groups_apart, outcome, provider={"status": status, "issuerUrl": "https://id.example.com", **more})


PROVIDER_CASES = [
    trusted(PASS, groupsClaim="groups", groupsPrefix="oidc:"),
    trusted(PASS),
    trusted(FAIL, groupsClaim="groups"),
    trusted(FAIL, groupsClaim="groups", groupsPrefix=""),
    trusted(SKIP, "CREATING", groupsClaim="groups"),
    case(access.groups_apart, UNKNOWN, provider=DENIED),
]

CASES = [*CLUSTER_CASES, *ENTRY_CASES, *PROVIDER_CASES]
