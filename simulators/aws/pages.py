"""Pages: where moto answers in one piece, it is handed out as AWS would, by the limit that the caller gave."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from threading import Lock
from typing import Any

from botocore.exceptions import DataNotFoundError
from moto.core.utils import get_service_model

from simulators.aws.shapes import Params
from simulators.aws.tuning import LOADER

KEPT = 1000  # listings under way at once; what is older is forgotten, as AWS's tokens expire
LIMITS = ("MaxResults", "maxResults", "MaxItems", "MaxRecords", "Limit", "limit")
TOKENS = (
    ("NextToken", "NextToken"),
    ("nextToken", "nextToken"),
    ("Marker", "NextMarker"),
    ("Marker", "Marker"),
    ("NextMarker", "NextMarker"),
    ("pageToken", "nextPageToken"),
)


@dataclass(frozen=True, slots=True)
class Paging:
    """How an operation speaks of pages: names of parameters and of fields of the answer."""

    token: str
    next: str
    limit: str
    rows: tuple[str, ...]
    more: str


class Pages:
    """Cuts results into pages, and knows what is left under the tokens that it gave out."""

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[Params, int]] = OrderedDict()
        self._numbers = count(1)
        self._lock = Lock()

    def known(self, params: Params, paging: Paging) -> tuple[Params, int] | None:
        """Return the whole result and where to go on, for a token of ours."""
        with self._lock:
            return self._left.get(str(params.get(paging.token)))

    def page(self, whole: Params, start: int, limit: int, paging: Paging) -> Params:
        """Return the rows of *whole* from *start*, at most *limit*, with a token where there are more."""
        end, passed, page = start + limit, 0, dict(whole)
        for name in paging.rows:
            rows = whole.get(name) or []
            page[name] = rows[max(start - passed, 0) : max(end - passed, 0)]
            passed += len(rows)
        if passed <= end:
            return page
        token = f"page-{next(self._numbers)}"
        with self._lock:
            self._left[token] = (whole, end)
            while len(self._left) > KEPT:
                self._left.popitem(last=False)
        return page | {paging.next: token} | ({paging.more: True} if paging.more else {})


def size(result: Mapping[str, Any], paging: Paging) -> int:
    return sum(len(result.get(name) or ()) for name in paging.rows)


@cache
def paging(service: str, operation: str) -> Paging | None:
    """Return how *operation* is paged, by botocore's paginators, or by its fields where botocore has none."""
    found = _paginators(service).get(operation)
    if found is None:
        return _told(get_service_model(service).operation_model(operation))
    rows = [name for name in _listed(found["result_key"]) if "." not in name]
    token, following = _listed(found["input_token"])[0], _listed(found["output_token"])[0].split(" ")[0]
    return Paging(token, following, found.get("limit_key", ""), tuple(rows), found.get("more_results", "")) if rows else None


def _told(operation: Any) -> Paging | None:
    asked = operation.input_shape.members if operation.input_shape else {}
    answered = operation.output_shape.members if operation.output_shape else {}
    # What could not be described (``failures``) stands beside the rows, and is none.
    rows = [name for name, shape in answered.items() if shape.type_name == "list" and name != "failures"]
    for token, following in TOKENS:
        if token in asked and following in answered and len(rows) == 1:
            limit = next((name for name in LIMITS if name in asked), "")
            return Paging(token, following, limit, tuple(rows), "")
    return None


def _listed(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@cache
def _paginators(service: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = LOADER.load_service_model(service, "paginators-1")["pagination"]
    except DataNotFoundError:
        return {}
    return found
