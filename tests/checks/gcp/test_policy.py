"""The policy evaluator: known policies, and what must hold of any policy."""
# ruff: noqa: E501 -- a known policy is one row of a table

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.gcp import policy, roles
from checks.gcp.iam_accounts import chains
from checks.gcp.policy import Bound, Home, Level, Powers, attributes_of, bindings, denials, denied, who_can
from scanner.model import UnreadError
from tests.cases import NOW
from tests.checks.gcp.estate import (
    ADA,
    AGENT,
    DEFAULT,
    EVE,
    EXPIRED,
    FOREIGN,
    GONE,
    LASTING,
    OWN,
    STRANGER,
    TAGGED,
    TEAM,
    allow,
    bind,
)

NOBODY, PROJECT, ORGANIZATION, OUTSIDE, AUTHENTICATED, PUBLIC = Level
HOME = Home(frozenset({"sample", "1001"}), frozenset({"1"}), "2", frozenset({"C01"}), frozenset({"example.com"}))
BUCKET = attributes_of("//storage.googleapis.com/projects/_/buckets/b", NOW)
POOL = "//iam.googleapis.com/projects/1001/locations/global/workloadIdentityPools/p"
THEIR_POOL = POOL.replace("1001", "2002")
WORKFORCE = "//iam.googleapis.com/locations/global/workforcePools/staff"
NODES = "principalSet://cloudresourcemanager.googleapis.com"


def reach(*given: dict[str, Any], home: Home = HOME, attributes: Any = BUCKET) -> Bound:
    """Return the widest bound of a policy: soft if nothing certainly reaches so far."""
    found = [bound for bound, _ in policy.bounded(bindings(allow(*given)), home, attributes)]
    level = max((each.level for each in found), default=NOBODY)
    return Bound(level, bool(found) and all(each.soft for each in found if each.level == level))


MEMBERS: list[tuple[str, Level, bool]] = [
    ("allUsers", PUBLIC, False),
    ("allAuthenticatedUsers", AUTHENTICATED, False),
    ("principalSet://goog/public:all", PUBLIC, False),
    # people
    (ADA, ORGANIZATION, False),
    ("user:Ada@EXAMPLE.com", ORGANIZATION, False),
    ("user:ada@eu.example.com", ORGANIZATION, False),
    ("user:ada@notexample.com", OUTSIDE, False),
    ("principal://goog/subject/ada@example.com", ORGANIZATION, False),
    (TEAM, ORGANIZATION, False),
    ("domain:example.com", ORGANIZATION, False),
    (STRANGER, OUTSIDE, False),
    ("domain:other.example", OUTSIDE, False),
    (EVE, OUTSIDE, False),
    ("group:friends@googlegroups.com", OUTSIDE, False),
    ("principalSet://goog/cloudIdentityCustomerId/C01", ORGANIZATION, False),
    ("principalSet://goog/cloudIdentityCustomerId/C99", OUTSIDE, True),
    (GONE, NOBODY, False),
    ("deleted:serviceAccount:x@sample.iam.gserviceaccount.com?uid=1", NOBODY, False),
    # service accounts
    (OWN, PROJECT, False),
    (DEFAULT, PROJECT, False),
    ("serviceAccount:sample@appspot.gserviceaccount.com", PROJECT, False),
    ("serviceAccount:1001@cloudservices.gserviceaccount.com", PROJECT, False),
    ("serviceAccount:1001@cloudbuild.gserviceaccount.com", PROJECT, False),
    (AGENT, PROJECT, False),
    ("serviceAccount:p1001-123456@gcp-sa-cloud-sql.iam.gserviceaccount.com", PROJECT, False),
    ("serviceAccount:bq-1001@bigquery-encryption.iam.gserviceaccount.com", PROJECT, False),
    ("serviceAccount:service-org-2@gcp-sa-logging.iam.gserviceaccount.com", ORGANIZATION, False),
    ("serviceAccount:service-folder-1@gcp-sa-logging.iam.gserviceaccount.com", ORGANIZATION, False),
    ("serviceAccount:service-org-9@gcp-sa-logging.iam.gserviceaccount.com", OUTSIDE, True),
    ("serviceAccount:service-2002@gcp-sa-pubsub.iam.gserviceaccount.com", OUTSIDE, True),
    ("serviceAccount:service-1001@evil.iam.gserviceaccount.com", OUTSIDE, True),
    ("serviceAccount:cloud-logs@system.gserviceaccount.com", ORGANIZATION, False),
    ("group:cloud-storage-analytics@google.com", ORGANIZATION, False),
    (FOREIGN, OUTSIDE, True),
    ("serviceAccount:sample.svc.id.goog[ns/app]", PROJECT, False),
    ("serviceAccount:other.svc.id.goog[ns/app]", OUTSIDE, True),
    ("projectOwner:sample", PROJECT, False),
    ("projectEditor:other", OUTSIDE, True),
    # sets
    (f"principal:{POOL}/subject/repo:acme/app", PROJECT, False),
    (f"principalSet:{POOL}/*", PROJECT, False),
    (f"principalSet:{THEIR_POOL}/attribute.repository/acme/app", OUTSIDE, True),
    (f"principal:{WORKFORCE}/subject/ada@example.com", OUTSIDE, True),
    (f"{NODES}/projects/1001", ORGANIZATION, False),
    (f"{NODES}/folders/1/type/ServiceAccount", ORGANIZATION, False),
    (f"{NODES}/organizations/2", ORGANIZATION, False),
    (f"{NODES}/organizations/9", OUTSIDE, True),
    ("principalSet://unheard.of/x", PUBLIC, True),
    ("iamMember:x", PUBLIC, True),
]


