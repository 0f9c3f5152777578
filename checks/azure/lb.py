"""Checks on load balancers: what they put before the world, and what stands behind them."""

from __future__ import annotations

from collections.abc import Iterator

from checks.azure.read import Item, at, in_words, inner, many, properties, word
from checks.azure.vm_exposure import BALANCER, INNER, REMOTE, faces_internet
from checks.azure.vnet_read import link
from checks.exposures import Port
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

CLOSED: dict[Port, str] = {**INNER, **REMOTE}
LEADS = ("loadBalancingRules", "inboundNatRules", "inboundNatPools")


def _public(balancer: Resource) -> set[str]:
    """Return the ids of the frontends that have an address of the internet."""
    frontends = many(properties(balancer).get("frontendIPConfigurations"))
    return {link(one) for one in frontends if faces_internet(inner(one))}


def _offered(balancer: Resource) -> Iterator[tuple[str, Item]]:
    """Yield the name and the settings of each rule that leads the internet to something."""
    held, public = properties(balancer), _public(balancer)
    for field in LEADS:
        for one in many(held.get(field)):
            if link(inner(one), "frontendIPConfiguration.id") in public:
                yield str(one.get("name")), inner(one)


@check(
    f"{BALANCER}.inner_ports_closed",
    on=BALANCER,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Load balancer puts no inner service before the world",
    risk="Databases, remote control and the like are attacked by machines as soon as a security group lets them through.",
    fix="az network lb rule delete --lb-name {name} -g GROUP -n RULE, or: az network lb inbound-nat-rule delete --ids RULE",
)
def inner_ports_closed(balancer: Resource) -> Verdict:
    """Leave out rules for every port: the security groups of the machines choose, and are judged by themselves."""
    if not _public(balancer):
        return skipped("no address of the internet")
    found = []
    for name, rule in _offered(balancer):
        protocol, port = word(rule.get("protocol")), int(rule.get("backendPort") or 0)
        found += [f"{one} {port} ({CLOSED[one, port]}) by {name}" for one in ("tcp", "udp") if _is(protocol, one, port)]
    return failed(f"leads the world to {in_words(found)}") if found else passed("offers no inner service")


def _is(protocol: str, one: str, port: int) -> bool:
    return protocol in (one, "all") and (one, port) in CLOSED


@check(
    f"{BALANCER}.closed_unless_opened",
    on=BALANCER,
    control="network.default_deny",
    severity=Severity.MEDIUM,
    title="Load balancer lets nothing in that no rule allows",
    risk="Behind one of the old kind, machines without a security group are open to the world.",
    fix="Move {name} to the Standard SKU with Azure's upgrade script; the SKU of a load balancer cannot be changed",
)
def closed_unless_opened(balancer: Resource) -> Verdict:
    sku = word(at(balancer["item"], "sku.name")) or "basic"
    return failed("a basic load balancer, which Azure has retired") if sku == "basic" else passed(f"of the {sku} kind")


@check(
    f"{BALANCER}.health_checked",
    on=BALANCER,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Load balancer asks whether machines are well",
    risk="Connections go on to machines that answer no more.",
    fix="az network lb rule update --lb-name {name} -g GROUP -n RULE --probe-name PROBE",
)
def health_checked(balancer: Resource) -> Verdict:
    rules = many(properties(balancer).get("loadBalancingRules"))
    if not rules:
        return skipped("no rules")
    blind = [str(one.get("name")) for one in rules if not link(inner(one), "probe.id")]
    return failed(f"no probe for {in_words(blind)}") if blind else passed(f"{len(rules)} rules, each with a probe")


def _zones(one: Item) -> int:
    zones = one.get("zones")
    return len(zones) if isinstance(zones, list) else 0


@check(
    f"{BALANCER}.spans_zones",
    on=BALANCER,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Inner frontends of the load balancer stand in several zones",
    risk="When the zone fails, nothing answers.",
    fix="az network lb frontend-ip create --lb-name {name} -g GROUP -n NEW --zone 1 2 3 --vnet-name NETWORK --subnet SUBNET",
)
def spans_zones(balancer: Resource) -> Verdict:
    """Leave out frontends on the internet, whose zones are those of their addresses."""
    inside = [one for one in many(properties(balancer).get("frontendIPConfigurations")) if not faces_internet(inner(one))]
    if not inside:
        return skipped("no frontend within a network")
    narrow = [str(one.get("name")) for one in inside if _zones(one) < 2]
    return failed(f"not in several zones: {in_words(narrow)}") if narrow else passed("each in several zones")


@check(
    f"{BALANCER}.used",
    on=BALANCER,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Load balancer leads to something",
    risk="An address that leads nowhere is forgotten, and what is put behind it one day is public at once.",
    fix="az network lb delete --ids {id}",
)
def used(balancer: Resource) -> Verdict:
    held = properties(balancer)
    pools = [inner(one) for one in many(held.get("backendAddressPools"))]
    behind = sum(
        len(many(one.get("backendIPConfigurations")) or many(one.get("loadBalancerBackendAddresses"))) for one in pools
    )
    direct = [one for one in many(held.get("inboundNatRules")) if link(inner(one), "backendIPConfiguration.id")]
    return passed(f"leads to {behind + len(direct)} machines") if behind or direct else failed("leads to nothing")
