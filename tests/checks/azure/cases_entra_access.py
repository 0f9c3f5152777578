from __future__ import annotations

from typing import Any

from checks.azure import entra_access as access
from checks.azure import entra_read as read
from checks.azure import entra_users as users
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.granted import GUEST, HAS_FACTOR, NO_FACTOR, user

AZURE, PORTALS = "797f4846-ba00-4fd7-ba43-dac1f8f63013", "MicrosoftAdminPortals"
DEFAULTS, NO_DEFAULTS = {"isEnabled": True}, {"isEnabled": False}
UNREAD = unlisted(read.POLICY)
MFA: dict[str, Any] = {"operator": "OR", "builtInControls": ["mfa"], "termsOfUse": [], "customAuthenticationFactors": []}
BLOCK = MFA | {"builtInControls": ["block"]}


def org(*plans: str, status: str = "Enabled") -> dict[str, Any]:
    return {"id": "t", "assignedPlans": [{"servicePlanId": each, "capabilityStatus": status} for each in plans]}


LICENSED, FREE = org(read.P2), org()


def policy(grant: Any = None, state: str = "enabled", **conditions: Any) -> Resource:
    """Return a conditional access policy for all users and applications, as Microsoft Graph tells it."""
    given = {
        "users": {"includeUsers": ["All"], "excludeUsers": ["break-glass"], "excludeGroups": ["g"], "includeRoles": []},
        "applications": {"includeApplications": ["All"], "excludeApplications": [], "includeUserActions": []},
        "clientAppTypes": ["all"],
        "signInRiskLevels": [],
        "userRiskLevels": [],
        "platforms": None,
        "locations": None,
        "devices": None,
    }
    item = {"id": "p", "displayName": "P", "state": state, "conditions": given | conditions, "grantControls": grant or MFA}
    return resource(read.POLICY, "p", item=item)


def people(*included: str, **more: Any) -> dict[str, Any]:
    return {"includeUsers": list(included), **more}


def apps(*included: str, but: Any = (), actions: Any = ()) -> dict[str, Any]:
    return {"includeApplications": list(included), "excludeApplications": list(but), "includeUserActions": list(actions)}


