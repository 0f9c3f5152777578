"""Frameworks: which controls, or which checks, answer which requirement, and which requirements no API decides.

A framework is a YAML file: those in ``frameworks`` are shipped, anybody may write another. Only the publisher's ids are
used; what stands beside them is said in our own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from scanner.errors import UsageError
from scanner.responsibility.split import areas, controls

TEXTS = ("id", "title", "edition", "granularity")  # what a file must say of itself
MORE = ("publisher", "source", "provider", "cis", "form", "reasons", "requirements", "not_covered")
OF_REQUIREMENT = ("subject", "controls", "checks", "areas", "why")


class FrameworkError(UsageError):
    """A framework can't be read. The message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement. ``why`` says why no API decides it; attested cells of its ``areas`` answer it then.

    ``checks`` are globs over check ids. An empty ``subject`` is the title of the first check that tests it.
    """

    id: str
    subject: str = ""
    controls: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    why: str = ""

    @property
    def automatable(self) -> bool:
        return not self.why


@dataclass(frozen=True)
class Framework:
    """One edition of a framework. ``cis``: the mark under which checks name its recommendations, as ``v7``.

    ``granularity`` says what its requirements are, and thereby what a complete list of them is.
    """

    id: str
    title: str
    edition: str
    granularity: str
    requirements: Mapping[str, Requirement]
    publisher: str = ""
    source: str = ""
    provider: str = ""
    cis: str = ""
    form: str = ""
    not_covered: Mapping[str, str] | None = None

    def of(self, check_id: str, control: str, cis: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the ids of the requirements that a check answers, in the framework's order."""
        if self.provider and check_id.partition(".")[0] != self.provider:
            return ()
        found = {each.removeprefix(f"{self.cis}:") for each in cis if self.cis and each.startswith(f"{self.cis}:")}
        found.update(self._by_control.get(control, ()))
        found.update(id for pattern, id in self._patterns if fnmatchcase(check_id, pattern))
        return tuple(sorted(found & self._places.keys(), key=self._places.__getitem__))

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {id: place for place, id in enumerate(self.requirements)}

    @cached_property
    def _by_control(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for id, each in self.requirements.items():
            for control in each.controls:
                found.setdefault(control, []).append(id)
        return found

    @cached_property
    def _patterns(self) -> Sequence[tuple[str, str]]:
        return [(pattern, id) for id, each in self.requirements.items() for pattern in each.checks]


@cache
def shipped() -> Mapping[str, Framework]:
    """Return the frameworks that come with the scanner, by id."""
    folder = files("scanner.responsibility").joinpath("frameworks")
    texts = {each.name: each.read_text("utf-8") for each in folder.iterdir() if each.name.endswith(".yaml")}
    found = [parsed(texts[name], name) for name in sorted(texts)]
    return {each.id: each for each in found}


def newest(name: str) -> Framework | None:
    """Return the newest edition of what *name* leaves the edition away of (``cis-aws``), if there is such a one."""
    edition = re.compile(re.escape(name) + r"-r?[0-9.]+")
    editions = [each for id, each in shipped().items() if edition.fullmatch(id)]
    return max(editions, key=lambda each: [int(number) for number in re.findall(r"\d+", each.id)], default=None)


def read(file: Path) -> Framework:
    """Read somebody's own framework. Raises :class:`FrameworkError`."""
    try:
        return parsed(file.read_text("utf-8"), str(file))
    except OSError as error:
        raise FrameworkError(f"{file} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FrameworkError(f"{file} isn't UTF-8: {error.reason}") from error


def parsed(text: str, where: str) -> Framework:
    """Return the framework that *text* describes. Raises :class:`FrameworkError` for anything that can't be meant."""
    import yaml  # noqa: PLC0415 -- as in the split

    try:
        raw = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 -- the C form of the safe loader
    except yaml.YAMLError as error:
        raise FrameworkError(f"{where} isn't YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(raw, dict):
        raise FrameworkError(f"{where}: a framework is a mapping with {', '.join(TEXTS)} and requirements")
    _known(raw, (*TEXTS, *MORE), where)
    if missing := [name for name in TEXTS if not isinstance(raw.get(name), str) or not raw[name]]:
        raise FrameworkError(f"{where}: {missing[0]} is missing, or no text")
    given = raw.get("requirements")
    if not isinstance(given, dict) or not given:
        raise FrameworkError(f"{where}: requirements maps ids to what answers them")
    reasons = raw.get("reasons") or {}
    found = [_requirement(str(id), each, reasons, where) for id, each in given.items()]
    _formed(raw.get("form") or "", found, where)
    kept = {name: raw[name] for name in (*TEXTS, "publisher", "source", "provider", "cis", "form") if name in raw}
    return Framework(**kept, requirements={each.id: each for each in found}, not_covered=raw.get("not_covered") or {})


def _requirement(id: str, given: Any, reasons: Mapping[str, str], where: str) -> Requirement:
    place = f"{where}: {id}"
    if not isinstance(given, dict):
        raise FrameworkError(f"{place} is a mapping with subject, and controls, checks or why")
    _known(given, OF_REQUIREMENT, place)
    lists = {name: _list(given, name, place) for name in ("controls", "checks", "areas")}
    for name in lists["areas"]:
        if name not in areas():
            raise FrameworkError(f"{place}: there is no area {name!r}; there are {', '.join(areas())}")
    why = str(given.get("why") or "")
    if why and (lists["controls"] or lists["checks"]):
        raise FrameworkError(f"{place}: what has controls or checks can be decided, and needs no why")
    asked = tuple(dict.fromkeys(name for each in lists["controls"] for name in _controls(each, place)))
    return Requirement(id, str(given.get("subject") or ""), asked, lists["checks"], lists["areas"], reasons.get(why, why))


def _controls(pattern: str, place: str) -> Sequence[str]:
    """Return the controls that a glob means. Raises :class:`FrameworkError` where there is none."""
    found = [name for name in controls() if fnmatchcase(name, pattern)]
    if not found:
        raise FrameworkError(f"{place}: no control fits {pattern!r}: docs/reference/controls.md lists them")
    return found


def _list(given: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
    value = given.get(name) or ()
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) for each in value):
        raise FrameworkError(f"{place}: {name} is a list of names")
    return tuple(value)


def _known(given: Mapping[Any, Any], known: Sequence[str], place: str) -> None:
    if strange := sorted(str(name) for name in given if name not in known):
        raise FrameworkError(f"{place}: unknown key {strange[0]!r}; there are {', '.join(known)}")


def _formed(form: str, found: Sequence[Requirement], where: str) -> None:
    try:
        shape = re.compile(form)
    except re.error as error:
        raise FrameworkError(f"{where}: form is no regular expression: {error}") from error
    for each in found if form else ():
        if not shape.fullmatch(each.id):
            raise FrameworkError(f"{where}: {each.id} doesn't have the form {form}")
