"""Amazon ECS. A service costs a call, since one call describes those of one cluster only; so does a family of definitions.

Of each family the newest active revision is read: what an older one holds shows only where a service says that it still
runs it. Container instances are instances of EC2, and read as such.
"""

from collectors.aws.spec import Call, Spec

PROVIDER = "capacityProviderStrategy[0].capacityProvider"

CLUSTER = Spec(
    type="aws.ecs.cluster",
    service="aws.ecs",
    api="ecs",
    title="Cluster",
    listing=Call("list_clusters", "clusterArns[].{clusterArn: @}", maxResults=100),
    id="{clusterArn}",
    name="{clusterArn}",
    facts={
        "cluster": Call(
            "describe_clusters",
            "clusters",
            by="clusterArn",
            key="{clusterArn}",
            batch=100,
            clusters=["{clusterArn}"],
            include=["CONFIGURATIONS", "SETTINGS", "TAGS"],
        ),
    },
    tags="cluster.tags",
    volatile=(
        "cluster.registeredContainerInstancesCount",
        "cluster.runningTasksCount",
        "cluster.pendingTasksCount",
        "cluster.activeServicesCount",
    ),
)

SERVICE = Spec(
    type="aws.ecs.service",
    service="aws.ecs",
    api="ecs",
    title="Service",
    parent="aws.ecs.cluster",
    listing=Call("list_services", "serviceArns[].{serviceArn: @}", cluster="{parent[clusterArn]}", maxResults=100),
    id="{serviceArn}",
    name="{serviceArn}",
    facts={
        "service": Call(
            "describe_services",
            "services[0]",
            cluster="{parent[clusterArn]}",
            services=["{serviceArn}"],
            include=["TAGS"],
        ),
        # Whose machines it runs on, which decides who patches them: EC2, FARGATE, and so on; false where a provider of the
        # customer's own decides.
        "capacity": Call(
            "describe_services",
            f"services[0] | launchType || (starts_with({PROVIDER} || '', 'FARGATE') && 'FARGATE')",
            cluster="{parent[clusterArn]}",
            services=["{serviceArn}"],
            include=["TAGS"],
        ),
    },
    tags="service.tags",
    gone=frozenset({"ClusterNotFoundException"}),
    volatile=("service.runningCount", "service.pendingCount", "service.desiredCount", "service.events", "service.deployments"),
)

TASK_DEFINITION = Spec(
    type="aws.ecs.task_definition",
    service="aws.ecs",
    api="ecs",
    title="Task definition",
    listing=Call("list_task_definition_families", "families[].{family: @}", status="ACTIVE", maxResults=100),
    id="arn:{partition}:ecs:{region}:{account}:task-definition/{family}",
    name="{family}",
    facts={
        "definition": Call(
            "describe_task_definition",
            "taskDefinition",
            taskDefinition="{family}",
            include=["TAGS"],
        ),
        "tagging": Call(
            "describe_task_definition",
            "tags",
            taskDefinition="{family}",
            include=["TAGS"],
        ),
    },
    tags="tagging",
    secret=(
        "definition.containerDefinitions.*.environment.*.value",
        "definition.containerDefinitions.*.command",
        "definition.containerDefinitions.*.entryPoint",
        "definition.containerDefinitions.*.logConfiguration.options.*",
    ),
)

CAPACITY_PROVIDER = Spec(
    type="aws.ecs.capacity_provider",
    service="aws.ecs",
    api="ecs",
    title="Capacity provider",
    listing=Call("describe_capacity_providers", "capacityProviders", include=["TAGS"], maxResults=10),
    id="{capacityProviderArn}",
    name="{name}",
    tags="item.tags",
)
