"""Cases of firewall rules of networks, and of firewall policies."""

from __future__ import annotations

from typing import Any

from checks.gcp import vpc_firewalls
from checks.gcp.firewall_rules import FIREWALL, NETWORK, POLICY, SETTINGS
from scanner.model import Outcome, Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.gcp.estate import HIDDEN, folder, project, top
from tests.checks.gcp.links import NET, compute, link

RULES = {each.id.removeprefix(f"{FIREWALL}."): each for each in vpc_firewalls.EXPOSED if each.on == FIREWALL}
POLICIES = {each.id.removeprefix(f"{POLICY}."): each for each in vpc_firewalls.EXPOSED if each.on == POLICY}
SSH, RDP = RULES["ssh_closed"], RULES["rdp_closed"]
WORLD = ["0.0.0.0/0"]
NETWORKS = (compute(NETWORK, NET, item={"name": "net", "autoCreateSubnetworks": False}),)


def item(*ports: str, name: str = "rule", protocol: str = "tcp", action: str = "allowed", **fields: Any) -> dict[str, Any]:
    """Return a firewall rule as the API writes it."""
    tuples = [{"IPProtocol": protocol, **({"ports": list(ports)} if ports else {})}]
    given = {"sourceRanges": WORLD, "priority": 1000, "direction": "INGRESS", "disabled": False, **fields}
    return {"name": name, "network": link(NET), action: tuples, "logConfig": {"enable": False}, **given}


def rule(*ports: str, name: str = "other", **fields: Any) -> Resource:
    return compute(FIREWALL, f"global/firewalls/{name}", item=item(*ports, name=name, **fields))


def matching(*ports: str, action: str = "allow", priority: int = 1000, protocol: str = "tcp", **match: Any) -> dict[str, Any]:
    """Return a rule of a firewall policy."""
    tuples = [{"ipProtocol": protocol, **({"ports": list(ports)} if ports else {})}]
    return {
        "kind": "compute#firewallPolicyRule",
        "priority": priority,
        "action": action,
        "direction": "INGRESS",
        "match": {"layer4Configs": tuples, **match},
    }


def policy(*rules: dict[str, Any], target: str = link(NET)) -> dict[str, Any]:
    hand_on = {"priority": 2147483647, "action": "goto_next", "direction": "INGRESS", "match": {"srcIpRanges": WORLD}}
    attached = [{"name": "a", "attachmentTarget": target}] if target else []
    return {"name": "policy", "associations": attached, "rules": [*rules, hand_on]}


def attached(*rules: dict[str, Any]) -> Resource:
    return compute(POLICY, "global/firewallPolicies/policy", item=policy(*rules))


def below(*rules: list[dict[str, Any]] | None) -> Resource:
    """Return a project under policies with these *rules*, the organization's first, then its folder's.

    ``None`` stands for a node whose policies are not known.
    """
    nodes = [top(), folder()]
    for node, each in zip(nodes, rules, strict=False):
        if each is None:
            del node["firewall_policies"]
        elif each:
            node["firewall_policies"] = [policy(*each, target="")]
    return project(lineage=nodes[::-1])


OLD = {
    "name": "old",
    "network": link(NET),
    "allowed": [{"ipProtocol": "tcp", "port": ["22"]}],
    "direction": "INGRESS",
    "sourceRange": WORLD,
}
BEFORE = (compute(NETWORK, NET, item={"networkFirewallPolicyEnforcementOrder": "BEFORE_CLASSIC_FIREWALL"}),)

DENIED = matching("22", action="deny", srcIpRanges=WORLD)
HANDED = matching("22", action="goto_next", priority=1, srcIpRanges=WORLD)
WEB_ONLY = {"targetServiceAccounts": ["web@p.iam.gserviceaccount.com"]}
HOST = compute(SETTINGS, "", item={"name": ACCOUNT, "xpnProjectStatus": "HOST"})
FROM_ABOVE: list[tuple[Outcome, dict[str, Any], list[Resource]]] = [
    (PASS, {}, [below([DENIED])]),
    (PASS, {}, [below([], [DENIED])]),
    (PASS, {}, [below([HANDED], [DENIED])]),
    (PASS, WEB_ONLY, [below([DENIED | WEB_ONLY])]),
    (PASS, {}, [below([matching(protocol="all", action="deny", srcIpRanges=WORLD)])]),
    (PASS, {}, [below([matching("22", priority=1, srcIpRanges=["10.0.0.0/8"]), DENIED])]),
    (PASS, {}, [below([DENIED]), HOST]),
    (FAIL, {}, [below([], [DENIED]), HOST]),  # machines of other projects, under other folders, are in the network as well
    (FAIL, {}, [below([HANDED, DENIED])]),
    (FAIL, {}, [below([HANDED | WEB_ONLY, DENIED])]),
    (FAIL, {}, [below([DENIED | WEB_ONLY])]),
    (FAIL, {}, [below([matching("22", action="deny", srcIpRanges=["192.0.2.0/24"])])]),
    (FAIL, {}, [below([DENIED | {"targetResources": [link("global/networks/other")]}])]),
    (FAIL, {}, [HIDDEN]),  # nothing hidden makes a rule better than it is
    (FAIL, {}, [below(None, [])]),
    (PASS, {"sourceRanges": ["10.0.0.0/8"]}, [HIDDEN]),
]

