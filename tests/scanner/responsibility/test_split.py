"""The resolver: from service, area and resource to the one who owns it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Fact, Resource
from scanner.responsibility.split import (
    NEARNESS,
    TESTS,
    Cell,
    UnknownServiceError,
    _cell,
    _holds,
    areas,
    cells,
    controls,
    resolve,
    services,
)
from tests.cases import DENIED, fact, resource

VARIED = sorted(name for name, service in services().items() if service.get("variants"))
PLACES = [(service, area) for service in services() for area in areas()]


def thing(**facts: Any) -> Resource:
    return resource("test.thing", **facts)


def item(**values: Any) -> Resource:
    return thing(item=values)


class TestEveryCell:
    def test_of_every_service_resolves(self) -> None:
        for service in services():
            assert [cell.area for cell in cells(service)] == list(areas())

    def test_says_what_its_owners_do_and_where_that_is_written(self) -> None:
        for service, area in PLACES:
            cell = resolve(service, area)
            duties = {"provider": cell.provider_duty, "customer": cell.customer_duty}
            owners = duties if cell.owner == "shared" else [cell.owner]
            assert all(duties[owner] for owner in owners), cell

    def test_cites_a_source_or_inherits_from_its_model(self) -> None:
        for model_cell in (resolve(service, area) for service, area in PLACES if not services()[service].get("overrides")):
            assert model_cell.source, model_cell

    @pytest.mark.parametrize(("service", "area"), [("aws.unheard_of", "data"), ("aws.s3", "feelings"), ("", "")])
    def test_that_the_split_does_not_hold_is_told_in_one_line(self, service: str, area: str) -> None:
        with pytest.raises(UnknownServiceError, match="the split has no") as told:
            resolve(service, area)
        assert "\n" not in str(told.value)


def fx(system: str, runs: str) -> dict[str, Any]:
    """Return the row of an Azure app's settings that says what it *runs*."""
    return {"id": "/x/config/web", "properties": {f"{system}FxVersion": runs}}


def machine(system: str, mode: str) -> Resource:
    return item(properties={"osProfile": {f"{system}Configuration": {"patchSettings": {"patchMode": mode}}}})


def runtime(type: str) -> dict[str, Any]:
    return {"name": "r", "properties": {"type": type}}


