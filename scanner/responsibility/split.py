"""Resolves (service, area, resource) to the one who owns it, with who does what and where that is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from scanner.errors import UserError
from scanner.model import Resource, UnreadError, values_at

NEARNESS = {"provider": 0, "shared": 1, "customer": 2}


class UnknownServiceError(UserError):
    """A service or area that the split doesn't hold."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One (service, area). ``visibility``: config, partial or attested; ``level``: where the area is assessed."""

    service: str
    service_model: str
    area: str
    owner: str
    provider_duty: str
    customer_duty: str
    source: str
    visibility: str
    level: str
    note: str = ""


@cache
def _data(name: str) -> Any:
    import yaml  # noqa: PLC0415 -- costs more than the rest of the start-up of commands that need no split

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(files("scanner.responsibility").joinpath(f"{name}.yaml").read_text("utf-8"), loader)  # noqa: S506 -- the C form of the safe loader


@cache
def areas() -> Mapping[str, Mapping[str, Any]]:
    """Return the control areas by id, in the order of the split."""
    return {area["id"]: area for area in _data("areas")["areas"]}


@cache
def services() -> Mapping[str, Mapping[str, Any]]:
    """Return the services by id."""
    return {service["id"]: service for service in _data("services")["services"]}


def controls() -> Mapping[str, str]:
    """Return the controls: id and what it asks for."""
    found: Mapping[str, str] = _data("controls")
    return found


def cells(service: str) -> Iterator[Cell]:
    """Yield the cells of a service, one an area, as they are when nothing of a resource decides them."""
    for area in areas():
        yield resolve(service, area)


def resolve(service: str, area: str, resource: Resource | None = None) -> Cell:
    """Return who owns *area* of *service* on *resource*.

    Where a property that decides could not be read, every variant that could hold counts, and the owner nearest to the
    customer wins. Raises :class:`UnknownServiceError`.
    """
    entry = _service(service)
    if resource is None or not entry.get("variants"):
        return _base(service, area)
    candidates = [_cell(service, area, variant) for variant in _possible(entry["variants"], resource)]
    return max(candidates, key=lambda cell: NEARNESS[cell.owner])


def _service(service: str) -> Mapping[str, Any]:
    if service not in services():
        raise UnknownServiceError(f"the split has no service {service!r}")
    return services()[service]


@cache
def _base(service: str, area: str) -> Cell:
    return _cell(service, area, {})


def _possible(variants: Sequence[Mapping[str, Any]], resource: Resource) -> Iterator[Mapping[str, Any]]:
    """Yield the variants that may hold, up to the first that certainly does; no variant is the empty one."""
    for variant in variants:
        held = [_holds(predicate, resource) for predicate in variant["when"]]
        if False in held:
            continue
        yield variant
        if None not in held:
            return
    yield {}


def _holds(predicate: Mapping[str, Any], resource: Resource) -> bool | None:
    """Tell whether *predicate* holds; ``None`` when what it asks for was not read.

    A path starts at a fact's name or inside ``item``; a fact that the type doesn't have is a property it doesn't have.
    """
    first = predicate["path"].partition(".")[0]
    path = predicate["path"] if first in resource.facts else f"item.{predicate['path']}"
    try:
        found = values_at(resource, path) if path.partition(".")[0] in resource.facts else []
    except UnreadError:
        return None
    return bool(TESTS[predicate["op"]]([each for each in found if each is not None], predicate.get("value")))


def cited(ids: Sequence[str]) -> str:
    """Return the sources of a cell, each by its title and where it stands."""
    sources = _data("matrix")["sources"]
    return "; ".join(f"{sources[each]['title']} ({sources[each]['url']})" for each in ids)


TESTS: Mapping[str, Any] = {
    "eq": lambda found, value: value in found,
    "ne": lambda found, value: bool(found) and value not in found,
    "in": lambda found, value: any(each in value for each in found),
    "prefix": lambda found, value: any(str(each).startswith(value) for each in found),
    "exists": lambda found, _: bool(found),
    "absent": lambda found, _: not found,
    "true": lambda found, _: any(each in (True, "true") for each in found),
    "false": lambda found, _: any(each in (False, "false") for each in found),
}


def _cell(service: str, area: str, variant: Mapping[str, Any]) -> Cell:
    entry = _service(service)
    if area not in areas():
        raise UnknownServiceError(f"the split has no area {area!r}")
    model = str(variant.get("model") or entry["model"])
    of_model = _data("matrix")["cells"][model][area]
    own = {} if "model" in variant else entry.get("overrides", {}).get(area, {})
    said = variant.get("overrides", {}).get(area) or own or of_model
    facts = areas()[area]
    return Cell(
        service,
        model,
        area,
        str(said["owner"]),
        str(said.get("provider", "")),
        str(said.get("customer", "")),
        cited(said.get("cite", ())),
        str(facts["visibility"]),
        str(facts["level"]),
        str(said.get("note", variant.get("note", ""))),
    )
