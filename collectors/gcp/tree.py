"""The hierarchy: organization, folders and projects, each an account, and what holds on a project from above."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from collectors.gcp.assets import Asset, document
from collectors.gcp.errors import DecodeError
from collectors.gcp.spec import DENY_POLICY, FIREWALL_POLICY, FOLDER, LOG_SINK, ORG_POLICY, ORGANIZATION, PROJECT
from scanner.model import Account

NODES = (ORGANIZATION, FOLDER, PROJECT)
KINDS = {"organizations": ORGANIZATION, "folders": FOLDER, "projects": PROJECT}
NAMED = re.compile(r"/projects/(?P<project>[a-z][^/]*)")
ATTACHED = re.compile(r"(?:^|/)(?P<key>(?:organizations|folders)/[0-9]+)$")


@dataclass(frozen=True, slots=True)
class Node:
    """One node. ``key`` is Google's name for it (``projects/123``), ``asset`` its asset's, ``chain`` the way to the top."""

    key: str
    account: str
    name: str
    asset: str
    chain: tuple[str, ...]

    @property
    def parent(self) -> str:
        return self.chain[1] if len(self.chain) > 1 else ""


@dataclass
class Tree:
    """The nodes that were listed, by their keys, and what is set on them.

    ``policies`` are the organization policies of the second API, ``sinks`` and ``denials`` the log sinks and deny policies that
    folders and the organization have, ``firewalls`` the firewall policies that are attached to them, wherever those are kept.
    Unless the tree is ``whole``, there may be more of all.
    """

    nodes: dict[str, Node] = field(default_factory=dict)
    policies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sinks: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    denials: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    firewalls: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    whole: bool = True
    _left: set[str] = field(default_factory=set)
    _unlisted: bool = True
    _wanted: tuple[Sequence[str], Sequence[str]] = ((), ())

    def add(self, asset: Asset) -> None:
        """Take up a node, or what is set on one. Raises :class:`DecodeError` for one that says not what it is."""
        if asset.asset_type in (LOG_SINK, FIREWALL_POLICY, DENY_POLICY):
            self._set(asset)
            return
        if not asset.ancestors:
            raise DecodeError(f"{asset.name} has no ancestors")
        key = asset.ancestors[0]
        data = document(asset.resource.data) if asset.resource else {}
        if asset.asset_type == ORG_POLICY:
            self.policies.setdefault(key, []).append(data)
        elif asset.asset_type in NODES:
            number = key.partition("/")[2]
            account = str(data.get("projectId") or number) if asset.asset_type == PROJECT else key
            name = str(data.get("displayName") or data.get("name") or account)
            self.nodes[key] = Node(key, account, name, asset.name, tuple(asset.ancestors))

    def _set(self, asset: Asset) -> None:
        """Take up what folders and the organization have; what projects have of the same types, they show themselves."""
        key = asset.ancestors[0] if asset.ancestors else ""
        if key.startswith("projects/"):
            return
        try:
            data = {} if asset.cut or not asset.resource else document(asset.resource.data)
        except DecodeError:
            data = {}
        self.whole = self.whole and bool(data)
        if asset.asset_type != FIREWALL_POLICY:
            kept = self.sinks if asset.asset_type == LOG_SINK else self.denials
            kept.setdefault(key, {})[asset.name] = data
            return
        for each in data.get("associations") or []:
            if found := ATTACHED.search(str(each.get("attachmentTarget") or "")):
                self.firewalls.setdefault(found["key"], {})[asset.name] = data

    def account_of(self, ancestors: Sequence[str], name: str) -> str | None:
        """Return the account that holds an asset, ``None`` where that is not chosen.

        Of a project that was not listed it is what the asset itself calls it. It is asked of every asset: hence so short.
        """
        node = self.nodes.get(ancestors[0]) if ancestors else None
        if node:
            return None if node.key in self._left else node.account
        if not ancestors:
            return _called(name)
        key = ancestors[0]
        found = (_called(name) or key.partition("/")[2]) if key.startswith("projects/") else key
        return found if self._unlisted else None

    def account(self, key: str) -> Account:
        """Return the account of a node; of one that was not listed, as much as its key says."""
        node = self.nodes.get(key)
        if node is None:
            return Account("gcp", key.removeprefix("projects/"))
        return Account("gcp", node.account, node.name, parent=self._parent(node))

    def _parent(self, node: Node) -> str:
        return self.nodes[node.parent].account if node.parent in self.nodes else node.parent

    def chosen(self, include: Sequence[str], exclude: Sequence[str]) -> None:
        """Choose the nodes that fit, with all below them, and the nodes above these."""
        self._wanted = (include, exclude)
        fitting = [node for node in self.nodes.values() if fits(node.chain, self.nodes, include, exclude)]
        above = {key for node in fitting for key in node.chain}
        self._left = {key for key in self.nodes if key not in above}
        self._unlisted = not include

    def accounts(self) -> Iterator[Account]:
        for key in sorted(self.nodes, key=lambda key: (len(self.nodes[key].chain), key)):
            if key not in self._left:
                yield self.account(key)

    def gone(self, scope: str, known: Iterable[Account]) -> Iterator[Account]:
        """Yield those of *known*, accounts as they were seen before, that lay below *scope*, a node, and are there no more.

        A node that others still name as above them is hidden, not gone; what filters leave out was not looked for.
        """
        top = self.nodes[scope].account
        there = {node.account for node in self.nodes.values()} | {key for node in self.nodes.values() for key in node.chain}
        before = {each.id: each for each in known}
        for each in before.values():
            chain = list(_way(each, before))
            if each.id not in there and top in chain[1:] and fits(chain, {}, *self._wanted):
                yield each

    def key(self, scope: str) -> str:
        """Return the key of the node that a user names, by a project's id as well; empty when it was not listed."""
        if scope in self.nodes:
            return scope
        return next((node.key for node in self.nodes.values() if f"projects/{node.account}" == scope), "")

    def top(self) -> str:
        """Return the key of the node under which all others lie, as far as there is one."""
        chains = [node.chain for node in self.nodes.values()]
        shared = [key for key in max(chains, key=len, default=()) if all(key in chain for chain in chains)]
        return shared[0] if shared else next(iter(self.nodes), "")


def _way(account: Account, known: Mapping[str, Account]) -> Iterator[str]:
    """Yield the ids of an account and of all that was above it, as far as that is known."""
    at: Account | None = account
    seen = set[str]()
    while at and at.id not in seen:
        seen.add(at.id)
        yield at.id
        if at.parent and at.parent not in known:
            yield at.parent
        at = known.get(at.parent)


def fits(chain: Sequence[str], nodes: Mapping[str, Node], include: Sequence[str], exclude: Sequence[str]) -> bool:
    names = [name for key in chain for name in (key, nodes[key].account if key in nodes else key)]
    return (not include or _any(names, include)) and not _any(names, exclude)


def _any(names: Iterable[str], patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _called(name: str) -> str:
    found = NAMED.search(name)
    return found["project"] if found else ""
