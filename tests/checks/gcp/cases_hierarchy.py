from typing import Any

from checks.gcp import hierarchy
from scanner.evaluation.check import Check
from tests.cases import DENIED, FAIL, PASS, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.estate import (
    ADA,
    AGENT,
    DEFAULT,
    EVE,
    EXPIRED,
    FOREIGN,
    GONE,
    ITEM,
    LASTING,
    OWN,
    STRANGER,
    TAGGED,
    TEAM,
    UNDER,
    UNTOLD,
    allow,
    bind,
    folder,
    top,
)

ID = "//cloudresourcemanager.googleapis.com/projects/1001"
ORGANIZATION = "//cloudresourcemanager.googleapis.com/organizations/2"
COMPANY = {"name": "organizations/2", "displayName": "example.com", "owner": {"directoryCustomerId": "C01"}}
ACT_AS, STARTER = bind("iam.serviceAccountUser", ADA), bind("run.developer", ADA)
CUSTOM = {"role": "projects/sample/roles/x", "members": [ADA]}
ABOVE = {"role": "organizations/2/roles/y", "members": [ADA]}


def on_project(check: Check, outcome: Any, *bindings: Any, lineage: Any = UNDER, **more: Any) -> Any:
    return case(check, outcome, id=ID, item=ITEM, iam_policy=allow(*bindings), lineage=lineage, **more)


def on_folder(check: Check, outcome: Any, *bindings: Any, **more: Any) -> Any:
    return case(check, outcome, id="//x/folders/1", item={"displayName": "Team"}, iam_policy=allow(*bindings), **more)


def on_top(check: Check, outcome: Any, *bindings: Any, item: Any = COMPANY, **more: Any) -> Any:
    return case(check, outcome, id=ORGANIZATION, item=item, iam_policy=allow(*bindings), **more)


def everywhere(checks: tuple[Check, ...], outcome: Any, *bindings: Any) -> list[Any]:
    """Return the same case on each kind of node."""
    ask = (on_project, on_folder, on_top)
    return [one(check, outcome, *bindings) for one, check in zip(ask, checks, strict=True)]


def role(*permissions: str, **more: Any) -> Any:
    item = {"name": "projects/sample/roles/x", "includedPermissions": list(permissions), **more}
    return resource("gcp.iam.role", "x", item=item)


def deny(*permissions: str, spared: tuple[str, ...] = ()) -> Any:
    rule = {
        "deniedPrincipals": ["principalSet://goog/public:all"],
        "deniedPermissions": list(permissions),
        "exceptionPrincipals": list(spared),
    }
    return resource("gcp.iam.deny_policy", "d", item={"kind": "DenyPolicy", "rules": [{"denyRule": rule}]})


KEYMAKER = bind("iam.serviceAccountKeyAdmin", TEAM)
NO_KEYS = deny("iam.googleapis.com/serviceAccountKeys.create")["item"]
KNOWN_PROJECT, KNOWN_FOLDER, KNOWN_TOP = hierarchy.members_known
APART_PROJECT, APART_FOLDER, _ = hierarchy.account_duties_apart
KEYS_PROJECT = hierarchy.key_duties_apart[0]
ADMIT, USE = bind("iam.serviceAccountAdmin", ADA), bind("iam.serviceAccountUser", ADA)
GRANTS = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly"
NO_WAY = hierarchy.no_escalation

