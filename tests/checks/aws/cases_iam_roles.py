from typing import Any

from checks.aws import iam_roles as roles
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.identities import bound_by, managed, may

OTHER = "210987654321"
ADMINISTRATOR: dict[str, Any] = {"AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}
OURS = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
THEIRS = {"AWS": f"arn:aws:iam::{OTHER}:role/vendor"}
GITHUB = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"}
SUBJECT = "token.actions.githubusercontent.com:sub"
COGNITO = {"Federated": "cognito-identity.amazonaws.com"}
SAML = {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"}
MEMBER = resource("aws.organizations.account", item={"Id": OTHER})
PARENT = resource("aws.organizations.organization", organization={"MasterAccountId": OTHER})


def trust(principal: Any, path: str = "/", *, asks: dict[str, Any] | None = None, **item: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    statement |= {"Condition": asks} if asks else {}
    return {"Path": path, "AssumeRolePolicyDocument": {"Statement": [statement]}, **item}


def service(name: str) -> dict[str, str]:
    return {"Service": f"{name}.amazonaws.com"}


def like(key: str, *values: str) -> dict[str, Any]:
    return {"StringLike": {key: list(values)}}


def made(created: str, used: str | None = None) -> dict[str, Any]:
    last = {"RoleLastUsed": {"LastUsedDate": used, "Region": "eu-west-1"}} if used else {"RoleLastUsed": {}}
    return {"Path": "/", "CreateDate": created, **last}


LESS = managed("less", may("s3:*"))
ALL = managed("all", may("*"))
BOUND_LESS, BOUND_ALL = ADMINISTRATOR | bound_by("less"), ADMINISTRATOR | bound_by("all")
OF_AWS: dict[str, Any] = {"PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::aws:policy/PowerUserAccess"}}

OLD, RECENT = "2025-01-01T00:00:00+00:00", "2026-05-01T00:00:00+00:00"

CASES = [
    case(roles.workload_not_administrator, PASS, item=trust(service("ec2"))),
    case(roles.workload_not_administrator, FAIL, item=trust(service("ec2"), **ADMINISTRATOR)),
    case(roles.workload_not_administrator, SKIP, item=trust(OURS, **ADMINISTRATOR)),
    case(roles.workload_not_administrator, SKIP, item=trust(service("x"), "/aws-service-role/x/", **ADMINISTRATOR)),
    case(roles.workload_not_administrator, PASS, item=trust(service("ec2"), **BOUND_LESS), inventory=[LESS]),
    case(roles.workload_not_administrator, FAIL, item=trust(service("ec2"), **BOUND_ALL), inventory=[ALL]),
    case(roles.workload_not_administrator, PASS, item=trust(service("ec2"), **ADMINISTRATOR, **OF_AWS)),
    case(roles.not_open_to_world, PASS, item=trust(OURS)),
    case(roles.not_open_to_world, PASS, item=trust(service("ec2"))),
    case(roles.not_open_to_world, FAIL, item=trust("*")),
    case(roles.not_open_to_world, FAIL, item=trust({"AWS": ["*"]})),
    case(roles.outsiders_named, PASS, item=trust(THEIRS, asks={"StringEquals": {"sts:ExternalId": "42"}})),
    case(roles.outsiders_named, PASS, item=trust(THEIRS), inventory=[MEMBER]),
    case(roles.outsiders_named, PASS, item=trust(THEIRS), inventory=[PARENT]),
    case(roles.outsiders_named, FAIL, item=trust(THEIRS)),
    case(roles.outsiders_named, FAIL, item=trust({"AWS": OTHER})),
    case(roles.outsiders_named, FAIL, item=trust(THEIRS, asks={"StringEqualsIfExists": {"sts:ExternalId": "42"}})),
    case(roles.outsiders_named, FAIL, item=trust(THEIRS, asks=like("sts:ExternalId", "*"))),
    case(roles.outsiders_named, FAIL, item=trust("*", asks={"StringEquals": {"aws:PrincipalAccount": OTHER}})),
    case(roles.outsiders_named, FAIL, item=trust({"AWS": "*"}, asks={"ArnLike": {"aws:PrincipalArn": THEIRS["AWS"]}})),
    case(roles.outsiders_named, SKIP, item=trust("*", asks={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}})),
    case(roles.outsiders_named, SKIP, item=trust(OURS)),
    case(roles.outsiders_named, UNKNOWN, item=trust(THEIRS), inventory=[unlisted("aws.organizations.account")]),
    case(roles.web_identity_pinned, PASS, item=trust(GITHUB, asks=like(SUBJECT, "repo:acme/site:*"))),
    case(roles.web_identity_pinned, PASS, item=trust(GITHUB, asks=like(SUBJECT, "repo:acme/*"))),
    case(
        roles.web_identity_pinned,
        PASS,
        item=trust(COGNITO, asks={"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"}}),
    ),
    case(roles.web_identity_pinned, FAIL, item=trust(COGNITO, asks=like("cognito-identity.amazonaws.com:aud", "*"))),
    case(roles.web_identity_pinned, FAIL, item=trust(GITHUB)),
    case(roles.web_identity_pinned, FAIL, item=trust(GITHUB, asks=like(SUBJECT, "repo:*"))),
    case(roles.web_identity_pinned, FAIL, item=trust(GITHUB, asks=like(SUBJECT, "repo:acme*"))),
    case(
        roles.web_identity_pinned,
        FAIL,
        item=trust(GITHUB, asks=like("token.actions.githubusercontent.com:aud", "sts.amazonaws.com")),
    ),
    case(roles.web_identity_pinned, SKIP, item=trust(SAML)),
    case(
        roles.service_source_named,
        PASS,
        item=trust(service("scheduler"), asks={"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
    ),
    case(roles.service_source_named, FAIL, item=trust(service("scheduler"))),
    case(roles.service_source_named, SKIP, item=trust(service("ec2"))),
    case(roles.used, PASS, item=made(OLD, RECENT)),
    case(roles.used, PASS, item=made(RECENT)),
    case(roles.used, FAIL, item=made(OLD)),
    case(roles.used, FAIL, item=made(OLD, OLD)),
    case(roles.used, SKIP, item={"Path": "/aws-service-role/x.amazonaws.com/"}),
]
