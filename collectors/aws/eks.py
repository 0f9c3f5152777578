"""Amazon EKS: clusters, what runs their pods, their add-ons, and who is let in.

Listings give names alone, so that each thing costs a call of its own. What is the same for a whole region (which versions of
Kubernetes are supported, which add-ons need rights) is asked once, and only where there is a cluster or an add-on.
"""

from collectors.aws.spec import Call, Spec

GONE = frozenset({"ResourceNotFoundException"})
ONCE = 200  # rows that one answer for the whole region serves

CLUSTER = Spec(
    type="aws.eks.cluster",
    service="aws.eks",
    api="eks",
    title="Cluster",
    listing=Call("list_clusters", "clusters[].{name: @}", maxResults=100),
    id="arn:{partition}:eks:{region}:{account}:cluster/{name}",
    name="{name}",
    facts={
        "cluster": Call("describe_cluster", "cluster", name="{name}"),
        "insights": Call(
            "list_insights",
            "insights[].{name: name, category: category, status: insightStatus.status}",
            clusterName="{name}",
            maxResults=100,
        ),
        # One row that holds them all: a cluster's version stands in another fact, where no key can be taken from.
        "support": Call(
            "describe_cluster_versions",
            '[{region: `"whole"`, versions: clusterVersions[].{version: clusterVersion, status: versionStatus,'
            " standardUntil: endOfStandardSupportDate, extendedUntil: endOfExtendedSupportDate}}]",
            by="region",
            key="whole",
            batch=ONCE,
            includeAll=True,
            maxResults=100,
        ),
    },
    tags="cluster.tags",
    gone=GONE,
    secret=("cluster.connectorConfig.activationCode",),
)

# The last part of the real ARN of what belongs to a cluster is not in the listing; names are unique without it.
NODEGROUP = Spec(
    type="aws.eks.nodegroup",
    service="aws.eks",
    api="eks",
    title="Managed node group",
    parent="aws.eks.cluster",
    listing=Call("list_nodegroups", "nodegroups[].{nodegroupName: @}", clusterName="{parent[name]}", maxResults=100),
    id="arn:{partition}:eks:{region}:{account}:nodegroup/{parent[name]}/{nodegroupName}",
    name="{nodegroupName}",
    facts={
        "nodegroup": Call("describe_nodegroup", "nodegroup", clusterName="{parent[name]}", nodegroupName="{nodegroupName}"),
    },
    tags="nodegroup.tags",
    gone=GONE,
)

FARGATE_PROFILE = Spec(
    type="aws.eks.fargate_profile",
    service="aws.eks",
    api="eks",
    title="Fargate profile",
    parent="aws.eks.cluster",
    listing=Call(
        "list_fargate_profiles",
        "fargateProfileNames[].{fargateProfileName: @}",
        clusterName="{parent[name]}",
        maxResults=100,
    ),
    id="arn:{partition}:eks:{region}:{account}:fargateprofile/{parent[name]}/{fargateProfileName}",
    name="{fargateProfileName}",
    facts={
        "profile": Call(
            "describe_fargate_profile",
            "fargateProfile",
            clusterName="{parent[name]}",
            fargateProfileName="{fargateProfileName}",
        ),
    },
    tags="profile.tags",
    gone=GONE,
)

ADDON = Spec(
    type="aws.eks.addon",
    service="aws.eks",
    api="eks",
    title="Add-on",
    parent="aws.eks.cluster",
    listing=Call("list_addons", "addons[].{addonName: @}", clusterName="{parent[name]}", maxResults=100),
    id="arn:{partition}:eks:{region}:{account}:addon/{parent[name]}/{addonName}",
    name="{addonName}",
    facts={
        "addon": Call("describe_addon", "addon", clusterName="{parent[name]}", addonName="{addonName}"),
        # Newest first, and only those that AWS itself makes.
        "needs": Call(
            "describe_addon_versions",
            "addons[].{addonName: addonName, requiresIamPermissions: addonVersions[0].requiresIamPermissions}",
            by="addonName",
            key="{addonName}",
            batch=ONCE,
            owners=["aws"],
            maxResults=100,
        ),
    },
    tags="addon.tags",
    gone=GONE,
    secret=("addon.configurationValues",),
)

# Clusters whose users stand only in a map of their own have no entries, and say so with an error.
ACCESS_ENTRY = Spec(
    type="aws.eks.access_entry",
    service="aws.eks",
    api="eks",
    title="Access entry",
    parent="aws.eks.cluster",
    listing=Call(
        "list_access_entries",
        "accessEntries[].{principalArn: @}",
        absent=("InvalidRequestException: authentication mode must be set",),
        clusterName="{parent[name]}",
        maxResults=100,
    ),
    id="arn:{partition}:eks:{region}:{account}:access-entry/{parent[name]}/{principalArn}",
    name="{principalArn}",
    facts={
        "policies": Call(
            "list_associated_access_policies",
            "associatedAccessPolicies",
            clusterName="{parent[name]}",
            principalArn="{principalArn}",
            maxResults=100,
        ),
    },
    gone=GONE,
)

IDENTITY_PROVIDER = Spec(
    type="aws.eks.identity_provider",
    service="aws.eks",
    api="eks",
    title="Directory that a cluster trusts",
    parent="aws.eks.cluster",
    listing=Call("list_identity_provider_configs", "identityProviderConfigs", clusterName="{parent[name]}", maxResults=100),
    id="arn:{partition}:eks:{region}:{account}:identityproviderconfig/{parent[name]}/{type}/{name}",
    name="{name}",
    facts={
        "provider": Call(
            "describe_identity_provider_config",
            "identityProviderConfig.oidc",
            clusterName="{parent[name]}",
            identityProviderConfig={"type": "{type}", "name": "{name}"},
        ),
    },
    tags="provider.tags",
    gone=GONE,
)
