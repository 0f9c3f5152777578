"""Cases of load balancers."""

from __future__ import annotations

from typing import Any

from checks.gcp import lb
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.gcp.links import COMPUTE, compute, link

HTTPS, TLS = lb.tls_current
VALID, VALID_MANAGED = lb.valid
RENEWED, RENEWED_MANAGED = lb.renewed_by_google
PROXY = COMPUTE + "global/targetHttpProxies/web"


def policy(profile: str, least: str, **fields: Any) -> Resource:
    item = {"name": "tls", "profile": profile, "minTlsVersion": least, **fields}
    return compute(lb.POLICY, "global/sslPolicies/tls", item=item)


WITH_POLICY = {"name": "web", "sslPolicy": link("global/sslPolicies/tls"), "urlMap": link("global/urlMaps/web")}
OF_ANOTHER = {"name": "web", "sslPolicy": link("global/sslPolicies/tls", "another")}


def urls(**fields: Any) -> Resource:
    return compute(lb.URL_MAP, "global/urlMaps/web", item={"name": "web", **fields})


def rule(**fields: Any) -> Resource:
    known = {"IPAddress": "203.0.113.7", "IPProtocol": "TCP", "portRange": "80-80", "loadBalancingScheme": "EXTERNAL_MANAGED"}
    return compute(
        lb.FORWARDING, "global/forwardingRules/web", item={**known, "target": link("global/targetHttpProxies/web"), **fields}
    )


def forwarding(**fields: Any) -> dict[str, Any]:
    known = {"IPAddress": "203.0.113.7", "IPProtocol": "TCP", "loadBalancingScheme": "EXTERNAL", "backendService": link("b")}
    return {**known, **fields}


def backend(**fields: Any) -> dict[str, Any]:
    group = {"group": link("zones/europe-west1-b/instanceGroups/web")}
    return {"name": "web", "protocol": "HTTPS", "loadBalancingScheme": "EXTERNAL_MANAGED", "backends": [group], **fields}


SERVERLESS = [{"group": link("regions/europe-west1/networkEndpointGroups/run")}]
TWO = [{"group": link(f"zones/europe-west1-{zone}/instanceGroups/web")} for zone in "bc"]
REDIRECT = {"defaultUrlRedirect": {"httpsRedirect": True, "redirectResponseCode": "MOVED_PERMANENTLY_DEFAULT"}}
PLAIN = {"defaultService": link("global/backendServices/web")}
ARMOR = compute("gcp.armor.security_policy", "global/securityPolicies/waf", item={"name": "waf"})
SELF = {"type": "SELF_MANAGED", "expireTime": "2026-09-01T00:00:00.000-07:00", "selfManaged": {"certificate": "PEM"}}
GOOGLE = {
    "type": "MANAGED",
    "expireTime": "2026-06-15T00:00:00.000-07:00",
    "managed": {"status": "ACTIVE", "domains": ["a.example"]},
}

