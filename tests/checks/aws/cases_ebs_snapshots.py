from typing import Any

from checks.aws import ebs_snapshots as snapshots
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, REGION, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import advanced, data, trail

SETTINGS, SNAPSHOT, ANALYZER = "aws.ebs.settings", "aws.ebs.snapshot", "aws.accessanalyzer.analyzer"
ITEM = {"SnapshotId": "snap-1", "VolumeId": "vol-1", "State": "completed", "OwnerId": "123456789012"}
PUBLIC = {"SnapshotId": "snap-1"}
OLD = {**ITEM, "StartTime": "2025-01-01T00:00:00+00:00"}
BACKUP_TAG = {"aws:backup:source-resource": "arn:aws:ec2:eu-west-1:123456789012:volume/vol-1"}
IMAGE = resource("aws.ami.image", item={"BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": "snap-1"}}]})


def block(state: str) -> Resource:
    return resource(SETTINGS, public_sharing={"State": state})


def analyzer(type: str = "ACCOUNT", status: str = "ACTIVE", region: str = REGION) -> Resource:
    return resource(ANALYZER, region=region, item={"name": "external", "type": type, "status": status})


THERE = resource(SNAPSHOT, item=ITEM)
RECORDED, WATCHED = snapshots.snapshot_reads_recorded, snapshots.snapshot_sharing_watched
READS: dict[str, Any] = advanced("Data", resources_type={"Equals": ["AWS::EC2::Snapshot"]})

CASES = [
    case(snapshots.not_public, PASS, item=ITEM, public=None),
    case(snapshots.not_public, PASS, item=ITEM, public=PUBLIC, inventory=[block("block-all-sharing")]),
    case(snapshots.not_public, FAIL, item=ITEM, public=PUBLIC, inventory=[block("block-new-sharing")]),
    case(snapshots.not_public, FAIL, item=ITEM, public=PUBLIC, inventory=[block("unblocked")]),
    case(snapshots.not_public, UNKNOWN, item=ITEM, public=DENIED),
    case(snapshots.not_public, UNKNOWN, item=ITEM, public=PUBLIC, inventory=[resource(SETTINGS, public_sharing=DENIED)]),
    case(snapshots.encrypted, PASS, item={**ITEM, "Encrypted": True}),
    case(snapshots.encrypted, FAIL, item={**ITEM, "Encrypted": False}),
    case(snapshots.not_forgotten, PASS, item={**ITEM, "StartTime": "2026-05-01T00:00:00+00:00"}, tags={}),
    case(snapshots.not_forgotten, PASS, item=OLD, tags=BACKUP_TAG),
    case(snapshots.not_forgotten, PASS, item=OLD, tags={"aws:dlm:lifecycle-policy-id": "policy-1"}),
    case(snapshots.not_forgotten, PASS, item=OLD, tags={}, inventory=[IMAGE]),
    case(snapshots.not_forgotten, FAIL, item=OLD, tags={"owner": "team-a"}),
    case(snapshots.not_forgotten, FAIL, item={**OLD, "SnapshotId": "snap-2"}, tags={}, inventory=[IMAGE]),
    case(snapshots.not_forgotten, UNKNOWN, item=OLD, tags={}, inventory=[unlisted("aws.ami.image")]),
    case(snapshots.not_forgotten, UNKNOWN, item=ITEM, tags={}),
    case(RECORDED, PASS, inventory=[THERE, trail(READS)]),
    case(RECORDED, FAIL, inventory=[THERE, trail(data("AWS::S3::Object", "arn:aws:s3"))]),
    case(RECORDED, FAIL, inventory=[THERE, trail(READS, everywhere=False)]),
    case(RECORDED, FAIL, inventory=[THERE]),
    case(RECORDED, SKIP),
    case(RECORDED, UNKNOWN, inventory=[THERE, unlisted("aws.cloudtrail.trail")]),
    case(WATCHED, PASS, inventory=[THERE, analyzer()]),
    case(WATCHED, PASS, inventory=[THERE, analyzer("ORGANIZATION")]),
    case(WATCHED, FAIL, inventory=[THERE, analyzer("ACCOUNT_UNUSED_ACCESS")]),
    case(WATCHED, FAIL, inventory=[THERE, analyzer(status="DISABLED")]),
    case(WATCHED, FAIL, inventory=[THERE, analyzer(region="us-east-1")]),
    case(WATCHED, SKIP),
    case(WATCHED, UNKNOWN, inventory=[THERE, unlisted(ANALYZER, REGION)]),
]
