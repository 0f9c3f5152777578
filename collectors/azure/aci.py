"""Container Instances."""

from collectors.azure.spec import Spec

GROUP = Spec(
    type="azure.aci.group",
    service="azure.aci",
    title="Container group",
    arm="microsoft.containerinstance/containergroups",
    volatile=(
        "item.properties.instanceView",
        "item.properties.containers.properties.instanceView",
        "item.properties.initContainers.properties.instanceView",
    ),
    secret=(
        "item.properties.containers.*.properties.environmentVariables.*.value",
        "item.properties.containers.*.properties.environmentVariables.*.secureValue",
        "item.properties.initContainers.*.properties.environmentVariables.*.value",
        "item.properties.initContainers.*.properties.environmentVariables.*.secureValue",
        "item.properties.imageRegistryCredentials.*.password",
        "item.properties.volumes.*.azureFile.storageAccountKey",
        "item.properties.volumes.*.secret",
        "item.properties.diagnostics.logAnalytics.workspaceKey",
        "item.properties.extensions.*.properties.protectedSettings",
    ),
)
