"""The evaluator of Azure's rights: known grants, and what must hold of any."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.azure import conditions, policy, rights
from checks.azure.conditions import ASSIGNED_ROLE, ASSIGNED_TYPE, holds, matches
from checks.azure.policy import EVERYONE, Denial, Grant, Level, Permission, Role, covers, denial, grant, level, role, who_can
from scanner.model import UnreadError
from tests.cases import FakeInventory
from tests.checks.azure.granted import (
    ACCESS,
    CONTRIBUTOR,
    GROUP,
    NO_OWNERS,
    ONE_PERSON,
    ONLY_READER,
    OWNER,
    READER,
    ROLES,
    SUBSCRIPTION,
    VAULT,
    WRITE,
    assignments,
    definition,
    definitions,
    row,
)

SUB, MG, RG = SUBSCRIPTION.lower(), GROUP.lower(), f"{SUBSCRIPTION}/resourcegroups/app".lower()
READ, START = "Microsoft.Storage/storageAccounts/read", "Microsoft.Compute/virtualMachines/start/action"


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("*", READ, True),
        ("*/read", READ, True),
        ("*/read", START, False),
        ("Microsoft.Storage/*", READ, True),
        ("microsoft.storage/*/READ", READ, True),
        ("Microsoft.Storage/*/read", "Microsoft.Storage/read", False),
        ("Microsoft.Compute/*/start/*", START, True),
        ("Microsoft.Compute/virtualMachines", START, False),
        ("a*a", "a", False),
        ("a*b*a", "aba", True),
        ("a*b*b*a", "aba", False),
        ("", "", True),
        ("**", READ, True),
        ("a.c", "abc", False),
    ],
)
def test_which_actions_a_pattern_names(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name) is fits


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("", Level.ROOT),
        (MG, Level.MANAGEMENT_GROUP),
        (SUB, Level.SUBSCRIPTION),
        (RG, Level.RESOURCE_GROUP),
        (VAULT.lower(), Level.RESOURCE),
        ("/providers/microsoft.capacity", Level.RESOURCE),
        ("nonsense", Level.RESOURCE),
    ],
)
def test_how_much_a_scope_holds(scope: str, said: Level) -> None:
    assert level(scope) is said


@pytest.mark.parametrize(
    ("scope", "other", "said"),
    [
        ("", MG, True),
        ("", VAULT.lower(), True),
        (MG, SUB, True),
        (MG, MG, True),
        (MG, f"{MG}-2", False),
        (MG, "", False),
        (SUB, RG, True),
        (SUB, f"{SUB}0", False),
        (RG, SUB, False),
        (RG, f"{RG}-2", False),
        (RG, VAULT.lower(), True),
    ],
)
def test_what_a_scope_covers(scope: str, other: str, said: bool) -> None:
    assert covers(scope, other) is said


# Conditions.

BLOBS = (
    "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'}"
    " AND NOT SubOperationMatches{'Blob.List'})) OR (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs/"
    "tags:Project<$key_case_sensitive$>] StringEquals 'Cascade'))"
)
CONDITIONS: list[tuple[str, str, dict[str, str], bool | None]] = [
    ("", WRITE, {}, True),
    (" \n", WRITE, {}, True),
    (ONLY_READER, READ, {}, True),
    (ONLY_READER, WRITE, {}, None),
    (ONLY_READER, WRITE, {ASSIGNED_ROLE: OWNER}, False),
    (ONLY_READER, WRITE, {ASSIGNED_ROLE: READER}, True),
    (ONLY_READER, WRITE, {ASSIGNED_ROLE: READER.upper()}, True),
    (NO_OWNERS, WRITE, {ASSIGNED_ROLE: OWNER}, False),
    (NO_OWNERS, WRITE, {ASSIGNED_ROLE: CONTRIBUTOR}, True),
    # Any value differs from one of two: that condition lets everything pass, whatever was meant by it.
    (NO_OWNERS.replace("OfAllValues", "OfAnyValues"), WRITE, {ASSIGNED_ROLE: OWNER}, True),
    (ONE_PERSON, WRITE, {ASSIGNED_ROLE: OWNER}, None),
    (f"{ONLY_READER} AND {ONE_PERSON}", WRITE, {ASSIGNED_ROLE: OWNER}, False),
    (f"{ONLY_READER} && {ONE_PERSON}", WRITE, {ASSIGNED_ROLE: READER}, None),
    (f"{ONLY_READER} OR {ONE_PERSON}", WRITE, {ASSIGNED_ROLE: READER}, True),
    (BLOBS, READ, {}, True),
    (BLOBS, "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read", {}, None),
    ("@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'group'", WRITE, {}, None),
    (
        "@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'group'",
        WRITE,
        {ASSIGNED_TYPE: "Group"},
        True,
    ),
    (
        "@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEquals 'group'",
        WRITE,
        {ASSIGNED_TYPE: "Group"},
        False,
    ),
    ("@Environment[UtcNow] DateTimeGreaterThan '2020-01-01'", WRITE, {}, None),
    ("Exists @Principal[Microsoft.Directory/CustomSecurityAttributes/Id:a_b]", WRITE, {}, None),
    ("NOT ActionMatches{'*/write'}", WRITE, {}, False),
    ("!ActionMatches{'*/read'} || ActionMatches{'x'}", WRITE, {}, True),
    ("ActionMatches{'*'", WRITE, {}, None),
    ("(", WRITE, {}, None),
    (")", WRITE, {}, None),
    ("ActionMatches{'*'} ActionMatches{'*'}", WRITE, {}, None),
    ("!" * 500 + "ActionMatches{'*'}", WRITE, {}, None),
    ("(" * 5000 + ")" * 5000, WRITE, {}, None),
]


@pytest.mark.parametrize(("text", "action", "known", "said"), CONDITIONS)
def test_what_a_condition_says(text: str, action: str, known: dict[str, str], said: bool | None) -> None:
    assert holds(text, action, known) is said


def read(*rows: dict[str, Any]) -> list[Grant]:
    return [grant(each) for each in rows]


KNOWN = {id: role(each) for id, each in ROLES.items()}


def can(action: str, scope: str, *rows: dict[str, Any], rules: Any = (), data: bool = False) -> dict[str, bool]:
    return who_can(action, scope, read(*rows), KNOWN.get, rules, data=data)


def test_a_role_lacks_what_it_excludes_but_another_may_give_it() -> None:
    assert can(WRITE, SUB, row(CONTRIBUTOR)) == {}
    assert can(WRITE, SUB, row(CONTRIBUTOR), row(ACCESS)) == {"ada": True}


def test_rights_on_settings_are_none_on_data() -> None:
    secret = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
    assert can(secret, VAULT.lower(), row(OWNER), data=True) == {}
    assert can(secret, VAULT.lower(), row("4633458b-17de-408a-b874-0445c86b69e6", GROUP), data=True) == {"ada": True}


def test_rights_go_down_and_not_up_or_aside() -> None:
    rows = [row(who="root", scope="/"), row(who="mg", scope=GROUP), row(who="sub"), row(who="rg", scope=RG.upper())]
    assert set(can(START, VAULT.lower(), *rows)) == {"root", "mg", "sub", "rg"}
    assert set(can(START, SUB, *rows)) == {"root", "mg", "sub"}
    assert set(can(START, f"{SUB}/resourcegroups/other", *rows)) == {"root", "mg", "sub"}
    assert set(can(START, "", *rows)) == {"root"}


def test_a_role_that_is_not_shown_may_hold_anything() -> None:
    assert can(START, SUB, row("unheard-of")) == {"ada": False}


def test_a_condition_on_the_request_leaves_the_right_uncertain() -> None:
    assert can(WRITE, SUB, row(condition=ONE_PERSON)) == {"ada": False}
    assert can(START, SUB, row(condition=ONE_PERSON)) == {"ada": True}


def test_who_assigns_some_roles_only_does_not_administer() -> None:
    rows = read(
        row(who="owner"), row(ACCESS, who="limited", condition=NO_OWNERS), row(ACCESS, who="some", condition=ONE_PERSON)
    )
    assert policy.administrators(SUB, rows, KNOWN.get) == {"owner": True, "some": False}


def test_the_condition_of_a_role_counts_as_that_of_its_assignment() -> None:
    limited = role(definition(actions=[WRITE], condition=ONLY_READER))
    assert policy.administers(read(row(limited.id))[0], limited) is False
    assert policy.may_assign(read(row(limited.id))[0], limited, READER) is True


def deny(*principals: tuple[str, str], but: Any = (), scope: str = SUBSCRIPTION, alone: bool = False, **more: Any) -> Denial:
    block = {"actions": ["*/write"], "notActions": ["Microsoft.Compute/*"], "dataActions": [], "notDataActions": []} | more
    named, spared = ([{"id": id, "type": kind} for id, kind in some] for some in (principals, but))
    given = {"scope": scope, "principals": named, "excludePrincipals": spared, "permissions": [block]}
    return denial({"properties": {**given, "doNotApplyToChildScopes": alone}})


ALL, ADA, TEAM = (EVERYONE.upper(), "SystemDefined"), ("ada", "User"), ("team", "Group")
DENIALS: list[tuple[str, Denial, str, str, dict[str, bool]]] = [
    ("everyone", deny(ALL), "User", VAULT, {}),
    ("by name", deny(ADA), "User", VAULT, {}),
    ("somebody else", deny(("eve", "User")), "User", VAULT, {"ada": True}),
    ("a group that she may be in", deny(TEAM), "User", VAULT, {"ada": False}),
    ("all but her", deny(ALL, but=[ADA]), "User", VAULT, {"ada": True}),
    ("all but somebody", deny(ALL, but=[("eve", "User")]), "User", VAULT, {}),
    ("all but a group", deny(ALL, but=[TEAM]), "User", VAULT, {"ada": False}),
    ("a group, whose members may be spared", deny(ALL, but=[("eve", "User")]), "Group", VAULT, {"ada": False}),
    ("a group, of which nobody is spared", deny(ALL), "Group", VAULT, {}),
    ("elsewhere", deny(ALL, scope=f"{SUBSCRIPTION}/resourceGroups/other"), "User", VAULT, {"ada": True}),
    ("above only", deny(ALL, alone=True), "User", VAULT, {"ada": True}),
    ("right here", deny(ALL, scope=VAULT, alone=True), "User", VAULT, {}),
    ("other actions", deny(ALL, actions=["*/delete"]), "User", VAULT, {"ada": True}),
    ("on a condition", deny(ALL, condition=ONE_PERSON), "User", VAULT, {"ada": False}),
    ("of nobody", deny(), "User", VAULT, {"ada": True}),
]


@pytest.mark.parametrize(("rule", "kind", "scope", "said"), [each[1:] for each in DENIALS], ids=[each[0] for each in DENIALS])
def test_whom_a_denial_keeps_out(rule: Denial, kind: str, scope: str, said: dict[str, bool]) -> None:
    assert can(WRITE, scope.lower(), row(kind=kind), rules=[rule]) == said


def test_a_denial_spares_the_actions_that_it_excludes() -> None:
    assert can("Microsoft.Compute/disks/write", SUB, row(), rules=[deny(ALL)]) == {"ada": True}


MALFORMED: list[dict[str, Any]] = [
    {},
    {"properties": None},
    {"properties": []},
    {"properties": {"principalId": "a", "scope": "/"}},
    {"properties": {"principalId": 1, "roleDefinitionId": "r", "scope": "/"}},
]


@pytest.mark.parametrize("given", MALFORMED)
def test_a_malformed_assignment_is_unread(given: dict[str, Any]) -> None:
    with pytest.raises(UnreadError):
        grant(given)


@pytest.mark.parametrize("field", ["assignableScopes", "permissions"])
@pytest.mark.parametrize("value", [{}, "x", [1], [[]]])
def test_a_malformed_definition_is_unread(field: str, value: Any) -> None:
    made = definition()
    made["properties"][field] = value
    with pytest.raises(UnreadError):
        role(made)


@pytest.mark.parametrize("value", [{}, "*", [None]])
def test_malformed_actions_are_unread_and_never_none(value: Any) -> None:
    made = definition()
    made["properties"]["permissions"][0]["notActions"] = value
    with pytest.raises(UnreadError):
        role(made)


def test_a_scope_that_is_not_told_stands_in_the_id() -> None:
    made = row(scope=VAULT)
    del made["properties"]["scope"]
    assert grant(made).scope == VAULT.lower()


def test_what_stands_in_the_inventory_is_what_is_asked() -> None:
    found = [*definitions(), *assignments(row(), row(READER, who="bob")), *assignments(row(who="eve"), type=rights.ELIGIBLE)]
    assert rights.who_can(FakeInventory(tuple(found)), WRITE, VAULT) == {"ada": True, "eve": True}


# What must hold of any.

NAMES = st.sampled_from(["microsoft.compute", "microsoft.authorization", "vm", "read", "write", "*", "a*b", ""])
PATTERNS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
ACTIONS = st.lists(st.sampled_from(["microsoft.compute", "microsoft.authorization", "vm", "read", "write"]), min_size=1).map(
    "/".join
)
BLOCKS = st.builds(
    Permission, st.lists(PATTERNS).map(tuple), st.lists(PATTERNS).map(tuple), condition=st.sampled_from(["", ONLY_READER, "?"])
)
HELD = st.builds(Role, st.sampled_from("abc"), st.just("r"), st.booleans(), st.lists(BLOCKS, max_size=3).map(tuple))
SCOPES = st.sampled_from(["", MG, SUB, RG, VAULT.lower()])
GRANTS = st.builds(
    Grant,
    st.sampled_from(["ada", "bob"]),
    st.sampled_from(["user", "group"]),
    st.sampled_from("abc"),
    SCOPES,
    st.sampled_from(["", ONE_PERSON, "nonsense"]),
)
RULES = st.builds(
    Denial,
    SCOPES,
    st.frozensets(st.sampled_from(["ada", "bob", "team", EVERYONE])),
    st.frozensets(st.sampled_from(["ada", "team"])),
    st.lists(BLOCKS, max_size=2).map(tuple),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(PATTERNS, ACTIONS)
def test_a_pattern_without_stars_names_one_action(pattern: str, name: str) -> None:
    assert "*" in pattern or matches(pattern, name) is (pattern == name)


@given(PATTERNS, ACTIONS)
def test_a_pattern_matches_what_its_expression_does(pattern: str, name: str) -> None:
    said = re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), name) is not None
    assert matches(pattern, name) is said


@given(st.text(alphabet="(){}!&|@[]'*, abAND", max_size=60), ACTIONS)
def test_any_text_is_a_condition_that_is_decided_or_not(text: str, action: str) -> None:
    assert conditions.holds(text, action) in (True, False, None)


@given(st.lists(GRANTS, max_size=4), st.lists(HELD, max_size=3), SCOPES, ACTIONS, GRANTS)
def test_one_grant_more_takes_nothing_away(some: list[Grant], held: list[Role], scope: str, action: str, more: Grant) -> None:
    roles = {each.id: each for each in held}.get
    before, after = who_can(action, scope, some, roles), who_can(action, scope, [*some, more], roles)
    assert before.keys() <= after.keys()
    assert all(after[who] for who, sure in before.items() if sure)


@given(st.lists(GRANTS, max_size=4), st.lists(HELD, max_size=3), SCOPES, ACTIONS, st.lists(RULES, max_size=2))
def test_denials_give_nothing(some: list[Grant], held: list[Role], scope: str, action: str, rules: list[Denial]) -> None:
    roles = {each.id: each for each in held}.get
    free, kept = who_can(action, scope, some, roles), who_can(action, scope, some, roles, rules)
    assert kept.keys() <= free.keys()
    assert all(free[who] for who, sure in kept.items() if sure)


@given(st.lists(GRANTS, max_size=4), st.lists(HELD, max_size=3), ACTIONS)
def test_who_can_above_can_below(some: list[Grant], held: list[Role], action: str) -> None:
    roles = {each.id: each for each in held}.get
    by_scope = [who_can(action, scope, some, roles) for scope in ("", MG, SUB, RG, VAULT.lower())]
    for above, below in pairwise(by_scope):
        assert above.keys() <= below.keys()
        assert all(below[who] for who, sure in above.items() if sure)


@given(GRANTS, st.one_of(st.none(), HELD), ACTIONS)
def test_no_condition_is_wider_than_any(given: Grant, held: Role | None, action: str) -> None:
    free, bound = (policy.may(each, held, action) for each in (replace(given, condition=""), given))
    assert bound is not True or free is True
    assert free is not False or bound is False


@given(HELD, ACTIONS)
def test_an_owner_holds_whatever_a_role_holds(held: Role, action: str) -> None:
    assert held.holds(action) is False or KNOWN[OWNER].holds(action) is True
