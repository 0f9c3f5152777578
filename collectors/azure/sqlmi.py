"""SQL Managed Instance."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

INSTANCE = Spec(
    type="azure.sqlmi.instance",
    service="azure.sqlmi",
    title="Managed instance",
    arm="microsoft.sql/managedinstances",
    api="2023-08-01",
    facts={
        "protector": Get("/encryptionProtector/current", action="Microsoft.Sql/managedInstances/encryptionProtector/read"),
        "alert_policy": Get(
            "/securityAlertPolicies/Default", action="Microsoft.Sql/managedInstances/securityAlertPolicies/read"
        ),
        "classic_assessment": Get(
            "/vulnerabilityAssessments/default", action="Microsoft.Sql/managedInstances/vulnerabilityAssessments/read"
        ),
        "options": Get(
            "/serverConfigurationOptions",
            "value",
            api="2025-01-01",
            action="Microsoft.Sql/managedInstances/serverConfigurationOptions/read",
        ),
        "diagnostics": DIAGNOSTICS,
    },
    volatile=("item.properties.state",),
    secret=("item.properties.administratorLoginPassword",),
)
