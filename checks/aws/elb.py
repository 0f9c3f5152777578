"""Checks on load balancers (application, network and gateway) and their target groups. Listeners: `elb_listeners.py`."""

from __future__ import annotations

from collections.abc import Iterator

from checks.aws.balancers import FACING, carried, world_reaches
from checks.aws.deliveries import delivered
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

BALANCER, LISTENER, ALARM = "aws.elb.load_balancer", "aws.elb.listener", "aws.cloudwatch.alarm"
SET = "aws elbv2 modify-load-balancer-attributes --load-balancer-arn {id} --region {region} --attributes "
ACCESS_LOGS = ("ALB_ACCESS_LOGS", "NLB_ACCESS_LOGS")
ENCRYPTED, CLEAR = ("HTTPS", "TLS"), ("HTTP",)


def attribute(balancer: Resource, key: str, default: str = "") -> str:
    """Return one attribute of a load balancer; *default* is what AWS documents for one that it doesn't name."""
    return next((str(each.get("Value", "")) for each in balancer["attributes"] if each["Key"] == key), default)


def listeners(balancer: Resource, inventory: Inventory) -> Iterator[Resource]:
    """Yield the listeners of a load balancer."""
    return iter(inventory.where(LISTENER, "item.LoadBalancerArn", balancer.id, region=balancer.region))


def faces_world(balancer: Resource, inventory: Inventory) -> bool:
    """Tell whether the world reaches a listener of the load balancer."""
    item = balancer["item"]
    if item.get("Scheme") != FACING:
        return False
    groups = item.get("SecurityGroups") or []
    rows = [each["item"] for each in listeners(balancer, inventory)]
    ports = [port for row in rows for port in carried(row.get("Protocol", ""), row.get("Port", 0))]
    return bool(ports) and world_reaches(ports, groups, balancer.region, inventory)


# ---- logs and alarms -------------------------------------------------------------------------------------------------


@check(
    "aws.elb.load_balancer.access_logged",
    on=BALANCER,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Load balancer logs who uses it",
    risk="Nobody can tell who sent which requests before, during and after an attack.",
    fix=SET + "Key=access_logs.s3.enabled,Value=true Key=access_logs.s3.bucket,Value=BUCKET",
    cis=("v7:4.10",),
)
def access_logged(balancer: Resource, inventory: Inventory) -> Verdict:
    kind = balancer["item"]["Type"]
    if kind == "gateway":
        return skipped("gateway load balancers have no access logs")
    if attribute(balancer, "access_logs.s3.enabled") == "true":
        return passed(f"logged to bucket {attribute(balancer, 'access_logs.s3.bucket')}")
    if place := delivered(balancer, inventory, *ACCESS_LOGS):
        return passed(f"logged to {place}")
    # Source: user guide of network load balancers, "Access logs": they hold TLS connections only.
    if kind == "network" and not any(each["item"].get("Protocol") == "TLS" for each in listeners(balancer, inventory)):
        return skipped("a network load balancer logs TLS connections only, and has no listener for them")
    return failed("access logs are off")


@check(
    "aws.elb.load_balancer.alarmed",
    on=BALANCER,
    control="detection.alarms",
    severity=Severity.LOW,
    title="Somebody is told when the load balancer fails or is flooded",
    risk="An attack that wears the application down, or its failure, is first noticed by customers.",
    fix="aws cloudwatch put-metric-alarm --region {region} --alarm-actions TOPIC ... on a metric of AWS/ApplicationELB or"
    " AWS/NetworkELB with the dimension LoadBalancer of {name}",
)
def alarmed(balancer: Resource, inventory: Inventory) -> Verdict:
    # The dimension is the part of the ARN after "loadbalancer/". Source: user guides, "CloudWatch metrics".
    name = balancer.id.partition(":loadbalancer/")[2]
    silent = []
    for path in ("item.Dimensions.Value", "item.Metrics.MetricStat.Metric.Dimensions.Value"):
        for alarm in inventory.where(ALARM, path, name, region=balancer.region):
            if alarm["item"].get("ActionsEnabled") and alarm["item"].get("AlarmActions"):
                return passed(f"alarm {alarm.name}")
            silent.append(alarm.name)
    return failed(f"alarm {silent[0]} tells nobody" if silent else "no alarm on any of its metrics")


