"""The way in: whose credentials, what to read, and the hierarchy, without which nothing can be told to whom it belongs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from google.auth.exceptions import GoogleAuthError

from collectors.budget import Budget, Pace
from collectors.gcp.assemble import Assembler
from collectors.gcp.client import RESOURCE, Asked, Client
from collectors.gcp.collect import Chosen, GcpCollector, Source
from collectors.gcp.errors import FAILURES, DecodeError, message_of
from collectors.gcp.export import Export
from collectors.gcp.kept import Kept
from collectors.gcp.options import GcpOptions
from collectors.gcp.session import ReadSession, base, credentials, explain, scope
from collectors.gcp.spec import FOLDER, ORG_POLICY, ORGANIZATION, PROJECT, SET_ABOVE, Spec
from collectors.gcp.tree import Tree
from collectors.redact import Redactor
from scanner.provider import ConnectError, Selection

OLDEST = timedelta(days=35)  # Source: API reference, ListAssets, readTime
# Types that a scope of its kind holds: to ask a project for organizations is refused as a whole.
ABOVE = {
    "organizations": (ORGANIZATION, FOLDER, PROJECT, *SET_ABOVE),
    "folders": (FOLDER, PROJECT, *SET_ABOVE),
    "projects": (PROJECT, ORG_POLICY),
}


def connect(options: GcpOptions, specs: Sequence[Spec], selection: Selection, secret_key: Callable[[], bytes]) -> GcpCollector:
    """Enter what is to be read. Raises :class:`ConnectError` with one line that says what to do."""
    budget = Budget(options.max_calls or None, options.max_seconds or None, pace=Pace(options.calls_per_second))
    moment = _moment(options)
    source, where = (Export(options.from_), options.scope) if options.from_ else _api(options, budget)
    identity = _identity(options, where, specs, secret_key()) if options.resume else ""
    kept = Kept(options.resume, identity)
    tree = Tree()
    kept.read_time = kept.read_time or moment
    try:
        _read(source, where, tree, kept)
    except FAILURES as error:
        tree.whole = False
        if not (options.from_ and tree.nodes):  # of an export that is cut, the rest says enough to tell whose things are whose
            said = f"{options.from_}: {message_of(error)}" if options.from_ else explain(error, options, where)
            raise ConnectError(said) from error
    where = tree.key(where) or where or tree.top()
    tree.chosen(_listed(options.include_projects), _listed(options.exclude_projects))
    every = {asset: spec for spec in specs for asset in spec.assets}
    chosen = Chosen(where, tuple(specs), bool(selection.services), selection.regions, bool(options.from_))
    return GcpCollector(source, chosen, Assembler(every, tree, Redactor(secret_key())), kept, budget)


def _api(options: GcpOptions, budget: Budget) -> tuple[Source, str]:
    try:
        who, project = credentials(options)
    except (GoogleAuthError, ValueError, OSError) as error:
        raise ConnectError(explain(error, options, "Google Cloud")) from error
    return Client(ReadSession(who, base(options), budget), options, budget), scope(options, project)


def _read(source: Source, where: str, tree: Tree, kept: Kept) -> None:
    """Read the hierarchy, and learn the time of the snapshot where none was asked for. Raises one of ``FAILURES``."""
    kinds = ABOVE.get(where.partition("/")[0], ABOVE["organizations"])
    for page in source.pages(Asked(where, RESOURCE, kept.read_time, kinds)):
        if page.broken:
            raise DecodeError("a node of the hierarchy cannot be made out")
        kept.read_time = kept.read_time or page.read_time
        for asset in page.assets:
            tree.add(asset)
    if not tree.nodes:
        raise ConnectError(f"{where or 'the export'} holds no organization, folder or project: is there such a thing?")


def _moment(options: GcpOptions) -> str:
    moment = options.moment()
    if moment is None:
        return ""
    if not datetime.now(UTC) - OLDEST < moment <= datetime.now(UTC):
        raise ConnectError(f"--as-of {options.as_of}: Asset Inventory knows the last {OLDEST.days} days")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _identity(options: GcpOptions, where: str, specs: Sequence[Spec], key: bytes) -> str:
    """Return what a kept scan must have asked to be gone on with: the same, described and hidden the same way."""
    asked = (where, options.as_of, options.include_projects, options.exclude_projects, specs)
    return blake2b(repr(asked).encode(), key=key[:64], digest_size=16).hexdigest()


def _listed(given: str) -> list[str]:
    return [each.strip() for each in given.split(",") if each.strip()]
