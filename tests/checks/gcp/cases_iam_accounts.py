from typing import Any

from checks.gcp import iam_accounts as accounts
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp import policies
from tests.checks.gcp.estate import (
    ADA,
    AGENT,
    DEFAULT,
    EVE,
    EXPIRED,
    HIDDEN,
    OWN,
    PROJECT,
    STRANGER,
    TAGGED,
    TEAM,
    allow,
    bind,
    folder,
    project,
    top,
)

ID = "//iam.googleapis.com/projects/sample/serviceAccounts/app@sample.iam.gserviceaccount.com"
POOL = "//iam.googleapis.com/projects/1001/locations/global/workloadIdentityPools/p"
ITEM = {"email": OWN.partition(":")[2], "projectId": "sample", "uniqueId": "42"}
MACHINE = {"email": DEFAULT.partition(":")[2], "projectId": "sample"}
TOKEN, USE, LET_IN = "iam.serviceAccountTokenCreator", "iam.serviceAccountUser", "iam.workloadIdentityUser"
EDITOR = project(allow(bind("editor", DEFAULT, ADA)))
OWNED = project(allow(bind("owner", ADA, OWN)))
OTHER = "serviceAccount:build@sample.iam.gserviceaccount.com"


def account(member: str, policy: Any = None) -> Resource:
    return resource("gcp.iam.service_account", member, item={"email": member.partition(":")[2]}, iam_policy=policy)


KEPT = accounts.administrator_kept

CASES = [
    *policies.named(accounts.not_public, ID, TOKEN),
    *policies.known(accounts.members_known, ID, TOKEN),
    case(accounts.workloads_named, PASS, iam_policy=allow(bind(LET_IN, f"principal:{POOL}/subject/repo:acme/app"))),
    case(accounts.workloads_named, PASS, iam_policy=allow(bind(LET_IN, f"principalSet:{POOL}/attribute.repository/acme/app"))),
    case(accounts.workloads_named, FAIL, iam_policy=allow(bind(LET_IN, f"principalSet:{POOL}/*"))),
    case(accounts.workloads_named, SKIP, iam_policy=allow(bind(USE, ADA))),
    case(accounts.default_without_basic_role, PASS, item=MACHINE, inventory=[PROJECT]),
    case(accounts.default_without_basic_role, PASS, item={**MACHINE, "disabled": True}, inventory=[EDITOR]),
    case(accounts.default_without_basic_role, FAIL, item=MACHINE, inventory=[EDITOR]),
    case(
        accounts.default_without_basic_role,
        FAIL,
        item=MACHINE,
        inventory=[project(None, [folder(bind("editor", DEFAULT)), top()])],
    ),
    case(accounts.default_without_basic_role, SKIP, item=ITEM, inventory=[EDITOR]),
    case(accounts.default_without_basic_role, UNKNOWN, item=MACHINE, inventory=[HIDDEN]),
    case(accounts.default_without_basic_role, UNKNOWN, item=MACHINE, inventory=[project(DENIED)]),
    case(accounts.described, PASS, item={**ITEM, "description": "the web shop"}),
    case(accounts.described, PASS, item={**ITEM, "displayName": "Web shop"}),
    case(accounts.described, FAIL, item=ITEM),
    case(accounts.described, SKIP, item=MACHINE),
    case(KEPT, PASS, item=ITEM, inventory=[OWNED, account(OWN, allow(bind(TOKEN, ADA, AGENT)))]),
    case(KEPT, PASS, item=ITEM, inventory=[OWNED, account(OWN, allow(bind(TOKEN, EVE, when=EXPIRED)))]),
    case(KEPT, PASS, item=ITEM, inventory=[OWNED, account(OWN, allow(bind("iam.serviceAccountViewer", EVE)))]),
    case(KEPT, FAIL, item=ITEM, inventory=[OWNED, account(OWN, allow(bind(TOKEN, TEAM)))]),
    case(KEPT, FAIL, item=ITEM, inventory=[OWNED, account(OWN, allow(bind(USE, STRANGER)))]),
    case(
        KEPT,
        FAIL,
        item=ITEM,
        inventory=[OWNED, account(OWN, allow(bind(TOKEN, OTHER))), account(OTHER, allow(bind(TOKEN, TEAM)))],
    ),
    case(
        KEPT,
        FAIL,
        item=ITEM,
        inventory=[
            project(None, [folder(bind("resourcemanager.projectIamAdmin", OWN)), top()]),
            account(OWN, allow(bind("iam.serviceAccountAdmin", TEAM))),
        ],
    ),
    case(KEPT, SKIP, item=ITEM, inventory=[PROJECT, account(OWN, allow(bind(TOKEN, TEAM)))]),
    case(KEPT, SKIP, item={**ITEM, "disabled": True}, inventory=[OWNED]),
    case(KEPT, UNKNOWN, item=ITEM, inventory=[HIDDEN]),
    case(KEPT, UNKNOWN, item=ITEM, inventory=[OWNED, account(OWN, DENIED)]),
    case(KEPT, UNKNOWN, item=ITEM, inventory=[OWNED, unlisted("gcp.iam.role")]),
    case(KEPT, UNKNOWN, item=ITEM, inventory=[OWNED, account(OWN, allow(bind(TOKEN, TEAM, when=TAGGED)))]),
]
