from typing import Any

from checks.aws import ami
from tests.cases import ABSENT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import ALONE, MEMBER, OTHER, STRANGER

INSTANCE = "aws.ec2.instance"
MADE, LONG_AGO = "2026-04-01T00:00:00.000Z", "2024-01-01T00:00:00.000Z"
LAUNCHED = {"LastLaunchedTime": "2026-05-20T00:00:00Z"}
DISK = {"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": "snap-1", "Encrypted": True}}
CLEAR = {"DeviceName": "/dev/sdb", "Ebs": {"SnapshotId": "snap-2", "Encrypted": False}}
EPHEMERAL = {"DeviceName": "/dev/sdc", "VirtualName": "ephemeral0"}
RUNS = resource(INSTANCE, item={"InstanceId": "i-1", "ImageId": "ami-1"})
BACKUP: dict[str, str] = {"aws:backup:source-resource": "arn:aws:ec2:eu-west-1:123456789012:instance/i-1"}
HOME = resource("aws.organizations.organization", organization={"Id": "o-ours", "MasterAccountId": "111111111111"})
OUR_UNIT = [{"OrganizationalUnitArn": "arn:aws:organizations::111111111111:ou/o-ours/ou-abcd-12345678"}]
STRANGE_UNIT = [{"OrganizationalUnitArn": "arn:aws:organizations::222222222222:ou/o-strange/ou-abcd-12345678"}]


def image(made: str = MADE, state: str = "available", **more: Any) -> dict[str, Any]:
    return {"ImageId": "ami-1", "State": state, "CreationDate": made, "Public": False, "BlockDeviceMappings": [DISK], **more}


def user(*ids: str) -> list[dict[str, str]]:
    return [{"UserId": each} for each in ids]


SHARING_CASES = [
    case(ami.not_public, PASS, item=image()),
    case(ami.not_public, FAIL, item=image(Public=True)),
    case(ami.not_public, FAIL, item=image(Public=True), tags=BACKUP),
    case(ami.known_accounts, PASS, item=image(), sharing=[]),
    case(ami.known_accounts, PASS, item=image(), sharing=ABSENT),
    case(ami.known_accounts, PASS, item=image(), sharing=user(OTHER, "123456789012"), inventory=[HOME, MEMBER]),
    case(ami.known_accounts, PASS, item=image(), sharing=OUR_UNIT, inventory=[HOME]),
    case(
        ami.known_accounts,
        PASS,
        item=image(),
        sharing=[{"OrganizationArn": "arn:aws:organizations::111111111111:organization/o-ours"}],
        inventory=[HOME],
    ),
    case(ami.known_accounts, FAIL, item=image(), sharing=user(STRANGER), inventory=[HOME, MEMBER]),
    case(ami.known_accounts, FAIL, item=image(), sharing=user(STRANGER), inventory=[ALONE]),
    case(ami.known_accounts, FAIL, item=image(), sharing=[{"Group": "all"}], inventory=[HOME]),
    case(ami.known_accounts, FAIL, item=image(), sharing=STRANGE_UNIT, inventory=[HOME]),
    case(ami.known_accounts, FAIL, item=image(), sharing=STRANGE_UNIT, inventory=[ALONE]),
    case(ami.known_accounts, UNKNOWN, item=image(), sharing=user(STRANGER), inventory=[HOME]),
    case(ami.known_accounts, UNKNOWN, item=image(), sharing=DENIED, inventory=[HOME]),
]

