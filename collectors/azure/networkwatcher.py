"""Network Watcher, and the flow logs that it keeps."""

from collectors.azure.spec import Spec

SERVICE = "azure.networkwatcher"

WATCHER = Spec(
    type="azure.networkwatcher.watcher",
    service=SERVICE,
    title="Network watcher",
    arm="microsoft.network/networkwatchers",
)

FLOW_LOG = Spec(
    type="azure.networkwatcher.flow_log",
    service=SERVICE,
    title="Flow log",
    arm="microsoft.network/networkwatchers/flowlogs",
)
