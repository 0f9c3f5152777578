"""Who is let in, as azure-identity asks and as Entra refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    CertificateCredential,
    ClientSecretCredential,
    EnvironmentCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)

from simulators.azure import Fault, SimulatedAzure
from tests.simulators.azure.asking import ARM, GRAPH, GROUP, PROD, Asking, refused

SCOPE = f"{ARM}/.default"
SUBSCRIPTIONS = "/subscriptions"


def given(azure: SimulatedAzure) -> dict[str, Any]:
    return {"authority": azure.authority, "disable_instance_discovery": True, "connection_verify": azure.ca_file}


def lets_in(ask: Asking, token: str) -> bool:
    return ask.arm(SUBSCRIPTIONS, "2022-12-01", token=token).status_code == 200


def test_a_client_secret_is_let_in(azure: SimulatedAzure, ask: Asking) -> None:
    with ClientSecretCredential(azure.tenant, azure.tokens.client, azure.tokens.secret, **given(azure)) as credential:
        assert lets_in(ask, credential.get_token(SCOPE).token)


def test_the_environment_that_it_tells_of_is_enough(
    azure: SimulatedAzure, ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in azure.environment.items():
        monkeypatch.setenv(name, value)
    with EnvironmentCredential(connection_verify=azure.ca_file, disable_instance_discovery=True) as credential:
        assert lets_in(ask, credential.get_token(SCOPE).token)


def test_a_workload_identity_is_let_in(azure: SimulatedAzure, ask: Asking) -> None:
    who = {"tenant_id": azure.tenant, "client_id": azure.tokens.client, "token_file_path": azure.subject_file}
    with WorkloadIdentityCredential(**who, **given(azure)) as credential:
        assert lets_in(ask, credential.get_token(SCOPE).token)


def test_a_certificate_is_let_in(azure: SimulatedAzure, ask: Asking, tmp_path: Path) -> None:
    own = Path(azure.ca_file)
    pem = tmp_path / "client.pem"
    pem.write_bytes(own.read_bytes() + own.with_name("key.pem").read_bytes())
    with pytest.raises(ValueError, match="RSA"):  # azure-identity signs with RSA alone: our own is none
        CertificateCredential(azure.tenant, azure.tokens.client, str(pem), **given(azure))
    assertion = {"client_secret": "", "client_assertion": "head.body.sign", "client_assertion_type": "jwt-bearer"}
    assert lets_in(ask, ask.token(**assertion).json()["access_token"])


def test_a_managed_identity_is_let_in(azure: SimulatedAzure, ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{azure.endpoint}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "example")
    with ManagedIdentityCredential(connection_verify=azure.ca_file) as credential:
        assert lets_in(ask, credential.get_token(SCOPE).token)


@pytest.mark.parametrize(
    ("wrong", "status", "error", "code"),
    [
        ({"client_secret": "guessed"}, 401, "invalid_client", 7000215),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, 400, "unauthorized_client", 700016),
        ({"tenant": "00000000-0000-0000-0000-000000000000"}, 400, "invalid_request", 90002),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"client_secret": "", "client_assertion": "no token"}, 400, "invalid_request", 70021),
        ({"scope": ""}, 400, "invalid_scope", 70011),
    ],
    ids=str,
)
def test_others_are_told_why_not(ask: Asking, wrong: dict[str, str], status: int, error: str, code: int) -> None:
    answer = ask.token(**wrong)
    told = answer.json()
    assert (answer.status_code, told["error"], told["error_codes"]) == (status, error, [code])
    assert told["error_description"].startswith(f"AADSTS{code}: ")


@pytest.mark.parametrize("why", ["secret_expired", "application_disabled", "unavailable"])
def test_everybody_can_be_refused(azure: SimulatedAzure, ask: Asking, why: str) -> None:
    azure.tokens.refuses = why
    assert ask.token().status_code in (400, 401, 503)
    azure.clear()
    assert ask.token().status_code == 200


def test_the_library_takes_a_refusal_for_one(azure: SimulatedAzure) -> None:
    with (
        ClientSecretCredential(azure.tenant, azure.tokens.client, "guessed", **given(azure)) as credential,
        pytest.raises(ClientAuthenticationError, match="AADSTS7000215"),
    ):
        credential.get_token(SCOPE)


def test_a_token_lives_as_long_as_it_is_told_to(azure: SimulatedAzure, ask: Asking) -> None:
    azure.tokens.life = 120.0
    told = ask.token().json()
    assert told["expires_in"] == 120
    assert lets_in(ask, told["access_token"])
    azure.tokens.revoke()
    assert refused(ask.arm(PROD, "2022-12-01", token=told["access_token"])) == (401, "ExpiredAuthenticationToken")
    assert refused(ask.send("GET", "/v1.0/users")) == (401, "InvalidAuthenticationToken")


def test_a_token_is_good_for_its_audience_alone(ask: Asking) -> None:
    answer = ask.arm(GROUP, "2022-12-01", token=ask.tokens[GRAPH])
    assert refused(answer) == (401, "InvalidAuthenticationTokenAudience")


def test_nobody_is_let_in_without_a_token(ask: Asking) -> None:
    answer = ask.arm(PROD, "2022-12-01", token="of somebody else")
    assert refused(answer) == (401, "AuthenticationFailed")
    assert "authorization_uri" in answer.headers["WWW-Authenticate"]


def test_the_endpoint_itself_can_fail(azure: SimulatedAzure, ask: Asking) -> None:
    azure.fault(Fault("token:client_credentials", "unavailable", times=1))
    assert [ask.token().status_code for _ in range(2)] == [503, 200]
    assert azure.calls["token:client_credentials"] == 2
