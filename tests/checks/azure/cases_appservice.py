"""Cases of how apps, functions and their slots are set up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from checks.azure import appservice
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.azure.cases_aks import PRICING, plan
from tests.checks.azure.data import below, handed, row
from tests.checks.azure.sites import IDENTITY, LINUX, graph, of_identity, set_in_row, told

WINDOWS = row({"kind": "app"}, reserved=False)
SIGN_IN, PUBLISHING, TLS = appservice.callers_sign_in[0], appservice.basic_publishing_off[0], appservice.modern_tls[0]
OF_WINDOWS = {"windowsFxVersion": "DOCKER|mcr.microsoft.com/dotnet/samples:1"}
NAMES, RUNTIME, FUNCTIONS = appservice.own_names_encrypted[0], appservice.supported_runtime[0], appservice.supported_runtime[1]
IMAGE, PULLED, CORS = appservice.image_of_known_registry[0], appservice.image_pulled_by_identity[0], appservice.cors_narrow[0]
LATER = datetime(2027, 5, 1, tzinfo=UTC)


def signing(enabled: bool = True, required: bool = True, action: str = "Return401", paths: Any = None) -> dict[str, Any]:
    validation = {"requireAuthentication": required, "unauthenticatedClientAction": action, "excludedPaths": paths}
    return {"platform": {"enabled": enabled}, "globalValidation": validation}


def published(**allowed: bool) -> list[dict[str, Any]]:
    return [below(name, allow=value) for name, value in allowed.items()]


def named(*names: tuple[str, str], default: str = "shop.azurewebsites.net") -> dict[str, Any]:
    states = [{"name": name, "sslState": state, "hostType": "Standard"} for name, state in names]
    scm = {"name": "shop.scm.azurewebsites.net", "sslState": "Disabled", "hostType": "Repository"}
    return row(defaultHostName=default, hostNameSslStates=[*states, scm])


def runs(linux: str, now: Any = None) -> dict[str, Any]:
    return {"item": LINUX, "settings": graph(linuxFxVersion=linux)} | ({"now": now} if now else {})


CASES = [
    *(case(each, PASS, item=row(), sign_in=signing()) for each in appservice.callers_sign_in),
    *(case(each, FAIL, item=row(), sign_in=signing(enabled=False)) for each in appservice.callers_sign_in),
    *(case(each, UNKNOWN, item=row(), sign_in=DENIED) for each in appservice.callers_sign_in),
    case(SIGN_IN, FAIL, item=row(), sign_in=signing(required=False)),
    case(SIGN_IN, FAIL, item=row(), sign_in=signing(action="allowanonymous")),
    case(SIGN_IN, FAIL, item=row(), sign_in=signing(paths=["/*"])),
    case(SIGN_IN, PASS, item=row(), sign_in=signing(paths=["/health"])),
    case(SIGN_IN, FAIL, item=row(), sign_in={"platform": None, "globalValidation": None}),
    *(case(each, PASS, item=row(), publishing=published(ftp=False, scm=False)) for each in appservice.basic_publishing_off),
    *(case(each, FAIL, item=row(), publishing=published(ftp=False, scm=True)) for each in appservice.basic_publishing_off),
    case(PUBLISHING, FAIL, item=row(), publishing=published(scm=False)),
    case(PUBLISHING, UNKNOWN, item=row(), publishing=DENIED),
    *(case(each, PASS, item=row({"identity": IDENTITY})) for each in appservice.managed_identity),
    *(case(each, FAIL, item=row({"identity": {"type": "None"}})) for each in appservice.managed_identity),
    case(appservice.managed_identity[0], FAIL, item=row()),
    *of_identity(appservice.identity_not_administrator, row({"identity": IDENTITY})),
    case(appservice.identity_not_administrator[0], SKIP, item=row()),
    *told(appservice.cors_narrow, {"cors": {"AllowedOrigins": ["https://a.example"]}}, {"cors": {"AllowedOrigins": ["*"]}}),
    case(CORS, PASS, item=row(), settings=graph(cors=None), config={"cors": None}),
    *told(appservice.remote_debugging_off, {"remoteDebuggingEnabled": False}, {"remoteDebuggingEnabled": True}),
    *set_in_row(appservice.https_only, {"httpsOnly": True}, {"httpsOnly": False}),
    case(appservice.https_only[0], FAIL, item=row()),
    *told(
        appservice.modern_tls,
        {"minTlsVersion": "1.2", "scmMinTlsVersion": "1.3"},
        {"minTlsVersion": "1.0", "scmMinTlsVersion": "1.2"},
    ),
    case(TLS, FAIL, item=row(), settings=graph(minTlsVersion="1.2", scmMinTlsVersion="1.1")),
    case(TLS, UNKNOWN, item=row(), settings=graph(minTlsVersion="1.2"), config={"scmMinTlsVersion": None}),
    *told(appservice.ftp_encrypted, {"ftpsState": "FtpsOnly"}, {"ftpsState": "AllAllowed"}),
    case(appservice.ftp_encrypted[0], PASS, item=row(), settings=graph(ftpsState="Disabled")),
    case(appservice.ftp_encrypted[0], UNKNOWN, item=row(), settings=[], config={"ftpsState": None}),
    *told(appservice.http2, {"http20Enabled": True}, {"http20Enabled": False}),
    *(case(each, PASS, item=named(("shop.example", "SniEnabled"))) for each in appservice.own_names_encrypted),
    *(
        case(each, FAIL, item=named(("shop.example", "SniEnabled"), ("www.shop.example", "Disabled")))
        for each in appservice.own_names_encrypted
    ),
    case(NAMES, SKIP, item=named(("shop.azurewebsites.net", "Disabled"))),
    case(NAMES, SKIP, item=named(("shop-1.eu-01.azurewebsites.net", "Disabled"), default="shop-1.eu-01.azurewebsites.net")),
    *(case(each, PASS, **runs("PYTHON|3.12")) for each in appservice.supported_runtime),
    *(case(each, FAIL, **runs("PYTHON|3.9")) for each in appservice.supported_runtime),
    case(RUNTIME, PASS, **runs("NODE|22-lts")),
    case(RUNTIME, FAIL, **runs("node|22-lts", now=LATER)),
    case(RUNTIME, FAIL, **runs("DOTNETCORE|6.0")),
    case(RUNTIME, FAIL, **runs("DOTNET-ISOLATED|7.0")),
    case(RUNTIME, PASS, **runs("JAVA|17-java17")),
    case(RUNTIME, PASS, **runs("TOMCAT|9.0-java11")),
    case(RUNTIME, FAIL, **runs("TOMCAT|8.5-java11")),
    case(RUNTIME, FAIL, **runs("PHP|8.1")),
    case(RUNTIME, PASS, **runs("JAVA|8u242")),
    case(RUNTIME, UNKNOWN, **runs("PYTHON|4.0")),
    case(RUNTIME, SKIP, **runs("DOCKER|shop.azurecr.io/shop:1"), config=None),
    case(RUNTIME, FAIL, item=WINDOWS, settings=graph(netFrameworkVersion="v6.0"), config=None),
    case(RUNTIME, PASS, item=WINDOWS, settings=graph(netFrameworkVersion="v8.0", phpVersion="5.6"), config=None),
    case(RUNTIME, SKIP, item=WINDOWS, settings=graph(netFrameworkVersion="v4.0", phpVersion="Off"), config=None),
    case(RUNTIME, PASS, item=WINDOWS, settings=graph(javaVersion="1.8"), config=None),
    case(RUNTIME, FAIL, item=WINDOWS, settings=graph(phpVersion="7.4", javaVersion="17"), config=None),
    case(FUNCTIONS, SKIP, item=WINDOWS, settings=graph(netFrameworkVersion="v6.0", powerShellVersion="~7"), config=None),
    case(FUNCTIONS, FAIL, item=WINDOWS, settings=graph(netFrameworkVersion="v6.0", powerShellVersion="7.2"), config=None),
    case(FUNCTIONS, PASS, item=row(functionAppConfig={"runtime": {"name": "node", "version": "22"}})),
    case(FUNCTIONS, FAIL, item=row(functionAppConfig={"runtime": {"name": "dotnet-isolated", "version": "6.0"}})),
    case(FUNCTIONS, SKIP, item=row(functionAppConfig={"runtime": {"name": "custom", "version": "1.0"}})),
    *(case(each, PASS, **runs("DOCKER|shop.azurecr.io/shop:1")) for each in appservice.image_of_known_registry),
    *(case(each, FAIL, **runs("DOCKER|nginx:latest")) for each in appservice.image_of_known_registry),
    *(case(each, PASS, item=row(), settings=graph(**OF_WINDOWS), config=None) for each in appservice.image_of_known_registry),
    *(case(each, PASS, item=row(), settings=[], config=OF_WINDOWS) for each in appservice.image_of_known_registry),
    case(IMAGE, SKIP, **runs("PYTHON|3.12")),
    *told(
        appservice.image_pulled_by_identity,
        {"linuxFxVersion": "DOCKER|shop.azurecr.io/shop:1", "acrUseManagedIdentityCreds": True},
        {"linuxFxVersion": "DOCKER|shop.azurecr.io/shop:1", "acrUseManagedIdentityCreds": False},
    ),
    case(PULLED, SKIP, **runs("DOCKER|nginx:latest")),
    case(appservice.use_logged[0], PASS, item=row(), diagnostics=handed("AppServiceHTTPLogs")),
    case(appservice.use_logged[1], PASS, item=row(), diagnostics=handed(group="allLogs")),
    case(appservice.use_logged[0], FAIL, item=row(), diagnostics=handed("AppServiceConsoleLogs")),
    case(appservice.use_logged[1], FAIL, item=row(), diagnostics=[]),
    case(appservice.use_logged[0], UNKNOWN, item=row(), diagnostics=DENIED),
    *(case(each, PASS, item=row(sku="Standard"), inventory=[plan("AppServices")]) for each in appservice.threats_watched),
    *(case(each, FAIL, item=row(), inventory=[plan("AppServices", tier="Free")]) for each in appservice.threats_watched),
    case(appservice.threats_watched[1], SKIP, item=row(sku="Dynamic")),
    case(appservice.threats_watched[0], UNKNOWN, item=row(), inventory=[unlisted(PRICING)]),
    *told([appservice.health_watched], {"healthCheckPath": "/health"}, {"healthCheckPath": ""}),
]
