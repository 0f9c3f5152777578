"""Whether trails record who uses what: the same verdicts on every service, whether its uses are data or management events."""

from checks.aws.trails import BOTH, data_events, is_logging, left_out, management_events, trails
from scanner.model import Inventory, Resource, Verdict, failed, passed, skipped, unknown

PARTITIONS = ("aws", "aws-cn", "aws-us-gov")


def use_recorded(
    inventory: Inventory, kind: str, cloudtrail_type: str, basic: str = "", events: frozenset[str] = BOTH
) -> Verdict:
    """Pass when a trail of all regions records *events* of every resource of *kind*; skip if there is none.

    ``basic``: the service that basic selectors may name in an ARN of all its resources.
    """
    if not any(True for _ in inventory.all(kind)):
        return skipped("the account has none")
    prefixes = tuple(f"arn:{partition}:{basic}" for partition in PARTITIONS) if basic else ()
    hidden = []
    for trail in everywhere(inventory):
        if unseen(trail):
            hidden.append(trail.name)
        elif is_logging(trail) and events <= data_events(trail["selectors"], cloudtrail_type, prefixes):
            return passed(f"recorded by the trail {trail.name}")
    return hidden_or(hidden, f"no trail of all regions records {' and '.join(sorted(events))}")


def calls_recorded(inventory: Inventory, source: str) -> Verdict:
    """Pass when a trail of all regions records every call, reads too, of the service that CloudTrail names *source*."""
    hidden, silent = [], []
    for trail in everywhere(inventory):
        if unseen(trail):
            hidden.append(trail.name)
        elif is_logging(trail):
            if management_events(trail["selectors"]) == BOTH and source not in left_out(trail["selectors"]):
                return passed(f"recorded by the trail {trail.name}")
            silent.append(trail.name)
    missed = f"left out, or recorded in part only, by {', '.join(silent)}"
    return hidden_or(hidden, missed if silent else "no trail of all regions is logging")


def everywhere(inventory: Inventory) -> list[Resource]:
    """Return the trails that cover all regions."""
    return [trail for trail in trails(inventory) if trail["item"].get("IsMultiRegionTrail")]


def unseen(trail: Resource) -> bool:
    """Tell whether the trail is another account's, which alone is told what it records."""
    return trail["status"] is None or trail["selectors"] is None


def hidden_or(hidden: list[str], reason: str) -> Verdict:
    """Return a failure, unless a trail that tells nothing of itself may be the one that records."""
    if hidden:
        return unknown(f"only the management account can tell what {', '.join(hidden)} records")
    return failed(reason)