CASES = [
    *everywhere(hierarchy.nobody_unnamed, PASS, bind("viewer", ADA, STRANGER)),
    *everywhere(hierarchy.nobody_unnamed, FAIL, bind("browser", "allAuthenticatedUsers")),
    *everywhere(hierarchy.nobody_unnamed, UNKNOWN, bind("browser", "allUsers", when=TAGGED)),
    *everywhere(hierarchy.company_accounts, PASS, bind("viewer", ADA, OWN), bind("viewer", EVE, when=EXPIRED)),
    *everywhere(hierarchy.company_accounts, FAIL, bind("viewer", ADA, EVE)),
    *everywhere(hierarchy.company_accounts, FAIL, bind("viewer", "group:friends@googlegroups.com")),
    *everywhere(hierarchy.company_accounts, UNKNOWN, bind("viewer", EVE, when="has(x)")),
    on_project(KNOWN_PROJECT, PASS, bind("viewer", ADA, TEAM, OWN, AGENT, GONE)),
    on_project(KNOWN_PROJECT, PASS, bind("viewer", "projectOwner:sample", OWN), lineage=DENIED),
    on_project(KNOWN_PROJECT, FAIL, bind("viewer", STRANGER)),
    on_project(KNOWN_PROJECT, FAIL, bind("viewer", EVE), lineage=DENIED),
    on_project(KNOWN_PROJECT, PASS, bind("owner", ADA), bind("viewer", TEAM), lineage=None),
    on_project(KNOWN_PROJECT, FAIL, bind("owner", ADA), bind("viewer", STRANGER), lineage=None),
    on_project(KNOWN_PROJECT, UNKNOWN, bind("viewer", FOREIGN)),
    on_project(KNOWN_PROJECT, UNKNOWN, bind("viewer", ADA), lineage=DENIED),
    on_project(KNOWN_PROJECT, PASS, bind("viewer", STRANGER), lineage=[top(bind("browser", "domain:other.example"))]),
    on_folder(KNOWN_FOLDER, PASS),
    on_folder(KNOWN_FOLDER, FAIL, bind("viewer", EVE)),
    on_folder(KNOWN_FOLDER, UNKNOWN, bind("viewer", ADA)),
    on_folder(KNOWN_FOLDER, PASS, bind("viewer", ADA), lineage=[top()]),
    on_folder(KNOWN_FOLDER, FAIL, bind("viewer", STRANGER), lineage=[top()]),
    on_folder(APART_FOLDER, FAIL, ADMIT, lineage=[top(USE)]),
    on_top(KNOWN_TOP, PASS, bind("viewer", ADA, "principalSet://goog/cloudIdentityCustomerId/C01")),
    on_top(KNOWN_TOP, PASS, bind("viewer", ADA), item={"displayName": "example.com", "directoryCustomerId": "C01"}),
    on_top(KNOWN_TOP, FAIL, bind("viewer", STRANGER)),
    on_top(KNOWN_TOP, UNKNOWN, bind("viewer", OWN)),
    *everywhere(hierarchy.workloads_not_administrators, PASS, bind("storage.objectViewer", OWN), bind("owner", ADA)),
    *everywhere(hierarchy.workloads_not_administrators, PASS, bind("editor", AGENT)),
    *everywhere(hierarchy.workloads_not_administrators, FAIL, bind("editor", DEFAULT)),
    *everywhere(hierarchy.workloads_not_administrators, FAIL, bind("compute.instanceAdmin.v1", OWN)),
    *everywhere(hierarchy.workloads_not_administrators, UNKNOWN, bind("owner", OWN, when=TAGGED)),
    *everywhere(hierarchy.accounts_used_one_by_one, PASS, bind("viewer", ADA)),
    *everywhere(hierarchy.accounts_used_one_by_one, FAIL, bind("iam.serviceAccountUser", TEAM)),
    *everywhere(hierarchy.accounts_used_one_by_one, FAIL, bind("iam.serviceAccountTokenCreator", OWN, when=LASTING)),
    *everywhere(hierarchy.basic_roles_unused, PASS, bind("owner", ADA), bind("browser", TEAM), bind("editor", AGENT)),
    *everywhere(hierarchy.basic_roles_unused, FAIL, bind("viewer", TEAM)),
    *everywhere(hierarchy.basic_roles_unused, FAIL, bind("writer", TEAM)),
    *everywhere(hierarchy.rights_from_groups, PASS, bind("owner", TEAM, OWN)),
    *everywhere(hierarchy.rights_from_groups, FAIL, bind("browser", ADA)),
    *everywhere(hierarchy.agent_roles_kept, PASS, bind("pubsub.serviceAgent", AGENT)),
    *everywhere(hierarchy.agent_roles_kept, FAIL, bind("dataflow.serviceAgent", OWN)),
    *everywhere(hierarchy.deleted_members_removed, PASS, bind("viewer", ADA)),
    *everywhere(hierarchy.deleted_members_removed, FAIL, bind("viewer", ADA, GONE)),
    *everywhere(hierarchy.account_duties_apart, PASS, ADMIT, bind("iam.serviceAccountUser", TEAM)),
    *everywhere(hierarchy.account_duties_apart, FAIL, ADMIT, USE),
    on_project(APART_PROJECT, FAIL, ADMIT, lineage=[folder(USE), top()]),
    on_project(APART_PROJECT, FAIL, ADMIT, USE, lineage=DENIED),
    on_project(APART_PROJECT, PASS, lineage=[folder(ADMIT, USE), top()]),
    on_project(APART_PROJECT, UNKNOWN, ADMIT, lineage=DENIED),
    on_folder(APART_FOLDER, UNKNOWN, ADMIT, bind("iam.serviceAccountUser", ADA, when=TAGGED)),
    *everywhere(hierarchy.key_duties_apart, PASS, bind("cloudkms.admin", ADA), bind("cloudkms.viewer", ADA)),
    *everywhere(
        hierarchy.key_duties_apart,
        FAIL,
        bind("cloudkms.admin", ADA),
        bind("cloudkms.cryptoKeyEncrypterDecrypter", ADA),
    ),
    on_project(KEYS_PROJECT, FAIL, bind("cloudkms.cryptoKeyEncrypter", ADA), lineage=[top(bind("cloudkms.admin", ADA))]),
    on_project(NO_WAY, PASS, bind("owner", ADA), bind("editor", TEAM), ACT_AS),
    on_project(NO_WAY, PASS, bind("storage.admin", ADA)),
    on_project(NO_WAY, FAIL, ACT_AS, STARTER),
    on_project(NO_WAY, FAIL, bind("iam.serviceAccountKeyAdmin", TEAM), lineage=DENIED),
    on_project(NO_WAY, FAIL, bind("resourcemanager.projectIamAdmin", OWN)),
    on_project(NO_WAY, FAIL, STARTER, lineage=[folder(ACT_AS), top()]),
    on_project(NO_WAY, PASS, lineage=[folder(ACT_AS, STARTER), top()]),
    on_project(NO_WAY, PASS, bind("viewer", ADA), lineage=[folder(ACT_AS, STARTER), top()]),
    on_project(NO_WAY, FAIL, CUSTOM, inventory=[role("iam.serviceAccounts.getAccessToken")]),
    on_project(NO_WAY, PASS, CUSTOM, inventory=[role("storage.objects.get")]),
    on_project(NO_WAY, PASS, CUSTOM, inventory=[role("iam.serviceAccounts.getAccessToken", deleted=True)]),
    on_project(NO_WAY, FAIL, CUSTOM, STARTER, inventory=[role("iam.serviceAccounts.actAs")]),
    on_project(NO_WAY, UNKNOWN, ABOVE),
    on_project(NO_WAY, PASS, bind("resourcemanager.projectIamAdmin", TEAM, when=f"{GRANTS}(['roles/storage.objectViewer'])")),
    on_project(NO_WAY, FAIL, bind("resourcemanager.projectIamAdmin", TEAM, when=f"{GRANTS}(['roles/editor'])")),
    on_project(NO_WAY, FAIL, bind("iam.securityAdmin", TEAM, when=f"{GRANTS}(['roles/iam.serviceAccountKeyAdmin'])")),
    on_project(NO_WAY, UNKNOWN, bind("iam.serviceAccountKeyAdmin", TEAM, when=TAGGED)),
    on_project(NO_WAY, UNKNOWN, bind("dataflow.serviceAgent", OWN)),
    on_project(NO_WAY, UNKNOWN, STARTER, lineage=DENIED),
    on_project(NO_WAY, UNKNOWN, CUSTOM, inventory=[unlisted("gcp.iam.role")]),
    on_project(
        NO_WAY,
        PASS,
        bind("iam.serviceAccountKeyAdmin", TEAM),
        inventory=[deny("iam.googleapis.com/serviceAccountKeys.create")],
    ),
    on_project(
        NO_WAY,
        FAIL,
        bind("iam.serviceAccountKeyAdmin", TEAM),
        inventory=[deny("iam.googleapis.com/serviceAccounts.*")],
    ),
    on_project(NO_WAY, PASS, KEYMAKER, lineage=[folder(), top(deny_policies=[NO_KEYS])]),
    on_project(NO_WAY, PASS, KEYMAKER, lineage=[folder(deny_policies=[NO_KEYS]), top()]),
    on_project(NO_WAY, FAIL, KEYMAKER, lineage=[folder(deny_policies=[{"rules": []}]), top()]),
    on_project(NO_WAY, FAIL, KEYMAKER, lineage=UNTOLD),  # what is hidden takes nothing away
    on_project(NO_WAY, FAIL, KEYMAKER, lineage=DENIED),
    on_project(
        NO_WAY,
        UNKNOWN,
        bind("iam.serviceAccountKeyAdmin", TEAM),
        inventory=[deny("iam.googleapis.com/serviceAccountKeys.*", spared=("principal://goog/subject/ada@example.com",))],
    ),
]
