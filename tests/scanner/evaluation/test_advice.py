"""What would move to the provider follows from the split, and from nothing else."""

from __future__ import annotations

import pytest

from scanner.evaluation.advice import Advice, Certainty, Workload, advise, self_run
from scanner.model import Present, Resource
from scanner.responsibility.split import NEARNESS, areas, resolve, services

MACHINE = Resource("aws.ec2.instance", "i-1", "1", "eu-west-1", {"item": Present({})})


def workload(*managed: str, alike: tuple[str, ...] = ()) -> Workload:
    return Workload(MACHINE, "Engine", Certainty.YES, ("because",), managed, alike)


def only(*managed: str, service: str = "aws.ec2", alike: tuple[str, ...] = ()) -> Advice:
    (found,) = advise(workload(*managed, alike=alike), service)
    return found


@pytest.mark.parametrize("target", [name for name in services() if name.startswith("aws.")])
def test_every_area_of_the_split_is_told_once_and_as_the_split_has_it(target: str) -> None:
    found = only(target)
    told = (*found.moves, *found.comes, *found.stays)
    assert len({each.area for each in told}) == len(told)
    for each in told if found.to else ():
        before, after = resolve("aws.ec2", each.area, MACHINE), resolve(target, each.area)
        assert (each.before, each.after, each.source) == (before.owner, after.owner, after.source)
        assert each.customer_duty == after.customer_duty
    silent = set(areas()) - {each.area for each in told} if found.to else set()
    assert all(resolve(target, area).owner == resolve("aws.ec2", area, MACHINE).owner == "provider" for area in silent)


@pytest.mark.parametrize("target", ["aws.rds", "aws.sqs", "aws.eks"])
def test_what_moves_gets_nearer_to_the_provider(target: str) -> None:
    found = only(target)
    assert found.moves
    assert all(NEARNESS[each.after] < NEARNESS[each.before] for each in found.moves)
    assert all(NEARNESS[each.after] > NEARNESS[each.before] for each in found.comes)


def test_a_managed_database_takes_over_the_system_and_shares_the_engine() -> None:
    moved = {each.area: each.after for each in only("aws.rds").moves}
    assert moved["guest_os"] == "provider"
    assert moved["runtime"] == "shared"
    assert "identity" not in moved


def test_services_that_change_the_same_are_told_together() -> None:
    rows = list(advise(workload("aws.rds", "aws.aurora", "aws.documentdb", alike=("aws.dynamodb",)), "aws.ec2"))
    assert sorted(name for row in rows for name in row.to) == ["aws.aurora", "aws.documentdb", "aws.dynamodb", "aws.rds"]
    assert [row.clients for row in rows][-1] == "change"


def test_services_of_other_providers_and_those_that_take_nothing_are_left_out() -> None:
    assert only("gcp.cloudsql", "aws.lightsail").to == ()
    assert only("aws.ec2").moves == ()


def test_what_decides_the_owner_of_a_resource_counts() -> None:
    facts = {"item": Present({}), "capacity": Present("FARGATE")}
    on_fargate = Workload(Resource("aws.ecs.service", "s", "1", "", facts), "Engine", Certainty.YES, (), ("aws.rds",))
    assert "guest_os" not in {each.area for row in advise(on_fargate, "aws.ecs") for each in row.moves}


@pytest.mark.parametrize("provider", ["aws", "azure", "gcp"])
def test_each_cloud_offers_its_signs(provider: str) -> None:
    offered = self_run(provider)
    assert offered is not None
    assert offered.provider == provider


def test_nobody_offers_signs_of_what_is_no_cloud() -> None:
    assert self_run("nowhere") is None
