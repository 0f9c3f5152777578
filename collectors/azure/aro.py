"""Azure Red Hat OpenShift."""

from collectors.azure.spec import Spec

CLUSTER = Spec(
    type="azure.aro.cluster",
    service="azure.aro",
    title="Cluster",
    arm="microsoft.redhatopenshift/openshiftclusters",
    secret=("item.properties.clusterProfile.pullSecret", "item.properties.servicePrincipalProfile.clientSecret"),
)
