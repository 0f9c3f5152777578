"""Azure Virtual Desktop: host pools and workspaces."""

from __future__ import annotations

from collectors.azure.spec import DIAGNOSTICS, Spec

SERVICE = "azure.avd"

HOST_POOL = Spec(
    type="azure.avd.host_pool",
    service=SERVICE,
    title="Host pool",
    arm="microsoft.desktopvirtualization/hostpools",
    facts={"diagnostics": DIAGNOSTICS},
    secret=("item.properties.registrationInfo.token", "item.properties.vmTemplate"),
)

WORKSPACE = Spec(
    type="azure.avd.workspace",
    service=SERVICE,
    title="Workspace",
    arm="microsoft.desktopvirtualization/workspaces",
    facts={"diagnostics": DIAGNOSTICS},
)
