"""What a file of acceptances and attestations may say, and what is said about one that can't be taken."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from scanner.evaluation.overlay import Acceptance, OverlayError, acceptance, attestation, covering, ends, parsed

ACCEPT = {"check": "aws.s3.*", "owner": "ann", "reason": "moves", "until": date(2026, 12, 31)}
ATTEST = {"service": "aws.s3", "area": "data", "owner": "ann", "statement": "reviewed", "until": "2026-12-31"}


def test_a_file_says_both() -> None:
    said = parsed({"accept": [ACCEPT], "attest": [ATTEST]}, "risks.toml")
    assert said.source == "risks.toml"
    assert [each.check for each in said.acceptances] == ["aws.s3.*"]
    assert [each.area for each in said.attestations] == ["data"]


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ({"acceptt": []}, "unknown table 'acceptt'"),
        ({"accept": {}}, r"write \[\[accept\]\]"),
        ({"accept": [1]}, r"write \[\[accept\]\]"),
        ({"accept": [{**ACCEPT, "rsrc": "x"}]}, r"\[\[accept\]\] 1: unknown key 'rsrc'"),
        ({"accept": [ACCEPT, {**ACCEPT, "owner": ""}]}, r"\[\[accept\]\] 2: owner is missing"),
        ({"accept": [{name: ACCEPT[name] for name in ("check", "owner", "reason")}]}, "until is missing"),
        ({"accept": [{**ACCEPT, "until": "some day"}]}, "until is a date, as 2026-12-31"),
        ({"accept": [{**ACCEPT, "until": 7}]}, "until is a date"),
        ({"accept": [{**ACCEPT, "check": ["a"]}]}, "check is a text"),
        ({"accept": [{**ACCEPT, "tag": "team"}]}, "a tag is name=value"),
        ({"attest": [{**ATTEST, "service": "aws.nothing"}]}, "no service 'aws.nothing'"),
        ({"attest": [{**ATTEST, "area": "nothing"}]}, "no area 'nothing'"),
        ({"attest": [{**ATTEST, "area": "physical"}]}, "is the provider's"),
    ],
)
def test_what_cannot_be_taken_is_said_in_one_line(raw: dict[str, Any], complaint: str) -> None:
    with pytest.raises(OverlayError, match=complaint) as told:
        parsed(raw, "risks.toml")
    assert str(told.value).startswith("risks.toml")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("given", "end"),
    [
        ("2026-12-31", datetime(2027, 1, 1, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-12-31T10:00:00+02:00", datetime(2026, 12, 31, 8, tzinfo=UTC)),
        (datetime(2026, 12, 31, 10, tzinfo=UTC), datetime(2026, 12, 31, 10, tzinfo=UTC)),
        ("2026-12-31T10:00:00", datetime(2026, 12, 31, 10, tzinfo=UTC)),
        ("9999-12-31", datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_a_day_ends_with_its_last_moment(given: object, end: datetime) -> None:
    assert ends(given, "here") == end


@pytest.mark.parametrize("tags", [None, {}, {"team": "db"}])
def test_tags_that_are_not_there_or_were_not_read_cover_nothing(tags: dict[str, str] | None) -> None:
    said = acceptance({**ACCEPT, "tag": "team=web"}, "here")
    assert not said.covers("aws.s3.bucket", "b", tags)
    assert said.covers("aws.s3.bucket", "b", {"team": "web"})


def test_the_longest_covers() -> None:
    def until(day: int) -> Acceptance:
        return Acceptance(check="*", owner="", reason="", until=datetime(2026, 12, day, tzinfo=UTC))

    assert covering([(1, until(3)), (2, until(9)), (3, until(5))], "c", "r", None) == 2
    assert covering([], "c", "r", None) is None


def test_an_attestation_is_of_a_cell_that_is_ours() -> None:
    assert attestation(ATTEST, "here").until == datetime(2027, 1, 1, tzinfo=UTC)
