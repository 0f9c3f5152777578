"""Cloud SQL."""

from collectors.gcp.spec import ETAG, Spec

SERVICE = "gcp.cloudsql"

INSTANCE = Spec(
    type="gcp.cloudsql.instance",
    service=SERVICE,
    title="Instance",
    asset="sqladmin.googleapis.com/Instance",
    schema="sqladmin.v1.DatabaseInstance",
    tags="item.settings.userLabels",
    volatile=(*ETAG, "item.currentDiskSize"),
    secret=(
        "item.rootPassword",
        "item.onPremisesConfiguration.password",
        "item.onPremisesConfiguration.clientKey",
        "item.replicaConfiguration.mysqlReplicaConfiguration.password",
        "item.replicaConfiguration.mysqlReplicaConfiguration.clientKey",
    ),
)

BACKUP_RUN = Spec(
    type="gcp.cloudsql.backup_run",
    service=SERVICE,
    title="Backup",
    asset="sqladmin.googleapis.com/BackupRun",
    schema="sqladmin.v1.BackupRun",
)
