"""Azure Resource Manager, read only: resources and their settings by id, whatever its casing, lists by pages.

Sources of errors: "Troubleshoot common Azure deployment errors"; reports of users for their messages.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from simulators.azure.estate import Estate, Item, merged
from simulators.azure.faults import error, refusal
from simulators.azure.fleet import Fleet
from simulators.azure.operations import Request
from simulators.listener import Answer

VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-preview|-alpha|-beta)?", re.IGNORECASE)
INSIGHTS = "microsoft.insights/diagnosticsettings"
# Types whose resources hang on any other resource.
EXTENSIONS = ("microsoft.insights/", "microsoft.authorization/", "microsoft.security/", "microsoft.policyinsights/")
# What GET gives for a setting that is there but was never touched, where Azure says so with a code of its own.
MISSING = {"microsoft.keyvault/vaults/keys": "KeyNotFound"}


@cache
def versions() -> Mapping[str, tuple[str, ...]]:
    """Return which api-versions a type has, as far as somebody looked; its key in small letters."""
    told = yaml.safe_load(Path(__file__).with_name("versions.yaml").read_text("utf-8"))
    return {native.lower(): tuple(str(each) for each in listed) for native, listed in told.items()}


def known_versions(kind: str) -> tuple[str, ...]:
    """Return the api-versions of a type: its own, else those of the nearest type that it lies below."""
    while kind:
        if found := versions().get(kind):
            return found
        kind = kind.rpartition("/")[0]
    return ()


@dataclass
class ResourceManager:
    """Answers GETs. ``page`` is how many rows a list gives at once.

    ``unlisted`` counts types whose versions nobody looked up, ``unseeded`` what was asked for without the estate saying
    anything about it.
    """

    base: str
    estate: Estate
    fleet: Fleet
    may: Callable[[str, str], bool]
    roles: Callable[[str], list[dict[str, Any]]]
    page: int = 100
    unlisted: Counter[str] = field(default_factory=Counter)
    unseeded: Counter[str] = field(default_factory=Counter)

    def answer(self, request: Request) -> Answer:
        """Return the answer to one GET of somebody whose token is good."""
        wrong = self._version(request) or self._refused(request)
        if wrong:
            return wrong
        found = self._found(request)
        return found if isinstance(found, Answer) else Answer(200, json.dumps(found, separators=(",", ":")).encode())

    def _version(self, request: Request) -> Answer | None:
        version, kind = request.one("api-version"), kind_of(request.path)
        if not version:
            said = "The api-version query parameter (?api-version=) is required for all requests."
            return error(400, "MissingApiVersionParameter", said)
        if not VERSION.fullmatch(version):
            said = f"The api-version '{version}' is invalid. The supported versions are '2024-03-01,2022-12-01,2021-04-01'."
            return error(400, "InvalidApiVersionParameter", said)
        known = known_versions(kind)
        if not known:
            self.unlisted[f"{kind} {version}"] += 1
        elif version.lower() not in known:
            place, _, short = kind.partition("/")
            said = (
                f"No registered resource provider found for location '' and API version '{version}' for type"
                f" '{short or place}'. The supported api-versions are '{', '.join(known)}'. The supported locations are ''."
            )
            return error(400, "NoRegisteredProviderFound", said)
        return None

    def _refused(self, request: Request) -> Answer | None:
        """Return what is said to who may not, or of a subscription or resource group that isn't there."""
        id, parts = request.subscription, request.path.split("/")
        if not id or self.fleet.holds(id):
            return None
        subscription = self.estate.subscriptions.get(id)
        if subscription is None:
            return refusal("subscription_gone", request)
        action = request.name.partition(":")[2]
        if not self.may(id, action) and not action.startswith("microsoft.authorization/permissions/"):
            return refusal("denied", request)
        if len(parts) > 4 and parts[3].lower() == "resourcegroups" and not self._group(parts):
            return refusal("group_gone", request)
        return None

    def _group(self, parts: list[str]) -> bool:
        return "/".join(parts[:5]).lower() in self.estate.items

    def _found(self, request: Request) -> Any:
        path = request.path.lower()
        if own := self._own(path):
            return self._listed(own[0], request) if isinstance(own[0], list) else own[0]
        if self.fleet.holds(request.subscription):
            path = self.fleet.template(path)
        if path in self.estate.items:
            more = self.estate.settings.get(f"{path}?$expand={request.one('$expand')}", {})
            return merged(self.estate.items[path].document, more)
        if missing := self._above(path, request):
            return missing
        if path in self.estate.settings:
            body = self.estate.settings[path]
            return self._listed(body, request) if isinstance(body, list) else self._document(body, request)
        return self._unseeded(path, request)

    def _document(self, body: Any, request: Request) -> Any:
        """Return a setting whole; ``error`` in it is what Azure answers instead."""
        if isinstance(body, dict) and "error" in body:
            return error(int(body.get("status", 404)), body["error"]["code"], body["error"].get("message", ""))
        named = {"id": request.path, "name": request.path.rpartition("/")[2], "type": kind_of(request.path, lower=False)}
        return named | body if isinstance(body, dict) and "value" not in body else body

    def _own(self, path: str) -> tuple[Any] | None:
        """Return what is nobody's setting: subscriptions, groups, permissions."""
        parts = path.split("/")
        if path == "/subscriptions":
            return (
                [subscription(each.id, self.estate) for each in self.estate.subscriptions.values() if self.may(each.id, "")],
            )
        if path == "/tenants":
            return ([{"id": f"/tenants/{self.estate.groups[0].name}", "tenantId": self.estate.groups[0].name}],)
        if parts[1] == "subscriptions" and len(parts) == 3:
            return (subscription(parts[2], self.estate),)
        if path.endswith("/providers/microsoft.authorization/permissions"):
            return (self.roles(parts[2]),)
        if parts[1] == "subscriptions" and len(parts) == 4 and parts[3] in ("resourcegroups", "resources"):
            wanted = "microsoft.resources/subscriptions/resourcegroups"
            held = [each for key, each in self.estate.items.items() if key.startswith(f"/subscriptions/{parts[2]}/")]
            return ([each.document for each in held if (each.native == wanted) == (parts[3] == "resourcegroups")],)
        return None

    def _above(self, path: str, request: Request) -> Answer | None:
        """Return what is said where what *path* lies below is not there."""
        scope, _, rest = path.rpartition("/providers/")
        parts = rest.split("/")
        if kind_of(path).startswith(EXTENSIONS) and "/providers/" in scope:
            known = scope in self.estate.items or scope in self.estate.settings
            return None if known else refusal("gone", _about(request, request.path[: len(scope)]))
        above = f"{scope}/providers/{'/'.join(parts[:3])}"
        if len(parts) > 3 and "/resourcegroups/" in path and above not in self.estate.items:
            return refusal("parent_gone", request)
        return None

    def _unseeded(self, path: str, request: Request) -> Any:
        rest = path.rpartition("/providers/")[2] if "/providers/" in path else ""
        if rest and len(rest.split("/")) % 2 == 0:
            listed = [item.document for key, item in self.estate.items.items() if _lies(key, item, path, rest)]
            if not listed:
                self.unseeded[request.name] += 1
            return self._listed(listed, request)
        self.unseeded[request.name] += 1
        code = MISSING.get(kind_of(path))
        return error(404, code, "The setting was not found.") if code else refusal("gone", request)

    def _listed(self, rows: list[Any], request: Request) -> Any:
        start = int(request.one("$skiptoken") or 0)
        size = self.page or len(rows) or 1
        found = rows[start : start + size]
        if start + size >= len(rows):
            return {"value": found}
        given = f"api-version={request.one('api-version')}&%24skiptoken={start + size}"
        return {"value": found, "nextLink": f"{self.base}{quote(request.path)}?{given}"}


