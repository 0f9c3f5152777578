"""Cases of functions of both generations."""

from __future__ import annotations

from typing import Any

from checks.gcp import functions
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.gcp.cases_gce import OWN, PLAIN, SECRET, project
from tests.checks.gcp.cases_gke import api
from tests.checks.gcp.cases_granted import policy

EVENT = {"eventType": "google.pubsub.topic.publish", "resource": "projects/p/topics/t"}
NEW_EVENT = {"eventType": "google.cloud.pubsub.topic.v1.messagePublished", "pubsubTopic": "projects/p/topics/t"}
KEY = "projects/p/locations/l/keyRings/r/cryptoKeys/k"


def old(**fields: Any) -> dict[str, Any]:
    known = {
        "name": "projects/p/locations/l/functions/f",
        "status": "ACTIVE",
        "runtime": "python312",
        "serviceAccountEmail": OWN,
    }
    return {**known, "httpsTrigger": {"url": "https://f", "securityLevel": "SECURE_ALWAYS"}, **fields}


def event(**fields: Any) -> dict[str, Any]:
    return old(httpsTrigger=None, eventTrigger={**EVENT, **fields})


def new(top: dict[str, Any] | None = None, build: dict[str, Any] | None = None, **service: Any) -> dict[str, Any]:
    known = {"name": "projects/p/locations/l/functions/f", "environment": "GEN_2", "state": "ACTIVE"}
    built = {"runtime": "python312", **(build or {})}
    return {**known, "buildConfig": built, "serviceConfig": {"serviceAccountEmail": OWN, **service}, **(top or {})}


NAMED, NAMED_2 = functions.nobody_unnamed
KNOWN, KNOWN_2 = functions.members_known
INGRESS, INGRESS_2 = functions.ingress_narrow
HTTPS, HTTPS_2 = functions.https_only
EGRESS, EGRESS_2 = functions.leaves_through_network
ACCOUNT, ACCOUNT_2 = functions.own_service_account
NARROW, NARROW_2 = functions.account_not_administrator
CLEAN, CLEAN_2 = functions.without_secrets
CMEK, CMEK_2 = functions.customer_key
RUNTIME, RUNTIME_2 = functions.supported_runtime
UPDATED, UPDATED_2 = functions.runtime_updated
SCANNED, SCANNED_2 = functions.images_scanned
RETRIED, RETRIED_2 = functions.failures_retried
LIMITED, LIMITED_2 = functions.instances_limited

