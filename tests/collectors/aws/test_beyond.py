"""What no spec covers: kept as bare resources, named by what they are; and what nobody told stays open."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from collectors.aws import PROVIDER
from collectors.aws.beyond import BARE, Beyond, covered, kind_of, type_of
from collectors.aws.collect import AwsCollector
from collectors.aws.options import ROLE_NAME, AwsOptions
from collectors.aws.provider import specs
from collectors.redact import Redactor
from scanner.config import Config, Settings
from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.model import Event, Listed, Reason
from scanner.provider import Selection
from scanner.scan import scan
from simulators.aws import Fault, SimulatedAws
from tests.collectors.aws.fake import ACCOUNT, FakeAws, Raw, Refusal, Seen
from tests.collectors.aws.local import listing
from tests.conftest import ACCOUNT as OWN

BARE_ACCOUNT = "600000000099"
EU, US = "eu-west-1", "us-east-1"
DHCP = f"arn:aws:ec2:{EU}:{ACCOUNT}:dhcp-options/dopt-1"
INDEX = f"arn:aws:geo:{US}:{ACCOUNT}:place-index/offices"
PROFILE = f"arn:aws:iam::{ACCOUNT}:instance-profile/web"
QUEUE = f"arn:aws:sqs:{EU}:{ACCOUNT}:orders"


def indexes(**types: str) -> Raw:
    rows = [{"Region": region.replace("_", "-"), "Type": kind} for region, kind in types.items()]
    return Raw(listing(Indexes=rows))


def indexed(*arns: str, **more: str) -> Raw:
    rows = [{"Arn": arn, "Region": where(arn), "OwningAccountId": ACCOUNT, "LastReportedAt": 1.0} for arn in arns]
    return Raw(listing(Resources=[{**row, **more} for row in rows]))


def where(arn: str) -> str:
    return (arn.split(":")[3] if ":" in arn else EU) or "global"


def tagged(*arns: str) -> dict[str, Any]:
    return {"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": [{"Key": "team", "Value": "a"}]} for arn in arns]}


NONE = indexes()
DENIED = Refusal("AccessDeniedException", "not authorized", 403, rest=True)


def asked(regions: tuple[str, ...] = (EU, US), **answers: Any) -> tuple[Seen, FakeAws]:
    aws = FakeAws(**{"ListIndexes": NONE, "GetResources": tagged(), **answers})
    events: list[Event] = []
    with ThreadPoolExecutor(2) as readers:
        Beyond(aws.connection(), regions, Redactor(b"key"), covered(specs()), events.append).run(readers)
    return Seen(events), aws


def ended(seen: Seen) -> dict[tuple[str, str], bool]:
    return {(each.type, each.region): each.complete for each in seen.events if isinstance(each, Listed)}


def test_what_has_tags_and_no_spec_is_kept_with_them() -> None:
    seen, _ = asked((EU,), GetResources=tagged(DHCP, QUEUE))
    (found,) = seen.resources
    assert (found.type, found.id, found.region, found.name) == ("aws.unknown.ec2_dhcp_options", DHCP, EU, "dopt-1")
    assert found.tags == {"team": "a"}
    assert ended(seen) == {(BARE, "global"): True, (BARE, EU): True, ("aws.unknown.ec2_dhcp_options", EU): True}
    assert not seen.gaps


def test_without_an_index_each_region_is_asked_once() -> None:
    _, aws = asked()
    assert [name for name, _ in aws.sent] == ["ListIndexes", "GetResources", "GetResources"]


def test_an_index_of_all_regions_is_asked_once_and_tells_what_has_no_tags() -> None:
    seen, aws = asked(
        ListIndexes=indexes(us_east_1="AGGREGATOR", eu_west_1="LOCAL"), ListResources=indexed(DHCP, INDEX, PROFILE)
    )
    assert {each.id: each.region for each in seen.resources} == {DHCP: EU, INDEX: US, PROFILE: "global"}
    assert {each.listed_in for each in seen.resources} == {"global"}
    assert all(ended(seen).values())
    assert len(aws.asked("ListResources")) == 1
    assert not aws.asked("GetResources")


def test_a_local_index_is_asked_in_its_region_and_the_tags_elsewhere() -> None:
    seen, aws = asked(ListIndexes=indexes(eu_west_1="LOCAL"), ListResources=indexed(DHCP), GetResources=tagged(INDEX))
    assert {each.id for each in seen.resources} == {DHCP, INDEX}
    assert [len(aws.asked(name)) for name in ("ListResources", "GetResources")] == [1, 1]


def test_when_a_catalogue_last_looked_is_no_change() -> None:
    seen, _ = asked((EU,), ListIndexes=indexes(eu_west_1="LOCAL"), ListResources=indexed(DHCP))
    assert "LastReportedAt" not in seen.resources[0]["item"]


@pytest.mark.parametrize(
    "answer",
    [
        indexed(DHCP, OwningAccountId="999999999999"),
        indexed(f"arn:aws:ec2:ap-south-1:{ACCOUNT}:dhcp-options/dopt-1"),
        indexed("nonsense"),
    ],
    ids=["of another account", "in a region that is not read", "no ARN"],
)
def test_what_is_not_of_what_is_read_is_left_out(answer: Raw) -> None:
    seen, _ = asked((EU,), ListIndexes=indexes(eu_west_1="LOCAL"), ListResources=answer)
    assert not seen.resources
    assert not seen.gaps


@pytest.mark.parametrize("code", ["UnauthorizedException", "ResourceNotFoundException"])
def test_an_index_without_a_view_is_none(code: str) -> None:
    answers = {
        "ListIndexes": indexes(eu_west_1="LOCAL"),
        "ListResources": Refusal(code, "", 401, rest=True),
        "GetResources": tagged(DHCP),
    }
    seen, _ = asked((EU,), **answers)
    assert [each.id for each in seen.resources] == [DHCP]
    assert not seen.gaps


@pytest.mark.parametrize(
    ("answers", "operation", "permission", "region"),
    [
        ({"ListIndexes": DENIED}, "resource-explorer-2:ListIndexes", "resource-explorer-2:ListIndexes", "global"),
        ({"GetResources": DENIED}, "resourcegroupstaggingapi:GetResources", "tag:GetResources", EU),
        (
            {"ListIndexes": indexes(eu_west_1="LOCAL"), "ListResources": DENIED},
            "resource-explorer-2:ListResources",
            "resource-explorer-2:Search resource-explorer-2:List*",
            EU,
        ),
    ],
)
def test_what_is_refused_is_a_gap_that_names_the_permission(
    answers: Mapping[str, Any], operation: str, permission: str, region: str
) -> None:
    seen, _ = asked((EU,), **answers)
    (gap,) = seen.gaps
    assert (gap.type, gap.region, gap.reason, gap.operation, gap.permission) == (
        BARE,
        region,
        Reason.DENIED,
        operation,
        permission,
    )


@pytest.mark.parametrize(
    ("answers", "refused"),
    [
        ({}, []),
        ({"GetResources": DENIED}, ["resourcegroupstaggingapi:GetResources"]),
        ({"ListIndexes": DENIED}, ["resource-explorer-2:ListIndexes"]),
        ({"ListIndexes": indexes(eu_west_1="LOCAL"), "ListResources": DENIED}, ["resource-explorer-2:ListResources"]),
    ],
)
def test_the_doctor_tries_each_catalogue_that_a_scan_asks(answers: Mapping[str, Any], refused: list[str]) -> None:
    aws = FakeAws(**dict[str, Any]({"ListIndexes": NONE, "GetResources": tagged(), **answers}))
    probes = list(Beyond(aws.connection(), (EU, US), Redactor(b"key"), frozenset(), lambda _: None).probe())
    assert [each.operation for each in probes if each.code] == refused
    assert len(probes) == (3 if "ListResources" in answers else 2)


LOCAL = {"ListIndexes": indexes(eu_west_1="LOCAL"), "ListResources": indexed(DHCP), "GetResources": tagged(DHCP)}
TYPE = "aws.unknown.ec2_dhcp_options"


@pytest.mark.parametrize("refusal", [DENIED, Refusal("UnauthorizedException", "", 401, rest=True)], ids=lambda each: each.code)
def test_what_an_index_showed_is_not_closed_by_tags_alone(refusal: Refusal) -> None:
    """They know nothing of what never had tags."""
    before, _ = asked((EU,), **LOCAL)
    assert [each.listed_in for each in before.resources] == ["global"]
    assert ended(before)[TYPE, "global"] is True
    after, _ = asked((EU,), **{**LOCAL, "ListResources": refusal})
    assert [each.listed_in for each in after.resources] == [EU]
    assert (TYPE, "global") not in ended(after)


def test_one_index_of_several_that_is_refused_leaves_the_listing_of_all_open() -> None:
    def answer(operation: str, host: str) -> Any:
        return DENIED if operation == "ListResources" and US in host else None

    aws = FakeAws(ListIndexes=indexes(eu_west_1="LOCAL", us_east_1="LOCAL"), ListResources=indexed(DHCP), GetResources=tagged())
    aws.before = answer
    events: list[Event] = []
    with ThreadPoolExecutor(2) as readers:
        Beyond(aws.connection(), (EU, US), Redactor(b"key"), frozenset(), events.append).run(readers)
    assert ended(Seen(events))[TYPE, "global"] is False


def test_a_scan_of_some_regions_leaves_the_listing_of_all_open() -> None:
    seen, _ = asked((EU,), **{**LOCAL, "ListIndexes": indexes(eu_west_1="LOCAL", us_east_1="LOCAL")})
    assert ended(seen)[TYPE, "global"] is False


def test_what_was_cut_short_closes_nothing() -> None:
    pages = [{**tagged(DHCP), "PaginationToken": "more"}, DENIED]
    seen, _ = asked((EU,), GetResources=pages)
    assert ended(seen)["aws.unknown.ec2_dhcp_options", EU] is False
    assert ended(seen)[BARE, EU] is False


def test_evident_secrets_in_tags_are_not_kept() -> None:
    secret = "ghp_" + "a1B2" * 9
    row = {"ResourceARN": DHCP, "Tags": [{"Key": "key", "Value": secret}]}
    seen, _ = asked((EU,), GetResources={"ResourceTagMappingList": [row]})
    assert secret not in str(seen.resources[0].facts)


@pytest.mark.parametrize(
    ("arn", "kind", "type"),
    [
        (DHCP, ("ec2", "dhcpoptions"), "aws.unknown.ec2_dhcp_options"),
        ("arn:aws:apigateway:eu-west-1::/vpclinks/a", ("apigateway", "vpclinks"), "aws.unknown.apigateway_vpclinks"),
        ("arn:aws:iotwireless:eu-west-1:1:FuotaTask/x", ("iotwireless", "fuotatask"), "aws.unknown.iotwireless_fuota_task"),
        ("arn:aws:wafv2:eu-west-1:1:regional/ipset/a/1", ("wafv2", "ipset"), "aws.unknown.wafv2_ipset"),
        ("arn:aws:codecommit:eu-west-1:1:shop", ("codecommit", ""), "aws.unknown.codecommit"),
        ("arn:aws:x:eu-west-1:1:\u202e/../y", ("x", ""), "aws.unknown.x"),
    ],
)
def test_a_type_is_called_by_the_service_and_the_kind(arn: str, kind: tuple[str, str], type: str) -> None:
    assert kind_of(arn) == kind
    assert type_of(arn) == type


def test_what_arns_call_described_types_is_covered() -> None:
    """That of one type of each way: by its spec's id, by its name, and by what ARNs call it."""
    known = covered(specs())
    for rest in (
        "ec2:eu-west-1:1:vpc/vpc-1",
        "kms:eu-west-1:1:key/1",
        "rds:eu-west-1:1:db:shop",
        "s3:::bucket",
        "sqs:eu-west-1:1:q",
        "sns:eu-west-1:1:topic:9d3ab3ca-c570-4f45-af7d-2a6e8ac7f53f",
        "wafv2:eu-west-1:1:regional/webacl/a/1",
        "wafv2:us-east-1:1:global/webacl/a/1",
    ):
        assert kind_of(f"arn:aws:{rest}") in known
    assert kind_of(DHCP) not in known


