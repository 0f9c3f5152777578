"""The simulated tenant, as data: the files beside this one say what is there, in the shapes of the real API.

Each document of a file is one resource (``README.md`` there tells its form). It is put into every subscription that it
fits: a careful one gets its ``good`` form, a careless one what ``bad`` changes of it, so that good stands beside bad.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from simulators.azure.estate.place import SUBSCRIPTIONS, TENANT, Group, Subscription

__all__ = ["SUBSCRIPTIONS", "TENANT", "Estate", "Group", "Item", "Subscription", "tenant"]

Data = dict[str, Any]
HERE = Path(__file__).parent
DIRECTORY, SHAPES = "directory.yaml", "shapes.yaml"
RESOURCES = "resources"
TAGGED = (RESOURCES, "resourcecontainers")
GROUP = "Microsoft.Resources/subscriptions/resourceGroups"
LOGS = "/providers/microsoft.insights/diagnosticsettings"
WORDS = re.compile(r"\{(\w+)(?::([\w.-]+))?\}")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing with an id of Azure Resource Manager, and the table of Resource Graph that shows it; empty: none does."""

    table: str
    document: Data

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def native(self) -> str:
        return str(self.document["type"]).lower()


@dataclass
class Estate:
    """Everything that there is. Keys are ids and paths in small letters; ``now`` is the time that ages are counted from.

    ``settings`` hold what lies below an item: a list is a collection, a mapping a document. ``directory`` holds what
    Microsoft Graph answers, by path.
    """

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    groups: list[Group] = field(default_factory=list)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    directory: dict[str, Any] = field(default_factory=dict)

    def put(self, document: Data, table: str = RESOURCES, settings: Mapping[str, Any] | None = None) -> str:
        """Add one thing, with what lies below it. Returns its id in small letters."""
        key = str(document["id"]).lower()
        self.items[key] = Item(table, document)
        for path, body in (settings or {}).items():
            self.settings[f"{key}{'' if path.startswith('?') else '/'}{path.lower().strip('/')}"] = body
        return key

    def remove(self, id: str) -> None:
        """Delete a thing and everything below it."""
        key = id.lower()
        for held in (self.items, self.settings):
            for each in [each for each in held if each == key or each.startswith(f"{key}/")]:
                del held[each]

    def find(self, native: str, subscription: str = "") -> Iterator[Item]:
        """Yield what is of a native type, in a subscription (its key or id) or anywhere."""
        yield from (item for item in self.find_all(subscription) if item.native == native.lower())

    def find_all(self, subscription: str = "") -> Iterator[Item]:
        """Yield everything that is in a subscription (its key or id), or anywhere."""
        wanted = {each.id for each in self.subscriptions.values() if subscription in (each.key, each.id)}
        for key, item in self.items.items():
            if not subscription or set(key.split("/")[2:3]) & wanted:
                yield item

    def ago(self, days: float) -> str:
        return (self.now - timedelta(days=days)).isoformat().replace("+00:00", "Z")


def tenant(estate: Estate, subscriptions: int = 0) -> Estate:
    """Fill *estate* with the tenant, and so many more *subscriptions*, in turn careful and careless."""
    places = [*SUBSCRIPTIONS, *(_more(number) for number in range(subscriptions))]
    estate.groups = list(_groups())
    estate.subscriptions = {each.id: each for each in places}
    for described in _described():
        for place in _places(described, places):
            _put(estate, described, place)
    for path, body in _file(DIRECTORY).items():
        estate.directory[path] = _filled(body, {"tenant": TENANT}, estate)
    return estate


def _more(number: int) -> Subscription:
    careful = number % 2 == 0
    return Subscription(f"team-{number:03}", f"5{number:07}-0000-4000-8000-000000000005", careful=careful, group="corp")


def _groups() -> Iterator[Group]:
    yield Group(TENANT, "Tenant Root Group", "")
    yield Group("corp", "Corp", TENANT)
    yield Group("playground", "Playground", TENANT)


