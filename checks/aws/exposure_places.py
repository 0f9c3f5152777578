"""What of AWS has an address of the internet: network interfaces, load balancers, databases, and names that AWS answers to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from checks.aws import apigateway, apigateway_http, policy
from checks.aws.balancers import FACING, carried
from checks.aws.document import Document
from checks.aws.elb import BALANCER, listeners
from checks.aws.exposure_paths import Place, openings
from checks.aws.instances import INSTANCE, Item, addresses
from checks.aws.policy import Level
from checks.exposures import Port
from checks.world import PRIVATE, stretch
from scanner.evaluation.check import Check
from scanner.evaluation.exposure import INTERNET, Opening
from scanner.model import Inventory, Present, Resource, UnreadError, values_at

INTERFACE, CLASSIC = "aws.vpc.network_interface", "aws.elb.classic_load_balancer"
# Interfaces that take no connections from outside, by EC2's InterfaceType.
OUTWARD = {"natGateway", "nat_gateway"}
ACCELERATED = "global_accelerator_managed"
# Those of services that are followed by themselves, which know their ports. By how the service describes them.
FOLLOWED = ("ELB ", "RDSNetworkInterface", "RedshiftNetworkInterface")
UNASKED = "the policy of the alias that the address leads to is not read"
KEEPS_CALLERS = {"TCP", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"}


def interfaces(inventory: Inventory) -> Iterator[Opening]:
    """Yield what the world reaches at network interfaces: machines, tasks, and whatever else services put into VPCs."""
    for each in inventory.all(INTERFACE):
        if each["item"].get("InterfaceType") == ACCELERATED:
            path = (str(each["item"]["NetworkInterfaceId"]), str(each["item"].get("SubnetId")))
            yield _served(each, *path, what="what Global Accelerator leads to", doubt="to what it leads there is not read")
        elif (place := at(each, inventory)) is not None:
            yield from openings(place, inventory)


def at(interface: Resource, inventory: Inventory) -> Place | None:
    """Return an interface as a place, named after the instance that it is on; ``None`` where nobody outside finds it."""
    item = interface["item"]
    foreign = (item.get("OwnerId") or interface.account) != interface.account
    id = (item.get("Attachment") or {}).get("InstanceId")
    followed = not id and item.get("Description", "").startswith(FOLLOWED)  # anybody may describe its own so
    if foreign or followed or item.get("InterfaceType") in OUTWARD:
        return None
    instance, rest, doubt = _instance(id, interface.region, inventory) if id else (None, "", "")
    rest = "the interface is attached to nothing" if item.get("Status") == "available" else rest
    doubts = tuple(filter(None, (rest, doubt)))
    place = standing(item, instance or interface, id or item.get("Description", ""), doubts)
    return replace(place, rest=rest) if place is not None else None


def standing(row: Item, resource: Resource, onward: str = "", doubts: tuple[str, ...] = ()) -> Place | None:
    """Return *resource* as it stands at one interface, by that one's row; ``None`` where it has no address of the internet."""
    known = {family: address for family, address in addresses(row).items() if family == 4 or not _inner(row, address)}
    if not known:
        return None
    groups = tuple(group["GroupId"] for group in row.get("Groups") or [])
    path = tuple(filter(None, (row["NetworkInterfaceId"], onward)))
    return Place(resource, ", ".join(known.values()), tuple(known), (row["SubnetId"],), groups, None, path, doubts)


def _inner(row: Item, address: str) -> bool:
    """Tell whether an IPv6 address is kept from the internet: by its kind, or because whoever made it says so."""
    low, high = stretch(address)[1]
    private = any(first <= low and high <= last for first, last in PRIVATE[6])
    return private or bool(row.get("DenyAllIgwTraffic"))


def _instance(id: str, region: str, inventory: Inventory) -> tuple[Resource | None, str, str]:
    """Return an instance, why it answers nobody for now, and why that is not known."""
    try:
        found = next(iter(inventory.where(INSTANCE, "item.InstanceId", id, region=region)), None)
    except UnreadError:
        return None, "", f"whether {id} runs was not read"
    state = found["item"]["State"]["Name"] if found else "running"
    return found, "" if state == "running" else f"the instance is {state}", ""


def balancers(inventory: Inventory) -> Iterator[Opening]:
    """Yield the listeners that the world reaches, with the targets that they lead to."""
    for balancer in inventory.all(BALANCER):
        item = balancer["item"]
        if item.get("Scheme") == FACING and item.get("Type") != "gateway":
            for listener in listeners(balancer, inventory):
                yield from openings(_listener(balancer, listener), inventory)


def _listener(balancer: Resource, listener: Resource) -> Place:
    item, row = balancer["item"], listener["item"]
    protocol = row.get("Protocol", "")
    groups = tuple(item.get("SecurityGroups") or ())
    unfiltered = not groups and protocol in KEEPS_CALLERS
    return Place(
        balancer,
        item["DNSName"],
        _families(item.get("IpAddressType", "ipv4")),
        tuple(each["SubnetId"] for each in item.get("AvailabilityZones") or [] if each.get("SubnetId")),
        groups,
        frozenset(carried(protocol, row.get("Port") or 0)),
        tuple(dict.fromkeys(_targets(listener))),
        ("whether the groups of its targets let callers in is not read",) if unfiltered else (),
    )


