"""Checks in Python: each file of a folder is imported, and what it defines at module level counts."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from importlib import import_module
from importlib.metadata import EntryPoint
from inspect import unwrap
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from scanner.evaluation.check import Check
from scanner.evaluation.custom.cases import Case
from scanner.evaluation.custom.files import CustomCheckError, Definition, Source
from scanner.evaluation.custom.rules import shapeless

CASES = "cases_"

Thing = TypeVar("Thing")


def holds_cases(file: Path) -> bool:
    """Tell whether only a test needs this file, by its name."""
    return file.name.startswith(CASES)


def definitions(source: Source, mark: str) -> Iterator[Definition]:
    """Yield the checks that a folder defines, each once; *mark* is the hash of it. Raises :class:`CustomCheckError`."""
    seen: set[int] = set()
    for file in source.files(".py"):
        for check in () if holds_cases(file) else _held(imported(source, file, mark), Check):
            if id(check) not in seen:
                seen.add(id(check))
                definition = Definition(check, *_place(check, source, file))
                if wrong := shapeless(check):
                    raise CustomCheckError(definition.told(wrong))
                yield definition


def _place(check: Check, source: Source, file: Path) -> tuple[Path, int]:
    """Return where the function of a check is written, if that is in its folder."""
    code = getattr(unwrap(check.judge), "__code__", None)
    own = {each.absolute(): each for each in source.files(".py")} if code else {}
    place = own.get(Path(code.co_filename).absolute()) if code else None
    return (place, code.co_firstlineno) if place and code else (file, 1)


def cases(source: Source, file: Path, mark: str) -> Iterator[Case]:
    """Yield the cases that one file defines. Raises :class:`CustomCheckError`."""
    module = imported(source, file, mark)
    listed = getattr(module, "CASES", None)
    if not isinstance(listed, (list, tuple)) or not all(isinstance(each, Case) for each in listed):
        raise CustomCheckError(f"{file}:1: a file of cases has CASES, a list of case(...); see `demarc checks new`")
    yield from listed


def imported(source: Source, file: Path, mark: str) -> ModuleType:
    """Import one file under a name that no other folder, and no other state of this one, has."""
    parts = file.relative_to(source.folder).with_suffix("").parts
    package = source.package or _package(source.folder.absolute(), mark)
    name = ".".join((package, *(parts[:-1] if parts[-1] == "__init__" else parts)))
    try:
        with nothing_written():
            return import_module(name)
    except (Exception, SystemExit) as error:  # a user's file may raise anything
        raise CustomCheckError(complaint(error, file)) from error


def package(point: EntryPoint) -> Iterator[Source]:
    """Yield the folders of an installed package. Raises :class:`CustomCheckError`."""
    try:
        module = point.load()
    except (Exception, SystemExit) as error:  # a user's package may raise anything
        said = (str(error).splitlines() or [""])[0]
        raise CustomCheckError(f"{point.value}: the package can't be imported: {type(error).__name__}: {said[:300]}") from error
    if not isinstance(module, ModuleType) or not hasattr(module, "__path__"):
        raise CustomCheckError(f"{point.value}: {point.group} names a package, and this is none")
    yield from (Source(Path(each), module.__name__) for each in module.__path__)


@cache
def _package(folder: Path, mark: str) -> str:
    """Return the name of a package that was made of *folder*."""
    name = f"demarc_custom_{blake2b(f'{folder} {mark}'.encode('utf-8', 'surrogateescape'), digest_size=8).hexdigest()}"
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    return name


@contextmanager
def nothing_written() -> Iterator[None]:
    """Import without leaving bytecode in a user's folder, where it would outlive a change within one second."""
    usual = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = usual


def _held(module: ModuleType, kind: type[Thing]) -> Iterator[Thing]:
    seen: set[int] = set()
    for value in list(vars(module).values()):
        for thing in value if isinstance(value, tuple) else (value,):
            if isinstance(thing, kind) and id(thing) not in seen:
                seen.add(id(thing))
                yield thing


def complaint(error: BaseException, file: Path) -> str:
    """Return one line: where in the user's own file it happened, and what."""
    said = (str(error).splitlines() or [""])[0]
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno or 1}: this isn't Python: {error.msg}"
    own = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).absolute() == file.absolute()
    ]
    line = own[-1] if own and own[-1] else 1
    return f"{file}:{line}: the file can't be imported: {type(error).__name__}: {said[:300]}"


def _same(one: str, other: Path) -> bool:
    return Path(one).absolute() == other.absolute()
