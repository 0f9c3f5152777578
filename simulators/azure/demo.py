"""What the demo shows of Azure: most of a tenant, and where the view ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from simulators.azure.server import SimulatedAzure
from simulators.stage import Stage

# What was never granted: a scan that shows no blind spots would show half of what there is to see.
HIDDEN, NARROWED = "legacy", "sandbox"
WITHHELD = (
    "Microsoft.KeyVault/vaults/keys/read",
    "Microsoft.Security/pricings/read",
    "Microsoft.Storage/storageAccounts/blobServices/read",
)
UNPERMITTED = "AuditLog.Read.All"


@contextmanager
def shown() -> Iterator[SimulatedAzure]:
    """Serve the tenant as our application sees it: one subscription not at all, and one of its permissions was forgotten."""
    with SimulatedAzure.start() as azure:
        azure.grant(HIDDEN, actions=())
        azure.grant(NARROWED, not_actions=WITHHELD)
        azure.graph.permissions = set(azure.graph.permissions) - {UNPERMITTED}
        yield azure


@contextmanager
def staged() -> Iterator[Stage]:
    with shown() as azure:
        names = ", ".join(each.key for each in azure.estate.subscriptions.values())
        told = f"an Azure tenant, subscriptions {names}; the application does not see {HIDDEN}, and lacks a few rights"
        yield Stage(told, azure.environment, [{"name": "contoso"}])
