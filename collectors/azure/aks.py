"""Azure Kubernetes Service. A cluster's row holds its node pools."""

from collectors.azure.spec import DIAGNOSTICS, Spec

CLUSTER = Spec(
    type="azure.aks.cluster",
    service="azure.aks",
    title="Cluster",
    arm="microsoft.containerservice/managedclusters",
    facts={"diagnostics": DIAGNOSTICS},
    volatile=("item.properties.agentPoolProfiles.count", "item.properties.agentPoolProfiles.eTag", "item.properties.eTag"),
    secret=(
        "item.properties.windowsProfile.adminPassword",
        "item.properties.servicePrincipalProfile.secret",
        "item.properties.aadProfile.serverAppSecret",
        "item.properties.httpProxyConfig.httpProxy",
        "item.properties.httpProxyConfig.httpsProxy",
    ),
)