@pytest.mark.parametrize(("member", "level", "possibly"), MEMBERS, ids=[row[0] for row in MEMBERS])
def test_how_far_a_member_reaches(member: str, level: Level, possibly: bool) -> None:
    assert reach(bind("viewer", member)) == Bound(level, possibly)


KNOWN: list[tuple[str, list[Any], Level, bool]] = [
    ("nothing", [], NOBODY, False),
    ("nobody", [bind("viewer")], NOBODY, False),
    ("the widest counts", [bind("viewer", ADA), bind("viewer", EVE), bind("viewer", OWN)], OUTSIDE, False),
    ("the certain beats the possible", [bind("viewer", STRANGER), bind("viewer", FOREIGN)], OUTSIDE, False),
    ("the wider, even if possible", [bind("viewer", EVE), bind("viewer", "allUsers", when=TAGGED)], PUBLIC, True),
    ("for a while", [bind("viewer", EVE, when=LASTING)], OUTSIDE, False),
    ("no longer", [bind("viewer", "allUsers", when=EXPIRED), bind("viewer", ADA)], ORGANIZATION, False),
    ("for tagged resources", [bind("viewer", "allUsers", when=TAGGED)], PUBLIC, True),
    (
        "for another bucket",
        [bind("viewer", "allUsers", when='resource.name.startsWith("projects/_/buckets/c")')],
        NOBODY,
        False,
    ),
    (
        "for some objects",
        [bind("viewer", "allUsers", when='resource.name.startsWith("projects/_/buckets/b/objects/x")')],
        PUBLIC,
        True,
    ),
    ("for this bucket", [bind("viewer", "allUsers", when='resource.name.startsWith("projects/_/buckets/b")')], PUBLIC, False),
]


@pytest.mark.parametrize(("given", "level", "possibly"), [row[1:] for row in KNOWN], ids=[row[0] for row in KNOWN])
def test_known_policy(given: list[Any], level: Level, possibly: bool) -> None:
    assert reach(*given) == Bound(level, possibly)


def test_nobody_is_placed_where_no_domain_is_known() -> None:
    assert reach(bind("viewer", ADA), home=Home()) == Bound(OUTSIDE, soft=True)
    assert reach(bind("viewer", EVE), home=Home()) == Bound(OUTSIDE)


def test_what_may_be_granted_is_told_with_the_grant() -> None:
    only = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer'])"
    given = bindings(allow(bind("resourcemanager.projectIamAdmin", ADA, when=only)))
    assert [(each.certain, each.grantable) for each in policy.grants(given, {})] == [(True, frozenset({"roles/viewer"}))]
    assert who_can(roles.SET_PROJECT, given, POWERS, {}) == {ADA: False}


