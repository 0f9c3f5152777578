"""What strangers named is data in every form: nobody is mentioned, nothing is linked, no line is added."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.notify import forms
from scanner.notify.news import LONGEST, News, news

HOSTILE = [
    "<!channel> <@U012AB3CD> <https://evil.example|click>",
    "**bold** [click](https://evil.example) `x` # y",
    '<script>alert(1)</script><img src=x onerror="x">',
    "{panel}[~admin] h1. |table|",
    "line\nbreak\r\nSubject: spoofed\x1b[31m\u202egnp.exe\u2028",
    "\ud800 half",
]
FINDING = {
    "event": "opened",
    "finding_id": "f-1",
    "check_id": "aws.s3.bucket.not_public",
    "severity": "high",
    "area": "data",
    "owner": "customer",
    "reason": "it is public",
    "resource_type": "aws.s3.bucket",
    "resource_id": "arn:aws:s3:::b",
    "name": "b",
    "region": "eu-west-1",
}


def snapshot(**given: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "kind": "snapshot",
        "provider": "aws",
        "account_id": "1",
        "account": "prod",
        "snapshot_id": 7,
        "at": "2026-11-26T02:00:00+00:00",
        "counts": {"critical": 1, "high": 2},
        "findings": [FINDING],
        "coverage": None,
    }
    return {**body, **given}


def alert(**given: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"kind": "alert", "alert": "overdue", "over": False, "provider": "aws", "account_id": "1"}
    return {**body, "account": "prod", "since": None, "at": "2026-11-26T02:00:00+00:00", "note": "no entry", **given}


class TestNews:
    def test_of_a_snapshot_count_name_and_say_where_the_others_are(self) -> None:
        said = news(snapshot())
        assert said.title == "prod (aws 1): 3 new failing findings (1 critical, 2 high)"
        assert said.severity == "critical"
        assert said.lines == (
            "high: aws.s3.bucket.not_public: b in eu-west-1: it is public [f-1]",
            "and 2 more: demarc findings --account 1",
            "Snapshot 7, 2026-11-26T02:00:00+00:00",
        )

    def test_name_the_worst_first_however_the_database_orders_them(self) -> None:
        said = news(snapshot(counts={"low": 1, "medium": 2}, findings=[]))
        assert said.title.endswith("(2 medium, 1 low)")
        assert said.severity == "medium"

    def test_of_coverage_say_what_would_have_to_be_granted(self) -> None:
        gap = {
            "service": "aws.s3",
            "region": "global",
            "operation": "ListBuckets",
            "reason": "denied",
            "permission": "s3:List",
            "times": 4,
        }
        lost = {"before": 1.0, "after": 0.625, "gaps": [gap]}
        said = news(snapshot(counts={}, findings=[], coverage=lost))
        assert said.title == "prod (aws 1): coverage fell from 100.0% to 62.5%"
        assert said.lines[0] == "not read: ListBuckets in global: denied, needs s3:List (4 times)"

    def test_of_an_alert_say_what_is_wrong_and_when_it_is_over(self) -> None:
        assert news(alert()).title == "prod (aws 1) was not looked at for longer than its schedule allows"
        assert news(alert()).lines == ("It never was well", "no entry")
        assert news(alert(over=True)).title == "prod (aws 1) is looked at again as its schedule promises"
        assert news(alert(alert="failing", account_id="")).title == "prod (aws) can't be scanned"

    @pytest.mark.parametrize("name", HOSTILE)
    def test_stay_on_their_lines(self, name: str) -> None:
        said = news(snapshot(account=name, findings=[{**FINDING, "name": name, "reason": name}]))
        assert len(said.lines) == 3
        for text in (said.title, *said.lines):
            assert not set(text) & set("\n\r\x1b\u202e\u2028\ud800")

    def test_are_cut_where_a_name_has_no_end(self) -> None:
        assert len(news(snapshot(account="x" * 9999)).title) == LONGEST


def hostile(name: str) -> News:
    return news(snapshot(account=name, findings=[{**FINDING, "name": name, "reason": name}]))


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [inner for each in value.values() for inner in strings(each)]
    if isinstance(value, list):
        return [inner for each in value for inner in strings(each)]
    return [value] if isinstance(value, str) else []


class TestSlack:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_has_no_mention_and_no_link(self, name: str) -> None:
        made = forms.slack(hostile(name))
        assert not any("<" in text or ">" in text for text in strings(made))
        assert {block["text"]["type"] for block in made["blocks"]} == {"plain_text"}
        assert (made["mrkdwn"], made["link_names"], made["unfurl_links"]) == (False, False, False)

    @given(st.text(), st.lists(st.text(min_size=1), max_size=60))
    def test_keeps_its_limits_whatever_the_names(self, title: str, lines: list[str]) -> None:
        made = forms.slack(News(title, tuple(line * 40 for line in lines), "high"))
        header, *sections = made["blocks"]
        assert len(header["text"]["text"]) <= forms.HEADER
        assert all(0 < len(each["text"]["text"]) <= forms.SECTION for each in sections)
        assert len(made["blocks"]) <= forms.BLOCKS + 1

    @given(st.text(alphabet="<>&a", max_size=300), st.integers(10, 200))
    def test_cuts_no_escape_in_two(self, text: str, most: int) -> None:
        cut = forms.cut(text, most)
        plain = cut.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").removesuffix("…")
        assert len(cut) <= most
        assert text.startswith(plain)


class TestTeams:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_has_only_runs_of_text_in_which_no_markdown_is(self, name: str) -> None:
        card = forms.teams(hostile(name))["attachments"][0]["content"]
        assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
        assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}


class TestJira:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_is_an_issue_whose_description_is_text(self, name: str) -> None:
        fields = forms.jira(hostile(name), "SEC", "Bug")["fields"]
        assert (fields["project"], fields["issuetype"]) == ({"key": "SEC"}, {"name": "Bug"})
        assert fields["labels"] == ["demarc", "demarc-critical"]
        nodes = [node for paragraph in fields["description"]["content"] for node in paragraph["content"]]
        assert {node["type"] for node in nodes} == {"text"}
        assert not any("marks" in node for node in nodes)

    def test_has_a_summary_of_one_short_line(self) -> None:
        summary = forms.jira(hostile("x" * 9999 + "\n"), "SEC", "Bug")["fields"]["summary"]
        assert len(summary) <= forms.SUMMARY
        assert "\n" not in summary


def test_a_program_gets_the_words_and_what_they_were_made_of() -> None:
    made = forms.plain("snapshot:7", news(snapshot()), snapshot())
    assert (made["id"], made["news"]["counts"]) == ("snapshot:7", {"critical": 1, "high": 2})
    assert orjson.loads(orjson.dumps(made)) == made
