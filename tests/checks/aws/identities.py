"""Users, roles and groups of an account, as the tests of who may do what need them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scanner.model import Resource
from tests.cases import ACCOUNT, resource

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
Says = dict[str, Any]


def arn(kind: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def policy(*statements: Says) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def may(action: str | list[str], on: str = "*", **more: Any) -> Says:
    return {"Effect": "Allow", "Action": action, "Resource": on, **more}


def may_not(action: str, on: str = "*", **more: Any) -> Says:
    return {**may(action, on, **more), "Effect": "Deny"}


def trusting(principal: Any, action: str = "sts:AssumeRole", **more: Any) -> Says:
    return {"Effect": "Allow", "Action": action, "Principal": principal, **more}


def _inline(name: str, statements: Iterable[Says]) -> dict[str, Any]:
    given = list(statements)
    return {name: [{"PolicyName": "own", "PolicyDocument": policy(*given)}] if given else []}


def _attached(arns: Iterable[str]) -> dict[str, Any]:
    return {"AttachedManagedPolicies": [{"PolicyArn": each, "PolicyName": each.rpartition("/")[2]} for each in arns]}


def user(name: str, *statements: Says, attached: Iterable[str] = (), password: bool | None = None, **more: Any) -> Resource:
    item = {"UserName": name, "Arn": arn("user", name), **_inline("UserPolicyList", statements), **_attached(attached), **more}
    row = None if password is None else {"password_enabled": str(password).lower(), "mfa_active": "false"}
    return resource("aws.iam.user", arn("user", name), name=name, item=item, credentials=row)


def role(name: str, *statements: Says, trust: Iterable[Says] = (), attached: Iterable[str] = (), **more: Any) -> Resource:
    item = {
        "RoleName": name,
        "Arn": arn("role", name),
        "Path": "/",
        "AssumeRolePolicyDocument": policy(*trust),
        **_inline("RolePolicyList", statements),
        **_attached(attached),
        **more,
    }
    return resource("aws.iam.role", arn("role", name), name=name, item=item)


def group(name: str, *statements: Says, attached: Iterable[str] = ()) -> Resource:
    item = {"GroupName": name, "Arn": arn("group", name), **_inline("GroupPolicyList", statements), **_attached(attached)}
    return resource("aws.iam.group", arn("group", name), name=name, item=item)


def managed(name: str, *statements: Says, before: Iterable[Says] = ()) -> Resource:
    """Return a policy of the customer, with an older version where ``before`` says one."""
    older = list(before)
    versions = [{"Document": policy(*statements), "IsDefaultVersion": True}]
    versions += [{"Document": policy(*older), "IsDefaultVersion": False}] if older else []
    item = {"Arn": arn("policy", name), "PolicyVersionList": versions, "AttachmentCount": 1}
    return resource("aws.iam.policy", arn("policy", name), name=name, item=item)


def of_aws(name: str, *statements: Says) -> Resource:
    found = managed(name, *statements)
    return replace(found, type="aws.iam.aws_policy", id=f"arn:aws:iam::aws:policy/{name}")


def bound_by(name: str) -> dict[str, Any]:
    return {"PermissionsBoundary": {"PermissionsBoundaryArn": arn("policy", name)}}
