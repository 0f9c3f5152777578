"""Machines, disks, images, groups, clusters."""

from __future__ import annotations

from simulators.gcp.estate.place import COMPUTE, REGION, ZONE, Data, Place

FULL = "https://www.googleapis.com/auth/cloud-platform"
STARTING = "#!/bin/sh\nexport DB_PASSWORD=hunter2-but-longer\n/opt/start\n"


def machines(place: Place) -> None:
    flags = {"enable-oslogin": "TRUE", "block-project-ssh-keys": "TRUE"} if place.careful else {"serial-port-enable": "1"}
    place.compute(
        "Project",
        f"../{place.project}",
        {
            "name": place.project,
            "commonInstanceMetadata": _metadata({"enable-oslogin": "TRUE" if place.careful else "FALSE"}),
            "defaultServiceAccount": place.default_account,
            "xpnProjectStatus": "UNSPECIFIED_XPN_PROJECT_STATUS",
        },
    )
    place.estate.assets[-1]["name"] = f"//compute.googleapis.com/projects/{place.project}"
    disk = _disk(place)
    _instance(place, disk, flags)
    _group(place)
    image: Data = {"status": "READY", "diskSizeGb": "10", "family": "web", "labelFingerprint": "bGFi"}
    shared = {"roles/compute.imageUser": ["allAuthenticatedUsers"]} if not place.careful else None
    place.compute("Image", "global/images/web-1", image | {"creationTimestamp": place.ago(20)}, iam=shared)
    notebooks(place)


def _metadata(flags: dict[str, str]) -> Data:
    return {"fingerprint": "bWV0", "kind": "compute#metadata", "items": [{"key": k, "value": v} for k, v in flags.items()]}


def _instance(place: Place, disk: str, flags: dict[str, str]) -> None:
    account = place.account("shop") if place.careful else place.default_account
    card: Data = {"network": f"{COMPUTE}/projects/{place.project}/global/networks/main", "networkIP": "10.10.0.5"}
    if not place.careful:
        card["accessConfigs"] = [{"type": "ONE_TO_ONE_NAT", "name": "External NAT", "natIP": "198.51.100.20"}]
    data: Data = {
        "zone": f"{COMPUTE}/projects/{place.project}/zones/{ZONE}",
        "machineType": f"{COMPUTE}/projects/{place.project}/zones/{ZONE}/machineTypes/n2d-standard-2",
        "status": "RUNNING",
        "canIpForward": not place.careful,
        "deletionProtection": place.careful,
        "networkInterfaces": [card],
        "disks": [{"source": disk, "boot": True, "autoDelete": True, "type": "PERSISTENT", "mode": "READ_WRITE"}],
        "serviceAccounts": [{"email": account, "scopes": [FULL]}],
        "metadata": _metadata(flags | {"startup-script": STARTING}),
        "shieldedInstanceConfig": dict.fromkeys(("enableSecureBoot", "enableVtpm", "enableIntegrityMonitoring"), place.careful),
        "confidentialInstanceConfig": {"enableConfidentialCompute": place.careful},
        "scheduling": {"automaticRestart": True, "onHostMaintenance": "TERMINATE", "preemptible": False},
        "tags": {"items": ["web"], "fingerprint": "dGFn"},
        "labels": {"owner": "shop"},
        "labelFingerprint": "bGFi",
        "fingerprint": "Zmlu",
        "creationTimestamp": place.ago(120),
        "lastStartTimestamp": place.ago(2),
    }
    place.compute("Instance", f"zones/{ZONE}/instances/web-1", data)
    place.estate.assets[-1]["osInventory"] = inventory(place)
    if not place.careful:
        name = f"projects/{place.node.number}/locations/{ZONE}/instances/web-1/vulnerabilityReport"
        weak = {"details": {"cve": "CVE-2099-0001", "severity": "CRITICAL", "cvssV3": {"baseScore": 9.8}}}
        report = {"name": name, "vulnerabilities": [weak], "updateTime": place.ago(1)}
        place.put("osconfig.googleapis.com/VulnerabilityReport", name, report, location=ZONE)
    else:
        name = f"projects/{place.project}/patchDeployments/weekly"
        patching = {"name": name, "state": "ACTIVE", "instanceFilter": {"all": True}, "updateTime": place.ago(9)}
        place.put("osconfig.googleapis.com/PatchDeployment", name, patching)


