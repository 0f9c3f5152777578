from typing import Any

from checks.aws import elb
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

BALANCER, LISTENER, GROUP, ALARM = elb.BALANCER, elb.LISTENER, "aws.vpc.security_group", elb.ALARM
ACL, SOURCE, DELIVERY = "aws.waf.web_acl", "aws.logs.delivery_source", "aws.logs.delivery"
NAME = "app/shop/50dc6c495c0c9188"
ID = f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/{NAME}"
ZONES = [{"ZoneName": "eu-west-1a"}, {"ZoneName": "eu-west-1b"}]
APPLICATION: dict[str, Any] = {
    "Type": "application",
    "Scheme": "internet-facing",
    "SecurityGroups": ["sg-1"],
    "AvailabilityZones": ZONES,
}
INTERNAL = {**APPLICATION, "Scheme": "internal"}
NETWORK = {**APPLICATION, "Type": "network"}
GATEWAY = {"Type": "gateway", "AvailabilityZones": ZONES}


def balancer(outcome: Any, check: Any, item: dict[str, Any] = APPLICATION, inventory: Any = (), **given: str) -> Any:
    attributes = [{"Key": key.replace("__", "."), "Value": value} for key, value in given.items()]
    return case(check, outcome, id=ID, item=item, attributes=attributes, inventory=inventory)


def listener(protocol: str = "HTTPS", port: int = 443) -> Resource:
    return resource(LISTENER, item={"LoadBalancerArn": ID, "Protocol": protocol, "Port": port})


def group(cidr: str, port: int = 443, name: str = "sg-1") -> Resource:
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}]}
    return resource(GROUP, name, item={"GroupId": name, "IpPermissions": [rule]})


def acl(*arns: str) -> Resource:
    return resource(ACL, load_balancers=list(arns))


def alarm(field: str = "Dimensions", actions: bool = True, value: str = NAME) -> Resource:
    dimensions = [{"Name": "LoadBalancer", "Value": value}]
    measured = (
        {"Dimensions": dimensions}
        if field == "Dimensions"
        else {"Metrics": [{"Id": "m1", "MetricStat": {"Metric": {"Dimensions": dimensions}}}]}
    )
    return resource(ALARM, item={**measured, "ActionsEnabled": actions, "AlarmActions": ["arn:aws:sns:::ops"]})


def source(kind: str, **more: str) -> Resource:
    return resource(SOURCE, item={"name": "shop", "resourceArns": [ID], "logType": kind, **more})


DELIVERED = resource(DELIVERY, item={"deliverySourceName": "shop", "deliveryDestinationArn": "arn:aws:logs:::logs"})
WORLD, PARTNER = group("0.0.0.0/0"), group("198.51.100.0/24")
OPEN = [listener(), WORLD]

LOGGED = elb.access_logged
LOG_CASES = [
    balancer(PASS, LOGGED, access_logs__s3__enabled="true", access_logs__s3__bucket="logs"),
    balancer(PASS, LOGGED, access_logs__s3__enabled="false", inventory=[source("ALB_ACCESS_LOGS"), DELIVERED]),
    balancer(PASS, LOGGED, NETWORK, inventory=[source("NLB_ACCESS_LOGS"), DELIVERED]),
    balancer(FAIL, LOGGED, access_logs__s3__enabled="false"),
    balancer(FAIL, LOGGED),
    balancer(FAIL, LOGGED, inventory=[source("ALB_CONNECTION_LOGS"), DELIVERED]),
    balancer(FAIL, LOGGED, inventory=[source("ALB_ACCESS_LOGS")]),
    balancer(FAIL, LOGGED, inventory=[source("ALB_ACCESS_LOGS", status="INACTIVE"), DELIVERED]),
    balancer(FAIL, LOGGED, NETWORK, inventory=[listener("TLS")]),
    balancer(SKIP, LOGGED, NETWORK, inventory=[listener("TCP")]),
    balancer(SKIP, LOGGED, GATEWAY),
    balancer(UNKNOWN, LOGGED, inventory=[unlisted(SOURCE)]),
    balancer(UNKNOWN, LOGGED, NETWORK, inventory=[unlisted(LISTENER)]),
    case(LOGGED, UNKNOWN, id=ID, item=APPLICATION, attributes=DENIED),
    balancer(PASS, elb.alarmed, inventory=[alarm()]),
    balancer(PASS, elb.alarmed, inventory=[alarm("Metrics")]),
    balancer(FAIL, elb.alarmed),
    balancer(FAIL, elb.alarmed, inventory=[alarm(actions=False)]),
    balancer(FAIL, elb.alarmed, inventory=[alarm(value="app/other/50dc6c495c0c9188")]),
    balancer(UNKNOWN, elb.alarmed, inventory=[unlisted(ALARM)]),
]

