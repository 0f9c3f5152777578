"""Checks on what users and guests of a tenant may do by default. Settings are tables: one check for each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from checks.azure.entra_read import TENANT, flag
from checks.azure.read import in_words, many, needed, word
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, unknown

GROUPS, PASSWORDS = "62375ab9-6b52-47ed-826b-58e47e0e304b", "5cf42378-d67d-4f36-ba46-e8b86229381d"
"""Templates of the settings of groups and of passwords. A tenant that changed nothing has no settings of them."""
RESTRICTED_GUEST = "2af84b1e-32c8-42b7-82bc-daa82404023b"
ENTRA = "Entra admin center: "
CONSENT = "managepermissiongrantsforself."


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a policy, and its values that are good, in small letters. ``said``: what it is when it is not."""

    name: str
    fact: str
    path: str
    good: Sequence[str]
    said: str
    title: str
    risk: str
    fix: str
    control: str
    severity: Severity = Severity.MEDIUM
    cis: tuple[str, ...] = field(default=())


DEFAULTS = "authorization"
MAY = "defaultUserRolePermissions."
SETTINGS = (
    Setting(
        "no_tenants_by_users",
        DEFAULTS,
        f"{MAY}allowedToCreateTenants",
        ("false",),
        "any user makes tenants",
        "Users make no tenants of their own",
        "Data moves to a tenant that nobody knows and that nobody looks after.",
        f"{ENTRA}Users, User settings, Restrict non-admin users from creating tenants",
        "access.least_privilege",
        cis=("v3:2.3",),
    ),
    Setting(
        "no_apps_by_users",
        DEFAULTS,
        f"{MAY}allowedToCreateApps",
        ("false",),
        "any user registers applications",
        "Users register no applications",
        "Applications with rights on data come up, which nobody reviewed.",
        f"{ENTRA}Users, User settings, Users can register applications",
        "access.least_privilege",
        cis=("v3:2.14",),
    ),
    Setting(
        "no_groups_by_users",
        DEFAULTS,
        f"{MAY}allowedToCreateSecurityGroups",
        ("false",),
        "any user makes security groups",
        "Users make no security groups",
        "Nobody knows any more which groups give rights, and who keeps them.",
        f"{ENTRA}Groups, General, Users can create security groups",
        "governance.delegation",
        Severity.LOW,
        ("v3:2.19",),
    ),
    Setting(
        "guests_see_themselves",
        DEFAULTS,
        "guestUserRoleId",
        (RESTRICTED_GUEST,),
        "guests see users and groups of the tenant",
        "Guests see nothing of the directory but themselves",
        "One guest account that falls shows who works here, and in which groups.",
        f"{ENTRA}External collaboration settings, Guest user access: most restrictive",
        "data.external_sharing",
        cis=("v3:2.15",),
    ),
    Setting(
        "invitations_limited",
        DEFAULTS,
        "allowInvitesFrom",
        ("none", "adminsandguestinviters"),
        "any member, or even a guest, invites guests",
        "Only some may invite guests",
        "Strangers come in through whoever is asked to invite them.",
        f"{ENTRA}External collaboration settings, Guest invite settings: only users assigned to specific admin roles",
        "access.external_trust",
        cis=("v3:2.16",),
    ),
    Setting(
        "no_self_service_join",
        DEFAULTS,
        "allowEmailVerifiedUsersToJoinOrganization",
        ("false",),
        "whoever has an address of a verified domain joins by himself",
        "Nobody joins the tenant by his mail address alone",
        "Whoever gets a mailbox gets an account, before anybody has made one for him.",
        "PATCH /policies/authorizationPolicy with allowEmailVerifiedUsersToJoinOrganization false",
        "access.external_trust",
        Severity.LOW,
    ),
    Setting(
        "consent_is_requested",
        "consent_requests",
        "isEnabled",
        ("true",),
        "users cannot ask an administrator for consent",
        "Users ask administrators for consent to applications",
        "Consent is left on for all, since nobody could ask for it otherwise.",
        f"{ENTRA}Enterprise applications, Consent and permissions, Admin consent settings",
        "governance.delegation",
        Severity.LOW,
    ),
    Setting(
        "no_direct_connect",
        "cross_tenant",
        "b2bDirectConnectInbound.usersAndGroups.accessType",
        ("blocked",),
        "users of any tenant connect to shared channels",
        "No tenant is let in to shared channels unless by name",
        "Strangers work in channels, and no guest account shows them.",
        f"{ENTRA}External Identities, Cross-tenant access settings, Default settings, B2B direct connect: block inbound",
        "access.external_trust",
    ),
)


