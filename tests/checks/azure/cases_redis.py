"""Cases of caches of Redis, and of clusters of Redis Enterprise."""

from __future__ import annotations

from typing import Any

from checks.azure import redis, redis_enterprise
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import below, row


def configured(size: str = "Premium", /, **settings: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in settings.items()}
    return row(sku={"name": size, "family": "P", "capacity": 1}, redisConfiguration=named)


CASES = [
    case(redis.encrypted_connections, PASS, item=row(enableNonSslPort=False)),
    case(redis.encrypted_connections, PASS, item=row()),
    case(redis.encrypted_connections, FAIL, item=row(enableNonSslPort=True)),
    case(redis.callers_sign_in, PASS, item=configured()),
    case(redis.callers_sign_in, PASS, item=row(redisConfiguration=None)),
    case(redis.callers_sign_in, FAIL, item=configured(authnotrequired="True")),
    case(redis.full_access_rare, PASS, item=row(), access_assignments=[below("a", accessPolicyName="Data Reader")]),
    case(redis.full_access_rare, PASS, item=row(), access_assignments=[]),
    case(
        redis.full_access_rare, FAIL, item=row(), access_assignments=[below("a", accessPolicyName="Data Owner", objectId="o")]
    ),
    case(redis.full_access_rare, UNKNOWN, item=row(), access_assignments=DENIED),
    case(redis.persisted, PASS, item=configured(rdb_backup_enabled="true")),
    case(redis.persisted, PASS, item=configured(aof_backup_enabled="true")),
    case(redis.persisted, FAIL, item=configured(rdb_backup_enabled="false")),
    case(redis.persisted, SKIP, item=configured("Standard")),
    case(redis.supported_version, PASS, item=row(redisVersion="6.0")),
    case(redis.supported_version, PASS, item=row(redisVersion="latest")),
    case(redis.supported_version, UNKNOWN, item=row()),
    case(redis.supported_version, FAIL, item=row(redisVersion="4.0.14")),
    case(redis.supported_version, UNKNOWN, item=row(redisVersion="9.1")),
    case(redis_enterprise.encrypted_connections, PASS, item=row(), databases=[below("default", clientProtocol="Encrypted")]),
    case(redis_enterprise.encrypted_connections, PASS, item=row(), databases=[below("default")]),
    case(redis_enterprise.encrypted_connections, FAIL, item=row(), databases=[below("default", clientProtocol="Plaintext")]),
    case(redis_enterprise.encrypted_connections, UNKNOWN, item=row(), databases=DENIED),
    case(redis_enterprise.persisted, PASS, item=row(), databases=[below("default", persistence={"rdbEnabled": True})]),
    case(redis_enterprise.persisted, FAIL, item=row(), databases=[below("default", persistence=None)]),
    case(redis_enterprise.persisted, UNKNOWN, item=row(), databases=DENIED),
    case(redis_enterprise.upgrades_taken, PASS, item=row(), databases=[below("default")]),
    case(redis_enterprise.upgrades_taken, FAIL, item=row(), databases=[below("default", deferUpgrade="Deferred")]),
    case(redis_enterprise.upgrades_taken, UNKNOWN, item=row(), databases=DENIED),
]
