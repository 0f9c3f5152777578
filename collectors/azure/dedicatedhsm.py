"""Dedicated HSM."""

from __future__ import annotations

from collectors.azure.spec import Spec

HSM = Spec(
    type="azure.dedicatedhsm.hsm",
    service="azure.dedicatedhsm",
    title="Dedicated HSM",
    arm="microsoft.hardwaresecuritymodules/dedicatedhsms",
    volatile=("item.properties.statusMessage",),
)
