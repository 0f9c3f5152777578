"""Cases of security policies of Cloud Armor."""

from __future__ import annotations

from typing import Any

from checks.gcp import armor
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.gcp.links import COMPUTE, compute, link

HERE = COMPUTE + "global/securityPolicies/waf"


def rule(priority: int, action: str, *ranges: str, expression: str = "", **fields: Any) -> dict[str, Any]:
    match: dict[str, Any] = {"versionedExpr": "SRC_IPS_V1", "config": {"srcIpRanges": list(ranges)}}
    if expression:
        match = {"expr": {"expression": expression}}
    return {"priority": priority, "action": action, "preview": False, "match": match, **fields}


DEFAULT = rule(2147483647, "allow", "*")
REFUSING = rule(2147483647, "deny(403)", "*")
SQL = "evaluatePreconfiguredWaf('sqli-v33-stable', {'sensitivity': 1})"


def policy(*rules: dict[str, Any], last: dict[str, Any] = DEFAULT, **fields: Any) -> dict[str, Any]:
    return {"name": "waf", "type": "CLOUD_ARMOR", "rules": [*rules, last], **fields}


def backend(**fields: Any) -> Resource:
    return compute(
        armor.BACKEND, "global/backendServices/web", item={"securityPolicy": link("global/securityPolicies/waf"), **fields}
    )


BUCKET = compute(armor.BUCKET, "global/backendBuckets/b", item={"edgeSecurityPolicy": link("global/securityPolicies/waf")})
ADAPTIVE = {"layer7DdosDefenseConfig": {"enable": True}}

CASES = [
    case(armor.known_attacks_refused, PASS, item=policy(rule(1000, "deny(403)", expression=SQL))),
    case(
        armor.known_attacks_refused,
        PASS,
        item=policy(rule(1000, "deny(403)", expression="evaluatePreconfiguredExpr('xss-stable')")),
    ),
    case(armor.known_attacks_refused, FAIL, item=policy(rule(1000, "deny(403)", expression=SQL, preview=True))),
    case(armor.known_attacks_refused, FAIL, item=policy(rule(1000, "deny(403)", "203.0.113.0/24"))),
    case(armor.known_attacks_refused, SKIP, item=policy(type="CLOUD_ARMOR_EDGE")),
    case(armor.denials_reached, PASS, item=policy(rule(1000, "deny(403)", "203.0.113.0/24"))),
    case(armor.denials_reached, PASS, item=policy(rule(1000, "allow", "203.0.113.0/24"), last=REFUSING)),
    case(armor.denials_reached, PASS, item=policy(rule(1000, "allow", "*", preview=True), last=REFUSING)),
    case(armor.denials_reached, FAIL, item=policy(rule(1000, "allow", "*"), last=REFUSING)),
    case(armor.denials_reached, FAIL, item=policy(rule(2000, "deny(403)", "203.0.113.0/24"), rule(1000, "allow", "0.0.0.0/0"))),
    case(armor.denials_reached, FAIL, item=policy(rule(10, "allow", expression="true"), rule(20, "deny(403)", expression=SQL))),
    case(armor.floods_slowed, PASS, item=policy(rule(1000, "throttle", "*"))),
    case(armor.floods_slowed, PASS, item=policy(rule(1000, "rate_based_ban", "*"))),
    case(
        armor.floods_slowed, PASS, item=policy(type="CLOUD_ARMOR_NETWORK", ddosProtectionConfig={"ddosProtection": "ADVANCED"})
    ),
    case(armor.floods_slowed, FAIL, item=policy(rule(1000, "throttle", "*", preview=True))),
    case(armor.floods_slowed, FAIL, item=policy()),
    case(armor.floods_slowed, FAIL, item=policy(type="CLOUD_ARMOR_NETWORK")),
    case(armor.floods_slowed, SKIP, item=policy(type="CLOUD_ARMOR_EDGE")),
    case(armor.attacks_noticed, PASS, item=policy(adaptiveProtectionConfig=ADAPTIVE)),
    case(armor.attacks_noticed, FAIL, item=policy()),
    case(armor.attacks_noticed, SKIP, item=policy(region=link("regions/europe-west1"))),
    case(armor.decisions_logged, PASS, id=HERE, item=policy(), inventory=[backend(logConfig={"enable": True})]),
    case(armor.decisions_logged, FAIL, id=HERE, item=policy(), inventory=[backend(logConfig={"enable": False})]),
    case(armor.decisions_logged, SKIP, id=HERE, item=policy(), inventory=[backend(securityPolicy=None)]),
    case(armor.decisions_logged, UNKNOWN, id=HERE, item=policy(), inventory=[unlisted(armor.BACKEND)]),
    case(armor.attached, PASS, id=HERE, item=policy(), inventory=[backend()]),
    case(armor.attached, PASS, id=HERE, item=policy(type="CLOUD_ARMOR_EDGE"), inventory=[BUCKET]),
    case(armor.attached, PASS, id=HERE, item=policy(associations=[{"attachmentId": "organizations/1"}])),
    case(armor.attached, FAIL, id=HERE, item=policy()),
    case(armor.attached, SKIP, id=HERE, item=policy(type="CLOUD_ARMOR_NETWORK")),
]
