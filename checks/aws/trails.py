"""What a trail's event selectors record, basic and advanced ones alike."""

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.model import Inventory, Resource

READS, WRITES = "reads", "writes"
BOTH = frozenset({READS, WRITES})
TYPES = ("aws.cloudtrail.trail", "aws.cloudtrail.organization_trail")
_KINDS = {"All": BOTH, "ReadOnly": frozenset({READS}), "WriteOnly": frozenset({WRITES})}
# Fields that sort events into kinds, or leave out a service by name; any other field picks single events.
_SORTING = {"eventCategory", "readOnly", "resources.type"}

Selectors = Mapping[str, Any]


def trails(inventory: Inventory) -> list[Resource]:
    """Return every trail that records the account: its own, and the organization's, each once."""
    found = {each.id: each for type in reversed(TYPES) for each in inventory.all(type)}
    return list(found.values())


def is_logging(trail: Resource) -> bool:
    return bool((trail["status"] or {}).get("IsLogging"))


def management_events(selectors: Selectors) -> frozenset[str]:
    """Return which management events are recorded; those of single services may be left out."""
    kinds: frozenset[str] = frozenset()
    for basic in selectors.get("EventSelectors") or []:
        if basic.get("IncludeManagementEvents"):
            kinds |= _KINDS[basic["ReadWriteType"]]
    for fields in _advanced(selectors):
        if fields["eventCategory"].get("Equals") == ["Management"] and not _picks(fields):
            kinds |= _kinds(fields)
    return kinds


def left_out(selectors: Selectors) -> set[str]:
    """Return the services whose management events are left out by name."""
    basic = [each.get("ExcludeManagementEventSources") or [] for each in selectors.get("EventSelectors") or []]
    advanced = [fields.get("eventSource", {}).get("NotEquals") or [] for fields in _advanced(selectors)]
    return {name for names in (*basic, *advanced) for name in names}


def data_events(selectors: Selectors, type: str, prefixes: tuple[str, ...]) -> frozenset[str]:
    """Return which events on all resources of a CloudTrail *type* are recorded.

    In basic selectors, ``prefixes`` stand for all resources of the type (``arn:aws:s3``).
    """
    kinds: frozenset[str] = frozenset()
    for basic in selectors.get("EventSelectors") or []:
        for data in basic.get("DataResources") or []:
            if data["Type"] == type and set(prefixes) & set(data.get("Values") or []):
                kinds |= _KINDS[basic["ReadWriteType"]]
    for fields in _advanced(selectors):
        if type in fields.get("resources.type", {}).get("Equals", []) and not _picks(fields):
            kinds |= _kinds(fields)
    return kinds


def _advanced(selectors: Selectors) -> Iterator[dict[str, Mapping[str, list[str]]]]:
    for selector in selectors.get("AdvancedEventSelectors") or []:
        yield {each["Field"]: each for each in selector["FieldSelectors"]}


def _kinds(fields: Mapping[str, Mapping[str, list[str]]]) -> frozenset[str]:
    asked = fields.get("readOnly", {}).get("Equals")
    if not asked:
        return BOTH
    return frozenset(READS if each.lower() == "true" else WRITES for each in asked)


def _picks(fields: Mapping[str, Mapping[str, list[str]]]) -> bool:
    """Tell whether a selector takes only some events of its kind. Leaving out sources by name is no picking."""
    asked = {field: {name for name in tests if name != "Field" and tests[name]} for field, tests in fields.items()}
    if asked.get("eventSource") == {"NotEquals"}:
        del asked["eventSource"]
    return any(asked[field] for field in asked.keys() - _SORTING)
