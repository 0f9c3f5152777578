"""Cases of Vertex AI: endpoints, models, jobs, notebooks, and what is stored beside them."""

from __future__ import annotations

from typing import Any

from checks.gcp import vertexai
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.gcp.cases_gce import DEFAULT, OWN, PLAIN, SECRET, project
from tests.checks.gcp.cases_gke import api

KEYED = {"encryptionSpec": {"kmsKeyName": "projects/p/locations/l/keyRings/r/cryptoKeys/k"}}
OURS, GOOGLES = "europe-docker.pkg.dev/p/r/i:1", "europe-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.1-5:latest"
CONNECTED = {"privateServiceConnectConfig": {"enablePrivateServiceConnect": True}}
PEERED = {"network": "projects/1/global/networks/n"}


def model(**fields: Any) -> dict[str, Any]:
    return {"deployedModels": [{"id": "1", "displayName": "d", "model": "m", **fields}]}


def index(**fields: Any) -> dict[str, Any]:
    return {"deployedIndexes": [{"id": "d", "index": "i", **fields}]}


def machines(number: int, kind: str = "dedicatedResources") -> dict[str, Any]:
    return {kind: {"minReplicaCount": number}}


def job(state: str | int = "JOB_STATE_RUNNING", *tasks: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"state": state, "jobSpec": {"workerPoolSpecs": list(tasks), **spec}}


def pipeline(state: str | int = "PIPELINE_STATE_RUNNING", **fields: Any) -> dict[str, Any]:
    return {"state": state, **fields}


def served(image: str, **fields: Any) -> dict[str, Any]:
    return {"containerSpec": {"imageUri": image, **fields}}


def env(value: Any) -> list[dict[str, Any]]:
    return [{"name": "A", "value": value}]


ACCOUNT, ACCOUNT_OF_JOB, ACCOUNT_OF_RUN = vertexai.own_service_account
NARROW, NARROW_JOB, NARROW_RUN = vertexai.account_not_administrator
CLEAN, CLEAN_JOB, CLEAN_RUN, CLEAN_TEMPLATE, CLEAN_NOTEBOOK = vertexai.without_secrets
PRIVATE, PRIVATE_SEARCH = vertexai.private
LOGGED, LOGGED_SEARCH = vertexai.access_logged
SEVERAL, SEVERAL_SEARCH = vertexai.not_alone
USED, USED_SEARCH = vertexai.in_use
INSIDE, RUN_INSIDE = vertexai.in_a_network
OFFLINE, OFFLINE_NOTEBOOK = vertexai.away_from_internet

