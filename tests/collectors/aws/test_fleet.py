"""An organization read over the wire: many accounts, and none that stops another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import active_count
from threading import enumerate as threads
from typing import Any, NamedTuple

import pytest

from collectors.aws import PROVIDER
from collectors.aws.fleet import OrganizationCollector
from collectors.aws.options import ROLE_NAME, AwsOptions
from collectors.aws.provider import specs
from collectors.aws.reach import CARRIED, SHADOW
from collectors.aws.session import Connection
from scanner.config import Config, Settings
from scanner.daemon.child import Child
from scanner.daemon.job import Job
from scanner.evaluation.registry import installed
from scanner.inventory import queries, slots
from scanner.inventory.slots import Slot
from scanner.inventory.store import Store
from scanner.model import Account, Event, Gap, Listed, Present, Reason, Resource
from scanner.provider import ConnectError, Selection
from scanner.scan import InterruptedScanError, Look, scan
from simulators.aws import Fault, SimulatedAws
from simulators.aws.members import ANALYZER, MANAGEMENT, MEMBERS, TRAIL, fill_members

FORGOTTEN, SLOW, LEFT = "600000000005", "600000000006", "600000000007"
SEEN = {each.id for each in MEMBERS} - {FORGOTTEN, LEFT}
ROLE = f"arn:aws:iam::{MANAGEMENT}:role/{ROLE_NAME}"
ONE = frozenset({"sqs"})
SERVING = 80  # threads in which the simulator may still hold a connection open
FEW = tuple(spec for spec in specs() if spec.service == "aws.sqs")
NIGHT = datetime(2026, 3, 1, 2, tzinfo=UTC)
SERVICES = frozenset({"sqs", "cloudtrail", "accessanalyzer"})


@pytest.fixture(scope="session")
def members(running_aws: SimulatedAws) -> SimulatedAws:
    fill_members(running_aws)
    return running_aws


@pytest.fixture
def many(members: SimulatedAws, aws: SimulatedAws) -> SimulatedAws:
    """An organization in the environment of the test, without faults."""
    assert members is aws
    return aws


class Whole(NamedTuple):
    """One scan of the whole organization, which several tests look at."""

    collector: OrganizationCollector
    found: dict[str, list[Event]]
    calls: Counter[str]
    unanswered: Counter[str]


@pytest.fixture(scope="module")
def whole(members: SimulatedAws) -> Whole:
    with pytest.MonkeyPatch.context() as patched:
        for name, value in members.environment.items():
            patched.setenv(name, value)
        members.reset_calls()
        collector = entered()
        found = by_account(collector.collect())
        return Whole(collector, found, members.calls.copy(), members.unanswered.copy())


def entered(services: frozenset[str] = SERVICES, **options: Any) -> OrganizationCollector:
    given = AwsOptions(**{"organization": True, "role_arn": ROLE, "attempts": 1, **options})
    selection = Selection(regions=frozenset({"eu-west-1"}), services=services)
    collector = PROVIDER.connect(given, selection, secret_key=lambda: b"key")
    assert isinstance(collector, OrganizationCollector)
    return collector


def by_account(events: Iterable[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        assert isinstance(event, (Resource, Gap, Listed))
        found[event.account].append(event)
    return found


def resources(events: list[Event], type: str = "") -> list[Resource]:
    return [each for each in events if isinstance(each, Resource) and type in ("", each.type)]


def gaps(events: list[Event]) -> list[Gap]:
    return [each for each in events if isinstance(each, Gap)]


def listed(events: list[Event]) -> dict[str, bool]:
    return {each.type: each.complete for each in events if isinstance(each, Listed)}


def test_each_account_is_read_by_its_own_role_and_nothing_is_of_nobody(whole: Whole) -> None:
    assert whole.found.keys() == {each.id for each in MEMBERS}
    for account in SEEN:
        queues = resources(whole.found[account], "aws.sqs.queue")
        assert queues
        assert all(account in each.id for each in queues)
        assert not gaps(whole.found[account])
        assert all(listed(whole.found[account]).values())
    assert not whole.unanswered


def test_an_account_that_cannot_be_entered_is_not_seen_and_nothing_of_it_is_closed(whole: Whole) -> None:
    tried = listed(whole.found[MANAGEMENT]).keys()
    denied, suspended = (Reason.DENIED, "AccessDenied", "sts:AssumeRole"), (Reason.UNAVAILABLE, "SUSPENDED", "")
    for account, why in ((FORGOTTEN, denied), (LEFT, suspended)):
        found = whole.found[account]
        assert not resources(found)
        assert {(each.reason, each.code, each.permission) for each in gaps(found)} == {why}
        assert listed(found) == dict.fromkeys(tried, False)
    assert whole.calls["sts:AssumeRole"] == len(MEMBERS) - 1, "one to enter by, and one for each other but the suspended"


def test_one_line_says_why_an_account_was_not_seen(whole: Whole) -> None:
    notes = whole.collector.notes
    assert notes.keys() == {FORGOTTEN, LEFT}
    assert notes[LEFT] == "the account is SUSPENDED"
    assert f"role/{ROLE_NAME} cannot be assumed" in notes[FORGOTTEN]
    assert not any("\n" in note for note in notes.values())


def test_members_are_told_what_the_organizations_trail_records(whole: Whole) -> None:
    for account in SEEN:
        (trail,) = resources(whole.found[account], SHADOW)
        assert trail.id == TRAIL
        assert trail["status"]["IsLogging"] is True
        assert trail["selectors"]["EventSelectors"]


def test_the_organizations_analyzer_watches_every_account(whole: Whole) -> None:
    for account in SEEN:
        assert [each.id for each in resources(whole.found[account], CARRIED)] == [ANALYZER]
    assert whole.calls["accessanalyzer:ListAnalyzers"] == len(SEEN)


@pytest.mark.usefixtures("many")
def test_where_the_centre_was_not_told_members_stay_unknowing(many: SimulatedAws) -> None:
    many.fault(Fault("cloudtrail:GetTrailStatus", "denied", account=MANAGEMENT))
    many.fault(Fault("accessanalyzer:ListAnalyzers", "denied", account=MANAGEMENT))
    found = by_account(entered(include_accounts="shop").collect())["600000000001"]
    (trail,) = resources(found, SHADOW)
    assert not isinstance(trail.facts["status"], Present)
    assert trail["selectors"] is not None
    assert [(each.type, each.reason) for each in gaps(found)] == [(CARRIED, Reason.DENIED)]
    assert listed(found)[CARRIED] is False


def test_an_account_whose_time_is_up_has_gaps_and_the_others_have_none(many: SimulatedAws) -> None:
    many.fault(Fault("*", "latency", seconds=0.3, account=SLOW))
    found = by_account(entered(account_seconds=0.2, include_accounts="slow").collect())
    assert {each.code for each in gaps(found[SLOW])} >= {"SpentError"}
    assert not all(listed(found[SLOW]).values())
    assert listed(found[SLOW]).keys() == listed(found[MANAGEMENT]).keys()


def test_a_throttled_account_stops_no_other(many: SimulatedAws) -> None:
    many.fault(Fault("*", "throttled", account=SLOW))
    found = by_account(entered(ONE, parallel=2).collect())
    assert {each.reason for each in gaps(found[SLOW])} == {Reason.THROTTLED}
    assert not any(gaps(found[account]) for account in SEEN - {SLOW})


def test_a_role_that_is_throttled_is_tried_again(many: SimulatedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    collector = entered(ONE, attempts=3, include_accounts="shop")
    many.fault(Fault("sts:AssumeRole", "throttled", times=2))
    found = by_account(collector.collect())
    assert resources(found["600000000001"])
    assert not collector.notes


def test_a_role_that_stays_throttled_is_not_taken_for_one_that_is_not_there(many: SimulatedAws) -> None:
    collector = entered(ONE, include_accounts="shop")
    many.fault(Fault("sts:AssumeRole", "throttled"))
    found = by_account(collector.collect())["600000000001"]
    assert {each.reason for each in gaps(found)} == {Reason.THROTTLED}
    assert not any(listed(found).values())
    assert "Throttling" in collector.notes["600000000001"]
    assert "trust policy" not in collector.notes["600000000001"]


def test_all_accounts_share_one_budget_of_calls(many: SimulatedAws) -> None:
    collector = entered(ONE, max_calls=20)
    found = by_account(collector.collect())
    assert sum(collector.calls.values()) == 20
    assert any(each.code == "SpentError" for account in SEEN for each in gaps(found[account]))
    assert found.keys() == {each.id for each in MEMBERS}
    assert many.calls.total() <= 21, "assuming the role by which it enters is not counted"


@pytest.mark.usefixtures("many")
def test_a_fault_of_ours_in_one_account_ends_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(connection: Connection, *_: Any, **__: Any) -> Any:
        if connection.account.id == SLOW:
            raise ZeroDivisionError
        return ["eu-west-1"], []

    monkeypatch.setattr("collectors.aws.fleet.regions", broken)
    collector = entered(ONE)
    found = by_account(collector.collect())
    assert {(each.reason, each.code) for each in gaps(found[SLOW])} == {(Reason.ERROR, "DecodeError")}
    assert not any(listed(found[SLOW]).values())
    assert collector.notes[SLOW] == "ZeroDivisionError while reading the account"
    assert all(resources(found[account]) for account in SEEN - {SLOW})


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("parallel", [1, 3, 16])
def test_accounts_side_by_side_take_no_more_threads_than_one_account(parallel: int) -> None:
    most = 0
    for _ in entered(ONE, parallel=parallel).collect():
        most = max(most, sum(each.name.startswith(("list", "read", "account")) for each in threads()))
    assert 0 < most <= 16 + 64 + parallel


@pytest.mark.usefixtures("many")
def test_whoever_leaves_early_leaves_no_thread_and_no_account_to_wait() -> None:
    before = active_count()
    collector = entered()
    events = collector.collect()
    next(events)
    events.close()
    for each in threads():
        if each.name.startswith(("list", "read", "account")):
            each.join(5)
    assert active_count() <= before + SERVING
    assert sum(collector.calls.values()) < 60, "a whole scan takes more than a hundred"


@pytest.mark.usefixtures("many")
def test_units_are_the_parents_of_accounts() -> None:
    parents = {each.name: each.parent for each in entered(include_units="workloads/production").accounts}
    assert parents == {"management": "r-many", "shop": "ou-many-production", "billing": "ou-many-production"}


@pytest.mark.usefixtures("many")
def test_a_region_that_a_member_has_not_enabled_is_empty_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.aws.fleet.regions", lambda *_, **__: ([], []))
    found = by_account(entered(include_accounts="shop").collect())["600000000001"]
    assert {each.region for each in found if isinstance(each, Listed)} == {"global"}
    assert not gaps(found)


@pytest.mark.usefixtures("many")
def test_the_doctor_tries_the_way_into_each_account() -> None:
    probes = [each for each in entered(ONE).doctor() if each.permission == "sts:AssumeRole"]
    assert len(probes) == len(MEMBERS) - 2, "all but the one that was entered and the one that is suspended"
    assert [(each.operation, each.code) for each in probes if each.code] == [
        (f"sts:AssumeRole into {FORGOTTEN}", "AccessDenied")
    ]


@pytest.mark.usefixtures("many")
def test_a_member_cannot_discover_and_says_who_can() -> None:
    with pytest.raises(ConnectError, match=r"cannot be listed .AccessDeniedException.*management or a delegated account"):
        entered(role_arn=ROLE.replace(MANAGEMENT, "600000000001"))


# As the engine keeps it.


def kept(store: Store) -> dict[str, str]:
    """Scan the organization into *store*; return the status of each account's snapshot."""
    flags = {"role_arn": ROLE, "attempts": 1, "organization": True, "include_accounts": "shop,forgotten"}
    services = ("sqs", "cloudtrail", "account", "accessanalyzer", "organizations")
    (target,) = Config(Settings()).targets("aws", flags, regions=["eu-west-1"], services=services)
    done = scan(lambda: store, target, installed("aws"), lambda _event, _collector: None)
    return {each.account.name: each.status.value for each in done}


