"""The grant that a scan asks for: real actions, none that writes, within IAM's limits."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from policy_sentry.querying.actions import get_action_data

from collectors.aws.permissions import ENTERING, LONGEST, actions, needed, policy_document, policy_documents
from collectors.aws.provider import specs
from collectors.aws.spec import Call, Spec

# Actions that IAM files under another level than Read or List although they change nothing, each with its reason.
HARMLESS: dict[str, str] = {}

QUEUE = Spec(type="aws.sqs.queue", service="aws.sqs", api="sqs", title="Queue", id="{QueueUrl}")


def levels(action: str) -> set[str]:
    prefix, _, name = action.partition(":")
    found = get_action_data(prefix, name)
    return {each["access_level"] for each in found[prefix]} if found else set()


@pytest.mark.parametrize("action", needed(specs()))
def test_every_action_exists_and_only_reads(action: str) -> None:
    assert levels(action), "IAM has no such action"
    assert levels(action) <= {"Read", "List"} or action in HARMLESS


def test_an_exception_is_still_needed() -> None:
    assert set(HARMLESS) <= set(needed(specs()))


def test_an_action_is_named_after_the_signing_name_and_the_operation() -> None:
    assert actions(QUEUE, Call("list_queues")) == ("sqs:ListQueues",)
    assert actions(QUEUE, Call("describe_load_balancers", service="elbv2")) == ("elasticloadbalancing:DescribeLoadBalancers",)
    assert actions(QUEUE, Call("describe_db_instances", service="rds")) == ("rds:DescribeDBInstances",)


def test_an_action_may_be_given() -> None:
    call = Call("get_bucket_encryption", service="s3", iam="s3:GetEncryptionConfiguration")
    assert actions(QUEUE, call) == ("s3:GetEncryptionConfiguration",)


def test_what_prepares_a_call_is_granted_too() -> None:
    call = Call("get_credential_report", service="iam", prepare="generate_credential_report")
    both = ("iam:GetCredentialReport", "iam:GenerateCredentialReport")
    assert actions(QUEUE, call) == both
    given = Call("get_credential_report", service="iam", prepare="generate_credential_report", iam=both[0])
    assert actions(QUEUE, given) == both


def granted(document: dict[str, Any]) -> list[str]:
    statement, *others = document["Statement"]
    assert {each["Effect"] for each in others} <= {"Deny"}
    assert statement["Effect"] == "Allow"
    assert statement["Resource"] == "*"
    assert statement["Sid"] == "DemarcRead"
    found: list[str] = statement["Action"]
    return found


def test_the_document_names_each_action_once_in_order() -> None:
    document = policy_document(specs())
    assert document["Version"] == "2012-10-17"
    assert granted(document) == sorted(set(needed(specs())))


def test_entering_the_account_is_granted_even_when_nothing_is_read() -> None:
    assert granted(policy_document([])) == list(ENTERING)
    assert [granted(document) for document in policy_documents([])] == [list(ENTERING)]


def sealed(document: dict[str, Any]) -> list[Any]:
    """Return what *document* denies: the action, where, and through which service."""
    denied = [each for each in document["Statement"] if each["Effect"] == "Deny"]
    return [(each["Action"], each["Resource"], each["Condition"]) for each in denied]


def test_who_may_read_values_of_parameters_may_decrypt_none() -> None:
    """The service's own key lets everybody in the account decrypt through it."""
    through = {"StringLike": {"kms:ViaService": "ssm.*.amazonaws.com*"}}
    documents = policy_documents(specs())
    values = [document for document in documents if "ssm:GetParameters" in granted(document)]
    assert [sealed(document) for document in values] == [[("kms:Decrypt", "*", through)]]
    assert sealed(policy_document(specs())) == sealed(values[0])
    assert not any(sealed(document) for document in documents if document not in values)
    for service in ("ssm.eu-west-1.amazonaws.com", "ssm.us-gov-west-1.amazonaws.com", "ssm.cn-north-1.amazonaws.com.cn"):
        assert fnmatchcase(service, through["StringLike"]["kms:ViaService"])


def test_a_grant_that_reads_no_values_denies_nothing() -> None:
    assert not sealed(policy_document([QUEUE]))


def test_the_denial_counts_in_the_length_of_a_policy() -> None:
    values = Call("get_parameters", iam="ssm:GetParameters")
    calls = {f"f{number}": Call("x", iam=f"s3:Get{'X' * 40}{number:04}") for number in range(400)}
    for number in range(110, 125):
        some = dict(list(calls.items())[:number])
        spec = Spec(type="aws.s3.x", service="aws.s3", api="s3", title="X", id="{X}", facts={**some, "v": values})
        documents = policy_documents([spec])
        assert all(len(json.dumps(each, separators=(",", ":"))) <= LONGEST for each in documents)
        assert sum(len(sealed(each)) for each in documents) == 1


def test_long_grants_are_split_within_the_limit_of_a_managed_policy() -> None:
    calls = {f"f{number}": Call("x", iam=f"s3:Get{'X' * 40}{number:04}") for number in range(400)}
    spec = Spec(type="aws.s3.x", service="aws.s3", api="s3", title="X", id="{X}", facts=calls)
    documents = policy_documents([spec])
    assert len(documents) > 1
    assert all(len(json.dumps(each, separators=(",", ":"))) <= LONGEST for each in documents)
    assert [action for each in documents for action in granted(each)] == list(needed([spec]))
