"""Cases of services and jobs of Cloud Run, in the shapes of both versions of the API."""

from __future__ import annotations

import json
from typing import Any

from checks.gcp import run
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.gcp.cases_gce import DEFAULT, OWN, PLAIN, SECRET, project
from tests.checks.gcp.cases_gke import api
from tests.checks.gcp.cases_granted import policy

IMAGE = "europe-docker.pkg.dev/my-project/web/app@sha256:00"
OURS = "run.googleapis.com/"
FUNCTION = {"goog-managed-by": "cloudfunctions"}


def old(notes: dict[str, str] | None = None, inner: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    """Return a service as the first version of the API answers it: in Knative's shape."""
    container = {"image": IMAGE, "ports": [{"containerPort": 8080}], **spec.pop("container", {})}
    template = {
        "metadata": {"annotations": prefixed(inner)},
        "spec": {"containers": [container], "serviceAccountName": OWN, **spec},
    }
    metadata = {"name": "web", "namespace": "123", "annotations": prefixed(notes)}
    return {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": metadata, "spec": {"template": template}}


def prefixed(notes: dict[str, str] | None) -> dict[str, str]:
    return {OURS + key.replace("_", "-"): value for key, value in (notes or {}).items()}


def new(top: dict[str, Any] | None = None, **template: Any) -> dict[str, Any]:
    container = {"image": IMAGE, "ports": [{"containerPort": 8080}], **template.pop("container", {})}
    return {
        "name": "projects/p/locations/l/services/web",
        "template": {"containers": [container], "serviceAccount": OWN, **template},
        **(top or {}),
    }


def job(**task: Any) -> dict[str, Any]:
    container = {"image": IMAGE, **task.pop("container", {})}
    return {
        "name": "projects/p/locations/l/jobs/j",
        "template": {"template": {"containers": [container], "serviceAccount": OWN, **task}},
    }


def old_job(**task: Any) -> dict[str, Any]:
    container = {"image": IMAGE, **task.pop("container", {})}
    inner = {"spec": {"template": {"spec": {"containers": [container], "serviceAccountName": OWN, **task}}}}
    return {"kind": "Job", "metadata": {"name": "j"}, "spec": {"template": inner}}


def env(value: Any) -> dict[str, Any]:
    return {"env": [{"name": "A", "value": value}, {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "1"}}}]}


ACCOUNT, ACCOUNT_OF_JOB = run.own_service_account
NARROW, NARROW_JOB = run.account_not_administrator
CLEAN, CLEAN_JOB = run.without_secrets
KEY, KEY_OF_JOB = run.customer_key
EGRESS, EGRESS_OF_JOB = run.leaves_through_network
ADMITTED, ADMITTED_JOB = run.images_admitted
REGISTRY, REGISTRY_OF_JOB = run.image_of_known_registry
SCANNED, SCANNED_JOB = run.images_scanned
CMEK = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
BASE = "europe-docker.pkg.dev/serverless-runtimes/google-22-full/runtimes/"
PROBED = {"livenessProbe": {"httpGet": {"path": "/"}}}