@pytest.mark.usefixtures("aws")
def test_catalogues_are_asked_unless_only_some_services_are_or_nobody_wants_it(aws: SimulatedAws) -> None:
    for collector in (entered(only_described=True), entered(frozenset({"sqs"}))):
        assert not collector.beyond
    assert entered().beyond
    assert not aws.unanswered


def entered(services: frozenset[str] = frozenset(), **options: Any) -> AwsCollector:
    role = f"arn:aws:iam::{OWN}:role/{ROLE_NAME}"
    selection = Selection(regions=frozenset({EU}), services=services)
    collector = PROVIDER.connect(AwsOptions(role_arn=role, **options), selection, secret_key=lambda: b"key")
    assert isinstance(collector, AwsCollector)
    return collector


def kept(store: Store) -> tuple[str, list[tuple[Any, ...]]]:
    """Scan account :data:`BARE_ACCOUNT` as the engine does; return the snapshot's status and the blind spots."""
    flags = {"role_arn": f"arn:aws:iam::{BARE_ACCOUNT}:role/{ROLE_NAME}", "attempts": 1}
    (target,) = Config(Settings()).targets("aws", flags, regions=[EU])
    (done,) = scan(lambda: store, target, [], lambda _event, _collector: None)
    rows = queries.sql(store, "SELECT resource_type, reason, permission, resources FROM blind_spots ORDER BY resource_type")
    return done.status.value, [tuple(row.values()) for row in rows]


