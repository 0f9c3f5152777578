"""Logs that other services deliver through CloudWatch Logs ("vended logs"): where from, and where to."""

from collectors.aws.spec import Call, Spec

SOURCE = Spec(
    type="aws.logs.delivery_source",
    service="aws.logs",
    api="logs",
    title="Source of delivered logs",
    listing=Call("describe_delivery_sources", "deliverySources", limit=50),
    id="{arn}",
    name="{name}",
    tags="item.tags",
)

DELIVERY = Spec(
    type="aws.logs.delivery",
    service="aws.logs",
    api="logs",
    title="Delivery of logs",
    # A source cannot be deleted before its deliveries, which refer to it by name alone, so it is of their account and region.
    # Source: CloudWatch Logs API reference, DeleteDeliverySource; the SDK's model of Delivery.
    needs="aws.logs.delivery_source",
    listing=Call("describe_deliveries", "deliveries", limit=50),
    id="{arn}",
    name="{id}",
    tags="item.tags",
)
