"""Both engines for every test: a file, or a database of its own on a real PostgreSQL server."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.inventory.store import Store
from tests.needs import lacks
from tests.postgres import Postgres

ENGINES = ("sqlite", "postgresql")


def started() -> Postgres:
    """Start a server; where there is none to start, the tests that need it are skipped, but never in CI."""
    try:
        return Postgres.started()
    except RuntimeError as error:
        lacks(str(error))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server a worker."""
    with started() as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> str:
    """A database with the schema, which tests get copies of."""
    name = postgres.database()
    Store.open(postgres.url(name)).close()
    return name


@pytest.fixture(scope="session")
def template_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "demarc.db"
    Store.open(str(path)).close()
    return path


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an inventory that was never made."""
    if engine == "sqlite":
        yield str(tmp_path / "empty.db")
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.database()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an inventory without any account."""
    if engine == "sqlite":
        yield str(shutil.copy(request.getfixturevalue("template_file"), tmp_path / "demarc.db"))
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.database(request.getfixturevalue("template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that anybody may enter and write to, whoever runs the tests."""
    with tempfile.TemporaryDirectory(prefix="demarc-open-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder
        folder.chmod(0o777)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        yield opened
