"""Checks on hosted zones of Amazon Route 53, and on how its resolver watches what VPCs ask for."""

from __future__ import annotations

from checks.aws.owned import owned
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

ZONE, VPC = "aws.route53.hosted_zone", "aws.vpc.vpc"
QUERIES, FIREWALL = "aws.route53.query_log_association", "aws.route53.firewall_association"
# The records that a zone is born with: its name servers and its start of authority.
BORN_WITH = 2


def _private(zone: Resource) -> bool:
    return bool((zone["item"].get("Config") or {}).get("PrivateZone"))


def _by_service(zone: Resource) -> str:
    return str((zone["item"].get("LinkedService") or {}).get("ServicePrincipal") or "")


@check(
    "aws.route53.hosted_zone.signed",
    on=ZONE,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Public zone signs its answers",
    risk="Whoever can change answers on their way leads people, and mail, elsewhere.",
    fix="aws route53 create-key-signing-key, enable-hosted-zone-dnssec --hosted-zone-id {id}, and a DS record at the parent",
)
def signed(zone: Resource) -> Verdict:
    if _private(zone):
        return skipped("private zones cannot be signed")
    known = zone["dnssec"] or {}
    status = (known.get("Status") or {}).get("ServeSignature", "NOT_SIGNING")
    if status != "SIGNING":
        return failed(f"signing is {status}")
    keys = [each["Status"] for each in known.get("KeySigningKeys") or []]
    if "ACTION_NEEDED" in keys or "INTERNAL_FAILURE" in keys:
        return failed(f"a key for signing is {', '.join(sorted(set(keys)))}")
    return passed("answers are signed")


@check(
    "aws.route53.hosted_zone.queries_logged",
    on=ZONE,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Public zone logs what is asked of it",
    risk="Nobody can tell who looked for which names before an attack, or when a record was misused.",
    fix="aws route53 create-query-logging-config --hosted-zone-id {id} --cloud-watch-logs-log-group-arn GROUP",
)
def queries_logged(zone: Resource) -> Verdict:
    if _private(zone):
        return skipped("queries for private zones are logged by their VPC")
    configuration = zone["query_logging"]
    return passed(f"logged to {configuration['LogGroup']}") if configuration else failed("queries are not logged")


@check(
    "aws.route53.hosted_zone.used",
    on=ZONE,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Zone holds records of its own",
    risk="A zone that nobody needs, and a name still led to it, are what a stranger takes over.",
    fix="aws route53 delete-hosted-zone --id {id}",
)
def used(zone: Resource) -> Verdict:
    item = zone["item"]
    if service := _by_service(zone):
        return skipped(f"kept by {service}")
    count = item["ResourceRecordSetCount"]
    return passed(f"{count} records") if count > BORN_WITH else failed("no records but those that it was made with")


@check(
    "aws.vpc.vpc.lookups_logged",
    on=VPC,
    service="aws.route53",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Names that the VPC's machines look up are logged",
    risk="Malware looks up its masters by name, and no log tells which machine did.",
    fix="aws route53resolver associate-resolver-query-log-config --resource-id {name} --resolver-query-log-config-id CONFIG"
    " --region {region}",
)
@owned
def lookups_logged(vpc: Resource, inventory: Inventory) -> Verdict:
    found = inventory.where(QUERIES, "item.ResourceId", vpc["item"]["VpcId"], region=vpc.region)
    states = [each["item"]["Status"] for each in found]
    if "ACTIVE" in states:
        return passed("queries are logged")
    return failed(f"the log is {', '.join(sorted(states))}" if states else "queries are not logged")


@check(
    "aws.vpc.vpc.names_filtered",
    on=VPC,
    service="aws.route53",
    control="network.segmentation",
    severity=Severity.LOW,
    title="A DNS firewall filters the names that the VPC looks up",
    risk="Data leaves over lookups of names, which no security group stops.",
    fix="aws route53resolver associate-firewall-rule-group --firewall-rule-group-id GROUP --vpc-id {name} --priority 101"
    " --name NAME --region {region}",
)
@owned
def names_filtered(vpc: Resource, inventory: Inventory) -> Verdict:
    found = list(inventory.where(FIREWALL, "item.VpcId", vpc["item"]["VpcId"], region=vpc.region))
    at_work = [each.name for each in found if each["item"]["Status"] != "DELETING"]
    return passed(f"filtered by {', '.join(at_work)}") if at_work else failed("no DNS firewall")


@check(
    "aws.route53.firewall_association.protected",
    on=FIREWALL,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="DNS firewall is protected from being taken off",
    risk="One wrong or hostile call takes the filter away.",
    fix="aws route53resolver update-firewall-rule-group-association --firewall-rule-group-association-id ID"
    " --mutation-protection ENABLED --region {region}",
)
def protected(association: Resource) -> Verdict:
    if owner := association["item"].get("ManagedOwnerName"):
        return passed(f"kept by {owner}")
    state = association["item"].get("MutationProtection", "DISABLED")
    return (passed if state == "ENABLED" else failed)(f"protection is {state.lower()}")
