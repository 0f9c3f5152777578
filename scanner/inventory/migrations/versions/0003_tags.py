"""PostgreSQL finds resources by any tag."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = "ix_resource_version_tags"
HOLDS = sa.text("valid_to IS NULL")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(
            NAME, "resource_version", [sa.text("(facts -> 'tags')")], postgresql_using="gin", postgresql_where=HOLDS
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(NAME, "resource_version")
