"""``diff``, ``history`` and ``findings``: what a person reads, and what a program does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.evaluation.overlay import Acceptance
from scanner.inventory.store import Store
from tests.cases import DENIED
from tests.scanner.cli.conftest import Demarc
from tests.scanner.inventory.build import SHUT, box, look, refused

OPEN = {"Is": "open"}


@pytest.fixture(autouse=True)
def lived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be in a folder with an inventory: box a became public on the third day, and was out of sight on the fifth."""
    monkeypatch.chdir(tmp_path)
    with Store.open("demarc.db") as store:
        look(store, box("a"), on=1, checks=[SHUT])
        look(store, box("a"), box("b"), on=2, checks=[SHUT])
        look(store, box("a", item=OPEN), box("b"), on=3, checks=[SHUT])
        look(store, box("a", item=OPEN), box("b", policy=DENIED), on=4, checks=[SHUT])
        look(store, refused(), on=5, checks=[SHUT])


class TestHistory:
    def test_says_when_it_became_public_and_who_saw_it(self, demarc: Demarc) -> None:
        ran = demarc("history", "a")
        assert ran.out.splitlines()[2:] == [
            "  2026-01-02 12:00  appeared (snapshot 1)",
            "  2026-01-04 12:00  changed (snapshot 3)",
            "                    item.Is + open",
            "  2026-01-04 12:00  finding opened: test.box.shut (high, failed, snapshot 3)",
            "  looks",
            "    2026-01-02 12:00 to 2026-01-05 12:00  saw it (4 looks, snapshots 1 to 4)",
            "    2026-01-06 12:00  could not list it: denied, needs test:List:test.box (snapshot 5)",
        ]

    def test_says_it_to_programs(self, demarc: Demarc) -> None:
        told = demarc("history", "a", "--format", "json").json
        assert [(each["seen"], each["looks"]) for each in told["looks"]] == [("saw it", 4), ("could not list it", 1)]
        assert [(each["event"], each["at"]) for each in told["findings"]] == [("opened", "2026-01-04T12:00:00Z")]

    def test_agrees_with_sql(self, demarc: Demarc) -> None:
        query = "SELECT h.at FROM finding_history h JOIN findings f ON f.finding_id = h.finding_id WHERE f.resource_id = 'a'"
        ((at,),) = [row.values() for row in demarc("sql", query, "--format", "json").json]
        assert at.startswith("2026-01-04T12:00:00")


class TestDiff:
    def test_has_coverage_on_lines_of_its_own(self, demarc: Demarc) -> None:
        assert "  coverage lost: policy of 1 test.box (denied, needs service:Operation)\n" in demarc("diff", "3", "4").out
        assert (
            "  coverage lost: listing of test.box in north (denied, needs test:List:test.box)\n" in demarc("diff", "4", "5").out
        )
        assert "- coverage lost: listing of test.box in north \\(denied" in demarc("diff", "4", "5", "--format", "markdown").out

    def test_tells_coverage_to_programs(self, demarc: Demarc) -> None:
        (told,) = demarc("diff", "4", "5", "--format", "json").json
        assert [(each["change"], each["what"], each["regions"]) for each in told["coverage"]] == [
            ("lost", "listing", ["north"])
        ]

    def test_without_any_change_says_so(self, demarc: Demarc) -> None:
        with Store.open("demarc.db") as store:
            look(store, refused(), on=6, checks=[SHUT])
        assert demarc("diff").out.endswith("  nothing changed\n")


class TestAcceptedFindings:
    @pytest.fixture(autouse=True)
    def accepted(self) -> None:
        later = datetime.now(UTC) + timedelta(days=30)
        with Store.open("demarc.db") as store:
            look(store, box("a", item=OPEN), box("b", item=OPEN), on=6, checks=[SHUT])
            store.say(Acceptance(check="*", resource="a", owner="ann", reason="moves", until=later), datetime.now(UTC))

    @pytest.mark.parametrize("format", ["table", "json", "jsonl", "csv"])
    def test_are_hidden_and_counted(self, demarc: Demarc, format: str) -> None:
        ran = demarc("findings", "--format", format)
        assert ("f-" in ran.out, "ann" in ran.out) == (True, False)
        assert ran.err == "1 accepted finding is hidden: --accepted shows them\n"

    def test_are_shown_when_asked_for(self, demarc: Demarc) -> None:
        ran = demarc("findings", "--accepted")
        assert (ran.out.count("test.box.shut"), "ann" in ran.out, ran.err) == (2, True, "")

    def test_are_counted_within_what_is_asked_for(self, demarc: Demarc) -> None:
        assert demarc("findings", "--resource", "b").err == ""
