from typing import Any

from checks.aws import backup
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"


def plan(**rule: Any) -> dict[str, Any]:
    return {"Rules": [{"RuleName": "daily", "TargetBackupVaultName": "under-test", **rule}]}


def copied(region: str, account: str = "123456789012") -> dict[str, Any]:
    return plan(CopyActions=[{"DestinationBackupVaultArn": f"arn:aws:backup:{region}:{account}:backup-vault:far"}])


def admits(principal: Any, **more: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "backup:*", "Resource": "*", **more}]}


def kms_key(manager: str) -> Resource:
    return resource("aws.kms.key", KEY, item={"KeyId": "1"}, key={"KeyManager": manager})


INTO_IT = resource("aws.backup.plan", plan=plan())

CASES = [
    case(backup.selects_resources, PASS, selections=[{"SelectionId": "1"}]),
    case(backup.selects_resources, FAIL, selections=[]),
    case(backup.retention, PASS, plan=plan(Lifecycle={"DeleteAfterDays": 35})),
    case(backup.retention, PASS, plan=plan(Lifecycle={"DeleteAfterEvent": "DELETE_AFTER_COPY"})),
    case(backup.retention, FAIL, plan=plan(Lifecycle={"DeleteAfterDays": 3})),
    case(backup.retention, FAIL, plan=plan(Lifecycle={})),
    case(backup.retention, FAIL, plan=plan()),
    case(backup.copied_elsewhere, PASS, plan=copied("us-east-1")),
    case(backup.copied_elsewhere, PASS, plan=copied("eu-west-1", "210987654321")),
    case(backup.copied_elsewhere, FAIL, plan=copied("eu-west-1")),
    case(backup.copied_elsewhere, FAIL, plan=plan()),
    case(backup.locked, PASS, item={"VaultType": "BACKUP_VAULT", "Locked": True}),
    case(backup.locked, PASS, item={"VaultType": "LOGICALLY_AIR_GAPPED_BACKUP_VAULT"}),
    case(backup.locked, FAIL, item={"VaultType": "BACKUP_VAULT", "Locked": False}),
    case(backup.customer_key, PASS, item={"EncryptionKeyArn": KEY}, inventory=[kms_key("CUSTOMER")]),
    case(backup.customer_key, FAIL, item={"EncryptionKeyArn": KEY}, inventory=[kms_key("AWS")]),
    case(backup.customer_key, FAIL, item={"EncryptionKeyType": "AWS_OWNED_KMS_KEY"}),
    case(backup.customer_key, UNKNOWN, item={"EncryptionKeyArn": KEY}, inventory=[unlisted("aws.kms.key")]),
    case(backup.outsiders_known, PASS, policy=None),
    case(backup.outsiders_known, PASS, policy=admits({"AWS": "arn:aws:iam::123456789012:root"})),
    case(backup.outsiders_known, FAIL, policy=admits("*")),
    case(backup.outsiders_known, FAIL, policy=admits({"AWS": "210987654321"})),
    case(backup.not_public, PASS, policy=None),
    case(backup.not_public, PASS, policy=admits({"AWS": "arn:aws:iam::123456789012:root"})),
    case(backup.not_public, FAIL, policy=admits("*")),
    case(backup.not_public, UNKNOWN, policy=admits("*", Condition={"StringEquals": {"custom:thing": "x"}})),
    case(
        backup.failures_reported,
        PASS,
        notifications={"BackupVaultEvents": ["BACKUP_JOB_COMPLETED"]},
        inventory=[INTO_IT],
    ),
    case(
        backup.failures_reported,
        FAIL,
        notifications={"BackupVaultEvents": ["RESTORE_JOB_STARTED"]},
        inventory=[INTO_IT],
    ),
    case(backup.failures_reported, FAIL, notifications=None, inventory=[INTO_IT]),
    case(backup.failures_reported, SKIP, notifications=None),
    case(backup.failures_reported, UNKNOWN, notifications=None, inventory=[unlisted("aws.backup.plan")]),
]
