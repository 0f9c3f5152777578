"""AWS App Runner. A service costs a call; tags come in bulk."""

from collectors.aws.spec import Call, Spec

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
        "tagging": Call(
            "get_resources",
            "ResourceTagMappingList",
            service="resourcegroupstaggingapi",
            by="ResourceARN",
            key="{ServiceArn}",
            ResourceTypeFilters=["apprunner:service"],
            iam="tag:GetResources",
            ResourcesPerPage=100,
        ),
    },
    tags="tagging.Tags",
    gone=frozenset({"ResourceNotFoundException"}),
    volatile=("item.Status", "service.Status"),
    secret=(
        "SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables.*",
        "SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues.RuntimeEnvironmentVariables.*",
    ),
)
