"""Every statement of the Grafana dashboard, run on PostgreSQL as the role that Grafana reads through."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import yaml

import scanner.scan
from scanner.inventory.roles import grant_readonly
from scanner.inventory.store import Store
from tests.deploy.files import DEPLOY
from tests.docs.test_sql import CHECKS, live
from tests.scanner.inventory.conftest import started

BOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "dashboards" / "demarc.json").read_text("utf-8"))
PANELS = {panel["title"]: panel for panel in BOARD["panels"]}
TIME = re.compile(r"\$__timeFilter\(([a-z_.]+)\)")
PROVISIONING = DEPLOY / "grafana" / "provisioning"


def provisioned(name: str) -> Any:
    return yaml.safe_load((PROVISIONING / name / "demarc.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def reader() -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """An inventory with two accounts, seen by Grafana's role."""
    patch = pytest.MonkeyPatch()
    patch.setattr(scanner.scan, "installed", lambda _provider: CHECKS)
    with started() as server:
        name = server.database()
        with Store.open(server.url(name)) as store:
            live(store)
            with store.changing() as connection:
                grant_readonly(connection, "grafana", create=True)
        with psycopg.connect(server.dsn(name, "grafana"), autocommit=True) as connected:
            yield connected
    patch.undo()


def spoken(statement: str) -> str:
    """Replace what Grafana does: its macros and variables."""
    timed = TIME.sub(r"\1 BETWEEN '2026-01-01T00:00:00Z' AND '2026-02-01T00:00:00Z'", statement)
    made = timed.replace("${account:sqlstring}", "'1','2'")
    assert "$" not in made
    return made


@pytest.mark.parametrize("title", sorted(PANELS))
def test_every_panel_shows_something(title: str, reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    (target,) = PANELS[title]["targets"]
    cursor = reader.execute(spoken(target["rawSql"]).encode())
    columns = [column.name for column in cursor.description or ()]
    assert cursor.fetchall()
    if target["format"] == "time_series":
        assert columns[:2] == ["time", "metric"]


def test_the_figures_are_those_of_the_inventory(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    def value(title: str) -> float:
        row = reader.execute(spoken(PANELS[title]["targets"][0]["rawSql"]).encode()).fetchone()
        assert row
        return float(row[0])

    assert value("Open, critical and high") == 3
    assert value("Shown to hold") == 0  # nothing passes there
    assert 0 < value("Coverage") < 1
    assert value("Oldest look") > 0


def test_the_variable_lists_the_accounts(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    (variable,) = BOARD["templating"]["list"]
    assert reader.execute(variable["query"].encode()).fetchall() == [("1",), ("2",)]


def test_grafana_writes_nothing_and_sees_no_key(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    with pytest.raises(psycopg.Error):
        reader.execute("DELETE FROM finding")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("SELECT value FROM meta")


def test_panels_have_numbers_titles_and_places_of_their_own() -> None:
    assert len(PANELS) == len(BOARD["panels"]) == len({panel["id"] for panel in BOARD["panels"]})
    taken = [
        (x, y)
        for panel in BOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) == 23


def test_what_is_provisioned_fits_together() -> None:
    (source,) = provisioned("datasources")["datasources"]
    used = {panel["datasource"]["uid"] for panel in BOARD["panels"]} | {
        each["datasource"]["uid"] for each in BOARD["templating"]["list"]
    }
    assert used == {source["uid"]}
    assert {panel["datasource"]["type"] for panel in BOARD["panels"]} == {source["type"]}
    assert source["secureJsonData"] == {"password": "$__file{/run/demarc/grafana/reader}"}
    (provider,) = provisioned("dashboards")["providers"]
    assert provider["options"]["path"] == "/etc/grafana/dashboards"
