"""Virtual machine scale sets."""

from __future__ import annotations

from collectors.azure.spec import Spec

PROFILE = "item.properties.virtualMachineProfile"

SCALE_SET = Spec(
    type="azure.vmss.scale_set",
    service="azure.vmss",
    title="Scale set",
    arm="microsoft.compute/virtualmachinescalesets",
    secret=(
        f"{PROFILE}.userData",
        f"{PROFILE}.osProfile.customData",
        f"{PROFILE}.osProfile.adminPassword",
        f"{PROFILE}.extensionProfile.extensions.properties.settings",
        f"{PROFILE}.extensionProfile.extensions.properties.protectedSettings",
    ),
)
