"""Defining a thing at module level is its only registration."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from scanner.model import Severity
from scanner.plugins import find

MODULES = {
    "__init__": "",
    "alone": "from scanner.model import Severity\nONE = Severity.LOW\nOTHER = 'low'\n",
    "several": "from scanner.model import Severity\nMANY = (Severity.HIGH, Severity.MEDIUM, 7)\nHIDDEN = [Severity.CRITICAL]\n",
    "again": "from thingpack.alone import ONE\nfrom thingpack.several import MANY\n",
    "inner/__init__": "",
    "inner/deep": "from scanner.model import Severity\nDEEP = Severity.INFORMATIONAL\n",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for name, text in MODULES.items():
        file = tmp_path / "thingpack" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("thingpack")
    for name in [name for name in sys.modules if name.partition(".")[0] == "thingpack"]:
        del sys.modules[name]


def test_finds_what_stands_alone_or_in_a_tuple_anywhere_in_the_package_once(package: ModuleType) -> None:
    found = list(find(package, Severity))
    assert sorted(found, key=lambda each: each.rank) == ["informational", "low", "medium", "high"]


def test_finds_nothing_of_a_kind_that_nobody_defines(package: ModuleType) -> None:
    assert list(find(package, Path)) == []


def test_a_module_that_cannot_be_imported_is_not_passed_over(package: ModuleType) -> None:
    (Path(str(package.__file__)).parent / "broken.py").write_text("1 / 0")
    with pytest.raises(ZeroDivisionError):
        list(find(package, Severity))
