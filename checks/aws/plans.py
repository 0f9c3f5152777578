"""Checks that GuardDuty's plans watch what a service keeps: one check for each plan of the table, in each region in use."""

from __future__ import annotations

from dataclasses import dataclass

from checks.aws.detectors import watched
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, skipped


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of GuardDuty, under the ``name`` of its feature. ``kind``: what must be in the region to be watched."""

    name: str
    service: str
    noun: str
    kind: str
    title: str
    risk: str


# Sources: GuardDuty user guide, "S3 Protection", "RDS Protection", "Lambda Protection"; names of features: DetectorFeature in
# GuardDuty's API.
PLANS = (
    Plan(
        "S3_DATA_EVENTS",
        "aws.s3",
        "bucket_use",
        "aws.s3.bucket",
        "GuardDuty watches who uses the region's buckets",
        "Stolen credentials empty a bucket, or hold it for ransom, and it is noticed when the objects are gone.",
    ),
    Plan(
        "RDS_LOGIN_EVENTS",
        "aws.aurora",
        "aurora_sign_ins",
        "aws.aurora.cluster",
        "GuardDuty watches who signs in to the region's clusters of Aurora",
        "Guessed passwords, and sign-ins from where nobody ever came from, go unnoticed.",
    ),
    Plan(
        "LAMBDA_NETWORK_LOGS",
        "aws.lambda",
        "function_traffic",
        "aws.lambda.function",
        "GuardDuty watches whom the region's functions talk to",
        "Code that was broken into mines, or calls an attacker, and nobody notices.",
    ),
    Plan(
        "RUNTIME_MONITORING",
        "aws.ecs",
        "containers",
        "aws.ecs.cluster",
        "GuardDuty watches what runs in the region's containers",
        "Programs that an intruder starts in a container are not noticed.",
    ),
)


def _watched(plan: Plan) -> Check:
    @check(
        f"aws.account.region.{plan.noun}_watched",
        on="aws.account.region",
        service=plan.service,
        control="detection.threat_detector",
        severity=Severity.MEDIUM,
        title=plan.title,
        risk=plan.risk,
        fix="aws guardduty update-detector --detector-id ID --region {region}"
        f" --features Name={plan.name},Status=ENABLED; in an organization, the administrator of GuardDuty",
    )
    def judge(region: Resource, inventory: Inventory) -> Verdict:
        if not any(True for _ in inventory.all(plan.kind, region=region.region)):
            return skipped("the region has none")
        return watched(inventory, region.region, plan.name)

    return judge


PLANNED = tuple(_watched(each) for each in PLANS)
