"""Makes resources of assets: the body under its type's facts, the policies that were listed apart, nothing of secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

import collectors
from collectors.gcp import assets
from collectors.gcp.assets import NOTHING, Asset, Content
from collectors.gcp.client import ACCESS, IAM, INVENTORY, ORG, RESOURCE
from collectors.gcp.errors import DecodeError
from collectors.gcp.kept import Section
from collectors.gcp.metadata import hidden
from collectors.gcp.spec import ASSET, PROJECT, Spec
from collectors.gcp.tree import Node, Tree
from collectors.redact import Redactor
from scanner.model import Absent, Fact, Present, Reason, Resource, Sketch, Unread

GLOBAL = "global"
BARE = "gcp.unknown"
TRUNCATED = "TRUNCATION"
NOT_LISTED = "NOT_LISTED"
PERMISSIONS = {
    RESOURCE: "cloudasset.assets.listResource",
    IAM: "cloudasset.assets.listIamPolicy",
    ORG: "cloudasset.assets.listOrgPolicy",
    ACCESS: "cloudasset.assets.listAccessPolicy",
    INVENTORY: "cloudasset.assets.listOSInventories",
}
EMPTY = Content()
OF_NODES = frozenset({"org_policy", "access_policy", "lineage"})
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class _Labelled(msgspec.Struct, gc=False):
    labels: dict[str, str] | None = None


_LABELS = msgspec.json.Decoder(_Labelled)


def unread(content: str, reason: Reason, code: str) -> Unread:
    return Unread(reason, code, f"cloudasset:ListAssets:{content}", PERMISSIONS[content])


class Typed(NamedTuple):
    """What is the same for all assets of one native type. No ``recipe``: nothing of them can be told by a hash alone."""

    type: str
    recipe: bytes


@dataclass
class Assembler:
    """Everything that a scan knows besides the asset at hand. ``missing`` says which contents were not read, and why."""

    specs: Mapping[str, Spec]
    tree: Tree
    redactor: Redactor
    missing: dict[str, Unread] = field(default_factory=dict)
    unseen: dict[str, Unread] = field(default_factory=dict)
    policies: dict[str, dict[str, list[Section]]] = field(default_factory=dict)
    _accesses: list[dict[str, Any]] | None = None
    _types: dict[str, Typed] = field(default_factory=dict)

    def sketches(self, found: Iterable[Asset], sections: Mapping[str, Sequence[Section]]) -> Iterator[Sketch]:
        """Yield those of *found* that are chosen, each with its *sections*, which are by name."""
        types, account_of = self._types, self.tree.account_of
        for asset in found:
            account = account_of(asset.ancestors, asset.name)
            if account is not None:
                known = types.get(asset.asset_type) or self._typed(asset.asset_type)
                own = sections.get(asset.name, ())
                yield account, known.type, GLOBAL, _digest(asset, known.recipe, own), (asset, own)

    def resource(self, sketch: Sketch) -> Resource:
        account, type, listed_in, _, (asset, sections) = sketch
        facts = self.facts(asset, self.specs.get(asset.asset_type), sections)
        name = account if asset.asset_type == PROJECT else asset.name.rpartition("/")[2]
        return Resource(type, asset.name, account, region_of(asset), facts, name, listed_in)

    def _typed(self, asset_type: str) -> Typed:
        """Return what is the same for all assets of a type, once it is known which contents are missing."""
        spec = self.specs.get(asset_type)
        lacks = (spec is None or spec.iam) and IAM in self.missing
        unsure = lacks or (spec and (spec.node or (spec.inventory and INVENTORY in self.missing)))
        recipe = b"" if unsure else _recipe(asset_type, spec)
        return self._types.setdefault(asset_type, Typed(spec.type if spec else bare(asset_type), recipe))

    # The facts of one asset.

    def facts(self, asset: Asset, spec: Spec | None, sections: Sequence[Section]) -> dict[str, Fact]:
        by_content = {each.content: each for each in sections}
        told = {"assetType": asset.asset_type} | ({"updateTime": asset.update_time} if asset.update_time else {})
        facts: dict[str, Fact] = {ASSET: Present(told)}
        if spec is None:
            return facts | self._bare(asset, by_content)
        facts["item"] = _item(asset)
        if spec.iam or IAM in by_content:
            facts["iam_policy"] = self._iam(by_content.get(IAM))
        if spec.inventory:
            facts["os_inventory"] = self._inventory(by_content.get(INVENTORY))
        if spec.node:
            facts |= self._of_node(asset, spec)
        if spec.tags:
            facts["tags"] = tags(facts["item"], spec.tags)
        return self._redacted(spec, facts)

    def _bare(self, asset: Asset, by_content: Mapping[str, Section]) -> dict[str, Fact]:
        """Return what is kept of a type that nobody described: no body, since nobody knows what is secret in it."""
        facts: dict[str, Fact] = {}
        if asset.resource and asset.resource.data != NOTHING:
            try:
                facts["tags"] = Present(_LABELS.decode(asset.resource.data).labels or {})
            except (msgspec.DecodeError, UnicodeDecodeError):
                facts["tags"] = Absent()
        if IAM in by_content or IAM in self.missing:  # which of these types can have a policy, nobody said
            facts["iam_policy"] = self._iam(by_content.get(IAM))
        return facts

    def _iam(self, section: Section | None) -> Fact:
        if section is None:
            return self.missing.get(IAM) or Absent()
        if section.cut:
            return unread(IAM, Reason.ERROR, TRUNCATED)
        try:
            return Present(assets.iam_policy(section.body))
        except DecodeError:
            return unread(IAM, Reason.ERROR, "DecodeError")

    def _inventory(self, section: Section | None) -> Fact:
        if section is None:
            return self.missing.get(INVENTORY) or Absent()
        if section.cut:
            return unread(INVENTORY, Reason.ERROR, TRUNCATED)
        try:
            return Present(assets.document(section.body))
        except DecodeError:
            return unread(INVENTORY, Reason.ERROR, "DecodeError")

    def _redacted(self, spec: Spec, facts: dict[str, Fact]) -> dict[str, Fact]:
        values = {name: fact.value for name, fact in facts.items() if isinstance(fact, Present)}
        for path in spec.metadata:
            hidden(values, path, self.redactor)
        self.redactor.apply(values, spec.secret)
        return facts | {name: Present(value) for name, value in self.redactor.sweep(values).items()}

    # What nodes have.

    def _of_node(self, asset: Asset, spec: Spec) -> dict[str, Fact]:
        key = asset.ancestors[0] if asset.ancestors else ""
        node = self.tree.nodes.get(key)
        facts: dict[str, Fact] = {"org_policy": self._org(key, asset.name), "access_policy": self._access(key)}
        if spec.lineage:
            facts["lineage"] = self._lineage(node.chain[1:] if node else asset.ancestors[1:])
        return facts

    def _org(self, key: str, name: str) -> Fact:
        """Return the policies of a node: those that the first API knows, then the second's, which say more."""
        if ORG in self.missing:
            return self.missing[ORG]
        sections = self.policies.get(ORG, {}).get(name, [])
        if any(each.cut for each in sections):
            return unread(ORG, Reason.ERROR, TRUNCATED)
        try:
            found = [policy for each in sections for policy in assets.org_policies(each.body)]
        except DecodeError:
            return unread(ORG, Reason.ERROR, "DecodeError")
        found += sorted(self.tree.policies.get(key, []), key=lambda each: str(each.get("name")))
        return Present(found) if found else Absent()

    def _access(self, key: str) -> Fact:
        """Return the access policies, levels and perimeters of an organization; of a project, the perimeters that name it."""
        if ACCESS in self.missing:
            return self.missing[ACCESS]
        try:
            if self._accesses is None:
                sections = [each for some in self.policies.get(ACCESS, {}).values() for each in some]
                self._accesses = assets.access_policies(each.body for each in sections)
        except DecodeError:
            return unread(ACCESS, Reason.ERROR, "DecodeError")
        found = self._accesses if key.startswith("organizations/") else [each for each in self._accesses if _within(each, key)]
        return Present(found) if found else Absent()

    def _lineage(self, chain: Sequence[str]) -> Fact:
        """Return what is set above a project or folder, from the nearest node up; unread as a whole where one of them is."""
        found = []
        for key in chain:
            node = self.tree.nodes.get(key)
            if key in self.unseen or node is None:
                return self.unseen.get(key) or unread(IAM, Reason.UNAVAILABLE, NOT_LISTED)
            above = self._above(node)
            if isinstance(above, Unread):
                return above
            found.append(above)
        return Present(found) if found else Absent()

    def _above(self, node: Node) -> dict[str, Any] | Unread:
        policy = self._iam(next(iter(self.policies.get(IAM, {}).get(node.asset, [])), None))
        constraints = self._org(node.key, node.asset)
        for fact in (policy, constraints):
            if isinstance(fact, Unread):
                return fact
        found = {
            "name": node.key,
            "display_name": node.name,
            "iam_policy": _unstamped(policy.value) if isinstance(policy, Present) else None,
            "org_policy": [_unstamped(each) for each in constraints.value] if isinstance(constraints, Present) else None,
        }
        return found | self._set_on(node) if self.tree.whole else found

    def _set_on(self, node: Node) -> dict[str, Any]:
        """Return a node's sinks, deny policies and the firewall policies attached to it, as far as they matter below it."""
        sinks, denials, firewalls = (
            _in_order(found.get(node.key, {})) for found in (self.tree.sinks, self.tree.denials, self.tree.firewalls)
        )
        kept = ("name", "shortName", "displayName", "rules")
        return {
            "log_sinks": [_unstamped(each) for each in sinks],
            "deny_policies": [{name: each[name] for name in kept if name in each} for each in denials],
            "firewall_policies": [{name: each[name] for name in kept if name in each} for each in firewalls],
        }