def _setting(made: Setting) -> Check:
    @check(
        f"{TENANT}.{made.name}",
        on=TENANT,
        control=made.control,
        severity=made.severity,
        title=made.title,
        risk=made.risk,
        fix=made.fix,
        cis=made.cis,
    )
    def judge(tenant: Resource) -> Verdict:
        said = word(flag(tenant, made.fact, made.path))
        if not said:
            return unknown(f"{made.path} is not told")
        return passed(said) if said in made.good else failed(made.said)

    return judge


SET = tuple(_setting(each) for each in SETTINGS)


@check(
    f"{TENANT}.consent_limited",
    on=TENANT,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Users consent to harmless applications of known makers at most",
    risk="A mail with a link is enough: the user clicks, and an application reads his mailbox from then on.",
    fix=f"{ENTRA}Enterprise applications, Consent and permissions, User consent settings",
    cis=("v3:2.13",),
)
def consent_limited(tenant: Resource) -> Verdict:
    policies = _consents(tenant)
    wide = [each for each in policies if each.endswith("-legacy")]
    return failed("users consent to any application") if wide else passed(in_words(policies) or "users consent to none")


@check(
    f"{TENANT}.no_user_consent",
    on=TENANT,
    control="access.external_trust",
    severity=Severity.LOW,
    title="Users consent to no application",
    risk="What an application may read is decided by whoever clicks first.",
    fix=f"{ENTRA}Enterprise applications, Consent and permissions, User consent settings: do not allow",
    cis=("v3:2.12",),
)
def no_user_consent(tenant: Resource) -> Verdict:
    policies = _consents(tenant)
    return failed(f"by {in_words(policies)}") if policies else passed("an administrator does")


def _consents(tenant: Resource) -> list[str]:
    """Return the policies by which users consent for themselves."""
    held = needed(flag(tenant, DEFAULTS, f"{MAY}permissionGrantPoliciesAssigned"), "which policies of consent are assigned")
    given = [word(each) for each in held]
    return [each.removeprefix(CONSENT) for each in given if each.startswith(CONSENT)]


# Settings of groups and passwords.


def _value(tenant: Resource, template: str, name: str, unsaid: str) -> str:
    """Return a setting made from a template; *unsaid* where the tenant has none."""
    for each in many(tenant["group_settings"]):
        if word(each.get("templateId")) == template:
            for value in many(each.get("values")):
                if word(value.get("name")) == name.lower():
                    return word(value.get("value")) or unsaid
    return unsaid


@dataclass(frozen=True, slots=True)
class Templated:
    """One setting made from a template, with its default, and whether a value of it is good."""

    name: str
    template: str
    setting: str
    default: str
    good: Callable[[str], bool]
    title: str
    risk: str
    control: str
    cis: tuple[str, ...]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


GUESSED = "Passwords are guessed, one try after the other."
TEMPLATED = (
    Templated(
        "no_teams_by_users",
        GROUPS,
        "EnableGroupCreation",
        "true",
        lambda said: said == "false",
        "Users make no Microsoft 365 groups",
        "Data is shared in places that nobody knows, and that nobody clears up.",
        "governance.delegation",
        ("v3:2.21",),
    ),
    Templated(
        "locks_out",
        PASSWORDS,
        "LockoutThreshold",
        "10",
        lambda said: 0 < _number(said) <= 10,
        "An account is locked after ten wrong passwords",
        GUESSED,
        "identity.password_policy",
        ("v3:2.6",),
    ),
    Templated(
        "locks_long_enough",
        PASSWORDS,
        "LockoutDurationInSeconds",
        "60",
        lambda said: _number(said) >= 60,
        "An account stays locked for a minute at least",
        GUESSED,
        "identity.password_policy",
        ("v3:2.7",),
    ),
    Templated(
        "own_words_banned",
        PASSWORDS,
        "EnableBannedPasswordCheck",
        "false",
        lambda said: said == "true",
        "Passwords with the company's own words are refused",
        "The company's name and a year open somebody's account.",
        "identity.password_policy",
        ("v3:2.8",),
    ),
)


def _templated(made: Templated) -> Check:
    @check(
        f"{TENANT}.{made.name}",
        on=TENANT,
        control=made.control,
        severity=Severity.LOW,
        title=made.title,
        risk=made.risk,
        fix=f"PATCH /groupSettings/ID with the value of {made.setting}, or make the settings from the template {made.template}",
        cis=made.cis,
    )
    def judge(tenant: Resource) -> Verdict:
        said = _value(tenant, made.template, made.setting, made.default)
        return passed(said) if made.good(said) else failed(f"{made.setting} is {said}")

    return judge


SET_BY_TEMPLATE = tuple(_templated(each) for each in TEMPLATED)
