"""Checks on distributions of Amazon CloudFront. One that is switched off serves nobody, and is asked nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

from checks.aws.deliveries import delivered
from checks.aws.elb import faces_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

DISTRIBUTION = "aws.cloudfront.distribution"
SET = "aws cloudfront update-distribution --id {name} --distribution-config file://config.json with "
# Source: CloudFront developer guide, "Supported protocols and ciphers": the least version of TLS that each policy allows.
OLD_POLICIES = {"SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016"}
OLD_PROTOCOLS = {"SSLv3", "TLSv1", "TLSv1.1"}
# Where the region of a partition is in which logs of distributions are delivered. Source: CloudFront developer guide, "Standard
# logging (v2)"; of China not verified.
HOMES = {"aws": "us-east-1", "aws-cn": "cn-northwest-1"}
WEBSITE, FUNCTION = ".s3-website", ".lambda-url."

Row = Mapping[str, Any]


def serving(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Make *judge* skip distributions that are switched off."""

    @wraps(judge)
    def asked(distribution: Resource, **given: Any) -> Verdict:
        if not distribution["item"]["Enabled"]:
            return skipped("the distribution is switched off")
        return judge(distribution, **given)

    return asked


def _behaviors(distribution: Resource) -> list[tuple[str, Row]]:
    """Return each behavior with the paths that it is for."""
    item = distribution["item"]
    more = (item.get("CacheBehaviors") or {}).get("Items") or []
    return [("every path", item["DefaultCacheBehavior"]), *((each["PathPattern"], each) for each in more)]


def _origins(distribution: Resource) -> list[Row]:
    return list((distribution["item"].get("Origins") or {}).get("Items") or [])


def _named(failures: list[str], good: str) -> Verdict:
    return failed("; ".join(failures[:3])) if failures else passed(good)


@check(
    "aws.cloudfront.distribution.viewers_encrypted",
    on=DISTRIBUTION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Distribution serves viewers over HTTPS alone",
    risk="Passwords and sessions can be read and changed on their way.",
    fix=SET + "ViewerProtocolPolicy redirect-to-https in every behavior",
)
@serving
def viewers_encrypted(distribution: Resource) -> Verdict:
    clear = [path for path, each in _behaviors(distribution) if each["ViewerProtocolPolicy"] == "allow-all"]
    return _named([f"plain HTTP is served for {path}" for path in clear], "plain HTTP is refused or redirected")


@check(
    "aws.cloudfront.distribution.tls_current",
    on=DISTRIBUTION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Distribution speaks TLS 1.2 and later with viewers",
    risk="Viewers can be talked into a version of TLS whose encryption is broken.",
    fix=SET + "a certificate of ACM and MinimumProtocolVersion TLSv1.2_2021",
)
@serving
def tls_current(distribution: Resource) -> Verdict:
    certificate = distribution["item"]["ViewerCertificate"]
    # Source: API reference, "ViewerCertificate": with CloudFront's own certificate, the policy is TLSv1 whatever is set.
    if certificate.get("CloudFrontDefaultCertificate"):
        return failed("CloudFront's own certificate comes with TLS 1.0")
    policy = certificate["MinimumProtocolVersion"]
    return (failed if policy in OLD_POLICIES else passed)(f"policy is {policy}")


@check(
    "aws.cloudfront.distribution.origins_encrypted",
    on=DISTRIBUTION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Distribution fetches from its origins over HTTPS, TLS 1.2 alone",
    risk="Behind the distribution everything travels in the clear, or under encryption that is broken, over the internet.",
    fix=SET + "OriginProtocolPolicy https-only and OriginSslProtocols TLSv1.2 for each custom origin",
)
@serving
def origins_encrypted(distribution: Resource) -> Verdict:
    custom = [
        (each["DomainName"], each["CustomOriginConfig"]) for each in _origins(distribution) if "CustomOriginConfig" in each
    ]
    if not custom:
        return skipped("no custom origins")
    clear = {each["TargetOriginId"] for _, each in _behaviors(distribution) if each["ViewerProtocolPolicy"] == "allow-all"}
    plain = {each["DomainName"] for each in _origins(distribution) if each["Id"] in clear}
    failures = [each for name, row in custom if (each := _weak(name, row, plain=name in plain))]
    return _named(failures, "custom origins are asked over TLS 1.2 alone")


