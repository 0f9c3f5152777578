"""Synapse Analytics: workspaces, their SQL pools and their Spark pools."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = "azure.synapse"
API = "2021-06-01"

WORKSPACE = Spec(
    type="azure.synapse.workspace",
    service=SERVICE,
    title="Workspace",
    arm="microsoft.synapse/workspaces",
    api=API,
    facts={
        "firewall_rules": Get("/firewallRules", "value", action="Microsoft.Synapse/workspaces/firewallRules/read"),
        "minimal_tls": Get(
            "/dedicatedSQLminimalTlsSettings",
            "value",
            action="Microsoft.Synapse/workspaces/dedicatedSQLminimalTlsSettings/read",
        ),
        "diagnostics": DIAGNOSTICS,
    },
    secret=("item.properties.sqlAdministratorLoginPassword",),
)

SQL_POOL = Spec(
    type="azure.synapse.sql_pool",
    service=SERVICE,
    title="Dedicated SQL pool",
    arm="microsoft.synapse/workspaces/sqlpools",
    api=API,
    facts={
        "encryption": Get(
            "/transparentDataEncryption/current", action="Microsoft.Synapse/workspaces/sqlPools/transparentDataEncryption/read"
        ),
        "geo_backup": Get("/geoBackupPolicies/Default", action="Microsoft.Synapse/workspaces/sqlPools/geoBackupPolicies/read"),
    },
    volatile=("item.properties.status",),
)

SPARK_POOL = Spec(
    type="azure.synapse.spark_pool",
    service=SERVICE,
    title="Spark pool",
    arm="microsoft.synapse/workspaces/bigdatapools",
    api=API,
    volatile=("item.properties.lastSucceededTimestamp",),
)
