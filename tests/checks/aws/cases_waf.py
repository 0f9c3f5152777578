from typing import Any

from checks.aws import waf
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case

ALLOW: dict[str, Any] = {"DefaultAction": {"Allow": {}}, "Rules": None}


def rules(*given: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**ALLOW, "Rules": [{"Name": "r", "Action": None, "OverrideAction": None, **each} for each in given], **more}


COUNTED: dict[str, Any] = {"OverrideAction": {"Count": {}}}
HEEDED: dict[str, Any] = {"OverrideAction": {"None": {}}}
CASES = [
    case(waf.rules_at_work, PASS, acl={"DefaultAction": {"Block": {}}, "Rules": None}),
    case(waf.rules_at_work, PASS, acl=rules({"Action": {"Count": {}}}, {"Action": {"Block": {}}})),
    case(waf.rules_at_work, PASS, acl=rules(HEEDED)),
    case(waf.rules_at_work, PASS, acl={**ALLOW, "PreProcessFirewallManagerRuleGroups": [HEEDED]}),
    case(waf.rules_at_work, FAIL, acl=ALLOW),
    case(waf.rules_at_work, FAIL, acl=rules({"Action": {"Count": {}}}, {"Action": {"Allow": {}}}, COUNTED)),
    case(waf.rules_at_work, UNKNOWN, acl=DENIED),
    case(waf.logged, PASS, logging={"LogDestinationConfigs": ["arn:aws:logs:eu-west-1:1:log-group:aws-waf-logs-shop"]}),
    case(waf.logged, FAIL, logging=None),
    case(waf.logged, UNKNOWN, logging=DENIED),
    case(waf.floods_stopped, PASS, acl=rules({"Action": {"Block": {}}, "Limit": 2000})),
    case(waf.floods_stopped, PASS, acl=rules({**HEEDED, "Managed": "AWSManagedRulesAntiDDoSRuleSet"})),
    case(waf.floods_stopped, FAIL, acl=rules({"Action": {"Count": {}}, "Limit": 2000})),
    case(waf.floods_stopped, FAIL, acl=rules({**HEEDED, "Managed": "AWSManagedRulesCommonRuleSet"})),
    case(waf.floods_stopped, FAIL, acl=ALLOW),
    case(waf.floods_stopped, UNKNOWN, acl=rules({**HEEDED, "Group": "arn:aws:wafv2:eu-west-1:1:regional/rulegroup/g/1"})),
    case(waf.floods_stopped, UNKNOWN, acl={**ALLOW, "PreProcessFirewallManagerRuleGroups": [HEEDED]}),
    case(waf.floods_stopped, UNKNOWN, acl=DENIED),
    case(waf.rules_measured, PASS, acl=rules({"Measured": True}, {"Measured": True})),
    case(waf.rules_measured, FAIL, acl=rules({"Measured": True}, {"Measured": False})),
    case(waf.rules_measured, UNKNOWN, acl=rules({"Measured": True}, {})),
    case(waf.rules_measured, UNKNOWN, acl=DENIED),
    case(waf.rules_measured, SKIP, acl=ALLOW),
]
