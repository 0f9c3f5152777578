"""What the passes of an Azure scan are told apart by."""

from __future__ import annotations

from benchmarks.azure import bulk, remembering, shallow
from collectors.azure.provider import specs
from collectors.azure.spec import ASKED, SUBSCRIPTION, TENANT, asked
from scanner.model import Present, Resource


def test_the_bulk_pass_asks_for_rows_alone() -> None:
    assert len(bulk(specs())) > 50
    assert not any(spec.facts or spec.listing for spec in bulk(specs()))


def test_what_is_asked_once_asks_nothing_of_single_resources() -> None:
    apart = shallow(specs())
    assert {SUBSCRIPTION, TENANT, "azure.storage.account", "azure.subscription.lock"} <= {spec.type for spec in apart}
    assert "azure.keyvault.key" not in {spec.type for spec in apart}
    assert not any(asked(read) for spec in apart if spec.type != TENANT for read in spec.facts.values())


def test_what_was_asked_is_remembered_by_account_and_type() -> None:
    thing = Resource("azure.storage.account", "/a", "one", "global", {ASKED: Present({"of": "x"}), "item": Present({})})
    memory = remembering([thing])
    assert memory("one", thing.type, ASKED) == {"/a": {"of": "x"}}
    assert memory("two", thing.type, ASKED) == memory("one", thing.type, "item") == {}
