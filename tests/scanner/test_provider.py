"""How providers are found, and what a user is told of one that is not there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from scanner import provider
from scanner.provider import ConnectError, Selection, load, names


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A place for packages, whose providers are the only ones: module:PROVIDER under the module's own name."""
    monkeypatch.syspath_prepend(tmp_path)

    def points(group: str, name: str = "") -> list[EntryPoint]:
        found = sorted(path.stem for path in tmp_path.glob("*.py"))
        return [EntryPoint(each, f"{each}:PROVIDER", group) for each in found if name in ("", each)]

    monkeypatch.setattr(provider, "entry_points", points)
    load.cache_clear()
    before = set(sys.modules)
    yield tmp_path
    load.cache_clear()
    for module in set(sys.modules) - before:
        del sys.modules[module]


def test_providers_are_named_without_importing_them(installed: Path) -> None:
    for name in ("cloud_b", "cloud_a"):
        (installed / f"{name}.py").write_text("raise SystemExit('was imported')")
    assert names() == ("cloud_a", "cloud_b")


def test_a_provider_is_imported_once(installed: Path) -> None:
    (installed / "cloud_c.py").write_text("PROVIDER = object()")
    assert load("cloud_c") is load("cloud_c")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "import a_cloud_sdk_that_is_not_there",
            r"cloud_d needs a_cloud_sdk_that_is_not_there: pip install 'demarc-scanner\[cloud_d\]'",
        ),
        ("from json import nothing", "cloud_d cannot be loaded from cloud_d:PROVIDER: cannot import name 'nothing'"),
        ("", "cloud_d cannot be loaded from cloud_d:PROVIDER: module 'cloud_d' has no attribute 'PROVIDER'"),
    ],
)
def test_a_provider_that_cannot_be_loaded_is_told_in_one_line(installed: Path, source: str, said: str) -> None:
    (installed / "cloud_d.py").write_text(source)
    with pytest.raises(ConnectError, match=said):
        load("cloud_d")


def test_a_provider_that_is_not_installed_is_told_with_those_that_are(installed: Path) -> None:
    with pytest.raises(ConnectError, match="no provider is called 'aws'; installed: none"):
        load("aws")
    (installed / "cloud_e.py").write_text("")
    with pytest.raises(ConnectError, match="no provider is called 'aws'; installed: cloud_e"):
        load("aws")


@pytest.mark.parametrize(
    ("services", "service", "wants"),
    [
        (set(), "aws.s3", True),
        ({"aws.s3"}, "aws.s3", True),
        ({"s3"}, "aws.s3", True),
        ({"s3"}, "aws.s3control", False),
        ({"aws"}, "aws.s3", False),
    ],
)
def test_a_service_is_wanted_by_its_id_or_the_last_part_of_it(services: set[str], service: str, wants: bool) -> None:
    assert Selection(services=frozenset(services)).wants(service) is wants
