"""The grant as it is deployed: a role that only who names the external id may assume, the same for every tool."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from policy_sentry.querying.actions import get_action_data

from collectors.aws.options import ROLE_NAME
from collectors.aws.permissions import LONGEST
from collectors.aws.provider import specs
from collectors.aws.rollout import discovery, grants

TEMPLATE = 51_200  # bytes of a template that is handed over as it is. Source: CloudFormation API, CreateStackSet, TemplateBody
MANAGED = 10  # policies a role. Source: IAM quotas, "Managed policies attached to an IAM role"


@pytest.fixture(scope="module")
def granted() -> dict[str, Any]:
    return dict(grants(specs()))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def test_terraform_makes_a_policy_of_each_part_and_attaches_them_all(granted: dict[str, Any]) -> None:
    (document,) = granted["terraform"]
    made, role = document["resource"]["aws_iam_policy"], document["resource"]["aws_iam_role"]["demarc"]
    assert [json.loads(each["policy"]) for each in made.values()] == list(granted["json"])
    assert all(len(each["policy"]) <= LONGEST for each in made.values())
    assert len({each["name"] for each in made.values()}) == len(made)
    attached = document["resource"]["aws_iam_role_policy_attachment"]
    assert [each["policy_arn"] for each in attached.values()] == [f"${{aws_iam_policy.{name}.arn}}" for name in made]
    assert role["assume_role_policy"] == "${data.aws_iam_policy_document.demarc_trust.json}"


def test_every_reference_of_terraform_leads_somewhere(granted: dict[str, Any]) -> None:
    (document,) = granted["terraform"]
    declared = {f"var.{name}" for name in document["variable"]}
    declared |= {f"{kind}.{name}" for kind, each in document["resource"].items() for name in each}
    declared |= {f"data.{kind}.{name}" for kind, each in document["data"].items() for name in each}
    used = {part.split("}")[0] for text in texts(document) for part in text.split("${")[1:]}
    assert used
    assert {name for name in used if not any(each in name for each in declared)} == set()


def test_terraform_demands_the_external_id_and_has_no_default_for_it(granted: dict[str, Any]) -> None:
    (document,) = granted["terraform"]
    statement = document["data"]["aws_iam_policy_document"]["demarc_trust"]["statement"]
    (condition,) = statement["condition"]
    assert (condition["test"], condition["variable"]) == ("StringEquals", "sts:ExternalId")
    assert condition["values"] == ["${var.demarc_external_id}"]
    assert all("default" not in document["variable"][name] for name in ("demarc_external_id", "demarc_principals"))


def test_the_template_is_one_that_cloudformation_takes(granted: dict[str, Any]) -> None:
    import cfnlint.api  # type: ignore[import-untyped]  # noqa: PLC0415 -- slow

    (template,) = granted["stackset"]
    text = json.dumps(template)
    assert len(json.dumps(template, indent=2)) <= TEMPLATE
    assert len(template["Resources"]["Role"]["Properties"]["ManagedPolicyArns"]) <= MANAGED
    found = cfnlint.api.lint_all(text)
    assert [str(each) for each in found if each.rule.severity != "informational"] == []


def test_the_template_grants_what_the_policies_do_and_trusts_only_with_the_external_id(granted: dict[str, Any]) -> None:
    (template,) = granted["stackset"]
    resources = template["Resources"]
    managed = [each for each in resources.values() if each["Type"] == "AWS::IAM::ManagedPolicy"]
    assert [each["Properties"]["PolicyDocument"] for each in managed] == list(granted["json"])
    (statement,) = resources["Role"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    assert "Default" not in template["Parameters"]["ExternalId"]
    assert template["Parameters"]["RoleName"]["Default"] == ROLE_NAME


def test_discovery_reads_the_organization_and_assumes_one_role_and_nothing_else() -> None:
    reads, enters = discovery("arn:x")["Statement"]
    assert (enters["Action"], enters["Resource"]) == ("sts:AssumeRole", "arn:x")
    for action in reads["Action"]:
        prefix, _, name = action.partition(":")
        assert prefix == "organizations"
        (found, *_) = get_action_data(prefix, name)[prefix]
        assert found["access_level"] in ("Read", "List")


def test_discovery_is_off_unless_it_is_asked_for(granted: dict[str, Any]) -> None:
    (template,), (document,) = granted["stackset"], granted["terraform"]
    assert template["Resources"]["DiscoveryPolicy"]["Condition"] == "Discovers"
    assert template["Parameters"]["Discovery"]["Default"] == "false"
    assert document["variable"]["demarc_discovery"]["default"] is False
    assert document["resource"]["aws_iam_role_policy"]["demarc_discovery"]["count"] == "${var.demarc_discovery ? 1 : 0}"
