"""Tags that no listing tells, of all resources of a region at once, by the tagging API.

GetResources supports all types but users and roles of IAM (source: Resource Groups Tagging API Reference, "Services that
support the Resource Groups Tagging API"), and takes up to 100 kinds, ``service[:resourceType]`` as in ARNs (its model).
Not verified: how soon it shows a change, and what it says of a kind that it does not know.
"""

from __future__ import annotations

from collectors.aws.spec import Call


def tagging(kind: str, arn: str, otherwise: Call | None = None) -> Call:
    """Return the one call that brings the tags of all resources of a *kind*; there is a row only for what has tags.

    *otherwise* is the service's own call for the tags of one resource; it answers an object with ``Tags`` as well. The fact is
    to be called ``tags``, so that only names and values are kept of it: which call told them is no change of the resource.
    """
    return Call(
        "get_resources",
        "ResourceTagMappingList",
        service="resourcegroupstaggingapi",
        by="ResourceARN",
        key=arn,
        merge="ResourceTypeFilters",
        otherwise=otherwise,
        ResourceTypeFilters=[kind],
        iam="tag:GetResources",
        ResourcesPerPage=100,
    )
