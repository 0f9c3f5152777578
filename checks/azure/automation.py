"""Checks on accounts of Automation. Source: Automation REST API, "Automation Account", "Variable", "Webhook", "Runbook"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from checks.azure import workloads
from checks.azure.read import SET, in_words, inner, is_on, prop, rows, same, word
from checks.support import lasting, supported
from checks.times import time_of
from checks.verdicts import worst
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

ACCOUNT = "azure.automation.account"
RUN_AS = re.compile(r"azure(classic)?runas", re.IGNORECASE)
LONGEST, NOTICE = timedelta(days=366), timedelta(days=30)
# Kinds of runbooks that name a version, and the environments that do so for all others.
KINDS = {"python2": "python 2.7", "python3": "python 3.8", "powershell7": "powershell 7.1", "powershell72": "powershell 7.2"}
ENVIRONMENT = re.compile(r"(python|powershell)-(\d+\.\d+)", re.IGNORECASE)


@check(
    f"{ACCOUNT}.public_access_off",
    on=ACCOUNT,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Account is closed to the internet",
    risk="Webhooks and workers are reached from everywhere, and one that leaks runs as the account.",
    fix=f"{SET}publicNetworkAccess=false",
)
def public_access_off(account: Resource) -> Verdict:
    # The setting is a flag here; where nothing is said, the account is open.
    closed = word(prop(account, "publicNetworkAccess")) in ("false", "disabled")
    return passed("public network access is off") if closed else failed("public network access is on")


def _values(account: Resource) -> Iterator[tuple[str, Any]]:
    for row in rows(account, "variables"):
        if not is_on(inner(row).get("isEncrypted")):
            yield str(row.get("name")), inner(row).get("value")


@check(
    f"{ACCOUNT}.variables_encrypted",
    on=ACCOUNT,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Variables of the account are encrypted",
    risk="Everybody who may read the account's settings reads them.",
    fix="Make the variable anew with isEncrypted true: it cannot be changed",
)
def variables_encrypted(account: Resource) -> Verdict:
    bare = [name for name, _ in _values(account)]
    return failed(f"in the clear: {in_words(bare)}") if bare else passed(f"{len(rows(account, 'variables'))} variable(s)")


@check(
    f"{ACCOUNT}.without_secrets",
    on=ACCOUNT,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Variables of the account that are not encrypted hold no secrets",
    risk="Everybody who may read the account's settings reads the secret.",
    fix="Keep the secret in Key Vault, and replace it: it must be taken for known",
)
def without_secrets(account: Resource) -> Verdict:
    return workloads.without_secrets(_values(account))


@check(
    f"{ACCOUNT}.no_run_as_account",
    on=ACCOUNT,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Account holds no certificate of a Run As account",
    risk="The certificate of a service principal, a contributor by default, lies where every runbook can read it.",
    fix="az automation certificate delete --automation-account-name {name} --name AzureRunAsCertificate, and its principal",
)
def no_run_as_account(account: Resource) -> Verdict:
    found = [row.get("name") for row in rows(account, "certificates") if RUN_AS.match(str(row.get("name")))]
    return failed(f"held: {in_words(found)}") if found else passed("none")


@check(
    f"{ACCOUNT}.certificates_valid",
    on=ACCOUNT,
    control="encryption.certificates",
    severity=Severity.LOW,
    title="Certificates of the account are valid for another 30 days at least",
    risk="Runbooks stop working on a day that nobody chose.",
    fix="az automation certificate update --automation-account-name {name} --name NAME with a new certificate",
)
def certificates_valid(account: Resource, now: datetime) -> Verdict:
    held = {str(row.get("name")): time_of(inner(row).get("expiryTime")) for row in rows(account, "certificates")}
    if not held:
        return skipped("it has none")
    late = [name for name, end in held.items() if end and end - NOTICE <= now]
    known = [end for end in held.values() if end]
    return (
        failed(f"about to end, or ended: {in_words(late)}")
        if late
        else passed(f"{len(held)} certificate(s)", until=min(known) - NOTICE if known else None)
    )


@check(
    f"{ACCOUNT}.webhooks_short_lived",
    on=ACCOUNT,
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Links that start runbooks end within a year",
    risk="A link is a password that names nobody; one in an old mail works for ten years.",
    fix="Make the webhook anew with an earlier expiryTime: az resource delete --ids {id}/webhooks/NAME",
)
def webhooks_short_lived(account: Resource, now: datetime) -> Verdict:
    hooks = [(str(row.get("name")), time_of(inner(row).get("expiryTime"))) for row in rows(account, "webhooks")]
    late = [name for name, end in hooks if end is None or end - now > LONGEST]
    return failed(f"no end within a year: {in_words(late)}") if late else passed(f"{len(hooks)} webhook(s)")


@check(
    f"{ACCOUNT}.started_by_name",
    on=ACCOUNT,
    control="application.exposure",
    severity=Severity.LOW,
    title="Nobody starts runbooks with nothing but a link",
    risk="Whoever finds the link in a log or a chat runs the code, with the rights of the account.",
    fix="az resource delete --ids {id}/webhooks/NAME; start the runbook through Azure Resource Manager or Event Grid",
)
def started_by_name(account: Resource, now: datetime) -> Verdict:
    hooks = [(str(row.get("name")), inner(row)) for row in rows(account, "webhooks")]
    live = [(name, time_of(said.get("expiryTime"))) for name, said in hooks if not same(said.get("isEnabled"), "false")]
    open_ = [name for name, end in live if end is None or end > now]
    return failed(f"enabled: {in_words(open_)}") if open_ else passed("no link works")


@check(
    f"{ACCOUNT}.supported_runtimes",
    on=ACCOUNT,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Runbooks run on languages that are kept up to date",
    risk="Holes in the language and its modules stay open for ever.",
    fix="Move the runbook to an environment with a newer version: az automation runbook update, with runtimeEnvironment",
)
def supported_runtimes(account: Resource, now: datetime) -> Verdict:
    found = sorted({name for row in rows(account, "runbooks") if (name := _runtime(inner(row)))})
    if not found:
        return skipped("no runbook names a version")
    return worst(supported("azure.stacks", name, now) for name in found)


SUPPORT_LASTS = lasting(supported_runtimes)


def _runtime(runbook: Any) -> str:
    """Return the language and version of a runbook, as the table of stacks names them; empty where it names none."""
    named = ENVIRONMENT.fullmatch(str(runbook.get("runtimeEnvironment") or ""))
    if named:
        found = f"{named[1].lower()} {named[2]}"
        return "" if found == "powershell 5.1" else found
    return KINDS.get(word(runbook.get("runbookType")), "")