def test_bare_resources_stand_in_the_blind_spots_by_name_and_number(
    aws: SimulatedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tuple(spec for spec in specs() if spec.service == "aws.sqs")
    monkeypatch.setattr("collectors.aws.provider.specs", lambda: few)
    place = aws.place(BARE_ACCOUNT, EU)
    arns = [f"arn:aws:geo:{EU}:{BARE_ACCOUNT}:place-index/{name}" for name in ("offices", "shops")]
    with Store.open(str(tmp_path / "demarc.db")) as store:
        place.tell("resourcegroupstaggingapi:GetResources", tagged(*arns))
        assert kept(store) == ("complete", [("aws.unknown.geo_place_index", "unsupported", "", 2)])
        place.tell("resourcegroupstaggingapi:GetResources", tagged(arns[0]))
        assert kept(store) == ("complete", [("aws.unknown.geo_place_index", "unsupported", "", 1)])
        aws.fault(Fault("resourcegroupstaggingapi:*", "denied"))
        denied = (BARE, "denied", "tag:GetResources", 0)
        assert kept(store) == ("partial", [denied, ("aws.unknown.geo_place_index", "unsupported", "", 1)])
        aws.clear()
        assert kept(store) == ("complete", [("aws.unknown.geo_place_index", "unsupported", "", 1)])
