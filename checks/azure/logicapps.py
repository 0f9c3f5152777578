"""Checks on workflows of Logic Apps. Source: Logic Apps REST API, "Workflows"; "Workflow Definition Language"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.azure.read import Item, at, in_words, many, prop, same, word
from checks.world import FAMILIES, is_world, stretch
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

WORKFLOW = "azure.logicapps.workflow"
CALLED = ("request", "httpwebhook", "apiconnectionwebhook", "manual")
CALLS = ("http", "httpwebhook")
PASSWORDS = ("basic", "raw", "clientcertificate")
NESTED = ("actions", "else", "cases", "default")
UNTOLD = "its definition is not told"


def _within(actions: Any) -> Iterator[tuple[str, Item]]:
    """Yield actions with their names, and those that lie within them: in scopes, loops, conditions and switches."""
    for name, action in (actions or {}).items() if isinstance(actions, Mapping) else ():
        if isinstance(action, Mapping):
            yield str(name), action
            yield from _within(action.get("actions"))
            yield from _within(at(action, "else.actions"))
            yield from _within(at(action, "default.actions"))
            for case in (action.get("cases") or {}).values():
                yield from _within(at(case, "actions"))


def _steps(workflow: Resource) -> list[tuple[str, Item]]:
    return [*_within(prop(workflow, "definition.triggers")), *_within(prop(workflow, "definition.actions"))]


def _calls(workflow: Resource) -> list[tuple[str, Item]]:
    """Return what of a workflow calls an address of the author's choice, with the inputs of the call."""
    return [(name, step.get("inputs") or {}) for name, step in _steps(workflow) if word(step.get("type")) in CALLS]


def _told(workflow: Resource) -> bool:
    return isinstance(prop(workflow, "definition"), Mapping)


def _is_called(workflow: Resource) -> bool:
    triggers = prop(workflow, "definition.triggers") or {}
    return any(word(each.get("type")) in CALLED for each in triggers.values() if isinstance(each, Mapping))


def _wide(ranges: list[Item]) -> bool:
    """Tell whether ranges of addresses, blocks or two ends with a dash, are the whole internet."""
    found: dict[int, list[tuple[int, int]]] = {family: [] for family in FAMILIES}
    for each in ranges:
        first, dash, last = str(each.get("addressRange") or "").replace(" ", "").partition("-")
        if first:
            family, (low, high) = stretch(first)
            found[family].append((low, stretch(last)[1][1] if dash else high))
    return any(is_world(stretches, family) for family, stretches in found.items())


def _admits(workflow: Resource, what: str) -> str:
    """Return from where *what* is allowed to be called, where that is everywhere."""
    control = prop(workflow, f"accessControl.{what}")
    ranges = at(control, "allowedCallerIpAddresses")
    if ranges is None:
        return "every address is admitted"
    return "every address is in its ranges" if _wide(many(ranges)) else ""


@check(
    f"{WORKFLOW}.callers_narrow",
    on=WORKFLOW,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Workflow is started from chosen networks only",
    risk="Its link is its password: whoever finds it in a log or a chat starts the workflow from anywhere.",
    fix="az resource update --ids {id} --set properties.accessControl.triggers.allowedCallerIpAddresses="
    """'[{"addressRange": "RANGE"}]'""",
)
def callers_narrow(workflow: Resource) -> Verdict:
    if not _told(workflow):
        return unknown(UNTOLD)
    if not _is_called(workflow):
        return skipped("nobody calls it")
    wide = _admits(workflow, "triggers")
    return failed(wide) if wide else passed("its ranges are narrow")


@check(
    f"{WORKFLOW}.callers_sign_in",
    on=WORKFLOW,
    control="application.exposure",
    severity=Severity.LOW,
    title="Workflow asks its callers for a token of Entra ID",
    risk="A link with a signature names nobody, and cannot be taken back one by one.",
    fix="az resource update --ids {id} --set properties.accessControl.triggers.openAuthenticationPolicies.policies=POLICIES",
)
def callers_sign_in(workflow: Resource) -> Verdict:
    if not _told(workflow):
        return unknown(UNTOLD)
    if not _is_called(workflow):
        return skipped("nobody calls it")
    policies = prop(workflow, "accessControl.triggers.openAuthenticationPolicies.policies") or {}
    signed = same(prop(workflow, "accessControl.triggers.sasAuthenticationPolicy.state"), "Disabled")
    if not policies:
        return failed("a link with a signature is enough")
    return passed(f"{len(policies)} polic{'y' if len(policies) == 1 else 'ies'}{', and no links' if signed else ''}")


