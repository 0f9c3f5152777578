"""AWS App Runner. A service costs a call; tags come in bulk."""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

SERVICE = Spec(
    type="aws.apprunner.service",
    service="aws.apprunner",
    api="apprunner",
    title="Service",
    listing=Call("list_services", "ServiceSummaryList", MaxResults=20),
    id="{ServiceArn}",
    name="{ServiceName}",
    facts={
        "service": Call(
            "describe_service",
            "Service.{Status: Status, InstanceConfiguration: InstanceConfiguration, NetworkConfiguration: NetworkConfiguration,"
            " EncryptionConfiguration: EncryptionConfiguration, HealthCheckConfiguration: HealthCheckConfiguration,"
            " ObservabilityConfiguration: ObservabilityConfiguration}",
            ServiceArn="{ServiceArn}",
        ),
        # Whether it is built from source decides who keeps its runtime: the split asks for it by this name.
        "SourceConfiguration": Call("describe_service", "Service.SourceConfiguration", ServiceArn="{ServiceArn}"),
        "tags": tagging("apprunner:service", "{ServiceArn}"),
    },
    tags="tags.Tags",
    gone=frozenset({"ResourceNotFoundException"}),
    volatile=("item.Status", "service.Status"),
    secret=(
        "SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables.*",
        "SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues.RuntimeEnvironmentVariables.*",
    ),
)
