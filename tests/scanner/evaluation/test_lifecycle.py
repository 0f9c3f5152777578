"""Dated lists of supported versions: how a version is found in one, and when a list is too old to rely on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.evaluation import lifecycle
from scanner.evaluation.lifecycle import Lifecycle, installed, numbers, old, read, warning

TEXT = """
lists:
  - product: test.engine
    name: Engine
    source: a page
    read: 2026-01-01
    before: "3"
    ended: ["4.0"]
    endless: ["6"]
    ends:
      "5.1": 2026-03-01
      "runtime": 2020-01-01
"""


@pytest.fixture
def engine(tmp_path: Path) -> Lifecycle:
    file = tmp_path / "support.yaml"
    file.write_text(TEXT, "utf-8")
    return read(file)["test.engine"]


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("5.1", "5.1"),
        ("5.1.7", "5.1"),
        ("6.2.x", "6"),
        ("5.10", "5.10"),
        ("runtime.next2027", "runtime.next2027"),
        ("7.1", "7.1"),
        ("", ""),
    ],
)
def test_a_version_is_known_as_what_it_is_one_of(engine: Lifecycle, version: str, name: str) -> None:
    assert engine.named(version) == name


@pytest.mark.parametrize(("version", "over"), [("2.9", True), ("4.0", True), ("3", False), ("9", False), ("next", False)])
def test_what_is_older_than_all_is_over(engine: Lifecycle, version: str, *, over: bool) -> None:
    assert engine.over(version) is over


def test_versions_are_ordered_by_number() -> None:
    assert sorted(["1.10", "1.9", "1.31"], key=numbers) == ["1.9", "1.10", "1.31"]


def test_a_product_stands_there_once(tmp_path: Path) -> None:
    file = tmp_path / "twice.yaml"
    file.write_text(TEXT + TEXT.removeprefix("\nlists:\n"), "utf-8")
    with pytest.raises(ValueError, match="twice"):
        read(file)


def test_lists_are_found_through_the_packages_of_checks_and_say_where_they_come_from() -> None:
    assert {each.product.partition(".")[0] for each in installed()} >= {"aws", "azure", "gcp", "systems"}
    assert all(each.source and each.good_for >= timedelta(days=90) for each in installed())


def test_an_old_list_is_warned_of_on_its_day(engine: Lifecycle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "installed", lambda: (engine,))
    last = datetime(2027, 1, 1, 23, tzinfo=UTC)
    assert warning(last) == ""
    later = last + timedelta(days=1)
    assert old(later) == [engine]
    assert "test.engine of 2026-01-01" in warning(later)
    assert "test.engine" in warning(later, "test")
    assert warning(later, "aws") == ""
