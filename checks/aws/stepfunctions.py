"""Checks on state machines of AWS Step Functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws import keys
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

MACHINE = "aws.stepfunctions.state_machine"
UPDATE = "aws stepfunctions update-state-machine --state-machine-arn {id} --region {region}"
WORKING = ("Task", "Map", "Parallel")

Item = Mapping[str, Any]


def _hidden(value: Any) -> Iterator[str]:
    """Yield what the detectors hold for secrets, wherever in *value* it was hidden."""
    if isinstance(value, Mapping):
        if "$secret" in value:
            yield from value["$secret"]["detected"]
        else:
            for each in value.values():
                yield from _hidden(each)
    elif isinstance(value, list):
        for each in value:
            yield from _hidden(each)


@check(
    f"{MACHINE}.without_secrets",
    on=MACHINE,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="State machine's definition holds no secrets",
    risk="Everybody who may describe state machines, or read their executions, reads the secret.",
    fix=f"Keep the secret in Secrets Manager, and replace it: it must be taken for known; then {UPDATE} --definition FILE",
)
def without_secrets(machine: Resource) -> Verdict:
    states = machine["definition"]["States"]
    found = sorted(name for name, state in states.items() if any(_hidden(state)))
    return (
        failed(f"what looks like secrets in {', '.join(found)}") if found else passed(f"{len(states)} states without secrets")
    )


@check(
    f"{MACHINE}.failures_handled",
    on=MACHINE,
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Work that fails is tried again, or handled",
    risk="One refused call ends the execution halfway, and what was done so far stays as it is.",
    fix=f"Add Retry or Catch to each state; then {UPDATE} --definition FILE",
)
def failures_handled(machine: Resource) -> Verdict:
    working = {name: each for name, each in machine["definition"]["States"].items() if each.get("Type") in WORKING}
    if not working:
        return skipped("no state does work that may fail")
    bare = sorted(name for name, each in working.items() if not (each.get("Retry") or each.get("Catch")))
    return failed(f"neither Retry nor Catch: {', '.join(bare)}") if bare else passed("every state handles failures")


@check(
    f"{MACHINE}.logged",
    on=MACHINE,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Executions are logged",
    risk="Nobody can tell what an execution did, and express ones leave no history at all.",
    fix=f"{UPDATE} --logging-configuration file://logging.json, with level ALL",
)
def logged(machine: Resource) -> Verdict:
    configuration = machine["machine"].get("loggingConfiguration") or {}
    level = configuration.get("level", "OFF")
    if level == "OFF" or not configuration.get("destinations"):
        return failed("executions are not logged")
    return passed(f"level {level} is logged")


@check(
    f"{MACHINE}.data_kept_out_of_logs",
    on=MACHINE,
    control="data.retention",
    severity=Severity.INFORMATIONAL,
    title="What is worked on is kept out of the logs",
    risk="Data that is deleted where it belongs stays in the log, for all who may read that.",
    fix=f"{UPDATE} --logging-configuration with includeExecutionData=false",
)
def data_kept_out_of_logs(machine: Resource) -> Verdict:
    configuration = machine["machine"].get("loggingConfiguration") or {}
    if configuration.get("level", "OFF") == "OFF":
        return skipped("executions are not logged")
    told = configuration.get("includeExecutionData")
    return failed("logs hold what is worked on") if told else passed("logs hold no data of executions")


@check(
    f"{MACHINE}.customer_key",
    on=MACHINE,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Executions are encrypted with the customer's own key",
    risk="Access to what executions passed on cannot be limited, logged or ended by a key of one's own.",
    fix=f"{UPDATE} --encryption-configuration type=CUSTOMER_MANAGED_KMS_KEY,kmsKeyId=KEY",
)
def customer_key(machine: Resource, inventory: Inventory) -> Verdict:
    configuration = machine["machine"].get("encryptionConfiguration") or {}
    return keys.customer_key(machine, configuration.get("kmsKeyId"), inventory)
