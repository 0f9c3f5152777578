from checks.gcp import dns
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp import policies

ZONE = "//dns.googleapis.com/projects/1001/managedZones/z"
KSK, ZSK = dns.STRONG
NETWORK = "//compute.googleapis.com/projects/123456789012/global/networks/n"
LINK = "https://www.googleapis.com/compute/v1/projects/123456789012/global/networks/"


def signing(*keys: dict[str, str], state: str = "ON", visibility: str = "PUBLIC") -> dict[str, object]:
    return {"visibility": visibility, "dnssecConfig": {"state": state, "defaultKeySpecs": list(keys)}}


def key(kind: str, algorithm: str) -> dict[str, str]:
    return {"keyType": kind, "algorithm": algorithm}


def forwarding(*servers: dict[str, str]) -> dict[str, object]:
    return {"visibility": "PRIVATE", "forwardingConfig": {"targetNameServers": list(servers)}}


def policy(*networks: str, logging: bool = True) -> Resource:
    links = [{"networkUrl": LINK + each} for each in networks]
    return resource("gcp.dns.policy", "p", item={"enableLogging": logging, "networks": links})


STRONG = (key("KEY_SIGNING", "RSASHA256"), key("ZONE_SIGNING", "ECDSAP256SHA256"))

CASES = [
    case(dns.signed, PASS, item=signing()),
    case(dns.signed, PASS, item={"visibility": "public", "dnssecConfig": {"state": "on"}}),
    case(dns.signed, PASS, item=signing(state="TRANSFER")),
    case(dns.signed, FAIL, item=signing(state="OFF")),
    case(dns.signed, FAIL, item={"visibility": "PUBLIC"}),
    case(dns.signed, FAIL, item={"dnsName": "example.com."}),
    case(dns.signed, FAIL, item={"visibility": "PUBLIC", "dnssecConfig": {"kind": "dns#managedZoneDnsSecConfig"}}),
    case(dns.signed, SKIP, item={"visibility": "PRIVATE"}),
    case(KSK, PASS, item=signing(*STRONG)),
    case(KSK, PASS, item=signing(key("ZONE_SIGNING", "RSASHA1"), key("KEY_SIGNING", "RSASHA512"))),
    case(KSK, PASS, item=signing()),
    case(KSK, FAIL, item=signing(key("KEY_SIGNING", "RSASHA1"))),
    case(KSK, FAIL, item=signing(key("keySigning", "rsasha1"), state="on", visibility="public")),
    case(KSK, SKIP, item=signing(key("KEY_SIGNING", "RSASHA1"), state="OFF")),
    case(ZSK, PASS, item=signing(*STRONG)),
    case(ZSK, FAIL, item=signing(key("ZONE_SIGNING", "RSASHA1"))),
    case(ZSK, SKIP, item=signing(key("ZONE_SIGNING", "RSASHA1"), visibility="PRIVATE")),
    case(dns.queries_logged, PASS, item={"visibility": "PUBLIC", "cloudLoggingConfig": {"enableLogging": True}}),
    case(dns.queries_logged, FAIL, item={"visibility": "PUBLIC", "cloudLoggingConfig": {}}),
    case(dns.queries_logged, FAIL, item={}),
    case(dns.queries_logged, SKIP, item={"visibility": "PRIVATE"}),
    case(dns.dns_queries_logged, PASS, id=NETWORK, item={}, inventory=[policy("other"), policy("n")]),
    case(dns.dns_queries_logged, FAIL, id=NETWORK, item={}, inventory=[policy("n", logging=False), policy("other")]),
    case(dns.dns_queries_logged, FAIL, id=NETWORK, item={}),
    case(dns.dns_queries_logged, UNKNOWN, id=NETWORK, item={}, inventory=[unlisted("gcp.dns.policy")]),
    *policies.named(dns.not_public, ZONE, "dns.admin"),
    *policies.known(dns.members_known, ZONE, "dns.admin"),
    case(dns.forwards_inside, PASS, item=forwarding({"ipv4Address": "10.0.0.2"})),
    case(dns.forwards_inside, PASS, item=forwarding({"ipv4Address": "198.18.0.1", "forwardingPath": "PRIVATE"})),
    case(dns.forwards_inside, PASS, item=forwarding({"ipv4Address": "8.8.8.8", "forwardingPath": "private"})),
    case(dns.forwards_inside, FAIL, item=forwarding({"ipv4Address": "10.0.0.2"}, {"ipv4Address": "8.8.8.8"})),
    case(dns.forwards_inside, SKIP, item={"visibility": "PRIVATE"}),
    case(dns.forwards_to_several, PASS, item=forwarding({"ipv4Address": "10.0.0.2"}, {"ipv4Address": "10.0.1.2"})),
    case(dns.forwards_to_several, FAIL, item=forwarding({"ipv4Address": "10.0.0.2"})),
    case(dns.forwards_to_several, SKIP, item={"visibility": "PUBLIC"}),
]