def _weak(name: str, custom: Row, *, plain: bool) -> str:
    """Return what is wrong with how a custom origin is spoken to; *plain*: viewers may ask for it over HTTP."""
    policy = custom["OriginProtocolPolicy"]
    if policy == "http-only" or (policy == "match-viewer" and plain):
        return f"{name} is asked over plain HTTP"
    old = sorted(OLD_PROTOCOLS & set((custom.get("OriginSslProtocols") or {}).get("Items") or []))
    return f"{name} is offered {', '.join(old)}" if old else ""


@check(
    "aws.cloudfront.distribution.signers_are_keys",
    on=DISTRIBUTION,
    control="identity.root",
    severity=Severity.MEDIUM,
    title="Signed addresses are checked by key groups, not keys of root users",
    risk="Only the root user can make, replace and delete the keys that open the content, so nobody ever does.",
    fix=SET + "TrustedKeyGroups in each behavior, and TrustedSigners off",
)
@serving
def signers_are_keys(distribution: Resource) -> Verdict:
    behaviors = _behaviors(distribution)
    old = [path for path, each in behaviors if (each.get("TrustedSigners") or {}).get("Enabled")]
    if not old and not any((each.get("TrustedKeyGroups") or {}).get("Enabled") for _, each in behaviors):
        return skipped("no content is kept for signed addresses")
    return _named([f"keys of accounts sign for {path}" for path in old], "key groups sign")


@check(
    "aws.cloudfront.distribution.clients_valid",
    on=DISTRIBUTION,
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Certificates of viewers are refused when they have ended",
    risk="A viewer's key that was replaced, or stolen, opens the content for ever.",
    fix=SET + "IgnoreCertificateExpiry false in ViewerMtlsConfig",
)
@serving
def clients_valid(distribution: Resource) -> Verdict:
    mutual = distribution["item"].get("ViewerMtlsConfig")
    if not mutual or mutual["Mode"] == "passthrough":
        return skipped("viewers are not asked for certificates")
    if (mutual.get("TrustStoreConfig") or {}).get("IgnoreCertificateExpiry"):
        return failed("certificates that have ended are accepted")
    return passed("certificates that have ended are refused")


@check(
    "aws.cloudfront.distribution.signs_to_buckets",
    on=DISTRIBUTION,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Distribution signs its requests to buckets",
    risk="The bucket must be open to everybody, and whoever asks it directly passes by the distribution.",
    fix="aws cloudfront create-origin-access-control, then " + SET + "its id at the origin; then close the bucket's policy",
)
@serving
def signs_to_buckets(distribution: Resource) -> Verdict:
    buckets = [each for each in _origins(distribution) if "S3OriginConfig" in each]
    if not buckets:
        return skipped("no bucket is an origin")
    bare = [each["DomainName"] for each in buckets if not _signed(each)]
    return _named([f"{name} is asked without a signature" for name in bare], "requests to buckets are signed")


def _signed(origin: Row) -> bool:
    return bool(origin.get("OriginAccessControlId") or origin["S3OriginConfig"].get("OriginAccessIdentity"))


@check(
    "aws.cloudfront.distribution.signs_to_functions",
    on=DISTRIBUTION,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Distribution signs its requests to functions",
    risk="The function must answer everybody, and whoever asks it directly passes by the distribution.",
    fix="aws cloudfront create-origin-access-control of type lambda, then "
    + SET
    + "its id at the origin; then let the function's address ask for AWS_IAM",
)
@serving
def signs_to_functions(distribution: Resource) -> Verdict:
    functions = [each for each in _origins(distribution) if FUNCTION in each["DomainName"]]
    if not functions:
        return skipped("no function is an origin")
    bare = [each["DomainName"] for each in functions if not each.get("OriginAccessControlId")]
    return _named([f"{name} is asked without a signature" for name in bare], "requests to functions are signed")


