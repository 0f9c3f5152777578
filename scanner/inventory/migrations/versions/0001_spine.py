"""The spine: accounts, snapshots, resources and their versions, gaps, findings and their life, scores, the split."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scanner.inventory import views
from scanner.inventory.tables import Json, Key, Moment, Real

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column(
            "pk",
            Key,
            autoincrement=True,
            nullable=False,
            comment="Number of the account in this inventory",
        ),
        sa.Column("provider", sa.Text(), server_default="", nullable=False, comment="aws, azure, gcp, ..."),
        sa.Column("account_id", sa.Text(), server_default="", nullable=False, comment="The provider's own id"),
        sa.Column("name", sa.Text(), server_default="", nullable=False, comment="Its name, where the provider tells one"),
        sa.Column("partition", sa.Text(), server_default="", nullable=False, comment="Partition of the cloud"),
        sa.Column(
            "parent",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Organization, management group or folder above it",
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_account")),
        sa.UniqueConstraint("provider", "account_id", name=op.f("uq_account_provider_account_id")),
        comment="Accounts that were scanned",
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False, comment="What it is"),
        sa.Column("value", sa.LargeBinary(), nullable=False, comment="Its bytes"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
        comment="Secrets of this inventory itself: the key under which stored secrets are hashed",
    )
    op.create_table(
        "resource",
        sa.Column(
            "pk",
            Key,
            autoincrement=True,
            nullable=False,
            comment="Number of the resource",
        ),
        sa.Column(
            "account_pk",
            Key,
            nullable=False,
            comment="The account it is in",
        ),
        sa.Column("key", sa.String(length=32), nullable=False, comment="Hash of type, listing region and native id"),
        sa.Column("resource_type", sa.Text(), server_default="", nullable=False, comment="Its type, as aws.s3.bucket"),
        sa.Column("listed_in", sa.Text(), server_default="", nullable=False, comment="Region whose listing returns it"),
        sa.Column("region", sa.Text(), server_default="", nullable=False, comment="Region it lives in"),
        sa.Column("resource_id", sa.Text(), server_default="", nullable=False, comment="The provider's own id"),
        sa.Column("name", sa.Text(), server_default="", nullable=False, comment="Its name"),
        sa.Column(
            "service",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="The service of the split that it counts for",
        ),
        sa.Column(
            "content_hash",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Hash over name, region and facts without their volatile parts",
        ),
        sa.Column(
            "volatile",
            Json,
            nullable=True,
            comment="Latest observation of what changes without meaning (last used)",
        ),
        sa.Column(
            "first_seen_at",
            Moment(),
            nullable=False,
            comment="When it was first seen",
        ),
        sa.Column(
            "last_changed_at",
            Moment(),
            nullable=False,
            comment="When its content last changed",
        ),
        sa.Column(
            "closed_at",
            Moment(),
            nullable=True,
            comment="When a complete listing no longer had it",
        ),
        sa.ForeignKeyConstraint(["account_pk"], ["account.pk"], name=op.f("fk_resource_account_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_resource")),
        sa.UniqueConstraint("account_pk", "key", name=op.f("uq_resource_account_pk_key")),
        comment="Everything that was ever seen",
    )
    op.create_index("ix_resource_scope", "resource", ["account_pk", "resource_type", "listed_in"], unique=False)
    op.create_table(
        "snapshot",
        sa.Column(
            "pk",
            Key,
            autoincrement=True,
            nullable=False,
            comment="Number of the snapshot; later ones are larger",
        ),
        sa.Column(
            "account_pk",
            Key,
            nullable=False,
            comment="The account that was looked at",
        ),
        sa.Column(
            "status",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="complete, partial (it has gaps), failed or interrupted",
        ),
        sa.Column(
            "started_at",
            Moment(),
            nullable=False,
            comment="When reading began; the time that checks take for now",
        ),
        sa.Column("ended_at", Moment(), nullable=True, comment="When reading ended"),
        sa.Column("added", sa.Integer(), server_default="0", nullable=False, comment="Resources that are new"),
        sa.Column("changed", sa.Integer(), server_default="0", nullable=False, comment="Resources whose content changed"),
        sa.Column(
            "removed",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Resources that a complete listing no longer had",
        ),
        sa.Column("unchanged", sa.Integer(), server_default="0", nullable=False, comment="Resources that are as they were"),
        sa.Column("gaps", sa.Integer(), server_default="0", nullable=False, comment="Things that could not be read"),
        sa.Column(
            "calls",
            Json,
            nullable=True,
            comment="API calls sent, by operation",
        ),
        sa.Column(
            "selection",
            Json,
            nullable=True,
            comment="Regions and services that the scan was narrowed to",
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="Why it ended early"),
        sa.ForeignKeyConstraint(["account_pk"], ["account.pk"], name=op.f("fk_snapshot_account_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_snapshot")),
        comment="One look at one account",
    )
    op.create_index(op.f("ix_snapshot_account_pk"), "snapshot", ["account_pk"], unique=False)
    op.create_table(
        "finding",
        sa.Column(
            "pk",
            Key,
            autoincrement=True,
            nullable=False,
            comment="Number of the finding",
        ),
        sa.Column("finding_id", sa.String(length=32), nullable=False, comment="Its name, the same for ever"),
        sa.Column("account_pk", Key, nullable=False, comment="The account"),
        sa.Column(
            "resource_pk",
            Key,
            nullable=False,
            comment="The resource that was judged",
        ),
        sa.Column("check_id", sa.Text(), server_default="", nullable=False, comment="The check"),
        sa.Column("control", sa.Text(), server_default="", nullable=False, comment="The control that the check tests"),
        sa.Column("area", sa.Text(), server_default="", nullable=False, comment="The area of the split"),
        sa.Column("owner", sa.Text(), server_default="", nullable=False, comment="customer or shared"),
        sa.Column("service", sa.Text(), server_default="", nullable=False, comment="The service whose cell it counts for"),
        sa.Column("service_model", sa.Text(), server_default="", nullable=False, comment="The service's model in the split"),
        sa.Column(
            "severity",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="informational, low, medium, high or critical",
        ),
        sa.Column(
            "status",
            sa.Text(),
            nullable=True,
            comment="pass, fail or unknown; null once resource, duty or check is gone",
        ),
        sa.Column("reason", sa.Text(), server_default="", nullable=False, comment="Why, in words"),
        sa.Column(
            "evidence",
            Json,
            nullable=True,
            comment="Paths and values that a failing check read",
        ),
        sa.Column("operation", sa.Text(), server_default="", nullable=False, comment="The call whose answer is missing"),
        sa.Column("permission", sa.Text(), server_default="", nullable=False, comment="What would have to be granted to know"),
        sa.Column(
            "opened_at",
            Moment(),
            nullable=True,
            comment="When it last began to fail",
        ),
        sa.Column(
            "resolved_at",
            Moment(),
            nullable=True,
            comment="When it ceased to fail",
        ),
        sa.Column(
            "reopened",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="How often it failed again after it was resolved",
        ),
        sa.Column("known", sa.Text(), nullable=True, comment="Last verdict that was not unknown"),
        sa.Column(
            "known_at",
            Moment(),
            nullable=True,
            comment="Until when that verdict held, while the status is unknown",
        ),
        sa.Column(
            "snapshot_pk",
            Key,
            nullable=False,
            comment="Last snapshot that changed it",
        ),
        sa.ForeignKeyConstraint(["account_pk"], ["account.pk"], name=op.f("fk_finding_account_pk")),
        sa.ForeignKeyConstraint(["resource_pk"], ["resource.pk"], name=op.f("fk_finding_resource_pk")),
        sa.ForeignKeyConstraint(["snapshot_pk"], ["snapshot.pk"], name=op.f("fk_finding_snapshot_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_finding")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_finding_finding_id")),
        sa.UniqueConstraint("resource_pk", "check_id", name=op.f("uq_finding_resource_pk_check_id")),
        comment="The verdict of one check on one resource, and its life",
    )
    op.create_index(op.f("ix_finding_account_pk"), "finding", ["account_pk"], unique=False)
    op.create_table(
        "gap",
        sa.Column(
            "pk",
            Key,
            autoincrement=True,
            nullable=False,
            comment="Number of the gap",
        ),
        sa.Column("account_pk", Key, nullable=False, comment="The account"),
        sa.Column(
            "resource_pk",
            Key,
            nullable=True,
            comment="The resource; null when a whole listing failed",
        ),
        sa.Column("resource_type", sa.Text(), server_default="", nullable=False, comment="The type that was read"),
        sa.Column("region", sa.Text(), server_default="", nullable=False, comment="Where"),
        sa.Column("service", sa.Text(), server_default="", nullable=False, comment="The service of the split"),
        sa.Column(
            "fact",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="The fact that is missing; empty when a whole listing failed",
        ),
        sa.Column("operation", sa.Text(), server_default="", nullable=False, comment="The call that failed"),
        sa.Column(
            "reason",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="denied, throttled, disabled, unavailable or error",
        ),
        sa.Column("code", sa.Text(), server_default="", nullable=False, comment="The provider's error code"),
        sa.Column("permission", sa.Text(), server_default="", nullable=False, comment="What would have to be granted"),
        sa.Column("message", sa.Text(), server_default="", nullable=False, comment="The provider's words"),
        sa.Column(
            "since",
            Key,
            nullable=False,
            comment="First snapshot of the unbroken series that missed it",
        ),
        sa.ForeignKeyConstraint(["account_pk"], ["account.pk"], name=op.f("fk_gap_account_pk")),
        sa.ForeignKeyConstraint(["resource_pk"], ["resource.pk"], name=op.f("fk_gap_resource_pk")),
        sa.ForeignKeyConstraint(["since"], ["snapshot.pk"], name=op.f("fk_gap_since")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_gap")),
        comment="What could not be read when it was last tried",
    )
    op.create_index(op.f("ix_gap_account_pk"), "gap", ["account_pk"], unique=False)
    op.create_index(op.f("ix_gap_resource_pk"), "gap", ["resource_pk"], unique=False)
    op.create_table(
        "ledger",
        sa.Column(
            "pk",
            Key,
            autoincrement=True,
            nullable=False,
            comment="Number of the row",
        ),
        sa.Column(
            "snapshot_pk",
            Key,
            nullable=False,
            comment="The snapshot that it sums up",
        ),
        sa.Column("account_pk", Key, nullable=False, comment="The account"),
        sa.Column("service", sa.Text(), server_default="", nullable=False, comment="Service in use"),
        sa.Column("service_model", sa.Text(), server_default="", nullable=False, comment="Its model"),
        sa.Column("area", sa.Text(), server_default="", nullable=False, comment="Area of the split"),
        sa.Column("owner", sa.Text(), server_default="", nullable=False, comment="provider, shared or customer"),
        sa.Column(
            "state",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="provider, assessed, partly blind, blind, attested, dark or not applicable",
        ),
        sa.Column("checks", sa.Integer(), server_default="0", nullable=False, comment="Checks that exist for the cell"),
        sa.Column("passed", sa.Integer(), server_default="0", nullable=False, comment="Evaluations that passed"),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False, comment="Evaluations that failed"),
        sa.Column(
            "unknown",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Evaluations that were due and could not be made",
        ),
        sa.Column(
            "expected",
            Real,
            server_default="0",
            nullable=False,
            comment="Weight of all evaluations that were due",
        ),
        sa.Column(
            "known",
            Real,
            server_default="0",
            nullable=False,
            comment="Weight of those that could be made",
        ),
        sa.Column(
            "earned",
            Real,
            server_default="0",
            nullable=False,
            comment="Weight of those that passed",
        ),
        sa.Column("provider_duty", sa.Text(), server_default="", nullable=False, comment="What the provider does"),
        sa.Column("customer_duty", sa.Text(), server_default="", nullable=False, comment="What is left to the customer"),
        sa.Column("source", sa.Text(), server_default="", nullable=False, comment="Where the provider says so"),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="What else there is to say"),
        sa.ForeignKeyConstraint(["account_pk"], ["account.pk"], name=op.f("fk_ledger_account_pk")),
        sa.ForeignKeyConstraint(["snapshot_pk"], ["snapshot.pk"], name=op.f("fk_ledger_snapshot_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_ledger")),
        comment="The split: for each service in use and each area, who owns it and how it stands",
    )
    op.create_index(op.f("ix_ledger_snapshot_pk"), "ledger", ["snapshot_pk"], unique=False)
    op.create_table(
        "listing",
        sa.Column(
            "account_pk",
            Key,
            autoincrement=False,
            nullable=False,
            comment="The account",
        ),
        sa.Column("resource_type", sa.Text(), nullable=False, comment="The type that was listed"),
        sa.Column("region", sa.Text(), nullable=False, comment="Where; global for services without regions"),
        sa.Column("complete", sa.Boolean(), nullable=False, comment="Whether the last look read it to its end"),
        sa.Column(
            "snapshot_pk",
            Key,
            nullable=False,
            comment="The last look at it",
        ),
        sa.ForeignKeyConstraint(["account_pk"], ["account.pk"], name=op.f("fk_listing_account_pk")),
        sa.ForeignKeyConstraint(["snapshot_pk"], ["snapshot.pk"], name=op.f("fk_listing_snapshot_pk")),
        sa.PrimaryKeyConstraint("account_pk", "resource_type", "region", name=op.f("pk_listing")),
        comment="How the last listing of each type in each region went",
    )
    op.create_table(
        "resource_version",
        sa.Column(
            "pk",
            Key,
            autoincrement=True,
            nullable=False,
            comment="Number of the version",
        ),
        sa.Column("resource_pk", Key, nullable=False, comment="The resource"),
        sa.Column(
            "valid_from",
            Key,
            nullable=False,
            comment="First snapshot that saw it so",
        ),
        sa.Column(
            "valid_to",
            Key,
            nullable=True,
            comment="Snapshot that saw it otherwise or gone",
        ),
        sa.Column("name", sa.Text(), server_default="", nullable=False, comment="Its name then"),
        sa.Column("region", sa.Text(), server_default="", nullable=False, comment="Its region then"),
        sa.Column(
            "facts",
            Json,
            nullable=False,
            comment="Facts by name; null: the provider said not configured",
        ),
        sa.ForeignKeyConstraint(["resource_pk"], ["resource.pk"], name=op.f("fk_resource_version_resource_pk")),
        sa.ForeignKeyConstraint(["valid_from"], ["snapshot.pk"], name=op.f("fk_resource_version_valid_from")),
        sa.ForeignKeyConstraint(["valid_to"], ["snapshot.pk"], name=op.f("fk_resource_version_valid_to")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_resource_version")),
        comment="What a resource was like, from one snapshot to another; a row only where something changed",
    )
    op.create_index(op.f("ix_resource_version_resource_pk"), "resource_version", ["resource_pk"], unique=False)
    op.create_index(op.f("ix_resource_version_valid_from"), "resource_version", ["valid_from"], unique=False)
    op.create_index(op.f("ix_resource_version_valid_to"), "resource_version", ["valid_to"], unique=False)
    op.create_table(
        "score",
        sa.Column(
            "pk",
            Key,
            autoincrement=True,
            nullable=False,
            comment="Number of the row",
        ),
        sa.Column(
            "snapshot_pk",
            Key,
            nullable=False,
            comment="The snapshot that it sums up",
        ),
        sa.Column("account_pk", Key, nullable=False, comment="The account"),
        sa.Column("region", sa.Text(), server_default="", nullable=False, comment="Region"),
        sa.Column("service", sa.Text(), server_default="", nullable=False, comment="Service"),
        sa.Column("area", sa.Text(), server_default="", nullable=False, comment="Area of the split"),
        sa.Column("check_id", sa.Text(), server_default="", nullable=False, comment="Check"),
        sa.Column("severity", sa.Text(), server_default="", nullable=False, comment="Severity of the check"),
        sa.Column("owner", sa.Text(), server_default="", nullable=False, comment="customer or shared"),
        sa.Column("passed", sa.Integer(), server_default="0", nullable=False, comment="Evaluations that passed"),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False, comment="Evaluations that failed"),
        sa.Column(
            "unknown",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Evaluations that were due and could not be made",
        ),
        sa.Column("accepted", sa.Integer(), server_default="0", nullable=False, comment="Failures that somebody signed off"),
        sa.Column(
            "expected",
            Real,
            server_default="0",
            nullable=False,
            comment="Weight of all evaluations that were due",
        ),
        sa.Column(
            "known",
            Real,
            server_default="0",
            nullable=False,
            comment="Weight of those that could be made",
        ),
        sa.Column(
            "earned",
            Real,
            server_default="0",
            nullable=False,
            comment="Weight of those that passed",
        ),
        sa.ForeignKeyConstraint(["account_pk"], ["account.pk"], name=op.f("fk_score_account_pk")),
        sa.ForeignKeyConstraint(["snapshot_pk"], ["snapshot.pk"], name=op.f("fk_score_snapshot_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_score")),
        comment="Additive triples: every figure is a ratio of sums over any slice of the latest snapshot of each account",
    )
    op.create_index(op.f("ix_score_snapshot_pk"), "score", ["snapshot_pk"], unique=False)
    op.create_table(
        "finding_event",
        sa.Column(
            "pk",
            Key,
            autoincrement=True,
            nullable=False,
            comment="Number of the event",
        ),
        sa.Column("finding_pk", Key, nullable=False, comment="The finding"),
        sa.Column("event", sa.Text(), server_default="", nullable=False, comment="opened, resolved or reopened"),
        sa.Column(
            "cause",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="failed, passed, gone, not due or check retired",
        ),
        sa.Column("at", Moment(), nullable=False, comment="When"),
        sa.Column(
            "snapshot_pk",
            Key,
            nullable=False,
            comment="The snapshot that brought it",
        ),
        sa.ForeignKeyConstraint(["finding_pk"], ["finding.pk"], name=op.f("fk_finding_event_finding_pk")),
        sa.ForeignKeyConstraint(["snapshot_pk"], ["snapshot.pk"], name=op.f("fk_finding_event_snapshot_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_finding_event")),
        comment="Turns in the life of findings",
    )
    op.create_index(op.f("ix_finding_event_finding_pk"), "finding_event", ["finding_pk"], unique=False)
    for statement in views.create(op.get_bind().dialect.name):
        op.execute(statement)
