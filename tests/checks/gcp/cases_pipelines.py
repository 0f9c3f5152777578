"""Cases of Dataproc, Dataflow, Data Fusion and Apigee: what moves data about."""

from __future__ import annotations

from typing import Any

from checks.gcp import apigee, dataflow, datafusion, dataproc
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.cases_gce import DEFAULT, OWN, PLAIN, SECRET, project
from tests.checks.gcp.estate import ADA, EVE, EXPIRED, FOREIGN, PROJECT, STRANGER, allow, bind
from tests.checks.gcp.estate import project as policed

VIRTUAL = {"virtualClusterConfig": {"stagingBucket": "b"}}
OF_CLUSTERS = (
    dataproc.own_service_account,
    dataproc.account_not_administrator,
    dataproc.no_public_addresses,
    dataproc.users_sign_in,
    dataproc.without_secrets,
    dataproc.secure_boot,
    dataproc.recently_made,
    dataproc.supported_image,
    dataproc.scripts_own,
    dataproc.logs_kept,
    dataproc.several_masters,
)
OF_JOBS = (
    dataflow.own_service_account,
    dataflow.account_not_administrator,
    dataflow.no_public_addresses,
    dataflow.supported_sdk,
    dataflow.image_of_known_registry,
    dataflow.any_zone,
)


def cluster(image: str = "2.2.10-debian12", **config: Any) -> dict[str, Any]:
    return {"clusterName": "c", "config": {"softwareConfig": {"imageVersion": image}, **config}}


def machines(image: str = "2.2.10-debian12", **fields: Any) -> dict[str, Any]:
    return cluster(image, gceClusterConfig=fields)


def made(*times: str) -> dict[str, Any]:
    history = [{"state": "CREATING", "stateStartTime": each} for each in times[:-1]]
    return {**cluster(), "status": {"state": "RUNNING", "stateStartTime": times[-1]}, "statusHistory": history}


def scripts(*paths: str) -> dict[str, Any]:
    return cluster(initializationActions=[{"executableFile": each} for each in paths])


def properties(logging: str) -> dict[str, Any]:
    return cluster(softwareConfig={"properties": {dataproc.LOGS_OFF: logging}})


def job(state: str = "JOB_STATE_RUNNING", /, **environment: Any) -> dict[str, Any]:
    return {"currentState": state, "environment": environment}


def pools(*modes: str | int, **environment: Any) -> dict[str, Any]:
    return job(workerPools=[{"ipConfiguration": each} for each in modes], **environment)


def sdk(status: str | int) -> dict[str, Any]:
    return {**job(), "jobMetadata": {"sdkVersion": {"version": "2.50.0", "sdkSupportStatus": status}}}


def image(name: str) -> dict[str, Any]:
    return job(workerPools=[{"sdkHarnessContainerImages": [{"containerImage": name}]}])


def options(**given: Any) -> dict[str, Any]:
    return job(sdkPipelineOptions={"options": given})


def at(region: str) -> Resource:
    return resource(apigee.INSTANCE, region, item={"location": region})


def holding(role: str, *members: str) -> Resource:
    return policed(allow(bind(role, *members)))


def fusion(kind: str = "ENTERPRISE", /, **fields: Any) -> dict[str, Any]:
    return {"name": "f", "type": kind, **fields}


LOGGED: dict[str, Any] = {"enableStackdriverLogging": True}
KERBEROS = {"kerberosConfig": {"enableKerberos": True}}
MAPPED = {"identityConfig": {"userServiceAccountMapping": {"ada@example.com": OWN}}}

