"""Tags that no listing tells, of all resources of a kind at once, by the tagging API.

Not verified: that it knows replication groups and serverless caches of ElastiCache. What it does not know is unread here.
"""

from __future__ import annotations

from collectors.aws.spec import Call


def tagging(kind: str, arn: str) -> Call:
    """Return the one call that brings the tags of all resources of a *kind*; there is a row only for what has tags."""
    return Call(
        "get_resources",
        "ResourceTagMappingList",
        service="resourcegroupstaggingapi",
        by="ResourceARN",
        key=arn,
        ResourceTypeFilters=[kind],
        iam="tag:GetResources",
        ResourcesPerPage=100,
    )
