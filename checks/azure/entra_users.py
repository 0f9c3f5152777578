"""Checks on users and guests: second factors, sign-ins, passwords and invitations.

What takes a licence is absent without. A second factor that nobody reports is unknown, and an unused account is not looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from checks.azure.read import is_on, word
from checks.azure.rights import is_guest
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

USER = "azure.entra.user"
UNUSED, INVITED = timedelta(days=90), timedelta(days=30)
STRONG = frozenset(
    {
        "fido2",
        "passkeydevicebound",
        "passkeydeviceboundauthenticator",
        "passkeydeviceboundwindowshello",
        "windowshelloforbusiness",
        "microsoftauthenticatorpasswordless",
        "certificatebasedauthentication",
    }
)
UNREPORTED = "no report of second factors names the user: it takes a licence of Entra ID P1"

Row = Mapping[str, Any]


def _off(user: Row) -> bool:
    return user.get("accountEnabled") is False


@check(
    "azure.entra.user.second_factor",
    on=USER,
    control="identity.mfa",
    severity=Severity.HIGH,
    title="User has registered a second factor",
    risk="The first to sign in with the password registers a factor of his own.",
    fix="Ask {name} to register a method under https://aka.ms/mfasetup, and require multifactor authentication",
    cis=("v6:5.1.3", "v3:2.1.3"),
)
def second_factor(user: Resource) -> Verdict:
    if _off(user["item"]):
        return skipped("the account is disabled")
    if is_guest(user["item"]):
        return skipped("a guest signs in with another directory")
    registered = user["registration"]
    if registered is None:
        return unknown(UNREPORTED)
    return (
        passed("registered") if registered.get("isMfaCapable") is True else failed("no factor that may be used is registered")
    )


@check(
    "azure.entra.user.administrator_second_factor",
    on=USER,
    control="identity.mfa",
    severity=Severity.CRITICAL,
    title="Administrator has registered a second factor",
    risk="A guessed password is enough to administer the tenant.",
    fix="Ask {name} to register a method under https://aka.ms/mfasetup, and require multifactor authentication",
    cis=("v3:2.1.2",),
)
def administrator_second_factor(user: Resource) -> Verdict:
    if _off(user["item"]):
        return skipped("the account is disabled")
    registered = user["registration"]
    if registered is None:
        return unknown(UNREPORTED)
    if not is_on(registered.get("isAdmin")):
        return skipped("no administrator")
    return (
        passed("registered") if registered.get("isMfaCapable") is True else failed("no factor that may be used is registered")
    )


@check(
    "azure.entra.user.administrator_strong_factor",
    on=USER,
    control="identity.mfa",
    severity=Severity.LOW,
    title="Administrator's factor cannot be passed on",
    risk="A copied sign-in page takes the password and the code, and is an administrator.",
    fix="Give {name} a passkey or Windows Hello for Business, and require phishing-resistant authentication",
)
def administrator_strong_factor(user: Resource) -> Verdict:
    if _off(user["item"]):
        return skipped("the account is disabled")
    registered = user["registration"]
    if registered is None:
        return skipped("factors are told with a licence of Entra ID P1 only")
    if not is_on(registered.get("isAdmin")):
        return skipped("no administrator")
    methods = {word(each) for each in registered.get("methodsRegistered") or ()}
    return passed("has one") if methods & STRONG else failed("has a password and weaker factors only")


def _last(user: Resource) -> datetime | None:
    """Return when somebody signed in last, in person or by an application that he uses."""
    activity = (user["sign_ins"] or {}).get("signInActivity") or {}
    names = ("lastSignInDateTime", "lastNonInteractiveSignInDateTime", "lastSuccessfulSignInDateTime")
    return max((time for time in (time_of(activity.get(name)) for name in names) if time), default=None)


def _used(user: Resource, now: datetime) -> Verdict:
    item = user["item"]
    if _off(item):
        return skipped("the account is disabled")
    if user["sign_ins"] is None:
        return skipped("sign-ins are told with a licence of Entra ID P1 only")
    last, made = _last(user), time_of(item.get("createdDateTime"))
    since = last or made
    if since is None:
        return unknown("when the account was made is not told")
    said = f"last signed in on {day(since)}" if last else f"made on {day(since)}, and never signed in"
    return failed(said) if now - since > UNUSED else passed(said, until=since + UNUSED)


@check(
    "azure.entra.user.used",
    on=USER,
    control="identity.unused",
    severity=Severity.MEDIUM,
    title="User has signed in within 90 days",
    risk="Nobody notices that somebody else uses the account.",
    fix="az ad user update --id {id} --account-enabled false",
)
def used(user: Resource, now: datetime) -> Verdict:
    return skipped("a guest") if is_guest(user["item"]) else _used(user, now)


@check(
    "azure.entra.user.guest_used",
    on=USER,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Guest has signed in within 90 days",
    risk="Guests of projects that ended still have what they were given.",
    fix="az ad user delete --id {id}",
    cis=("v6:5.3.2", "v3:2.4"),
)
def guest_used(user: Resource, now: datetime) -> Verdict:
    return _used(user, now) if is_guest(user["item"]) else skipped("no guest")


@check(
    "azure.entra.user.invitation_accepted",
    on=USER,
    control="access.external_trust",
    severity=Severity.LOW,
    title="Guest has accepted the invitation within 30 days",
    risk="Whoever finds the mail, or takes the address over, comes in.",
    fix="az ad user delete --id {id}",
)
def invitation_accepted(user: Resource, now: datetime) -> Verdict:
    item = user["item"]
    if not is_guest(item):
        return skipped("no guest")
    if word(item.get("externalUserState")) != "pendingacceptance":
        return passed("accepted")
    made = time_of(item.get("createdDateTime"))
    if made is None:
        return unknown("when he was invited is not told")
    said = f"invited on {day(made)}"
    return failed(said) if now - made > INVITED else passed(said, until=made + INVITED)


@check(
    "azure.entra.user.strong_password",
    on=USER,
    control="identity.password_policy",
    severity=Severity.MEDIUM,
    title="User's password must be a strong one",
    risk="The account has a password that is among the first to be tried.",
    fix="PATCH /users/{id} with passwordPolicies None",
)
def strong_password(user: Resource) -> Verdict:
    policies = word(user["item"].get("passwordPolicies"))
    return failed("weak ones are allowed") if "disablestrongpassword" in policies else passed("weak ones are refused")
