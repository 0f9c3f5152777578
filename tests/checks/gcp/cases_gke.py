"""Cases of clusters of GKE."""

from __future__ import annotations

from typing import Any

from checks.gcp import gke, gke_access
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.links import REGION, compute

HOST = "//container.googleapis.com"
CLUSTER = f"{HOST}/projects/{ACCOUNT}/locations/{REGION}/clusters/prod"
SUBNET = f"projects/{ACCOUNT}/regions/{REGION}/subnetworks/s"


def cluster(**fields: Any) -> dict[str, Any]:
    known = {
        "name": "prod",
        "status": "RUNNING",
        "location": REGION,
        "locations": [f"{REGION}-b", f"{REGION}-c", f"{REGION}-d"],
        "currentMasterVersion": "1.34.1-gke.1234000",
        "networkConfig": {"network": "projects/p/global/networks/n", "subnetwork": SUBNET},
        "nodePools": [{"name": "default-pool", "config": {}}],
    }
    return {**known, **fields}


def networked(**fields: Any) -> dict[str, Any]:
    return cluster(networkConfig={"subnetwork": SUBNET, **fields})


def endpoints(dns: dict[str, Any] | None = None, **addresses: Any) -> dict[str, Any]:
    return cluster(
        controlPlaneEndpointsConfig={"ipEndpointsConfig": {"enabled": True, **addresses}, "dnsEndpointConfig": dns or {}}
    )


def blocks(*cidrs: str, **fields: Any) -> dict[str, Any]:
    return {"enabled": True, "cidrBlocks": [{"cidrBlock": each} for each in cidrs], **fields}


def subnet(**fields: Any) -> Resource:
    return compute("gcp.vpc.subnetwork", f"regions/{REGION}/subnetworks/s", REGION, item=fields)


def api(state: str = "ENABLED", name: str = gke.SCANNING) -> Resource:
    item = {"name": f"projects/123/services/{name}", "state": state}
    return resource(gke.API, f"//serviceusage.googleapis.com/projects/123/services/{name}", item=item)


def plan(**fields: Any) -> Resource:
    known = {
        "cluster": f"projects/my-project/locations/{REGION}/clusters/prod",
        "backupSchedule": {"cronSchedule": "0 3 * * *"},
    }
    return resource(gke.BACKUP, "//gkebackup.googleapis.com/projects/p/locations/l/backupPlans/b", item={**known, **fields})


def admission(**rule: Any) -> dict[str, Any]:
    return {"name": "projects/p/policy", "defaultAdmissionRule": rule}


def exempt(pattern: str) -> dict[str, Any]:
    return {**admission(**STRICT), "admissionWhitelistPatterns": [{"namePattern": pattern}]}


STRICT = {"evaluationMode": "REQUIRE_ATTESTATION", "enforcementMode": "ENFORCED_BLOCK_AND_AUDIT_LOG"}
AUTO = {"autopilot": {"enabled": True}}
PRIVATE = {"enablePrivateNodes": True, "enablePrivateEndpoint": True}
NARROW, ENDPOINT = gke.endpoint_narrow, gke.private_endpoint
GOOGLE = gke.google_addresses_shut_out
OFFICE = blocks("203.0.113.0/24")