# ---- requests --------------------------------------------------------------------------------------------------------


@check(
    "aws.elb.load_balancer.invalid_headers_dropped",
    on=BALANCER,
    control="application.web_protection",
    severity=Severity.LOW,
    title="Load balancer drops malformed headers",
    risk="Requests that the load balancer and the application read differently smuggle others past its checks.",
    fix=SET + "Key=routing.http.drop_invalid_header_fields.enabled,Value=true",
)
def invalid_headers_dropped(balancer: Resource) -> Verdict:
    if balancer["item"]["Type"] != "application":
        return skipped("not an application load balancer")
    on = attribute(balancer, "routing.http.drop_invalid_header_fields.enabled", "false") == "true"
    return passed("malformed headers are dropped") if on else failed("malformed headers are passed on")


@check(
    "aws.elb.load_balancer.desync_mitigated",
    on=BALANCER,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Load balancer holds back ambiguous requests",
    risk="Requests that two machines read differently poison caches and reach what others asked for.",
    fix=SET + "Key=routing.http.desync_mitigation_mode,Value=defensive",
)
def desync_mitigated(balancer: Resource) -> Verdict:
    if balancer["item"]["Type"] != "application":
        return skipped("not an application load balancer")
    mode = attribute(balancer, "routing.http.desync_mitigation_mode", "defensive")
    return (failed if mode == "monitor" else passed)(f"mode is {mode}")


@check(
    "aws.elb.load_balancer.web_firewall",
    on=BALANCER,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Load balancer that faces the world stands behind a web firewall",
    risk="Common attacks on web applications, and floods of requests, reach the application as they come.",
    fix="aws wafv2 associate-web-acl --web-acl-arn ACL --resource-arn {id} --region {region}",
)
def web_firewall(balancer: Resource, inventory: Inventory) -> Verdict:
    if balancer["item"]["Type"] != "application":
        return skipped("not an application load balancer")
    for acl in _firewalls(balancer, inventory):
        return passed(f"behind {acl.name}")
    if not faces_world(balancer, inventory):
        return skipped("the world does not reach it")
    return failed("no web ACL is associated")


@check(
    "aws.elb.load_balancer.firewall_awaited",
    on=BALANCER,
    control="application.web_protection",
    severity=Severity.LOW,
    title="No request passes while the web firewall is silent",
    risk="Whoever keeps the firewall from answering gets past it.",
    fix=SET + "Key=waf.fail_open.enabled,Value=false",
)
def firewall_awaited(balancer: Resource, inventory: Inventory) -> Verdict:
    if not any(True for _ in _firewalls(balancer, inventory)):
        return skipped("no web ACL is associated")
    opened = attribute(balancer, "waf.fail_open.enabled", "false") == "true"
    return failed("requests pass when the firewall does not answer") if opened else passed("requests wait for the firewall")


def _firewalls(balancer: Resource, inventory: Inventory) -> Iterator[Resource]:
    """Yield the web ACL that protects a load balancer, if one does."""
    return iter(inventory.where("aws.waf.web_acl", "load_balancers", balancer.id, region=balancer.region))


# ---- network ---------------------------------------------------------------------------------------------------------


@check(
    "aws.elb.load_balancer.guarded",
    on=BALANCER,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Load balancer that faces the internet has security groups",
    risk="Every listener, those that somebody adds later too, is open to everybody.",
    fix="Create the network load balancer anew with --security-groups; groups cannot be added to one made without",
)
def guarded(balancer: Resource) -> Verdict:
    item = balancer["item"]
    if item["Type"] == "gateway" or item.get("Scheme") != FACING:
        return skipped("does not face the internet")
    groups = item.get("SecurityGroups") or []
    return passed(f"guarded by {', '.join(groups)}") if groups else failed("no security group")


