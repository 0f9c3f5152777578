"""Checks on certificates of AWS Certificate Manager."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

CERTIFICATE = "aws.acm.certificate"
SOON = timedelta(days=30)
LEAST_BITS = 2048
NEVER_VALID = {"PENDING_VALIDATION", "VALIDATION_TIMED_OUT", "FAILED"}


def issued(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Make *judge* skip what never became a certificate."""

    @wraps(judge)
    def asked(certificate: Resource, **given: Any) -> Verdict:
        status = certificate["item"]["Status"]
        return skipped(f"status is {status}") if status in NEVER_VALID else judge(certificate, **given)

    return asked


def _manual(certificate: Resource) -> bool:
    return bool(certificate["item"]["Type"] == "IMPORTED")


@check(
    "aws.acm.certificate.not_ending",
    on=CERTIFICATE,
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="Certificate does not end within thirty days",
    risk="Whatever presents it stops working, or teaches people to click warnings away.",
    fix="aws acm renew-certificate or import-certificate --certificate-arn {id} --region {region}; or delete it",
)
@issued
def not_ending(certificate: Resource, now: datetime) -> Verdict:
    item = certificate["item"]
    if item["Status"] != "ISSUED":
        return failed(f"status is {item['Status']}")
    if not item.get("NotAfter"):
        return unknown("when it ends was not said")
    end = datetime.fromisoformat(item["NotAfter"])
    said = f"ends on {end:%Y-%m-%d}"
    return passed(said, until=end - SOON) if end - now > SOON else failed(said)


@check(
    "aws.acm.certificate.strong_key",
    on=CERTIFICATE,
    control="encryption.certificates",
    severity=Severity.HIGH,
    title="Certificate has a key of 2048 bits or more",
    risk="The key can be computed from the certificate, and whoever has it is taken for the site.",
    fix="aws acm request-certificate --key-algorithm RSA_2048 --domain-name {name} --region {region}, and replace this one",
)
def strong_key(certificate: Resource) -> Verdict:
    algorithm = str(certificate["item"]["KeyAlgorithm"]).replace("-", "_")
    kind, _, bits = algorithm.partition("_")
    if kind == "EC":
        return passed(f"key is {algorithm}")
    return (passed if int(bits) >= LEAST_BITS else failed)(f"key is {algorithm}")


@check(
    "aws.acm.certificate.key_stays_inside",
    on=CERTIFICATE,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Private key of the certificate was made by ACM and never left it",
    risk="Copies of the key lie elsewhere, and whoever finds one is taken for the site.",
    fix="aws acm request-certificate --domain-name {name} --region {region}, and use that one instead",
)
@issued
def key_stays_inside(certificate: Resource) -> Verdict:
    if _manual(certificate):
        return failed("the key was made elsewhere and imported")
    return failed("the key was exported") if certificate["item"].get("Exported") else passed("the key never left ACM")


@check(
    "aws.acm.certificate.renews_itself",
    on=CERTIFICATE,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Certificate in use is renewed without anybody's help",
    risk="One day somebody forgets, and the application stands still.",
    fix="aws acm request-certificate --domain-name {name} --validation-method DNS --region {region}, and use that one instead",
)
@issued
def renews_itself(certificate: Resource) -> Verdict:
    item = certificate["item"]
    if not item.get("InUse"):
        return skipped("nothing uses it")
    if _manual(certificate):
        return failed("imported certificates are not renewed")
    eligible = item.get("RenewalEligibility", "INELIGIBLE") == "ELIGIBLE"
    return passed("ACM renews it") if eligible else failed("ACM says that it cannot renew it")


@check(
    "aws.acm.certificate.used",
    on=CERTIFICATE,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Certificate is in use",
    risk="Keys that nobody needs can still be stolen, and hide the ones that count.",
    fix="aws acm delete-certificate --certificate-arn {id} --region {region}",
)
def used(certificate: Resource) -> Verdict:
    item = certificate["item"]
    if item["Status"] == "PENDING_VALIDATION":
        return skipped("not issued yet")
    if item.get("Exported"):
        return skipped("exported: it may be used anywhere")
    return passed("in use") if item.get("InUse") else failed("nothing uses it")
