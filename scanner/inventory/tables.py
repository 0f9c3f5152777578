"""The tables. Their comments are the reference for people who query them; the views are what queries should rest on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator[datetime]):
    """A point in time: ``timestamptz`` on PostgreSQL, ISO 8601 text in UTC on SQLite, where it sorts as it should."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return datetime.fromisoformat(value) if isinstance(value, str) else value


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Key = BigInteger().with_variant(Integer, "sqlite")
Real = Float(53).with_variant(Double(), "postgresql")


def _key(comment: str) -> Column[int]:
    return Column("pk", Key, primary_key=True, autoincrement=True, comment=comment)


def _of(table: str, comment: str, name: str = "", **more: Any) -> Column[int]:
    return Column(name or f"{table}_pk", Key, ForeignKey(f"{table}.pk"), comment=comment, **more)


def _text(name: str, comment: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", comment=comment)


def _count(name: str, comment: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0", comment=comment)


def _real(name: str, comment: str) -> Column[float]:
    return Column(name, Real, nullable=False, server_default="0", comment=comment)


meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True, comment="What it is"),
    Column("value", LargeBinary, nullable=False, comment="Its bytes"),
    comment="Secrets of this inventory itself: the key under which stored secrets are hashed",
)
about = Table(
    "about",
    metadata,
    Column("name", Text, primary_key=True, comment="What is said"),
    _text("value", "What it is"),
    comment="What this inventory says of itself: the edition of its views",
)
account = Table(
    "account",
    metadata,
    _key("Number of the account in this inventory"),
    _text("provider", "aws, azure, gcp, ..."),
    _text("account_id", "The provider's own id"),
    _text("name", "Its name, where the provider tells one"),
    _text("partition", "Partition of the cloud"),
    _text("parent", "Organization, management group or folder above it"),
    UniqueConstraint("provider", "account_id"),
    comment="Accounts that were scanned",
)
snapshot = Table(
    "snapshot",
    metadata,
    _key("Number of the snapshot; later ones are larger"),
    _of("account", "The account that was looked at", nullable=False, index=True),
    _text("status", "complete, partial (it has gaps), failed or interrupted; pruned: only its time is kept"),
    Column("started_at", Moment, nullable=False, comment="When reading began; the time that checks take for now"),
    Column("ended_at", Moment, comment="When reading ended"),
    _count("added", "Resources that are new"),
    _count("changed", "Resources whose content changed"),
    _count("removed", "Resources that a complete listing no longer had"),
    _count("unchanged", "Resources that are as they were"),
    _count("gaps", "Things that could not be read"),
    Column("calls", Json, comment="API calls sent, by operation"),
    Column("selection", Json, comment="Regions and services that the scan was narrowed to"),
    _text("note", "Why it ended early"),
    comment="One look at one account",
)
HOLDS = text("valid_to IS NULL")
listing = Table(
    "listing",
    metadata,
    _key("Number of the row"),
    _of("account", "The account", nullable=False),
    _text("resource_type", "The type that was listed"),
    _text("region", "Where; global for services without regions"),
    Column("complete", Boolean, nullable=False, comment="Whether these looks read it to its end"),
    _of("snapshot", "First of the looks that went this way", name="valid_from", nullable=False),
    _of("snapshot", "The look that went another way; null while it is so", name="valid_to"),
    _of("snapshot", "Last of the looks that went this way", nullable=False),
    _of("snapshot", "The last look until then that read it to its end", name="whole_pk"),
    _text("edition", "Hash of the checks under which all of its resources were last judged"),
    Index(
        "uq_listing_place",
        "account_pk",
        "resource_type",
        "region",
        unique=True,
        postgresql_where=HOLDS,
        sqlite_where=HOLDS,
    ),
    comment="How the listings of each type in each region went: a row for each series of looks that went the same way",
)
resource = Table(
    "resource",
    metadata,
    _key("Number of the resource"),
    _of("account", "The account it is in", nullable=False),
    Column("key", String(32), nullable=False, comment="Hash of type, listing region and native id"),
    _text("resource_type", "Its type, as aws.s3.bucket"),
    _text("listed_in", "Region whose listing returns it"),
    _text("region", "Region it lives in"),
    _text("resource_id", "The provider's own id"),
    _text("name", "Its name"),
    _text("service", "The service of the split that it counts for"),
    _text("content_hash", "Hash over name, region and facts without their volatile parts"),
    Column("volatile", Json, comment="Latest observation of what changes without meaning (last used)"),
    _text("fingerprint", "Hash over all that the last scan returned of it; empty when it did not return all"),
    Column("first_seen_at", Moment, nullable=False, comment="When it was first seen"),
    Column("last_changed_at", Moment, nullable=False, comment="When its content last changed"),
    Column("closed_at", Moment, comment="When a complete listing no longer had it"),
    UniqueConstraint("account_pk", "key"),
    Index("ix_resource_scope", "account_pk", "resource_type", "listed_in", "pk"),
    comment="Everything that was ever seen",
)
ENDED = text("valid_to IS NOT NULL")
version = Table(
    "resource_version",
    metadata,
    _key("Number of the version"),
    _of("resource", "The resource", nullable=False, index=True),
    _of("snapshot", "First snapshot that saw it so", name="valid_from", nullable=False, index=True),
    _of("snapshot", "Snapshot that saw it otherwise or gone", name="valid_to"),
    _text("name", "Its name then"),
    _text("region", "Its region then"),
    Column("facts", Json, nullable=False, comment="Facts by name; null: the provider said not configured"),
    # Only of what ended: an engine without statistics would search the current versions by it, which nearly all are.
    Index("ix_resource_version_valid_to", "valid_to", postgresql_where=ENDED, sqlite_where=ENDED),
    Index("ix_resource_version_tags", text("(facts -> 'tags')"), postgresql_using="gin", postgresql_where=HOLDS).ddl_if(
        dialect="postgresql"  # SQLite has no index of this kind: `demarc db index` makes one for each tag that is asked for
    ),
    comment="What a resource was like, from one snapshot to another; a row only where something changed",
)
gap = Table(
    "gap",
    metadata,
    _key("Number of the gap"),
    _of("account", "The account", nullable=False),
    _of("resource", "The resource; null when a whole listing failed", index=True),
    _text("resource_type", "The type that was read"),
    _text("region", "Where"),
    _text("service", "The service of the split"),
    _text("fact", "The fact that is missing; empty when a whole listing failed"),
    _text("operation", "The call that failed"),
    _text("reason", "denied, throttled, disabled, unavailable or error"),
    _text("code", "The provider's error code"),
    _text("permission", "What would have to be granted"),
    _text("message", "The provider's words"),
    _of("snapshot", "First snapshot of the unbroken series that missed it", name="since", nullable=False),
    _of("snapshot", "First snapshot that missed it for this reason", name="valid_from", nullable=False),
    _of(
        "snapshot", "Snapshot that read it, missed it for another reason, or saw it gone; null while it is so", name="valid_to"
    ),
    Index("ix_gap_current", "account_pk", "resource_pk", postgresql_where=HOLDS, sqlite_where=HOLDS),
    comment="What could not be read, from one snapshot to another",
)
acceptance = Table(
    "acceptance",
    metadata,
    _key("Number of the acceptance"),
    _text("check_id", "The check whose failures are accepted; * stands for anything"),
    _text("account_id", "In which account; * stands for anything"),
    _text("resource_id", "On which resource; * stands for anything"),
    _text("tag", "Only where the resource has this tag, as name=value; empty for any"),
    _text("owner", "Who answers for it"),
    _text("reason", "Why it is accepted"),
    Column("accepted_at", Moment, nullable=False, comment="When it was said"),
    Column("until", Moment, nullable=False, comment="When it ends"),
    _text("source", "The file that says it; empty when it was said to the command line"),
    Column("withdrawn_at", Moment, comment="When it was taken back"),
    comment="Failures that somebody signed off for a time: they stay known, and earn nothing",
)
attestation = Table(
    "attestation",
    metadata,
    _key("Number of the attestation"),
    _text("account_id", "For which account; * stands for anything"),
    _text("service", "The service of the split"),
    _text("area", "The area of the split"),
    _text("statement", "What is stated"),
    _text("owner", "Who states it"),
    _text("evidence", "Where the evidence is"),
    Column("attested_at", Moment, nullable=False, comment="When it was said"),
    Column("until", Moment, nullable=False, comment="When it ends"),
    _text("source", "The file that says it; empty when it was said to the command line"),
    Column("withdrawn_at", Moment, comment="When it was taken back"),
    comment="Statements by people on cells of the split that no API shows",
)
BLIND = text("status = 'unknown'")
OPEN = text("opened_at IS NOT NULL AND resolved_at IS NULL")
finding = Table(
    "finding",
    metadata,
    _key("Number of the finding"),
    Column("finding_id", String(32), nullable=False, unique=True, comment="Its name, the same for ever"),
    _of("account", "The account", nullable=False, index=True),
    _of("resource", "The resource that was judged", nullable=False),
    _text("check_id", "The check"),
    _text("control", "The control that the check tests"),
    _text("area", "The area of the split"),
    _text("owner", "customer or shared"),
    _text("service", "The service whose cell it counts for"),
    _text("service_model", "The service's model in the split"),
    _text("severity", "informational, low, medium, high or critical"),
    Column("status", Text, comment="pass, fail or unknown; null once resource, duty or check is gone"),
    _text("reason", "Why, in words"),
    Column("evidence", Json, comment="Paths and values that a failing check read"),
    _text("operation", "The call whose answer is missing"),
    _text("permission", "What would have to be granted to know"),
    Column("opened_at", Moment, comment="When it last began to fail"),
    Column("resolved_at", Moment, comment="When it ceased to fail"),
    _count("reopened", "How often it failed again after it was resolved"),
    Column("known", Text, comment="Last verdict that was not unknown"),
    Column("known_at", Moment, comment="Until when that verdict held, while the status is unknown"),
    _of("snapshot", "Last snapshot that changed it", nullable=False),
    _of("acceptance", "The acceptance that covered its failure at the last scan"),
    UniqueConstraint("resource_pk", "check_id"),
    Index("ix_finding_open", "account_pk", "severity", postgresql_where=OPEN, sqlite_where=OPEN),
    Index("ix_finding_blind", "account_pk", "operation", postgresql_where=BLIND, sqlite_where=BLIND),
    comment="The verdict of one check on one resource, and its life",
)
event = Table(
    "finding_event",
    metadata,
    _key("Number of the event"),
    _of("finding", "The finding", nullable=False, index=True),
    _text("event", "opened, resolved or reopened"),
    _text("cause", "failed, passed, gone, not due or check retired"),
    Column("at", Moment, nullable=False, comment="When"),
    _of("snapshot", "The snapshot that brought it", nullable=False),
    comment="Turns in the life of findings",
)
COUNTS = (
    ("passed", "Evaluations that passed"),
    ("failed", "Evaluations that failed"),
    ("unknown", "Evaluations that were due and could not be made"),
)
TRIPLE = (
    ("expected", "Weight of all evaluations that were due"),
    ("known", "Weight of those that could be made"),
    ("earned", "Weight of those that passed"),
)
score = Table(
    "score",
    metadata,
    _key("Number of the row"),
    _of("snapshot", "The snapshot that it sums up", nullable=False, index=True),
    _of("account", "The account", nullable=False),
    _text("region", "Region"),
    _text("service", "Service"),
    _text("area", "Area of the split"),
    _text("check_id", "Check"),
    _text("severity", "Severity of the check"),
    _text("owner", "customer or shared"),
    *(_count(*each) for each in COUNTS),
    _count("accepted", "Failures that somebody signed off"),
    *(_real(*each) for each in TRIPLE),
    comment="Additive triples: every figure is a ratio of sums over any slice of the latest snapshot of each account",
)
ledger = Table(
    "ledger",
    metadata,
    _key("Number of the row"),
    _of("snapshot", "The snapshot that it sums up", nullable=False, index=True),
    _of("account", "The account", nullable=False),
    _text("service", "Service in use"),
    _text("service_model", "Its model"),
    _text("area", "Area of the split"),
    _text("owner", "provider, shared or customer"),
    _text("state", "provider, assessed, partly blind, blind, attested, dark, not due, elsewhere or not visible"),
    _count("checks", "Checks that exist for the cell"),
    *(_count(*each) for each in COUNTS),
    *(_real(*each) for each in TRIPLE),
    _text("provider_duty", "What the provider does"),
    _text("customer_duty", "What is left to the customer"),
    _text("source", "Where the provider says so"),
    _text("note", "What else there is to say"),
    comment="The split: for each service in use and each area, who owns it and how it stands",
)
RUNNING = text("state = 'running'")
WAITING = text("state = 'waiting'")
QUEUED = text("state = 'queued'")
run = Table(
    "run",
    metadata,
    _key("Number of the run"),
    _text("schedule", "The schedule that it is due by; now when somebody asked for it"),
    _text("provider", "aws, azure, gcp, ...; empty for what is no scan"),
    _text("target", "Name of the account in demarc.toml; empty for the one of the ambient credentials"),
    Column("slot", Moment, nullable=False, comment="Time at which it was due: of several daemons, one can enter it"),
    _text("state", "waiting, queued, running, done, failed, interrupted, lost or missed"),
    _text("daemon", "The daemon that has it, or had it last"),
    _count("attempt", "How often it was begun; a scan commits only under the attempt that it was begun as"),
    _count("beat", "Grows while the daemon that has it lives"),
    Column("began_at", Moment, comment="When it was last begun"),
    Column("ended_at", Moment, comment="When it ended"),
    Column("again_at", Moment, comment="When it may be begun again; null when it may not"),
    Column("accounts", Json, comment="What it wrote: provider, id, snapshot and status of each account"),
    _text("note", "Why it ended so"),
    Column("queued_at", Moment, comment="When it was last put into the queue of the workers"),
    Column("sent_at", Moment, comment="When the broker took its message; null while it has to be sent"),
    UniqueConstraint("schedule", "provider", "target", "slot"),
    Index("uq_run_running", "provider", "target", unique=True, postgresql_where=RUNNING, sqlite_where=RUNNING),
    Index("uq_run_waiting", "provider", "target", unique=True, postgresql_where=WAITING, sqlite_where=WAITING),
    Index("uq_run_queued", "provider", "target", unique=True, postgresql_where=QUEUED, sqlite_where=QUEUED),
    Index("ix_run_target", "provider", "target", "slot"),
    comment="What daemons had to do: a row for each account and time slot of a schedule, and for each scan asked for",
)
daemon = Table(
    "daemon",
    metadata,
    _key("Number of the daemon"),
    Column("name", Text, nullable=False, unique=True, comment="Its name: host, process and a random part"),
    _text("version", "Its version of demarc"),
    Column("started_at", Moment, nullable=False, comment="When it started"),
    Column("seen_at", Moment, nullable=False, comment="When it last said that it lives, by its own clock"),
    Column("role", Text, nullable=False, server_default="daemon", comment="daemon or worker"),
    comment="Daemons and workers of this inventory",
)
pause = Table(
    "pause",
    metadata,
    _key("Number of the pause"),
    Column("schedule", Text, nullable=False, unique=True, comment="The schedule that begins no scans; * stands for all"),
    _text("reason", "Why"),
    Column("paused_at", Moment, nullable=False, comment="Since when"),
    comment="Schedules that are paused",
)
OPENED = text("resolved_at IS NULL")
alert = Table(
    "alert",
    metadata,
    _key("Number of the alert"),
    _text("kind", "overdue, incomplete or failing"),
    _text("provider", "aws, azure, gcp, ..."),
    _text("target", "Name of the account in demarc.toml; empty for the one of the ambient credentials"),
    _text("account_id", "The provider's id of the account; empty while none is known"),
    Column("since", Moment, comment="Last time at which all was well; null when it never was"),
    Column("opened_at", Moment, nullable=False, comment="When it was noticed"),
    Column("resolved_at", Moment, comment="When it was over"),
    _text("note", "What is known of the cause"),
    Index(
        "uq_alert_open",
        "kind",
        "provider",
        "target",
        "account_id",
        unique=True,
        postgresql_where=OPENED,
        sqlite_where=OPENED,
    ),
    comment="Findings on the scanning itself: accounts that are not looked at as their schedule promises",
)
channel = Table(
    "channel",
    metadata,
    _key("Number of the channel"),
    Column("name", Text, nullable=False, unique=True, comment="Its name in demarc.toml"),
    _count("told", "Number of the last snapshot whose news were written for it"),
    Column("added_at", Moment, nullable=False, comment="Since when news are written for it"),
    comment="Where news go, and how far they were written",
)
UNSENT = text("state = 'waiting'")
outbox = Table(
    "outbox",
    metadata,
    _key("Number of the message"),
    _text("channel", "Name of the channel"),
    _text("key", "What it tells of; a channel is told once"),
    Column("body", Json, nullable=False, comment="What is told, before it gets the form of the channel"),
    _text("state", "waiting, delivered, refused or expired"),
    _count("attempts", "How often it was sent"),
    Column("made_at", Moment, nullable=False, comment="When it was written"),
    Column("next_at", Moment, nullable=False, comment="When it may be sent next"),
    Column("ended_at", Moment, comment="When it was delivered, or given up"),
    _text("answer", "What came of the last attempt"),
    UniqueConstraint("channel", "key"),
    Index("ix_outbox_unsent", "channel", "pk", postgresql_where=UNSENT, sqlite_where=UNSENT),
    comment="Messages to channels, kept until they are delivered",
)
# What the dashboard pages through: a check's verdicts in an account, and what some looks brought.
Index("ix_finding_page", finding.c.check_id, finding.c.account_pk, finding.c.status, finding.c.pk)
Index("ix_finding_event_snapshot_pk", event.c.snapshot_pk, event.c.pk)
GONE = text("closed_at IS NOT NULL")
Index("ix_resource_gone", resource.c.account_pk, resource.c.resource_type, postgresql_where=GONE, sqlite_where=GONE)
audit = Table(
    "audit",
    metadata,
    _key("Number of the entry"),
    Column("at", Moment, nullable=False, comment="When"),
    _text("actor", "Who did it"),
    _text("role", "In which role: viewer or operator"),
    _text("address", "From which address"),
    _text("action", "accept, attest, withdraw or scan"),
    Column("subject", Json, nullable=False, comment="What was said, or of what"),
    comment="What was changed through the dashboard, and by whom",
)
STALE = text("state = 'waiting'")
change = Table(
    "change",
    metadata,
    _key("Number of the change"),
    _text("provider", "aws, azure, gcp, ..."),
    _text("account_id", "The provider's id of the account in which something changed"),
    _text("event", "The provider's id of the announcement; the same one may come several times"),
    _text("what", "What was done, as the provider writes it"),
    _text("service", "The service of the split whose resources are no longer known to be as they were seen"),
    _text("region", "Where; empty where that is not told"),
    _text("resource_type", "The type of what changed, where that is told"),
    _text("resource_id", "The provider's id of what changed, where that is told"),
    Column("happened_at", Moment, nullable=False, comment="When it happened, by the provider"),
    Column("received_at", Moment, nullable=False, comment="When it was received"),
    Column("due_at", Moment, nullable=False, comment="When it may be scanned"),
    _text("state", "waiting, done, or left: to the next scan by schedule"),
    _count("tries", "How many scans were begun for it"),
    Column("run_pk", Key, comment="The last of these"),
    UniqueConstraint("provider", "event", "service", "region", "resource_id"),
    Index("ix_change_waiting", "provider", "account_id", postgresql_where=STALE, sqlite_where=STALE),
    comment="Changes that a cloud announced, and whether they were looked at since",
)
listener = Table(
    "listener",
    metadata,
    _key("Number of the queue"),
    Column("name", Text, nullable=False, unique=True, comment="Its name in the configuration"),
    _text("provider", "aws, azure, gcp, ..."),
    _text("target", "Name, in demarc.toml, of the account with whose credentials it is read"),
    Column("heard_at", Moment, nullable=False, comment="When a daemon could last read it, or began to try"),
    _text("note", "Why the last attempt to read it failed; empty when it did not"),
    comment="Queues in which clouds announce changes",
)
