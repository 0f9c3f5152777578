"""What can be asked of Azure, page by page: rows of Resource Graph, documents of Resource Manager and Microsoft Graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from collectors.azure.errors import TRUNCATED, ApiError, DecodeError
from collectors.azure.session import QUERY, Session

QUERY_API = "2022-10-01"
SUBSCRIPTIONS_API = "2022-12-01"
PERMISSIONS_API = "2022-04-01"
BATCH = 1000  # subscriptions that one query takes. Source: Resource Graph, "Query scope"
COLUMNS = (
    "id, name, type, kind, location, resourceGroup, subscriptionId, tenantId, sku, identity, zones, plan, managedBy,"
    " extendedLocation, tags, properties"
)
INHERITED = "AtScopeAboveAndBelow"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """One question to a table: its rows of some native types (none: of all). ``inherited``: those that hold from above, too."""

    table: str
    types: tuple[str, ...] = ()
    inherited: bool = False

    @property
    def text(self) -> str:
        quoted = ", ".join(f"'{each}'" for each in self.types)
        where = [f"where type in~ ({quoted})"] if self.types else []
        return "\n| ".join([self.table, *where, f"project {COLUMNS}", "order by id asc"])


@dataclass(frozen=True, slots=True)
class Asked:
    """One GET: a path, its names quoted, the api-version (none: Microsoft Graph), and what it is counted as."""

    path: str
    api: str
    operation: str


class Source(Protocol):
    """What can be read: the API, or an export of it. Everything raises one of ``FAILURES``."""

    def subscriptions(self) -> list[Row]:
        """Return the subscriptions that can be seen at all."""

    def rows(self, query: Query, subscriptions: Sequence[str]) -> Iterator[list[Row]]:
        """Yield the answer to *query*, page by page; without subscriptions, that of the whole tenant."""

    def pages(self, asked: Asked) -> Iterator[Row]:
        """Yield the bodies of one GET: one, and those that follow where it is a list."""

    def allowed(self, subscription: str) -> list[Row] | None:
        """Return what we may do in a subscription, ``None`` where nobody tells."""

    def close(self) -> None:
        """Stop reading."""


class Client:
    """The API as a source."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def subscriptions(self) -> list[Row]:
        asked = Asked("/subscriptions", SUBSCRIPTIONS_API, "arm:Microsoft.Resources/subscriptions/read")
        return [row for page in self.pages(asked) for row in objects(page, "value")]

    def allowed(self, subscription: str) -> list[Row] | None:
        path = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/permissions"
        try:
            pages = list(self.pages(Asked(path, PERMISSIONS_API, "arm:Microsoft.Authorization/permissions/read")))
        except ApiError:
            return None
        return [row for page in pages for row in objects(page, "value")]

    def rows(self, query: Query, subscriptions: Sequence[str]) -> Iterator[list[Row]]:
        url = f"{self._session.arm_url}{QUERY}?api-version={QUERY_API}"
        scope: dict[str, Any] = {"subscriptions": list(subscriptions)} if subscriptions else {}
        more: dict[str, Any] = {"authorizationScopeFilter": INHERITED} if query.inherited else {}
        options = {"resultFormat": "objectArray", "$top": self._session.options.page_size, **more}
        token = ""
        while True:
            body = {**scope, "query": query.text, "options": options | ({"$skipToken": token} if token else {})}
            answer = self._session.query(url, body, f"resourcegraph:{query.table}")
            yield objects(answer, "data")
            before, token = token, str(answer.get("$skipToken") or "")
            if not token:
                break
            if token == before:
                raise DecodeError("the same page came again")
        if str(answer.get("resultTruncated", "")).lower() == "true":
            raise ApiError(200, TRUNCATED, f"the rows of {query.table} are cut off, and nothing says how to get the rest")

    def pages(self, asked: Asked) -> Iterator[Row]:
        path, _, given = asked.path.partition("?")
        query = "&".join(part for part in (f"api-version={asked.api}" if asked.api else "", given) if part)
        base, get = (self._session.arm_url, self._session.arm) if asked.api else (self._session.graph_url, self._session.graph)
        url = f"{base}{path}{f'?{query}' if query else ''}"
        seen: set[str] = set()
        while url:
            if url in seen:
                raise DecodeError("the same page came again")
            seen.add(url)
            body = get(url, asked.operation)
            yield body
            url = str(body.get("nextLink") or body.get("@odata.nextLink") or "")

    def close(self) -> None:
        self._session.close()


def objects(body: Mapping[str, Any], name: str) -> list[Row]:
    """Return the list of objects under *name*. Raises :class:`DecodeError` where there is none."""
    found = body.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise DecodeError(f"{name} is no list of objects")
    return found


def at(body: Any, path: str) -> Any:
    """Return what lies at a dotted *path*, ``None`` where nothing does; an empty path is the whole."""
    for step in path.split(".") if path else ():
        body = body.get(step) if isinstance(body, dict) else None
    return body


def answer(source: Source, asked: Asked, path: str) -> Any:
    """Return what lies at *path* in the answer to one GET, a list with all of its pages. Raises one of ``FAILURES``."""
    pages = source.pages(asked)
    first = next(pages)
    found = at(first, path)
    if not isinstance(found, list):
        if not first or path == "value":  # an empty body says nothing, and what is no list does not say that it is empty
            raise DecodeError(f"the answer holds no {path or 'fields'}")
        return found
    for page in pages:
        more = at(page, path)
        if not isinstance(more, list):
            raise DecodeError(f"a page holds no {path}")
        found = found + more
    return found


def items(source: Source, asked: Asked, path: str) -> Iterator[Row]:
    """Yield the resources in the answer to one GET: the rows of its list, or what it holds whole, which is one.

    Raises one of ``FAILURES``.
    """
    for page in source.pages(asked):
        found = at(page, path)
        if not isinstance(found, list):
            if path == "value" and not {"id", "@odata.context"} & page.keys():
                raise DecodeError("the answer holds no list, and is no resource")
            yield page
            return
        if not all(isinstance(each, dict) for each in found):
            raise DecodeError(f"{path} is no list of objects")
        yield from found
