"""Checks on HTTP and WebSocket APIs of Amazon API Gateway, and on their stages."""

from __future__ import annotations

from checks.aws.apigateway import DOMAIN, OPEN, PREFLIGHT, default_address, listed
from checks.aws.apigateway_stages import detected_in
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

HTTP, HTTP_STAGE = "aws.apigateway.http_api", "aws.apigateway.http_stage"
SET_HTTP = "aws apigatewayv2 update-stage --api-id ID --stage-name STAGE --region {region} "


@check(
    "aws.apigateway.http_api.routes_authorized",
    on=HTTP,
    control="access.public_grant",
    severity=Severity.MEDIUM,
    title="Routes of the API ask who calls",
    risk="Whoever knows the address calls them, and makes what is behind them work, and cost.",
    fix="aws apigatewayv2 update-route --api-id ID --route-id ID --authorization-type JWT --authorizer-id ID --region {region}",
)
def routes_authorized(api: Resource) -> Verdict:
    websocket = api["item"]["ProtocolType"] == "WEBSOCKET"
    found = []
    for route in api["routes"] or []:
        # Who may send over a connection was asked when it was made. Source: developer guide, "WebSocket API access".
        due = not websocket or route["RouteKey"] == "$connect"
        open_to_all = (route.get("AuthorizationType") or OPEN) == OPEN and not route.get("ApiKeyRequired")
        if due and open_to_all and not route["RouteKey"].startswith(PREFLIGHT):
            found.append(route["RouteKey"])
    return failed(f"open: {listed(found)}") if found else passed("every route asks who calls")


@check(
    "aws.apigateway.http_api.origins_named",
    on=HTTP,
    control="application.exposure",
    severity=Severity.LOW,
    title="API names the sites whose pages may call it",
    risk="A page of anybody, open in a user's browser, calls the API and reads the answers.",
    fix="aws apigatewayv2 update-api --api-id ID --cors-configuration AllowOrigins=https://SITE --region {region}",
)
def origins_named(api: Resource) -> Verdict:
    cors = api["item"].get("CorsConfiguration") or {}
    origins = cors.get("AllowOrigins") or []
    if not origins:
        return passed("pages of other sites may not call it")
    wide = [each for each in origins if each in ("*", "https://*", "http://*")]
    return failed(f"pages of {wide[0]} may call it") if wide else passed(f"pages of {', '.join(origins[:3])} may call it")


@check(
    "aws.apigateway.http_api.default_endpoint_off",
    on=HTTP,
    control="network.public_access",
    severity=Severity.LOW,
    title="API is reached by its domain name alone",
    risk="Over the address that AWS made, callers pass by client certificates, and by what stands before the name.",
    fix="aws apigatewayv2 update-api --api-id ID --disable-execute-api-endpoint --region {region}",
)
def default_endpoint_off(api: Resource, inventory: Inventory) -> Verdict:
    names = list(inventory.all(DOMAIN, region=api.region))
    return default_address(names, off=bool(api["item"].get("DisableExecuteApiEndpoint")))


@check(
    "aws.apigateway.http_stage.access_logged",
    on=HTTP_STAGE,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Stage logs who calls the API",
    risk="Nobody can tell who sent which requests before, during and after an attack.",
    fix=SET_HTTP + "--access-log-settings DestinationArn=GROUP,Format=FORMAT",
)
def access_logged(stage: Resource) -> Verdict:
    place = (stage["item"].get("AccessLogSettings") or {}).get("DestinationArn")
    return passed(f"logged to {place}") if place else failed("access logs are off")


@check(
    "aws.apigateway.http_stage.throttled",
    on=HTTP_STAGE,
    control="resilience.floods",
    severity=Severity.LOW,
    title="Stage limits how often it is called",
    risk="One API that is flooded uses up the region's limit, and all the others refuse their callers.",
    fix=SET_HTTP + "--default-route-settings ThrottlingRateLimit=RATE,ThrottlingBurstLimit=BURST",
)
def throttled(stage: Resource) -> Verdict:
    rate = (stage["item"].get("DefaultRouteSettings") or {}).get("ThrottlingRateLimit")
    return passed(f"{rate:g} calls a second") if rate else failed("only the account's limit holds")


@check(
    "aws.apigateway.http_stage.without_secrets",
    on=HTTP_STAGE,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Stage's variables hold no secrets",
    risk="Everybody who may read the stage's settings reads the secret.",
    fix="Keep the secret in Secrets Manager, and replace it: it must be taken for known",
)
def without_secrets(stage: Resource) -> Verdict:
    return detected_in(stage["item"].get("StageVariables") or {})