CASES = [
    *(case(check, PASS, item=KEYED) for check in vertexai.customer_key),
    *(case(check, FAIL, item={}) for check in vertexai.customer_key),
    case(vertexai.customer_key[3], SKIP, item=job("JOB_STATE_SUCCEEDED")),
    case(ACCOUNT, PASS, item=model(serviceAccount=OWN)),
    case(ACCOUNT, PASS, item=model()),
    case(ACCOUNT, FAIL, item=model(serviceAccount=DEFAULT)),
    case(ACCOUNT_OF_JOB, PASS, item=job(serviceAccount=OWN)),
    case(ACCOUNT_OF_JOB, PASS, item=job()),
    case(ACCOUNT_OF_JOB, FAIL, item=job(serviceAccount=DEFAULT)),
    case(ACCOUNT_OF_JOB, SKIP, item=job("JOB_STATE_FAILED", serviceAccount=DEFAULT)),
    case(ACCOUNT_OF_JOB, SKIP, item=job(4, serviceAccount=DEFAULT)),
    case(ACCOUNT_OF_RUN, PASS, item=pipeline(serviceAccount=OWN)),
    case(ACCOUNT_OF_RUN, FAIL, item=pipeline()),
    case(ACCOUNT_OF_RUN, FAIL, item=pipeline(3)),
    case(ACCOUNT_OF_RUN, SKIP, item=pipeline("PIPELINE_STATE_SUCCEEDED")),
    case(NARROW, PASS, item=model(serviceAccount=OWN), inventory=[project()]),
    case(NARROW, FAIL, item=model(serviceAccount=OWN), inventory=[project("roles/editor")]),
    case(NARROW, UNKNOWN, item=model(serviceAccount=OWN)),
    case(NARROW, SKIP, item=model()),
    case(NARROW_JOB, PASS, item=job(serviceAccount=OWN), inventory=[project()]),
    case(NARROW_JOB, FAIL, item=job(serviceAccount=OWN), inventory=[project("roles/owner")]),
    case(NARROW_RUN, PASS, item=pipeline(serviceAccount=OWN), inventory=[project()]),
    case(NARROW_RUN, FAIL, item=pipeline(serviceAccount=OWN), inventory=[project("roles/owner")]),
    case(NARROW_RUN, SKIP, item=pipeline()),
    case(CLEAN, PASS, item=served(OURS, env=env(PLAIN))),
    case(CLEAN, FAIL, item=served(OURS, env=env(SECRET))),
    case(CLEAN_JOB, PASS, item=job("JOB_STATE_RUNNING", {"containerSpec": {"env": env(PLAIN)}})),
    case(CLEAN_JOB, FAIL, item=job("JOB_STATE_SUCCEEDED", {"containerSpec": {"env": env(SECRET)}})),
    case(CLEAN_JOB, FAIL, item=job("JOB_STATE_RUNNING", {"pythonPackageSpec": {"args": [PLAIN, SECRET]}})),
    case(CLEAN_RUN, PASS, item=pipeline(runtimeConfig={"parameterValues": {"rate": PLAIN}})),
    case(CLEAN_RUN, FAIL, item=pipeline(runtimeConfig={"parameterValues": {"token": SECRET}})),
    case(CLEAN_RUN, FAIL, item=pipeline(runtimeConfig={"parameters": {"token": {"stringValue": SECRET}}})),
    case(CLEAN_RUN, FAIL, item=pipeline(runtimeConfig={"parameterValues": {"tokens": [PLAIN, SECRET]}})),
    case(CLEAN_TEMPLATE, PASS, item={"softwareConfig": {"env": env(PLAIN)}}),
    case(CLEAN_TEMPLATE, FAIL, item={"softwareConfig": {"env": env(SECRET)}}),
    case(CLEAN_NOTEBOOK, PASS, item={}),
    case(CLEAN_NOTEBOOK, FAIL, item={"softwareConfig": {"postStartupScriptConfig": {"postStartupScript": SECRET}}}),
    case(PRIVATE, PASS, item=CONNECTED),
    case(PRIVATE, PASS, item=PEERED),
    case(PRIVATE, PASS, item={"enablePrivateServiceConnect": True}),
    case(PRIVATE, FAIL, item=model()),
    case(PRIVATE, FAIL, item={"dedicatedEndpointEnabled": True}),
    case(PRIVATE_SEARCH, PASS, item=PEERED),
    case(PRIVATE_SEARCH, FAIL, item={"publicEndpointEnabled": True}),
    case(PRIVATE_SEARCH, FAIL, item={**PEERED, "publicEndpointEnabled": True}),
    case(
        vertexai.callers_known, PASS, item={**PEERED, **index(deployedIndexAuthConfig={"authProvider": {"audiences": ["a"]}})}
    ),
    case(vertexai.callers_known, FAIL, item={**PEERED, **index()}),
    case(vertexai.callers_known, SKIP, item={"publicEndpointEnabled": True, **index()}),
    case(vertexai.callers_known, SKIP, item=PEERED),
    case(LOGGED, PASS, item=model(enableAccessLogging=True)),
    case(LOGGED, FAIL, item=model()),
    case(LOGGED, SKIP, item={}),
    case(LOGGED_SEARCH, PASS, item=index(enableAccessLogging=True)),
    case(LOGGED_SEARCH, FAIL, item=index(enableAccessLogging=False)),
    case(SEVERAL, PASS, item=model(**machines(2))),
    case(SEVERAL, PASS, item=model(sharedResources="projects/p/locations/l/deploymentResourcePools/d")),
    case(SEVERAL, FAIL, item=model(**machines(1))),
    case(SEVERAL, FAIL, item=model(**machines(1, "automaticResources"))),
    case(SEVERAL, FAIL, item=model()),
    case(SEVERAL, SKIP, item={}),
    case(SEVERAL_SEARCH, PASS, item=index()),
    case(SEVERAL_SEARCH, FAIL, item=index(**machines(1, "automaticResources"))),
    case(USED, PASS, item=model()),
    case(USED, FAIL, item={}),
    case(USED_SEARCH, PASS, item=index()),
    case(USED_SEARCH, FAIL, item={"deployedIndexes": []}),
    case(vertexai.image_of_known_registry, PASS, item=served(OURS)),
    case(vertexai.image_of_known_registry, FAIL, item=served("docker.io/o/i:1")),
    case(vertexai.image_of_known_registry, SKIP, item={}),
    case(vertexai.image_scanned, PASS, item=served(OURS), inventory=[api()]),
    case(vertexai.image_scanned, FAIL, item=served(OURS)),
    case(vertexai.image_scanned, SKIP, item=served(GOOGLES)),
    case(vertexai.image_scanned, SKIP, item={}),
    case(vertexai.no_shell, PASS, item=job()),
    case(vertexai.no_shell, FAIL, item=job(enableWebAccess=True)),
    case(vertexai.no_shell, SKIP, item=job("JOB_STATE_CANCELLED", enableWebAccess=True)),
    case(INSIDE, PASS, item=job(network="projects/1/global/networks/n")),
    case(INSIDE, FAIL, item=job()),
    case(INSIDE, SKIP, item=job("JOB_STATE_EXPIRED")),
    case(RUN_INSIDE, PASS, item=pipeline(pscInterfaceConfig={"networkAttachment": "a"})),
    case(RUN_INSIDE, FAIL, item=pipeline()),
    case(OFFLINE, PASS, item={"networkSpec": PEERED}),
    case(OFFLINE, FAIL, item={"networkSpec": {"enableInternetAccess": True}}),
    case(OFFLINE_NOTEBOOK, PASS, item={}),
    case(OFFLINE_NOTEBOOK, FAIL, item={"networkSpec": {"enableInternetAccess": True}}),
    case(vertexai.stops_idle, PASS, item={"idleShutdownConfig": {"idleTimeout": "10800s"}}),
    case(vertexai.stops_idle, FAIL, item={"idleShutdownConfig": {"idleTimeout": "10800s", "idleShutdownDisabled": True}}),
    case(vertexai.stops_idle, FAIL, item={}),
]
