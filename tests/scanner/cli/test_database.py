"""``demarc db``, ``accept``, ``attest``, ``evaluate``: as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.inventory.schema import revisions
from scanner.inventory.store import Store
from tests.scanner.cli.conftest import Demarc
from tests.scanner.inventory.build import SHUT, box, look, refused

SOON = "2099-12-31"
NEWEST = revisions()[-1]


@pytest.fixture
def lived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an inventory in it."""
    monkeypatch.chdir(tmp_path)
    with Store.open("demarc.db") as store:
        look(store, box("a", item={"Is": "open"}), box("b"), on=1, checks=[SHUT])
        look(store, box("a", item={"Is": "open"}), on=2, checks=[SHUT])
    return tmp_path


class TestDb:
    def test_upgrade_makes_what_is_not_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demarc: Demarc) -> None:
        monkeypatch.chdir(tmp_path)
        assert demarc("db", "upgrade").out == f"demarc.db has schema {NEWEST}\n"
        assert demarc("db", "check").out == "demarc.db is sound: empty\n"

    def test_check_says_how_much_there_is(self, lived: Path, demarc: Demarc) -> None:
        ran = demarc("db", "check")
        assert (ran.code, ran.out.startswith("demarc.db is sound: 1 account, 2 snapshots, 2 resources, ")) == (0, True), ran.out

    def test_down_and_up(self, lived: Path, demarc: Demarc) -> None:
        assert demarc("db", "downgrade", "0001").code == 0
        ran = demarc("db", "check")
        assert (ran.code, ran.out) == (1, f"the schema is 0001, and this version's is {NEWEST}: `demarc db upgrade`\n")
        assert demarc("findings").err.startswith("demarc: demarc.db has an older schema, or none")
        assert demarc("db", "upgrade").code == 0
        assert demarc("db", "check").code == 0

    def test_down_to_what_it_is_or_what_there_is_not(self, lived: Path, demarc: Demarc) -> None:
        assert f"nothing to bring back to {NEWEST}" in demarc("db", "downgrade", NEWEST).err
        assert demarc("db", "downgrade", "0815").code == 2

    def test_prune_says_what_goes_and_what_would(self, lived: Path, demarc: Demarc) -> None:
        with Store.open("demarc.db") as store:
            look(store, box("a", item={"Is": "open"}), on=3, checks=[SHUT])
        gone = "1 resource version, 1 finding, 1 resource, 1 snapshot\n"
        assert demarc("db", "prune", "--keep", "1d", "--dry-run").out == f"would drop: {gone}"
        assert demarc("db", "prune", "--keep", "1d").out == f"dropped: {gone}"
        assert demarc("db", "prune", "--keep", "1d").out == "dropped: nothing\n"
        assert demarc("db", "prune", "--keep", "soon").code == 2

    def test_index_says_how_a_query_has_to_write_it(self, lived: Path, demarc: Demarc) -> None:
        assert demarc("db", "index", "tags.team").out == "tags.team is indexed: write  tags ->> 'team'\n"
        assert demarc("db", "index").out == "tags.team  tags ->> 'team'\n"
        again = demarc("db", "index", "tags.team")
        assert (again.code, "is indexed already" in again.err, again.err.count("\n")) == (1, True, 1)
        assert demarc("db", "index", "tags.team", "--drop").out == "tags.team is no longer indexed\n"
        assert demarc("db", "index").out == ""
        assert demarc("db", "index", "it's").code == 1

    def test_vacuum(self, lived: Path, demarc: Demarc) -> None:
        assert (demarc("db", "vacuum").code, demarc("db", "check").code) == (0, 0)

    def test_export_writes_views(self, lived: Path, demarc: Demarc) -> None:
        ran = demarc("db", "export", "out", "--view", "findings,changes")
        assert ran.out == "findings.jsonl: 2 rows\nchanges.jsonl: 3 rows\n"
        assert sorted(path.name for path in Path("out").iterdir()) == ["changes.jsonl", "findings.jsonl"]
        assert demarc("db", "export", "out", "--view", "nothing").code == 2

    def test_copy(self, lived: Path, demarc: Demarc) -> None:
        assert demarc("db", "copy", "demarc.db", "copy.db").out.startswith("copied: 1 account, ")
        assert demarc("findings", "--db", "copy.db", "--format", "jsonl").out == demarc("findings", "--format", "jsonl").out
        again = demarc("db", "copy", "demarc.db", "copy.db")
        assert (again.code, "has accounts already" in again.err) == (1, True)
        assert demarc("db", "copy", "nothing.db", "new.db").code == 1
        assert not Path("nothing.db").exists()

    def test_a_file_has_no_roles(self, lived: Path, demarc: Demarc) -> None:
        ran = demarc("db", "grant-readonly", "reader")
        assert (ran.code, ran.err.count("\n")) == (1, 1)

    def test_nothing_is_made_where_there_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demarc: Demarc) -> None:
        monkeypatch.chdir(tmp_path)
        for words in (["check"], ["vacuum"], ["downgrade", "0001"], ["prune", "--keep", "9d"], ["export", "out"]):
            ran = demarc("db", *words)
            assert (ran.code, ran.err.count("\n")) == (1, 1), ran.err
        assert not Path("demarc.db").exists()


