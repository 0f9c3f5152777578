"""What Datasette shows beside the inventory: the words on views and their columns, as its metadata file holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from scanner.inventory.columns import MEANINGS
from scanner.inventory.tables import meta, metadata
from scanner.inventory.views import COMMENTS, held

TITLE = "Demarc"
DESCRIPTION = "Which part of the clouds' security is ours, how well it is held, and what cannot be seen"


def described(connection: Connection, database: str) -> Mapping[str, Any]:
    """Return the metadata of the inventory that Datasette knows under the name *database*, the stem of its file.

    Source of the form: Datasette's documentation, "Metadata" and "Hidden tables". The tables beneath the views are hidden
    there, and that of the secret key is not served at all; whoever may run SQL reads it all the same.
    """
    views = {
        name: {"description": COMMENTS[name], "columns": {column: MEANINGS[column] for column in columns}}
        for name, columns in held(connection).items()
    }
    tables: dict[str, Any] = {
        table.name: {
            "description": table.comment,
            "columns": {column.name: column.comment for column in table.columns},
            "hidden": True,
        }
        for table in metadata.sorted_tables
    }
    tables[meta.name]["allow"] = False
    return {"title": TITLE, "description": DESCRIPTION, "databases": {database: {"tables": {**views, **tables}}}}
