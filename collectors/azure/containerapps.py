"""Container Apps: apps, jobs, and the environments that they run in."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = "azure.containerapps"
SECRET = (
    "item.properties.configuration.secrets.*.value",
    "item.properties.template.containers.*.env.*.value",
    "item.properties.template.initContainers.*.env.*.value",
)

APP = Spec(
    type="azure.containerapps.app",
    service=SERVICE,
    title="App",
    arm="microsoft.app/containerapps",
    api="2024-03-01",
    facts={"sign_in": Get("/authConfigs", "value", action="Microsoft.App/containerApps/authConfigs/read")},
    volatile=("item.properties.outboundIpAddresses", "item.properties.runningStatus"),
    secret=SECRET,
)

JOB = Spec(
    type="azure.containerapps.job",
    service=SERVICE,
    title="Job",
    arm="microsoft.app/jobs",
    volatile=("item.properties.outboundIpAddresses", "item.properties.runningState"),
    secret=SECRET,
)

ENVIRONMENT = Spec(
    type="azure.containerapps.environment",
    service=SERVICE,
    title="Environment",
    arm="microsoft.app/managedenvironments",
    facts={"diagnostics": DIAGNOSTICS},
    secret=(
        "item.properties.daprAIInstrumentationKey",
        "item.properties.daprAIConnectionString",
        "item.properties.appInsightsConfiguration.connectionString",
        "item.properties.appLogsConfiguration.logAnalyticsConfiguration.sharedKey",
        "item.properties.openTelemetryConfiguration.destinationsConfiguration.dataDogConfiguration.key",
        "item.properties.openTelemetryConfiguration.destinationsConfiguration.otlpConfigurations.*.headers.*.value",
        "item.properties.customDomainConfiguration.certificatePassword",
        "item.properties.customDomainConfiguration.certificateValue",
    ),
)
