"""Where custom checks are written, and how a place in a file is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from scanner.errors import UserError
from scanner.evaluation.check import Check
from scanner.evaluation.custom.cases import Case
from scanner.evaluation.custom.expression import Expression


class CustomCheckError(UserError):
    """A custom check can't be used. The message is one line for the user: file, line, what, and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """A folder with checks. ``package`` is its name where it is an installed package, and empty for any other folder."""

    folder: Path
    package: str = ""

    def files(self, *suffixes: str) -> list[Path]:
        """Return its files by name, at any depth. What is hidden is left out."""
        found = (path for suffix in suffixes for path in self.folder.rglob(f"*{suffix}"))
        return sorted(path for path in found if path.is_file() and not _hidden(path.relative_to(self.folder)))


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "__pycache__")) for part in path.parts)


@dataclass(frozen=True, slots=True)
class Definition:
    """A check, where it stands, and what its file says beside it."""

    check: Check
    file: Path
    line: int
    expressions: tuple[Expression, ...] = ()
    cases: tuple[Case, ...] = ()

    def told(self, what: str) -> str:
        return f"{self.file}:{self.line}: {self.check.id}: {what}"


def digest(sources: Iterable[Source]) -> str:
    """Return a hash of every file that a check may rest on. Raises :class:`CustomCheckError`."""
    mark = blake2b(digest_size=16)
    for source in sources:
        for file in source.files(".py", ".yaml", ".yml"):
            mark.update(f"{file.relative_to(source.folder)}\0".encode("utf-8", "surrogateescape"))
            mark.update(blake2b(content(file)).digest())
    return mark.hexdigest()


def content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CustomCheckError(f"{file}: can't be read: {error.strerror}") from error
