"""What a scan tells of tenant, subscriptions and resources, and what it asks again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from collectors.azure.enter import connect
from collectors.azure.spec import Graph, Rows
from scanner.model import Absent, Kept, Present, Reason, Unread
from scanner.provider import Selection, nothing
from tests.collectors.azure.scans import (
    ASSIGNMENT,
    DIRECTORY,
    HOME,
    KEY,
    ONE,
    SPECS,
    TWO,
    Scan,
    arm,
    documents,
    entered,
    options,
    scanned,
    storage,
)
from tests.collectors.azure.stub import Stub, error

STORAGE = "azure.storage.account"


def told(scan: Scan) -> dict[tuple[str, str], Any]:
    return {(each.account, each.id): (each.type, each.region, each.name, dict(each.facts)) for each in scan.resources}


def test_every_subscription_is_an_account_below_the_group_that_holds_it(azure: Stub) -> None:
    accounts = {each.id: (each.name, each.parent) for each in entered(azure).accounts}
    assert accounts == {HOME: ("", ""), ONE: ("name of 1", "corp"), TWO: ("name of 2", HOME)}


def test_a_whole_scan_has_no_gaps(azure: Stub) -> None:
    scan = scanned(azure)
    assert scan.gaps == []
    assert all(each.complete for each in scan.listed)
    account = scan.one(STORAGE, ONE)
    assert account.id == account["item"]["id"].lower()
    assert (account.region, account.name, account["blob"]) == (
        "westeurope",
        "first",
        {"deleteRetentionPolicy": {"enabled": True}},
    )
    assert account.facts["findings"] == Absent()


def test_the_same_answers_make_the_same_facts(azure: Stub) -> None:
    first, second = told(scanned(azure)), told(scanned(azure))
    for known in (*first.values(), *second.values()):
        known[3].pop("asked", None)
    assert first == second


def test_calls_are_counted_as_they_were_sent(azure: Stub) -> None:
    scan = scanned(azure)
    assert sum(scan.collector.calls.values()) == azure.sent.total()


def test_pages_are_followed_to_their_end(azure: Stub) -> None:
    azure.rows["resources"] += [storage(f"more{number}") for number in range(7)]
    for row in azure.rows["resources"]:
        documents(azure, row["id"])
    azure.documents["/v1.0/users"]["@odata.nextLink"] = f"{azure.url}/v1.0/users/more"
    azure.documents["/v1.0/users/more"] = {"value": [{"id": "u2", "displayName": "Bob"}]}
    scan = scanned(azure, page_size=2)
    assert len(scan.all(STORAGE)) == 9
    assert [each.name for each in scan.all("azure.entra.user")] == ["Ann", "Bob"]


def test_a_type_is_told_by_its_kind(azure: Stub) -> None:
    azure.rows["resources"] = [
        arm(ONE, "Microsoft.Web/sites", "site", kind="app,linux"),
        arm(ONE, "Microsoft.Web/sites", "function", kind="functionapp,linux"),
        arm(ONE, "Microsoft.Web/sites", "flow", kind="workflowonly"),
    ]
    types = {each.name: each.type for each in scanned(azure).resources}
    assert (types["site"], types["function"]) == ("azure.appservice.app", "azure.functions.app")
    assert types["flow"] == "azure.unknown.microsoft_web_sites"


def test_what_nobody_described_is_kept_without_its_properties(azure: Stub) -> None:
    azure.rows["resources"].append(arm(ONE, "Contoso.Widgets/things", "x", properties={"key": "hidden"}, tags={"team": "a"}))
    scan = scanned(azure)
    thing = scan.one("azure.unknown.contoso_widgets_things")
    assert thing["item"]["name"] == "x"
    assert "properties" not in thing["item"]
    assert thing.tags == {"team": "a"}
    assert scan.complete(thing.type, ONE)


def test_chosen_services_ask_for_their_types_only(azure: Stub) -> None:
    scan = scanned(azure, [spec for spec in SPECS if spec.type != "azure.entra.user"], services="storage")
    (query,) = [each["query"] for each in azure.queries if each["query"].startswith("resources\n")]
    assert "| where type in~ ('microsoft.storage/storageaccounts', 'microsoft.web/sites')" in query
    assert not any(each.startswith("azure.unknown") for each in {resource.type for resource in scan.resources})


# What holds from above.


def assignment(scope: str, name: str, **row: Any) -> dict[str, Any]:
    id = f"{scope.rstrip('/')}/providers/Microsoft.Authorization/roleAssignments/{name}"
    return {"id": id, "name": name, "type": "microsoft.authorization/roleassignments", "properties": {"scope": scope}} | row


def test_an_assignment_stands_wherever_it_holds(azure: Stub) -> None:
    azure.rows["authorizationresources"] = [
        assignment("/", "root"),
        assignment("/providers/Microsoft.Management/managementGroups/Corp", "group"),
        assignment(f"/subscriptions/{TWO}/resourceGroups/rg", "own", subscriptionId=TWO),
        assignment("/subscriptions/99999999-9999-9999-9999-999999999999", "elsewhere"),
    ]
    scan = scanned(azure)
    standing = {(each.name, each.account) for each in scan.all(ASSIGNMENT.type)}
    assert standing == {("root", HOME), ("root", ONE), ("root", TWO), ("group", ONE), ("own", TWO)}
    (query,) = [each for each in azure.queries if each["query"].startswith("authorizationresources")]
    assert query["options"]["authorizationScopeFilter"] == "AtScopeAboveAndBelow"
    assert all(scan.complete(ASSIGNMENT.type, account) for account in (HOME, ONE, TWO))


def test_roles_that_are_built_in_stand_where_an_assignment_names_them(azure: Stub) -> None:
    def role(name: str, kind: str, scope: str = "/") -> dict[str, Any]:
        id = f"/providers/Microsoft.Authorization/roleDefinitions/{name}"
        more = {"type": kind, "assignableScopes": [scope]}
        return {"id": id, "name": name, "type": "microsoft.authorization/roledefinitions", "properties": more}

    given = assignment(f"/subscriptions/{ONE}", "own", subscriptionId=ONE)
    given["properties"]["roleDefinitionId"] = f"/subscriptions/{ONE}/providers/Microsoft.Authorization/roleDefinitions/OWNER"
    azure.rows["authorizationresources"] = [
        given,
        role("owner", "BuiltInRole"),
        role("reader", "BuiltInRole"),
        role("ours", "CustomRole", f"/subscriptions/{TWO}"),
    ]
    definition = replace(ASSIGNMENT, type="azure.rbac.role_definition", arm="microsoft.authorization/roledefinitions")
    scan = scanned(azure, (*SPECS, definition))
    assert {(each.name, each.account) for each in scan.all(definition.type)} == {("owner", ONE), ("ours", TWO)}


# What is chosen.


def test_subscriptions_are_chosen_by_id_name_group_and_pattern(azure: Stub) -> None:
    for name, given in (
        ("subscription", ONE),
        ("subscription", "Name of 1"),
        ("management_group", "CORP"),
        ("include_subscriptions", "*1"),
    ):
        chosen: dict[str, Any] = {name: given}
        assert [each.id for each in entered(azure, **chosen).accounts] == [HOME, ONE]
    assert [each.id for each in entered(azure, exclude_subscriptions="name*1").accounts] == [HOME, TWO]


def test_regions_that_nobody_wants_close_nothing(azure: Stub) -> None:
    chosen = Selection(regions=frozenset({"northeurope"}))
    events = list(connect(options(azure), SPECS, chosen, lambda: KEY, nothing).collect())
    assert not any(getattr(each, "region", "") == "westeurope" for each in events)
    assert not any(each.complete for each in events if hasattr(each, "complete"))


# The tenant.


def test_the_directory_is_read_once_for_all_that_it_tells(azure: Stub) -> None:
    azure.documents["/v1.0/users"]["value"].append({"id": "u2", "displayName": "Bob"})
    azure.documents["/v1.0/users/u2/methods"] = {"value": [{"id": "m"}]}
    ann, bob = scanned(azure).all("azure.entra.user")
    assert ann["registration"] == {"id": "u1", "isMfaRegistered": True}
    assert (bob["registration"], bob["methods"]) == (None, [{"id": "m"}])
    assert azure.sent["GET /v1.0/reports/registration"] == 1


def test_the_tenant_is_there_even_when_nothing_of_it_can_be_read(azure: Stub) -> None:
    azure.fault("GET /v1.0/", error(403, "Authorization_RequestDenied", "Insufficient privileges"))
    scan = scanned(azure)
    tenant = scan.one(DIRECTORY.type)
    assert tenant.id == HOME
    assert tenant.facts["item"] == Unread(
        Reason.DENIED, "Authorization_RequestDenied", "graph:/v1.0/organization", "Organization.Read.All"
    )
    assert tenant.facts["security_defaults"].permission == "Policy.Read.All"  # type: ignore[union-attr]
    assert not scan.complete("azure.entra.user", HOME)


def test_a_list_that_facts_are_joined_from_is_read_once(azure: Stub) -> None:
    fact = Graph("/v1.0/users?$top=2", permission="User.Read.All", by="id", key="properties.principalId")
    joined = replace(ASSIGNMENT, facts={"user": fact})
    given = assignment(f"/subscriptions/{ONE}", "own", subscriptionId=ONE)
    given["properties"]["principalId"] = "u1"
    azure.rows["authorizationresources"] = [given, assignment("/", "of nobody")]
    specs = (joined, *(spec for spec in SPECS if spec.type != joined.type))
    users = {(each.name, each.account): each["user"] for each in scanned(azure, specs).all(joined.type)}
    assert users["own", ONE] == {"id": "u1", "displayName": "Ann"}
    assert users["of nobody", HOME] is None
    assert azure.sent["GET /v1.0/users"] == 1

    azure.fault("GET /v1.0/users ", error(403, "Authorization_RequestDenied"))
    scan = scanned(azure, specs)
    assert {each.facts["user"].permission for each in scan.all(joined.type)} == {"User.Read.All"}  # type: ignore[union-attr]
    assert [each.type for each in scan.gaps] == ["azure.entra.user"]


# What is asked again.


def test_an_unchanged_resource_is_not_asked_again(azure: Stub) -> None:
    first = scanned(azure)
    azure.sent.clear()
    again = scanned(azure, memory=first.memory)
    assert not any("blobservices/default " in f"{path} ".lower() for path in azure.sent)
    account = again.one(STORAGE, ONE)
    assert account.facts["blob"] == account.facts["diagnostics"] == Kept()
    assert account.facts["asked"] == first.one(STORAGE, ONE).facts["asked"]


def test_a_changed_resource_is_asked_again_and_a_volatile_change_is_none(azure: Stub) -> None:
    first = scanned(azure)
    azure.rows["resources"][0]["properties"] = {"lastSeen": "today"}
    assert scanned(azure, memory=first.memory).one(STORAGE, ONE).facts["blob"] == Kept()
    azure.rows["resources"][0]["properties"] = {"minimumTlsVersion": "TLS1_2"}
    assert isinstance(scanned(azure, memory=first.memory).one(STORAGE, ONE).facts["blob"], Present)


def test_what_is_too_old_is_asked_again_and_not_all_at_once(azure: Stub) -> None:
    azure.rows["resources"] = [storage(f"account{number}") for number in range(20)]
    for row in azure.rows["resources"]:
        documents(azure, row["id"])
    first = scanned(azure)

    def aged(days: float) -> Any:
        def memory(account: str, type: str, fact: str) -> Any:
            held = first.memory(account, type, fact)
            return {
                id: {**each, "at": {name: _earlier(at, days) for name, at in each["at"].items()}} for id, each in held.items()
            }

        return memory

    def kept(days: float) -> int:
        return sum(each.facts["blob"] == Kept() for each in scanned(azure, memory=aged(days)).all(STORAGE))

    assert (kept(1), kept(8)) == (20, 0)
    assert 0 < kept(5) < 20


def _earlier(at: str, days: float) -> str:
    return (datetime.fromisoformat(at) - timedelta(days=days)).isoformat()


def test_a_fact_that_was_not_read_is_asked_again(azure: Stub) -> None:
    azure.fault("storageaccounts/first/blobservices/default ", error(403, "AuthorizationFailed"), 1)
    first = scanned(azure)
    assert isinstance(first.one(STORAGE, ONE).facts["blob"], Unread)
    again = scanned(azure, memory=first.memory).one(STORAGE, ONE)
    assert isinstance(again.facts["blob"], Present)
    assert again.facts["diagnostics"] == Kept()


def test_nothing_is_kept_when_the_maximum_age_is_none(azure: Stub) -> None:
    first = scanned(azure)
    assert isinstance(scanned(azure, memory=first.memory, max_age=0).one(STORAGE, ONE).facts["blob"], Present)


def test_what_is_remembered_may_be_anything(azure: Stub) -> None:
    for held in ("text", {"of": 1}, {"of": "x", "at": "y"}, {"of": None, "at": {"blob": 3}}):
        scan = scanned(azure, memory=lambda *_, held=held: {storage("first")["id"].lower(): held})
        assert isinstance(scan.one(STORAGE, ONE).facts["blob"], Present)


def test_what_is_listed_below_an_unchanged_resource_is_not_listed_again(azure: Stub) -> None:
    containers = f"{azure.rows['resources'][0]['id'].lower()}/blobservices/default/containers"
    azure.documents[containers] = {"value": [{"id": f"{containers}/one", "name": "One", "properties": {"a": 1}}]}
    first = scanned(azure)
    azure.sent.clear()
    again = scanned(azure, memory=first.memory)
    assert not any(path.lower().endswith("/containers") for path in azure.sent)
    before, now = first.one("azure.storage.container"), again.one("azure.storage.container")
    assert (now.id, now.name, now.region, now.account) == (before.id, before.name, before.region, before.account)
    assert now.facts == {"item": Kept(), "asked": before.facts["asked"]}
    assert again.complete("azure.storage.container", ONE)

    azure.rows["resources"][0]["properties"] = {"changed": True}
    azure.documents[containers] = {"value": []}
    assert scanned(azure, memory=again.memory).all("azure.storage.container") == []


def test_a_listing_that_was_refused_is_asked_again(azure: Stub) -> None:
    azure.fault("storageaccounts/first/blobservices/default/containers", error(403, "AuthorizationFailed"), 1)
    first = scanned(azure)
    azure.sent.clear()
    again = scanned(azure, memory=first.memory)
    assert sum(path.lower().endswith("/containers") for path in azure.sent) == 1
    assert again.complete("azure.storage.container", ONE)


# Secrets.


def test_secrets_never_leave_the_collector(azure: Stub) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    azure.rows["resources"][0]["properties"] = {"password": "hunter2hunter2", "note": f"token {token}"}
    base = azure.rows["resources"][0]["id"].lower()
    azure.documents[f"{base}/blobservices/default"] = {"properties": {"key": "s3cret-s3cret", "other": token}}
    shown = repr(scanned(azure).resources)
    assert "hunter2" not in shown
    assert "s3cret" not in shown
    assert token not in shown
    assert "$secret" in shown


def test_rows_below_a_resource_are_its_facts(azure: Stub) -> None:
    first = azure.rows["resources"][0]["id"]
    row = {"type": "microsoft.security/assessments", "subscriptionId": ONE, "name": "a"}
    azure.rows["securityresources"] = [row | {"id": f"{first.upper()}/providers/Microsoft.Security/assessments/a"}]
    scan = scanned(azure)
    assert [each["name"] for each in scan.one(STORAGE, ONE)["findings"]] == ["a"]
    assert scan.one(STORAGE, TWO)["findings"] is None


def test_rows_that_are_facts_of_others_are_no_resources_of_their_own(azure: Stub) -> None:
    azure.rows["resources"].append(
        arm(ONE, "Microsoft.Storage/storageAccounts", "first/rules/a", type="microsoft.storage/storageaccounts/rules")
    )
    told_by_rows = replace(SPECS[0], facts={"rules": Rows("microsoft.storage/storageaccounts/rules", many=True)})
    scan = scanned(azure, (told_by_rows, *SPECS[1:]))
    assert [each["name"] for each in scan.one(STORAGE, ONE)["rules"]] == ["first/rules/a"]
    assert not [each for each in scan.resources if each.type.startswith("azure.unknown")]
    assert not [each for each in scan.listed if each.type.startswith("azure.unknown")]


def test_a_spec_that_changed_is_asked_anew(azure: Stub) -> None:
    first = scanned(azure)
    other = replace(SPECS[0], facts={"blob": replace_path(SPECS[0].facts["blob"])})
    azure.documents[f"{azure.rows['resources'][0]['id'].lower()}/other"] = {"properties": {"new": True}}
    azure.documents[f"{azure.rows['resources'][1]['id'].lower()}/other"] = {"properties": {"new": True}}
    scan = scanned(azure, (other, *SPECS[1:]), memory=first.memory)
    assert scan.one(STORAGE, ONE)["blob"] == {"new": True}


def replace_path(read: Any) -> Any:
    return type(read)("/other", action=read.action)
