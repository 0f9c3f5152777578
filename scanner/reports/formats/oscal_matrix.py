"""The customer responsibility matrix as an OSCAL component definition: a component a service, a requirement an area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanner.reports.formats import Report, Row
from scanner.reports.formats.common import dumps, name, streamed
from scanner.reports.formats.oscal import line, metadata, prop
from scanner.responsibility.split import areas, services

ROLES = {
    "customer": ({"role-id": "customer"},),
    "shared": ({"role-id": "provider"}, {"role-id": "customer"}),
    "provider": ({"role-id": "provider"},),
}


def write(report: Report) -> Iterator[str]:
    roles = [{"id": "customer", "title": "Customer"}, {"id": "provider", "title": "Cloud provider"}]
    head = {
        "uuid": str(name("matrix", *(str(row["snapshot_id"]) for row in report.looks))),
        "metadata": {**metadata(report, "Customer responsibility matrix"), "roles": roles},
        "back-matter": {"resources": [_areas()]},
    }
    by_service: Mapping[str, list[Row]] = defaultdict(list)
    for row in report.cells:
        by_service[row["service"]].append(row)
    yield '{"component-definition":'
    if by_service:
        yield from streamed(head, "components", (_component(each, by_service[each]) for each in sorted(by_service)))
    else:
        yield dumps(head)
    yield "}\n"


def _areas() -> dict[str, Any]:
    told = "\n".join(f"{id}: {area['definition']}" for id, area in areas().items())
    return {"uuid": str(name("areas")), "title": "Control areas of the split", "description": told}


def _component(service: str, rows: Sequence[Row]) -> dict[str, Any]:
    titled = services().get(service, {}).get("name", service)
    by_area: Mapping[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_area[row["area"]].append(row)
    implementation = {
        "uuid": str(name("split", service)),
        "source": f"#{name('areas')}",
        "description": "Who does what in each area of the split",
        "implemented-requirements": [_requirement(service, area, by_area[area]) for area in areas() if area in by_area],
    }
    return {
        "uuid": str(name("service", service)),
        "type": "service",
        "title": line(str(titled)),
        "description": f"{service}, as it is used in {len({row['account_id'] for row in rows})} accounts",
        "props": [prop("service", service), prop("service-model", rows[0]["service_model"])],
        "control-implementations": [implementation],
    }


def _requirement(service: str, area: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return one area: the duties of its first account, and how the cell stands in each account."""
    first = rows[0]
    duties = [f"Provider: {first['provider_duty']}"] if first["provider_duty"] else []
    duties += [f"Customer: {first['customer_duty']}"] if first["customer_duty"] else []
    props = [prop("responsibility", first["owner"])]
    props += [{**prop("state", row["state"]), "remarks": f"account {line(row['account_id'])}"} for row in rows]
    more = [text for text in (first["note"], first["source"] and f"Source: {first['source']}") if text]
    return {
        "uuid": str(name("cell", service, area)),
        "control-id": area,
        "description": "\n".join(duties) or "Nothing is due",
        "props": props,
        "responsible-roles": list(ROLES[first["owner"]]),
        **({"remarks": "\n".join(more)} if more else {}),
    }
