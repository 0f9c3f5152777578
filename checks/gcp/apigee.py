"""Checks on organizations and instances of Apigee. Proxies and environments are not in Asset Inventory.

Source: Apigee API, "GoogleCloudApigeeV1Organization", "GoogleCloudApigeeV1Instance".
"""

from __future__ import annotations

from datetime import datetime

from checks.gcp import lineage, policy, sharing
from checks.gcp.keyed import hybrid
from checks.gcp.read import in_words, yes
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

ORGANIZATION, INSTANCE = "gcp.apigee.organization", "gcp.apigee.instance"


@check(
    f"{ORGANIZATION}.abuse_watched_for",
    on=ORGANIZATION,
    control="application.web_protection",
    severity=Severity.LOW,
    title="Calls that abuse interfaces are looked for",
    risk="Robots try passwords and copy data through interfaces, and nobody notices.",
    fix="Turn on Advanced API Security: call organizations.setAddons of the Apigee API with apiSecurityConfig",
)
def abuse_watched_for(organization: Resource) -> Verdict:
    config = (organization["item"].get("addonsConfig") or {}).get("apiSecurityConfig") or {}
    return passed("Advanced API Security is on") if yes(config.get("enabled")) else failed("Advanced API Security is off")


@check(
    f"{ORGANIZATION}.odd_traffic_noticed",
    on=ORGANIZATION,
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Traffic that is unlike that of other days is noticed",
    risk="Errors and answers that take long, as under an attack, are seen when callers complain.",
    fix="Turn on Advanced API Operations: call organizations.setAddons of the Apigee API with advancedApiOpsConfig",
)
def odd_traffic_noticed(organization: Resource) -> Verdict:
    config = (organization["item"].get("addonsConfig") or {}).get("advancedApiOpsConfig") or {}
    on = yes(config.get("enabled"))
    return passed("Advanced API Operations are on") if on else failed("Advanced API Operations are off")


@check(
    f"{ORGANIZATION}.administrators_ours",
    on=ORGANIZATION,
    control="access.external_trust",
    severity=Severity.HIGH,
    title="Nobody from outside holds a role of Apigee on the project",
    risk="Somebody whom nobody here can send away changes interfaces, or reads what passes through them.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=MEMBER --role=ROLE",
)
def administrators_ours(organization: Resource, inventory: Inventory, now: datetime) -> Verdict:
    """Judge the roles that only Apigee knows; what basic roles let do is asked of the project."""
    project = lineage.node_of(organization, inventory)
    if project is None:
        return unknown("the project was not listed")
    granted = policy.bindings(project["iam_policy"], keep=lambda role: str(role).startswith("roles/apigee."))
    return sharing.admits_the_known(granted, organization, inventory, policy.at_time(now))


@check(
    f"{ORGANIZATION}.egress_restricted",
    on=ORGANIZATION,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Proxies cannot call the internet past the customer's network",
    risk="Whoever changes a proxy sends what passes through it to anywhere.",
    fix="Restrict the egress of the organization, by the Apigee API: networkEgressRestricted",
)
def egress_restricted(organization: Resource) -> Verdict:
    """Decide where there is no peering: the setting is for those organizations alone."""
    item = organization["item"]
    if reason := hybrid(item):
        return skipped(reason)
    if not yes(item.get("disableVpcPeering")):
        return skipped("its network is peered with the customer's")
    return passed("egress is restricted") if yes(item.get("networkEgressRestricted")) else failed("proxies reach the internet")


@check(
    f"{ORGANIZATION}.several_regions",
    on=ORGANIZATION,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Organization has instances in two regions at least",
    risk="When the region is down, so are all interfaces.",
    fix="Make an instance in another region: call organizations.instances.create of the Apigee API",
)
def several_regions(organization: Resource, inventory: Inventory) -> Verdict:
    if reason := hybrid(organization["item"]):
        return skipped(reason)
    regions = {str(each["item"].get("location") or each.region) for each in inventory.all(INSTANCE)}
    return (passed if len(regions) > 1 else failed)(f"instances in {in_words(regions) or 'no region'}")


@check(
    f"{ORGANIZATION}.no_trial",
    on=ORGANIZATION,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Organization is no trial that was left behind",
    risk="What was set up to look around stands there without an owner, and ends on a day that nobody has in mind.",
    fix="Buy a subscription for what is needed; or delete it: gcloud alpha apigee organizations delete {name}",
)
def no_trial(organization: Resource) -> Verdict:
    item = organization["item"]
    trial = item.get("billingType") in ("EVALUATION", 2) or item.get("subscriptionType") == "TRIAL"
    return failed("it is a trial") if trial else passed(f"billed as {item.get('billingType') or 'a subscription'}")


@check(
    f"{INSTANCE}.calls_logged",
    on=INSTANCE,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Calls to the instance are logged",
    risk="Nobody can tell afterwards who called which interface.",
    fix="Patch the instance with accessLoggingConfig, by the Apigee API",
)
def calls_logged(instance: Resource) -> Verdict:
    on = yes((instance["item"].get("accessLoggingConfig") or {}).get("enabled"))
    return passed("access logging is on") if on else failed("access logging is off")


@check(
    f"{INSTANCE}.own_consumers",
    on=INSTANCE,
    control="network.private_endpoints",
    severity=Severity.LOW,
    title="Only the organization's own project connects to the instance",
    risk="Whoever holds another project calls interfaces from within, past what guards them from outside.",
    fix="Patch the instance with a consumerAcceptList of the projects that must connect, by the Apigee API",
)
def own_consumers(instance: Resource, inventory: Inventory) -> Verdict:
    """Take only the organization's project for admitted where nothing is listed, as Apigee does."""
    listed = {str(each).removeprefix("projects/") for each in instance["item"].get("consumerAcceptList") or []}
    if not listed:
        return passed("nobody else is listed")
    project = lineage.node_of(instance, inventory)
    if project is None:
        return unknown("the project was not listed")
    others = listed - {instance.account, *map(str, (project["item"].get("projectId"), project["item"].get("projectNumber")))}
    return failed(f"admits {in_words(others)}") if others else passed("nobody else is listed")
