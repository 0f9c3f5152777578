"""The policy evaluator: known policies, and what must hold of any policy."""
# ruff: noqa: E501 -- a known policy is one row of a table

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.aws.document import Patterns, overlap
from checks.aws.policy import Level, Reach, on_behalf, reach
from checks.aws.rights import allows, grants_administration
from checks.aws.transport import refuses_plain_http
from scanner.model import Reason, UnreadError
from tests.checks.aws.policies import THEM, US, allow, aws, deny, document, equals

NOBODY, ACCOUNT, ORGANIZATION, CROSS, PUBLIC = Level
GITHUB = {"Federated": f"arn:aws:iam::{US}:oidc-provider/token.actions.githubusercontent.com"}
EKS = {"Federated": f"arn:aws:iam::{US}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"}
SUB = "token.actions.githubusercontent.com:sub"
AUD = "token.actions.githubusercontent.com:aud"


KNOWN: list[tuple[str, list[Any], Level, bool]] = [
    # principals
    ("everyone", [allow("*")], PUBLIC, False),
    ("everyone with an account", [allow(aws("*"))], PUBLIC, False),
    ("everyone in a list", [allow({"AWS": ["*"]})], PUBLIC, False),
    ("everyone but one", [{"Effect": "Allow", "NotPrincipal": aws(US), "Action": "s3:*", "Resource": "*"}], PUBLIC, False),
    ("the account by number", [allow(aws(US))], ACCOUNT, False),
    ("the account by root", [allow(aws(f"arn:aws:iam::{US}:root"))], ACCOUNT, False),
    ("a role in China", [allow(aws(f"arn:aws-cn:iam::{US}:role/r"))], ACCOUNT, False),
    ("a session", [allow(aws(f"arn:aws:sts::{US}:assumed-role/r/me"))], ACCOUNT, False),
    ("another account", [allow(aws(THEM))], CROSS, False),
    ("another account's user", [allow(aws(f"arn:aws:iam::{THEM}:user/u"))], CROSS, False),
    ("ours and another", [allow({"AWS": [US, THEM]})], CROSS, False),
    ("a deleted role", [allow(aws("AROAABCDEFGHIJKLMNOPQ"))], NOBODY, False),
    ("a canonical user", [allow({"CanonicalUser": "79a59d"})], CROSS, True),
    ("an origin access identity", [allow(aws("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"))], CROSS, True),
    ("a service", [allow({"Service": "cloudtrail.amazonaws.com"})], ACCOUNT, False),
    ("a role for instances", [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}], ACCOUNT, False),
    # federation
    ("our SAML provider", [allow({"Federated": f"arn:aws:iam::{US}:saml-provider/p"}, equals("SAML:aud", "https://signin.aws.amazon.com/saml"))], ACCOUNT, False),
    ("another account's SAML provider", [allow({"Federated": f"arn:aws:iam::{THEM}:saml-provider/p"})], CROSS, False),
    ("GitHub, anyone", [allow(GITHUB)], PUBLIC, False),
    ("GitHub, by audience only", [allow(GITHUB, equals(AUD, "sts.amazonaws.com"))], PUBLIC, False),
    ("GitHub, one repository", [allow(GITHUB, {"StringEquals": {AUD: "sts.amazonaws.com"}, "StringLike": {SUB: "repo:acme/app:*"}})], CROSS, False),
    ("GitHub, one owner", [allow(GITHUB, {"StringLike": {SUB: "repo:acme/*"}})], CROSS, False),
    ("GitHub, any owner that begins so", [allow(GITHUB, {"StringLike": {SUB: "repo:acme*"}})], PUBLIC, False),
    ("GitHub, any repository", [allow(GITHUB, {"StringLike": {SUB: "repo:*"}})], PUBLIC, False),
    ("GitHub, one of several is open", [allow(GITHUB, {"StringLike": {SUB: ["repo:acme/app:*", "*"]}})], PUBLIC, False),
    ("a subject of somebody else's issuer", [allow(GITHUB, equals("gitlab.com:sub", "project_path:a/b:ref"))], PUBLIC, True),
    ("our own cluster", [allow(EKS)], ACCOUNT, False),
    ("an issuer that we do not know", [allow({"Federated": f"arn:aws:iam::{US}:oidc-provider/login.example.com"})], PUBLIC, True),
    ("Cognito, any pool", [allow({"Federated": "cognito-identity.amazonaws.com"})], PUBLIC, False),
    ("Cognito, one pool", [allow({"Federated": "cognito-identity.amazonaws.com"}, equals("cognito-identity.amazonaws.com:aud", "eu-west-1:1"))], CROSS, False),
    # conditions
    ("SNS default: its owner", [allow(aws("*"), equals("AWS:SourceOwner", US), "SNS:Publish")], ACCOUNT, False),
    ("on our behalf", [allow("*", equals("aws:SourceAccount", US))], ACCOUNT, False),
    ("on another's behalf", [allow("*", equals("aws:SourceAccount", US, THEM))], CROSS, False),
    ("on anyone's behalf", [allow("*", {"StringLike": {"aws:SourceAccount": "*"}})], PUBLIC, False),
    ("if there is a source account", [allow("*", {"StringEqualsIfExists": {"aws:SourceAccount": US}})], PUBLIC, False),
    ("from one of our topics", [allow("*", {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{US}:*"}})], ACCOUNT, False),
    ("from any topic", [allow("*", {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}})], PUBLIC, False),
    ("from a named bucket", [allow("*", {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::logs"}})], CROSS, True),
    ("from a named bucket, whose ARN has neither region nor account", [allow("*", {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:logs"}})], CROSS, True),
    ("from any bucket that begins so", [allow("*", {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::logs*"}})], PUBLIC, False),
    ("from any bucket of any account", [allow("*", {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:*"}})], PUBLIC, False),
    ("from any bucket", [allow("*", {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}})], PUBLIC, False),
    ("a source that is no ARN", [allow("*", {"StringLike": {"aws:SourceArn": f"*{US}*"}})], PUBLIC, True),
    ("the organization", [allow("*", equals("aws:PrincipalOrgID", "o-abcdefghij"))], ORGANIZATION, False),
    ("the organization, spelt oddly", [allow("*", {"stringequals": {"AWS:principalorgid": "o-abcdefghij"}})], ORGANIZATION, False),
    ("any organization", [allow("*", {"StringLike": {"aws:PrincipalOrgID": "o-*"}})], PUBLIC, False),
    ("a branch of it", [allow("*", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abcdefghij/r-ab12/ou-1/*"}})], ORGANIZATION, False),
    ("a branch, or no branch at all", [allow("*", {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-abcdefghij/*"}})], PUBLIC, False),
    ("a branch that must exist", [allow("*", {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-abcdefghij/*"}, "Null": {"aws:PrincipalOrgPaths": "false"}})], ORGANIZATION, False),
    ("sources in the organization", [allow("*", equals("aws:SourceOrgID", "o-abcdefghij"))], ORGANIZATION, False),
    ("principals of our account", [allow("*", equals("aws:PrincipalAccount", US))], ACCOUNT, False),
    ("a role of ours", [allow("*", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{US}:role/*"}})], ACCOUNT, False),
    ("a role of that name anywhere", [allow("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}})], PUBLIC, False),
    ("an AWS managed key", [allow("*", equals("kms:CallerAccount", US) | {"StringLike": {"kms:ViaService": "s3.*"}})], ACCOUNT, False),
    ("through a service only", [allow("*", equals("kms:ViaService", "s3.eu-west-1.amazonaws.com"))], PUBLIC, False),
    ("one VPC endpoint", [allow("*", equals("aws:SourceVpce", "vpce-1a2b3c4d"))], CROSS, True),
    ("one VPC", [allow("*", equals("aws:SourceVpc", "vpc-111bbb22"))], CROSS, True),
    ("any VPC", [allow("*", {"StringLike": {"aws:SourceVpc": "vpc-*"}})], PUBLIC, False),
    ("one network", [allow("*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})], CROSS, False),
    ("one network of two is the internet", [allow("*", {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}})], PUBLIC, False),
    ("half of the internet", [allow("*", {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}})], PUBLIC, False),
    ("the internet in pieces", [allow("*", {"IpAddress": {"aws:SourceIp": [f"{each}.0.0.0/8" for each in range(1, 224)]}})], PUBLIC, False),
    ("the internet, version 6", [allow("*", {"IpAddress": {"aws:SourceIp": "::/0"}})], PUBLIC, False),
    ("an address inside anyone's VPC", [allow("*", {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}})], PUBLIC, False),
    ("an address that is none", [allow("*", {"IpAddress": {"aws:SourceIp": "office"}})], PUBLIC, True),
    ("but for one network", [allow("*", {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}})], PUBLIC, False),
    ("resources of ours", [allow("*", equals("aws:ResourceAccount", US))], PUBLIC, False),
    ("a function URL without sign-in", [allow("*", equals("lambda:FunctionUrlAuthType", "NONE"), "lambda:InvokeFunctionUrl")], PUBLIC, False),
    ("a known external id", [allow(aws(THEM), equals("sts:ExternalId", "x"))], CROSS, False),
    ("over TLS", [allow("*", {"Bool": {"aws:SecureTransport": "true"}})], PUBLIC, False),
    ("AWS services only", [allow("*", {"Bool": {"aws:PrincipalIsAWSService": "true"}})], ACCOUNT, False),
    ("a tag that strangers give themselves", [allow("*", equals("aws:PrincipalTag/team", "a"))], PUBLIC, False),
    ("a name that strangers give themselves", [allow("*", equals("aws:username", "ada"))], PUBLIC, False),
    ("any kind of caller", [allow("*", equals("aws:PrincipalType", "User", "AssumedRole"))], PUBLIC, False),
    ("objects with a tag", [allow("*", equals("s3:ExistingObjectTag/public", "yes"))], PUBLIC, False),
    ("a resource with a tag", [allow("*", equals("aws:ResourceTag/public", "yes"))], PUBLIC, False),
    ("a key that we do not know", [allow("*", equals("ours:unheard-of", "a"))], PUBLIC, True),
    ("an operator that we do not know", [allow("*", {"NumericLessThan": {"aws:PrincipalAccount": "1"}})], PUBLIC, True),
    ("a variable", [allow("*", equals("aws:PrincipalAccount", "${aws:ResourceAccount}"))], PUBLIC, True),
    ("a condition without values", [allow("*", {"StringEquals": {"aws:PrincipalAccount": []}})], PUBLIC, True),
    ("everyone but our account", [allow("*", {"StringNotEquals": {"aws:PrincipalAccount": US}})], PUBLIC, False),
    ("a named outsider, with a tag", [allow(aws(THEM), equals("aws:PrincipalTag/team", "a"))], CROSS, False),
    ("a named outsider, under what we do not know", [allow(aws(THEM), equals("ours:unheard-of", "a"))], CROSS, True),
    ("two conditions", [allow("*", equals("aws:PrincipalOrgID", "o-abcdefghij") | {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})], ORGANIZATION, False),
    # denials
    ("no statement", [], NOBODY, False),
    ("denials only", [deny()], NOBODY, False),
    ("public, all denied", [allow(), deny()], NOBODY, False),
    ("public, another action denied", [allow(), deny(action="s3:PutObject")], PUBLIC, False),
    ("public, its action denied", [allow(), deny(action="S3:get*")], NOBODY, False),
    ("one of two actions denied", [allow(action=["s3:GetObject", "s3:PutObject"]), deny(action="s3:Put*")], PUBLIC, False),
    ("both actions denied apart", [allow(action=["s3:GetObject", "s3:PutObject"]), deny(action="s3:Put*"), deny(action="s3:Get*")], NOBODY, False),
    ("all actions, one denied", [allow(action="s3:*"), deny(action="s3:Get*")], PUBLIC, False),
    ("a denial of one character", [allow(action="s3:Get*"), deny(action="s3:Get?")], PUBLIC, False),
    ("all but some denied", [allow(), {**deny(), "NotAction": "s3:List*", "Action": None}], NOBODY, False),
    ("elsewhere denied", [allow(resource="arn:aws:s3:::b/*"), deny(resource="arn:aws:s3:::b/private/*")], PUBLIC, False),
    ("everywhere else denied", [allow(resource="arn:aws:s3:::b/*"), {**deny(), "NotResource": "arn:aws:s3:::c/*", "Resource": None}], NOBODY, False),
    ("outsiders denied", [allow(), deny(condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}})], ORGANIZATION, False),
    ("outsiders denied where they have an organization", [allow(), deny(condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abcdefghij"}})], ORGANIZATION, False),
    ("a perimeter: ours or AWS", [allow(), deny(condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abcdefghij"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})], ORGANIZATION, False),
    ("any value but ours denied", [allow(), deny(condition={"ForAnyValue:StringNotLike": {"aws:PrincipalOrgPaths": "o-abcdefghij/*"}})], PUBLIC, False),
    ("other networks denied", [allow(), deny(condition={"NotIpAddress": {"aws:SourceIp": "203.0.113.7"}})], CROSS, False),
    ("plain HTTP denied", [allow(), deny(condition={"Bool": {"aws:SecureTransport": "false"}})], PUBLIC, False),
    ("denied to those with a tag", [allow(), deny(condition=equals("aws:PrincipalTag/team", "a"))], PUBLIC, False),
    ("denied perhaps", [allow(), deny(condition=equals("ours:unheard-of", "a"))], PUBLIC, True),
    ("one network denied", [allow(), deny(condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})], PUBLIC, False),
    ("the outsider denied", [allow(aws(THEM)), deny(aws(THEM))], NOBODY, False),
    ("the outsider's account denied", [allow(aws(f"arn:aws:iam::{THEM}:role/r")), deny(aws(f"arn:aws:iam::{THEM}:root"))], NOBODY, False),
    ("another outsider denied", [allow(aws(THEM)), deny(aws("888888888888"))], CROSS, False),
    ("somebody denied", [allow(), deny(aws(THEM))], PUBLIC, False),
    ("all but us denied", [allow(), {"Effect": "Deny", "NotPrincipal": aws(US), "Action": "*", "Resource": "*"}], ACCOUNT, False),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "level", "possibly"), [row[1:] for row in KNOWN], ids=[row[0] for row in KNOWN])
def test_known_policy(statements: list[Any], level: Level, possibly: bool) -> None:
    cleaned = [{name: value for name, value in each.items() if value is not None} for each in statements]
    found = reach(document(*cleaned), account=US)
    assert (found.level, found.possibly) == (level, possibly)


def test_no_policy_reaches_nobody() -> None:
    assert reach(None, account=US) == Reach(NOBODY)
    assert on_behalf(None, account=US) == Reach(NOBODY)
    assert not refuses_plain_http(None)
    assert not grants_administration(None)
    assert not allows(None, "s3:GetObject")


def test_the_widest_statement_is_named_with_its_principals() -> None:
    found = reach(document(allow(aws(US)), {**allow({"AWS": [THEM, US]}), "Sid": "Partner"}), account=US)
    assert found == Reach(CROSS, statement="Partner", principals=(THEM,))
    assert reach(document(allow(aws(US)), allow("*")), account=US).statement == "2"


S3_MAY = {"Service": "s3.amazonaws.com"}
BEHALF: list[tuple[str, dict[str, Any], Level]] = [
    ("anyone", allow(S3_MAY), PUBLIC),
    ("us", allow(S3_MAY, equals("aws:SourceAccount", US)), ACCOUNT),
    ("us, if it says", allow(S3_MAY, {"StringEqualsIfExists": {"aws:SourceAccount": US}}), ACCOUNT),
    ("another", allow(S3_MAY, equals("aws:SourceAccount", THEM)), CROSS),
    ("our topic", allow(S3_MAY, {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{US}:t"}}), ACCOUNT),
    ("one bucket", allow(S3_MAY, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::logs"}}), CROSS),
    ("the organization", allow(S3_MAY, equals("aws:SourceOrgID", "o-abcdefghij")), ORGANIZATION),
    ("no service at all", allow(aws(THEM)), NOBODY),
]


@pytest.mark.parametrize(("statement", "level"), [row[1:] for row in BEHALF], ids=[row[0] for row in BEHALF])
def test_for_whom_a_service_may_act(statement: dict[str, Any], level: Level) -> None:
    assert on_behalf(document(statement), account=US).level is level


MALFORMED: list[Any] = [
    {},
    {"Statement": "x"},
    {"Statement": [7]},
    document({**allow(), "Effect": "allow"}),
    document({**allow(), "Action": 7}),
    document({**allow(), "Action": []}),
    document({**allow(), "NotAction": "s3:*"}),
    document({**allow(), "Principal": "somebody"}),
    document({**allow(), "Principal": {"AWS": [None]}}),
    document({**allow(), "Principal": {"aws": US}}),
    document({**allow(), "NotPrincipal": "*"}),
    document({**allow(), "Condition": "x"}),
    document({**allow(), "Condition": {"StringEquals": "x"}}),
    document({**allow(), "Condition": {"StringEquals": {"aws:SourceIp": {}}}}),
    document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}),
    document({"effect": "Allow", "principal": "*", "action": "*"}),
]


@pytest.mark.parametrize("given_", MALFORMED, ids=str)
def test_what_is_malformed_is_unread(given_: Any) -> None:
    with pytest.raises(UnreadError) as caught:
        reach(given_, account=US)
    assert (caught.value.fact.reason, caught.value.fact.code) == (Reason.ERROR, "MalformedPolicy")


def test_hostile_patterns_take_no_longer() -> None:
    stars, text = "*a" * 2000 + "b", "a" * 4000
    assert not allows(document({"Effect": "Allow", "Action": stars, "Resource": "*"}), text)
    assert reach(document(allow(action=text), deny(action=stars)), account=US).level is PUBLIC


# ---- what must hold of any policy ------------------------------------------------------------------------------------

NAMES = st.sampled_from(["*", US, THEM, f"arn:aws:iam::{US}:root", f"arn:aws:iam::{THEM}:role/r", "AROAABCDEFGHIJKLMNOPQ"])
PRINCIPALS = st.one_of(
    st.just("*"),
    st.builds(lambda names: {"AWS": names}, st.lists(NAMES, min_size=1, max_size=3)),
    st.just({"Service": ["sns.amazonaws.com"]}),
    st.just(GITHUB),
)
PATTERNS = st.lists(st.sampled_from(["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:Put?bject", "sns:*"]), min_size=1, max_size=3)
PLACES = st.lists(st.sampled_from(["*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::c/?"]), min_size=1, max_size=2)
VALUES = st.lists(
    st.sampled_from(
        [US, THEM, "*", "o-abcdefghij", "o-*", "10.0.0.0/8", "0.0.0.0/0", "true", "false", "vpce-1a2b", "${x}", "repo:a/b:*"]
    ),
    max_size=3,
)
TESTED = st.sampled_from(
    ["aws:SourceAccount", "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:SourceIp", "aws:SourceVpce", "aws:PrincipalIsAWSService", "aws:SecureTransport", "aws:PrincipalTag/x", SUB]
)  # fmt: skip
ASKED = st.builds(
    lambda qualifier, base, end: qualifier + base + end,
    st.sampled_from(["", "ForAnyValue:", "ForAllValues:"]),
    st.sampled_from(
        ["StringEquals", "StringNotEquals", "StringLike", "IpAddress", "NotIpAddress", "Bool", "Null", "DateLessThan"]
    ),
    st.sampled_from(["", "IfExists"]),
)
CONDITIONS = st.dictionaries(ASKED, st.dictionaries(TESTED, VALUES, max_size=2), max_size=2)


@st.composite
def statements(draw: st.DrawFn, effect: str = "") -> dict[str, Any]:
    who = draw(st.sampled_from(["Principal", "Principal", "Principal", "NotPrincipal"]))
    what = draw(st.sampled_from(["Action", "Action", "NotAction"]))
    where = draw(st.sampled_from(["Resource", "Resource", "NotResource"]))
    return {
        "Effect": effect or draw(st.sampled_from(["Allow", "Deny"])),
        who: draw(PRINCIPALS),
        what: draw(PATTERNS),
        where: draw(PLACES),
        "Condition": draw(CONDITIONS),
    }


POLICIES = st.lists(statements(), max_size=4)


def seen(*given_: Any) -> tuple[Level, bool, tuple[str, ...]]:
    found = reach(document(*given_), account=US)
    return found.level, found.possibly, found.principals


@given(POLICIES, statements(effect="Deny"))
def test_a_denial_never_widens(policy: list[Any], denial: Any) -> None:
    assert seen(*policy, denial)[0] <= seen(*policy)[0]


@given(POLICIES, statements(effect="Allow"), ASKED, TESTED, VALUES)
def test_a_condition_never_widens(policy: list[Any], grant: Any, operator: str, key: str, values: list[str]) -> None:
    conditions = grant["Condition"]
    if key in conditions.get(operator, {}):
        return
    narrower = {**grant, "Condition": {**conditions, operator: {**conditions.get(operator, {}), key: values}}}
    assert seen(*policy, narrower)[0] <= seen(*policy, grant)[0]


@given(POLICIES.flatmap(lambda policy: st.tuples(st.just(policy), st.permutations(policy))))
def test_the_order_of_statements_is_irrelevant(both: tuple[list[Any], list[Any]]) -> None:
    assert seen(*both[0]) == seen(*both[1])


def unwrapped(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: unwrapped(each) for name, each in value.items()}
    return value[0] if isinstance(value, list) and len(value) == 1 else value


@given(POLICIES)
def test_a_scalar_is_a_list_of_one(policy: list[Any]) -> None:
    assert seen(*map(unwrapped, policy)) == seen(*policy)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | NAMES,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["Statement", "Effect", "Principal", "Action", "Resource", "Condition", "AWS", "x"]), inner, max_size=4),
    max_leaves=15,
)  # fmt: skip


@given(JSON | st.builds(lambda each: {"Statement": each}, JSON) | st.builds(lambda a, b: {"Statement": {**allow(), **a, "Condition": b}}, st.dictionaries(st.sampled_from(["Action", "Principal", "Sid", "Resource"]), JSON), JSON))  # fmt: skip
@settings(max_examples=300)
def test_nothing_but_unread_is_raised(value: Any) -> None:
    for ask in (lambda: reach(value, account=US), lambda: refuses_plain_http(value), lambda: allows(value, "s3:Get")):
        with suppress(UnreadError):
            ask()


GLOBS = st.text("ab*?", max_size=6)
TEXTS = st.text("abc", max_size=6)


@given(GLOBS, GLOBS, TEXTS)
@settings(max_examples=400)
def test_patterns_that_cover_and_patterns_that_overlap(one: str, two: str, text: str) -> None:
    first, second = Patterns((one,)), Patterns((two,))
    if first.match(text) and second.match(text):
        assert overlap(one, two)
    if first.covers(two) and second.match(text):
        assert first.match(text)
