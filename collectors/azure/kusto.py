"""Data Explorer."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

CLUSTER = Spec(
    type="azure.kusto.cluster",
    service="azure.kusto",
    title="Cluster",
    arm="microsoft.kusto/clusters",
    api="2024-04-13",
    facts={
        "principals": Get("/principalAssignments", "value", action="Microsoft.Kusto/clusters/principalAssignments/read"),
        "diagnostics": DIAGNOSTICS,
    },
    volatile=("item.etag", "item.properties.state", "item.properties.stateReason"),
)
