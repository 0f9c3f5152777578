"""Resource Graph: tables of rows, and as much of its query language as our own queries take.

What isn't understood is refused, as Azure refuses what is no query: a new query needs its operator here first.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from simulators.azure.estate import Estate, Item, Subscription
from simulators.azure.faults import error
from simulators.azure.fleet import Fleet
from simulators.listener import Answer

VERSIONS = ("2021-03-01", "2022-10-01", "2024-04-01")
MOST = 1000
QUOTA_HEADERS = ("x-ms-user-quota-remaining", "x-ms-user-quota-resets-after")
TABLES = frozenset(
    {
        "advisorresources",
        "appserviceresources",
        "authorizationresources",
        "batchresources",
        "guestconfigurationresources",
        "healthresources",
        "kubernetesconfigurationresources",
        "maintenanceresources",
        "managedserviceresources",
        "networkresources",
        "patchassessmentresources",
        "policyresources",
        "recoveryservicesresources",
        "resourcecontainers",
        "resources",
        "securityresources",
        "servicehealthresources",
    }
)
"""Those of the real one that matter here. Source: "Azure Resource Graph table and resource type reference"."""
TEXTS = ("id", "name", "type", "kind", "location", "resourceGroup", "subscriptionId", "tenantId", "managedBy")
"""Columns that hold an empty text where a resource has none; the others hold null."""
COLUMNS = (*TEXTS, "sku", "identity", "zones", "plan", "extendedLocation", "tags", "properties")
FILTERS = ("AtScopeAndBelow", "AtScopeAndAbove", "AtScopeAboveAndBelow", "AtScopeExact")
ABOVE = ("AtScopeAndAbove", "AtScopeAboveAndBelow")
WHERE = re.compile(r"where\s+type\s*(=~|==|in~|in)\s*(.+)", re.DOTALL | re.IGNORECASE)
TEXT = re.compile(r"""\s*'([^']*)'\s*|\s*"([^"]*)"\s*""")


class InvalidError(Exception):
    """The query makes no sense to Resource Graph; code and message are its own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Query:
    """One query. ``types`` is ``None`` for all; ``columns`` none for all."""

    table: str
    types: frozenset[str] | None = None
    columns: tuple[str, ...] = ()
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a query looks: subscriptions, or management groups, or the whole tenant; and whether it looks above them."""

    subscriptions: frozenset[str] | None = None
    groups: frozenset[str] = frozenset()
    above: bool = False


def parsed(text: str) -> Query:
    """Return the query that a text says. Raises :class:`InvalidError`."""
    first, *steps = [step.strip() for step in text.split("|")]
    table = first.lower()
    if table not in TABLES:
        raise InvalidError("DisallowedLogicalTableName", f"Table {first} is invalid, unsupported or disallowed.")
    types: frozenset[str] | None = None
    columns: tuple[str, ...] = ()
    ordered = False
    for step in steps:
        operator = step.split(maxsplit=1)[0].lower() if step else ""
        if operator == "where":
            types = _types(step) if types is None else types & _types(step)
        elif operator == "project":
            columns = tuple(each.strip() for each in step.split(maxsplit=1)[1].split(","))
            if strange := [each for each in columns if each not in COLUMNS]:
                raise InvalidError("ParserFailure", f"Failed to resolve scalar expression named '{strange[0]}'")
        elif re.fullmatch(r"order\s+by\s+id(\s+asc)?|sort\s+by\s+id(\s+asc)?", step, re.IGNORECASE):
            ordered = True
        else:
            raise InvalidError("ParserFailure", f"the simulator has no operator '{operator}'")
    return Query(table, types, columns, ordered)


def _types(step: str) -> frozenset[str]:
    found = WHERE.fullmatch(step)
    if not found:
        raise InvalidError("ParserFailure", "the simulator only knows conditions on type")
    operator, right = found[1].lower(), found[2].strip()
    if operator.startswith("in"):
        if not (right.startswith("(") and right.endswith(")")):
            raise InvalidError("ParserFailure", "in~ takes a list")
        return frozenset(_text(each) for each in right[1:-1].split(","))
    return frozenset({_text(right)})


def _text(given: str) -> str:
    found = TEXT.fullmatch(given)
    if not found:
        raise InvalidError("ParserFailure", f"{given.strip()} is no text")
    return (found[1] or found[2] or "").lower()


