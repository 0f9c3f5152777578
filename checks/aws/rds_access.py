"""Checks on policies of IAM that let somebody sign in to databases of RDS and Aurora."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws.iam_read import in_force, inline, listed, statements
from checks.kinds import Kind, each
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

POLICY = Kind(
    "aws.iam.policy",
    "Policy",
    "aws iam create-policy-version --policy-arn {id} --policy-document file://policy.json --set-as-default",
)
ROLE = Kind(
    "aws.iam.role",
    "Role",
    "aws iam put-role-policy --role-name {name} --policy-name POLICY --policy-document file://policy.json",
)
SIGN_IN = "rds-db:"


def _documents(holder: Resource) -> list[Mapping[str, Any]]:
    return [in_force(holder)] if holder.type == POLICY.type else [document for _, document in inline(holder)]


def _sign_ins(holder: Resource) -> Iterator[Mapping[str, Any]]:
    """Yield the statements that name the right to sign in to databases; one that grants every right is judged elsewhere."""
    for document in _documents(holder):
        for statement in statements(document):
            actions = [str(action).lower() for action in listed(statement.get("Action") or [])]
            if statement["Effect"] == "Allow" and any(action.startswith(SIGN_IN) for action in actions):
                yield statement


@each(
    (POLICY, ROLE),
    "database_users_named",
    service="aws.rds",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN names the database users that it lets sign in",
    risk="Whoever holds it becomes every user of the database, the administrator among them.",
    fix="MODIFY, with resources arn:aws:rds-db:REGION:{account}:dbuser:DATABASE/USER",
)
def database_users_named(holder: Resource) -> Verdict:
    found = list(_sign_ins(holder))
    if not found:
        return skipped("no statement is about signing in to databases")
    for statement in found:
        for arn in listed(statement.get("Resource") or "*"):
            if str(arn).rpartition("/")[2].rpartition(":")[2] == "*":
                return failed(f"lets its holder sign in as any user: {arn}")
    return passed(f"{len(found)} statement(s), each with named users")
