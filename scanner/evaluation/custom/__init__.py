"""Checks of a user's own, in Python or in YAML with CEL expressions, and the rules that they keep as the shipped ones do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path

from scanner import provider as providers
from scanner.evaluation.check import Check
from scanner.evaluation.custom import modules, rules, written
from scanner.evaluation.custom.files import CustomCheckError, Definition, Source, digest

__all__ = ["CustomCheckError", "Definition", "Loaded", "Source", "folders", "load", "packages"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the files define, and a hash of the files."""

    definitions: tuple[Definition, ...]
    digest: str

    def checks(self, provider: str, shipped: Sequence[Check]) -> tuple[Check, ...]:
        """Return the checks of one provider, or all. Raises :class:`CustomCheckError` for one that breaks a rule."""
        nobodys = {each.check.provider for each in self.definitions} - set(providers.names())
        chosen = [each for each in self.definitions if provider == "" or each.check.provider in {provider, *nobodys}]
        for problem in rules.problems(chosen, shipped):
            raise CustomCheckError(problem)
        return tuple(each.check for each in chosen)


def load(sources: tuple[Source, ...]) -> Loaded:
    """Read and import what *sources* hold. Raises :class:`CustomCheckError` for a file that can't be used."""
    mark = digest(sources)  # before the files are read: what changes in between is another edition the next time
    return Loaded(tuple(defined(sources, mark)), mark)


def defined(sources: Iterable[Source], mark: str) -> Iterator[Definition]:
    for source in sources:
        yield from modules.definitions(source, mark)
        for file in source.files(".yaml", ".yml"):
            yield from written.definitions(file)


def folders(paths: Iterable[Path]) -> tuple[Source, ...]:
    """Return folders as sources. Raises :class:`CustomCheckError` for one that isn't there."""
    found = tuple(Source(each) for each in paths)
    for each in found:
        if not each.folder.is_dir():
            raise CustomCheckError(f"{each.folder}: custom_checks names a folder, and there is none here")
    return found


def packages(points: Iterable[EntryPoint]) -> tuple[Source, ...]:
    """Return installed packages as sources. Raises :class:`CustomCheckError` for one that can't be imported."""
    return tuple(source for point in points for source in modules.package(point))
