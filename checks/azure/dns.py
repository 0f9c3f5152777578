"""Checks on DNS: signatures and records of public zones, networks of private ones, and the queries of networks.

What hands itself over is a name that leads to a service of Azure which is no more: somebody else makes one of that name.
Source: Azure security documentation, "Prevent dangling DNS entries and avoid subdomain takeover".
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.azure.read import Item, at, in_words, inner, last, many, not_handed_on, prop, rows, same, word
from checks.azure.vnet_read import NETWORK, PUBLIC_IP, link
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

ZONE, PRIVATE, RESOLVER_POLICY = "azure.dns.zone", "azure.dns.private_zone", "azure.dns.resolver_policy"
LOCK = "azure.subscription.lock"
QUERIES = "DnsResponse"
PRIVATE_LINK = "privatelink."
# Names that Azure gives to whoever asks first, and where a resource of each type tells its own.
GIVEN = (
    (".azurewebsites.net", "azure.appservice.app", ("defaultHostName", "hostNames", "enabledHostNames")),
    (".azurewebsites.net", "azure.functions.app", ("defaultHostName", "hostNames", "enabledHostNames")),
    (".cloudapp.azure.com", PUBLIC_IP, ("dnsSettings.fqdn",)),
    (".azurefd.net", "azure.frontdoor.endpoint", ("hostName",)),
    (".azurefd.net", "azure.frontdoor.classic", ("cname",)),
    (".azureedge.net", "azure.frontdoor.cdn_endpoint", ("hostName",)),
    (".azurecontainer.io", "azure.aci.group", ("ipAddress.fqdn",)),
)
# What an alias may lead to. Source: Azure DNS documentation, "Alias records overview".
ALIASED = {
    "publicipaddresses": PUBLIC_IP,
    "frontdoors": "azure.frontdoor.classic",
    "afdendpoints": "azure.frontdoor.endpoint",
    "endpoints": "azure.frontdoor.cdn_endpoint",
}
VALUES = ("ARecords", "AAAARecords", "CNAMERecord")
LEADING = ("a", "aaaa", "cname")


def _kind(record: Item) -> str:
    return last(word(record.get("type")))


def _leading(zone: Resource) -> list[tuple[str, Item]]:
    """Return the records that lead to an address or another name."""
    records = rows(zone, "records")
    return [(str(one.get("name")), inner(one)) for one in records if _kind(one) in LEADING]


@check(
    f"{ZONE}.signed",
    on=ZONE,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Public zone is signed (DNSSEC)",
    risk="Forged answers lead visitors to a stranger's servers.",
    fix="az network dns dnssec-config create -g GROUP -z {name}, then add the DS record at the registrar",
)
def signed(zone: Resource) -> Verdict:
    config = zone["dnssec"]
    if config is None:
        return failed("not signed")
    keys = many(config.get("signingKeys")) if isinstance(config, dict) else []
    return passed(f"signed by {len(keys)} keys")


@check(
    f"{ZONE}.issuers_named",
    on=ZONE,
    control="encryption.certificates",
    severity=Severity.LOW,
    title="Zone names who may issue certificates for it (CAA)",
    risk="Any authority of the world that can be fooled once issues a certificate for these names.",
    fix="az network dns record-set caa add-record -g GROUP -z {name} -n @ --flags 0 --tag issue --value AUTHORITY",
)
def issuers_named(zone: Resource) -> Verdict:
    named = [one for each in rows(zone, "records") if _kind(each) == "caa" for one in many(inner(each).get("caaRecords"))]
    issuers = {str(one.get("value")) for one in named if word(one.get("tag")).startswith("issue")}
    return passed(f"by {in_words(issuers)}") if issuers else failed("no CAA record")


def _target(record: Item) -> str:
    return link(record, "targetResource.id")


def _empty(record: Item) -> bool:
    return not _target(record) and not any(record.get(field) for field in VALUES)


def _gone(record: Item, zone: Resource, inventory: Inventory) -> bool:
    """Tell whether an alias leads to something of this subscription that is not there."""
    target = _target(record)
    type = ALIASED.get(target.rpartition("/")[0].rpartition("/")[2])
    ours = bool(target) and zone.id.partition("/resourcegroups/")[0] == target.partition("/resourcegroups/")[0]
    return bool(type and ours) and inventory.get(str(type), target) is None


def _hosts(type: str, paths: tuple[str, ...], inventory: Inventory) -> Iterator[str]:
    for resource in inventory.all(type):
        for path in paths:
            said = prop(resource, path)
            yield from (word(one) for one in (said if isinstance(said, list) else [said]))


def _unknown(names: list[str], inventory: Inventory) -> list[str]:
    """Return those of *names* that Azure gives to whoever asks, and that nothing in this subscription has."""
    given = [name for name in names if name.endswith(tuple(suffix for suffix, _, _ in GIVEN))]
    asked = [(type, paths) for suffix, type, paths in GIVEN if any(name.endswith(suffix) for name in given)]
    held = {host for type, paths in asked for host in _hosts(type, paths, inventory)}
    return [name for name in given if name not in held]


@check(
    f"{ZONE}.leads_home",
    on=ZONE,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Names of the zone lead to nothing that is gone",
    risk="Somebody else makes a service of the name that is free again, and speaks under yours: with its cookies and its mail.",
    fix="az network dns record-set cname delete -g GROUP -z {name} -n RECORD",
)
def leads_home(zone: Resource, inventory: Inventory) -> Verdict:
    """Say unknown for names of Azure that nothing in this subscription has: another subscription may have them."""
    records = _leading(zone)
    gone = [name for name, record in records if _empty(record) or _gone(record, zone, inventory)]
    if gone:
        return failed(f"leads to nothing: {in_words(gone)}")
    names = [word(at(record, "CNAMERecord.cname")).rstrip(".") for _, record in records]
    if strange := _unknown([name for name in names if name], inventory):
        return unknown(f"whether {in_words(strange)} is one's own isn't seen in this subscription")
    return passed(f"{len(records)} names")


@check(
    f"{ZONE}.kept_from_deletion",
    on=ZONE,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Public zone is locked against deletion",
    risk="With one wrong command everything under the name is gone, and it takes days until all resolvers see it again.",
    fix="az lock create --name keep --lock-type CanNotDelete --resource {id}",
)
def kept_from_deletion(zone: Resource, inventory: Inventory) -> Verdict:
    for lock in inventory.all(LOCK):
        scope = lock.id.partition("/providers/microsoft.authorization/locks/")[0]
        if zone.id == scope or zone.id.startswith(f"{scope}/"):
            return passed(f"by {lock.name}")
    return failed("no lock on it, or above")


@check(
    f"{PRIVATE}.asked",
    on=PRIVATE,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Private zone is asked by a network",
    risk="Names that ought to lead to the inside are asked of the internet, and answered from there.",
    fix="az network private-dns link vnet create -g GROUP -z {name} -n LINK -v NETWORK -e false",
)
def asked(zone: Resource) -> Verdict:
    links = [last(at(inner(one), "virtualNetwork.id")) for one in rows(zone, "links")]
    return passed(f"by {in_words(links)}") if links else failed("by no network")


@check(
    f"{PRIVATE}.answers_inside",
    on=PRIVATE,
    control="network.private_endpoints",
    severity=Severity.LOW,
    title="Zone for private links asks the internet for nothing",
    risk="A name that is missing in the zone leads to the public address of the service, around the private link.",
    fix="az network private-dns link vnet update -g GROUP -z {name} -n LINK --resolution-policy Default",
)
def answers_inside(zone: Resource) -> Verdict:
    links = rows(zone, "links")
    if not word(zone.name).startswith(PRIVATE_LINK):
        return skipped("no zone for private links")
    loose = [str(one.get("name")) for one in links if word(inner(one).get("resolutionPolicy")) == "nxdomainredirect"]
    return failed(f"asks the internet by {in_words(loose)}") if loose else passed("answers by itself")


@check(
    f"{NETWORK}.queries_logged",
    on=NETWORK,
    service="azure.dns",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Network records its DNS queries",
    risk="Malware that calls home, or sends data out through names, is not seen.",
    fix="az dns-resolver policy create -n queries -g GROUP -l {region}, link it to {name}, and hand on its log DnsResponse",
)
def queries_logged(network: Resource, inventory: Inventory) -> Verdict:
    named = [policy for policy in inventory.all(RESOLVER_POLICY) if any(same(network.id, id) for id in _networks(policy))]
    if not named:
        return failed("no policy is on its queries")
    silent = [policy.name for policy in named if not_handed_on(policy, (QUERIES,))]
    return failed(f"{in_words(silent)} hands on no log") if silent else passed(f"by {in_words(one.name for one in named)}")


def _networks(policy: Resource) -> list[str]:
    return [link(inner(one), "virtualNetwork.id") for one in rows(policy, "links")]


@check(
    f"{RESOLVER_POLICY}.names_blocked",
    on=RESOLVER_POLICY,
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Policy for queries blocks names of attackers",
    risk="Malware finds the servers that command it, and sends them what it took, by names that are known for it.",
    fix="az dns-resolver policy dns-security-rule create --policy-name {name} -g GROUP -n block -l {region} --priority 100"
    " --dns-security-rule-state Enabled --action actionType=Block --domain-lists LIST",
)
def names_blocked(policy: Resource) -> Verdict:
    blocking = [str(one.get("name")) for one in rows(policy, "rules") if _blocks(inner(one))]
    return passed(f"by {in_words(blocking)}") if blocking else failed("no rule blocks a name")


def _blocks(rule: Item) -> bool:
    on = word(rule.get("dnsSecurityRuleState") or "enabled") == "enabled"
    return on and word(at(rule, "action.actionType")) == "block"


@check(
    f"{RESOLVER_POLICY}.used",
    on=RESOLVER_POLICY,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Policy for queries holds for a network",
    risk="A policy that records and blocks nothing gives false comfort.",
    fix="az dns-resolver policy vnet-link create --policy-name {name} -g GROUP -n LINK -l {region} --virtual-network NETWORK",
)
def used(policy: Resource) -> Verdict:
    found = [last(id) for id in _networks(policy) if id]
    return passed(f"for {in_words(found)}") if found else failed("for no network")