RESOLVED: list[tuple[str, str, Resource | None, str]] = [
    ("aws.s3", "data", None, "customer"),
    ("aws.s3", "runtime", item(), "provider"),
    ("aws.ec2", "guest_os", None, "customer"),
    ("gcp.gce", "guest_os", item(), "customer"),
    ("m365.tenant", "network", item(), "provider"),
    ("aws.rds", "guest_os", None, "provider"),
    ("aws.rds", "guest_os", item(Engine="postgres"), "provider"),
    ("aws.rds", "guest_os", item(Engine="custom-oracle-ee"), "customer"),
    ("aws.rds", "guest_os", item(Engine="custom-sqlserver-se"), "shared"),
    ("aws.rds", "guest_os", thing(item=DENIED), "customer"),
    ("aws.eks", "guest_os", item(), "shared"),
    ("aws.eks", "guest_os", thing(item={}, cluster={"computeConfig": {"enabled": True}}), "provider"),
    ("aws.eks", "guest_os", thing(item={}, cluster={"computeConfig": {"enabled": False}}), "shared"),
    ("aws.eks", "guest_os", thing(item={}, cluster=None), "shared"),
    ("aws.eks", "guest_os", thing(item={}, cluster=DENIED), "customer"),
    ("aws.eks", "guest_os", thing(item={}, nodegroup={"amiType": "CUSTOM"}), "customer"),
    ("aws.eks", "guest_os", thing(item={}, nodegroup={"amiType": "AL2023_x86_64_STANDARD"}), "shared"),
    ("aws.eks", "guest_os", thing(item={}, cluster={"remoteNetworkConfig": {"remoteNodeNetworks": []}}), "customer"),
    ("aws.eks", "host", thing(item={}, cluster={"remoteNetworkConfig": {"remoteNodeNetworks": []}}), "customer"),
    ("aws.eks", "guest_os", thing(item={"fargateProfileName": "x"}, profile={"status": "ACTIVE"}), "provider"),
    ("aws.lambda", "runtime", item(PackageType="Zip", Runtime="python3.12"), "shared"),
    ("aws.lambda", "runtime", item(PackageType="Image"), "customer"),
    ("aws.ecs", "guest_os", item(capacity="EC2"), "customer"),
    ("aws.ecs", "guest_os", item(capacity="FARGATE"), "provider"),
    ("aws.ecs", "guest_os", item(capacity="MANAGED_INSTANCES"), "provider"),
    ("gcp.gke", "guest_os", item(autopilot={"enabled": True}), "provider"),
    ("gcp.gke", "guest_os", item(autopilot={"enabled": False}), "shared"),
    ("azure.aks", "guest_os", item(sku={"name": "Automatic"}), "provider"),
    ("azure.aks", "guest_os", item(sku={"name": "Base"}), "shared"),
    ("gcp.appengine", "guest_os", item(env="standard"), "provider"),
    ("gcp.appengine", "runtime", item(env="flex"), "customer"),
    ("azure.appservice", "runtime", item(properties={"siteConfig": {"linuxFxVersion": "PYTHON|3.12"}}), "shared"),
    ("azure.appservice", "runtime", item(properties={"siteConfig": {"linuxFxVersion": "DOCKER|x/y:1"}}), "customer"),
    ("azure.appservice", "runtime", thing(item={}, settings=[fx("Linux", "DOCKER|x/y:1")]), "customer"),
    ("azure.appservice", "runtime", thing(item={}, settings=[], config={"linuxFxVersion": "sitecontainers"}), "customer"),
    ("azure.appservice", "runtime", thing(item={}, settings=[fx("Linux", "NODE|22-lts")], config=None), "shared"),
    ("azure.appservice", "runtime", thing(item={}, settings=[], config=DENIED), "customer"),
    ("azure.functions", "runtime", thing(item={}, settings=[fx("Windows", "DOCKER|x/y:1")]), "customer"),
    ("azure.functions", "runtime", thing(item={}, settings=[], config={"windowsFxVersion": "DOCKER|x/y:1"}), "customer"),
    ("azure.vm", "guest_os", machine("linux", "AutomaticByPlatform"), "shared"),
    ("azure.vm", "guest_os", machine("windows", "AutomaticByPlatform"), "shared"),
    ("azure.vm", "guest_os", machine("linux", "ImageDefault"), "customer"),
    ("azure.vm", "guest_os", machine("windows", "AutomaticByOS"), "customer"),
    ("azure.datafactory", "guest_os", thing(item={}, integration_runtimes=[runtime("Managed")]), "provider"),
    ("azure.datafactory", "guest_os", thing(item={}, integration_runtimes=[runtime("SelfHosted")]), "customer"),
]


@pytest.mark.parametrize(("service", "area", "resource", "owner"), RESOLVED)
def test_owner(service: str, area: str, resource: Resource | None, owner: str) -> None:
    assert resolve(service, area, resource).owner == owner


def test_a_variant_that_names_a_model_takes_its_cells_and_not_the_services_own() -> None:
    assert resolve("aws.ecs", "guest_os", item(capacity="EC2")).service_model == "caas_nodes"
    assert resolve("aws.ecs", "guest_os", item(capacity="FARGATE")).service_model == "caas_serverless"
    assert resolve("aws.ecs", "data", item(capacity="FARGATE")).service_model == "caas_serverless"


def test_the_first_variant_that_holds_decides() -> None:
    both = thing(item={}, cluster={"computeConfig": {"enabled": True}}, nodegroup={"amiType": "CUSTOM"})
    assert resolve("aws.eks", "guest_os", both).owner == "provider"


# What a property may be: every value that some predicate asks for, and others.
VALUES = sorted(
    {
        str(each)
        for service in services().values()
        for variant in service.get("variants", ())
        for predicate in variant["when"]
        for each in (predicate["value"] if isinstance(predicate.get("value"), list) else [predicate.get("value")])
        if each
    }
)
PROPERTIES = st.sampled_from([*VALUES, "other", True, False, "true", "false", 3, None]) | st.lists(st.sampled_from(VALUES))


@st.composite
def resources_of(draw: st.DrawFn, service: str) -> tuple[Resource, Resource]:
    """Return a resource of which everything was read, and the same with facts that were not."""
    facts: dict[str, Fact] = {"item": fact(draw(st.dictionaries(st.sampled_from(["other"]), PROPERTIES)))}
    for path in {predicate["path"] for variant in services()[service]["variants"] for predicate in variant["when"]}:
        if draw(st.booleans()):
            name, *steps = path.split(".")
            value: Any = draw(PROPERTIES)
            for step in reversed(steps):
                value = {step: value}
            facts[name] = fact(value)
    hidden = draw(st.sets(st.sampled_from(sorted(facts))))
    return Resource("test.thing", "x", "1", "north", facts), thing(**{**facts, **dict.fromkeys(hidden, DENIED)})


