"""Where simulated things stand: one tenant, its management groups, its subscriptions."""

from __future__ import annotations

from dataclasses import dataclass

TENANT = "7e4a7000-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Group:
    """A management group; the root's name is the tenant's id, and it has no parent."""

    name: str
    title: str
    parent: str

    @property
    def id(self) -> str:
        return f"/providers/Microsoft.Management/managementGroups/{self.name}"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription. ``works``: it holds something of everything; ``shown``: we hold Reader on it."""

    key: str
    id: str
    careful: bool = True
    works: bool = True
    group: str = TENANT
    state: str = "Enabled"
    shown: bool = True


SUBSCRIPTIONS = (
    Subscription("core", "10000000-0000-4000-8000-000000000001", works=False, group="corp"),
    Subscription("prod", "20000000-0000-4000-8000-000000000002", group="corp"),
    Subscription("sandbox", "30000000-0000-4000-8000-000000000003", careful=False, group="playground"),
    Subscription("legacy", "40000000-0000-4000-8000-000000000004", careful=False, works=False),
)