def inventory(place: Place) -> Data:
    """Return what the agent of a guest reports: a careless one waits for a patch."""
    installed = {"aptPackage": {"packageName": "openssl", "architecture": "x86_64", "version": "3.0.11-1"}}
    waiting = {"aptPackage": {"packageName": "openssl", "architecture": "x86_64", "version": "3.0.15-1"}}
    items: Data = {"installedPackage-openssl:x86_64:3.0.11-1": _package("INSTALLED_PACKAGE", "installedPackage", installed)}
    if not place.careful:
        items["availablePackage-openssl:x86_64:3.0.15-1"] = _package("AVAILABLE_PACKAGE", "availablePackage", waiting)
    release = {"hostname": "web-1", "longName": "Debian GNU/Linux 12", "shortName": "debian", "version": "12"}
    name = f"projects/{place.node.number}/locations/{ZONE}/instances/web-1/inventory"
    return {"name": name, "osInfo": release, "items": items, "updateTime": place.ago(1)}


def _package(type: str, field: str, package: Data) -> Data:
    return {"id": field, "originType": "INVENTORY_REPORT", "type": type, field: package}


def _disk(place: Place) -> str:
    data: Data = {
        "zone": f"{COMPUTE}/projects/{place.project}/zones/{ZONE}",
        "sizeGb": "10",
        "status": "READY",
        "type": f"{COMPUTE}/projects/{place.project}/zones/{ZONE}/diskTypes/pd-balanced",
        "labelFingerprint": "bGFi",
        "creationTimestamp": place.ago(120),
    }
    if place.careful:
        schedule = place.compute(
            "ResourcePolicy",
            f"regions/{REGION}/resourcePolicies/daily",
            {
                "region": REGION,
                "snapshotSchedulePolicy": {
                    "schedule": {"dailySchedule": {"daysInCycle": 1, "startTime": "04:00"}},
                    "retentionPolicy": {"maxRetentionDays": 14},
                },
            },
        )
        data |= {"diskEncryptionKey": {"kmsKeyName": f"{place.key()}/cryptoKeyVersions/1"}, "resourcePolicies": [schedule]}
    link = place.compute("Disk", f"zones/{ZONE}/disks/web-1", data)
    shared = {"roles/compute.storageAdmin": ["allAuthenticatedUsers"]} if not place.careful else None
    snapshot = {"sourceDisk": link, "diskSizeGb": "10", "status": "READY", "storageBytes": "1024", "labelFingerprint": "bGFi"}
    place.compute("Snapshot", "global/snapshots/web-1", snapshot | {"creationTimestamp": place.ago(1)}, iam=shared)
    return link


def _group(place: Place) -> None:
    flags = {"startup-script": STARTING} if not place.careful else {"enable-oslogin": "TRUE"}
    properties = {
        "machineType": "n2d-standard-2",
        "networkInterfaces": [{"network": "global/networks/main"}],
        "metadata": _metadata(flags),
    }
    template = place.compute(
        "InstanceTemplate", "global/instanceTemplates/web", {"properties": properties, "creationTimestamp": place.ago(60)}
    )
    manager: Data = {"instanceTemplate": template, "targetSize": 2, "baseInstanceName": "web", "fingerprint": "bWln"}
    if place.careful:
        check = place.compute("HealthCheck", "global/healthChecks/web", {"type": "HTTPS", "httpsHealthCheck": {"port": 443}})
        manager["autoHealingPolicies"] = [{"healthCheck": check, "initialDelaySec": 300}]
        zones = [{"zone": f"zones/{REGION}-{each}"} for each in "bcd"]
        manager |= {"distributionPolicy": {"zones": zones}, "region": REGION}
        place.compute("InstanceGroupManager", f"regions/{REGION}/instanceGroupManagers/web", manager)
    else:
        place.compute("InstanceGroupManager", f"zones/{ZONE}/instanceGroupManagers/web", manager | {"zone": ZONE})


def notebooks(place: Place) -> None:
    name = f"projects/{place.project}/locations/{ZONE}/instances/lab"
    root = "true" if place.careful else "false"
    data = {
        "name": name,
        "state": "ACTIVE",
        "gceSetup": {
            "machineType": "e2-standard-4",
            "disablePublicIp": place.careful,
            "metadata": {"notebook-disable-root": root, "notebook-upgrade-schedule": "00 19 * * MON", "proxy-mode": "mail"},
            "serviceAccounts": [{"email": place.account("shop") if place.careful else place.default_account}],
            "shieldedInstanceConfig": {"enableSecureBoot": place.careful, "enableVtpm": True},
        },
        "createTime": place.ago(80),
        "updateTime": place.ago(3),
    }
    place.put("notebooks.googleapis.com/Instance", name, data, location=ZONE, version="v2")


