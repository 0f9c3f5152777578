"""What runs without machines of one's own, what builds it, and what learns."""

from __future__ import annotations

from simulators.gcp.estate.place import REGION, Data, Place

SECRETS = {"API_TOKEN": "ghp_0123456789abcdefghijABCDEFGHIJ012345"}


def applications(place: Place) -> None:
    run(place)
    functions(place)
    engine(place)
    builds(place)
    data(place)
    learning(place)
    far(place)


def run(place: Place) -> None:
    name = f"projects/{place.project}/locations/{REGION}/services/web"
    variables = [{"name": key, "value": value} for key, value in SECRETS.items()]
    reference = {"secretKeyRef": {"secret": "token", "version": "latest"}}
    container: Data = {
        "image": f"{REGION}-docker.pkg.dev/{place.project}/images/web@sha256:0f",
        "env": [{"name": "API_TOKEN", "valueSource": reference}] if place.careful else variables,
    }
    service: Data = {
        "name": name,
        "ingress": "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" if place.careful else "INGRESS_TRAFFIC_ALL",
        "template": {
            "containers": [container],
            "serviceAccount": place.account("shop") if place.careful else place.default_account,
        },
        "createTime": place.ago(90),
        "updateTime": place.ago(2),
        "etag": '"run"',
        "generation": "7",
        "labels": {"owner": "shop"},
    }
    if place.careful:
        service["template"] |= {"encryptionKey": place.key(), "vpcAccess": {"egress": "ALL_TRAFFIC"}}
        service["binaryAuthorization"] = {"useDefault": True}
    callers = {"roles/run.invoker": [f"serviceAccount:{place.account('shop')}"] if place.careful else ["allUsers"]}
    place.put("run.googleapis.com/Service", name, service, location=REGION, iam=callers, version="v2")
    job = f"projects/{place.project}/locations/{REGION}/jobs/nightly"
    task = {"containers": [container], "serviceAccount": service["template"]["serviceAccount"], "maxRetries": 3}
    place.put("run.googleapis.com/Job", job, {"name": job, "template": {"template": task}}, location=REGION, version="v2")


def functions(place: Place) -> None:
    settings = {} if place.careful else SECRETS
    name = f"projects/{place.project}/locations/{REGION}/functions/resize"
    second: Data = {
        "name": name,
        "environment": "GEN_2",
        "state": "ACTIVE",
        "buildConfig": {"runtime": "python313" if place.careful else "nodejs10", "entryPoint": "resize"},
        "serviceConfig": {
            "ingressSettings": "ALLOW_INTERNAL_AND_GCLB" if place.careful else "ALLOW_ALL",
            "serviceAccountEmail": place.account("shop") if place.careful else place.default_account,
            "environmentVariables": settings,
        },
        "updateTime": place.ago(12),
    }
    if place.careful:
        second["kmsKeyName"] = place.key()
        second["serviceConfig"] |= {"vpcConnector": "main", "vpcConnectorEgressSettings": "ALL_TRAFFIC"}
    place.put("cloudfunctions.googleapis.com/Function", name, second, location=REGION, version="v2")
    if not place.careful:
        name = f"projects/{place.project}/locations/{REGION}/functions/legacy"
        first = {
            "name": name,
            "runtime": "python37",
            "status": "ACTIVE",
            "httpsTrigger": {"url": "https://legacy.example.net", "securityLevel": "SECURE_OPTIONAL"},
            "ingressSettings": "ALLOW_ALL",
            "serviceAccountEmail": f"{place.project}@appspot.gserviceaccount.com",
            "environmentVariables": settings,
            "updateTime": place.ago(900),
        }
        public = {"roles/cloudfunctions.invoker": ["allUsers"]}
        place.put("cloudfunctions.googleapis.com/CloudFunction", name, first, location=REGION, iam=public)


def engine(place: Place) -> None:
    app = f"apps/{place.project}"
    application: Data = {"name": app, "id": place.project, "locationId": REGION, "servingStatus": "SERVING"}
    application |= {"iap": {"enabled": True}, "sslPolicy": "MODERN"} if place.careful else {}
    place.put("appengine.googleapis.com/Application", f"//{app}", application, location=REGION)
    level = "SECURE_ALWAYS" if place.careful else "SECURE_OPTIONAL"
    version: Data = {
        "name": f"{app}/services/default/versions/1",
        "id": "1",
        "runtime": "python313" if place.careful else "python27",
        "env": "standard",
        "servingStatus": "SERVING",
        "handlers": [{"urlRegex": ".*", "securityLevel": level, "script": {"scriptPath": "auto"}}],
        "envVariables": {} if place.careful else SECRETS,
        "serviceAccount": place.account("shop") if place.careful else f"{place.project}@appspot.gserviceaccount.com",
    }
    service: Data = {"name": f"{app}/services/default", "id": "default"}
    service |= (
        {"networkSettings": {"ingressTrafficAllowed": "INGRESS_TRAFFIC_ALLOWED_INTERNAL_AND_LB"}} if place.careful else {}
    )
    place.put("appengine.googleapis.com/Service", f"//{service['name']}", service, location=REGION)
    place.put("appengine.googleapis.com/Version", f"//{version['name']}", version, location=REGION)
    for asset in place.estate.assets[-3:]:
        asset["name"] = asset["name"].replace("////", "//")