class TestOverlays:
    def test_a_failure_is_accepted_listed_and_withdrawn(self, lived: Path, demarc: Demarc) -> None:
        with Store.open("demarc.db") as store:
            look(store, box("a", item={"Is": "open"}), on=3, checks=[])
        said = ["--owner", "ann", "--reason", "moves", "--until", SOON]
        ran = demarc("accept", "aws.s3.*", *said)
        assert (ran.code, ran.out) == (0, "accepted as a1\n")
        (row,) = json.loads(demarc("overlays", "--format", "json").out)
        assert (row["name"], row["kind"], row["what"], row["owner"]) == ("a1", "acceptance", "aws.s3.*", "ann")
        assert demarc("withdraw", "a1").out == "a1 is withdrawn\n"
        assert json.loads(demarc("overlays", "--format", "json").out) == []
        assert len(json.loads(demarc("overlays", "--all", "--format", "json").out)) == 1
        assert demarc("withdraw", "a1").code == 1

    @pytest.mark.parametrize(
        ("check", "until", "complaint"),
        [
            ("aws.s4.*", SOON, "no check fits 'aws.s4.*'"),
            ("aws.s3.*", "soon", "until is a date"),
            ("aws.s3.*", "2020-01-01", "2020-01-01 is past"),
        ],
    )
    def test_what_cannot_be_accepted(self, lived: Path, demarc: Demarc, check: str, until: str, complaint: str) -> None:
        ran = demarc("accept", check, "--owner", "ann", "--reason", "x", "--until", until)
        assert (ran.code, complaint in ran.err, ran.err.count("\n")) == (2, True, 1), ran.err

    def test_a_cell_that_checks_look_at_is_not_attested(self, lived: Path, demarc: Demarc) -> None:
        said = ["--owner", "ann", "--statement", "fine", "--until", SOON]
        ran = demarc("attest", "aws.s3", "encryption", *said)
        assert (ran.code, "checks look at encryption of aws.s3" in ran.err) == (2, True), ran.err
        assert "is the provider's" in demarc("attest", "aws.s3", "physical", *said).err
        assert demarc("attest", "aws.s9", "encryption", *said).code == 2


def test_a_past_look_is_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demarc: Demarc) -> None:
    """By the checks that are installed, offline, leaving what was found then as it is."""
    monkeypatch.chdir(tmp_path)
    from scanner.model import Account, Listed  # noqa: PLC0415
    from tests.cases import resource  # noqa: PLC0415

    account = Account("aws", "1")
    queue = "aws.sqs.queue"
    with Store.open("demarc.db") as store:
        for number, encrypted in ((1, "false"), (2, "true")):
            attributes = {"SqsManagedSseEnabled": encrypted}
            said = resource(queue, "q", "eu-west-1", item={"QueueUrl": "q"}, attributes=attributes)
            look(store, said, Listed(queue, "eu-west-1", complete=True), on=number, account=account, scopes=())
        look(store, *refused(), Listed(queue, "eu-west-1", complete=False), on=3, account=account, scopes=())
    status = {}
    for look_said in ("1", "2", "latest"):
        ran = demarc(
            "evaluate", "--snapshot", look_said, "--check", "aws.sqs.queue.encrypted", "--status", "all", "--format", "json"
        )
        assert ran.code == 0, ran.err
        status[look_said] = [row["status"] for row in json.loads(ran.out)]
    assert status == {"1": ["fail"], "2": ["pass"], "latest": ["unknown"]}
    assert json.loads(demarc("findings", "--status", "all", "--format", "json").out) == []
