from typing import Any

from checks.gcp import guardrails
from scanner.evaluation.check import Check
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.gcp.estate import ITEM, UNDER, flag, folder, rules, top

BY_NAME = dict(zip((each.name for each in guardrails.GUARDRAILS), guardrails.GUARDRAIL_CHECKS, strict=True))
KEYS, MEMBERS, ADDRESSES = BY_NAME["keys_forbidden"], BY_NAME["outsiders_kept_out"], BY_NAME["external_addresses_limited"]
LOCATIONS = BY_NAME["locations_limited"]
NO_KEYS, MANAGED = "iam.disableServiceAccountKeyCreation", "iam.managed.disableServiceAccountKeyCreation"
DOMAINS = "iam.allowedPolicyMemberDomains"
PLACES = "gcp.resourceLocations"
TAG = {"expression": "resource.matchTag('2/keys', 'allowed')"}


def on(check: Check, outcome: Any, *own: Any, above: Any = (), **more: Any) -> Any:
    return case(check, outcome, item=ITEM, org_policy=list(own) or None, lineage=[folder(), top(org=list(above))], **more)


def listed(constraint: str, **policy: Any) -> dict[str, Any]:
    return {"constraint": f"constraints/{constraint}", "listPolicy": policy}


def each_of_the_table() -> list[Any]:
    """Return a pass and a fail of every guardrail: set above, and set nowhere."""
    cases = []
    for guardrail, check in zip(guardrails.GUARDRAILS, guardrails.GUARDRAIL_CHECKS, strict=True):
        policies = [flag(name) for name in guardrail.flags[:1]] or [listed(guardrail.lists[0], deniedValues=["x"])]
        cases += [on(check, PASS, above=policies), on(check, FAIL)]
    return cases


CASES = [
    *each_of_the_table(),
    on(KEYS, PASS, flag(NO_KEYS)),
    on(KEYS, PASS, rules(MANAGED, {"enforce": True})),
    on(KEYS, PASS, rules(NO_KEYS, {"enforce": True}), flag(NO_KEYS)),
    on(KEYS, PASS, flag(NO_KEYS, enforced=False), above=[rules(MANAGED, {"enforce": True})]),
    on(KEYS, PASS, flag("compute.requireOsLogin"), above=[flag(NO_KEYS)]),
    on(KEYS, FAIL, flag(NO_KEYS, enforced=False), above=[flag(NO_KEYS)]),
    on(KEYS, FAIL, {"constraint": f"constraints/{NO_KEYS}", "restoreDefault": {}}, above=[flag(NO_KEYS)]),
    on(KEYS, FAIL, {"name": f"projects/1/policies/{NO_KEYS}", "spec": {"reset": True}}, above=[flag(NO_KEYS)]),
    on(KEYS, FAIL, {"name": f"projects/1/policies/{NO_KEYS}", "dryRunSpec": {"rules": [{"enforce": True}]}}),
    on(KEYS, FAIL, {"constraint": f"constraints/{NO_KEYS}", "booleanPolicy": {}}),
    on(KEYS, UNKNOWN, rules(NO_KEYS, {"enforce": False, "condition": TAG}, {"enforce": True})),
    on(MEMBERS, PASS, listed(DOMAINS, allowedValues=["C01"])),
    on(MEMBERS, PASS, rules(DOMAINS, {"values": {"allowedValues": ["is:C01"]}})),
    on(
        MEMBERS,
        PASS,
        listed(DOMAINS, allowedValues=["C02"], inheritFromParent=True),
        above=[listed(DOMAINS, allowedValues=["C01"])],
    ),
    on(MEMBERS, FAIL, listed(DOMAINS, allValues="ALLOW"), above=[listed(DOMAINS, allowedValues=["C01"])]),
    on(MEMBERS, FAIL, rules(DOMAINS, {"allowAll": True}), above=[listed(DOMAINS, allowedValues=["C01"])]),
    on(MEMBERS, UNKNOWN, rules(DOMAINS, {"values": {"allowedValues": ["C01"]}}, {"allowAll": True, "condition": TAG})),
    on(ADDRESSES, PASS, listed("compute.vmExternalIpAccess", allValues="DENY")),
    on(ADDRESSES, PASS, rules("compute.vmExternalIpAccess", {"denyAll": True})),
    on(ADDRESSES, PASS, rules("compute.managed.vmExternalIpAccess", {"enforce": True})),
    on(LOCATIONS, PASS, rules(PLACES, {"values": {"allowedValues": ["in:eu-locations"]}}, inheritFromParent=True)),
    on(LOCATIONS, PASS, rules(PLACES, inheritFromParent=True), above=[listed(PLACES, allowedValues=["in:eu-locations"])]),
    case(KEYS, SKIP, item={}, org_policy=None, lineage=None),
    case(KEYS, UNKNOWN, item=ITEM, org_policy=[flag(NO_KEYS)], lineage=DENIED),
    case(KEYS, UNKNOWN, item=ITEM, org_policy=DENIED, lineage=UNDER),
]
