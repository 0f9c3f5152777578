"""The way in: whose credentials, which subscriptions, and what lies above them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from azure.core.exceptions import AzureError, ClientAuthenticationError

from collectors.azure.assemble import Assembler
from collectors.azure.client import Client, Row, Source
from collectors.azure.collect import AzureCollector, Chosen, Means
from collectors.azure.deep import Before, Below, Deep
from collectors.azure.errors import FAILURES, ApiError, DecodeError, Failure, message_of
from collectors.azure.export import Export
from collectors.azure.options import GUID, AzureOptions, listed
from collectors.azure.session import Session
from collectors.azure.spec import Spec
from collectors.azure.tables import GROUPS, NODES
from collectors.azure.tree import Subscription, Tree, fits
from collectors.budget import Budget, Pace
from collectors.redact import Redactor
from scanner.provider import ConnectError, Memory, Selection, nothing

NOTHING = "no subscription can be read: grant Reader on one, or on a management group (`demarc permissions azure`)"
TENANT_ID = "AZURE_TENANT_ID"  # as azure-identity takes it


def connect(
    options: AzureOptions, specs: Sequence[Spec], selection: Selection, secret_key: Callable[[], bytes], memory: Memory
) -> AzureCollector:
    """Enter what is to be read. Raises :class:`ConnectError` with one line that says what to do."""
    budget = Budget(options.max_calls or None, options.max_seconds or None, pace=Pace(options.calls_per_second))
    source, release, as_of = _source(options, budget)
    try:
        tree, nodes = _read(source, options)
    except FAILURES as error:
        release()
        raise ConnectError(_explain(error, options)) from error
    except ConnectError:
        release()
        raise
    assembler = Assembler(tree, Redactor(secret_key()), specs)
    deep = Deep(source, assembler, Below(), options.max_age, as_of or datetime.now(UTC))
    before = Before(nothing if options.from_ else memory)  # an export says itself what is in it
    means = Means(source=source, deep=deep, before=before, budget=budget, threads=options.threads, release=release)
    return AzureCollector(means, Chosen(tuple(specs), bool(selection.services), selection.regions), nodes, as_of)


def _source(options: AzureOptions, budget: Budget) -> tuple[Source, Callable[[], None], datetime | None]:
    if options.from_:
        export = Export(options.from_)
        return export, export.close, export.as_of
    try:
        session = Session(options, budget)
    except (AzureError, ValueError, OSError) as error:
        raise ConnectError(_explain(error, options)) from error
    return Client(session), session.release, None


def _read(source: Source, options: AzureOptions) -> tuple[Tree, list[Row]]:
    """Read which subscriptions there are, and what is above them. Raises one of ``FAILURES``."""
    seen = source.subscriptions()
    nodes = [row for page in source.rows(NODES, ()) for row in page]
    every = _subscriptions(seen, nodes)
    tenant = _tenant(options, seen)
    if not tenant:
        raise ConnectError(NOTHING)
    chosen, refused = _chosen(every, options)
    if not chosen and (refused or every or options.management_group):
        raise ConnectError(_none(options, refused))
    return Tree(tenant, _name(nodes, tenant), {each.id: each for each in chosen}, tuple(refused)), nodes


def _subscriptions(seen: Sequence[Row], nodes: Sequence[Row]) -> list[Subscription]:
    rows = {_id(row): row for row in nodes if str(row.get("type")).lower() == "microsoft.resources/subscriptions"}
    found = {}
    for row in [*seen, *rows.values()]:
        id = _id(row)
        if id and id not in found:
            shown = rows.get(id)
            name = str(row.get("displayName") or row.get("name") or id)
            found[id] = Subscription(id, name, _chain(shown or {}), shown is not None)
    return sorted(found.values(), key=lambda each: each.id)


def _id(row: Mapping[str, object]) -> str:
    given = row.get("subscriptionId") or str(row.get("id") or "").rpartition("/")[2]
    return str(given).lower()


def _chain(row: Row) -> tuple[str, ...]:
    properties = row.get("properties")
    chain = properties.get("managementGroupAncestorsChain") if isinstance(properties, dict) else None
    return tuple(str(each.get("name")).lower() for each in chain or () if isinstance(each, dict))


def _tenant(options: AzureOptions, seen: Sequence[Row]) -> str:
    """Return the tenant's id: what a user said, or that of most subscriptions, which may include some of other tenants."""
    ambient = os.environ.get(TENANT_ID, "")
    given = options.tenant or (ambient if GUID.fullmatch(ambient) and not options.from_ else "")
    homes = Counter(str(row["tenantId"]).lower() for row in seen if row.get("tenantId"))
    return given.lower() or next((id for id, _ in homes.most_common(1)), "")


def _name(nodes: Sequence[Row], tenant: str) -> str:
    root = next((row for row in nodes if str(row.get("type")).lower() == GROUPS and str(row.get("name")).lower() == tenant), {})
    properties = root.get("properties")
    return str(properties.get("displayName") or "") if isinstance(properties, dict) else ""


def _chosen(every: Sequence[Subscription], options: AzureOptions) -> tuple[list[Subscription], list[str]]:
    """Return the chosen subscriptions, and the ids of those that were asked for and cannot be seen."""
    found, refused = list(every), []
    if wanted := [each.lower() for each in listed(options.subscription)]:
        found = [each for each in every if each.id in wanted or each.name.lower() in wanted]
        known = {name for each in found for name in (each.id, each.name.lower())}
        refused = [each for each in wanted if each not in known]
        if strange := [each for each in refused if not GUID.fullmatch(each)]:
            raise ConnectError(f"no subscription that can be read is called {strange[0]!r}")
    if options.management_group:
        found = [each for each in found if options.management_group.lower() in each.chain]
    include, exclude = listed(options.include_subscriptions), listed(options.exclude_subscriptions)
    return [each for each in found if fits(each, include, exclude)], refused


def _none(options: AzureOptions, refused: Sequence[str]) -> str:
    if refused:
        return f"{', '.join(refused)} cannot be read: grant Reader on it (`demarc permissions azure`), or check the id"
    if options.management_group:
        return f"no subscription below the management group {options.management_group!r} can be read: is it the group's id?"
    return "no subscription is left: see --include-subscriptions and --exclude-subscriptions"


def _explain(error: Failure | ValueError | OSError, options: AzureOptions) -> str:
    """Return one line on why Azure can't be entered and what to do."""
    return " ".join(_explained(error, options).split())


def _explained(error: Failure | ValueError | OSError, options: AzureOptions) -> str:
    if options.from_:
        return f"{options.from_}: {error}"
    if isinstance(error, ClientAuthenticationError):
        first = message_of(error).partition(" To mitigate")[0]
        return (
            f"Azure gave no token ({first[:300]}): `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
        )
    if isinstance(error, ApiError) and error.status in (401, 403):
        return f"Azure refuses these credentials ({error.message}): grant Reader, or see `demarc permissions azure`"
    if isinstance(error, (ApiError, DecodeError)):
        return f"what answers is not as Azure is: {error}"
    if isinstance(error, AzureError):
        return f"Azure cannot be reached: {message_of(error)}"
    return f"Azure cannot be entered: {error}"
