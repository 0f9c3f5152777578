"""An organization of many accounts, served by a process of its own, that says itself what it is."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from simulators.aws import SimulatedAws
from simulators.aws.members import MANAGEMENT, MEMBERS, UNITS, WORKLOADS, fill_members, many
from tests.simulators.clients import enter


def rows(client: Any, operation: str, key: str, **params: Any) -> list[Any]:
    return [row for page in client.get_paginator(operation).paginate(**params) for row in page[key]]


def test_accounts_units_and_tags_fit_together(running_aws: SimulatedAws, aws: SimulatedAws) -> None:
    assert aws is running_aws
    fill_members(aws, full=False)
    client = enter(aws, "organizations", MANAGEMENT)
    accounts = {row["Id"]: row for row in rows(client, "list_accounts", "Accounts")}
    assert accounts.keys() == {each.id for each in MEMBERS}
    (root,) = rows(client, "list_roots", "Roots")
    below = [
        unit["Name"]
        for unit in rows(client, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=root["Id"])
    ]
    assert below == ["workloads", "sandboxes", "closed"]
    for parent in (root["Id"], *UNITS):
        for row in rows(client, "list_accounts_for_parent", "Accounts", ParentId=parent):
            assert accounts[row["Id"]]["Paths"][0].split("/")[-3] == parent
    states = {row["State"] for row in accounts.values()}
    assert states == {"ACTIVE", "SUSPENDED"}


def test_many_members_are_all_alike_and_below_one_unit() -> None:
    made = many(200)
    assert len({each.id for each in made}) == len(made) == 201
    assert {each.unit for each in made[1:]} == {WORKLOADS}


def test_a_process_of_its_own_says_where_it_listens_and_whom_to_be() -> None:
    command = [sys.executable, "-m", "simulators.aws.members", "--number", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
        finally:
            process.terminate()
    assert said["role"].split(":")[4] == MANAGEMENT
    assert said["environment"]["AWS_ENDPOINT_URL"] == said["endpoint"]
    assert process.returncode == 0
