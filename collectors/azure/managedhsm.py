"""Managed HSM: pools, and what Azure Resource Manager tells of their keys."""

from __future__ import annotations

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = "azure.managedhsm"
API = "2024-11-01"

HSM = Spec(
    type="azure.managedhsm.hsm",
    service=SERVICE,
    title="Managed HSM",
    arm="microsoft.keyvault/managedhsms",
    api=API,
    facts={"diagnostics": DIAGNOSTICS},
    volatile=("item.properties.statusMessage",),
)

KEY = Spec(
    type="azure.managedhsm.key",
    service=SERVICE,
    title="Key of a managed HSM",
    listing=Get("/keys", "value", action="Microsoft.KeyVault/managedHSMs/keys/read"),
    parent=HSM.type,
    api=API,
    # Lists leave the rotation policy out.
    facts={"rotation": Get("", "properties.rotationPolicy", action="Microsoft.KeyVault/managedHSMs/keys/read")},
    volatile=("item.properties.keyUriWithVersion",),
)
