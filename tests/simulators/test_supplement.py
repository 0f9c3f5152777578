"""Who answers: what the estate told, what holds where nobody set a thing up, and, counted, what the simulator lacks."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from simulators.aws import SimulatedAws
from simulators.aws.operations import Request
from simulators.aws.supplement import AMENDMENTS, ANSWERS, DEFAULTS
from simulators.aws.supplement.registry import Refusal, Told
from tests.conftest import ACCOUNT
from tests.simulators.clients import enter

ELSEWHERE = "999911112222"


def asked(account: str = ACCOUNT, region: str = "eu-west-1") -> Request:
    return Request("x", region, "KEY", "x", "Y", "json", account)


def test_what_is_told_holds_for_one_place_and_the_parameters_named() -> None:
    told = Told()
    told.tell(ACCOUNT, "eu-west-1", "x:Y", {"a": 1}, {"Name": "one"})
    assert told.find(asked(), {"Name": "one", "More": 2}) == {"a": 1}
    assert told.find(asked(), {"Name": "other"}) is None
    assert told.find(asked(region="us-east-1"), {"Name": "one"}) is None
    assert told.find(asked(ELSEWHERE), {"Name": "one"}) is None


def test_the_last_word_counts_and_the_region_goes_before_the_account() -> None:
    told = Told()
    told.tell(ACCOUNT, "", "x:Y", {"a": 1}, {})
    assert told.find(asked(), {}) == {"a": 1}
    told.tell(ACCOUNT, "eu-west-1", "x:Y", {"a": 2}, {})
    told.tell(ACCOUNT, "eu-west-1", "x:Y", {"a": 3}, {})
    assert told.find(asked(), {}) == {"a": 3}
    assert told.find(asked(region="us-east-1"), {}) == {"a": 1}


def test_the_estate_goes_before_the_defaults(aws: SimulatedAws) -> None:
    analyzer = {"arn": "arn:1", "name": "a", "type": "ACCOUNT", "status": "ACTIVE", "createdAt": "2026-01-01T00:00:00Z"}
    aws.place(ELSEWHERE, "eu-west-1").tell("accessanalyzer:ListAnalyzers", {"analyzers": [analyzer]})
    told = enter(aws, "accessanalyzer", ELSEWHERE).list_analyzers()["analyzers"]
    assert [each["name"] for each in told] == ["a"]
    assert enter(aws, "accessanalyzer", ELSEWHERE, "us-east-1").list_analyzers()["analyzers"] == []


def test_what_callers_make_is_listed(aws: SimulatedAws) -> None:
    notebooks, stacks = enter(aws, "sagemaker", ELSEWHERE), enter(aws, "cloudformation", ELSEWHERE)
    notebooks.create_notebook_instance(
        NotebookInstanceName="desk", InstanceType="ml.t3.medium", RoleArn=f"arn:aws:iam::{ELSEWHERE}:role/desk"
    )
    stacks.create_stack(StackName="shop", TemplateBody='{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}')
    assert [each["NotebookInstanceName"] for each in notebooks.list_notebook_instances()["NotebookInstances"]] == ["desk"]
    assert [each["StackName"] for each in stacks.describe_stacks()["Stacks"]] == ["shop"]


def test_what_a_region_begins_with_holds_until_somebody_changes_it(aws: SimulatedAws) -> None:
    emr, wide = enter(aws, "emr", ELSEWHERE), {"MinRange": 0, "MaxRange": 65535}
    ssh = {"MinRange": 22, "MaxRange": 22}
    begun = emr.get_block_public_access_configuration()["BlockPublicAccessConfiguration"]
    assert begun == {"BlockPublicSecurityGroupRules": True, "PermittedPublicSecurityGroupRuleRanges": [ssh]}
    changed = {"BlockPublicSecurityGroupRules": True, "PermittedPublicSecurityGroupRuleRanges": [wide]}
    emr.put_block_public_access_configuration(BlockPublicAccessConfiguration=changed)
    assert emr.get_block_public_access_configuration()["BlockPublicAccessConfiguration"] == changed


def test_a_refusal_can_be_told(aws: SimulatedAws) -> None:
    aws.place(ELSEWHERE, "eu-west-1").tell("sqs:ListQueues", Refusal(400, "RequestThrottled", "slow down"))
    with pytest.raises(ClientError, match=r"RequestThrottled.*slow down"):
        enter(aws, "sqs", ELSEWHERE).list_queues()


def test_what_nobody_can_answer_is_counted(aws: SimulatedAws) -> None:
    with pytest.raises(ClientError) as refused:
        enter(aws, "guardduty").list_malware_protection_plans()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert aws.unanswered == {"guardduty:ListMalwareProtectionPlans": 1}
    aws.reset_calls()
    assert not aws.unanswered


def test_nothing_is_said_twice() -> None:
    assert not set(DEFAULTS) & set(ANSWERS)
    assert not set(AMENDMENTS) & (set(ANSWERS) | set(DEFAULTS))
