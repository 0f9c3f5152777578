"""Reads one organization, folder or project: the policies first, then every resource, all at one time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from collectors.budget import Budget
from collectors.gcp.assemble import BARE, GLOBAL, NOT_LISTED, PERMISSIONS, Assembler, bare, region_of, sections_of, unread
from collectors.gcp.assets import Asset, Page
from collectors.gcp.client import ACCESS, IAM, INVENTORY, ORG, RESOURCE, Asked
from collectors.gcp.errors import FAILURES, ApiError, DecodeError, Failure, code_of, message_of, reason_of
from collectors.gcp.kept import Kept, Section
from collectors.gcp.permissions import contents
from collectors.gcp.spec import FIREWALL_POLICY, FOLDER, OF_ORGANIZATIONS, SET_ABOVE, Spec
from collectors.gcp.tree import KINDS
from scanner.model import Account, Event, Gap, Listed, Reason, Resource, Sketches
from scanner.provider import ConnectError, Probe

SERVICES = {RESOURCE: "gcp.project", IAM: "gcp.iam", ORG: "gcp.organization", ACCESS: "gcp.organization"}
# Types that lie above a scope, and must not be asked of it.
ABOVE = {"organizations": frozenset[str](), "folders": OF_ORGANIZATIONS, "projects": OF_ORGANIZATIONS | {FOLDER}}
PASSING = {Reason.THROTTLED, Reason.UNAVAILABLE}  # what a later run may get over


class Source(Protocol):
    """What can be listed: the API, or an export of it."""

    def pages(self, asked: Asked, token: str = "") -> Iterator[Page]:
        """Yield the pages of one listing. Raises one of ``FAILURES``."""

    def probe(self, asked: Asked) -> None:
        """Try one listing. Raises one of ``FAILURES``."""

    def close(self) -> None:
        """Stop listing."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which part of what is listed is wanted. Unless it is ``partly``, types that nobody described are wanted as well.

    ``exported``: somebody else asked for it, and may have asked for less.
    """

    scope: str
    specs: tuple[Spec, ...]
    partly: bool = False
    regions: frozenset[str] = frozenset()
    exported: bool = False

    def types(self, content: str) -> tuple[str, ...]:
        """Return the native types to ask for, none for all: those of the wanted specs that can have *content* at all."""
        if not self.partly or content == ACCESS:
            return ()
        found = {asset for spec in self.specs if _has(spec, content) for asset in spec.assets}
        return tuple(sorted(found - ABOVE[self.scope.partition("/")[0]]))

    def wants(self, region: str) -> bool:
        """Tell whether something in *region* is wanted; a region holds its zones."""
        return not self.regions or region == GLOBAL or any(f"{region}-".startswith(f"{each}-") for each in self.regions)


class GcpCollector:
    """A part of the hierarchy, ready to be read. Every node in it is an account: :attr:`accounts`.

    ``read_time`` is the time of the snapshot, the same for all that is read.
    """

    def __init__(self, source: Source, chosen: Chosen, assembler: Assembler, kept: Kept, budget: Budget) -> None:
        self.account: Account = assembler.tree.account(chosen.scope)
        self.accounts: Sequence[Account] = tuple(assembler.tree.accounts())
        self._source = source
        self._scope = chosen.scope
        self._tree = assembler.tree
        self._chosen = chosen
        self._assembler = assembler
        self._kept = kept
        self._budget = budget
        self._bare: set[str] = set()
        self._failures: list[tuple[Failure, str]] = []  # of the resources' listing, with the native type that it struck
        self._passing = False

    @property
    def as_of(self) -> datetime:
        return datetime.fromisoformat(self.read_time)

    @property
    def read_time(self) -> str:
        return self._kept.read_time

    @property
    def calls(self) -> Mapping[str, int]:
        return self._budget.spent()

    def close(self) -> None:
        self._budget.stopped.set()
        self._source.close()

    def collect(self) -> Iterator[Event]:
        """Yield resources as they are read, then what could not be, then for every type whether it was listed to its end.

        Only once: whoever stops early, or :meth:`close`, stops the calls for good.
        """
        finished = False
        try:
            self._policies()
            self._above()
            yield from self._resources()
            yield from self._only_policies()
            yield from self._gaps()
            yield from self._listed()
            finished = not self._passing
        except sqlite3.Error as error:
            raise ConnectError(f"what was read cannot be kept on disk: {error}") from error
        finally:
            self.close()
            self._kept.close(finished=finished)

    def gone(self, known: Iterable[Account]) -> Sequence[Account]:
        """Return those of *known*, accounts that earlier scans saw, that are not below the scope any more.

        The hierarchy was read whole, at the time of the snapshot, or nothing would have been entered. None are told where the
        resources' listing broke off, and of an export, which need not hold all.
        """
        if self._failures or self._chosen.exported or self._scope not in self._tree.nodes:
            return ()
        return tuple(self._tree.gone(self._scope, known))

    def doctor(self) -> Iterator[Probe]:
        """Ask for one asset of each content."""
        for content in self._contents:
            code = ""
            try:
                self._source.probe(self._asked(content))
            except FAILURES as error:
                code = code_of(error)
            operation = f"cloudasset:ListAssets:{content}"
            yield Probe(SERVICES.get(content, "gcp.gce"), operation, PERMISSIONS[content], GLOBAL, code)

    # The policies, which are listed apart from what they are on.

    @property
    def _contents(self) -> tuple[str, ...]:
        """Return what is listed. Without an organization there are no access policies."""
        every = contents(self._chosen.specs)
        return every if self._top().startswith("organizations/") else tuple(each for each in every if each != ACCESS)

    def _asked(self, content: str) -> Asked:
        return Asked(self._parent(content), content, self.read_time, self._chosen.types(content))

    def _parent(self, content: str) -> str:
        """Return what to ask for *content*: access policies are the organization's, whatever the scope is."""
        return self._top() if content == ACCESS else self._scope

    def _top(self) -> str:
        node = self._tree.nodes.get(self._scope) or next(iter(self._tree.nodes.values()), None)
        return node.chain[-1] if node else self._scope

    def _policies(self) -> None:
        """List every content but the resources; one that is refused is missing, and says so on each fact."""
        for content in self._contents[1:]:
            try:
                for page in self._pages(self._asked(content)):
                    self._kept.strike(content, page.broken)
                    self._kept.sections(content, sections_of(content, page.assets), page.token)
                if struck := self._kept.struck(content):
                    raise DecodeError(f"assets of {len(struck)} types cannot be made out")
            except FAILURES as error:
                self._missing(content, error)
        for content in (ORG, ACCESS):
            self._assembler.policies[content] = _by_name(self._kept.every(content))
        nodes = [node.asset for node in self._tree.nodes.values()]
        found = self._kept.of(nodes)
        self._assembler.policies[IAM] = {name: [each for each in some if each.content == IAM] for name, some in found.items()}

    def _missing(self, content: str, error: Failure) -> None:
        self._assembler.missing[content] = unread(content, reason_of(error), code_of(error))
        self._passing = self._passing or reason_of(error) in PASSING

    def _pages(self, asked: Asked) -> Iterator[Page]:
        """Yield the pages that are not kept yet; from the first on again when Google does not take the token any more."""
        token, done = self._kept.progress(asked.content)
        if done:
            return
        try:
            yield from self._source.pages(asked, token)
        except ApiError as error:
            if not error.stale_token:
                raise
            self._kept.restart(asked.content)
            yield from self._source.pages(asked)

    # What holds from above: nodes over the scope, which its own listings do not return.

    def _above(self) -> None:
        node = self._tree.nodes.get(self._scope)
        for key in node.chain[1:] if node else ():
            if key not in self._tree.nodes:
                self._seen_above(key)

    def _seen_above(self, key: str) -> None:
        """Read one node above the scope: itself and its policies. What is refused makes the lineage below unread."""
        kind = KINDS[key.partition("/")[0]]
        content = RESOURCE
        try:
            for asset in self._of(key, RESOURCE, (kind, *SET_ABOVE)):
                self._tree.add(asset)
            for content in (IAM, ORG):
                self._take(content, self._of(key, content, (kind,)))
        except FAILURES as error:
            known = unread(content, reason_of(error), code_of(error))
            self._assembler.unseen[key] = known
            self._passing = self._passing or known.reason in PASSING
            return
        if key not in self._tree.nodes:
            self._assembler.unseen[key] = unread(RESOURCE, Reason.UNAVAILABLE, NOT_LISTED)

    def _of(self, key: str, content: str, types: tuple[str, ...]) -> Iterator[Asset]:
        """Yield the assets that stand on one node itself, and what may be attached to it. Raises one of ``FAILURES``."""
        for page in self._source.pages(Asked(key, content, self.read_time, types)):
            if page.broken:
                raise DecodeError("an asset cannot be made out")
            yield from (each for each in page.assets if each.ancestors[:1] == [key] or each.asset_type == FIREWALL_POLICY)

    def _take(self, content: str, found: Iterable[Asset]) -> None:
        known = self._assembler.policies.setdefault(content, {})
        for each in sections_of(content, found):
            known[each.name] = [each]

    # The resources.

    def _resources(self) -> Iterator[Event]:
        if self._kept.resuming:
            yield from map(self._noted, self._kept.read())
        try:
            for page in self._pages(self._asked(RESOURCE)):
                self._kept.strike(RESOURCE, page.broken)
                found = self._assembled(page.assets)
                if self._kept.resuming:
                    self._kept.resources(RESOURCE, found.resources(), page.token)
                yield found
        except FAILURES as error:
            self._failures.append((error, ""))
        for asset_type in self._kept.struck(RESOURCE):
            self._failures.append((DecodeError("an asset cannot be made out"), asset_type))
            if asset_type and asset_type not in self._assembler.specs:
                self._bare.add(bare(asset_type))

    def _assembled(self, found: Sequence[Asset]) -> Sketches:
        sections = self._kept.of([asset.name for asset in found])
        wanted = [each for each in found if self._chosen.wants(region_of(each))] if self._chosen.regions else found
        rows = list(self._assembler.sketches(wanted, sections))
        self._bare.update(type for type in {type for _, type, *_ in rows} if type.startswith(BARE))
        return Sketches(rows, self._assembler.resource)

    def _noted(self, resource: Resource) -> Resource:
        """Return *resource*, and remember its type when nobody described it."""
        if resource.type.startswith(BARE):
            self._bare.add(resource.type)
        return resource

    def _only_policies(self) -> Iterator[Resource]:
        """Yield what has a policy and was not among the resources: some types are listed by their policies alone.

        Not what may just not have been reached: its place, which the listing would have told, would seem to change.
        """
        struck = {asset_type for _, asset_type in self._failures}
        for each in () if "" in struck else self._kept.unused(IAM):
            if each.type not in struck:
                asset = Asset(each.name, each.type, ancestors=each.ancestors.split())
                for sketch in self._assembler.sketches([asset], {each.name: [each]}):
                    yield self._noted(self._assembler.resource(sketch))

    # How it went.

    def _gaps(self) -> Iterator[Gap]:
        """Yield one gap for each type that a failure of the resources' listing struck: one without a type, all."""
        seen = set()
        for error, asset_type in self._failures:
            self._passing = self._passing or reason_of(error) in PASSING
            known = unread(RESOURCE, reason_of(error), code_of(error))
            for spec in self._struck(asset_type):
                if (spec.type, known) not in seen:
                    seen.add((spec.type, known))
                    why = (known.operation, known.reason, known.code, known.permission, message_of(error))
                    yield Gap(spec.type, GLOBAL, spec.service, *why)

    def _struck(self, asset_type: str) -> Sequence[Spec]:
        if not asset_type:
            return self._chosen.specs
        spec = self._assembler.specs.get(asset_type)
        return (spec,) if spec else ()

    def _listed(self) -> Iterator[Listed]:
        """Yield for each type whether it was listed to its end. What lies in regions that nobody wanted is not closed."""
        struck = {spec.type for _, asset_type in self._failures for spec in self._struck(asset_type)}
        whole = not self._chosen.regions
        for spec in self._chosen.specs:
            yield Listed(spec.type, GLOBAL, complete=whole and spec.type not in struck)
        told = not self._failures and IAM not in self._assembler.missing  # some are only told by their policies
        for type in sorted(self._bare):
            yield Listed(type, GLOBAL, complete=whole and told)
        if not self._chosen.partly:
            yield Listed(f"{BARE}.*", GLOBAL, complete=whole and told)


def _has(spec: Spec, content: str) -> bool:
    return {IAM: spec.iam, ORG: spec.node, INVENTORY: spec.inventory}.get(content, True)


def _by_name(sections: Sequence[Section]) -> dict[str, list[Section]]:
    found: dict[str, list[Section]] = {}
    for each in sections:
        found.setdefault(each.name, []).append(each)
    return found
