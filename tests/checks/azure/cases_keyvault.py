"""Cases of key vaults, managed HSMs, their keys and secrets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from checks.azure import keyvault
from tests.cases import DENIED, FAIL, NOW, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import row

EXPIRES = {check.on: check for check in keyvault.EXPIRES}
SECRET, KEY = EXPIRES["azure.keyvault.secret"], EXPIRES["azure.keyvault.key"]


def seconds(**ago: float) -> int:
    """Return a time before now, as keys and secrets tell it."""
    return int((NOW - timedelta(**ago)).timestamp())


def dated(*, enabled: bool | None = True, **times: int | None) -> dict[str, Any]:
    return row(attributes={"enabled": enabled, **times})


def certificate(days: int, kind: str = "Application/x-PKCS12", *, enabled: bool = True) -> dict[str, Any]:
    """Return a secret that holds what *kind* says, valid from now for so many days, counted backwards."""
    return row(contentType=kind, attributes={"enabled": enabled, "nbf": seconds(minutes=10), "exp": seconds(days=days)})


def rotating(expiry: str | None = None, action: str = "Rotate", **trigger: str) -> dict[str, Any]:
    return {"lifetimeActions": [{"trigger": trigger, "action": {"type": action}}], "attributes": {"expiryTime": expiry}}


def rules(action: str | None, *addresses: str, **more: Any) -> dict[str, Any]:
    return row(networkAcls={"defaultAction": action, "ipRules": [{"value": each} for each in addresses]}, **more)


def listed(*, roles: bool | None = None, **permissions: list[str]) -> dict[str, Any]:
    return row(enableRbacAuthorization=roles, accessPolicies=[{"objectId": "someone", "permissions": permissions}])


def then(text: str) -> datetime:
    return datetime.fromisoformat(text)


CASES = [
    *(case(check, PASS, item=row(enablePurgeProtection=True)) for check in keyvault.PURGE_PROTECTED),
    *(case(check, FAIL, item=row(enablePurgeProtection=None)) for check in keyvault.PURGE_PROTECTED),
    *(case(check, PASS, item=row(enableSoftDelete=True)) for check in keyvault.deleted_kept),
    *(case(check, PASS, item=row(softDeleteRetentionInDays=30)) for check in keyvault.deleted_kept),
    *(case(check, FAIL, item=row(softDeleteRetentionInDays=7)) for check in keyvault.deleted_kept),
    *(case(check, FAIL, item=row(enableSoftDelete=False)) for check in keyvault.deleted_kept),
    *(case(check, PASS, item=rules("Deny", "192.0.2.0/24")) for check in keyvault.networks_narrow),
    *(case(check, PASS, item=rules("Allow", publicNetworkAccess="disabled")) for check in keyvault.networks_narrow),
    *(case(check, FAIL, item=rules("Allow")) for check in keyvault.networks_narrow),
    *(case(check, FAIL, item=rules("Deny", "0.0.0.0/0")) for check in keyvault.networks_narrow),
    *(case(check, FAIL, item=row(networkAcls=None)) for check in keyvault.networks_narrow),
    case(keyvault.ROLES_DECIDE[0], PASS, item=row(enableRbacAuthorization=True)),
    case(keyvault.ROLES_DECIDE[0], FAIL, item=row(enableRbacAuthorization=None)),
    case(keyvault.TEMPLATES_KEPT_OUT[0], PASS, item=row()),
    case(keyvault.TEMPLATES_KEPT_OUT[0], FAIL, item=row(enabledForTemplateDeployment=True)),
    case(keyvault.ACTIVATED[0], PASS, item=row(securityDomainProperties={"activationStatus": "Active"})),
    case(keyvault.ACTIVATED[0], FAIL, item=row(securityDomainProperties={"activationStatus": "NotActivated"})),
    case(keyvault.ACTIVATED[0], UNKNOWN, item=row()),
    case(keyvault.access_narrow, PASS, item=listed(secrets=["Get", "List"])),
    case(keyvault.access_narrow, PASS, item=row(accessPolicies=[])),
    case(keyvault.access_narrow, FAIL, item=listed(keys=["get"], secrets=["Purge"])),
    case(keyvault.access_narrow, FAIL, item=listed(certificates=["All"], roles=False)),
    case(keyvault.access_narrow, SKIP, item=listed(keys=["all"], roles=True)),
    *(case(check, PASS, item=dated(exp=seconds(days=-30))) for check in keyvault.EXPIRES),
    *(case(check, PASS, item=row(attributes={"exp": seconds(days=-30)})) for check in keyvault.EXPIRES),
    *(case(check, FAIL, item=dated(exp=seconds(days=1))) for check in keyvault.EXPIRES),
    *(case(check, FAIL, item=dated(exp=None)) for check in keyvault.EXPIRES),
    *(case(check, SKIP, item=dated(enabled=False, exp=None)) for check in keyvault.EXPIRES),
    case(KEY, PASS, item=dated(exp=seconds(days=-30)), now=then("2026-06-30T00:00:00+00:00")),
    case(KEY, FAIL, item=dated(exp=seconds(days=-30)), now=then("2026-07-02T00:00:00+00:00")),
    case(keyvault.renewed, PASS, item=dated(created=seconds(days=300))),
    case(keyvault.renewed, FAIL, item=dated(created=seconds(days=366))),
    case(keyvault.renewed, UNKNOWN, item=dated(created=None)),
    case(keyvault.renewed, SKIP, item=dated(enabled=False, created=seconds(days=900))),
    case(keyvault.removed, PASS, item=dated(exp=seconds(days=89))),
    case(keyvault.removed, FAIL, item=dated(enabled=False, exp=seconds(days=91))),
    case(keyvault.removed, SKIP, item=dated(exp=None)),
    case(keyvault.certificate_brief, PASS, item=certificate(-366)),
    case(keyvault.certificate_brief, PASS, item=certificate(-90, "application/x-pem-file")),
    case(keyvault.certificate_brief, FAIL, item=certificate(-730)),
    case(keyvault.certificate_brief, SKIP, item=certificate(-730, "text/plain")),
    case(keyvault.certificate_brief, SKIP, item=dated(exp=seconds(days=-730))),
    case(keyvault.certificate_brief, SKIP, item=certificate(-730, enabled=False)),
    case(keyvault.certificate_brief, UNKNOWN, item=row(contentType="application/x-pkcs12", attributes={"enabled": True})),
    *(case(check, PASS, item=dated(), rotation=rotating(timeAfterCreate="P18M")) for check in keyvault.rotates),
    *(
        case(check, PASS, item=dated(), rotation=rotating("P1Y", "rotate", timeBeforeExpiry="P30D"))
        for check in keyvault.rotates
    ),
    *(
        case(check, FAIL, item=dated(), rotation=rotating("P1Y", "Notify", timeBeforeExpiry="P30D"))
        for check in keyvault.rotates
    ),
    *(case(check, FAIL, item=dated(), rotation=rotating(timeAfterCreate="P5Y")) for check in keyvault.rotates),
    *(case(check, FAIL, item=dated(), rotation=None) for check in keyvault.rotates),
    *(case(check, UNKNOWN, item=dated(), rotation=rotating(timeBeforeExpiry="P30D")) for check in keyvault.rotates),
    *(case(check, UNKNOWN, item=dated(), rotation=DENIED) for check in keyvault.rotates),
    *(case(check, SKIP, item=dated(enabled=False), rotation=None) for check in keyvault.rotates),
]