@check(
    "aws.cloudfront.distribution.no_way_around",
    on=DISTRIBUTION,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Load balancers and sites behind the distribution face it alone",
    risk="Whoever asks the origin directly passes by the distribution's firewall, logs and limits.",
    fix="Admit only the prefix list com.amazonaws.global.cloudfront.origin-facing in the security groups of the load balancer,"
    " or use a VPC origin; serve a bucket by its REST endpoint instead of its website",
)
@serving
def no_way_around(distribution: Resource, inventory: Inventory) -> Verdict:
    known, open_to_all = [], []
    for origin in _origins(distribution):
        name = origin["DomainName"]
        if WEBSITE in name:
            open_to_all.append(f"{name} is a website, which everybody may ask")
        for balancer in inventory.where("aws.elb.load_balancer", "item.DNSName", name):
            known.append(balancer.name)
            if "VpcOriginConfig" not in origin and faces_world(balancer, inventory):
                open_to_all.append(f"the world reaches {balancer.name}")
    if not known and not open_to_all:
        return skipped("no origin is a load balancer or a website that is seen here")
    return _named(open_to_all, f"the world does not reach {', '.join(known)}")


@check(
    "aws.cloudfront.distribution.web_firewall",
    on=DISTRIBUTION,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Distribution stands behind a web firewall",
    risk="Common attacks on web applications, and floods of requests, reach the origins as they come.",
    fix=SET + "WebACLId of a web ACL of scope CLOUDFRONT",
)
@serving
def web_firewall(distribution: Resource) -> Verdict:
    acl = distribution["item"].get("WebACLId")
    return passed(f"behind {acl}") if acl else failed("no web ACL is associated")


@check(
    "aws.cloudfront.distribution.root_object",
    on=DISTRIBUTION,
    control="application.exposure",
    severity=Severity.LOW,
    title="Who asks for no page gets a page, not a list of objects",
    risk="Whoever asks for the bare name is shown what the bucket holds.",
    fix=SET + "DefaultRootObject index.html",
)
@serving
def root_object(distribution: Resource) -> Verdict:
    item, config = distribution["item"], distribution["config"]
    target = item["DefaultCacheBehavior"]["TargetOriginId"]
    if not any(each["Id"] == target and "S3OriginConfig" in each for each in _origins(distribution)):
        return skipped("what serves the bare name is no bucket")
    name = config.get("DefaultRootObject")
    return passed(f"{name} is served") if name else failed("no default root object")


@check(
    "aws.cloudfront.distribution.access_logged",
    on=DISTRIBUTION,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Distribution logs who asks for what",
    risk="Nobody can tell who sent which requests before, during and after an attack.",
    fix="aws logs put-delivery-source --name NAME --resource-arn {id} --log-type ACCESS_LOGS --region us-east-1; a delivery",
)
@serving
def access_logged(distribution: Resource, inventory: Inventory) -> Verdict:
    logging = distribution["config"].get("Logging") or {}
    if logging.get("Enabled") and logging.get("Bucket"):
        return passed(f"logged to {logging['Bucket']}")
    if all(each.get("RealtimeLogConfigArn") for _, each in _behaviors(distribution)):
        return passed("every behavior has a real-time log")
    here = replace(distribution, region=HOMES.get(distribution.id.split(":")[1], ""))
    place = delivered(here, inventory, "ACCESS_LOGS")
    return passed(f"logged to {place}") if place else failed("access logs are off")


@check(
    "aws.cloudfront.distribution.second_origin",
    on=DISTRIBUTION,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Distribution has an origin to turn to when one fails",
    risk="When the one origin fails, nobody is served.",
    fix=SET + "OriginGroups of two origins, as the target of the behaviors",
)
@serving
def second_origin(distribution: Resource) -> Verdict:
    groups = {each["Id"] for each in (distribution["item"].get("OriginGroups") or {}).get("Items") or []}
    alone = [path for path, each in _behaviors(distribution) if each["TargetOriginId"] not in groups]
    return _named([f"one origin alone serves {path}" for path in alone], "every behavior has a second origin")


@check(
    "aws.cloudfront.distribution.served_by_name",
    on=DISTRIBUTION,
    control="encryption.in_transit",
    severity=Severity.INFORMATIONAL,
    title="Distribution shows the certificate of the name that is asked for",
    risk="Addresses of its own cost extra, for the sake of viewers that are too old for current encryption.",
    fix=SET + "SSLSupportMethod sni-only",
)
@serving
def served_by_name(distribution: Resource) -> Verdict:
    certificate = distribution["item"]["ViewerCertificate"]
    if certificate.get("CloudFrontDefaultCertificate"):
        return skipped("it has CloudFront's own certificate")
    method = certificate.get("SSLSupportMethod") or "not told"
    return (passed if method == "sni-only" else failed)(f"the method is {method}")
