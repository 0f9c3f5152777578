"""Checks on key vaults and managed HSMs: what keeps keys from being lost, who is let in, and how old keys and secrets get.

Values of secrets are never read: Azure Resource Manager tells only of their dates. Certificates have no list there; a secret
that holds one tells by its kind, and has its dates. Not verified: that every such secret is listed. What holds where a property
is missing is from the REST API, "Vaults - Get" and "Managed Hsms - Get".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from checks.azure.read import at, closed, in_words, is_on, many, prop, properties, word
from checks.azure.settings import setting
from checks.kinds import Kind, each
from checks.times import day
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

VAULT = Kind("azure.keyvault.vault", "Key vault", "az keyvault update --ids {id} ")
POOL = Kind("azure.managedhsm.hsm", "Managed HSM", "az keyvault update-hsm --ids {id} ")
SAFES = (VAULT, POOL)
KEY, HSM_KEY = Kind("azure.keyvault.key", "Key", "az keyvault key"), Kind("azure.managedhsm.key", "Key", "az keyvault key")
SECRET = Kind("azure.keyvault.secret", "Secret", "az keyvault secret")
KEYS = (KEY, HSM_KEY)
SECRETS_LAST = timedelta(days=365)
LINGERS = timedelta(days=90)
LONGEST = timedelta(days=367)  # twelve months, a leap day, and the minutes that a certificate is dated back by
CERTIFICATES = ("application/x-pkcs12", "application/x-pem-file")
MOST_DAYS = 730
LEAST_DAYS, DEFAULT_DAYS = 30, 90
SPAN = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T.*)?", re.IGNORECASE)
# What lets somebody take keys and secrets away, or destroy them for good.
DANGEROUS = frozenset({"all", "purge"})

PURGE_PROTECTED = setting(
    SAFES,
    "purge_protected",
    "enablePurgeProtection",
    "true",
    "false",
    control="encryption.key_deletion",
    severity=Severity.MEDIUM,
    title="NOUN lets nobody destroy what was deleted before its time",
    risk="An intruder deletes a key twice, and everything that was encrypted with it is lost for good.",
    fix="MODIFY--enable-purge-protection true",
    cis=("v6:8.3.5",),
)
ROLES_DECIDE = setting(
    SAFES[:1],
    "roles_decide",
    "enableRbacAuthorization",
    "true",
    "false",
    control="access.groups",
    severity=Severity.MEDIUM,
    title="NOUN is opened by roles, not by a list of its own",
    risk="Whoever may change the vault writes himself into its list, and reviews of roles never see it.",
    fix="MODIFY--enable-rbac-authorization true",
    cis=("v6:8.3.6",),
)
TEMPLATES_KEPT_OUT = setting(
    SAFES[:1],
    "templates_kept_out",
    "enabledForTemplateDeployment",
    "false",
    "false",
    control="access.least_privilege",
    severity=Severity.LOW,
    title="NOUN hands no secrets to deployments",
    risk="Whoever may deploy with the vault reads its secrets, without a right to read one.",
    fix="MODIFY--enabled-for-template-deployment false",
)
ACTIVATED = setting(
    (POOL,),
    "activated",
    "securityDomainProperties.activationStatus",
    "active",
    None,
    control="governance.hygiene",
    severity=Severity.MEDIUM,
    title="NOUN is activated, under the customer's security domain",
    risk="The pool costs money and keeps nothing, and whoever is its administrator first takes its security domain.",
    fix="az keyvault security-domain download --hsm-name {name} --sd-wrapping-keys KEYS --sd-quorum 2"
    " --security-domain-file FILE",
)


@each(
    SAFES,
    "deleted_kept",
    control="encryption.key_deletion",
    severity=Severity.MEDIUM,
    title="NOUN keeps what was deleted for a month at least",
    risk="By the time that somebody notices, the key and everything encrypted with it are gone for good.",
    fix="The time is set when it is made: --retention-days 90",
)
def deleted_kept(safe: Resource) -> Verdict:
    """Soft deletion is on unless it was left out years ago, and then cannot be taken back."""
    days = int(prop(safe, "softDeleteRetentionInDays") or DEFAULT_DAYS)
    if word(prop(safe, "enableSoftDelete")) == "false":
        return failed("nothing is kept")
    return (passed if days >= LEAST_DAYS else failed)(f"kept for {days} days")


@each(
    SAFES,
    "networks_narrow",
    control="network.public_access",
    severity=Severity.HIGH,
    title="NOUN doesn't admit the whole internet",
    risk="A token that leaked opens it from anywhere.",
    fix="MODIFY--default-action Deny",
)
def networks_narrow(safe: Resource) -> Verdict:
    """Without rules, every network is admitted."""
    if closed(safe):
        return passed("public network access is off")
    rules = prop(safe, "networkAcls")
    if word(at(rules, "defaultAction")) != "deny":
        return failed("callers from every address are admitted")
    held = frozenset(str(rule.get("value")) for rule in many(at(rules, "ipRules")))
    said = f"admits {in_words(held) or 'no public address'}"
    return failed(said) if any(hold_world(held, family) for family in FAMILIES) else passed(said)


@check(
    f"{VAULT.type}.access_narrow",
    on=VAULT.type,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Key vault lets nobody destroy keys or secrets for good",
    risk="One stolen identity is enough to destroy what everything else was encrypted with.",
    fix="az keyvault set-policy --ids {id} --object-id PRINCIPAL --key-permissions get list --secret-permissions get list",
)
def access_narrow(vault: Resource) -> Verdict:
    entries = many(properties(vault).get("accessPolicies"))
    if is_on(prop(vault, "enableRbacAuthorization")):
        return skipped("roles decide, and its own list counts for nothing")
    wide = {str(entry.get("objectId")) for entry in entries if _permissions(entry.get("permissions")) & DANGEROUS}
    return (
        failed(f"all rights, or to purge: {in_words(wide)}") if wide else passed(f"{len(entries)} entries, none of which may")
    )


def _permissions(given: object) -> set[str]:
    """Return what an entry of a vault's list allows, of whatever kind."""
    kinds = given.values() if isinstance(given, dict) else ()
    return {word(right) for kind in kinds for right in kind or []}