def _families(kind: str) -> tuple[int, ...]:
    # Source: ELBv2 API reference, "IpAddressType".
    return {"ipv4": (4,), "dualstack-without-public-ipv4": (6,)}.get(kind, (4, 6))


def _targets(listener: Resource) -> Iterator[str]:
    """Yield the target groups that a listener leads to by itself or, as far as they were read, by its rules."""
    actions = list(listener["item"].get("DefaultActions") or [])
    if isinstance(rules := listener.facts.get("rules"), Present):
        actions += [action for rule in rules.value or [] for action in rule.get("Actions") or []]
    for action in actions:
        named = [each.get("TargetGroupArn") for each in (action.get("ForwardConfig") or {}).get("TargetGroups") or []]
        for arn in (*named, action.get("TargetGroupArn")):
            if arn:
                yield f"target group {arn.rpartition(':targetgroup/')[2].partition('/')[0]}"


def classics(inventory: Inventory) -> Iterator[Opening]:
    """Yield the listeners of classic load balancers that the world reaches, with the instances behind."""
    for balancer in inventory.all(CLASSIC):
        item = balancer["item"]
        if item.get("Scheme") != FACING:
            continue
        for each in item.get("ListenerDescriptions") or []:
            listener = each["Listener"]
            ports = frozenset(carried(listener["Protocol"].upper(), listener["LoadBalancerPort"]))
            behind = tuple(target["InstanceId"] for target in item.get("Instances") or [])
            subnets, groups = tuple(item.get("Subnets") or ()), tuple(item.get("SecurityGroups") or ())
            yield from openings(Place(balancer, item["DNSName"], (4,), subnets, groups, ports, behind), inventory)


def _at(path: str) -> Callable[[Resource], Iterable[int]]:
    return lambda resource: (each for each in values_at(resource, path) if isinstance(each, int))


