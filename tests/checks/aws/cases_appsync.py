from datetime import timedelta
from typing import Any

from checks.aws import appsync
from tests.cases import DENIED, FAIL, NOW, PASS, SKIP, UNKNOWN, case


def api(first: str = "AWS_IAM", *more: str, **given: Any) -> dict[str, Any]:
    others = [{"authenticationType": each} for each in more]
    return {"authenticationType": first, "additionalAuthenticationProviders": others, **given}


def keys(*days: int) -> list[dict[str, int]]:
    return [{"expires": int((NOW + timedelta(days=each)).timestamp())} for each in days]


KEYED = api("API_KEY")
ENCRYPTED = {"atRestEncryptionEnabled": True, "transitEncryptionEnabled": True}
CASES = [
    case(appsync.callers_named, PASS, item=api("AMAZON_COGNITO_USER_POOLS")),
    case(appsync.callers_named, FAIL, item=KEYED),
    case(appsync.callers_named, FAIL, item=api("AWS_IAM", "API_KEY")),
    case(appsync.keys_end_soon, PASS, item=KEYED, keys=keys(89, -5)),
    case(appsync.keys_end_soon, FAIL, item=KEYED, keys=keys(10, 91)),
    case(appsync.keys_end_soon, SKIP, item=KEYED, keys=keys(-1)),
    case(appsync.keys_end_soon, SKIP, item=api(), keys=keys(364)),
    case(appsync.keys_end_soon, UNKNOWN, item=KEYED, keys=DENIED),
    case(appsync.schema_hidden, PASS, item=api(introspectionConfig="DISABLED")),
    case(appsync.schema_hidden, FAIL, item=api(introspectionConfig="ENABLED")),
    case(appsync.schema_hidden, FAIL, item=api()),
    case(appsync.web_firewall, PASS, item=api(wafWebAclArn="arn")),
    case(appsync.web_firewall, FAIL, item=api()),
    case(appsync.web_firewall, SKIP, item=api(visibility="PRIVATE")),
    case(appsync.private, PASS, item=api(visibility="PRIVATE")),
    case(appsync.private, FAIL, item=api(visibility="GLOBAL")),
    case(appsync.private, FAIL, item=api()),
    case(appsync.private, SKIP, item=api("AWS_IAM", "OPENID_CONNECT")),
    case(appsync.fields_logged, PASS, item=api(logConfig={"fieldLogLevel": "ERROR"})),
    case(appsync.fields_logged, FAIL, item=api(logConfig={"fieldLogLevel": "NONE"})),
    case(appsync.fields_logged, FAIL, item=api()),
    case(appsync.cache_encrypted, PASS, cache=ENCRYPTED),
    case(appsync.cache_encrypted, FAIL, cache={**ENCRYPTED, "transitEncryptionEnabled": False}),
    case(appsync.cache_encrypted, FAIL, cache={"status": "AVAILABLE"}),
    case(appsync.cache_encrypted, SKIP, cache=None),
    case(appsync.cache_encrypted, UNKNOWN, cache=DENIED),
    case(appsync.queries_bounded, PASS, item=api(queryDepthLimit=10)),
    case(appsync.queries_bounded, PASS, item=api(resolverCountLimit=100)),
    case(appsync.queries_bounded, FAIL, item=api(queryDepthLimit=0, resolverCountLimit=0)),
    case(appsync.queries_bounded, FAIL, item=api()),
]
