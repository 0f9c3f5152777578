"""Whether an inventory is sound, and keeping it quick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from scanner.inventory import schema


def _overlapping(table: str, same: str, where: str = "") -> str:
    """Return the query that counts the rows which begin before the one before them, of the *same*, has ended."""
    before = "CASE WHEN lag(pk) OVER w IS NULL THEN 0 ELSE valid_from + 1 END"
    return f"""
        SELECT count(*) FROM (SELECT valid_from, coalesce(lag(valid_to) OVER w, {before}) AS ended FROM {table} {where}
                              WINDOW w AS (PARTITION BY {same} ORDER BY valid_from)) x
        WHERE ended > valid_from"""  # noqa: S608 -- names of ours


# What never holds in a sound inventory. Each counts the rows of which it does.
NEVER: Mapping[str, str] = {
    "a resource that is there has not just one current version": """
        SELECT count(*) FROM resource r WHERE r.closed_at IS NULL
        AND (SELECT count(*) FROM resource_version v WHERE v.resource_pk = r.pk AND v.valid_to IS NULL) <> 1""",
    "a resource that is gone has a current version": """
        SELECT count(*) FROM resource r JOIN resource_version v ON v.resource_pk = r.pk AND v.valid_to IS NULL
        WHERE r.closed_at IS NOT NULL""",
    "a version ends before it begins": "SELECT count(*) FROM resource_version WHERE valid_to <= valid_from",
    "two versions of a resource hold at one time": _overlapping("resource_version", "resource_pk"),
    "two gaps of one fact hold at one time": _overlapping("gap", "resource_pk, fact", "WHERE resource_pk IS NOT NULL"),
    "two states of one listing hold at one time": _overlapping("listing", "account_pk, resource_type, region"),
    "a finding has a verdict on a resource that is gone": """
        SELECT count(*) FROM finding f JOIN resource r ON r.pk = f.resource_pk
        WHERE r.closed_at IS NOT NULL AND f.status IS NOT NULL""",
    "a gap is of a resource that is gone": """
        SELECT count(*) FROM gap g JOIN resource r ON r.pk = g.resource_pk
        WHERE r.closed_at IS NOT NULL AND g.valid_to IS NULL""",
}
SOUND = "ok"  # what SQLite says of a file that is


def problems(connection: Connection) -> Iterator[str]:
    """Yield, in one line each, what is wrong with an inventory."""
    found = schema.revision(connection)
    newest = schema.revisions()[-1]
    if found != newest:
        yield f"the schema is {found or 'missing'}, and this version's is {newest}: `demarc db upgrade`"
        return
    if not schema.current(connection):
        yield "the views are those of another version: `demarc db upgrade`"
    if connection.dialect.name == "sqlite":
        yield from _of_file(connection)
    for said, query in NEVER.items():
        if count := connection.scalar(text(query)):
            yield f"{said}: {count}"


def _of_file(connection: Connection) -> Iterator[str]:
    yield from (f"SQLite: {said}" for (said,) in connection.exec_driver_sql("PRAGMA integrity_check") if said != SOUND)
    for table, row, of, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} belongs to a {of} that is not there"


def vacuum(connection: Connection) -> None:
    """Give back the room of what was deleted, and let the engine count anew. The connection must be in no transaction."""
    if connection.dialect.name == "sqlite":
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "ANALYZE"):
            connection.exec_driver_sql(statement)
        return
    connection.exec_driver_sql("VACUUM (ANALYZE)")


TABLES = ("account", "snapshot", "resource", "resource_version", "gap", "finding", "finding_event")


def sizes(connection: Connection) -> Mapping[str, int]:
    """Return how many rows the large tables have."""
    return {name: int(connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0) for name in TABLES}  # noqa: S608 -- names of ours
