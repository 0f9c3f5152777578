"""What is told of Terraform, held against the providers' own schemas, and read back by a parser of the language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import hcl2
import pytest
import yaml

from scanner.evaluation import registry, terraform
from scanner.evaluation.terraform import Block
from scanner.reports import hcl
from tests.checks.terraform_schema import Kind
from tests.checks.terraform_schema import shipped as schema

PROVIDERS = ("aws", "azure", "gcp")
FIXES = {name: terraform.shipped(name) for name in PROVIDERS}
LEAST = {"aws": 965, "azure": 1015, "gcp": 650}  # checks with arguments: more may come, none is lost unnoticed
META = {"for_each": "=", "depends_on": "=", "lifecycle": {}}  # what Terraform itself knows on every resource
KINDS: Mapping[str, tuple[type, ...]] = {"s": (str,), "n": (int, float), "b": (bool,)}
NAMES = {"id": "/subscriptions/s/resourceGroups/g/providers/p/t/n", "name": "n", "region": "r", "account": "a"}


def wrong(block: Block) -> Iterator[str]:
    """Yield what the provider would refuse in a resource."""
    provider = block.type.partition("_")[0]
    known = schema(provider)[1]
    for type in (block.type, *block.alike):
        if type not in known:
            yield f"no resource type {type} is known; see terraform_schema.py to renew what is"
        else:
            yield from refused({**block.binds, **block.sets}, known[type], type)


def refused(told: Mapping[str, Any], table: Mapping[str, Kind], where: str) -> Iterator[str]:
    kinds = {name.rstrip("!"): kind for name, kind in table.items()}
    for key, value in told.items():
        name = key.removesuffix(terraform.MAP)
        if name in META:
            continue
        kind = kinds.get(name)
        if kind is None:
            yield f"{where} has no {name}"
        elif isinstance(kind, dict):
            yield from _in_block(value, kind, f"{where}.{name}", is_map=name != key)
        elif not _fits(value, kind, is_map=name != key):
            yield f"{where}.{name} is {kind}, not {value!r}"


def _in_block(value: Any, table: Mapping[str, Kind], where: str, *, is_map: bool) -> Iterator[str]:
    if is_map or not isinstance(value, (dict, list)):
        yield f"{where} is a block"
        return
    for each in value if isinstance(value, list) else [value]:
        yield from refused(each, table, where) if isinstance(each, dict) else [f"{where} is a block"]


def _fits(value: Any, kind: str, *, is_map: bool) -> bool:
    if isinstance(value, str) and value.startswith("="):
        return True
    if kind.startswith("["):
        return isinstance(value, list) and all(_fits(each, kind[1:-1], is_map=False) for each in value)
    if kind.startswith("{"):
        return is_map and isinstance(value, dict) and all(_fits(each, kind[1:-1], is_map=False) for each in value.values())
    if kind == "?":
        return True
    return isinstance(value, KINDS[kind]) and (kind == "b") == isinstance(value, bool)


def missing(block: Block) -> set[str]:
    """Return the arguments without which the provider takes no resource, of those that are not told."""
    table = schema(block.type.partition("_")[0])[1].get(block.type, {})
    told = {name.removesuffix(terraform.MAP) for name in (*block.binds, *block.sets)}
    return {name.rstrip("!") for name in table if name.endswith("!")} - told


def firsts(provider: str) -> dict[str, set[str]]:
    """Return the resource types of Terraform that stand for each of ours, by the name of ours."""
    folder = files("checks").joinpath(provider, terraform.FOLDER)
    told = [yaml.safe_load(file.read_text("utf-8")) for file in folder.iterdir()]
    own = {name: (next(iter(each.get("resources", {""}))), each) for types in told for name, each in types.items()}
    return {name: {first, *each.get("alike", {}).get(first, ())} for name, (first, each) in own.items()}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_it_is_told_of_checks_that_there_are(provider: str) -> None:
    assert set(FIXES[provider]) - {check.id for check in registry.shipped(provider)} == set()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_provider_knows_every_argument(provider: str) -> None:
    found = {id: [what for block in fix.blocks for what in wrong(block)] for id, fix in FIXES[provider].items()}
    assert {id: told for id, told in found.items() if told} == {}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_stands_beside_a_resource_is_told_whole(provider: str) -> None:
    own = firsts(provider)
    found = {
        f"{id}: {block.type}": missing(block)
        for id, fix in FIXES[provider].items()
        for block in fix.blocks
        if block.type not in own[id.rpartition(".")[0]]
    }
    assert {which: names for which, names in found.items() if names} == {}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_check_has_arguments_or_a_reason_why_not(provider: str) -> None:
    assert [id for id, fix in FIXES[provider].items() if bool(fix.blocks) == bool(fix.none)] == []
    assert [id for id, fix in FIXES[provider].items() for block in fix.blocks if not block.sets] == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_as_many_checks_tell_it_as_before(provider: str) -> None:
    checks = registry.shipped(provider)
    assert sum(bool(terraform.of(check).blocks) for check in checks) >= LEAST[provider]


def expressions(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from [value[1:]] if value.startswith("=") else []
    for each in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from expressions(each)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_written_can_be_read(provider: str) -> None:
    some = list(FIXES[provider].values())[::8]  # the parser takes its time
    text = "\n".join(hcl.written(fix, NAMES) for fix in some)
    assert len(hcl2.loads(text)["resource"]) == sum(len(fix.blocks) for fix in some)


def test_every_expression_can_be_read() -> None:
    blocks = [block for fixes in FIXES.values() for fix in fixes.values() for block in fix.blocks]
    found = sorted({each for block in blocks for each in expressions({"sets": block.sets, "binds": block.binds})})
    text = "".join(f"  a{number} = {each}\n" for number, each in enumerate(found))
    (read,) = hcl2.loads(f"locals {{\n{text}}}\n")["locals"]
    assert len(found) > 100
    assert {f"a{number}" for number in range(len(found))} <= set(read)