def clusters(place: Place) -> None:
    """Put one cluster: the careful one in the newest spellings of each setting, the careless one in old ones."""
    name = f"projects/{place.project}/locations/{REGION}/clusters/shop"
    pool = _pool(place)
    data: Data = {
        "name": "shop",
        "location": REGION,
        "status": "RUNNING",
        "currentMasterVersion": "1.33.2-gke.100" if place.careful else "1.24.1-gke.100",
        "nodePools": [pool],
        "etag": "ZXRh",
        "createTime": place.ago(300),
        "currentNodeCount": 3,
        "selfLink": f"https://container.googleapis.com/v1/{name}",
    }
    data |= _careful(place) if place.careful else _careless()
    place.put("container.googleapis.com/Cluster", name, data, location=REGION)
    place.put("container.googleapis.com/NodePool", f"{name}/nodePools/{pool['name']}", pool, location=REGION)
    rule = {"evaluationMode": "REQUIRE_ATTESTATION", "enforcementMode": "ENFORCED_BLOCK_AND_AUDIT_LOG"}
    admits = {"evaluationMode": "ALWAYS_ALLOW", "enforcementMode": "ENFORCED_BLOCK_AND_AUDIT_LOG"}
    policy = {"name": f"projects/{place.project}/policy", "defaultAdmissionRule": rule if place.careful else admits}
    policy |= {"globalPolicyEvaluationMode": "ENABLE", "updateTime": place.ago(200)}
    place.put("binaryauthorization.googleapis.com/Policy", f"projects/{place.project}/policy", policy)


def _careful(place: Place) -> Data:
    return {
        "resourceLabels": {"owner": "shop"},
        "releaseChannel": {"channel": "REGULAR"},
        "workloadIdentityConfig": {"workloadPool": f"{place.project}.svc.id.goog"},
        "databaseEncryption": {"state": "ENCRYPTED", "keyName": place.key()},
        "shieldedNodes": {"enabled": True},
        "networkConfig": {
            "network": f"projects/{place.project}/global/networks/main",
            "enableIntraNodeVisibility": True,
            "datapathProvider": "ADVANCED_DATAPATH",
            "defaultEnablePrivateNodes": True,
        },
        "ipAllocationPolicy": {"useIpAliases": True},
        "controlPlaneEndpointsConfig": {
            "dnsEndpointConfig": {"allowExternalTraffic": False},
            "ipEndpointsConfig": {
                "enabled": True,
                "enablePublicEndpoint": False,
                "authorizedNetworksConfig": {"enabled": True, "cidrBlocks": [{"cidrBlock": "203.0.113.0/24"}]},
            },
        },
        "loggingConfig": {"componentConfig": {"enableComponents": ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER"]}},
        "monitoringConfig": {"componentConfig": {"enableComponents": ["SYSTEM_COMPONENTS"]}},
        "loggingService": "logging.googleapis.com/kubernetes",
        "monitoringService": "monitoring.googleapis.com/kubernetes",
        "authenticatorGroupsConfig": {"enabled": True, "securityGroup": "gke-security-groups@example.com"},
        "masterAuth": {"clusterCaCertificate": "LS0t"},
        "legacyAbac": {},
        "binaryAuthorization": {"evaluationMode": "PROJECT_SINGLETON_POLICY_ENFORCE"},
        "securityPostureConfig": {"mode": "ENTERPRISE", "vulnerabilityMode": "VULNERABILITY_ENTERPRISE"},
        "addonsConfig": {"kubernetesDashboard": {"disabled": True}, "networkPolicyConfig": {"disabled": True}},
    }


def _careless() -> Data:
    return {
        "releaseChannel": {},
        "masterAuth": {"username": "admin", "password": "example", "clientCertificateConfig": {"issueClientCertificate": True}},
        "legacyAbac": {"enabled": True},
        "binaryAuthorization": {"enabled": False},
        "databaseEncryption": {"state": "DECRYPTED"},
        "privateClusterConfig": {"enablePrivateNodes": False},
        "masterAuthorizedNetworksConfig": {"enabled": False},
        "addonsConfig": {"kubernetesDashboard": {}},
        "enableKubernetesAlpha": True,
        "loggingService": "none",
        "monitoringService": "none",
    }


def _pool(place: Place) -> Data:
    config: Data = {
        "machineType": "n2d-standard-4",
        "imageType": "COS_CONTAINERD" if place.careful else "UBUNTU",
        "serviceAccount": place.account("nodes") if place.careful else "default",
        "metadata": {"disable-legacy-endpoints": "true" if place.careful else "false"},
        "oauthScopes": [FULL],
        "shieldedInstanceConfig": {"enableSecureBoot": place.careful, "enableIntegrityMonitoring": place.careful},
    }
    if place.careful:
        config |= {
            "workloadMetadataConfig": {"mode": "GKE_METADATA"},
            "bootDiskKmsKey": place.key(),
            "sandboxConfig": {"type": "GVISOR"},
        }
    return {
        "name": "main",
        "config": config,
        "initialNodeCount": 1,
        "version": "1.33.2-gke.100" if place.careful else "1.24.1-gke.100",
        "management": {"autoUpgrade": place.careful, "autoRepair": place.careful},
        "status": "RUNNING",
        "etag": "cG9v",
    }