CASES = [
    case(run.nobody_unnamed, PASS, item=old(), iam_policy=policy(f"serviceAccount:{OWN}")),
    case(run.nobody_unnamed, PASS, item=new(), iam_policy=None),
    case(run.nobody_unnamed, FAIL, item=old(), iam_policy=policy("allUsers")),
    case(run.nobody_unnamed, FAIL, item=new({"invokerIamDisabled": True}), iam_policy=None),
    case(run.nobody_unnamed, FAIL, item=old({"invoker_iam_disabled": "true"}), iam_policy=None),
    case(run.members_known, PASS, item=old(), iam_policy=policy(f"serviceAccount:{OWN}"), inventory=[project()]),
    case(run.members_known, FAIL, item=old(), iam_policy=policy("user:somebody@gmail.com"), inventory=[project()]),
    case(run.ingress_narrow, PASS, tags={}, item=old({"ingress": "internal"})),
    case(run.ingress_narrow, PASS, tags={}, item=old({"ingress": "internal-and-cloud-load-balancing"})),
    case(run.ingress_narrow, PASS, tags={}, item=new({"ingress": "INGRESS_TRAFFIC_INTERNAL_ONLY"})),
    case(run.ingress_narrow, FAIL, tags={}, item=old({"ingress": "all"})),
    case(run.ingress_narrow, FAIL, tags={}, item=old()),
    case(run.ingress_narrow, FAIL, tags={}, item=new({"ingress": "INGRESS_TRAFFIC_ALL"})),
    case(run.ingress_narrow, SKIP, tags=FUNCTION, item=new({"ingress": "INGRESS_TRAFFIC_ALL"})),
    case(run.no_ssh, PASS, item=new()),
    case(run.no_ssh, FAIL, item=new({"sshEnabled": True})),
    case(EGRESS, PASS, tags={}, item=old(inner={"vpc_access_connector": "c", "vpc_access_egress": "all-traffic"})),
    case(EGRESS, PASS, tags={}, item=new(vpcAccess={"networkInterfaces": [{"network": "n"}], "egress": "ALL_TRAFFIC"})),
    case(EGRESS, FAIL, tags={}, item=old(inner={"vpc_access_connector": "c", "vpc_access_egress": "private-ranges-only"})),
    case(EGRESS, FAIL, tags={}, item=new(vpcAccess={"connector": "c"})),
    case(EGRESS, FAIL, tags={}, item=new()),
    case(EGRESS_OF_JOB, PASS, tags={}, item=job(vpcAccess={"connector": "c", "egress": "ALL_TRAFFIC"})),
    case(EGRESS_OF_JOB, FAIL, tags={}, item=job()),
    # Identity and secrets.
    case(ACCOUNT, PASS, tags={}, item=old()),
    case(ACCOUNT, PASS, tags={}, item=new()),
    case(ACCOUNT, FAIL, tags={}, item=old(serviceAccountName=DEFAULT)),
    case(ACCOUNT, FAIL, tags={}, item=new(serviceAccount=DEFAULT)),
    case(ACCOUNT, FAIL, tags={}, item=new(serviceAccount=None)),
    case(ACCOUNT, SKIP, tags=FUNCTION, item=new(serviceAccount=DEFAULT)),
    case(ACCOUNT_OF_JOB, PASS, tags={}, item=job()),
    case(ACCOUNT_OF_JOB, PASS, tags={}, item=old_job()),
    case(ACCOUNT_OF_JOB, FAIL, tags={}, item=old_job(serviceAccountName=DEFAULT)),
    case(NARROW, PASS, tags={}, item=old(), inventory=[project()]),
    case(NARROW, FAIL, tags={}, item=old(), inventory=[project("roles/editor")]),
    case(NARROW_JOB, PASS, tags={}, item=job(), inventory=[project()]),
    case(NARROW_JOB, FAIL, tags={}, item=job(), inventory=[project("roles/owner")]),
    case(CLEAN, PASS, tags={}, item=old(container=env(PLAIN))),
    case(CLEAN, PASS, tags={}, item=new()),
    case(CLEAN, FAIL, tags={}, item=old(container=env(SECRET))),
    case(CLEAN, FAIL, tags={}, item=new(container=env(SECRET))),
    case(CLEAN_JOB, PASS, tags={}, item=old_job(container=env(PLAIN))),
    case(CLEAN_JOB, FAIL, tags={}, item=old_job(container=env(SECRET))),
    case(CLEAN_JOB, FAIL, tags={}, item=job(container=env(SECRET))),
    case(KEY, PASS, tags={}, item=old(inner={"encryption_key": CMEK})),
    case(KEY, PASS, tags={}, item=new(encryptionKey=CMEK)),
    case(KEY, FAIL, tags={}, item=old()),
    case(KEY_OF_JOB, PASS, tags={}, item=job(encryptionKey=CMEK)),
    case(KEY_OF_JOB, FAIL, tags={}, item=job()),
    # What runs.
    case(ADMITTED, PASS, tags={}, item=old({"binary_authorization": "default"})),
    case(ADMITTED, PASS, tags={}, item=new({"binaryAuthorization": {"useDefault": True}})),
    case(ADMITTED, FAIL, tags={}, item=new({"binaryAuthorization": {"useDefault": True, "breakglassJustification": "fire"}})),
    case(ADMITTED, FAIL, tags={}, item=old()),
    case(ADMITTED_JOB, PASS, tags={}, item={**job(), "binaryAuthorization": {"policy": "projects/p/platforms/cloudRun/x"}}),
    case(ADMITTED_JOB, FAIL, tags={}, item=job()),
    case(REGISTRY, PASS, tags={}, item=old()),
    case(REGISTRY, PASS, tags={}, item=new(container={"image": "gcr.io/p/app:1"})),
    case(REGISTRY, FAIL, tags={}, item=old(container={"image": "nginx:latest"})),
    case(REGISTRY, FAIL, tags={}, item=new(container={"image": "ghcr.io/somebody/app"})),
    case(REGISTRY_OF_JOB, PASS, tags={}, item=job()),
    case(REGISTRY_OF_JOB, FAIL, tags={}, item=job(container={"image": "docker.io/library/busybox"})),
    case(SCANNED, PASS, tags={}, item=old(), inventory=[api()]),
    case(SCANNED, FAIL, tags={}, item=old()),
    case(SCANNED, UNKNOWN, tags={}, item=old(), inventory=[unlisted("gcp.project.service")]),
    case(SCANNED_JOB, PASS, tags={}, item=job(), inventory=[api()]),
    case(SCANNED_JOB, FAIL, tags={}, item=job()),
    case(run.base_updated, PASS, tags={}, item=old(runtimeClassName="run.googleapis.com/linux-base-image-update")),
    case(run.base_updated, PASS, tags={}, item=new(container={"baseImageUri": BASE + "nodejs22"})),
    case(run.base_updated, FAIL, tags={}, item=old({"build_source_location": "gs://b/o.zip"})),
    case(run.base_updated, FAIL, tags={}, item=new(container={"sourceCode": {"cloudStorageSource": {"bucket": "b"}}})),
    case(run.base_updated, SKIP, tags={}, item=old()),
    case(run.supported_runtime, PASS, tags={}, item=new(container={"baseImageUri": BASE + "nodejs22"})),
    case(run.supported_runtime, PASS, tags={}, item=old(inner={"base_images": json.dumps({"web": BASE + "nodejs22"})})),
    case(run.supported_runtime, FAIL, tags={}, item=old(inner={"base_images": json.dumps({"web": BASE + "nodejs18"})})),
    case(run.supported_runtime, UNKNOWN, tags={}, item=new(container={"baseImageUri": BASE + "cobol85"})),
    case(run.supported_runtime, SKIP, tags={}, item=old()),
    case(run.hanging_replaced, PASS, tags={}, item=old(container=PROBED)),
    case(run.hanging_replaced, FAIL, tags={}, item=old()),
    case(run.watched, PASS, item=new({"threatDetectionEnabled": True})),
    case(run.watched, FAIL, item=new()),
    case(run.watched, SKIP, item=old()),
]
