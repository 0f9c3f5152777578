"""Checks on AWS WAF: web ACLs of what stands in a region."""

from __future__ import annotations

from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

ACL = "aws.waf.web_acl"
# Source: WAF developer guide, "AWS Managed Rules rule groups list".
AGAINST_FLOODS = {"AWSManagedRulesAntiDDoSRuleSet"}
MANAGERS = ("PreProcessFirewallManagerRuleGroups", "PostProcessFirewallManagerRuleGroups")


@check(
    "aws.waf.web_acl.rules_at_work",
    on=ACL,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Web ACL has a rule that stops requests",
    risk="What stands behind it looks protected, and every request gets through.",
    fix="aws wafv2 update-web-acl --name {name} --scope REGIONAL --region {region} with rules that do not only count",
)
def rules_at_work(acl: Resource) -> Verdict:
    known = acl["acl"]
    if "Block" in known["DefaultAction"]:
        return passed("stops whatever no rule allows")
    rules = known.get("Rules") or []
    groups = [each for name in MANAGERS for each in known.get(name) or []]
    # A rule that is a group of rules says what to do with their word; others say what to do themselves.
    stops = [each for each in rules if set(each.get("Action") or {}) & {"Block", "Captcha", "Challenge"}]
    stops += [each for each in (*rules, *groups) if "None" in (each.get("OverrideAction") or {})]
    if stops:
        return passed(f"{len(stops)} of {len(rules) + len(groups)} rules stop requests")
    return failed(f"none of {len(rules)} rules stops a request" if rules else "no rules")


@check(
    "aws.waf.web_acl.logged",
    on=ACL,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Web ACL logs what it sees",
    risk="Nobody can tell what was tried, and whether the rules stop customers.",
    fix="aws wafv2 put-logging-configuration --region {region} --logging-configuration"
    " ResourceArn={id},LogDestinationConfigs=DESTINATION",
    cis=("v7:4.10",),
)
def logged(acl: Resource) -> Verdict:
    configuration = acl["logging"]
    if not configuration:
        return failed("no logging configuration")
    return passed(f"logged to {', '.join(configuration['LogDestinationConfigs'])}")


@check(
    "aws.waf.web_acl.floods_stopped",
    on=ACL,
    control="resilience.floods",
    severity=Severity.LOW,
    title="Web ACL stops who sends too many requests",
    risk="One sender guesses passwords all day, or keeps everybody else from being served.",
    fix="aws wafv2 update-web-acl --name {name} --scope REGIONAL --region {region} with a rule of type RateBasedStatement",
)
def floods_stopped(acl: Resource) -> Verdict:
    known = acl["acl"]
    rules = known.get("Rules") or []
    for rule in rules:
        counts = "Count" in (rule.get("Action") or rule.get("OverrideAction") or {})
        if (rule.get("Limit") or rule.get("Managed") in AGAINST_FLOODS) and not counts:
            return passed(f"rule {rule['Name']} limits each sender")
    # What is in a group of rules is told by the group, or by Firewall Manager, alone.
    if any(rule.get("Group") for rule in rules) or any(known.get(name) for name in MANAGERS):
        return unknown("no rule of its own limits senders; what its groups of rules do was not read")
    return failed("no rule limits each sender")


@check(
    "aws.waf.web_acl.rules_measured",
    on=ACL,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Each rule of the web ACL counts what it meets",
    risk="Nobody sees that a rule stops customers, or that an attack has begun.",
    fix="aws wafv2 update-web-acl --name {name} --scope REGIONAL --region {region} with CloudWatchMetricsEnabled true in the"
    " VisibilityConfig of each rule",
)
def rules_measured(acl: Resource) -> Verdict:
    rules = acl["acl"].get("Rules") or []
    if not rules:
        return skipped("no rules of its own")
    said = {rule["Name"]: rule.get("Measured") for rule in rules}
    if off := sorted(name for name, on in said.items() if on is False):
        return failed(f"not counted: {', '.join(off)}")
    if None in said.values():
        return unknown("whether its rules count was not read")
    return passed(f"{len(rules)} rule(s) count what they meet")
