from typing import Any

from checks.aws import rds_access as access
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.aws.databases import of

CHECKS = of(access.database_users_named)
POLICY, ROLE = CHECKS["aws.iam.policy"], CHECKS["aws.iam.role"]
DATABASE = "arn:aws:rds-db:eu-west-1:123456789012:dbuser"


def sign_in(*on: str, action: str = "rds-db:connect", effect: str = "Allow") -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, "Action": action, "Resource": list(on)}]}


def managed(document: dict[str, Any]) -> dict[str, Any]:
    return {"PolicyVersionList": [{"IsDefaultVersion": True, "Document": document}]}


def own(document: dict[str, Any]) -> dict[str, Any]:
    return {"RolePolicyList": [{"PolicyName": "own", "PolicyDocument": document}]}


CASES = [
    case(POLICY, PASS, item=managed(sign_in(f"{DATABASE}:db-ABC/app"))),
    case(POLICY, PASS, item=managed(sign_in(f"{DATABASE}:*/app"))),
    case(POLICY, FAIL, item=managed(sign_in("*"))),
    case(POLICY, FAIL, item=managed(sign_in(f"{DATABASE}:*"))),
    case(POLICY, FAIL, item=managed(sign_in(f"{DATABASE}:db-ABC/app", f"{DATABASE}:db-ABC/*"))),
    case(POLICY, FAIL, item=managed(sign_in("*", action="rds-db:*"))),
    case(POLICY, SKIP, item=managed(sign_in("*", action="rds:Describe*"))),
    case(POLICY, SKIP, item=managed(sign_in("*", action="*"))),
    case(POLICY, SKIP, item=managed(sign_in("*", effect="Deny"))),
    case(ROLE, PASS, item=own(sign_in(f"{DATABASE}:db-ABC/app"))),
    case(ROLE, FAIL, item=own(sign_in("*"))),
    case(ROLE, SKIP, item={}),
]
