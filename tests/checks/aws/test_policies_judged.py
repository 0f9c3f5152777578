"""Every AWS type that has a policy of its own is asked whom that lets in: anybody, and outsiders; or it is said why not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import collectors.aws
from collectors.aws.spec import Spec
from collectors.spec import find as found
from scanner.evaluation.registry import shipped

PUBLIC, EXTERNAL = {"data.public_exposure", "access.public_grant"}, {"data.external_sharing", "access.external_trust"}
# Facts that say who may do what with a resource, and types whose row in the listing says it.
FACTS = {"policy", "sharing", "shared_with", "permissions"}
IN_ROW = {
    "aws.apigateway.rest_api",
    "aws.iam.role",
    "aws.logs.resource_policy",
    "aws.opensearch.domain",
    "aws.redshift.snapshot",
    "aws.vpc.endpoint",
}
# What is not asked of a type, and why.
NOT_PUBLIC: Mapping[str, str] = {
    "aws.ecr.registry": "whoever its policy lets replicate into it has an account: asked with outsiders, everybody among them",
    "aws.networkfirewall.policy": "its sharing names accounts and organizations; everybody is found with outsiders",
    "aws.redshift.snapshot": "it is shared with single accounts only",
    "aws.vpc.endpoint": "its policy lets nobody in: it limits who may go out through it",
    "aws.workspaces.image": "it is shared with single accounts only",
}
NOT_EXTERNAL: Mapping[str, str] = {
    "aws.vpc.endpoint": "its policy lets nobody in: it limits who may go out through it",
}


def with_policies() -> set[str]:
    return {spec.type for spec in found(collectors.aws, Spec) if FACTS & spec.facts.keys()} | IN_ROW


def asked(type: str) -> set[str]:
    return {check.control for check in shipped("aws") if check.on == type}


@pytest.mark.parametrize("type", sorted(with_policies()))
def test_it_is_asked_whether_a_policy_lets_in_anybody_and_outsiders(type: str) -> None:
    assert asked(type) & PUBLIC or type in NOT_PUBLIC, "nothing asks whether its policy is public"
    assert asked(type) & EXTERNAL or type in NOT_EXTERNAL, "nothing asks whether its policy lets outsiders in"


def test_what_is_not_asked_is_said_of_types_with_policies_only_and_of_none_that_are_asked() -> None:
    assert {*NOT_PUBLIC, *NOT_EXTERNAL} <= with_policies() | {"aws.workspaces.image"}
    assert [type for type in NOT_PUBLIC if asked(type) & PUBLIC] == []
    assert [type for type in NOT_EXTERNAL if asked(type) & EXTERNAL] == []
