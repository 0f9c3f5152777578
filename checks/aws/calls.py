"""Checks that trails record the calls that use what a service keeps: one check for each service of the table.

These services log nothing else, and their calls are management events; a trail may leave out all that only read.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks.aws.recorded import calls_recorded
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, skipped


@dataclass(frozen=True, slots=True)
class Used:
    """A service whose uses are management events. ``source``: its name there; ``kind``: what must be there to be used."""

    service: str
    name: str
    source: str
    kind: str
    title: str
    risk: str
    severity: Severity = Severity.LOW


# Sources: "Logging ... API calls with AWS CloudTrail" of each user guide. Amazon EFS records the mounts of clients that show
# an identity of IAM, and no access to single files: user guide, "Using IAM to control access to file systems".
USED = (
    Used(
        "aws.apprunner",
        "app_services_recorded",
        "apprunner.amazonaws.com",
        "aws.apprunner.service",
        "A trail records who changes and deploys services of App Runner",
        "Nobody can tell who deployed what, or opened the service to the world.",
    ),
    Used(
        "aws.batch",
        "job_use_recorded",
        "batch.amazonaws.com",
        "aws.batch.job_definition",
        "A trail records who submits jobs and changes what they run",
        "Nobody can tell who ran what, with the rights of the jobs' role.",
    ),
    Used(
        "aws.acm",
        "certificate_use_recorded",
        "acm.amazonaws.com",
        "aws.acm.certificate",
        "A trail records who exports and replaces certificates",
        "Nobody can tell who took a certificate's key, or put another in its place.",
    ),
    Used(
        "aws.cognito",
        "sign_ins_recorded",
        "cognito-idp.amazonaws.com",
        "aws.cognito.user_pool",
        "A trail records who signs in to and changes user pools",
        "Nobody can tell who changed how users sign in, or since when.",
    ),
    Used(
        "aws.ecr",
        "image_use_recorded",
        "ecr.amazonaws.com",
        "aws.ecr.repository",
        "A trail records who pulls and pushes images",
        "Nobody can tell who replaced an image, or where the bad one was pulled.",
    ),
    Used(
        "aws.efs",
        "mounts_recorded",
        "elasticfilesystem.amazonaws.com",
        "aws.efs.file_system",
        "A trail records who mounts and changes file systems",
        "Nobody can tell which machines read the files, or who opened the file system to them.",
    ),
    Used(
        "aws.secretsmanager",
        "secret_use_recorded",
        "secretsmanager.amazonaws.com",
        "aws.secretsmanager.secret",
        "A trail records who reads secrets",
        "After a break-in nobody can tell which secrets were read, so that all of them must be replaced.",
        Severity.MEDIUM,
    ),
)


def recording(used: Used) -> Check:
    @check(
        f"aws.account.account.{used.name}",
        on="aws.account.account",
        service=used.service,
        control="logging.audit_trail",
        severity=used.severity,
        title=used.title,
        risk=used.risk,
        fix="aws cloudtrail put-event-selectors on a trail of all regions, with ReadWriteType All and IncludeManagementEvents,"
        f" and without {used.source} among what is left out",
    )
    def judge(_account: Resource, inventory: Inventory) -> Verdict:
        if not any(True for _ in inventory.all(used.kind)):
            return skipped("the account has none")
        return calls_recorded(inventory, used.source)

    return judge


USES = tuple(recording(each) for each in USED)
