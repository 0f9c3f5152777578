"""Changes that clouds announce, and the queues in which they do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scanner.inventory.tables import Key, Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change",
        _key("Number of the change"),
        _text("provider", "aws, azure, gcp, ..."),
        _text("account_id", "The provider's id of the account in which something changed"),
        _text("event", "The provider's id of the announcement; the same one may come several times"),
        _text("what", "What was done, as the provider writes it"),
        _text("service", "The service of the split whose resources are no longer known to be as they were seen"),
        _text("region", "Where; empty where that is not told"),
        _text("resource_type", "The type of what changed, where that is told"),
        _text("resource_id", "The provider's id of what changed, where that is told"),
        sa.Column("happened_at", Moment(), nullable=False, comment="When it happened, by the provider"),
        sa.Column("received_at", Moment(), nullable=False, comment="When it was received"),
        sa.Column("due_at", Moment(), nullable=False, comment="When it may be scanned"),
        _text("state", "waiting, done, or left: to the next scan by schedule"),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False, comment="How many scans were begun for it"),
        sa.Column("run_pk", Key, comment="The last of these"),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_change")),
        sa.UniqueConstraint(
            "provider",
            "event",
            "service",
            "region",
            "resource_id",
            name=op.f("uq_change_provider_event_service_region_resource_id"),
        ),
        comment="Changes that a cloud announced, and whether they were looked at since",
    )
    stale = sa.text("state = 'waiting'")
    op.create_index("ix_change_waiting", "change", ["provider", "account_id"], postgresql_where=stale, sqlite_where=stale)
    op.create_table(
        "listener",
        _key("Number of the queue"),
        sa.Column("name", sa.Text(), nullable=False, comment="Its name in the configuration"),
        _text("provider", "aws, azure, gcp, ..."),
        _text("target", "Name, in demarc.toml, of the account with whose credentials it is read"),
        sa.Column("heard_at", Moment(), nullable=False, comment="When a daemon could last read it, or began to try"),
        _text("note", "Why the last attempt to read it failed; empty when it did not"),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_listener")),
        sa.UniqueConstraint("name", name=op.f("uq_listener_name")),
        comment="Queues in which clouds announce changes",
    )


def downgrade() -> None:
    op.drop_table("listener")
    op.drop_table("change")


def _key(comment: str) -> sa.Column[int]:
    return sa.Column("pk", Key, autoincrement=True, nullable=False, comment=comment)


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False, comment=comment)
