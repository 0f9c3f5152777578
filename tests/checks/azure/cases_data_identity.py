"""Cases of who signs in to databases, analytics and messaging, and of whom roles on them are given to."""

from __future__ import annotations

from typing import Any

from checks.azure import data_identity
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import GROUP, below, parameters, row

ONLY = {check.on: check for check in data_identity.ENTRA_ONLY}
LOCAL = ("cosmosdb.account", "search.service", "servicebus.namespace", "eventhubs.namespace", "eventgrid.topic")
LOCAL_AUTH = tuple(f"azure.{each}" for each in (*LOCAL, "eventgrid.domain", "iothub.hub"))
SQL = ("azure.sql.server", "azure.sqlmi.instance")
CLUSTER = ONLY["azure.redis.enterprise_cluster"]


def given(scope: str, kind: str = "User") -> dict[str, Any]:
    return row(scope=scope, principalType=kind, principalId="p", roleDefinitionId="/x")


def on_each() -> list[Any]:
    """Return that a role on a resource of each service is a group's to have, and other places are not asked about."""
    found = []
    for check, prefix in zip(data_identity.TO_GROUPS, data_identity.GRANTED.values(), strict=True):
        scope = f"{GROUP}/providers/{prefix}one"
        found += [
            case(check, FAIL, item=given(scope)),
            case(check, FAIL, item=given(scope.upper().replace("PROVIDERS", "providers"))),
            case(check, PASS, item=given(scope, "Group")),
            case(check, PASS, item=given(f"{scope}/databases/d", "ServicePrincipal")),
            case(check, SKIP, item=given(GROUP)),
            case(check, SKIP, item=given(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/a")),
            case(check, UNKNOWN, item=DENIED),
        ]
    return found


CASES = [
    *(case(ONLY[type], PASS, item=row(disableLocalAuth=True)) for type in LOCAL_AUTH),
    *(case(ONLY[type], FAIL, item=row(disableLocalAuth=False)) for type in LOCAL_AUTH),
    *(case(ONLY[type], FAIL, item=row()) for type in LOCAL_AUTH),
    *(case(ONLY[type], PASS, item=row(administrators={"azureADOnlyAuthentication": True})) for type in SQL),
    *(case(ONLY[type], FAIL, item=row(administrators={"azureADOnlyAuthentication": False})) for type in SQL),
    *(case(ONLY[type], FAIL, item=row(administrators=None)) for type in SQL),
    case(ONLY["azure.synapse.workspace"], PASS, item=row(azureADOnlyAuthentication=True)),
    case(ONLY["azure.synapse.workspace"], FAIL, item=row()),
    case(
        ONLY["azure.postgres.server"], PASS, item=row(authConfig={"passwordAuth": "disabled", "activeDirectoryAuth": "Enabled"})
    ),
    case(ONLY["azure.postgres.server"], FAIL, item=row(authConfig={"passwordAuth": "Enabled"})),
    case(ONLY["azure.postgres.server"], FAIL, item=row()),
    case(ONLY["azure.mysql.server"], PASS, item=row(), configurations=parameters(aad_auth_only="ON")),
    case(ONLY["azure.mysql.server"], FAIL, item=row(), configurations=parameters(aad_auth_only="OFF")),
    case(ONLY["azure.mysql.server"], UNKNOWN, item=row(), configurations=DENIED),
    case(ONLY["azure.redis.cache"], PASS, item=row(disableAccessKeyAuthentication=True)),
    case(ONLY["azure.redis.cache"], FAIL, item=row()),
    case(CLUSTER, PASS, item=row(), databases=[below("default", accessKeysAuthentication="Disabled")]),
    case(CLUSTER, FAIL, item=row(), databases=[below("default", accessKeysAuthentication="Enabled")]),
    case(CLUSTER, FAIL, item=row(), databases=[below("default")]),
    case(CLUSTER, UNKNOWN, item=row(), databases=DENIED),
    *on_each(),
]
