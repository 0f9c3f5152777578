"""Checks on firewalls and firewall policies of AWS Network Firewall."""

from __future__ import annotations

from checks.aws import keys, sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

FIREWALL, POLICY = "aws.networkfirewall.firewall", "aws.networkfirewall.policy"
PASS = "aws:pass"
NAMED = "--firewall-arn {id} --region {region}"
UPDATE = "aws network-firewall update-firewall-policy --firewall-policy-arn {id} --region {region} --firewall-policy file://policy.json"
MANAGED = ":aws-managed:"


@check(
    "aws.networkfirewall.firewall.logged",
    on=FIREWALL,
    control="logging.flow_logs",
    severity=Severity.MEDIUM,
    title="Firewall logs what it sees",
    risk="Nobody can tell what was stopped, what was let through, and whether the rules are right.",
    fix=f"aws network-firewall update-logging-configuration {NAMED} --logging-configuration file://logging.json",
)
def logged(firewall: Resource) -> Verdict:
    kinds = sorted({each["LogType"] for each in firewall["logging"] or []})
    return passed(f"logs {', '.join(kinds)}") if kinds else failed("nothing is logged")


@check(
    "aws.networkfirewall.firewall.customer_key",
    on=FIREWALL,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Firewall is encrypted with the customer's own key",
    risk="Access to its settings cannot be limited, logged or ended by a key of one's own.",
    fix=f"aws network-firewall update-firewall-encryption-configuration {NAMED} --encryption-configuration"
    " KeyId=KEY,Type=CUSTOMER_KMS",
)
def customer_key(firewall: Resource, inventory: Inventory) -> Verdict:
    configuration = firewall["firewall"].get("EncryptionConfiguration") or {}
    own = configuration.get("Type") == "CUSTOMER_KMS"
    return keys.customer_key(firewall, configuration.get("KeyId") if own else None, inventory)


@check(
    "aws.networkfirewall.firewall.spans_zones",
    on=FIREWALL,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Firewall stands in more than one zone",
    risk="When the zone fails, traffic stands still, or passes by the firewall.",
    fix=f"aws network-firewall associate-subnets {NAMED} --subnet-mappings SubnetId=SUBNET",
)
def spans_zones(firewall: Resource) -> Verdict:
    known = firewall["firewall"]
    # A subnet is in one zone, and a firewall has one subnet in a zone at most. Source: developer guide, "Subnets".
    places = known.get("SubnetMappings") or known.get("AvailabilityZoneMappings") or []
    return (passed if len(places) > 1 else failed)(f"stands in {len(places)} zone(s)")


@check(
    "aws.networkfirewall.firewall.deletion_protected",
    on=FIREWALL,
    control="resilience.deletion_protection",
    severity=Severity.MEDIUM,
    title="Firewall is protected from deletion, and from losing subnets",
    risk="One wrong or hostile call takes the filter out of the network.",
    fix=f"aws network-firewall update-firewall-delete-protection {NAMED} --delete-protection, and"
    " update-subnet-change-protection --subnet-change-protection",
)
def deletion_protected(firewall: Resource) -> Verdict:
    known = firewall["firewall"]
    subnets = "AvailabilityZoneChangeProtection" if known.get("TransitGatewayId") else "SubnetChangeProtection"
    off = [name for name in ("DeleteProtection", subnets) if not known.get(name)]
    return failed(f"{' and '.join(off)} off") if off else passed("protected from both")


@check(
    "aws.networkfirewall.policy.rules_at_work",
    on=POLICY,
    control="network.default_deny",
    severity=Severity.MEDIUM,
    title="Firewall policy has rules, and passes nothing by them",
    risk="Traffic goes through a firewall that looks at nothing.",
    fix=UPDATE,
)
def rules_at_work(policy: Resource) -> Verdict:
    known = policy["policy"]
    for name, what in (("StatelessDefaultActions", "whole packets"), ("StatelessFragmentDefaultActions", "fragments")):
        if PASS in (known.get(name) or []):
            return failed(f"{what} that no rule names are let through unseen")
    groups = [*(known.get("StatelessRuleGroupReferences") or []), *(known.get("StatefulRuleGroupReferences") or [])]
    if groups:
        return passed(f"{len(groups)} group(s) of rules")
    drops = any("drop" in each for each in known.get("StatefulDefaultActions") or [])
    return passed("drops whatever no rule allows") if drops else failed("no rules")


@check(
    "aws.networkfirewall.policy.threats_known",
    on=POLICY,
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Firewall policy looks for known threats, by rules that AWS keeps",
    risk="Malware talks to addresses that everybody else knows, and stops.",
    fix=UPDATE,
)
def threats_known(policy: Resource) -> Verdict:
    groups = [each["ResourceArn"] for each in policy["policy"].get("StatefulRuleGroupReferences") or []]
    found = [each.rpartition("/")[2] for each in groups if MANAGED in each]
    return passed(f"by {', '.join(found[:3])}") if found else failed("no group of rules that AWS keeps")


@check(
    "aws.networkfirewall.policy.known_accounts",
    on=POLICY,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Firewall policy is shared only within the organization",
    risk="An account that nobody here runs reads what the firewall looks for.",
    fix="aws network-firewall delete-resource-policy --resource-arn {id} --region {region}",
    cis=sharing.STRANGERS,
)
def known_accounts(policy: Resource, inventory: Inventory) -> Verdict:
    return sharing.admits_the_known(policy["sharing"], policy.account, inventory)
