"""Judging from a file: facts that it lacks are unread, types that it lacks were never listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner import provider
from scanner.evaluation.offline import FileError, FileInventory, judged, read
from scanner.model import Kind, Reason, Unread, UnreadError
from tests.cases import FAIL, PASS, UNKNOWN, resource

BOXES = Kind("test.box", "test.boxes", "Box", ("item", "policy", "usage"), "region")
KINDS = {BOXES.type: BOXES}
ROW: dict[str, Any] = {
    "resource_type": "test.box",
    "resource_id": "box-1",
    "account_id": "1",
    "region": "north",
    "name": "First",
    "facts": {"item": {"Size": 3}, "policy": None},
}


def file(folder: Path, *lines: Any) -> Path:
    path = folder / "resources.jsonl"
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


class TestFacts:
    def test_are_present_absent_or_missing_from_the_file(self, tmp_path: Path) -> None:
        (box,) = read(file(tmp_path, ROW), KINDS)
        assert (box.type, box.id, box.account, box.region, box.name) == ("test.box", "box-1", "1", "north", "First")
        assert box["item"] == {"Size": 3}
        assert box["policy"] is None
        with pytest.raises(UnreadError, match="NotInFile"):
            box["usage"]

    def test_that_the_scan_could_not_read_are_unread_whatever_was_known_of_them(self, tmp_path: Path) -> None:
        why = ["denied", "NoEntry", "GetPolicy", "boxes:GetPolicy"]
        (box,) = read(file(tmp_path, {**ROW, "unread": {"policy": why}}), KINDS)
        with pytest.raises(UnreadError) as told:
            box["policy"]
        assert told.value.fact == Unread(Reason.DENIED, "NoEntry", "GetPolicy", "boxes:GetPolicy")

    def test_of_a_kind_that_the_type_does_not_have_are_kept(self, tmp_path: Path) -> None:
        (box,) = read(file(tmp_path, {**ROW, "facts": {"other": 1}}), KINDS)
        assert box["other"] == 1


class TestBadLines:
    @pytest.mark.parametrize(
        "bad",
        [
            "{",
            "not JSON",
            "[" * 100_000,
            "[]",
            "null",
            "7",
            {**ROW, "resource_type": "test.unheard_of"},
            {**ROW, "facts": None},
            {**ROW, "facts": ["item"]},
            {**ROW, "unread": {"policy": "denied"}},
            {**ROW, "unread": {"policy": ["sulking", "", "", ""]}},
            {name: value for name, value in ROW.items() if name != "resource_id"},
            {name: value for name, value in ROW.items() if name != "facts"},
        ],
    )
    def test_are_told_with_their_number_in_one_line(self, tmp_path: Path, bad: Any) -> None:
        path = file(tmp_path, ROW, "", bad)
        with pytest.raises(FileError, match=r"resources\.jsonl, line 3: not a resource") as told:
            list(read(path, KINDS))
        assert "\n" not in str(told.value)

    def test_that_are_empty_are_passed_over(self, tmp_path: Path) -> None:
        assert len(list(read(file(tmp_path, "", ROW, "  ", ROW), KINDS))) == 2

    def test_that_are_not_utf8_are_told(self, tmp_path: Path) -> None:
        path = tmp_path / "resources.jsonl"
        path.write_bytes(b"\xff\xfe\n")
        with pytest.raises(FileError, match="not a resource"):
            list(read(path, KINDS))

    @pytest.mark.parametrize("name", ["missing", "."])
    def test_and_files_that_cannot_be_read_are_told(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(FileError, match="can't be read"):
            list(read(tmp_path / name, KINDS))


class TestQuestions:
    """What a relational check may ask of the resources of one file and account."""

    north = resource("test.box", "b1", "north", item={"Lids": ["l1", "l2"]})
    south = resource("test.box", "b2", "south", item={"Lids": ["l2"]})
    inventory = FileInventory([north, south])

    def test_all_in_a_region_or_anywhere(self) -> None:
        assert list(self.inventory.all("test.box")) == [self.north, self.south]
        assert list(self.inventory.all("test.box", region="south")) == [self.south]

    def test_one(self) -> None:
        assert self.inventory.get("test.box", "b2") == self.south
        assert self.inventory.get("test.box", "b3") is None

    def test_those_that_hold_a_value(self) -> None:
        assert list(self.inventory.where("test.box", "item.Lids", "l2")) == [self.north, self.south]
        assert list(self.inventory.where("test.box", "item.Lids", "l2", region="north")) == [self.north]

    def test_nothing_about_a_type_that_the_file_does_not_hold(self) -> None:
        for question, *rest in (
            (self.inventory.all,),
            (self.inventory.get, "x"),
            (self.inventory.where, "item", "x"),
        ):
            with pytest.raises(UnreadError, match=r"test\.lid"):
                question("test.lid", *rest)


QUEUE: dict[str, Any] = {**ROW, "resource_type": "aws.sqs.queue", "facts": {"item": {"QueueUrl": "q"}, "tags": {}}}


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [({"SqsManagedSseEnabled": "true"}, PASS), ({"SqsManagedSseEnabled": "false"}, FAIL), (None, UNKNOWN)],
)
def test_installed_checks_judge_what_stands_in_a_file(tmp_path: Path, attributes: Any, expected: object) -> None:
    facts = {**QUEUE["facts"], **({"attributes": attributes} if attributes else {})}
    found = {each.check: each.status for each in judged(file(tmp_path, {**QUEUE, "facts": facts}))}
    assert found["aws.sqs.queue.encrypted"] is expected


def test_accounts_of_one_file_are_judged_apart(tmp_path: Path) -> None:
    other = {**QUEUE, "account_id": "2"}
    assert len(list(judged(file(tmp_path, QUEUE, other)))) == 2 * len(list(judged(file(tmp_path, QUEUE))))


def test_only_the_providers_of_the_file_are_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others may lack what they need: an installation for one cloud judges what is that cloud's."""
    loaded: list[str] = []
    load = provider.load

    def loading(name: str) -> Any:
        loaded.append(name)
        return load(name)

    monkeypatch.setattr(provider, "load", loading)
    assert list(judged(file(tmp_path, QUEUE)))
    assert set(loaded) == {"aws"}


def test_types_that_nobody_described_are_passed_over(tmp_path: Path) -> None:
    pod = {**QUEUE, "resource_type": "gcp.unknown.k8s_io_pod", "facts": {"asset": {"assetType": "k8s.io/Pod"}}}
    assert list(judged(file(tmp_path, pod))) == []
    with pytest.raises(FileError):
        list(judged(file(tmp_path, {**pod, "resource_type": "nowhere.unknown.pod"})))