def builds(place: Place) -> None:
    repository: Data = {
        "name": f"projects/{place.project}/locations/{REGION}/repositories/images",
        "format": "DOCKER",
        "mode": "STANDARD_REPOSITORY",
        "createTime": place.ago(300),
        "updateTime": place.ago(3),
        "sizeBytes": "123456",
    }
    if place.careful:
        repository |= {
            "kmsKeyName": place.key(),
            "dockerConfig": {"immutableTags": True},
            "cleanupPolicies": {"old": {"id": "old", "action": "DELETE", "condition": {"olderThan": "2592000s"}}},
            "vulnerabilityScanningConfig": {"enablementConfig": "INHERITED", "enablementState": "SCANNING_ACTIVE"},
        }
    else:
        repository["vulnerabilityScanningConfig"] = {"enablementConfig": "DISABLED", "enablementState": "SCANNING_DISABLED"}
    readers = {"roles/artifactregistry.reader": ["group:developers@example.com" if place.careful else "allUsers"]}
    place.put("artifactregistry.googleapis.com/Repository", repository["name"], repository, location=REGION, iam=readers)
    trigger: Data = {
        "id": "7a",
        "name": "deploy",
        "resourceName": f"projects/{place.project}/locations/{REGION}/triggers/7a",
        "createTime": place.ago(100),
        "github": {"owner": "example", "name": "shop", "push": {"branch": "^main$"}},
        "serviceAccount": f"projects/{place.project}/serviceAccounts/{place.account('build')}",
        "substitutions": {} if place.careful else {"_TOKEN": SECRETS["API_TOKEN"]},
    }
    if place.careful:
        trigger["approvalConfig"] = {"approvalRequired": True}
    place.put("cloudbuild.googleapis.com/BuildTrigger", trigger["resourceName"], trigger, location=REGION)
    pool: Data = {
        "name": f"projects/{place.project}/locations/{REGION}/workerPools/main",
        "state": "RUNNING",
        "privatePoolV1Config": {"networkConfig": {"egressOption": "NO_PUBLIC_EGRESS" if place.careful else "PUBLIC_EGRESS"}},
        "etag": "d29y",
    }
    place.put("cloudbuild.googleapis.com/WorkerPool", pool["name"], pool, location=REGION)


