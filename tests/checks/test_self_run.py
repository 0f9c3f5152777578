"""Signs of software that customers run themselves, on each cloud, and the look-alikes that are none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from checks.aws import self_run as aws
from checks.azure import self_run as azure
from checks.gcp import self_run as gcp
from checks.self_run import engines, image, narrow
from scanner.evaluation.advice import Certainty, SelfRun, Unseen, Workload, advise
from scanner.model import Resource
from scanner.responsibility.split import services
from tests.cases import DENIED, FakeInventory, Unlisted, resource, unlisted
from tests.checks.azure.net import item, known, part, rule, security_group, to

YES, PROBABLY, POSSIBLY = Certainty.YES, Certainty.PROBABLY, Certainty.POSSIBLY
VALKEY = {"containers": [{"image": "valkey:8"}]}
NETWORK = "projects/p/global/networks/main"


def found(offered: SelfRun, *given: Resource | Unlisted) -> list[Workload | Unseen]:
    gaps = tuple(each for each in given if isinstance(each, Unlisted))
    return list(offered.find(FakeInventory(tuple(each for each in given if isinstance(each, Resource)), gaps)))


def said(offered: SelfRun, *given: Resource | Unlisted) -> set[tuple[str, Certainty]]:
    return {(each.engine, each.certainty) for each in found(offered, *given) if isinstance(each, Workload)}


def named(text: str) -> set[str]:
    return {each.name for each in engines() if each.named(text)}


@pytest.mark.parametrize(
    ("text", "engine"),
    [
        ("postgres:16-alpine", "PostgreSQL"),
        ("postgresql-15", "PostgreSQL"),
        ("Orders-Postgres15-Primary", "PostgreSQL"),
        ("redis7", "Redis or Valkey"),
        ("Windows with SQL Server Standard", "SQL Server"),
        ("sql2019-ws2022 SQLServer", "SQL Server"),
        ("mysql-server-8.0", "MySQL or MariaDB"),
        ("confluent_kafka_1", "Kafka"),
        ("rabbitmq", "RabbitMQ"),
    ],
)
def test_a_name_tells_what_runs(text: str, engine: str) -> None:
    assert named(text) == {engine}


@pytest.mark.parametrize(
    "text",
    [
        "postgres-exporter:0.15",
        "redis-client",
        "mysql-backup",
        "kafka-ui",
        "proxy-postgres",
        "libs-mysql",
        "mongoose",
        "phpmyadmin",
        "predis",
        "dockerhub",
        "",
    ],
)
def test_what_only_speaks_to_it_or_sounds_like_it_does_not(text: str) -> None:
    assert named(text) == set()


def test_the_registry_of_an_image_says_nothing() -> None:
    assert image("redis.example.com/kafka/shop@sha256:abc") == ("image", "shop")


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("bitnami/postgresql:16.4-debian-12", "postgresql:16.4"),
        ("localhost:5000/redis", "redis"),
        ("shop:redis-cache", "shop"),
        ("shop:1.2-postgres@sha256:abc", "shop:1.2"),
        ("", ""),
    ],
)
def test_the_tag_of_an_image_says_which_version_and_nothing_more(reference: str, name: str) -> None:
    assert image(reference) == ("image", name)


@pytest.mark.parametrize(("low", "high", "ports"), [(5432, 5432, [5432]), (0, 65535, []), (-1, -1, []), (9, 3, [])])
def test_a_wide_rule_says_nothing_of_what_listens(low: int, high: int, ports: list[int]) -> None:
    assert list(narrow(low, high)) == ports


def test_every_service_that_is_named_is_one_of_the_split() -> None:
    assert {name for each in engines() for name in (*each.managed, *each.alike)} <= services().keys()
    assert all(each.managed or each.alike for each in engines())


def test_each_port_tells_one_engine() -> None:
    ports = [port for each in engines() for port in each.ports]
    assert len(ports) == len(set(ports))


# AWS.


def instance(tags: dict[str, str] | None = None, made: str = "al2023", **item: Any) -> Resource:
    given = {"InstanceId": "i-1", "State": {"Name": "running"}, "PlatformDetails": "Linux/UNIX", **item}
    image = {"ImageMetadata": {"Name": made}}
    return resource("aws.ec2.instance", id="i-1", region="eu-west-1", item=given, image=image, tags=tags or {})


def group(*rules: dict[str, Any]) -> Resource:
    return resource("aws.vpc.security_group", id="sg-1", region="eu-west-1", item={"GroupId": "sg-1", "IpPermissions": rules})


def tcp(low: int, high: int = 0) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": low, "ToPort": high or low}


IN_GROUP: dict[str, Any] = {"SecurityGroups": [{"GroupId": "sg-1"}]}
ALL_OPEN = {"IpProtocol": "-1"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([instance(**IN_GROUP), group(tcp(5432))], {("PostgreSQL", POSSIBLY)}),
        ([instance({"Role": "postgres"}, **IN_GROUP), group(tcp(5432))], {("PostgreSQL", PROBABLY)}),
        ([instance(made="bitnami-redis-7.2")], {("Redis or Valkey", PROBABLY)}),
        ([instance(PlatformDetails="Windows with SQL Server Web")], {("SQL Server", YES)}),
        ([instance(**IN_GROUP), group(tcp(0, 65535), ALL_OPEN, {**tcp(6379), "IpProtocol": "udp"})], set()),
        ([instance({"Owner": "team-postgres"})], set()),
        ([instance({"eks:cluster-name": "shop"}, **IN_GROUP), group(tcp(10250))], set()),
        ([instance(Operator={"Managed": True, "Principal": "eks"}, **IN_GROUP), group(tcp(10250))], set()),
    ],
)
def test_instances(given: list[Resource], expected: set[Any]) -> None:
    assert said(aws.SELF_RUN, *given) == expected


def test_containers_of_ecs_say_what_runs() -> None:
    definition = {"containerDefinitions": [{"image": "docker.io/library/rabbitmq:3"}, {"image": "shop:1"}]}
    assert said(aws.SELF_RUN, resource("aws.ecs.task_definition", definition=definition)) == {("RabbitMQ", YES)}


@pytest.mark.parametrize(
    ("kinds", "moves"),
    [(["FARGATE"], False), (["MANAGED_INSTANCES"], False), (["EC2"], True), (["EC2", "FARGATE"], True), ([], True)],
)
def test_machines_of_the_provider_are_not_said_to_move_to_it(kinds: list[str], *, moves: bool) -> None:
    definition = {"containerDefinitions": [{"image": "redis:7"}], "requiresCompatibilities": kinds}
    (only,) = found(aws.SELF_RUN, resource("aws.ecs.task_definition", definition=definition))
    assert isinstance(only, Workload)
    assert ("guest_os" in {each.area for row in advise(only, "aws.ecs") for each in row.moves}) is moves


def test_all_that_says_so_is_told_together() -> None:
    (only,) = found(aws.SELF_RUN, instance({"Name": "db-postgres"}, **IN_GROUP), group(tcp(5432)))
    assert isinstance(only, Workload)
    assert only.evidence == ("tag Name db-postgres", "port 5432: sg-1")


def why(rows: Iterable[Workload | Unseen]) -> str:
    return "; ".join(each.why for each in rows if isinstance(each, Unseen))


def test_what_could_not_be_read_is_told_and_the_rest_is_found() -> None:
    rows = found(aws.SELF_RUN, instance({"Name": "redis"}, **IN_GROUP), unlisted("aws.vpc.security_group"))
    assert [each.engine for each in rows if isinstance(each, Workload)] == ["Redis or Valkey"]
    assert "aws.vpc.security_group" in why(rows)
    blind = resource("aws.ecs.task_definition", definition=DENIED)
    assert "aws.ecs.task_definition definition" in why(found(aws.SELF_RUN, blind, unlisted("aws.ec2.instance")))


# Azure.


def machine(offer: str = "debian", tags: dict[str, str] | None = None, name: str = "vm-1") -> Resource:
    profile = {"imageReference": {"publisher": "p", "offer": offer, "sku": "s"}}
    interfaces = {"networkInterfaces": [to("networkInterfaces", "nic")]}
    row = item({"tags": tags or {}}, storageProfile=profile, networkProfile=interfaces)
    return resource("azure.vm.machine", id=name, name=name, item=row)


def let_in(*ports: str) -> list[Resource]:
    """Return an interface, whose security group lets TCP in on *ports*."""
    rules = [rule(100 + number, destinationPortRange=port) for number, port in enumerate(ports)]
    held = {"networkSecurityGroup": to("networkSecurityGroups", "own")}
    nic = known("azure.vnet.interface", "networkInterfaces", "nic", ipConfigurations=[part()], **held)
    return [nic, security_group("own", *rules)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([machine(), *let_in("27017")], {("MongoDB", POSSIBLY)}),
        ([machine(), *let_in("*", "1000-9999")], set()),
        ([machine("bitnami-kafka"), *let_in("22")], {("Kafka", PROBABLY)}),
        ([machine(tags={"role": "memcached"}), *let_in()], {("Memcached", PROBABLY)}),
        ([machine(name="elasticsearch-01"), *let_in()], {("Elasticsearch or OpenSearch", PROBABLY)}),
        ([machine(tags={"aks-managed-poolName": "system"}), *let_in("10250")], set()),
        ([resource("azure.sqlvm.machine", item=item())], {("SQL Server", YES)}),
        (
            [resource("azure.aci.group", item=item(containers=[part(image="docker.io/library/nginx:1")]))],
            {("NGINX, HAProxy or Traefik", YES)},
        ),
        (
            [resource("azure.containerapps.app", item=item(template={"containers": [{"image": "valkey:8"}]}))],
            {("Redis or Valkey", YES)},
        ),
    ],
)
def test_azure(given: list[Resource], expected: set[Any]) -> None:
    assert said(azure.SELF_RUN, *given) == expected


def test_machines_whose_networks_are_elsewhere_are_told_of() -> None:
    assert "azure.vnet.interface nic" in why(found(azure.SELF_RUN, machine()))


# Google Cloud.


def vm(name: str = "vm-1", labels: dict[str, str] | None = None, packages: tuple[str, ...] = (), **fields: Any) -> Resource:
    row = {"networkInterfaces": [{"network": NETWORK}], "tags": {"items": ["db"]}, **fields}
    items = {each: {"installedPackage": {"aptPackage": {"packageName": each}}} for each in packages}
    inventory = {"items": items} if packages else None
    return resource("gcp.gce.instance", id=name, name=name, item=row, os_inventory=inventory, tags=labels or {})


def firewall(*ports: str, **fields: Any) -> Resource:
    row = {"network": NETWORK, "allowed": [{"IPProtocol": "tcp", "ports": list(ports)}], "targetTags": ["db"], **fields}
    return resource("gcp.vpc.firewall", id="rule", item=row)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([vm(packages=("openssl", "redis-server", "postgresql-client-15"))], {("Redis or Valkey", YES)}),
        ([vm(disks=[{"licenses": ["https://www.googleapis.com/x/licenses/sql-server-2019-web"]}])], {("SQL Server", YES)}),
        ([vm("orders-mysql-1")], {("MySQL or MariaDB", PROBABLY)}),
        ([vm(labels={"app": "rabbitmq"})], {("RabbitMQ", PROBABLY)}),
        ([vm(), firewall("9092", "5672-5673")], {("Kafka", POSSIBLY), ("RabbitMQ", POSSIBLY)}),
        ([vm(), firewall("5432", targetTags=["web"])], set()),
        ([vm(), firewall("5432", targetTags=[])], set()),
        ([vm(), firewall("5432", direction="EGRESS")], set()),
        ([vm(), firewall("5432", network="projects/p/global/networks/other")], set()),
        ([vm(), firewall("all", "x-y", "5432-")], set()),
        ([vm(labels={"goog-gke-node": ""}), firewall("10250")], set()),
    ],
)
def test_google_cloud(given: list[Resource], expected: set[Any]) -> None:
    assert said(gcp.SELF_RUN, *given) == expected


def test_packages_that_could_not_be_read_hide_no_other_sign() -> None:
    blind = resource("gcp.gce.instance", name="postgres-1", item={}, os_inventory=DENIED, tags={})
    rows = found(gcp.SELF_RUN, blind)
    assert [each.engine for each in rows if isinstance(each, Workload)] == ["PostgreSQL"]
    assert "os_inventory" in why(rows)
