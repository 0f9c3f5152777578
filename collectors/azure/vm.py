"""Virtual machines, their extensions, and what Update Manager last found missing on them."""

from __future__ import annotations

from collectors.azure.spec import Rows, Spec

SERVICE = "azure.vm"
PATCHES = "patchassessmentresources"

MACHINE = Spec(
    type="azure.vm.machine",
    service=SERVICE,
    title="Virtual machine",
    arm="microsoft.compute/virtualmachines",
    facts={
        "extensions": Rows("microsoft.compute/virtualmachines/extensions", many=True),
        "patches": Rows("microsoft.compute/virtualmachines/patchassessmentresults", PATCHES),
    },
    volatile=(
        "item.properties.extended.instanceView.powerState",
        "patches.name",
        "patches.properties.assessmentActivityId",
        "patches.properties.startDateTime",
        "patches.properties.lastModifiedDateTime",
    ),
    secret=(
        "item.properties.userData",
        "item.properties.osProfile.customData",
        "item.properties.osProfile.adminPassword",
        "extensions.properties.settings",
        "extensions.properties.protectedSettings",
    ),
)

EXTENSION = Spec(
    type="azure.vm.extension",
    service=SERVICE,
    title="Extension of a virtual machine",
    arm="microsoft.compute/virtualmachines/extensions",
    secret=("item.properties.settings", "item.properties.protectedSettings"),
)
