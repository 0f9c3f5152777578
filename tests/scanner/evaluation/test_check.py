"""The check decorator: what it takes from a function, and that neither ignorance nor a crash becomes a verdict."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Outcome, Reason, Resource, Severity, Verdict, failed, passed
from tests.cases import DENIED, FAIL, NOW, PASS, UNKNOWN, FakeInventory, resource

WORDS: Any = {
    "on": "test.box",
    "control": "data.public_exposure",
    "severity": Severity.LOW,
    "title": "Box is shut",
    "risk": "Things fall out.",
    "fix": "shut {id}",
}
BOX = resource("test.box", item={"Open": False}, policy=DENIED)


def made(judge: Any, **more: Any) -> Check:
    return check("test.box.shut", **WORDS, **more)(judge)


def shut(box: Resource) -> Verdict:
    return failed("it is open") if box["item"]["Open"] else passed("it is shut")


class TestParameters:
    def test_a_check_of_the_resource_alone_is_local(self) -> None:
        local = made(shut)
        assert (local.local, local.needs) == (True, ())
        assert local(BOX, FakeInventory(), NOW) == passed("it is shut")

    def test_inventory_and_now_are_given_by_name_in_any_order(self) -> None:
        def dated(box: Resource, now: datetime, inventory: Inventory) -> Verdict:
            assert (now, list(inventory.all("test.box"))) == (NOW, [BOX])
            return passed()

        both = made(dated)
        assert (both.local, both.needs) == (False, ("now", "inventory"))
        assert both(BOX, FakeInventory((BOX,)), NOW).outcome is PASS

    def test_nothing_else_can_be_asked_for(self) -> None:
        def curious(box: Resource, inventory: Inventory, clock: datetime) -> Verdict:
            return passed()

        with pytest.raises(TypeError, match=r"test\.box\.shut: .* not \['clock'\]"):
            made(curious)


class TestWords:
    def test_everything_said_of_it_is_kept(self) -> None:
        said = made(shut, service="test.boxes", cis=("v1:1.1",), formerly=("test.box.closed",), version=3)
        assert {name: getattr(said, name) for name in WORDS} == WORDS
        assert (said.id, said.service, said.cis, said.formerly, said.version) == (
            "test.box.shut",
            "test.boxes",
            ("v1:1.1",),
            ("test.box.closed",),
            3,
        )

    def test_area_and_provider_follow_from_control_and_type(self) -> None:
        assert (made(shut).area, made(shut).provider) == ("data", "test")


class TestIgnorance:
    def test_an_unread_fact_is_unknown_and_names_what_would_end_it(self) -> None:
        verdict = made(lambda box: passed() if box["policy"] else failed("no policy"))(BOX)
        assert (verdict.outcome, verdict.unread) == (UNKNOWN, DENIED)
        assert verdict.because == "test.box policy could not be read: denied (AccessDenied)"

    @pytest.mark.parametrize(
        ("judge", "code"),
        [
            (lambda box: passed() if box["item"]["Missing"] else failed(""), "KeyError"),
            (lambda box: passed() if box["item"].lower() else failed(""), "AttributeError"),
            (lambda box: passed() if 1 / 0 else failed(""), "ZeroDivisionError"),
            (lambda box: None, "TypeError"),
            (lambda box: True, "TypeError"),
        ],
    )
    def test_a_crash_is_unknown(self, judge: Any, code: str) -> None:
        verdict = made(judge)(BOX)
        assert verdict.outcome is UNKNOWN
        assert verdict.unread is not None
        assert (verdict.unread.reason, verdict.unread.code) == (Reason.ERROR, code)
        assert code in verdict.because

    def test_an_endless_recursion_is_unknown(self) -> None:
        def endless(box: Resource) -> Verdict:
            return endless(box)

        assert made(endless)(BOX).outcome is UNKNOWN

    @pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
    def test_who_stops_the_scan_stops_it(self, stop: type[BaseException]) -> None:
        def stopped(box: Resource) -> Verdict:
            raise stop

        with pytest.raises(stop):
            made(stopped)(BOX)


@pytest.mark.parametrize(("open", "outcome"), [(True, FAIL), (False, PASS)])
def test_a_check_is_called_like_the_function_it_was(open: bool, outcome: Outcome) -> None:
    assert made(shut)(resource("test.box", item={"Open": open})).outcome is outcome
