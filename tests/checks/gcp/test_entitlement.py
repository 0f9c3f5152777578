"""Who may do what on Google Cloud: on a resource, and by what is granted above it."""

from __future__ import annotations

from typing import Any

import pytest

from checks.gcp.entitlement import who_can
from scanner.evaluation.entitlement import Question
from scanner.model import Resource, UnreadError
from tests.cases import NOW, FakeInventory, resource, unlisted
from tests.checks.gcp.estate import ADA, EXPIRED, HIDDEN, STRANGER, TAGGED, TEAM, allow, bind, folder, project, top

BUCKET = "//storage.googleapis.com/projects/_/buckets/b"
GET, ACT = "storage.objects.get", "iam.serviceAccounts.actAs"
CUSTOM = "projects/sample/roles/reader"
ROLE = resource("gcp.iam.role", item={"name": CUSTOM, "includedPermissions": [GET]})
YES, POSSIBLY = True, False


def custom(*members: str, when: str = "") -> dict[str, Any]:
    return {**bind("x", *members, when=when), "role": CUSTOM}


def bucket(*bindings: dict[str, Any]) -> Resource:
    return resource("gcp.storage.bucket", BUCKET, item={}, iam_policy=allow(*bindings))


@pytest.mark.parametrize(
    ("permission", "there", "expected"),
    [
        (GET, [project(allow(custom(ADA)))], {ADA: YES}),
        (GET, [project(allow(custom(ADA, when=EXPIRED)))], {}),
        (GET, [project(allow(custom(ADA, when=TAGGED)))], {ADA: POSSIBLY}),
        (GET, [project(allow()), bucket(custom(STRANGER))], {STRANGER: YES}),
        (ACT, [project(allow(bind("owner", ADA)))], {ADA: YES}),
        (ACT, [project(allow(bind("viewer", ADA)))], {}),
        (ACT, [project(allow(), lineage=[folder(bind("owner", TEAM)), top()])], {TEAM: YES}),
        # What predefined roles hold is known for what leads to more rights; for the rest, nobody can say.
        (GET, [project(allow(bind("storage.objectViewer", ADA)))], {ADA: POSSIBLY}),
    ],
)
def test_who_can(permission: str, there: list[Resource], expected: dict[str, bool]) -> None:
    question = Question(permission, BUCKET, "gcp.storage.bucket")
    every = (ROLE, *there, *(() if any(each.id == BUCKET for each in there) else (bucket(),)))
    found = {each.principal: each.certain for each in who_can(FakeInventory(every), question, NOW)}
    # Who administers the organization is granted a predefined role on it.
    assert {name: sure for name, sure in found.items() if (name, sure) != (ADA, POSSIBLY) or name in expected} == expected


def test_it_says_which_role_on_what() -> None:
    there = FakeInventory((ROLE, project(allow(), lineage=[folder(bind("owner", TEAM)), top()])))
    (holder,) = [each for each in who_can(there, Question(ACT), NOW) if each.principal == TEAM]
    assert holder.through == "roles/owner on folders/1"


@pytest.mark.parametrize("gap", ["gcp.iam.role", "gcp.iam.deny_policy", "gcp.project.project"])
def test_where_something_is_not_listed_nobody_can_say(gap: str) -> None:
    with pytest.raises(UnreadError):
        list(who_can(FakeInventory((project(allow()),), (unlisted(gap),)), Question(ACT), NOW))


def test_what_is_above_and_not_read_leaves_nothing_said() -> None:
    with pytest.raises(UnreadError):
        list(who_can(FakeInventory((HIDDEN,)), Question(ACT), NOW))


@pytest.mark.parametrize("question", [Question(ACT), Question(ACT, BUCKET)])
def test_grants_that_were_not_read_leave_others_open(question: Question) -> None:
    found = who_can(FakeInventory((ROLE, project(allow(bind("owner", TEAM))))), question, NOW)
    assert {each.principal: each.certain for each in found if each.principal in (TEAM, "others")} == {
        TEAM: YES,
        "others": POSSIBLY,
    }
