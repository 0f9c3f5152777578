"""Ways in on the dashboard: what `demarc exposed` tells of one account."""

from __future__ import annotations

import pytest

from scanner.inventory.store import Store
from scanner.reports.exposure import openings
from scanner.web import exposed
from scanner.web.exposed import exposure
from scanner.web.figures import Desk, Latest
from tests.scanner.web.estate import NOW, ONE
from tests.scanner.web.serving import Served


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
