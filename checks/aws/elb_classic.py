"""Checks on classic load balancers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws.balancers import FACING, carried, inner_closed
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

CLASSIC = "aws.elb.classic_load_balancer"
SET = "aws elb modify-load-balancer-attributes --load-balancer-name {name} --region {region} --load-balancer-attributes "
OVER_TLS = ("HTTPS", "SSL")
NEGOTIATION = "SSLNegotiationPolicyType"
# Attributes of a negotiation policy that stand for a protocol, where "true" allows it.
# Source: user guide of classic load balancers, "Predefined SSL security policies".
OLD = {"Protocol-SSLv2": "SSL 2", "Protocol-SSLv3": "SSL 3", "Protocol-TLSv1": "TLS 1.0", "Protocol-TLSv1.1": "TLS 1.1"}


def _listeners(balancer: Resource) -> list[Mapping[str, Any]]:
    return [each["Listener"] for each in balancer["item"].get("ListenerDescriptions") or []]


@check(
    f"{CLASSIC}.encrypted",
    on=CLASSIC,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Classic load balancer serves nothing over plain HTTP",
    risk="Passwords and sessions can be read and changed on their way.",
    fix="aws elb create-load-balancer-listeners --load-balancer-name {name} --region {region} for HTTPS, then"
    " aws elb delete-load-balancer-listeners for HTTP; only an application load balancer can redirect",
)
def encrypted(balancer: Resource) -> Verdict:
    listeners = _listeners(balancer)
    plain = [str(each["LoadBalancerPort"]) for each in listeners if each["Protocol"].upper() == "HTTP"]
    if plain:
        return failed(f"plain HTTP on port {', '.join(plain)}")
    return passed("no listener for plain HTTP") if listeners else skipped("no listeners")


@check(
    f"{CLASSIC}.tls_current",
    on=CLASSIC,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Classic load balancer speaks TLS 1.2 and later only",
    risk="Clients can be talked into a version of TLS whose encryption is broken.",
    fix="aws elb create-load-balancer-policy --load-balancer-name {name} --policy-name tls-1-2 --policy-type-name"
    " SSLNegotiationPolicyType --policy-attributes AttributeName=Reference-Security-Policy,"
    "AttributeValue=ELBSecurityPolicy-TLS-1-2-2017-01, then aws elb set-load-balancer-policies-of-listener",
)
def tls_current(balancer: Resource) -> Verdict:
    secured = [
        each for each in balancer["item"].get("ListenerDescriptions") or [] if each["Listener"]["Protocol"].upper() in OVER_TLS
    ]
    if not secured:
        return skipped("no listener for TLS")
    policies = {each["PolicyName"]: each for each in balancer["policies"]}
    for each in secured:
        port, names = each["Listener"]["LoadBalancerPort"], each.get("PolicyNames") or []
        negotiated = [policies[name] for name in names if policies[name]["PolicyTypeName"] == NEGOTIATION]
        if not negotiated:
            return failed(f"no policy for TLS on port {port}")
        if old := sorted(name for policy in negotiated for name in _old(policy)):
            return failed(f"port {port} allows {', '.join(old)}")
    return passed("no listener allows less than TLS 1.2")


def _old(policy: Mapping[str, Any]) -> Iterator[str]:
    """Yield the outdated protocols that a policy allows."""
    for each in policy["PolicyAttributeDescriptions"]:
        if each["AttributeName"] in OLD and each["AttributeValue"] == "true":
            yield OLD[each["AttributeName"]]


@check(
    f"{CLASSIC}.certificate_managed",
    on=CLASSIC,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Certificates of the classic load balancer are kept in ACM",
    risk="Their private keys were uploaded by hand, may lie elsewhere still, and nobody is told before they end.",
    fix="aws elb set-load-balancer-listener-ssl-certificate --load-balancer-name {name} --region {region}"
    " --load-balancer-port PORT --ssl-certificate-id CERTIFICATE, one that ACM issued",
)
def certificate_managed(balancer: Resource) -> Verdict:
    arns = [each["SSLCertificateId"] for each in _listeners(balancer) if each.get("SSLCertificateId")]
    if by_hand := [each for each in arns if ":iam:" in each]:
        return failed(f"kept in IAM: {by_hand[0].rpartition('/')[2]}")
    return passed("kept in ACM") if arns else skipped("no certificates")


@check(
    f"{CLASSIC}.access_logged",
    on=CLASSIC,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Classic load balancer logs who uses it",
    risk="Nobody can tell who sent which requests before, during and after an attack.",
    fix=SET + "file://attributes.json, with AccessLog enabled and the name of a bucket",
    cis=("v7:4.10",),
)
def access_logged(balancer: Resource) -> Verdict:
    log = balancer["attributes"].get("AccessLog") or {}
    return passed(f"logged to bucket {log.get('S3BucketName')}") if log.get("Enabled") else failed("access logs are off")


@check(
    f"{CLASSIC}.desync_mitigated",
    on=CLASSIC,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Classic load balancer holds back ambiguous requests",
    risk="Requests that two machines read differently poison caches and reach what others asked for.",
    fix=SET + "file://attributes.json, with the additional attribute elb.http.desyncmitigationmode=defensive",
)
def desync_mitigated(balancer: Resource) -> Verdict:
    if not any(each["Protocol"].upper() in ("HTTP", "HTTPS") for each in _listeners(balancer)):
        return skipped("no listener for requests of HTTP")
    given = {each["Key"]: each.get("Value") for each in balancer["attributes"].get("AdditionalAttributes") or []}
    mode = given.get("elb.http.desyncmitigationmode", "defensive")
    return (failed if mode == "monitor" else passed)(f"mode is {mode}")


@check(
    f"{CLASSIC}.inner_ports_closed",
    on=CLASSIC,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Classic load balancer puts no inner service before the world",
    risk="Databases, remote control and the like are attacked by machines as soon as they appear.",
    fix="aws elb delete-load-balancer-listeners --load-balancer-name {name} --region {region} --load-balancer-ports PORT, or"
    " let its security group admit only those who need it",
)
def inner_ports_closed(balancer: Resource, inventory: Inventory) -> Verdict:
    item = balancer["item"]
    if item.get("Scheme") != FACING:
        return skipped("does not face the internet")
    ports = [port for each in _listeners(balancer) for port in carried(each["Protocol"].upper(), each["LoadBalancerPort"])]
    return inner_closed(ports, item.get("SecurityGroups") or [], balancer.region, inventory)


@check(
    f"{CLASSIC}.spans_zones",
    on=CLASSIC,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Classic load balancer serves more than one zone",
    risk="When the zone fails, nothing behind it is reached any more.",
    fix="aws elb attach-load-balancer-to-subnets --load-balancer-name {name} --region {region} --subnets SUBNET",
)
def spans_zones(balancer: Resource) -> Verdict:
    zones = sorted(balancer["item"].get("AvailabilityZones") or [])
    return (passed if len(zones) > 1 else failed)(f"serves {', '.join(zones) or 'no zone'}")


@check(
    f"{CLASSIC}.used",
    on=CLASSIC,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Classic load balancer has somebody to pass requests to",
    risk="Names that point to it answer with errors, and nobody looks after what it lets in.",
    fix="aws elb delete-load-balancer --load-balancer-name {name} --region {region}",
)
def used(balancer: Resource) -> Verdict:
    count = len(balancer["item"].get("Instances") or [])
    return passed(f"{count} instances are registered") if count else failed("no instance is registered")


@check(
    f"{CLASSIC}.drained",
    on=CLASSIC,
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Classic load balancer lets requests end before a machine leaves",
    risk="Each deployment, and each machine that is found unwell, breaks off requests in the middle.",
    fix=SET + "ConnectionDraining={Enabled=true,Timeout=300}",
)
def drained(balancer: Resource) -> Verdict:
    draining = balancer["attributes"].get("ConnectionDraining") or {}
    if not draining.get("Enabled"):
        return failed("requests are broken off")
    return passed(f"requests have {draining.get('Timeout', 300)} seconds to end")


@check(
    f"{CLASSIC}.balances_zones",
    on=CLASSIC,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Classic load balancer spreads requests over all zones",
    risk="The zone with the fewest machines is overrun while others stand idle.",
    fix=SET + "CrossZoneLoadBalancing={Enabled=true}",
)
def balances_zones(balancer: Resource) -> Verdict:
    on = (balancer["attributes"].get("CrossZoneLoadBalancing") or {}).get("Enabled")
    return passed("requests go to machines of every zone") if on else failed("each zone serves its own requests")
