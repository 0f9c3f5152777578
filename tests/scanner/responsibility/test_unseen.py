"""Cells that nothing of the service's own shows: what the resolver and the ledger say of them."""

from __future__ import annotations

import pytest

from scanner.evaluation.ledger import Tally, ledger, state
from scanner.responsibility import split
from scanner.responsibility.split import areas, resolve

IAM = "aws.iam"


def states(*services: str) -> dict[tuple[str, str], str]:
    return {(cell.service, cell.area): said for cell, said, *_ in ledger(services, (), ())}


def test_a_cell_shown_elsewhere_says_where_and_why() -> None:
    cell = resolve("aws.sqs", "identity")
    assert (cell.visibility, cell.owner) == ("elsewhere", "customer")
    assert cell.note.endswith(f"See {IAM}.")
    assert cell.customer_duty
    assert "reference_aws-services-that-work-with-iam" in cell.source


def test_other_cells_of_the_service_keep_the_visibility_of_their_area() -> None:
    cell = resolve("aws.sqs", "encryption")
    assert cell.visibility == areas()["encryption"]["visibility"]
    assert "See" not in cell.note


def test_states_of_cells_without_a_check() -> None:
    found = states("aws.sqs", "aws.account", "aws.guardduty")
    assert found["aws.sqs", "identity"] == "elsewhere"
    assert found["aws.sqs", "encryption"] == "dark"
    assert found["aws.account", "endpoint"] == "not visible"
    assert found["aws.guardduty", "data"] == "provider"


@pytest.mark.parametrize(("passed", "unknown", "said"), [(1, 0, "assessed"), (0, 1, "blind"), (1, 1, "partly blind")])
def test_a_verdict_outweighs_what_was_said_to_be_unseen(passed: int, unknown: int, said: str) -> None:
    tally = Tally()
    tally.passed, tally.unknown = passed, unknown
    assert state(resolve("aws.sqs", "identity"), 1, tally) == said


def test_a_cell_that_nothing_shows_waits_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"area": "logging", "at": [], "why": "Nothing tells.", "cite": []}
    monkeypatch.setattr(split, "_unseen", lambda: {("aws.sqs", "logging"): entry, ("aws.sqs", "runtime"): entry})
    split._cell.cache_clear()
    try:
        cell = resolve("aws.sqs", "logging")
        assert (cell.visibility, cell.note) == ("attested", "Nothing tells.")
        assert state(cell, 0, Tally()) == "not visible"
        assert resolve("aws.sqs", "runtime").owner == "provider"
        assert resolve("aws.sqs", "runtime").note == ""
    finally:
        monkeypatch.undo()
        split._cell.cache_clear()
