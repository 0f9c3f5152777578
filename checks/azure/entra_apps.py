"""Checks on applications: their secrets, where they send tokens, whom they admit, and what they may read and change.

Dates of credentials are those of the directory; what a credential is, nobody can read. Sources: Microsoft Graph reference,
"application", "servicePrincipal", "appRoleAssignment", "oAuth2PermissionGrant"; "Microsoft Graph permissions reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from checks.azure.read import at, in_words, many, word
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

APPLICATION, PRINCIPAL, GRANTED, CONSENT = (
    "azure.entra.application",
    "azure.entra.service_principal",
    "azure.entra.app_role_assignment",
    "azure.entra.consent",
)
AGE, SOON = timedelta(days=365), timedelta(days=30)
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
# Permissions of applications by which they make themselves, or anybody, an administrator, or read everybody's data. Their
# ids are the same in every tenant.
POWERS: Mapping[str, str] = {
    "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8": "RoleManagement.ReadWrite.Directory",
    "06b708a9-e830-4db3-a914-8e69da51d44f": "AppRoleAssignment.ReadWrite.All",
    "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9": "Application.ReadWrite.All",
    "19dbc75e-c2e2-444c-a770-ec69d8559fc7": "Directory.ReadWrite.All",
    "62a82d76-70ea-41e2-9197-370581804d09": "Group.ReadWrite.All",
    "dbaae8cf-10b5-4b86-a4a1-f871c94c6695": "GroupMember.ReadWrite.All",
    "741f803b-c850-494e-b5df-cde7c675a1ca": "User.ReadWrite.All",
    "50483e42-d915-4231-9639-7fdb7fd190e5": "UserAuthenticationMethod.ReadWrite.All",
    "e2a3a72e-5f79-4c64-b1b1-878b674786c9": "Mail.ReadWrite",
    "75359482-378d-4052-8f01-80520e7db3cd": "Files.ReadWrite.All",
    "a82116e5-55eb-4c41-a434-62fe8a61c773": "Sites.FullControl.All",
}
# What users should not hand on to others' applications.
SCOPES = frozenset(
    {
        "application.readwrite.all",
        "approleassignment.readwrite.all",
        "directory.accessasuser.all",
        "directory.readwrite.all",
        "files.readwrite.all",
        "mail.readwrite",
        "mail.send",
        "rolemanagement.readwrite.directory",
        "sites.fullcontrol.all",
        "user_impersonation",
        "user.readwrite.all",
    }
)
MICROSOFT = frozenset({"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"})
"""The tenants that Microsoft's own applications are of."""
# A name that is cut off is the beginning of strangers' names, too: repo:acme* is also repo:acme-evil.
MATCHED = re.compile(r"claims\[\s*'sub'\s*\]\s+(?P<how>matches|eq)\s+'(?P<value>[^']*)'", re.IGNORECASE)

OWNED = re.compile(r"[^:]+:.+[/:]")

Row = Mapping[str, Any]


def _valid(rows: object, now: datetime) -> list[Row]:
    """Return the credentials that have not ended."""
    ends = [(each, time_of(each.get("endDateTime"))) for each in many(rows)]
    return [each for each, end in ends if end is None or end > now]


def _name(credential: Row) -> str:
    return str(credential.get("displayName") or credential.get("keyId"))


@check(
    "azure.entra.application.secrets_renewed",
    on=APPLICATION,
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Application's secrets are younger than a year",
    risk="A secret that leaked long ago still opens what the application may.",
    fix="az ad app credential reset --id {id}, then delete the old secret",
)
def secrets_renewed(application: Resource, now: datetime) -> Verdict:
    secrets = _valid(application["item"].get("passwordCredentials"), now)
    if not secrets:
        return skipped("it has no secret that is valid")
    starts = [(time_of(each.get("startDateTime")), _name(each)) for each in secrets]
    old = [name for start, name in starts if start is None or now - start > AGE]
    first = min((start for start, _ in starts if start), default=now)
    return failed(f"{in_words(old)} is older") if old else passed(f"made on {day(first)}", until=first + AGE)


@check(
    "azure.entra.application.no_secrets",
    on=APPLICATION,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Application proves itself without a secret",
    risk="Secrets end up in code, in settings and in mails.",
    fix="az ad app federated-credential create --id {id} --parameters FILE, or a certificate; then delete the secrets",
)
def no_secrets(application: Resource, now: datetime) -> Verdict:
    item = application["item"]
    secrets = _valid(item.get("passwordCredentials"), now)
    if secrets:
        return failed(f"{len(secrets)} secret(s)")
    others = [*_valid(item.get("keyCredentials"), now), *many(item.get("federatedIdentityCredentials"))]
    return passed("by certificates or tokens of others") if others else skipped("it proves itself by nothing")


