from __future__ import annotations

from typing import Any

from checks.azure import entra_apps as apps
from tests.cases import ACCOUNT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case

PAST, SOON, LATER = "2026-05-01T00:00:00Z", "2026-06-10T00:00:00Z", "2027-01-01T00:00:00Z"
MADE, LONG_AGO = "2026-03-01T00:00:00Z", "2024-03-01T00:00:00Z"
GITHUB = "https://token.actions.githubusercontent.com"


def credential(end: str | None = LATER, start: str | None = MADE, **more: Any) -> dict[str, Any]:
    return {"keyId": "k", "displayName": None, "startDateTime": start, "endDateTime": end, **more}


def app(secrets: Any = (), certificates: Any = (), **more: Any) -> dict[str, Any]:
    return {"id": "a", "appId": "b", "passwordCredentials": list(secrets), "keyCredentials": list(certificates), **more}


def federated(subject: str | None = "repo:acme/app:ref:refs/heads/main", expression: str = "") -> dict[str, Any]:
    pattern = {"value": expression, "languageVersion": 1} if expression else None
    return {"name": "ci", "issuer": GITHUB, "subject": subject, "claimsMatchingExpression": pattern}


def sends(*addresses: str, kind: str = "web") -> dict[str, Any]:
    return app(**{kind: {"redirectUris": list(addresses)}})


def principal(secrets: Any = (), certificates: Any = (), owner: str = "vendor", kind: str = "Application") -> dict[str, Any]:
    return app(secrets, certificates, appOwnerOrganizationId=owner, servicePrincipalType=kind, displayName="Vendor")


CREDENTIALS = [
    case(apps.secrets_renewed, PASS, item=app([credential()])),
    case(apps.secrets_renewed, PASS, item=app([credential(), credential(PAST, LONG_AGO)])),
    case(apps.secrets_renewed, FAIL, item=app([credential(), credential(start=LONG_AGO)])),
    case(apps.secrets_renewed, FAIL, item=app([credential(None, None)])),
    case(apps.secrets_renewed, SKIP, item=app([credential(PAST, LONG_AGO)])),
    case(apps.no_secrets, PASS, item=app(certificates=[credential()])),
    case(apps.no_secrets, PASS, item=app([credential(PAST)], federatedIdentityCredentials=[federated()])),
    case(apps.no_secrets, FAIL, item=app([credential()], [credential()])),
    case(apps.no_secrets, SKIP, item=app()),
    case(apps.no_dead_credentials, PASS, item=app([credential()])),
    case(apps.no_dead_credentials, FAIL, item=app([credential()], [credential(PAST)])),
    case(apps.no_dead_credentials, SKIP, item=app()),
    case(apps.certificate_renewed, PASS, item=app(certificates=[credential(SOON), credential(LATER)])),
    case(apps.certificate_renewed, FAIL, item=app(certificates=[credential(SOON)])),
    case(apps.certificate_renewed, SKIP, item=app(certificates=[credential(PAST)])),
    case(apps.signing_certificate_renewed, PASS, item=principal(certificates=[credential(usage="Sign")])),
    case(apps.signing_certificate_renewed, FAIL, item=principal(certificates=[credential(SOON, usage="Sign")])),
    case(apps.signing_certificate_renewed, SKIP, item=principal(certificates=[credential(SOON, usage="Verify")])),
    case(
        apps.signing_certificate_renewed,
        SKIP,
        item=principal(certificates=[credential(SOON, usage="Sign")], kind="ManagedIdentity"),
    ),
    case(apps.no_added_credentials, PASS, item=principal()),
    case(apps.no_added_credentials, PASS, item=principal([credential(PAST)])),
    case(apps.no_added_credentials, FAIL, item=principal([credential()])),
    case(apps.no_added_credentials, SKIP, item=principal([credential()], owner=ACCOUNT)),
    case(apps.no_added_credentials, SKIP, item=principal([credential()], kind="ManagedIdentity")),
]
AUDIENCE = {"signInAudience": "AzureADMultipleOrgs"}
SETTINGS = [
    case(
        apps.addresses_safe,
        PASS,
        item=sends("https://app.example.com/cb", "http://localhost:8080", "urn:ietf:wg:oauth:2.0:oob"),
    ),
    case(apps.addresses_safe, PASS, item=sends("myapp://auth", kind="publicClient")),
    case(apps.addresses_safe, FAIL, item=sends("http://app.example.com/cb")),
    case(apps.addresses_safe, FAIL, item=sends("https://*.example.com/cb", kind="spa")),
    case(apps.addresses_safe, FAIL, item=sends("http://localhost.example.com")),
    case(apps.addresses_safe, FAIL, item=sends("http://[broken")),
    case(apps.addresses_safe, SKIP, item=app(web=None)),
    case(apps.no_implicit_tokens, PASS, item=app(web={"implicitGrantSettings": {"enableAccessTokenIssuance": False}})),
    case(apps.no_implicit_tokens, PASS, item=app()),
    case(apps.no_implicit_tokens, FAIL, item=app(web={"implicitGrantSettings": {"enableAccessTokenIssuance": True}})),
    case(apps.own_tenant, PASS, item=app(signInAudience="AzureADMyOrg")),
    case(apps.own_tenant, FAIL, item=app(**AUDIENCE)),
    case(apps.own_tenant, FAIL, item=app()),
    case(apps.properties_locked, PASS, item=app(servicePrincipalLockConfiguration={"isEnabled": True}, **AUDIENCE)),
    case(apps.properties_locked, FAIL, item=app(servicePrincipalLockConfiguration=None, **AUDIENCE)),
    case(apps.properties_locked, SKIP, item=app(signInAudience="AzureADMyOrg")),
    case(apps.tokens_pinned, PASS, item=app(federatedIdentityCredentials=[federated()])),
    case(
        apps.tokens_pinned,
        PASS,
        item=app(federatedIdentityCredentials=[federated(None, "claims['sub'] matches 'repo:acme/*'")]),
    ),
    case(
        apps.tokens_pinned,
        PASS,
        item=app(federatedIdentityCredentials=[federated("", "claims['sub'] eq 'repo:acme/app:pull_request'")]),
    ),
    case(
        apps.tokens_pinned,
        FAIL,
        item=app(federatedIdentityCredentials=[federated(), federated(None, "claims['sub'] matches 'repo:acme*'")]),
    ),
    case(apps.tokens_pinned, FAIL, item=app(federatedIdentityCredentials=[federated(None, "claims['sub'] matches 'repo:*'")])),
    case(apps.tokens_pinned, FAIL, item=app(federatedIdentityCredentials=[federated(None)])),
    case(apps.tokens_pinned, SKIP, item=app()),
]
ROLES = "9E3F62CF-ca93-4989-b6ce-bf83c28f9fe8"
MICROSOFT = principal(owner="F8CDEF31-a31e-4b4a-93e4-5f571e91255a")


