"""Checks on stacks of AWS CloudFormation. What a stack made is asked of that."""

from __future__ import annotations

from checks.aws.containers import without_secrets
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

STACK = "aws.cloudformation.stack"
NESTED = "part of another stack, which decides"


@check(
    f"{STACK}.outputs_clean",
    on=STACK,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Stack's outputs and parameters hold no secrets",
    risk="Everybody who may describe stacks reads the secret.",
    fix="Put a dynamic reference to Secrets Manager in its place, mark parameters NoEcho, and replace it: it must be taken"
    " for known; then aws cloudformation update-stack",
)
def outputs_clean(stack: Resource) -> Verdict:
    item = stack["item"]
    told = [(each["OutputKey"], each.get("OutputValue")) for each in item.get("Outputs") or []]
    given = [(each["ParameterKey"], each.get("ParameterValue")) for each in item.get("Parameters") or []]
    # A parameter's name tells nothing: one that is marked NoEcho is told as asterisks.
    looking = [(name, value) for name, value in given if value and value["$secret"]["detected"]]
    return without_secrets((*told, *looking), "output(s)")


@check(
    f"{STACK}.deletion_protected",
    on=STACK,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Stack cannot be deleted in one step",
    risk="One mistaken call takes everything that the stack made, with its data.",
    fix="aws cloudformation update-termination-protection --enable-termination-protection --stack-name {name}",
)
def deletion_protected(stack: Resource) -> Verdict:
    item = stack["item"]
    if item.get("ParentId"):
        return skipped(NESTED)
    on = item.get("EnableTerminationProtection")
    return passed("termination protection is on") if on else failed("termination protection is off")


@check(
    f"{STACK}.own_role",
    on=STACK,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Stack is changed with a role of its own",
    risk="Whoever updates the stack needs every right that its resources need, for everything else as well.",
    fix="aws cloudformation update-stack --stack-name {name} --use-previous-template --role-arn ROLE --region {region}",
)
def own_role(stack: Resource) -> Verdict:
    role = stack["item"].get("RoleARN")
    return passed(f"changed with {role}") if role else failed("changed with the rights of whoever calls")


@check(
    f"{STACK}.in_step",
    on=STACK,
    control="governance.configuration_recording",
    severity=Severity.LOW,
    title="Stack's resources are as its template says",
    risk="What somebody changed by hand was reviewed by nobody, and the next update may undo it or fail.",
    fix="aws cloudformation detect-stack-drift --stack-name {name}, then bring template and resources together",
)
def in_step(stack: Resource) -> Verdict:
    status = (stack["item"].get("DriftInformation") or {}).get("StackDriftStatus", "NOT_CHECKED")
    if status == "NOT_CHECKED":
        return skipped("nobody ever asked whether it drifted")
    if status == "UNKNOWN":
        return unknown("CloudFormation could not tell of every resource whether it drifted")
    return passed("no drift was found") if status == "IN_SYNC" else failed("it drifted")


@check(
    f"{STACK}.changes_told",
    on=STACK,
    control="detection.alarms",
    severity=Severity.INFORMATIONAL,
    title="Somebody is told of the stack's changes",
    risk="A stack that fails, or that somebody deletes, is noticed by whoever needs what it made.",
    fix="aws cloudformation update-stack --stack-name {name} --use-previous-template --notification-arns TOPIC",
)
def changes_told(stack: Resource) -> Verdict:
    item = stack["item"]
    if item.get("ParentId"):
        return skipped(NESTED)
    topics = item.get("NotificationARNs") or []
    return passed(f"told to {', '.join(topics)}") if topics else failed("nobody is told")
