from checks.gcp import kms
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource
from tests.checks.gcp import policies
from tests.checks.gcp.estate import ADA, AGENT, HIDDEN, PROJECT, TAGGED, allow, bind, folder, project, top

RING = "//cloudkms.googleapis.com/projects/sample/locations/europe-west1/keyRings/r"
KEY = f"{RING}/cryptoKeys/k"
RING_PUBLIC, KEY_PUBLIC = kms.not_public
RING_KNOWN, KEY_KNOWN = kms.members_known
RING_APART, KEY_APART = kms.duties_apart
ADMIN, USER = bind("cloudkms.admin", ADA), bind("cloudkms.cryptoKeyDecrypter", ADA)

ITEM = {
    "name": KEY.removeprefix("//cloudkms.googleapis.com/"),
    "purpose": "ENCRYPT_DECRYPT",
    "primary": {"state": "ENABLED", "protectionLevel": "SOFTWARE"},
    "versionTemplate": {"protectionLevel": "SOFTWARE", "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION"},
    "rotationPeriod": "7776000s",
    "nextRotationTime": "2026-07-01T00:00:00Z",
    "destroyScheduledDuration": "2592000s",
}


def without(*names: str) -> dict[str, object]:
    return {name: value for name, value in ITEM.items() if name not in names}


CASES = [
    *policies.named(RING_PUBLIC, RING),
    *policies.named(KEY_PUBLIC, KEY),
    *policies.known(RING_KNOWN, RING),
    *policies.known(KEY_KNOWN, KEY),
    case(RING_APART, PASS, id=RING, iam_policy=allow(ADMIN), inventory=[PROJECT]),
    case(RING_APART, FAIL, id=RING, iam_policy=allow(ADMIN, USER), inventory=[HIDDEN]),
    case(KEY_APART, PASS, id=KEY, iam_policy=None, inventory=[PROJECT]),
    case(
        KEY_APART,
        PASS,
        id=KEY,
        iam_policy=allow(bind("cloudkms.admin", AGENT), bind("cloudkms.cryptoKeyDecrypter", AGENT)),
        inventory=[PROJECT],
    ),
    case(KEY_APART, PASS, id=KEY, iam_policy=None, inventory=[project(allow(ADMIN, USER))]),
    case(KEY_APART, FAIL, id=KEY, iam_policy=allow(USER), inventory=[project(allow(ADMIN))]),
    case(KEY_APART, FAIL, id=KEY, iam_policy=allow(USER), inventory=[project(None, [folder(ADMIN), top()])]),
    case(
        KEY_APART,
        FAIL,
        id=KEY,
        iam_policy=allow(USER),
        inventory=[PROJECT, resource("gcp.kms.key_ring", RING, iam_policy=allow(ADMIN))],
    ),
    case(KEY_APART, UNKNOWN, id=KEY, iam_policy=allow(USER), inventory=[HIDDEN]),
    case(KEY_APART, UNKNOWN, id=KEY, iam_policy=allow(USER, bind("cloudkms.admin", ADA, when=TAGGED)), inventory=[PROJECT]),
    case(kms.rotates, PASS, item=ITEM),
    case(kms.rotates, PASS, item={**ITEM, "purpose": 1, "rotationPeriod": "2592000s"}),
    case(kms.rotates, FAIL, item={**ITEM, "rotationPeriod": "31536000s"}),
    case(kms.rotates, FAIL, item={**ITEM, "nextRotationTime": "2026-12-24T00:00:00Z"}),
    case(kms.rotates, FAIL, item=without("rotationPeriod", "nextRotationTime")),
    case(kms.rotates, SKIP, item={**ITEM, "purpose": "ASYMMETRIC_SIGN"}),
    case(kms.rotates, SKIP, item={**ITEM, "versionTemplate": {"protectionLevel": "EXTERNAL_VPC"}}),
    case(kms.rotates, SKIP, item={**ITEM, "importOnly": True}),
    case(kms.time_to_regret, PASS, item=ITEM),
    case(kms.time_to_regret, PASS, item=without("destroyScheduledDuration")),
    case(kms.time_to_regret, FAIL, item={**ITEM, "destroyScheduledDuration": "86400s"}),
    case(kms.not_being_destroyed, PASS, item={"state": "ENABLED"}),
    case(kms.not_being_destroyed, PASS, item={"state": "DISABLED"}),
    case(kms.not_being_destroyed, FAIL, item={"state": "DESTROY_SCHEDULED", "destroyTime": "2026-06-30T00:00:00Z"}),
    case(kms.not_being_destroyed, FAIL, item={"state": 4}),
    case(kms.not_being_destroyed, SKIP, item={"state": "DESTROYED"}),
    case(kms.usable, PASS, item=ITEM),
    case(kms.usable, FAIL, item={**ITEM, "primary": {"state": "DISABLED"}}),
    case(kms.usable, FAIL, item=without("primary")),
    case(kms.usable, SKIP, item={"purpose": "MAC"}),
]
