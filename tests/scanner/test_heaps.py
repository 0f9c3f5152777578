"""Heaps are shared where the C library can do that, and nothing breaks where it cannot."""

from __future__ import annotations

import ctypes
import platform
from types import SimpleNamespace

import pytest

from scanner.heaps import M_ARENA_MAX, share


def test_of_real_libraries_glibc_takes_the_option() -> None:
    assert share(2) is (platform.libc_ver()[0] == "glibc")


def test_what_is_asked_for_is_a_bound_on_heaps(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def mallopt(option: int, value: int) -> int:
        asked.append((option, value))
        return 1

    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(mallopt=mallopt))
    assert share(2)
    assert asked == [(M_ARENA_MAX, 2)]


@pytest.mark.parametrize(
    ("system", "library"),
    [("linux", SimpleNamespace()), ("linux", SimpleNamespace(mallopt=lambda *_: 0)), ("darwin", None), ("win32", None)],
    ids=["no such function", "refused", "macOS", "Windows"],
)
def test_elsewhere_nothing_happens(monkeypatch: pytest.MonkeyPatch, system: str, library: object) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    assert not share(2)
