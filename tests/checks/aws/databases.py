"""Databases as RDS lists them, as far as checks ask, and what their cases share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from scanner.evaluation.check import Check
from scanner.model import Outcome, Resource
from tests.cases import SKIP, case, resource

GROUP_TYPES = {False: "aws.rds.parameter_group", True: "aws.aurora.cluster_parameter_group"}


def of(checks: Iterable[Check]) -> dict[str, Check]:
    """Return the checks that ask one question, by type."""
    return {check.on: check for check in checks}


def instance(engine: str = "postgres", **more: Any) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": "under-test",
        "Engine": engine,
        "EngineVersion": "17.5",
        "Endpoint": {"Address": "under-test.abc.eu-west-1.rds.amazonaws.com", "Port": 5432},
        "DBParameterGroups": [{"DBParameterGroupName": "ours", "ParameterApplyStatus": "in-sync"}],
        "OptionGroupMemberships": [{"OptionGroupName": "ours", "Status": "in-sync"}],
        **more,
    }


def cluster(engine: str = "aurora-postgresql", **more: Any) -> dict[str, Any]:
    return {
        "DBClusterIdentifier": "under-test",
        "Engine": engine,
        "EngineVersion": "17.5",
        "Endpoint": "under-test.cluster-abc.eu-west-1.rds.amazonaws.com",
        "Port": 5432,
        "DBClusterParameterGroup": "ours",
        **more,
    }


def item_of(check: Check, **more: Any) -> dict[str, Any]:
    """Return a row of the type that *check* is on, whose engine is PostgreSQL."""
    if check.on == "aws.rds.cluster":
        return cluster("postgres", **more)
    if check.on == "aws.aurora.instance":
        return instance("aurora-postgresql", **more)
    return cluster(**more) if check.on == "aws.aurora.cluster" else instance(**more)


def every(checks: Iterable[Check], outcome: Outcome, /, inventory: Iterable[Any] = (), **more: Any) -> list[Any]:
    """Return one case for each of *checks*: the same fields, whatever the type."""
    return [case(check, outcome, item=item_of(check, **more), inventory=inventory) for check in checks]


def member(checks: Iterable[Check]) -> pytest.ParameterSet:
    """Return the case of an instance of a Multi-AZ cluster, which answers for it."""
    found: pytest.ParameterSet = case(of(checks)["aws.rds.instance"], SKIP, item=instance(DBClusterIdentifier="orders"))
    return found


def group(*, clustered: bool = False, **values: Any) -> Resource:
    """Return a parameter group; underscores in pairs stand for dots."""
    rows = [{"Name": name.replace("__", "."), "Value": value, "Source": "user"} for name, value in values.items()]
    field = "DBClusterParameterGroupName" if clustered else "DBParameterGroupName"
    return resource(GROUP_TYPES[clustered], "ours", item={field: "ours"}, parameters=rows)


def groups(**values: Any) -> list[Resource]:
    """Return groups of that name and content, of instances and of clusters."""
    return [group(**values), group(clustered=True, **values)]


def options(*names: str, **more: Any) -> Resource:
    listed = [{"OptionName": name, "Encryption": None, **more} for name in names]
    return resource("aws.rds.option_group", "ours", item={"OptionGroupName": "ours", "Options": listed})
