"""Each format read back by the schema or the library that decides what is valid in it. Readers raise for what is not."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from scanner.reports.formats import own_schema

jsonschema: Any = import_module("jsonschema")  # it says nothing of its types
DATA = Path(__file__).parents[2] / "data"


@cache
def schema(file: str) -> Any:
    return json.loads((DATA / file).read_text("utf-8"))


def own(definition: str, value: Any) -> None:
    whole = json.loads(own_schema.text())
    checker = {**whole["$defs"][definition], "$defs": whole["$defs"]}
    jsonschema.Draft202012Validator(checker, format_checker=jsonschema.FormatChecker()).validate(value)


def read_json(text: str) -> Any:
    document = json.loads(text)
    own("report", document)
    return document


def read_jsonl(text: str) -> Any:
    lines = [json.loads(line) for line in text.splitlines()]
    for each in lines:
        own("finding", each)
    return lines


def read_csv(text: str) -> Any:
    rows = list(csv.DictReader(StringIO(text, newline="")))
    assert all(None not in row and None not in row.values() for row in rows)
    return rows


def read_ocsf(text: str) -> Any:
    validator = jsonschema.Draft202012Validator(schema("ocsf-1.6.0-compliance_finding.schema.json"))
    events = [json.loads(line) for line in text.splitlines()]
    for each in events:
        validator.validate(each)
        for field in ("status_id", "severity_id", "activity_id", "type_uid", "time"):
            assert isinstance(each[field], int)
    return events


def read_sarif(text: str) -> Any:
    document = json.loads(text)
    jsonschema.Draft4Validator(schema("sarif-2.1.0.schema.json")).validate(document)
    (run,) = document["runs"]
    for each in run["results"]:  # the rule that the schema can't say: only a failure has a level
        assert (each["level"] == "none") == (each["kind"] != "fail")
    return document


@cache
def importing() -> Any:
    import botocore.session  # noqa: PLC0415

    return botocore.session.get_session().get_service_model("securityhub").operation_model("BatchImportFindings").input_shape


# Lengths that the documentation of AwsSecurityFinding states and the model doesn't.
LENGTHS = {"Id": 512, "Title": 256, "Description": 1024, "GeneratorId": 512}


def read_asff(text: str) -> Any:
    from botocore.validate import ParamValidator  # noqa: PLC0415

    requests = [json.loads(line) for line in text.splitlines()]
    for each in requests:
        errors = ParamValidator().validate(each, importing())
        assert not errors.has_errors(), errors.generate_report()
        assert len(each["Findings"]) <= 100
        assert len({(one["AwsAccountId"], one["Region"]) for one in each["Findings"]}) == 1
    found = [one for each in requests for one in each["Findings"]]
    for one in found:
        assert all(0 < len(one[name]) <= most for name, most in LENGTHS.items())
        assert all(0 < len(each["Id"]) <= 512 for each in one["Resources"])
    return found


def read_junit(text: str) -> Any:
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    for suite in (root, *root.iter("testsuite")):
        counted = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
        for attribute, tag in counted.items():
            assert int(suite.attrib[attribute]) == len(list(suite.iter(tag))), (attribute, suite.attrib)
    return root


def read_oscal(text: str) -> Any:
    from trestle.oscal.assessment_results import AssessmentResults  # noqa: PLC0415

    document = json.loads(text)["assessment-results"]
    AssessmentResults.model_validate_json(json.dumps(document))
    return document


def read_matrix(text: str) -> Any:
    from trestle.oscal.component import ComponentDefinition  # noqa: PLC0415

    document = json.loads(text)["component-definition"]
    ComponentDefinition.model_validate_json(json.dumps(document))
    return document


def read_prometheus(text: str) -> Any:
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415

    families = list(text_string_to_metric_families(text))
    assert all(family.type == "gauge" and family.documentation for family in families)
    return [sample for family in families for sample in family.samples]


def read_markdown(text: str) -> Any:
    tables = [line for line in text.splitlines() if line.startswith("|")]
    columns = [len(line.replace("\\|", "").split("|")) for line in tables]
    heads = [number for number, line in enumerate(tables) if line.startswith("| ---")]
    for start, end in zip(heads, [*(number - 1 for number in heads[1:]), len(tables)], strict=True):
        assert len(set(columns[start - 1 : end])) == 1
    return text


def read_schema(text: str) -> Any:
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    return json.loads(text)


READERS: Mapping[str, Callable[[str], Any]] = {
    "json": read_json,
    "jsonl": read_jsonl,
    "csv": read_csv,
    "ocsf": read_ocsf,
    "sarif": read_sarif,
    "asff": read_asff,
    "junit": read_junit,
    "oscal": read_oscal,
    "oscal-crm": read_matrix,
    "prometheus": read_prometheus,
    "markdown": read_markdown,
    "schema": read_schema,
}
