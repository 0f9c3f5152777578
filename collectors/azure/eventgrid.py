"""Event Grid: topics of one's own, domains of topics, and the topics of Azure's own services."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = "azure.eventgrid"
API = "2025-02-15"
# What a webhook is called with may hold its secret.
SECRETS = (
    "subscriptions.properties.destination.properties.endpointUrl",
    "subscriptions.properties.destination.properties.deliveryAttributeMappings.properties.value",
    "subscriptions.properties.deliveryWithResourceIdentity.destination.properties.endpointUrl",
)

TOPIC = Spec(
    type="azure.eventgrid.topic",
    service=SERVICE,
    title="Topic",
    arm="microsoft.eventgrid/topics",
    api=API,
    facts={
        "subscriptions": Get("/eventSubscriptions", "value", action="Microsoft.EventGrid/topics/eventSubscriptions/read"),
        "diagnostics": DIAGNOSTICS,
    },
    secret=SECRETS,
)

DOMAIN = Spec(
    type="azure.eventgrid.domain",
    service=SERVICE,
    title="Domain",
    arm="microsoft.eventgrid/domains",
    api=API,
    facts={
        "subscriptions": Get("/eventSubscriptions", "value", action="Microsoft.EventGrid/domains/eventSubscriptions/read"),
        "diagnostics": DIAGNOSTICS,
    },
    secret=SECRETS,
)

SYSTEM_TOPIC = Spec(
    type="azure.eventgrid.system_topic",
    service=SERVICE,
    title="System topic",
    arm="microsoft.eventgrid/systemtopics",
    api=API,
    facts={
        "subscriptions": Get("/eventSubscriptions", "value", action="Microsoft.EventGrid/systemTopics/eventSubscriptions/read"),
    },
    secret=SECRETS,
)
