"""Clusters of Kubernetes. moto knows little of them, so that all is told."""

from __future__ import annotations

from simulators.aws.estate.place import Place, ago

# Source of what AWS says of versions: Amazon EKS User Guide, "Kubernetes version lifecycle"; the dates are made up.
VERSIONS = (("1.34", "STANDARD_SUPPORT", -300, -700), ("1.30", "EXTENDED_SUPPORT", 60, -300), ("1.27", "UNSUPPORTED", 500, 100))
LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def clusters(place: Place, scale: int) -> None:
    """Tell of clusters: a private one with all its logs, and an old one whose API the whole world reaches."""
    names = [f"{kind}-{number}" for number in range(scale) for kind in ("shop", "lab")]
    place.tell("eks:ListClusters", {"clusters": names})
    supported = [
        {
            "clusterVersion": version,
            "versionStatus": status,
            "endOfStandardSupportDate": ago(standard),
            "endOfExtendedSupportDate": ago(extended),
        }
        for version, status, standard, extended in VERSIONS
    ]
    place.tell("eks:DescribeClusterVersions", {"clusterVersions": supported})
    versions = [{"addonVersion": "v1.20.4-eksbuild.1", "requiresIamPermissions": True}]
    place.tell("eks:DescribeAddonVersions", {"addons": [{"addonName": "vpc-cni", "addonVersions": versions}]})
    for name in names:
        _cluster(place, name, good=name.startswith("shop"))
        _nodes(place, name, good=name.startswith("shop"))
        _entries(place, name)


def _cluster(place: Place, name: str, *, good: bool) -> None:
    network = {
        "vpcId": place.made["vpc"],
        "subnetIds": place.made["subnets"],
        "securityGroupIds": [place.made["groups"]["inside" if good else "temporary"]],
        "endpointPublicAccess": not good,
        "endpointPrivateAccess": good,
        "publicAccessCidrs": [] if good else ["0.0.0.0/0"],
    }
    encrypted = [{"resources": ["secrets"], "provider": {"keyArn": place.made["key"]}}]
    cluster = {
        "name": name,
        "arn": place.arn("eks", f"cluster/{name}"),
        "createdAt": ago(200),
        "version": "1.34" if good else "1.27",
        "roleArn": f"arn:aws:iam::{place.account}:role/cluster",
        "resourcesVpcConfig": network,
        "logging": {"clusterLogging": [{"types": list(LOGS), "enabled": good}]},
        "identity": {"oidc": {"issuer": f"https://oidc.eks.{place.region}.amazonaws.com/id/{name.upper()}"}},
        "status": "ACTIVE",
        "platformVersion": "eks.9",
        "tags": {"owner": "team-b"} if good else {},
        "encryptionConfig": encrypted if good else [],
        "accessConfig": {"authenticationMode": "API" if good else "API_AND_CONFIG_MAP"},
        "upgradePolicy": {"supportType": "STANDARD" if good else "EXTENDED"},
        "deletionProtection": good,
    }
    place.tell("eks:DescribeCluster", {"cluster": cluster}, name=name)
    ready = {"id": "1", "name": "Deprecated APIs", "category": "UPGRADE_READINESS"}
    status = {"insightStatus": {"status": "PASSING" if good else "ERROR"}}
    place.tell("eks:ListInsights", {"insights": [ready | status]}, clusterName=name)


def _nodes(place: Place, cluster: str, *, good: bool) -> None:
    of = {"clusterName": cluster}
    place.tell("eks:ListNodegroups", {"nodegroups": ["workers"]}, **of)
    group = {
        **of,
        "nodegroupName": "workers",
        "nodegroupArn": place.arn("eks", f"nodegroup/{cluster}/workers/1"),
        "version": "1.34" if good else "1.27",
        "releaseVersion": "1.34.1-20260901" if good else "1.27.1-20230513",
        "createdAt": ago(200),
        "modifiedAt": ago(20 if good else 200),
        "status": "ACTIVE",
        "scalingConfig": {"minSize": 1, "maxSize": 3, "desiredSize": 2},
        "instanceTypes": ["t3.large"],
        "subnets": place.made["subnets"] if good else place.made["subnets"][:1],
        "amiType": "AL2023_x86_64_STANDARD" if good else "AL2_x86_64",
        "nodeRole": f"arn:aws:iam::{place.account}:role/node",
        "tags": {"owner": "team-b"} if good else {},
        "nodeRepairConfig": {"enabled": good},
        **({} if good else {"remoteAccess": {"ec2SshKey": "admin"}}),
    }
    place.tell("eks:DescribeNodegroup", {"nodegroup": group}, nodegroupName="workers", **of)
    place.tell("eks:ListFargateProfiles", {"fargateProfileNames": ["jobs"]}, **of)
    profile = {
        **of,
        "fargateProfileName": "jobs",
        "fargateProfileArn": place.arn("eks", f"fargateprofile/{cluster}/jobs/1"),
        "createdAt": ago(200),
        "podExecutionRoleArn": f"arn:aws:iam::{place.account}:role/pod",
        "subnets": place.made["subnets"] if good else place.made["subnets"][:1],
        "selectors": [{"namespace": "jobs"}],
        "status": "ACTIVE",
    }
    place.tell("eks:DescribeFargateProfile", {"fargateProfile": profile}, fargateProfileName="jobs", **of)


def _entries(place: Place, cluster: str) -> None:
    """Tell of an add-on, who is let in, and the directory that the cluster trusts."""
    of = {"clusterName": cluster}
    place.tell("eks:ListAddons", {"addons": ["vpc-cni"]}, **of)
    addon = {
        **of,
        "addonName": "vpc-cni",
        "addonArn": place.arn("eks", f"addon/{cluster}/vpc-cni/1"),
        "addonVersion": "v1.20.4-eksbuild.1",
        "status": "ACTIVE",
        "createdAt": ago(200),
        "modifiedAt": ago(20),
    }
    place.tell("eks:DescribeAddon", {"addon": addon}, addonName="vpc-cni", **of)
    principal = f"arn:aws:iam::{place.account}:role/administrator"
    place.tell("eks:ListAccessEntries", {"accessEntries": [principal]}, **of)
    policy = {"policyArn": ADMIN, "accessScope": {"type": "cluster", "namespaces": []}, "associatedAt": ago(200)}
    place.tell(
        "eks:ListAssociatedAccessPolicies", {**of, "principalArn": principal, "associatedAccessPolicies": [policy]}, **of
    )
    provider = {"type": "oidc", "name": "people"}
    place.tell("eks:ListIdentityProviderConfigs", {"identityProviderConfigs": [provider]}, **of)
    oidc = {
        **of,
        "identityProviderConfigName": "people",
        "identityProviderConfigArn": place.arn("eks", f"identityproviderconfig/{cluster}/oidc/people/1"),
        "issuerUrl": "https://id.example.com",
        "clientId": "kubernetes",
        "groupsClaim": "groups",
        "status": "ACTIVE",
    }
    place.tell("eks:DescribeIdentityProviderConfig", {"identityProviderConfig": {"oidc": oidc}}, **of)
