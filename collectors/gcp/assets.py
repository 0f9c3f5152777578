"""What Asset Inventory answers, taken apart no further than has to be: bodies stay the bytes that they came as.

A number that is whole prints as ``3600000`` or as ``3600000.0`` by route, and the order of keys, of bindings and of members
is not promised; :func:`document` and what follows it make one form of them. An export writes what REST writes, but its own
fields in snake case and enums in policies as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson
from msgspec import Raw, Struct

from collectors.gcp.errors import DecodeError

NOTHING = Raw(b"null")
# A number that may be whole, written as none; the walk that it calls for is dear. Looked for first is what ``re`` finds
# fastest, a fixed character and little after it: most bodies hold none of these.
WHOLE = re.compile(rb"[:,\[]\s*-?[0-9]+(?:\.0+\s*[,}\]]|(?:\.[0-9]+)?[eE]\+?[0-9])")
SIGNS = tuple(re.compile(each).search for each in (rb"\.0+\s*[,}\]]", rb"e\+?[0-9]", rb"E\+?[0-9]"))
HUGE = 1 << 63


class Content(Struct, gc=False):
    """The part of an asset that content RESOURCE fills."""

    data: Raw = NOTHING
    location: str | None = None


class Asset(Struct, rename="camel", gc=False):
    """One asset. Which sections are there depends on the content that was asked for."""

    name: str
    asset_type: str
    update_time: str | None = None
    ancestors: list[str] = []
    resource: Content | None = None
    iam_policy: Raw = NOTHING
    org_policy: Raw = NOTHING
    access_policy: Raw = NOTHING
    access_level: Raw = NOTHING
    service_perimeter: Raw = NOTHING
    os_inventory: Raw = NOTHING
    asset_exceptions: Raw = NOTHING

    @property
    def cut(self) -> bool:
        """Whether something of it was left out for its size."""
        return self.asset_exceptions is not NOTHING and b"TRUNCATION" in bytes(self.asset_exceptions)


class _Answer(Struct, rename="camel", gc=False):
    assets: list[Asset] | None = None
    next_page_token: str | None = None
    read_time: str | None = None


class _Loose(Struct, rename="camel", gc=False):
    assets: list[Raw] | None = None
    next_page_token: str | None = None
    read_time: str | None = None


class _Named(Struct, gc=False):
    assetType: str = ""  # noqa: N815 -- as REST writes it
    asset_type: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing. ``broken`` names the types of assets that could not be made out, as far as it is known."""

    assets: list[Asset]
    token: str = ""
    read_time: str = ""
    broken: tuple[str, ...] = ()


_ANSWER = msgspec.json.Decoder(_Answer)
_LOOSE = msgspec.json.Decoder(_Loose)
_ASSET = msgspec.json.Decoder(Asset)
_NAMED = msgspec.json.Decoder(_Named)
_SECTIONS = msgspec.json.Decoder(dict[str, Raw])


def page(body: bytes) -> Page:
    """Return what a listing answered. Raises :class:`DecodeError`.

    Google gives the time of the snapshot with every page: a body without it is somebody else's, and not the end.
    """
    try:
        answer = _ANSWER.decode(body)
        found, broken = answer.assets or [], ()
    except msgspec.ValidationError:
        return _loose(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"the page cannot be read: {error}") from error
    return _page(found, answer, broken)


def _loose(body: bytes) -> Page:
    """Return a page of which some assets are not what an asset is: the others are."""
    try:
        answer = _LOOSE.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"the page cannot be read: {error}") from error
    found, broken = [], []
    for raw in answer.assets or ():
        try:
            found.append(_ASSET.decode(raw))
        except (msgspec.DecodeError, UnicodeDecodeError):
            broken.append(named(raw))
    return _page(found, answer, tuple(broken))


def _page(found: list[Asset], answer: _Answer | _Loose, broken: tuple[str, ...]) -> Page:
    if not answer.read_time:
        raise DecodeError("the answer is no page of assets")
    return Page(found, answer.next_page_token or "", answer.read_time, broken)


def named(raw: bytes | Raw) -> str:
    """Return the native type of an asset that is no asset otherwise, empty where even that is not told."""
    try:
        found = _NAMED.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return found.assetType or found.asset_type


def exported(line: bytes) -> Asset:
    """Return the asset of one line of an export, whichever case it is written in. Raises :class:`DecodeError`."""
    try:
        sections = _SECTIONS.decode(line)
        if "asset_type" not in sections:
            return _ASSET.decode(line)
        return _ASSET.decode(orjson.dumps({camel(name): _section(name, raw) for name, raw in sections.items()}))
    except (msgspec.DecodeError, orjson.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"the line is no asset: {error}") from error


