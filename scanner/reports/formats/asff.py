"""ASFF: requests for Security Hub's BatchImportFindings, one a line, each of one account and region.

Only findings of AWS accounts fit; others are left out. Security Hub takes such a request from the account's own credentials.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from scanner.reports import safe
from scanner.reports.formats import Report, Row
from scanner.reports.formats.common import (
    NAME,
    acceptance,
    accepted,
    because,
    cut,
    dumps,
    fix,
    stamp,
    title,
)

MOST = 100  # findings of one request
SCHEMA = "2018-10-08"
TYPE = "Software and Configuration Checks/Security Best Practices/Demarc"
HOMES = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}  # where what is in no region is reported
# Nobody saw it: some information is missing. NOT_AVAILABLE would have Security Hub archive it after a while.
VERDICTS = {"pass": "PASSED", "fail": "FAILED", "unknown": "WARNING", "closed": "NOT_AVAILABLE"}
WORKFLOWS = {"pass": "RESOLVED", "fail": "NEW", "unknown": "NEW", "closed": "RESOLVED"}
TYPES = {
    "aws.account.account": "AwsAccount",
    "aws.backup.plan": "AwsBackupBackupPlan",
    "aws.backup.vault": "AwsBackupBackupVault",
    "aws.cloudtrail.trail": "AwsCloudTrailTrail",
    "aws.cloudwatch.alarm": "AwsCloudWatchAlarm",
    "aws.dynamodb.table": "AwsDynamoDbTable",
    "aws.ebs.volume": "AwsEc2Volume",
    "aws.ec2.instance": "AwsEc2Instance",
    "aws.ec2.launch_template": "AwsEc2LaunchTemplate",
    "aws.ecr.repository": "AwsEcrRepository",
    "aws.efs.access_point": "AwsEfsAccessPoint",
    "aws.eks.cluster": "AwsEksCluster",
    "aws.elb.classic_load_balancer": "AwsElbLoadBalancer",
    "aws.elb.load_balancer": "AwsElbv2LoadBalancer",
    "aws.guardduty.detector": "AwsGuardDutyDetector",
    "aws.iam.group": "AwsIamGroup",
    "aws.iam.policy": "AwsIamPolicy",
    "aws.iam.role": "AwsIamRole",
    "aws.iam.user": "AwsIamUser",
    "aws.kms.key": "AwsKmsKey",
    "aws.lambda.function": "AwsLambdaFunction",
    "aws.s3.bucket": "AwsS3Bucket",
    "aws.secretsmanager.secret": "AwsSecretsManagerSecret",
    "aws.sns.topic": "AwsSnsTopic",
    "aws.sqs.queue": "AwsSqsQueue",
    "aws.vpc.network_acl": "AwsEc2NetworkAcl",
    "aws.vpc.network_interface": "AwsEc2NetworkInterface",
    "aws.vpc.route_table": "AwsEc2RouteTable",
    "aws.vpc.security_group": "AwsEc2SecurityGroup",
    "aws.vpc.subnet": "AwsEc2Subnet",
    "aws.vpc.vpc": "AwsEc2Vpc",
}


def write(report: Report) -> Iterator[str]:
    aws = (row for row in report.findings if row["provider"] == "aws")
    for _, rows in groupby(aws, key=lambda row: (row["account_id"], row["region"])):
        batch: list[dict[str, Any]] = []
        for row in rows:
            batch.append(finding(report, row))
            if len(batch) == MOST:
                yield dumps({"Findings": batch}) + "\n"
                batch = []
        if batch:
            yield dumps({"Findings": batch}) + "\n"


def finding(report: Report, row: Row) -> dict[str, Any]:
    partition, region = _place(row)
    seen = stamp(row["last_seen_at"])
    opened = stamp(row["opened_at"]) if row["opened_at"] else seen
    found: dict[str, Any] = {
        "SchemaVersion": SCHEMA,
        "Id": f"demarc/{row['finding_id']}",
        "ProductArn": f"arn:{partition}:securityhub:{region}:{row['account_id']}:product/{row['account_id']}/default",
        "ProductName": NAME,
        "CompanyName": NAME,
        "Region": region,
        "GeneratorId": row["check_id"],
        "AwsAccountId": row["account_id"],
        "FirstObservedAt": opened,
        "LastObservedAt": seen,
        "CreatedAt": opened,
        "UpdatedAt": seen,
        "Title": cut(title(report, row), 256),
        "Description": cut(_description(report, row), 1024),
        "Resources": [_resource(row, partition, region)],
        "Compliance": _compliance(report, row),
        "Workflow": {"Status": "SUPPRESSED" if accepted(row) else WORKFLOWS[row["status"]]},
        "RecordState": "ARCHIVED" if row["status"] == "closed" else "ACTIVE",
        "FindingProviderFields": {
            "Severity": {"Label": row["severity"].upper(), "Original": row["severity"]},
            "Types": [TYPE],
        },
        "ProductFields": _fields(row),
    }
    if said := fix(report, row):
        found["Remediation"] = {"Recommendation": {"Text": cut(said, 512)}}
    if accepted(row):
        found["Note"] = {"Text": cut(acceptance(row), 512), "UpdatedBy": NAME, "UpdatedAt": seen}
    return found


def _place(row: Row) -> tuple[str, str]:
    """Return the partition and the region that Security Hub is asked in."""
    named = row["resource_id"].split(":", 2)[1] if row["resource_id"].startswith("arn:aws") else ""
    by_region = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
    partition = next((each for start, each in by_region.items() if row["region"].startswith(f"{start}-")), "")
    partition = partition or (named if named in HOMES else "aws")
    return partition, HOMES[partition] if row["region"] == "global" else row["region"]


def _description(report: Report, row: Row) -> str:
    check = report.checks.get(row["check_id"])
    return f"{because(row)}. {check.risk}" if check else because(row)


def _resource(row: Row, partition: str, region: str) -> dict[str, Any]:
    shown = safe.terminal(row["resource_id"]).strip() or row["finding_id"]
    return {"Type": TYPES.get(row["resource_type"], "Other"), "Id": cut(shown, 512), "Partition": partition, "Region": region}


def _compliance(report: Report, row: Row) -> dict[str, Any]:
    named = report.frameworks.get(row["check_id"], {})
    related = [cut(f"{framework} {id}", 64) for framework, ids in named.items() for id in ids]
    compliance: dict[str, Any] = {"Status": VERDICTS[row["status"]], "RelatedRequirements": related[:32]}
    if row["status"] == "unknown":
        compliance["StatusReasons"] = [{"ReasonCode": "COULD_NOT_BE_READ", "Description": cut(because(row), 1024)}]
    return compliance


def _fields(row: Row) -> Mapping[str, str]:
    names = ("status", "owner", "area", "control", "service", "service_model", "resource_type", "operation", "permission")
    return {f"demarc/{name}": cut(safe.terminal(row[name]), 2048) for name in names if row[name]}
