"""What pages show, and what they make of strangers' text."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.model import Account
from tests.scanner.web.estate import HOSTILE, MANY, bucket, day, look
from tests.scanner.web.serving import Served, served


def paths(store: Store) -> list[str]:
    """Return the address of every page, and of each thing with a hostile name."""
    names = list(queries.sql(store, "SELECT finding_id FROM findings WHERE resource_id NOT LIKE '%logs-%'"))
    things = list(queries.sql(store, "SELECT resource_pk FROM current_resources WHERE resource_id NOT LIKE '%logs-%'"))
    fixed = [
        "/",
        "/?account=222222222222&show=blind&sort=name",
        "/split/aws.s3",
        "/split/aws.s3/resilience",
        "/split/aws.s3/access",
        "/split/aws.s3/physical",
        "/findings",
        "/findings?status=unknown",
        "/findings?status=pass&q=%3Cscript%3E&tag=%22%3E%3Cscript%3Ex%3Dy",
        "/findings?check=%3Cscript%3Ealert(1)%3C/script%3E",
        "/resources",
        "/resources?q=%3Cscript%3E",
        "/accounts",
        "/accounts/aws/111111111111",
        "/accounts/aws/222222222222",
        "/blind",
        "/exposure",
        "/changes",
        "/changes?days=1",
        "/trends",
        "/frameworks",
        "/overlays",
        "/audit",
        "/sign-in?next=%22%3E%3Cscript%3E",
    ]
    return [
        *fixed,
        *(f"/findings/{row['finding_id']}" for row in names),
        *(f"/resources/{row['resource_pk']}" for row in things),
    ]


def cursor(said: object) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


class Tags(HTMLParser):
    """The scripts, handlers and styles that a page holds."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img" or (tag == "script" and not (given.get("src") or "").startswith("/static/")):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in given if name.startswith("on") or name in ("style", "autofocus")]
        self.found += [f"{tag} {value}" for name, value in attrs if name == "href" and (value or "").startswith("javascript")]


def test_no_page_takes_strangers_text_for_its_own(site: Served, shared: Store) -> None:
    for path in paths(shared):
        answer = site.get(path)
        assert answer.status_code == 200, (path, answer.text[-500:])
        tags = Tags()
        tags.feed(answer.text)
        assert tags.found == [], path
        assert "49" not in answer.text or "{{" not in answer.text or "7*7" in answer.text, path
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", answer.text), path


@pytest.mark.parametrize("name", ["script", "formula", "template"])
def test_a_hostile_name_is_shown_as_it_is(site: Served, name: str) -> None:
    assert HOSTILE[name] in unescape(site.get("/resources?q=" + HOSTILE[name][:9].replace("{", "%7B").replace("=", "%3D")).text)


def test_the_split_names_what_is_theirs_red_and_dark(site: Served) -> None:
    text = site.get("/").text
    assert 'aria-label="S3, resilience: ' in text
    assert re.search(r'class="cell is-theirs[^"]*" href="/split/aws\.s3/physical"', text)
    assert re.search(r'class="cell is-scored l1[^"]*red" href="/split/aws\.s3/resilience"', text)
    assert re.search(r'partly[^"]*" href="/split/aws\.s3/access"', text)


def test_a_cell_says_who_does_what_and_what_to_grant(site: Served) -> None:
    text = site.get("/split/aws.s3/access").text
    assert "We do" in text
    assert "AWS does" in text
    assert "<code>s3:GetBucketPolicy</code>" in text
    assert "AccessDenied" in text


def test_a_finding_tells_why_it_is_ours_and_how_to_fix_it(site: Served, shared: Store) -> None:
    (row,) = queries.sql(
        shared, "SELECT finding_id FROM open_findings WHERE resource_id = 'arn:aws:s3:::new' AND area = 'resilience'"
    )
    text = site.get(f"/findings/{row['finding_id']}").text
    assert "versioning is new" in text
    assert "aws s3api put-bucket-versioning --bucket new" in text
    assert "opened" in text


def test_lists_go_on_where_the_page_before_ended(site: Served) -> None:
    first = site.get("/findings?area=resilience")
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following
    second = site.get(following[1].replace("&amp;", "&"))
    shown = [set(re.findall(r'href="/findings/([^"?]+)"', page.text)) for page in (first, second)]
    assert not shown[0] & shown[1]
    assert len(shown[0]) == 50
    assert len(shown[0] | shown[1]) == MANY + len(HOSTILE) + 2  # and web and new


def test_what_changed_leaves_out_the_first_look(site: Served) -> None:
    text = site.get("/changes?days=30").text
    assert "resolved" in text
    assert "/111111111111" in text
    assert "logs-00" not in text


def test_an_old_look_is_called_old(site: Served) -> None:
    assert "old: 6 d" in site.get("/accounts/aws/222222222222").text
    assert "old: " not in site.get("/accounts/aws/111111111111").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/findings/none", 404),
        ("/resources/999999", 404),
        ("/resources/x", 422),
        ("/split/aws.s3/nothing", 404),
        ("/accounts/aws/3", 404),
        ("/findings?after=x", 400),
        ("/findings?after=W10", 400),
        ("/findings?after=" + cursor([[2, "a", 1], [2**64]]), 400),
        ("/findings?after=" + cursor([["a", 1, 1], [1]]), 400),
        ("/findings?after=" + cursor([[2, "a", True], [1]]), 400),
        ("/findings?after=" + cursor([[2, "a\0", 1], []]), 400),
        ("/resources?after=" + cursor([[1, "a"], [1, "a"]]), 400),
        ("/findings/%00", 422),
        ("/findings?status=odd", 422),
        ("/findings?check=" + "*" * 501, 422),
        ("/frameworks/none", 404),
    ],
)
def test_what_is_not_there_is_said_on_a_page(site: Served, path: str, status: int) -> None:
    answer = site.get(path)
    assert answer.status_code == status
    assert "To the split" in answer.text
    assert site.get(f"/api/v1{path}").status_code in (status, 404)


def test_an_empty_inventory_says_how_to_fill_it(tmp_path: Path) -> None:
    with Store.open(f"{tmp_path}/empty.db") as store:
        empty = served(store)
        assert "demarc scan aws" in empty.get("/").text
        for path in (
            "/findings",
            "/resources",
            "/accounts",
            "/blind",
            "/exposure",
            "/changes",
            "/trends",
            "/frameworks",
            "/overlays",
        ):
            assert empty.get(path).status_code == 200, path


def test_an_account_whose_id_holds_a_slash_has_a_page(own: Store) -> None:
    look(own, Account("aws", "organizations/1", "everything"), day(26), bucket("one"))
    page = served(own)
    link = re.search(r'href="(/accounts/aws/organizations[^"]*)"', page.get("/accounts").text)
    assert link
    assert "everything" in page.get(link[1]).text


def test_an_inventory_that_is_gone_is_said_without_telling_where(own: Store, tmp_path: Path) -> None:
    page = served(own)
    (tmp_path / "own.db").write_bytes(b"no database")
    for path in ("/", "/api/v1/split"):
        answer = page.get(path)
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.text
