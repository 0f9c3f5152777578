"""How one service in one region is read: what becomes a resource, what a fact, what a gap, and with how many calls."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from collectors.aws.facts import tags
from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging
from collectors.aws.unit import CHUNK
from scanner.model import Absent, Fact, Gap, Present, Reason, Resource, Unread
from tests.collectors.aws.fake import ACCOUNT, REGION, FakeAws, Raw, Refusal, named, repositories

DENIED = Refusal("AccessDeniedException", "no")
POLICY = Call(
    "get_repository_policy",
    "policyText",
    decode="json",
    absent="RepositoryPolicyNotFoundException",
    repositoryName="{repositoryName}",
)
WITH_POLICY = repositories(facts={"policy": POLICY})
SECRET = Spec(
    type="aws.secretsmanager.secret",
    service="aws.secretsmanager",
    api="secretsmanager",
    title="Secret",
    listing=Call("list_secrets", "SecretList"),
    id="{ARN}",
    name="{Name}",
)
VERSION = Spec(
    type="aws.secretsmanager.version",
    service="aws.secretsmanager",
    api="secretsmanager",
    title="Version",
    parent=SECRET.type,
    listing=Call("list_secret_version_ids", "Versions", SecretId="{parent[ARN]}"),
    id="{parent[ARN]}:{VersionId}",
    name="{parent[Name]}",
    gone=frozenset({"ResourceNotFoundException"}),
)
SECRETS = {"SecretList": [{"ARN": "arn:a", "Name": "a"}, {"ARN": "arn:b", "Name": "b"}]}


# Listings.


def test_a_row_becomes_a_resource_with_its_row_as_item() -> None:
    seen = FakeAws(DescribeRepositories=named("aa", "bb")).read(repositories())
    assert [(each.id, each.name, each.account, each.region, each.listed_in) for each in seen.resources] == [
        ("arn:aa", "aa", ACCOUNT, REGION, REGION),
        ("arn:bb", "bb", ACCOUNT, REGION, REGION),
    ]
    assert seen.resources[0]["item"] == {"repositoryName": "aa", "repositoryArn": "arn:aa"}
    assert (seen.gaps, seen.complete) == ([], {"aws.ecr.repository": True})


def test_pages_are_followed_to_the_end() -> None:
    pages = [{**named("aa"), "nextToken": "1"}, {**named(), "nextToken": "2"}, named("bb")]
    fake = FakeAws(DescribeRepositories=pages)
    assert fake.read(repositories()).names == ["aa", "bb"]
    assert fake.asked("DescribeRepositories") == [{}, {"nextToken": "1"}, {"nextToken": "2"}]


def test_what_comes_before_a_failing_page_is_kept_and_the_listing_is_incomplete() -> None:
    fake = FakeAws(DescribeRepositories=[{**named("aa"), "nextToken": "1"}, DENIED])
    seen = fake.read(repositories())
    assert seen.names == ["aa"]
    assert seen.complete == {"aws.ecr.repository": False}
    assert seen.gaps == [
        Gap(
            "aws.ecr.repository",
            REGION,
            "aws.ecr",
            "ecr:DescribeRepositories",
            Reason.DENIED,
            "AccessDeniedException",
            "ecr:DescribeRepositories",
            "no",
        )
    ]


def halves() -> tuple[Spec, Spec]:
    """Return two types that take their rows from one listing."""
    made = []
    for name in ("aa", "bb"):
        listing = Call("describe_repositories", f"repositories[?repositoryName == '{name}']")
        made.append(replace(repositories(), type=f"aws.ecr.{name}", listing=listing))
    return made[0], made[1]


def test_a_listing_that_two_types_share_is_asked_once_to_its_end() -> None:
    fake = FakeAws(DescribeRepositories=[{**named("aa"), "nextToken": "1"}, named("bb")])
    seen = fake.read(*halves())
    assert [(each.type, each.name) for each in seen.resources] == [("aws.ecr.aa", "aa"), ("aws.ecr.bb", "bb")]
    assert len(fake.asked("DescribeRepositories")) == 2, "two pages"


def test_a_shared_listing_that_fails_is_a_gap_of_each_type_and_keeps_what_came_before() -> None:
    fake = FakeAws(DescribeRepositories=[{**named("aa"), "nextToken": "1"}, DENIED])
    seen = fake.read(*halves())
    assert seen.names == ["aa"]
    assert [gap.type for gap in seen.gaps] == ["aws.ecr.aa", "aws.ecr.bb"]
    assert seen.complete == {"aws.ecr.aa": False, "aws.ecr.bb": False}
    assert len(fake.asked("DescribeRepositories")) == 2, "it is not asked again"


def test_a_token_that_comes_twice_ends_the_listing_with_a_gap() -> None:
    seen = FakeAws(DescribeRepositories={**named("aa"), "nextToken": "again"}).read(repositories())
    assert seen.names == ["aa", "aa"]
    assert [gap.code for gap in seen.gaps] == ["PaginationError"]


OFF = ("OffException: not enabled",)


@pytest.mark.parametrize(
    "listing",
    [Call("describe_repositories", "repositories", absent=OFF), Call("describe_repositories", "repositories", disabled=OFF)],
    ids=["absent", "disabled"],
)
def test_a_service_that_is_off_is_an_empty_and_complete_listing(listing: Call) -> None:
    off = FakeAws(DescribeRepositories=Refusal("OffException", "ECR is not enabled here")).read(repositories(listing=listing))
    assert (off.resources, off.gaps, off.complete) == ([], [], {"aws.ecr.repository": True})
    other = FakeAws(DescribeRepositories=Refusal("OffException", "you may not")).read(repositories(listing=listing))
    assert [gap.code for gap in other.gaps] == ["OffException"], "the same code with other words says something else"


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'"text"', b"{", b"\xff", b"<html>sign in</html>", b'{"repositories": {"not": "a list"}}'],
    ids=repr,
)
def test_an_answer_that_is_none_is_a_gap_and_never_an_empty_listing(body: bytes) -> None:
    seen = FakeAws(DescribeRepositories=Raw(body)).read(repositories())
    assert seen.complete == {"aws.ecr.repository": False}
    assert [gap.reason for gap in seen.gaps] == [Reason.ERROR]


@pytest.mark.parametrize("rows", [[3], ["text"], {"a": 1}, "text"])
def test_rows_that_are_no_objects_are_a_gap(rows: Any) -> None:
    spec = repositories(listing=Call("get_repository_policy", "policyText", decode="json", repositoryName="x"))
    seen = FakeAws(GetRepositoryPolicy={"policyText": json.dumps(rows)}).read(spec)
    assert seen.complete == {"aws.ecr.repository": False}


def test_a_row_without_an_id_is_a_gap_and_the_others_are_kept() -> None:
    rows = {"repositories": [{"repositoryName": "aa"}, *named("bb")["repositories"]]}
    seen = FakeAws(DescribeRepositories=rows).read(repositories())
    assert seen.names == ["bb"]
    assert seen.complete == {"aws.ecr.repository": False}
    assert [gap.code for gap in seen.gaps] == ["DecodeError"]


def test_a_field_that_a_projection_left_empty_is_missing_and_not_called_none() -> None:
    listing = Call("describe_repositories", "repositories[].{repositoryArn: repositoryArn, repositoryName: repositoryName}")
    seen = FakeAws(DescribeRepositories={"repositories": [{"repositoryName": "aa"}]}).read(repositories(listing=listing))
    assert (seen.resources, seen.complete) == ([], {"aws.ecr.repository": False})


def test_without_a_listing_there_is_one_resource_a_scope() -> None:
    spec = repositories(listing=None, id="arn:{partition}:ecr:{region}:{account}:registry", name="{account}", facts={})
    seen = FakeAws().read(spec)
    assert [each.id for each in seen.resources] == [f"arn:aws:ecr:{REGION}:{ACCOUNT}:registry"]
    assert seen.resources[0].facts == {}


def test_a_service_that_a_region_lacks_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.aws.session.resolves", lambda _: False)
    seen = FakeAws().read(repositories(), region="xx-nowhere-1")
    assert (seen.resources, seen.gaps, seen.complete) == ([], [], {"aws.ecr.repository": True})


# Facts.


def test_a_fact_is_present_absent_or_unread() -> None:
    known: dict[str, Any] = {
        "present": {"policyText": '{"Statement": []}'},
        "absent": Refusal("RepositoryPolicyNotFoundException"),
        "empty": {},
        "denied": DENIED,
        "broken": {"policyText": '{"Statement":'},
        "null": {"policyText": "null"},
        "cut": Raw(b'{"policyText": '),
    }
    fake = FakeAws(DescribeRepositories=named(*known), GetRepositoryPolicy=lambda given: known[given["repositoryName"]])
    seen = fake.read(WITH_POLICY)
    at = ("ecr:GetRepositoryPolicy", "ecr:GetRepositoryPolicy")
    assert {each.name: each.facts["policy"] for each in seen.resources} == {
        "present": Present({"Statement": []}),
        "absent": Absent("RepositoryPolicyNotFoundException"),
        "empty": Absent(),
        "denied": Unread(Reason.DENIED, "AccessDeniedException", *at),
        "broken": Unread(Reason.ERROR, "DecodeError", *at),
        "null": Unread(Reason.ERROR, "DecodeError", *at),
        "cut": Unread(Reason.ERROR, "ResponseParserError", *at),
    }
    assert seen.complete == {"aws.ecr.repository": True}, "what a fact lacks is the resource's own gap"


def test_a_code_that_a_call_calls_absent_never_means_that_the_resource_went() -> None:
    call = WITH_POLICY.facts["policy"]
    spec = replace(WITH_POLICY, gone=WITH_POLICY.gone | set(call.absent))
    seen = FakeAws(DescribeRepositories=named("aa"), GetRepositoryPolicy=Refusal(call.absent[0])).read(spec)
    assert [each.facts["policy"] for each in seen.resources] == [Absent(call.absent[0])]


def test_a_resource_that_went_meanwhile_is_dropped_without_a_gap() -> None:
    fake = FakeAws(DescribeRepositories=named("aa"), GetRepositoryPolicy=Refusal("RepositoryNotFoundException"))
    seen = fake.read(WITH_POLICY)
    assert (seen.resources, seen.gaps, seen.complete) == ([], [], {"aws.ecr.repository": True})


def test_two_facts_of_one_call_send_it_once() -> None:
    registry = Call("describe_registry", "registryId")
    spec = repositories(facts={"id": registry, "rules": Call("describe_registry", "replicationConfiguration.rules")})
    fake = FakeAws(DescribeRepositories=named("aa"), DescribeRegistry={"registryId": "1", "replicationConfiguration": {}})
    seen = fake.read(spec)
    assert (seen.fact("id"), seen.fact("rules")) == (Present("1"), Absent())
    assert len(fake.asked("DescribeRegistry")) == 1


def test_the_pages_of_a_fact_are_joined() -> None:
    images = Call("list_images", "imageIds[].imageTag", repositoryName="{repositoryName}")
    fake = FakeAws(
        DescribeRepositories=named("aa"),
        ListImages=[{"imageIds": [{"imageTag": "1"}], "nextToken": "1"}, {}, {"imageIds": [{"imageTag": "never"}]}],
    )
    assert fake.read(repositories(facts={"images": images})).fact("images") == Present(["1"])
    lost = FakeAws(DescribeRepositories=named("aa"), ListImages=[{"imageIds": [{"imageTag": "1"}], "nextToken": "1"}, DENIED])
    fact = lost.read(repositories(facts={"images": images})).fact("images")
    assert isinstance(fact, Unread), "half of a list is no list"


def test_pages_that_are_no_lists_are_unread() -> None:
    whole = Call("list_images", "@", repositoryName="{repositoryName}")
    fake = FakeAws(DescribeRepositories=named("aa"), ListImages=[{"imageIds": [], "nextToken": "1"}, {"imageIds": []}])
    assert fake.read(repositories(facts={"images": whole})).fact("images").code == "DecodeError"


def test_an_operation_of_another_service_is_asked_there() -> None:
    call = Call("get_resource_policy", "ResourcePolicy", service="secretsmanager", SecretId="{repositoryName}")
    fake = FakeAws(DescribeRepositories=named("aa"), GetResourcePolicy={"ResourcePolicy": "{}"})
    assert fake.read(repositories(facts={"policy": call})).fact("policy") == Present("{}")
    assert fake.hosts["secretsmanager.eu-west-1.amazonaws.com"] == 1


def test_a_resource_is_asked_in_its_own_region() -> None:
    spec = repositories(scope="global", region="{registryId}", facts={"policy": POLICY})
    rows = {"repositories": [{**row, "registryId": "eu-north-1"} for row in named("aa")["repositories"]]}
    fake = FakeAws(DescribeRepositories=rows, GetRepositoryPolicy={"policyText": "{}"})
    seen = fake.read(spec, region="global")
    assert [(each.region, each.listed_in) for each in seen.resources] == [("eu-north-1", "global")]
    assert fake.hosts == {"api.ecr.eu-west-1.amazonaws.com": 1, "api.ecr.eu-north-1.amazonaws.com": 1}


def test_declared_secrets_leave_as_hashes_and_evident_ones_too() -> None:
    token = "ghp_" + "aa" * 36
    rows = {"repositories": [{**row, "registryId": "hunter2", "repositoryUri": token} for row in named("aa")["repositories"]]}
    item = FakeAws(DescribeRepositories=rows).read(repositories(secret=("item.registryId",))).resources[0]["item"]
    assert set(item["registryId"]) == {"$secret"}
    assert item["repositoryUri"].startswith("[secret: GitHub Token ")
    assert "hunter2" not in str(item)


# Joined facts.


def joined(batch: int = 0, **more: Any) -> Spec:
    """Describe repositories with their tags from CloudTrail, of which the real list_tags takes many ids at once."""
    ids = ["{repositoryArn}"] if batch else ["everything"]
    call = Call(
        "list_tags",
        "ResourceTagList",
        service="cloudtrail",
        by="ResourceId",
        key="{repositoryArn}",
        batch=batch,
        ResourceIdList=ids,
        **more,
    )
    return repositories(facts={"tagging": call})


def tagged(given: Any) -> Any:
    return {"ResourceTagList": [{"ResourceId": id} for id in given["ResourceIdList"] if id != "arn:untagged"]}


def test_without_batch_a_joined_call_is_sent_once_for_all_pages_and_types() -> None:
    names = [str(number) for number in range(CHUNK + 1)]
    answer = {"ResourceTagList": [{"ResourceId": f"arn:{name}", "TagsList": []} for name in names[1:]]}
    fake = FakeAws(DescribeRepositories=named(*names), ListTags=answer)
    second = joined()
    seen = fake.read(joined(), repositories(type="aws.ecr.other", facts=second.facts))
    facts = [each.facts["tagging"] for each in seen.resources]
    assert facts[0] == Absent()
    assert facts[1] == Present({"ResourceId": "arn:1", "TagsList": []})
    assert len(facts) == 2 * len(names)
    assert len(fake.asked("ListTags")) == 1


def test_a_joined_call_is_not_sent_when_there_is_nothing_to_join() -> None:
    fake = FakeAws(DescribeRepositories=named())
    assert fake.read(joined()).complete == {"aws.ecr.repository": True}
    assert fake.asked("ListTags") == []


@pytest.mark.parametrize("batch", [0, 2])
@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ({"ResourceTagList": []}, Absent()),
        (Refusal("OffException"), Absent()),
        (DENIED, Unread(Reason.DENIED, "AccessDeniedException", "cloudtrail:ListTags", "cloudtrail:ListTags")),
        (Raw(b"{"), Unread(Reason.ERROR, "ResponseParserError", "cloudtrail:ListTags", "cloudtrail:ListTags")),
    ],
)
def test_a_joined_call_without_rows_is_not_asked_again_for_each(batch: int, answer: Any, fact: Fact) -> None:
    fake = FakeAws(DescribeRepositories=named("aa", "bb"), ListTags=answer)
    seen = fake.read(joined(batch, disabled="OffException"))
    assert [each.facts["tagging"] for each in seen.resources] == [fact, fact]
    assert len(fake.asked("ListTags")) == 1


def test_ids_go_out_in_batches() -> None:
    fake = FakeAws(DescribeRepositories=named("aa", "bb", "untagged", "dd", "ee"), ListTags=tagged)
    seen = fake.read(joined(2))
    assert [given["ResourceIdList"] for given in fake.asked("ListTags")] == [
        ["arn:aa", "arn:bb"],
        ["arn:untagged", "arn:dd"],
        ["arn:ee"],
    ]
    assert [each.name for each in seen.resources if isinstance(each.facts["tagging"], Absent)] == ["untagged"]


def test_one_that_is_gone_or_refused_spoils_no_other() -> None:
    def answer(given: Any) -> Any:
        ids = given["ResourceIdList"]
        if "arn:gone" in ids:
            return Refusal("RepositoryNotFoundException")
        return DENIED if ids == ["arn:denied"] else tagged(given)

    fake = FakeAws(DescribeRepositories=named("aa", "gone", "denied", "dd"), ListTags=answer)
    seen = fake.read(joined(4))
    facts = {each.name: type(each.facts["tagging"]) for each in seen.resources}
    assert facts == {"aa": Present, "denied": Unread, "dd": Present}
    assert len(fake.asked("ListTags")) == 1 + 4


def test_a_failed_batch_leaves_the_other_batches_read() -> None:
    fake = FakeAws(
        DescribeRepositories=named("aa", "bb", "cc"), ListTags=[tagged({"ResourceIdList": ["arn:aa"]}), DENIED, DENIED]
    )
    seen = fake.read(joined(1))
    assert {each.name: type(each.facts["tagging"]) for each in seen.resources} == {"aa": Present, "bb": Unread, "cc": Unread}


def test_a_row_that_cannot_be_asked_for_leaves_the_rest_of_its_batch_read() -> None:
    call = joined(3).facts["tagging"]
    rows = {"repositories": [{"repositoryName": "nameless"}, *named("aa", "{bb}")["repositories"]]}
    fake = FakeAws(DescribeRepositories=rows, ListTags=tagged)
    seen = fake.read(repositories(id="{repositoryName}", facts={"tagging": call}))
    assert {each.name: type(each.facts["tagging"]) for each in seen.resources} == {
        "nameless": Unread,
        "aa": Present,
        "{bb}": Present,
    }


def test_an_object_within_a_list_is_not_taken_for_the_ids() -> None:
    call = Call(
        "describe_images",
        "imageDetails",
        by="repositoryName",
        key="{repositoryName}",
        batch=2,
        repositoryName="fixed",
        imageIds=[{"imageTag": "latest"}],
    )
    fake = FakeAws(DescribeRepositories=named("aa", "bb"), DescribeImages={"imageDetails": [{"repositoryName": "aa"}]})
    fake.read(repositories(facts={"images": call}))
    assert fake.asked("DescribeImages") == [{"repositoryName": "fixed", "imageIds": [{"imageTag": "latest"}]}]


# Children.


def test_children_are_listed_under_every_parent_by_token_though_botocore_knows_no_pages() -> None:
    def versions(given: Any) -> Any:
        first = {"Versions": [{"VersionId": "1"}], "NextToken": "more"}
        return {"Versions": [{"VersionId": "2"}]} if "NextToken" in given else first

    fake = FakeAws(ListSecrets=SECRETS, ListSecretVersionIds=versions)
    seen = fake.read(SECRET, VERSION)
    assert [each.id for each in seen.resources if each.type == VERSION.type] == ["arn:a:1", "arn:a:2", "arn:b:1", "arn:b:2"]
    assert seen.complete == {SECRET.type: True, VERSION.type: True}


def test_a_parent_that_went_has_no_children_and_one_that_is_refused_leaves_the_listing_incomplete() -> None:
    gone = FakeAws(ListSecrets=SECRETS, ListSecretVersionIds=Refusal("ResourceNotFoundException")).read(SECRET, VERSION)
    assert (gone.gaps, gone.complete[VERSION.type]) == ([], True)
    denied = FakeAws(ListSecrets=SECRETS, ListSecretVersionIds=DENIED).read(SECRET, VERSION)
    assert denied.complete == {SECRET.type: True, VERSION.type: False}
    assert [(gap.type, gap.operation) for gap in denied.gaps] == [(VERSION.type, "secretsmanager:ListSecretVersionIds")]


def test_the_children_of_parents_that_nobody_listed_are_unlisted_for_the_same_reason() -> None:
    seen = FakeAws(ListSecrets=DENIED).read(SECRET, VERSION)
    assert seen.complete == {SECRET.type: False, VERSION.type: False}
    assert [(gap.type, gap.operation) for gap in seen.gaps] == [
        (SECRET.type, "secretsmanager:ListSecrets"),
        (VERSION.type, "secretsmanager:ListSecrets"),
    ]


# Faults of ours.


def test_a_fault_in_one_resource_leaves_the_others_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(facts: dict[str, Fact], path: str) -> Fact:
        if "'bb'" in str(facts):
            raise RuntimeError("a fault of ours")
        return tags(facts, path)

    monkeypatch.setattr("collectors.aws.facts.tags", faulty)
    seen = FakeAws(DescribeRepositories=named("aa", "bb", "cc")).read(repositories(tags="item.tags"))
    assert seen.names == ["aa", "cc"]
    assert [gap.message for gap in seen.gaps] == ["RuntimeError while reading"]


def test_a_fault_in_a_type_without_a_listing_is_a_gap_and_ends_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = repositories(listing=None, type="aws.ecr.registry", id="{nothing}", facts={})
    seen = FakeAws(DescribeRepositories=named("aa")).read(spec, repositories())
    assert seen.complete == {"aws.ecr.registry": False, "aws.ecr.repository": True}
    assert [(gap.type, gap.code, gap.operation, gap.permission) for gap in seen.gaps] == [
        ("aws.ecr.registry", "DecodeError", "", "")
    ]


def test_a_fault_of_one_kind_in_many_listings_is_one_gap() -> None:
    many = {"SecretList": [{"ARN": f"arn:{number}", "Name": "x"} for number in range(30)]}
    seen = FakeAws(ListSecrets=many, ListSecretVersionIds=DENIED).read(SECRET, VERSION)
    assert len(seen.gaps) == 1


# Tags.


@pytest.mark.parametrize(
    "shape",
    [
        [{"Key": "team", "Value": "a"}, {"Key": "empty", "Value": ""}],
        [{"key": "team", "value": "a"}, {"key": "empty"}],
        [{"TagKey": "team", "TagValue": "a"}, {"TagKey": "empty", "TagValue": None}],
        {"team": "a", "empty": None},
    ],
)
def test_tags_are_names_to_values_whatever_their_shape(shape: Any) -> None:
    assert tags({"item": Present({"Tags": shape})}, "item.Tags") == Present({"team": "a", "empty": ""})


@pytest.mark.parametrize("fact", [Present({}), Present({"Tags": None}), Present({"Tags": []}), Present(None), Absent("None")])
def test_no_tags_are_known_to_be_none(fact: Fact) -> None:
    assert tags({"item": fact}, "item.Tags") == Present({})


def test_tags_in_what_was_not_read_are_unread() -> None:
    unread = Unread(Reason.DENIED, "AccessDenied", "ecr:X", "ecr:X")
    assert tags({"item": unread}, "item.Tags") is unread


@pytest.mark.parametrize("shape", ["text", 3, [3], ["text"], [{"Value": "a"}], [None]])
def test_tags_of_no_known_shape_are_unread(shape: Any) -> None:
    assert isinstance(tags({"item": Present({"Tags": shape})}, "item.Tags"), Unread)


# What one listing a region tells of many types.


def tag(kind: str = "ecr:repository", arn: str = "{repositoryArn}", **more: Any) -> Spec:
    own = Call("list_tags_for_resource", "{Tags: tags}", resourceArn="{repositoryArn}")
    return repositories(facts={"tags": tagging(kind, arn, own)}, tags="tags.Tags", **more)


OWNED = {"ResourceTagMappingList": [{"ResourceARN": "arn:aa", "Tags": [{"Key": "team", "Value": "a"}]}]}
OWN = {"tags": [{"Key": "team", "Value": "b"}]}


def test_tags_of_all_types_of_all_units_are_asked_once_a_region() -> None:
    fake = FakeAws(DescribeRepositories=named("aa", "bb"), ListSecrets=SECRETS, GetResources=OWNED)
    secret = replace(SECRET, facts={"tags": tagging("secretsmanager:secret", "{ARN}")})
    regions = (REGION, "eu-north-1")
    seen = [each for each in fake.collector(tag(), secret, regions=regions).collect() if isinstance(each, Resource)]
    kinds = {"ResourceTypeFilters": ["ecr:repository", "secretsmanager:secret"], "ResourcesPerPage": 100}
    assert fake.asked("GetResources") == [kinds, kinds]
    assert {each.id: each.tags for each in seen if each.type == tag().type} == {"arn:aa": {"team": "a"}, "arn:bb": {}}
    assert len(seen) == 8


def test_a_kind_that_the_tagging_api_does_not_know_leaves_the_others_their_tags() -> None:
    def answer(asked: Any) -> Any:
        return Refusal("InvalidParameterException") if "secretsmanager:new" in asked["ResourceTypeFilters"] else OWNED

    fake = FakeAws(DescribeRepositories=named("aa", "bb"), ListSecrets=SECRETS, GetResources=answer)
    secret = replace(SECRET, facts={"tags": tagging("secretsmanager:new", "{ARN}")}, tags="tags.Tags")
    seen = [each for each in fake.collector(tag(), secret).collect() if isinstance(each, Resource)]
    assert {each.id: each.tags for each in seen if each.type == tag().type} == {"arn:aa": {"team": "a"}, "arn:bb": {}}
    unknown = [each.facts["tags"] for each in seen if each.type == SECRET.type]
    assert unknown
    assert all(isinstance(each, Unread) for each in unknown)
    assert len(fake.asked("GetResources")) == 3


def test_where_nothing_wants_tags_nobody_asks_for_them() -> None:
    fake = FakeAws(DescribeRepositories=named())
    assert fake.read(tag()).complete == {tag().type: True}
    assert not fake.asked("GetResources")


@pytest.mark.parametrize("failing", [DENIED, Raw(b"{"), [{**OWNED, "PaginationToken": "1"}, DENIED]])
def test_where_the_listing_of_tags_fails_each_resource_is_asked_by_the_call_of_its_own(failing: Any) -> None:
    fake = FakeAws(DescribeRepositories=named("aa", "bb"), GetResources=failing, ListTagsForResource=OWN)
    seen = fake.read(tag())
    assert [each.tags for each in seen.resources] == [{"team": "b"}, {"team": "b"}]
    assert len(fake.asked("ListTagsForResource")) == 2
    assert not seen.gaps


def test_where_both_are_refused_the_tags_are_unread() -> None:
    fake = FakeAws(DescribeRepositories=named("aa"), GetResources=DENIED, ListTagsForResource=DENIED)
    operation = "ecr:ListTagsForResource"
    assert fake.read(tag()).resources[0].facts["tags"] == Unread(Reason.DENIED, DENIED.code, operation, operation)


@pytest.mark.parametrize("more", [{"arn": "{policy[Nothing]}"}, {"region": "{registryId}"}])
def test_what_cannot_be_found_among_the_tags_is_asked_for_itself(more: dict[str, str]) -> None:
    """A resource whose ARN or region nobody told must not pass for one without tags."""
    fake = FakeAws(DescribeRepositories=named("aa"), GetResources=OWNED, ListTagsForResource=OWN)
    assert fake.read(tag(**more)).resources[0].tags == {"team": "b"}


def test_tags_are_looked_up_in_the_region_where_the_resource_lives() -> None:
    rows = [{"repositoryName": "aa", "repositoryArn": "arn:aa", "registryId": "ap-south-1"}]
    fake = FakeAws(DescribeRepositories={"repositories": rows}, GetResources=OWNED)
    assert fake.read(tag(region="{registryId}")).resources[0].tags == {"team": "a"}
    assert fake.hosts["tagging.ap-south-1.amazonaws.com"] == 1


# What another answer makes needless.


def images(*needless: str) -> Call:
    return Call("describe_images", "imageDetails", needless=needless, repositoryName="{repositoryName}")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        ({"imageTagMutability": "MUTABLE"}, Absent("Mutable")),
        ({"imageTagMutability": "IMMUTABLE"}, Present([])),
        ({}, Present([])),
    ],
)
def test_a_call_is_left_out_only_where_a_fact_says_so(said: dict[str, str], fact: Fact) -> None:
    rows = {"repositories": [{"repositoryName": "aa", "repositoryArn": "arn:aa", **said}]}
    fake = FakeAws(DescribeRepositories=rows, DescribeImages={"imageDetails": []})
    assert (
        fake.read(repositories(facts={"images": images("item", "imageTagMutability == 'MUTABLE'", "Mutable")}))
        .resources[0]
        .facts["images"]
        == fact
    )
    assert len(fake.asked("DescribeImages")) == (fact != Absent("Mutable"))


@pytest.mark.parametrize("expression", ["@ != 'anything'", "length(@) == `0`"])
def test_what_was_not_read_or_cannot_be_evaluated_makes_nothing_needless(expression: str) -> None:
    facts = {"policy": POLICY, "images": images("policy", expression, "Needless")}
    answer = DENIED if "anything" in expression else Refusal("RepositoryPolicyNotFoundException")
    fake = FakeAws(DescribeRepositories=named("aa"), GetRepositoryPolicy=answer, DescribeImages={"imageDetails": []})
    assert fake.read(repositories(facts=facts)).resources[0].facts["images"] == Present([])


@pytest.mark.parametrize(
    ("answer", "asked"),
    [({"SecretList": []}, 0), (SECRETS, 1), (DENIED, 1), ([{"SecretList": [], "NextToken": "1"}, DENIED], 1)],
)
def test_what_needs_another_type_is_asked_for_unless_it_is_sure_that_there_is_none(answer: Any, asked: int) -> None:
    other = Spec(
        type="aws.secretsmanager.batch",
        service=SECRET.service,
        api=SECRET.api,
        title="Batch",
        needs=SECRET.type,
        listing=Call("list_secret_version_ids", "Versions", SecretId="any"),
        id="{VersionId}",
    )
    fake = FakeAws(ListSecrets=answer, ListSecretVersionIds={"Versions": []})
    assert fake.read(SECRET, other).complete[other.type]
    assert len(fake.asked("ListSecretVersionIds")) == asked


# Doctor.


def test_a_probe_tries_each_listing_and_each_call_of_one_resource_once() -> None:
    facts = {"policy": POLICY, "again": POLICY, "tagging": joined(5).facts["tagging"]}
    fake = FakeAws(
        DescribeRepositories={**named("aa", "bb"), "nextToken": "more"},
        GetRepositoryPolicy=DENIED,
        ListTags={"ResourceTagList": []},
    )
    probes = list(fake.collector(repositories(facts=facts), regions=(REGION, "eu-north-1")).doctor())
    assert [(each.operation, each.code, each.permission) for each in probes] == [
        ("ecr:DescribeRepositories", "", "ecr:DescribeRepositories"),
        ("ecr:GetRepositoryPolicy", "AccessDeniedException", "ecr:GetRepositoryPolicy"),
        ("cloudtrail:ListTags", "", "cloudtrail:ListTags"),
    ]
    assert len(fake.sent) == 3, "one page, one resource, one region"


def test_a_probe_takes_what_is_absent_off_or_gone_for_allowed() -> None:
    fake = FakeAws(DescribeRepositories=named("aa"), GetRepositoryPolicy=Refusal("RepositoryPolicyNotFoundException"))
    assert [each.code for each in fake.collector(WITH_POLICY).doctor()] == ["", ""]
    refused = FakeAws(DescribeRepositories=DENIED)
    assert [each.code for each in refused.collector(WITH_POLICY).doctor()] == ["AccessDeniedException"]


def test_a_probe_of_children_asks_under_the_first_parent() -> None:
    fake = FakeAws(ListSecrets=SECRETS, ListSecretVersionIds={"Versions": []})
    assert [each.operation for each in fake.collector(SECRET, VERSION).doctor()] == [
        "secretsmanager:ListSecrets",
        "secretsmanager:ListSecretVersionIds",
    ]
    assert fake.asked("ListSecretVersionIds") == [{"SecretId": "arn:a"}]
