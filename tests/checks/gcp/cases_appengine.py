"""Cases of App Engine: its application, services, and versions of both environments."""

from __future__ import annotations

from typing import Any

from checks.gcp import appengine
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.cases_gce import OWN, PLAIN, SECRET, project
from tests.checks.gcp.cases_gke import api

ROOT = f"//appengine.googleapis.com/apps/{ACCOUNT}"
NAME = f"{ROOT}/services/default/versions/v2"
APPSPOT = f"{ACCOUNT}@appspot.gserviceaccount.com"
STOPPED = {"servingStatus": "STOPPED"}
ALWAYS = {"urlRegex": ".*", "securityLevel": "SECURE_ALWAYS", "script": {"scriptPath": "auto"}}
OPTIONAL = {"urlRegex": "/static", "securityLevel": "SECURE_OPTIONAL"}
FLEXIBLE = {"env": "flexible", "runtime": "python", "flexibleRuntimeSettings": {"runtimeVersion": "3.12"}}


def version(**fields: Any) -> dict[str, Any]:
    known = {"id": "v2", "runtime": "python312", "env": "standard", "servingStatus": "SERVING", "serviceAccount": OWN}
    return {**known, "deployment": {"zip": {}}, **fields}


def application(**fields: Any) -> Resource:
    return resource("gcp.appengine.application", ROOT, item={"id": ACCOUNT, "servingStatus": "SERVING", **fields})


def service(**traffic: float) -> Resource:
    return resource("gcp.appengine.service", f"{ROOT}/services/default", item={"split": {"allocations": traffic}})


def flexible(**fields: Any) -> dict[str, Any]:
    return version(**{**FLEXIBLE, **fields})


