"""The fields that tables of checks name exist in Google's own descriptions of the types."""

from __future__ import annotations

import pytest

import collectors.gcp
from checks.gcp.keyed import KEYED
from checks.gcp.protected import PROTECTED
from collectors.gcp.spec import Spec
from collectors.spec import find
from tests.collectors.gcp.discovery import holds

SCHEMAS = {spec.type: spec.schema for spec in find(collectors.gcp, Spec)}
PATHS = [(row.type, path) for row in KEYED for path in row.paths] + [(row.type, row.path) for row in PROTECTED]


@pytest.mark.parametrize(("type", "path"), PATHS)
def test_a_field_of_the_tables_exists(type: str, path: str) -> None:
    assert holds(SCHEMAS[type], path)
