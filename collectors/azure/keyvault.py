"""Key Vault: vaults, and what Azure Resource Manager tells of their keys and secrets, which is never a value."""

from __future__ import annotations

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = "azure.keyvault"
API = "2024-11-01"

VAULT = Spec(
    type="azure.keyvault.vault",
    service=SERVICE,
    title="Key vault",
    arm="microsoft.keyvault/vaults",
    api=API,
    facts={"diagnostics": DIAGNOSTICS},
)

KEY = Spec(
    type="azure.keyvault.key",
    service=SERVICE,
    title="Key",
    listing=Get("/keys", "value", action="Microsoft.KeyVault/vaults/keys/read"),
    parent=VAULT.type,
    api=API,
    # Lists leave the rotation policy out.
    facts={"rotation": Get("", "properties.rotationPolicy", action="Microsoft.KeyVault/vaults/keys/read")},
    volatile=("item.properties.keyUriWithVersion",),
)

SECRET = Spec(
    type="azure.keyvault.secret",
    service=SERVICE,
    title="Secret",
    listing=Get("/secrets", "value", action="Microsoft.KeyVault/vaults/secrets/read"),
    parent=VAULT.type,
    api=API,
    volatile=("item.properties.secretUriWithVersion",),
    secret=("item.properties.value",),  # never answered, and hidden should it ever be
)
