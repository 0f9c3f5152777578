"""What the roles of Google Cloud hold of the permissions that lead to more permissions, and what such permissions lead to.

Only these permissions are in the table: of the thousands that a role like Editor has, those that :data:`STEPS` asks for.
A predefined role that is not in it has none of them. Source: permissions of the predefined roles as published by IAM
(``roles.list``, view FULL), read in the public mirror iann0036/iam-dataset; the ways up are those that Rhino Security
Labs published as "Privilege Escalation in Google Cloud Platform". What Google added to a role since is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

OWNERS = frozenset({"roles/owner", "roles/admin"})
EDITORS = frozenset({"roles/editor", "roles/writer"})
BASIC = OWNERS | EDITORS | {"roles/viewer", "roles/reader"}

SET_PROJECT = "resourcemanager.projects.setIamPolicy"
SET_FOLDER = "resourcemanager.folders.setIamPolicy"
SET_ORGANIZATION = "resourcemanager.organizations.setIamPolicy"
SET_ACCOUNT = "iam.serviceAccounts.setIamPolicy"
ACT_AS = "iam.serviceAccounts.actAs"
TOKEN = "iam.serviceAccounts.getAccessToken"
ID_TOKEN = "iam.serviceAccounts.getOpenIdToken"
DELEGATE = "iam.serviceAccounts.implicitDelegation"
SIGN_BLOB = "iam.serviceAccounts.signBlob"
SIGN_JWT = "iam.serviceAccounts.signJwt"
MAKE_KEY = "iam.serviceAccountKeys.create"
CHANGE_ROLE = "iam.roles.update"
CHANGE_PROVIDER = "iam.googleapis.com/workloadIdentityPoolProviders.update"

# Each lets its holder work as a service account. To act as one, its holder must also be able to start something with it.
IMPERSONATION = frozenset({TOKEN, DELEGATE, SIGN_BLOB, SIGN_JWT, MAKE_KEY, SET_ACCOUNT})

STARTERS: Mapping[str, str] = {
    "appengine.versions.create": "deploy a version to App Engine",
    "aiplatform.customJobs.create": "train a model",
    "cloudfunctions.functions.create": "make a function",
    "cloudfunctions.functions.update": "change a function",
    "cloudscheduler.jobs.create": "schedule calls",
    "composer.environments.create": "make a Composer environment",
    "compute.instances.create": "start a machine",
    "compute.instances.setServiceAccount": "give a machine another account",
    "dataflow.jobs.create": "run a Dataflow job",
    "dataproc.clusters.create": "make a Dataproc cluster",
    "notebooks.instances.create": "open a notebook",
    "run.jobs.create": "run a job",
    "run.services.create": "deploy a service",
    "run.services.update": "change a service",
    "workflows.workflows.create": "make a workflow",
}
# Ways from some rights to more: what the holder can do, and the permissions that this takes.
STEPS: Mapping[str, tuple[str, ...]] = {
    "grant itself any role on the project": (SET_PROJECT,),
    "grant itself any role on a folder": (SET_FOLDER,),
    "grant itself any role on the organization": (SET_ORGANIZATION,),
    "let itself into any service account": (SET_ACCOUNT,),
    "take a token of any service account": (TOKEN,),
    "reach any service account through another": (DELEGATE,),
    "sign as any service account": (SIGN_BLOB,),
    "sign tokens as any service account": (SIGN_JWT,),
    "make a key for any service account": (MAKE_KEY,),
    "widen a custom role that it holds": (CHANGE_ROLE,),
    "let strangers in through an identity pool": (CHANGE_PROVIDER,),
    **{f"{what} as any service account": (ACT_AS, permission) for permission, what in STARTERS.items()},
    "build as the project's build account": ("cloudbuild.builds.create",),
    "deploy as Deployment Manager, which is an editor": ("deploymentmanager.deployments.create",),
    "put its SSH key on every machine": ("compute.projects.setCommonInstanceMetadata",),
    "put its SSH key or a script on any machine": ("compute.instances.setMetadata",),
}
WATCHED = frozenset(permission for needed in STEPS.values() for permission in needed) | {ID_TOKEN}

SET_ANY = frozenset({SET_PROJECT, SET_FOLDER, SET_ORGANIZATION})
MACHINES = frozenset(
    {
        "compute.instances.create",
        "compute.instances.setMetadata",
        "compute.instances.setServiceAccount",
        "compute.projects.setCommonInstanceMetadata",
    }
)
FUNCTIONS = frozenset({"cloudfunctions.functions.create", "cloudfunctions.functions.update"})
SERVICES = frozenset({"run.services.create", "run.services.update"})
# Nobody but who holds it by name may take tokens; owners grant themselves what they lack.
NOT_OWNERS = frozenset({TOKEN, ID_TOKEN, DELEGATE, SIGN_BLOB, SIGN_JWT})
NOT_EDITORS = NOT_OWNERS | SET_ANY | {SET_ACCOUNT, CHANGE_ROLE, CHANGE_PROVIDER}

PREDEFINED: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(OWNERS, WATCHED - NOT_OWNERS),
    **dict.fromkeys(EDITORS, WATCHED - NOT_EDITORS),
    "roles/aiplatform.admin": frozenset({"aiplatform.customJobs.create"}),
    "roles/aiplatform.user": frozenset({"aiplatform.customJobs.create"}),
    "roles/appengine.appAdmin": frozenset({"appengine.versions.create"}),
    "roles/appengine.deployer": frozenset({"appengine.versions.create"}),
    "roles/cloudbuild.builds.builder": frozenset({"cloudbuild.builds.create"}),
    "roles/cloudbuild.builds.editor": frozenset({"cloudbuild.builds.create"}),
    "roles/cloudfunctions.admin": FUNCTIONS | SERVICES,
    "roles/cloudfunctions.developer": FUNCTIONS | SERVICES,
    "roles/cloudscheduler.admin": frozenset({"cloudscheduler.jobs.create"}),
    "roles/composer.admin": frozenset({"composer.environments.create"}),
    "roles/compute.admin": MACHINES,
    "roles/compute.instanceAdmin": MACHINES - {"compute.projects.setCommonInstanceMetadata"},
    "roles/compute.instanceAdmin.v1": MACHINES,
    "roles/dataflow.admin": frozenset({"dataflow.jobs.create"}),
    "roles/dataflow.developer": frozenset({"cloudbuild.builds.create", "dataflow.jobs.create"}),
    "roles/dataproc.admin": frozenset({"dataproc.clusters.create"}),
    "roles/dataproc.editor": frozenset({"dataproc.clusters.create"}),
    "roles/deploymentmanager.editor": frozenset({"deploymentmanager.deployments.create"}),
    "roles/iam.admin": frozenset({ACT_AS, CHANGE_PROVIDER, CHANGE_ROLE, MAKE_KEY, SET_ACCOUNT}),
    "roles/iam.organizationRoleAdmin": frozenset({CHANGE_ROLE}),
    "roles/iam.roleAdmin": frozenset({CHANGE_ROLE}),
    "roles/iam.securityAdmin": SET_ANY | {SET_ACCOUNT},
    "roles/iam.serviceAccountAdmin": frozenset({SET_ACCOUNT}),
    "roles/iam.serviceAccountKeyAdmin": frozenset({MAKE_KEY}),
    "roles/iam.serviceAccountOpenIdTokenCreator": frozenset({ID_TOKEN}),
    "roles/iam.serviceAccountTokenCreator": frozenset({DELEGATE, ID_TOKEN, SIGN_BLOB, SIGN_JWT, TOKEN}),
    "roles/iam.serviceAccountUser": frozenset({ACT_AS}),
    "roles/iam.workloadIdentityPoolAdmin": frozenset({CHANGE_PROVIDER}),
    "roles/iam.workloadIdentityUser": frozenset({ID_TOKEN, TOKEN}),
    "roles/notebooks.admin": frozenset({"notebooks.instances.create"}),
    "roles/resourcemanager.folderAdmin": frozenset({SET_FOLDER, SET_PROJECT}),
    "roles/resourcemanager.folderIamAdmin": frozenset({SET_FOLDER}),
    "roles/resourcemanager.organizationAdmin": SET_ANY,
    "roles/resourcemanager.projectIamAdmin": frozenset({SET_PROJECT}),
    "roles/run.admin": SERVICES | {"run.jobs.create"},
    "roles/run.developer": SERVICES | {"run.jobs.create"},
    "roles/workflows.admin": frozenset({"workflows.workflows.create"}),
    "roles/workflows.editor": frozenset({"workflows.workflows.create"}),
}
# Made for Google's own accounts. Many may act as, or take tokens of, any service account; which, is not told apart here.
AGENT_ROLE = re.compile(r"roles/.*serviceagent\w*", re.IGNORECASE)
ADMIN_NAME = re.compile(r"roles/.*admin.*", re.IGNORECASE)


def predefined(role: str) -> frozenset[str] | None:
    """Return what a role that Google made holds of the watched permissions; ``None`` where nobody can say."""
    if role in PREDEFINED:
        return PREDEFINED[role]
    if not role.startswith("roles/") or AGENT_ROLE.fullmatch(role):
        return None
    return frozenset()


def steps(permissions: Iterable[str]) -> list[str]:
    """Return the ways up that *permissions* open together."""
    held = set(permissions)
    return [step for step, needed in STEPS.items() if held.issuperset(needed)]


def is_basic(role: str) -> bool:
    return role in BASIC


@lru_cache(maxsize=4096)
def is_administrative(role: str) -> bool:
    """Tell whether a role is an administrator's by its name: Owner, Editor, or one that is called Admin."""
    return role in OWNERS | EDITORS or bool(ADMIN_NAME.fullmatch(role))
