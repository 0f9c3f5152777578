"""Checks on network watchers and flow logs. Whether a network has a flow log at all: `vnet.py`."""

from __future__ import annotations

from checks.azure.read import at, is_on, last, prop, properties, word
from checks.azure.settings import setting
from checks.azure.vnet_read import NETWORK, link
from checks.kinds import Kind
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

WATCHER, FLOW_LOG = "azure.networkwatcher.watcher", "azure.networkwatcher.flow_log"
UPDATE = "az network watcher flow-log update --location {region} --name {name} "
ENOUGH = 90  # days
ANALYTICS = "flowAnalyticsConfiguration.networkWatcherFlowAnalyticsConfiguration"
GROUPS = "/networksecuritygroups/"

ON = setting(
    (Kind(FLOW_LOG, "Flow log", UPDATE),),
    "on",
    "enabled",
    "true",
    "false",
    control="logging.flow_logs",
    severity=Severity.MEDIUM,
    title="NOUN is on",
    risk="Somebody set it up and relies on it; after a break-in nobody can tell whom the machines talked to.",
    fix="MODIFY--enabled true",
)


@check(
    f"{NETWORK}.watched",
    on=NETWORK,
    service="azure.networkwatcher",
    control="logging.flow_logs",
    severity=Severity.LOW,
    title="Region of the network has a network watcher",
    risk="Nothing there can log flows or tell why traffic is let through, and in an emergency that comes too late.",
    fix="az network watcher configure --locations {region} --enabled true --resource-group NetworkWatcherRG",
    cis=("v6:7.6",),
)
def watched(network: Resource, inventory: Inventory) -> Verdict:
    here = [watcher for watcher in inventory.all(WATCHER) if watcher.region == network.region]
    ready = [watcher for watcher in here if word(prop(watcher, "provisioningState")) in ("", "succeeded")]
    return passed(f"watched by {ready[0].name}") if ready else failed(f"no network watcher in {network.region}")


@check(
    f"{FLOW_LOG}.kept_long_enough",
    on=FLOW_LOG,
    control="logging.retention",
    severity=Severity.LOW,
    title="Flow log is kept for 90 days",
    risk="Break-ins are found after months; what happened then is deleted by that time.",
    fix=UPDATE + "--retention 90",
    cis=("v6:7.5", "v6:7.8"),
)
def kept_long_enough(flow_log: Resource) -> Verdict:
    """Take no policy, and a policy of no days, for keeping everything: nothing deletes it then."""
    policy = prop(flow_log, "retentionPolicy") or {}
    days = int(policy.get("days") or 0)
    if not is_on(policy.get("enabled")) or not days:
        return passed("nothing deletes it")
    return (passed if days >= ENOUGH else failed)(f"deleted after {days} days")


@check(
    f"{FLOW_LOG}.analysed",
    on=FLOW_LOG,
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Flow log is looked through for what is suspicious",
    risk="Files that lie in a store warn nobody: traffic to known attackers is only found when somebody searches.",
    fix=UPDATE + "--traffic-analytics true --workspace WORKSPACE",
    cis=("v6:6.1.1.5", "v6:6.1.1.6"),
)
def analysed(flow_log: Resource) -> Verdict:
    analytics = at(properties(flow_log), ANALYTICS) or {}
    workspace = analytics.get("workspaceResourceId") or analytics.get("workspaceId")
    if is_on(analytics.get("enabled")) and workspace:
        return passed(f"handed to {last(workspace)}")
    return failed("traffic analytics is off")


@check(
    f"{FLOW_LOG}.follows_network",
    on=FLOW_LOG,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Flow log is of a network, not of a security group",
    risk="Azure ends flow logs of security groups; and what passes where there is no group, they never saw.",
    fix="az network watcher flow-log create --location {region} --name NEW --vnet NETWORK --storage-account ACCOUNT, then"
    " delete {name}",
)
def follows_network(flow_log: Resource) -> Verdict:
    target = link(properties(flow_log), "targetResourceId")
    if not target:
        return failed("of nothing")
    return (failed if GROUPS in target else passed)(f"of {last(target)}")


@check(
    f"{WATCHER}.in_use",
    on=WATCHER,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Network watcher stands where there is a network",
    risk="A region that nobody uses looks as if it were in use, and new things there go unnoticed.",
    fix="az network watcher configure --locations {region} --enabled false",
)
def in_use(watcher: Resource, inventory: Inventory) -> Verdict:
    if word(prop(watcher, "provisioningState")) == "deleting":
        return skipped("it is being deleted")
    here = [network.name for network in inventory.all(NETWORK) if network.region == watcher.region]
    return passed(f"watches {here[0]}") if here else failed(f"no network in {watcher.region}")