@pytest.fixture
def without_billing(many: SimulatedAws) -> Iterator[Callable[[], None]]:
    """What lets an account leave the organization, until the test ends."""

    def told(*gone: str) -> None:
        rows = [each.row for each in MEMBERS if each.name not in gone]
        many.place(MANAGEMENT, "eu-west-1").tell_everywhere("organizations:ListAccounts", {"Accounts": rows})

    yield lambda: told("billing")
    told()


def scans(store: Store, **options: str) -> dict[str, tuple[str, str]]:
    """Scan the queues of the organization into *store*; return status and note of each account's snapshot."""
    flags = {"role_arn": ROLE, "attempts": 1, "organization": True, **options}
    (target,) = Config(Settings()).targets("aws", flags, regions=["eu-west-1"], services=("sqs",))
    done = scan(lambda: store, target, installed("aws"), lambda _event, _collector: None)
    return {each.account.name: (each.status.value, each.note) for each in done}


HELD = "SELECT count(*) AS n FROM current_resources WHERE account_id = '600000000002'"
OPEN = "SELECT count(*) AS n FROM open_findings WHERE account_id = '600000000002'"


def test_an_account_that_left_is_told_once_and_holds_nothing_any_more(
    without_billing: Callable[[], None], tmp_path: Path
) -> None:
    chosen = {"exclude_units": "sandboxes,closed"}
    with Store.open(str(tmp_path / "demarc.db")) as store:
        assert scans(store, **chosen)["billing"] == ("complete", "")
        assert next(iter(queries.sql(store, HELD)))["n"] > 0
        without_billing()
        assert scans(store, **chosen)["billing"] == ("complete", "no longer in organization o-examplemany")
        assert [next(iter(queries.sql(store, query)))["n"] for query in (HELD, OPEN)] == [0, 0]
        assert "billing" not in scans(store, **chosen)