@pytest.mark.parametrize(
    "document",
    [
        {"bindings": "x"},
        {"bindings": [{"members": []}]},
        {"bindings": [{"role": "roles/x", "members": "allUsers"}]},
        {"bindings": [{"role": "roles/x", "members": [1]}]},
        {"bindings": [{"role": "roles/x", "members": [], "condition": "x"}]},
        [],
    ],
)
def test_a_malformed_policy_is_unread(document: Any) -> None:
    with pytest.raises(UnreadError):
        bindings(document)


# ---- deny policies ---------------------------------------------------------------------------------------------------

KEYS = "iam.serviceAccountKeys.create"
EVERYBODY = "principalSet://goog/public:all"


def rule(*principals: str, permissions: Any = ("iam.googleapis.com/serviceAccountKeys.*",), **more: Any) -> dict[str, Any]:
    return {"denyRule": {"deniedPrincipals": list(principals), "deniedPermissions": list(permissions), **more}}


SPARED = {"exceptionPrincipals": ["principal://goog/subject/ada@example.com"]}
DENIALS: list[tuple[str, dict[str, Any], str, bool | None]] = [
    ("everybody", rule(EVERYBODY), ADA, True),
    ("everybody, seen as everybody", rule(EVERYBODY), "allUsers", True),
    ("her", rule("principal://goog/subject/ada@example.com"), ADA, True),
    ("somebody else", rule("principal://goog/subject/bob@example.com"), ADA, False),
    ("her group", rule("principalSet://goog/group/team@example.com"), TEAM, True),
    ("perhaps her group", rule("principalSet://goog/group/team@example.com"), ADA, None),
    ("a group is not everybody", rule("principalSet://goog/group/team@example.com"), "allUsers", False),
    ("an account", rule("principal://iam.googleapis.com/projects/-/serviceAccounts/" + OWN.partition(":")[2]), OWN, True),
    ("a pool", rule(f"principalSet:{POOL}/*"), f"principalSet:{POOL}/*", True),
    ("accounts of a project", rule("principalSet://cloudresourcemanager.googleapis.com/projects/1001"), AGENT, True),
    ("all but her", rule(EVERYBODY, **SPARED), ADA, False),
    ("all but her: him", rule(EVERYBODY, **SPARED), EVE, True),
    ("all but her: a group", rule(EVERYBODY, **SPARED), TEAM, None),
    ("all but a group", rule(EVERYBODY, exceptionPrincipals=["principalSet://goog/group/team@example.com"]), ADA, None),
    ("another permission", rule(EVERYBODY, permissions=["iam.googleapis.com/roles.create"]), ADA, False),
    ("all but this permission", rule(EVERYBODY, permissions=["iam.googleapis.com/*"], exceptionPermissions=["iam.googleapis.com/serviceAccountKeys.create"]), ADA, False),
    ("in time", rule(EVERYBODY, denialCondition={"expression": LASTING}), ADA, True),
    ("no longer", rule(EVERYBODY, denialCondition={"expression": EXPIRED}), ADA, False),
    ("where it is tagged", rule(EVERYBODY, denialCondition={"expression": TAGGED}), ADA, None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "member", "expected"), [row[1:] for row in DENIALS], ids=[row[0] for row in DENIALS])
def test_known_deny_rule(given: dict[str, Any], member: str, expected: bool | None) -> None:
    assert denied(member, KEYS, list(denials({"rules": [given]})), policy.at_time(NOW)) is expected


def test_hosts_of_permissions() -> None:
    assert policy.hosted("resourcemanager.projects.setIamPolicy") == "cloudresourcemanager.googleapis.com/projects.setIamPolicy"
    assert policy.hosted("storage.objects.get") == "storage.googleapis.com/objects.get"
    assert policy.hosted(roles.CHANGE_PROVIDER) == roles.CHANGE_PROVIDER


def test_a_malformed_deny_policy_is_unread() -> None:
    with pytest.raises(UnreadError):
        list(denials({"rules": [{"allowRule": {}}]}))


# ---- roles and who can -----------------------------------------------------------------------------------------------

POWERS = Powers(roles.predefined, {"projects/sample/roles/x": frozenset({KEYS})})


