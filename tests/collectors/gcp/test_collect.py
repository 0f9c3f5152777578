"""Whole scans of the simulated organization: what each resource is told to be, by whom it is held, and in how many calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scanner.model import Absent, Account, Listed, Present, Reason, Unread
from simulators.gcp import SimulatedGcp
from simulators.gcp.estate import CARELESS, ORGANIZATION, SHOP, Estate, Place, organization
from tests.collectors.gcp.scans import digests, entered, scanned, told, watched

ONE_PAGE = dict.fromkeys(
    (f"cloudasset:ListAssets:{each}" for each in ("IAM_POLICY", "ORG_POLICY", "ACCESS_POLICY", "OS_INVENTORY")), 1
)


def test_a_small_organization_costs_one_call_a_content_and_one_for_its_hierarchy(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp)
    assert scan.collector.calls == ONE_PAGE | {"cloudasset:ListAssets:RESOURCE": 2}
    assert scan.collector.calls == {name: many for name, many in gcp.calls.items() if name.startswith("cloudasset")}
    assert (scan.gaps, scan.unread(), scan.whole) == ([], set(), True)


def test_calls_are_pages_and_nothing_else() -> None:
    with SimulatedGcp.start(projects=100) as gcp:
        scan = scanned(gcp, page_size=1000)
    pages = -(-sum("resource" in each for each in gcp.estate.assets) // 1000)
    assert scan.collector.calls["cloudasset:ListAssets:RESOURCE"] == pages + 1
    assert sum(scan.collector.calls.values()) <= pages + 6
    assert len(scan.all("gcp.project.project")) == 104


def test_everything_that_exists_is_told_once(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp)
    assert {each.id for each in scan.resources} == {each["name"] for each in gcp.estate.assets}
    assert len(scan.resources) == len({each.id for each in scan.resources})


def test_nodes_are_accounts_with_parents(gcp: SimulatedGcp) -> None:
    collector = entered(gcp)
    assert collector.account == Account("gcp", "organizations/111111111111", "example.com")
    accounts = {each.id: each for each in collector.accounts}
    assert len(accounts) == 8
    assert accounts["shop-prod"] == Account("gcp", "shop-prod", "Shop Prod", parent="folders/222222222202")
    assert accounts["folders/222222222202"].parent == "folders/222222222201"
    assert accounts["old-website"].parent == "organizations/111111111111"


def test_a_resource_has_its_body_its_policy_and_its_place(gcp: SimulatedGcp) -> None:
    bucket = scanned(gcp).all("gcp.storage.bucket", "shop-prod")[0]
    assert bucket.id == "//storage.googleapis.com/shop-prod-data"
    assert (bucket.name, bucket.region, bucket.listed_in) == ("shop-prod-data", "europe-west1", "global")
    assert bucket["item"]["iamConfiguration"]["uniformBucketLevelAccess"] == {"enabled": True}
    assert bucket["iam_policy"]["bindings"][0]["role"] == "roles/storage.objectAdmin"
    assert bucket.tags == {"owner": "shop"}
    assert bucket["asset"]["assetType"] == "storage.googleapis.com/Bucket"
    assert bucket["asset"]["updateTime"]


def test_what_has_no_policy_says_so(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp)
    topic = scan.one("gcp.pubsub.topic", "shop-prod")
    assert topic.facts["iam_policy"] == Absent()
    assert "iam_policy" not in scan.all("gcp.vpc.network")[0].facts


def test_types_of_what_is_global_or_regional_are_one(gcp: SimulatedGcp) -> None:
    rules = scanned(gcp).all("gcp.lb.forwarding_rule")
    assert {each["asset"]["assetType"] for each in rules} == {"compute.googleapis.com/GlobalForwardingRule"}


def test_a_project_carries_what_holds_on_it_from_above(gcp: SimulatedGcp) -> None:
    project = scanned(gcp).one("gcp.project.project", "shop-prod")
    lineage = project["lineage"]
    assert [each["name"] for each in lineage] == ["folders/222222222202", "folders/222222222201", "organizations/111111111111"]
    assert [each["display_name"] for each in lineage] == ["shop", "production", "example.com"]
    assert lineage[0]["iam_policy"]["bindings"] == [{"role": "roles/viewer", "members": ["group:developers@example.com"]}]
    assert lineage[0]["org_policy"] is None
    constraints = [each.get("constraint") or each["name"] for each in lineage[2]["org_policy"]]
    assert "constraints/compute.requireOsLogin" in constraints
    assert "organizations/111111111111/policies/storage.publicAccessPrevention" in constraints
    assert "etag" not in repr(lineage)


def test_a_project_carries_the_sinks_and_policies_of_what_is_above(gcp: SimulatedGcp) -> None:
    shop, production, top = scanned(gcp).one("gcp.project.project", "shop-prod")["lineage"]
    assert [each["name"] for each in top["log_sinks"]] == ["organization"]
    assert top["firewall_policies"] == shop["firewall_policies"] == shop["log_sinks"] == shop["deny_policies"] == []
    assert [each["displayName"] for each in top["deny_policies"]] == ["No deleted keys"]
    (attached,) = production["firewall_policies"]  # the organization keeps it, and the folder has it attached
    assert attached["shortName"] == "no-admin-ports"
    assert [each["action"] for each in attached["rules"]] == ["deny"]
    assert attached.keys() == {"name", "shortName", "rules"}


def test_a_folder_carries_what_holds_on_it_and_the_organization_nothing(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp)
    folders = {each.account: [above["name"] for above in each["lineage"]] for each in scan.all("gcp.organization.folder")}
    assert folders[SHOP.key] == ["folders/222222222201", ORGANIZATION.key]
    assert folders["folders/222222222201"] == [ORGANIZATION.key]
    assert "lineage" not in scan.one("gcp.organization.organization").facts
    assert {each.name for each in scan.all("gcp.organization.folder")} == {key.partition("/")[2] for key in folders}


@pytest.mark.parametrize("given", [{"folder": SHOP.number}, {"project": "shop-prod"}])
def test_what_is_above_the_scope_is_told_alike(gcp: SimulatedGcp, given: dict[str, str]) -> None:
    whole = scanned(gcp).one("gcp.project.project", "shop-prod")["lineage"]
    assert scanned(gcp, **given).one("gcp.project.project")["lineage"] == whole


@pytest.mark.parametrize("kind", ["compute.googleapis.com/FirewallPolicy", "logging.googleapis.com/LogSink"])
def test_what_may_be_attached_above_and_is_not_whole_is_not_told(gcp: SimulatedGcp, kind: str) -> None:
    some = next(each for each in gcp.estate.assets if each["assetType"] == kind and ORGANIZATION.key == each["ancestors"][0])
    some["resource"]["data"] = []
    for above in scanned(gcp).one("gcp.project.project", "shop-prod")["lineage"]:
        assert above.keys() == {"name", "display_name", "iam_policy", "org_policy"}


def test_organization_policies_come_from_both_apis(gcp: SimulatedGcp) -> None:
    policies = scanned(gcp).one("gcp.project.project", "shop-sandbox")["org_policy"]
    assert [each["constraint"] for each in policies[:2]] == [
        "constraints/iam.allowedPolicyMemberDomains",
        "constraints/iam.disableServiceAccountKeyCreation",
    ]
    assert {each["name"].rpartition("/")[2]: each["spec"]["rules"] for each in policies[2:]} == {
        "compute.vmExternalIpAccess": [{"allowAll": True}],
        "storage.publicAccessPrevention": [{"enforce": False}],
        "storage.uniformBucketLevelAccess": [{"enforce": False}],
    }


def test_access_policies_are_the_organizations_and_a_project_has_its_perimeters(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp)
    whole = scan.one("gcp.organization.organization")["access_policy"]
    assert sorted(name for each in whole for name in each) == ["accessLevel", "accessPolicy", "servicePerimeter"]
    (perimeter,) = scan.one("gcp.project.project", "shop-prod")["access_policy"]
    assert perimeter["servicePerimeter"]["title"] == "shop"
    assert scan.one("gcp.project.project", "shop-sandbox").facts["access_policy"] == Absent()


def test_a_guest_tells_what_is_installed_and_what_waits(gcp: SimulatedGcp) -> None:
    machine = scanned(gcp).one("gcp.gce.instance", "shop-sandbox")
    kinds = {each["type"] for each in machine["os_inventory"]["items"].values()}
    assert kinds == {"INSTALLED_PACKAGE", "AVAILABLE_PACKAGE"}


def test_a_guest_without_an_agent_is_silent_not_unread(gcp: SimulatedGcp) -> None:
    for asset in gcp.estate.assets:
        asset.pop("osInventory", None)
    assert {each.facts["os_inventory"] for each in scanned(gcp).all("gcp.gce.instance")} == {Absent()}


def test_types_that_nobody_described_stay_bare(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp)
    bare = scan.one("gcp.unknown.pubsublite_topic", "shop-prod")
    assert bare["asset"]["assetType"] == "pubsublite.googleapis.com/Topic"
    assert bare.tags == {"owner": "shop"}
    assert "item" not in bare.facts
    assert "hunter2" not in repr(bare.facts)
    assert scan.all("gcp.unknown.k8s_io_pod")
    assert Listed("gcp.unknown.k8s_io_pod", "global", complete=True) in scan.listed


def test_what_only_has_a_policy_is_not_lost(gcp: SimulatedGcp) -> None:
    portal = scanned(gcp).one("gcp.unknown.iap_web_service", "shop-prod")
    assert portal["iam_policy"]["bindings"][0]["members"] == ["domain:example.com"]


def test_a_described_type_that_only_its_policy_tells_of_is_unread_not_missing(gcp: SimulatedGcp) -> None:
    bucket = next(each for each in gcp.estate.assets if each["assetType"] == "storage.googleapis.com/Bucket")
    del bucket["resource"]
    found = next(each for each in scanned(gcp).all("gcp.storage.bucket") if each.id == bucket["name"])
    assert isinstance(found.facts["item"], Unread)
    assert isinstance(found.facts["iam_policy"], Present)


# Secrets.


def test_nothing_secret_leaves(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp)
    text = repr([dict(each.facts) for each in scan.resources])
    for secret in ("hunter2", "ghp_0123456789", "AABBCC"):
        assert secret in repr(gcp.estate.assets)
        assert secret not in text
    function = scan.one("gcp.functions.function", "shop-sandbox")
    assert function["item"]["serviceConfig"]["environmentVariables"]["API_TOKEN"]["$secret"]["detected"] == ["GitHub Token"]


def test_metadata_keeps_its_settings_and_hides_its_scripts(gcp: SimulatedGcp) -> None:
    machine = scanned(gcp).one("gcp.gce.instance", "shop-prod")
    items = {each["key"]: each["value"] for each in machine["item"]["metadata"]["items"]}
    assert items["enable-oslogin"] == "TRUE"
    assert items["startup-script"]["$secret"]["detected"] == ["Secret Keyword"]


# Scope and selection.


def test_a_folder_is_read_with_what_holds_on_it_from_above(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp, folder=SHOP.number)
    assert scan.collector.account.id == SHOP.key
    assert {each.id for each in scan.collector.accounts} == {SHOP.key, "shop-prod"}
    assert {each.account for each in scan.resources} == {SHOP.key, "shop-prod"}
    assert scan.unread() == set()
    assert (
        told(scan)["//cloudresourcemanager.googleapis.com/projects/333333333302"]
        == (told(scanned(gcp))["//cloudresourcemanager.googleapis.com/projects/333333333302"])
    )


@pytest.mark.parametrize("name", ["shop-prod", "333333333302", "projects/shop-prod"])
def test_a_project_is_read_by_its_id_or_number(gcp: SimulatedGcp, name: str) -> None:
    scan = scanned(gcp, project=name)
    assert scan.collector.account == Account("gcp", "shop-prod", "Shop Prod", parent=SHOP.key)
    assert {each.account for each in scan.resources} == {"shop-prod"}
    project = scan.one("gcp.project.project")
    assert [each["display_name"] for each in project["lineage"]] == ["shop", "production", "example.com"]
    assert project["access_policy"][0]["servicePerimeter"]["title"] == "shop"
    asked = [each for each in gcp.asked if any("Organization" in kind for kind in each.get("assetTypes", ()))]
    assert len(asked) == 3  # of the organization itself, which alone may be asked for organizations


def test_only_some_projects(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp, include_projects="shop-*", exclude_projects="folders/222222222203")
    assert {each.id for each in scan.collector.accounts} == {"shop-prod", SHOP.key, "folders/222222222201", ORGANIZATION.key}
    assert {each.account for each in scan.resources} == {each.id for each in scan.collector.accounts}
    assert scan.one("gcp.project.project")["lineage"]


def test_only_some_services_ask_for_their_types_and_for_the_nodes(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp, services="storage")
    assert {each.type for each in scan.resources} == {
        "gcp.storage.bucket",
        "gcp.project.project",
        "gcp.organization.folder",
        "gcp.organization.organization",
    }
    assert {each.type for each in scan.listed} == {each.type for each in scan.resources}
    assert "OS_INVENTORY" not in str(gcp.calls)
    assert scan.unread() == set()


def test_only_some_regions_close_nothing(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp, regions="europe-west1")
    assert {each.region for each in scan.resources} == {"europe-west1", "europe-west1-a", "europe-west1-b", "global"}
    assert not any(each.complete for each in scan.listed)
    nothing = scanned(gcp, regions="us-central1")
    assert {each.region for each in nothing.resources} == {"global"}


# Time.


def test_all_is_read_at_one_time(gcp: SimulatedGcp) -> None:
    scan = scanned(gcp)
    times = [each.get("readTime", [""])[0] for each in gcp.asked]
    assert times[0] == ""
    assert set(times[1:]) == {scan.collector.read_time}


def test_what_there_was_is_read_as_of_then(gcp: SimulatedGcp) -> None:
    before = replace_bucket(gcp)
    gcp.changed(before, days_ago=10)
    gcp.changed(gcp.estate, days_ago=5)
    then = (gcp.estate.now - timedelta(days=7)).date().isoformat()
    assert "//storage.googleapis.com/long-gone" in {each.id for each in scanned(gcp, as_of=then).resources}
    assert "//storage.googleapis.com/long-gone" not in {each.id for each in scanned(gcp).resources}


def replace_bucket(gcp: SimulatedGcp) -> Estate:
    """Return an estate in which one bucket has another name."""
    estate = organization(Estate(gcp.estate.now))
    bucket = next(each for each in estate.assets if each["assetType"] == "storage.googleapis.com/Bucket")
    bucket["name"] = "//storage.googleapis.com/long-gone"
    return estate


def test_a_project_that_is_gone_meanwhile_is_still_there_at_the_time_of_the_snapshot(gcp: SimulatedGcp) -> None:
    collector = entered(gcp)
    without = Estate(gcp.estate.now, [each for each in gcp.estate.assets if CARELESS.key not in each["ancestors"]])
    without.nodes += [each for each in gcp.estate.nodes if each is not CARELESS]
    gcp.changed(without)
    scan = watched(collector)
    assert len(scan.all("gcp.project.project")) == 4
    assert scan.whole


def test_a_project_that_moved_is_where_the_hierarchy_says(gcp: SimulatedGcp) -> None:
    for asset in gcp.estate.assets:
        if asset["ancestors"][0] == CARELESS.key and asset["assetType"] == "storage.googleapis.com/Bucket":
            asset["ancestors"] = [CARELESS.key, SHOP.key, ORGANIZATION.key]
    scan = scanned(gcp)
    assert {each.account for each in scan.all("gcp.storage.bucket")} == {"shop-prod", "shop-sandbox"}
    assert scan.one("gcp.project.project", "shop-sandbox")["lineage"][0]["display_name"] == "sandbox"


def test_things_of_a_project_that_was_not_listed_keep_its_name_and_no_lineage(gcp: SimulatedGcp) -> None:
    estate = gcp.estate
    unlisted = replace(CARELESS, number="999", id="brand-new")
    Place(estate, unlisted).compute("Network", "global/networks/main", {})
    Place(estate, unlisted).put("storage.googleapis.com/Bucket", "//x", {})
    found = {each.account for each in scanned(gcp).resources}
    assert {"brand-new", "999"} <= found


def test_a_folder_above_that_was_not_listed_leaves_the_lineage_unread(gcp: SimulatedGcp) -> None:
    gcp.estate.assets[:] = [each for each in gcp.estate.assets if not each["name"].endswith(SHOP.key)]
    project = scanned(gcp).one("gcp.project.project", "shop-prod")
    assert project.facts["lineage"] == Unread(
        Reason.UNAVAILABLE, "NOT_LISTED", "cloudasset:ListAssets:IAM_POLICY", "cloudasset.assets.listIamPolicy"
    )


# What the core may skip.


def test_the_digest_changes_with_what_it_stands_for_and_with_nothing_else(gcp: SimulatedGcp) -> None:
    first = digests(gcp)
    assert first == digests(gcp)
    assert len([each for each in first.values() if each]) > 250
    bucket, instance = (
        next(each for each in gcp.estate.assets if each["assetType"] == kind)
        for kind in ("storage.googleapis.com/Bucket", "compute.googleapis.com/Instance")
    )
    bucket["iamPolicy"]["bindings"][0]["members"].append("allUsers")
    instance["resource"]["data"]["canIpForward"] = True
    gcp.refresh()
    second = digests(gcp)
    assert {id for id, digest in first.items() if second[id] != digest} == {bucket["name"], instance["name"]}


def test_what_hangs_on_more_than_its_own_asset_has_no_digest(gcp: SimulatedGcp) -> None:
    found = digests(gcp)
    projects = [each.id for each in scanned(gcp).all("gcp.project.project")]
    assert projects
    assert {found[id] for id in projects} == {b""}