@st.composite
def varied(draw: st.DrawFn) -> tuple[str, str, Resource, Resource]:
    service = draw(st.sampled_from(VARIED))
    return service, draw(st.sampled_from(sorted(areas()))), *draw(resources_of(service))


class TestUnread:
    """Not knowing never moves an area nearer to the provider."""

    @given(varied())
    def test_what_is_hidden_never_makes_it_less_the_customers(self, given: tuple[str, str, Resource, Resource]) -> None:
        service, area, seen, hidden = given
        assert NEARNESS[resolve(service, area, hidden).owner] >= NEARNESS[resolve(service, area, seen).owner]

    @pytest.mark.parametrize("service", VARIED)
    def test_with_everything_hidden_the_variant_nearest_to_the_customer_counts(self, service: str) -> None:
        numbers = range(-1, len(services()[service]["variants"]))
        for area in areas():
            nearest = max(NEARNESS[_cell(service, area, number).owner] for number in numbers)
            assert NEARNESS[resolve(service, area, thing(item=DENIED)).owner] == nearest

    @given(varied())
    def test_the_owner_is_one_that_some_variant_names(self, given: tuple[str, str, Resource, Resource]) -> None:
        service, area, _, hidden = given
        every: list[Cell] = [_cell(service, area, number) for number in range(-1, len(services()[service]["variants"]))]
        assert resolve(service, area, hidden) in every


OPERATORS: list[tuple[Mapping[str, Any], Any, bool | None]] = [
    ({"op": "eq", "value": "a"}, "a", True),
    ({"op": "eq", "value": "a"}, "b", False),
    ({"op": "eq", "value": "a"}, None, False),
    ({"op": "eq", "value": "a"}, ["b", "a"], True),
    ({"op": "ne", "value": "a"}, "b", True),
    ({"op": "ne", "value": "a"}, "a", False),
    ({"op": "ne", "value": "a"}, None, False),
    ({"op": "in", "value": ["a", "b"]}, "b", True),
    ({"op": "in", "value": ["a", "b"]}, "c", False),
    ({"op": "prefix", "value": "ab"}, "abc", True),
    ({"op": "prefix", "value": "ab"}, "cab", False),
    ({"op": "prefix", "value": "1"}, 12, True),
    ({"op": "exists"}, "x", True),
    ({"op": "exists"}, "", True),
    ({"op": "exists"}, False, True),
    ({"op": "exists"}, None, False),
    ({"op": "absent"}, None, True),
    ({"op": "absent"}, "x", False),
    ({"op": "true"}, True, True),
    ({"op": "true"}, "true", True),
    ({"op": "true"}, False, False),
    ({"op": "true"}, None, False),
    ({"op": "false"}, False, True),
    ({"op": "false"}, "false", True),
    ({"op": "false"}, None, False),
]


class TestOperators:
    @pytest.mark.parametrize(("predicate", "value", "holds"), OPERATORS)
    def test_hold(self, predicate: Mapping[str, Any], value: Any, holds: bool) -> None:
        assert _holds({"path": "Inner.Thing", **predicate}, item(Inner={"Thing": value})) is holds
        assert _holds({"path": "Inner.Thing", **predicate}, thing(item={}, Inner={"Thing": value})) is holds

    @pytest.mark.parametrize("op", sorted(TESTS))
    def test_of_what_was_not_read_nobody_knows(self, op: str) -> None:
        predicate = {"path": "Inner.Thing", "op": op, "value": ["a"] if op == "in" else "a"}
        assert _holds(predicate, thing(item=DENIED)) is None
        assert _holds(predicate, thing(item={}, Inner=DENIED)) is None

    def test_every_one_is_tried_here(self) -> None:
        assert {predicate["op"] for predicate, _, _ in OPERATORS} == set(TESTS)

    def test_a_type_without_the_fact_does_not_have_the_property(self) -> None:
        assert _holds({"path": "Inner.Thing", "op": "exists"}, thing()) is False


def test_controls_start_with_their_area() -> None:
    assert {control.partition(".")[0] for control in controls()} <= set(areas())
    assert all(control.count(".") == 1 and said and not said.endswith(".") for control, said in controls().items())
