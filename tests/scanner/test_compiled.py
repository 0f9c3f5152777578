"""What is worked out of a package's source is kept beside its bytecode, and holds as long as the source is the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanner.plugins import compiled as module
from scanner.plugins.compiled import compiled

SECONDS = 1_700_000_000
Ask = Callable[[], list[str]]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "sourcepack"
    folder.mkdir()
    for name in ("__init__.py", "thing.py", "said.yaml"):
        (folder / name).write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    yield folder
    sys.modules.pop("sourcepack", None)
    module._mark.cache_clear()


@pytest.fixture
def ask(package: Path) -> Ask:
    """Ask as a new process would; the answer is new each time that it is worked out."""
    answers = (f"answer {number}" for number in range(1, 10))

    def asked() -> list[str]:
        module._mark.cache_clear()
        found: list[str] = compiled("things", package.name, lambda: [next(answers)])
        return found

    return asked


def kept(package: Path) -> Path:
    return package / "__pycache__" / f"things.{sys.implementation.cache_tag}.json.zz"


def test_it_is_worked_out_once(ask: Ask) -> None:
    assert ask() == ask() == ["answer 1"]


@pytest.mark.parametrize("name", ["thing.py", "said.yaml"])
def test_it_is_worked_out_again_when_a_file_changed(package: Path, ask: Ask, name: str) -> None:
    ask()
    os.utime(package / name, (SECONDS, SECONDS))
    assert ask() == ["answer 2"]


@pytest.mark.parametrize("name", ["more.py", "more.yaml", "deeper/more.py"])
def test_it_is_worked_out_again_when_a_file_came(package: Path, ask: Ask, name: str) -> None:
    ask()
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text("")
    assert ask() == ["answer 2"]


def test_it_is_worked_out_again_when_a_file_went(package: Path, ask: Ask) -> None:
    ask()
    (package / "said.yaml").unlink()
    assert ask() == ["answer 2"]


def test_a_part_of_a_second_does_not_count(package: Path, ask: Ask) -> None:
    """Layers of an image lose it."""
    os.utime(package / "thing.py", ns=(SECONDS * 10**9 + 5, SECONDS * 10**9 + 5))
    ask()
    os.utime(package / "thing.py", (SECONDS, SECONDS))
    assert ask() == ["answer 1"]


@pytest.mark.parametrize("spoiled", [lambda text: text[:-3], lambda text: text[:16] + b"no zlib", lambda _: b""])
def test_what_is_spoiled_counts_as_not_there(package: Path, ask: Ask, spoiled: Callable[[bytes], bytes]) -> None:
    ask()
    kept(package).write_bytes(spoiled(kept(package).read_bytes()))
    assert ask() == ["answer 2"]
    assert ask() == ["answer 2"]


def test_nothing_is_written_where_python_writes_no_bytecode(package: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [ask(), ask()] == [["answer 1"], ["answer 2"]]
    assert not kept(package).exists()


def test_it_can_be_had_where_nothing_can_be_written(package: Path, ask: Ask) -> None:
    (package / "__pycache__").write_text("a file, where the folder would be")
    assert [ask(), ask()] == [["answer 1"], ["answer 2"]]


def test_nothing_half_written_is_left(package: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert ask() == ["answer 1"]
    assert list((package / "__pycache__").iterdir()) == []


def test_what_fails_is_not_kept(package: Path, ask: Ask) -> None:
    with pytest.raises(ZeroDivisionError):
        compiled("things", package.name, lambda: 1 / 0)
    assert ask() == ["answer 1"]
