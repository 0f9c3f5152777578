"""Amazon Lightsail: servers, disks, databases, load balancers, buckets, containers and distributions.

Listings tell all but two things: what a bucket's keys are, and whether the account's block of public access holds for it;
that is two more calls a bucket. Snapshots cannot be shared from here, and are not read.
"""

from collectors.aws.spec import Call, Spec

INSTANCE = Spec(
    type="aws.lightsail.instance",
    service="aws.lightsail",
    api="lightsail",
    title="Server",
    listing=Call("get_instances", "instances"),
    id="{arn}",
    name="{name}",
    tags="item.tags",
    volatile=("item.state",),
)

DISK = Spec(
    type="aws.lightsail.disk",
    service="aws.lightsail",
    api="lightsail",
    title="Disk",
    listing=Call("get_disks", "disks"),
    id="{arn}",
    name="{name}",
    tags="item.tags",
    volatile=("item.gbInUse",),
)

DATABASE = Spec(
    type="aws.lightsail.database",
    service="aws.lightsail",
    api="lightsail",
    title="Database",
    listing=Call("get_relational_databases", "relationalDatabases"),
    id="{arn}",
    name="{name}",
    facts={
        # Of what new databases can be made of, only that it is there: its minor version changes by itself.
        "blueprint": Call(
            "get_relational_database_blueprints",
            "blueprints[].{blueprintId: blueprintId}",
            by="blueprintId",
            key="{relationalDatabaseBlueprintId}",
        )
    },
    tags="item.tags",
    volatile=("item.state", "item.latestRestorableTime", "item.parameterApplyStatus"),
    secret=("item.pendingModifiedValues.masterUserPassword",),
)

LOAD_BALANCER = Spec(
    type="aws.lightsail.load_balancer",
    service="aws.lightsail",
    api="lightsail",
    title="Load balancer",
    listing=Call("get_load_balancers", "loadBalancers"),
    id="{arn}",
    name="{name}",
    facts={"policies": Call("get_load_balancer_tls_policies", "tlsPolicies", by="name", key="{tlsPolicyName}")},
    tags="item.tags",
    volatile=("item.state", "item.instanceHealthSummary"),
)

BUCKET = Spec(
    type="aws.lightsail.bucket",
    service="aws.lightsail",
    api="lightsail",
    title="Bucket",
    listing=Call("get_buckets", "buckets"),
    id="{arn}",
    name="{name}",
    facts={
        "access_keys": Call(
            "get_bucket_access_keys",
            "accessKeys[].{accessKeyId: accessKeyId, status: status, createdAt: createdAt}",
            bucketName="{name}",
        ),
        "block": Call("get_buckets", "accountLevelBpaSync.{bpaImpactsLightsail: bpaImpactsLightsail}", bucketName="{name}"),
    },
    tags="item.tags",
    gone=frozenset({"NotFoundException"}),
    volatile=("item.state",),
)

CONTAINER_SERVICE = Spec(
    type="aws.lightsail.container_service",
    service="aws.lightsail",
    api="lightsail",
    title="Container service",
    listing=Call("get_container_services", "containerServices"),
    id="{arn}",
    name="{containerServiceName}",
    tags="item.tags",
    volatile=("item.state", "item.stateDetail"),
    secret=(
        "item.currentDeployment.containers.*.environment.*",
        "item.nextDeployment.containers.*.environment.*",
    ),
)

# Distributions belong to no region, and one region alone tells of them; all others say so.
DISTRIBUTION = Spec(
    type="aws.lightsail.distribution",
    service="aws.lightsail",
    api="lightsail",
    title="Distribution",
    listing=Call(
        "get_distributions",
        "distributions",
        disabled=("InvalidInputException: APIs are only available in the us-east-1 Region",),
    ),
    id="{arn}",
    name="{name}",
    tags="item.tags",
    volatile=("item.status",),
)
