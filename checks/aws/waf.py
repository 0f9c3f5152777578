"""Checks on AWS WAF: web ACLs of what stands in a region."""

from __future__ import annotations

from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed

ACL = "aws.waf.web_acl"
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
