"""Checks on what customer managed policies of AWS IAM grant, each by itself.

What users, roles and groups come to with all that they are granted says `escalation_checks.py`.
"""

import re
from collections.abc import Mapping
from typing import Any

from checks.aws import rights
from checks.aws.iam_read import Document, in_force, listed, statements
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

# A resource that stands for any of its kind: "*", or an ARN whose last part is a wildcard (":role/*", "arn:aws:iam::*").
ANY_RESOURCE = re.compile(r"\*+|arn:([^:]*:){0,4}\*+|arn:[^:]*:[^:]*:[^:]*:[^:]*:[a-z-]+[/:]\*+")
WHOLE_SERVICE = re.compile(r"[a-z0-9-]+:\*", re.IGNORECASE)
# Ways from some rights to all rights: what the holder does, and the actions that this takes on any resource.
PASS = "iam:PassRole"
STEPS: Mapping[str, tuple[str, ...]] = {
    "rewrite a policy that it holds": ("iam:CreatePolicyVersion",),
    "go back to a wider version of a policy": ("iam:SetDefaultPolicyVersion",),
    "attach any policy to a user": ("iam:AttachUserPolicy",),
    "attach any policy to a group": ("iam:AttachGroupPolicy",),
    "attach any policy to a role": ("iam:AttachRolePolicy",),
    "write a policy into a user": ("iam:PutUserPolicy",),
    "write a policy into a group": ("iam:PutGroupPolicy",),
    "write a policy into a role": ("iam:PutRolePolicy",),
    "join any group": ("iam:AddUserToGroup",),
    "make an access key for another user": ("iam:CreateAccessKey",),
    "give another user a password": ("iam:CreateLoginProfile",),
    "change another user's password": ("iam:UpdateLoginProfile",),
    "let itself into any role": ("iam:UpdateAssumeRolePolicy",),
    "assume any role that trusts the account": ("sts:AssumeRole",),
    "lift a user's boundary": ("iam:DeleteUserPermissionsBoundary",),
    "lift a role's boundary": ("iam:DeleteRolePermissionsBoundary",),
    "start an instance with any role": (PASS, "ec2:RunInstances"),
    "make a function with any role": (PASS, "lambda:CreateFunction"),
    "make a stack with any role": (PASS, "cloudformation:CreateStack"),
    "run a container with any role": (PASS, "ecs:RegisterTaskDefinition"),
    "build with any role": (PASS, "codebuild:CreateProject"),
    "make a Glue job with any role": (PASS, "glue:CreateJob"),
    "make a Glue endpoint with any role": (PASS, "glue:CreateDevEndpoint"),
    "open a notebook with any role": (PASS, "sagemaker:CreateNotebookInstance"),
    "run an automation with any role": (PASS, "ssm:StartAutomationExecution"),
    "run a state machine with any role": (PASS, "states:CreateStateMachine"),
    "replace the code of any function": ("lambda:UpdateFunctionCode",),
    "run commands on any instance": ("ssm:SendCommand",),
}


@check(
    "aws.iam.policy.not_administrator",
    on="aws.iam.policy",
    control="access.administrators",
    severity=Severity.HIGH,
    title="Attached policy does not grant everything",
    risk="Whoever takes over one holder of the policy takes over the account.",
    fix="Name the actions that are needed: aws iam create-policy-version --policy-arn {id} --set-as-default"
    " --policy-document file://policy.json",
    cis=("v5:1.15", "v6:2.15", "v7:2.14"),
)
def not_administrator(managed: Resource) -> Verdict:
    if not rights.grants_administration(in_force(managed)):
        return passed("does not grant every action on every resource")
    if not managed["item"]["AttachmentCount"]:
        return passed("grants everything, but is attached to nobody")
    return failed(f"grants everything to its {managed['item']['AttachmentCount']} holder(s)")


def _is_wide(statement: Mapping[str, Any]) -> bool:
    """Tell whether a statement holds unconditionally and for any resource of its kind."""
    if statement.get("Condition"):
        return False
    return "NotResource" in statement or any(ANY_RESOURCE.fullmatch(each) for each in listed(statement.get("Resource") or []))


def unnarrowed(document: Document) -> Document:
    """Return *document* without the grants that a condition or a named resource narrows."""
    kept = [each for each in statements(document) if each["Effect"] == "Deny" or _is_wide(each)]
    return {**document, "Statement": kept}


def _steps(document: Document) -> list[str]:
    """Return the ways up that *document* opens by itself."""
    allow = rights.granting(unnarrowed(document))
    return [step for step, actions in STEPS.items() if all(allow(action) for action in actions)]


def _told(steps: list[str]) -> str:
    more = f" and {len(steps) - 3} more ways" if len(steps) > 3 else ""
    return f"its holder can {'; '.join(steps[:3])}{more}"


@check(
    "aws.iam.policy.no_escalation",
    on="aws.iam.policy",
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="Attached policy opens no way to more rights",
    risk="A holder of few rights makes itself an administrator.",
    fix="Name the roles and users that the action is needed on, and limit iam:PassRole by iam:PassedToService",
)
def no_escalation(managed: Resource) -> Verdict:
    document = in_force(managed)
    if rights.grants_administration(document):
        return skipped("grants everything, which is judged on its own")
    if not managed["item"]["AttachmentCount"]:
        return skipped("attached to nobody")
    steps = _steps(document)
    return failed(_told(steps)) if steps else passed("no known way to more rights")


@check(
    "aws.iam.policy.no_whole_services",
    on="aws.iam.policy",
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Attached policy names actions, not whole services",
    risk="Every action that AWS adds to the service is granted the day it appears.",
    fix="Replace the wildcard by the actions that were used: aws iam generate-service-last-accessed-details --arn {id}",
)
def no_whole_services(managed: Resource) -> Verdict:
    document = in_force(managed)
    if rights.grants_administration(document):
        return skipped("grants everything, which is judged on its own")
    if not managed["item"]["AttachmentCount"]:
        return skipped("attached to nobody")
    wide = [each for each in statements(unnarrowed(document)) if each["Effect"] == "Allow"]
    if any("NotAction" in each for each in wide):
        return failed("grants all actions but a few, on any resource")
    actions = {action for each in wide for action in listed(each.get("Action") or [])}
    services = sorted(action for action in actions if action == "*" or WHOLE_SERVICE.fullmatch(action))
    return failed(f"grants {', '.join(services)} on any resource") if services else passed("no whole service is granted")


@check(
    "aws.iam.policy.in_use",
    on="aws.iam.policy",
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Policy is in use",
    risk="Among policies that nobody holds, the wrong one is attached one day.",
    fix="aws iam delete-policy --policy-arn {id}",
)
def in_use(managed: Resource) -> Verdict:
    item = managed["item"]
    uses = item["AttachmentCount"] + (item.get("PermissionsBoundaryUsageCount") or 0)
    return passed(f"used {uses} time(s)") if uses else failed("attached to nobody and no boundary")


@check(
    "aws.iam.group.has_members",
    on="aws.iam.group",
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Group has members",
    risk="An empty group with rights waits for anybody who may add a user.",
    fix="aws iam delete-group --group-name {name}",
)
def has_members(group: Resource, inventory: Inventory) -> Verdict:
    members = list(inventory.where("aws.iam.user", "item.GroupList", group.name))
    return passed(f"{len(members)} member(s)") if members else failed("no user is in the group")