CASES = [
    *(case(check, SKIP, item=VIRTUAL) for check in OF_CLUSTERS),
    *(case(check, SKIP, item=job("JOB_STATE_DONE")) for check in OF_JOBS),
    case(dataproc.own_service_account, PASS, item=machines(serviceAccount=OWN)),
    case(dataproc.own_service_account, FAIL, item=machines(serviceAccount=DEFAULT)),
    case(dataproc.own_service_account, FAIL, item=cluster()),
    case(dataproc.account_not_administrator, PASS, item=machines(serviceAccount=OWN), inventory=[project()]),
    case(dataproc.account_not_administrator, FAIL, item=machines(serviceAccount=OWN), inventory=[project("roles/editor")]),
    case(dataproc.account_not_administrator, UNKNOWN, item=machines(serviceAccount=OWN)),
    case(dataproc.no_public_addresses, PASS, item=machines(internalIpOnly=True)),
    case(dataproc.no_public_addresses, PASS, item=machines("2.3-debian12")),
    case(dataproc.no_public_addresses, FAIL, item=machines("2.1-debian11")),
    case(dataproc.no_public_addresses, FAIL, item=machines("2.3-debian12", internalIpOnly=False)),
    case(dataproc.users_sign_in, PASS, item=cluster(securityConfig=KERBEROS)),
    case(dataproc.users_sign_in, PASS, item=cluster(securityConfig=MAPPED)),
    case(dataproc.users_sign_in, FAIL, item=cluster(securityConfig={"kerberosConfig": {"enableKerberos": False}})),
    case(dataproc.users_sign_in, FAIL, item=cluster()),
    case(dataproc.without_secrets, PASS, item=machines(metadata={"role": PLAIN})),
    case(dataproc.without_secrets, PASS, item=cluster()),
    case(dataproc.without_secrets, FAIL, item=machines(metadata={"role": PLAIN, "token": SECRET})),
    case(dataproc.secure_boot, PASS, item=machines(shieldedInstanceConfig={"enableSecureBoot": True})),
    case(dataproc.secure_boot, FAIL, item=machines(shieldedInstanceConfig={"enableVtpm": True})),
    case(dataproc.secure_boot, FAIL, item=cluster()),
    case(dataproc.recently_made, PASS, item=made("2026-03-01T00:00:00Z", "2026-03-01T00:05:00Z")),
    case(dataproc.recently_made, FAIL, item=made("2025-03-01T00:00:00Z", "2026-05-01T00:00:00Z")),
    case(dataproc.recently_made, SKIP, item=cluster()),
    case(dataproc.supported_image, PASS, item=cluster("2.2.5-debian12")),
    case(dataproc.supported_image, FAIL, item=cluster("2.1.5-debian11")),
    case(dataproc.supported_image, UNKNOWN, item=cluster("4.0.1-debian13")),
    case(dataproc.supported_image, FAIL, item=cluster("2.0.66-debian10")),
    case(dataproc.supported_image, FAIL, item=cluster("1.5-debian10")),
    case(dataproc.supported_image, SKIP, item=cluster("")),
    case(dataproc.scripts_own, PASS, item=scripts("gs://own/setup.sh")),
    case(dataproc.scripts_own, PASS, item=cluster()),
    case(dataproc.scripts_own, FAIL, item=scripts("gs://goog-dataproc-initialization-actions-europe-west1/presto/presto.sh")),
    case(dataproc.logs_kept, PASS, item=cluster()),
    case(dataproc.logs_kept, PASS, item=properties("true")),
    case(dataproc.logs_kept, FAIL, item=properties("false")),
    case(dataproc.several_masters, PASS, item=cluster(masterConfig={"numInstances": 3})),
    case(dataproc.several_masters, FAIL, item=cluster(masterConfig={"numInstances": 1})),
    case(dataproc.several_masters, SKIP, item=cluster(lifecycleConfig={"idleDeleteTtl": "1800s"})),
    case(dataflow.own_service_account, PASS, item=job(serviceAccountEmail=OWN)),
    case(dataflow.own_service_account, FAIL, item=job(serviceAccountEmail=DEFAULT)),
    case(dataflow.own_service_account, FAIL, item=job()),
    case(dataflow.account_not_administrator, PASS, item=job(serviceAccountEmail=OWN), inventory=[project()]),
    case(dataflow.account_not_administrator, FAIL, item=job(serviceAccountEmail=OWN), inventory=[project("roles/owner")]),
    case(dataflow.no_public_addresses, PASS, item=pools("WORKER_IP_PRIVATE", 2)),
    case(dataflow.no_public_addresses, PASS, item=job(usePublicIps=False)),
    case(dataflow.no_public_addresses, FAIL, item=pools("WORKER_IP_PRIVATE", "WORKER_IP_PUBLIC")),
    case(dataflow.no_public_addresses, FAIL, item=pools("WORKER_IP_UNSPECIFIED")),
    case(dataflow.no_public_addresses, FAIL, item=job(usePublicIps=True)),
    case(dataflow.no_public_addresses, FAIL, item=job()),
    case(dataflow.supported_sdk, PASS, item=sdk("SUPPORTED")),
    case(dataflow.supported_sdk, PASS, item=sdk("STALE")),
    case(dataflow.supported_sdk, FAIL, item=sdk("DEPRECATED")),
    case(dataflow.supported_sdk, FAIL, item=sdk(4)),
    case(dataflow.supported_sdk, SKIP, item=job()),
    case(dataflow.without_secrets, PASS, item=options(region=PLAIN, numbers=[1, 2])),
    case(dataflow.without_secrets, PASS, item=job()),
    case(dataflow.without_secrets, FAIL, item=options(region=PLAIN, source={"passwords": [PLAIN, SECRET]})),
    case(dataflow.image_of_known_registry, PASS, item=image("europe-docker.pkg.dev/p/r/i:1")),
    case(dataflow.image_of_known_registry, FAIL, item=image("docker.io/o/i:1")),
    case(dataflow.image_of_known_registry, FAIL, item=job(workerPools=[{"workerHarnessContainerImage": "quay.io/o/i"}])),
    case(dataflow.image_of_known_registry, SKIP, item=job()),
    case(datafusion.private, PASS, item=fusion(privateInstance=True)),
    case(datafusion.private, FAIL, item=fusion()),
    case(datafusion.rights_per_namespace, PASS, item=fusion(enableRbac=True)),
    case(datafusion.rights_per_namespace, FAIL, item=fusion()),
    case(datafusion.rights_per_namespace, SKIP, item=fusion("BASIC")),
    case(datafusion.own_service_account, PASS, item=fusion(dataprocServiceAccount=OWN)),
    case(datafusion.own_service_account, FAIL, item=fusion(dataprocServiceAccount=DEFAULT)),
    case(datafusion.own_service_account, FAIL, item=fusion()),
    case(datafusion.account_not_administrator, PASS, item=fusion(dataprocServiceAccount=OWN), inventory=[project()]),
    case(
        datafusion.account_not_administrator,
        FAIL,
        item=fusion(dataprocServiceAccount=OWN),
        inventory=[project("roles/owner")],
    ),
    case(datafusion.account_not_administrator, SKIP, item=fusion()),
    case(datafusion.logs_kept, PASS, item=fusion(**LOGGED)),
    case(datafusion.logs_kept, FAIL, item=fusion(**LOGGED, loggingConfig={"instanceCloudLoggingDisabled": True})),
    case(datafusion.logs_kept, FAIL, item=fusion()),
    case(datafusion.newest_version, PASS, item=fusion(version="6.10.1")),
    case(datafusion.newest_version, PASS, item=fusion(version="6.10.1", availableVersion=[{"versionNumber": "6.10.1"}])),
    case(datafusion.newest_version, FAIL, item=fusion(version="6.9.2", availableVersion=[{"versionNumber": "6.10.1"}])),
    case(dataflow.any_zone, PASS, item=job(workerRegion="europe-west1")),
    case(dataflow.any_zone, PASS, item=job()),
    case(dataflow.any_zone, FAIL, item=job(workerZone="europe-west1-b")),
    case(datafusion.several_zones, PASS, item=fusion()),
    case(datafusion.several_zones, FAIL, item=fusion("DEVELOPER")),
    case(apigee.abuse_watched_for, PASS, item={"addonsConfig": {"apiSecurityConfig": {"enabled": True}}}),
    case(apigee.abuse_watched_for, FAIL, item={"addonsConfig": {"apiSecurityConfig": {}}}),
    case(apigee.abuse_watched_for, FAIL, item={}),
    case(apigee.odd_traffic_noticed, PASS, item={"addonsConfig": {"advancedApiOpsConfig": {"enabled": True}}}),
    case(apigee.odd_traffic_noticed, FAIL, item={"addonsConfig": {"apiSecurityConfig": {"enabled": True}}}),
    case(apigee.odd_traffic_noticed, FAIL, item={}),
    case(apigee.administrators_ours, PASS, item={}, inventory=[holding("apigee.admin", ADA)]),
    case(apigee.administrators_ours, PASS, item={}, inventory=[holding("viewer", EVE)]),
    case(apigee.administrators_ours, FAIL, item={}, inventory=[holding("apigee.admin", EVE)]),
    case(apigee.administrators_ours, FAIL, item={}, inventory=[holding("apigee.analyticsViewer", ADA, STRANGER)]),
    case(apigee.administrators_ours, PASS, item={}, inventory=[policed(allow(bind("apigee.admin", EVE, when=EXPIRED)))]),
    case(apigee.administrators_ours, UNKNOWN, item={}, inventory=[holding("apigee.admin", FOREIGN)]),
    case(apigee.administrators_ours, UNKNOWN, item={}),
    case(apigee.egress_restricted, PASS, item={"disableVpcPeering": True, "networkEgressRestricted": True}),
    case(apigee.egress_restricted, FAIL, item={"disableVpcPeering": True}),
    case(apigee.egress_restricted, SKIP, item={"authorizedNetwork": "main"}),
    case(apigee.egress_restricted, SKIP, item={"runtimeType": "HYBRID", "disableVpcPeering": True}),
    case(apigee.several_regions, PASS, item={}, inventory=[at("europe-west1"), at("europe-west4")]),
    case(apigee.several_regions, FAIL, item={}, inventory=[at("europe-west1"), at("europe-west1")]),
    case(apigee.several_regions, FAIL, item={}),
    case(apigee.several_regions, SKIP, item={"runtimeType": "HYBRID"}),
    case(apigee.several_regions, UNKNOWN, item={}, inventory=[unlisted(apigee.INSTANCE)]),
    case(apigee.no_trial, PASS, item={"billingType": "SUBSCRIPTION"}),
    case(apigee.no_trial, FAIL, item={"billingType": "EVALUATION"}),
    case(apigee.no_trial, FAIL, item={"subscriptionType": "TRIAL"}),
    case(apigee.calls_logged, PASS, item={"accessLoggingConfig": {"enabled": True}}),
    case(apigee.calls_logged, FAIL, item={"accessLoggingConfig": {"enabled": False}}),
    case(apigee.calls_logged, FAIL, item={}),
    case(apigee.own_consumers, PASS, item={}),
    case(apigee.own_consumers, PASS, item={"consumerAcceptList": [ACCOUNT, "1001"]}, inventory=[PROJECT]),
    case(apigee.own_consumers, FAIL, item={"consumerAcceptList": [ACCOUNT, "vendor"]}, inventory=[PROJECT]),
    case(apigee.own_consumers, FAIL, item={"consumerAcceptList": [ACCOUNT, "77"]}, inventory=[PROJECT]),
    case(apigee.own_consumers, UNKNOWN, item={"consumerAcceptList": ["77"]}),
]