def data(place: Place) -> None:
    hadoop: Data = {
        "projectId": place.project,
        "clusterName": "nightly",
        "status": {"state": "RUNNING"},
        "config": {
            "gceClusterConfig": {
                "internalIpOnly": place.careful,
                "serviceAccount": place.account("hadoop") if place.careful else place.default_account,
                "metadata": {"enable-oslogin": "true"} if place.careful else {"PASSWORD": "hunter2-but-longer"},
                "shieldedInstanceConfig": {"enableSecureBoot": place.careful},
            },
            "softwareConfig": {"imageVersion": "2.2.50-debian12" if place.careful else "1.3.95-debian10"},
            "securityConfig": {"kerberosConfig": {"enableKerberos": place.careful}},
        },
    }
    if place.careful:
        hadoop["config"]["encryptionConfig"] = {"gcePdKmsKeyName": place.key(), "kmsKey": place.key()}
    name = f"projects/{place.project}/regions/{REGION}/clusters/nightly"
    place.put("dataproc.googleapis.com/Cluster", name, hadoop, location=REGION)
    network: Data = {"ipConfiguration": "WORKER_IP_PRIVATE"} if place.careful else {}
    job: Data = {
        "id": "2026-01-01_00_00_00-1",
        "name": "stream",
        "projectId": place.project,
        "location": REGION,
        "type": "JOB_TYPE_STREAMING",
        "currentState": "JOB_STATE_RUNNING",
        "environment": {"serviceAccountEmail": place.account("flow"), "workerPools": [network]},
    }
    if place.careful:
        job["environment"]["serviceKmsKeyName"] = place.key()
    name = f"projects/{place.project}/locations/{REGION}/jobs/{job['id']}"
    place.put("dataflow.googleapis.com/Job", name, job, location=REGION, version="v1b3")
    flow: Data = {
        "name": f"projects/{place.project}/locations/{REGION}/environments/flow",
        "state": "RUNNING",
        "config": {
            "softwareConfig": {"imageVersion": "composer-3-airflow-2.10.2", "envVariables": {} if place.careful else SECRETS},
            "privateEnvironmentConfig": {"enablePrivateEnvironment": place.careful},
            "webServerNetworkAccessControl": {"allowedIpRanges": [{"value": "0.0.0.0/0"}] if not place.careful else []},
            "nodeConfig": {"serviceAccount": place.account("flow") if place.careful else place.default_account},
        },
        "updateTime": place.ago(7),
    }
    if place.careful:
        flow["config"]["encryptionConfig"] = {"kmsKeyName": place.key()}
    place.put("composer.googleapis.com/Environment", flow["name"], flow, location=REGION)
    fusion: Data = {
        "name": f"projects/{place.project}/locations/{REGION}/instances/fusion",
        "type": "ENTERPRISE",
        "state": "ACTIVE",
        "privateInstance": place.careful,
        "enableRbac": place.careful,
        "enableStackdriverLogging": place.careful,
        "version": "6.10.1" if place.careful else "6.1.0",
    }
    fusion |= {"cryptoKeyConfig": {"keyReference": place.key()}} if place.careful else {}
    place.put("datafusion.googleapis.com/Instance", fusion["name"], fusion, location=REGION)


def learning(place: Place) -> None:
    at = f"projects/{place.node.number}/locations/{REGION}"
    key: Data = {"encryptionSpec": {"kmsKeyName": place.key()}} if place.careful else {}
    endpoint: Data = {"name": f"{at}/endpoints/1", "displayName": "ranking", "etag": "ZW5k", "createTime": place.ago(40)} | key
    if place.careful:
        endpoint["network"] = f"projects/{place.node.number}/global/networks/main"
    place.put("aiplatform.googleapis.com/Endpoint", endpoint["name"], endpoint, location=REGION)
    variables = [] if place.careful else [{"name": name, "value": value} for name, value in SECRETS.items()]
    model: Data = {
        "name": f"{at}/models/1",
        "displayName": "ranking",
        "containerSpec": {"imageUri": "web", "env": variables},
    } | key
    place.put("aiplatform.googleapis.com/Model", model["name"], model, location=REGION)
    dataset: Data = {"name": f"{at}/datasets/1", "displayName": "clicks", "etag": "ZGF0"} | key
    place.put("aiplatform.googleapis.com/Dataset", dataset["name"], dataset, location=REGION)


def far(place: Place) -> None:
    """Put what few have: Apigee and VMware Engine; and types that nobody describes, which stay bare."""
    apigee: Data = {
        "name": place.project,
        "displayName": place.project,
        "runtimeType": "CLOUD",
        "authorizedNetwork": "main",
        "lastModifiedAt": "1700000000000",
    }
    apigee |= {"runtimeDatabaseEncryptionKeyName": place.key()} if place.careful else {}
    place.put("apigee.googleapis.com/Organization", f"//organizations/{place.project}", apigee)
    cloud: Data = {
        "name": f"projects/{place.project}/locations/{REGION}-a/privateClouds/vm",
        "state": "ACTIVE",
        "type": "STANDARD" if place.careful else "TIME_LIMITED",
        "updateTime": place.ago(5),
    }
    place.put("vmwareengine.googleapis.com/PrivateCloud", cloud["name"], cloud, location=f"{REGION}-a")
    lite = f"projects/{place.node.number}/locations/{REGION}/topics/lite"
    hidden = {"name": lite, "labels": {"owner": "shop"}, "password": "hunter2-but-longer"}
    place.put("pubsublite.googleapis.com/Topic", lite, hidden, location=REGION)
    pod = f"projects/{place.project}/locations/{REGION}/clusters/shop/k8s/namespaces/default/pods/web-0"
    place.put("k8s.io/Pod", pod, {"metadata": {"name": "web-0"}}, location=REGION, host="container.googleapis.com")
    iap = f"projects/{place.node.number}/iap_web/appengine-{place.project}"
    granted = {"bindings": [{"role": "roles/iap.httpsResourceAccessor", "members": ["domain:example.com"]}], "etag": "aWFw"}
    place.estate.put(place.node, "iap.googleapis.com/WebService", iap, iamPolicy=granted)