@check(
    "aws.elb.load_balancer.private_links_guarded",
    on=BALANCER,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Security groups hold for private links too",
    risk="Whoever comes over a private link passes by the load balancer's groups.",
    fix="aws elbv2 set-security-groups --load-balancer-arn {id} --region {region} --security-groups GROUPS"
    " --enforce-security-group-inbound-rules-on-private-link-traffic on",
)
def private_links_guarded(balancer: Resource) -> Verdict:
    # Only told of network load balancers that have groups.
    enforced = balancer["item"].get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
    if not enforced:
        return skipped("no groups that private links could pass by")
    return (passed if enforced == "on" else failed)(f"inbound rules on traffic of private links: {enforced}")


# ---- resilience ------------------------------------------------------------------------------------------------------


@check(
    "aws.elb.load_balancer.deletion_protected",
    on=BALANCER,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Load balancer is protected from deletion",
    risk="One wrong or hostile call cuts off everything behind it, and its name cannot be had back.",
    fix=SET + "Key=deletion_protection.enabled,Value=true",
)
def deletion_protected(balancer: Resource) -> Verdict:
    on = attribute(balancer, "deletion_protection.enabled", "false") == "true"
    return passed("deletion protection is on") if on else failed("deletion protection is off")


@check(
    "aws.elb.load_balancer.spans_zones",
    on=BALANCER,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Load balancer stands in more than one zone",
    risk="When the zone fails, nothing behind it is reached any more.",
    fix="aws elbv2 set-subnets --load-balancer-arn {id} --region {region} --subnets SUBNETS",
)
def spans_zones(balancer: Resource) -> Verdict:
    zones = sorted({each["ZoneName"] for each in balancer["item"]["AvailabilityZones"]})
    return (passed if len(zones) > 1 else failed)(f"stands in {', '.join(zones) or 'no zone'}")


# ---- target groups ---------------------------------------------------------------------------------------------------


@check(
    "aws.elb.target_group.encrypted",
    on="aws.elb.target_group",
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Requests travel encrypted from the load balancer to its targets",
    risk="Whoever sees the VPC's traffic can read and change requests on their way.",
    fix="Create a target group with --protocol HTTPS and let the listeners forward to it; the protocol cannot be changed",
)
def encrypted(group: Resource) -> Verdict:
    item = group["item"]
    protocol = item.get("Protocol", "")
    if not item.get("LoadBalancerArns"):
        return skipped("no load balancer uses it")
    # Others are carried on as they come; functions are called by AWS itself.
    if protocol not in (*ENCRYPTED, *CLEAR):
        return skipped(f"targets of protocol {protocol or 'none'}")
    return (passed if protocol in ENCRYPTED else failed)(f"targets are sent {protocol}")


@check(
    "aws.elb.target_group.used",
    on="aws.elb.target_group",
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Target group is in use",
    risk="Targets that look as if they were served hide that they are not, and are forwarded to by mistake.",
    fix="aws elbv2 delete-target-group --target-group-arn {id} --region {region}",
)
def used(group: Resource) -> Verdict:
    balancers = [each.rpartition(":loadbalancer/")[2] for each in group["item"].get("LoadBalancerArns") or []]
    return passed(f"used by {', '.join(balancers)}") if balancers else failed("no load balancer uses it")


@check(
    "aws.elb.target_group.health_asked_encrypted",
    on="aws.elb.target_group",
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Targets are asked over TLS whether they are well",
    risk="Whoever sees the VPC's traffic learns of the insides of the application, or answers in a target's place.",
    fix="aws elbv2 modify-target-group --target-group-arn {id} --health-check-protocol HTTPS --region {region}",
)
def health_asked_encrypted(group: Resource) -> Verdict:
    item = group["item"]
    if not item.get("LoadBalancerArns"):
        return skipped("no load balancer uses it")
    if item.get("TargetType") == "lambda" or not item.get("HealthCheckEnabled", True):
        return skipped("no health is asked for over the network")
    protocol = item.get("HealthCheckProtocol") or "not told"
    # A connection that carries no words tells nobody anything.
    if protocol == "TCP":
        return skipped("only whether a connection opens is asked")
    return (passed if protocol == "HTTPS" else failed)(f"health is asked for over {protocol}")
