"""Tables, file systems, and the backups of them."""

from __future__ import annotations

import json
from typing import Any

from simulators.aws.estate.place import HOSTILE, Place, ago, tags


def tables(place: Place, scale: int) -> None:
    """Make tables: one that can be restored to any moment, one that cannot."""
    dynamodb = place.client("dynamodb")
    key: dict[str, Any] = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
    key |= {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}
    for number in range(scale):
        encrypted = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": place.made["key"]}
        dynamodb.create_table(
            TableName=f"sessions-{number}",
            SSESpecification=encrypted,
            DeletionProtectionEnabled=True,
            Tags=tags(owner="team-b"),
            **key,
        )
        recovery = {"PointInTimeRecoveryEnabled": True}
        dynamodb.update_continuous_backups(TableName=f"sessions-{number}", PointInTimeRecoverySpecification=recovery)
        dynamodb.create_table(TableName=f"cache-{number}", Tags=tags(note=HOSTILE["mirrored"]), **key)


def files(place: Place, scale: int) -> None:
    """Make file systems: one encrypted and backed up, with a policy, one as nobody should make it."""
    efs = place.client("efs")
    for number in range(scale):
        good = efs.create_file_system(
            CreationToken=f"shared-{number}", Encrypted=True, KmsKeyId=place.made["key"], Backup=True, Tags=tags(owner="team-b")
        )["FileSystemId"]
        for subnet in place.made["subnets"]:
            efs.create_mount_target(FileSystemId=good, SubnetId=subnet, SecurityGroups=[place.made["groups"]["inside"]])
        efs.create_access_point(
            ClientToken=f"shared-{number}",
            FileSystemId=good,
            PosixUser={"Uid": 1000, "Gid": 1000},
            RootDirectory={"Path": "/app"},
        )
        bad = efs.create_file_system(CreationToken=f"open-{number}", Encrypted=False, Tags=tags(note=HOSTILE["sql"]))
        efs.create_mount_target(
            FileSystemId=bad["FileSystemId"],
            SubnetId=place.made["subnets"][0],
            SecurityGroups=[place.made["groups"]["temporary"]],
        )


def backups(place: Place, scale: int) -> None:
    """Make vaults and a plan: locked and used where people are careful, bare where they aren't."""
    backup = place.client("backup")
    for number in range(scale):
        vault = f"daily-{number}"
        backup.create_backup_vault(
            BackupVaultName=vault, EncryptionKeyArn=place.made["key"], BackupVaultTags={"owner": "team-b"}
        )
        rule = {"RuleName": "daily", "TargetBackupVaultName": vault, "Lifecycle": {"DeleteAfterDays": 35}}
        plan = backup.create_backup_plan(BackupPlan={"BackupPlanName": f"daily-{number}", "Rules": [rule]})["BackupPlanId"]
        if place.careful:
            _kept(place, vault, plan)
        backup.create_backup_vault(BackupVaultName=f"forgotten-{number}")
    saved = {"ResourceArn": place.arn("dynamodb", "table/sessions-0"), "ResourceType": "DynamoDB", "LastBackupTime": ago(1)}
    place.tell("backup:ListProtectedResources", {"Results": [saved]})


def _kept(place: Place, vault: str, plan: str) -> None:
    backup = place.client("backup")
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, MinRetentionDays=7)
    selection = {"SelectionId": "1", "SelectionName": "everything", "BackupPlanId": plan, "CreationDate": ago(100)}
    role = f"arn:aws:iam::{place.account}:role/backup"
    told = {"BackupSelectionsList": [{**selection, "IamRoleArn": role}]}
    place.tell("backup:ListBackupSelections", told, BackupPlanId=plan)
    arn = place.arn("backup", f"backup-vault:{vault}")
    named = {"BackupVaultName": vault, "BackupVaultArn": arn}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "backup:DeleteRecoveryPoint", "Resource": "*"}
    place.tell(
        "backup:GetBackupVaultAccessPolicy", {**named, "Policy": json.dumps({"Statement": [deny]})}, BackupVaultName=vault
    )
    events = {"SNSTopicArn": place.arn("sns", "alerts-0"), "BackupVaultEvents": ["BACKUP_JOB_FAILED"]}
    place.tell("backup:GetBackupVaultNotifications", named | events, BackupVaultName=vault)
