"""Checks on VPC networks, subnets, addresses, routes and attachments. What firewalls let in: `vpc_firewalls.py`."""

from __future__ import annotations

from collections.abc import Iterator

from checks.gcp.firewall_rules import FIREWALL, NETWORK, POLICY
from checks.gcp.read import Item, either, in_words, last, many, named, place, yes
from checks.world import EVERYWHERE, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

SUBNET, ADDRESS, ROUTE = "gcp.vpc.subnetwork", "gcp.vpc.address", "gcp.vpc.route"
FORWARDING = "gcp.lb.forwarding_rule"
ROUTER = "gcp.router.router"
ATTACHMENT = "gcp.vpc.service_attachment"
SET = "gcloud compute networks subnets update {name} --project={account} --region={region} "
# Subnets that Google's own proxies and endpoints take their addresses from: no machine of the customer's stands there, and
# flows are not logged. Source: API reference, "subnetworks", purpose and logConfig.
NO_MACHINES = {
    "GLOBAL_MANAGED_PROXY",
    "INTERNAL_HTTPS_LOAD_BALANCER",
    "PEER_MIGRATION",
    "PRIVATE_NAT",
    "PRIVATE_SERVICE_CONNECT",
    "REGIONAL_MANAGED_PROXY",
}
# What stands for all of Google's APIs as the target of an endpoint. Source: VPC documentation, "Access Google APIs through
# endpoints".
BUNDLES = {"all-apis", "vpc-sc"}
SAMPLED = 0.5  # of flows, where nobody chose: the default


# ---- networks --------------------------------------------------------------------------------------------------------


@check(
    f"{NETWORK}.not_default",
    on=NETWORK,
    control="network.default_deny",
    severity=Severity.MEDIUM,
    title="Network is not the one that every project starts with",
    risk="Its rules let SSH, RDP and ping in from everywhere, and its subnets are the same in every project.",
    fix="Move what stands in it to a network of your own, then: gcloud compute networks delete default --project={account}",
    cis=("v4:3.1", "v5:3.1"),
)
def not_default(network: Resource) -> Verdict:
    return failed("the default network") if network["item"]["name"] == "default" else passed("a network that was made")


@check(
    f"{NETWORK}.not_legacy",
    on=NETWORK,
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="Network has subnets, as networks of today have",
    risk="A legacy network is one range for the whole world: nothing in it can be kept apart, and newer protection is missing.",
    fix="Create a network with subnets, move what stands in {name}, then: gcloud compute networks delete {name}",
    cis=("v4:3.2", "v5:3.2"),
)
def not_legacy(network: Resource) -> Verdict:
    legacy = either(network["item"], "IPv4Range", "iPv4Range", "ipv4Range")
    return failed(f"a legacy network of the range {legacy}") if legacy else passed("a network of subnets")


@check(
    f"{NETWORK}.subnets_chosen",
    on=NETWORK,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Network has only the subnets that somebody chose",
    risk="A subnet in every region, of ranges that all such networks share, offers more than is used and forbids peering.",
    fix="gcloud compute networks update {name} --project={account} --switch-to-custom-subnet-mode",
)
def subnets_chosen(network: Resource) -> Verdict:
    automatic = yes(network["item"].get("autoCreateSubnetworks"))
    return failed("Google makes a subnet in every region") if automatic else passed("subnets are made by hand")


@check(
    f"{NETWORK}.outbound_limited",
    on=NETWORK,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Network lets traffic out only where a rule allows it",
    risk="What breaks in can load its tools from, and send data to, anywhere: without a rule, everything may leave.",
    fix="gcloud compute firewall-rules create deny-egress --project={account} --network={name} --direction=EGRESS"
    " --action=DENY --rules=all --priority=65534, after allowing what the machines need",
)
def outbound_limited(network: Resource, inventory: Inventory) -> Verdict:
    """Only what this project denies to everybody counts; policies of folders and the organization are judged there."""
    if denying := next(_denying(network, inventory), ""):
        return passed(f"{denying} denies what no rule before it allows")
    return failed("nothing denies what goes out")


