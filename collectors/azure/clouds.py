"""Where each of Azure's clouds is: where tokens come from, Azure Resource Manager, Microsoft Graph.

Sources: azure-mgmt-core, ``get_arm_endpoints``; Microsoft Graph, "National cloud deployments".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud. ``audience`` is what a token for Azure Resource Manager is asked for."""

    authority: str
    arm: str
    audience: str
    graph: str


CLOUDS = {
    "public": Cloud(
        "https://login.microsoftonline.com",
        "https://management.azure.com",
        "https://management.azure.com",
        "https://graph.microsoft.com",
    ),
    "usgovernment": Cloud(
        "https://login.microsoftonline.us",
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net",
        "https://graph.microsoft.us",
    ),
    "usdod": Cloud(
        "https://login.microsoftonline.us",
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net",
        "https://dod-graph.microsoft.us",
    ),
    "china": Cloud(
        "https://login.chinacloudapi.cn",
        "https://management.chinacloudapi.cn",
        "https://management.chinacloudapi.cn",
        "https://microsoftgraph.chinacloudapi.cn",
    ),
}
