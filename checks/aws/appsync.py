"""Checks on GraphQL APIs of AWS AppSync."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

API = "aws.appsync.graphql_api"
SET = "aws appsync update-graphql-api --api-id ID --name {name} --region {region} "
KEYS = "API_KEY"
QUIET = "NONE"
LONGEST = timedelta(days=90)
# Source: API reference, "GraphqlApi": 0, the default, sets no limit.
NO_LIMIT = 0


def _ways_in(api: Resource) -> list[str]:
    item = api["item"]
    more = [each["authenticationType"] for each in item.get("additionalAuthenticationProviders") or []]
    return [item["authenticationType"], *more]


@check(
    "aws.appsync.graphql_api.callers_named",
    on=API,
    control="access.public_grant",
    severity=Severity.HIGH,
    title="GraphQL API asks who calls, not for a key that all share",
    risk="The key stands in every page and app, and whoever reads it there calls as anybody.",
    fix=SET + "--authentication-type AWS_IAM, or a user pool",
)
def callers_named(api: Resource) -> Verdict:
    ways = _ways_in(api)
    return failed("a shared key is enough") if KEYS in ways else passed(f"asks by {', '.join(ways)}")


@check(
    "aws.appsync.graphql_api.keys_end_soon",
    on=API,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Keys of the GraphQL API end within ninety days",
    risk="A key that somebody found opens the API for a year.",
    fix="aws appsync update-api-key --api-id ID --id KEY --expires TIME --region {region}",
)
def keys_end_soon(api: Resource, now: datetime) -> Verdict:
    ends = [datetime.fromtimestamp(each["expires"], UTC) for each in api["keys"] or []]
    valid = [each for each in ends if each > now]
    if not valid or KEYS not in _ways_in(api):
        return skipped("no key opens it")
    last = max(valid)
    return (failed if last - now > LONGEST else passed)(f"the last key ends on {last:%Y-%m-%d}")


@check(
    "aws.appsync.graphql_api.schema_hidden",
    on=API,
    control="application.exposure",
    severity=Severity.LOW,
    title="GraphQL API does not tell strangers its schema",
    risk="Attackers read all that may be asked and changed, instead of guessing it.",
    fix=SET + "--introspection-config DISABLED",
)
def schema_hidden(api: Resource) -> Verdict:
    state = api["item"].get("introspectionConfig", "ENABLED")
    return (passed if state == "DISABLED" else failed)(f"introspection is {state.lower()}")


@check(
    "aws.appsync.graphql_api.web_firewall",
    on=API,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Public GraphQL API stands behind a web firewall",
    risk="Common attacks on web applications, and floods of requests, reach the API as they come.",
    fix="aws wafv2 associate-web-acl --web-acl-arn ACL --resource-arn {id} --region {region}",
)
def web_firewall(api: Resource) -> Verdict:
    item = api["item"]
    if acl := item.get("wafWebAclArn"):
        return passed(f"behind {acl}")
    return skipped("the API is private") if item.get("visibility") == "PRIVATE" else failed("no web ACL is associated")


@check(
    "aws.appsync.graphql_api.private",
    on=API,
    control="network.public_access",
    severity=Severity.LOW,
    title="GraphQL API with callers of the account alone is private",
    risk="Whoever steals credentials uses them from anywhere in the world.",
    fix="Create the API anew with --visibility PRIVATE; it cannot be changed later",
)
def private(api: Resource) -> Verdict:
    if api["item"].get("visibility", "GLOBAL") == "PRIVATE":
        return passed("reached from within VPCs alone")
    ways = set(_ways_in(api))
    return failed("reached from everywhere") if ways == {"AWS_IAM"} else skipped("meant for callers outside of AWS")


@check(
    "aws.appsync.graphql_api.fields_logged",
    on=API,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="GraphQL API logs what it is asked",
    risk="Nobody can tell who asked for what before, during and after an attack.",
    fix=SET + "--log-config fieldLogLevel=ERROR,cloudWatchLogsRoleArn=ROLE",
)
def fields_logged(api: Resource) -> Verdict:
    level = (api["item"].get("logConfig") or {}).get("fieldLogLevel", QUIET)
    return (failed if level == QUIET else passed)(f"level is {level}")


@check(
    "aws.appsync.graphql_api.cache_encrypted",
    on=API,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Cache of the GraphQL API is encrypted, stored and on its way",
    risk="Answers, and what they tell of people, are stored and sent in the clear.",
    fix="aws appsync delete-api-cache, then create-api-cache with --transit-encryption-enabled --at-rest-encryption-enabled",
)
def cache_encrypted(api: Resource) -> Verdict:
    cache = api["cache"]
    if not cache:
        return skipped("the API has no cache")
    kinds = {"atRestEncryptionEnabled": "stored", "transitEncryptionEnabled": "on its way"}
    clear = [word for name, word in kinds.items() if not cache.get(name)]
    return failed(f"in the clear: {', '.join(clear)}") if clear else passed("encrypted, stored and on its way")


@check(
    "aws.appsync.graphql_api.queries_bounded",
    on=API,
    control="resilience.floods",
    severity=Severity.LOW,
    title="GraphQL API bounds how deep a question may go",
    risk="One small question that goes round in circles keeps the API, and what is behind it, busy.",
    fix=SET + "--query-depth-limit 10 --resolver-count-limit 100",
)
def queries_bounded(api: Resource) -> Verdict:
    item = api["item"]
    depth, count = item.get("queryDepthLimit") or NO_LIMIT, item.get("resolverCountLimit") or NO_LIMIT
    return passed(f"depth {depth}, resolvers {count}") if depth or count else failed("neither depth nor resolvers are limited")
