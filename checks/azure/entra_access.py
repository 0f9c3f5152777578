"""Checks on who is asked for a second factor, and what is blocked: security defaults and conditional access.

Each question about conditional access is a row of a table. Where the tenant has no licence for it, the question is not due.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checks.azure import entra_read as read
from checks.azure.entra_read import AZURE, P1, P2, PORTALS, PRIVILEGED, TENANT, Row, words
from checks.azure.read import at, in_words, is_on, many, word
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

ENTRA = "Entra admin center: Protection, Conditional Access, New policy: "


def _asks_all(policy: Row) -> bool:
    return read.asks_factor(policy) and read.for_everybody(policy) and read.on_everything(policy) and not read.narrowed(policy)


def _asks_for(application: str) -> Callable[[Row], bool]:
    """Return whether a policy asks everybody for a second factor on one application."""

    def fits(policy: Row) -> bool:
        wide = read.for_everybody(policy) and read.covers(policy, application)
        return wide and read.asks_factor(policy) and not read.narrowed(policy)

    return fits


def _asks_risky(policy: Row) -> bool:
    risks = words(policy, "conditions.signInRiskLevels")
    wide = read.for_everybody(policy) and read.on_everything(policy) and not read.narrowed(policy, "signInRiskLevels")
    return bool(risks & {"medium", "high"}) and wide and (read.asks_factor(policy) or read.blocks(policy))


def _stops_stolen(policy: Row) -> bool:
    """Tell whether a policy blocks users whose account is likely stolen, or makes them change their password."""
    wide = read.for_everybody(policy) and read.on_everything(policy) and not read.narrowed(policy, "userRiskLevels")
    acts = bool(words(policy, "grantControls.builtInControls") & {"block", "passwordchange", "riskremediation"})
    return "high" in words(policy, "conditions.userRiskLevels") and wide and acts


def _blocks_old(policy: Row) -> bool:
    types = words(policy, "conditions.clientAppTypes")
    wide = read.for_everybody(policy) and read.on_everything(policy) and not read.narrowed(policy, "clientAppTypes")
    return types >= read.OLD_CLIENTS and wide and read.blocks(policy)


def _blocks_codes(policy: Row) -> bool:
    methods = at(policy, "conditions.authenticationFlows.transferMethods")
    named = words(policy, "conditions.authenticationFlows.transferMethods") or set(word(methods).replace(" ", "").split(","))
    wide = read.for_everybody(policy) and read.on_everything(policy) and not read.narrowed(policy, "authenticationFlows")
    return "devicecodeflow" in named and wide and read.blocks(policy)


def _by_place(policy: Row) -> bool:
    """Tell whether a policy blocks everybody at some places, and not at all."""
    places = at(policy, "conditions.locations")
    chosen = words(places, "includeLocations")
    wide = read.for_everybody(policy) and not read.narrowed(policy, "locations")
    return bool(chosen) and wide and read.blocks(policy) and (chosen != {"all"} or bool(words(places, "excludeLocations")))


def _blocks_places(policy: Row) -> bool:
    return read.on_everything(policy) and _by_place(policy)


def _holds_azure_to_places(policy: Row) -> bool:
    return read.covers(policy, AZURE) and _by_place(policy)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a conditional access policy should do. ``plans``: licences, any of which is enough.

    ``defaults``: security defaults do it as well. ``service``: whose cell it shows, where that is not the directory's.
    """

    name: str
    fits: Callable[[Row], bool]
    title: str
    risk: str
    fix: str
    control: str = "identity.mfa"
    severity: Severity = Severity.MEDIUM
    plans: tuple[str, ...] = (P1, P2)
    defaults: bool = False
    cis: tuple[str, ...] = ()
    service: str = ""


