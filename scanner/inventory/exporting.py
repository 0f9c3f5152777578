"""The public views as files for a warehouse: JSON lines or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import orjson

from scanner.errors import UserError
from scanner.inventory import queries, serial
from scanner.inventory.queries import DOCUMENTS, TIMES
from scanner.inventory.store import Store
from scanner.inventory.views import VIEWS

Row = dict[str, Any]
BATCH = 5000
LINE = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
INTEGERS = (
    *("accepted", "checks", "failed", "findings_affected", "latest", "passed", "reopened", "resource_pk", "resources"),
    *("snapshot_id", "unknown"),
)
REALS = ("coverage", "earned", "expected", "known", "score_floor")


def export(store: Store, folder: Path, format: str, views: Sequence[str] = ()) -> Mapping[str, int]:
    """Write each view to ``<view>.<format>`` in *folder*, and return the number of rows by view.

    A file appears when it is whole. Raises :class:`UserError` where it can't be written, or without what Parquet needs.
    """
    write = {"jsonl": _lines, "parquet": _parquet}[format]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return {view: _export(store, folder / f"{view}.{format}", view, write) for view in views or VIEWS}
    except OSError as error:
        raise UserError(f"{error.filename or folder} can't be written: {error.strerror}") from error


Write = Callable[[IO[bytes], Sequence[str], Iterator[Row]], int]


def _export(store: Store, file: Path, view: str, write: Write) -> int:
    part = file.with_suffix(f"{file.suffix}.part")
    try:
        with store.reading() as connection, part.open("wb") as out:
            columns = queries.columns_of(connection, view)
            count = write(out, columns, queries.every(connection, view))
        part.replace(file)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return count


def _lines(out: IO[bytes], columns: Sequence[str], rows: Iterator[Row]) -> int:  # noqa: ARG001 -- as for Parquet
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 -- the last one is the number of rows
        out.write(orjson.dumps(row, option=LINE))
    return count


def _parquet(out: IO[bytes], columns: Sequence[str], rows: Iterator[Row]) -> int:
    try:
        import pyarrow as pa  # noqa: PLC0415 -- an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UserError("Parquet needs pyarrow: pip install 'demarc-scanner[export]'") from error
    kinds = {
        **dict.fromkeys(TIMES, pa.timestamp("us", "UTC")),
        **dict.fromkeys(INTEGERS, pa.int64()),
        **dict.fromkeys(REALS, pa.float64()),
    }
    shape = pa.schema([(name, kinds.get(name, pa.string())) for name in columns])
    count = 0
    with parquet.ParquetWriter(out, shape, compression="zstd") as writer:  # type: ignore[no-untyped-call]
        for batch in _batches(rows):
            writer.write_table(pa.Table.from_pylist(batch, shape))
            count += len(batch)
    return count


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append({name: _packed(name, value) for name, value in row.items()})
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _packed(name: str, value: Any) -> Any:
    return serial.text(value) if name in DOCUMENTS and value is not None else value