def test_an_account_that_is_left_out_by_name_was_not_looked_for(without_billing: Callable[[], None], tmp_path: Path) -> None:
    """It may have an entry of its own."""
    with Store.open(str(tmp_path / "demarc.db")) as store:
        scans(store, include_units="workloads/production")
        without_billing()
        assert "billing" not in scans(store, include_units="workloads/production", exclude_accounts="600000000002")
        assert next(iter(queries.sql(store, HELD)))["n"] > 0


def test_an_account_that_left_while_nobody_could_enter_it_leaves_no_gap(
    many: SimulatedAws, without_billing: Callable[[], None], tmp_path: Path
) -> None:
    with Store.open(str(tmp_path / "demarc.db")) as store:
        scans(store, include_units="workloads/production")
        many.fault(Fault("sts:AssumeRole", "denied", after=1))
        assert scans(store, include_units="workloads/production")["billing"][0] == "partial"
        many.clear()
        without_billing()
        assert scans(store, include_units="workloads/production")["billing"][0] == "complete"
        assert not list(queries.sql(store, "SELECT * FROM blind_spots WHERE account_id = '600000000002'"))


@pytest.mark.usefixtures("many")
def test_an_interruption_between_two_accounts_says_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = Look.keep

    def once(look: Look, account: Account, *given: Any) -> Any:
        if account.name == "billing":
            raise KeyboardInterrupt
        return keep(look, account, *given)

    monkeypatch.setattr(Look, "keep", once)
    with Store.open(str(tmp_path / "demarc.db")) as store:
        with pytest.raises(InterruptedScanError, match=r"recorded as snapshot 3; accounts that were written before: 2$"):
            scans(store, include_units="workloads/production")
        rows = queries.sql(store, "SELECT status FROM snapshot ORDER BY pk")
        assert [row["status"] for row in rows] == ["complete", "complete", "interrupted"]


