from typing import Any

from checks.aws import elb_classic as classic
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource

ACM = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
IAM = "arn:aws:iam::123456789012:server-certificate/shop"


def listener(protocol: str, port: int, *policies: str, certificate: str = "") -> dict[str, Any]:
    named = {"SSLCertificateId": certificate} if certificate else {}
    return {"Listener": {"Protocol": protocol, "LoadBalancerPort": port, **named}, "PolicyNames": list(policies)}


def balancer(*listeners: dict[str, Any], scheme: str = "internet-facing", **more: Any) -> dict[str, Any]:
    return {"Scheme": scheme, "SecurityGroups": ["sg-1"], "ListenerDescriptions": list(listeners), **more}


def policy(name: str, kind: str = classic.NEGOTIATION, **attributes: str) -> dict[str, Any]:
    rows = [{"AttributeName": key.replace("_", "-"), "AttributeValue": value} for key, value in attributes.items()]
    return {"PolicyName": name, "PolicyTypeName": kind, "PolicyAttributeDescriptions": rows}


HTTP, HTTPS = listener("HTTP", 80), listener("HTTPS", 443, "sticky", "tls", certificate=ACM)
STICKY = policy("sticky", "AppCookieStickinessPolicyType", CookieName="session")
NEW = policy("tls", Protocol_TLSv1="false", Protocol_SSLv3="false")
OLD = {
    **NEW,
    "PolicyAttributeDescriptions": [
        {"AttributeName": "Protocol-TLSv1.2", "AttributeValue": "true"},
        {"AttributeName": "Protocol-TLSv1.1", "AttributeValue": "true"},
    ],
}
GROUP = "aws.vpc.security_group"
RULE = {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306}
OPEN = resource(GROUP, item={"GroupId": "sg-1", "IpPermissions": [{**RULE, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]})
SHUT = resource(GROUP, item={"GroupId": "sg-1", "IpPermissions": [{**RULE, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]})
MYSQL = balancer(listener("TCP", 3306))


def desync(mode: str) -> dict[str, Any]:
    return {"AdditionalAttributes": [{"Key": "elb.http.desyncmitigationmode", "Value": mode}]}


CASES = [
    case(classic.encrypted, PASS, item=balancer(HTTPS)),
    case(classic.encrypted, PASS, item=balancer(listener("TCP", 443))),
    case(classic.encrypted, FAIL, item=balancer(HTTPS, HTTP)),
    case(classic.encrypted, FAIL, item=balancer(HTTP, scheme="internal")),
    case(classic.encrypted, SKIP, item=balancer()),
    case(classic.tls_current, PASS, item=balancer(HTTPS), policies=[STICKY, NEW]),
    case(classic.tls_current, FAIL, item=balancer(HTTPS), policies=[STICKY, OLD]),
    case(classic.tls_current, FAIL, item=balancer(HTTPS), policies=[STICKY, policy("tls", Protocol_SSLv3="true")]),
    case(classic.tls_current, FAIL, item=balancer(listener("SSL", 993)), policies=[]),
    case(classic.tls_current, SKIP, item=balancer(HTTP), policies=[]),
    case(classic.tls_current, UNKNOWN, item=balancer(HTTPS), policies=DENIED),
    case(classic.certificate_managed, PASS, item=balancer(HTTP, HTTPS)),
    case(classic.certificate_managed, FAIL, item=balancer(HTTPS, listener("SSL", 993, certificate=IAM))),
    case(classic.certificate_managed, SKIP, item=balancer(HTTP)),
    case(classic.access_logged, PASS, attributes={"AccessLog": {"Enabled": True, "S3BucketName": "logs"}}),
    case(classic.access_logged, FAIL, attributes={"AccessLog": {"Enabled": False}}),
    case(classic.access_logged, UNKNOWN, attributes=DENIED),
    case(classic.desync_mitigated, PASS, item=balancer(HTTP), attributes=desync("defensive")),
    case(classic.desync_mitigated, PASS, item=balancer(HTTPS), attributes={}),
    case(classic.desync_mitigated, FAIL, item=balancer(HTTP), attributes=desync("monitor")),
    case(classic.desync_mitigated, SKIP, item=MYSQL, attributes=desync("monitor")),
    case(classic.inner_ports_closed, PASS, item=balancer(HTTP, HTTPS)),
    case(classic.inner_ports_closed, PASS, item=MYSQL, inventory=[SHUT]),
    case(classic.inner_ports_closed, FAIL, item=MYSQL, inventory=[OPEN]),
    case(classic.inner_ports_closed, SKIP, item={**MYSQL, "Scheme": "internal"}, inventory=[OPEN]),
    case(classic.inner_ports_closed, UNKNOWN, item=MYSQL),
    case(classic.spans_zones, PASS, item=balancer(AvailabilityZones=["eu-west-1b", "eu-west-1a"])),
    case(classic.spans_zones, FAIL, item=balancer(AvailabilityZones=["eu-west-1a"])),
    case(classic.used, PASS, item=balancer(Instances=[{"InstanceId": "i-1"}])),
    case(classic.used, FAIL, item=balancer(Instances=[])),
    case(classic.drained, PASS, attributes={"ConnectionDraining": {"Enabled": True, "Timeout": 60}}),
    case(classic.drained, FAIL, attributes={"ConnectionDraining": {"Enabled": False, "Timeout": 300}}),
    case(classic.drained, UNKNOWN, attributes=DENIED),
    case(classic.balances_zones, PASS, attributes={"CrossZoneLoadBalancing": {"Enabled": True}}),
    case(classic.balances_zones, FAIL, attributes={"CrossZoneLoadBalancing": {"Enabled": False}}),
    case(classic.balances_zones, UNKNOWN, attributes=DENIED),
]
