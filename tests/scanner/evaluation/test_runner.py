"""The runner: which checks are due, what a finding carries, and whose duty is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.evaluation.check import Check, check
from scanner.evaluation.runner import Runner
from scanner.evaluation.score import Sum, total, triple
from scanner.model import Finding, Inventory, Kind, Outcome, Resource, Severity, Verdict, failed, passed, skipped
from tests.cases import DENIED, FAIL, NOW, PASS, UNKNOWN, FakeInventory, resource

KINDS = [
    Kind("test.box", "test.boxes", "Box", ("item",), "region"),
    Kind("test.lid", "test.lids", "Lid", ("item",), "region"),
]


@dataclass(frozen=True)
class Held:
    owner: str
    service_model: str = "abstracted"


def shared(service: str, area: str, box: Resource) -> Held:
    return Held("shared")


def made(judge: Any, id: str = "test.box.shut", on: str = "test.box", service: str = "", area: str = "data") -> Check:
    words: Any = {"severity": Severity.HIGH, "title": "Box is shut", "risk": "Things fall out.", "fix": "shut {id}"}
    return check(id, on=on, control=f"{area}.public_exposure", service=service, **words)(judge)


def findings(judge: Any, box: Resource, **more: Any) -> list[Finding]:
    return list(Runner([made(judge, **more)], KINDS, shared).judge(box, FakeInventory(), NOW))


def shut(box: Resource) -> Verdict:
    lid = box["item"]["Lid"]
    return failed("it is open") if lid["Open"] else passed("it is shut")


OPEN, SHUT, UNREAD = (resource("test.box", item=item) for item in ({"Lid": {"Open": True}}, {"Lid": {"Open": False}}, DENIED))


class TestDue:
    runner = Runner([made(shut), made(shut, "test.box.tight"), made(shut, "test.bin.shut", on="test.bin")], KINDS, shared)

    def test_are_the_checks_on_the_type(self) -> None:
        assert [each.id for each in self.runner.due("test.box")] == ["test.box.shut", "test.box.tight"]

    def test_is_nothing_on_a_type_without_checks_or_of_another_provider(self) -> None:
        assert (self.runner.due("test.lid"), self.runner.due("test.bin")) == ((), ())

    def test_give_one_finding_each(self) -> None:
        assert [each.check for each in self.runner.judge(OPEN, None, NOW)] == ["test.box.shut", "test.box.tight"]


class TestFinding:
    def test_carries_who_owns_what_of_which_service(self) -> None:
        (found,) = findings(shut, SHUT)
        assert (found.check, found.control, found.area, found.severity) == (
            "test.box.shut",
            "data.public_exposure",
            "data",
            Severity.HIGH,
        )
        assert (found.service, found.service_model, found.owner) == ("test.boxes", "abstracted", "shared")
        assert (found.resource_type, found.resource_id, found.region) == ("test.box", "under-test", OPEN.region)

    def test_counts_for_another_service_where_the_check_says_so(self) -> None:
        (found,) = findings(shut, SHUT, service="test.lids")
        assert found.service == "test.lids"

    def test_of_a_failure_holds_the_evidence(self) -> None:
        (found,) = findings(shut, OPEN)
        assert (found.status, found.reason, found.evidence) == (FAIL, "it is open", {"item.Lid.Open": True})

    def test_of_a_pass_holds_none(self) -> None:
        (found,) = findings(shut, SHUT)
        assert (found.status, found.reason, found.evidence) == (PASS, "it is shut", {})

    def test_of_an_unknown_names_the_call_and_the_permission(self) -> None:
        (found,) = findings(shut, UNREAD)
        assert (found.status, found.operation, found.permission) == (UNKNOWN, "Operation", "service:Operation")

    def test_is_not_made_of_what_is_skipped(self) -> None:
        assert findings(lambda box: skipped("not a box"), OPEN) == []

    def test_of_a_relational_check_gets_the_inventory_for_its_evidence_too(self) -> None:
        def alone(box: Resource, inventory: Inventory) -> Verdict:
            return passed() if any(inventory.all("test.lid")) else failed(f"{box['item']['Id']} has no lid")

        (found,) = findings(alone, resource("test.box", item={"Id": 1}))
        assert (found.status, found.evidence) == (FAIL, {"item.Id": 1})


ESTATES = st.lists(
    st.tuples(
        st.sampled_from(["customer", "shared", "provider"]),
        st.sampled_from([PASS, FAIL, UNKNOWN]),
        st.sampled_from(["data", "network", "guest_os"]),
    ),
    max_size=30,
)


def said(box: Resource) -> Verdict:
    return Verdict(box["item"]["outcome"])


class TestProvidersDuty:
    """What the provider owns on a resource is shown in the split, and neither found nor scored."""

    checks = tuple(made(said, f"test.box.{area}", area=area) for area in ("data", "network", "guest_os"))

    def scored(self, estate: list[tuple[str, Outcome, str]]) -> Sum:
        def owner(service: str, area: str, box: Resource) -> Held:
            owner, _, owned = box["item"]["row"]
            return Held(owner if area == owned else "provider")

        runner = Runner(self.checks, KINDS, owner)
        boxes = [resource("test.box", f"b{number}", item={"row": row, "outcome": row[1]}) for number, row in enumerate(estate)]
        found = Counter((each.check, each.status) for box in boxes for each in runner.judge(box, None, NOW))
        counts = [[found[each.id, status] for status in (PASS, FAIL, UNKNOWN)] for each in self.checks]
        return total(triple("high", *each) for each in counts)

    @given(ESTATES)
    def test_changes_nothing(self, estate: list[tuple[str, Outcome, str]]) -> None:
        assert self.scored(estate) == self.scored([row for row in estate if row[0] != "provider"])

    @pytest.mark.parametrize("box", [OPEN, SHUT, UNREAD])
    def test_is_no_finding(self, box: Resource) -> None:
        runner = Runner([made(shut)], KINDS, lambda service, area, box: Held("provider"))
        assert list(runner.judge(box, None, NOW)) == []
