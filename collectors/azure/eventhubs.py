"""Event Hubs."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

NAMESPACE = Spec(
    type="azure.eventhubs.namespace",
    service="azure.eventhubs",
    title="Namespace",
    arm="microsoft.eventhub/namespaces",
    api="2024-01-01",
    facts={
        "network_rules": Get("/networkRuleSets/default", action="Microsoft.EventHub/namespaces/networkrulesets/read"),
        "authorization_rules": Get(
            "/authorizationRules", "value", action="Microsoft.EventHub/namespaces/authorizationRules/read"
        ),
        "hubs": Get("/eventhubs", "value", action="Microsoft.EventHub/namespaces/eventhubs/read"),
        "diagnostics": DIAGNOSTICS,
    },
    volatile=("item.properties.updatedAt", "hubs.properties.updatedAt"),
)