CASES = [
    case(appengine.signed_in, PASS, item={"servingStatus": "SERVING", "iap": {"enabled": True}}),
    case(appengine.signed_in, FAIL, item={"servingStatus": 1, "iap": {"oauth2ClientId": "x"}}),
    case(appengine.signed_in, SKIP, item={"servingStatus": "USER_DISABLED"}),
    case(appengine.current_tls, PASS, item={"sslPolicy": "MODERN"}),
    case(appengine.current_tls, PASS, item={"sslPolicy": 2}),
    case(appengine.current_tls, FAIL, item={"sslPolicy": "DEFAULT"}),
    case(appengine.current_tls, FAIL, item={}),
    case(appengine.current_tls, SKIP, item={"servingStatus": 2}),
    case(appengine.ingress_narrow, PASS, item={"networkSettings": {"ingressTrafficAllowed": 2}}),
    case(
        appengine.ingress_narrow,
        PASS,
        item={"networkSettings": {"ingressTrafficAllowed": "INGRESS_TRAFFIC_ALLOWED_INTERNAL_AND_LB"}},
    ),
    case(appengine.ingress_narrow, PASS, item={"networkSettings": {"ingressTrafficAllowed": 3}}),
    case(appengine.ingress_narrow, FAIL, item={"networkSettings": {"ingressTrafficAllowed": "INGRESS_TRAFFIC_ALLOWED_ALL"}}),
    case(appengine.ingress_narrow, FAIL, item={"id": "default"}),
    case(appengine.own_service_account, PASS, id=NAME, item=version()),
    case(appengine.own_service_account, FAIL, id=NAME, item=version(serviceAccount=APPSPOT)),
    case(appengine.own_service_account, FAIL, id=NAME, item=version(serviceAccount=None)),
    case(
        appengine.own_service_account,
        PASS,
        id=NAME,
        item=version(serviceAccount=None),
        inventory=[application(serviceAccount=OWN)],
    ),
    case(
        appengine.own_service_account,
        UNKNOWN,
        id=NAME,
        item=version(serviceAccount=None),
        inventory=[unlisted("gcp.appengine.application")],
    ),
    case(appengine.account_not_administrator, PASS, id=NAME, item=version(), inventory=[project()]),
    case(appengine.account_not_administrator, FAIL, id=NAME, item=version(), inventory=[project("roles/editor")]),
    case(appengine.account_not_administrator, PASS, id=NAME, item=version(serviceAccount=None), inventory=[project()]),
    case(appengine.account_not_administrator, UNKNOWN, id=NAME, item=version()),
    case(appengine.without_secrets, PASS, item=version(envVariables={"A": PLAIN})),
    case(appengine.without_secrets, PASS, item=version()),
    case(appengine.without_secrets, FAIL, item=version(envVariables={"A": SECRET})),
    case(appengine.without_secrets, FAIL, item=version(buildEnvVariables={"A": SECRET})),
    case(appengine.without_secrets, UNKNOWN, item=version(deployment=None)),
    case(appengine.https_only, PASS, item=version(handlers=[ALWAYS, {**ALWAYS, "securityLevel": 3}])),
    case(appengine.https_only, FAIL, item=version(handlers=[OPTIONAL, ALWAYS])),
    case(appengine.https_only, FAIL, item=version(handlers=[{"urlRegex": ".*"}])),
    case(appengine.https_only, FAIL, item=version()),
    case(appengine.https_only, UNKNOWN, item=version(deployment=None)),
    case(appengine.https_only, SKIP, item=flexible()),
    case(appengine.without_public_address, PASS, item=flexible(network={"instanceIpMode": "INTERNAL"})),
    case(appengine.without_public_address, FAIL, item=flexible(network={"name": "default"})),
    case(appengine.without_public_address, FAIL, item=flexible(env="flex")),
    case(appengine.without_public_address, SKIP, item=version()),
    case(
        appengine.leaves_through_network, PASS, item=version(vpcAccessConnector={"name": "c", "egressSetting": "ALL_TRAFFIC"})
    ),
    case(appengine.leaves_through_network, PASS, item=version(vpcAccess={"networkInterfaces": [{}], "vpcEgress": 1})),
    case(appengine.leaves_through_network, PASS, item=flexible()),
    case(appengine.leaves_through_network, FAIL, item=version(vpcAccessConnector={"name": "c"})),
    case(appengine.leaves_through_network, FAIL, item=version()),
    case(appengine.supported_runtime, PASS, item=version()),
    case(appengine.supported_runtime, PASS, item=flexible()),
    case(appengine.supported_runtime, FAIL, item=version(runtime="python27")),
    case(appengine.supported_runtime, FAIL, item=flexible(runtime="nodejs", flexibleRuntimeSettings={"runtimeVersion": "18"})),
    case(appengine.supported_runtime, UNKNOWN, item=version(runtime="cobol85")),
    case(appengine.supported_runtime, UNKNOWN, item=flexible(flexibleRuntimeSettings=None)),
    case(appengine.supported_runtime, SKIP, item=flexible(runtime="custom", flexibleRuntimeSettings=None)),
    case(appengine.supported_runtime, SKIP, item=version(runtime="python27", **STOPPED)),
    case(appengine.images_scanned, PASS, item=version(), inventory=[api()]),
    case(appengine.images_scanned, FAIL, item=version()),
    case(appengine.images_scanned, SKIP, item=version(**STOPPED)),
    case(appengine.not_alone, PASS, item=version(automaticScaling={"minIdleInstances": 1})),
    case(appengine.not_alone, PASS, item=version(manualScaling={"instances": 2})),
    case(appengine.not_alone, PASS, item=flexible()),
    case(appengine.not_alone, FAIL, item=flexible(automaticScaling={"minTotalInstances": 1})),
    case(appengine.not_alone, FAIL, item=version(manualScaling={"instances": 1})),
    case(appengine.not_alone, FAIL, item=version(basicScaling={"maxInstances": 1})),
    case(appengine.not_alone, SKIP, item=version(manualScaling={"instances": 1}, **STOPPED)),
    case(appengine.takes_traffic, PASS, id=NAME, item=version(), inventory=[service(v2=0.5, v1=0.5)]),
    case(appengine.takes_traffic, FAIL, id=NAME, item=version(), inventory=[service(v3=1)]),
    case(appengine.takes_traffic, PASS, id=NAME, item=version(**STOPPED)),
    case(appengine.takes_traffic, UNKNOWN, id=NAME, item=version()),
]
