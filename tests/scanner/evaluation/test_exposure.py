"""What each provider says that failures mean to strangers, held against the checks that there are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner import provider
from scanner.evaluation.check import Check, check
from scanner.evaluation.exposure import CONTROLS, Exposures, Opening, Said, Ways, exposures
from scanner.model import Inventory, Severity, UnreadError, passed
from scanner.responsibility.split import controls
from tests.cases import DENIED, FakeInventory

CLOUDS = ("aws", "azure", "gcp")


@pytest.mark.parametrize("name", CLOUDS)
def test_every_cloud_says_what_is_exposed(name: str) -> None:
    assert name in provider.names()
    assert exposures(name) is not None


def test_of_a_provider_that_says_nothing_nothing_is_known() -> None:
    assert exposures("nowhere") is None


def test_the_controls_are_controls() -> None:
    assert set(CONTROLS) <= set(controls())


@pytest.mark.parametrize("name", CLOUDS)
def test_each_meaning_is_the_first_for_some_check(name: str) -> None:
    """One that names no check, or only checks that others before it take, says nothing."""
    asked = exposures(name)
    assert asked is not None
    meant = asked.meanings().values()
    assert [each.checks for each in asked.said if each not in meant] == []


def test_a_way_that_could_not_be_read_stands_for_what_nobody_can_name() -> None:
    def follow(_inventory: Inventory) -> list[Opening]:
        raise UnreadError("the listing of doors", DENIED)

    asked = Exposures("aws", (), (Ways("doors", follow),))
    (opening,) = asked.followed(FakeInventory())
    assert (opening.what, opening.certain, opening.doubts) == (
        "doors",
        False,
        ("the listing of doors could not be read: denied (AccessDenied)",),
    )


def test_what_nobody_expected_of_an_answer_ends_nothing() -> None:
    def broken(_inventory: Inventory) -> Iterator[Opening]:
        yield Opening("aws.a", "one", "", "tcp 1", "the internet", ())
        raise KeyError("SubnetId")

    asked = Exposures("aws", (), (Ways("doors", broken), Ways("windows", lambda _: [])))
    first, second = asked.followed(FakeInventory())
    assert (first.resource_id, first.certain) == ("one", True)
    assert (second.what, second.doubts) == ("doors", ("the provider's answer could not be read (KeyError)",))


def named(id: str, control: str = "data.public_exposure") -> Check:
    return check(id, on="aws.a", control=control, severity=Severity.LOW, title="", risk="", fix="")(lambda _: passed())


def test_the_first_meaning_counts_and_only_of_its_controls() -> None:
    first, second = Said(("aws.a.*",), "one", controls=("data.public_exposure",)), Said(("aws.a.b",), "two")
    asked = Exposures("aws", (first, second))
    assert asked.meaning(named("aws.a.b")) is first
    assert asked.meaning(named("aws.a.b", "network.public_access")) is second
    assert asked.meaning(named("aws.a.c", "network.public_access")) is None
    assert asked.meaning(named("aws.a.b", "encryption.at_rest")) is None
