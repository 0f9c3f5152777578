from typing import Any

from checks.aws import elb_listeners as listeners
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

BALANCER, GROUP, LIST = "aws.elb.load_balancer", "aws.vpc.security_group", "aws.vpc.prefix_list"
ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188"
FORWARD = {"Type": "forward", "TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1"}
NOT_FOUND = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}


def redirect(protocol: str) -> dict[str, Any]:
    kept = {"Port": "443", "Host": "#{host}", "Path": "/#{path}", "StatusCode": "HTTP_301"}
    return {"Type": "redirect", "RedirectConfig": {"Protocol": protocol, **kept}}


def sign_in(then: str | None, kind: str = "Oidc") -> dict[str, Any]:
    asked = {"OnUnauthenticatedRequest": then} if then else {}
    return {"Type": f"authenticate-{kind.lower()}", f"Authenticate{kind}Config": asked}


def listening(check: Any, outcome: Any, protocol: str, *actions: dict[str, Any], rules: Any = (), **more: Any) -> Any:
    """Return the case of a listener with these default actions, and one rule for each of *rules*."""
    row = {"LoadBalancerArn": ARN, "Port": 443, "Protocol": protocol, "DefaultActions": list(actions), "SslPolicy": ""}
    facts = {key: more.pop(key) for key in ("tls", "inventory") if key in more}
    listed = [{"Actions": [each]} for each in rules] if isinstance(rules, (list, tuple)) else rules
    return case(check, outcome, item={**row, **more}, rules=listed, **facts)


REDIRECTS, ASKS = listeners.redirects_to_https, listeners.authentication_required
HTTPS = redirect("HTTPS")
REQUEST_CASES = [
    listening(REDIRECTS, PASS, "HTTP", HTTPS, rules=[HTTPS]),
    listening(REDIRECTS, PASS, "HTTP", NOT_FOUND, rules=[HTTPS, NOT_FOUND]),
    listening(REDIRECTS, PASS, "HTTP", HTTPS, rules=None),
    listening(REDIRECTS, FAIL, "HTTP", FORWARD, rules=[FORWARD]),
    listening(REDIRECTS, FAIL, "HTTP", HTTPS, rules=[FORWARD, HTTPS]),
    listening(REDIRECTS, FAIL, "HTTP", redirect("#{protocol}")),
    listening(REDIRECTS, FAIL, "HTTP", redirect("HTTP")),
    listening(REDIRECTS, SKIP, "HTTPS", FORWARD),
    listening(REDIRECTS, SKIP, "TCP", FORWARD),
    listening(REDIRECTS, UNKNOWN, "HTTP", HTTPS, rules=DENIED),
    listening(ASKS, PASS, "HTTPS", sign_in("authenticate"), FORWARD),
    listening(ASKS, PASS, "HTTPS", sign_in(None, "Cognito"), FORWARD),
    listening(ASKS, PASS, "HTTPS", FORWARD, rules=[sign_in("deny")]),
    listening(ASKS, FAIL, "HTTPS", sign_in("allow"), FORWARD),
    listening(ASKS, FAIL, "HTTPS", sign_in("deny"), rules=[sign_in("allow", "Cognito")]),
    listening(ASKS, SKIP, "HTTPS", FORWARD),
    listening(ASKS, UNKNOWN, "HTTPS", sign_in("deny"), rules=DENIED),
]

CURRENT, SECRET = listeners.tls_current, listeners.forward_secret


def policy(*protocols: str, ciphers: tuple[str, ...] = ("ECDHE-RSA-AES128-GCM-SHA256",)) -> dict[str, Any]:
    return {"Name": "ELBSecurityPolicy-any", "SslProtocols": list(protocols), "Ciphers": list(ciphers)}


