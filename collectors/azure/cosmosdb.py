"""Cosmos DB."""

from collectors.azure.spec import DIAGNOSTICS, Spec

ACCOUNT = Spec(
    type="azure.cosmosdb.account",
    service="azure.cosmosdb",
    title="Account",
    arm="microsoft.documentdb/databaseaccounts",
    facts={"diagnostics": DIAGNOSTICS},
)
