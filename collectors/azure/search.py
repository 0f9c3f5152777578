"""AI Search."""

from collectors.azure.spec import DIAGNOSTICS, Spec

SEARCH_SERVICE = Spec(
    type="azure.search.service",
    service="azure.search",
    title="Search service",
    arm="microsoft.search/searchservices",
    facts={"diagnostics": DIAGNOSTICS},
    volatile=("item.properties.eTag", "item.properties.status", "item.properties.statusDetails"),
)