CASES = [
    # The API server, in the older shape and in today's.
    case(NARROW, PASS, item=cluster(masterAuthorizedNetworksConfig=OFFICE)),
    case(NARROW, PASS, item=cluster(privateClusterConfig=PRIVATE)),
    case(NARROW, PASS, item=endpoints(enablePublicEndpoint=True, authorizedNetworksConfig=OFFICE)),
    case(NARROW, PASS, item=endpoints(enablePublicEndpoint=False)),
    case(NARROW, PASS, item=endpoints(enabled=False)),
    case(NARROW, FAIL, item=cluster()),
    case(NARROW, FAIL, item=cluster(**AUTO)),
    case(NARROW, FAIL, item=cluster(masterAuthorizedNetworksConfig={"enabled": False})),
    case(NARROW, FAIL, item=cluster(masterAuthorizedNetworksConfig=blocks("0.0.0.0/0"))),
    case(NARROW, FAIL, item=cluster(masterAuthorizedNetworksConfig=blocks("0.0.0.0/1", "128.0.0.0/1"))),
    case(NARROW, FAIL, item=endpoints(enablePublicEndpoint=True)),
    case(NARROW, FAIL, item=endpoints(enablePublicEndpoint=True, authorizedNetworksConfig=blocks("0.0.0.0/0"))),
    case(NARROW, SKIP, item=cluster(status="PROVISIONING")),
    case(NARROW, SKIP, item=cluster(status=1)),
    case(GOOGLE, PASS, item=endpoints(enablePublicEndpoint=True, authorizedNetworksConfig=OFFICE)),
    case(
        GOOGLE,
        FAIL,
        item=endpoints(enablePublicEndpoint=True, authorizedNetworksConfig={**OFFICE, "gcpPublicCidrsAccessEnabled": True}),
    ),
    case(GOOGLE, SKIP, item=cluster()),
    case(ENDPOINT, PASS, item=cluster(privateClusterConfig=PRIVATE)),
    case(ENDPOINT, PASS, item=endpoints(enablePublicEndpoint=False)),
    case(ENDPOINT, FAIL, item=cluster(privateClusterConfig={"enablePrivateNodes": True})),
    case(ENDPOINT, FAIL, item=endpoints(enablePublicEndpoint=True)),
    case(ENDPOINT, FAIL, item=cluster()),
    case(gke.name_leads_inside, PASS, item=endpoints({"endpoint": "x.gke.goog"})),
    case(gke.name_leads_inside, FAIL, item=endpoints({"endpoint": "x.gke.goog", "allowExternalTraffic": True})),
    # Network.
    case(gke.private_nodes, PASS, item=cluster(privateClusterConfig=PRIVATE)),
    case(gke.private_nodes, PASS, item=networked(defaultEnablePrivateNodes=True)),
    case(gke.private_nodes, FAIL, item=networked(defaultEnablePrivateNodes=False)),
    case(gke.private_nodes, FAIL, item=cluster()),
    case(gke.vpc_native, PASS, item=cluster(ipAllocationPolicy={"useIpAliases": True})),
    case(gke.vpc_native, FAIL, item=cluster(ipAllocationPolicy={})),
    case(gke.network_policies, PASS, item=cluster(networkPolicy={"enabled": True, "provider": "CALICO"})),
    case(gke.network_policies, PASS, item=networked(datapathProvider="ADVANCED_DATAPATH")),
    case(gke.network_policies, PASS, item=networked(datapathProvider=2)),
    case(gke.network_policies, FAIL, item=cluster(addonsConfig={"networkPolicyConfig": {"disabled": True}})),
    case(gke.network_policies, SKIP, item=cluster(**AUTO)),
    case(gke.flows_seen, PASS, item=networked(enableIntraNodeVisibility=True), inventory=[subnet(logConfig={"enable": True})]),
    case(gke.flows_seen, FAIL, item=networked(enableIntraNodeVisibility=True), inventory=[subnet()]),
    case(gke.flows_seen, FAIL, item=cluster(), inventory=[subnet(logConfig={"enable": True})]),
    case(gke.flows_seen, UNKNOWN, item=networked(enableIntraNodeVisibility=True)),
    case(
        gke.flows_seen,
        UNKNOWN,
        item=networked(enableIntraNodeVisibility=True, subnetwork="projects/host/regions/r/subnetworks/s"),
    ),
    # Keys and versions.
    case(gke.secrets_encrypted, PASS, item=cluster(databaseEncryption={"state": "ENCRYPTED", "keyName": "projects/p/k"})),
    case(gke.secrets_encrypted, PASS, item=cluster(databaseEncryption={"state": 1, "keyName": "projects/p/k"})),
    case(gke.secrets_encrypted, PASS, item=cluster(databaseEncryption={"state": "ALL_OBJECTS_ENCRYPTION_ENABLED"})),
    case(gke.secrets_encrypted, FAIL, item=cluster(databaseEncryption={"state": "DECRYPTED"})),
    case(gke.secrets_encrypted, FAIL, item=cluster()),
    case(gke.supported_version, PASS, item=cluster()),
    case(gke.supported_version, FAIL, item=cluster(currentMasterVersion="1.30.5-gke.1000")),
    case(gke.supported_version, FAIL, item=cluster(currentMasterVersion="1.10.11-gke.1")),
    case(gke.supported_version, UNKNOWN, item=cluster(currentMasterVersion="1.99.0-gke.1")),
    case(gke.release_channel, PASS, item=cluster(releaseChannel={"channel": "REGULAR"})),
    case(gke.release_channel, PASS, item=cluster(releaseChannel={"channel": 3})),
    case(gke.release_channel, FAIL, item=cluster(releaseChannel={"channel": "UNSPECIFIED"})),
    case(gke.release_channel, FAIL, item=cluster()),
    case(gke.no_alpha, PASS, item=cluster()),
    case(gke.no_alpha, FAIL, item=cluster(enableKubernetesAlpha=True)),
    case(gke.shielded_nodes, PASS, item=cluster(shieldedNodes={"enabled": True})),
    case(gke.shielded_nodes, FAIL, item=cluster(shieldedNodes={})),
    case(gke.shielded_nodes, SKIP, item=cluster(**AUTO)),
    # What may run.
    case(gke.images_admitted, PASS, item=cluster(binaryAuthorization={"evaluationMode": "PROJECT_SINGLETON_POLICY_ENFORCE"})),
    case(gke.images_admitted, PASS, item=cluster(binaryAuthorization={"evaluationMode": 2})),
    case(
        gke.images_admitted,
        PASS,
        item=cluster(binaryAuthorization={"evaluationMode": "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"}),
    ),
    case(gke.images_admitted, PASS, item=cluster(binaryAuthorization={"enabled": True})),
    case(gke.images_admitted, FAIL, item=cluster(binaryAuthorization={"enabled": True, "evaluationMode": "DISABLED"})),
    case(gke.images_admitted, FAIL, item=cluster(binaryAuthorization={"evaluationMode": "POLICY_BINDINGS"})),
    case(gke.images_admitted, FAIL, item=cluster()),
    case(gke.refuses, PASS, item=admission(**STRICT)),
    case(gke.refuses, PASS, item=exempt("gcr.io/google_containers/*")),
    case(gke.refuses, FAIL, item=admission(**{**STRICT, "evaluationMode": "ALWAYS_ALLOW"})),
    case(gke.refuses, FAIL, item=admission(**{**STRICT, "enforcementMode": "DRYRUN_AUDIT_LOG_ONLY"})),
    case(gke.refuses, FAIL, item=exempt("**")),
    case(gke.images_scanned, PASS, item=cluster(), inventory=[api()]),
    case(gke.images_scanned, FAIL, item=cluster(), inventory=[api("DISABLED")]),
    case(gke.images_scanned, FAIL, item=cluster(), inventory=[api(name="run.googleapis.com")]),
    case(gke.images_scanned, UNKNOWN, item=cluster(), inventory=[unlisted(gke.API)]),
    case(gke.posture_watched, PASS, item=cluster(securityPostureConfig={"mode": "BASIC"})),
    case(gke.posture_watched, FAIL, item=cluster(securityPostureConfig={"mode": "DISABLED"})),
    case(gke.posture_watched, FAIL, item=cluster()),
    case(gke.sandbox_ready, PASS, item=cluster(nodePools=[{"name": "s", "config": {"sandboxConfig": {"type": "GVISOR"}}}])),
    case(
        gke.sandbox_ready, PASS, item=cluster(nodePools=[{"name": "s", "config": {"sandboxConfig": {"sandboxType": "gvisor"}}}])
    ),
    case(gke.sandbox_ready, FAIL, item=cluster()),
    case(gke.sandbox_ready, SKIP, item=cluster(**AUTO)),
    case(gke.no_dashboard, PASS, item=cluster(addonsConfig={"kubernetesDashboard": {"disabled": True}})),
    case(gke.no_dashboard, PASS, item=cluster()),
    case(gke.no_dashboard, FAIL, item=cluster(addonsConfig={"kubernetesDashboard": {}})),
    # Logs, backups, zones.
    case(
        gke.logged,
        PASS,
        item=cluster(loggingConfig={"componentConfig": {"enableComponents": ["SYSTEM_COMPONENTS", "WORKLOADS"]}}),
    ),
    case(gke.logged, PASS, item=cluster(loggingConfig={"componentConfig": {"enableComponents": [1, 2]}})),
    case(gke.logged, PASS, item=cluster(loggingService="logging.googleapis.com/kubernetes")),
    case(gke.logged, FAIL, item=cluster(loggingConfig={"componentConfig": {"enableComponents": ["SYSTEM_COMPONENTS"]}})),
    case(
        gke.logged,
        FAIL,
        item=cluster(loggingConfig={"componentConfig": {}}, loggingService="logging.googleapis.com/kubernetes"),
    ),
    case(gke.logged, FAIL, item=cluster(loggingService="none")),
    case(gke.logged, FAIL, item=cluster()),
    case(gke.control_plane_logged, PASS, item=cluster(loggingConfig={"componentConfig": {"enableComponents": ["APISERVER"]}})),
    case(gke.control_plane_logged, FAIL, item=cluster()),
    case(gke.measured, PASS, item=cluster(monitoringConfig={"componentConfig": {"enableComponents": ["SYSTEM_COMPONENTS"]}})),
    case(gke.measured, PASS, item=cluster(monitoringService="monitoring.googleapis.com/kubernetes")),
    case(gke.measured, FAIL, item=cluster(monitoringConfig={"componentConfig": {}})),
    case(gke.measured, FAIL, item=cluster(monitoringService="none")),
    case(gke.backed_up, PASS, id=CLUSTER, item=cluster(), inventory=[plan()]),
    case(gke.backed_up, FAIL, id=CLUSTER, item=cluster(), inventory=[plan(deactivated=True)]),
    case(gke.backed_up, FAIL, id=CLUSTER, item=cluster(), inventory=[plan(backupSchedule={"paused": True})]),
    case(gke.backed_up, FAIL, id=CLUSTER, item=cluster(), inventory=[plan(cluster="projects/p/locations/l/clusters/other")]),
    case(gke.backed_up, UNKNOWN, id=CLUSTER, item=cluster(), inventory=[unlisted(gke.BACKUP)]),
    case(gke.spans_zones, PASS, item=cluster()),
    case(gke.spans_zones, PASS, item=cluster(**AUTO, locations=[f"{REGION}-b"])),
    case(gke.spans_zones, FAIL, item=cluster(location=f"{REGION}-b")),
    case(gke.spans_zones, FAIL, item=cluster(locations=[f"{REGION}-b"])),
    # Who is let in.
    case(gke_access.workload_identities, PASS, item=cluster(workloadIdentityConfig={"workloadPool": "p.svc.id.goog"})),
    case(gke_access.workload_identities, PASS, item=cluster(workloadIdentityConfig={"identityNamespace": "p.svc.id.goog"})),
    case(gke_access.workload_identities, FAIL, item=cluster()),
    case(gke_access.workload_identities, SKIP, item=cluster(**AUTO)),
    case(gke_access.no_client_certificate, PASS, item=cluster(masterAuth={"clientCertificateConfig": {}})),
    case(
        gke_access.no_client_certificate,
        FAIL,
        item=cluster(masterAuth={"clientCertificateConfig": {"issueClientCertificate": True}}),
    ),
    case(gke_access.no_client_certificate, FAIL, item=cluster(masterAuth={"clientCertificate": "LS0t"})),
    case(gke_access.no_password, PASS, item=cluster(masterAuth={"clusterCaCertificate": "LS0t"})),
    case(gke_access.no_password, FAIL, item=cluster(masterAuth={"username": "admin"})),
    case(
        gke_access.rights_from_groups, PASS, item=cluster(authenticatorGroupsConfig={"enabled": True, "securityGroup": "g@e"})
    ),
    case(gke_access.rights_from_groups, FAIL, item=cluster()),
    case(gke_access.no_old_rules, PASS, item=cluster(legacyAbac={})),
    case(gke_access.no_old_rules, FAIL, item=cluster(legacyAbac={"enabled": True})),
    case(
        gke_access.nobody_unnamed,
        PASS,
        item=cluster(
            rbacBindingConfig={
                "enableInsecureBindingSystemAuthenticated": False,
                "enableInsecureBindingSystemUnauthenticated": False,
            }
        ),
    ),
    case(gke_access.nobody_unnamed, FAIL, item=cluster(rbacBindingConfig={"enableInsecureBindingSystemAuthenticated": True})),
    case(gke_access.nobody_unnamed, FAIL, item=cluster()),
    case(gke_access.strangers_unanswered, PASS, item=cluster(anonymousAuthenticationConfig={"mode": "LIMITED"})),
    case(gke_access.strangers_unanswered, FAIL, item=cluster()),
]
