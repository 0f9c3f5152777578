from typing import Any

from checks.gcp import audit
from scanner.evaluation.check import Check
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.estate import ADA, UNDER, allow, top

PROJECT, ORGANIZATION = audit.data_access_recorded
IMAGES, KEYS, SECRETS, MODELS, *_ = audit.USE_RECORDED
KEY = resource("gcp.kms.crypto_key", "k", item={})
SECRET = resource("gcp.secretmanager.secret", "s", item={})
REPOSITORY = resource("gcp.artifactregistry.repository", "r", item={})
ENDPOINT = resource("gcp.vertexai.endpoint", "e", item={})


def config(service: str = "allServices", types: str = "ADMIN_READ DATA_READ DATA_WRITE", *exempted: str) -> dict[str, Any]:
    entries: list[dict[str, Any]] = [{"logType": each} for each in types.split()]
    if exempted:
        entries[-1]["exemptedMembers"] = list(exempted)
    return {"service": service, "auditLogConfigs": entries}


def on(check: Check, outcome: Any, *configs: Any, lineage: Any = UNDER, **more: Any) -> Any:
    return case(check, outcome, iam_policy=allow(audit=list(configs)), lineage=lineage, **more)


def above(*configs: Any) -> Any:
    return [{**top(), "iam_policy": allow(audit=list(configs))}]


NUMBERS = {"service": "allServices", "auditLogConfigs": [{"logType": 1}, {"logType": 2}, {"logType": 3}]}
HALF, OTHER_HALF = config(types="DATA_READ"), config(types="DATA_WRITE ADMIN_READ")


def each_of_the_table() -> list[Any]:
    """Return a pass, a fail and a skip of every service whose use is to be recorded."""
    cases = []
    for row, check in zip(audit.KEPT, audit.USE_RECORDED, strict=True):
        kept = [resource(row.kind, "x", item={})]
        cases += [on(check, PASS, config(row.api), inventory=kept), on(check, FAIL, HALF, inventory=kept)]
        cases += [on(check, FAIL, config("other.googleapis.com"), inventory=kept), on(check, SKIP, config(row.api))]
    return cases


CASES = [
    *each_of_the_table(),
    on(PROJECT, PASS, config()),
    on(PROJECT, PASS, NUMBERS, lineage=None),
    on(PROJECT, PASS, lineage=above(config())),
    on(PROJECT, PASS, HALF, lineage=above(OTHER_HALF)),
    on(PROJECT, FAIL),
    on(PROJECT, FAIL, HALF),
    on(PROJECT, FAIL, config("storage.googleapis.com")),
    on(PROJECT, FAIL, config("allServices", "ADMIN_READ DATA_READ DATA_WRITE", ADA)),
    on(PROJECT, FAIL, config(), lineage=above(config("allServices", "DATA_READ", ADA))),
    on(PROJECT, FAIL, config("allServices", "DATA_READ", ADA), lineage=DENIED),
    on(PROJECT, UNKNOWN, config(), lineage=DENIED),
    case(PROJECT, FAIL, iam_policy=None, lineage=None),
    case(ORGANIZATION, PASS, iam_policy=allow(audit=[config()])),
    case(ORGANIZATION, FAIL, iam_policy=allow(audit=[HALF])),
    on(KEYS, PASS, config("cloudkms.googleapis.com", "DATA_READ DATA_WRITE"), inventory=[KEY]),
    on(KEYS, PASS, lineage=above(config()), inventory=[KEY]),
    on(KEYS, PASS, HALF, config("cloudkms.googleapis.com", "DATA_WRITE"), inventory=[KEY]),
    on(KEYS, FAIL, config("secretmanager.googleapis.com"), inventory=[KEY]),
    on(KEYS, SKIP),
    on(KEYS, UNKNOWN, inventory=[unlisted("gcp.kms.crypto_key")]),
    on(IMAGES, PASS, config("artifactregistry.googleapis.com"), inventory=[REPOSITORY]),
    on(IMAGES, FAIL, inventory=[REPOSITORY]),
    on(IMAGES, SKIP),
    on(MODELS, PASS, config("aiplatform.googleapis.com"), inventory=[ENDPOINT]),
    on(MODELS, FAIL, inventory=[ENDPOINT]),
    on(MODELS, SKIP),
    on(SECRETS, PASS, config(), inventory=[SECRET]),
    on(SECRETS, FAIL, inventory=[SECRET]),
    on(SECRETS, SKIP, inventory=[KEY]),
]
