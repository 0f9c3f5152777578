from checks.gcp import secretmanager as secrets
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.gcp import policies

SECRET = "//secretmanager.googleapis.com/projects/1001/secrets/s"
KEY = {"kmsKeyName": "projects/sample/locations/global/keyRings/r/cryptoKeys/k"}
AUTOMATIC: dict[str, object] = {"replication": {"automatic": {}}}


def places(*locations: str, **more: object) -> dict[str, object]:
    return {"replication": {"userManaged": {"replicas": [{"location": each, **more} for each in locations]}}}


CASES = [
    *policies.named(secrets.not_public, SECRET, "secretmanager.secretAccessor"),
    *policies.known(secrets.members_known, SECRET, "secretmanager.secretAccessor"),
    case(secrets.rotates, PASS, item={"rotation": {"rotationPeriod": "2592000s", "nextRotationTime": "2026-07-01T00:00:00Z"}}),
    case(secrets.rotates, FAIL, item={"rotation": {"rotationPeriod": "63072000s"}}),
    case(secrets.rotates, FAIL, item=AUTOMATIC),
    case(secrets.recent, PASS, item={"state": "ENABLED", "createTime": "2026-01-02T03:04:05.123456Z"}),
    case(secrets.recent, FAIL, item={"state": "ENABLED", "createTime": "2024-01-02T03:04:05Z"}),
    case(secrets.recent, FAIL, item={"state": 1, "createTime": "2024-01-02T03:04:05Z"}),
    case(secrets.recent, SKIP, item={"state": "DESTROYED", "createTime": "2024-01-02T03:04:05Z"}),
    case(secrets.customer_key, PASS, item={"replication": {"automatic": {"customerManagedEncryption": KEY}}}),
    case(secrets.customer_key, PASS, item={"customerManagedEncryption": KEY}),
    case(secrets.customer_key, PASS, item=places("europe-west1", customerManagedEncryption=KEY)),
    case(secrets.customer_key, FAIL, item=places("europe-west1")),
    case(secrets.customer_key, FAIL, item=AUTOMATIC),
    case(secrets.replicated, PASS, item=AUTOMATIC),
    case(secrets.replicated, PASS, item=places("europe-west1", "europe-west4")),
    case(secrets.replicated, FAIL, item=places("europe-west1")),
    case(secrets.replicated, SKIP, id="//secretmanager.googleapis.com/projects/1001/locations/europe-west1/secrets/s", item={}),
    case(secrets.time_to_regret, PASS, item={"versionDestroyTtl": "604800s"}),
    case(secrets.time_to_regret, FAIL, item=AUTOMATIC),
]