RULES = (
    Rule(
        "factor_on_azure",
        _asks_for(AZURE),
        "Who manages Azure is asked for a second factor",
        "A guessed password is enough to change or delete whatever its owner may.",
        "all users, Windows Azure Service Management API, require multifactor authentication",
        severity=Severity.HIGH,
        defaults=True,
        cis=("v3:2.2.7",),
    ),
    Rule(
        "factor_on_portals",
        _asks_for(PORTALS),
        "Who opens an admin portal is asked for a second factor",
        "A guessed password is enough to administer mail, devices and users.",
        "all users, Microsoft Admin Portals, require multifactor authentication",
        defaults=True,
        cis=("v3:2.2.8",),
    ),
    Rule(
        "factor_for_risky_sign_ins",
        _asks_risky,
        "Risky sign-ins are asked for a second factor, or blocked",
        "Somebody who signs in from two continents within the hour is let in.",
        "all users, all resources, sign-in risk medium and high, require multifactor authentication",
        "detection.threat_detector",
        plans=(P2,),
        cis=("v3:2.2.6",),
    ),
    Rule(
        "stolen_accounts_stopped",
        _stops_stolen,
        "Users whose account is likely stolen are stopped",
        "A password that was sold lets its buyer in, although Microsoft knows of it.",
        "all users, all resources, user risk high, block or require a password change",
        "detection.threat_detector",
        plans=(P2,),
    ),
    Rule(
        "old_protocols_blocked",
        _blocks_old,
        "Protocols that know no second factor are blocked",
        "Passwords are guessed over protocols that ask for nothing else.",
        "all users, all resources, client apps Exchange ActiveSync and other clients, block",
        severity=Severity.HIGH,
        defaults=True,
    ),
    Rule(
        "device_codes_blocked",
        _blocks_codes,
        "Sign-in with a code for another device is blocked",
        "Who is talked into typing a code signs a stranger in, second factor and all.",
        "all users, all resources, authentication flows: device code flow, block",
        cis=("v3:2.2.3",),
    ),
    Rule(
        "places_excluded",
        _blocks_places,
        "Sign-ins from places where nobody works are blocked",
        "Passwords are tried from all over the world.",
        "all users, all resources, locations that are not yours, block",
        severity=Severity.LOW,
        cis=("v3:2.2.2",),
    ),
    Rule(
        "azure_managed_from_known_places",
        _holds_azure_to_places,
        "Azure is not managed from places where nobody works",
        "A stolen token or password changes and deletes whatever its owner may, from anywhere in the world.",
        "all users, Windows Azure Service Management API, locations that are not yours, block",
        "network.public_access",
        severity=Severity.LOW,
        service="azure.subscription",
    ),
)


def _judge(rule: Rule, tenant: Resource, inventory: Inventory) -> Verdict:
    if rule.defaults and read.guarded(tenant):
        return passed("security defaults do")
    fitting = [each for each in read.enforced(inventory) if rule.fits(each)]
    if fitting:
        return passed(in_words(read.found(fitting)))
    if not read.licensed(tenant, *rule.plans):
        return failed("security defaults are off") if rule.defaults else read.unlicensed()
    return failed("no policy in force does that for everybody")


def _rule(rule: Rule) -> Check:
    @check(
        f"{TENANT}.{rule.name}",
        on=TENANT,
        control=rule.control,
        severity=rule.severity,
        title=rule.title,
        risk=rule.risk,
        fix=f"{ENTRA}{rule.fix}",
        service=rule.service,
        cis=rule.cis,
    )
    def judge(tenant: Resource, inventory: Inventory) -> Verdict:
        return _judge(rule, tenant, inventory)

    return judge


RULED = tuple(_rule(each) for each in RULES)


@check(
    f"{TENANT}.factor_for_everybody",
    on=TENANT,
    control="identity.mfa",
    severity=Severity.HIGH,
    title="Everybody is asked for a second factor",
    risk="A guessed password is enough to be whoever it is of.",
    fix="Entra admin center: Overview, Properties, Manage security defaults; or a conditional access policy for all users"
    " and all resources",
    cis=("v6:5.1.1", "v3:2.1.1", "v3:2.2.5"),
)
def factor_for_everybody(tenant: Resource, inventory: Inventory) -> Verdict:
    if read.guarded(tenant):
        return passed("security defaults are on")
    fitting = [each for each in read.enforced(inventory) if _asks_all(each)]
    said = "security defaults are off, and no policy in force asks everybody on everything"
    return passed(in_words(read.found(fitting))) if fitting else failed(said)