CONTENT_CASES = [
    case(ami.disks_encrypted, PASS, item=image(BlockDeviceMappings=[DISK, EPHEMERAL])),
    case(ami.disks_encrypted, FAIL, item=image(BlockDeviceMappings=[DISK, CLEAR])),
    case(ami.disks_encrypted, SKIP, item=image(BlockDeviceMappings=[EPHEMERAL])),
    case(ami.metadata_v2, PASS, item=image(ImdsSupport="v2.0"), tags={}),
    case(ami.metadata_v2, FAIL, item=image(), tags={}),
    case(ami.metadata_v2, SKIP, item=image(), tags=BACKUP),
    case(ami.metadata_v2, SKIP, item=image(state="disabled"), tags={}),
    case(ami.recent, PASS, item=image(**LAUNCHED), tags={}),
    case(ami.recent, FAIL, item=image(LONG_AGO, **LAUNCHED), tags={}),
    case(ami.recent, FAIL, item=image(LONG_AGO), tags={}, inventory=[RUNS]),
    case(ami.recent, SKIP, item=image(LONG_AGO), tags={}),
    case(ami.recent, SKIP, item=image(LONG_AGO, LastLaunchedTime="2025-01-01T00:00:00Z"), tags={}),
    case(ami.recent, UNKNOWN, item=image("", **LAUNCHED), tags={}),
    case(ami.recent, UNKNOWN, item=image(LONG_AGO), tags={}, inventory=[unlisted(INSTANCE)]),
    case(ami.scanned, PASS, item=image(ScanResults={"FindingScanDate": "2026-05-25T00:00:00.000Z"}, **LAUNCHED), tags={}),
    case(ami.scanned, FAIL, item=image(ScanResults={"FindingScanDate": "2026-01-25T00:00:00.000Z"}, **LAUNCHED), tags={}),
    case(ami.scanned, FAIL, item=image(**LAUNCHED), tags={}),
    case(ami.scanned, SKIP, item=image(), tags={}),
    case(
        ami.no_critical_weakness,
        PASS,
        item=image(ScanResults={"HighestFindingSeverityLabel": "high"}),
        tags={},
        inventory=[RUNS],
    ),
    case(
        ami.no_critical_weakness,
        PASS,
        item=image(ScanResults={"FindingScanDate": "2026-05-25T00:00:00.000Z"}),
        tags={},
        inventory=[RUNS],
    ),
    case(
        ami.no_critical_weakness,
        FAIL,
        item=image(ScanResults={"HighestFindingSeverityLabel": "critical"}),
        tags={},
        inventory=[RUNS],
    ),
    case(ami.no_critical_weakness, SKIP, item=image(ScanResults={"HighestFindingSeverityLabel": "critical"}), tags={}),
    case(ami.no_critical_weakness, UNKNOWN, item=image(), tags={}, inventory=[RUNS]),
]

PROTECTED = ami.deregistration_protected
RULE = {"Identifier": "r-1", "RetentionPeriod": {"RetentionPeriodValue": 14, "RetentionPeriodUnit": "DAYS"}}
THERE = resource(ami.IMAGE)

LIFE_CASES = [
    case(PROTECTED, PASS, item=image(DeregistrationProtection="enabled-with-cooldown", **LAUNCHED), tags={}),
    case(PROTECTED, PASS, item=image(DeregistrationProtection="enabled-without-cooldown", **LAUNCHED), tags={}),
    case(PROTECTED, FAIL, item=image(DeregistrationProtection="disabled", **LAUNCHED), tags={}),
    case(PROTECTED, FAIL, item=image(), tags={}, inventory=[RUNS]),
    case(PROTECTED, SKIP, item=image(), tags={}),
    case(ami.used, PASS, item=image(LONG_AGO, **LAUNCHED), tags={}),
    case(ami.used, PASS, item=image(LONG_AGO), tags={}, inventory=[RUNS]),
    case(ami.used, PASS, item=image(), tags={}),
    case(ami.used, PASS, item=image(LONG_AGO, LastLaunchedTime="2025-10-01T00:00:00Z"), tags={}),
    case(ami.used, FAIL, item=image(LONG_AGO), tags={}),
    case(ami.used, FAIL, item=image(LONG_AGO, LastLaunchedTime="2025-01-01T00:00:00Z"), tags={}),
    case(ami.used, SKIP, item=image(LONG_AGO), tags=BACKUP),
    case(ami.used, UNKNOWN, item=image(""), tags={}),
    case(ami.public_sharing_blocked, PASS, public_sharing={"ImageBlockPublicAccessState": "block-new-sharing"}),
    case(ami.public_sharing_blocked, FAIL, public_sharing={"ImageBlockPublicAccessState": "unblocked"}),
    case(ami.images_allowed_by_rule, PASS, allowed_images={"State": "enabled", "ManagedBy": "declarative-policy"}),
    case(ami.images_allowed_by_rule, FAIL, allowed_images={"State": "audit-mode"}),
    case(ami.images_allowed_by_rule, FAIL, allowed_images={"State": "disabled"}),
    case(ami.images_recoverable, PASS, recycle_bin=[RULE], inventory=[THERE]),
    case(ami.images_recoverable, FAIL, recycle_bin=[], inventory=[THERE]),
    case(ami.images_recoverable, SKIP, recycle_bin=[]),
]

CASES = [*SHARING_CASES, *CONTENT_CASES, *LIFE_CASES]
