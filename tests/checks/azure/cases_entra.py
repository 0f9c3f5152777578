from __future__ import annotations

from typing import Any

from checks.azure import entra, entra_roles, entra_settings
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import handed
from tests.checks.azure.granted import APP, GUEST, TEAM, known, user

GLOBAL, READER = "62e90394-69f5-4237-9190-012177145e10", "f2ef992c-3afb-46b9-b7cf-a126ee74c451"


def at(path: str, value: Any) -> dict[str, Any]:
    """Return a document with a value at a dotted path."""
    step, _, rest = path.partition(".")
    return {step: at(rest, value) if rest else value}


def told(fact: str, value: Any) -> dict[str, Any]:
    return {fact: value}


GOOD: dict[str, Any] = {"true": True, "false": False}
SETTINGS = [
    each
    for made, check in zip(entra_settings.SETTINGS, entra_settings.SET, strict=True)
    for good in made.good
    for each in (
        case(check, PASS, **told(made.fact, at(made.path, GOOD.get(good, good)))),
        case(check, PASS, **told(made.fact, at(made.path, good.upper()))),
        case(check, FAIL, **told(made.fact, at(made.path, GOOD["true" if good == "false" else "false"]))),
        case(check, UNKNOWN, **told(made.fact, {})),
        case(check, UNKNOWN, **told(made.fact, DENIED)),
    )
]


def consents(*policies: str) -> dict[str, Any]:
    return at("defaultUserRolePermissions.permissionGrantPoliciesAssigned", list(policies))


LEGACY, LOW = (f"ManagePermissionGrantsForSelf.microsoft-user-default-{each}" for each in ("legacy", "low"))
OWNED = "ManagePermissionGrantsForOwnedResource.microsoft-dynamically-managed-permissions-for-team"
CONSENTS = [
    case(entra_settings.consent_limited, PASS, authorization=consents(LOW)),
    case(entra_settings.consent_limited, PASS, authorization=consents()),
    case(entra_settings.consent_limited, FAIL, authorization=consents(LOW, LEGACY)),
    case(entra_settings.consent_limited, UNKNOWN, authorization=DENIED),
    case(entra_settings.no_user_consent, PASS, authorization=consents(OWNED)),
    case(entra_settings.no_user_consent, UNKNOWN, authorization={}),
    case(entra_settings.no_user_consent, UNKNOWN, authorization={"defaultUserRolePermissions": None}),
    case(entra_settings.no_user_consent, FAIL, authorization=consents(LOW)),
]


def settings(template: str, name: str, value: str) -> list[dict[str, Any]]:
    return [{"templateId": "other", "values": []}, {"templateId": template, "values": [{"name": name, "value": value}]}]


VALUES = {"no_teams_by_users": ("false", "true"), "locks_out": ("5", "50"), "locks_long_enough": ("60", "5")}
TEMPLATED = [
    each
    for made, check in zip(entra_settings.TEMPLATED, entra_settings.SET_BY_TEMPLATE, strict=True)
    for good, bad in [VALUES.get(made.name, ("True", "False"))]
    for each in (
        case(check, PASS, group_settings=settings(made.template, made.setting, good)),
        case(check, FAIL, group_settings=settings(made.template, made.setting.upper(), bad)),
        case(check, PASS if made.good(made.default) else FAIL, group_settings=[]),
        case(check, PASS if made.good(made.default) else FAIL, group_settings=settings(made.template, made.setting, "")),
        case(check, UNKNOWN, group_settings=DENIED),
    )
]
LOGS = [
    case(entra.sign_ins_exported, PASS, diagnostics=handed(*entra.SIGN_INS)),
    case(
        entra.sign_ins_exported,
        PASS,
        diagnostics=[*handed(*entra.SIGN_INS[:2]), *handed(*entra.SIGN_INS[2:], target="storageAccountId")],
    ),
    case(entra.sign_ins_exported, FAIL, diagnostics=handed("AuditLogs", "SignInLogs")),
    case(entra.sign_ins_exported, FAIL, diagnostics=handed(*entra.SIGN_INS, target="")),
    case(entra.sign_ins_exported, FAIL, diagnostics=[]),
    case(entra.sign_ins_exported, UNKNOWN, diagnostics=DENIED),
    case(entra.graph_calls_exported, PASS, diagnostics=handed("MicrosoftGraphActivityLogs")),
    case(entra.graph_calls_exported, FAIL, diagnostics=handed(*entra.SIGN_INS)),
    case(entra.device_changes_exported, PASS, intune_diagnostics=handed("AuditLogs", "OperationalLogs")),
    case(entra.device_changes_exported, FAIL, intune_diagnostics=[]),
    case(entra.device_changes_exported, SKIP, intune_diagnostics=None),
    case(entra.device_changes_exported, UNKNOWN, intune_diagnostics=DENIED),
]
STAY = {"blockSubscriptionsLeavingTenant": True, "blockSubscriptionsIntoTenant": True}
METHODS = "authenticationMethodConfigurations"
OTHERS = [
    case(entra.subscriptions_stay, PASS, subscription_policy=STAY),
    case(entra.subscriptions_stay, FAIL, subscription_policy=STAY | {"blockSubscriptionsIntoTenant": False}),
    case(entra.subscriptions_stay, FAIL, subscription_policy={}),
    case(entra.subscriptions_stay, UNKNOWN, subscription_policy=DENIED),
    case(
        entra.synchronized_lately,
        PASS,
        item={"onPremisesSyncEnabled": True, "onPremisesLastSyncDateTime": "2026-06-01T11:30:00Z"},
    ),
    case(
        entra.synchronized_lately,
        FAIL,
        item={"onPremisesSyncEnabled": True, "onPremisesLastSyncDateTime": "2026-05-30T11:30:00Z"},
    ),
    case(entra.synchronized_lately, FAIL, item={"onPremisesSyncEnabled": True, "onPremisesLastSyncDateTime": None}),
    case(entra.synchronized_lately, SKIP, item={"onPremisesSyncEnabled": None}),
    case(entra.domains_verified, PASS, domains=[{"id": "example.com", "isVerified": True}]),
    case(entra.domains_verified, FAIL, domains=[{"id": "example.com", "isVerified": False}]),
    case(entra.domains_verified, UNKNOWN, domains=DENIED),
    case(
        entra.weak_factors_off,
        PASS,
        methods={METHODS: [{"id": "Sms", "state": "disabled"}, {"id": "Fido2", "state": "enabled"}]},
    ),
    case(entra.weak_factors_off, FAIL, methods={METHODS: [{"id": "Voice", "state": "enabled"}]}),
    case(entra.weak_factors_off, UNKNOWN, methods={METHODS: []}),
]


