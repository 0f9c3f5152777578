"""Cases of workflows of Logic Apps."""

from __future__ import annotations

from typing import Any

from checks.azure import logicapps as logic
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import row

CALLED = {"manual": {"type": "Request", "kind": "Http", "inputs": {}}}
TIMED = {"daily": {"type": "Recurrence", "recurrence": {"frequency": "Day"}}}


def workflow(actions: Any = None, triggers: Any = None, /, **control: Any) -> dict[str, Any]:
    return row(definition={"triggers": triggers or TIMED, "actions": actions or {}}, accessControl=control or None)


def admits(what: str, *ranges: str, triggers: Any = CALLED) -> dict[str, Any]:
    return workflow(None, triggers, **{what: {"allowedCallerIpAddresses": [{"addressRange": each} for each in ranges]}})


def http(uri: str = "https://a.example", **inputs: Any) -> dict[str, Any]:
    return {"type": "Http", "inputs": {"method": "GET", "uri": uri, **inputs}}


def signed(kind: str, **more: Any) -> dict[str, Any]:
    return workflow({"call": http(authentication={"type": kind, **more})})


def within(action: dict[str, Any]) -> dict[str, Any]:
    """Return a workflow with an action deep within others."""
    switch = {"type": "Switch", "cases": {"one": {"actions": {"inner": action}}}, "default": {"actions": {}}}
    branch = {"type": "If", "actions": {}, "else": {"actions": {"switch": switch}}}
    return workflow({"scope": {"type": "Scope", "actions": {"branch": branch}}})


def fetch(*hidden: str) -> dict[str, Any]:
    return {
        "type": "ApiConnection",
        "inputs": {"method": "get", "path": "/secrets/@{encodeURIComponent('db')}/value"},
        "runtimeConfiguration": {"secureData": {"properties": list(hidden)}},
    }


def asking(policies: Any, state: str = "Enabled") -> dict[str, Any]:
    triggers = {"openAuthenticationPolicies": {"policies": policies}, "sasAuthenticationPolicy": {"state": state}}
    return workflow(None, CALLED, triggers=triggers)


CASES = [
    case(logic.callers_narrow, PASS, item=admits("triggers", "203.0.113.0/24")),
    case(logic.callers_narrow, PASS, item=admits("triggers", "203.0.113.1 - 203.0.113.9")),
    case(logic.callers_narrow, PASS, item=admits("triggers")),
    case(logic.callers_narrow, FAIL, item=admits("triggers", "0.0.0.0-255.255.255.255")),
    case(logic.callers_narrow, FAIL, item=admits("contents", "203.0.113.0/24")),
    case(logic.callers_narrow, FAIL, item=workflow(None, CALLED)),
    case(logic.callers_narrow, SKIP, item=workflow()),
    case(logic.callers_narrow, UNKNOWN, item=row()),
    case(logic.callers_sign_in, PASS, item=asking({"one": {"type": "AAD", "claims": []}})),
    case(logic.callers_sign_in, PASS, item=asking({"one": {}, "two": {}}, "Disabled")),
    case(logic.callers_sign_in, FAIL, item=asking({})),
    case(logic.callers_sign_in, FAIL, item=workflow(None, CALLED)),
    case(logic.callers_sign_in, SKIP, item=workflow()),
    case(logic.callers_sign_in, UNKNOWN, item=row(definition=None)),
    case(logic.history_narrow, PASS, item=admits("contents", "203.0.113.0/24")),
    case(logic.history_narrow, FAIL, item=workflow()),
    case(logic.history_narrow, FAIL, item=admits("contents", "0.0.0.0/0")),
    case(logic.calls_encrypted, PASS, item=workflow({"call": http()})),
    case(logic.calls_encrypted, PASS, item=workflow()),
    case(logic.calls_encrypted, FAIL, item=workflow({"call": http("HTTP://a.example")})),
    case(logic.calls_encrypted, FAIL, item=within(http("http://a.example"))),
    case(logic.calls_encrypted, UNKNOWN, item=row()),
    case(logic.calls_as_itself, PASS, item=signed("ManagedServiceIdentity", audience="https://vault.azure.net")),
    case(logic.calls_as_itself, PASS, item=workflow({"call": http()})),
    case(logic.calls_as_itself, FAIL, item=signed("Basic", username="u", password={"$secret": {}})),
    case(logic.calls_as_itself, FAIL, item=signed("ActiveDirectoryOAuth", secret={"$secret": {}})),
    case(logic.calls_as_itself, FAIL, item=within(http(authentication={"type": "raw"}))),
    case(logic.calls_as_itself, UNKNOWN, item=row()),
    case(logic.secrets_left_out, PASS, item=workflow({"get": fetch("inputs", "outputs")})),
    case(logic.secrets_left_out, FAIL, item=workflow({"get": fetch("inputs")})),
    case(logic.secrets_left_out, FAIL, item=within(fetch())),
    case(logic.secrets_left_out, SKIP, item=workflow({"call": http()})),
    case(logic.secrets_left_out, UNKNOWN, item=row()),
    case(logic.calls_retried, PASS, item=workflow({"call": http(retryPolicy={"type": "exponential"})})),
    case(logic.calls_retried, PASS, item=workflow({"call": http()})),
    case(logic.calls_retried, FAIL, item=within(http(retryPolicy={"type": "None"}))),
    case(logic.calls_retried, UNKNOWN, item=row()),
]
