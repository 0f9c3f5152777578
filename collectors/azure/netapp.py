"""Azure NetApp Files: accounts and volumes."""

from __future__ import annotations

from collectors.azure.spec import Spec

SERVICE = "azure.netapp"

ACCOUNT = Spec(
    type="azure.netapp.account",
    service=SERVICE,
    title="NetApp account",
    arm="microsoft.netapp/netappaccounts",
    volatile=("item.etag", "item.properties.activeDirectories.status", "item.properties.activeDirectories.statusDetails"),
    secret=("item.properties.activeDirectories.password", "item.properties.activeDirectories.serverRootCACertificate"),
)

VOLUME = Spec(
    type="azure.netapp.volume",
    service=SERVICE,
    title="Volume",
    arm="microsoft.netapp/netappaccounts/capacitypools/volumes",
    volatile=("item.etag", "item.properties.actualThroughputMibps", "item.properties.cloneProgress"),
)
