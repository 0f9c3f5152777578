"""Cases of whether resources take sign-ins of Entra ID only."""

from __future__ import annotations

from checks.azure import keyless
from tests.cases import DENIED, FAIL, PASS, UNKNOWN, case
from tests.checks.azure.data import below, parameters, row

ONLY = {check.on: check for check in keyless.ENTRA_ONLY}
BATCH, ENDPOINT = ONLY["azure.batch.account"], ONLY["azure.ml.online_endpoint"]
LOCAL_AUTH = [each.type for each in keyless.KEYLESS if each.fix == keyless.LOCAL_OFF]
SQL = ("azure.sql.server", "azure.sqlmi.instance")
CLUSTER = ONLY["azure.redis.enterprise_cluster"]


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
    case(BATCH, PASS, item=row(allowedAuthenticationModes=["AAD"])),
    case(BATCH, FAIL, item=row(allowedAuthenticationModes=["SharedKey", "AAD"])),
    case(BATCH, FAIL, item=row(allowedAuthenticationModes=None)),
    case(ENDPOINT, PASS, item=row(authMode="AADToken")),
    case(ENDPOINT, FAIL, item=row(authMode="AMLToken")),
    case(ENDPOINT, FAIL, item=row(authMode="Key")),
    case(CLUSTER, UNKNOWN, item=row(), databases=DENIED),
]