@dataclass
class ResourceGraph:
    """The tables of an estate, with the rows of a fleet behind them. ``may``: whether we may read a type in a subscription."""

    estate: Estate
    fleet: Fleet
    may: Callable[[str, str], bool]
    _found: dict[tuple[Query, Scope], list[bytes]] = field(default_factory=dict)

    def refresh(self) -> None:
        """Forget prepared rows after the estate was changed in place."""
        self._found.clear()

    def answer(self, asked: Any, headers: dict[str, str]) -> Answer:
        """Return the answer to the body of one request."""
        try:
            return Answer(200, self._page(asked), headers)
        except InvalidError as invalid:
            said = "Please provide below info when asking for support: timestamp = 2026-01-01T00:00:00Z, correlationId = 0."
            return error(400, "BadRequest", said, details=_details(invalid))

    def _page(self, asked: Any) -> bytes:
        if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
            raise InvalidError("InvalidQuery", "Query is missing")
        query, options = parsed(asked["query"]), asked.get("options") or {}
        if options.get("resultFormat", "objectArray") != "objectArray":
            raise InvalidError("InvalidQuery", "the simulator only answers with an objectArray")
        size, start = min(MOST, int(options.get("$top", 100))), int(options.get("$skip", 0))
        if not 1 <= int(options.get("$top", 100)) <= MOST:
            raise InvalidError("InvalidQuery", "$top must be between 1 and 1000")
        scope = self._scope(asked, options)
        if token := options.get("$skipToken"):
            start = _resumed(token, query, scope)
        rows = self._rows(query, scope)
        more = self.fleet.blocks(query.types, scope.subscriptions) if query.table == "resources" else []
        total = len(rows) + sum(block.many for block in more)
        page = rows[start : start + size]
        if len(page) < size and more:
            page = [*page, *self.fleet.rows(more, max(0, start - len(rows)), size - len(page))]
        end = start + len(page)
        return _body(total, page, _token(query, scope, end) if end < total else "")

    def _scope(self, asked: dict[str, Any], options: dict[str, Any]) -> Scope:
        way = options.get("authorizationScopeFilter", FILTERS[0])
        if way not in FILTERS:
            raise InvalidError("InvalidQuery", f"{way} is no authorizationScopeFilter")
        given, groups = asked.get("subscriptions") or (), asked.get("managementGroups") or ()
        if given and groups:
            raise InvalidError("InvalidQuery", "subscriptions and managementGroups exclude each other")
        if groups:
            wanted = frozenset(str(each).lower() for each in groups)
            below = [
                each.id for each in self.estate.subscriptions.values() if wanted & {group.name for group in self._chain(each)}
            ]
            return Scope(frozenset(below), wanted, way in ABOVE)
        return Scope(frozenset(str(each).lower() for each in given) if given else None, frozenset(), way in ABOVE)

    def _chain(self, subscription: Subscription) -> Iterator[Any]:
        """Yield the management groups above a subscription, the nearest first."""
        known = {group.name: group for group in self.estate.groups}
        group = known.get(subscription.group)
        while group:
            yield group
            group = known.get(group.parent)

    def _rows(self, query: Query, scope: Scope) -> list[bytes]:
        """Return the rows of a query, but for the fleet's, as JSON. They are kept: pages come one after the other."""
        key = (query, scope)
        if key not in self._found:
            rows = [row for row in self._all(query.table) if query.types is None or row["type"] in query.types]
            seen = [row for row in rows if self._inside(row, scope) and self._seen(row)]
            seen.sort(key=lambda row: str(row["id"]).lower())
            shown = [{name: row.get(name) for name in query.columns} if query.columns else row for row in seen]
            self._found[key] = [json.dumps(each, separators=(",", ":")).encode() for each in shown]
        return self._found[key]

    def _all(self, table: str) -> Iterator[dict[str, Any]]:
        yield from (row(item, self.estate) for item in self.estate.items.values() if item.table == table)
        if table == "resourcecontainers":
            yield from self._containers()

    def _containers(self) -> Iterator[dict[str, Any]]:
        titles = {group.name: group.title for group in self.estate.groups}
        for group in self.estate.groups:
            above = {"displayName": titles.get(group.parent, ""), "name": group.parent}
            details = {"parent": above | {"id": f"/providers/Microsoft.Management/managementGroups/{group.parent}"}}
            shown = {"displayName": group.title, "tenantId": self.estate.groups[0].name}
            below = {"details": details if group.parent else {}}
            yield bare(group.id, group.name, "microsoft.management/managementgroups", self.estate, shown | below)
        for each in self.estate.subscriptions.values():
            chain = [{"displayName": group.title, "name": group.name} for group in self._chain(each)]
            policies = {
                "quotaId": "EnterpriseAgreement_2014-09-01",
                "spendingLimit": "Off",
                "locationPlacementId": "Public_2014-09-01",
            }
            told: dict[str, Any] = {
                "state": each.state,
                "managedByTenants": [],
                "subscriptionPolicies": policies,
                "managementGroupAncestorsChain": chain,
            }
            native = "microsoft.resources/subscriptions"
            tags = {"owner": "platform@contoso.example", "environment": each.key} if each.careful else None
            row = bare(f"/subscriptions/{each.id}", each.key, native, self.estate, told)
            yield row | {"subscriptionId": each.id, "tags": tags}

    def _inside(self, row: dict[str, Any], scope: Scope) -> bool:
        if scope.subscriptions is None:
            return True
        if row["subscriptionId"]:
            return row["subscriptionId"] in scope.subscriptions
        if row["type"] == "microsoft.management/managementgroups":
            return row["name"].lower() in scope.groups
        return scope.above and self._holds(row, scope.subscriptions)

    def _holds(self, row: dict[str, Any], subscriptions: frozenset[str]) -> bool:
        """Tell whether what was made above subscriptions holds in one of them."""
        properties = row["properties"] or {}
        scopes = [str(each).lower() for each in properties.get("assignableScopes") or [properties.get("scope") or ""]]
        some = [self.estate.subscriptions[each] for each in subscriptions if each in self.estate.subscriptions]
        above = {group.id.lower() for each in some for group in self._chain(each)}
        return any(
            each in ("", "/") or each in above or each.removeprefix("/subscriptions/") in subscriptions for each in scopes
        )

    def _seen(self, row: dict[str, Any]) -> bool:
        return not row["subscriptionId"] or self.may(row["subscriptionId"], f"{row['type']}/read")