def _denying(network: Resource, inventory: Inventory) -> Iterator[str]:
    """Yield the rules that keep every machine of the network from reaching the internet, but for what comes before them."""
    here = place(network.id)
    for rule in inventory.all(FIREWALL):
        item = rule["item"]
        meant = place(item.get("network")) == here and not yes(item.get("disabled")) and _outward(item)
        targeted = many(item, "targetTags") or many(item, "targetServiceAccounts")
        if meant and not targeted and _every(many(item, "denied"), many(item, "destinationRanges")):
            yield rule.name
    for policy in inventory.all(POLICY):
        if any(place(each.get("attachmentTarget")) == here for each in many(policy["item"], "associations")):
            yield from (policy.name for each in many(policy["item"], "rules") if _denies_all(each))


def _outward(item: Item) -> bool:
    return named(item.get("direction") or "INGRESS", "INGRESS EGRESS") == "EGRESS"


def _every(protocols: list[Item], ranges: list[str]) -> bool:
    """Tell whether *protocols* are all and *ranges* the world; a rule that names no range means all of IPv4."""
    every = any(str(either(each, "IPProtocol", "ipProtocol")).lower() == "all" for each in protocols)
    return every and hold_world(frozenset(ranges or [EVERYWHERE[4]]), 4)


def _denies_all(rule: Item) -> bool:
    match = rule.get("match") or {}
    targeted = many(rule, "targetServiceAccounts") or many(rule, "targetSecureTags")
    if rule.get("action") != "deny" or yes(rule.get("disabled")) or targeted or not _outward(rule):
        return False
    return _every(many(match, "layer4Configs"), many(match, "destIpRanges"))


@check(
    f"{NETWORK}.google_reached_by_endpoint",
    on=NETWORK,
    control="network.private_endpoints",
    severity=Severity.LOW,
    title="Network reaches Google's APIs through an endpoint of its own",
    risk="Calls to Google's APIs leave through addresses of the internet, which a firewall can hardly tell from all others.",
    fix="gcloud compute forwarding-rules create google-apis --project={account} --global --network={name} --address=ADDRESS"
    " --target-google-apis-bundle=all-apis",
    cis=("v5:3.9",),
)
def google_reached_by_endpoint(network: Resource, inventory: Inventory) -> Verdict:
    here = place(network.id)
    for rule in inventory.all(FORWARDING):
        item = rule["item"]
        if last(item.get("target")) in BUNDLES and place(item.get("network")) == here:
            return passed(f"{rule.name} leads to {last(item['target'])}")
    return failed("no endpoint for Google's APIs")


@check(
    f"{NETWORK}.routes_shared_by_regions",
    on=NETWORK,
    control="resilience.multi_zone",
    severity=Severity.INFORMATIONAL,
    title="Routes to the outside hold in all regions of the network",
    risk="When the one region that is connected fails, the others have no way to the networks outside, though a line is left.",
    fix="gcloud compute networks update {name} --project={account} --bgp-routing-mode=global",
)
def routes_shared_by_regions(network: Resource, inventory: Inventory) -> Verdict:
    here = place(network.id)
    routers = [each["item"] for each in inventory.all(ROUTER)]
    if not any(place(each.get("network")) == here and many(each, "bgpPeers") for each in routers):
        return skipped("no router of the network learns routes")
    mode = named((network["item"].get("routingConfig") or {}).get("routingMode"), "REGIONAL GLOBAL") or "REGIONAL"
    return (passed if mode == "GLOBAL" else failed)(f"the routing mode is {mode}")


