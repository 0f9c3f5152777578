"""SQL Database: logical servers and their databases."""

from collectors.azure.spec import Get, Spec

SERVICE = "azure.sql"
API = "2023-08-01"

SERVER = Spec(
    type="azure.sql.server",
    service=SERVICE,
    title="Logical server",
    arm="microsoft.sql/servers",
    api=API,
    facts={
        "auditing": Get("/auditingSettings/default", action="Microsoft.Sql/servers/auditingSettings/read"),
        "protector": Get("/encryptionProtector/current", action="Microsoft.Sql/servers/encryptionProtector/read"),
        "firewall_rules": Get("/firewallRules", "value", action="Microsoft.Sql/servers/firewallRules/read"),
        "alert_policy": Get("/securityAlertPolicies/Default", action="Microsoft.Sql/servers/securityAlertPolicies/read"),
        "assessments": Get(
            "/sqlVulnerabilityAssessments", "value", action="Microsoft.Sql/servers/sqlVulnerabilityAssessments/read"
        ),
        "classic_assessment": Get(
            "/vulnerabilityAssessments/default", action="Microsoft.Sql/servers/vulnerabilityAssessments/read"
        ),
    },
    secret=("item.properties.administratorLoginPassword", "auditing.storageAccountAccessKey"),
)

DATABASE = Spec(
    type="azure.sql.database",
    service=SERVICE,
    title="Database",
    arm="microsoft.sql/servers/databases",
    api=API,
    facts={
        "encryption": Get(
            "/transparentDataEncryption/current", action="Microsoft.Sql/servers/databases/transparentDataEncryption/read"
        ),
        "short_term_retention": Get(
            "/backupShortTermRetentionPolicies/default",
            action="Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies/read",
            absent="FeatureDisabledOnSelectedEdition",  # data warehouses, which take snapshots instead
        ),
    },
    volatile=(
        "item.properties.earliestRestoreDate",
        "item.properties.status",
        "item.properties.pausedDate",
        "item.properties.resumedDate",
        "encryption.scanState",
    ),
)
