"""PostgreSQL flexible server."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVER = Spec(
    type="azure.postgres.server",
    service="azure.postgres",
    title="Flexible server",
    arm="microsoft.dbforpostgresql/flexibleservers",
    api="2024-08-01",
    facts={
        "configurations": Get(
            "/configurations", "value", action="Microsoft.DBforPostgreSQL/flexibleServers/configurations/read"
        ),
        "firewall_rules": Get("/firewallRules", "value", action="Microsoft.DBforPostgreSQL/flexibleServers/firewallRules/read"),
        "administrators": Get(
            "/administrators", "value", action="Microsoft.DBforPostgreSQL/flexibleServers/administrators/read"
        ),
        "diagnostics": DIAGNOSTICS,
    },
    volatile=("item.properties.state", "item.properties.backup.earliestRestoreDate", "item.properties.highAvailability.state"),
    secret=("item.properties.administratorLoginPassword",),
)