HEADERS, DESYNC, FIREWALL, AWAITED = (
    elb.invalid_headers_dropped,
    elb.desync_mitigated,
    elb.web_firewall,
    elb.firewall_awaited,
)
REQUEST_CASES = [
    balancer(PASS, HEADERS, routing__http__drop_invalid_header_fields__enabled="true"),
    balancer(FAIL, HEADERS, routing__http__drop_invalid_header_fields__enabled="false"),
    balancer(FAIL, HEADERS),
    balancer(SKIP, HEADERS, NETWORK),
    balancer(PASS, DESYNC, routing__http__desync_mitigation_mode="strictest"),
    balancer(PASS, DESYNC),
    balancer(FAIL, DESYNC, routing__http__desync_mitigation_mode="monitor"),
    balancer(SKIP, DESYNC, NETWORK),
    balancer(PASS, FIREWALL, inventory=[acl("arn:aws:else", ID), *OPEN]),
    balancer(PASS, FIREWALL, INTERNAL, inventory=[acl(ID)]),
    balancer(FAIL, FIREWALL, inventory=OPEN),
    balancer(FAIL, FIREWALL, inventory=[acl("arn:aws:else"), *OPEN]),
    balancer(SKIP, FIREWALL, inventory=[listener(), PARTNER]),
    balancer(SKIP, FIREWALL, inventory=[listener("HTTP", 80), WORLD]),
    balancer(SKIP, FIREWALL, inventory=[WORLD]),
    balancer(SKIP, FIREWALL, INTERNAL, inventory=OPEN),
    balancer(SKIP, FIREWALL, NETWORK, inventory=OPEN),
    balancer(UNKNOWN, FIREWALL, inventory=[unlisted(ACL), *OPEN]),
    balancer(UNKNOWN, FIREWALL, inventory=[resource(ACL, load_balancers=DENIED), *OPEN]),
    balancer(UNKNOWN, FIREWALL, inventory=[listener()]),
    balancer(UNKNOWN, FIREWALL, inventory=[WORLD, unlisted(LISTENER)]),
    balancer(PASS, AWAITED, inventory=[acl(ID)]),
    balancer(FAIL, AWAITED, inventory=[acl(ID)], waf__fail_open__enabled="true"),
    balancer(SKIP, AWAITED, waf__fail_open__enabled="true"),
    balancer(UNKNOWN, AWAITED, inventory=[unlisted(ACL)]),
]

PRIVATE_LINKS = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
PLACE_CASES = [
    balancer(PASS, elb.guarded, NETWORK),
    balancer(FAIL, elb.guarded, {**NETWORK, "SecurityGroups": []}),
    balancer(SKIP, elb.guarded, {**INTERNAL, "SecurityGroups": []}),
    balancer(SKIP, elb.guarded, GATEWAY),
    balancer(PASS, elb.private_links_guarded, {**NETWORK, PRIVATE_LINKS: "on"}),
    balancer(FAIL, elb.private_links_guarded, {**NETWORK, PRIVATE_LINKS: "off"}),
    balancer(SKIP, elb.private_links_guarded),
    balancer(PASS, elb.deletion_protected, deletion_protection__enabled="true"),
    balancer(FAIL, elb.deletion_protected, deletion_protection__enabled="false"),
    case(elb.deletion_protected, UNKNOWN, id=ID, item=APPLICATION, attributes=DENIED),
    balancer(PASS, elb.spans_zones),
    balancer(FAIL, elb.spans_zones, {**NETWORK, "AvailabilityZones": ZONES[:1]}),
]

GROUP_CASES = [
    case(elb.encrypted, PASS, item={"Protocol": "HTTPS", "LoadBalancerArns": [ID]}),
    case(elb.encrypted, PASS, item={"Protocol": "TLS", "LoadBalancerArns": [ID]}),
    case(elb.encrypted, FAIL, item={"Protocol": "HTTP", "LoadBalancerArns": [ID]}),
    case(elb.encrypted, SKIP, item={"Protocol": "TCP", "LoadBalancerArns": [ID]}),
    case(elb.encrypted, SKIP, item={"TargetType": "lambda", "LoadBalancerArns": [ID]}),
    case(elb.encrypted, SKIP, item={"Protocol": "HTTP", "LoadBalancerArns": []}),
    case(elb.used, PASS, item={"LoadBalancerArns": [ID]}),
    case(elb.used, FAIL, item={"LoadBalancerArns": []}),
    case(elb.health_asked_encrypted, PASS, item={"HealthCheckProtocol": "HTTPS", "LoadBalancerArns": [ID]}),
    case(elb.health_asked_encrypted, FAIL, item={"HealthCheckProtocol": "HTTP", "LoadBalancerArns": [ID]}),
    case(elb.health_asked_encrypted, FAIL, item={"Protocol": "HTTPS", "HealthCheckProtocol": "HTTP", "LoadBalancerArns": [ID]}),
    case(elb.health_asked_encrypted, SKIP, item={"HealthCheckProtocol": "TCP", "LoadBalancerArns": [ID]}),
    case(elb.health_asked_encrypted, SKIP, item={"HealthCheckProtocol": "HTTP", "LoadBalancerArns": []}),
    case(elb.health_asked_encrypted, SKIP, item={"TargetType": "lambda", "LoadBalancerArns": [ID]}),
]

CASES = [*LOG_CASES, *REQUEST_CASES, *PLACE_CASES, *GROUP_CASES]
