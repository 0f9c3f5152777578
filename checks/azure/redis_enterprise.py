"""Checks on clusters of Redis Enterprise and Managed Redis.

Source: Redis Enterprise REST API, "Redis Enterprise", "Databases".
"""

from __future__ import annotations

from checks.azure.read import inner, is_on, rows, word
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed

CLUSTER = "azure.redis.enterprise_cluster"


@check(
    f"{CLUSTER}.encrypted_connections",
    on=CLUSTER,
    control="encryption.in_transit",
    severity=Severity.HIGH,
    title="Databases of the cluster take encrypted connections only",
    risk="Whoever is on the way reads keys and data of clients that don't encrypt.",
    fix="az redisenterprise database update --ids {id}/databases/default --client-protocol Encrypted",
)
def encrypted_connections(cluster: Resource) -> Verdict:
    """Encryption is the default."""
    clear = [
        str(each.get("name")) for each in rows(cluster, "databases") if word(inner(each).get("clientProtocol")) == "plaintext"
    ]
    return failed(f"{', '.join(sorted(clear))} takes plain text") if clear else passed("none takes plain text")


@check(
    f"{CLUSTER}.persisted",
    on=CLUSTER,
    control="resilience.backup",
    severity=Severity.LOW,
    title="Databases of the cluster are written to disk",
    risk="When all of its machines fail, all is gone.",
    fix="az redisenterprise database update --ids {id}/databases/default --persistence rdb-enabled=true rdb-frequency=1h",
)
def persisted(cluster: Resource) -> Verdict:
    kept = {str(each.get("name")): inner(each).get("persistence") or {} for each in rows(cluster, "databases")}
    lost = [name for name, how in sorted(kept.items()) if not (is_on(how.get("aofEnabled")) or is_on(how.get("rdbEnabled")))]
    return failed(f"{', '.join(lost)} is kept in memory only") if lost else passed(f"{len(kept)} databases are written to disk")


@check(
    f"{CLUSTER}.upgrades_taken",
    on=CLUSTER,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Databases of the cluster take new versions when they come",
    risk="Weaknesses that are mended already stay open.",
    fix="az resource update --ids {id}/databases/default --set properties.deferUpgrade=NotDeferred",
)
def upgrades_taken(cluster: Resource) -> Verdict:
    late = [str(each.get("name")) for each in rows(cluster, "databases") if word(inner(each).get("deferUpgrade")) == "deferred"]
    return failed(f"{', '.join(sorted(late))} defers them") if late else passed("none defers them")
