"""Who may do what on AWS: one table of what an account holds, and what follows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from checks.aws.entitlement import who_can
from scanner.evaluation.entitlement import Question
from scanner.model import Resource, UnreadError
from tests.cases import ACCOUNT, NOW, FakeInventory, Unlisted, resource, unlisted

ANN, ROLE = f"arn:aws:iam::{ACCOUNT}:user/ann", f"arn:aws:iam::{ACCOUNT}:role/app"
ROOT, THEM = f"arn:aws:iam::{ACCOUNT}:root", "arn:aws:iam::999999999999:role/them"
BUCKET, OBJECT = "arn:aws:s3:::b", "arn:aws:s3:::b/key"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
ADMIN, LAMBDA = "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/AWSLambda_FullAccess"
YES, POSSIBLY = True, False
OTHERS = "others"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def says(effect: str, action: str, on: str = "*", /, **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": on, **more}


def user(*statements: dict[str, Any], attached: Iterable[str] = (), **more: Any) -> Resource:
    inline = [{"PolicyName": "own", "PolicyDocument": policy(*statements)}] if statements else []
    managed = [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in attached]
    item = {"UserName": "ann", "Arn": ANN, "UserPolicyList": inline, "AttachedManagedPolicies": managed, **more}
    return resource("aws.iam.user", ANN, name="ann", item=item)


def role(trust: dict[str, Any]) -> Resource:
    return resource("aws.iam.role", ROLE, name="app", item={"RoleName": "app", "Arn": ROLE, "AssumeRolePolicyDocument": trust})


def managed(arn: str, *statements: dict[str, Any]) -> Resource:
    versions = [{"Document": policy(*statements), "IsDefaultVersion": True}]
    return resource("aws.iam.policy", arn, name=arn.rpartition("/")[2], item={"Arn": arn, "PolicyVersionList": versions})


def group(*statements: dict[str, Any], attached: Iterable[str] = ()) -> Resource:
    inline = [{"PolicyName": "shared", "PolicyDocument": policy(*statements)}] if statements else []
    managed = [{"PolicyArn": arn} for arn in attached]
    item = {"GroupName": "devs", "GroupPolicyList": inline, "AttachedManagedPolicies": managed}
    return resource("aws.iam.group", "arn:aws:iam::1:group/devs", name="devs", item=item)


def bucket(*statements: dict[str, Any]) -> Resource:
    return resource("aws.s3.bucket", BUCKET, name="b", item={"Name": "b"}, policy=policy(*statements) if statements else None)


def key(*statements: dict[str, Any]) -> Resource:
    return resource("aws.kms.key", KEY, item={"KeyId": "k"}, policy=policy(*statements))


def may(name: str) -> dict[str, Any]:
    return {"Principal": {"AWS": name}}


IN_ORGANIZATION = resource("aws.organizations.organization", item={}, organization={"MasterAccountId": "999999999999"})
MANAGEMENT = resource("aws.organizations.organization", item={}, organization={"MasterAccountId": ACCOUNT})
ALONE = resource("aws.organizations.organization", item={}, organization=None)
MFA = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
BOUND = {"PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::1:policy/bound"}}
GET, OF_KEY = Question("s3:GetObject", OBJECT), Question("kms:Decrypt", KEY, "aws.kms.key")
ASSUME = Question("sts:AssumeRole", ROLE, "aws.iam.role")
FEDERATED = Question("sts:AssumeRoleWithWebIdentity", ROLE, "aws.iam.role")
OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
DOMAIN = f"arn:aws:es:eu-west-1:{ACCOUNT}:domain/d"
SETTINGS = resource("aws.iam.settings", f"arn:aws:iam::{ACCOUNT}:settings", item={})


def answered(there: Iterable[Resource], question: Question) -> dict[str, bool]:
    """Return who may, but for those whom nobody can name."""
    found = who_can(FakeInventory(tuple(there)), question, NOW)
    return {each.principal: each.certain for each in found if each.principal != OTHERS}


@pytest.mark.parametrize(
    ("there", "question", "expected"),
    [
        ([user(says("Allow", "s3:Get*", f"{BUCKET}/*"))], GET, {ANN: YES}),
        ([user(says("Allow", "S3:getobject", f"{BUCKET}/*"))], GET, {ANN: YES}),
        ([user(says("Allow", "s3:PutObject", f"{BUCKET}/*"))], GET, {}),
        ([user(says("Allow", "s3:Get*", "arn:aws:s3:::other/*"))], GET, {}),
        ([user(says("Allow", "s3:*", BUCKET))], GET, {}),
        ([user(says("Allow", "s3:*", "arn:aws:s3:::b/${aws:username}"))], GET, {ANN: POSSIBLY}),
        ([user({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})], GET, {ANN: YES}),
        ([user({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})], GET, {}),
        ([user({"Effect": "Allow", "Action": "*", "NotResource": f"{BUCKET}/*"})], GET, {}),
        ([user({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::secret/*"})], GET, {ANN: YES}),
        ([user(says("Allow", "*"), says("Deny", "s3:*"))], GET, {}),
        ([user(says("Allow", "*"), says("Deny", "s3:*", "arn:aws:s3:::other/*"))], GET, {ANN: YES}),
        ([user(says("Allow", "*"), says("Deny", "s3:*", **MFA))], GET, {ANN: POSSIBLY}),
        ([user(says("Allow", "s3:*", **MFA))], GET, {ANN: POSSIBLY}),
        ([user(attached=[ADMIN])], GET, {ANN: YES}),
        ([user(attached=[LAMBDA])], GET, {ANN: POSSIBLY}),
        ([user(says("Deny", "s3:*"), attached=[LAMBDA])], GET, {}),
        ([user(says("Allow", "*"), **BOUND), managed("arn:aws:iam::1:policy/bound", says("Allow", "ec2:*"))], GET, {}),
        ([user(says("Allow", "*"), **BOUND), managed("arn:aws:iam::1:policy/bound", says("Allow", "s3:*"))], GET, {ANN: YES}),
        ([user(says("Allow", "*"), **BOUND)], GET, {ANN: POSSIBLY}),
        ([user(GroupList=["devs"]), group(says("Allow", "s3:*"))], GET, {ANN: YES}),
        ([user(GroupList=["devs"]), group(attached=[ADMIN])], GET, {ANN: YES}),
        ([user(attached=["arn:m"]), managed("arn:m", says("Allow", "s3:*"))], GET, {ANN: YES}),
        # The bucket's own policy grants, within the account, whom it names; the account as a whole grants nobody by itself.
        ([user(), bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may(ANN)))], GET, {ANN: YES}),
        ([user(), bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may(ROOT)))], GET, {}),
        ([user(attached=[ADMIN]), bucket(says("Deny", "s3:*", f"{BUCKET}/*", **may(ANN)))], GET, {}),
        ([user(attached=[ADMIN]), bucket(says("Deny", "s3:*", f"{BUCKET}/*", NotPrincipal={"AWS": ANN}))], GET, {ANN: YES}),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may(THEM)))], GET, {THEM: YES}),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may("*")))], GET, {"*": YES}),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may("*"), **MFA))], GET, {"*": POSSIBLY}),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may(THEM)), says("Deny", "*", **may("*")))], GET, {THEM: POSSIBLY}),
        # A key's and a role's policy come first.
        ([user(attached=[ADMIN]), key(says("Allow", "kms:*", **may(ROOT)))], OF_KEY, {ANN: YES}),
        ([user(attached=[ADMIN]), key(says("Allow", "kms:*", **may(THEM)))], OF_KEY, {THEM: YES}),
        ([user(), key(says("Allow", "kms:*", **may(ANN)))], OF_KEY, {ANN: YES}),
        (
            [user(attached=[ADMIN]), role(policy({"Effect": "Allow", "Action": "sts:AssumeRole", **may(ACCOUNT)}))],
            ASSUME,
            {ANN: YES},
        ),
        (
            [user(attached=[ADMIN]), role(policy({"Effect": "Allow", "Action": "sts:AssumeRole", **may(THEM)}))],
            ASSUME,
            {THEM: YES},
        ),
        # Whom nobody lists as a user or role stands there by name all the same.
        (
            [role(policy({"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": OIDC}}))],
            FEDERATED,
            {OIDC: YES},
        ),
        (
            [bucket(says("Allow", "s3:*", f"{BUCKET}/*", Principal={"Service": "logs.amazonaws.com"}))],
            GET,
            {"logs.amazonaws.com": YES},
        ),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", NotPrincipal={"AWS": THEM}))], GET, {"*": POSSIBLY}),
        (
            [
                resource(
                    "aws.opensearch.domain",
                    DOMAIN,
                    status={"AccessPolicies": json.dumps(policy(says("Allow", "es:*", **may(THEM))))},
                )
            ],
            Question("es:ESHttpGet", DOMAIN, "aws.opensearch.domain"),
            {THEM: YES},
        ),
        # The root user assumes no role, and a key that does not admit the account is not his.
        ([SETTINGS, role(policy({"Effect": "Allow", "Action": "sts:AssumeRole", **may(ACCOUNT)}))], ASSUME, {}),
        ([SETTINGS, key(says("Allow", "kms:*", **may(THEM)))], OF_KEY, {THEM: YES}),
        ([SETTINGS, key(says("Allow", "kms:*", **may(ROOT)))], OF_KEY, {ROOT: YES}),
        # On anything: a grant on one thing is enough, a denial of one thing is not.
        ([user(says("Allow", "s3:*", "arn:aws:s3:::other/*"))], Question("s3:GetObject"), {ANN: YES}),
        ([user(says("Allow", "*"), says("Deny", "s3:*"))], Question("s3:GetObject"), {}),
        ([user(says("Allow", "*"), says("Deny", "s3:*", "arn:aws:s3:::b/*"))], Question("s3:GetObject"), {ANN: POSSIBLY}),
        # What binds a member account is read in the management account only; that one is not bound.
        ([user(attached=[ADMIN]), IN_ORGANIZATION], GET, {ANN: POSSIBLY}),
        ([user(attached=[ADMIN]), MANAGEMENT], GET, {ANN: YES}),
        ([user(attached=[ADMIN]), ALONE], GET, {ANN: YES}),
        ([resource("aws.iam.settings", f"arn:aws:iam::{ACCOUNT}:settings", item={})], GET, {ROOT: YES}),
    ],
)
def test_who_can(there: list[Resource], question: Question, expected: dict[str, bool]) -> None:
    assert (
        answered([*there, *([] if any(each.type == "aws.s3.bucket" for each in there) else [bucket()])], question) == expected
    )


def test_it_says_through_what_and_why_it_is_not_certain() -> None:
    there = (user(says("Allow", "s3:*", **MFA)), bucket(), IN_ORGANIZATION)
    (holder,) = who_can(FakeInventory(there), GET, NOW)
    assert holder.through == "own; policies of the organization are not read from here; conditions or variables are not decided"


@pytest.mark.parametrize("gap", ["aws.iam.user", "aws.iam.role", "aws.iam.settings", "aws.s3.bucket"])
def test_where_something_is_not_listed_nobody_can_say(gap: str) -> None:
    missing: tuple[Unlisted, ...] = (unlisted(gap),)
    with pytest.raises(UnreadError):
        list(who_can(FakeInventory((user(attached=[ADMIN]),), missing), GET, NOW))


def test_an_organization_that_could_not_be_asked_may_forbid_it() -> None:
    there = FakeInventory((user(attached=[ADMIN]), bucket()), (unlisted("aws.organizations.organization"),))
    assert [(each.principal, each.certain) for each in who_can(there, GET, NOW)] == [(ANN, POSSIBLY)]


@pytest.mark.parametrize("question", [GET, Question("kms:Decrypt", KEY), Question("s3:GetObject")])
def test_policies_that_were_not_read_leave_others_open(question: Question) -> None:
    """Nothing is certain on a resource that is not in the inventory; on anything at all, single policies were not asked."""
    found = {each.principal: each.certain for each in who_can(FakeInventory((user(attached=[ADMIN]),)), question, NOW)}
    assert found == {ANN: not question.resource, OTHERS: POSSIBLY}
