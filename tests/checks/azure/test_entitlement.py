"""Who may do what on Azure, at a scope: from the account's assignments and roles."""

from __future__ import annotations

from typing import Any

import pytest

from checks.azure.entitlement import who_can
from scanner.evaluation.entitlement import Question
from scanner.model import Resource, UnreadError
from tests.cases import NOW, FakeInventory, resource, unlisted
from tests.checks.azure import granted
from tests.checks.azure.granted import CONTRIBUTOR, GROUP, OWNER, READER, SECRETS, SUBSCRIPTION, VAULT, row

READ, SECRET = "Microsoft.KeyVault/vaults/read", "Microsoft.KeyVault/vaults/secrets/getSecret/action"
HERE = resource("azure.subscription.subscription", SUBSCRIPTION, item={})
YES, POSSIBLY = True, False
OTHERS = "others"


def asked(question: Question, *rows: dict[str, Any], also: tuple[Resource, ...] = ()) -> dict[str, bool]:
    there = (HERE, *granted.definitions(), *granted.assignments(*rows), *also)
    found = who_can(FakeInventory(there), question, NOW)
    return {each.principal: each.certain for each in found if each.principal != OTHERS}


@pytest.mark.parametrize(
    ("question", "rows", "expected"),
    [
        (Question(READ, VAULT), [row(READER)], {"ada": YES}),
        (Question(READ.upper(), VAULT.upper()), [row(READER)], {"ada": YES}),
        (Question(READ, VAULT), [row(READER, GROUP)], {"ada": YES}),
        (Question(READ, VAULT), [row(READER, f"{SUBSCRIPTION}/resourceGroups/other")], {}),
        (Question("Microsoft.KeyVault/vaults/write", VAULT), [row(READER)], {}),
        (Question("Microsoft.KeyVault/vaults/write", VAULT), [row(CONTRIBUTOR)], {"ada": YES}),
        (Question("Microsoft.KeyVault/vaults/write"), [row(OWNER)], {"ada": YES}),
        # An action on data is held by data actions alone: an owner of the vault does not read its secrets by that.
        (Question(SECRET, VAULT), [row(OWNER), row(SECRETS, who="bob")], {"bob": YES}),
        (Question(READ, VAULT), [row("ffffffff-0000-0000-0000-000000000000")], {"ada": POSSIBLY}),
    ],
)
def test_who_can(question: Question, rows: list[dict[str, Any]], expected: dict[str, bool]) -> None:
    assert asked(question, *rows) == expected


def test_who_must_activate_a_role_first_is_among_them() -> None:
    (eligible,) = granted.assignments(row(OWNER), type="azure.rbac.eligible_assignment")
    there = FakeInventory((HERE, *granted.definitions(), eligible))
    (holder,) = who_can(there, Question(READ, VAULT), NOW)
    assert "once activated" in holder.through


def test_people_are_called_by_name() -> None:
    item = row(READER)
    named = resource("azure.rbac.role_assignment", item["id"].lower(), item=item, **granted.known(user=granted.user()))
    (holder,) = who_can(FakeInventory((HERE, *granted.definitions(), named)), Question(READ, VAULT), NOW)
    assert holder.principal == "ada@example.com (ada)"


@pytest.mark.parametrize("gap", ["role_assignment", "role_definition", "eligible_assignment", "deny_assignment"])
def test_where_something_is_not_listed_nobody_can_say(gap: str) -> None:
    with pytest.raises(UnreadError):
        list(who_can(FakeInventory((HERE,), (unlisted(f"azure.rbac.{gap}"),)), Question(READ, VAULT), NOW))


def test_of_the_tenant_it_is_asked_at_the_root() -> None:
    tenant = resource("azure.entra.tenant", item={})
    above, below = row(OWNER, "/"), row(OWNER, who="bob")
    there = (tenant, *granted.definitions(), *granted.assignments(above, below))
    found = who_can(FakeInventory(there, (unlisted("azure.subscription.subscription"),)), Question(READ), NOW)
    assert [each.principal for each in found] == ["ada", OTHERS]


@pytest.mark.parametrize(
    ("question", "open_ends"), [(Question(READ, VAULT), 0), (Question(SECRET, VAULT), 1), (Question(READ), 1)]
)
def test_what_roles_do_not_tell_leaves_others_open(question: Question, open_ends: int) -> None:
    found = who_can(FakeInventory((HERE, *granted.definitions())), question, NOW)
    assert [each.certain for each in found if each.principal == OTHERS] == [False] * open_ends