@check(
    f"{NETWORK}.peerings_alive",
    on=NETWORK,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Peerings of the network are at work",
    risk="A peering that waits is taken up by whoever makes a network of that name in the other project.",
    fix="gcloud compute networks peerings delete PEERING --project={account} --network={name}",
)
def peerings_alive(network: Resource) -> Verdict:
    peerings = many(network["item"], "peerings")
    if not peerings:
        return skipped("no peerings")
    waiting = [f"{each['name']} with {place(each.get('network'))}" for each in peerings if each.get("state") != "ACTIVE"]
    return failed(f"not active: {', '.join(waiting[:3])}") if waiting else passed(f"{len(peerings)} active")


@check(
    f"{NETWORK}.firewall_inspects",
    on=NETWORK,
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Traffic of the network is inspected for attacks",
    risk="Known attacks pass unseen: rules of a firewall look at addresses and ports only.",
    fix="Create a security profile group and a firewall endpoint, then a rule with --action=apply_security_profile_group:"
    " gcloud compute network-firewall-policies rules create PRIORITY --firewall-policy=POLICY",
)
def firewall_inspects(network: Resource, inventory: Inventory) -> Verdict:
    here = place(network.id)
    for policy in inventory.all(POLICY):
        item = policy["item"]
        attached = any(place(each.get("attachmentTarget")) == here for each in many(item, "associations"))
        if attached and any(_inspects(each) for each in many(item, "rules")):
            return passed(f"the firewall policy {policy.name} has traffic inspected")
    for mirroring in inventory.all("gcp.vpc.packet_mirroring"):
        item = mirroring["item"]
        if place((item.get("network") or {}).get("url")) == here and item.get("enable", "TRUE") == "TRUE":
            return passed(f"{mirroring.name} mirrors traffic to a collector")
    return failed("no rule has traffic inspected, and nothing mirrors it")


def _inspects(rule: Item) -> bool:
    return str(rule.get("action", "")).startswith("apply_security_profile") and not yes(rule.get("disabled"))


# ---- subnets ---------------------------------------------------------------------------------------------------------


def without_machines(subnet: Resource) -> str:
    """Return why no machine of the customer's stands in the subnet; empty where some may."""
    purpose = str(subnet["item"].get("purpose") or "PRIVATE")
    return f"its purpose is {purpose}" if purpose in NO_MACHINES else ""


def flow_log(subnet: Resource) -> Item | None:
    """Return how flows are logged, in the field of today or the older one; ``None`` when they are not."""
    item = subnet["item"]
    config: Item = item.get("logConfig") or {}
    return config if yes(config.get("enable")) or yes(item.get("enableFlowLogs")) else None


@check(
    f"{SUBNET}.flows_logged",
    on=SUBNET,
    control="logging.flow_logs",
    severity=Severity.MEDIUM,
    title="Flows of the subnet are logged",
    risk="After a break-in nobody can tell whom the machines talked to.",
    fix=SET + "--enable-flow-logs",
    cis=("v4:3.8", "v5:3.10"),
)
def flows_logged(subnet: Resource) -> Verdict:
    """Flow logs of a whole network or organization, by Network Management, are not in the subnet's own data."""
    if reason := without_machines(subnet):
        return skipped(reason)
    return failed("flows are not logged") if flow_log(subnet) is None else passed("flows are logged")


@check(
    f"{SUBNET}.flows_logged_in_full",
    on=SUBNET,
    control="logging.flow_logs",
    severity=Severity.INFORMATIONAL,
    title="Flow logs of the subnet leave nothing out",
    risk="Half of the flows are missing, or nobody can tell which machine had an address at the time.",
    fix=SET + "--logging-flow-sampling=1.0 --logging-metadata=include-all --logging-filter-expr=true",
)
def flows_logged_in_full(subnet: Resource) -> Verdict:
    if reason := without_machines(subnet):
        return skipped(reason)
    logs = flow_log(subnet)
    if logs is None:
        return skipped("flows are not logged")
    sampled = float(logs.get("flowSampling", SAMPLED))
    if sampled < 1:
        return failed(f"{sampled:.0%} of the flows are logged")
    if (chosen := logs.get("filterExpr") or "true") != "true":
        return failed(f"only flows that fit {chosen} are logged")
    detail = logs.get("metadata") or "EXCLUDE_ALL_METADATA"
    return (passed if detail == "INCLUDE_ALL_METADATA" else failed)(f"all flows are logged, with {detail}")


