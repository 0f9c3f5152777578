"""What the dashboard pages through, and a log of what is changed through it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scanner.inventory.tables import Json, Key, Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_finding_page", "finding", ["check_id", "account_pk", "status", "pk"])
    op.create_index("ix_finding_event_snapshot_pk", "finding_event", ["snapshot_pk", "pk"])
    gone = sa.text("closed_at IS NOT NULL")
    op.create_index("ix_resource_gone", "resource", ["account_pk", "resource_type"], postgresql_where=gone, sqlite_where=gone)
    op.create_table(
        "audit",
        sa.Column("pk", Key, autoincrement=True, nullable=False, comment="Number of the entry"),
        sa.Column("at", Moment(), nullable=False, comment="When"),
        _text("actor", "Who did it"),
        _text("role", "In which role: viewer or operator"),
        _text("address", "From which address"),
        _text("action", "accept, attest, withdraw or scan"),
        sa.Column("subject", Json, nullable=False, comment="What was said, or of what"),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_audit")),
        comment="What was changed through the dashboard, and by whom",
    )


def downgrade() -> None:
    op.drop_table("audit")
    op.drop_index("ix_resource_gone", "resource")
    op.drop_index("ix_finding_event_snapshot_pk", "finding_event")
    op.drop_index("ix_finding_page", "finding")


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False, comment=comment)
