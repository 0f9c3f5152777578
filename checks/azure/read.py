"""How checks read Azure's answers. Names and enum values compare without their case, and a setting has many spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scanner.model import Reason, Resource, Unread, UnreadError, values_at

Item = Mapping[str, Any]

ON = ("enabled", "enable", "on", "true", "yes", "1")
CLOSED = ("disabled", "securedbyperimeter")
SET = "az resource update --ids {id} --set properties."
TARGETS = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId")
ALL_LOGS, AUDIT = "alllogs", "audit"
TLS = re.compile(r"tlsv?_?(\d)[._]?(\d)?|(\d)\.(\d)")


def needed(value: Any, what: str) -> Any:
    """Return *value*. Raises :class:`UnreadError` where Azure, which always says *what*, did not say it."""
    if value is None:
        raise UnreadError(what, Unread(Reason.UNAVAILABLE, "NotTold"))
    return value


def properties(resource: Resource) -> Item:
    """Return what the row holds under ``properties``. Raises :class:`UnreadError` where the row came without them."""
    found = resource["item"].get("properties")
    held: Item = needed(found if isinstance(found, Mapping) else None, "the properties of the row")
    return held


def at(value: object, path: str) -> Any:
    """Return what lies at a dotted *path*; ``None`` where there is nothing. Lists are not entered."""
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def prop(resource: Resource, path: str) -> Any:
    """Return the property of the row at a dotted *path*; ``None`` where there is none."""
    return at(properties(resource), path)


def word(value: object) -> str:
    """Return an enum, flag or name as it compares: in small letters, empty where nothing is set."""
    return "" if value is None else str(value).strip().lower()


def same(one: object, other: object) -> bool:
    """Tell whether two names or ids are the same; nothing is the same as nothing."""
    return bool(word(one)) and word(one).rstrip("/") == word(other).rstrip("/")


def is_on(value: object) -> bool:
    """Tell whether a setting is on, as Azure's services spell that."""
    return word(value) in ON


def many(value: object) -> list[Item]:
    """Return the objects of a list; none where there is no list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def rows(resource: Resource, fact: str) -> list[Item]:
    """Return a fact that is a list of things below the resource; none where the provider has none."""
    return many(resource[fact])


def told(resource: Resource, *paths: str) -> list[Any]:
    """Return all that is set at dotted *paths*, which begin with a fact; what is empty or null is not set."""
    return [value for path in paths for value in values_at(resource, path) if value not in (None, "", {}, [])]


def settings(resource: Resource, fact: str = "configurations") -> dict[str, str]:
    """Return the parameters of a database server by name, each name and value in small letters."""
    return {word(row.get("name")): word(inner(row).get("value")) for row in rows(resource, fact)}


def tier(resource: Resource) -> str:
    """Return the tier of a resource, or its size where it has no tier."""
    sku = resource["item"].get("sku") or {}
    return word(sku.get("tier") or sku.get("name"))


def inner(row: Item) -> Item:
    """Return the properties of a thing below a resource."""
    return row.get("properties") or {}


def last(id: object) -> str:
    """Return the last segment of an id: the name of what it points to."""
    return str(id or "").rstrip("/").rpartition("/")[2]


def parent(id: str) -> str:
    """Return the id of what *id* lies in: the resource above, or the resource group or subscription."""
    above = id.rpartition("/")[0].rpartition("/")[0]
    return above.rpartition("/providers")[0] if above.rpartition("/")[0].endswith("/providers") else above


def in_words(names: Iterable[object], most: int = 3) -> str:
    """Return the first of *names*, and how many more there are."""
    given = sorted({str(name) for name in names})
    more = f" and {len(given) - most} more" if len(given) > most else ""
    return ", ".join(given[:most]) + more


def tls(value: object) -> tuple[int, int] | None:
    """Return a version of TLS as numbers (``TLS1_2``, ``Tls12`` and ``1.2`` are the same); ``None`` for anything else."""
    if not (found := TLS.fullmatch(word(value))):
        return None
    major, minor = (found[1], found[2]) if found[1] else (found[3], found[4])
    return int(major), int(minor or 0)


def public_access(resource: Resource, unsaid: str = "enabled") -> str:
    """Return how public network access is set, in small letters; *unsaid* where nothing is said."""
    return word(prop(resource, "publicNetworkAccess")) or unsaid


def closed(resource: Resource) -> bool:
    """Tell whether nobody reaches a resource over public addresses, whatever its firewall says."""
    return public_access(resource) in CLOSED


def private_endpoints(resource: Resource, fact: str = "") -> int:
    """Return how many connections of private endpoints are approved. *fact*: what lists them, where the row doesn't."""
    found = rows(resource, fact) if fact else many(prop(resource, "privateEndpointConnections"))
    states = (at(inner(each) or each, "privateLinkServiceConnectionState.status") for each in found)
    return sum(word(state) == "approved" for state in states)


def _logs(setting: Item) -> Iterator[str]:
    said = inner(setting)
    if any(said.get(target) for target in TARGETS):
        for log in many(said.get("logs")):
            if is_on(log.get("enabled")):
                yield word(log.get("categoryGroup") or log.get("category"))


def not_handed_on(resource: Resource, categories: Iterable[str], fact: str = "diagnostics") -> list[str]:
    """Return those of *categories* that no diagnostic setting hands on; none where all logs are, or the group of audit."""
    handed = {log for setting in rows(resource, fact) for log in _logs(setting)}
    return [] if handed & {ALL_LOGS, AUDIT} else [each for each in categories if word(each) not in handed]
