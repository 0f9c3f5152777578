"""Tenant, management groups and subscriptions: which of them are accounts, what is chosen, and where a thing holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from scanner.model import Account

GROUPS = "/providers/microsoft.management/managementgroups/"
SUBSCRIPTIONS = "/subscriptions/"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription: its id in small letters, and the ids of the management groups above it, the nearest first.

    ``row`` is its own in Resource Graph, none where that does not show it: then nothing in it can be read for sure.
    """

    id: str
    name: str
    chain: tuple[str, ...] = ()
    shown: bool = False


@dataclass
class Tree:
    """The tenant with the chosen subscriptions. ``refused`` are those that a user named and that cannot be seen."""

    tenant: str
    name: str = ""
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    refused: tuple[str, ...] = ()

    @property
    def account(self) -> Account:
        return Account("azure", self.tenant, self.name)

    def accounts(self) -> Iterator[Account]:
        yield self.account
        for each in self.subscriptions.values():
            yield Account("azure", each.id, each.name, parent=each.chain[0] if each.chain else self.tenant)
        for id in self.refused:
            yield Account("azure", id, parent=self.tenant)

    def holders(self, row: Mapping[str, Any], *, inherited: bool) -> Sequence[str]:
        """Return the accounts that a row stands in: its subscription's, else the tenant's.

        What was made above subscriptions, and holds in them, stands in each that it reaches; in the tenant only what holds
        everywhere, which any subscription shows. What a group holds shows through its own ones alone: were it the tenant's
        as well, it would be gone from there when we lose those.
        """
        own = str(row.get("subscriptionId") or "").lower() or _subscription(str(row.get("id") or ""))
        if not inherited:
            return [own or self.tenant]
        scopes = _scopes(row)
        return list(dict.fromkeys(account for scope in scopes for account in self._reached(scope)))

    def _reached(self, scope: str) -> Iterator[str]:
        if subscription := _subscription(scope):
            yield from [subscription] if subscription in self.subscriptions else []
            return
        group = scope.removeprefix(GROUPS) if scope.startswith(GROUPS) else ""
        everywhere = group in ("", self.tenant)
        if everywhere:
            yield self.tenant
        for each in self.subscriptions.values():
            if everywhere or group in each.chain:
                yield each.id


def _scopes(row: Mapping[str, Any]) -> list[str]:
    """Return where a row of authorization or policy holds, in small letters; the root is empty."""
    properties = row.get("properties") or {}
    found = properties.get("assignableScopes") or [properties.get("scope")]
    given = [str(each).lower().rstrip("/") for each in found if each]
    if given:
        return given
    return [str(row.get("id") or "").lower().rpartition("/providers/microsoft.authorization/")[0]]


def _subscription(id: str) -> str:
    lower = id.lower()
    return lower.split("/")[2] if lower.startswith(SUBSCRIPTIONS) else ""


def fits(subscription: Subscription, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Tell whether a subscription is chosen, by patterns of its name or id."""
    names = (subscription.name.lower(), subscription.id)
    return (not include or _any(names, include)) and not _any(names, exclude)


def _any(names: Iterable[str], patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern.lower()) for pattern in patterns for name in names)
