"""Files, disks and servers that fail: one clear line, and what was known is as it was."""

from __future__ import annotations

import os
import resource as limits
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from scanner.inventory import queries, schema, upkeep, views
from scanner.inventory.errors import InventoryError
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from tests.postgres import Postgres, identity
from tests.scanner.inventory.build import KINDS, SHUT, TWO, Looked, ask, box, boxes, look
from tests.scanner.inventory.conftest import started
from tests.scanner.inventory.test_snapshots import everything

ROOT = Path(__file__).parents[3]
SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
MANY = [box(f"b{number}", item={"Text": "x" * 2000}) for number in range(600)]


@contextmanager
def told(words: str) -> Iterator[None]:
    """Expect one clear line."""
    with pytest.raises(InventoryError, match=words) as error:
        yield
    assert "\n" not in str(error.value)


@pytest.fixture
def known(store: Store) -> Store:
    look(store, box("b1", item={"Is": "open"}), on=1, checks=[SHUT])
    return store


class TestOpening:
    def test_in_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with told("the file can't be opened; does its folder exist"):
            Store.open(str(tmp_path / "missing" / "demarc.db"))
        assert list(tmp_path.iterdir()) == []

    def test_a_folder(self, tmp_path: Path) -> None:
        with told("the file can't be opened"):
            Store.open(str(tmp_path))

    @pytest.mark.parametrize("content", [b"a file of another kind" * 300, b"SQLite format 3\0" + b"x" * 5000])
    def test_a_file_of_another_kind(self, tmp_path: Path, content: bytes) -> None:
        file = tmp_path / "demarc.db"
        file.write_bytes(content)
        for create in (True, False):
            with told("the file is not a SQLite database"):
                Store.open(str(file), create=create)
        assert file.read_bytes() == content

    def test_what_only_a_scan_may_make(self, tmp_path: Path) -> None:
        with told("there is no inventory at .*: run a scan first"):
            Store.open(str(tmp_path / "demarc.db"), create=False)
        assert list(tmp_path.iterdir()) == []

    def test_a_database_of_somebody_elses(self, tmp_path: Path) -> None:
        file = str(tmp_path / "other.db")
        with closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE account (owner TEXT)")
        with told("account"):
            Store.open(file)

    @pytest.mark.parametrize("url", ["mysql://x/y", "oracle://x", "http://example.org/demarc.db"])
    def test_on_an_engine_that_is_none_of_ours(self, url: str) -> None:
        with told("is no path and no database URL|an inventory is a SQLite file or a PostgreSQL database"):
            Store.open(url)

    def test_on_a_server_that_is_not_there(self, tmp_path: Path) -> None:
        with told("No such file or directory"):
            Store.open(f"postgresql://demarc:secret@/demarc?host={tmp_path}")

    def test_a_database_or_a_user_that_is_not_there(self, postgres: Postgres) -> None:
        for url in (postgres.url("missing"), postgres.url("postgres", "nobody")):
            with told("missing|nobody"):
                Store.open(url)

    def test_tells_no_password(self, tmp_path: Path) -> None:
        with pytest.raises(InventoryError) as error:
            Store.open(f"postgresql://demarc:secret@/demarc?host={tmp_path}")
        assert "secret" not in str(error.value)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be somebody whom permissions bind, for a while."""
    who: Mapping[str, Any] = identity()
    if who:
        os.setegid(who["group"])
        os.seteuid(who["user"])
    try:
        yield
    finally:
        if who:
            os.seteuid(0)
            os.setegid(0)


class TestReadOnlyFile:
    @pytest.fixture
    def file(self, open_folder: Path, template_file: Path) -> Iterator[Path]:
        """An inventory that may be read and not written, in a folder where nothing may be made."""
        file = open_folder / "demarc.db"
        file.write_bytes(template_file.read_bytes())
        with Store.open(str(file)) as store:
            look(store, box("b1"), on=1)
        file.chmod(0o444)
        open_folder.chmod(0o555)
        yield file
        open_folder.chmod(0o777)

    def test_takes_no_scan(self, file: Path) -> None:
        before = file.read_bytes()
        with unprivileged(), told("can't be opened|nothing can be written here"), Store.open(str(file)) as store:
            look(store, box("b2"), on=2)
        assert file.read_bytes() == before

    def test_answers_or_says_why_not(self, file: Path) -> None:
        with unprivileged(), told("can't be opened|nothing can be written here"), Store.open(str(file), create=False) as store:
            ask(store, "SELECT count(*) FROM current_resources")


@SQLITE
class TestFullDisk:
    def test_keeps_nothing_of_the_snapshot(self, known: Store) -> None:
        before = everything(known)

        def limit(connection: Any, _: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 20}")

        event.listen(known.engine, "connect", limit)
        with told("the disk is full; nothing of this snapshot was kept"):
            look(known, *MANY, on=2, checks=[SHUT])
        assert everything(known) == before
        event.remove(known.engine, "connect", limit)
        look(known, *MANY, on=3, checks=[SHUT])
        assert len(boxes(known)) == len(MANY)

    def test_is_told_by_the_first_write_that_fails(self, known: Store) -> None:
        before = everything(known)
        soft, hard = limits.getrlimit(limits.RLIMIT_FSIZE)
        size = sum(file.stat().st_size for file in Path(known.where).parent.iterdir())

        def full(_: Writing) -> None:
            limits.setrlimit(limits.RLIMIT_FSIZE, (size, hard))

        try:
            with told("disk"):
                look(known, *MANY, *(box(f"c{number}", item={"Text": "x" * 5000}) for number in range(600)), on=2, then=full)
        finally:
            limits.setrlimit(limits.RLIMIT_FSIZE, (soft, hard))
        assert everything(known) == before
        look(known, box("b2"), on=3)
        assert list(boxes(known)) == ["b2"]

    def test_under_what_a_scan_reads_leaves_the_inventory_alone(self, known: Store) -> None:
        before = everything(known)
        with known.spool(KINDS) as spool, told("the temporary folder: the disk is full"):
            spool._database.execute("PRAGMA max_page_count = 20")
            for each in MANY:
                spool.add(each)
        assert everything(known) == before


@SQLITE
def test_a_damaged_file_is_told_and_not_mended(known: Store, url: str) -> None:
    look(known, *MANY, on=2)
    known.close()
    damaged = bytearray(Path(url).read_bytes())
    damaged[8192:] = b"\xa5" * (len(damaged) - 8192)
    Path(url).write_bytes(damaged)
    with told("malformed|not a database|corrupt"), Store.open(url, create=False) as store:
        ask(store, "SELECT count(*) FROM current_resources")


class Beside:
    """A look in a thread and with connections of its own; ``ended`` is what came of it."""

    def __init__(self, url: str, *said: Any, on: int, after: Callable[[], object] = lambda: None) -> None:
        self.ended: object = None
        self._thread = threading.Thread(target=self._run, args=(url, said, on, after))
        self._thread.start()

    def _run(self, url: str, said: Sequence[Any], on: int, after: Callable[[], object]) -> None:
        after()
        try:
            with Store.open(url) as store:
                self.ended = look(store, *said, on=on)
        except InventoryError as error:
            self.ended = error

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end, and tell whether that came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()


class TestTwoAtOnce:
    def test_both_finish_one_after_the_other(self, known: Store, url: str) -> None:
        others: list[Beside] = []

        def begin(_: Writing) -> None:
            others.append(Beside(url, box("b1"), box("b3"), on=3))
            assert not others[0].wait(0.1), "it waits for its turn"

        look(known, box("b1"), box("b2"), on=2, then=begin)
        assert others[0].wait()
        assert isinstance(others[0].ended, Looked)
        assert ask(known, "SELECT pk FROM snapshot ORDER BY pk") == [(1,), (2,), (3,)]
        assert sorted(boxes(known)) == ["b1", "b3"]

    @SQLITE
    def test_or_one_says_that_it_waited_too_long(self, known: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("scanner.inventory.store.BUSY_SECONDS", 0.1)
        others: list[Beside] = []

        def begin(_: Writing) -> None:
            others.append(Beside(url, box("b3"), on=3))
            assert others[0].wait()

        look(known, box("b2"), on=2, then=begin)
        assert isinstance(others[0].ended, InventoryError)
        assert "is being written by another process; try again when it is done" in str(others[0].ended)
        assert list(boxes(known)) == ["b2"]

    def test_into_an_inventory_that_none_of_them_finds(self, empty_url: str) -> None:
        together = threading.Barrier(3)
        others = [Beside(empty_url, box("b1"), on=1, after=together.wait) for _ in range(3)]
        assert all(other.wait() for other in others)
        assert [other.ended for other in others if not isinstance(other.ended, Looked)] == []
        with Store.open(empty_url) as store:
            assert ask(store, "SELECT count(*) FROM snapshot") == [(3,)]
            assert list(boxes(store)) == ["b1"]


@contextmanager
def writer(url: str, stage: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a scan in a process of its own up to a stage."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.scanner.inventory.writer", url, stage]
    environment = {**os.environ, "TMPDIR": str(folder), "SQLITE_TMPDIR": str(folder)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == stage
        yield process


@pytest.mark.parametrize("stage", ["spooled", "judged"])
def test_a_scan_that_is_killed_leaves_no_trace(known: Store, url: str, stage: str, tmp_path: Path) -> None:
    before = everything(known)
    temporary = tmp_path / "temporary"
    with writer(url, stage, temporary) as process:
        assert everything(known) == before
        process.send_signal(signal.SIGKILL)
    assert list(temporary.iterdir()) == []
    with Store.open(url) as again:
        assert everything(again) == before
        look(again, box("b2"), on=3, checks=[SHUT])
        assert list(boxes(again)) == ["b2"]


def test_a_server_that_is_lost_while_it_is_written_to_keeps_nothing_of_the_snapshot() -> None:
    with started() as server, Store.open(server.url(server.database())) as store:
        look(store, box("b1", item={"Is": "open"}), on=1, checks=[SHUT])
        before = everything(store)
        with told(r"terminat|clos|lost"):
            look(store, *MANY, on=2, checks=[SHUT], then=lambda _: server.stop())
        with told(r"No such file|refused"):
            ask(store, "SELECT 1")
        server.start()
        assert everything(store) == before
        look(store, box("b2"), on=3, checks=[SHUT])
        assert list(boxes(store)) == ["b2"]


class TestLimitsOfAServer:
    """What a database forbids itself ends with one line, and leaves everything as it was."""

    POSTGRES = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)

    @POSTGRES
    def test_a_statement_that_takes_too_long(self, known: Store, url: str) -> None:
        with Store.open(limited(url, "statement_timeout=200")) as other, told("statement_timeout ended what took too long"):
            list(queries.sql(other, "SELECT pg_sleep(5)"))
        assert sorted(boxes(known)) == ["b1"]

    @POSTGRES
    def test_a_scan_that_takes_too_long(self, known: Store, url: str) -> None:
        def slow(begun: Writing) -> None:
            begun._connection.exec_driver_sql("SELECT pg_sleep(5)")

        with Store.open(limited(url, "statement_timeout=200")) as other, told("statement_timeout"):
            look(other, box("b2"), on=2, then=slow)
        assert sorted(boxes(known)) == ["b1"]
        look(known, box("b2"), on=3)
        assert sorted(boxes(known)) == ["b2"]

    @POSTGRES
    def test_a_lock_that_somebody_holds(self, known: Store, url: str) -> None:
        with (
            known.changing(),
            Store.open(limited(url, "lock_timeout=200")) as other,
            told("for longer than lock_timeout allows"),
        ):
            look(other, box("b2"), on=2)
        assert sorted(boxes(known)) == ["b1"]

    @POSTGRES
    @pytest.mark.parametrize(
        ("happens", "setting", "said"),
        [
            ("pg_terminate_backend(pg_backend_pid())", "", "the connection is lost"),
            ("pg_sleep(0.01) IS NOT NULL", "statement_timeout=200", "statement_timeout ended what took too long"),
        ],
    )
    def test_what_happens_in_the_middle_of_a_copy(self, known: Store, url: str, happens: str, setting: str, said: str) -> None:
        """COPY goes past SQLAlchemy, and fails as clearly."""
        before = everything(known)
        with known.changing() as connection:
            connection.exec_driver_sql(f"ALTER TABLE resource ADD CONSTRAINT hostile CHECK ({happens}) NOT VALID")
        with Store.open(limited(url, setting) if setting else url) as other, told(said):
            look(other, *MANY, on=2, account=TWO)
        assert everything(known) == before
        with known.changing() as connection:
            connection.exec_driver_sql("ALTER TABLE resource DROP CONSTRAINT hostile")
        look(known, *MANY, on=3, account=TWO)
        assert ask(known, "SELECT count(*) FROM current_resources WHERE account_id = '2'") == [(len(MANY),)]

    def test_a_migration_that_breaks_off(self, known: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        with known.changing(tables=True) as connection:
            schema.migrate(connection, "0001")
        monkeypatch.setattr(views, "make", lambda _connection: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Store.open(url)
        with known.reading() as connection:
            assert schema.revision(connection) == "0001"
        monkeypatch.undo()
        with Store.open(url) as again:
            assert sorted(boxes(again)) == ["b1"]


def limited(url: str, setting: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}options=-c%20{setting.replace('=', '%3D')}"


class TestSizesAndTimes:
    def test_an_id_of_4_kb_and_a_fact_of_5_mb(self, store: Store) -> None:
        long = "x" * 4096
        look(store, box(long, item={"Is": "open", "Text": "y" * 5_000_000}), on=1, checks=[SHUT])
        assert ask(store, "SELECT resource_id FROM open_findings") == [(long,)]
        assert len(boxes(store)[long]["item"]["Text"]) == 5_000_000
        assert look(store, box(long, item={"Is": "open", "Text": "y" * 5_000_000}), on=2).applied.unchanged == 1

    def test_a_clock_that_goes_back(self, store: Store) -> None:
        """The later look is the one that was written later, whatever its clock said."""
        look(store, box("a", item={"Is": "open"}), on=9, checks=[SHUT])
        look(store, box("a"), box("b"), on=3, checks=[SHUT])
        assert sorted(boxes(store)) == ["a", "b"]
        assert ask(store, "SELECT count(*) FROM open_findings") == [(0,)]
        look(store, box("a", item={"Is": "open"}), on=4, checks=[SHUT])
        assert ask(store, "SELECT resource_id FROM open_findings") == [("a",)]
        with store.reading() as connection:
            assert list(upkeep.problems(connection)) == []
