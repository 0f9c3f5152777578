"""Failures that are accepted for a time, and cells that are attested: known, and earning nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scanner.evaluation.overlay import Acceptance, Attestation, Overlays
from scanner.inventory import serial
from scanner.inventory.errors import InventoryError
from scanner.inventory.overlays import every
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from scanner.model import Event, Kind
from scanner.scan import settle
from tests.scanner.inventory.build import KINDS, ONE, SHUT, TWO, ask, box, day, look

SOON = datetime.now(UTC) + timedelta(days=30)
OPEN = {"Is": "open"}


def accepting(**given: Any) -> Acceptance:
    return Acceptance(**{"check": "test.box.*", "owner": "ann", "reason": "moves in May", "until": SOON, **given})


def open_boxes(store: Store) -> list[str]:
    return [id for (id,) in ask(store, "SELECT resource_id FROM open_findings ORDER BY resource_id")]


@pytest.fixture(autouse=True)
def checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.scan.installed", lambda _provider: (SHUT,))


def scored(store: Store, *said: Event | Sequence[Event], on: int, **more: Any) -> None:
    """Look, and write scores and ledger."""

    def then(begun: Writing) -> None:
        kinds: list[Kind] = list(KINDS.values())
        settle(begun, "test", kinds)

    look(store, *said, on=on, checks=[SHUT], then=then, **more)


def scores(store: Store) -> Any:
    ((passed, failed, accepted, expected, known, earned),) = ask(
        store,
        "SELECT sum(passed), sum(failed), sum(accepted), sum(expected), sum(known), sum(earned) FROM scores WHERE latest = 1",
    )
    return (passed, failed, accepted), (expected, known, earned)


class TestAcceptances:
    def test_take_a_failure_off_the_open_ones_at_once(self, store: Store) -> None:
        look(store, box("a", item=OPEN), box("b", item=OPEN), on=1, checks=[SHUT])
        assert store.say(accepting(resource="a"), datetime.now(UTC)) == "a1"
        assert open_boxes(store) == ["b"]
        by = "SELECT resource_id, status, accepted_by, accepted_because FROM findings WHERE accepted_until IS NOT NULL"
        assert ask(store, by) == [("a", "fail", "ann", "moves in May")]

    def test_never_raise_the_score(self, store: Store) -> None:
        scored(store, box("a", item=OPEN), box("b"), on=1)
        before = scores(store)
        store.say(accepting(), datetime.now(UTC))
        scored(store, box("a", item=OPEN), box("b"), on=2)
        after = scores(store)
        assert (before[0], after[0]) == ((1, 1, 0), (1, 0, 1))
        assert before[1] == after[1]
        assert ask(store, "SELECT sum(failed) FROM responsibility_ledger") == [(1,)]

    @pytest.mark.parametrize(
        ("given", "covered"),
        [
            ({}, ["a", "b"]),
            ({"check": "test.box.shut", "resource": "*"}, ["a", "b"]),
            ({"check": "test.lid.*"}, []),
            ({"account": "2"}, []),
            ({"account": "*"}, ["a", "b"]),
            ({"resource": "b*"}, ["b"]),
            ({"tag": "team=web"}, ["a"]),
            ({"tag": "team=*"}, ["a"]),
            ({"tag": "team=db"}, []),
            ({"until": datetime.now(UTC) - timedelta(days=1)}, []),
        ],
    )
    def test_cover_what_they_say(self, store: Store, given: dict[str, Any], covered: list[str]) -> None:
        look(store, box("a", item=OPEN, tags={"team": "web"}), box("b", item=OPEN), on=1, checks=[SHUT])
        store.say(accepting(**given), datetime.now(UTC))
        assert open_boxes(store) == [id for id in ("a", "b") if id not in covered]

    @pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # PostgreSQL's driver is told earlier what decodes
    def test_by_tag_read_tags_only(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        look(store, box("a", item=OPEN, tags={"team": "web"}), on=1, checks=[SHUT])
        look(store, box("b", item=OPEN, tags=["no", "object"]), on=1, checks=[SHUT], account=TWO)
        decoded: list[Any] = []

        def reading(packed: str | bytes) -> Any:
            decoded.append(serial.loads(packed))
            return decoded[-1]

        monkeypatch.setattr(store.engine.dialect, "_json_deserializer", reading)
        store.say(accepting(tag="team=web"), datetime.now(UTC))
        assert decoded == [{"team": "web"}, ["no", "object"]]
        assert [id for id, _ in ask(store, "SELECT resource_id, account_id FROM open_findings")] == ["b"]

    def test_cover_what_begins_to_fail_later(self, store: Store) -> None:
        store.say(accepting(), day(1))
        scored(store, box("a"), on=1)
        scored(store, box("a", item=OPEN), on=2)
        assert open_boxes(store) == []

    def test_end(self, store: Store) -> None:
        store.say(accepting(until=day(3)), day(1))
        scored(store, box("a", item=OPEN), on=2)
        assert scores(store)[0] == (0, 0, 1)
        scored(store, box("a", item=OPEN), on=4)
        assert scores(store)[0] == (0, 1, 0)
        assert open_boxes(store) == ["a"]

    def test_that_ended_between_two_looks_cover_nothing(self, store: Store) -> None:
        store.say(accepting(until=day(3)), day(1))
        scored(store, box("a", item=OPEN), on=2)
        assert open_boxes(store) == ["a"], "now is later than its end, whatever the last look said"

    def test_are_withdrawn(self, store: Store) -> None:
        look(store, box("a", item=OPEN), on=1, checks=[SHUT])
        name = store.say(accepting(), datetime.now(UTC))
        store.withdraw(name, datetime.now(UTC))
        assert open_boxes(store) == ["a"]
        with pytest.raises(InventoryError, match="there is no a1 that stands"):
            store.withdraw(name, datetime.now(UTC))

    @pytest.mark.parametrize("name", ["", "a", "x1", "1", "a1; DROP TABLE finding", "a²"])
    def test_that_nobody_made_are_not_withdrawn(self, store: Store, name: str) -> None:
        with pytest.raises(InventoryError):
            store.withdraw(name, datetime.now(UTC))

    def test_of_several_the_longest_stands(self, store: Store) -> None:
        look(store, box("a", item=OPEN), on=1, checks=[SHUT])
        store.say(accepting(owner="long", until=SOON + timedelta(days=9)), datetime.now(UTC))
        store.say(accepting(owner="short"), datetime.now(UTC))
        assert ask(store, "SELECT accepted_by FROM findings") == [("long",)]

    def test_hold_while_the_finding_is_hidden(self, store: Store) -> None:
        """A failure that nobody can read any more is still open, and still accepted."""
        look(store, box("a", item=OPEN), on=1, checks=[SHUT])
        store.say(accepting(), datetime.now(UTC))
        scored(store, *(), on=2, scopes=())
        assert open_boxes(store) == []

    def test_are_of_their_account(self, store: Store) -> None:
        for account in (ONE, TWO):
            look(store, box("a", item=OPEN), on=1, account=account, checks=[SHUT])
        store.say(accepting(account="2"), datetime.now(UTC))
        assert ask(store, "SELECT account_id FROM open_findings") == [("1",)]


class TestFiles:
    """A file in git says what stands: what it no longer says is withdrawn, and the rest is left as it is."""

    def names(self, store: Store) -> Iterator[tuple[str, str, bool]]:
        with store.reading() as connection:
            for row in every(connection):
                yield row["name"], row["source"], row["withdrawn_at"] is None

    def test_are_followed(self, store: Store) -> None:
        first, second = accepting(resource="a"), accepting(resource="b")
        store.synchronize(Overlays("risks.toml", [first]), day(1))
        store.synchronize(Overlays("risks.toml", [first, second]), day(2))
        assert list(self.names(store)) == [("a1", "risks.toml", True), ("a2", "risks.toml", True)]
        store.synchronize(Overlays("risks.toml", [second]), day(3))
        assert list(self.names(store)) == [("a1", "risks.toml", False), ("a2", "risks.toml", True)]

    def test_leave_what_others_said(self, store: Store) -> None:
        store.say(accepting(), day(1))
        store.synchronize(Overlays("other.toml", [accepting(resource="x")]), day(1))
        store.synchronize(Overlays("risks.toml"), day(2))
        assert [standing for _, _, standing in self.names(store)] == [True, True]


class TestAttestations:
    def stating(self, **given: Any) -> Attestation:
        said = {"service": "aws.s3", "area": "endpoint", "owner": "ann", "statement": "none used", "until": SOON}
        return Attestation(**{**said, **given})

    def state(self, store: Store, area: str) -> list[tuple[Any, ...]]:
        query = "SELECT state, expected, note FROM responsibility_ledger WHERE service = 'aws.s3' AND area = "
        return ask(store, f"{query}'{area}'")

    def dark(self, store: Store) -> str:
        scored(store, box("a"), on=1)
        query = "SELECT area FROM responsibility_ledger WHERE service = 'aws.s3' AND state IN ('dark', 'not visible')"
        return str(ask(store, query)[0][0])

    def test_light_a_cell_and_earn_nothing(self, store: Store) -> None:
        area = self.dark(store)
        before = scores(store)
        store.say(self.stating(area=area, evidence="https://wiki/1"), day(1))
        scored(store, box("a"), on=2)
        ((state, expected, note),) = self.state(store, area)
        assert (state, expected) == ("attested", 0)
        assert note.endswith(f"Attested by ann until {SOON:%Y-%m-%d}: none used (https://wiki/1)")
        assert scores(store) == before

    def test_end(self, store: Store) -> None:
        area = self.dark(store)
        store.say(self.stating(area=area, until=day(3)), day(1))
        scored(store, box("a"), on=4)
        assert self.state(store, area)[0][0] in ("dark", "not visible")

    def test_say_nothing_where_checks_look(self, store: Store) -> None:
        store.say(self.stating(area="data"), day(1))
        scored(store, box("a"), on=2)
        assert self.state(store, "data")[0][0] == "assessed"