@cache
def _file(name: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there
    return yaml.load((HERE / name).read_text("utf-8"), loader)  # noqa: S506 -- it is a safe one


def _described() -> Iterator[Data]:
    for file in sorted(HERE.glob("*.yaml")):
        if file.name not in (DIRECTORY, SHAPES):
            yield from _file(file.name)


def _places(described: Data, places: list[Subscription]) -> Iterator[Subscription | None]:
    """Yield where a description stands; ``None`` is the tenant itself."""
    at = described.get("at", "work")
    if at == "tenant":
        yield None
        return
    for each in places:
        if at == "all" or (at == "work" and each.works) or each.key in at:
            yield each


def _put(estate: Estate, described: Data, place: Subscription | None) -> None:
    careful = place is None or place.careful
    only = described.get("only")
    if only and (only == "good") != careful:
        return
    words = _words(place)
    name = _filled(described["name"], words, estate)
    native = described["type"]
    at = described.get("scope", "{group}" if place else "")
    whole = f"{{sub}}/resourceGroups/{name}" if native == GROUP else f"{at}/providers/{_path(native, name)}"
    id = _filled(described.get("id") or whole, words, estate)
    words = words | {"id": id, "name": name.rpartition("/")[2]}
    body = _filled(_form(described, careful=careful), words, estate)
    table = described.get("table", RESOURCES)
    tagged = {"tags": _filled("$tags", words, estate)} if careful and "location" in body and table in TAGGED else {}
    document = {"id": id, "name": name.rpartition("/")[2], "type": native} | tagged | body
    settings = {
        path: _filled(_form(each, careful=careful), words, estate) for path, each in described.get("settings", {}).items()
    }
    key = estate.put(document, table, settings)
    if table == RESOURCES and place and f"{key}{LOGS}" not in estate.settings:
        estate.settings[f"{key}{LOGS}"] = [_log(id, words)] if careful else []


def _path(native: str, name: str) -> str:
    """Return types and names in turn: ``Microsoft.Sql/servers/s/databases/d``."""
    namespace, *kinds = native.split("/")
    names = name.split("/")
    return "/".join([namespace, *(part for pair in zip(kinds, names, strict=True) for part in pair)])


def _form(described: Any, *, careful: bool) -> Any:
    """Return what a description says of a careful or a careless subscription."""
    if not isinstance(described, dict) or not described.keys() & {"good", "bad"}:
        return described
    good = described.get("good", {})
    return good if careful or "bad" not in described else merged(good, described["bad"])


def merged(value: Any, patch: Any) -> Any:
    """Return *value* with *patch* merged in, where null takes a member away. Source: RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    found = dict(value) if isinstance(value, dict) else {}
    for name, change in patch.items():
        if change is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), change)
    return found


def _words(place: Subscription | None) -> dict[str, str]:
    if place is None:
        return {"tenant": TENANT}
    return {
        "tenant": TENANT,
        "s": place.key,
        "short": place.key.replace("-", ""),
        "subscription": place.id,
        "sub": f"/subscriptions/{place.id}",
        "group": f"/subscriptions/{place.id}/resourceGroups/rg-{place.key}",
        "rg": f"rg-{place.key}",
    }


def _filled(value: Any, words: Mapping[str, str], estate: Estate) -> Any:
    if isinstance(value, dict):
        return {_filled(name, words, estate): _filled(each, words, estate) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, words, estate) for each in value]
    if not isinstance(value, str):
        return value
    if value.startswith("$") and value[1:] in _file(SHAPES):
        return _filled(_file(SHAPES)[value[1:]], words, estate)
    if "{" not in value:
        return value

    def word(found: re.Match[str]) -> str:
        if found[1] in ("ago", "ahead"):
            return estate.ago(float(found[2]) * (1 if found[1] == "ago" else -1))
        if found[1] == "stamp":
            return f"{estate.now - timedelta(days=float(found[2])):%Y%m.%d}.0"
        if found[1] == "seconds":
            return f"\0{int((estate.now - timedelta(days=float(found[2]))).timestamp())}"
        return words.get(found[1], found[0])

    text = WORDS.sub(word, value)
    return int(text[1:]) if text.startswith("\0") else text


def _log(id: str, words: Mapping[str, str]) -> Data:
    return {
        "id": f"{id}{LOGS}/to-workspace",
        "type": "Microsoft.Insights/diagnosticSettings",
        "name": "to-workspace",
        "properties": {
            "storageAccountId": None,
            "eventHubAuthorizationRuleId": None,
            "eventHubName": None,
            "workspaceId": f"{words['group']}/providers/Microsoft.OperationalInsights/workspaces/log-{words['s']}",
            "logs": [
                {"category": None, "categoryGroup": group, "enabled": True, "retentionPolicy": {"enabled": False, "days": 0}}
                for group in ("allLogs", "audit")
            ],
            "metrics": [{"category": "AllMetrics", "enabled": True, "retentionPolicy": {"enabled": False, "days": 0}}],
            "logAnalyticsDestinationType": None,
        },
    }
