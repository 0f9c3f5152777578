"""Who may do what on AWS: one table of what an account holds, and what follows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from checks.aws.entitlement import who_can
from scanner.evaluation.entitlement import Question
from scanner.model import Present, Resource, UnreadError
from tests.cases import ACCOUNT, DENIED, NOW, FakeInventory, Unlisted, resource, unlisted

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


def of_aws(arn: str, *statements: dict[str, Any]) -> Resource:
    return replace(managed(arn, *statements), type="aws.iam.aws_policy")


def group(*statements: dict[str, Any], attached: Iterable[str] = ()) -> Resource:
    inline = [{"PolicyName": "shared", "PolicyDocument": policy(*statements)}] if statements else []
    managed = [{"PolicyArn": arn} for arn in attached]
    item = {"GroupName": "devs", "GroupPolicyList": inline, "AttachedManagedPolicies": managed}
    return resource("aws.iam.group", "arn:aws:iam::1:group/devs", name="devs", item=item)


def bucket(*statements: dict[str, Any], blocked: Any = None, lists: str = "BucketOwnerEnforced") -> Resource:
    facts = {"public_access_block": blocked, "ownership": [{"ObjectOwnership": lists}]}
    document = policy(*statements) if statements else None
    return resource("aws.s3.bucket", BUCKET, name="b", item={"Name": "b"}, policy=document, **facts)


def key(*statements: dict[str, Any]) -> Resource:
    return resource("aws.kms.key", KEY, item={"KeyId": "k"}, policy=policy(*statements))


def may(name: str) -> dict[str, Any]:
    return {"Principal": {"AWS": name}}


SHARED = managed("arn:x/shared", says("Allow", "ec2:*"))
ALLOWING = managed("arn:x/shared", says("Allow", "*"))
PUBLIC = says("Allow", "s3:*", f"{BUCKET}/*", **may("*"))
FOR_LOGS = says("Allow", "s3:*", f"{BUCKET}/*", Principal={"Service": "logs.amazonaws.com"})
RESTRICTED = {"RestrictPublicBuckets": True}
IN_ORGANIZATION = resource("aws.organizations.organization", item={}, organization={"MasterAccountId": "999999999999"})
MANAGEMENT = resource("aws.organizations.organization", item={}, organization={"MasterAccountId": ACCOUNT})
ALONE = resource("aws.organizations.organization", item={}, organization=None)
MFA = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
BOUND = {"PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::1:policy/bound"}}
BOUND_BY_AWS = {"PermissionsBoundary": {"PermissionsBoundaryArn": LAMBDA}}
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
        ([user(says("Allow", "s3:*", "arn:aws:s3:::b/${aws:username}"))], GET, {}),
        (
            [user(says("Allow", "s3:*", "arn:aws:s3:::b/${aws:username}"))],
            Question("s3:GetObject", f"{BUCKET}/ann"),
            {ANN: YES},
        ),
        ([user(says("Allow", "s3:*", "arn:aws:s3:::b/${aws:userid}"))], GET, {ANN: POSSIBLY}),
        ([user(says("Allow", "s3:*", "arn:aws:s3:::c/${aws:userid}"))], GET, {}),
        ([user({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b/${aws:userid}"})], GET, {ANN: POSSIBLY}),
        ([user({"Effect": "Allow", "Action": "*", "NotResource": ["arn:aws:s3:::b/${aws:userid}", OBJECT]})], GET, {}),
        ([user(says("Allow", "s3:*", f"{BUCKET}/a*"))], Question("s3:GetObject", f"{BUCKET}/*"), {ANN: POSSIBLY}),
        ([user(says("Allow", "s3:*", f"{BUCKET}/*"))], Question("s3:GetObject", f"{BUCKET}/*"), {ANN: YES}),
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
        # A policy or a group that came meanwhile was not read.
        ([user(attached=["arn:x/new"])], GET, {ANN: POSSIBLY}),
        ([user(GroupList=["new"])], GET, {ANN: POSSIBLY}),
        ([user(says("Deny", "s3:*"), attached=[LAMBDA])], GET, {}),
        # AWS's own policies count as they say, where they were read: on users, in groups, and as boundaries.
        ([user(attached=[LAMBDA]), of_aws(LAMBDA, says("Allow", "lambda:*"))], GET, {}),
        ([user(attached=[LAMBDA]), of_aws(LAMBDA, says("Allow", "s3:Get*"))], GET, {ANN: YES}),
        ([user(GroupList=["devs"]), group(attached=[LAMBDA]), of_aws(LAMBDA, says("Allow", "s3:*"))], GET, {ANN: YES}),
        ([user(says("Allow", "*"), **BOUND_BY_AWS), of_aws(LAMBDA, says("Allow", "lambda:*"))], GET, {}),
        ([user(says("Allow", "*"), **BOUND_BY_AWS), of_aws(LAMBDA, says("Allow", "s3:*"))], GET, {ANN: YES}),
        ([user(says("Allow", "*"), **BOUND_BY_AWS)], GET, {ANN: POSSIBLY}),
        ([user(says("Allow", "*"), **BOUND), managed("arn:aws:iam::1:policy/bound", says("Allow", "ec2:*"))], GET, {}),
        ([user(says("Allow", "*"), **BOUND), managed("arn:aws:iam::1:policy/bound", says("Allow", "s3:*"))], GET, {ANN: YES}),
        ([user(says("Allow", "*"), **BOUND)], GET, {ANN: POSSIBLY}),
        ([user(GroupList=["devs"]), group(says("Allow", "s3:*"))], GET, {ANN: YES}),
        ([user(GroupList=["devs"]), group(attached=[ADMIN])], GET, {ANN: YES}),
        # Policies of one name, in a user, its group and the account, count all.
        ([user(GroupList=["devs"], attached=["arn:x/shared"]), group(says("Allow", "s3:*")), SHARED], GET, {ANN: YES}),
        ([user(GroupList=["devs"], attached=["arn:x/shared"]), group(says("Deny", "s3:*")), ALLOWING], GET, {}),
        ([user(attached=["arn:m"]), managed("arn:m", says("Allow", "s3:*"))], GET, {ANN: YES}),
        # The bucket's own policy grants, within the account, whom it names; the account as a whole grants nobody by itself.
        ([user(), bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may(ANN)))], GET, {ANN: YES}),
        ([user(), bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may(ROOT)))], GET, {}),
        ([user(attached=[ADMIN]), bucket(says("Deny", "s3:*", f"{BUCKET}/*", **may(ANN)))], GET, {}),
        ([user(attached=[ADMIN]), bucket(says("Deny", "s3:*", f"{BUCKET}/*", NotPrincipal={"AWS": ANN}))], GET, {ANN: YES}),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may(THEM)))], GET, {THEM: YES}),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may("*")))], GET, {"*": YES}),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may("*"), **MFA))], GET, {"*": POSSIBLY}),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may(THEM)), says("Deny", "*", **may("*")))], GET, {}),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may("*")), says("Deny", "s3:*", **may("*")))], GET, {}),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may(THEM)), says("Deny", "*", **may(ANN)))], GET, {THEM: POSSIBLY}),
        (
            [bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may(THEM)), says("Deny", "*", **MFA, **may("*")))],
            GET,
            {THEM: POSSIBLY},
        ),
        # What a public policy grants to the outside, the block of public access voids; to the account it stays.
        (
            [user(attached=[ADMIN]), bucket(PUBLIC, FOR_LOGS, blocked=RESTRICTED)],
            GET,
            {ANN: YES, "logs.amazonaws.com": YES},
        ),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may(THEM)), blocked=RESTRICTED)], GET, {THEM: YES}),
        ([bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may("*")), blocked=DENIED)], GET, {"*": POSSIBLY}),
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


def test_aws_own_policies_that_could_not_be_listed_are_not_read() -> None:
    there = FakeInventory((user(attached=[LAMBDA]), bucket()), (unlisted("aws.iam.aws_policy"),))
    (holder,) = who_can(there, GET, NOW)
    assert (holder.certain, holder.through) == (POSSIBLY, "AWSLambda_FullAccess not read")


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


@pytest.mark.parametrize(
    ("there", "question", "said"),
    [
        (bucket(lists="ObjectWriter"), GET, ["whom access control lists of the bucket and its objects admit is not asked"]),
        (bucket(), GET, []),
        (key(), OF_KEY, ["whom grants of the key admit is not read"]),
    ],
)
def test_what_grants_beside_a_policy_is_told_as_not_asked(there: Resource, question: Question, said: list[str]) -> None:
    found = who_can(FakeInventory((there,)), question, NOW)
    assert [each.through for each in found if each.principal == OTHERS] == said


def test_a_boundary_holds_for_a_role_that_a_policy_names_and_not_for_a_user() -> None:
    bound = managed("arn:aws:iam::1:policy/bound", says("Allow", "ec2:*"))
    app = role(policy())
    app = replace(app, facts={"item": Present({**app["item"], **BOUND})})
    open_to_both = bucket(says("Allow", "s3:*", f"{BUCKET}/*", Principal={"AWS": [ANN, ROLE]}))
    assert answered([user(**BOUND), app, bound, open_to_both], GET) == {ANN: YES}
    everybody = bucket(says("Allow", "s3:*", f"{BUCKET}/*", **may("*")))
    assert answered([app, bound, everybody], GET) == {ROLE: POSSIBLY, "*": YES}