BOTH = policy("TLSv1.2", "TLSv1.3", ciphers=("TLS_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"))
TLS_CASES = [
    listening(CURRENT, PASS, "HTTPS", FORWARD, tls=BOTH),
    listening(CURRENT, PASS, "TLS", FORWARD, tls=policy("TLSv1.3")),
    listening(CURRENT, FAIL, "HTTPS", FORWARD, tls=policy("TLSv1", "TLSv1.1", "TLSv1.2")),
    listening(CURRENT, FAIL, "TLS", FORWARD, tls=policy("TLSv1.1", "TLSv1.2", "TLSv1.3")),
    listening(CURRENT, SKIP, "HTTP", FORWARD, tls=None),
    listening(CURRENT, UNKNOWN, "HTTPS", FORWARD, tls=None),
    listening(CURRENT, UNKNOWN, "HTTPS", FORWARD, tls=DENIED),
    listening(SECRET, PASS, "HTTPS", FORWARD, tls=BOTH),
    listening(SECRET, FAIL, "HTTPS", FORWARD, tls=policy("TLSv1.2", ciphers=("ECDHE-RSA-AES128-SHA", "AES256-SHA"))),
    listening(SECRET, SKIP, "TCP", FORWARD, tls=None),
    listening(SECRET, UNKNOWN, "HTTPS", FORWARD, tls=None),
]

KEPT, CLIENTS = listeners.certificate_managed, listeners.client_certificates_valid


def certificate(service: str) -> list[dict[str, str]]:
    return [{"CertificateArn": f"arn:aws:{service}"}]


def verify(**more: Any) -> dict[str, Any]:
    return {"Mode": "verify", "TrustStoreAssociationStatus": "active", **more}


CERTIFICATE_CASES = [
    listening(KEPT, PASS, "HTTPS", Certificates=certificate("acm:eu-west-1:123456789012:certificate/1")),
    listening(KEPT, FAIL, "TLS", Certificates=certificate("iam::123456789012:server-certificate/shop")),
    listening(KEPT, SKIP, "HTTP"),
    listening(KEPT, UNKNOWN, "HTTPS"),
    listening(CLIENTS, PASS, "HTTPS", MutualAuthentication=verify(IgnoreClientCertificateExpiry=False)),
    listening(CLIENTS, FAIL, "HTTPS", MutualAuthentication=verify(IgnoreClientCertificateExpiry=True)),
    listening(CLIENTS, FAIL, "HTTPS", MutualAuthentication=verify(TrustStoreAssociationStatus="removed")),
    listening(CLIENTS, SKIP, "HTTPS", MutualAuthentication={"Mode": "off"}),
    listening(CLIENTS, SKIP, "HTTPS", MutualAuthentication={"Mode": "passthrough"}),
    listening(CLIENTS, SKIP, "HTTPS"),
]

CLOSED = listeners.inner_ports_closed


def balancer(*groups: str, scheme: str = "internet-facing") -> Resource:
    return resource(BALANCER, ARN, item={"Scheme": scheme, "SecurityGroups": list(groups)})


def group(name: str, *cidrs: str, port: int = 5432, lists: tuple[str, ...] = ()) -> Resource:
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": each} for each in cidrs]}
    named = [{"PrefixListId": each} for each in lists]
    return resource(GROUP, name, item={"GroupId": name, "IpPermissions": [{**rule, "PrefixListIds": named}]})


def exposed(outcome: Any, *inventory: Any, protocol: str = "TCP", port: int = 5432) -> Any:
    return listening(CLOSED, outcome, protocol, FORWARD, Port=port, inventory=inventory)


OPEN, NARROW = group("sg-1", "0.0.0.0/0"), group("sg-2", "198.51.100.0/24")
EXPOSED_CASES = [
    exposed(PASS, balancer(), port=443),
    exposed(PASS, balancer("sg-2"), NARROW),
    exposed(PASS, balancer("sg-1"), group("sg-1", "0.0.0.0/0", port=443)),
    exposed(PASS, balancer(), protocol="UDP"),
    exposed(FAIL, balancer()),
    exposed(FAIL, balancer("sg-2", "sg-1"), NARROW, OPEN),
    exposed(FAIL, balancer("sg-1", "sg-9"), OPEN),
    exposed(FAIL, balancer(), protocol="TCP_UDP", port=161),
    exposed(SKIP, balancer(scheme="internal")),
    exposed(UNKNOWN),
    exposed(UNKNOWN, balancer("sg-2", "sg-9"), NARROW),
    exposed(UNKNOWN, balancer("sg-1"), unlisted(GROUP)),
    exposed(UNKNOWN, balancer("sg-1"), group("sg-1", lists=("pl-1",)), unlisted(LIST)),
    exposed(UNKNOWN, unlisted(BALANCER)),
]

CASES = [*REQUEST_CASES, *TLS_CASES, *CERTIFICATE_CASES, *EXPOSED_CASES]
