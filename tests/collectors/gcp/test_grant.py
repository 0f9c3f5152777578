"""The grant that a scan needs, and trying it."""

from __future__ import annotations

import json
import re

import pytest

from collectors.gcp.provider import Gcp
from scanner.provider import Selection, shown
from simulators.gcp import Fault, SimulatedGcp
from simulators.gcp.estate import LONELY
from tests.collectors.gcp.scans import entered

CONTENTS = ["RESOURCE", "IAM_POLICY", "ORG_POLICY", "ACCESS_POLICY", "OS_INVENTORY"]


def test_the_grant_names_roles_permissions_and_the_api() -> None:
    grants = Gcp().permissions(Selection())
    (grant,) = grants["json"]
    (gcloud,) = grants["gcloud"]
    (terraform,) = grants["terraform"]
    assert isinstance(grant, dict)
    assert isinstance(gcloud, str)
    assert isinstance(terraform, dict)
    assert grant["apis"]["names"] == ["cloudasset.googleapis.com"]
    assert [each["role"] for each in grant["roles"]] == ["roles/cloudasset.viewer", "roles/serviceusage.serviceUsageConsumer"]
    assert (
        grant["custom_role"]["includedPermissions"]
        == grant["roles"][0]["permissions"]
        == [
            "cloudasset.assets.listAccessPolicy",
            "cloudasset.assets.listIamPolicy",
            "cloudasset.assets.listOSInventories",
            "cloudasset.assets.listOrgPolicy",
            "cloudasset.assets.listResource",
        ]
    )
    assert all(each.startswith("gcloud ") for each in gcloud.splitlines())
    assert set(re.findall(r"var\.(\w+)", json.dumps(terraform))) == set(terraform["variable"])
    assert set(terraform["resource"]) == {
        "google_project_service",
        "google_organization_iam_member",
        "google_project_iam_member",
    }


def test_less_is_granted_where_less_is_read() -> None:
    (grant,) = Gcp().permissions(Selection(services=frozenset({"gcp.vpc"})))["json"]
    assert "cloudasset.assets.listOSInventories" not in shown(grant)


def test_every_fact_that_a_refusal_leaves_unread_names_a_permission_of_the_grant(gcp: SimulatedGcp) -> None:
    (grant,) = Gcp().permissions(Selection())["json"]
    assert isinstance(grant, dict)
    assert {each.permission for each in entered(gcp).doctor()} == set(grant["roles"][0]["permissions"])


def test_each_content_is_tried_once(gcp: SimulatedGcp) -> None:
    collector = entered(gcp)
    gcp.reset_calls()
    probes = list(collector.doctor())
    assert [each.operation for each in probes] == [f"cloudasset:ListAssets:{each}" for each in CONTENTS]
    assert not any(each.code for each in probes)
    assert dict(gcp.calls) == {f"cloudasset:ListAssets:{each}": 1 for each in CONTENTS}
    assert all(each["pageSize"] == ["1"] for each in gcp.asked)


@pytest.mark.parametrize("content", CONTENTS)
def test_what_is_refused_is_named(gcp: SimulatedGcp, content: str) -> None:
    collector = entered(gcp)
    gcp.fault(Fault(content, "denied"))
    refused = [each for each in collector.doctor() if each.code]
    assert [(each.operation, each.code) for each in refused] == [(f"cloudasset:ListAssets:{content}", "PERMISSION_DENIED")]


def test_access_policies_are_asked_of_the_organization(gcp: SimulatedGcp) -> None:
    collector = entered(gcp, project=LONELY.id)
    gcp.fault(Fault("ACCESS_POLICY", "denied", parent="organizations/111111111111"))
    assert [each.operation for each in collector.doctor() if each.code] == ["cloudasset:ListAssets:ACCESS_POLICY"]


def test_a_project_without_an_organization_has_no_access_policies(gcp: SimulatedGcp) -> None:
    for asset in gcp.estate.assets:
        if LONELY.key in asset["ancestors"]:
            asset["ancestors"] = [LONELY.key]
    collector = entered(gcp, project=LONELY.id)
    assert [each.operation.rpartition(":")[2] for each in collector.doctor()] == [
        each for each in CONTENTS if each != "ACCESS_POLICY"
    ]
    scan = [each for each in collector.collect() if getattr(each, "type", "") == "gcp.project.project"]
    assert scan
