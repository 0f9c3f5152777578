"""Amazon ECR, private registries.

What basic scanning found in single images is not read here: DescribeImages no longer tells it, and asking image by image
would cost a call for each. What Inspector found comes in bulk, summed up by repository.
"""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

REPOSITORY = Spec(
    type="aws.ecr.repository",
    service="aws.ecr",
    api="ecr",
    title="Repository",
    listing=Call("describe_repositories", "repositories", maxResults=1000),
    id="{repositoryArn}",
    name="{repositoryName}",
    facts={
        "policy": Call(
            "get_repository_policy",
            "policyText",
            decode="json",
            absent="RepositoryPolicyNotFoundException",
            repositoryName="{repositoryName}",
        ),
        "lifecycle": Call(
            "get_lifecycle_policy",
            "lifecyclePolicyText",
            decode="json",
            absent="LifecyclePolicyNotFoundException",
            repositoryName="{repositoryName}",
        ),
        "weaknesses": Call(
            "list_finding_aggregations",
            "responses[].repositoryAggregation",
            service="inspector2",
            by="repository",
            key="{repositoryName}",
            maxResults=100,
            aggregationType="REPOSITORY",
            accountIds=[{"comparison": "EQUALS", "value": "{account}"}],
        ),
        "tags": tagging(
            "ecr:repository", "{repositoryArn}", Call("list_tags_for_resource", "{Tags: tags}", resourceArn="{repositoryArn}")
        ),
    },
    tags="tags.Tags",
    gone=frozenset({"RepositoryNotFoundException"}),
)

REGISTRY = Spec(
    type="aws.ecr.registry",
    service="aws.ecr",
    api="ecr",
    title="Registry",
    id="arn:{partition}:ecr:{region}:{account}:registry",
    name="{account}",
    facts={
        "scanning": Call("get_registry_scanning_configuration", "scanningConfiguration"),
        "replication": Call("describe_registry", "replicationConfiguration.rules"),
        "policy": Call("get_registry_policy", "policyText", decode="json", absent="RegistryPolicyNotFoundException"),
    },
)
