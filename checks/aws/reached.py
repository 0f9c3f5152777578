"""Who reaches a service that stands in a VPC: what the security groups that it names open to the world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checks.aws.ports import open_spans
from scanner.model import Inventory, Reason, Resource, Unread, UnreadError, Verdict, failed, passed

GROUP = "aws.vpc.security_group"


def groups(names: Iterable[str], resource: Resource, inventory: Inventory) -> Iterator[Resource]:
    """Yield the security groups of those names, then raise :class:`UnreadError` if one of them was not to be seen."""
    unseen = []
    for name in names:
        found = list(inventory.where(GROUP, "item.GroupId", name, region=resource.region))
        yield from found
        unseen += [] if found else [name]
    if unseen:
        operation = "ec2:DescribeSecurityGroups"
        raise UnreadError(f"group {', '.join(unseen)}", Unread(Reason.UNAVAILABLE, "NotListed", operation, operation))


def closed(names: Iterable[str], ports: Iterable[int], resource: Resource, inventory: Inventory) -> Verdict:
    """Pass when none of the groups opens one of the TCP *ports* to the world."""
    asked = sorted(set(ports))
    for group in groups(names, resource, inventory):
        for spans in open_spans(group, "IpPermissions", inventory):
            for port in asked:
                if any(span.holds(("tcp", port)) for span in spans):
                    return failed(f"{group['item']['GroupId']} opens port {port} to the world")
    return passed(f"closed to the world: port {', '.join(map(str, asked))}")