def _in_order(found: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [found[name] for name in sorted(found)]


def _item(asset: Asset) -> Fact:
    if asset.cut:
        return unread(RESOURCE, Reason.ERROR, TRUNCATED)
    if asset.resource is None or asset.resource.data == NOTHING:
        return unread(RESOURCE, Reason.ERROR, NOT_LISTED)
    try:
        return Present(assets.document(asset.resource.data))
    except DecodeError:
        return unread(RESOURCE, Reason.ERROR, "DecodeError")


def tags(item: Fact, paths: str) -> Fact:
    """Return the labels at the first of *paths* that is there."""
    if not isinstance(item, Present):
        return item
    for path in paths.split():
        value = item.value
        for step in path.split(".")[1:]:
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, dict):
            return Present({name: str(text) for name, text in value.items()})
    return Present({})


def _within(section: Mapping[str, Any], key: str) -> bool:
    perimeter = section.get("servicePerimeter") or {}
    return any(key in (perimeter.get(part) or {}).get("resources", ()) for part in ("status", "spec"))


def _unstamped(policy: Any) -> Any:
    """Return *policy* without what only tells its writing: it would change a project whenever it is written again above."""
    if isinstance(policy, dict):
        return {name: _unstamped(each) for name, each in policy.items() if name not in ("etag", "updateTime")}
    return [_unstamped(each) for each in policy] if isinstance(policy, list) else policy


