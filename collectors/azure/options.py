"""What a user may say about one tenant or some of its subscriptions, on the command line or in demarc.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass

from collectors.azure.clouds import CLOUDS
from collectors.options import option

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
CREDENTIALS = ("default", "environment", "workload_identity", "managed_identity", "cli")


@dataclass(frozen=True, slots=True)
class AzureOptions:
    """Each field is an option ``--management-group`` and a key ``management_group``; the help texts are shown to users."""

    subscription: str = option("", "Only these subscriptions, by id or name, separated by commas; else all that can be read.")
    management_group: str = option("", "Only subscriptions below this management group (its id, not its display name).")
    include_subscriptions: str = option("", "Only subscriptions whose name or id fits (prod-*), separated by commas.")
    exclude_subscriptions: str = option("", "Not these subscriptions, separated by commas.")
    tenant: str = option("", "Id of the tenant; without, the one of the credentials.")
    credentials: str = option(
        "default", "Whom to be: default (the chain of azure-identity), environment, workload_identity, managed_identity or cli."
    )
    client_id: str = option("", "Client id of a user-assigned managed identity, or of a workload identity.")
    cloud: str = option("public", "Which cloud: public, usgovernment, usdod or china.")
    from_: str = option(
        "", "Read this file or folder of exported rows and documents (JSON, JSON lines, gzip too) and call nothing."
    )
    max_age: float = option(30.0, "Ask again for settings older than these days, be their resource unchanged; 0: ask for all.")
    endpoint_url: str = option("", "Send calls to Azure Resource Manager to this address (a simulator, a proxy).")
    graph_url: str = option("", "Send calls to Microsoft Graph to this address; without, to endpoint_url where that is set.")
    authority: str = option("", "Where to get tokens; without, from endpoint_url where that is set.")
    ca_file: str = option("", "File with the certificate of those addresses, where no authority that is known signed it.")
    page_size: int = option(1000, "How many rows one query asks for.")
    threads: int = option(16, "How many calls are under way at once.")
    reads_per_second: float = option(25.0, "Calls to one subscription a second, after a burst of 250; 0: no limit.")
    attempts: int = option(6, "How often one call is tried in all.")
    connect_timeout: float = option(5.0, "Seconds to wait for a connection.")
    read_timeout: float = option(60.0, "Seconds to wait for an answer.")
    max_calls: int = option(0, "Send at most this many calls; what is left then is a gap. 0: no limit.")
    calls_per_second: float = option(0.0, "Send at most so many calls a second. 0: no limit.")
    max_seconds: float = option(0.0, "Stop reading after this many seconds; what is left then is a gap. 0: no limit.")

    def __post_init__(self) -> None:
        if self.subscription and self.management_group:
            raise ValueError("subscription and management_group exclude each other")
        if self.cloud not in CLOUDS:
            raise ValueError(f"cloud is one of {', '.join(CLOUDS)}")
        if self.credentials not in CREDENTIALS:
            raise ValueError(f"credentials is one of {', '.join(CREDENTIALS)}")
        if self.tenant and not GUID.fullmatch(self.tenant):
            raise ValueError("tenant is an id, as `az account show --query tenantId` shows it")
        if self.attempts < 1 or self.threads < 1 or self.connect_timeout <= 0 or self.read_timeout <= 0:
            raise ValueError("attempts, threads, connect_timeout and read_timeout must be more than 0")
        amounts = (self.max_calls, self.max_seconds, self.max_age, self.reads_per_second, self.calls_per_second)
        if min(amounts) < 0 or not 1 <= self.page_size <= 1000:
            raise ValueError("limits of calls and times must not be negative, and page_size is 1 to 1000")
        for name in ("endpoint_url", "graph_url", "authority"):
            if getattr(self, name) and not getattr(self, name).startswith("https://"):
                raise ValueError(f"{name} must begin with https://: a token is sent there")


def listed(given: str) -> list[str]:
    return [each.strip() for each in given.split(",") if each.strip()]
