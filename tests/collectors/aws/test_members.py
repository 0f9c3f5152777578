"""Which accounts of an organization are chosen, as AWS Organizations tells of them; and what is never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from collectors.aws.members import Directory, Organization
from collectors.aws.options import AwsOptions
from scanner.model import Account
from scanner.provider import ConnectError
from tests.collectors.aws.fake import ACCOUNT, FakeAws, Refusal

ROOT, WORK, PROD, PLAY = "r-root", "ou-root-work0000", "ou-root-prod0000", "ou-root-play0000"
UNITS = {ROOT: {WORK: "work", PLAY: "play"}, WORK: {PROD: "prod"}}
PATHS = {ACCOUNT: [ROOT], "1": [ROOT, WORK, PROD], "2": [ROOT, WORK], "3": [ROOT, PLAY]}
NAMES = {ACCOUNT: "top", "1": "shop", "2": "shop-test", "3": "sandbox-a"}
TAGS = {"1": {"stage": "prod"}, "2": {"stage": "test"}, "3": {}}
DENIED = Refusal("AccessDeniedException", "You don't have permissions to access this resource.")


def row(account: str, *, paths: bool) -> dict[str, Any]:
    told = {"Paths": ["/".join(["o-org", *PATHS[account], account, ""])]} if paths else {}
    return {"Id": account, "Name": NAMES[account], "State": "SUSPENDED" if account == "3" else "ACTIVE", **told}


def units(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"OrganizationalUnits": [{"Id": id, "Name": name} for id, name in UNITS.get(given["ParentId"], {}).items()]}


def below(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"Accounts": [row(account, paths=False) for account, path in PATHS.items() if path[-1] == given["ParentId"]]}


def tags(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"Tags": [{"Key": key, "Value": value} for key, value in TAGS[given["ResourceId"]].items()]}


def organization(*, paths: bool = True, **other: Any) -> FakeAws:
    answers = {
        "DescribeOrganization": {"Organization": {"Id": "o-org", "MasterAccountId": ACCOUNT}},
        "ListAccounts": {"Accounts": [row(account, paths=paths) for account in PATHS]},
        "ListRoots": {"Roots": [{"Id": ROOT, "Name": "Root"}]},
        "ListOrganizationalUnitsForParent": units,
        "ListAccountsForParent": below,
        "ListTagsForResource": tags,
        "ListDelegatedAdministrators": {"DelegatedAdministrators": [{"Id": "2"}]},
    }
    return FakeAws(**{**answers, **other})


def discovered(aws: FakeAws, **options: Any) -> Organization:
    return Directory(aws.connection()).discover(AwsOptions(organization=True, **options))


def ids(found: Organization) -> list[str]:
    return [each.id for each in found.members if each.id != ACCOUNT]


def test_every_account_is_read_whatever_its_state_and_knows_the_unit_above_it() -> None:
    found = discovered(organization())
    assert {each.id: each.path for each in found.members} == {id: tuple(path) for id, path in PATHS.items()}
    assert {each.id: each.state for each in found.members}["3"] == "SUSPENDED"
    assert found.members[1].account("aws").parent == PROD


def test_discovery_asks_three_things_when_nothing_is_chosen() -> None:
    aws = organization()
    discovered(aws)
    assert [name for name, _ in aws.sent] == ["DescribeOrganization", "ListAccounts", "ListDelegatedAdministrators"]


def test_where_accounts_do_not_tell_their_units_the_units_tell_their_accounts() -> None:
    aws = organization(paths=False)
    assert [each.path for each in discovered(aws).members] == [tuple(path) for path in PATHS.values()]
    assert len(aws.asked("ListAccountsForParent")) == 4


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ({"include_units": PROD}, ["1"]),
        ({"include_units": "work"}, ["1", "2"]),
        ({"include_units": "work/prod, play"}, ["1", "3"]),
        ({"include_units": "wor*"}, ["1", "2"]),
        ({"include_units": ROOT}, ["1", "2", "3"]),
        ({"exclude_units": "work/prod"}, ["2", "3"]),
        ({"include_units": "work", "exclude_units": PROD}, ["2"]),
        ({"include_accounts": "shop*"}, ["1", "2"]),
        ({"include_accounts": "1,sandbox-?"}, ["1", "3"]),
        ({"exclude_accounts": "shop"}, ["2", "3"]),
        ({"exclude_accounts": "1, 2"}, ["3"]),
        ({"include_tags": "stage=prod"}, ["1"]),
        ({"include_tags": "stage=*"}, ["1", "2"]),
        ({"exclude_tags": "stage=test"}, ["1", "3"]),
        ({"include_units": "work", "include_tags": "stage=*", "exclude_accounts": "shop"}, ["2"]),
    ],
    ids=str,
)
def test_accounts_are_chosen_by_unit_tag_id_and_name(options: dict[str, str], chosen: list[str]) -> None:
    assert ids(discovered(organization(), **options)) == chosen


def test_the_account_that_was_entered_is_read_whatever_is_chosen() -> None:
    found = discovered(organization(), include_accounts="shop", exclude_accounts=ACCOUNT)
    assert [each.id for each in found.members] == [ACCOUNT, "1"]


def test_units_are_asked_for_only_where_one_is_named() -> None:
    aws = organization()
    discovered(aws, include_units=PROD)
    assert not aws.asked("ListOrganizationalUnitsForParent")


def test_a_unit_whose_name_looks_like_an_id_is_found_by_its_name() -> None:
    def looking_like_ids(given: Mapping[str, Any]) -> dict[str, Any]:
        names = {"play": "r-and-d"}
        rows = units(given)["OrganizationalUnits"]
        return {"OrganizationalUnits": [{**row, "Name": names.get(row["Name"], row["Name"])} for row in rows]}

    aws = organization(ListOrganizationalUnitsForParent=looking_like_ids)
    assert ids(discovered(aws, include_units="r-and-d")) == ["3"]
    assert ids(discovered(aws, exclude_units="r-and-d")) == ["1", "2"]


def test_tags_are_asked_for_only_of_accounts_that_fit_otherwise() -> None:
    aws = organization()
    discovered(aws, include_tags="stage=*", include_units=PLAY)
    assert aws.asked("ListTagsForResource") == [{"ResourceId": "3"}]


@pytest.mark.parametrize(
    "options", [{"include_units": "wrk"}, {"include_units": "ou-none"}, {"include_accounts": "shop,9"}], ids=str
)
def test_a_slip_that_would_choose_too_little_is_an_error(options: dict[str, str]) -> None:
    with pytest.raises(ConnectError, match=r"o-org is called (wrk|ou-none|9)$"):
        discovered(organization(), **options)


def test_the_centre_is_the_account_that_was_entered_the_management_account_and_the_delegates() -> None:
    found = discovered(organization())
    assert found.centre == {ACCOUNT, "2"}
    assert found.whole


def test_delegates_that_nobody_tells_leave_the_centre_open_and_the_scan_alive() -> None:
    found = discovered(organization(ListDelegatedAdministrators=DENIED))
    assert found.centre == {ACCOUNT}
    assert not found.whole


@pytest.mark.parametrize(
    ("operation", "options", "said"),
    [
        ("DescribeOrganization", {}, "cannot be described"),
        ("ListAccounts", {}, "accounts of the organization cannot be listed"),
        ("ListRoots", {"include_units": "work"}, "roots of the organization cannot be listed"),
        ("ListOrganizationalUnitsForParent", {"include_units": "work"}, "units of the organization cannot be listed"),
        ("ListTagsForResource", {"exclude_tags": "stage=prod"}, "tags of account 1 cannot be listed"),
    ],
)
def test_what_would_choose_by_guess_ends_before_the_scan(operation: str, options: dict[str, str], said: str) -> None:
    with pytest.raises(ConnectError, match=f"{said} .AccessDeniedException"):
        discovered(organization(**dict[str, Any]({operation: DENIED})), **options)


@pytest.mark.parametrize("call", ["ListAccounts", "ListRoots"])
def test_a_row_that_does_not_say_what_it_is_of_ends_before_the_scan(call: str) -> None:
    answers = {"ListAccounts": {"Accounts": [{"Name": "shop"}]}, "ListRoots": {"Roots": [{"Name": "Root"}]}}
    with pytest.raises(ConnectError, match=r"cannot be listed .DecodeError: a row without an id"):
        discovered(organization(**dict[str, Any]({call: answers[call]})), include_units="work")


@pytest.mark.parametrize(
    ("account", "parent", "left"),
    [
        ("9", "ou-root-prod0000", True),
        ("9", "r-root", True),
        ("9", "ou-else-prod0000", False),
        ("9", "", False),
        ("3", "ou-root-prod0000", False),
        ("2", "r-root", False),
    ],
    ids=["below a unit", "below the root", "of another organization", "never a member", "suspended", "not chosen"],
)
def test_only_who_was_a_member_and_is_none_has_left(account: str, parent: str, *, left: bool) -> None:
    found = discovered(organization(), include_accounts="shop,sandbox-a")
    assert found.left(Account("aws", account, parent=parent)) is left


def test_an_account_in_no_organization_is_told_so() -> None:
    with pytest.raises(ConnectError, match=f"{ACCOUNT} is in no organization"):
        discovered(organization(DescribeOrganization=Refusal("AWSOrganizationsNotInUseException")))


@pytest.mark.parametrize("answer", [{}, {"Organization": {}}, {"Organization": {"Id": "o-org"}}], ids=str)
def test_what_describes_no_organization_is_no_aws(answer: dict[str, Any]) -> None:
    with pytest.raises(ConnectError, match="not AWS"):
        discovered(organization(DescribeOrganization=answer))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"include_units": "work"}, "include_units must come with organization"),
        ({"organization": True, "include_tags": "prod"}, "key=value"),
        ({"role_name": "arn:aws:iam::1:role/x"}, "no ARN"),
        ({"parallel": 0}, "1 to 16"),
        ({"account_seconds": -1.0}, "negative"),
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        AwsOptions(**given)
