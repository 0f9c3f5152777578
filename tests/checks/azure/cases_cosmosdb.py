"""Cases of Cosmos DB."""

from __future__ import annotations

from checks.azure import cosmosdb
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.azure.data import row

TWO = [{"locationName": "West Europe"}, {"locationName": "North Europe"}]

CASES = [
    case(cosmosdb.keys_change_no_schema, PASS, item=row(disableKeyBasedMetadataWriteAccess=True)),
    case(cosmosdb.keys_change_no_schema, PASS, item=row(disableLocalAuth=True)),
    case(cosmosdb.keys_change_no_schema, FAIL, item=row()),
    case(cosmosdb.pages_named, PASS, item=row(cors=[])),
    case(cosmosdb.pages_named, PASS, item=row(cors=[{"allowedOrigins": "https://example.com"}])),
    case(cosmosdb.pages_named, FAIL, item=row(cors=[{"allowedOrigins": "https://example.com, *"}])),
    case(cosmosdb.any_moment_restorable, PASS, item=row(backupPolicy={"type": "Continuous"})),
    case(cosmosdb.any_moment_restorable, FAIL, item=row(backupPolicy={"type": "Periodic"})),
    case(cosmosdb.any_moment_restorable, FAIL, item=row()),
    case(cosmosdb.fails_over, PASS, item=row(locations=TWO, enableAutomaticFailover=True)),
    case(cosmosdb.fails_over, PASS, item=row(locations=TWO, enableMultipleWriteLocations=True)),
    case(cosmosdb.fails_over, FAIL, item=row(locations=TWO)),
    case(cosmosdb.fails_over, SKIP, item=row(locations=TWO[:1])),
]
