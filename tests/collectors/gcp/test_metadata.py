"""Instance metadata: what is a setting stays, what is not is replaced, whatever its form."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.gcp.metadata import hidden
from collectors.redact import Redactor

REDACTOR = Redactor(b"key")


def seen(metadata: Any, path: str = "item.metadata") -> Any:
    facts = {"item": {"metadata": metadata}}
    hidden(facts, path, REDACTOR)
    return facts["item"]["metadata"]


@pytest.mark.parametrize("value", ["TRUE", "false", "1", "0", "Yes", "n", ""])
def test_a_flag_is_no_secret_under_any_name(value: str) -> None:
    assert seen({"anything": value}) == {"anything": value}


@pytest.mark.parametrize("key", ["enable-oslogin", "VmDnsSetting", "startup-script-url", "created-by"])
def test_a_setting_stays_readable(key: str) -> None:
    assert seen({key: "GlobalDefault or so"}) == {key: "GlobalDefault or so"}


@pytest.mark.parametrize("key", ["startup-script", "user-data", "ssh-keys", "windows-keys", "kube-env", "x"])
def test_anything_else_is_replaced(key: str) -> None:
    assert set(seen({key: "a value of its own"})[key]) == {"$secret"}


def test_the_name_tells_a_detector_what_a_value_is() -> None:
    assert seen({"db-password": "hunter2-but-longer"})["db-password"]["$secret"]["detected"] == ["Secret Keyword"]


@pytest.mark.parametrize("field", ["items", "item"])
def test_compute_engine_writes_a_list(field: str) -> None:
    metadata = {"kind": "compute#metadata", "fingerprint": "abc", field: [{"key": "x", "value": "secret"}, {"key": "y"}, "z"]}
    found = seen(metadata)
    assert (found["kind"], found["fingerprint"]) == ("compute#metadata", "abc")
    assert set(found[field][0]["value"]) == {"$secret"}
    assert found[field][1:] == [{"key": "y"}, "z"]


def test_metadata_without_items_keeps_its_frame() -> None:
    assert seen({"kind": "compute#metadata", "fingerprint": "abc"}) == {"kind": "compute#metadata", "fingerprint": "abc"}


def test_lists_on_the_way_are_entered() -> None:
    facts = {"item": {"nodePools": [{"config": {"metadata": {"a": "secret"}}}, {"config": {}}, {"name": "x"}]}}
    hidden(facts, "item.nodePools.config.metadata", REDACTOR)
    pools = facts["item"]["nodePools"]
    assert set(pools[0]["config"]["metadata"]["a"]) == {"$secret"}  # type: ignore[index]
    assert pools[1:] == [{"config": {}}, {"name": "x"}]


@pytest.mark.parametrize("odd", [None, "text", 3, [], [None], {"items": None}, {"items": {"key": "x"}}])
def test_what_has_another_form_raises_nothing(odd: Any) -> None:
    seen(odd)