def _section(name: str, raw: Raw) -> orjson.Fragment:
    if name in ("name", "asset_type", "ancestors", "update_time", "resource"):
        return orjson.Fragment(bytes(raw))
    return orjson.Fragment(orjson.dumps(camelled(orjson.loads(memoryview(raw)))))


ENUMS = {
    "logType": ("LOG_TYPE_UNSPECIFIED", "ADMIN_READ", "DATA_WRITE", "DATA_READ"),
    "allValues": ("ALL_VALUES_UNSPECIFIED", "ALLOW", "DENY"),
    "perimeterType": ("PERIMETER_TYPE_REGULAR", "PERIMETER_TYPE_BRIDGE"),
    "identityType": ("IDENTITY_TYPE_UNSPECIFIED", "ANY_IDENTITY", "ANY_USER_ACCOUNT", "ANY_SERVICE_ACCOUNT"),
    "combiningFunction": ("AND", "OR"),
    "exceptionType": ("EXCEPTION_TYPE_UNSPECIFIED", "TRUNCATION"),
    "originType": ("ORIGIN_TYPE_UNSPECIFIED", "INVENTORY_REPORT"),
    "type": ("TYPE_UNSPECIFIED", "INSTALLED_PACKAGE", "AVAILABLE_PACKAGE"),
}
"""Enums of the sections, by the field that holds them. Source: the protos that google-cloud-asset is made from."""


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def camelled(value: Any) -> Any:
    """Return a section of an export as REST would write it."""
    if isinstance(value, list):
        return [camelled(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {camel(name): _camelled(camel(name), each) for name, each in value.items()}


def _camelled(name: str, value: Any) -> Any:
    if name in ENUMS and isinstance(value, int) and not isinstance(value, bool):
        return ENUMS[name][value] if value < len(ENUMS[name]) else value
    if name == "items" and isinstance(value, dict):  # packages by ids, which are no fields
        return {id: camelled(each) for id, each in value.items()}
    return camelled(value)


def document(raw: bytes | Raw) -> dict[str, Any]:
    """Return an object's raw JSON as plain data, in one form. Raises :class:`DecodeError`."""
    found = _loads(raw)
    if not isinstance(found, dict):
        raise DecodeError("it holds no object")
    return found


def _loads(raw: bytes | Raw) -> Any:
    text = bytes(raw)
    try:
        found = orjson.loads(text)
        return _canonical(found) if any(sign(text) for sign in SIGNS) and WHOLE.search(text) else found
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise DecodeError(f"it holds malformed JSON: {error}") from error


def _canonical(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < HUGE else value
    if isinstance(value, dict):
        return {name: _canonical(each) for name, each in value.items()}
    return [_canonical(each) for each in value] if isinstance(value, list) else value


def iam_policy(raw: bytes | Raw) -> dict[str, Any]:
    """Return an IAM policy with its bindings, members and audit settings in order. Raises :class:`DecodeError`."""
    policy = document(raw)
    bindings = [{**each, "members": _members(each, "members")} for each in _objects(policy, "bindings")]
    policy["bindings"] = _ordered(bindings)
    if audits := _objects(policy, "auditConfigs"):
        policy["auditConfigs"] = _ordered({**each, "auditLogConfigs": _ordered(_logs(each))} for each in audits)
    return policy


def _logs(audit: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for each in _objects(audit, "auditLogConfigs"):
        yield {**each, "exemptedMembers": _members(each, "exemptedMembers")} if "exemptedMembers" in each else each


def _members(holder: Mapping[str, Any], field: str) -> list[str]:
    found = [] if holder.get(field) is None else holder[field]
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise DecodeError(f"{field} is no list of members")
    return sorted(found)


def _objects(holder: Mapping[str, Any], field: str) -> list[dict[str, Any]]:
    found = [] if holder.get(field) is None else holder[field]
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise DecodeError(f"{field} is no list of objects")
    return found


def _ordered(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda each: orjson.dumps(each, option=orjson.OPT_SORT_KEYS))


def org_policies(raw: bytes | Raw) -> list[dict[str, Any]]:
    """Return organization policies in the order of their constraints. Raises :class:`DecodeError`."""
    found = _loads(raw)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise DecodeError("the organization policies are no list of objects")
    return sorted(found, key=lambda each: str(each.get("constraint", "")))


def access_policies(sections: Iterable[bytes]) -> list[dict[str, Any]]:
    """Return access policies, levels and perimeters, each under its field's name, always in one order."""
    return _ordered(document(each) for each in sections)