STRENGTH = {"operator": "AND", "builtInControls": [], "authenticationStrength": {"id": "s"}}
NARROW = (
    policy(state="enabledForReportingButNotEnforced"),
    policy(state="disabled"),
    policy(users=people("GuestsOrExternalUsers")),
    policy(users=people("All", excludeRoles=["62e90394-69f5-4237-9190-012177145e10"])),
    policy(users=people("All", excludeGuestsOrExternalUsers={"guestOrExternalUserTypes": "b2bCollaborationGuest"})),
    policy(applications=apps("Office365")),
    policy(applications=apps("All", but=[AZURE])),
    policy(clientAppTypes=["browser"]),
    policy(locations={"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}),
    policy(platforms={"includePlatforms": ["android"], "excludePlatforms": []}),
    policy(devices={"deviceFilter": {"mode": "exclude", "rule": "x"}}),
    policy(signInRiskLevels=["high"]),
    policy(MFA | {"builtInControls": ["mfa", "compliantDevice"]}),
    policy(MFA | {"builtInControls": ["compliantDevice"]}),
    policy(MFA | {"termsOfUse": ["t"]}),
    policy(BLOCK),
)
WIDE = (
    policy(),
    policy(STRENGTH),
    policy(MFA | {"operator": "AND", "builtInControls": ["mfa", "compliantDevice"]}),
    policy(clientAppTypes=["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"]),
    policy(locations={"includeLocations": ["All"], "excludeLocations": []}),
    policy(platforms={"includePlatforms": ["all"], "excludePlatforms": []}),
    policy(applications=apps("All", but=["d4ebce55-015a-49b5-a083-c84d1797ae8c"])),
)


def asked(check: Any, outcome: Any, *policies: Any, defaults: Any = NO_DEFAULTS, item: Any = LICENSED, **facts: Any) -> Any:
    return case(check, outcome, item=item, security_defaults=defaults, inventory=policies, **facts)


EVERYBODY = [
    *(asked(access.factor_for_everybody, PASS, each) for each in WIDE),
    *(asked(access.factor_for_everybody, FAIL, each) for each in NARROW),
    asked(access.factor_for_everybody, PASS, defaults=DEFAULTS),
    asked(access.factor_for_everybody, FAIL),
    asked(access.factor_for_everybody, FAIL, item=FREE),
    asked(access.factor_for_everybody, UNKNOWN, UNREAD),
    asked(access.factor_for_everybody, UNKNOWN, policy(), defaults=DENIED),
]
SOME_ROLES = people(includeRoles=list(read.PRIVILEGED)[:3])
ALL_ROLES = people(includeRoles=[each.upper() for each in read.PRIVILEGED])
ADMINISTRATORS = [
    asked(access.factor_for_administrators, PASS, policy()),
    asked(access.factor_for_administrators, PASS, policy(STRENGTH, users=ALL_ROLES)),
    asked(access.factor_for_administrators, PASS, defaults=DEFAULTS),
    asked(access.factor_for_administrators, FAIL, policy(users=SOME_ROLES)),
    asked(access.factor_for_administrators, FAIL, policy(users=ALL_ROLES, applications=apps(PORTALS))),
    asked(access.factor_for_administrators, FAIL, policy(users=ALL_ROLES, state="disabled")),
    asked(access.factor_for_administrators, FAIL),
    asked(access.factor_for_administrators, UNKNOWN, UNREAD),
]
RULE = {each.id.rpartition(".")[2]: each for each in access.RULED}
CODES = {"transferMethods": "deviceCodeFlow,authenticationTransfer"}
ABROAD = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
RISKY = RULE["factor_for_risky_sign_ins"]
HOLDING: list[tuple[str, Resource]] = [
    ("factor_on_azure", policy(applications=apps(AZURE))),
    ("factor_on_azure", policy()),
    ("factor_on_portals", policy(applications=apps(AZURE, PORTALS))),
    ("factor_for_risky_sign_ins", policy(signInRiskLevels=["medium", "high"])),
    ("factor_for_risky_sign_ins", policy(BLOCK, signInRiskLevels=["high"])),
    ("stolen_accounts_stopped", policy(BLOCK, userRiskLevels=["high"])),
    (
        "stolen_accounts_stopped",
        policy({"operator": "AND", "builtInControls": ["mfa", "passwordChange"]}, userRiskLevels=["high"]),
    ),
    ("old_protocols_blocked", policy(BLOCK, clientAppTypes=["exchangeActiveSync", "other"])),
    ("device_codes_blocked", policy(BLOCK, authenticationFlows=CODES)),
    ("places_excluded", policy(BLOCK, locations={"includeLocations": ["high-risk"], "excludeLocations": []})),
    ("places_excluded", policy(BLOCK, locations={"includeLocations": ["All"], "excludeLocations": ["home"]})),
    ("azure_managed_from_known_places", policy(BLOCK, applications=apps(AZURE), locations=ABROAD)),
    ("azure_managed_from_known_places", policy(BLOCK, locations=ABROAD)),
]
LACKING: list[tuple[str, Resource]] = [
    ("factor_on_azure", policy(applications=apps(AZURE), users=people("somebody"))),
    ("factor_on_azure", policy(applications=apps("All", but=[AZURE]))),
    ("factor_on_portals", policy(applications=apps(AZURE))),
    ("factor_for_risky_sign_ins", policy(signInRiskLevels=["low"])),
    ("factor_for_risky_sign_ins", policy()),
    ("stolen_accounts_stopped", policy(userRiskLevels=["high"])),
    ("stolen_accounts_stopped", policy(BLOCK, userRiskLevels=["low"])),
    ("old_protocols_blocked", policy(BLOCK, clientAppTypes=["other"])),
    ("old_protocols_blocked", policy(clientAppTypes=["exchangeActiveSync", "other"])),
    ("device_codes_blocked", policy(authenticationFlows=CODES)),
    ("device_codes_blocked", policy(BLOCK, authenticationFlows={"transferMethods": "authenticationTransfer"})),
    ("places_excluded", policy(locations={"includeLocations": ["high-risk"]})),
    ("places_excluded", policy(BLOCK, locations={"includeLocations": ["All"], "excludeLocations": []})),
    ("azure_managed_from_known_places", policy(locations=ABROAD)),
    ("azure_managed_from_known_places", policy(BLOCK, applications=apps("All", but=[AZURE]), locations=ABROAD)),
    ("azure_managed_from_known_places", policy(BLOCK, applications=apps(PORTALS), locations=ABROAD)),
    ("azure_managed_from_known_places", policy(BLOCK, users=people("somebody"), locations=ABROAD)),
]
RULES = [
    *(asked(RULE[name], PASS, each) for name, each in HOLDING),
    *(asked(RULE[name], FAIL, each) for name, each in LACKING),
    *(asked(check, FAIL) for check in access.RULED),
    *(asked(check, UNKNOWN, UNREAD) for check in access.RULED),
    *(asked(check, FAIL if made.defaults else SKIP, item=FREE) for made, check in zip(access.RULES, access.RULED, strict=True)),
    *(
        asked(check, PASS if made.defaults else SKIP, item=FREE, defaults=DEFAULTS)
        for made, check in zip(access.RULES, access.RULED, strict=True)
    ),
    asked(RISKY, SKIP, item=org(read.P1)),
    asked(RISKY, SKIP, item=org(read.P2, status="Deleted")),
]
JOIN = policy(applications=apps(actions=["urn:user:registerdevice"]))
SETTINGS = [
    asked(access.factor_to_join, PASS, device_registration={"multiFactorAuthConfiguration": "required"}),
    asked(access.factor_to_join, PASS, JOIN, device_registration={"multiFactorAuthConfiguration": "notRequired"}),
    asked(access.factor_to_join, FAIL, device_registration={"multiFactorAuthConfiguration": "notRequired"}),
    asked(access.factor_to_join, FAIL, policy(), device_registration={}),
    asked(access.factor_to_join, UNKNOWN, device_registration=DENIED),
    asked(access.factor_to_join, UNKNOWN, UNREAD, device_registration={}),
    case(access.trusted_places_named, PASS, item=LICENSED, named_locations=[{"displayName": "HQ", "isTrusted": True}]),
    case(access.trusted_places_named, FAIL, item=LICENSED, named_locations=[{"displayName": "DE"}]),
    case(access.trusted_places_named, FAIL, item=LICENSED, named_locations=[]),
    case(access.trusted_places_named, SKIP, item=FREE, named_locations=[]),
    case(access.trusted_places_named, SKIP, item=LICENSED, named_locations=None),
    case(access.trusted_places_named, UNKNOWN, item=LICENSED, named_locations=DENIED),
    case(access.enforced, PASS, item={"state": "enabled"}),
    case(access.enforced, FAIL, item={"state": "enabledForReportingButNotEnforced"}),
    case(access.enforced, FAIL, item={"state": "disabled"}),
]


def signed(last: str | None = "2026-05-20T00:00:00Z", quiet: str | None = None) -> dict[str, Any]:
    return {"id": "ada", "signInActivity": {"lastSignInDateTime": last, "lastNonInteractiveSignInDateTime": quiet}}


OLD, NEW = "2026-01-01T00:00:00Z", "2026-05-25T00:00:00Z"
OFF, MEMBER = user(accountEnabled=False), user(createdDateTime=OLD)
PLAIN = NO_FACTOR | {"isAdmin": False}
PENDING = GUEST | {"externalUserState": "PendingAcceptance", "createdDateTime": OLD}
USERS = [
    case(users.second_factor, PASS, item=MEMBER, registration=HAS_FACTOR),
    case(users.second_factor, FAIL, item=MEMBER, registration=PLAIN),
    case(users.second_factor, FAIL, item=MEMBER, registration=NO_FACTOR | {"isMfaRegistered": True}),
    case(users.second_factor, SKIP, item=OFF, registration=NO_FACTOR),
    case(users.second_factor, SKIP, item=GUEST, registration=NO_FACTOR),
    case(users.second_factor, UNKNOWN, item=MEMBER, registration=None),
    case(users.second_factor, UNKNOWN, item=MEMBER, registration=DENIED),
    case(users.administrator_second_factor, PASS, item=MEMBER, registration=HAS_FACTOR),
    case(users.administrator_second_factor, FAIL, item=GUEST, registration=NO_FACTOR),
    case(users.administrator_second_factor, SKIP, item=MEMBER, registration=PLAIN),
    case(users.administrator_second_factor, SKIP, item=OFF, registration=NO_FACTOR),
    case(users.administrator_second_factor, UNKNOWN, item=MEMBER, registration=None),
    case(users.administrator_strong_factor, PASS, item=MEMBER, registration=HAS_FACTOR | {"methodsRegistered": ["fido2"]}),
    case(
        users.administrator_strong_factor, FAIL, item=MEMBER, registration=HAS_FACTOR | {"methodsRegistered": ["mobilePhone"]}
    ),
    case(users.administrator_strong_factor, FAIL, item=MEMBER, registration=HAS_FACTOR),
    case(users.administrator_strong_factor, SKIP, item=MEMBER, registration=PLAIN),
    case(users.administrator_strong_factor, SKIP, item=MEMBER, registration=None),
    case(users.administrator_strong_factor, UNKNOWN, item=MEMBER, registration=DENIED),
    case(users.used, PASS, item=MEMBER, sign_ins=signed()),
    case(users.used, PASS, item=MEMBER, sign_ins=signed(OLD, NEW)),
    case(users.used, PASS, item=user(createdDateTime=NEW), sign_ins={"id": "ada"}),
    case(users.used, FAIL, item=MEMBER, sign_ins=signed(OLD)),
    case(users.used, FAIL, item=MEMBER, sign_ins={"id": "ada", "signInActivity": None}),
    case(users.used, SKIP, item=OFF, sign_ins=signed(OLD)),
    case(users.used, SKIP, item=GUEST, sign_ins=signed(OLD)),
    case(users.used, SKIP, item=MEMBER, sign_ins=None),
    case(users.used, UNKNOWN, item=MEMBER, sign_ins=DENIED),
    case(users.used, UNKNOWN, item=user(), sign_ins={"id": "ada"}),
    case(users.guest_used, PASS, item=GUEST, sign_ins=signed()),
    case(users.guest_used, FAIL, item=GUEST, sign_ins=signed(OLD)),
    case(users.guest_used, SKIP, item=MEMBER, sign_ins=signed(OLD)),
    case(users.guest_used, UNKNOWN, item=GUEST, sign_ins=DENIED),
    case(users.invitation_accepted, PASS, item=GUEST | {"externalUserState": "Accepted"}),
    case(users.invitation_accepted, PASS, item=PENDING | {"createdDateTime": NEW}),
    case(users.invitation_accepted, FAIL, item=PENDING),
    case(users.invitation_accepted, SKIP, item=MEMBER),
    case(users.invitation_accepted, UNKNOWN, item=PENDING | {"createdDateTime": None}),
    case(users.strong_password, PASS, item=user(passwordPolicies=None)),
    case(users.strong_password, PASS, item=user(passwordPolicies="DisablePasswordExpiration")),
    case(users.strong_password, FAIL, item=user(passwordPolicies="DisablePasswordExpiration, DisableStrongPassword")),
]
CASES = [*EVERYBODY, *ADMINISTRATORS, *RULES, *SETTINGS, *USERS]
