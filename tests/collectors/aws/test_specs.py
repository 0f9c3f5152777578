"""Every AWS spec against botocore's own description of the service. No network, no fixtures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Any

import botocore.session
import jmespath
import pytest
from botocore import xform_name
from botocore.model import OperationModel, Shape
from botocore.model import ServiceModel as Model

import collectors.aws
from collectors.aws.spec import Call, Spec
from collectors.spec import find

SPECS = sorted(find(collectors.aws, Spec), key=lambda each: each.type)
BY_TYPE = {spec.type: spec for spec in SPECS}
# generate_credential_report only renders what get_credential_report returns; AWS files it under "Read".
READS = re.compile(r"(list|get|describe|batch_get)_|generate_credential_report$")
MOST_KINDS = 100  # Source: GetResources, ResourceTypeFilters
GIVEN = {"account": "123456789012", "region": "eu-west-1", "partition": "aws"}


@cache
def model(service: str) -> Model:
    return botocore.session.get_session().get_service_model(service)


@cache
def operation(service: str, name: str) -> OperationModel:
    names = {xform_name(each): each for each in model(service).operation_names}
    return model(service).operation_model(names[name])


def skeleton(shape: Shape, seen: tuple[str, ...] = ()) -> Any:  # noqa: PLR0911 -- one for each kind of shape
    """Return an answer in which everything is present, so that a path that finds nothing is wrong."""
    if shape.name in seen:
        return {}
    inner = (*seen, shape.name)
    match shape.type_name:
        case "structure":
            return {name: skeleton(member, inner) for name, member in shape.members.items()}  # type: ignore[attr-defined]
        case "list":
            return [skeleton(shape.member, inner)]  # type: ignore[attr-defined]
        case "map":
            keys = getattr(shape.key, "enum", None) or ["key"]  # type: ignore[attr-defined]
            return {key: skeleton(shape.value, inner) for key in keys}  # type: ignore[attr-defined]
        case "boolean":
            return True
        case "integer" | "long" | "float" | "double":
            return 1
        case _:
            return (getattr(shape, "enum", None) or ["text"])[0]


def answer(spec: Spec, call: Call) -> Any:
    shape = operation(call.service or spec.api, call.operation).output_shape
    assert shape is not None
    found = jmespath.search(call.answer, skeleton(shape))
    return found if found != [] else _picked(call.answer, skeleton(shape))


# Rows that are picked by what they say: no skeleton says it.
PICKED = re.compile(r"\[\?([^]]*)]$")
COMPARED = re.compile(r"([A-Z]\w*)\s*[=!]=")


def _picked(path: str, answered: Any) -> Any:
    """Return the rows that a path picks from, once it is sure that they have the fields by which it does."""
    by = PICKED.search(path)
    assert by, path
    rows = jmespath.search(PICKED.sub("", path), answered)
    assert set(COMPARED.findall(by[1])) <= set(rows[0])
    return rows


def row(spec: Spec) -> Mapping[str, Any]:
    rows = answer(spec, spec.listing) if spec.listing else [{}]
    parent = row(BY_TYPE[spec.parent]) if spec.parent else {}
    return {**rows[0], **GIVEN, "parent": parent}


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [found for each in value.values() for found in strings(each)]
    return [found for each in value for found in strings(each)] if isinstance(value, (list, tuple)) else []


CALLS = [
    pytest.param(spec, call, id=f"{spec.type}:{call.operation}:{number}")
    for spec in SPECS
    for number, call in enumerate(spec.calls)
]
ALL = [pytest.param(spec, id=spec.type) for spec in SPECS]


@pytest.mark.parametrize(("spec", "call"), CALLS)
def test_call_exists_only_reads_and_is_complete(spec: Spec, call: Call) -> None:
    called = operation(call.service or spec.api, call.operation)
    assert READS.match(call.operation)
    assert not call.prepare or READS.match(call.prepare)
    known = called.input_shape.members if called.input_shape else {}
    required = called.input_shape.required_members if called.input_shape else []
    assert set(call.params) <= set(known)
    assert set(required) <= set(call.params)


# What the models call free text: the attribute maps of SQS and SNS have no modelled keys.
FREE_MAPS = re.compile(r"^(Attributes|SummaryMap)\.")


@pytest.mark.parametrize(("spec", "call"), CALLS)
def test_answer_lies_where_the_model_says(spec: Spec, call: Call) -> None:
    jmespath.compile(call.answer)
    if not FREE_MAPS.match(call.answer):
        assert answer(spec, call) is not None


@pytest.mark.parametrize("spec", ALL)
def test_listing_yields_rows(spec: Spec) -> None:
    if spec.listing and not spec.listing.decode:
        rows = answer(spec, spec.listing)
        assert isinstance(rows, list)
        assert isinstance(rows[0], dict)


@pytest.mark.parametrize("spec", ALL)
def test_templates_name_real_fields(spec: Spec) -> None:
    own = [spec.id, spec.name, spec.region, *(each for call in spec.asked for each in strings(call.params))]
    known = row(spec)
    for template in own:
        assert all(name != "" for _, name, _, _ in Formatter().parse(template) if name is not None)
        template.format_map(known)
    for name, call in spec.facts.items():
        call.key.format_map(known)
        known = {name: answer(spec, call), **known}
    if spec.parent:
        given = {**GIVEN, "parent": row(BY_TYPE[spec.parent])}
        for template in strings(spec.listing.params if spec.listing else {}):
            template.format_map(given)


@pytest.mark.parametrize("spec", ALL)
def test_joined_rows_are_lists_with_the_key(spec: Spec) -> None:
    for call in spec.facts.values():
        assert bool(call.by) == bool(call.key)
        if call.by and not call.decode:
            rows = answer(spec, call)
            assert isinstance(rows, list)
            assert call.by in rows[0]


@pytest.mark.parametrize("spec", ALL)
def test_what_makes_a_call_needless_is_a_fact_before_it(spec: Spec) -> None:
    before: set[str] = set()
    for name, call in spec.facts.items():
        if call.needless:
            fact, expression, code = call.needless
            assert fact in before
            assert jmespath.search(expression, answer(spec, spec.facts[fact])) in (True, False)
            assert code
        before.add(name)


@pytest.mark.parametrize("spec", ALL)
def test_what_a_type_needs_is_listed_beside_it(spec: Spec) -> None:
    assert not (spec.listing and spec.listing.needless)
    if spec.needs:
        needed = BY_TYPE[spec.needs]
        assert (needed.api, needed.scope) == (spec.api, spec.scope)
        assert spec.listing
        assert not spec.parent


@pytest.mark.parametrize("spec", ALL)
def test_what_is_fallen_back_on_answers_in_the_same_shape(spec: Spec) -> None:
    for call in spec.facts.values():
        if call.otherwise:
            assert call.merge
            assert set(answer(spec, call.otherwise)) <= set(answer(spec, call)[0])


def test_all_kinds_fit_one_listing_of_tags() -> None:
    kinds = {kind for spec in SPECS for call in spec.facts.values() if call.merge for kind in call.params[call.merge]}
    assert 0 < len(kinds) <= MOST_KINDS


@pytest.mark.parametrize("spec", ALL)
def test_paths_start_at_a_fact(spec: Spec) -> None:
    facts = {"item", *spec.facts}
    for path in (*spec.volatile, *spec.secret, *([spec.tags] if spec.tags else [])):
        assert path.partition(".")[0] in facts


@pytest.mark.parametrize("spec", ALL)
def test_ids_are_unique_by_account_and_place(spec: Spec) -> None:
    assert spec.type.startswith("aws.")
    assert re.fullmatch(r"aws\.[a-z0-9]+\.[a-z0-9_]+", spec.type)
    assert "{" in spec.id


def test_types_are_described_once() -> None:
    assert len(BY_TYPE) == len(SPECS)
