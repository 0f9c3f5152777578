"""A scan that was killed goes on where it was: nothing is asked twice, nothing is lost, nothing secret is on disk."""

from __future__ import annotations

import sqlite3
from itertools import islice
from pathlib import Path

import pytest

from collectors.gcp.kept import Kept, packed, unpacked
from collectors.gcp.provider import specs
from scanner.model import Absent, Fact, Present, Reason, Resource, Unread
from scanner.provider import ConnectError
from simulators.gcp import Fault, SimulatedGcp
from tests.collectors.gcp.scans import each_of, entered, scanned, told, watched

DESCRIBED = {spec.type for spec in specs()}
RESOURCE, IAM = "cloudasset:ListAssets:RESOURCE", "cloudasset:ListAssets:IAM_POLICY"


def killed(gcp: SimulatedGcp, folder: Path, after: int) -> str:
    """Start a scan, take some events and leave it there, as a killed process does. Returns the time of its snapshot."""
    collector = entered(gcp, resume=str(folder), page_size=60)
    events = each_of(collector.collect())
    assert len(list(islice(events, after))) == after
    time = collector.read_time
    collector._kept._database.close()
    with pytest.raises(ConnectError):  # the database is gone, as with the process
        list(events)
    return time


def test_a_killed_scan_goes_on_at_the_same_time_with_the_next_page(gcp: SimulatedGcp, tmp_path: Path) -> None:
    truth = scanned(gcp)
    time = killed(gcp, tmp_path, after=130)
    gcp.reset_calls()
    scan = scanned(gcp, resume=str(tmp_path), page_size=60)
    assert told(scan) == told(truth)
    assert (scan.gaps, scan.whole, scan.collector.read_time) == ([], True, time)
    assert IAM not in gcp.calls
    assert gcp.calls[RESOURCE] == 1 + 2  # the hierarchy, and of five pages the two that were left


def test_a_finished_scan_leaves_nothing(gcp: SimulatedGcp, tmp_path: Path) -> None:
    scanned(gcp, resume=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_what_was_refused_is_not_asked_again_for_ever(gcp: SimulatedGcp, tmp_path: Path) -> None:
    gcp.fault(Fault("IAM_POLICY", "denied"))
    scanned(gcp, resume=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_scan_that_ran_into_a_quota_goes_on_later(gcp: SimulatedGcp, tmp_path: Path) -> None:
    truth = scanned(gcp)
    gcp.fault(Fault("RESOURCE", "throttled", after=3))
    first = scanned(gcp, resume=str(tmp_path), page_size=60, attempts=2)
    assert first.gaps
    gcp.clear()
    second = scanned(gcp, resume=str(tmp_path), page_size=60)
    assert told(second) == told(truth)
    assert (second.gaps, second.whole) == ([], True)
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_made_out_is_still_open_after_a_restart(gcp: SimulatedGcp, tmp_path: Path) -> None:
    bucket = next(each for each in gcp.estate.assets if each["assetType"] == "storage.googleapis.com/Bucket")
    bucket["ancestors"] = {"not": "a list"} | dict.fromkeys(bucket["ancestors"], "")
    gcp.refresh()
    killed(gcp, tmp_path, after=230)
    scan = scanned(gcp, resume=str(tmp_path), page_size=60)
    assert [each.type for each in scan.listed if not each.complete and each.type in DESCRIBED] == ["gcp.storage.bucket"]
    policies = {each.facts["iam_policy"] for each in scan.all("gcp.pubsub.topic", "shop-prod")}
    assert all(isinstance(each, Unread) for each in policies)


def test_nothing_secret_is_kept(gcp: SimulatedGcp, tmp_path: Path) -> None:
    killed(gcp, tmp_path, after=230)
    (file,) = [each for each in tmp_path.iterdir() if each.suffix == ".db"]
    assert file.stat().st_mode & 0o777 == 0o600
    content = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"$secret" in content
    assert b"hunter2" not in content
    assert b"ghp_" not in content


@pytest.mark.parametrize("other", [{"project": "shop-prod"}, {"include_projects": "shop-*"}, {"services": "storage"}], ids=str)
def test_another_question_starts_anew(gcp: SimulatedGcp, tmp_path: Path, other: dict[str, str]) -> None:
    time = killed(gcp, tmp_path, after=130)
    scan = scanned(gcp, resume=str(tmp_path), **other)
    assert scan.collector.read_time != time
    assert told(scan) == told(scanned(gcp, **other))


def test_an_old_one_starts_anew(gcp: SimulatedGcp, tmp_path: Path) -> None:
    time = killed(gcp, tmp_path, after=130)
    with sqlite3.connect(tmp_path / "demarc-gcp-scan.db") as database:
        database.execute("UPDATE note SET value = '2020-01-01T00:00:00+00:00' WHERE name = 'begun'")
    database.close()
    assert entered(gcp, resume=str(tmp_path)).read_time != time


def test_a_file_of_somebody_elses_starts_anew(gcp: SimulatedGcp, tmp_path: Path) -> None:
    (tmp_path / "demarc-gcp-scan.db").write_bytes(b"not a database" * 100)
    scan = scanned(gcp, resume=str(tmp_path))
    assert (scan.gaps, scan.whole) == ([], True)


def test_a_folder_that_cannot_be_used(gcp: SimulatedGcp, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConnectError, match="cannot keep what is read"):
        entered(gcp, resume=str(tmp_path / "file"))


def test_a_page_token_that_expired_meanwhile_starts_that_listing_again(gcp: SimulatedGcp, tmp_path: Path) -> None:
    truth = scanned(gcp)
    killed(gcp, tmp_path, after=130)
    gcp.fault(Fault("RESOURCE", "stale_token", times=1, after=1))
    scan = scanned(gcp, resume=str(tmp_path), page_size=60)
    assert told(scan) == told(truth)
    assert (scan.gaps, scan.whole) == ([], True)


def test_without_a_folder_nothing_is_on_disk(gcp: SimulatedGcp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scan = watched(entered(gcp))
    assert scan.whole
    assert list(tmp_path.iterdir()) == []


def test_a_resource_comes_back_as_it_went() -> None:
    facts: dict[str, Fact] = {
        "item": Present({"a": [1, None, "x"]}),
        "iam_policy": Absent("why"),
        "tags": Unread(Reason.DENIED, "PERMISSION_DENIED", "operation", "permission"),
    }
    resource = Resource("gcp.storage.bucket", "//x", "project", "global", facts, "x", "global")
    assert unpacked(packed(resource)) == resource


def test_a_scan_that_only_entered_opens_nothing() -> None:
    kept = Kept()
    kept.read_time = "2026-01-01T00:00:00Z"
    kept.close(finished=False)
    assert "_database" not in vars(kept)
