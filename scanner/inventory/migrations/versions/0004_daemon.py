"""Runs, daemons and pauses; alerts; channels and their outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scanner.inventory.tables import Json, Key, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _runs()
    _daemons()
    _alerts()
    _outbox()


def downgrade() -> None:
    for table in ("outbox", "channel", "alert", "pause", "daemon", "run"):
        op.drop_table(table)


def _key(table: str, comment: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    column = sa.Column("pk", Key, autoincrement=True, nullable=False, comment=comment)
    return column, sa.PrimaryKeyConstraint("pk", name=op.f(f"pk_{table}"))


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False, comment=comment)


def _name(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, comment=comment)


def _count(name: str, comment: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False, comment=comment)


def _time(name: str, comment: str, *, always: bool = False) -> sa.Column[object]:
    return sa.Column(name, Moment(), nullable=not always, comment=comment)


def _only(name: str, table: str, columns: list[str], where: str, *, unique: bool = True) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, postgresql_where=condition, sqlite_where=condition)


def _runs() -> None:
    op.create_table(
        "run",
        *_key("run", "Number of the run"),
        _text("schedule", "The schedule that it is due by; now when somebody asked for it"),
        _text("provider", "aws, azure, gcp, ...; empty for what is no scan"),
        _text("target", "Name of the account in demarc.toml; empty for the one of the ambient credentials"),
        _time("slot", "Time at which it was due: of several daemons, one can enter it", always=True),
        _text("state", "waiting, running, done, failed, interrupted, lost or missed"),
        _text("daemon", "The daemon that has it, or had it last"),
        _count("attempt", "How often it was begun; a scan commits only under the attempt that it was begun as"),
        _count("beat", "Grows while the daemon that has it lives"),
        _time("began_at", "When it was last begun"),
        _time("ended_at", "When it ended"),
        _time("again_at", "When it may be begun again; null when it may not"),
        sa.Column("accounts", Json, comment="What it wrote: provider, id, snapshot and status of each account"),
        _text("note", "Why it ended so"),
        sa.UniqueConstraint("schedule", "provider", "target", "slot", name=op.f("uq_run_schedule_provider_target_slot")),
        comment="What daemons had to do: a row for each account and time slot of a schedule, and for each scan asked for",
    )
    _only("uq_run_running", "run", ["provider", "target"], "state = 'running'")
    _only("uq_run_waiting", "run", ["provider", "target"], "state = 'waiting'")
    op.create_index("ix_run_target", "run", ["provider", "target", "slot"])


def _daemons() -> None:
    op.create_table(
        "daemon",
        *_key("daemon", "Number of the daemon"),
        _name("name", "Its name: host, process and a random part"),
        _text("version", "Its version of demarc"),
        _time("started_at", "When it started", always=True),
        _time("seen_at", "When it last said that it lives, by its own clock", always=True),
        sa.UniqueConstraint("name", name=op.f("uq_daemon_name")),
        comment="Daemons that work on this inventory",
    )
    op.create_table(
        "pause",
        *_key("pause", "Number of the pause"),
        _name("schedule", "The schedule that begins no scans; * stands for all"),
        _text("reason", "Why"),
        _time("paused_at", "Since when", always=True),
        sa.UniqueConstraint("schedule", name=op.f("uq_pause_schedule")),
        comment="Schedules that are paused",
    )


def _alerts() -> None:
    op.create_table(
        "alert",
        *_key("alert", "Number of the alert"),
        _text("kind", "overdue, incomplete or failing"),
        _text("provider", "aws, azure, gcp, ..."),
        _text("target", "Name of the account in demarc.toml; empty for the one of the ambient credentials"),
        _text("account_id", "The provider's id of the account; empty while none is known"),
        _time("since", "Last time at which all was well; null when it never was"),
        _time("opened_at", "When it was noticed", always=True),
        _time("resolved_at", "When it was over"),
        _text("note", "What is known of the cause"),
        comment="Findings on the scanning itself: accounts that are not looked at as their schedule promises",
    )
    _only("uq_alert_open", "alert", ["kind", "provider", "target", "account_id"], "resolved_at IS NULL")


def _outbox() -> None:
    op.create_table(
        "channel",
        *_key("channel", "Number of the channel"),
        _name("name", "Its name in demarc.toml"),
        _count("told", "Number of the last snapshot whose news were written for it"),
        _time("added_at", "Since when news are written for it", always=True),
        sa.UniqueConstraint("name", name=op.f("uq_channel_name")),
        comment="Where news go, and how far they were written",
    )
    op.create_table(
        "outbox",
        *_key("outbox", "Number of the message"),
        _text("channel", "Name of the channel"),
        _text("key", "What it tells of; a channel is told once"),
        sa.Column("body", Json, nullable=False, comment="What is told, before it gets the form of the channel"),
        _text("state", "waiting, delivered, refused or expired"),
        _count("attempts", "How often it was sent"),
        _time("made_at", "When it was written", always=True),
        _time("next_at", "When it may be sent next", always=True),
        _time("ended_at", "When it was delivered, or given up"),
        _text("answer", "What came of the last attempt"),
        sa.UniqueConstraint("channel", "key", name=op.f("uq_outbox_channel_key")),
        comment="Messages to channels, kept until they are delivered",
    )
    _only("ix_outbox_unsent", "outbox", ["channel", "pk"], "state = 'waiting'", unique=False)
