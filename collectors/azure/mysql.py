"""MySQL flexible server."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVER = Spec(
    type="azure.mysql.server",
    service="azure.mysql",
    title="Flexible server",
    arm="microsoft.dbformysql/flexibleservers",
    api="2023-12-30",
    facts={
        "configurations": Get("/configurations", "value", action="Microsoft.DBforMySQL/flexibleServers/configurations/read"),
        "firewall_rules": Get("/firewallRules", "value", action="Microsoft.DBforMySQL/flexibleServers/firewallRules/read"),
        "administrators": Get("/administrators", "value", action="Microsoft.DBforMySQL/flexibleServers/administrators/read"),
        "diagnostics": DIAGNOSTICS,
    },
    volatile=("item.properties.state", "item.properties.backup.earliestRestoreDate", "item.properties.highAvailability.state"),
    secret=("item.properties.administratorLoginPassword",),
)
