"""Subscriptions, what they are ordered by, and what keeps things in them from being deleted."""

from collectors.azure.spec import CONTAINERS, SUBSCRIPTION, Get, Spec

SERVICE = "azure.subscription"

SUBSCRIPTION_ = Spec(
    type=SUBSCRIPTION,
    service=SERVICE,
    title="Subscription",
    arm="microsoft.resources/subscriptions",
    table=CONTAINERS,
    api="2022-12-01",
    implied=True,
)

RESOURCE_GROUP = Spec(
    type="azure.subscription.resource_group",
    service=SERVICE,
    title="Resource group",
    arm="microsoft.resources/subscriptions/resourcegroups",
    table=CONTAINERS,
)

MANAGEMENT_GROUP = Spec(
    type="azure.subscription.management_group",
    service=SERVICE,
    title="Management group",
    arm="microsoft.management/managementgroups",
    table=CONTAINERS,
)

LOCK = Spec(
    type="azure.subscription.lock",
    service=SERVICE,
    title="Lock",
    listing=Get("/providers/Microsoft.Authorization/locks", "value", action="Microsoft.Authorization/locks/read"),
    parent=SUBSCRIPTION,
    api="2016-09-01",
)
