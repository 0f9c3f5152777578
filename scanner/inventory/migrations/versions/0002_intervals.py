"""Gaps and listings keep their past; failures can be accepted, and cells attested."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scanner.inventory.tables import Key, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HOLDS = sa.text("valid_to IS NULL")
OPEN = sa.text("opened_at IS NOT NULL AND resolved_at IS NULL")


def upgrade() -> None:
    _overlays()
    _gaps()
    op.execute("CREATE TABLE listing_before AS SELECT * FROM listing")
    op.drop_table("listing")
    _listings()
    op.execute(
        "INSERT INTO listing (account_pk, resource_type, region, complete, valid_from, snapshot_pk, whole_pk)"
        " SELECT account_pk, resource_type, region, complete, snapshot_pk, snapshot_pk, whole_pk FROM listing_before"
    )
    op.drop_table("listing_before")
    with op.batch_alter_table("finding") as batch:
        batch.add_column(sa.Column("acceptance_pk", Key, comment="The acceptance that covered its failure at the last scan"))
        batch.create_foreign_key("fk_finding_acceptance_pk", "acceptance", ["acceptance_pk"], ["pk"])
        batch.create_index("ix_finding_open", ["account_pk", "severity"], postgresql_where=OPEN, sqlite_where=OPEN)
    _say("snapshot", "status", "complete, partial (it has gaps), failed or interrupted; pruned: only its time is kept")
    op.add_column(
        "resource", _text("fingerprint", "Hash over all that the last scan returned of it; empty when it did not return all")
    )
    op.create_table(
        "about",
        sa.Column("name", sa.Text(), nullable=False, comment="What is said"),
        _text("value", "What it is"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_about")),
        comment="What this inventory says of itself: the edition of its views",
    )


def _say(table: str, column: str, comment: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"COMMENT ON COLUMN {table}.{column} IS '{comment}'")


def _overlays() -> None:
    op.create_table(
        "acceptance",
        sa.Column("pk", Key, autoincrement=True, nullable=False, comment="Number of the acceptance"),
        _text("check_id", "The check whose failures are accepted; * stands for anything"),
        _text("account_id", "In which account; * stands for anything"),
        _text("resource_id", "On which resource; * stands for anything"),
        _text("tag", "Only where the resource has this tag, as name=value; empty for any"),
        _text("owner", "Who answers for it"),
        _text("reason", "Why it is accepted"),
        sa.Column("accepted_at", Moment(), nullable=False, comment="When it was said"),
        *_said(),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_acceptance")),
        comment="Failures that somebody signed off for a time: they stay known, and earn nothing",
    )
    op.create_table(
        "attestation",
        sa.Column("pk", Key, autoincrement=True, nullable=False, comment="Number of the attestation"),
        _text("account_id", "For which account; * stands for anything"),
        _text("service", "The service of the split"),
        _text("area", "The area of the split"),
        _text("statement", "What is stated"),
        _text("owner", "Who states it"),
        _text("evidence", "Where the evidence is"),
        sa.Column("attested_at", Moment(), nullable=False, comment="When it was said"),
        *_said(),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_attestation")),
        comment="Statements by people on cells of the split that no API shows",
    )


def _said() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("until", Moment(), nullable=False, comment="When it ends"),
        _text("source", "The file that says it; empty when it was said to the command line"),
        sa.Column("withdrawn_at", Moment(), comment="When it was taken back"),
    )


def _text(name: str, comment: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False, comment=comment)


def _gaps() -> None:
    with op.batch_alter_table("gap") as batch:
        batch.add_column(sa.Column("valid_from", Key, comment="First snapshot that missed it for this reason"))
        batch.add_column(
            sa.Column(
                "valid_to",
                Key,
                comment="Snapshot that read it, missed it for another reason, or saw it gone; null while it is so",
            )
        )
        batch.create_foreign_key("fk_gap_valid_from", "snapshot", ["valid_from"], ["pk"])
        batch.create_foreign_key("fk_gap_valid_to", "snapshot", ["valid_to"], ["pk"])
        batch.drop_index("ix_gap_account_pk")
    op.execute("UPDATE gap SET valid_from = since")
    with op.batch_alter_table("gap") as batch:
        batch.alter_column("valid_from", existing_type=Key, nullable=False)
        batch.create_index("ix_gap_current", ["account_pk", "resource_pk"], postgresql_where=HOLDS, sqlite_where=HOLDS)
    if op.get_bind().dialect.name == "postgresql":
        op.create_table_comment("gap", "What could not be read, from one snapshot to another")


def _listings() -> None:
    op.create_table(
        "listing",
        sa.Column("pk", Key, autoincrement=True, nullable=False, comment="Number of the row"),
        sa.Column("account_pk", Key, nullable=False, comment="The account"),
        _text("resource_type", "The type that was listed"),
        _text("region", "Where; global for services without regions"),
        sa.Column("complete", sa.Boolean(), nullable=False, comment="Whether these looks read it to its end"),
        sa.Column("valid_from", Key, nullable=False, comment="First of the looks that went this way"),
        sa.Column("valid_to", Key, comment="The look that went another way; null while it is so"),
        sa.Column("snapshot_pk", Key, nullable=False, comment="Last of the looks that went this way"),
        sa.Column("whole_pk", Key, comment="The last look until then that read it to its end"),
        _text("edition", "Hash of the checks under which all of its resources were last judged"),
        sa.ForeignKeyConstraint(["account_pk"], ["account.pk"], name=op.f("fk_listing_account_pk")),
        sa.ForeignKeyConstraint(["valid_from"], ["snapshot.pk"], name=op.f("fk_listing_valid_from")),
        sa.ForeignKeyConstraint(["valid_to"], ["snapshot.pk"], name=op.f("fk_listing_valid_to")),
        sa.ForeignKeyConstraint(["snapshot_pk"], ["snapshot.pk"], name=op.f("fk_listing_snapshot_pk")),
        sa.ForeignKeyConstraint(["whole_pk"], ["snapshot.pk"], name=op.f("fk_listing_whole_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_listing")),
        comment="How the listings of each type in each region went: a row for each series of looks that went the same way",
    )
    op.create_index(
        "uq_listing_place",
        "listing",
        ["account_pk", "resource_type", "region"],
        unique=True,
        postgresql_where=HOLDS,
        sqlite_where=HOLDS,
    )


def downgrade() -> None:
    with op.batch_alter_table("finding") as batch:
        batch.drop_index("ix_finding_open")
        batch.drop_constraint("fk_finding_acceptance_pk", type_="foreignkey")
        batch.drop_column("acceptance_pk")
    op.drop_table("acceptance")
    op.drop_table("attestation")
    op.execute("DELETE FROM gap WHERE valid_to IS NOT NULL")
    with op.batch_alter_table("gap") as batch:
        batch.drop_index("ix_gap_current")
        batch.drop_constraint("fk_gap_valid_from", type_="foreignkey")
        batch.drop_constraint("fk_gap_valid_to", type_="foreignkey")
        batch.drop_column("valid_from")
        batch.drop_column("valid_to")
        batch.create_index("ix_gap_account_pk", ["account_pk"])
    op.execute("CREATE TABLE listing_before AS SELECT * FROM listing WHERE valid_to IS NULL")
    op.drop_table("listing")
    _listings_of_0001()
    op.execute(
        "INSERT INTO listing (account_pk, resource_type, region, complete, snapshot_pk, whole_pk)"
        " SELECT account_pk, resource_type, region, complete, snapshot_pk, whole_pk FROM listing_before"
    )
    op.drop_table("listing_before")
    op.drop_table("about")
    op.drop_column("resource", "fingerprint")
    _say("snapshot", "status", "complete, partial (it has gaps), failed or interrupted")
    op.execute("UPDATE snapshot SET status = 'partial' WHERE status = 'pruned'")
    if op.get_bind().dialect.name == "postgresql":
        op.create_table_comment("gap", "What could not be read when it was last tried")


def _listings_of_0001() -> None:
    op.create_table(
        "listing",
        sa.Column("account_pk", Key, autoincrement=False, nullable=False, comment="The account"),
        sa.Column("resource_type", sa.Text(), nullable=False, comment="The type that was listed"),
        sa.Column("region", sa.Text(), nullable=False, comment="Where; global for services without regions"),
        sa.Column("complete", sa.Boolean(), nullable=False, comment="Whether the last look read it to its end"),
        sa.Column("snapshot_pk", Key, nullable=False, comment="The last look at it"),
        sa.Column("whole_pk", Key, comment="The last look that read it to its end"),
        sa.ForeignKeyConstraint(["account_pk"], ["account.pk"], name=op.f("fk_listing_account_pk")),
        sa.ForeignKeyConstraint(["snapshot_pk"], ["snapshot.pk"], name=op.f("fk_listing_snapshot_pk")),
        sa.ForeignKeyConstraint(["whole_pk"], ["snapshot.pk"], name=op.f("fk_listing_whole_pk")),
        sa.PrimaryKeyConstraint("account_pk", "resource_type", "region", name=op.f("pk_listing")),
        comment="How the last listing of each type in each region went",
    )
