"""Cases of keys of the customer's own, and of deletion protection: each type of the tables with and without."""

from __future__ import annotations

from typing import Any

from checks.gcp.keyed import CUSTOMER_KEYS, KEYED
from checks.gcp.protected import DELETION_PROTECTED, PROTECTED
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case

KEY = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
KEYS = {each.on: each for each in CUSTOMER_KEYS}
PROTECTION = {each.on: each for each in DELETION_PROTECTED}
# What an item must have, so that anything is asked of it.
WHOLE: dict[str, dict[str, Any]] = {"gcp.dataproc.cluster": {"config": {"configBucket": "b"}}}


def at(path: str, value: Any, item: dict[str, Any]) -> dict[str, Any]:
    """Return *item* with *value* at a dotted path."""
    name, _, rest = path.partition(".")
    return {**item, name: at(rest, value, item.get(name) or {}) if rest else value}


def keyed() -> list[Any]:
    found = []
    for row, check in zip(KEYED, CUSTOMER_KEYS, strict=True):
        item = WHOLE.get(row.type, {})
        found += [case(check, PASS, item=at(path, KEY, item)) for path in row.paths]
        found += [case(check, FAIL, item={**item, "name": "x"}), case(check, UNKNOWN, item=DENIED)]
        found += [case(check, FAIL, item=at(path, None, item)) for path in row.paths]
    return found


def protected() -> list[Any]:
    found = []
    for row, check in zip(PROTECTED, DELETION_PROTECTED, strict=True):
        good = "DELETE_PROTECTION_ENABLED" if row.path == "deleteProtectionState" else True
        bad = "DELETE_PROTECTION_DISABLED" if row.path == "deleteProtectionState" else False
        found += [case(check, PASS, item=at(row.path, good, {})), case(check, FAIL, item=at(row.path, bad, {}))]
        found += [case(check, FAIL, item={"name": "x"}), case(check, UNKNOWN, item=DENIED)]
    return found


CASES = [
    *keyed(),
    *protected(),
    case(KEYS["gcp.spanner.database"], PASS, item={"encryptionConfig": {"kmsKeyNames": [KEY, KEY]}}),
    case(KEYS["gcp.cloudsql.instance"], SKIP, item={"instanceType": "ON_PREMISES_INSTANCE"}),
    case(PROTECTION["gcp.cloudsql.instance"], SKIP, item={"instanceType": "ON_PREMISES_INSTANCE"}),
    case(PROTECTION["gcp.cloudsql.instance"], FAIL, item={"instanceType": "READ_REPLICA_INSTANCE", "settings": {}}),
    case(PROTECTION["gcp.firestore.database"], PASS, item={"deleteProtectionState": 2}),
    case(PROTECTION["gcp.firestore.database"], FAIL, item={"deleteProtectionState": 1}),
    case(KEYS["gcp.bigquery.dataset"], SKIP, item={"linkedDatasetSource": {"sourceDataset": {"projectId": "q"}}}),
    case(KEYS["gcp.bigquery.dataset"], SKIP, item={"externalDatasetReference": {"externalSource": "aws-glue://x"}}),
    case(KEYS["gcp.bigquery.table"], SKIP, item={"type": "VIEW"}),
    case(KEYS["gcp.bigquery.table"], SKIP, item={"type": "EXTERNAL"}),
    case(KEYS["gcp.bigquery.table"], FAIL, item={"type": "MATERIALIZED_VIEW"}),
    case(KEYS["gcp.dataproc.cluster"], SKIP, item={"virtualClusterConfig": {"stagingBucket": "b"}}),
    case(KEYS["gcp.dataflow.job"], SKIP, item={"currentState": "JOB_STATE_DONE"}),
    case(KEYS["gcp.dataflow.job"], FAIL, item={"currentState": "JOB_STATE_RUNNING"}),
    case(KEYS["gcp.apigee.organization"], SKIP, item={"runtimeType": "HYBRID"}),
]
