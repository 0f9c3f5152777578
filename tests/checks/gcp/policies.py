"""Cases that are the same for every type with an allow policy of its own."""

from __future__ import annotations

from typing import Any

from scanner.evaluation.check import Check
from tests.cases import FAIL, PASS, UNKNOWN, case, unlisted
from tests.checks.gcp.estate import (
    ADA,
    AGENT,
    EVE,
    EXPIRED,
    FOREIGN,
    GONE,
    HIDDEN,
    OWN,
    PROJECT,
    STRANGER,
    TAGGED,
    TEAM,
    allow,
    bind,
)


def named(check: Check, id: str, role: str = "viewer") -> list[Any]:
    """Return the cases of a check that nobody unnamed is admitted."""
    return [
        case(check, PASS, id=id, iam_policy=None),
        case(check, PASS, id=id, iam_policy=allow(bind(role, ADA, STRANGER, OWN))),
        case(check, PASS, id=id, iam_policy=allow(bind(role, "allUsers", when=EXPIRED))),
        case(check, FAIL, id=id, iam_policy=allow(bind(role, ADA), bind(role, "allUsers"))),
        case(check, FAIL, id=id, iam_policy=allow(bind(role, "allAuthenticatedUsers"))),
        case(check, FAIL, id=id, iam_policy=allow(bind(role, "principalSet://goog/public:all"))),
        case(check, UNKNOWN, id=id, iam_policy=allow(bind(role, "allUsers", when=TAGGED))),
        case(check, UNKNOWN, id=id, iam_policy=allow(bind(role, "somebody:new"))),
        case(check, UNKNOWN, id=id, iam_policy=allow(bind(role, "allUsers", when="resource.name.startsWith("))),
    ]


def known(check: Check, id: str, role: str = "viewer") -> list[Any]:
    """Return the cases of a check that only the organization's own members are admitted."""
    return [
        case(check, PASS, id=id, iam_policy=None),
        case(check, PASS, id=id, iam_policy=allow(bind(role, OWN, AGENT, GONE)), inventory=[HIDDEN]),
        case(check, PASS, id=id, iam_policy=allow(bind(role, ADA, TEAM, "domain:example.com")), inventory=[PROJECT]),
        case(check, PASS, id=id, iam_policy=allow(bind(role, EVE, when=EXPIRED)), inventory=[PROJECT]),
        case(check, FAIL, id=id, iam_policy=allow(bind(role, ADA, EVE)), inventory=[HIDDEN]),
        case(check, FAIL, id=id, iam_policy=allow(bind(role, STRANGER)), inventory=[PROJECT]),
        case(check, FAIL, id=id, iam_policy=allow(bind(role, FOREIGN, STRANGER)), inventory=[PROJECT]),
        case(check, FAIL, id=id, iam_policy=allow(bind(role, "allUsers")), inventory=[PROJECT]),
        case(check, UNKNOWN, id=id, iam_policy=allow(bind(role, FOREIGN)), inventory=[PROJECT]),
        case(check, UNKNOWN, id=id, iam_policy=allow(bind(role, STRANGER)), inventory=[HIDDEN]),
        case(check, UNKNOWN, id=id, iam_policy=allow(bind(role, STRANGER, when=TAGGED)), inventory=[PROJECT]),
        case(check, UNKNOWN, id=id, iam_policy=allow(bind(role, ADA)), inventory=[unlisted("gcp.project.project")]),
    ]
