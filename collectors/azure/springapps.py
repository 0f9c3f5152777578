"""Spring Apps. A service's apps and deployments are no rows of Resource Graph, and are read in one list each."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = Spec(
    type="azure.springapps.service",
    service="azure.springapps",
    title="Service",
    arm="microsoft.appplatform/spring",
    api="2023-12-01",
    facts={
        "apps": Get("/apps", "value", action="Microsoft.AppPlatform/Spring/apps/read"),
        "deployments": Get("/deployments", "value", action="Microsoft.AppPlatform/Spring/apps/deployments/read"),
        "diagnostics": DIAGNOSTICS,
    },
    volatile=("deployments.properties.instances", "item.properties.networkProfile.outboundIPs"),
    secret=(
        "deployments.*.properties.deploymentSettings.environmentVariables.*",
        "deployments.*.properties.source.customContainer.imageRegistryCredential.password",
        "apps.*.properties.addonConfigs.*",
    ),
)
