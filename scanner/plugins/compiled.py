"""What is worked out of the source of packages, kept beside their bytecode, and as long as that: until a file is another one.

Files stand for themselves by path, size and second of change, as they do for Python's own bytecode. Where that can't be
written, as in an installation that belongs to somebody else, it is worked out again by each process.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.util import cache_from_source, find_spec
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from scanner import __version__

PACKAGE = "scanner"


class File(NamedTuple):
    """A file of a package as it stands on the disk. ``changed``: nanoseconds since 1970."""

    path: str
    size: int
    changed: int


def compiled(name: str, module: str, make: Callable[[], Any]) -> Any:
    """Return what *make* works out of the package *module* and of ours: JSON, read where it is kept, else made and kept.

    Of JSON comes what was written; of *make*, what it returns: lists may be tuples there.
    """
    place, mark = _place(name, module), _mark(module.partition(".")[0])
    kept = _read(place, mark) if place else None
    if kept is not None:
        return kept
    made = make()
    if place and not sys.dont_write_bytecode:
        with suppress(OSError):
            _write(place, mark, made)
    return made


def files(module: str) -> list[File]:
    """Return the Python and YAML files of a package, or the one of a module, in no order."""
    spec = find_spec(module)
    if spec is None:
        return []
    if spec.submodule_search_locations is None:
        return list(_found([Path(spec.origin)])) if spec.origin else []
    return [file for folder in spec.submodule_search_locations for file in _below(folder)]


def _below(folder: str) -> Iterator[File]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _below(entry.path)
            elif entry.name.endswith((".py", ".yaml")):
                found = entry.stat()
                yield File(entry.path, found.st_size, found.st_mtime_ns)


def _found(paths: list[Path]) -> Iterator[File]:
    for path in paths:
        found = path.stat()
        yield File(str(path), found.st_size, found.st_mtime_ns)


@cache
def _mark(package: str) -> bytes:
    """Return a hash of what a package and ours consist of, as this process found it first: it imports each module once."""
    every = sorted({*files(PACKAGE), *files(package)})
    parts = (__version__, *(f"{file.path} {file.size} {file.changed // 10**9}" for file in every))
    return blake2b("\n".join(parts).encode("utf-8", "surrogateescape"), digest_size=16).digest()


def _place(name: str, module: str) -> Path | None:
    """Return where it is kept; ``None`` where a package has no folder, or Python keeps no bytecode."""
    spec = find_spec(module)
    if spec is None or not spec.origin or spec.submodule_search_locations is None:
        return None
    try:
        return Path(cache_from_source(str(Path(spec.origin).with_name(f"{name}.py")))).with_suffix(".json.zz")
    except NotImplementedError:  # what Python raises where it keeps no bytecode
        return None


def _read(place: Path, mark: bytes) -> Any:
    """Return what is kept under that mark; ``None`` where nothing is, or nothing that can be read."""
    try:
        kept = place.read_bytes()
        return orjson.loads(zlib.decompress(kept[len(mark) :])) if kept.startswith(mark) else None
    except (OSError, ValueError, zlib.error):
        return None


def _write(place: Path, mark: bytes, made: Any) -> None:
    """Write it at once, or not at all: others may be reading, and writing the same."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415 -- costs more than it takes to read what is there

    place.parent.mkdir(exist_ok=True)
    with NamedTemporaryFile(dir=place.parent, prefix=place.name, delete=False) as file:
        try:
            file.write(mark + zlib.compress(orjson.dumps(made)))
            file.close()
            Path(file.name).chmod(0o644)
            Path(file.name).replace(place)
        except BaseException:  # whatever ends it, an interrupt too: nothing half is left, and it goes on its way
            Path(file.name).unlink(missing_ok=True)
            raise
