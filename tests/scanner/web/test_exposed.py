"""Ways in on the dashboard: what `demarc exposed` tells of one account."""

from __future__ import annotations

import pytest

from scanner.inventory.store import Store
from scanner.model import Account, SnapshotStatus
from scanner.reports.exposure import OpeningRow, openings
from scanner.web import exposed
from scanner.web.exposed import exposure
from scanner.web.figures import Desk, Latest
from tests.scanner.web.estate import HOSTILE, NOW, ONE
from tests.scanner.web.serving import Served, served


def desk(store: Store) -> Desk:
    return Desk(store, Latest(store, lambda: NOW).figures(), NOW)


def test_of_one_account_it_tells_what_the_command_tells(shared: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def noted(store: Store, look: object) -> object:
        asked.append(look)
        return openings(store, look)  # type: ignore[arg-type]

    monkeypatch.setattr(exposed, "openings", noted)
    at = desk(shared)
    first, second = exposure(at, (ONE.id,)).openings, exposure(at, (ONE.id,)).openings
    assert first
    assert first == second
    assert len(asked) == 1  # followed once for each edition of the inventory


def test_of_several_accounts_and_of_large_ones_it_tells_no_ways(shared: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    several = exposure(desk(shared))
    assert (several.openings, several.unfollowed) == (None, exposed.SEVERAL)
    monkeypatch.setattr(exposed, "LARGEST", 0)
    large = exposure(desk(shared), (ONE.id,))
    assert large.openings is None
    assert f"demarc exposed --account {ONE.id}" in large.unfollowed


def test_the_page_says_why_it_tells_no_ways(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposed, "LARGEST", 0)
    assert "too much to follow its ways" in site.get(f"/exposure?account={ONE.id}").text


def test_of_an_account_that_was_never_read_anything_may_be_open(own: Store) -> None:
    own.record(Account("aws", "333333333333"), SnapshotStatus.FAILED, NOW, NOW, note="no entry")
    (row,) = exposure(desk(own), ("333333333333",)).openings or []
    assert (row.certainty, row.what) == ("possibly", "anything")


def test_hostile_names_stay_text_on_the_page(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HOSTILE["script"]
    row = OpeningRow(
        certainty="yes",
        provider="aws",
        account_id=ONE.id,
        region=text,
        resource_type=text,
        resource_id=text,
        what=text,
        source=text,
        path=text,
        doubt=text,
    )
    monkeypatch.setattr(exposed, "openings", lambda *_: [row])
    page = served(own).get(f"/exposure?account={ONE.id}").text
    assert "&lt;script&gt;alert" in page
    assert text not in page
