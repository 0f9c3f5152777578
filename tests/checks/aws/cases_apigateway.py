import json
from datetime import timedelta
from typing import Any

from checks.aws import apigateway, apigateway_http, apigateway_stages
from tests.cases import DENIED, FAIL, NOW, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import FOREIGN, MANAGED, OWN, PERHAPS, PUBLIC, SIBLING

PRIVATE = {"endpointConfiguration": {"types": ["PRIVATE"]}}
REGIONAL = {"endpointConfiguration": {"types": ["REGIONAL"]}}
NAME = resource("aws.apigateway.domain_name", item={"domainName": "api.example.com"})
API = "arn:aws:apigateway:eu-west-1::/restapis/a"
STAGE = f"{API}/stages/prod"
SECRET, PLAIN = ({"$secret": {"hash": "0f", "detected": kinds}} for kinds in (["AWS Access Key"], []))


def escaped(policy: Any) -> str:
    """Return a policy as API Gateway tells it: with its quotes escaped."""
    return json.dumps(json.dumps(policy))[1:-1]


def methods(*given: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"path": "/orders", "methods": list(given)}]


def method(name: str = "GET", authorization: str = "NONE", **more: Any) -> dict[str, Any]:
    return {"httpMethod": name, "authorizationType": authorization, "apiKeyRequired": False, **more}


def route(key: str, authorization: str | None = "NONE", *, keyed: bool = False) -> dict[str, Any]:
    return {"RouteKey": key, "AuthorizationType": authorization, "ApiKeyRequired": keyed}


def settings(**given: Any) -> dict[str, Any]:
    return {"methodSettings": {"*/*": given}}


def made(days: int, *, enabled: bool = True) -> dict[str, Any]:
    return {"enabled": enabled, "createdDate": (NOW - timedelta(days=days)).isoformat()}


HTTP, SOCKET = {"ProtocolType": "HTTP"}, {"ProtocolType": "WEBSOCKET"}
OPEN_METHOD = methods(method())
CACHED = {"cacheClusterEnabled": True}

