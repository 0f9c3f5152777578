"""Checks on proxies of RDS."""

from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed


@check(
    "aws.rds.proxy.tls_required",
    on="aws.rds.proxy",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Proxy refuses connections without TLS",
    risk="Passwords and data can be read and changed on their way.",
    fix="aws rds modify-db-proxy --db-proxy-name {name} --require-tls --region {region}",
)
def tls_required(proxy: Resource) -> Verdict:
    return passed("TLS is required") if proxy["item"].get("RequireTLS") else failed("TLS is not required")


@check(
    "aws.rds.proxy.iam_sign_in",
    on="aws.rds.proxy",
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Proxy asks its clients for their role",
    risk="Every application keeps a password of the database, although the proxy could keep it for all of them.",
    fix="aws rds modify-db-proxy --db-proxy-name {name} --region {region} --auth with IAMAuth=REQUIRED in each entry",
)
def iam_sign_in(proxy: Resource) -> Verdict:
    item = proxy["item"]
    if item.get("DefaultAuthScheme") == "IAM_AUTH":
        return passed("sign-in by IAM is required")
    ways = {way.get("IAMAuth", "DISABLED") for way in item.get("Auth") or []} or {"DISABLED"}
    return (passed if ways == {"REQUIRED"} else failed)(f"sign-in by IAM is {', '.join(sorted(ways)).lower()}")
