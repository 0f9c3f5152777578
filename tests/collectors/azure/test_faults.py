"""Everything that goes wrong on the wire: nothing false is told, nothing known is lost, and nothing is ever written."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import orjson
import pytest

from scanner.model import Absent, Gap, Present, Reason, Unread
from scanner.provider import ConnectError
from tests.collectors.azure.scans import HOME, ONE, TWO, entered, scanned, storage
from tests.collectors.azure.stub import QUERY, Answer, Stub, error

STORAGE = "azure.storage.account"
BLOB = "storageaccounts/first/blobservices/default "
PASSES = {
    "429": error(429, "TooManyRequests"),
    "429 with Retry-After": error(429, "TooManyRequests", Retry_After="0"),
    "429 with a date that is none": error(429, "TooManyRequests", Retry_After="soon"),
    "429 of a user's quota": error(429, "RateLimiting", x_ms_user_quota_remaining="0", x_ms_user_quota_resets_after="00:00:00"),
    "500": error(500, "InternalServerError"),
    "502": Answer(raw=b"<html>Bad Gateway</html>", status=502),
    "503": error(503, "ServerBusy"),
    "cut": Answer({"value": [], "data": [], "properties": {}, "padding": "x" * 500}, cut=True),
    "garbled": Answer(raw=b'{"value": ['),
    "no object": Answer([1, 2]),
    "portal": Answer(raw=b"<html>Sign in</html>"),
}


@pytest.mark.parametrize("answer", PASSES.values(), ids=PASSES)
@pytest.mark.parametrize(
    "where", [f"POST {QUERY}.*securityresources", f"POST {QUERY}.*resources .where", BLOB, "GET /v1.0/users "]
)
def test_what_passes_is_tried_again_and_leaves_no_trace(azure: Stub, answer: Answer, where: str) -> None:
    azure.fault(where.replace(" .where", "\\\\n. project"), answer, 2)
    scan = scanned(azure)
    assert scan.gaps == []
    assert not any(isinstance(fact, Unread) for each in scan.resources for fact in each.facts.values())
    assert len(scan.all(STORAGE)) == 2
    assert sum(scan.collector.calls.values()) == azure.sent.total()


def test_packed_answers_are_read_and_packed_rubbish_is_asked_for_again(azure: Stub) -> None:
    body = gzip.compress(orjson.dumps({"properties": {"padding": "x" * 3_000_000}}))
    azure.fault(BLOB, Answer(raw=b"no gzip", headers={"Content-Encoding": "gzip"}), 1)
    azure.fault(BLOB, Answer(raw=body, headers={"Content-Encoding": "gzip"}))
    assert len(scanned(azure).one(STORAGE, ONE)["blob"]["padding"]) == 3_000_000


WAITS = {
    "as it is asked to": (error(429, "TooManyRequests", Retry_After="7"), [7.0, 7.0]),
    "as the quota asks": (error(429, "RateLimiting", x_ms_user_quota_resets_after="00:00:05"), [5.0, 5.0]),
    "in milliseconds": (error(429, "TooManyRequests", x_ms_retry_after_ms="1500"), [1.5, 1.5]),
    "not for ever": (error(429, "TooManyRequests", Retry_After="86400"), [60.0, 60.0]),
    "ever longer, unasked": (error(429, "TooManyRequests"), [1.0, 2.0]),
}


@pytest.mark.parametrize(("answer", "waits"), WAITS.values(), ids=WAITS)
def test_who_is_throttled_waits(azure: Stub, answer: Answer, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("collectors.azure.session.Transport.sleep", lambda _transport, seconds: slept.append(seconds))
    monkeypatch.setattr("collectors.azure.session.BACKOFF", 1.0)
    monkeypatch.setattr("collectors.azure.session.random.uniform", lambda _least, _most: 1.0)
    azure.fault(BLOB, answer, 2)
    scan = scanned(azure)
    assert isinstance(scan.one(STORAGE, ONE).facts["blob"], Present)
    assert slept == waits


LASTS = {
    "denied": (error(403, "AuthorizationFailed"), Reason.DENIED, "AuthorizationFailed"),
    "throttled": (error(429, "TooManyRequests"), Reason.THROTTLED, "TooManyRequests"),
    "unavailable": (error(503, "ServerBusy"), Reason.UNAVAILABLE, "ServerBusy"),
    "retired": (error(400, "NoRegisteredProviderFound"), Reason.ERROR, "NoRegisteredProviderFound"),
    "no such version": (error(400, "InvalidApiVersionParameter"), Reason.ERROR, "InvalidApiVersionParameter"),
    "not a type": (error(400, "InvalidResourceType"), Reason.ERROR, "InvalidResourceType"),
    "no such setting": (error(404, "ResourceNotFound", "no default setting"), Reason.ERROR, "ResourceNotFound"),
    "garbled": (Answer(raw=b"{"), Reason.ERROR, "DecodeError"),
    "cut": (Answer({"properties": {"x": "x" * 500}}, cut=True), Reason.UNAVAILABLE, "IncompleteReadError"),
    "empty": (Answer(raw=b"", status=204), Reason.ERROR, "NoContent"),
    "elsewhere": (Answer({}, 302, {"Location": "https://example.com/"}), Reason.ERROR, "302"),
}


@pytest.mark.parametrize(("answer", "reason", "code"), LASTS.values(), ids=LASTS)
def test_each_way_to_fail_has_its_reason(azure: Stub, answer: Answer, reason: Reason, code: str) -> None:
    azure.fault(BLOB, answer)
    scan = scanned(azure)
    fact = scan.one(STORAGE, ONE).facts["blob"]
    assert isinstance(fact, Unread)
    assert (fact.reason, fact.code) == (reason, code)
    assert fact.permission == "Microsoft.Storage/storageAccounts/blobServices/read"
    assert isinstance(scan.one(STORAGE, TWO).facts["blob"], Present)
    assert isinstance(scan.one(STORAGE, ONE).facts["diagnostics"], Present)


def test_codes_that_a_spec_names_are_knowledge(azure: Stub) -> None:
    azure.fault(BLOB, error(400, "featurenotsupportedforaccount"))
    assert scanned(azure).one(STORAGE, ONE).facts["blob"] == Absent("featurenotsupportedforaccount")


GONE = [
    error(
        404,
        "ResourceNotFound",
        "The Resource 'Microsoft.Storage/storageAccounts/first' under resource group 'rg' was not found.",
    ),
    error(404, "ResourceGroupNotFound", "Resource group 'rg' could not be found."),
    error(404, "ParentResourceNotFound", "no parent"),
]


@pytest.mark.parametrize("answer", GONE)
def test_what_was_deleted_meanwhile_is_not_there(azure: Stub, answer: Answer) -> None:
    azure.fault(BLOB, answer)
    scan = scanned(azure)
    assert [each.account for each in scan.all(STORAGE)] == [TWO]
    assert scan.complete(STORAGE, ONE)


def test_a_provider_that_is_not_registered_is_never_registered_by_us(azure: Stub) -> None:
    azure.fault("locks|diagnosticsettings", error(409, "MissingSubscriptionRegistration", "register it"))
    scan = scanned(azure)
    assert {method.partition(" ")[0] for method in azure.sent} == {"GET", "POST"}
    assert {path for path in azure.sent if path.startswith("POST")} == {f"POST {QUERY}"}
    assert scan.one(STORAGE, ONE).facts["diagnostics"] == Absent("MissingSubscriptionRegistration")
    assert scan.complete("azure.subscription.lock", ONE)
    assert scan.gaps == []


NO_PREMIUM = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
P1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"


def plans(azure: Stub, *held: dict[str, str]) -> None:
    azure.documents["/v1.0/organization"]["value"][0]["assignedPlans"] = list(held)


@pytest.mark.parametrize(
    "held", [[], [{"servicePlanId": "another"}], [{"servicePlanId": P1, "capabilityStatus": "Deleted"}]], ids=str
)
def test_a_feature_without_a_licence_is_absent(azure: Stub, held: list[dict[str, str]]) -> None:
    plans(azure, *held)
    azure.fault("GET /v1.0/reports|GET /v1.0/users ", error(403, NO_PREMIUM))
    scan = scanned(azure)
    assert scan.gaps == []
    assert scan.complete("azure.entra.user", HOME)
    azure.faults.pop()
    azure.fault("GET /v1.0/reports", error(403, NO_PREMIUM))
    assert scanned(azure).one("azure.entra.user").facts["registration"] == Absent(NO_PREMIUM)


def licensed(azure: Stub) -> None:
    plans(azure, {"servicePlanId": P1.upper(), "capabilityStatus": "Enabled"})


def without_plans(azure: Stub) -> None:
    azure.documents["/v1.0/organization"]["value"][0].pop("assignedPlans", None)


def refused(azure: Stub) -> None:
    azure.fault("GET /v1.0/organization", error(403, "Authorization_RequestDenied"))


def plans_that_are_none(azure: Stub) -> None:
    azure.documents["/v1.0/organization"]["value"][0]["assignedPlans"] = "none"


@pytest.mark.parametrize("tenant", [licensed, without_plans, refused, plans_that_are_none])
def test_a_licence_that_is_denied_to_who_may_not_see_it_is_a_missing_permission(
    azure: Stub, tenant: Callable[[Stub], None]
) -> None:
    tenant(azure)
    azure.fault("GET /v1.0/reports", error(403, NO_PREMIUM))
    fact = scanned(azure).one("azure.entra.user").facts["registration"]
    assert fact == Unread(Reason.DENIED, NO_PREMIUM, "graph:/v1.0/reports/registration", "Directory.Read.All")
    azure.fault("GET /v1.0/users ", error(403, NO_PREMIUM))
    gap = next(each for each in scanned(azure).gaps if each.type == "azure.entra.user")
    assert (gap.reason, gap.code, gap.permission) == (Reason.DENIED, NO_PREMIUM, "Directory.Read.All")


def test_a_licence_of_another_kind_is_told_without_doubt(azure: Stub) -> None:
    licensed(azure)
    azure.fault("GET /v1.0/reports", error(400, "AadPremiumLicenseRequired"))
    assert scanned(azure).one("azure.entra.user").facts["registration"] == Absent("AadPremiumLicenseRequired")


def test_a_permission_that_is_missing_is_named(azure: Stub) -> None:
    azure.fault("GET /v1.0/users ", error(403, "Authorization_RequestDenied"))
    (gap,) = scanned(azure).gaps
    assert (gap.type, gap.account, gap.reason, gap.permission) == ("azure.entra.user", HOME, Reason.DENIED, "User.Read.All")


# Subscriptions that can be read in part, or not at all.


def test_a_subscription_that_resource_graph_does_not_show_is_a_gap_and_not_empty(azure: Stub) -> None:
    azure.rows["resourcecontainers"] = [row for row in azure.rows["resourcecontainers"] if row.get("subscriptionId") != TWO]
    azure.rows["resources"].pop()
    scan = scanned(azure)
    gaps = {each.type: each for each in scan.gaps if each.account == TWO}
    assert gaps[STORAGE].reason is Reason.DENIED
    assert {each.type for each in scan.listed if each.account == TWO and each.complete} == set()
    assert scan.complete(STORAGE, ONE)


def test_what_holds_everywhere_is_not_gone_when_no_subscription_can_be_read(azure: Stub) -> None:
    azure.rows["resourcecontainers"] = []
    scan = scanned(azure)
    assert not scan.complete("azure.rbac.role_assignment", HOME)
    assert scan.complete("azure.entra.user", HOME)


def test_what_resource_graph_leaves_out_silently_is_a_gap(azure: Stub) -> None:
    held = {"actions": ["*/read"], "notActions": ["Microsoft.Storage/*"]}
    azure.documents[f"/subscriptions/{ONE}/providers/microsoft.authorization/permissions"] = {"value": [held]}
    azure.rows["resources"].pop(0)
    scan = scanned(azure)
    (gap,) = [each for each in scan.gaps if each.type == STORAGE]
    assert (gap.account, gap.reason, gap.permission) == (ONE, Reason.DENIED, "microsoft.storage/storageaccounts/read")
    assert not scan.complete(STORAGE, ONE)
    assert scan.complete(STORAGE, TWO)


def test_a_subscription_that_was_asked_for_and_cannot_be_seen_is_an_account_with_gaps(azure: Stub) -> None:
    unseen = "33333333-3333-3333-3333-333333333333"
    scan = scanned(azure, subscription=f"{ONE},{unseen}")
    assert [each.id for each in scan.collector.accounts] == [HOME, ONE, unseen]
    assert not scan.complete(STORAGE, unseen)
    assert scan.complete(STORAGE, ONE)


def test_a_refused_listing_leaves_what_lies_below_it_open(azure: Stub) -> None:
    azure.fault(f"POST {QUERY}.*resources\\\\n. project", error(403, "Forbidden"))
    scan = scanned(azure)
    for account in (ONE, TWO):
        assert not scan.complete(STORAGE, account)
        assert not scan.complete("azure.storage.container", account)
        assert scan.complete("azure.subscription.lock", account)


def test_one_refused_parent_leaves_the_others_children(azure: Stub) -> None:
    for row in azure.rows["resources"]:
        azure.documents[f"{row['id'].lower()}/blobservices/default/containers"] = {
            "value": [{"id": f"{row['id']}/c", "name": "c"}]
        }
    azure.fault("storageaccounts/first/blobservices/default/containers", error(403, "AuthorizationFailed"))
    scan = scanned(azure)
    assert [each.account for each in scan.all("azure.storage.container")] == [TWO]
    assert not scan.complete("azure.storage.container", ONE)
    assert scan.complete("azure.storage.container", TWO)


def test_a_cut_answer_without_a_token_is_a_gap(azure: Stub) -> None:
    rows = azure.rows["resources"][:1]
    azure.fault(f"POST {QUERY}.*resources\\\\n. project", Answer({"data": rows, "count": 1, "resultTruncated": "true"}))
    scan = scanned(azure)
    assert [each.name for each in scan.all(STORAGE)] == ["first"]
    assert not scan.complete(STORAGE, ONE)
    assert next(each for each in scan.gaps if each.type == STORAGE).code == "ResultTruncated"


def test_pages_that_come_again_end(azure: Stub) -> None:
    azure.documents["/v1.0/users"]["@odata.nextLink"] = f"{azure.url}/v1.0/users?$top=2"
    answer = {"data": azure.rows["resources"], "count": 2, "$skipToken": "same"}
    azure.fault(f"POST {QUERY}.*resources\\\\n. project", Answer(answer))
    scan = scanned(azure)
    assert not scan.complete("azure.entra.user", HOME)
    assert not scan.complete(STORAGE, ONE)


# Tokens, hosts, budgets.


def test_a_token_that_is_refused_is_renewed_once(azure: Stub) -> None:
    collector = entered(azure)
    azure.refuse = f"token-{azure.tokens}"
    events = list(collector.collect())
    assert not any(hasattr(each, "reason") for each in events)
    assert azure.tokens <= 3  # Resource Manager's, again, and Microsoft Graph's


def test_a_token_that_is_refused_for_ever_ends_in_denied(azure: Stub) -> None:
    azure.fault(BLOB, error(401, "InvalidAuthenticationToken"))
    scan = scanned(azure)
    assert scan.one(STORAGE, ONE).facts["blob"].reason is Reason.DENIED  # type: ignore[union-attr]
    assert azure.sent[next(path for path in azure.sent if path.lower().endswith("first/blobservices/default"))] == 2


@pytest.mark.parametrize("link", ["https://example.com/v1.0/users", "http://localhost/v1.0/users", "file:///etc/passwd"])
def test_a_next_page_elsewhere_is_not_followed(azure: Stub, link: str) -> None:
    azure.documents["/v1.0/users"]["@odata.nextLink"] = link
    scan = scanned(azure)
    (gap,) = scan.gaps
    assert (gap.type, gap.code) == ("azure.entra.user", "WriteRefusedError")
    assert [each.name for each in scan.all("azure.entra.user")] == ["Ann"]


def test_a_spent_budget_leaves_gaps_and_sends_no_more(azure: Stub) -> None:
    scan = scanned(azure, max_calls=8)
    assert azure.sent.total() == 8
    assert scan.gaps
    assert not scan.complete(STORAGE, ONE) or isinstance(scan.one(STORAGE, ONE).facts["blob"], Unread)


def test_a_scan_that_is_stopped_ends(azure: Stub) -> None:
    collector = entered(azure)
    events = collector.collect()
    next(events)
    collector.close()
    sent = azure.sent.total()
    assert [each for each in events if isinstance(each, Gap)]
    assert azure.sent.total() <= sent + 1


HOSTILE = ["ünïcode", "per%cent", "quo'te", "a b", "semi;colon", "<script>", "q?x=1#f", "x" * 300]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_names(azure: Stub, name: str) -> None:
    azure.rows["resources"] = [storage(name)]
    from tests.collectors.azure.scans import documents  # noqa: PLC0415

    documents(azure, azure.rows["resources"][0]["id"])
    account = scanned(azure).one(STORAGE)
    assert account.name == name
    assert isinstance(account.facts["blob"], Present), account.facts["blob"]


def test_names_that_climb_out_of_their_path_are_not_asked_about(azure: Stub) -> None:
    azure.rows["resources"] = [storage("x/../../../../../locks")]
    fact = scanned(azure).one(STORAGE).facts["blob"]
    assert isinstance(fact, Unread)
    assert fact.code == "WriteRefusedError"


def test_rows_that_say_not_what_they_are_make_a_gap(azure: Stub) -> None:
    azure.rows["resources"] += [{"id": None, "type": "microsoft.storage/storageaccounts"}]
    scan = scanned(azure)
    assert len(scan.all(STORAGE)) == 2
    assert not scan.complete(STORAGE, ONE)


def test_ids_that_differ_in_case_only_are_one(azure: Stub) -> None:
    row = azure.rows["resources"][0]
    upper = scanned(azure).one(STORAGE, ONE)
    azure.rows["resources"][0] = row | {"id": row["id"].replace("resourceGroups/rg", "resourcegroups/RG")}
    assert scanned(azure).one(STORAGE, ONE).id == upper.id


# Entering.


def test_who_gets_no_token_is_told_what_to_do(azure: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    with pytest.raises(ConnectError, match="az login"):
        entered(azure)


def test_who_sees_no_subscription_is_told_what_to_do(azure: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    azure.documents["/subscriptions"] = {"value": []}
    azure.rows["resourcecontainers"] = []
    with pytest.raises(ConnectError, match="grant Reader"):
        entered(azure, subscription=ONE)
    assert [each.id for each in entered(azure).accounts] == [HOME]  # the directory can be read without any


@pytest.mark.parametrize(
    "answer", [error(403, "AuthorizationFailed", "no"), Answer(raw=b"<html>", status=200), error(500, "x")]
)
def test_what_stops_the_way_in_is_one_line(azure: Stub, answer: Answer) -> None:
    azure.fault("GET /subscriptions ", answer)
    with pytest.raises(ConnectError) as told:
        entered(azure)
    assert "\n" not in str(told.value)


def test_doctor_tells_what_is_refused(azure: Stub) -> None:
    held = {"actions": ["*/read"], "notActions": ["Microsoft.Insights/diagnosticSettings/read"]}
    azure.documents[f"/subscriptions/{ONE}/providers/microsoft.authorization/permissions"] = {"value": [held]}
    azure.fault("GET /v1.0/users ", error(403, "Authorization_RequestDenied"))
    refused = {each.permission: each.code for each in entered(azure).doctor() if each.code}
    assert refused == {
        "Microsoft.Insights/diagnosticSettings/read": "NotAllowed",
        "User.Read.All": "Authorization_RequestDenied",
    }


def test_doctor_says_in_which_subscription_a_read_is_refused(azure: Stub) -> None:
    held = {"actions": ["*/read"], "notActions": ["Microsoft.Insights/diagnosticSettings/read"]}
    azure.documents[f"/subscriptions/{TWO}/providers/microsoft.authorization/permissions"] = {"value": [held]}
    refused = {(each.permission, each.region) for each in entered(azure).doctor() if each.code}
    assert refused == {("Microsoft.Insights/diagnosticSettings/read", TWO)}


def test_doctor_tries_what_is_read_of_the_tenant_in_one_piece(azure: Stub) -> None:
    azure.fault("GET /v1.0/reports/registration ", error(403, "Authorization_RequestDenied"))
    assert {each.permission for each in entered(azure).doctor() if each.code} == {"AuditLog.Read.All"}