def region_of(asset: Asset) -> str:
    content = asset.resource
    return content.location.lower() if content and content.location else GLOBAL


def _digest(asset: Asset, recipe: bytes, sections: Sequence[Section]) -> bytes:
    """Return a hash over all that the resource of an asset is made of; empty for what was not read whole.

    SHA-256, which processors have instructions for: it takes a good part of the time of listing what did not change.
    """
    content = asset.resource
    if content is None or not recipe or asset.cut:
        return b""
    told = f"{len(asset.name)} {asset.name} {asset.update_time} {content.location} ".encode("utf-8", "surrogatepass")
    if not sections:
        return sha256(b"".join((recipe, told, content.data))).digest()
    if any(each.cut for each in sections):
        return b""
    return sha256(b"".join((recipe, told, content.data, *(each.body for each in sections)))).digest()


@cache
def bare(asset_type: str) -> str:
    """Return the type of what no spec names: ``k8s.io/Pod`` is ``gcp.unknown.k8s_io_pod``."""
    host, _, kind = asset_type.partition("/")
    words = f"{host.removesuffix('.googleapis.com')}_{WORDS.sub('_', kind)}".lower()
    return f"{BARE}.{re.sub('[^a-z0-9]+', '_', words).strip('_')}"


def _recipe(asset_type: str, spec: Spec | None) -> bytes:
    """Return what tells one way to make facts of a type from the next: with it, the facts of the same asset differ."""
    return blake2b(f"{_edition()} {asset_type} {spec!r}".encode(), digest_size=16).digest()


@cache
def _edition() -> str:
    """Return what tells this program from the next. Files stand for themselves by name, size and time of change."""
    files = sorted(
        path for folder in collectors.__path__ for place in (".", "gcp") for path in Path(folder, place).glob("*.py")
    )
    parts = (f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files)
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def sections_of(content: str, found: Iterable[Asset]) -> Iterator[Section]:
    """Yield what assets that were listed with *content* hold of it."""
    for asset in found:
        for part, raw in _parts(content, asset):
            if raw != NOTHING or asset.cut:
                ancestors = " ".join(asset.ancestors)
                yield Section(asset.name, content, part, bytes(raw), asset.cut, asset.asset_type, ancestors)


def _parts(content: str, asset: Asset) -> Iterator[tuple[str, bytes]]:
    if content == IAM:
        yield "", asset.iam_policy
    elif content == ORG:
        yield "", asset.org_policy
    elif content == INVENTORY:
        yield "", asset.os_inventory
    else:  # every policy, level and perimeter comes as an asset of its own, under the organization's name
        named = {
            "accessPolicy": asset.access_policy,
            "accessLevel": asset.access_level,
            "servicePerimeter": asset.service_perimeter,
        }
        for name, raw in named.items():
            if raw != NOTHING:
                body = b'{"' + name.encode() + b'":' + bytes(raw) + b"}"
                yield blake2b(body, digest_size=8).hexdigest(), body