def consented(scope: str, kind: str = "AllPrincipals") -> dict[str, Any]:
    return {"id": "c", "clientId": "app", "consentType": kind, "scope": scope, "resourceId": "graph"}


GRANTS = [
    case(apps.no_power, PASS, item={"appRoleId": "df021288-bdef-4463-88db-98f22de89214"}, service_principal=principal()),
    case(apps.no_power, FAIL, item={"appRoleId": ROLES}, service_principal=principal(owner=ACCOUNT)),
    case(apps.no_power, FAIL, item={"appRoleId": ROLES}, service_principal=None),
    case(apps.no_power, SKIP, item={"appRoleId": ROLES}, service_principal=MICROSOFT),
    case(apps.no_power, UNKNOWN, item={"appRoleId": ROLES}, service_principal=DENIED),
    case(apps.narrow, PASS, item=consented(" User.Read Mail.Read"), service_principal=principal()),
    case(apps.narrow, PASS, item=consented(""), service_principal=principal()),
    case(apps.narrow, FAIL, item=consented("User.Read Mail.Send"), service_principal=principal()),
    case(apps.narrow, FAIL, item=consented("mail.readwrite", "Principal"), service_principal=principal()),
    case(apps.narrow, SKIP, item=consented("Mail.Send"), service_principal=principal(owner=ACCOUNT)),
    case(apps.narrow, SKIP, item=consented("Mail.Send"), service_principal=MICROSOFT),
    case(apps.narrow, UNKNOWN, item=consented("Mail.Send"), service_principal=DENIED),
]
CASES = [*CREDENTIALS, *SETTINGS, *GRANTS]