def test_what_a_lost_account_has_in_regions_of_its_own_is_unknown_too(
    many: SimulatedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account by which the scan enters may not have enabled them."""
    monkeypatch.setattr("collectors.aws.provider.specs", lambda: FEW)
    own: dict[str, list[str]] = {"600000000001": ["eu-west-1", "me-south-1"]}

    def enabled(connection: Connection, *_: Any, **__: Any) -> Any:
        return own.get(connection.account.id, ["eu-west-1"]), []

    monkeypatch.setattr("collectors.aws.fleet.regions", enabled)
    monkeypatch.setattr("collectors.aws.regions.regions", enabled)
    flags = {"role_arn": ROLE, "attempts": 1, "organization": True, "include_accounts": "shop", "only_described": True}
    (target,) = Config(Settings()).targets("aws", flags)
    query = "SELECT DISTINCT region, reason FROM blind_spots WHERE account_id = '600000000001' ORDER BY region"
    with Store.open(str(tmp_path / "demarc.db")) as store:
        scan(lambda: store, target, installed("aws"), lambda _event, _collector: None)
        assert not list(queries.sql(store, query))
        many.fault(Fault("sts:AssumeRole", "denied", after=1))
        scan(lambda: store, target, installed("aws"), lambda _event, _collector: None)
        assert [tuple(row.values()) for row in queries.sql(store, query)] == [
            ("eu-west-1", "denied"),
            ("me-south-1", "denied"),
        ]


def test_a_daemon_scans_an_organization_as_one_account_of_its_own(many: SimulatedAws, tmp_path: Path) -> None:
    many.fault(Fault("sts:AssumeRole", "denied", after=1, times=1))
    account = {"provider": "aws", "name": "all", "organization": True, "role_arn": ROLE, "attempts": 1, "parallel": 1}
    narrow = {"include_units": "workloads/production", "regions": ["eu-west-1"], "services": ["sqs"]}
    settings = Settings(database=str(tmp_path / "demarc.db"), accounts=[{**account, **narrow}])  # type: ignore[arg-type]
    with Store.open(settings.database) as store:
        claim = slots.claim(store, Slot("nightly", "aws", "all", NIGHT), "a", NIGHT)
        assert claim is not None
        done = Child(Job.unpacked(Job.of(Config(settings), claim, 0).packed())).run()
        assert done.state == "done"
        assert [(each["id"], each["status"]) for each in done.accounts] == [
            (MANAGEMENT, "complete"),
            ("600000000001", "partial"),
            ("600000000002", "complete"),
        ]
        assert slots.wrote(store, claim.slot) == list(done.accounts)


def verdicts(store: Store, account: str, *checks: str) -> set[tuple[Any, ...]]:
    named = ", ".join(f"'{check}'" for check in checks)
    query = f"SELECT check_id, status FROM findings WHERE account_id = '{account}' AND check_id IN ({named})"
    return {tuple(row.values()) for row in queries.sql(store, query)}


def test_what_was_seen_once_is_unknown_and_not_closed_when_the_role_is_lost(many: SimulatedAws, tmp_path: Path) -> None:
    shop, queues = "600000000001", "SELECT count(*) AS n FROM current_resources WHERE account_id = '600000000001'"
    trail, analyzer = "aws.account.account.audit_trail", "aws.account.region.external_access_analyzed"
    with Store.open(str(tmp_path / "demarc.db")) as store:
        assert kept(store) == {"management": "complete", "forgotten": "partial", "shop": "complete"}
        (before,) = queries.sql(store, queues)
        assert before["n"] > 0
        assert verdicts(store, shop, trail, analyzer) >= {(trail, "pass"), (analyzer, "pass")}
        many.fault(Fault("sts:AssumeRole", "denied", after=1))
        assert kept(store) == {"management": "complete", "forgotten": "partial", "shop": "partial"}
        assert list(queries.sql(store, queues)) == [before]
        assert verdicts(store, shop, trail, analyzer) == {(trail, "unknown"), (analyzer, "unknown")}