CASES = [
    # What one rule opens.
    case(SSH, FAIL, item=item("22"), inventory=NETWORKS),
    case(SSH, FAIL, item=item("20-25"), inventory=NETWORKS),
    case(SSH, FAIL, item=item("80", "22"), inventory=NETWORKS),
    case(SSH, FAIL, item=item(protocol="all"), inventory=NETWORKS),
    case(SSH, FAIL, item=item(protocol="tcp"), inventory=NETWORKS),
    case(SSH, FAIL, item=item("22", protocol="6"), inventory=NETWORKS),
    case(SSH, FAIL, item=item("22", sourceRanges=["::/0"]), inventory=NETWORKS),
    case(SSH, FAIL, item=item("22", sourceRanges=["0:0:0:0:0:0:0:0/0"]), inventory=NETWORKS),
    case(SSH, FAIL, item=item("22", sourceRanges=["0.0.0.0/1", "128.0.0.0/1"]), inventory=NETWORKS),
    case(SSH, FAIL, item=OLD, inventory=NETWORKS),
    # Without any source, all of IPv4 is meant; ranges and tags are alternatives.
    case(SSH, FAIL, item=item("22", sourceRanges=None), inventory=NETWORKS),
    case(SSH, FAIL, item=item("22", sourceTags=["bastion"]), inventory=NETWORKS),
    case(SSH, PASS, item=item("22", sourceRanges=None, sourceTags=["bastion"]), inventory=NETWORKS),
    case(
        SSH, PASS, item=item("22", sourceRanges=None, sourceServiceAccounts=["a@p.iam.gserviceaccount.com"]), inventory=NETWORKS
    ),
    case(SSH, PASS, item=item("22", sourceRanges=["35.235.240.0/20"]), inventory=NETWORKS),
    case(SSH, PASS, item=item("443"), inventory=NETWORKS),
    case(SSH, PASS, item=item("22", protocol="udp"), inventory=NETWORKS),
    case(SSH, PASS, item=item("22", protocol="icmp"), inventory=NETWORKS),
    case(SSH, PASS, item=item("22", action="denied"), inventory=NETWORKS),
    case(SSH, SKIP, item=item("22", disabled=True), inventory=NETWORKS),
    case(SSH, SKIP, item=item("22", direction="EGRESS"), inventory=NETWORKS),
    case(SSH, SKIP, item=item("22", direction=1), inventory=NETWORKS),
    # What rules before it keep out.
    case(SSH, PASS, item=item("22"), inventory=[*NETWORKS, rule("22", action="denied", priority=900)]),
    case(SSH, PASS, item=item("22"), inventory=[*NETWORKS, rule(protocol="all", action="denied", priority=1000)]),
    case(SSH, FAIL, item=item("22"), inventory=[*NETWORKS, rule("22", action="denied", priority=1001)]),
    case(SSH, FAIL, item=item("22"), inventory=[*NETWORKS, rule("22", action="denied", priority=900, disabled=True)]),
    case(SSH, FAIL, item=item("22"), inventory=[*NETWORKS, rule("22", action="denied", priority=900, targetTags=["web"])]),
    case(
        SSH, FAIL, item=item("22"), inventory=[*NETWORKS, rule("22", action="denied", priority=1, sourceRanges=["1.0.0.0/8"])]
    ),
    case(
        SSH,
        FAIL,
        item=item("22"),
        inventory=[*NETWORKS, rule("22", action="denied", priority=1, network=link("global/networks/x"))],
    ),
    case(
        SSH,
        PASS,
        item=item("22", targetTags=["web"]),
        inventory=[*NETWORKS, rule("22", action="denied", priority=900, targetTags=["web", "app"])],
    ),
    case(
        SSH,
        FAIL,
        item=item("22", targetTags=["web", "app"]),
        inventory=[*NETWORKS, rule("22", action="denied", priority=900, targetTags=["web"])],
    ),
    case(SSH, FAIL, item=item("22"), inventory=[*NETWORKS, attached(matching("22", action="deny", srcIpRanges=WORLD))]),
    case(SSH, PASS, item=item("22"), inventory=[*BEFORE, attached(matching("22", action="deny", srcIpRanges=WORLD))]),
    case(SSH, UNKNOWN, item=item("22"), inventory=[*NETWORKS, unlisted(FIREWALL)]),
    # What a policy before them hands on, it does not keep out.
    case(SSH, FAIL, item=item("22"), inventory=[*BEFORE, attached(HANDED, DENIED)]),
    case(SSH, PASS, item=item("22"), inventory=[*BEFORE, attached(DENIED, HANDED | {"priority": 2000})]),
    # What folders and the organization keep out.
    *(case(SSH, outcome, item=item("22", **more), inventory=[*NETWORKS, *above]) for outcome, more, above in FROM_ABOVE),
    # The other exposures.
    case(RDP, FAIL, item=item("3389"), inventory=NETWORKS),
    case(RDP, FAIL, item=item("3389", protocol="udp"), inventory=NETWORKS),
    case(RDP, PASS, item=item("22"), inventory=NETWORKS),
    case(RULES["file_shares_closed"], FAIL, item=item("445"), inventory=NETWORKS),
    case(RULES["file_shares_closed"], PASS, item=item("443"), inventory=NETWORKS),
    case(RULES["remote_control_closed"], FAIL, item=item("23"), inventory=NETWORKS),
    case(RULES["remote_control_closed"], PASS, item=item("443"), inventory=NETWORKS),
    case(RULES["databases_closed"], FAIL, item=item("5432"), inventory=NETWORKS),
    case(RULES["databases_closed"], PASS, item=item("5432", sourceRanges=["10.0.0.0/8"]), inventory=NETWORKS),
    case(RULES["inner_services_closed"], FAIL, item=item("6443"), inventory=NETWORKS),
    case(RULES["inner_services_closed"], PASS, item=item("443"), inventory=NETWORKS),
    # Policies.
    case(POLICIES["ssh_closed"], FAIL, item=policy(matching("22", srcIpRanges=WORLD))),
    case(POLICIES["ssh_closed"], FAIL, item=policy(matching("22", srcIpRanges=WORLD), target="organizations/123")),
    case(POLICIES["ssh_closed"], FAIL, item=policy(matching("22", srcNetworkType="INTERNET"))),
    case(POLICIES["ssh_closed"], FAIL, item=policy(matching("22", action="apply_security_profile_group", srcIpRanges=WORLD))),
    case(
        POLICIES["ssh_closed"],
        PASS,
        item=policy(matching("22", action="deny", priority=1, srcIpRanges=WORLD), matching("22", srcIpRanges=WORLD)),
    ),
    case(
        POLICIES["ssh_closed"],
        PASS,
        item=policy(matching("22", action="goto_next", priority=1, srcIpRanges=WORLD), matching("22", srcIpRanges=WORLD)),
    ),
    case(
        POLICIES["ssh_closed"],
        FAIL,
        item=policy(matching("22", action="deny", priority=2000, srcIpRanges=WORLD), matching("22", srcIpRanges=WORLD)),
    ),
    case(POLICIES["ssh_closed"], PASS, item=policy(matching("22", srcIpRanges=["35.235.240.0/20"]))),
    case(POLICIES["ssh_closed"], PASS, item=policy(matching("22", srcNetworkType="INTRA_VPC"))),
    case(POLICIES["ssh_closed"], PASS, item=policy(matching("22", srcSecureTags=[{"name": "tagValues/1"}]))),
    case(POLICIES["ssh_closed"], PASS, item=policy(matching("22", srcIpRanges=WORLD) | {"disabled": True})),
    case(POLICIES["ssh_closed"], PASS, item=policy(matching("22", srcIpRanges=WORLD) | {"direction": "EGRESS"})),
    case(POLICIES["ssh_closed"], UNKNOWN, item=policy(matching("22", srcAddressGroups=["projects/p/addressGroups/g"]))),
    case(POLICIES["ssh_closed"], UNKNOWN, item=policy(matching("22", srcRegionCodes=["US"]))),
    case(POLICIES["ssh_closed"], PASS, item=policy(matching("443", srcRegionCodes=["US"]))),
    case(POLICIES["ssh_closed"], SKIP, item=policy(matching("22", srcIpRanges=WORLD), target="")),
    case(POLICIES["rdp_closed"], FAIL, item=policy(matching("3389", srcIpRanges=["*"]))),
    case(POLICIES["rdp_closed"], PASS, item=policy()),
    case(POLICIES["file_shares_closed"], FAIL, item=policy(matching("445", srcIpRanges=WORLD))),
    case(POLICIES["file_shares_closed"], PASS, item=policy()),
    case(POLICIES["remote_control_closed"], FAIL, item=policy(matching("5900", srcIpRanges=WORLD))),
    case(POLICIES["remote_control_closed"], PASS, item=policy()),
    case(POLICIES["databases_closed"], FAIL, item=policy(matching("3306", srcIpRanges=WORLD))),
    case(POLICIES["databases_closed"], PASS, item=policy()),
    case(POLICIES["inner_services_closed"], FAIL, item=policy(matching("2375", srcIpRanges=WORLD))),
    case(POLICIES["inner_services_closed"], PASS, item=policy()),
]

