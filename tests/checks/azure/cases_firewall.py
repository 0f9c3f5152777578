"""Cases of Azure Firewall and its policies: first rules of a policy, then how a firewall of old keeps them."""

from __future__ import annotations

from typing import Any

from checks.azure import firewall
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.net import item, part, to

(OLD_PORTS, PORTS), (OLD_NARROW, NARROW) = firewall.inner_ports_closed, firewall.rules_narrow
OLD_THREATS, THREATS = firewall.THREATS_DENIED
(INSPECTED,) = firewall.ATTACKS_INSPECTED
BY_POLICY = {"firewallPolicy": to("firewallPolicies", "p")}
PREMIUM = {"sku": {"tier": "Premium"}}


def groups(*rules: dict[str, Any], action: str = "Allow") -> list[dict[str, Any]]:
    return [part("group", ruleCollections=[{"name": "c", "action": {"type": action}, "rules": list(rules)}])]


def nat(port: str = "3389", *sources: str, protocol: str = "TCP", **said: Any) -> dict[str, Any]:
    known = {"ruleType": "NatRule", "ipProtocols": [protocol], "sourceAddresses": list(sources or ["*"])}
    return {"name": "in", **known, "destinationPorts": ["50000"], "translatedPort": port, **said}


def network(source: str = "*", target: str = "*", port: str = "*") -> dict[str, Any]:
    ends = {"sourceAddresses": [source], "destinationAddresses": [target], "destinationPorts": [port]}
    return {"name": "through", "ruleType": "NetworkRule", "ipProtocols": ["Any"], **ends}


def old(field: str, *rules: dict[str, Any], action: str | None = "Allow") -> dict[str, Any]:
    return item(**{field: [part("c", action={"type": action}, rules=list(rules))]})


def old_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a rule as a firewall of old spells it."""
    return {("protocols" if key == "ipProtocols" else key): value for key, value in rule.items() if key != "ruleType"}


CASES = [
    case(PORTS, FAIL, item=item(), rule_groups=groups(nat(), action="DNAT")),
    case(PORTS, FAIL, item=item(), rule_groups=groups(nat("1433"), action="DNAT")),
    case(PORTS, FAIL, item=item(), rule_groups=groups(nat("22", protocol="Any"), action="DNAT")),
    case(PORTS, FAIL, item=item(), rule_groups=groups(nat("22", "0.0.0.0/1", "128.0.0.0/1"), action="DNAT")),
    case(PORTS, FAIL, item=item(), rule_groups=groups(nat("22", "1.0.0.0-9.255.255.255"), action="DNAT")),
    case(PORTS, PASS, item=item(), rule_groups=groups(nat("443"), action="DNAT")),
    case(PORTS, PASS, item=item(), rule_groups=groups(nat("22", "203.0.113.0/24", "198.51.100.1-198.51.100.9"), action="DNAT")),
    case(PORTS, PASS, item=item(), rule_groups=groups(nat("22", protocol="UDP"), action="DNAT")),
    case(PORTS, PASS, item=item(), rule_groups=groups(nat("22", "AzureCloud"), action="DNAT")),
    case(PORTS, PASS, item=item(), rule_groups=[]),
    case(
        PORTS,
        UNKNOWN,
        item=item(),
        rule_groups=groups(nat(sourceAddresses=[], sourceIpGroups=["/x/ipGroups/g"]), action="DNAT"),
    ),
    case(PORTS, UNKNOWN, item=item(), rule_groups=DENIED),
    case(OLD_PORTS, FAIL, item=old("natRuleCollections", old_rule(nat()), action="Dnat")),
    case(OLD_PORTS, PASS, item=old("natRuleCollections", old_rule(nat("443")), action="Dnat")),
    case(OLD_PORTS, PASS, item=item()),
    case(OLD_PORTS, SKIP, item=item(**BY_POLICY)),
    case(NARROW, FAIL, item=item(), rule_groups=groups(network())),
    case(NARROW, FAIL, item=item(), rule_groups=groups(network("0.0.0.0/0", "0.0.0.0/0", "0-65535"))),
    case(NARROW, FAIL, item=item(), rule_groups=groups(network(port="1-65535"))),
    case(NARROW, FAIL, item=item(), rule_groups=groups(network() | {"destinationPorts": ["0-1023", "1024-65535"]})),
    case(NARROW, PASS, item=item(), rule_groups=groups(network() | {"destinationPorts": ["22", "1024-65535"]})),
    case(NARROW, PASS, item=item(), rule_groups=groups(network(), action="Deny")),
    case(NARROW, PASS, item=item(), rule_groups=groups(network("10.0.0.0/8"))),
    case(NARROW, PASS, item=item(), rule_groups=groups(network(target="AzureCloud"))),
    case(NARROW, PASS, item=item(), rule_groups=groups(network(port="443"))),
    case(NARROW, UNKNOWN, item=item(), rule_groups=DENIED),
    case(OLD_NARROW, FAIL, item=old("networkRuleCollections", old_rule(network()))),
    case(OLD_NARROW, PASS, item=old("networkRuleCollections", old_rule(network()), action="Deny")),
    case(OLD_NARROW, SKIP, item=item(**BY_POLICY)),
    case(THREATS, PASS, item=item(threatIntelMode="Deny")),
    case(THREATS, FAIL, item=item(threatIntelMode="Alert")),
    case(THREATS, FAIL, item=item(threatIntelMode="Off")),
    case(THREATS, FAIL, item=item()),
    case(OLD_THREATS, PASS, item=item(threatIntelMode="Deny")),
    case(OLD_THREATS, FAIL, item=item(threatIntelMode="Alert")),
    case(OLD_THREATS, SKIP, item=item(threatIntelMode="Alert", **BY_POLICY)),
    case(INSPECTED, PASS, item=item(intrusionDetection={"mode": "Alert"}, **PREMIUM)),
    case(INSPECTED, PASS, item=item(intrusionDetection={"mode": "Deny"}, **PREMIUM)),
    case(INSPECTED, FAIL, item=item(intrusionDetection={"mode": "Off"}, **PREMIUM)),
    case(INSPECTED, FAIL, item=item(**PREMIUM)),
    case(INSPECTED, SKIP, item=item(sku={"tier": "Standard"})),
    case(
        firewall.tls_inspected,
        PASS,
        item=item(transportSecurity={"certificateAuthority": {"name": "ca", "keyVaultSecretId": "https://v"}}, **PREMIUM),
    ),
    case(firewall.tls_inspected, FAIL, item=item(transportSecurity=None, **PREMIUM)),
    case(firewall.tls_inspected, SKIP, item=item()),
    case(firewall.used, PASS, item=item(firewalls=[to("azureFirewalls", "f")])),
    case(firewall.used, PASS, item=item(childPolicies=[to("firewallPolicies", "c")])),
    case(firewall.used, FAIL, item=item(firewalls=[])),
    case(firewall.spans_zones, PASS, item=item({"zones": ["1", "2", "3"]})),
    case(firewall.spans_zones, PASS, item=item()),
    case(firewall.spans_zones, FAIL, item=item({"zones": ["2"]})),
]
