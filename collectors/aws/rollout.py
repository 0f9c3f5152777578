"""The grant of a scan, ready to be deployed: the role in each account, and what the account that scans may do besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from collectors.aws.beyond import permissions as of_catalogues
from collectors.aws.members import DISCOVERY
from collectors.aws.options import ROLE_NAME
from collectors.aws.organizations import ORGANIZATION
from collectors.aws.permissions import actions, compact, policy_documents
from collectors.aws.spec import Spec
from scanner.provider import Document

# Source: STS's model, AssumeRole, ExternalId.
EXTERNAL_ID = {"MinLength": 2, "MaxLength": 1224, "AllowedPattern": r"[\w+=,.@:\/-]*"}
ROLE = {"MinLength": 1, "MaxLength": 64, "AllowedPattern": r"[\w+=,.@-]+"}  # Source: IAM's model, CreateRole, RoleName
SAID = {
    "principals": "Who may assume the role: ARNs of the roles, or ids of the accounts, that scan",
    "external_id": "What whoever assumes the role has to name: any text of your own, the same as external_id in demarc.toml",
    "role_name": "Name of the role, the same in every account",
    "discovery": "Whether the role may list the accounts of the organization, and assume its namesakes in them",
}
Data = dict[str, Any]


def grants(specs: Iterable[Spec], *, beyond: bool = True) -> dict[str, Sequence[Document]]:
    """Return what a scan needs: as policies, for Terraform, for CloudFormation, and what discovering accounts takes besides.

    ``beyond`` grants as well to ask AWS's catalogues for what no spec covers.
    """
    policies = policy_documents(specs, of_catalogues() if beyond else ())
    return {
        "json": policies,
        "terraform": [terraform(policies)],
        "stackset": [stackset(policies)],
        "discovery": [discovery(f"arn:*:iam::*:role/{ROLE_NAME}")],
    }


def discovery(role: object) -> Data:
    """Return the policy with which accounts are discovered, and *role*, an ARN, assumed in each of them."""
    listed = sorted({action for call in DISCOVERY for action in actions(ORGANIZATION, call)})
    every = {"Sid": "DemarcDiscover", "Effect": "Allow", "Action": listed, "Resource": "*"}
    assumed = {"Sid": "DemarcEnter", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role}
    return {"Version": "2012-10-17", "Statement": [every, assumed]}


# Terraform's JSON: "${...}" within a text is an expression.


def terraform(policies: Sequence[Data]) -> Data:
    """Return a file ``demarc.tf.json`` for one account: the role, its policies, and, where wanted, discovery."""
    made = {f"demarc_{number}": _policy(policy, number) for number, policy in enumerate(policies, 1)}
    found = discovery("arn:*:iam::*:role/${var.demarc_role_name}")
    attached = {name: {"role": "${aws_iam_role.demarc.name}", "policy_arn": f"${{aws_iam_policy.{name}.arn}}"} for name in made}
    return {
        "variable": {
            "demarc_principals": {"type": "list(string)", "description": SAID["principals"]},
            "demarc_external_id": {"type": "string", "description": SAID["external_id"], "validation": _valid()},
            "demarc_role_name": {"type": "string", "description": SAID["role_name"], "default": ROLE_NAME},
            "demarc_discovery": {"type": "bool", "description": SAID["discovery"], "default": False},
        },
        "data": {"aws_iam_policy_document": {"demarc_trust": {"statement": _trusted()}}},
        "resource": {
            "aws_iam_role": {
                "demarc": {
                    "name": "${var.demarc_role_name}",
                    "description": "Reads what a posture scan needs",
                    "assume_role_policy": "${data.aws_iam_policy_document.demarc_trust.json}",
                }
            },
            "aws_iam_policy": made,
            "aws_iam_role_policy_attachment": attached,
            "aws_iam_role_policy": {
                "demarc_discovery": {
                    "count": "${var.demarc_discovery ? 1 : 0}",
                    "name": "discovery",
                    "role": "${aws_iam_role.demarc.name}",
                    "policy": compact(found),
                }
            },
        },
        "output": {"demarc_role_arn": {"value": "${aws_iam_role.demarc.arn}"}},
    }


def _policy(policy: Data, number: int) -> dict[str, str]:
    return {"name": f"demarc-{number}", "description": "Reads what a posture scan needs", "policy": compact(policy)}


def _valid() -> Mapping[str, str]:
    return {
        "condition": f"${{length(var.demarc_external_id) >= {EXTERNAL_ID['MinLength']}}}",
        "error_message": "The external id has two characters at least.",
    }


def _trusted() -> Data:
    return {
        "actions": ["sts:AssumeRole"],
        "principals": [{"type": "AWS", "identifiers": "${var.demarc_principals}"}],
        "condition": [{"test": "StringEquals", "variable": "sts:ExternalId", "values": ["${var.demarc_external_id}"]}],
    }


# CloudFormation.


def stackset(policies: Sequence[Data]) -> Data:
    """Return a template for a StackSet over the member accounts, and for a stack in the management account.

    A StackSet with service-managed permissions leaves out the management account.
    """
    made = {f"Read{number}": _managed(policy) for number, policy in enumerate(policies, 1)}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The role with which Demarc reads an account",
        "Parameters": {
            "Principals": {"Type": "CommaDelimitedList", "Description": SAID["principals"]},
            "ExternalId": {"Type": "String", "Description": SAID["external_id"], **EXTERNAL_ID},
            "RoleName": {"Type": "String", "Description": SAID["role_name"], "Default": ROLE_NAME, **ROLE},
            "Discovery": {
                "Type": "String",
                "Description": SAID["discovery"],
                "Default": "false",
                "AllowedValues": ["true", "false"],
            },
        },
        "Conditions": {"Discovers": {"Fn::Equals": [{"Ref": "Discovery"}, "true"]}},
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": {"Ref": "RoleName"},
                    "Description": "Reads what a posture scan needs",
                    "AssumeRolePolicyDocument": _trust(),
                    "ManagedPolicyArns": [{"Ref": name} for name in made],
                },
            },
            **made,
            "DiscoveryPolicy": {
                "Type": "AWS::IAM::RolePolicy",
                "Condition": "Discovers",
                "Properties": {
                    "PolicyName": "discovery",
                    "RoleName": {"Ref": "Role"},
                    "PolicyDocument": discovery({"Fn::Sub": "arn:${AWS::Partition}:iam::*:role/${RoleName}"}),
                },
            },
        },
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }


def _managed(policy: Data) -> Data:
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"Description": "Reads what a posture scan needs", "PolicyDocument": policy},
    }


def _trust() -> Data:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": {"Ref": "Principals"}},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
