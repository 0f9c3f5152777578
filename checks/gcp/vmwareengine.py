"""Checks on VMware Engine: private clouds and their clusters, and what lets the internet at the machines within them.

Those machines themselves are seen by vCenter alone, and not from here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from checks import exposures
from checks.exposures import ADMINISTRATION, LAST_PORT, Exposure, Span, opened, too_wide
from checks.gcp import read
from checks.gcp.firewall_rules import Rule, Targets, in_line, open_spans
from checks.gcp.read import Item, last, many, named, yes
from checks.world import EVERYWHERE, FAMILIES, Stretch, merged, stretch
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

PRIVATE_CLOUD, CLUSTER = "gcp.vmwareengine.private_cloud", "gcp.vmwareengine.cluster"
POLICY, RULE = "gcp.vmwareengine.network_policy", "gcp.vmwareengine.external_access_rule"
UPDATE = "gcloud vmware network-policies update {name} --project={account} --location={region} "
CLOSE = (
    "gcloud vmware network-policies external-access-rules update {name} --network-policy=POLICY --project={account}"
    " --location={region} --source-ranges=RANGES"
)
TYPES = "STANDARD TIME_LIMITED STRETCHED"
ENCRYPTIONS = "TYPE_UNSPECIFIED CMEK LEGACY_CMEK OTHER"
ACTIONS = "ACTION_UNSPECIFIED ALLOW DENY"
FEWEST_NODES = 3

Judge = Callable[[Resource], Verdict]


def standing(judge: Judge) -> Judge:
    """Make *judge* skip private clouds that were deleted: they stay listed until they cannot be brought back."""

    @wraps(judge)
    def asked(cloud: Resource) -> Verdict:
        return skipped("it was deleted") if cloud["item"].get("deleteTime") else judge(cloud)

    return asked


# ---- private clouds and clusters -------------------------------------------------------------------------------------


@check(
    f"{PRIVATE_CLOUD}.customer_key",
    on=PRIVATE_CLOUD,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Private cloud's storage is encrypted with a key of the customer's own",
    risk="Access to what machines store cannot be limited, logged or ended by a key of one's own.",
    fix="Set encryptionConfig.cryptoKeyName, by projects.locations.privateClouds.patch of the API",
)
@standing
def customer_key(cloud: Resource) -> Verdict:
    config = cloud["item"].get("encryptionConfig") or {}
    if named(config.get("type"), ENCRYPTIONS) == "OTHER":
        return passed("encrypted with the key of a provider of the customer's own")
    return read.customer_key(config.get("cryptoKeyName"))


def _type(cloud: Resource) -> str:
    return named(cloud["item"].get("type"), TYPES) or "STANDARD"


@check(
    f"{PRIVATE_CLOUD}.survives_a_zone",
    on=PRIVATE_CLOUD,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Private cloud stretches over two zones",
    risk="The loss of one zone stops every machine.",
    fix="Create a private cloud with --type=STRETCHED, and move the machines: the type cannot be changed",
)
@standing
def survives_a_zone(cloud: Resource) -> Verdict:
    kind = _type(cloud)
    return (passed if kind == "STRETCHED" else failed)(f"the type is {kind}")


@check(
    f"{PRIVATE_CLOUD}.stays",
    on=PRIVATE_CLOUD,
    control="resilience.deletion_protection",
    severity=Severity.MEDIUM,
    title="Private cloud is no trial that ends by itself",
    risk="A trial has a single node, and goes with every machine in it when its time is over.",
    fix="gcloud vmware private-clouds clusters update CLUSTER --private-cloud={name} --project={account} --location={region}"
    " --update-nodes-config=type=TYPE,count=3",
)
@standing
def stays(cloud: Resource) -> Verdict:
    kind = _type(cloud)
    return (failed if kind == "TIME_LIMITED" else passed)(f"the type is {kind}")


@check(
    f"{CLUSTER}.survives_a_node",
    on=CLUSTER,
    control="resilience.self_healing",
    severity=Severity.MEDIUM,
    title="Cluster has nodes enough to lose one",
    risk="With the node goes all that is stored on it.",
    fix="gcloud vmware private-clouds clusters update {name} --private-cloud=CLOUD --project={account} --location={region}"
    " --update-nodes-config=type=TYPE,count=3",
)
def survives_a_node(cluster: Resource) -> Verdict:
    nodes = sum(int(each.get("nodeCount") or 0) for each in (cluster["item"].get("nodeTypeConfigs") or {}).values())
    return (passed if nodes >= FEWEST_NODES else failed)(f"{nodes} node(s)")


@check(
    f"{CLUSTER}.grows_with_its_storage",
    on=CLUSTER,
    control="resilience.quotas",
    severity=Severity.LOW,
    title="Cluster grows before its storage is full",
    risk="When the storage is full, every machine that writes stops.",
    fix="gcloud vmware private-clouds clusters update {name} --private-cloud=CLOUD --project={account} --location={region}"
    " --autoscaling-settings-from-file=FILE",
)
def grows_with_its_storage(cluster: Resource) -> Verdict:
    policies = (cluster["item"].get("autoscalingSettings") or {}).get("autoscalingPolicies") or {}
    watched = [name for name, each in policies.items() if each.get("storageThresholds")]
    return passed(f"by {read.in_words(watched)}") if watched else failed("nothing adds nodes when the storage fills")


# ---- what lets the internet in ---------------------------------------------------------------------------------------


def _on(policy: Item, service: str) -> bool:
    return yes((policy.get(service) or {}).get("enabled"))


@check(
    f"{POLICY}.away_from_internet",
    on=POLICY,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Policy keeps machines off the internet",
    risk="What a machine sends, and where to, passes no firewall of the network that it is joined to.",
    fix=UPDATE + "--no-internet-access, and lead what goes out through a network of one's own",
)
def away_from_internet(policy: Resource) -> Verdict:
    on = _on(policy["item"], "internetAccess")
    return failed("internet access is on") if on else passed("internet access is off")


@check(
    f"{POLICY}.without_public_addresses",
    on=POLICY,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Policy lets no machine have a public address",
    risk="Machines can be reached past load balancers, web firewalls and their logs.",
    fix=UPDATE + "--no-external-ip-access",
)
def without_public_addresses(policy: Resource) -> Verdict:
    on = _on(policy["item"], "externalIp")
    return failed("public addresses are on") if on else passed("public addresses are off")


def _rule(item: Item) -> Rule:
    """Return what an external access rule means, in the terms of firewall rules: its destinations stand for targets."""
    protocol = str(item.get("ipProtocol") or "").lower()
    bounds = [str(port).partition("-") for port in many(item, "destinationPorts")]
    ranges = tuple((int(low), int(high or low)) for low, _, high in bounds) or ((0, LAST_PORT),)
    reached = frozenset(str(value) for each in many(item, "destinationIpRanges") for value in each.values())
    return Rule(
        last(item.get("name")),
        int(item.get("priority") or 0),
        "allow" if named(item.get("action"), ACTIONS) == "ALLOW" else "deny",
        {family: _sources(item, family) for family in FAMILIES},
        {protocol: ranges},
        Targets(reached - {EVERYWHERE[4]}),
    )


def _sources(item: Item, family: int) -> tuple[Stretch, ...]:
    ranges = many(item, "sourceIpRanges")
    known = [stretch(str(each.get("ipAddressRange") or each.get("ipAddress"))) for each in ranges] or [stretch(EVERYWHERE[4])]
    return tuple(merged(covered for version, covered in known if version == family))


def _spans(rule: Resource, inventory: Inventory) -> list[Span]:
    """Return what a rule opens to the world, less what rules of the same policy before it keep out."""
    ours, policy = _rule(rule["item"]), rule.id.rpartition("/externalAccessRules/")[0]
    others = (_rule(each["item"]) for each in inventory.all(RULE) if each.id != rule.id and each.id.startswith(f"{policy}/"))
    return list(open_spans(ours, in_line(each for each in others if each.priority < ours.priority)))


def _exposed(exposure: Exposure) -> Check:
    @check(
        f"{RULE}.{exposure.name}",
        on=RULE,
        control=exposure.control,
        severity=exposure.severity,
        title=exposure.title.replace("NOUN", "Rule"),
        risk=exposure.risk,
        fix=CLOSE,
    )
    def judge(rule: Resource, inventory: Inventory) -> Verdict:
        if reason := _out_of_force(rule, inventory):
            return reason
        found = opened(exposure, _spans(rule, inventory))
        return failed(found) if found else passed("closed to the world")

    return judge


def _out_of_force(rule: Resource, inventory: Inventory) -> Verdict | None:
    """Return why a rule is not judged, if so."""
    if _rule(rule["item"]).action != "allow":
        return skipped("a rule that keeps out")
    policy = inventory.get(POLICY, rule.id.rpartition("/externalAccessRules/")[0])
    if policy is None:
        return unknown("its network policy was not listed")
    return None if _on(policy["item"], "externalIp") else skipped("public addresses are off")


EXPOSURES = (
    Exposure(
        "administration_closed",
        "NOUN keeps SSH and RDP closed to the world",
        "Anybody may guess passwords and keys, or use the next hole, at their leisure.",
        ADMINISTRATION,
        Severity.HIGH,
        "network.admin_ports",
    ),
    *exposures.EXPOSURES,
)
EXPOSED = tuple(_exposed(exposure) for exposure in EXPOSURES)


@check(
    f"{RULE}.not_wide_open",
    on=RULE,
    control="network.public_access",
    severity=Severity.CRITICAL,
    title="Rule opens single ports to the world, not ranges",
    risk="Whatever listens on a machine, now or later, is offered to everybody.",
    fix=CLOSE,
)
def not_wide_open(rule: Resource, inventory: Inventory) -> Verdict:
    if reason := _out_of_force(rule, inventory):
        return reason
    wide = too_wide(_spans(rule, inventory))
    return failed(wide) if wide else passed("no range of ports is open to the world")