@check(
    f"{WORKFLOW}.history_narrow",
    on=WORKFLOW,
    control="data.public_exposure",
    severity=Severity.LOW,
    title="What the workflow's runs read and wrote is read from chosen networks",
    risk="Inputs and outputs of every run, with all the data in them, are read from anywhere.",
    fix="az resource update --ids {id} --set properties.accessControl.contents.allowedCallerIpAddresses="
    """'[{"addressRange": "RANGE"}]'""",
)
def history_narrow(workflow: Resource) -> Verdict:
    wide = _admits(workflow, "contents")
    return failed(wide) if wide else passed("its ranges are narrow")


@check(
    f"{WORKFLOW}.calls_encrypted",
    on=WORKFLOW,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Workflow calls others over HTTPS only",
    risk="What it sends, and what it gets, can be read and changed on its way.",
    fix="Change http:// to https:// in the actions that are named",
)
def calls_encrypted(workflow: Resource) -> Verdict:
    if not _told(workflow):
        return unknown(UNTOLD)
    calls = _calls(workflow)
    bare = [name for name, inputs in calls if word(inputs.get("uri")).startswith("http://")]
    return failed(f"over HTTP: {in_words(bare)}") if bare else passed(f"{len(calls)} call(s), none over HTTP")


@check(
    f"{WORKFLOW}.calls_as_itself",
    on=WORKFLOW,
    control="identity.secrets",
    severity=Severity.MEDIUM,
    title="Workflow signs in to others without passwords of its own",
    risk="Whoever may read the workflow reads the password.",
    fix="Set authentication.type to ManagedServiceIdentity in the actions that are named",
)
def calls_as_itself(workflow: Resource) -> Verdict:
    if not _told(workflow):
        return unknown(UNTOLD)
    calls = _calls(workflow)
    bare = [name for name, inputs in calls if _by_password(inputs.get("authentication"))]
    return failed(f"with a password: {in_words(bare)}") if bare else passed(f"{len(calls)} call(s), none with a password")


def _by_password(said: Any) -> bool:
    secret = word(at(said, "type")) == "activedirectoryoauth" and bool(at(said, "secret"))
    return word(at(said, "type")) in PASSWORDS or secret


@check(
    f"{WORKFLOW}.secrets_left_out",
    on=WORKFLOW,
    control="identity.secrets",
    severity=Severity.MEDIUM,
    title="Secrets that the workflow fetches stay out of its history",
    risk="Everybody who may read the history of its runs reads the secret.",
    fix="Switch on secure outputs in the actions that are named",
)
def secrets_left_out(workflow: Resource) -> Verdict:
    if not _told(workflow):
        return unknown(UNTOLD)
    fetching = [(name, step) for name, step in _steps(workflow) if _fetches(step)]
    if not fetching:
        return skipped("it fetches none from Key Vault")
    shown = [name for name, step in fetching if "outputs" not in _hidden(step)]
    return failed(f"shown: {in_words(shown)}") if shown else passed(f"{len(fetching)} action(s)")


def _fetches(step: Item) -> bool:
    path = word(at(step, "inputs.path"))
    return "/secrets/" in path and path.endswith("/value")


def _hidden(step: Item) -> list[str]:
    return [word(each) for each in at(step, "runtimeConfiguration.secureData.properties") or []]


@check(
    f"{WORKFLOW}.calls_retried",
    on=WORKFLOW,
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Workflow tries again what failed",
    risk="One short disturbance elsewhere, and the work is lost.",
    fix="Remove retryPolicy none from the actions that are named",
)
def calls_retried(workflow: Resource) -> Verdict:
    if not _told(workflow):
        return unknown(UNTOLD)
    # Where nothing is said, it tries four times.
    once = [name for name, step in _steps(workflow) if same(at(step, "inputs.retryPolicy.type"), "none")]
    return failed(f"once only: {in_words(once)}") if once else passed("every action does")
