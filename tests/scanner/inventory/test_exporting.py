"""The public views as files: every column, every value, whole or not at all."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from scanner.errors import UserError
from scanner.inventory import exporting, queries
from scanner.inventory.exporting import export
from scanner.inventory.store import Store
from scanner.inventory.views import VIEWS
from scanner.model import Account
from tests.cases import DENIED
from tests.scanner.inventory.build import SHUT, box, look

HOSTILE = '=cmd|"x"\n\u202e,;\x1b[31m</script>é'


@pytest.fixture
def lived(store: Store) -> Store:
    who = Account("test", "1", HOSTILE)
    look(
        store,
        box("a", item={"Is": "open", "Text": HOSTILE}, tags={"n": HOSTILE}),
        box("b", policy=DENIED),
        on=1,
        account=who,
        checks=[SHUT],
    )
    look(store, box("a", item={"Size": 2}), on=2, account=who, checks=[SHUT])
    return store


def lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_every_view_is_a_file_of_its_rows(lived: Store, tmp_path: Path) -> None:
    counts = export(lived, tmp_path / "out", "jsonl")
    assert list(counts) == list(VIEWS)
    for view, count in counts.items():
        rows = lines(tmp_path / "out" / f"{view}.jsonl")
        assert len(rows) == count
        with lived.reading() as connection:
            assert all(list(row) == queries.columns_of(connection, view) for row in rows)
    (changed,) = [row for row in lines(tmp_path / "out" / "changes.jsonl") if row["change"] == "changed"]
    assert changed["facts_before"]["item"]["Text"] == HOSTILE


def test_parquet_holds_the_same(lived: Store, tmp_path: Path) -> None:
    export(lived, tmp_path, "jsonl")
    export(lived, tmp_path, "parquet")
    for view in VIEWS:
        table = parquet.read_table(tmp_path / f"{view}.parquet").to_pylist()  # type: ignore[no-untyped-call]
        expected = lines(tmp_path / f"{view}.jsonl")
        assert [plain(row) for row in table] == [plain(row) for row in expected], view


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row whose times and documents are as comparable as they are in JSON."""
    return {name: same(value) for name, value in row.items()}


def same(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, str) and len(value) > 18 and value[4:5] == "-":
        return datetime.fromisoformat(value).timestamp()
    if isinstance(value, str) and value[:1] in ("{", "["):
        return json.loads(value)
    return float(value) if isinstance(value, int) else value


def test_only_the_views_that_are_asked_for(lived: Store, tmp_path: Path) -> None:
    assert export(lived, tmp_path, "jsonl", ["findings"]) == {"findings": 2}
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".jsonl"] == ["findings.jsonl"]


def test_a_file_that_cannot_be_written_is_said_in_one_line(lived: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="can't be written"):
        export(lived, tmp_path / "file", "jsonl")


def test_an_export_that_breaks_off_leaves_the_file_of_before(
    lived: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(lived, tmp_path, "jsonl", ["findings"])
    before = (tmp_path / "findings.jsonl").read_bytes()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "_lines", full)
    with pytest.raises(UserError, match="No space left on device"):
        export(lived, tmp_path, "jsonl", ["findings"])
    assert [file.read_bytes() for file in tmp_path.glob("findings*")] == [before]


def test_every_column_has_a_kind(store: Store) -> None:
    """What is no text, time or document is named as a number, on each engine."""
    kinds = {*exporting.INTEGERS, *exporting.REALS, *queries.TIMES, *queries.DOCUMENTS}
    with store.reading() as connection:
        columns = {name for view in VIEWS for name in queries.columns_of(connection, view)}
    assert set(exporting.INTEGERS) | set(exporting.REALS) <= columns
    assert set(queries.DOCUMENTS) <= columns
    assert len(kinds) == sum(map(len, (exporting.INTEGERS, exporting.REALS, queries.TIMES, queries.DOCUMENTS)))
