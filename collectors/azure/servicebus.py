"""Service Bus."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

NAMESPACE = Spec(
    type="azure.servicebus.namespace",
    service="azure.servicebus",
    title="Namespace",
    arm="microsoft.servicebus/namespaces",
    api="2024-01-01",
    facts={
        "network_rules": Get("/networkRuleSets/default", action="Microsoft.ServiceBus/namespaces/networkrulesets/read"),
        "authorization_rules": Get(
            "/AuthorizationRules", "value", action="Microsoft.ServiceBus/namespaces/authorizationRules/read"
        ),
        "queues": Get("/queues", "value", action="Microsoft.ServiceBus/namespaces/queues/read"),
        "diagnostics": DIAGNOSTICS,
    },
    volatile=(
        "item.properties.updatedAt",
        "queues.properties.accessedAt",
        "queues.properties.updatedAt",
        "queues.properties.countDetails",
        "queues.properties.messageCount",
        "queues.properties.sizeInBytes",
    ),
)
