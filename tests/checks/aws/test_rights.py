"""What an identity policy grants to whom it is attached."""
# ruff: noqa: E501 -- a known policy is one row of a table

from __future__ import annotations

from typing import Any

import pytest

from checks.aws.rights import allows, grants_administration
from tests.checks.aws.policies import INSECURE, document, equals


def identity(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, **elements}


ALL = identity(Action="*", Resource="*")
ADMINISTRATION: list[tuple[str, list[Any], bool]] = [
    ("AdministratorAccess", [ALL], True),
    ("in lists", [identity(Action=["s3:*", "*"], Resource=["*"])], True),
    ("with colons", [identity(Action="*:*", Resource="arn:*")], True),
    ("PowerUserAccess", [identity(NotAction=["iam:*"], Resource="*")], False),
    ("one service", [identity(Action="s3:*", Resource="*")], False),
    ("one resource", [identity(Action="*", Resource="arn:aws:s3:::b")], False),
    ("with MFA", [{**ALL, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}], True),
    ("without MFA", [{**ALL, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}], False),
    ("from the whole internet", [{**ALL, "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}], True),
    ("from one network", [{**ALL, "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}], False),
    ("as anybody", [{**ALL, "Condition": {"StringLike": {"aws:PrincipalArn": "*"}}}], True),
    ("on whatever has a tag", [{**ALL, "Condition": {"StringLike": {"aws:ResourceTag/team": "*"}}}], False),
    ("over TLS, in one region", [{**ALL, "Condition": {"Bool": {"aws:SecureTransport": "true"}, **equals("aws:RequestedRegion", "eu-west-1")}}], False),
    ("all but a service, and that service", [identity(NotAction="iam:*", Resource="*"), identity(Action="iam:*", Resource="*")], True),
    ("all but a service, and a part of it", [identity(NotAction="iam:*", Resource="*"), identity(Action="iam:Get*", Resource="*")], False),
    ("all but two services in turn", [identity(NotAction="iam:*", Resource="*"), identity(NotAction="s3:*", Resource="*")], True),
    ("with an empty condition", [{**ALL, "Condition": {}}], True),
    ("denied as well", [ALL, identity("Deny", Action="*", Resource="*")], False),
    ("denied in part", [ALL, identity("Deny", Action="iam:*", Resource="*")], True),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "grants"), [row[1:] for row in ADMINISTRATION], ids=[row[0] for row in ADMINISTRATION])
def test_administration(statements: list[Any], grants: bool) -> None:
    assert grants_administration(document(*statements)) is grants


ACTIONS: list[tuple[str, list[Any], bool]] = [
    ("by name", [identity(Action="iam:PassRole", Resource="*")], True),
    ("whatever the case", [identity(Action="IAM:passrole", Resource="*")], True),
    ("by pattern", [identity(Action="iam:Pass?ole*", Resource="*")], True),
    ("on something", [identity(Action="iam:*", Resource="arn:aws:iam::1:role/x")], True),
    ("as one of all others", [identity(NotAction="s3:*", Resource="*")], True),
    ("not: it is left out", [identity(NotAction="iam:*", Resource="*")], False),
    ("not: another", [identity(Action="iam:GetRole", Resource="*")], False),
    ("not: denied", [ALL, identity("Deny", Action="iam:Pass*", Resource="*")], False),
    ("denied somewhere only", [ALL, identity("Deny", Action="iam:*", Resource="arn:aws:iam::1:role/x")], True),
    ("denied on a condition only", [ALL, identity("Deny", Action="*", Resource="*", Condition=INSECURE)], True),
    ("not: all others are denied", [ALL, identity("Deny", NotAction="s3:*", Resource="*")], False),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "granted"), [row[1:] for row in ACTIONS], ids=[row[0] for row in ACTIONS])
def test_granting_an_action(statements: list[Any], granted: bool) -> None:
    assert allows(document(*statements), "iam:PassRole") is granted
