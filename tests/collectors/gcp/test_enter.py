"""Whom to be, what to read, and a session that can only read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from google.auth.credentials import AnonymousCredentials

from collectors.budget import Budget, SpentError
from collectors.gcp.options import GcpOptions
from collectors.gcp.provider import Gcp
from collectors.gcp.session import ReadSession, WriteRefusedError
from scanner.model import Gap
from scanner.provider import ConnectError, Selection
from simulators.gcp import Fault, SimulatedGcp
from tests.collectors.gcp.scans import KEY, entered, scanned


def connect(**given: Any) -> Any:
    return Gcp().connect(GcpOptions(**given), Selection(), secret_key=lambda: KEY)


def test_the_key_of_secrets_is_asked_for_once_the_scan_has_entered(gcp: SimulatedGcp) -> None:
    """Asking for it makes the inventory, and who cannot enter leaves nothing behind."""
    gcp.fault(Fault("RESOURCE", "denied"))
    given = GcpOptions(
        organization=gcp.organization, endpoint_url=gcp.endpoint, credentials=str(gcp.credentials["service_account"])
    )
    asked: list[bool] = []

    def key() -> bytes:
        asked.append(True)
        return KEY

    with pytest.raises(ConnectError):
        Gcp().connect(given, Selection(), secret_key=key)
    assert not asked
    gcp.clear()
    Gcp().connect(given, Selection(), secret_key=key)
    assert asked


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_nothing_but_a_get_is_ever_sent(gcp: SimulatedGcp, method: str) -> None:
    budget = Budget()
    session: Any = ReadSession(AnonymousCredentials(), gcp.endpoint, budget)  # type: ignore[no-untyped-call]
    with pytest.raises(WriteRefusedError, match=f"{method} .* is not a read"):
        session.request(method, f"{gcp.endpoint}/v1/organizations/1/assets")
    assert (dict(gcp.calls), budget.spent()) == ({}, {})


@pytest.mark.parametrize(
    "url",
    ["https://storage.googleapis.com/v1/x", "http://cloudasset.googleapis.com/v1/x", "https://cloudasset.googleapis.com.x/"],
)
def test_nothing_is_sent_anywhere_else(url: str) -> None:
    session = ReadSession(AnonymousCredentials(), "https://cloudasset.googleapis.com", Budget())  # type: ignore[no-untyped-call]
    with pytest.raises(WriteRefusedError):
        session.get(url)


def test_a_redirect_is_not_followed(gcp: SimulatedGcp, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def redirected(self: Any, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        sent.append(str(request.url))
        response = requests.Response()
        response.status_code = 302
        response.headers["Location"] = "https://elsewhere.example/"
        response.request, response.url, response._content = request, str(request.url), b""
        return response

    collector = entered(gcp)
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", redirected)
    gaps = [each for each in collector.collect() if isinstance(each, Gap)]
    assert {each.code for each in gaps} == {"UNKNOWN"}
    assert all(each.startswith(gcp.endpoint) for each in sent)


def test_the_budget_is_asked_before_anything_is_sent(gcp: SimulatedGcp) -> None:
    session = ReadSession(AnonymousCredentials(), gcp.endpoint, Budget(calls=0))  # type: ignore[no-untyped-call]
    with pytest.raises(SpentError):
        session.get(f"{gcp.endpoint}/v1/organizations/1/assets?contentType=RESOURCE")
    assert not gcp.calls


# Credentials.


def test_the_ambient_credentials_and_their_project(gcp: SimulatedGcp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(gcp.credentials["service_account"]))
    assert connect(endpoint_url=gcp.endpoint).account.id == "security-core"
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "shop-prod")
    assert connect(endpoint_url=gcp.endpoint).account.id == "shop-prod"


@pytest.mark.parametrize("kind", ["service_account", "federation", "user"])
def test_every_kind_of_file_is_a_way_in(gcp: SimulatedGcp, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("google.oauth2.credentials._GOOGLE_OAUTH2_TOKEN_ENDPOINT", f"{gcp.endpoint}/token")
    scan = scanned(gcp, credentials=str(gcp.credentials[kind]))
    assert (scan.gaps, scan.whole) == ([], True)


def test_one_account_acts_as_another(gcp: SimulatedGcp) -> None:
    account = "reader@security-core.iam.gserviceaccount.com"
    scanned(gcp, impersonate=f"between@x.iam.gserviceaccount.com, {account}")
    assert gcp.calls[f"token:{account}:generateAccessToken"] == 1


def test_another_project_pays(gcp: SimulatedGcp) -> None:
    scanned(gcp, quota_project="security-core")
    assert set(gcp.senders) == {"security-core"}
    gcp.reset_calls()
    scanned(gcp, quota_project="payer", impersonate="reader@x.iam.gserviceaccount.com")
    assert set(gcp.senders) == {"payer"}


def test_an_account_that_may_not_be_impersonated(gcp: SimulatedGcp) -> None:
    gcp.fault(Fault("token", "denied", parent="/v1/projects/-/serviceAccounts/x@y.z:generateAccessToken"))
    with pytest.raises(ConnectError, match=r"x@y.z cannot be impersonated .*serviceAccountTokenCreator"):
        entered(gcp, impersonate="x@y.z")


def test_credentials_that_are_refused(gcp: SimulatedGcp) -> None:
    gcp.fault(Fault("token", "denied"))
    with pytest.raises(ConnectError, match=r"credentials are not accepted .*invalid_grant"):
        entered(gcp)


def test_no_credentials_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("google.auth._default._get_gcloud_sdk_credentials", lambda **_: (None, None))
    with pytest.raises(ConnectError, match=r"no Google credentials .*gcloud auth application-default login"):
        connect(organization="1")


@pytest.mark.parametrize("content", ["", "{}", "nonsense", '{"type": "something_else"}', '{"type": "service_account"}'])
def test_a_file_that_holds_no_credentials(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key.json"
    file.write_text(content, "utf-8")
    with pytest.raises(ConnectError) as raised:
        connect(organization="1", credentials=str(file))
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConnectError, match="was not found"):
        connect(organization="1", credentials=str(tmp_path / "nothing.json"))


def test_nothing_says_what_to_read(gcp: SimulatedGcp) -> None:
    with pytest.raises(ConnectError, match="--organization, --folder or --project"):
        connect(endpoint_url=gcp.endpoint, credentials=str(gcp.credentials["user"]))


def test_nobody_answers() -> None:
    with SimulatedGcp.start() as gcp:
        pass
    file = gcp.credentials
    with pytest.raises(ConnectError, match=r"was not found|cannot be reached"):
        connect(organization="1", endpoint_url=gcp.endpoint, credentials=str(file["user"]), attempts=1)


# What a user may say.


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"organization": "1", "project": "x"}, "exclude each other"),
        ({"organization": "example.com"}, "organization is a number"),
        ({"folder": "production"}, "folder is a number"),
        ({"project": "My Project"}, "id or the number"),
        ({"attempts": 0}, "more than 0"),
        ({"page_size": 1001}, "page_size"),
        ({"max_calls": -1}, "negative"),
        ({"as_of": "yesterday"}, "as_of is a time"),
        ({"from_": "x", "as_of": "2026-01-01"}, "excludes"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        GcpOptions(**given)


@pytest.mark.parametrize(
    ("given", "scope"),
    [
        ({"organization": "1"}, "organizations/1"),
        ({"organization": "organizations/1"}, "organizations/1"),
        ({"folder": "2"}, "folders/2"),
        ({"project": "example.com:app"}, "projects/example.com:app"),
        ({}, ""),
    ],
)
def test_a_scope_is_named_as_google_names_it(given: dict[str, Any], scope: str) -> None:
    assert GcpOptions(**given).scope == scope


@pytest.mark.parametrize("as_of", ["2020-01-01", "2999-01-01T00:00:00Z"])
def test_a_time_that_asset_inventory_does_not_know(gcp: SimulatedGcp, as_of: str) -> None:
    with pytest.raises(ConnectError, match="last 35 days"):
        entered(gcp, as_of=as_of)
    assert not gcp.calls


def test_a_scope_that_does_not_exist(gcp: SimulatedGcp) -> None:
    with pytest.raises(ConnectError, match="organizations/5 cannot be read"):
        entered(gcp, organization="5")
