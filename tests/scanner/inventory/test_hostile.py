"""Strangers' text, as names, ids, values and messages: stored alike on both engines, and never a mistake of ours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from scanner.evaluation.evidence import short
from scanner.inventory import queries, serial
from scanner.inventory.store import Store
from scanner.model import Account, Gap, Listed, Reason, Resource, Unread, failed
from tests.cases import fact
from tests.scanner.inventory.build import NORTH, ONE, SHUT, ask, box, boxes, look, made
from tests.scanner.inventory.values import HOSTILE, HOSTILE_TEXT, deep

WORDS = {
    "NUL": "a\0b",
    "half a pair": "a\ud800b",
    "a pair in two halves": "\ud83d\ude00",
    "emoji": "\U0001f600",
    "private": "\ue000\uffff",
    "SQL": "'; DROP TABLE finding; --",
    "format": "%s %(x)s {0} {x} :x $1 ?",
    "backslashes": "\\N\\.\\n\\u0000",
    "lines": "a\tb\r\nc\x0bd\x1e",
    "terminal": "\x1b[2J\x9b31m",
    "right to left": "\u202eevil\u2066",
    "nothing": "",
    "spaces": "  ",
    "long": "x" * 10_000,
    "path": "../../etc/passwd",
    "markup": "<script>alert(1)</script>[bold]",
}


KEPT = {name: serial.clean(word) for name, word in WORDS.items()}


class TestText:
    """Each word stands for one resource, or account; a second look finds nothing new."""

    def test_as_a_value_and_a_key(self, store: Store) -> None:
        things = [box(name, item={word: [word, {"Is": word}]}, policy={"Is": word}) for name, word in WORDS.items()]
        assert look(store, *things, on=1).applied.added == len(WORDS)
        assert look(store, *things, on=2).applied.unchanged == len(WORDS)
        assert boxes(store) == {
            name: {"item": {kept: [kept, {"Is": kept}]}, "policy": {"Is": kept}} for name, kept in KEPT.items()
        }

    def test_as_the_id_and_the_name_of_a_resource_and_of_its_finding(self, store: Store) -> None:
        things = [Resource("test.box", word, "1", NORTH, box().facts, word, NORTH) for word in WORDS.values()]
        for on in (1, 2):
            look(store, *things, on=on, checks=[SHUT])
        for rows in (queries.resources(store, {}), queries.findings(store, {})):
            found = [(row["resource_id"], row.get("name", row.get("resource_name"))) for row in rows]
            assert sorted(found) == sorted((kept, kept) for kept in KEPT.values())
        assert ask(store, "SELECT max(snapshot_id) FROM findings") == [(1,)]

    def test_as_a_reason_and_as_evidence(self, store: Store) -> None:
        told = made("test.box.named", lambda box: failed(f"it is called {box['item']['Name']}"))
        for on in (1, 2):
            look(store, *(box(name, item={"Name": word}) for name, word in WORDS.items()), on=on, checks=[told])
        found = {row["resource_id"]: (row["reason"], row["evidence"]) for row in queries.findings(store, {})}
        assert found == {name: (f"it is called {kept}", {"item.Name": short(kept)}) for name, kept in KEPT.items()}
        assert ask(store, "SELECT max(snapshot_id) FROM findings") == [(1,)]

    def test_as_what_the_provider_says_of_a_failure(self, store: Store) -> None:
        gaps = [Gap("test.box", NORTH, "aws.s3", name, Reason.ERROR, word, word, word) for name, word in WORDS.items()]
        things = [box(name, policy=Unread(Reason.ERROR, word, name, word)) for name, word in WORDS.items()]
        look(store, *gaps, Listed("test.box", NORTH, complete=False), *things, on=1)
        said = ask(store, "SELECT operation, code, permission, message FROM gap WHERE fact = ''")
        assert {name: tuple(rest) for name, *rest in said} == {name: (kept, kept, kept) for name, kept in KEPT.items()}
        said = ask(store, "SELECT operation, code, permission FROM gap WHERE fact = 'policy'")
        assert {name: tuple(rest) for name, *rest in said} == {name: (kept, kept) for name, kept in KEPT.items()}

    def test_as_the_name_and_the_id_of_an_account(self, store: Store) -> None:
        for on in (1, 2):
            for word in WORDS.values():
                look(store, box(), on=on, account=Account("test", word, word, word, word), checks=[SHUT])
        found = ask(store, "SELECT account_id, name, partition, parent FROM account")
        assert sorted(found) == sorted((kept, kept, kept, kept) for kept in set(KEPT.values()))


def test_two_ids_that_are_stored_alike_stay_two(store: Store) -> None:
    twins = [Resource("test.box", id, "1", NORTH, box().facts, id, NORTH) for id in ("b\ud800", "b\ud801", "b\ufffd")]
    assert look(store, *twins, on=1).applied.added == 3
    assert look(store, *twins, on=2).applied.unchanged == 3


VALUES: dict[str, Any] = {
    "large integers": [2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**400],
    "floats": [1.5, 0.1, 1e-7, 123456789.123, float("nan"), float("inf")],
    "bytes": b"\x00\xff",
    "depth": deep(190),
    "too much depth": deep(5000),
    "a megabyte": {"Statement": [{"Sid": f"s{number}", "Resource": "x" * 1000} for number in range(1000)]},
    "many keys": {f"key{number}": number for number in range(20_000)},
    "nothing at all": {"": {"": [[], {}, ""]}},
}


def test_values_come_back_as_they_can_be_kept(store: Store) -> None:
    things = [box(name, policy=value) for name, value in VALUES.items()]
    assert look(store, *things, on=1).applied.added == len(VALUES)
    assert look(store, *things, on=2).applied.unchanged == len(VALUES)
    for name, found in boxes(store).items():
        assert found == serial.loads(serial.dumps({"item": {}, "policy": VALUES[name]})), name


def test_anything_comes_back_as_it_can_be_kept(store: Store) -> None:
    numbers = iter(range(10**6))

    @settings(max_examples=20)
    @given(HOSTILE, HOSTILE_TEXT)
    def kept(value: Any, text: str) -> None:
        account = replace(ONE, id=f"any-{next(numbers)}")
        things = [box(id, item={"In": value}, policy=value).with_facts(**{f"x{text}": fact(text)}) for id in ("b1", text)]
        for on, applied in enumerate(("added", "unchanged"), 1):
            looked = look(store, *things, on=on, account=account)
            assert getattr(looked.applied, applied) == len({serial.key(each) for each in things})
        for row in queries.resources(store, {"account_id": [account.id]}):
            expected = {"item": {"In": value}, "policy": value, f"x{text}": text}
            assert serial.dumps(row["facts"]) == serial.dumps(expected)

    kept()