CASES = [
    case(apigateway.methods_authorized, PASS, item=REGIONAL, methods=methods(method(authorization="AWS_IAM"))),
    case(apigateway.methods_authorized, PASS, item=REGIONAL, methods=methods(method("OPTIONS"))),
    case(apigateway.methods_authorized, PASS, item=REGIONAL, methods=methods(method(apiKeyRequired=True))),
    case(apigateway.methods_authorized, PASS, item={**REGIONAL, "policy": escaped(OWN)}, methods=OPEN_METHOD),
    case(apigateway.methods_authorized, FAIL, item=REGIONAL, methods=OPEN_METHOD),
    case(apigateway.methods_authorized, FAIL, item={**REGIONAL, "policy": escaped(PUBLIC)}, methods=OPEN_METHOD),
    case(apigateway.methods_authorized, FAIL, item={**REGIONAL, "policy": json.dumps(PUBLIC)}, methods=OPEN_METHOD),
    case(apigateway.methods_authorized, UNKNOWN, item={**REGIONAL, "policy": escaped(PERHAPS)}, methods=OPEN_METHOD),
    case(apigateway.methods_authorized, SKIP, item=PRIVATE, methods=OPEN_METHOD),
    case(apigateway.methods_authorized, UNKNOWN, item=REGIONAL, methods=DENIED),
    case(apigateway.private_stays_private, PASS, item={**PRIVATE, "policy": escaped(SIBLING)}, inventory=MANAGED),
    case(apigateway.private_stays_private, PASS, item=PRIVATE),
    case(apigateway.private_stays_private, FAIL, item={**PRIVATE, "policy": escaped(FOREIGN)}, inventory=MANAGED),
    case(apigateway.private_stays_private, FAIL, item={**PRIVATE, "policy": escaped(PUBLIC)}, inventory=MANAGED),
    case(apigateway.private_stays_private, SKIP, item={**REGIONAL, "policy": escaped(PUBLIC)}),
    case(apigateway.requests_validated, PASS, methods=methods(method(requestValidatorId="v"), method("OPTIONS"))),
    case(apigateway.requests_validated, FAIL, methods=methods(method(requestValidatorId="v"), method("POST"))),
    case(apigateway.requests_validated, SKIP, methods=[]),
    case(apigateway.default_endpoint_off, PASS, item={**REGIONAL, "disableExecuteApiEndpoint": True}, inventory=[NAME]),
    case(apigateway.default_endpoint_off, PASS, item=PRIVATE, inventory=[NAME]),
    case(apigateway.default_endpoint_off, FAIL, item=REGIONAL, inventory=[NAME]),
    case(apigateway.default_endpoint_off, SKIP, item=REGIONAL),
    case(apigateway.default_endpoint_off, UNKNOWN, item=REGIONAL, inventory=[unlisted("aws.apigateway.domain_name")]),
    case(apigateway_http.routes_authorized, PASS, item=HTTP, routes=[route("GET /", "JWT"), route("OPTIONS /{proxy+}")]),
    case(apigateway_http.routes_authorized, PASS, item=SOCKET, routes=[route("$connect", "AWS_IAM"), route("$default")]),
    case(apigateway_http.routes_authorized, PASS, item=SOCKET, routes=[route("$connect", keyed=True)]),
    case(apigateway_http.routes_authorized, FAIL, item=SOCKET, routes=[route("$connect"), route("send", "NONE")]),
    case(apigateway_http.routes_authorized, FAIL, item=HTTP, routes=[route("$default", None)]),
    case(apigateway_http.origins_named, PASS, item=HTTP),
    case(apigateway_http.origins_named, PASS, item={**HTTP, "CorsConfiguration": {"AllowOrigins": ["https://a.example"]}}),
    case(apigateway_http.origins_named, FAIL, item={**HTTP, "CorsConfiguration": {"AllowOrigins": ["*"]}}),
    case(apigateway_http.default_endpoint_off, PASS, item={**HTTP, "DisableExecuteApiEndpoint": True}, inventory=[NAME]),
    case(apigateway_http.default_endpoint_off, FAIL, item=HTTP, inventory=[NAME]),
    case(apigateway_http.default_endpoint_off, SKIP, item=HTTP),
    case(apigateway.tls_current, PASS, item={"securityPolicy": "TLS_1_2"}),
    case(apigateway.tls_current, PASS, item={"securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09"}),
    case(apigateway.tls_current, FAIL, item={"securityPolicy": "TLS_1_0"}),
    case(apigateway.trust_store_sound, PASS, item={"mutualTlsAuthentication": {"truststoreUri": "s3://b/k"}}),
    case(
        apigateway.trust_store_sound,
        FAIL,
        item={"mutualTlsAuthentication": {"truststoreUri": "s3://b/k", "truststoreWarnings": ["a certificate has ended"]}},
    ),
    case(apigateway.trust_store_sound, SKIP, item={}),
    case(apigateway.replaced_yearly, PASS, item=made(364)),
    case(apigateway.replaced_yearly, FAIL, item=made(366)),
    case(apigateway.replaced_yearly, SKIP, item=made(366, enabled=False)),
    case(apigateway_stages.access_logged, PASS, item={"accessLogSettings": {"destinationArn": "arn"}}),
    case(apigateway_stages.access_logged, FAIL, item={}),
    case(apigateway_stages.execution_logged, PASS, item=settings(loggingLevel="ERROR")),
    case(apigateway_stages.execution_logged, FAIL, item=settings(loggingLevel="OFF")),
    case(apigateway_stages.execution_logged, FAIL, item={"methodSettings": {"orders/GET": {"loggingLevel": "INFO"}}}),
    case(apigateway_stages.execution_logged, FAIL, item={}),
    case(
        apigateway_stages.execution_logged,
        FAIL,
        item={"methodSettings": {"*/*": {"loggingLevel": "INFO"}, "orders/GET": {"loggingLevel": "OFF"}}},
    ),
    case(apigateway_stages.traced, PASS, item={"tracingEnabled": True}),
    case(apigateway_stages.traced, FAIL, item={}),
    case(apigateway_stages.cache_encrypted, PASS, item={**CACHED, **settings(cachingEnabled=True, cacheDataEncrypted=True)}),
    case(apigateway_stages.cache_encrypted, PASS, item={**CACHED, **settings(cachingEnabled=False)}),
    case(apigateway_stages.cache_encrypted, FAIL, item={**CACHED, **settings(cachingEnabled=True, cacheDataEncrypted=False)}),
    case(apigateway_stages.cache_encrypted, SKIP, item=settings(cachingEnabled=True)),
    case(apigateway_stages.backend_knows_it, PASS, item={"clientCertificateId": "c1"}),
    case(apigateway_stages.backend_knows_it, FAIL, item={}),
    case(apigateway_stages.without_secrets, PASS, item={"variables": {"table": PLAIN}}),
    case(apigateway_stages.without_secrets, FAIL, item={"variables": {"key": SECRET}}),
    case(apigateway_stages.web_firewall, PASS, id=STAGE, item={"webAclArn": "arn"}),
    case(apigateway_stages.web_firewall, FAIL, id=STAGE, item={}),
    case(
        apigateway_stages.web_firewall, FAIL, id=STAGE, item={}, inventory=[resource("aws.apigateway.rest_api", API, item={})]
    ),
    case(
        apigateway_stages.web_firewall,
        SKIP,
        id=STAGE,
        item={},
        inventory=[resource("aws.apigateway.rest_api", API, item=PRIVATE)],
    ),
    case(apigateway_stages.web_firewall, UNKNOWN, id=STAGE, item={}, inventory=[unlisted("aws.apigateway.rest_api")]),
    case(apigateway_stages.throttled, PASS, item=settings(throttlingRateLimit=50.0)),
    case(apigateway_stages.throttled, PASS, item=settings(throttlingRateLimit=0)),
    case(apigateway_stages.throttled, FAIL, item=settings(throttlingRateLimit=-1)),
    case(apigateway_stages.throttled, FAIL, item={}),
    case(apigateway_http.access_logged, PASS, item={"AccessLogSettings": {"DestinationArn": "arn"}}),
    case(apigateway_http.access_logged, FAIL, item={}),
    case(apigateway_http.throttled, PASS, item={"DefaultRouteSettings": {"ThrottlingRateLimit": 50.0}}),
    case(apigateway_http.throttled, FAIL, item={"DefaultRouteSettings": {"DetailedMetricsEnabled": False}}),
    case(apigateway_http.without_secrets, PASS, item={"StageVariables": {"table": PLAIN}}),
    case(apigateway_http.without_secrets, FAIL, item={"StageVariables": {"key": SECRET}}),
]