WIDE, WIDE_POLICY = vpc_firewalls.not_wide_open
LOGGED, LOGGED_POLICY = vpc_firewalls.connections_logged
BEHIND_PROXY = compute("gcp.lb.backend_service", "global/backendServices/web", item={"iap": {"enabled": True}})
PLAIN_BACKEND = compute("gcp.lb.backend_service", "global/backendServices/web", item={"iap": {"enabled": False}})

CASES += [
    case(WIDE, FAIL, item=item(protocol="all"), inventory=NETWORKS),
    case(WIDE, FAIL, item=item("1024-65535", protocol="udp"), inventory=NETWORKS),
    case(WIDE, FAIL, item=item("0-30000", "30001-65535"), inventory=NETWORKS),
    case(WIDE, PASS, item=item("80", "443", "8000-8100"), inventory=NETWORKS),
    case(WIDE, PASS, item=item(protocol="all", sourceRanges=["10.128.0.0/9"]), inventory=NETWORKS),
    case(WIDE, SKIP, item=item(protocol="all", disabled=True), inventory=NETWORKS),
    case(WIDE_POLICY, FAIL, item=policy(matching(protocol="all", srcIpRanges=WORLD))),
    case(WIDE_POLICY, PASS, item=policy(matching("443", srcIpRanges=WORLD))),
    case(vpc_firewalls.targets_named, FAIL, item=item("443"), inventory=NETWORKS),
    case(vpc_firewalls.targets_named, PASS, item=item("443", targetTags=["web"]), inventory=NETWORKS),
    case(
        vpc_firewalls.targets_named,
        PASS,
        item=item("443", targetServiceAccounts=["w@p.iam.gserviceaccount.com"]),
        inventory=NETWORKS,
    ),
    case(vpc_firewalls.targets_named, SKIP, item=item("443", sourceRanges=["10.0.0.0/8"]), inventory=NETWORKS),
    case(vpc_firewalls.web_only_through_google, FAIL, item=item("443"), inventory=[BEHIND_PROXY]),
    case(
        vpc_firewalls.web_only_through_google, FAIL, item=item("80", sourceRanges=["203.0.113.0/24"]), inventory=[BEHIND_PROXY]
    ),
    case(
        vpc_firewalls.web_only_through_google,
        PASS,
        item=item("443", sourceRanges=["35.191.0.0/16", "130.211.0.0/22", "10.0.0.0/8"]),
        inventory=[BEHIND_PROXY],
    ),
    case(vpc_firewalls.web_only_through_google, SKIP, item=item("443"), inventory=[PLAIN_BACKEND]),
    case(vpc_firewalls.web_only_through_google, SKIP, item=item("22"), inventory=[BEHIND_PROXY]),
    case(vpc_firewalls.web_only_through_google, UNKNOWN, item=item("443"), inventory=[unlisted("gcp.lb.backend_service")]),
    case(LOGGED, PASS, item=item("443", logConfig={"enable": True})),
    case(LOGGED, FAIL, item=item("443")),
    case(LOGGED, SKIP, item=item("443", disabled=True)),
    case(LOGGED_POLICY, PASS, item=policy(matching("443", srcIpRanges=WORLD) | {"enableLogging": True})),
    case(LOGGED_POLICY, FAIL, item=policy(matching("443", srcIpRanges=WORLD))),
    case(vpc_firewalls.in_force, PASS, item=item("443")),
    case(vpc_firewalls.in_force, FAIL, item=item("443", disabled=True)),
    case(vpc_firewalls.attached, PASS, item=policy()),
    case(vpc_firewalls.attached, FAIL, item=policy(target="")),
]
