from typing import Any

from checks.aws import macie
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

BUCKET = resource("aws.s3.bucket")
ELSEWHERE = resource("aws.s3.bucket", region="us-east-1")
ON, PAUSED = {"status": "ENABLED"}, {"status": "PAUSED"}


def session(session: Any = ON, discovery: Any = None) -> Any:
    return resource("aws.macie.session", session=session, discovery=discovery)


def job(kind: str, status: str) -> Any:
    return resource("aws.macie.job", item={"name": "weekly", "jobType": kind, "jobStatus": status})


CASES = [
    case(macie.buckets_classified, PASS, inventory=[BUCKET, session(discovery={"status": "ENABLED"})]),
    case(macie.buckets_classified, PASS, inventory=[BUCKET, session(), job("SCHEDULED", "IDLE")]),
    case(macie.buckets_classified, FAIL, inventory=[BUCKET, session(), job("SCHEDULED", "CANCELLED")]),
    case(macie.buckets_classified, FAIL, inventory=[BUCKET, session(), job("ONE_TIME", "COMPLETE")]),
    case(macie.buckets_classified, FAIL, inventory=[BUCKET, session(discovery={"status": "DISABLED"})]),
    case(macie.buckets_classified, FAIL, inventory=[BUCKET, session(None)]),
    case(macie.buckets_classified, FAIL, inventory=[BUCKET, session(PAUSED, {"status": "ENABLED"})]),
    case(macie.buckets_classified, SKIP, inventory=[ELSEWHERE, session(None)]),
    case(macie.buckets_classified, UNKNOWN, inventory=[BUCKET, session(DENIED)]),
    case(macie.buckets_classified, UNKNOWN, inventory=[BUCKET, session(), unlisted("aws.macie.job")]),
    case(macie.findings_published, PASS, session=ON, publication={"publishClassificationFindings": True}),
    case(macie.findings_published, FAIL, session=ON, publication={"publishClassificationFindings": False}),
    case(macie.findings_published, FAIL, session=ON, publication=None),
    case(macie.findings_published, SKIP, session=None, publication=None),
    case(macie.results_kept, PASS, session=ON, results={"bucketName": "results"}),
    case(macie.results_kept, FAIL, session=ON, results=None),
    case(macie.results_kept, SKIP, session=None, results=None),
    case(macie.results_encrypted, PASS, session=ON, results={"kmsKeyArn": KEY_ARN}, inventory=[OUR_KEY]),
    case(macie.results_encrypted, FAIL, session=ON, results={"kmsKeyArn": KEY_ARN}, inventory=[AWS_KEY]),
    case(macie.results_encrypted, SKIP, session=ON, results=None),
]
