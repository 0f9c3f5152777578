"""Checks in YAML: prose, an expression that is true where all is well, and cases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from scanner.evaluation.check import Check
from scanner.evaluation.custom.cases import ACCOUNT, REGION, Case, fact
from scanner.evaluation.custom.cases import NOW as MOMENT
from scanner.evaluation.custom.expression import NOW, Expression, ExpressionError, NoValueError, compiled
from scanner.evaluation.custom.files import CustomCheckError, Definition, content
from scanner.model import Outcome, Reason, Resource, Severity, Unread, Verdict, failed, passed, skipped, unknown

TEXTS = ("id", "on", "control", "severity", "title", "risk", "fix", "pass")
MORE = ("when", "because", "service", "version", "cis", "formerly", "terraform", "cases")
OUTCOMES = tuple(str(each) for each in Outcome)
OF_CASE = ("id", "region", "now")


@dataclass(frozen=True, slots=True)
class Judge:
    """The function of a check that is written as expressions."""

    passes: Expression
    when: Expression | None
    because: str

    def __call__(self, resource: Resource, now: datetime | None = None) -> Verdict:
        try:
            if self.when is not None and not self.when.holds(resource, now):
                return skipped("not due here")
            if self.passes.holds(resource, now):
                return passed()
        except NoValueError as error:
            return unknown(str(error), Unread(Reason.ERROR, error.code))
        self.passes.look(resource)
        return failed(self.because)


SHAPES = {  # as JSON has them, so that `on` and `no` are texts, and so are dates and numbers that begin with 0
    "bool": (r"true|false", "tf"),
    "int": (r"-?(?:0|[1-9]\d*)", "-0123456789"),
    "float": (r"-?(?:0|[1-9]\d*)(?:\.\d+(?:[eE][-+]?\d+)?|[eE][-+]?\d+)", "-0123456789"),
    "null": (r"null|~|", ("n", "~", "")),
}


@cache
def _loader() -> Any:
    """Return the class that reads YAML with scalars as JSON has them."""
    import yaml  # noqa: PLC0415 -- only who writes YAML pays for it

    class Loader(yaml.SafeLoader):
        """The safe loader, of version 1.2 where it matters."""

    Loader.yaml_implicit_resolvers = {}
    for tag, (shape, first) in SHAPES.items():
        whole = re.compile(f"(?:{shape})$")
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", whole, list(first))
    return Loader


class Reading:
    """One file, and the errors in it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._loader: Any = None

    def fail(self, node: Any, what: str) -> CustomCheckError:
        return self.at(node.start_mark.line + 1, what)

    def at(self, line: int, what: str) -> CustomCheckError:
        return CustomCheckError(f"{self.file}:{line}: {what}")

    def root(self) -> Any:
        """Return the document. Raises :class:`CustomCheckError` for what isn't YAML."""
        import yaml  # noqa: PLC0415 -- as above

        try:
            self._loader = _loader()(content(self.file).decode("utf-8"))
            return self._loader.get_single_node()
        except UnicodeDecodeError as error:
            raise self.at(1, f"this isn't UTF-8: {error.reason}") from error
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise self.at(line, f"this isn't YAML: {error.problem}") from error
        except (yaml.YAMLError, RecursionError) as error:
            raise self.at(1, f"this isn't YAML: {str(error).splitlines()[0]}") from error

    def table(self, node: Any, what: str) -> dict[str, Any]:
        """Return the nodes of a mapping by their keys, each of which it has once."""
        if getattr(node, "id", "") != "mapping":
            raise self.fail(node, f"{what} is a mapping")
        found: dict[str, Any] = {}
        for key, value in node.value:
            if key.id != "scalar":
                raise self.fail(key, f"{what} has a key that is no name")
            if key.value in found:
                raise self.fail(key, f"{what} has the key {key.value!r} twice")
            found[key.value] = value
        return found

    def several(self, node: Any, what: str) -> list[Any]:
        if node.id != "sequence":
            raise self.fail(node, f"{what} is a list: begin each line with a hyphen")
        items: list[Any] = node.value
        return items

    def value(self, node: Any) -> Any:
        import yaml  # noqa: PLC0415 -- as above

        try:
            return self._loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
            raise self.fail(node, f"this can't be read: {str(error).splitlines()[0]}") from error

    def text(self, node: Any, name: str) -> str:
        value = self.value(node)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(node, f"{name} is a text; if it looks like something else, put it in quotes")
        return value


