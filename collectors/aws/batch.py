"""AWS Batch: compute environments, queues and active job definitions, all in bulk."""

from collectors.aws.spec import Call, Spec

TOLD = ("environment.*.value", "command")
CONTAINERS = (
    "containerProperties",
    "nodeProperties.nodeRangeProperties.*.container",
    "ecsProperties.taskProperties.*.containers.*",
    "nodeProperties.nodeRangeProperties.*.ecsProperties.taskProperties.*.containers.*",
)
PODS = "eksProperties.podProperties"

COMPUTE_ENVIRONMENT = Spec(
    type="aws.batch.compute_environment",
    service="aws.batch",
    api="batch",
    title="Compute environment",
    listing=Call("describe_compute_environments", "computeEnvironments", maxResults=100),
    id="{computeEnvironmentArn}",
    name="{computeEnvironmentName}",
    tags="item.tags",
    volatile=("item.computeResources.desiredvCpus", "item.statusReason"),
)

JOB_QUEUE = Spec(
    type="aws.batch.job_queue",
    service="aws.batch",
    api="batch",
    title="Job queue",
    listing=Call("describe_job_queues", "jobQueues", maxResults=100),
    id="{jobQueueArn}",
    name="{jobQueueName}",
    tags="item.tags",
    volatile=("item.statusReason",),
)

JOB_DEFINITION = Spec(
    type="aws.batch.job_definition",
    service="aws.batch",
    api="batch",
    title="Job definition",
    listing=Call("describe_job_definitions", "jobDefinitions", status="ACTIVE", maxResults=100),
    id="{jobDefinitionArn}",
    name="{jobDefinitionName}",
    tags="item.tags",
    secret=(
        *(f"item.{place}.{word}" for place in CONTAINERS for word in TOLD),
        f"item.{PODS}.containers.*.env.*.value",
        f"item.{PODS}.containers.*.args",
        f"item.{PODS}.containers.*.command",
        "item.parameters.*",
    ),
)