CASES = [
    case(NAMED, PASS, iam_policy=None),
    case(NAMED, FAIL, iam_policy=policy("allUsers")),
    case(NAMED_2, PASS, iam_policy=None),
    case(NAMED_2, FAIL, iam_policy=policy("allAuthenticatedUsers")),
    case(KNOWN, PASS, iam_policy=None, inventory=[project()]),
    case(KNOWN, FAIL, iam_policy=policy("user:somebody@gmail.com"), inventory=[project()]),
    case(KNOWN_2, PASS, iam_policy=policy(f"serviceAccount:{OWN}"), inventory=[project()]),
    case(KNOWN_2, FAIL, iam_policy=policy("user:somebody@gmail.com"), inventory=[project()]),
    case(INGRESS, PASS, item=old(ingressSettings="ALLOW_INTERNAL_ONLY")),
    case(INGRESS, PASS, item=old(ingressSettings=3)),
    case(INGRESS, FAIL, item=old(ingressSettings="ALLOW_ALL")),
    case(INGRESS, FAIL, item=old()),
    case(INGRESS, SKIP, item=event()),
    case(INGRESS_2, PASS, item=new(ingressSettings="ALLOW_INTERNAL_AND_GCLB")),
    case(INGRESS_2, FAIL, item=new(ingressSettings="ALLOW_ALL")),
    case(INGRESS_2, SKIP, item=new({"eventTrigger": NEW_EVENT}, ingressSettings="ALLOW_ALL")),
    case(HTTPS, PASS, item=old()),
    case(HTTPS, FAIL, item=old(httpsTrigger={"securityLevel": "SECURE_OPTIONAL"})),
    case(HTTPS, FAIL, item=old(httpsTrigger={"url": "https://f"})),
    case(HTTPS, SKIP, item=event()),
    case(HTTPS_2, SKIP, item=new()),
    case(HTTPS_2, FAIL, item=new({"environment": "GEN_1"}, securityLevel="SECURE_OPTIONAL")),
    case(HTTPS_2, PASS, item=new({"environment": "GEN_1"}, securityLevel="SECURE_ALWAYS")),
    case(EGRESS, PASS, item=old(vpcConnector="c", vpcConnectorEgressSettings="ALL_TRAFFIC")),
    case(EGRESS, FAIL, item=old(vpcConnector="c")),
    case(EGRESS, FAIL, item=old()),
    case(EGRESS_2, PASS, item=new(directVpcNetworkInterface=[{"network": "n"}], directVpcEgress="VPC_EGRESS_ALL_TRAFFIC")),
    case(EGRESS_2, FAIL, item=new()),
    case(ACCOUNT, PASS, item=old()),
    case(ACCOUNT, FAIL, item=old(serviceAccountEmail="my-project@appspot.gserviceaccount.com")),
    case(ACCOUNT, FAIL, item=old(serviceAccountEmail=None)),
    case(ACCOUNT_2, PASS, item=new()),
    case(ACCOUNT_2, FAIL, item=new(serviceAccountEmail="123-compute@developer.gserviceaccount.com")),
    case(NARROW, PASS, item=old(), inventory=[project()]),
    case(NARROW, FAIL, item=old(), inventory=[project("roles/owner")]),
    case(NARROW_2, PASS, item=new(), inventory=[project()]),
    case(NARROW_2, FAIL, item=new(), inventory=[project("roles/editor")]),
    case(CLEAN, PASS, item=old(environmentVariables={"A": PLAIN})),
    case(CLEAN, FAIL, item=old(environmentVariables={"A": SECRET})),
    case(CLEAN, FAIL, item=old(buildEnvironmentVariables={"TOKEN": SECRET})),
    case(CLEAN_2, PASS, item=new(secretEnvironmentVariables=[{"key": "A", "secret": "s"}])),
    case(CLEAN_2, FAIL, item=new(environmentVariables={"A": SECRET})),
    case(CLEAN_2, FAIL, item=new(build={"environmentVariables": {"A": SECRET}})),
    case(CMEK, PASS, item=old(kmsKeyName=KEY)),
    case(CMEK, FAIL, item=old()),
    case(CMEK_2, PASS, item=new({"kmsKeyName": KEY})),
    case(CMEK_2, FAIL, item=new()),
    case(RUNTIME, PASS, item=old()),
    case(RUNTIME, FAIL, item=old(runtime="nodejs10")),
    case(RUNTIME, UNKNOWN, item=old(runtime="cobol85")),
    case(RUNTIME_2, PASS, item=new()),
    case(RUNTIME_2, FAIL, item=new(build={"runtime": "nodejs20"})),
    case(UPDATED, PASS, item=old(automaticUpdatePolicy={})),
    case(UPDATED, FAIL, item=old(onDeployUpdatePolicy={"runtimeVersion": "python312_20250101"})),
    case(UPDATED_2, PASS, item=new()),
    case(UPDATED_2, FAIL, item=new(build={"onDeployUpdatePolicy": {}})),
    case(functions.images_admitted, PASS, item=new(binaryAuthorizationPolicy="default")),
    case(functions.images_admitted, FAIL, item=new()),
    case(functions.images_admitted, SKIP, item=new({"environment": 1})),
    case(SCANNED, PASS, item=old(), inventory=[api()]),
    case(SCANNED, FAIL, item=old()),
    case(SCANNED_2, PASS, item=new(), inventory=[api()]),
    case(SCANNED_2, FAIL, item=new()),
    case(RETRIED, PASS, item=event(failurePolicy={"retry": {}})),
    case(RETRIED, FAIL, item=event()),
    case(RETRIED, SKIP, item=old()),
    case(RETRIED_2, PASS, item=new({"eventTrigger": {**NEW_EVENT, "retryPolicy": "RETRY_POLICY_RETRY"}})),
    case(RETRIED_2, FAIL, item=new({"eventTrigger": {**NEW_EVENT, "retryPolicy": "RETRY_POLICY_DO_NOT_RETRY"}})),
    case(LIMITED, PASS, item=old(maxInstances=10)),
    case(LIMITED, FAIL, item=old()),
    case(LIMITED_2, PASS, item=new(maxInstanceCount=10)),
    case(LIMITED_2, FAIL, item=new()),
]