def _time(thing: Resource, name: str) -> datetime | None:
    seconds = prop(thing, f"attributes.{name}")
    return None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)


def enabled(judge: Callable[[Resource, datetime], Verdict]) -> Callable[[Resource, datetime], Verdict]:
    """Leave out keys and secrets that are switched off; they are on where nothing is said."""

    def judged(thing: Resource, now: datetime) -> Verdict:
        off = word(prop(thing, "attributes.enabled")) == "false"
        return skipped("it is switched off") if off else judge(thing, now)

    return judged


@dataclass(frozen=True, slots=True)
class Dated:
    """A type whose resources have a day on which they expire."""

    kind: Kind
    control: str
    cis: tuple[str, ...] = ()


DATED = (
    Dated(KEY, "encryption.key_rotation", ("v6:8.3.1", "v6:8.3.2")),
    Dated(HSM_KEY, "encryption.key_rotation"),
    Dated(SECRET, "identity.secret_rotation", ("v6:8.3.3", "v6:8.3.4")),
)


def _expires(dated: Dated) -> Check:
    @check(
        f"{dated.kind.type}.expires",
        on=dated.kind.type,
        control=dated.control,
        severity=Severity.MEDIUM,
        title=f"{dated.kind.noun} has a day, still to come, on which it expires",
        risk="Nobody is made to replace it, and a copy that was taken years ago still works.",
        fix=f"{dated.kind.modify} set-attributes --id URI --expires DATE",
        cis=dated.cis,
    )
    @enabled
    def judge(thing: Resource, now: datetime) -> Verdict:
        end = _time(thing, "exp")
        if end is None:
            return failed("it never expires")
        return failed(f"it expired on {day(end)}") if end <= now else passed(f"it expires on {day(end)}", until=end)

    return judge