def _of_broker(broker: Resource) -> Iterator[int]:
    """Yield the ports in the addresses that a broker names."""
    for path in ("broker.BrokerInstances.Endpoints", "broker.BrokerInstances.ConsoleURL"):
        for url in values_at(broker, path):
            parts = urlsplit(str(url))
            if port := parts.port or (443 if parts.scheme == "https" else None):
                yield port


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A type that AWS gives an address of the internet when asked to: where its item says so, and where it stands."""

    type: str
    public: str
    groups: str
    ports: Callable[[Resource], Iterable[int]]
    subnets: str = ""
    single: bool = False
    state: str = ""


def _of_rds(type: str) -> Endpoint:
    return Endpoint(
        type,
        "item.PubliclyAccessible",
        "item.VpcSecurityGroups.VpcSecurityGroupId",
        _at("item.Endpoint.Port"),
        "item.DBSubnetGroup.Subnets.SubnetIdentifier",
        single=True,
        state="item.DBInstanceStatus",
    )


NODES = "item.Provisioned.BrokerNodeGroupInfo."
# Of a cluster of Redshift only the name of its subnet group is read. Clusters of RDS are reached by their instances.
ENDPOINTS = (
    *(_of_rds(f"aws.{each}.instance") for each in ("rds", "aurora", "documentdb", "neptune")),
    Endpoint(
        "aws.redshift.cluster",
        "item.PubliclyAccessible",
        "item.VpcSecurityGroups.VpcSecurityGroupId",
        _at("item.Endpoint.Port"),
        state="item.ClusterStatus",
    ),
    Endpoint(
        "aws.redshiftserverless.workgroup",
        "item.publiclyAccessible",
        "item.securityGroupIds",
        _at("item.endpoint.port"),
        "item.subnetIds",
    ),
    Endpoint("aws.mq.broker", "broker.PubliclyAccessible", "broker.SecurityGroups", _of_broker, "broker.SubnetIds"),
    # Source: Amazon MSK developer guide, "Port information": what brokers listen on for the internet.
    Endpoint(
        "aws.msk.cluster",
        f"{NODES}ConnectivityInfo.PublicAccess.Type",
        f"{NODES}SecurityGroups",
        lambda _: (9194, 9196, 9198),
        f"{NODES}ClientSubnets",
    ),
)
PUBLIC = (True, "SERVICE_PROVIDED_EIPS")
AT_REST = ("stopped", "stopping", "paused")


def endpoints(endpoint: Endpoint) -> Callable[[Inventory], Iterator[Opening]]:
    """Return what follows the ways to everything of one type."""

    def follow(inventory: Inventory) -> Iterator[Opening]:
        for each in inventory.all(endpoint.type):
            try:
                place = _endpoint(endpoint, each)
            except UnreadError as error:
                yield Opening(each.type, each.id, each.region, "its ports", INTERNET, (), (str(error),))
                continue
            if place is not None:
                yield from openings(place, inventory)

    return follow


def _endpoint(endpoint: Endpoint, resource: Resource) -> Place | None:
    if not any(each in PUBLIC for each in values_at(resource, endpoint.public)):
        return None
    ports: frozenset[Port] = frozenset(("tcp", port) for port in endpoint.ports(resource))
    groups = tuple(str(each) for each in values_at(resource, endpoint.groups))
    subnets = tuple(str(each) for each in values_at(resource, endpoint.subnets)) if endpoint.subnets else ()
    states = [str(each) for each in values_at(resource, endpoint.state)] if endpoint.state else []
    doubts = [f"it is {each}" for each in states if each in AT_REST]
    doubts += ["on which port it listens was not told"] if not ports else []
    doubts += ["which groups filter was not told"] if not groups else []
    named = f"the public address of {resource.name}"
    return Place(resource, named, (4,), subnets, groups, ports or None, (), tuple(doubts), endpoint.single)


@dataclass(frozen=True, slots=True)
class Front:
    """A type whose resources AWS serves to the internet: what of one is served, with the path to it."""

    type: str
    served: Callable[[Resource, Inventory], Iterator[Opening]]


def _served(resource: Resource, *path: str, doubt: str = "", what: str = "https 443") -> Opening:
    return Opening(resource.type, resource.id, resource.region, what, INTERNET, path, (doubt,) if doubt else ())


def _callers(check: Check, resource: Resource, inventory: Inventory) -> str:
    return f"callers: {check(resource, inventory).because}"


def _of_rest_api(api: Resource, inventory: Inventory) -> Iterator[Opening]:
    item = api["item"]
    if apigateway.endpoint_types(item) != {"PRIVATE"}:
        off = bool(item.get("disableExecuteApiEndpoint"))
        document = apigateway.document(api)  # without one, whoever a method admits
        level, doubt = (Level.PUBLIC, "") if document is None else _admits(document, api.account)
        if level is Level.PUBLIC:
            yield _api(api, item["id"], _callers(apigateway.methods_authorized, api, inventory), off=off, doubt=doubt)


def _of_http_api(api: Resource, inventory: Inventory) -> Iterator[Opening]:
    item = api["item"]
    off = bool(item.get("DisableExecuteApiEndpoint"))
    yield _api(api, item["ApiId"], _callers(apigateway_http.routes_authorized, api, inventory), off=off)


def _api(api: Resource, id: str, callers: str, *, off: bool, doubt: str = "") -> Opening:
    address = f"{id}.execute-api.{api.region}"
    if off:
        return _served(api, f"{address} is off", callers, doubt="which domain names lead to it is not read")
    return _served(api, address, callers, doubt=doubt)


def _of_function(function: Resource, _inventory: Inventory) -> Iterator[Opening]:
    """Yield the addresses of a function that answer strangers: what it says of callers, and its policy, decide together."""
    for url in function["urls"] or []:
        signed = url["AuthType"] != "NONE"
        aliased = str(url.get("FunctionArn", function.id)) != function.id
        level, doubt = (Level.PUBLIC, UNASKED) if aliased else _admits(function["policy"], function.account)
        if level is Level.PUBLIC:
            callers = "callers: with signed requests only" if signed else "callers: without a sign-in"
            yield _served(function, url["FunctionUrl"], callers, doubt=doubt)


def _admits(document: Document, account: str) -> tuple[Level, str]:
    """Return how far a policy reaches, and why perhaps not so far."""
    found = policy.reach(document, account=account)
    return found.level, "conditions of its policy are not decided" if found.possibly else ""


def _of_distribution(distribution: Resource, _inventory: Inventory) -> Iterator[Opening]:
    item = distribution["item"]
    if item.get("Enabled"):
        names = ", ".join([item["DomainName"], *((item.get("Aliases") or {}).get("Items") or [])])
        origins = ", ".join(each["DomainName"] for each in (item.get("Origins") or {}).get("Items") or [])
        yield _served(distribution, names, f"origin {origins}", what="http 80, https 443")


def _of_graphql_api(api: Resource, _inventory: Inventory) -> Iterator[Opening]:
    item = api["item"]
    if item.get("visibility", "GLOBAL") != "PRIVATE":
        yield _served(api, f"the address of {api.name}", f"callers: {item.get('authenticationType', 'not told')}")


FRONTS = (
    Front("aws.apigateway.rest_api", _of_rest_api),
    Front("aws.apigateway.http_api", _of_http_api),
    Front("aws.lambda.function", _of_function),
    Front("aws.cloudfront.distribution", _of_distribution),
    Front("aws.appsync.graphql_api", _of_graphql_api),
)


def fronts(front: Front) -> Callable[[Inventory], Iterator[Opening]]:
    """Return what tells everything of one type that AWS serves."""

    def follow(inventory: Inventory) -> Iterator[Opening]:
        for each in inventory.all(front.type):
            try:
                yield from front.served(each, inventory)
            except UnreadError as error:
                yield Opening(each.type, each.id, each.region, "https 443", INTERNET, (), (str(error),))

    return follow
