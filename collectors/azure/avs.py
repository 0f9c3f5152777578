"""Azure VMware Solution."""

from __future__ import annotations

from collectors.azure.spec import DIAGNOSTICS, Spec

PRIVATE_CLOUD = Spec(
    type="azure.avs.private_cloud",
    service="azure.avs",
    title="Private cloud",
    arm="microsoft.avs/privateclouds",
    facts={"diagnostics": DIAGNOSTICS},
    secret=(
        "item.properties.vcenterPassword",
        "item.properties.nsxtPassword",
        "item.properties.identitySources.password",
    ),
)