def role(id: str = GLOBAL, who: str = "ada") -> dict[str, Any]:
    return {"id": f"{who}-{id}", "principalId": who, "roleDefinitionId": id, "directoryScopeId": "/"}


def held(*names: str, id: str = GLOBAL, type: str = entra_roles.ASSIGNMENT, **facts: Any) -> list[Resource]:
    return [resource(type, name, item=role(id, name), **known(**facts)) for name in names]


SYNCED = user(onPremisesSyncEnabled=True)
ROLES = [
    each
    for guest, cloud, app, enabled in zip(*entra_roles.CHECKS, strict=True)
    for each in (
        case(guest, PASS, item=role(), **known(user=user())),
        case(guest, FAIL, item=role(), **known(user=GUEST)),
        case(guest, SKIP, item=role(READER), **known(user=GUEST)),
        case(guest, SKIP, item=role(), **known(group=TEAM)),
        case(guest, UNKNOWN, item=role(), **known(user=DENIED)),
        case(cloud, PASS, item=role(), **known(user=user())),
        case(cloud, FAIL, item=role(GLOBAL.upper()), **known(user=SYNCED)),
        case(cloud, FAIL, item=role(), **known(group=TEAM | {"onPremisesSyncEnabled": True})),
        case(cloud, SKIP, item=role(READER), **known(user=SYNCED)),
        case(cloud, SKIP, item=role(), **known(service_principal=APP)),
        case(app, PASS, item=role(), **known(user=user())),
        case(app, FAIL, item=role(), **known(service_principal=APP)),
        case(app, SKIP, item=role(READER), **known(service_principal=APP)),
        case(app, UNKNOWN, item=role(), **known(service_principal=DENIED)),
        case(enabled, PASS, item=role(READER), **known(user=user())),
        case(enabled, FAIL, item=role(READER), **known(user=user(accountEnabled=False))),
        case(enabled, SKIP, item=role(), **known(group=TEAM)),
        case(enabled, UNKNOWN, item=role(), **known(user=DENIED)),
    )
]
ACTIVE, MAY = unlisted(entra_roles.ASSIGNMENT), unlisted(entra_roles.ELIGIBLE)
NUMBERS = [
    case(entra_roles.global_administrators_few, PASS, inventory=held("ada", "bob", "eve", "dan")),
    case(
        entra_roles.global_administrators_few,
        PASS,
        inventory=[*held("ada"), *held("bob", type=entra_roles.ELIGIBLE), *held("x", "y", "z", id=READER)],
    ),
    case(entra_roles.global_administrators_few, FAIL, inventory=held("a", "b", "c", "d", "e")),
    case(entra_roles.global_administrators_few, FAIL, inventory=[*held("a", "b", "c", "d"), *held("e", group=TEAM)]),
    case(entra_roles.global_administrators_few, FAIL, inventory=held("ada")),
    case(entra_roles.global_administrators_few, FAIL, inventory=held("ada", "bob", id=READER)),
    case(entra_roles.global_administrators_few, UNKNOWN, inventory=[*held("ada"), *held("team", group=TEAM)]),
    case(entra_roles.global_administrators_few, UNKNOWN, inventory=[ACTIVE]),
    case(entra_roles.global_administrators_few, UNKNOWN, inventory=[MAY]),
    case(
        entra_roles.administration_activated,
        PASS,
        inventory=[
            *held("ada", type=entra_roles.ELIGIBLE),
            *held("x", "y", "z", id=READER, user=user()),
            *held("a", service_principal=APP),
        ],
    ),
    case(
        entra_roles.administration_activated,
        FAIL,
        inventory=[
            *held("ada", type=entra_roles.ELIGIBLE),
            *(each for name in "xyz" for each in held(name, user=user(f"{name}@example.com"))),
        ],
    ),
    case(entra_roles.administration_activated, SKIP, inventory=held("x", "y", "z", user=user())),
    case(entra_roles.administration_activated, UNKNOWN, inventory=[MAY]),
]
CASES = [*SETTINGS, *CONSENTS, *TEMPLATED, *LOGS, *OTHERS, *ROLES, *NUMBERS]
