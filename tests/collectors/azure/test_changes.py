"""Events of Event Grid as changes: what they make stale, which are attacks; and the queue over the wire."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from time import time
from typing import Any

import pytest
from azure.core.credentials import AccessToken

from collectors.azure import session
from collectors.azure.changes import kinds, listen, permissions, read, table
from collectors.azure.options import AzureOptions
from scanner.daemon.change import Change, Source, SourceError
from scanner.daemon.events import incident
from simulators.azure.queue import NAME, TOKEN, SimulatedQueue

SUBSCRIPTION = "0b5c0000-0000-4000-8000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/shop/providers"
VAULT = f"{GROUP}/Microsoft.KeyVault/vaults/keys"
AT = "2026-03-02T02:00:00.1234567Z"


def event(operation: str, id: str = VAULT, kind: str = "", **more: Any) -> dict[str, Any]:
    verb = {"write": "Write", "delete": "Delete"}.get(operation.rpartition("/")[2], "Action")
    data = {
        "claims": {"name": "Eve", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": "eve@example.org"},
        "httpRequest": {"clientIpAddress": "192.0.2.7", "method": "PUT"},
        "operationName": operation,
        "resourceUri": id,
        "subscriptionId": SUBSCRIPTION,
    }
    return {
        "id": "e-1",
        "subject": id,
        "eventType": kind or f"Microsoft.Resources.Resource{verb}Success",
        "eventTime": AT,
        "data": {**data, **more},
    }


def packed(said: Any) -> str:
    return b64encode(json.dumps(said).encode()).decode()


def told(said: Any) -> Change:
    (found,) = read(packed(said))
    return found


OPERATIONS = [(row["name"], operation) for row in table()["attacks"] for operation in row["operations"]]


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_an_attack_is_a_finding_of_the_customers(name: str, operation: str) -> None:
    found = incident("azure", told(event(operation.title())))
    assert found is not None
    assert (found.said.check, found.event.type) == (f"azure.event.{name}", "azure.event")
    assert found.said.reason.startswith("eve@example.org ")
    assert found.said.reason.endswith(", from 192.0.2.7")


def test_what_is_allowed_every_day_is_none() -> None:
    assert told(event("Microsoft.KeyVault/vaults/write")).attack is None


@pytest.mark.parametrize(
    ("id", "type", "services"),
    [
        (VAULT, "azure.keyvault.vault", {"azure.keyvault"}),
        (f"{VAULT}/keys/k", "azure.keyvault.vault", {"azure.keyvault"}),
        (f"{GROUP}/Microsoft.Network/networkSecurityGroups/g/securityRules/r", "azure.vnet.security_group", {"azure.vnet"}),
        (
            f"{VAULT}/providers/Microsoft.Insights/diagnosticSettings/d",
            "azure.keyvault.vault",
            {"azure.keyvault", "azure.monitor"},
        ),
        (f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Security/pricings/VirtualMachines", "", {"azure.defender"}),
    ],
)
def test_what_is_stale_is_what_the_id_names_or_is_a_part_of(id: str, type: str, services: set[str]) -> None:
    found = told(event("Microsoft.X/y/write", id))
    assert (found.account, found.type, found.id) == (SUBSCRIPTION, type, id)
    assert services <= set(found.services)


def test_the_services_of_namespaces_are_read() -> None:
    known = {service for _, services in kinds().values() for service in services}
    assert {service for each in table()["namespaces"].values() for service in each} - known <= {
        "azure.defender",
        "azure.rbac",
        "azure.subscription",
        "azure.sentinel",
    }


def test_both_schemas_and_both_encodings_are_read() -> None:
    old = event("Microsoft.KeyVault/vaults/write")
    new = {"id": "e-1", "type": old["eventType"], "time": AT, "subject": old["subject"], "data": old["data"]}
    assert read(packed(old)) == read(json.dumps(old)) == read(packed(new))


def test_what_did_not_succeed_and_what_is_not_read_is_nothing() -> None:
    for kind in ("WriteFailure", "DeleteCancel"):
        assert read(packed(event("Microsoft.KeyVault/vaults/delete", kind=f"Microsoft.Resources.Resource{kind}"))) == ()
    assert read(packed(event("Microsoft.Example/things/write", f"{GROUP}/Microsoft.Example/things/t"))) == ()
    assert read(packed(event("Microsoft.KeyVault/vaults/delete", "/providers/Microsoft.X/y/z"))) == ()


@pytest.mark.parametrize("claims", [None, 7, [], "x", "{", {"name": 7}, "[" * 100_000])
def test_odd_claims_name_nobody(claims: Any) -> None:
    assert told(event("Microsoft.KeyVault/vaults/write", claims=claims)).who == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "%%%",
        packed([]),
        packed({}),
        "{",
        packed({"data": {}}),
        packed({"data": {}, "eventType": "Other"}),
        "{" * 9000,
    ],
)
def test_what_is_no_event_is_told_as_that(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        read(text)


def test_a_time_that_is_none_is_told() -> None:
    for at in ("soon", "2026-03-02T02:00:00"):
        with pytest.raises(ValueError, match=r"isoformat|zone"):
            read(packed({**event("Microsoft.KeyVault/vaults/write"), "eventTime": at}))


# Over the wire.


class Known:
    """Credentials that are let in."""

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        assert scopes == ("https://storage.azure.com/.default",)
        return AccessToken(TOKEN, int(time()) + 3600)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedQueue]:
    monkeypatch.setattr(session, "credential", lambda _: Known())
    monkeypatch.setattr("collectors.azure.changes.WAIT", 0.0)
    with SimulatedQueue.start() as simulated:
        yield simulated


@pytest.fixture
def source(queue: SimulatedQueue) -> Iterator[Source]:
    made = listen(AzureOptions(ca_file=queue.ca_file, read_timeout=2), queue.url)
    yield made
    made.close()


def test_messages_come_until_they_are_taken_out(queue: SimulatedQueue, source: Source) -> None:
    queue.put(packed(event("Microsoft.KeyVault/vaults/delete")))
    queue.put("poison")
    good, poison = source.receive()
    assert good.changes[0].attack
    assert poison.problem
    assert (good.attempt, poison.attempt) == (1, 1)
    source.done([good.receipt, good.receipt])  # the second is somebody else's by now
    (again,) = source.receive()
    assert (again.problem, again.attempt) == (poison.problem, 2)
    source.done([again.receipt])
    assert source.receive() == []


@pytest.mark.parametrize("fault", ["denied", "busy", "dropped", "cut", "malformed"])
def test_a_queue_that_cannot_be_read_says_so(queue: SimulatedQueue, source: Source, fault: str) -> None:
    queue.put("{}")
    queue.fault = fault
    with pytest.raises(SourceError, match="demarc-changes: "):
        source.receive()
    queue.fault = ""
    assert len(source.receive()) == 1


def test_nothing_else_is_ever_sent(queue: SimulatedQueue, source: Source) -> None:
    queue.put("{}")
    source.done([each.receipt for each in source.receive()])
    assert set(queue.calls) == {f"GET {NAME}", f"DELETE {NAME}"}


@pytest.mark.parametrize("address", ["", "demarc", "http://a.queue.core.windows.net/q-1", "https://a.queue.core.windows.net/"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(SourceError, match="is no queue"):
        listen(AzureOptions(), address)


def test_the_grant_is_for_this_queue_alone() -> None:
    ((grant,),) = permissions("https://store.queue.core.windows.net/demarc").values()
    assert not isinstance(grant, str)
    (role,) = grant["roles"]
    assert role["scope"].endswith("/storageAccounts/store/queueServices/default/queues/demarc")
    assert len(role["dataActions"]) == 2