@check(
    f"{TENANT}.factor_for_administrators",
    on=TENANT,
    control="identity.mfa",
    severity=Severity.CRITICAL,
    title="Whoever administers the tenant is asked for a second factor",
    risk="The guessed password of one administrator is the whole tenant.",
    fix=f"{ENTRA}the administrators' directory roles, all resources, require multifactor authentication",
    cis=("v3:2.2.4",),
)
def factor_for_administrators(tenant: Resource, inventory: Inventory) -> Verdict:
    if read.guarded(tenant):
        return passed("security defaults do")
    asking = [each for each in read.enforced(inventory) if _asks_roles(each)]
    asked = {role for each in asking for role in read.for_roles(each)}
    missing = [name for role, name in PRIVILEGED.items() if role not in asked]
    return failed(f"of the {in_words(missing)} nothing is asked") if missing else passed(in_words(read.found(asking)))


def _asks_roles(policy: Row) -> bool:
    return read.asks_factor(policy) and read.on_everything(policy) and not read.narrowed(policy)


@check(
    f"{TENANT}.factor_to_join",
    on=TENANT,
    control="identity.mfa",
    severity=Severity.MEDIUM,
    title="Who joins or registers a device is asked for a second factor",
    risk="With a stolen password, a stranger's device becomes one of the company's.",
    fix="Entra admin center: Devices, Device settings, Require multifactor authentication to register or join devices",
    cis=("v6:5.1.2", "v3:2.22"),
)
def factor_to_join(tenant: Resource, inventory: Inventory) -> Verdict:
    said = word(read.flag(tenant, "device_registration", "multiFactorAuthConfiguration"))
    if said in ("required", "1"):
        return passed("the device settings ask for it")
    fitting = [each for each in read.enforced(inventory) if _asks_to_join(each)]
    return passed(in_words(read.found(fitting))) if fitting else failed("nothing asks for it")


def _asks_to_join(policy: Row) -> bool:
    actions = words(policy, "conditions.applications.includeUserActions")
    wide = read.for_everybody(policy) and not read.narrowed(policy)
    return "urn:user:registerdevice" in actions and wide and read.asks_factor(policy)


@check(
    f"{TENANT}.trusted_places_named",
    on=TENANT,
    control="identity.mfa",
    severity=Severity.LOW,
    title="Networks that are trusted have a name",
    risk="Policies and risk detection cannot tell the office from anywhere else.",
    fix="Entra admin center: Protection, Conditional Access, Named locations, IP ranges location, marked as trusted",
    cis=("v3:2.2.1",),
)
def trusted_places_named(tenant: Resource) -> Verdict:
    places = tenant["named_locations"]
    if places is None or not read.licensed(tenant, P1, P2):
        return read.unlicensed()
    named = [str(each.get("displayName")) for each in many(places) if is_on(each.get("isTrusted"))]
    return passed(in_words(named)) if named else failed("none is marked as trusted")


@check(
    "azure.entra.conditional_access_policy.enforced",
    on=read.POLICY,
    control="governance.guardrails",
    severity=Severity.LOW,
    title="Conditional access policy is in force",
    risk="It reports what it would do, and lets everybody in.",
    fix="PATCH /identity/conditionalAccess/policies/{id} with the state enabled, or delete the policy",
)
def enforced(policy: Resource) -> Verdict:
    state = word(policy["item"].get("state"))
    said = "it only reports" if state == "enabledforreportingbutnotenforced" else f"it is {state or 'without a state'}"
    return passed(state) if state == "enabled" else failed(said)