def definitions(file: Path) -> Iterator[Definition]:
    """Yield the checks of one file. Raises :class:`CustomCheckError` for the first thing that can't be meant."""
    reading = Reading(file)
    root = reading.root()
    if root is None:
        return
    tables = reading.table(root, "the file")
    _known(reading, tables, ("checks",), "the file")
    if "checks" not in tables:
        raise reading.fail(root, "the file has no checks: write `checks:`, and under it a list")
    for node in reading.several(tables["checks"], "checks"):
        yield _Defining(reading, node).definition()


def _known(reading: Reading, given: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    for name, node in given.items():
        if name not in known:
            raise reading.fail(node, f"{what} has an unknown key {name!r}; there are {', '.join(known)}")


class _Defining:
    """One check that is being read."""

    def __init__(self, reading: Reading, node: Any) -> None:
        self._reading = reading
        self._node = node
        self._given = reading.table(node, "a check")
        _known(reading, self._given, (*TEXTS, *MORE), "a check")
        if missing := [name for name in TEXTS if name not in self._given]:
            raise reading.fail(node, f"the check has no {missing[0]}; it needs {', '.join(TEXTS)}")

    def definition(self) -> Definition:
        passes, when = self._expression("pass"), self._expression("when") if "when" in self._given else None
        assert passes is not None  # noqa: S101 -- its key was asked for
        texts = {name: self._text(name) for name in TEXTS if name not in {"pass", "severity"}}
        expressions = tuple(each for each in (passes, when) if each is not None)
        needs = (NOW,) if any(NOW in each.names for each in expressions) else ()
        because = self._text("because") if "because" in self._given else f"not so: {texts['title']}"
        check = Check(
            **texts,
            severity=self._severity(),
            judge=Judge(passes, when, because),
            needs=needs,
            service=self._text("service") if "service" in self._given else "",
            cis=self._names("cis"),
            formerly=self._names("formerly"),
            version=self._version(),
            terraform=self._reading.value(self._given["terraform"]) if "terraform" in self._given else None,
        )
        line = self._node.start_mark.line + 1
        return Definition(check, self._reading.file, line, expressions, tuple(self._cases(check)))

    def _text(self, name: str) -> str:
        return self._reading.text(self._given[name], name)

    def _names(self, name: str) -> tuple[str, ...]:
        if name not in self._given:
            return ()
        return tuple(self._reading.text(each, name) for each in self._reading.several(self._given[name], name))

    def _severity(self) -> Severity:
        said = self._text("severity")
        if said not in set(Severity):
            raise self._reading.fail(self._given["severity"], f"there is no severity {said!r}; there are {', '.join(Severity)}")
        return Severity(said)

    def _version(self) -> int:
        value = self._reading.value(self._given["version"]) if "version" in self._given else 1
        if type(value) is not int or value < 1:
            raise self._reading.fail(self._given["version"], "version is a number, from 1 on")
        return value

    def _expression(self, name: str) -> Expression:
        node = self._given[name]
        try:
            return compiled(self._text(name).rstrip())
        except ExpressionError as error:
            line = node.start_mark.line + 1 + (error.line if node.style == "|" else 0)  # other styles fold lines
            raise self._reading.at(line, f"{name}: {error}") from error

    def _cases(self, check: Check) -> Iterator[Case]:
        if "cases" in self._given:
            for node in self._reading.several(self._given["cases"], "cases"):
                yield self._case(check, node)

    def _case(self, check: Check, node: Any) -> Case:
        """Return a case: one key is the outcome, and holds the facts; others say more of the resource."""
        given = self._reading.table(node, "a case")
        outcomes = [name for name in given if name in OUTCOMES]
        _known(self._reading, given, (*OUTCOMES, *OF_CASE), "a case")
        if len(outcomes) != 1:
            raise self._reading.fail(node, f"a case has one of {', '.join(OUTCOMES)}, and the facts in it")
        facts = {name: self._reading.value(each) for name, each in self._reading.table(given[outcomes[0]], "the facts").items()}
        texts = {name: self._reading.text(given[name], name) for name in ("id", "region") if name in given}
        now = self._time(given["now"]) if "now" in given else MOMENT
        id, region = texts.get("id", "under-test"), texts.get("region", REGION)
        known = {name: fact(value) for name, value in facts.items()}
        subject = Resource(check.on, id, ACCOUNT, region, known, id, region)
        return Case(check, Outcome(outcomes[0]), subject, now=now, line=node.start_mark.line + 1)

    def _time(self, node: Any) -> datetime:
        try:
            return datetime.fromisoformat(self._reading.text(node, "now"))
        except ValueError as error:
            raise self._reading.fail(node, "now is a time, as 2026-06-01T12:00:00Z") from error
