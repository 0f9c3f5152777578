"""Cases of container apps, jobs and environments."""

from __future__ import annotations

from typing import Any

from checks.azure import containerapps as apps
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.cases_aci import OWN, PLAIN, SECRET
from tests.checks.azure.cases_aks import PRICING, SCANS
from tests.checks.azure.data import below, handed, row

ENVIRONMENT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.App/managedEnvironments/e"
OPEN = resource(apps.ENVIRONMENT, ENVIRONMENT.lower(), item=row(publicNetworkAccess="Enabled"))
INNER = resource(apps.ENVIRONMENT, ENVIRONMENT.lower(), item=row(vnetConfiguration={"internal": True}))
SECRETS, PULLED, VAULT = apps.without_secrets, apps.images_pulled_by_identity, apps.secrets_in_vault
OFFICE = {"name": "office", "ipAddressRange": "203.0.113.0/24", "action": "Allow"}
EXTERNAL = {"external": True}


def called(**ingress: Any) -> dict[str, Any]:
    return row(environmentId=ENVIRONMENT, configuration={"ingress": ingress or None})


def runs(image: str = OWN, env: Any = None, **configuration: Any) -> dict[str, Any]:
    template = {"containers": [{"name": "c", "image": image, "env": env}], "initContainers": None}
    return row(template=template, configuration=configuration)


def signing(enabled: bool = True, action: str = "Return401") -> list[dict[str, Any]]:
    return [below("current", platform={"enabled": enabled}, globalValidation={"unauthenticatedClientAction": action})]


CASES = [
    case(apps.ingress_encrypted, PASS, item=called(allowInsecure=False)),
    case(apps.ingress_encrypted, FAIL, item=called(allowInsecure=True)),
    case(apps.ingress_encrypted, SKIP, item=called()),
    case(apps.ingress_narrow, PASS, item=called(external=False, targetPort=80)),
    case(apps.ingress_narrow, PASS, item=called()),
    case(apps.ingress_narrow, PASS, item=called(external=True, ipSecurityRestrictions=[OFFICE])),
    case(apps.ingress_narrow, PASS, item=called(external=True), inventory=[INNER]),
    case(apps.ingress_narrow, FAIL, item=called(external=True), inventory=[OPEN]),
    case(
        apps.ingress_narrow,
        FAIL,
        item=called(external=True, ipSecurityRestrictions=[{**OFFICE, "action": "Deny"}]),
        inventory=[OPEN],
    ),
    case(
        apps.ingress_narrow,
        FAIL,
        item=called(external=True, ipSecurityRestrictions=[{**OFFICE, "ipAddressRange": "0.0.0.0/0"}]),
        inventory=[OPEN],
    ),
    case(apps.ingress_narrow, UNKNOWN, item=called(external=True)),
    case(apps.ingress_narrow, UNKNOWN, item=called(external=True), inventory=[unlisted(apps.ENVIRONMENT)]),
    case(apps.callers_sign_in, PASS, item=called(external=True), sign_in=signing()),
    case(apps.callers_sign_in, FAIL, item=called(external=True), sign_in=[]),
    case(apps.callers_sign_in, FAIL, item=called(external=True), sign_in=signing(enabled=False)),
    case(apps.callers_sign_in, FAIL, item=called(external=True), sign_in=signing(action="AllowAnonymous")),
    case(apps.callers_sign_in, SKIP, item=called(), sign_in=[]),
    case(apps.callers_sign_in, UNKNOWN, item=called(external=True), sign_in=DENIED),
    case(apps.cors_narrow, PASS, item=called(external=True, corsPolicy={"allowedOrigins": ["https://a.example"]})),
    case(apps.cors_narrow, PASS, item=called()),
    case(apps.cors_narrow, FAIL, item=called(external=True, corsPolicy={"allowedOrigins": ["*"]})),
    case(apps.own_names_encrypted, PASS, item=called(customDomains=[{"name": "a.example", "bindingType": "SniEnabled"}])),
    case(apps.own_names_encrypted, FAIL, item=called(customDomains=[{"name": "a.example", "bindingType": "Disabled"}])),
    case(apps.own_names_encrypted, SKIP, item=called(**EXTERNAL)),
    *(
        each
        for secrets, vault, pulled, known, pinned, scanned in zip(
            SECRETS, VAULT, PULLED, apps.images_of_known_registry, apps.images_pinned, apps.images_scanned, strict=True
        )
        for each in (
            case(secrets, PASS, item=runs(env=[{"name": "A", "value": PLAIN}, {"name": "B", "secretRef": "b"}])),
            case(secrets, FAIL, item=runs(env=[{"name": "A", "value": SECRET}])),
            case(vault, PASS, item=runs(secrets=[{"name": "a", "keyVaultUrl": "https://v/secrets/a"}])),
            case(vault, FAIL, item=runs(secrets=[{"name": "a", "keyVaultUrl": "https://v/secrets/a"}, {"name": "b"}])),
            case(vault, SKIP, item=runs(secrets=None)),
            case(pulled, PASS, item=runs(registries=[{"server": "s", "identity": "system"}])),
            case(pulled, FAIL, item=runs(registries=[{"server": "s", "username": "u", "passwordSecretRef": "p"}])),
            case(pulled, SKIP, item=runs(registries=[])),
            case(known, PASS, item=runs()),
            case(known, FAIL, item=runs("nginx:latest")),
            case(pinned, PASS, item=runs()),
            case(pinned, FAIL, item=runs("shop.azurecr.io/shop:1")),
            case(scanned, PASS, item=runs(), inventory=[SCANS]),
            case(scanned, FAIL, item=runs(), inventory=[]),
            case(scanned, UNKNOWN, item=runs(), inventory=[unlisted(PRICING)]),
        )
    ),
    case(apps.several_replicas, PASS, item=row(template={"scale": {"minReplicas": 2}})),
    case(apps.several_replicas, FAIL, item=row(template={"scale": {"minReplicas": None}})),
    case(apps.failures_retried, PASS, item=row(configuration={"replicaRetryLimit": 1})),
    case(apps.failures_retried, FAIL, item=row(configuration={"replicaRetryLimit": 0})),
    case(apps.public_access_off, PASS, item=row(publicNetworkAccess="Disabled")),
    case(apps.public_access_off, PASS, item=row(vnetConfiguration={"internal": True})),
    case(apps.public_access_off, FAIL, item=row(vnetConfiguration=None)),
    case(apps.own_network, PASS, item=row(vnetConfiguration={"infrastructureSubnetId": "/x/subnets/apps"})),
    case(apps.own_network, FAIL, item=row()),
    case(apps.apps_encrypt, PASS, item=row(peerTrafficConfiguration={"encryption": {"enabled": True}})),
    case(apps.apps_encrypt, PASS, item=row(peerAuthentication={"mtls": {"enabled": True}})),
    case(apps.apps_encrypt, FAIL, item=row(peerAuthentication={"mtls": {"enabled": False}})),
    case(apps.output_logged, PASS, item=row(appLogsConfiguration={"destination": "log-analytics"})),
    case(
        apps.output_logged,
        PASS,
        item=row(appLogsConfiguration={"destination": "azure-monitor"}),
        diagnostics=handed("ContainerAppConsoleLogs"),
    ),
    case(apps.output_logged, FAIL, item=row(appLogsConfiguration={"destination": "azure-monitor"}), diagnostics=[]),
    case(apps.output_logged, FAIL, item=row(appLogsConfiguration={"destination": None}), diagnostics=[]),
    case(apps.output_logged, UNKNOWN, item=row(appLogsConfiguration={"destination": "azure-monitor"}), diagnostics=DENIED),
]