@check(
    "azure.entra.application.no_dead_credentials",
    on=APPLICATION,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Application has no credentials that have ended",
    risk="Nobody sees which of many credentials is in use, and which one somebody added.",
    fix="az ad app credential delete --id {id} --key-id KEY",
)
def no_dead_credentials(application: Resource, now: datetime) -> Verdict:
    item = application["item"]
    every = [*many(item.get("passwordCredentials")), *many(item.get("keyCredentials"))]
    if not every:
        return skipped("it has no credentials")
    dead = [_name(each) for each in every if each not in _valid(every, now)]
    end = min((time for time in (time_of(each.get("endDateTime")) for each in every) if time and time > now), default=None)
    return failed(f"{in_words(dead)} has ended") if dead else passed(f"{len(every)} are valid", until=end)


def _ending(rows: list[Row], now: datetime) -> Verdict:
    """Judge whether certificates are renewed in time. Those that have ended are not in use any more."""
    ends = [(end, _name(each)) for each in rows if (end := time_of(each.get("endDateTime"))) and end > now]
    if not ends:
        return skipped("it has no certificate that is valid")
    end, name = max(ends)
    said = f"{name} ends on {day(end)}"
    return failed(said) if end - now < SOON else passed(said, until=end - SOON)


@check(
    "azure.entra.application.certificate_renewed",
    on=APPLICATION,
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="Application's certificate is good for a month",
    risk="On that day the application stops, and whoever is in a hurry makes a secret.",
    fix="az ad app credential reset --id {id} --create-cert --append",
)
def certificate_renewed(application: Resource, now: datetime) -> Verdict:
    return _ending(many(application["item"].get("keyCredentials")), now)


@check(
    "azure.entra.service_principal.signing_certificate_renewed",
    on=PRINCIPAL,
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="Certificate that signs the sign-ins is good for a month",
    risk="On that day nobody gets into the application any more.",
    fix="POST /servicePrincipals/{id}/addTokenSigningCertificate, then make it the active one",
)
def signing_certificate_renewed(principal: Resource, now: datetime) -> Verdict:
    item = principal["item"]
    if word(item.get("servicePrincipalType")) == "managedidentity":
        return skipped("Azure renews those of managed identities")
    return _ending([each for each in many(item.get("keyCredentials")) if word(each.get("usage")) == "sign"], now)


@check(
    "azure.entra.service_principal.no_added_credentials",
    on=PRINCIPAL,
    control="identity.workload_identity",
    severity=Severity.HIGH,
    title="Nobody added credentials to an application of somebody else's",
    risk="Whoever holds such a secret is the application, with all that was consented to, and its maker does not know.",
    fix="az ad sp credential delete --id {id} --key-id KEY",
)
def no_added_credentials(principal: Resource, now: datetime) -> Verdict:
    item = principal["item"]
    owner = word(item.get("appOwnerOrganizationId"))
    if word(item.get("servicePrincipalType")) != "application" or not owner or owner == principal.account.lower():
        return skipped("no application of somebody else's")
    added = _valid(item.get("passwordCredentials"), now)
    return failed(f"{len(added)} secret(s) of this tenant's") if added else passed("it has none of this tenant's")


# Where tokens go, and who is admitted.


def _addresses(application: Resource) -> Iterator[str]:
    for kind in ("web", "spa", "publicClient"):
        yield from (str(each) for each in at(application["item"], f"{kind}.redirectUris") or ())