def test_who_can() -> None:
    given = bindings(
        allow(
            bind("iam.serviceAccountKeyAdmin", ADA),
            bind("owner", TEAM),
            bind("viewer", EVE),
            bind("iam.serviceAccountKeyAdmin", STRANGER, when=TAGGED),
            {"role": "projects/sample/roles/x", "members": [OWN]},
            {"role": "organizations/2/roles/y", "members": [FOREIGN]},
        )
    )
    can = {ADA: True, TEAM: True, STRANGER: False, OWN: True, FOREIGN: False}
    assert who_can(KEYS, given, POWERS, {}) == can
    rules = list(denials({"rules": [rule(EVERYBODY, **SPARED)]}))
    assert who_can(KEYS, given, POWERS, {}, rules) == {ADA: True, TEAM: False}


def test_owners_own_but_take_no_tokens() -> None:
    owner, editor = roles.predefined("roles/owner"), roles.predefined("roles/editor")
    assert owner is not None
    assert editor is not None
    assert {roles.SET_PROJECT, roles.MAKE_KEY, roles.ACT_AS} <= owner
    assert roles.TOKEN not in owner
    assert roles.SET_PROJECT not in editor
    assert editor < owner


def test_roles_that_nobody_can_know() -> None:
    assert roles.predefined("roles/storage.objectViewer") == frozenset()
    assert roles.predefined("roles/dataflow.serviceAgent") is None
    assert roles.predefined("organizations/2/roles/y") is None


def test_every_step_is_in_reach_of_a_role_that_is_known() -> None:
    held = frozenset[str]().union(*roles.PREDEFINED.values())
    assert held == roles.WATCHED


@pytest.mark.parametrize(
    ("permissions", "first"),
    [
        (["storage.objects.get", roles.ACT_AS, roles.CHANGE_ROLE], "widen a custom role that it holds"),
        ([roles.ACT_AS, "run.services.create"], "deploy a service as any service account"),
        ([roles.ACT_AS], None),
        (["run.services.create"], None),
    ],
)
def test_steps(permissions: list[str], first: str | None) -> None:
    assert next(iter(roles.steps(permissions)), None) == first


def test_chains_of_accounts_end() -> None:
    admitted = {"a": ["b"], "b": ["c", "a"], "c": ["b", "d"], "x": ["y"]}
    assert chains("a", admitted) == {"b": ["a", "b"], "c": ["a", "b", "c"], "d": ["a", "b", "c", "d"]}


# ---- what must hold of any policy ------------------------------------------------------------------------------------

SOME = st.sampled_from([row[0] for row in MEMBERS])
WHEN = st.sampled_from(["", EXPIRED, LASTING, TAGGED, "resource.name.startsWith('projects/_/buckets/c')"])
BINDINGS = st.lists(
    st.builds(lambda members, when: bind("viewer", *members, when=when), st.lists(SOME, max_size=3), WHEN), max_size=4
)


@given(BINDINGS, BINDINGS)
def test_more_grants_never_reach_less_far(one: list[Any], more: list[Any]) -> None:
    assert reach(*one).level <= reach(*one, *more).level


@given(BINDINGS, WHEN)
def test_a_condition_never_widens(given: list[Any], when: str) -> None:
    narrowed = [
        {**each, "condition": {"expression": f"({when or 'true'}) && ({each.get('condition', {}).get('expression', 'true')})"}}
        for each in given
    ]
    assert reach(*narrowed).level <= reach(*given).level


@given(st.text(max_size=30))
def test_no_member_breaks_it(member: str) -> None:
    assert reach(bind("viewer", member)).level in Level


@given(SOME, st.lists(st.sampled_from([row[1]["denyRule"]["deniedPrincipals"][0] for row in DENIALS]), min_size=1, max_size=3))
def test_a_denied_member_cannot(member: str, principals: list[str]) -> None:
    rules = list(denials({"rules": [rule(*principals)]}))
    given = bindings(allow(bind("iam.serviceAccountKeyAdmin", member)))
    without, with_rules = who_can(KEYS, given, POWERS, {}), who_can(KEYS, given, POWERS, {}, rules)
    assert set(with_rules) <= set(without)
    assert (denied(policy.plain(member), KEYS, rules, {}) is True) is (bool(without) and not with_rules) or not without
