"""What is self-run, asked of a real scan; and the warning that what is known of versions has grown old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scanner.evaluation import lifecycle
from scanner.evaluation.advice import Certainty, SelfRun, Workload
from scanner.model import Inventory, Present, Resource
from simulators.aws import SimulatedAws
from tests.conftest import ACCOUNT
from tests.scanner.cli.conftest import SMALL, Demarc

MACHINE = Resource("aws.ec2.instance", "i-1", ACCOUNT, "eu-west-1", {"item": Present({})})


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """An account with two workloads, of which one is only possible."""

    def find(inventory: Inventory) -> Iterator[Workload]:
        yield Workload(MACHINE, "Kafka", Certainty.POSSIBLY, ("port 9092: sg-1",), ("aws.msk",))
        yield Workload(MACHINE, "PostgreSQL", Certainty.YES, ("image postgres:16",), ("aws.rds", "gcp.cloudsql"))

    monkeypatch.setattr("scanner.evaluation.advice.self_run", lambda provider: SelfRun(provider, find))


@pytest.mark.usefixtures("two")
def test_the_surest_comes_first_with_what_moves(demarc: Demarc, held: Path) -> None:
    rows = demarc("advise", "--db", held, "--format", "json").json
    assert [(row["engine"], row["certainty"], row["to"]) for row in rows] == [
        ("PostgreSQL", "yes", ["aws.rds"]),
        ("Kafka", "possibly", ["aws.msk"]),
    ]
    assert {"area": "guest_os", "before": "customer", "after": "provider"}.items() <= next(
        each for each in rows[0]["moves"] if each["area"] == "guest_os"
    ).items()


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("options", "engines"),
    [
        (("--certainty", "yes"), {"PostgreSQL"}),
        (("--engine", "kafka"), {"Kafka"}),
        (("--engine", "post*"), {"PostgreSQL"}),
        (("--account", "999"), set()),
    ],
)
def test_it_tells_what_is_asked_for(demarc: Demarc, held: Path, options: tuple[str, ...], engines: set[str]) -> None:
    assert {row["engine"] for row in demarc("advise", "--db", held, "--format", "json", *options).json} == engines


@pytest.mark.usefixtures("two")
def test_every_shape_is_printed(demarc: Demarc, held: Path) -> None:
    assert "yes: PostgreSQL on i-1" in demarc("advise", "--db", held).out
    assert "## yes: PostgreSQL on i-1" in demarc("advise", "--db", held, "--format", "markdown").out
    assert demarc("advise", "--db", held, "--format", "csv").out.startswith("provider,account_id,")
    assert len(demarc("advise", "--db", held, "--format", "jsonl").out.splitlines()) == 2
    assert demarc("advise", "--db", held, "--format", "xml").code == 2
    assert demarc("advise", "--db", held, "--certainty", "unknown").code == 2


def test_what_was_not_scanned_is_unknown_and_never_nothing(demarc: Demarc, held: Path) -> None:
    (row,) = demarc("advise", "--db", held, "--format", "json").json
    assert (row["certainty"], row["engine"], row["moves"]) == ("unknown", "", [])
    assert "aws.ec2.instance" in " ".join(row["evidence"])


def test_old_lists_of_versions_are_warned_of_by_scan_and_doctor(
    aws: SimulatedAws, demarc: Demarc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle.Lifecycle, "old", lambda self, now: now.date() - self.read > timedelta(0))
    assert "update demarc" in demarc(*SMALL).err
    assert "update demarc" not in demarc(*SMALL, "--quiet").err
    assert "update demarc" in demarc("doctor", *SMALL[1:]).err
