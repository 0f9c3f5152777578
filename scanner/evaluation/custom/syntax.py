"""What the text of a CEL expression shows without being evaluated: its loops, their variables, and the paths it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
    (?P<skip>\s+|//[^\n]*)
  | (?P<text>[bB]?[rR][bB]?(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"[^"]*"|'[^']*')
      | [bB]?(?:\"{3}(?:\\.|.)*?\"{3}|'{3}(?:\\.|.)*?'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))
  | (?P<name>[A-Za-z_]\w*)
  | (?P<sign>.)
    """,
    re.DOTALL | re.VERBOSE,
)
LOOPS = {"all": 1, "exists": 1, "exists_one": 1, "existsOne": 1, "map": 2, "filter": 2}  # the latter copy what they made so far
NAME = re.compile(r"[A-Za-z_]\w*")
WORDS = frozenset({"true", "false", "null", "in"})
PLACE = re.compile(r"<input>:(\d+):(\d+): (?:Syntax error: )?(.*)")


@dataclass(slots=True)
class Open:
    """A bracket that is open; ``variable``, where it is that of a loop.

    ``again``: the loop runs once for each turn of those around it; others walk what those around it hold, once in all.
    ``parts``: its variable is a part of a fact.
    """

    variable: str = ""
    again: bool = False
    parts: bool = False


class Shape:
    """``bound``: the variables of loops; ``paths``: what is named step by step, as ``("item", "Status")``.

    ``power``: evaluating takes no longer than in proportion to this power of the number of values in the facts.
    """

    def __init__(self, text: str) -> None:
        found = (match for match in TOKEN.finditer(text) if match.lastgroup != "skip")
        self._tokens = ["''" if match.lastgroup == "text" else match.group() for match in found]
        self.bound: set[str] = set()
        self.paths: list[tuple[str, ...]] = []
        self.power = 1
        self._open: list[Open] = []
        for place in range(len(self._tokens)):
            self._take(place)

    def _at(self, place: int) -> str:
        return self._tokens[place] if 0 <= place < len(self._tokens) else ""

    def _take(self, place: int) -> None:
        token = self._at(place)
        if token in ("(", "[", "{"):
            self._open.append(self._loop(place) if token == "(" else Open())
        elif token in (")", "]", "}") and self._open:
            self._open.pop()
        elif self._starts_path(place):
            self._path(place)

    def _starts_path(self, place: int) -> bool:
        token = self._at(place)
        return bool(NAME.fullmatch(token)) and token not in WORDS and self._at(place - 1) != "." and self._at(place + 1) != "("

    def _path(self, place: int) -> None:
        path = tuple(self._steps(place))
        own = any(each.variable == path[0] for each in self._open)
        if not own:
            self.paths.append(path)
            self.power = max(self.power, self._turns() + 1)

    def _steps(self, place: int) -> Iterator[str]:
        yield self._at(place)
        while self._at(place + 1) == "." and self._at(place + 3) != "(" and NAME.fullmatch(self._at(place + 2)):
            place += 2
            yield self._at(place)

    def _turns(self) -> int:
        return sum(each.again for each in self._open)

    def _loop(self, place: int) -> Open:
        """Return the bracket that opens at *place*."""
        name = self._at(place - 1)
        if name not in LOOPS or self._at(place - 2) != ".":
            return Open()
        variable = self._at(place + 1)
        self.bound.add(variable)
        root = self._root(place - 3)
        inner = next((each for each in reversed(self._open) if each.variable), None)
        parts = bool(root) and all(each.variable != root for each in self._open)
        walks = bool(root) and inner is not None and inner.variable == root and inner.parts
        self.power = max(self.power, self._turns() + LOOPS[name] - walks)
        return Open(variable, again=not walks, parts=walks or parts)

    def _root(self, place: int) -> str:
        """Return the first name of the path that ends at *place*, or nothing where no path does."""
        while NAME.fullmatch(self._at(place)) and self._at(place - 1) == ".":
            place -= 2
        return self._at(place) if NAME.fullmatch(self._at(place)) else ""


def complaint(said: str) -> tuple[str, int]:
    """Return what the parser complains of, in one line, and the line of the expression on which."""
    found = PLACE.search(said)
    if not found:
        return f"this is no CEL expression: {said.splitlines()[0][:200]}", 1
    what = re.sub(r" expecting \{.*", "", found[3])
    return f"this is no CEL expression: {what[:200]} (at its character {found[2]})", int(found[1])
