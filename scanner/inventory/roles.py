"""A role on PostgreSQL for people who query: it reads everything but the key of secrets, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import ProgrammingError

from scanner.inventory.errors import InventoryError, explained
from scanner.inventory.tables import meta


def grant_readonly(connection: Connection, role: str, *, create: bool = False, password: str = "") -> None:
    """Let *role* read the inventory, and nothing else of it; with *create*, make the role first.

    Views that a later version makes are granted as well. Raises :class:`InventoryError` on an engine without roles, for a
    role that is not there, and where the one who asks may not grant.
    """
    if connection.dialect.name != "postgresql":
        raise InventoryError("a SQLite file has no roles: give people a copy, or let the file's permissions forbid writing")
    there = connection.scalar(text("SELECT count(*) FROM pg_roles WHERE rolname = :role"), {"role": role})
    if not there and not create:
        raise InventoryError(f"there is no role {role!r}: pass --create to make it")
    try:
        for statement in _statements(connection, role, new=not there, password=password):
            connection.exec_driver_sql(statement)
    except ProgrammingError as error:
        raise InventoryError(f"{role}: {explained(error.orig)}") from error


def _statements(connection: Connection, role: str, *, new: bool, password: str) -> Iterator[str]:
    name = _name(connection, role)
    database = _name(connection, str(connection.scalar(text("SELECT current_database()"))))
    schema = _name(connection, str(connection.scalar(text("SELECT current_schema()"))))
    if new:
        yield f"CREATE ROLE {name} LOGIN"
    if password:
        yield f"ALTER ROLE {name} PASSWORD {_literal(connection, password)}"
    yield f"GRANT CONNECT ON DATABASE {database} TO {name}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {name}"
    described = inspect(connection)
    for table in sorted({*described.get_table_names(), *described.get_view_names()} - {meta.name}):
        yield f"GRANT SELECT ON {schema}.{_name(connection, table)} TO {name}"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {name}"
    yield f"REVOKE ALL ON {schema}.{meta.name} FROM {name}"
    yield f"ALTER ROLE {name} SET default_transaction_read_only = on"


def _name(connection: Connection, name: str) -> str:
    from psycopg import sql  # noqa: PLC0415 -- an extra, there by now

    return _escaped(sql.Identifier(name).as_string(_driver(connection)))


def _literal(connection: Connection, value: str) -> str:
    from psycopg import sql  # noqa: PLC0415 -- as above

    return _escaped(sql.Literal(value).as_string(_driver(connection)))


def _escaped(quoted: str) -> str:
    return quoted.replace("%", "%%")  # a statement is looked through for parameters, though it has none


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
