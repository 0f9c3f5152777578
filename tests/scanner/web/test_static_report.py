"""The report as one file."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.inventory.store import Store
from scanner.web import static_report
from tests.scanner.web.estate import HOSTILE, NOW


def report(store: Store, **asked: Any) -> tuple[str, dict[str, Any]]:
    """Return the file, and the data in it."""
    out = StringIO()
    static_report.write(store, out, NOW, **asked)
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', out.getvalue(), re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return out.getvalue(), data


def test_it_holds_what_fails_and_what_is_unknown(shared: Store) -> None:
    _, data = report(shared)
    assert {row[8] for row in data["findings"]} == {"fail", "unknown"}
    assert {row[2] for row in data["accounts"]} == {"payments", "<b>sandbox</b>"}


def test_no_name_ends_its_data_or_begins_a_tag(shared: Store) -> None:
    text, data = report(shared)
    names = {row[5] for row in data["findings"]}
    assert HOSTILE["script"] in names
    assert HOSTILE["end"] in names
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert HOSTILE["script"] not in text
    assert text.count("<script") == 3
    assert max(len(name) for name in names) <= static_report.ID


def test_it_names_the_only_scripts_that_may_run(shared: Store) -> None:
    text, _ = report(shared)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1]
    for script in re.findall(r"<script>(.*?)</script>", text, re.DOTALL):
        assert f"'sha256-{static_report._hash(script)}'" in policy[1]
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert f"style-src 'sha256-{static_report._hash(style)}'" in policy[1]


def test_it_is_narrowed_to_accounts_and_to_a_framework(shared: Store) -> None:
    text, data = report(shared, accounts=["payments"])
    assert [row[1] for row in data["accounts"]] == ["111111111111"]
    assert "222222222222" not in text
    text, _ = report(shared, framework="soc2")
    assert "SOC 2" in text
    assert "not automatable" in text


@pytest.mark.parametrize("asked", [{"accounts": ["nobody"]}, {"framework": "none"}])
def test_what_there_is_not_is_refused(shared: Store, asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        report(shared, **asked)


def test_an_empty_inventory_makes_a_report(tmp_path: object) -> None:
    with Store.open(f"{tmp_path}/empty.db") as store:
        text, data = report(store)
    assert data["findings"] == []
    assert "Nothing is open." in text


def test_a_report_that_is_cut_says_so(shared: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_report, "MOST", 5)
    text, data = report(shared)
    assert len(data["findings"]) == 5
    assert "the inventory holds more" in text
