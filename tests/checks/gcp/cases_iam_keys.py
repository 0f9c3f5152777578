from typing import Any

from checks.gcp import api_keys, iam_keys
from checks.gcp.api_keys import callers_limited
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

NEVER = "9999-12-31T23:59:59Z"


def key(made: str = "2026-05-01T00:00:00Z", until: str = NEVER, kind: Any = "USER_MANAGED", **more: Any) -> dict[str, Any]:
    return {"keyType": kind, "validAfterTime": made, "validBeforeTime": until, "keyAlgorithm": "KEY_ALG_RSA_2048", **more}


def limited(**restrictions: Any) -> dict[str, Any]:
    return {"createTime": "2026-05-01T00:00:00.123456Z", "displayName": "web", "restrictions": restrictions}


def from_sites(*sites: str) -> dict[str, Any]:
    return limited(browserKeyRestrictions={"allowedReferrers": list(sites)})


def from_networks(*networks: str) -> dict[str, Any]:
    return limited(serverKeyRestrictions={"allowedIps": list(networks)})


def targets(*services: str) -> dict[str, Any]:
    return limited(apiTargets=[{"service": each} for each in services])


OLD = "2026-01-01T00:00:00Z"
GONE = {**limited(), "deleteTime": "2026-05-20T00:00:00Z"}
ANDROID = limited(androidKeyRestrictions={"allowedApplications": [{"sha1Fingerprint": "AA", "packageName": "com.example"}]})
ONE = resource("gcp.iam.api_key", "k", item=limited())
DELETED = resource("gcp.iam.api_key", "d", item=GONE)

CASES = [
    case(iam_keys.made_by_google, PASS, item=key(kind="SYSTEM_MANAGED")),
    case(iam_keys.made_by_google, PASS, item=key(kind=2)),
    case(iam_keys.made_by_google, PASS, item=key(disabled=True)),
    case(iam_keys.made_by_google, PASS, item=key(OLD, "2026-02-01T00:00:00Z")),
    case(iam_keys.made_by_google, FAIL, item=key()),
    case(iam_keys.made_by_google, FAIL, item=key(kind=1)),
    case(iam_keys.rotated, PASS, item=key()),
    case(iam_keys.rotated, FAIL, item=key(OLD)),
    case(iam_keys.rotated, SKIP, item=key(OLD, kind="SYSTEM_MANAGED")),
    case(iam_keys.rotated, SKIP, item=key(OLD, disabled=True)),
    case(iam_keys.expires, PASS, item=key(until="2026-12-01T00:00:00Z")),
    case(iam_keys.expires, FAIL, item=key()),
    case(iam_keys.expires, FAIL, item={"keyType": "USER_MANAGED", "validAfterTime": OLD}),
    case(iam_keys.expires, SKIP, item=key(kind="SYSTEM_MANAGED")),
    case(api_keys.without_api_keys, PASS, item={}),
    case(api_keys.without_api_keys, PASS, item={}, inventory=[DELETED]),
    case(api_keys.without_api_keys, FAIL, item={}, inventory=[ONE, DELETED]),
    case(api_keys.without_api_keys, UNKNOWN, item={}, inventory=[unlisted("gcp.iam.api_key")]),
    case(callers_limited, PASS, item=from_sites("https://*.example.com/*", "example.org")),
    case(callers_limited, PASS, item=from_networks("192.0.2.0/24", "2001:db8::1")),
    case(callers_limited, PASS, item=ANDROID),
    case(callers_limited, PASS, item=limited(iosKeyRestrictions={"allowedBundleIds": ["com.example"]})),
    case(callers_limited, FAIL, item=from_sites("example.com", "*")),
    case(callers_limited, FAIL, item=from_sites("https://*.com/*")),
    case(callers_limited, FAIL, item=from_networks("192.0.2.1", "0.0.0.0/0")),
    case(callers_limited, FAIL, item=from_networks("0.0.0.0/1", "128.0.0.0/1")),
    case(callers_limited, FAIL, item=from_networks("::/0")),
    case(callers_limited, FAIL, item=limited(browserKeyRestrictions={})),
    case(callers_limited, FAIL, item={"createTime": OLD}),
    case(callers_limited, SKIP, item=GONE),
    case(api_keys.apis_limited, PASS, item=targets("translate.googleapis.com")),
    case(api_keys.apis_limited, FAIL, item=targets("cloudapis.googleapis.com", "translate.googleapis.com")),
    case(api_keys.apis_limited, FAIL, item=from_sites("example.com")),
    case(api_keys.apis_limited, SKIP, item=GONE),
    case(api_keys.rotated, PASS, item=limited()),
    case(api_keys.rotated, FAIL, item={"createTime": OLD}),
    case(api_keys.rotated, SKIP, item={**GONE, "createTime": OLD}),
    case(api_keys.no_identity, PASS, item=limited()),
    case(api_keys.no_identity, FAIL, item={**limited(), "serviceAccountEmail": "app@sample.iam.gserviceaccount.com"}),
    case(api_keys.no_identity, SKIP, item=GONE),
]
