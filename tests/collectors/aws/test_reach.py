"""What accounts at the centre tell the others: when it is known, how much of it, and that nobody waits for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from collectors.aws.reach import ANALYZER, CARRIED, SHADOW, TRAIL, Reach
from scanner.model import Absent, Event, Fact, Gap, Listed, Present, Reason, Resource, Unread

CENTRE, MEMBER, EU = "1", "2", "eu-west-1"
ABSENT = Absent("TrailNotFoundException")
DENIED = Unread(Reason.DENIED, "AccessDenied", "cloudtrail:GetTrailStatus")


def trail(type: str, account: str, **facts: Fact) -> Resource:
    item: dict[str, Any] = {"IsOrganizationTrail": True}
    return Resource(type, "arn:trail", account, EU, {"item": Present(item), **facts})


def analyzer(kind: str) -> Resource:
    return Resource(ANALYZER, f"arn:{kind}", CENTRE, EU, {"item": Present({"type": kind, "status": "ACTIVE"})}, listed_in=EU)


def reach(*heard: Event, whole: bool = True, read: bool = True) -> Reach:
    made = Reach([CENTRE], whole=whole)
    for each in heard:
        made.hear(each)
    made.ended(CENTRE, read=read)
    return made


def told(made: Reach, **facts: Fact) -> dict[str, Fact]:
    event = made.told(trail(SHADOW, MEMBER, **facts))
    assert isinstance(event, Resource)
    return {name: event.facts[name] for name in facts}


def test_what_the_member_was_not_told_comes_from_the_centre() -> None:
    status, selectors = Present({"IsLogging": True}), Present({"EventSelectors": []})
    made = reach(trail(TRAIL, CENTRE, status=status, selectors=selectors))
    assert told(made, status=ABSENT, selectors=ABSENT) == {"status": status, "selectors": selectors}


def test_what_the_member_knows_itself_stands_and_what_it_was_denied_too() -> None:
    own = Present({"IsLogging": False})
    made = reach(trail(TRAIL, CENTRE, status=Present({"IsLogging": True}), selectors=Present({})))
    assert told(made, status=own, selectors=DENIED) == {"status": own, "selectors": DENIED}


def test_what_the_centre_could_not_read_is_unread_for_the_member() -> None:
    assert told(reach(trail(TRAIL, CENTRE, status=DENIED)), status=ABSENT) == {"status": DENIED}


def test_a_trail_that_the_centre_does_not_have_stays_as_it_is() -> None:
    assert told(reach(), status=ABSENT) == {"status": ABSENT}


def test_only_analyzers_of_the_organization_are_carried() -> None:
    found = list(reach(analyzer("ACCOUNT"), analyzer("ORGANIZATION_UNUSED_ACCESS")).analyzers(MEMBER, [EU, "us-east-1"]))
    assert [each.id for each in found if isinstance(each, Resource)] == ["arn:ORGANIZATION_UNUSED_ACCESS"]
    assert [each for each in found if isinstance(each, Listed)] == [
        Listed(CARRIED, EU, complete=True, account=MEMBER),
        Listed(CARRIED, "us-east-1", complete=True, account=MEMBER),
    ]


def gaps(made: Reach) -> list[tuple[Reason, str]]:
    return [(each.reason, each.account) for each in made.analyzers(MEMBER, [EU]) if isinstance(each, Gap)]


def test_analyzers_are_not_all_where_a_holder_was_not_read_or_is_not_known() -> None:
    assert gaps(reach()) == []
    assert gaps(reach(whole=False)) == [(Reason.UNAVAILABLE, MEMBER)]
    assert gaps(reach(read=False)) == [(Reason.UNAVAILABLE, MEMBER)]
    denied = Gap(ANALYZER, EU, "aws.accessanalyzer", "accessanalyzer:ListAnalyzers", Reason.DENIED, account=CENTRE)
    assert gaps(reach(denied)) == [(Reason.DENIED, MEMBER)]


def test_members_wait_for_the_last_account_at_the_centre_and_no_longer() -> None:
    made = Reach(["0", CENTRE], whole=True)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(told, made, status=ABSENT)
        made.ended("0", read=True)
        assert not waiting.done()
        made.hear(trail(TRAIL, CENTRE, status=Present({})))
        made.ended(CENTRE, read=True)
        assert waiting.result(5) == {"status": Present({})}


def test_nobody_waits_once_nobody_takes_any_more() -> None:
    made = Reach([CENTRE], whole=True)
    made.release()
    assert told(made, status=ABSENT) == {"status": ABSENT}


def test_only_members_wait_and_only_with_the_organizations_trails() -> None:
    made = Reach([CENTRE], whole=True)
    assert made.waits(trail(SHADOW, MEMBER), MEMBER)
    assert made.waits(Listed(SHADOW, "global", complete=True), MEMBER), "it comes after all resources of its type"
    assert not made.waits(trail(SHADOW, CENTRE), CENTRE)
    assert not made.waits(trail(TRAIL, MEMBER), MEMBER)