def _loose(address: str) -> bool:
    """Tell whether tokens that are sent to an address may reach others."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return True
    return "*" in address or (parts.scheme.lower() == "http" and host not in LOCAL)


@check(
    "azure.entra.application.addresses_safe",
    on=APPLICATION,
    control="application.exposure",
    severity=Severity.MEDIUM,
    title="Application has tokens sent to safe addresses only",
    risk="Whoever listens on the way, or gets one of many names, receives the tokens of those who sign in.",
    fix="az ad app update --id {id} --web-redirect-uris https://ADDRESS",
)
def addresses_safe(application: Resource) -> Verdict:
    every = list(_addresses(application))
    if not every:
        return skipped("no tokens are sent anywhere")
    loose = [each for each in every if _loose(each)]
    return failed(f"to {in_words(loose)}") if loose else passed(f"{len(every)} address(es)")


@check(
    "azure.entra.application.no_implicit_tokens",
    on=APPLICATION,
    control="application.exposure",
    severity=Severity.LOW,
    title="Application gets no access tokens in addresses",
    risk="Tokens in addresses stay in histories and logs.",
    fix="az ad app update --id {id} --enable-access-token-issuance false",
)
def no_implicit_tokens(application: Resource) -> Verdict:
    on = at(application["item"], "web.implicitGrantSettings.enableAccessTokenIssuance") is True
    return failed("the implicit flow is on") if on else passed("the implicit flow is off")


@check(
    "azure.entra.application.own_tenant",
    on=APPLICATION,
    control="application.exposure",
    severity=Severity.LOW,
    title="Application admits accounts of its own tenant only",
    risk="Unless its code checks the tenant, anybody with a Microsoft account is let in.",
    fix="az ad app update --id {id} --sign-in-audience AzureADMyOrg",
)
def own_tenant(application: Resource) -> Verdict:
    audience = application["item"].get("signInAudience")
    return passed("its own") if word(audience) == "azureadmyorg" else failed(f"for {audience or 'whom is not told'}")


@check(
    "azure.entra.application.properties_locked",
    on=APPLICATION,
    control="governance.guardrails",
    severity=Severity.LOW,
    title="Application of many tenants is locked against changes in others",
    risk="An administrator of another tenant adds a secret, and is the application there.",
    fix="PATCH /applications/{id} with servicePrincipalLockConfiguration.isEnabled and allProperties true",
)
def properties_locked(application: Resource) -> Verdict:
    item = application["item"]
    if not word(item.get("signInAudience")).startswith(("azureadmultiple", "azureadand")):
        return skipped("it is of one tenant")
    on = at(item, "servicePrincipalLockConfiguration.isEnabled") is True
    return passed("it is locked") if on else failed("it is not locked")


def _unpinned(credential: Row) -> bool:
    """Tell whether a federated credential takes tokens of subjects of whom it does not name the owner."""
    if str(credential.get("subject") or "").strip():
        return False
    found = MATCHED.search(str(at(credential, "claimsMatchingExpression.value") or ""))
    if found is None:
        return True
    beginning, star, _ = found["value"].partition("*")
    return bool(star) and found["how"].lower() == "matches" and not OWNED.fullmatch(beginning)


@check(
    "azure.entra.application.tokens_pinned",
    on=APPLICATION,
    control="identity.workload_identity",
    severity=Severity.HIGH,
    title="Federated credential names whose tokens it takes",
    risk="Every customer of the same service, say every repository on GitHub, is the application.",
    fix="az ad app federated-credential update --id {id} --federated-credential-id NAME --parameters FILE, with a subject",
)
def tokens_pinned(application: Resource) -> Verdict:
    every = many(application["item"].get("federatedIdentityCredentials"))
    if not every:
        return skipped("it takes tokens of nobody else")
    loose = [str(each.get("name")) for each in every if _unpinned(each)]
    return failed(f"{in_words(loose)} does not") if loose else passed(f"{len(every)} credential(s)")


# What they may do.


def _foreign(principal: object, account: str) -> bool:
    """Tell whether an application is neither of this tenant nor of Microsoft."""
    owner = word(at(principal, "appOwnerOrganizationId"))
    return bool(owner) and owner != account.lower() and owner not in MICROSOFT


@check(
    "azure.entra.app_role_assignment.no_power",
    on=GRANTED,
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="Application may not take the directory over, or read all data",
    risk="Whoever finds its secret makes himself an administrator, or reads everybody's mail, without a second factor.",
    fix="DELETE /servicePrincipals/RESOURCE/appRoleAssignedTo/{id}",
)
def no_power(granted: Resource) -> Verdict:
    item = granted["item"]
    power = POWERS.get(word(item.get("appRoleId")))
    if not power:
        return passed("no permission that leads to more")
    principal = granted["service_principal"]
    if _microsofts(principal):
        return skipped("an application of Microsoft's")
    return failed(f"{item.get('principalDisplayName') or item.get('principalId')} holds {power}")


def _microsofts(principal: object) -> bool:
    return word(at(principal, "appOwnerOrganizationId")) in MICROSOFT


@check(
    "azure.entra.consent.narrow",
    on=CONSENT,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Application of somebody else's may not change data or send mail",
    risk="Its maker, or whoever breaks in there, acts as the users who consented.",
    fix="az ad app permission list-grants --id APPLICATION, then DELETE /oauth2PermissionGrants/{id}",
)
def narrow(consent: Resource) -> Verdict:
    item, principal = consent["item"], consent["service_principal"]
    if not _foreign(principal, consent.account):
        return skipped("of this tenant, or of Microsoft")
    wide = sorted(SCOPES.intersection(word(item.get("scope")).split()))
    name = at(principal, "displayName") or item.get("clientId")
    whose = "everybody" if word(item.get("consentType")) == "allprincipals" else "one user"
    return (
        failed(f"{name} may {in_words(wide)} for {whose}") if wide else passed(f"{name} may {item.get('scope') or 'nothing'}")
    )
