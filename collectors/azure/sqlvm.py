"""SQL Server on virtual machines, as the SQL IaaS Agent tells of it."""

from __future__ import annotations

from collectors.azure.spec import Get, Spec

MACHINE = Spec(
    type="azure.sqlvm.machine",
    service="azure.sqlvm",
    title="SQL Server on a virtual machine",
    arm="microsoft.sqlvirtualmachine/sqlvirtualmachines",
    api="2023-10-01",
    # Neither rows nor plain answers hold the settings.
    facts={"settings": Get("?$expand=*", action="Microsoft.SqlVirtualMachine/sqlVirtualMachines/read")},
    volatile=("item.properties.troubleshootingStatus", "settings.troubleshootingStatus"),
    secret=(
        "settings.autoBackupSettings.password",
        "settings.autoBackupSettings.storageAccessKey",
        "settings.keyVaultCredentialSettings.servicePrincipalSecret",
        "settings.wsfcDomainCredentials",
        "settings.serverConfigurationsManagementSettings.sqlConnectivityUpdateSettings.sqlAuthUpdatePassword",
    ),
)
