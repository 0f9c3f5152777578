"""How instances of Cloud SQL are read: their engine, their flags, and which of them are replicas.

Source: Cloud SQL Admin API, "DatabaseInstance".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from checks.gcp.read import Item, many, named
from scanner.model import Resource, Verdict, skipped

INSTANCE = "gcp.cloudsql.instance"
UPDATE = "gcloud sql instances patch {name} --project={account} "
MYSQL, POSTGRES, SQL_SERVER = "MySQL", "PostgreSQL", "SQL Server"
ENGINES = {"MYSQL": MYSQL, "POSTGRES": POSTGRES, "SQLSERVER": SQL_SERVER}
KINDS = "SQL_INSTANCE_TYPE_UNSPECIFIED CLOUD_SQL_INSTANCE ON_PREMISES_INSTANCE READ_REPLICA_INSTANCE - READ_POOL_INSTANCE"
REPLICAS = ("READ_REPLICA_INSTANCE", "READ_POOL_INSTANCE")
OUTSIDE = "ON_PREMISES_INSTANCE"

Judge = Callable[..., Verdict]


def engine(item: Item) -> str:
    """Return which engine an instance runs, in words."""
    version = str(item.get("databaseVersion") or "")
    return next((said for start, said in ENGINES.items() if version.startswith(start)), version)


def settings(item: Item) -> Item:
    return item.get("settings") or {}


def reached(item: Item) -> Item:
    """Return how an instance is reached."""
    return settings(item).get("ipConfiguration") or {}


def flags(item: Item) -> dict[str, str]:
    """Return the database flags that somebody set."""
    return {str(each.get("name")): str(each.get("value") or "") for each in many(settings(item), "databaseFlags")}


def kind(item: Item) -> str:
    return named(item.get("instanceType"), KINDS)


def replica(item: Item) -> bool:
    return kind(item) in REPLICAS or bool(item.get("masterInstanceName"))


def here(judge: Judge) -> Judge:
    """Make *judge* skip instances that only stand for a server elsewhere, which Cloud SQL copies from."""

    @wraps(judge)
    def asked(instance: Resource, **given: Any) -> Verdict:
        outside = kind(instance["item"]) == OUTSIDE
        return skipped("it stands for a server that Google doesn't run") if outside else judge(instance, **given)

    return asked


def primary(judge: Judge) -> Judge:
    """Make *judge* skip replicas: their primary is what counts."""

    @wraps(judge)
    def asked(instance: Resource, **given: Any) -> Verdict:
        of = instance["item"].get("masterInstanceName")
        return skipped(f"a replica of {of or 'another instance'}") if replica(instance["item"]) else judge(instance, **given)

    return here(asked)
