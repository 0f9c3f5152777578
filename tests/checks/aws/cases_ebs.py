from typing import Any

from checks.aws import ebs
from scanner.model import Resource
from tests.cases import ACCOUNT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_ec2 import NODE, SCALED
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

INSTANCE, SNAPSHOT, PROTECTED = "aws.ec2.instance", "aws.ebs.snapshot", "aws.backup.protected_resource"
OURS = f"arn:aws:ec2:eu-west-1:{ACCOUNT}"
ID = f"{OURS}:volume/vol-1"
RECENT, OLD = "2026-05-30T00:00:00+00:00", "2026-05-01T00:00:00+00:00"


def volume(*, encrypted: bool = True, state: str = "in-use", ends: bool = False, **more: Any) -> dict[str, Any]:
    attachment = {"InstanceId": "i-1", "Device": "/dev/sdf", "State": "attached", "DeleteOnTermination": ends}
    attachments = [attachment] if state == "in-use" else []
    key = {"KmsKeyId": KEY_ARN} if encrypted else {}
    return {"VolumeId": "vol-1", "State": state, "Encrypted": encrypted, "Attachments": attachments, **key, **more}


def saved(arn: str, when: str) -> Resource:
    return resource(PROTECTED, arn, item={"ResourceArn": arn, "ResourceType": "EBS", "LastBackupTime": when})


def copied(when: str, state: str = "completed") -> Resource:
    return resource(SNAPSHOT, item={"SnapshotId": "snap-1", "VolumeId": "vol-1", "StartTime": when, "State": state})


CATTLE = resource(INSTANCE, item={"InstanceId": "i-1"}, tags=SCALED)
PET = resource(INSTANCE, item={"InstanceId": "i-1"}, tags={})
BACKED_UP = ebs.backed_up

VOLUME_CASES = [
    case(ebs.encrypted, PASS, item=volume()),
    case(ebs.encrypted, FAIL, item=volume(encrypted=False)),
    case(ebs.encrypted, SKIP, item={**volume(encrypted=False), **NODE}),
    case(ebs.customer_key, PASS, item=volume(), inventory=[OUR_KEY]),
    case(ebs.customer_key, FAIL, item=volume(), inventory=[AWS_KEY]),
    case(ebs.customer_key, SKIP, item=volume(encrypted=False)),
    case(ebs.customer_key, UNKNOWN, item=volume(), inventory=[unlisted("aws.kms.key")]),
    case(ebs.attached, PASS, item=volume()),
    case(ebs.attached, PASS, item=volume(state="creating")),
    case(ebs.attached, FAIL, item=volume(state="available")),
    case(BACKED_UP, PASS, id=ID, item=volume(), inventory=[saved(ID, RECENT)]),
    case(BACKED_UP, PASS, id=ID, item=volume(), inventory=[saved(f"{OURS}:instance/i-1", RECENT), PET]),
    case(BACKED_UP, PASS, id=ID, item=volume(), inventory=[copied(RECENT), saved(ID, OLD)]),
    case(BACKED_UP, PASS, id=ID, item=volume(), inventory=[copied(OLD), saved(ID, RECENT)]),
    case(BACKED_UP, FAIL, id=ID, item=volume(), inventory=[PET]),
    case(BACKED_UP, FAIL, id=ID, item=volume(), inventory=[copied(OLD), saved(ID, OLD)]),
    case(BACKED_UP, FAIL, id=ID, item=volume(), inventory=[copied(RECENT, "error")]),
    case(BACKED_UP, FAIL, id=ID, item=volume(), inventory=[saved(f"{OURS}:volume/vol-2", RECENT)]),
    case(BACKED_UP, FAIL, id=ID, item=volume(), inventory=[CATTLE]),
    case(BACKED_UP, SKIP, id=ID, item=volume(ends=True), inventory=[CATTLE]),
    case(BACKED_UP, SKIP, id=ID, item=volume(state="available")),
    case(BACKED_UP, UNKNOWN, id=ID, item=volume(), inventory=[unlisted(PROTECTED)]),
    case(BACKED_UP, UNKNOWN, id=ID, item=volume(), inventory=[unlisted(SNAPSHOT)]),
    case(BACKED_UP, UNKNOWN, id=ID, item=volume(), inventory=[unlisted(INSTANCE)]),
]

ON, OFF = {"EbsEncryptionByDefault": True}, {"EbsEncryptionByDefault": False}
ALIAS = {"KmsKeyId": "alias/aws/ebs"}
RULE = {"Identifier": "r-1", "RetentionPeriod": {"RetentionPeriodValue": 14, "RetentionPeriodUnit": "DAYS"}}

SETTINGS_CASES = [
    case(ebs.encryption_by_default, PASS, encryption=ON),
    case(ebs.encryption_by_default, FAIL, encryption=OFF),
    case(ebs.default_key_own, PASS, encryption=ON, key={"KmsKeyId": KEY_ARN}, inventory=[OUR_KEY]),
    case(ebs.default_key_own, FAIL, encryption=ON, key=ALIAS),
    case(ebs.default_key_own, SKIP, encryption=OFF, key=ALIAS),
    case(ebs.default_key_own, UNKNOWN, encryption=ON, key=DENIED),
    case(ebs.public_sharing_blocked, PASS, public_sharing={"State": "block-all-sharing"}),
    case(ebs.public_sharing_blocked, PASS, public_sharing={"State": "block-new-sharing"}),
    case(ebs.public_sharing_blocked, FAIL, public_sharing={"State": "unblocked", "ManagedBy": "account"}),
    case(ebs.snapshots_recoverable, PASS, recycle_bin=[RULE], inventory=[copied(OLD)]),
    case(ebs.snapshots_recoverable, FAIL, recycle_bin=[], inventory=[copied(OLD)]),
    case(ebs.snapshots_recoverable, SKIP, recycle_bin=[]),
    case(ebs.snapshots_recoverable, UNKNOWN, recycle_bin=DENIED, inventory=[copied(OLD)]),
]

CASES = [*VOLUME_CASES, *SETTINGS_CASES]
