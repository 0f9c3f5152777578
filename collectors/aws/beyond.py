"""What is there besides the described types: resources that AWS's own catalogues show and that no spec covers.

Resource Explorer knows all resources of the regions that it indexes; the tagging API, of any region, those that have or had
tags. What one of them shows is kept as a bare resource, under a type of its own that says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from collectors.aws.errors import FAILURES, DecodeError, Failure, code_of, message_of
from collectors.aws.facts import GLOBAL, tags
from collectors.aws.permissions import actions, prefix
from collectors.aws.read import Caller, plain, unread
from collectors.aws.session import Connection
from collectors.aws.spec import Call, Spec
from collectors.aws.unit import side_by_side
from collectors.redact import Redactor
from scanner.model import Event, Fact, Gap, Listed, Present, Resource
from scanner.provider import Probe

BARE = "aws.unknown"
SERVICE = "aws.account"
EXPLORER, TAGGING = "resource-explorer-2", "resourcegroupstaggingapi"
INDEXES = Call("list_indexes", "Indexes", service=EXPLORER, MaxResults=100)
# The Service Authorization Reference names no action for it. These two are what AWS's own read-only policy grants
# (AWSResourceExplorerReadOnlyAccess); not verified: which of them AWS asks for.
LISTING = "resource-explorer-2:Search resource-explorer-2:List*"
INDEXED = Call("list_resources", "Resources", service=EXPLORER, iam=LISTING, MaxResults=1000)
TAGGED = Call("get_resources", "ResourceTagMappingList", service=TAGGING, iam="tag:GetResources", ResourcesPerPage=100)
CATALOGUES = (INDEXES, INDEXED, TAGGED)
NO_VIEW = frozenset({"ResourceNotFoundException", "UnauthorizedException"})  # an index alone shows nothing without a view
FLEETING = frozenset({"LastReportedAt"})  # when the catalogue last looked
PREFIX = re.compile(r"[^:/{]*(?=[:/])")
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

# What ARNs call a described type, where that is neither in its spec's id nor like its name. Source: the resource types of each
# service in the Service Authorization Reference.
CALLED = {
    "appsync": ("apis",),
    "autoscaling": ("autoScalingGroup",),
    "backup": ("backup-plan", "backup-vault", "recovery-point"),
    "codebuild": ("token",),
    "config": ("config-aggregator", "configuration-recorder"),
    "dms": ("rep", "task"),
    "elasticache": ("cluster",),
    "inspector2": ("owner",),
    "lightsail": ("RelationalDatabase",),
    "network-firewall": ("firewall-policy",),
    "organizations": ("policy",),
    "rds": ("cluster-pg", "db", "db-proxy", "es", "og", "pg"),
    "route53": ("hostedzone",),
    "route53resolver": ("firewall-rule-group-association",),
    "sagemaker": ("notebook-instance-lifecycle-config",),
    "sns": ("",),
    "sqs": ("",),
}
SCOPED = frozenset({"wafv2"})  # the kind stands behind whether it is regional. Source: as above


def _itself() -> Spec:
    """Return what calls are made for. No constant of the module: those are the described types."""
    return Spec(type=BARE, service=SERVICE, api=TAGGING, title="What no spec covers", id="{ARN}")


Put = Callable[[Event], None]
Kind = tuple[str, str]
"""The service of an ARN and what stands first in the resource part, letters and digits alone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One resource in a catalogue."""

    arn: str
    region: str
    row: Mapping[str, Any]


@dataclass
class Listing:
    """What types one catalogue showed, and why it broke off where it did."""

    call: Call
    where: str
    types: dict[str, None] = field(default_factory=dict)
    error: Failure | None = None


class Beyond:
    """Asks the catalogues about one account."""

    def __init__(
        self, connection: Connection, regions: Sequence[str], redactor: Redactor, covered: frozenset[Kind], put: Put
    ) -> None:
        self._connection = connection
        self._regions = regions
        self._redactor = redactor
        self._covered = covered
        self._put = put

    def run(self, readers: Executor) -> None:
        """Put every bare resource, why a catalogue could not be read, and for each type what was listed to its end.

        An index lists in the region ``global``, the tagging API where it is asked: what the one showed, the other cannot close.
        """
        indexed, whole = self._indexed()
        bare = list(side_by_side(readers, self._index, sorted(set(indexed.values()))))
        left = {region for region, where in indexed.items() for each in bare if each.error and each.where == where}
        tagged = [region for region in self._regions if region not in indexed or region in left]
        self._tell(bare, GLOBAL, complete=whole and not left)
        for each in side_by_side(readers, self._tags, tagged):
            self._tell([each], each.where, complete=not each.error)

    def _tell(self, listings: Sequence[Listing], place: str, *, complete: bool) -> None:
        """Put how *listings* of one place ended."""
        for listing in listings:
            if listing.error and not (listing.call is INDEXED and code_of(listing.error) in NO_VIEW):
                self._put(self._gap(listing.call, listing.where, listing.error))
        if listings and place != GLOBAL:
            self._put(Listed(BARE, place, complete=complete))
        for type in dict.fromkeys(type for listing in listings for type in listing.types):
            self._put(Listed(type, place, complete=complete))

    def probe(self) -> Iterator[Probe]:
        """Try the catalogues of the first region, each once; the index only where there is one."""
        where = self._regions[0] if self._regions else self._connection.region
        indexed, _ = self._indexed()
        for call in CATALOGUES if indexed else (INDEXES, TAGGED):
            code = ""
            try:
                next(self._rows(call, where), None)
            except FAILURES as error:
                code = "" if code_of(error) in NO_VIEW else code_of(error)
            known = unread(DecodeError(), _itself(), call)
            yield Probe(SERVICE, known.operation, known.permission, where, code)

    def _indexed(self) -> tuple[Mapping[str, str], bool]:
        """Return for each region that is indexed where to ask for it, and whether all that are indexed are read.

        Where nobody tells, none is.
        """
        clients, account = self._connection.clients, self._connection.account
        if not clients.offers(EXPLORER, self._connection.region, account.partition):
            return {}, False
        try:
            indexes = {str(row["Region"]): row.get("Type") for row in self._rows(INDEXES, self._connection.region)}
        except FAILURES as error:
            self._put(self._gap(INDEXES, GLOBAL, error))
            self._put(Listed(BARE, GLOBAL, complete=False))
            return {}, False
        self._put(Listed(BARE, GLOBAL, complete=True))
        of_all = next((region for region, kind in indexes.items() if kind == "AGGREGATOR"), "")
        return {region: of_all or region for region in self._regions if region in indexes}, indexes.keys() <= set(self._regions)

    def _index(self, where: str) -> Listing:
        return self._listing(INDEXED, where, GLOBAL, {*self._regions, GLOBAL})

    def _tags(self, region: str) -> Listing:
        return self._listing(TAGGED, region, region, {region, GLOBAL})

    def _listing(self, call: Call, where: str, place: str, regions: Container[str]) -> Listing:
        """Put what one catalogue shows of *regions* that no spec covers; *place* is the region that lists it."""
        listing = Listing(call, where)
        try:
            for each in self._shown(call, where):
                owner = each.row.get("OwningAccountId") or each.arn.split(":")[4]
                ours = owner in ("", self._connection.account.id) and each.region in regions
                if ours and kind_of(each.arn) not in self._covered:
                    resource = self._resource(each, place)
                    listing.types[resource.type] = None
                    self._put(resource)
        except FAILURES as error:
            listing.error = error
        return listing

    def _shown(self, call: Call, where: str) -> Iterator[Shown]:
        for row in self._rows(call, where):
            arn = str(row.get("Arn") or row.get("ResourceARN") or "")
            if arn.count(":") >= 5:
                yield Shown(arn, str(row.get("Region") or arn.split(":")[3] or GLOBAL), row)

    def _rows(self, call: Call, region: str) -> Iterator[Mapping[str, Any]]:
        clients = self._connection.clients
        clients.budget.check()
        for page in Caller(clients(call.service, region), clients.budget).pages(call, call.params):
            yield from page or ()

    def _resource(self, each: Shown, place: str) -> Resource:
        row = self._redactor.sweep(plain({name: value for name, value in each.row.items() if name not in FLEETING}))
        facts: dict[str, Fact] = {"item": Present(row)}
        if "Tags" in row:
            facts["tags"] = tags(facts, "item.Tags")
        name = re.split("[:/]", each.arn)[-1]
        return Resource(type_of(each.arn), each.arn, self._connection.account.id, each.region, facts, name, place)

    def _gap(self, call: Call, region: str, error: Failure) -> Gap:
        known = unread(error, _itself(), call)
        return Gap(BARE, region, SERVICE, known.operation, known.reason, code_of(error), known.permission, message_of(error))


def kind_of(arn: str) -> Kind:
    """Return what kind of thing an ARN, or the template of one, names."""
    service, first = _parts(arn)
    return service, plainly(first)


def _parts(arn: str) -> tuple[str, str]:
    parts = arn.split(":", 5)
    if "" in CALLED.get(parts[2], ()):
        return parts[2], ""  # a name stands first, which must not pass for a kind
    rest = parts[5].lstrip("/")
    first = PREFIX.match(rest.partition("/")[2] if parts[2] in SCOPED else rest)
    return parts[2], first[0] if first else ""


def plainly(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def type_of(arn: str) -> str:
    """Return the type of what no spec covers: that of a DHCP options set is ``aws.unknown.ec2_dhcp_options``."""
    words = WORDS.sub("_", "_".join(_parts(arn))).lower()
    return f"{BARE}.{re.sub('[^a-z0-9]+', '_', words).strip('_')}"


def covered(specs: Iterable[Spec]) -> frozenset[Kind]:
    """Return what kinds of things the described types are."""
    found = {(service, plainly(name)) for service, names in CALLED.items() for name in names}
    for spec in specs:
        found.add((prefix(spec.api), plainly(spec.type.rpartition(".")[2])))
        if spec.id.startswith("arn:"):
            found.add(kind_of(spec.id))
    return frozenset(found)


def permissions() -> tuple[str, ...]:
    """Return the actions without which the catalogues are refused."""
    return tuple(dict.fromkeys(action for call in CATALOGUES for action in actions(_itself(), call)))
