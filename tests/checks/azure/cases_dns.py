"""Cases of DNS zones, public and private, and of the queries of networks."""

from __future__ import annotations

from typing import Any

from checks.azure import dns
from checks.azure.vnet_read import PUBLIC_IP
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.net import arm, item, known, logged, part, to

ID = arm("dnszones", "example.com").lower()
NET = arm("virtualNetworks", "v")
SUBSCRIPTION = ID.partition("/resourcegroups/")[0]
GROUP = ID.partition("/providers/")[0]
ELSEWHERE = "/subscriptions/2/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/ip"


def record(kind: str, name: str = "www", **said: Any) -> dict[str, Any]:
    return {"name": name, "type": f"Microsoft.Network/dnszones/{kind}", "properties": {"TTL": 300, **said}}


def cname(host: str) -> list[dict[str, Any]]:
    return [record("CNAME", CNAMERecord={"cname": host})]


def alias(id: str | None) -> list[dict[str, Any]]:
    return [record("A", targetResource={"id": id} if id else {})]


def leading(outcome: Any, records: Any, *inventory: Any) -> Any:
    return case(dns.leads_home, outcome, id=ID, item=item(), records=records, inventory=inventory)


def lock(scope: str) -> Resource:
    return resource(
        dns.LOCK, f"{scope}/providers/microsoft.authorization/locks/keep", name="keep", item=item(level="CanNotDelete")
    )


def policy(diagnostics: Any, network: str = NET) -> Resource:
    links = [part(virtualNetwork={"id": network})]
    return resource(dns.RESOLVER_POLICY, "p", name="p", item=item(), links=links, diagnostics=diagnostics)


APP = resource(
    "azure.appservice.app", "app", item=item(defaultHostName="Shop.azurewebsites.net", hostNames=["shop.azurewebsites.net"])
)
SLOT = resource("azure.functions.app", "fun", item=item(defaultHostName=None, hostNames=["fun.azurewebsites.net"]))
ADDRESS = known(PUBLIC_IP, "publicIPAddresses", "ip", dnsSettings={"fqdn": "shop.westeurope.cloudapp.azure.com"})

CASES = [
    case(dns.signed, PASS, dnssec={"provisioningState": "Succeeded", "signingKeys": [{"flags": 257}]}),
    case(dns.signed, FAIL, dnssec=None),
    case(dns.signed, UNKNOWN, dnssec=DENIED),
    case(
        dns.issuers_named,
        PASS,
        records=[record("CAA", "@", caaRecords=[{"flags": 0, "tag": "issue", "value": "digicert.com"}])],
    ),
    case(dns.issuers_named, FAIL, records=[record("CAA", "@", caaRecords=[{"flags": 0, "tag": "iodef", "value": "mailto:x"}])]),
    case(dns.issuers_named, FAIL, records=cname("www.example.org")),
    case(dns.issuers_named, UNKNOWN, records=DENIED),
    leading(PASS, [record("A", ARecords=[{"ipv4Address": "203.0.113.7"}]), record("TXT", TXTRecords=[])]),
    leading(PASS, cname("www.example.org")),
    leading(PASS, cname("shop.azurewebsites.net."), APP),
    leading(PASS, cname("fun.azurewebsites.net"), SLOT),
    leading(PASS, cname("shop.westeurope.cloudapp.azure.com"), ADDRESS),
    leading(PASS, alias(arm("publicIPAddresses", "IP")), ADDRESS),
    leading(PASS, alias(ELSEWHERE)),
    leading(PASS, alias(arm("trafficManagerProfiles", "t"))),
    leading(FAIL, alias(arm("publicIPAddresses", "gone")), ADDRESS),
    leading(FAIL, alias(None)),
    leading(FAIL, [record("AAAA", AAAARecords=[])]),
    leading(UNKNOWN, cname("gone.azurewebsites.net"), APP),
    leading(UNKNOWN, cname("shop.azurewebsites.net"), APP, unlisted("azure.functions.app")),
    leading(UNKNOWN, alias(arm("publicIPAddresses", "ip")), unlisted(PUBLIC_IP)),
    leading(UNKNOWN, DENIED),
    case(dns.kept_from_deletion, PASS, id=ID, item=item(), inventory=[lock(ID)]),
    case(dns.kept_from_deletion, PASS, id=ID, item=item(), inventory=[lock(GROUP)]),
    case(dns.kept_from_deletion, PASS, id=ID, item=item(), inventory=[lock(SUBSCRIPTION)]),
    case(dns.kept_from_deletion, FAIL, id=ID, item=item(), inventory=[lock(f"{ID}2"), lock(f"{GROUP}2")]),
    case(dns.kept_from_deletion, UNKNOWN, id=ID, item=item(), inventory=[unlisted(dns.LOCK)]),
    case(dns.asked, PASS, links=[part(virtualNetwork=to("virtualNetworks", "v"))]),
    case(dns.asked, FAIL, links=[]),
    case(dns.asked, UNKNOWN, links=DENIED),
    case(
        dns.answers_inside, PASS, id="privatelink.blob.core.windows.net", item=item(), links=[part(resolutionPolicy="Default")]
    ),
    case(dns.answers_inside, PASS, id="privatelink.blob.core.windows.net", item=item(), links=[]),
    case(
        dns.answers_inside,
        FAIL,
        id="privatelink.blob.core.windows.net",
        item=item(),
        links=[part(resolutionPolicy="NxDomainRedirect")],
    ),
    case(dns.answers_inside, SKIP, id="corp.example.com", item=item(), links=[part(resolutionPolicy="NxDomainRedirect")]),
    case(dns.queries_logged, PASS, id=NET.lower(), item=item(), inventory=[policy(logged("DnsResponse"))]),
    case(dns.queries_logged, FAIL, id=NET.lower(), item=item(), inventory=[policy([])]),
    case(dns.queries_logged, FAIL, id=NET.lower(), item=item(), inventory=[policy(logged("DnsResponse"), f"{NET}2")]),
    case(dns.queries_logged, FAIL, id=NET.lower(), item=item()),
    case(dns.queries_logged, UNKNOWN, id=NET.lower(), item=item(), inventory=[unlisted(dns.RESOLVER_POLICY)]),
    case(dns.queries_logged, UNKNOWN, id=NET.lower(), item=item(), inventory=[policy(DENIED)]),
    case(dns.names_blocked, PASS, rules=[part("b", action={"actionType": "Block"}, dnsSecurityRuleState="Enabled")]),
    case(dns.names_blocked, FAIL, rules=[part("b", action={"actionType": "Block"}, dnsSecurityRuleState="Disabled")]),
    case(dns.names_blocked, FAIL, rules=[part("b", action={"actionType": "Alert"}, dnsSecurityRuleState="Enabled")]),
    case(dns.names_blocked, FAIL, rules=[]),
    case(dns.names_blocked, UNKNOWN, rules=DENIED),
    case(dns.used, PASS, links=[part(virtualNetwork=to("virtualNetworks", "v"))]),
    case(dns.used, FAIL, links=[]),
]
