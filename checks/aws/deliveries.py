"""Whether the logs of a resource are delivered through CloudWatch Logs."""

from __future__ import annotations

from scanner.model import Inventory, Resource


def delivered(resource: Resource, inventory: Inventory, *kinds: str) -> str:
    """Return where logs of one of *kinds* that *resource* sends are delivered; empty when nowhere."""
    for source in inventory.where("aws.logs.delivery_source", "item.resourceArns", resource.id, region=resource.region):
        if source["item"].get("logType") not in kinds or source["item"].get("status") == "INACTIVE":
            continue
        name = source["item"]["name"]
        for each in inventory.where("aws.logs.delivery", "item.deliverySourceName", name, region=resource.region):
            return str(each["item"].get("deliveryDestinationArn") or each.id)
    return ""