CASES = [
    case(HTTPS, PASS, item=WITH_POLICY, inventory=[policy("MODERN", "TLS_1_2")]),
    case(HTTPS, PASS, item=WITH_POLICY, inventory=[policy("RESTRICTED", "TLS_1_0")]),
    case(HTTPS, PASS, item=WITH_POLICY, inventory=[policy("FIPS_202205", "TLS_1_2")]),
    case(HTTPS, PASS, item=WITH_POLICY, inventory=[policy("CUSTOM", "TLS_1_2", customFeatures=["TLS_AES_128_GCM_SHA256"])]),
    case(HTTPS, FAIL, item=WITH_POLICY, inventory=[policy("MODERN", "TLS_1_0")]),
    case(HTTPS, FAIL, item=WITH_POLICY, inventory=[policy("COMPATIBLE", "TLS_1_2")]),
    case(
        HTTPS, FAIL, item=WITH_POLICY, inventory=[policy("CUSTOM", "TLS_1_2", customFeatures=["TLS_RSA_WITH_3DES_EDE_CBC_SHA"])]
    ),
    case(HTTPS, FAIL, item={"name": "web"}),
    case(HTTPS, UNKNOWN, item=WITH_POLICY),
    case(HTTPS, UNKNOWN, item=OF_ANOTHER),
    case(HTTPS, UNKNOWN, item=WITH_POLICY, inventory=[unlisted(lb.POLICY)]),
    case(TLS, PASS, item=WITH_POLICY, inventory=[policy("MODERN", "TLS_1_2")]),
    case(TLS, FAIL, item={"name": "mail"}),
    case(lb.redirects_to_https, PASS, id=PROXY, item=WITH_POLICY, inventory=[rule(), urls(**REDIRECT)]),
    case(lb.redirects_to_https, FAIL, id=PROXY, item=WITH_POLICY, inventory=[rule(), urls(**PLAIN)]),
    case(
        lb.redirects_to_https,
        FAIL,
        id=PROXY,
        item=WITH_POLICY,
        inventory=[
            rule(),
            urls(**REDIRECT, pathMatchers=[{**REDIRECT, "pathRules": [{"service": link("global/backendServices/x")}]}]),
        ],
    ),
    case(
        lb.redirects_to_https,
        FAIL,
        id=PROXY,
        item=WITH_POLICY,
        inventory=[rule(), urls(defaultUrlRedirect={"hostRedirect": "www.example.com"})],
    ),
    case(
        lb.redirects_to_https,
        FAIL,
        id=PROXY,
        item=WITH_POLICY,
        inventory=[
            rule(loadBalancingScheme=None),
            urls(defaultRouteAction={"weightedBackendServices": [{"backendService": link("global/backendServices/x")}]}),
        ],
    ),
    case(
        lb.redirects_to_https,
        SKIP,
        id=PROXY,
        item=WITH_POLICY,
        inventory=[rule(loadBalancingScheme="INTERNAL_MANAGED"), urls(**PLAIN)],
    ),
    case(lb.redirects_to_https, UNKNOWN, id=PROXY, item=WITH_POLICY, inventory=[rule()]),
    # Certificates.
    case(VALID, PASS, item=SELF),
    case(VALID, PASS, item=GOOGLE),
    case(VALID, FAIL, item={**SELF, "expireTime": "2026-06-15T00:00:00.000-07:00"}),
    case(VALID, FAIL, item={**GOOGLE, "expireTime": "2026-06-03T00:00:00.000-07:00"}),
    case(VALID, FAIL, item={"type": "MANAGED", "managed": {"status": "PROVISIONING_FAILED_PERMANENTLY"}}),
    case(VALID, SKIP, item={"type": "MANAGED", "managed": {"status": "PROVISIONING"}}),
    case(VALID_MANAGED, PASS, item={"expireTime": "2026-09-01T00:00:00Z", "managed": {"state": "ACTIVE"}}),
    case(VALID_MANAGED, FAIL, item={"expireTime": "2026-05-01T00:00:00Z", "selfManaged": {}}),
    case(RENEWED, PASS, item=GOOGLE),
    case(RENEWED, FAIL, item=SELF),
    case(RENEWED, FAIL, item={**GOOGLE, "managed": {"status": "RENEWAL_FAILED"}}),
    case(RENEWED_MANAGED, PASS, item={"managed": {"state": "ACTIVE"}}),
    case(RENEWED_MANAGED, FAIL, item={"selfManaged": {}, "expireTime": "2026-09-01T00:00:00Z"}),
    # What is offered.
    case(lb.inner_ports_closed, PASS, item=forwarding(portRange="443-443")),
    case(lb.inner_ports_closed, PASS, item=forwarding(portRange="5432-5432", sourceIpRanges=["203.0.113.0/24"])),
    case(lb.inner_ports_closed, FAIL, item=forwarding(portRange="5432-5432")),
    case(lb.inner_ports_closed, FAIL, item=forwarding(ports=["80", "22"])),
    case(lb.inner_ports_closed, FAIL, item=forwarding(portRange="3000-4000", loadBalancingScheme=None)),
    case(lb.inner_ports_closed, SKIP, item=forwarding(portRange="5432-5432", loadBalancingScheme="INTERNAL")),
    case(lb.inner_ports_closed, SKIP, item=forwarding(allPorts=True)),
    case(lb.inner_ports_closed, SKIP, item=forwarding(portRange="1-65535")),
    case(lb.inner_ports_closed, SKIP, item=forwarding(IPProtocol="L3_DEFAULT")),
    case(lb.used, PASS, item=forwarding(portRange="443-443")),
    case(lb.used, FAIL, item=forwarding(backendService=None)),
    # Backends.
    case(lb.requests_logged, PASS, item=backend(logConfig={"enable": True, "sampleRate": 1})),
    case(lb.requests_logged, PASS, item=backend(logConfig={"enable": True})),
    case(lb.requests_logged, FAIL, item=backend()),
    case(lb.requests_logged, FAIL, item=backend(logConfig={"enable": False})),
    case(lb.requests_logged, FAIL, item=backend(logConfig={"enable": True, "sampleRate": 0})),
    case(lb.requests_logged, SKIP, item=backend(protocol="TCP")),
    case(lb.web_firewall, PASS, item=backend(securityPolicy=link("global/securityPolicies/waf")), inventory=[ARMOR]),
    case(lb.web_firewall, FAIL, item=backend()),
    case(lb.web_firewall, FAIL, item=backend(securityPolicy=link("global/securityPolicies/gone")), inventory=[ARMOR]),
    case(lb.web_firewall, SKIP, item=backend(loadBalancingScheme="INTERNAL_MANAGED")),
    case(lb.web_firewall, SKIP, item=backend(protocol="TCP")),
    case(lb.tls_to_backend, PASS, item=backend()),
    case(lb.tls_to_backend, FAIL, item=backend(protocol="HTTP")),
    case(lb.tls_to_backend, SKIP, item=backend(protocol="HTTP", backends=SERVERLESS)),
    case(lb.tls_to_backend, SKIP, item=backend(protocol="TCP")),
    case(lb.health_checked, PASS, item=backend(healthChecks=[link("global/healthChecks/web")])),
    case(lb.health_checked, FAIL, item=backend()),
    case(lb.health_checked, SKIP, item=backend(backends=SERVERLESS)),
    case(lb.spans_zones, PASS, item=backend(backends=TWO)),
    case(lb.spans_zones, PASS, item=backend(backends=[{"group": link("regions/europe-west1/instanceGroups/web")}])),
    case(lb.spans_zones, FAIL, item=backend()),
    case(lb.spans_zones, SKIP, item=backend(backends=[])),
    case(lb.edge_firewall, PASS, item={"name": "b", "edgeSecurityPolicy": link("global/securityPolicies/edge")}),
    case(lb.edge_firewall, FAIL, item={"name": "b", "bucketName": "b"}),
]