@check(
    f"{SUBNET}.google_reached_privately",
    on=SUBNET,
    control="network.private_endpoints",
    severity=Severity.LOW,
    title="Subnet reaches Google's APIs without addresses of the internet",
    risk="Machines need a public address or a NAT gateway, which data can leave by too, only to call Google's APIs.",
    fix=SET + "--enable-private-ip-google-access",
)
def google_reached_privately(subnet: Resource) -> Verdict:
    if reason := without_machines(subnet):
        return skipped(reason)
    on = yes(subnet["item"].get("privateIpGoogleAccess"))
    return passed("Private Google Access is on") if on else failed("Private Google Access is off")


@check(
    f"{SUBNET}.no_public_ipv6",
    on=SUBNET,
    control="network.public_access",
    severity=Severity.LOW,
    title="Subnet gives its machines no addresses of the internet",
    risk="Every machine that is started there, and asks for IPv6, can be reached from the internet but for the firewall.",
    fix="Create a subnet with --ipv6-access-type=INTERNAL and move the machines; the type of a subnet cannot be changed",
)
def no_public_ipv6(subnet: Resource) -> Verdict:
    if reason := without_machines(subnet):
        return skipped(reason)
    external = named(subnet["item"].get("ipv6AccessType"), "INTERNAL EXTERNAL") == "EXTERNAL"
    return failed("gives out public IPv6 addresses") if external else passed("gives out no public addresses")


# ---- addresses and routes --------------------------------------------------------------------------------------------


@check(
    f"{ADDRESS}.used",
    on=ADDRESS,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Address of the internet is in use",
    risk="An address that names still lead to, and that is given up one day, takes its visitors to somebody else.",
    fix="gcloud compute addresses delete {name} --project={account} --region={region}, after removing names that lead there",
)
def used(address: Resource) -> Verdict:
    item = address["item"]
    if item.get("addressType", "EXTERNAL") != "EXTERNAL":
        return skipped("an inner address")
    users = many(item, "users")
    return passed(f"used by {in_words(last(each) for each in users)}") if users else failed(f"{item.get('status', 'RESERVED')}")


@check(
    f"{ROUTE}.leads_somewhere",
    on=ROUTE,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Route leads to something that exists",
    risk="Traffic is lost, or goes to whatever is given the name or the address next.",
    fix="gcloud compute routes delete {name} --project={account}",
)
def leads_somewhere(route: Resource) -> Verdict:
    warnings = [str(each.get("code", "")) for each in many(route["item"], "warnings")]
    return failed(", ".join(sorted(set(warnings)))) if any(warnings) else passed("Google knows nothing against it")


# ---- what is offered to other networks -------------------------------------------------------------------------------


@check(
    f"{ATTACHMENT}.consumers_named",
    on=ATTACHMENT,
    control="identity.peers",
    severity=Severity.MEDIUM,
    title="Attachment connects only projects that it names",
    risk="Any project on Google Cloud that knows its name connects to the service behind it.",
    fix="gcloud compute service-attachments update {name} --project={account} --region={region}"
    " --connection-preference=ACCEPT_MANUAL --consumer-accept-list=PROJECT=LIMIT",
)
def consumers_named(attachment: Resource) -> Verdict:
    preference = str(attachment["item"].get("connectionPreference") or "")
    named_ones = many(attachment["item"], "consumerAcceptLists")
    if preference != "ACCEPT_MANUAL":
        return failed("accepts everyone") if preference == "ACCEPT_AUTOMATIC" else unknown("whom it accepts is not told")
    return passed(f"accepts {len(named_ones)} project(s) or network(s) by name")
