"""Amazon CloudFront.

The listing tells nearly all of a distribution, but not its logs and its root object: those, and its tags, cost a call each.
"""

from collectors.aws.spec import Call, Spec

# Origins prove themselves by values of custom headers: whoever reads these gets around the distribution.
DISTRIBUTION = Spec(
    type="aws.cloudfront.distribution",
    service="aws.cloudfront",
    api="cloudfront",
    title="Distribution",
    scope="global",
    listing=Call("list_distributions", "DistributionList.Items"),
    id="{ARN}",
    name="{Id}",
    facts={
        "config": Call(
            "get_distribution_config",
            "DistributionConfig.{Logging: Logging, DefaultRootObject: DefaultRootObject}",
            Id="{Id}",
        ),
        "tag_list": Call("list_tags_for_resource", "Tags.Items", Resource="{ARN}"),
    },
    tags="tag_list",
    gone=frozenset({"NoSuchDistribution", "NoSuchResource"}),
    volatile=("item.ETag", "item.Status"),
    secret=("item.Origins.Items.CustomHeaders.Items.HeaderValue",),
)
