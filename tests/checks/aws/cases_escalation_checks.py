"""Cases of `checks/aws/escalation_checks.py`. Each step by itself: `test_escalation.py`."""

from __future__ import annotations

from typing import Any

from checks.aws import escalation_checks as checks
from scanner.evaluation.check import Check
from scanner.model import Outcome, Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.aws.identities import ADMIN, ROOT, arn, group, may, role, trusting, user

BOSS = role("boss", attached=[ADMIN], trust=[trusting({"AWS": ROOT})])

MAKER = role("maker", may("lambda:UpdateFunctionCode"), trust=[trusting({"AWS": ROOT})])


def on(check: Check, outcome: Outcome, entity: Resource, *others: Any) -> Any:
    facts: dict[str, Any] = dict(entity.facts)
    return case(check, outcome, id=entity.id, inventory=[entity, *others], **facts)


USER, ROLE, GROUP = (
    checks.user_no_escalation,
    checks.role_no_escalation,
    checks.no_escalation,
)
LINKED = role("linked", may("iam:*"), Path="/aws-service-role/x.amazonaws.com/")

CASES = [
    on(USER, PASS, user("ann", may("s3:*")), BOSS),
    on(USER, FAIL, user("ann", may("sts:AssumeRole")), BOSS),
    on(USER, FAIL, user("ann", may("iam:PutUserPolicy"))),
    on(USER, SKIP, user("ann", attached=[ADMIN])),
    on(USER, UNKNOWN, user("ann", attached=["arn:aws:iam::aws:policy/IAMFullAccess"])),
    on(USER, UNKNOWN, user("ann", may("sts:AssumeRole", Condition={"StringEquals": {"aws:PrincipalTag/team": "x"}})), BOSS),
    on(USER, UNKNOWN, user("ann", may("lambda:UpdateFunctionCode")), BOSS, unlisted("aws.lambda.function")),
    on(USER, PASS, user("ann", may("s3:*")), BOSS, unlisted("aws.lambda.function")),
    # What another, whom it takes, does with functions that were not listed, is not known either.
    on(USER, UNKNOWN, user("ann", may("sts:AssumeRole")), MAKER, unlisted("aws.lambda.function")),
    on(USER, PASS, user("ann", may("sts:AssumeRole")), MAKER),
    on(ROLE, PASS, role("app", may("s3:*")), BOSS),
    on(ROLE, FAIL, role("app", may("iam:AttachRolePolicy"))),
    on(ROLE, SKIP, BOSS),
    on(ROLE, SKIP, LINKED),
    on(GROUP, PASS, group("devs", may("s3:*")), BOSS),
    on(GROUP, FAIL, group("devs", may("sts:AssumeRole")), BOSS),
    on(GROUP, FAIL, group("devs", may("iam:PutGroupPolicy"))),
    # Members change themselves, whoever is one, and join other groups.
    on(GROUP, FAIL, group("devs", may("iam:PutUserPolicy"))),
    on(GROUP, FAIL, group("devs", may("iam:PutUserPolicy", arn("user", "ann"))), user("ann", GroupList=["devs"])),
    on(GROUP, PASS, group("devs", may("iam:PutUserPolicy", arn("user", "bob"))), user("ann", GroupList=["devs"]), user("bob")),
    on(GROUP, FAIL, group("devs", may("iam:AddUserToGroup")), group("admins", attached=[ADMIN])),
    on(GROUP, SKIP, group("devs", attached=[ADMIN])),
]
