"""What is kept of AWS's own policies: those in use, each in the version that is in force."""

from __future__ import annotations

from typing import Any

import jmespath

from collectors.aws.iam import AWS_POLICY


def policy(name: str, **uses: int) -> dict[str, Any]:
    versions = [
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": {"Statement": ["new"]}},
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": {"Statement": ["old"]}},
    ]
    return {"PolicyName": name, "Arn": name, "DefaultVersionId": "v2", "PolicyVersionList": versions, "Path": "/", **uses}


def kept(*policies: dict[str, Any]) -> list[dict[str, Any]]:
    assert AWS_POLICY.listing
    found: list[dict[str, Any]] = jmespath.search(AWS_POLICY.listing.answer, {"Policies": list(policies)})
    return found


def test_only_policies_in_use_are_kept() -> None:
    given = (policy("idle", AttachmentCount=0), policy("held", AttachmentCount=2), policy("silent"))
    assert [each["PolicyName"] for each in kept(*given)] == ["held"]
    assert [each["PolicyName"] for each in kept(policy("bound", AttachmentCount=0, PermissionsBoundaryUsageCount=1))] == [
        "bound"
    ]


def test_only_the_version_in_force_is_kept_and_no_count_that_changes_by_itself() -> None:
    (found,) = kept(policy("held", AttachmentCount=2))
    assert [each["Document"] for each in found["PolicyVersionList"]] == [{"Statement": ["new"]}]
    assert "AttachmentCount" not in found