def row(item: Item, estate: Estate) -> dict[str, Any]:
    """Return a resource as its table shows it: some columns in small letters, empty ones filled."""
    document = item.document
    parts = item.id.split("/")
    made = bare(item.id, document["name"], item.native, estate, document.get("properties"))
    if parts[1:2] == ["subscriptions"]:
        made["subscriptionId"] = parts[2]
        made["resourceGroup"] = parts[4].lower() if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""
    made["location"] = str(document.get("location") or "").lower().replace(" ", "")
    held = ("kind", "managedBy", "sku", "identity", "zones", "plan", "extendedLocation", "tags")
    return made | {name: document[name] for name in held if document.get(name) is not None}


def bare(id: str, name: str, native: str, estate: Estate, properties: Any) -> dict[str, Any]:
    made: dict[str, Any] = {column: "" if column in TEXTS else None for column in COLUMNS}
    return made | {"id": id, "name": name, "type": native, "tenantId": estate.groups[0].name, "properties": properties}


def _details(invalid: InvalidError) -> list[dict[str, Any]]:
    """Return what an error says beside its code; tables that there aren't stand alone, as users report it."""
    own = {"code": invalid.code, "message": str(invalid)}
    if invalid.code in ("InvalidQuery", "DisallowedLogicalTableName"):
        return [own]
    whole = {"code": "InvalidQuery", "message": "Query is invalid. Please refer to the documentation and fix the error."}
    return [whole, own | {"line": 1, "characterPositionInLine": 0, "token": ""}]


def _body(total: int, page: Sequence[bytes], token: str) -> bytes:
    more = f'"$skipToken":"{token}",' if token else ""
    head = f'{{"totalRecords":{total},"count":{len(page)},{more}"resultTruncated":"false","facets":[],"data":['
    return head.encode() + b",".join(page) + b"]}"


def _token(query: Query, scope: Scope, start: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([_state(query, scope), start]).encode()).decode()


def _resumed(token: str, query: Query, scope: Scope) -> int:
    try:
        state, start = json.loads(base64.urlsafe_b64decode(token))
    except ValueError as invalid:
        raise InvalidError("InvalidQuery", "The skip token is invalid") from invalid
    if state != _state(query, scope):
        raise InvalidError("InvalidQuery", "The skip token is not of this query")
    return int(start)


def _state(query: Query, scope: Scope) -> str:
    types = ",".join(sorted(query.types)) if query.types is not None else "*"
    asked = f"{query.table} {types} {sorted(scope.subscriptions or ())} {sorted(scope.groups)} {scope.above}"
    return blake2b(asked.encode(), digest_size=8).hexdigest()
