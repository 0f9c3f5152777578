"""Checks on Amazon Macie, and on the classification of what lies in S3."""

from __future__ import annotations

from checks.aws import keys
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

AT_WORK = ("RUNNING", "IDLE")


def _on(session: Resource) -> bool:
    return bool(session["session"] and session["session"].get("status") == "ENABLED")


@check(
    "aws.account.region.buckets_classified",
    on="aws.account.region",
    service="aws.s3",
    control="data.classification",
    severity=Severity.MEDIUM,
    title="Data in the region's buckets is discovered and classified",
    risk="Nobody knows where personal data and secrets lie, so nobody protects them.",
    fix="aws macie2 enable-macie --region {region}, then"
    " aws macie2 update-automated-discovery-configuration --status ENABLED --region {region}",
    cis=("v5:2.1.3", "v6:3.1.3", "v7:3.1.3"),
)
def buckets_classified(region: Resource, inventory: Inventory) -> Verdict:
    if not any(True for _ in inventory.all("aws.s3.bucket", region=region.region)):
        return skipped("no buckets in this region")
    sessions = [each for each in inventory.all("aws.macie.session", region=region.region) if _on(each)]
    if not sessions:
        return failed("Macie is off or paused")
    if any((each["discovery"] or {}).get("status") == "ENABLED" for each in sessions):
        return passed("Macie discovers sensitive data by itself")
    jobs = [each["item"] for each in inventory.all("aws.macie.job", region=region.region)]
    scheduled = [job["name"] for job in jobs if job["jobType"] == "SCHEDULED" and job["jobStatus"] in AT_WORK]
    if scheduled:
        return passed(f"scheduled jobs: {', '.join(scheduled)}")
    return failed("Macie is on, but neither automated discovery nor a scheduled job is")


@check(
    "aws.macie.session.findings_published",
    on="aws.macie.session",
    control="detection.posture",
    severity=Severity.LOW,
    title="Macie's findings of sensitive data go to Security Hub",
    risk="What Macie finds is seen only by those who open its own console.",
    fix="aws macie2 put-findings-publication-configuration --region {region} --security-hub-configuration"
    " publishClassificationFindings=true,publishPolicyFindings=true",
)
def findings_published(session: Resource) -> Verdict:
    if not _on(session):
        return skipped("Macie is off or paused")
    publication = session["publication"] or {}
    if publication.get("publishClassificationFindings"):
        return passed("published to Security Hub")
    return failed("findings of sensitive data are not published")


@check(
    "aws.macie.session.results_kept",
    on="aws.macie.session",
    control="data.retention",
    severity=Severity.LOW,
    title="Macie's results are kept in a bucket",
    risk="After 90 days nobody can tell what was looked at, and what was found.",
    fix="aws macie2 put-classification-export-configuration --configuration file://export.json --region {region}",
)
def results_kept(session: Resource) -> Verdict:
    if not _on(session):
        return skipped("Macie is off or paused")
    destination = session["results"]
    return passed(f"kept in {destination['bucketName']}") if destination else failed("results are not kept in a bucket")


@check(
    "aws.macie.session.results_encrypted",
    on="aws.macie.session",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Macie's results are encrypted with a key of the customer's own",
    risk="The results, which say where the sensitive data lies, are open to whoever may read the bucket.",
    fix="aws macie2 put-classification-export-configuration --configuration file://export.json --region {region}",
)
def results_encrypted(session: Resource, inventory: Inventory) -> Verdict:
    if not _on(session) or not session["results"]:
        return skipped("no results are kept")
    return keys.customer_key(session, session["results"].get("kmsKeyArn"), inventory)
