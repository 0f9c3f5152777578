"""AWS Backup."""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

PLAN = Spec(
    type="aws.backup.plan",
    service="aws.backup",
    api="backup",
    title="Backup plan",
    listing=Call("list_backup_plans", "BackupPlansList", MaxResults=1000),
    id="{BackupPlanArn}",
    name="{BackupPlanName}",
    facts={
        "plan": Call("get_backup_plan", "BackupPlan", BackupPlanId="{BackupPlanId}"),
        "selections": Call("list_backup_selections", "BackupSelectionsList", BackupPlanId="{BackupPlanId}", MaxResults=1000),
        "tags": Call("list_tags", "Tags", ResourceArn="{BackupPlanArn}", MaxResults=1000),
    },
    tags="tags",
    gone=frozenset({"ResourceNotFoundException"}),
    volatile=("item.LastExecutionDate",),
)

# The vault's policy and notifications are absent under the code that elsewhere means that the vault is gone;
# without notifications AWS may also answer ERROR_2106, which the model does not know.
VAULT = Spec(
    type="aws.backup.vault",
    service="aws.backup",
    api="backup",
    title="Backup vault",
    listing=Call("list_backup_vaults", "BackupVaultList", MaxResults=1000),
    id="{BackupVaultArn}",
    name="{BackupVaultName}",
    facts={
        "policy": Call(
            "get_backup_vault_access_policy",
            "Policy",
            decode="json",
            absent="ResourceNotFoundException",
            BackupVaultName="{BackupVaultName}",
        ),
        "notifications": Call(
            "get_backup_vault_notifications",
            "{SNSTopicArn: SNSTopicArn, BackupVaultEvents: BackupVaultEvents}",
            absent="ResourceNotFoundException ERROR_2106",
            BackupVaultName="{BackupVaultName}",
        ),
        "tags": tagging(
            "backup:backup-vault", "{BackupVaultArn}", Call("list_tags", "{Tags: Tags}", ResourceArn="{BackupVaultArn}")
        ),
    },
    tags="tags.Tags",
    gone=frozenset({"ResourceNotFoundException"}),
    volatile=("item.NumberOfRecoveryPoints",),
)

# What AWS Backup has saved at least once, of whichever service. Names are not always told.
PROTECTED_RESOURCE = Spec(
    type="aws.backup.protected_resource",
    service="aws.backup",
    api="backup",
    title="Protected resource",
    listing=Call("list_protected_resources", "Results", MaxResults=1000),
    id="{ResourceArn}",
    name="{ResourceArn}",
    volatile=("item.LastBackupTime", "item.LastRecoveryPointArn"),
)
