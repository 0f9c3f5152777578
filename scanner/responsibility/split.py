"""Resolves (service, area, resource) to the one who owns it, with who does what and where that is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from scanner.errors import UserError
from scanner.model import Resource, UnreadError, values_at

NEARNESS = {"provider": 0, "shared": 1, "customer": 2}
NO_VARIANT = -1


class UnknownServiceError(UserError):
    """A service or area that the split doesn't hold."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One (service, area). ``level``: where the area is assessed.

    ``visibility``: config, partial or attested, as the area's; or elsewhere, when only other services' cells show it.
    """

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


@cache
def _unseen() -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Return the cells that nothing of the service's own shows, by service and area."""
    return {(service, entry["area"]): entry for entry in _data("unseen")["cells"] for service in entry["services"]}


def cells(service: str) -> Iterator[Cell]:
    """Yield the cells of a service, one an area, as they are when nothing of a resource decides them."""
    for area in areas():
        yield resolve(service, area)


def resolve(service: str, area: str, resource: Resource | None = None) -> Cell:
    """Return who owns *area* of *service* on *resource*.

    Where a property that decides could not be read, every variant that could hold counts, and the owner nearest to the
    customer wins. Raises :class:`UnknownServiceError`.
    """
    if resource is None or not (variants := _variants(service)):
        return _cell(service, area)
    candidates = [_cell(service, area, number) for number in _possible(variants, resource)]
    return max(candidates, key=lambda cell: NEARNESS[cell.owner])


def _service(service: str) -> Mapping[str, Any]:
    if service not in services():
        raise UnknownServiceError(f"the split has no service {service!r}")
    return services()[service]


@cache
def _variants(service: str) -> Sequence[Mapping[str, Any]]:
    return tuple(_service(service).get("variants") or ())


def _possible(variants: Sequence[Mapping[str, Any]], resource: Resource) -> Iterator[int]:
    """Yield the numbers of the variants that may hold, up to the first that certainly does; then of :data:`NO_VARIANT`."""
    for number, variant in enumerate(variants):
        held = [_holds(predicate, resource) for predicate in variant["when"]]
        if False in held:
            continue
        yield number
        if None not in held:
            return
    yield NO_VARIANT


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


@cache
def _cell(service: str, area: str, number: int = NO_VARIANT) -> Cell:
    entry = _service(service)
    variant = {} if number == NO_VARIANT else _variants(service)[number]
    if area not in areas():
        raise UnknownServiceError(f"the split has no area {area!r}")
    model = str(variant.get("model") or entry["model"])
    of_model = _data("matrix")["cells"][model][area]
    own = {} if "model" in variant else entry.get("overrides", {}).get(area, {})
    said = variant.get("overrides", {}).get(area) or own or of_model
    facts = areas()[area]
    cell = Cell(
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
    unseen = _unseen().get((service, area))
    return _elsewhere(cell, unseen) if unseen and cell.owner != "provider" else cell


def _elsewhere(cell: Cell, unseen: Mapping[str, Any]) -> Cell:
    """Return *cell* as one that other services' cells show, or that nothing shows at all."""
    at = ", ".join(unseen["at"])
    return replace(
        cell,
        visibility="elsewhere" if at else "attested",
        note=" ".join(part for part in (cell.note, unseen["why"], f"See {at}." if at else "") if part),
        source="; ".join(part for part in (cell.source, cited(unseen["cite"])) if part),
    )
