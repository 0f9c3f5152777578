"""The grant that a scan needs, in each of its forms: the same actions, and nothing that a tool would not take."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

import pytest

from collectors.azure.permissions import ALWAYS, GRAPH, actions, graph
from collectors.azure.provider import Azure, specs
from collectors.azure.spec import Get, Graph, Rows
from scanner.provider import Document, Selection

LANGUAGE = re.compile(
    r"""(?P<comment>//[^\n]*)|(?P<text>'(?:[^'\\\n$]|\\.|\$(?!\{))*')|(?P<word>[A-Za-z_]\w*)|(?P<sign>[@{}\[\]():=.,])
    |(?P<line>\n)|(?P<space>[ ]+)""",
    re.VERBOSE,
)


def grant(format: str) -> Any:
    (document,) = Azure().permissions(Selection())[format]
    return document


def test_the_role_holds_what_the_specs_read_and_nothing_else() -> None:
    taken = {each.lower() for each in ALWAYS}
    for spec in specs():
        taken |= {f"{native}/read" for native in spec.natives}
        for read in (spec.listing, *spec.facts.values()):
            if isinstance(read, Get):
                taken.add(read.action.lower())
            elif isinstance(read, Rows):
                taken.add(f"{read.arm}/read")
    role = grant("json")["custom_role"]
    assert sorted(each.lower() for each in role["Actions"]) == sorted(taken)
    assert all(each.endswith("/read") for each in role["Actions"])
    assert role["DataActions"] == role["NotActions"] == role["NotDataActions"] == []


def test_the_application_gets_the_permissions_that_the_specs_name() -> None:
    every = {read.permission for spec in specs() for read in (spec.listing, *spec.facts.values()) if isinstance(read, Graph)}
    assert grant("json")["graph"] == {"application": GRAPH, "permissions": sorted(every)}
    assert all(".Read" in each for each in every)


def test_less_is_granted_where_less_is_read() -> None:
    (less,) = Azure().permissions(Selection(services=frozenset({"redis"})))["json"]
    assert isinstance(less, Mapping)
    assert "Microsoft.Cache/redis/firewallRules/read" in less["custom_role"]["Actions"]
    assert not [each for each in less["custom_role"]["Actions"] if each.lower().startswith("microsoft.sql/")]


# Bicep. Its grammar, as far as the template goes: comments, decorators, parameters, resources, objects and lists.


def read_bicep(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text):
        token = LANGUAGE.match(text, at)
        assert token, f"no word of Bicep: {text[at : at + 40]!r}"
        at = token.end()
        if token.lastgroup not in ("comment", "space"):
            found.append((str(token.lastgroup), token[0]))
    return found


class Bicep:
    """Reads values, one after the other: each on a line of its own within objects and lists."""

    def __init__(self, text: str) -> None:
        self.left = read_bicep(text)

    def take(self, *expected: str) -> str:
        kind, text = self.left.pop(0)
        assert not expected or text in expected or kind in expected, (text, expected)
        return text

    def skip_lines(self) -> None:
        while self.left and self.left[0][0] == "line":
            self.left.pop(0)

    def value(self) -> Any:
        kind, text = self.left[0]
        if kind == "text":
            return self.take()[1:-1]
        if text == "[":
            return self._several("[", "]", self.value)
        if text == "{":
            return dict(self._several("{", "}", self._field))
        return self._called()

    def _several(self, opening: str, closing: str, one: Any) -> list[Any]:
        self.take(opening)
        self.take("line")
        found = []
        self.skip_lines()
        while self.left[0][1] != closing:
            found.append(one())
            self.take("line")
            self.skip_lines()
        self.take(closing)
        return found

    def _field(self) -> tuple[str, Any]:
        name = self.take("word")
        self.take(":")
        return name, self.value()

    def _called(self) -> str:
        """Read a name, or a call, with what is asked of it."""
        found = self.take("word")
        while self.left and self.left[0][1] in ".(":
            found += self.take()
            while found[-1] in ".(,":
                if self.left[0][1] == ")":
                    break
                found += f"{self.value()}"
                if self.left[0][1] == ",":
                    found += self.take(",")
            if self.left[0][1] == ")":
                found += self.take(")")
        return found

    def statements(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.skip_lines()
        while self.left:
            word = self.take("word", "@")
            if word == "@":
                self._called()
            elif word == "param":
                name = self.take("word")
                found[name] = self.take("string", "int", "bool")
            elif word == "resource":
                name, kind = self.take("word"), self.take("text")
                self.take("=")
                found[name] = {"kind": kind[1:-1], **self.value()}
            else:
                self.take("=")
                found[word] = self.value()
            self.take("line")
            self.skip_lines()
        return found


def test_bicep_makes_the_role_and_assigns_it() -> None:
    made = Bicep(grant("bicep")).statements()
    assert set(made) == {"targetScope", "principalId", "role", "assignment"}
    assert made["targetScope"] == "managementGroup"
    role = made["role"]["properties"]
    assert role["permissions"] == [{"actions": actions(specs())}]
    assert role["assignableScopes"] == ["managementGroup().id"]
    assert made["assignment"]["properties"]["roleDefinitionId"] == "role.id"
    assert made["assignment"]["properties"]["principalId"] == "principalId"


@pytest.mark.parametrize(
    "broken", ["param x", "resource a 'b' = {\n  c: 'd' e: 'f'\n}\n", "a = 'b\n", "a = [\n  'b'\n", "a = {\n b 'c'\n}\n"]
)
def test_what_is_no_bicep_is_not_taken_for_it(broken: str) -> None:
    with pytest.raises((AssertionError, IndexError)):
        Bicep(broken).statements()


# Terraform's JSON: what a value refers to has to be there.


def references(value: Any) -> set[str]:
    return set(re.findall(r"\$\{([a-z_]+(?:\.[a-z_]+)+)", json.dumps(value)))


def test_terraform_makes_the_role_and_grants_each_permission() -> None:
    made = json.loads(json.dumps(grant("terraform")))
    resources = made["resource"]
    assert resources["azurerm_role_definition"]["demarc"]["permissions"] == {"actions": actions(specs())}
    roles = re.findall(r'app_role_ids\[\\"([^"\\]+)\\"\]', json.dumps(resources["azuread_app_role_assignment"]))
    assert sorted(roles) == graph(specs())
    assert all(re.fullmatch(r"[a-z_][a-z0-9_]*", name) for of in resources.values() for name in of)


def test_what_terraform_refers_to_is_there() -> None:
    made = grant("terraform")
    there = {f"var.{name}" for name in made["variable"]}
    there |= {f"data.{kind}.{name}" for kind, of in made["data"].items() for name in of}
    there |= {f"{kind}.{name}" for kind, of in made["resource"].items() for name in of}
    asked = references(made)
    assert asked
    assert [each for each in asked if not any(each == known or each.startswith(f"{known}.") for known in there)] == []


# Commands, as a shell takes them apart.


def test_the_commands_hold_the_role_and_each_permission() -> None:
    first, second, *more = (shlex.split(line) for line in grant("az").splitlines())
    assert json.loads(first[-1])["Actions"] == actions(specs())
    assert second[:4] == ["az", "role", "assignment", "create"]
    assert [re.findall(r"value=='([^']+)'", " ".join(each)) for each in more[:-1]] == [[each] for each in graph(specs())]
    assert more[-1][:5] == ["az", "ad", "app", "permission", "admin-consent"]


def test_json_is_the_form_that_is_given_unasked() -> None:
    formats: Mapping[str, Any] = Azure().permissions(Selection())
    assert list(formats) == ["json", "bicep", "terraform", "az"]
    documents: list[Document] = [document for form in formats.values() for document in form]
    assert len(documents) == 4
