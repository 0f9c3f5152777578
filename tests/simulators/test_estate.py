"""The estate: read without a gap, the same every time, good and bad side by side, with hostile text where AWS takes it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.provider import specs
from scanner.config import Config, Settings
from scanner.evaluation.registry import installed
from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.model import SnapshotStatus
from scanner.scan import Scanned, scan
from simulators.aws import SimulatedAws, estate
from simulators.aws.estate.organization import PRODUCTION, SANDBOX
from simulators.aws.estate.place import HOSTILE
from tests.simulators.clients import enter, entered

# Not of moto, but of what nobody set up: an instance that nothing manages tells nothing of its inside.
HONEST = (
    "aws.account.account.%",
    "aws.ec2.instance.%",
    "aws.vpc.peering_connection.known_account",
    # Public access is blocked there, and exclusions from that are not read.
    "aws.vpc.network_interface.inner_services_unreachable",
    # Whether a registry is scanned by Inspector, and what it found in functions, moto does not tell.
    "aws.ecr.repository.images_without_critical_weakness",
    "aws.lambda.function.packages_without_critical_weakness",
    # Of an organization whose accounts are read one by one: its analyzers, which no member sees.
    "aws.account.region.external_access_analyzed",
    "aws.iam.settings.unused_access_watched",
)


def look(store: Store, account: str, *regions: str) -> Scanned:
    flags = {"role_arn": f"arn:aws:iam::{account}:role/{estate.ROLE}", "attempts": 1}
    (target,) = Config(Settings()).targets("aws", flags, regions=regions or estate.REGIONS)
    (scanned,) = scan(lambda: store, target, installed("aws"), lambda _event, _collector: None)
    return scanned


def ask(store: Store, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in queries.sql(store, query)]


def test_the_organization_is_read_without_a_gap(organization: SimulatedAws, aws: SimulatedAws, tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "demarc.db")) as store:
        for account in estate.NAMES:
            scanned = look(store, account)
            missing = ask(store, "SELECT account_id, resource_type, region, operation, code FROM blind_spots")
            assert (scanned.status, missing) == (SnapshotStatus.COMPLETE, [])
        assert not aws.unanswered, aws.failures
        _everything_is_there(store)
        _good_and_bad_stand_side_by_side(store)
        again = look(store, PRODUCTION, estate.REGIONS[0])
        assert (again.applied.added, again.applied.changed, again.applied.removed) == (0, 0, 0)


def _everything_is_there(store: Store) -> None:
    """Of each described type there is a resource: what is new gets its place in the estate."""
    present = {type for (type,) in ask(store, "SELECT DISTINCT resource_type FROM current_resources")}
    assert {spec.type for spec in specs()} - present == set()
    places = ask(store, "SELECT DISTINCT account_id, region FROM current_resources WHERE resource_type = 'aws.ec2.instance'")
    assert sorted(places) == [(account, region) for account in (PRODUCTION, SANDBOX) for region in estate.REGIONS]


def _good_and_bad_stand_side_by_side(store: Store) -> None:
    unknown = " AND ".join(f"check_id NOT LIKE '{each}'" for each in HONEST)
    assert ask(store, f"SELECT check_id, reason FROM findings WHERE status = 'unknown' AND {unknown}") == []
    judged = dict(ask(store, "SELECT status, count(*) FROM findings GROUP BY status"))
    assert min(judged["pass"], judged["fail"]) > sum(judged.values()) / 4
    sums = "SELECT service, sum(status = 'pass'), sum(status = 'fail') FROM findings GROUP BY service"
    assert [service for service, passed, failed in ask(store, sums) if not (passed and failed)] == []


def test_hostile_text_comes_through_unharmed(organization: SimulatedAws, aws: SimulatedAws) -> None:
    secrets = enter(aws, "secretsmanager", SANDBOX).list_secrets()["SecretList"]
    said = {secret.get("Description") for secret in secrets} | {tag["Value"] for each in secrets for tag in each["Tags"]}
    assert {HOSTILE["terminal"], HOSTILE["sql"]} <= said
    instances = enter(aws, "ec2", SANDBOX).describe_instances()["Reservations"]
    tags = {tag["Value"] for each in instances for tag in each["Instances"][0]["Tags"]}
    assert {HOSTILE["markup"], HOSTILE["formula"]} <= tags


def test_accounts_differ_in_what_they_may_see(organization: SimulatedAws, aws: SimulatedAws) -> None:
    assert len(enter(aws, "organizations", estate.MANAGEMENT).list_accounts()["Accounts"]) == len(estate.NAMES)
    member = enter(aws, "organizations", SANDBOX)
    with pytest.raises(member.exceptions.AccessDeniedException, match="You don't have permissions to access this resource"):
        member.list_accounts()
    assert member.describe_organization()["Organization"]["MasterAccountId"] == estate.MANAGEMENT


@pytest.fixture
def processes() -> Iterator[list[dict[str, Any]]]:
    """What two simulators say that were started alike, each in a process of its own. Both end when they are told to."""
    command = [sys.executable, "-m", "simulators.aws", "--bulk", "2"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        yield [json.loads(each.stdout.readline()) for each in running if each.stdout]
    finally:
        for each in running:
            each.send_signal(signal.SIGTERM)
        assert [each.wait(timeout=20) for each in running] == [0, 0]
        for each in running:
            each.stdout.close()  # type: ignore[union-attr]


def test_the_command_serves_the_same_estate_every_time(processes: list[dict[str, Any]]) -> None:
    found = []
    for told in processes:
        assert list(told["roles"]) == ["111111111111"]
        users = entered(told["endpoint"], "iam").list_users()["Users"]
        found.append([(each["UserName"], each["UserId"]) for each in users])
    assert found[0] == found[1]
    assert [name for name, _ in found[0]] == [*(f"user-{number}" for number in range(4)), "bulk-000000", "bulk-000001"]
