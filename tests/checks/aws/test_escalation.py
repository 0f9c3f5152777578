"""Who becomes an administrator: each known step by itself, what stops it, and chains of steps."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

import pytest
from policy_sentry.querying.actions import get_action_data

from checks.aws.escalation import Route, ladder
from checks.aws.escalation_steps import HANDS, PROFILE, WORKLOADS, Hand, Workload, every_action
from scanner.model import Resource
from tests.cases import ACCOUNT, DENIED, FakeInventory, Unlisted, resource
from tests.checks.aws.identities import (
    ADMIN,
    ROOT,
    arn,
    bound_by,
    group,
    managed,
    may,
    may_not,
    of_aws,
    role,
    trusting,
    user,
)

ANN, BOB, BOSS = arn("user", "ann"), arn("user", "bob"), arn("role", "boss")
EVERYTHING = may("*")
AN_ADMIN = user("bob", attached=[ADMIN], password=False)


def boss(*trust: dict[str, Any]) -> Resource:
    return role("boss", attached=[ADMIN], trust=trust or [trusting({"AWS": ROOT})])


def worker(service: str = "lambda.amazonaws.com") -> Resource:
    return boss(trusting({"Service": service}))


def function(**more: Any) -> Resource:
    return resource("aws.lambda.function", "arn:f", name="f", item={"Role": BOSS}, **more)


def routes(*there: Resource | Unlisted) -> dict[str, Route]:
    resources = tuple(each for each in there if isinstance(each, Resource))
    return ladder(FakeInventory(resources, tuple(each for each in there if isinstance(each, Unlisted)))).routes


def route(there: Iterable[Resource], id: str = ANN) -> Route | None:
    return routes(*there).get(id)


@pytest.mark.parametrize("action", sorted(every_action()))
def test_every_action_exists(action: str) -> None:
    service, _, name = action.partition(":")
    assert get_action_data(service, name), action


KEY = "makes an access key for"
OWN = "writes a policy into user ann (iam:PutUserPolicy)"


@pytest.mark.parametrize(
    ("step", "there"),
    [
        ("writes a policy into user ann (iam:PutUserPolicy)", [user("ann", may("iam:PutUserPolicy"))]),
        (
            "writes a policy into user ann (iam:PutUserPolicy)",
            [user("ann", may("iam:PutUserPolicy", arn("user", "${aws:username}")))],
        ),
        ("attaches any policy to user ann (iam:AttachUserPolicy)", [user("ann", may("iam:AttachUserPolicy", ANN))]),
        (
            "attaches any policy to group devs (iam:AttachGroupPolicy)",
            [user("ann", may("iam:AttachGroupPolicy"), GroupList=["devs"]), group("devs")],
        ),
        (
            "writes a policy into group devs (iam:PutGroupPolicy)",
            [user("ann", GroupList=["devs"]), group("devs", may("iam:PutGroupPolicy"))],
        ),
        (
            "joins group admins (iam:AddUserToGroup)",
            [user("ann", may("iam:AddUserToGroup")), group("admins", attached=[ADMIN])],
        ),
        (
            "joins group devs (iam:AddUserToGroup)",
            [user("ann", may(["iam:AddUserToGroup", "iam:PutGroupPolicy"])), group("devs")],
        ),
        (
            "rewrites policy own (iam:CreatePolicyVersion)",
            [user("ann", attached=[arn("policy", "own")]), managed("own", may("iam:CreatePolicyVersion"))],
        ),
        (
            "goes back to a wider version of policy own (iam:SetDefaultPolicyVersion)",
            [
                user("ann", attached=[arn("policy", "own")]),
                managed("own", may("iam:SetDefaultPolicyVersion"), before=[EVERYTHING]),
            ],
        ),
        ("makes an access key for user bob (iam:CreateAccessKey)", [user("ann", may("iam:CreateAccessKey")), AN_ADMIN]),
        ("gives a password to user bob (iam:CreateLoginProfile)", [user("ann", may("iam:CreateLoginProfile")), AN_ADMIN]),
        (
            "changes the password of user bob (iam:UpdateLoginProfile)",
            [user("ann", may("iam:UpdateLoginProfile")), user("bob", attached=[ADMIN], password=True)],
        ),
        ("assumes role boss (sts:AssumeRole)", [user("ann", may("sts:AssumeRole")), boss()]),
        ("assumes role boss (sts:AssumeRole)", [user("ann"), boss(trusting({"AWS": ANN}))]),
        (
            "lets itself into role boss (iam:UpdateAssumeRolePolicy)",
            [user("ann", may("iam:UpdateAssumeRolePolicy")), worker()],
        ),
        (
            "writes a policy into role app (iam:PutRolePolicy), and assumes role app (sts:AssumeRole)",
            [user("ann", may("iam:PutRolePolicy")), role("app", trust=[trusting({"AWS": ANN})])],
        ),
        (
            "replaces the code of f, which works as role boss (lambda:UpdateFunctionCode)",
            [user("ann", may("lambda:UpdateFunctionCode")), worker(), function()],
        ),
        # A boundary stops nobody who takes it away, or rewrites it.
        (
            f"lifts the boundary of user ann (iam:DeleteUserPermissionsBoundary), and {OWN}",
            [user("ann", may("iam:*"), **bound_by("bound")), managed("bound", may("iam:*"))],
        ),
        (
            "rewrites the boundary bound (iam:CreatePolicyVersion)",
            [user("ann", EVERYTHING, **bound_by("bound")), managed("bound", may("iam:CreatePolicyVersion"))],
        ),
        # A role that admits everybody asks for no grant.
        ("assumes role boss (sts:AssumeRole)", [user("ann"), boss(trusting({"AWS": "*"}))]),
        # Whom a pattern means, wherever its wildcards stand.
        ("assumes role boss (sts:AssumeRole)", [user("ann", may("STS:assume*e", "arn:aws:iam::*:role/b?s*")), boss()]),
        (
            "assumes role boss (sts:AssumeRole)",
            [user("ann", {"Effect": "Allow", "Action": "sts:*", "NotResource": arn("role", "a*")}), boss()],
        ),
        # AWS's own policies count as they say.
        (
            "writes a policy into user ann (iam:PutUserPolicy)",
            [user("ann", attached=["arn:aws:iam::aws:policy/IAMFullAccess"]), of_aws("IAMFullAccess", may("iam:*"))],
        ),
    ],
)
def test_each_step_certainly_leads_to_administration(step: str, there: list[Resource]) -> None:
    assert route(there) == Route(True, (step,))


@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: f"{hand.service} {hand.actions[0]}")
def test_a_role_is_handed_to_each_service_that_it_trusts(hand: Hand) -> None:
    rights = [may("iam:PassRole"), *(may(action) for action in hand.actions)]
    (step,) = (route([user("ann", *rights), worker(hand.service)]) or Route(False, ("",))).steps
    assert step.startswith(f"hands role boss to {hand.service} (iam:PassRole, ")
    assert route([user("ann", *rights), worker("other.amazonaws.com")]) is None
    assert route([user("ann", *rights[1:]), worker(hand.service)]) is None


WORKING = [each for each in WORKLOADS if each.role != PROFILE]


@pytest.mark.parametrize("work", WORKING, ids=lambda work: f"{work.type} {work.actions[0]}")
def test_what_works_with_a_role_is_taken_over_by_whoever_changes_it(work: Workload) -> None:
    fact, *path = work.role.split(".")
    value: Any = BOSS
    for name in reversed(path):
        value = {name: value}
    there = resource(work.type, "arn:it", name="it", **{fact: value})
    (step,) = (route([user("ann", may(list(work.actions))), worker(), there]) or Route(False, ("",))).steps
    assert step == f"{work.says} it, which works as role boss ({', '.join(work.actions)})"
    assert route([user("ann", may(list(work.actions), "arn:other")), worker(), there]) is None


MFA: dict[str, Any] = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
TEAM: dict[str, Any] = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "x"}}}
TO_LAMBDA: dict[str, Any] = {"Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}
TO_EC2: dict[str, Any] = {"Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}
REGION: dict[str, Any] = {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}
DATE: dict[str, Any] = {"Condition": {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}}
FOR_ACCOUNT: dict[str, Any] = {"Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}
FOR_ONE: dict[str, Any] = {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:lambda:*:*:function:one"}}}
LAMBDA = {"Service": "lambda.amazonaws.com"}
RESERVED = "/aws-reserved/sso.amazonaws.com/"
KEPT = role("boss", attached=[ADMIN], trust=[trusting({"Federated": "arn:aws:iam::1:saml-provider/x"})], Path=RESERVED)
CALLS = may(["lambda:CreateFunction", "lambda:InvokeFunction"])


@pytest.mark.parametrize(
    "there",
    [
        [user("ann", may("iam:PutUserPolicy", BOB)), user("bob")],
        [user("ann", may("iam:PutUserPolicy"), may_not("iam:*"))],
        [user("ann", may("iam:PutUserPolicy"), **bound_by("bound")), managed("bound", may("s3:*"))],
        [user("ann", may("iam:PutUserPolicy"), **bound_by("bound")), managed("bound", may("iam:*"))],
        [user("ann", may("iam:CreatePolicyVersion")), managed("other", may("s3:*"))],
        [
            user("ann", attached=[arn("policy", "own")]),
            managed("own", may("iam:SetDefaultPolicyVersion"), before=[may("s3:*")]),
        ],
        [user("ann", may("iam:AddUserToGroup")), group("devs", may("s3:*"))],
        [user("ann", may("iam:CreateLoginProfile")), user("bob", attached=[ADMIN], password=True)],
        [user("ann", may("iam:UpdateLoginProfile")), AN_ADMIN],
        [user("ann", may("iam:CreateAccessKey", arn("user", "${aws:username}"))), AN_ADMIN],
        [user("ann", may("sts:AssumeRole")), worker()],
        [user("ann", may("sts:AssumeRole", arn("role", "app"))), boss()],
        [user("ann"), boss()],
        [user("ann", may("iam:PassRole", **TO_EC2), CALLS), worker()],
        [user("ann", may("iam:PassRole"), may("lambda:CreateFunction")), worker()],
        [user("ann", may("iam:PassRole", arn("role", "app")), CALLS), worker()],
        [user("ann", may("lambda:UpdateFunctionCode", "arn:g")), worker(), function()],
        [user("ann", may("iam:UpdateAssumeRolePolicy")), role("linked", EVERYTHING, Path="/aws-service-role/x/")],
        [user("ann", may("ssm:SendCommand")), worker("ec2.amazonaws.com")],
        # What IAM Identity Center keeps, nobody changes from within the account.
        [user("ann", may("iam:UpdateAssumeRolePolicy")), KEPT],
        [
            user("ann", may(["iam:PutRolePolicy", "sts:AssumeRole"])),
            role("kept", trust=[trusting({"AWS": ANN})], Path=RESERVED),
        ],
        [user("ann", {"Effect": "Allow", "Action": "sts:*", "NotResource": arn("role", "b*")}), boss()],
    ],
)
def test_what_leads_nowhere(there: list[Resource]) -> None:
    assert route(there) is None


@pytest.mark.parametrize(
    ("there", "certain"),
    [
        # A person shows a second factor at will, and a role has none; a tag is not anybody's to choose.
        ([user("ann", may("sts:AssumeRole", **MFA)), boss()], True),
        ([user("ann", may("sts:AssumeRole")), boss(trusting({"AWS": ROOT}, **MFA))], True),
        ([user("ann", may("sts:AssumeRole", **TEAM)), boss()], False),
        ([user("ann", may("sts:AssumeRole")), boss(trusting({"AWS": ROOT}, **TEAM))], False),
        ([user("ann", may("iam:PassRole", **TO_LAMBDA), CALLS), worker()], True),
        ([user("ann", may("iam:CreateLoginProfile")), user("bob", attached=[ADMIN])], False),
        ([user("ann", may("iam:PutUserPolicy"), may_not("iam:*", **TEAM))], False),
        ([user("ann", may("iam:PutUserPolicy"), may_not("*", Condition={"Bool": {"aws:SecureTransport": "false"}}))], True),
        # A region, a date, a tag to set: nobody can say whether they can be had.
        ([user("ann", may("iam:PutUserPolicy", **REGION)), user("bob")], False),
        ([user("ann", may("iam:PutUserPolicy", **DATE)), user("bob")], False),
        ([user("ann", may("iam:PutUserPolicy"), may_not("*", **REGION)), user("bob")], False),
        # A service that acts for the account works with the role; for one resource only, perhaps.
        ([user("ann", may("iam:PassRole"), CALLS), boss(trusting(LAMBDA, **FOR_ACCOUNT))], True),
        ([user("ann", may("iam:PassRole"), CALLS), boss(trusting(LAMBDA, **FOR_ONE))], False),
        ([user("ann", may("iam:PassRole"), may("ec2:RunInstances")), worker("ec2.amazonaws.com.cn")], True),
        # Whom nobody knows the rights of may be an administrator.
        ([user("ann", may("iam:CreateAccessKey")), user("bob", attached=["arn:aws:iam::aws:policy/Unread"])], False),
    ],
)
def test_conditions(there: list[Resource], certain: bool) -> None:
    found = route(there)
    assert found is not None
    assert found.certain is certain


def test_who_has_two_keys_is_given_no_third_for_certain() -> None:
    keys = {f"access_key_{each}_last_rotated": "2026-01-01T00:00:00+00:00" for each in (1, 2)}
    full = resource("aws.iam.user", BOB, name="bob", item=AN_ADMIN["item"], credentials={"password_enabled": "true", **keys})
    assert route([user("ann", may("iam:CreateAccessKey")), full]) == Route(False, (f"{KEY} user bob (iam:CreateAccessKey)",))


def test_a_role_cannot_show_a_second_factor() -> None:
    there = [role("app", may("sts:AssumeRole")), boss(trusting({"AWS": ROOT}, **MFA))]
    assert route(there, arn("role", "app")) == Route(False, ("assumes role boss (sts:AssumeRole)",))


def test_chains_go_over_users_and_roles_and_the_shortest_counts() -> None:
    there = [
        user("ann", may("sts:AssumeRole", arn("role", "one"))),
        role("one", may("iam:CreateAccessKey", arn("user", "bob")), trust=[trusting({"AWS": ROOT})]),
        user("bob", may("sts:AssumeRole", BOSS), password=False),
        boss(),
    ]
    assert route(there) == Route(
        True,
        (
            "assumes role one (sts:AssumeRole)",
            "makes an access key for user bob (iam:CreateAccessKey)",
            "assumes role boss (sts:AssumeRole)",
        ),
    )
    direct = user("ann", may("sts:AssumeRole"))
    assert route([direct, *there[1:]]) == Route(True, ("assumes role boss (sts:AssumeRole)",))


def test_who_trusts_each_other_goes_round_in_no_circle() -> None:
    there = [role(name, may("sts:AssumeRole"), trust=[trusting({"AWS": ROOT})]) for name in ("one", "two")]
    assert routes(*there) == {}


def test_commands_reach_only_machines_with_the_agent() -> None:
    profile = "arn:aws:iam::1:instance-profile/p"
    handed = role(
        "boss", attached=[ADMIN], trust=[trusting({"Service": "ec2.amazonaws.com"})], InstanceProfileList=[{"Arn": profile}]
    )
    item = {"InstanceId": "i-1", "IamInstanceProfile": {"Arn": profile}}
    there = [user("ann", may("ssm:SendCommand")), handed]
    managed_one = resource("aws.ec2.instance", "arn:i-1", name="i-1", item=item, managed={"PingStatus": "Online"})
    lone = resource("aws.ec2.instance", "arn:i-1", name="i-1", item=item, managed=None)
    assert route([*there, managed_one]) == Route(True, ("runs commands on i-1, which works as role boss (ssm:SendCommand)",))
    assert route([*there, lone]) is None


def test_a_boundary_holds_for_a_role_that_a_role_admits_by_name_and_not_for_a_user() -> None:
    there = [managed("bound", may("s3:*")), user("ann", **bound_by("bound")), role("app", **bound_by("bound"))]
    found = routes(*there, boss(trusting({"AWS": [ANN, arn("role", "app")]})))
    assert found.keys() == {BOSS, ANN}


def test_a_machine_of_which_nothing_was_read_hides_no_other() -> None:
    profile = "arn:aws:iam::1:instance-profile/p"
    handed = role(
        "boss", attached=[ADMIN], trust=[trusting({"Service": "ec2.amazonaws.com"})], InstanceProfileList=[{"Arn": profile}]
    )
    item = {"InstanceId": "i-1", "IamInstanceProfile": {"Arn": profile}}
    unread = resource("aws.ec2.instance", "arn:i-0", name="i-0", item=item, managed=DENIED)
    online = resource("aws.ec2.instance", "arn:i-1", name="i-1", item=item, managed={"PingStatus": "Online"})
    found = route([user("ann", may("ssm:SendCommand")), handed, unread, online])
    assert found == Route(True, ("runs commands on i-1, which works as role boss (ssm:SendCommand)",))


def test_a_policy_that_cannot_be_read_leaves_its_holder_open_and_nobody_else() -> None:
    broken = {"Effect": "Perhaps", "Action": "*", "Resource": "*"}
    there = [user("ann", may("iam:CreateAccessKey", BOB)), user("bob", broken), user("eve", may("s3:*"))]
    found = routes(*there)
    assert {id: each.certain for id, each in found.items()} == {BOB: False, ANN: False}


def test_a_role_whose_trust_cannot_be_read_may_admit_anybody_who_assumes() -> None:
    broken = role("boss", attached=[ADMIN], trust=[{"Effect": "Allow", "Action": "sts:AssumeRole"}])
    assert route([user("ann", may("sts:AssumeRole")), broken]) == Route(False, ("assumes role boss (sts:AssumeRole)",))
    assert route([user("ann", may("s3:*")), broken]) is None


def test_an_account_is_climbed_once() -> None:
    inventory = FakeInventory((user("ann", may("iam:PutUserPolicy")),))
    assert ladder(inventory) is ladder(inventory)
    assert ladder(FakeInventory(inventory.resources)) is not ladder(inventory)


def test_an_inventory_that_went_away_takes_no_other_along() -> None:
    first, second = FakeInventory((user("ann"),)), FakeInventory((user("bob"),))
    ladder(first)
    known = ladder(second)
    del first
    assert ladder(second) is known


EACH = [
    "sts:AssumeRole",
    "iam:PassRole",
    "iam:CreateAccessKey",
    "iam:UpdateAssumeRolePolicy",
    "iam:PutRolePolicy",
    "iam:*",
    "lambda:*",
]
WHOM = ["*", BOSS, "arn:aws:iam::*:role/b*", arn("user", "${aws:username}"), arn("user", "b?b"), arn("role", "app"), "arn:f"]
TRUSTS = [{"AWS": ROOT}, {"AWS": "*"}, {"AWS": ANN}, {"Service": "lambda.amazonaws.com"}, {"AWS": arn("role", "app")}]


@pytest.mark.parametrize("action", EACH)
@pytest.mark.parametrize("trust", TRUSTS, ids=str)
def test_who_is_not_looked_at_could_not_be_taken(action: str, trust: dict[str, str]) -> None:
    """The index of whom grants and trust name leaves nobody out whom some step would take or raise."""
    for on in WHOM:
        grants = [may(action, on), may("lambda:*")]
        there = [
            user("ann", *grants),
            user("bob"),
            role("app", *grants, trust=[trusting(trust)]),
            role("boss", trust=[trusting(trust)]),
        ]
        known = ladder(FakeInventory((*there, function())))
        for who, whom in product(known.identities.values(), repeat=2):
            if known.takes(who, whom)[0] is not False:
                assert any(whom.entity.id in some for some in known.targets.takes(who)), (on, who.entity.id, whom.entity.id)
            if known.raises(who, whom)[0] is not False:
                assert any(whom.entity.id in some for some in known.targets.raises(who)), (on, who.entity.id, whom.entity.id)
