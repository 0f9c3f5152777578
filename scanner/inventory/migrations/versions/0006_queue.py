"""Runs that wait for a worker, and workers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scanner.inventory.tables import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("queued_at", Moment(), comment="When it was last put into the queue of the workers"))
    op.add_column(
        "run", sa.Column("sent_at", Moment(), comment="When the broker took its message; null while it has to be sent")
    )
    waits = sa.text("state = 'queued'")
    op.create_index("uq_run_queued", "run", ["provider", "target"], unique=True, postgresql_where=waits, sqlite_where=waits)
    _say("waiting, queued, running, done, failed, interrupted, lost or missed", "Daemons and workers of this inventory")
    role = sa.Column("role", sa.Text(), server_default="daemon", nullable=False, comment="daemon or worker")
    op.add_column("daemon", role)


def downgrade() -> None:
    op.drop_column("daemon", "role")
    _say("waiting, running, done, failed, interrupted, lost or missed", "Daemons that work on this inventory")
    op.execute("UPDATE run SET state = 'lost', ended_at = queued_at, again_at = queued_at WHERE state = 'queued'")
    op.drop_index("uq_run_queued", "run")
    op.drop_column("run", "sent_at")
    op.drop_column("run", "queued_at")


def _say(states: str, daemons: str) -> None:
    """Change what is said of two things that have other contents now; SQLite keeps nothing of that."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("run", "state", comment=states)
        op.create_table_comment("daemon", daemons)
