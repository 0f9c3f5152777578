"""One inventory for all tests that only read it; a copy of it for those that write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.inventory.store import Store
from tests.scanner.web import estate
from tests.scanner.web.serving import Served, served


@pytest.fixture(scope="session")
def estate_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("estate") / "demarc.db"
    with Store.open(str(path)) as store:
        estate.live(store)
    return path


@pytest.fixture(scope="session")
def shared(estate_file: Path) -> Iterator[Store]:
    """The inventory, for who doesn't change it."""
    with Store.open(str(estate_file), create=False) as store:
        yield store


@pytest.fixture
def own(estate_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of the inventory, to be changed."""
    with Store.open(str(shutil.copy(estate_file, tmp_path / "own.db")), create=False) as store:
        yield store


@pytest.fixture(scope="session")
def site(shared: Store) -> Served:
    """The dashboard of the inventory as anybody on this machine sees it."""
    return served(shared)