def subscription(id: str, estate: Estate) -> dict[str, Any]:
    """Return a subscription as the list of them shows it."""
    known = estate.subscriptions[id]
    policies = {"locationPlacementId": "Public_2014-09-01", "quotaId": "EnterpriseAgreement_2014-09-01", "spendingLimit": "Off"}
    return {
        "id": f"/subscriptions/{id}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": id,
        "tenantId": estate.groups[0].name,
        "displayName": known.key,
        "state": known.state,
        "subscriptionPolicies": policies,
    }


def kind_of(path: str, *, lower: bool = True) -> str:
    """Return the type of what a path names, or of what it lists."""
    if "/providers/" not in path.lower():
        parts = path.lower().split("/")[1::2]
        return "/".join(["microsoft.resources", *parts])
    at = path.lower().rindex("/providers/") + len("/providers/")
    parts = path[at:].split("/")
    kind = "/".join([parts[0], *parts[1::2]])
    return kind.lower() if lower else kind


def _lies(key: str, item: Item, path: str, rest: str) -> bool:
    """Tell whether an item is in the collection that *path* names: below it, or of its type anywhere in its scope."""
    if key.rpartition("/")[0] == path:
        return True
    scope = path.removesuffix(f"/providers/{rest}")
    return "/" in rest and rest.count("/") == 1 and item.native == rest and key.startswith(f"{scope}/")


def _about(request: Request, path: str) -> Request:
    return Request(request.surface, request.name, request.method, path, request.given)
