"""Cases of policies of web firewalls: those of Application Gateway first, then how Front Door spells the same."""

from __future__ import annotations

from typing import Any

from checks.azure import waf
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.net import item, to


def policy(*sets: tuple[str, str], sku: str = "", custom: Any = None, overrides: Any = None, **settings: Any) -> dict[str, Any]:
    managed = [{"ruleSetType": type, "ruleSetVersion": version, "ruleGroupOverrides": overrides} for type, version in sets]
    of = {"sku": {"name": sku}} if sku else {}
    return item(of, policySettings=settings, managedRules={"managedRuleSets": managed}, customRules=custom)


def overriding(**said: Any) -> list[dict[str, Any]]:
    return [{"ruleGroupName": "SQLI", "rules": [{"ruleId": "942100", **said}]}]


STANDARD, PREMIUM = "Standard_AzureFrontDoor", "Premium_AzureFrontDoor"
CRS, DRS = ("OWASP", "3.2"), ("Microsoft_DefaultRuleSet", "2.1")
BOTS = ("Microsoft_BotManagerRuleSet", "1.1")
LIMIT = {"name": "limit", "ruleType": "RateLimitRule", "action": "Block"}

(ON, FD_ON), (PREVENTS, FD_PREVENTS), (BODIES, FD_BODIES) = waf.on, waf.prevents, waf.bodies_inspected
(NO_BOTS, FD_NO_BOTS), (ATTACKS, FD_ATTACKS), (KEPT, FD_KEPT) = waf.bots_kept_out, waf.attacks_known, waf.rules_kept
(LIMITED, FD_LIMITED), (USED, FD_USED) = waf.floods_limited, waf.used

CASES = [
    case(ON, PASS, item=policy(state="Enabled")),
    case(ON, FAIL, item=policy(state="disabled")),
    case(ON, UNKNOWN, item=policy()),
    case(PREVENTS, PASS, item=policy(state="Enabled", mode="Prevention")),
    case(PREVENTS, FAIL, item=policy(state="Enabled", mode="Detection")),
    case(PREVENTS, SKIP, item=policy(state="Disabled", mode="Detection")),
    case(PREVENTS, UNKNOWN, item=policy(state="Enabled")),
    case(BODIES, PASS, item=policy(requestBodyCheck=True)),
    case(BODIES, PASS, item=policy()),
    case(BODIES, FAIL, item=policy(requestBodyCheck=False)),
    case(BODIES, SKIP, item=policy(state="Disabled", requestBodyCheck=False)),
    case(NO_BOTS, PASS, item=policy(CRS, BOTS)),
    case(NO_BOTS, FAIL, item=policy(CRS)),
    case(NO_BOTS, SKIP, item=policy(CRS, state="Disabled")),
    case(ATTACKS, PASS, item=policy(CRS)),
    case(ATTACKS, PASS, item=policy(DRS)),
    case(ATTACKS, PASS, item=policy(("OWASP", "3.10"))),
    case(ATTACKS, FAIL, item=policy(("OWASP", "3.1"))),
    case(ATTACKS, FAIL, item=policy(("OWASP", "2.2.9"))),
    case(ATTACKS, FAIL, item=policy(("Microsoft_DefaultRuleSet", "1.1"))),
    case(ATTACKS, FAIL, item=policy(BOTS)),
    case(KEPT, PASS, item=policy(CRS)),
    case(KEPT, PASS, item=policy(CRS, overrides=overriding(state="Enabled", action="Log"))),
    case(KEPT, FAIL, item=policy(CRS, overrides=overriding(state="Disabled"))),
    case(KEPT, FAIL, item=policy(CRS, overrides=overriding())),
    case(KEPT, SKIP, item=policy()),
    case(LIMITED, PASS, item=policy(custom=[LIMIT])),
    case(LIMITED, FAIL, item=policy(custom=[{**LIMIT, "state": "Disabled"}])),
    case(LIMITED, FAIL, item=policy(custom=[{**LIMIT, "ruleType": "MatchRule"}])),
    case(LIMITED, FAIL, item=policy()),
    case(LIMITED, SKIP, item=policy(state="Disabled")),
    case(USED, PASS, item=item(applicationGateways=[to("applicationGateways", "g")])),
    case(USED, PASS, item=item(httpListeners=[to("applicationGateways", "g/httpListeners/l")])),
    case(USED, FAIL, item=item(applicationGateways=[])),
    case(FD_ON, PASS, item=policy(enabledState="Enabled")),
    case(FD_ON, PASS, item=policy()),
    case(FD_ON, FAIL, item=policy(enabledState="Disabled")),
    case(FD_PREVENTS, PASS, item=policy(mode="Prevention")),
    case(FD_PREVENTS, FAIL, item=policy(mode="Detection")),
    case(FD_PREVENTS, SKIP, item=policy(enabledState="Disabled")),
    case(FD_BODIES, PASS, item=policy(requestBodyCheck="Enabled")),
    case(FD_BODIES, FAIL, item=policy(requestBodyCheck="Disabled")),
    case(FD_BODIES, UNKNOWN, item=policy()),
    case(FD_NO_BOTS, PASS, item=policy(DRS, BOTS, sku=PREMIUM)),
    case(FD_NO_BOTS, FAIL, item=policy(DRS, sku=PREMIUM)),
    case(FD_NO_BOTS, SKIP, item=policy(sku=STANDARD)),
    case(FD_ATTACKS, PASS, item=policy(DRS, sku=PREMIUM)),
    case(FD_ATTACKS, FAIL, item=policy(("DefaultRuleSet", "1.0"), sku="Classic_AzureFrontDoor")),
    case(FD_ATTACKS, FAIL, item=policy(sku=PREMIUM)),
    case(FD_ATTACKS, SKIP, item=policy(sku=STANDARD)),
    case(FD_KEPT, PASS, item=policy(DRS, sku=PREMIUM, overrides=overriding(enabledState="Enabled"))),
    case(FD_KEPT, FAIL, item=policy(DRS, sku=PREMIUM, overrides=overriding(enabledState="Disabled"))),
    case(FD_LIMITED, PASS, item=policy(custom={"rules": [{**LIMIT, "enabledState": "Enabled"}]})),
    case(FD_LIMITED, FAIL, item=policy(custom={"rules": [{**LIMIT, "enabledState": "Disabled"}]})),
    case(FD_USED, PASS, item=item(securityPolicyLinks=[{"id": "/x/securityPolicies/s"}])),
    case(FD_USED, FAIL, item=item(frontendEndpointLinks=[], routingRuleLinks=[])),
]
