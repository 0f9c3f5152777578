from typing import Any

import pytest

from checks.aws.owners import OWNED, OWNERS
from scanner.evaluation.check import Check
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, Case, case, resource

BY_TYPE = {each.type: check for each, check in zip(OWNED, OWNERS, strict=True)}
# Facts of a resource that is somebody's, where the check looks at more than tags.
OURS: dict[str, dict[str, Any]] = {
    "aws.apprunner.service": {"service": {"Status": "RUNNING"}},
    "aws.autoscaling.group": {"item": {}},
    "aws.cloudformation.stack": {"item": {}},
    "aws.directoryservice.directory": {"item": {"Type": "MicrosoftAD"}},
    "aws.ecs.cluster": {"cluster": {"status": "ACTIVE"}},
    "aws.ecs.service": {"service": {"status": "ACTIVE"}},
    "aws.ebs.volume": {"item": {"State": "available", "Attachments": []}},
    "aws.ec2.instance": {"item": {"Operator": {"Managed": False}}},
    "aws.ec2.launch_template": {"item": {}},
    "aws.elasticache.cache_cluster": {"item": {}},
    "aws.eventbridge.event_bus": {"item": {"Name": "orders"}},
    "aws.kms.key": {"key": {"KeyManager": "CUSTOMER"}},
    "aws.rds.instance": {"item": {}},
    "aws.secretsmanager.secret": {"item": {}},
    "aws.transitgateway.transit_gateway": {"item": {"OwnerId": "123456789012"}},
    "aws.vpc.vpc": {"item": {"IsDefault": False, "OwnerId": "123456789012"}},
}
BUCKET = BY_TYPE["aws.s3.bucket"]


def common(check: Check) -> list[pytest.ParameterSet]:
    facts = OURS.get(check.on, {})
    return [
        case(check, PASS, tags={"Name": "x", "owner": "payments"}, **facts),
        case(check, FAIL, tags={"Name": "x", "project": "apollo"}, **facts),
        case(check, FAIL, tags={}, **facts),
        pytest.param(
            Case(check, UNKNOWN, resource(check.on, tags=DENIED, **facts)), id=f"{check.id}: unknown when tags=DENIED"
        ),
    ]


CASES = [
    *(each for check in OWNERS for each in common(check)),
    *(
        case(BUCKET, PASS, tags={key: "payments"})
        for key in ("Owner", "OWNER-EMAIL", "owned_by", "example-inc:app:Owner", "acme/team", "Technical Contact")
    ),
    *(
        case(BUCKET, FAIL, tags={key: "payments"})
        for key in ("CostCenter", "homeowner", "steam", "aws:cloudformation:stack-name")
    ),
    case(BUCKET, FAIL, tags={"owner": " "}),
    case(BY_TYPE["aws.ami.image"], SKIP, tags={"aws:backup:source-resource": "arn:aws:ec2:eu-west-1:1:instance/i-1"}),
    case(BY_TYPE["aws.ebs.volume"], SKIP, tags={}, item={"Attachments": [{"InstanceId": "i-1"}]}),
    case(BY_TYPE["aws.ec2.instance"], SKIP, tags={}, item={"Operator": {"Managed": True, "Principal": "eks.amazonaws.com"}}),
    case(BY_TYPE["aws.apprunner.service"], SKIP, tags={}, service={"Status": "DELETED"}),
    case(BY_TYPE["aws.cloudformation.stack"], SKIP, tags={}, item={"ParentId": "arn:1"}),
    case(BY_TYPE["aws.autoscaling.group"], SKIP, tags={}, item={"Operator": {"Principal": "eks.amazonaws.com"}}),
    case(BY_TYPE["aws.directoryservice.directory"], SKIP, tags={}, item={"Type": "SharedMicrosoftAD"}),
    case(BY_TYPE["aws.directoryservice.directory"], UNKNOWN, tags={}, item=DENIED),
    case(BY_TYPE["aws.ecs.cluster"], SKIP, tags={}, cluster={"status": "INACTIVE"}),
    case(BY_TYPE["aws.elasticache.cache_cluster"], SKIP, tags={}, item={"ReplicationGroupId": "sessions"}),
    case(BY_TYPE["aws.eventbridge.event_bus"], SKIP, tags={}, item={"Name": "default"}),
    case(BY_TYPE["aws.kms.key"], SKIP, tags={}, key={"KeyManager": "AWS"}),
    case(BY_TYPE["aws.rds.instance"], SKIP, tags={}, item={"DBClusterIdentifier": "orders"}),
    case(BY_TYPE["aws.secretsmanager.secret"], SKIP, tags={}, item={"OwningService": "rds"}),
    case(BY_TYPE["aws.transitgateway.transit_gateway"], SKIP, tags={}, item={"OwnerId": "999999999999"}),
    case(BY_TYPE["aws.vpc.vpc"], SKIP, tags={}, item={"IsDefault": True}),
    case(BY_TYPE["aws.vpc.vpc"], SKIP, tags={}, item={"IsDefault": False, "OwnerId": "999999999999"}),
    case(BY_TYPE["aws.logs.log_group"], SKIP, id="/aws/lambda/ours", tags={}),
    case(BY_TYPE["aws.backup.vault"], SKIP, id="aws/efs/automatic-backup-vault", tags={}),
    case(BY_TYPE["aws.backup.vault"], FAIL, id="Default", tags={}),
]
