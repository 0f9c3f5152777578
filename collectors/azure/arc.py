"""Arc-enabled servers: machines elsewhere, as the agent on them tells."""

from __future__ import annotations

from collectors.azure.spec import Rows, Spec

SERVICE = "azure.arc"
PATCHES = "patchassessmentresources"

MACHINE = Spec(
    type="azure.arc.machine",
    service=SERVICE,
    title="Arc-enabled server",
    arm="microsoft.hybridcompute/machines",
    facts={
        "extensions": Rows("microsoft.hybridcompute/machines/extensions", many=True),
        "patches": Rows("microsoft.hybridcompute/machines/patchassessmentresults", PATCHES),
    },
    volatile=(
        "item.properties.lastStatusChange",
        "patches.name",
        "patches.properties.assessmentActivityId",
        "patches.properties.startDateTime",
        "patches.properties.lastModifiedDateTime",
    ),
    secret=("extensions.properties.settings", "extensions.properties.protectedSettings"),
)

PRIVATE_LINK_SCOPE = Spec(
    type="azure.arc.private_link_scope",
    service=SERVICE,
    title="Private link scope of Arc",
    arm="microsoft.hybridcompute/privatelinkscopes",
)
