from typing import Any

from checks.gcp import perimeters
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.estate import ITEM, UNDER

PACKAGES, KEYS, SECRETS, LOGS, MODELS, *_ = perimeters.FENCES
KEY = resource("gcp.kms.crypto_key", "k", item={})
SECRET = resource("gcp.secretmanager.secret", "s", item={})
BUCKET = resource("gcp.logging.log_bucket", "_Default", item={})
REPOSITORY = resource("gcp.artifactregistry.repository", "r", item={})
MODEL = resource("gcp.vertexai.model", "m", item={})


def perimeter(*services: str, dry: bool = False, **more: Any) -> dict[str, Any]:
    config = {"resources": ["projects/1001"], "restrictedServices": list(services), **more}
    return {"name": "accessPolicies/1/servicePerimeters/p", "spec" if dry else "status": config}


def around(*given: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"accessPolicy": {"name": "accessPolicies/1"}}, *({"servicePerimeter": each} for each in given)]


BRIDGE = {"perimeterType": "PERIMETER_TYPE_BRIDGE", "status": {"resources": ["projects/1001"]}}
WHOLE = perimeter("cloudkms.googleapis.com", "secretmanager.googleapis.com", "logging.googleapis.com")
CODE = perimeter("artifactregistry.googleapis.com", "aiplatform.googleapis.com")
FROM_ANYWHERE = {"ingressFrom": {"identityType": "ANY_IDENTITY", "sources": [{"accessLevel": "*"}]}}
ANY_USER = {"ingressFrom": {"identityType": "ANY_USER_ACCOUNT", "sources": [{"accessLevel": "*"}]}}
FROM_OFFICE = {"ingressFrom": {"identityType": "ANY_IDENTITY", "sources": [{"accessLevel": "accessPolicies/1/accessLevels/o"}]}}
BY_NAME = {"ingressFrom": {"identities": ["user:ada@example.com"], "sources": [{"accessLevel": "*"}]}}
TO_ANYWHERE = {"egressFrom": {"identityType": "ANY_IDENTITY"}, "egressTo": {"resources": ["*"]}}
TO_ONE = {"egressFrom": {"identityType": "ANY_IDENTITY"}, "egressTo": {"resources": ["projects/77"]}}
NAMED_OUT = {"egressFrom": {"identities": ["user:ada@example.com"]}, "egressTo": {"resources": ["*"]}}


def level(*networks: str, **more: Any) -> dict[str, Any]:
    return {"basic": {"conditions": [{"ipSubnetworks": list(networks), **more}]}}


def each_of_the_table() -> list[Any]:
    """Return a pass, a fail and a skip of every service that a perimeter may hold."""
    cases = []
    for row, check in zip(perimeters.FENCED, perimeters.FENCES, strict=True):
        kept = [resource(row.kind, "x", item={})]
        given: dict[str, Any] = {"item": ITEM, "lineage": UNDER}
        cases += [case(check, PASS, access_policy=around(perimeter(row.api)), inventory=kept, **given)]
        cases += [case(check, FAIL, access_policy=around(perimeter("a")), inventory=kept, **given)]
        cases += [case(check, SKIP, access_policy=around(perimeter(row.api)), **given)]
    return cases


CASES = [
    *each_of_the_table(),
    case(perimeters.in_perimeter, PASS, item=ITEM, lineage=UNDER, access_policy=around(WHOLE)),
    case(perimeters.in_perimeter, FAIL, item=ITEM, lineage=UNDER, access_policy=None),
    case(perimeters.in_perimeter, FAIL, item=ITEM, lineage=UNDER, access_policy=around(perimeter("a", dry=True))),
    case(perimeters.in_perimeter, FAIL, item=ITEM, lineage=UNDER, access_policy=around(BRIDGE)),
    case(perimeters.in_perimeter, SKIP, item={}, lineage=None, access_policy=None),
    case(perimeters.in_perimeter, UNKNOWN, item=ITEM, lineage=UNDER, access_policy=DENIED),
    case(KEYS, PASS, item=ITEM, lineage=UNDER, access_policy=around(WHOLE), inventory=[KEY]),
    case(KEYS, FAIL, item=ITEM, lineage=UNDER, access_policy=around(perimeter("storage.googleapis.com")), inventory=[KEY]),
    case(KEYS, SKIP, item=ITEM, lineage=UNDER, access_policy=around(WHOLE)),
    case(KEYS, SKIP, item={}, lineage=None, access_policy=None, inventory=[KEY]),
    case(KEYS, UNKNOWN, item=ITEM, lineage=UNDER, access_policy=None, inventory=[unlisted("gcp.kms.crypto_key")]),
    case(SECRETS, PASS, item=ITEM, lineage=UNDER, access_policy=around(BRIDGE, WHOLE), inventory=[SECRET]),
    case(SECRETS, FAIL, item=ITEM, lineage=UNDER, access_policy=None, inventory=[SECRET]),
    case(PACKAGES, PASS, item=ITEM, lineage=UNDER, access_policy=around(CODE), inventory=[REPOSITORY]),
    case(PACKAGES, FAIL, item=ITEM, lineage=UNDER, access_policy=around(WHOLE), inventory=[REPOSITORY]),
    case(MODELS, PASS, item=ITEM, lineage=UNDER, access_policy=around(CODE), inventory=[MODEL]),
    case(MODELS, FAIL, item=ITEM, lineage=UNDER, access_policy=around(WHOLE), inventory=[MODEL]),
    case(LOGS, PASS, item=ITEM, lineage=UNDER, access_policy=around(WHOLE), inventory=[BUCKET]),
    case(LOGS, FAIL, item=ITEM, lineage=UNDER, access_policy=None, inventory=[BUCKET]),
    case(perimeters.enforced, PASS, item=WHOLE),
    case(perimeters.enforced, FAIL, item=perimeter("a", dry=True)),
    case(perimeters.enforced, FAIL, item=perimeter()),
    case(perimeters.enforced, FAIL, item={"status": {"restrictedServices": ["a"]}}),
    case(perimeters.enforced, SKIP, item=BRIDGE),
    case(perimeters.callers_named, PASS, item=perimeter("a", ingressPolicies=[FROM_OFFICE, BY_NAME])),
    case(perimeters.callers_named, PASS, item=perimeter("a")),
    case(perimeters.callers_named, FAIL, item=perimeter("a", ingressPolicies=[FROM_OFFICE, FROM_ANYWHERE])),
    case(perimeters.callers_named, FAIL, item=perimeter("a", ingressPolicies=[ANY_USER])),
    case(perimeters.data_kept, PASS, item=perimeter("a", egressPolicies=[TO_ONE, NAMED_OUT])),
    case(perimeters.data_kept, FAIL, item=perimeter("a", egressPolicies=[TO_ANYWHERE])),
    case(perimeters.networks_narrow, PASS, item=level("192.0.2.0/24", "2001:db8::/32")),
    case(perimeters.networks_narrow, FAIL, item=level("192.0.2.0/24", "0.0.0.0/0")),
    case(perimeters.networks_narrow, FAIL, item=level("::/0")),
    case(perimeters.networks_narrow, SKIP, item={"basic": {"conditions": [{"regions": ["CH"]}]}}),
    case(perimeters.networks_narrow, SKIP, item=level("0.0.0.0/0", negate=True)),
]
