"""Reads a tenant and its subscriptions: tables first, then what they do not tell of each resource."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import product
from typing import TypeVar

from collectors.azure.assemble import BARE, GLOBAL, Assembler, Found
from collectors.azure.client import BATCH, Query, Row, Source, at
from collectors.azure.deep import Before, Deep, Made, Past, operation, permission, question
from collectors.azure.errors import FAILURES, DecodeError, Failure, code_of, message_of, reason_of
from collectors.azure.grants import READ, Grants
from collectors.azure.spec import SUBSCRIPTION, TENANT, Get, Graph, Spec
from collectors.azure.tables import NODES, below, inherited, listings, places
from collectors.azure.tree import Tree
from collectors.budget import Budget
from scanner.model import Account, Event, Gap, Listed, Reason, Resource, Unread
from scanner.provider import Probe

WAITING = 8  # resources a thread that may be under way before the oldest is waited for
NOT_SHOWN = "NotShown"  # of our own: the subscription is known, and Resource Graph shows nothing of it
NOT_ALLOWED = "NotAllowed"  # of our own: Azure says that we may not read it everywhere in the subscription

NOTHING = Past()

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which part of what is there is wanted. Unless it is ``partly``, types that nobody described are wanted as well."""

    specs: tuple[Spec, ...]
    partly: bool = False
    regions: frozenset[str] = frozenset()

    def wants(self, region: str) -> bool:
        return not self.regions or region == GLOBAL or region in self.regions


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a scan works with."""

    source: Source
    deep: Deep
    before: Before
    budget: Budget
    threads: int = 16
    release: Callable[[], None] = lambda: None


class AzureCollector:
    """A tenant with subscriptions, ready to be read. Each of them is an account: :attr:`accounts`.

    *nodes* are the rows of subscriptions and management groups, which entering has read.
    """

    def __init__(self, means: Means, chosen: Chosen, nodes: Sequence[Row], as_of: datetime | None = None) -> None:
        self._source = means.source
        self._deep = means.deep
        self._before = means.before
        self._budget = means.budget
        self._threads = means.threads
        self._release = means.release
        self._chosen = chosen
        self._nodes = nodes
        self._as_of = as_of
        self._assembler: Assembler = means.deep.assembler
        self._tree: Tree = means.deep.assembler.tree
        self._specs = {spec.type: spec for spec in chosen.specs}
        self._further = {spec.type for spec in chosen.specs if spec.facts} | means.deep.children.keys() | means.deep.remembering
        self._facts_of_others = {native for query in below(chosen.specs) for native in query.types}
        self._grants = Grants()
        self._bare: set[tuple[str, str]] = set()
        self._gaps: dict[tuple[str, str], Gap] = {}  # the first of each type and account
        self._pool: ThreadPoolExecutor | None = None

    @property
    def account(self) -> Account:
        return self._tree.account

    @property
    def accounts(self) -> Sequence[Account]:
        return tuple(self._tree.accounts())

    @property
    def as_of(self) -> datetime | None:
        return self._as_of

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
        try:
            with ThreadPoolExecutor(self._threads, "azure") as pool:
                self._pool = pool
                try:
                    self._ask_grants()
                    self._read_below()
                    yield from self._tenant()
                    yield from self._made(self._tables())
                finally:
                    self.close()
                    pool.shutdown(cancel_futures=True)
            yield from self._gaps.values()
            yield from self._listed()
        finally:
            self.close()
            self._release()

    # Many at once.

    def _each(self, jobs: Iterable[Callable[[], Result]]) -> Iterator[Result]:
        """Yield the results of *jobs* in their order, many under way at a time."""
        assert self._pool  # noqa: S101 -- it is there while something is read
        waiting: deque[Future[Result]] = deque()
        for job in jobs:
            waiting.append(self._pool.submit(job))
            if len(waiting) >= self._threads * WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _made(self, rows: Iterable[tuple[Found, str]]) -> Iterator[Resource]:
        """Yield resources with all of their facts and what is listed below them: at once what takes no call."""
        waiting: deque[Future[Made]] = deque()
        for found, account in rows:
            yield from self._start(found, account, waiting)
            while waiting and (waiting[0].done() or len(waiting) >= self._threads * WAITING):
                yield from self._end(waiting.popleft().result(), waiting)
        while waiting:
            yield from self._end(waiting.popleft().result(), waiting)

    def _start(self, found: Found, account: str, waiting: deque[Future[Made]]) -> Iterator[Resource]:
        assert self._pool  # noqa: S101 -- it is there while something is read
        if found.type not in self._further:
            yield found.resource(account, self._deep.told(found))
            return
        past = NOTHING
        if found.type in self._deep.remembering and found.kept is None:
            below = [spec.type for spec in self._deep.children.get(found.type, ()) if spec.type in self._deep.kept]
            past = self._before.of(account, found, below)
        waiting.append(self._pool.submit(self._deep.made, found, account, past))

    def _end(self, made: Made, waiting: deque[Future[Made]]) -> Iterator[Resource]:
        if made.resource is None:
            return
        yield made.resource
        for child in made.children:
            if child.error is not None and child.spec.listing:
                read = child.spec.listing
                self._gap(child.spec, made.account, child.error, operation(read), permission(read, child.error))
            for found in child.found:
                if self._chosen.wants(found.region):
                    yield from self._start(found, made.account, waiting)

    # What is known before anything is read.

    def _ask_grants(self) -> None:
        ids = list(self._tree.subscriptions)
        found = self._each([partial(allowed, self._source, id) for id in ids])
        self._grants.held.update(zip(ids, found, strict=True))

    def _shown(self) -> list[str]:
        return [each.id for each in self._tree.subscriptions.values() if each.shown]

    def _batches(self) -> Iterator[list[str]]:
        ids = self._shown()
        for start in range(0, len(ids), BATCH):
            yield ids[start : start + BATCH]

    def _read_below(self) -> None:
        """Read the rows that become facts of others."""
        for query in below(self._chosen.specs):
            for native, id in product(query.types, self._shown()):
                if not self._grants.allows(id, f"{native}/read"):
                    self._missing(query, native, id, Reason.DENIED, NOT_ALLOWED)
            for batch in self._batches():
                try:
                    for page in self._source.rows(query, batch):
                        for row in self._assembler.swept(page):
                            self._deep.below.add(row)
                except FAILURES as error:
                    for native, id in product(query.types, batch):
                        self._missing(query, native, id, reason_of(error), code_of(error))

    def _missing(self, query: Query, native: str, account: str, reason: Reason, code: str) -> None:
        unread = Unread(reason, code, f"resourcegraph:{query.table}", f"{native}/read")
        self._deep.below.missing.setdefault((native, account), unread)

    # The tenant and the tables.

    def _tenant(self) -> Iterator[Resource]:
        """Yield the tenant itself, which is there whoever may read what of it, and what is listed below it."""
        spec = self._specs.get(TENANT)
        if spec is None or spec.listing is None:
            return
        tenant = self._tree.tenant
        found = Found(spec, TENANT, tenant, "", self._tree.name or tenant, GLOBAL, {"id": tenant})
        unread = None
        try:
            row = next(self._deep.listed(spec, found), None)
        except FAILURES as error:
            row = None
            unread = Unread(reason_of(error), code_of(error), operation(spec.listing), permission(spec.listing))
        if row is not None:
            found = found._replace(name=row.name, row=row.row)
        for resource in self._made([(found, tenant)]):
            yield resource.with_facts(item=unread) if unread and resource.type == TENANT else resource

    def _tables(self) -> Iterator[tuple[Found, str]]:
        yield from self._of_page(NODES, self._assembler.swept(self._nodes), set())
        for query in listings(self._chosen.specs, partly=self._chosen.partly):
            rows = self._of_table(query)
            yield from used(rows) if query.inherited else rows

    def _of_table(self, query: Query) -> Iterator[tuple[Found, str]]:
        seen: set[tuple[str, str]] = set()
        for batch in self._batches():
            try:
                for page in self._source.rows(query, batch):
                    yield from self._of_page(query, self._assembler.swept(page), seen)
            except FAILURES as error:
                self._broken(query, batch, error)

    def _of_page(self, query: Query, page: Sequence[Row], seen: set[tuple[str, str]]) -> Iterator[tuple[Found, str]]:
        for row in page:
            try:
                found = self._assembler.found(row)
            except DecodeError as error:
                self._broken(query, self._shown(), error)
                continue
            if found.spec is None and (query is NODES or str(row["type"]).lower() in self._facts_of_others):
                continue
            for account in self._tree.holders(row, inherited=query.inherited):
                if account != self._tree.tenant and account not in self._tree.subscriptions:
                    continue
                if query.inherited:  # comes with every batch of subscriptions
                    if (found.id, account) in seen:
                        continue
                    seen.add((found.id, account))
                if self._chosen.wants(found.region):
                    self._note(found, account)
                    yield found, account

    def _note(self, found: Found, account: str) -> None:
        if found.spec is None:
            self._bare.add((found.type, account))

    def _broken(self, query: Query, batch: Sequence[str], error: Failure) -> None:
        """Note that rows of a table are missing, of each type that it may hold."""
        for spec in self._chosen.specs:
            natives = spec.natives
            if natives and spec.table == query.table and (not query.types or set(natives) & set(query.types)):
                for account in self._places(spec):
                    if account in batch or account == self._tree.tenant:
                        self._gap(spec, account, error, f"resourcegraph:{query.table}", f"{natives[0]}/read")
        if not query.types:
            self._bare |= {(f"{BARE}.", account) for account in batch}

    # How it went.

    def _gap(self, spec: Spec, account: str, error: Failure, what: str, needs: str) -> None:
        why = (what, reason_of(error), code_of(error), needs, message_of(error))
        self._gaps.setdefault((spec.type, account), Gap(spec.type, GLOBAL, spec.service, *why, account=account))

    def _places(self, spec: Spec) -> list[str]:
        every = [*self._tree.subscriptions, *self._tree.refused]
        return places(spec, self._specs, self._tree.tenant, every)

    def _listed(self) -> Iterator[Gap | Listed]:
        """Yield for each type and account whether it was listed to its end; what nobody may have seen is a gap."""
        whole = not self._chosen.regions
        for spec in sorted(self._chosen.specs, key=self._depth):
            for account in self._places(spec):
                gap = self._gaps.get((spec.type, account)) or self._unseen(spec, account) or self._hidden(spec, account)
                if gap and (spec.type, account) not in self._gaps:
                    self._gaps[spec.type, account] = gap
                    yield gap
                yield Listed(spec.type, GLOBAL, complete=whole and gap is None, account=account)
        cut = {account for type, account in self._bare if type == f"{BARE}."}
        for type, account in sorted(self._bare):
            if type != f"{BARE}.":
                told = account not in cut and self._grants.allows(account, READ)
                yield Listed(type, GLOBAL, complete=whole and told, account=account)

    def _depth(self, spec: Spec) -> int:
        return 1 + self._depth(self._specs[spec.parent]) if spec.parent in self._specs and spec.type != TENANT else 0

    def _hidden(self, spec: Spec, account: str) -> Gap | None:
        """Return the gap of what is listed below resources that could not all be listed themselves."""
        above = self._gaps.get((spec.parent, account))
        return replace(above, type=spec.type, service=spec.service) if above else None

    def _unseen(self, spec: Spec, account: str) -> Gap | None:
        """Return the gap of what Resource Graph, or we ourselves, never looked for in an account, if there is one."""
        what = f"resourcegraph:{spec.table}" if spec.natives else operation(spec.listing) if spec.listing else ""
        if account == self._tree.tenant:
            if self._shown() or not any(map(inherited, spec.natives)):
                return None
            said = "what holds in the whole tenant shows through its subscriptions, and none can be read"
            return Gap(spec.type, GLOBAL, spec.service, what, Reason.DENIED, NOT_SHOWN, READ, said, account=account)
        subscription = self._tree.subscriptions.get(account)
        if subscription is None or not subscription.shown:
            said = "the subscription cannot be read: Reader is not granted on it"
            return Gap(spec.type, GLOBAL, spec.service, what, Reason.DENIED, NOT_SHOWN, READ, said, account=account)
        missing = [f"{native}/read" for native in spec.natives if not self._grants.allows(account, f"{native}/read")]
        if not missing:
            return None
        said = "Resource Graph leaves out what we may not read"
        return Gap(spec.type, GLOBAL, spec.service, what, Reason.DENIED, NOT_ALLOWED, missing[0], said, account=account)

    def doctor(self) -> Iterator[Probe]:
        """Try each table and each read that takes no resource, and tell of each further read where it is not allowed."""
        shown = self._shown()
        for query in self._queries() if shown else ():
            rows = partial(self._source.rows, query, shown[:1])
            yield probe("azure.subscription", f"resourcegraph:{query.table}", READ, rows)
        tried: dict[str, Probe] = {}
        for spec in self._chosen.specs:
            for read, above in _free(spec, shown):
                if operation(read) not in tried:
                    ask = partial(self._source.pages, question(spec, read, above))
                    tried[operation(read)] = found = probe(spec.service, operation(read), permission(read), ask)
                    yield found
        yield from self._allowed(shown, {what for what, found in tried.items() if found.code})

    def _queries(self) -> list[Query]:
        return [*listings(self._chosen.specs, partly=self._chosen.partly), *below(self._chosen.specs)]

    def _allowed(self, shown: Sequence[str], told: set[str]) -> Iterator[Probe]:
        """Yield the reads of single resources: refused everywhere, or in which subscription. *told*: those known to be."""
        grants = Grants({id: allowed(self._source, id) for id in shown})
        reads = {operation(read): (spec, read) for spec in self._chosen.specs for read in _each(spec) if isinstance(read, Get)}
        for what, (spec, read) in reads.items():
            if what in told or not shown:
                continue
            refused = [id for id in shown if not grants.allows(id, read.action)]
            places = refused if len(refused) < len(shown) else [GLOBAL]
            for place in places or [GLOBAL]:
                yield Probe(spec.service, what, read.action, place, NOT_ALLOWED if refused else "")


def _each(spec: Spec) -> Iterator[object]:
    yield from (spec.listing, *spec.facts.values())


def _free(spec: Spec, shown: Sequence[str]) -> Iterator[tuple[Get | Graph, str]]:
    """Yield the reads of a spec that can be tried without knowing a resource, with what they are below."""
    if spec.listing and spec.parent == TENANT:
        yield spec.listing, ""
    if spec.listing and spec.parent == SUBSCRIPTION and shown:
        yield spec.listing, f"/subscriptions/{shown[0]}"
    for read in spec.facts.values():
        if isinstance(read, Graph) and "{" not in read.path:
            yield read, ""


def used(rows: Iterable[tuple[Found, str]]) -> Iterator[tuple[Found, str]]:
    """Yield *rows*, but of the roles that are built in only those that an assignment in the same account names.

    There are some hundreds of them, the same everywhere: each subscription would hold all of them.
    """
    named: set[tuple[str, str]] = set()
    waiting: list[tuple[Found, str]] = []
    for found, account in rows:
        if str(at(found.row, "properties.type")).lower() == "builtinrole":
            waiting.append((found, account))
            continue
        named.add((last(str(at(found.row, "properties.roleDefinitionId") or "")), account))
        yield found, account
    yield from (each for each in waiting if (last(each[0].id), each[1]) in named)


def last(id: str) -> str:
    return id.rpartition("/")[2].lower()


def allowed(source: Source, subscription: str) -> Sequence[Row] | None:
    """Return what we may do in a subscription, ``None`` where that cannot be learnt."""
    try:
        return source.allowed(subscription)
    except FAILURES:
        return None


def probe(service: str, what: str, needs: str, ask: Callable[[], Iterator[object]]) -> Probe:
    code = ""
    try:
        next(ask(), None)
    except FAILURES as error:
        code = code_of(error)
    return Probe(service, what, needs, GLOBAL, code)
