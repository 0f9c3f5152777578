"""What a request is called: ``arm:microsoft.storage/storageaccounts/read``, ``resourcegraph:resources``, ``graph:/v1.0/users``.

Operations of Azure Resource Manager are called as roles call the action that they take, in small letters.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, unquote

from simulators.listener import Received

QUERY = "/providers/microsoft.resourcegraph/resources"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete", "POST": "action"}
TABLE = re.compile(r"\s*(\w+)")


@dataclass(frozen=True)
class Request:
    """One request, told apart: *surface* is ``arm``, ``resourcegraph``, ``graph``, ``token`` or ``discovery``."""

    surface: str
    name: str
    method: str
    path: str
    given: dict[str, list[str]] = field(default_factory=dict)
    body: bytes = b""
    authorization: str = ""

    @cached_property
    def asked(self) -> Any:
        """Return the JSON of the body, ``None`` where there is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def one(self, name: str) -> str:
        """Return one parameter of the query, whatever the casing of its name; empty when it isn't given."""
        return next((values[0] for key, values in self.given.items() if key.lower() == name.lower()), "")

    @cached_property
    def subscription(self) -> str:
        parts = self.path.lower().split("/")
        return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""

    @property
    def reads(self) -> bool:
        return self.method in ("GET", "HEAD") or self.surface in ("token", "discovery", "resourcegraph")


def identify(received: Received) -> Request:
    path = unquote(received.path).rstrip("/") or "/"
    surface, name = _named(received.method, path, received.body)
    given = parse_qs(received.query, keep_blank_values=True)
    return Request(surface, name, received.method, path, given, received.body, received.headers.get("authorization", ""))


def _named(method: str, path: str, body: bytes) -> tuple[str, str]:
    lower = path.lower()
    if lower.endswith(("/oauth2/v2.0/token", "/oauth2/token", "/msi/token")):
        return "token", "token:" + ("managed_identity" if "/msi/" in lower else _grant(body))
    if lower.endswith("/.well-known/openid-configuration") or lower == "/common/discovery/instance":
        return "discovery", "token:discovery"
    if lower.startswith(("/v1.0/", "/beta/")):
        parts = ["{id}" if GUID.fullmatch(part) else part for part in path.split("/")]
        return "graph", ("graph:" if method == "GET" else f"graph:{method} ") + "/".join(parts)
    if lower == QUERY and method == "POST":
        return "resourcegraph", f"resourcegraph:{_table(body)}"
    return "arm", f"arm:{action(lower, VERBS.get(method, method.lower()))}"


def _grant(body: bytes) -> str:
    return parse_qs(body.decode("utf-8", "replace")).get("grant_type", ["?"])[0].rpartition(":")[2]


def _table(body: bytes) -> str:
    try:
        found = TABLE.match(json.loads(body)["query"])
    except (ValueError, KeyError, TypeError):
        return "?"
    return found[1].lower() if found else "?"


def action(path: str, verb: str = "read") -> str:
    """Return the action that a path of Azure Resource Manager takes; POST's last part is what it does."""
    parts = [part for part in path.lower().split("/") if part]
    ending = f"{parts.pop()}/action" if verb == "action" and parts else verb
    if "providers" in parts:
        last = len(parts) - 1 - parts[::-1].index("providers")
        kind = "/".join([*parts[last + 1 : last + 2], *parts[last + 2 :: 2]])
        return f"{kind}/{ending}" if kind else f"microsoft.resources/subscriptions/providers/{ending}"
    if parts[:1] == ["subscriptions"]:
        return "/".join(["microsoft.resources", *parts[::2], ending])
    return "/".join([*(parts or ["?"]), ending])
