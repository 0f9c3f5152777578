"""What software customers run themselves, by the signs in ``self_run.yaml``: the same on every cloud.

A container's image, an installed package or a licence says what runs. Names that people gave say what probably runs. A port
that a firewall names says what possibly runs: many things listen there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from scanner.evaluation.advice import Certainty, Unseen, Workload
from scanner.model import Inventory, Resource, UnreadError

FILE = Path(__file__).with_name("self_run.yaml")
NARROW = 8  # ports that one rule names at most where it says anything of what listens there
VERSION = re.compile(r"v?\d[\d.]*")
AFTER, BEFORE = re.compile(r"[^a-z0-9]+([a-z]+)"), re.compile(r"([a-z]+)[^a-z0-9]+$")

Said = tuple[str, str]
"""What kind of sign it is, and what it says: ``("package", "redis-server")``."""
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Engine:
    """One kind of software and its signs."""

    name: str
    ports: frozenset[int]
    words: re.Pattern[str]
    managed: tuple[str, ...]
    alike: tuple[str, ...]

    def named(self, text: str) -> bool:
        """Tell whether *text* names it, and not what only speaks to it."""
        small = text.lower()
        return any(
            beside().isdisjoint(_words(AFTER.match(small[found.end() :]), BEFORE.search(small[: found.start()])))
            for found in self.words.finditer(small)
        )


@dataclass(frozen=True, slots=True)
class Signs:
    """What a resource shows: what runs there for certain, names that people gave, and ports with the rule that names each."""

    resource: Resource
    runs: tuple[Said, ...] = ()
    named: tuple[Said, ...] = ()
    ports: Mapping[int, str] = field(default_factory=dict)


def _words(*found: re.Match[str] | None) -> set[str]:
    return {each[1] for each in found if each}


@cache
def _data() -> Mapping[str, Any]:
    import yaml  # noqa: PLC0415 -- only who asks for advice pays for it

    found: Mapping[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


@cache
def beside() -> frozenset[str]:
    return frozenset(_data()["beside"])


def operated(names: Iterable[str]) -> bool:
    """Tell whether a machine with tags or labels of these names is run by a service of the provider."""
    return any(name.lower().startswith(tuple(_data()["operated"])) for name in names)


def purposes(tags: Mapping[str, str]) -> Iterator[Said]:
    """Yield the tags or labels that say what a resource is for."""
    for key, value in tags.items():
        if key.lower() in _data()["tags"]:
            yield f"tag {key}", value


def image(reference: str) -> Said:
    """Return what a container's image says: its own name and version, without the registry's and other words of its tag."""
    name, _, tag = reference.rpartition("/")[2].partition("@")[0].partition(":")
    version = VERSION.match(tag)
    return "image", f"{name}:{version[0]}" if version else name


def narrow(low: int, high: int) -> Iterable[int]:
    """Return the ports of a rule; none where it opens so many that it says nothing."""
    return range(low, high + 1) if 0 <= low <= high < low + NARROW else ()


def workloads(signs: Signs) -> Iterator[Workload]:
    """Yield what runs on a resource, with all that says so."""
    for engine in engines():
        sure = [f"{kind} {text}" for kind, text in signs.runs if engine.named(text)]
        likely = [f"{kind} {text}" for kind, text in signs.named if engine.named(text)]
        open_ports = [f"port {port}: {rule}" for port, rule in sorted(signs.ports.items()) if port in engine.ports]
        certainty = Certainty.YES if sure else Certainty.PROBABLY if likely else Certainty.POSSIBLY
        if evidence := (*sure, *likely, *open_ports):
            yield Workload(signs.resource, engine.name, certainty, evidence, engine.managed, engine.alike)


@dataclass(slots=True)
class Look:
    """One look through an account. What could not be read is remembered, and the look goes on."""

    inventory: Inventory
    missing: dict[str, None] = field(default_factory=dict)

    def all(self, *types: str) -> Iterator[Resource]:
        """Yield the resources of some types, as far as they were listed."""
        for type in types:
            yield from self._read(partial(self.inventory.all, type))

    def told(self, ask: Callable[[Resource], Iterable[Answer]], resource: Resource) -> list[Answer]:
        """Return what *ask* reads of a resource, as far as it could be read."""
        return list(self._read(partial(ask, resource)))

    def _read(self, ask: Callable[[], Iterable[Answer]]) -> Iterator[Answer]:
        try:
            yield from ask()
        except UnreadError as error:
            self.missing[str(error)] = None

    def unseen(self) -> Iterator[Unseen]:
        return map(Unseen, self.missing)


@cache
def engines() -> tuple[Engine, ...]:
    return tuple(
        Engine(
            row["name"],
            frozenset(row.get("ports", ())),
            _pattern(row["words"]),
            tuple(row.get("managed", ())),
            tuple(row.get("alike", ())),
        )
        for row in _data()["engines"]
    )


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return what finds whole words, with a version behind them or without; a hyphen within stands for any mark."""
    choice = "|".join("[-_. ]".join(map(re.escape, re.split("[- ]", word))) for word in words)
    return re.compile(rf"(?<![a-z0-9])(?:{choice})(?:\d[\d.]*)?(?![a-z0-9])")
