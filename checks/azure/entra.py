"""Checks on a tenant: what is recorded of it, what comes into it from elsewhere, and what may leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from checks.azure.entra_read import TENANT, flag
from checks.azure.read import at, in_words, is_on, many, not_handed_on, word
from checks.times import time_of
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

ENTRA = "Entra admin center: "
SYNC = timedelta(hours=24)
SIGN_INS = (
    "AuditLogs",
    "SignInLogs",
    "NonInteractiveUserSignInLogs",
    "ServicePrincipalSignInLogs",
    "ManagedIdentitySignInLogs",
)


def _recorded(tenant: Resource, categories: Sequence[str], fact: str = "diagnostics") -> Verdict:
    missing = not_handed_on(tenant, categories, fact)
    return failed(f"{in_words(missing)} are not handed on") if missing else passed(f"{in_words(categories)} are handed on")


@check(
    f"{TENANT}.sign_ins_exported",
    on=TENANT,
    control="logging.audit_trail",
    severity=Severity.HIGH,
    title="Sign-ins and changes of the directory are exported",
    risk="After 30 days at most, nobody can tell any more who signed in, and who changed whose rights.",
    fix=f"{ENTRA}Monitoring, Diagnostic settings, with the categories {', '.join(SIGN_INS)}",
    cis=("v6:6.1.1.8", "v3:6.1.8"),
)
def sign_ins_exported(tenant: Resource) -> Verdict:
    return _recorded(tenant, SIGN_INS)


@check(
    f"{TENANT}.graph_calls_exported",
    on=TENANT,
    control="logging.data_events",
    severity=Severity.MEDIUM,
    title="Calls to Microsoft Graph are exported",
    risk="What a stolen token read, of mails, files and the directory, nobody can tell.",
    fix=f"{ENTRA}Monitoring, Diagnostic settings, with the category MicrosoftGraphActivityLogs",
    cis=("v6:6.1.1.7", "v3:6.1.7"),
)
def graph_calls_exported(tenant: Resource) -> Verdict:
    return _recorded(tenant, ["MicrosoftGraphActivityLogs"])


@check(
    f"{TENANT}.device_changes_exported",
    on=TENANT,
    control="logging.audit_trail",
    severity=Severity.LOW,
    title="Changes of device management are exported",
    risk="Who sent a program to all devices, nobody can tell.",
    fix="Intune admin center: Tenant administration, Diagnostic settings, with the categories AuditLogs and OperationalLogs",
    cis=("v6:6.1.1.9", "v3:6.1.9"),
)
def device_changes_exported(tenant: Resource) -> Verdict:
    if tenant["intune_diagnostics"] is None:
        return skipped("the tenant has no Intune")
    return _recorded(tenant, ["AuditLogs", "OperationalLogs"], "intune_diagnostics")


@check(
    f"{TENANT}.subscriptions_stay",
    on=TENANT,
    service="azure.subscription",
    control="directory.federation",
    severity=Severity.MEDIUM,
    title="Subscriptions neither leave the tenant nor enter it",
    risk="One owner takes a subscription, with all that lies in it, to a directory of his own.",
    fix="Azure portal: Subscriptions, Advanced options, Manage policies",
    cis=("v6:5.6", "v3:2.25"),
)
def subscriptions_stay(tenant: Resource) -> Verdict:
    given = tenant["subscription_policy"]
    ways = {"leave": "blockSubscriptionsLeavingTenant", "enter": "blockSubscriptionsIntoTenant"}
    free = [way for way, name in ways.items() if not is_on(at(given, name))]
    return failed(f"they may {' and '.join(free)}") if free else passed("both are blocked")


@check(
    f"{TENANT}.synchronized_lately",
    on=TENANT,
    control="directory.federation",
    severity=Severity.MEDIUM,
    title="The directory on premises was synchronized lately",
    risk="Who left the company still signs in here.",
    fix="Start-ADSyncSyncCycle on the server of Entra Connect, after its log told why it stopped",
)
def synchronized_lately(tenant: Resource, now: datetime) -> Verdict:
    item = tenant["item"]
    if not is_on(item.get("onPremisesSyncEnabled")):
        return skipped("nothing is synchronized")
    last = time_of(item.get("onPremisesLastSyncDateTime"))
    if last is None:
        return failed("it never was")
    return (
        passed(f"at {last:%Y-%m-%d %H:%M}", until=last + SYNC)
        if now - last < SYNC
        else failed(f"last at {last:%Y-%m-%d %H:%M}")
    )


@check(
    f"{TENANT}.domains_verified",
    on=TENANT,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Every domain of the tenant is verified",
    risk="A name that was never proved stands beside those that people trust.",
    fix="DELETE /domains/DOMAIN, or verify it",
)
def domains_verified(tenant: Resource) -> Verdict:
    names = [str(each.get("id")) for each in many(tenant["domains"]) if each.get("isVerified") is False]
    return failed(f"{in_words(names)} is not") if names else passed("all are")


@check(
    f"{TENANT}.weak_factors_off",
    on=TENANT,
    control="identity.mfa",
    severity=Severity.LOW,
    title="Messages and calls are no second factor",
    risk="Telephone numbers are taken over, and codes in messages are passed on.",
    fix=f"{ENTRA}Authentication methods, Policies: SMS and Voice call off",
)
def weak_factors_off(tenant: Resource) -> Verdict:
    rows: list[Any] = many(flag(tenant, "methods", "authenticationMethodConfigurations"))
    if not rows:
        return unknown("the methods are not told")
    weak = [
        str(each.get("id"))
        for each in rows
        if word(each.get("id")) in ("sms", "voice") and word(each.get("state")) == "enabled"
    ]
    return failed(f"{in_words(weak)} is allowed") if weak else passed("neither is allowed")
