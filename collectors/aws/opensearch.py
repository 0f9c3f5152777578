"""Amazon OpenSearch Service: domains, those of the older Elasticsearch among them.

The listing tells names alone; five domains are described with one call, which is the most that AWS takes.
"""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

ARN = "arn:{partition}:es:{region}:{account}:domain/{DomainName}"
# What changes by itself: how a change or an update gets on.
PROGRESS = ("ChangeProgressDetails", "DomainProcessingStatus", "ModifyingProperties", "Processing", "UpgradeProcessing")

DOMAIN = Spec(
    type="aws.opensearch.domain",
    service="aws.opensearch",
    api="opensearch",
    title="Domain",
    listing=Call("list_domain_names", "DomainNames"),
    id=ARN,
    name="{DomainName}",
    facts={
        "status": Call(
            "describe_domains",
            "DomainStatusList",
            by="DomainName",
            key="{DomainName}",
            batch=5,
            DomainNames=["{DomainName}"],
        ),
        "tags": tagging("es:domain", ARN),
    },
    tags="tags.Tags",
    volatile=tuple(f"status.{name}" for name in PROGRESS),
)
