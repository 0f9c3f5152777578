"""Cases of Cloud Build: triggers with steps of their own and with none, private pools, connections."""

from __future__ import annotations

from typing import Any

from checks.gcp import cloudbuild
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.gcp.cases_gce import OWN, PLAIN, SECRET, project
from tests.checks.gcp.cases_gke import api

PINNED = "gcr.io/cloud-builders/docker@sha256:" + "0" * 64
FILE = {"filename": "cloudbuild.yaml"}


def trigger(*steps: dict[str, Any], top: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    build = {"steps": list(steps) or [{"name": PINNED}], "images": ["europe-docker.pkg.dev/p/r/i"], "options": options}
    return {"name": "t", "serviceAccount": f"projects/p/serviceAccounts/{OWN}", "build": build, **(top or {})}


def asked(source: str = "github", **fields: Any) -> dict[str, Any]:
    return {**FILE, source: {"owner": "o", "pullRequest": {"branch": ".*", **fields}}}


def pool(**network: Any) -> dict[str, Any]:
    return {"privatePoolV1Config": {"networkConfig": {"peeredNetwork": "n", **network}}}


def attached(disabled: bool) -> dict[str, Any]:
    return {"privatePoolV1Config": {"privateServiceConnect": {"networkAttachment": "a", "publicIpAddressDisabled": disabled}}}


CASES = [
    case(cloudbuild.own_service_account, PASS, item=trigger()),
    case(cloudbuild.own_service_account, FAIL, item=FILE),
    case(
        cloudbuild.own_service_account,
        FAIL,
        item={"serviceAccount": "projects/-/serviceAccounts/1@cloudbuild.gserviceaccount.com"},
    ),
    case(
        cloudbuild.own_service_account,
        FAIL,
        item={"serviceAccount": "projects/-/serviceAccounts/1-compute@developer.gserviceaccount.com"},
    ),
    case(cloudbuild.account_not_administrator, PASS, item=trigger(), inventory=[project()]),
    case(cloudbuild.account_not_administrator, FAIL, item=trigger(), inventory=[project("roles/owner")]),
    case(cloudbuild.account_not_administrator, UNKNOWN, item=trigger()),
    case(cloudbuild.account_not_administrator, SKIP, item=FILE),
    case(cloudbuild.strangers_wait, PASS, item=asked(commentControl="COMMENTS_ENABLED")),
    case(cloudbuild.strangers_wait, PASS, item=asked("repositoryEventConfig", commentControl=2)),
    case(cloudbuild.strangers_wait, PASS, item=asked() | {"approvalConfig": {"approvalRequired": True}}),
    case(cloudbuild.strangers_wait, FAIL, item=asked()),
    case(cloudbuild.strangers_wait, FAIL, item=asked("developerConnectEventConfig", commentControl="COMMENTS_DISABLED")),
    case(cloudbuild.strangers_wait, SKIP, item={**FILE, "github": {"push": {"branch": "main"}}}),
    case(
        cloudbuild.without_secrets, PASS, item=trigger({"name": PINNED, "env": [PLAIN]}, top={"substitutions": {"_A": PLAIN}})
    ),
    case(cloudbuild.without_secrets, FAIL, item={**FILE, "substitutions": {"_TOKEN": SECRET}}),
    case(cloudbuild.without_secrets, FAIL, item={"triggerTemplate": {"substitutions": {"_TOKEN": SECRET}}}),
    case(cloudbuild.without_secrets, FAIL, item=trigger(env=[PLAIN, SECRET])),
    case(cloudbuild.without_secrets, FAIL, item=trigger({"name": PINNED}, {"name": PINNED, "env": [SECRET]})),
    case(cloudbuild.without_secrets, FAIL, item=trigger({"name": PINNED, "args": ["-k", "[secret: AWS Access Key 0ab1]"]})),
    case(cloudbuild.without_secrets, FAIL, item=trigger({"name": PINNED, "script": "login [secret: GitHub Token 0ab1]"})),
    case(cloudbuild.steps_pinned, PASS, item=trigger()),
    case(cloudbuild.steps_pinned, FAIL, item=trigger({"name": "gcr.io/cloud-builders/docker"})),
    case(cloudbuild.steps_pinned, SKIP, item=FILE),
    case(cloudbuild.steps_of_known_registry, PASS, item=trigger({"name": "europe-docker.pkg.dev/p/r/i:1"})),
    case(cloudbuild.steps_of_known_registry, FAIL, item=trigger({"name": "node:22"})),
    case(cloudbuild.steps_of_known_registry, SKIP, item=FILE),
    case(cloudbuild.provenance_required, PASS, item=trigger(requestedVerifyOption="VERIFIED")),
    case(cloudbuild.provenance_required, PASS, item=trigger(requestedVerifyOption=1)),
    case(cloudbuild.provenance_required, FAIL, item=trigger()),
    case(cloudbuild.provenance_required, SKIP, item={"build": {"steps": [{"name": PINNED}]}}),
    case(cloudbuild.provenance_required, SKIP, item=FILE),
    case(cloudbuild.images_scanned, PASS, item=trigger(), inventory=[api()]),
    case(cloudbuild.images_scanned, PASS, item=FILE, inventory=[api()]),
    case(cloudbuild.images_scanned, FAIL, item=trigger()),
    case(cloudbuild.images_scanned, SKIP, item={"build": {"steps": [{"name": PINNED}]}}),
    case(cloudbuild.log_kept, PASS, item=trigger(logging="CLOUD_LOGGING_ONLY")),
    case(cloudbuild.log_kept, PASS, item=trigger()),
    case(cloudbuild.log_kept, FAIL, item=trigger(logging="NONE")),
    case(cloudbuild.log_kept, FAIL, item=trigger(logging=4)),
    case(cloudbuild.log_kept, SKIP, item=FILE),
    case(cloudbuild.in_use, PASS, item=FILE),
    case(cloudbuild.in_use, FAIL, item={**FILE, "disabled": True}),
    case(cloudbuild.in_private_pool, PASS, item=trigger(pool={"name": "projects/p/locations/l/workerPools/w"})),
    case(cloudbuild.in_private_pool, PASS, item=trigger(workerPool="projects/p/locations/l/workerPools/w")),
    case(cloudbuild.in_private_pool, FAIL, item=trigger()),
    case(cloudbuild.in_private_pool, SKIP, item=FILE),
    case(cloudbuild.without_public_egress, PASS, item=pool(egressOption="NO_PUBLIC_EGRESS")),
    case(cloudbuild.without_public_egress, PASS, item=attached(True)),
    case(cloudbuild.without_public_egress, FAIL, item=pool(egressOption=2)),
    case(cloudbuild.without_public_egress, FAIL, item=pool()),
    case(cloudbuild.without_public_egress, FAIL, item=attached(False)),
    case(cloudbuild.https_only, PASS, item={"githubConfig": {"appInstallationId": "1"}}),
    case(cloudbuild.https_only, PASS, item={"gitlabConfig": {"hostUri": "https://git.example.com"}}),
    case(cloudbuild.https_only, FAIL, item={"githubEnterpriseConfig": {"hostUri": "http://git.example.com"}}),
    case(cloudbuild.complete, PASS, item={"githubConfig": {}, "installationState": {"stage": "COMPLETE"}}),
    case(cloudbuild.complete, PASS, item={"installationState": {"stage": 10}}),
    case(cloudbuild.complete, FAIL, item={"installationState": {"stage": "PENDING_INSTALL_APP"}}),
    case(cloudbuild.complete, FAIL, item={"disabled": True, "installationState": {"stage": "COMPLETE"}}),
]
