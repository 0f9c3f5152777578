from typing import Any

from checks.aws import iam_policies as policies
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

WIDE = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def allow(*actions: str, on: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def managed(*statements: dict[str, Any], holders: int = 1, boundaries: int = 0) -> dict[str, Any]:
    versions = [{"IsDefaultVersion": True, "Document": {"Statement": list(statements)}}]
    return {
        "PolicyVersionList": versions,
        "AttachmentCount": holders,
        "PermissionsBoundaryUsageCount": boundaries,
    }


MEMBER = resource("aws.iam.user", item={"GroupList": ["under-test"]})

CASES = [
    case(policies.not_administrator, PASS, item=managed(allow("s3:*"))),
    case(policies.not_administrator, PASS, item=managed(WIDE, holders=0)),
    case(policies.not_administrator, PASS, item=managed(allow("*", on="arn:aws:s3:::ours/*"))),
    case(policies.not_administrator, FAIL, item=managed(WIDE)),
    case(policies.no_escalation, PASS, item=managed(allow("iam:Get*", "iam:List*"))),
    case(policies.no_escalation, PASS, item=managed(allow("iam:PassRole"))),
    case(policies.no_escalation, PASS, item=managed(allow("iam:PutRolePolicy", on="arn:aws:iam::1:role/one"))),
    case(
        policies.no_escalation,
        PASS,
        item=managed(allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "x"}}), allow("ec2:*")),
    ),
    case(policies.no_escalation, FAIL, item=managed(allow("iam:*"))),
    case(policies.no_escalation, FAIL, item=managed(allow("iam:PutRolePolicy", on="arn:aws:iam::1:role/*"))),
    case(policies.no_escalation, FAIL, item=managed(allow("iam:PutRolePolicy", on="arn:aws:iam::*"))),
    case(policies.no_escalation, FAIL, item=managed(allow("iam:PutRolePolicy", on="arn:aws:iam:*"))),
    case(policies.no_escalation, FAIL, item=managed(allow("iam:PutRolePolicy", on="arn:aws-us-gov:iam::*:*"))),
    case(policies.no_escalation, PASS, item=managed(allow("iam:PutRolePolicy", on="arn:aws:iam::*:role/one"))),
    case(policies.no_escalation, FAIL, item=managed(allow("iam:PassRole"), allow("ec2:RunInstances"))),
    case(policies.no_escalation, SKIP, item=managed(WIDE)),
    case(policies.no_escalation, SKIP, item=managed(allow("iam:*"), holders=0)),
    case(policies.no_whole_services, PASS, item=managed(allow("s3:GetObject"))),
    case(policies.no_whole_services, PASS, item=managed(allow("s3:*", on="arn:aws:s3:::ours"))),
    case(policies.no_whole_services, FAIL, item=managed(allow("s3:*"))),
    case(policies.no_whole_services, FAIL, item=managed({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})),
    case(policies.no_whole_services, SKIP, item=managed(WIDE)),
    case(policies.no_whole_services, SKIP, item=managed(allow("s3:*"), holders=0)),
    case(policies.in_use, PASS, item=managed(holders=1)),
    case(policies.in_use, PASS, item=managed(holders=0, boundaries=2)),
    case(policies.in_use, FAIL, item=managed(holders=0)),
    case(policies.has_members, PASS, item={}, inventory=[MEMBER]),
    case(policies.has_members, FAIL, item={}, inventory=[resource("aws.iam.user", item={"GroupList": []})]),
    case(policies.has_members, UNKNOWN, item={}, inventory=[unlisted("aws.iam.user")]),
]