EXPIRES = tuple(_expires(each) for each in DATED)


@check(
    f"{SECRET.type}.renewed",
    on=SECRET.type,
    control="identity.secret_rotation",
    severity=Severity.LOW,
    title="Secret was renewed within a year",
    risk="Everybody who ever read it still has it, and most of them have left.",
    fix="az keyvault secret set --vault-name VAULT --name {name}, with a new value",
)
@enabled
def renewed(secret: Resource, now: datetime) -> Verdict:
    made = _time(secret, "created")
    if made is None:
        return unknown("when it was made is not said")
    said = f"made on {day(made)}"
    return failed(said) if now - made >= SECRETS_LAST else passed(said, until=made + SECRETS_LAST)


@check(
    f"{SECRET.type}.removed",
    on=SECRET.type,
    control="data.retention",
    severity=Severity.INFORMATIONAL,
    title="Secret is removed when it has expired for long",
    risk="What nobody needs any more is stolen with the rest, and often still opens something.",
    fix="az keyvault secret delete --vault-name VAULT --name {name}",
)
def removed(secret: Resource, now: datetime) -> Verdict:
    end = _time(secret, "exp")
    if end is None:
        return skipped("it never expires")
    last = end + LINGERS
    return failed(f"it expired on {day(end)}, and is still there") if last <= now else passed(f"until {day(end)}", until=last)


@check(
    f"{SECRET.type}.certificate_brief",
    on=SECRET.type,
    control="encryption.certificates",
    severity=Severity.LOW,
    title="Certificate in the vault is valid for twelve months at most",
    risk="A key that was stolen speaks for the site for years, and nobody is used to replacing it.",
    fix="az keyvault certificate create --vault-name VAULT --name {name}, with validityInMonths 12 or less in the policy",
    cis=("v6:8.3.11",),
)
@enabled
def certificate_brief(secret: Resource, _now: datetime) -> Verdict:
    if word(prop(secret, "contentType")) not in CERTIFICATES:
        return skipped("it holds no certificate")
    start, end = _time(secret, "nbf"), _time(secret, "exp")
    if start is None or end is None:
        return unknown("from when to when it is valid is not said")
    return (passed if end - start <= LONGEST else failed)(f"valid for {(end - start).days} days")


def days(span: object) -> int | None:
    """Return the days of a duration (``P90D``, ``P1Y``), a month as 30 and a year as 365; ``None`` for anything else."""
    if not (found := SPAN.fullmatch(str(span or ""))) or not any(found.groups()):
        return None
    return sum(int(count or 0) * length for count, length in zip(found.groups(), (365, 30, 7, 1), strict=True))


@each(
    KEYS,
    "rotates",
    control="encryption.key_rotation",
    severity=Severity.LOW,
    title="NOUN rotates by itself, every two years at least",
    risk="One leaked version of the key opens everything that was ever encrypted with it.",
    fix="az keyvault key rotation-policy update --id URI --value POLICY",
    cis=("v6:8.3.9",),
)
@enabled
def rotates(key: Resource, _now: datetime) -> Verdict:
    policy = key["rotation"]
    triggers = [
        each.get("trigger") or {} for each in many(at(policy, "lifetimeActions")) if word(at(each, "action.type")) == "rotate"
    ]
    if not triggers:
        return failed("no policy rotates it")
    spans = [_span(trigger, at(policy, "attributes.expiryTime")) for trigger in triggers]
    known = [span for span in spans if span is not None]
    if not known:
        return unknown("after what time it rotates is not said")
    return (passed if min(known) <= MOST_DAYS else failed)(f"every {min(known)} days")


def _span(trigger: Mapping[str, Any], expiry: object) -> int | None:
    """Return after how many days a trigger rotates: so long after a version was made, or before it expires."""
    if (after := days(trigger.get("timeAfterCreate"))) is not None:
        return after
    life, before = days(expiry), days(trigger.get("timeBeforeExpiry"))
    return None if life is None or before is None else life - before
