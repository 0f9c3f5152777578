"""Who gets in, with what, and what they see."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import KeySet, RSAKey

from scanner.inventory.store import Store
from scanner.web.access import Access, AccessError, Grant, Oidc, load
from scanner.web.bearer import PAUSE, Issuer, IssuerError
from scanner.web.guard import HEADERS
from scanner.web.limits import TRIES, WINDOW, Attempts, Ended
from scanner.web.site import SESSION
from tests.scanner.web import issuer
from tests.scanner.web.estate import NOW, ONE, day, look
from tests.scanner.web.issuer import CLIENT, Provider
from tests.scanner.web.serving import SECRET, Served, csrf, served, token

HASH = "a" * 64


@pytest.fixture
def closed(shared: Store) -> Served:
    """A dashboard with three tokens: one sees all, one an account, one is over."""
    tokens = (
        token("ann", SECRET, role="operator"),
        token("bob", "b" * 40, "222222222222"),
        token("eve", "e" * 40, expires=NOW - timedelta(days=1)),
    )
    return served(shared, Access(tokens))


def signed_in(site: Served, secret: str, then: str = "/") -> Served:
    answer = site.form("/sign-in", "/sign-in", token=secret, next=then)
    assert answer.status_code == 303, answer.text
    return site


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_without_a_token_pages_lead_to_the_sign_in_and_json_is_refused(closed: Served) -> None:
    for path in ("/", "/findings?area=data", "/resources/1", "/audit"):
        answer = closed.get(path)
        assert answer.status_code == 303
        assert parse_qs(urlsplit(answer.headers["location"]).query)["next"] == [path]
    for path in ("/me", "/split", "/findings", "/resources/1", "/accounts", "/audit", "/overlays"):
        answer = closed.get(f"/api/v1{path}")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("secret", ["wrong", "e" * 40, "", "é" * 40])
def test_a_token_that_is_unknown_or_over_lets_nobody_in(closed: Served, secret: str) -> None:
    assert closed.form("/sign-in", "/sign-in", token=secret).status_code == 401
    assert closed.get("/").status_code == 303
    if secret.isascii() and secret:
        assert closed.send("GET", "/api/v1/me", headers=bearer(secret)).status_code == 401


def test_a_token_lets_in_by_form_and_by_header(closed: Served) -> None:
    assert closed.send("GET", "/api/v1/me", headers=bearer(SECRET)).json()["role"] == "operator"
    assert signed_in(closed, SECRET).get("/").status_code == 200
    assert closed.form("/", "/sign-out").status_code == 303
    assert closed.get("/").status_code == 303


def test_a_copy_of_a_session_ends_with_its_sign_out(closed: Served) -> None:
    other = dict(signed_in(closed, SECRET).cookies)
    closed.cookies = httpx.Cookies()
    copy = dict(signed_in(closed, SECRET).cookies)
    assert closed.post("/sign-out").status_code == 403, "another site signs nobody out"
    assert closed.form("/", "/sign-out").status_code == 303
    for cookies, status in ((copy, 303), (other, 200)):
        closed.cookies = httpx.Cookies(cookies)
        assert closed.get("/").status_code == status
        assert closed.get("/api/v1/me").status_code == (200 if status == 200 else 401)


def test_a_sign_out_is_remembered_for_as_long_as_the_session_would_have_lasted() -> None:
    ended = Ended()
    ended.add("one", 100.0, 50.0)
    ended.add("two", 200.0, 99.0)
    assert ("one" in ended, "two" in ended, "three" in ended) == (True, True, False)
    ended.add("three", 300.0, 100.0)
    assert len(ended) == 2
    assert "one" not in ended


def test_a_session_ends_when_its_token_is_another_or_is_over(shared: Store) -> None:
    moment = [NOW]
    sites = [
        served(shared, Access((each,)), session_key="k" * 40, clock=lambda: moment[0])
        for each in (token("ann", SECRET, expires=NOW + timedelta(days=1)), token("ann", "n" * 40))
    ]
    signed_in(sites[0], SECRET)
    sites[1].cookies = sites[0].cookies
    assert sites[0].get("/").status_code == 200
    assert sites[1].get("/").status_code == 303
    moment[0] += timedelta(days=2)
    assert sites[0].get("/").status_code == 303


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"])
def test_the_sign_in_leads_nowhere_else(closed: Served, then: str) -> None:
    answer = closed.form("/sign-in", "/sign-in", token=SECRET, next=then)
    assert answer.headers["location"] == "/"


def test_who_guesses_has_to_wait(shared: Store) -> None:
    moment = [NOW]
    site = served(shared, Access((token("ann", SECRET),)), clock=lambda: moment[0])
    for _ in range(TRIES):
        assert site.form("/sign-in", "/sign-in", token="wrong").status_code == 401
    refused = site.form("/sign-in", "/sign-in", token=SECRET)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= WINDOW.total_seconds() + 1
    assert site.send("GET", "/api/v1/me", headers=bearer("wrong")).status_code == 429
    assert site.send("GET", "/api/v1/me", headers=bearer(SECRET)).status_code == 200
    moment[0] += WINDOW
    assert site.form("/sign-in", "/sign-in", token=SECRET).status_code == 303


def test_who_sees_one_account_sees_nothing_of_another(closed: Served, site: Served) -> None:
    own = {"Authorization": f"Bearer {'b' * 40}"}

    def asked(path: str) -> object:
        return closed.send("GET", f"/api/v1{path}", headers=own).json()

    every = site.get("/api/v1/findings?account=111111111111").json()["findings"]
    other = site.get("/api/v1/resources?account=111111111111").json()["resources"][0]
    assert every
    for path in (
        "/split",
        "/split/aws.s3/access",
        "/findings",
        "/findings?account=111111111111",
        "/resources",
        "/accounts",
        "/blind",
        "/exposure",
        "/changes?days=30",
        "/trends",
        "/frameworks",
        "/overlays",
    ):
        answer = closed.send("GET", f"/api/v1{path}", headers=own)
        assert answer.status_code == 200
        assert "111111111111" not in answer.text, path
        assert "payments" not in answer.text, path
    assert [row["account_id"] for row in asked("/accounts")] == ["222222222222"]  # type: ignore[attr-defined]
    for path in (f"/findings/{every[0]['finding_id']}", f"/resources/{other['pk']}", "/accounts/aws/111111111111"):
        assert closed.send("GET", f"/api/v1{path}", headers=own).status_code == 404
    assert closed.send("GET", "/api/v1/audit", headers=own).status_code == 403


def test_who_sees_one_account_is_not_told_the_regions_of_another(own: Store) -> None:
    look(own, ONE, day(27), region="ap-south-1")
    site = served(own, Access((token("ann", SECRET), token("bob", "b" * 40, "222222222222"))))
    for path in ("/findings", "/resources"):
        assert "ap-south-1" in site.send("GET", path, headers=bearer(SECRET)).text
        assert "ap-south-1" not in site.send("GET", path, headers=bearer("b" * 40)).text


def test_what_is_not_there_is_not_kept_for_a_year(site: Served) -> None:
    assert "immutable" in site.get("/static/demarc.css").headers["cache-control"]
    assert site.get("/static/none.css").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.9", "10.0.0.9", True),
        ("10.0.0.9", "10.0.0.8", False),
    ],
)
def test_who_has_many_addresses_waits_behind_all_of_them(first: str, second: str, same: bool) -> None:
    attempts = Attempts()
    for _ in range(TRIES):
        attempts.failed(first, NOW)
    assert bool(attempts.wait(second, NOW)) is same


@pytest.mark.parametrize("path", ["/", "/sign-in", "/api/v1/split", "/static/demarc.css", "/nowhere", "/findings?after=x"])
def test_every_answer_forbids_what_browsers_should_not_do(site: Served, path: str) -> None:
    answer = site.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "evil.example:127.0.0.1", "", "[::1"])
def test_another_name_for_this_machine_is_not_answered(site: Served, host: str) -> None:
    assert site.get("/", host=host).status_code == 421


def test_a_body_that_nobody_here_sends_is_not_read(site: Served) -> None:
    assert site.send("POST", "/sign-in", content=b"x" * 70_000).status_code == 413
    assert site.send("POST", "/sign-in", headers={"Content-Length": "9" * 5000}).status_code == 413


def test_behind_tls_the_cookie_is_for_tls_only(shared: Store) -> None:
    site = served(shared, Access((token("ann", SECRET),)), secure=True, hosts=("demarc.example.org",))
    site.base = "https://demarc.example.org"
    answer = site.get("/sign-in")
    assert "__Host-demarc=" in answer.headers["set-cookie"]
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"]


# Through a provider.


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with issuer.serving() as made:
        yield made


@pytest.fixture
def federated(provider: Provider, shared: Store) -> Served:
    provider.claims = {"groups": ["security"]}
    groups = {"security": Grant("operator"), "shop": Grant("viewer", ("222222222222",))}
    access = Access((), groups, Oidc(provider.issuer, CLIENT))
    return served(shared, access, clock=lambda: datetime.now(UTC))


def come_back(site: Served, provider: Provider, *, state: str = "") -> int:
    """Go to the provider, be known there, and come back; return the status of the answer."""
    away = site.get("/sign-in/provider?next=/accounts")
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["client_id"] == [CLIENT]
    provider.nonces["code"] = asked["nonce"][0]
    return site.get(f"/sign-in/callback?code=code&state={state or asked['state'][0]}").status_code


def test_a_member_of_a_group_gets_in(federated: Served, provider: Provider) -> None:
    assert come_back(federated, provider) == 303
    assert federated.get("/accounts").status_code == 200
    assert federated.get("/api/v1/me").json()["name"] == "ann@example.org"
    assert "code_verifier" in provider.exchanged[-1]


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"groups": ["others"]}, 403),
        ({"groups": None}, 403),
        ({"aud": "another"}, 401),
        ({"aud": "another", "azp": CLIENT}, 401),
        ({"iss": "https://evil.example"}, 401),
        ({"exp": int(time.time()) - 3600}, 401),
        ({"nonce": "another"}, 401),
    ],
)
def test_who_is_of_another_group_or_brings_another_token_stays_out(
    federated: Served, provider: Provider, claims: dict[str, object], status: int
) -> None:
    provider.claims = {"groups": ["security"], **claims}
    assert come_back(federated, provider) == status
    assert federated.get("/").status_code == 303


def test_what_another_session_began_ends_nowhere(federated: Served, provider: Provider) -> None:
    assert come_back(federated, provider, state="another") == 401
    assert federated.get("/sign-in/callback?error=access_denied").status_code == 401
    assert federated.get("/sign-in/callback").status_code == 401


def test_the_json_takes_tokens_of_the_provider(federated: Served, provider: Provider) -> None:
    def asked(**claims: object) -> int:
        said = provider.token(**dict[str, Any]({"groups": ["shop"], **claims}))
        return federated.send("GET", "/api/v1/accounts/aws/222222222222", headers=bearer(said)).status_code

    assert asked() == 200
    assert asked(aud="another") == 401
    assert asked(exp=int(time.time()) - 3600) == 401
    assert asked(exp=None) == 401
    assert asked(nbf=int(time.time()) + 3600) == 401
    assert asked(groups=["others"]) == 401
    assert asked(iss="https://evil.example") == 401
    stranger = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    assert federated.send("GET", "/api/v1/me", headers=bearer(provider.token(stranger, groups=["shop"]))).status_code == 401
    unsigned = "eyJhbGciOiJub25lIn0." + provider.token(groups=["shop"]).split(".")[1] + "."
    assert federated.send("GET", "/api/v1/me", headers=bearer(unsigned)).status_code == 401


NO_GOOD = [{"exp": 1}, {"aud": "another"}, {"groups": ["others"]}, {"iss": "https://evil.example"}]


@pytest.mark.parametrize("claims", NO_GOOD, ids=["expired", "another audience", "another group", "another issuer"])
def test_a_token_that_is_no_good_opens_nothing_at_all(federated: Served, provider: Provider, claims: dict[str, object]) -> None:
    given = bearer(provider.token(**dict[str, Any]({"groups": ["security"], **claims})))
    described = federated.app.openapi()["paths"]
    asked = [(method.upper(), path.replace("{", "").replace("}", "")) for path, each in described.items() for method in each]
    assert ("POST", "/api/v1/acceptances") in asked
    for method, path in asked:
        federated.app.state.site.attempts = Attempts()
        assert federated.send(method, path, headers=given, json={}).status_code == 401, (method, path)


@pytest.mark.parametrize("encoding", ["PEM", "DER"])
def test_what_is_signed_with_the_key_that_everybody_may_see_is_refused(
    federated: Served, provider: Provider, encoding: Literal["PEM", "DER"]
) -> None:
    claims = provider.token(groups=["security"]).split(".")[1]
    said = b64(json.dumps({"alg": "HS256", "kid": "one"}).encode()) + "." + claims
    secret = provider.key.as_bytes(encoding=encoding, private=False)
    forged = f"{said}.{b64(hmac.digest(secret, said.encode(), 'sha256'))}"
    assert federated.send("GET", "/api/v1/me", headers=bearer(forged)).status_code == 401


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def test_groups_limit_what_is_seen(federated: Served, provider: Provider) -> None:
    said = bearer(provider.token(groups=["shop"]))
    assert federated.send("GET", "/api/v1/me", headers=said).json()["role"] == "viewer"
    assert federated.send("GET", "/api/v1/accounts/aws/111111111111", headers=said).status_code == 404


def test_an_operator_of_one_account_who_sees_all_does_not_see_the_log(provider: Provider, shared: Store) -> None:
    groups = {"everyone": Grant(), "shop": Grant("operator", ("222222222222",)), "security": Grant("operator")}
    site = served(shared, Access((), groups, Oidc(provider.issuer, CLIENT)), clock=lambda: datetime.now(UTC))
    own = site.send("GET", "/api/v1/findings?limit=1", headers=bearer(provider.token(groups=["security"]))).json()["findings"][
        0
    ]
    assert own["account_id"] == "111111111111"
    for held, status in ((["everyone", "shop"], 403), (["security"], 200)):
        given = bearer(provider.token(groups=held))
        assert site.send("GET", "/api/v1/audit", headers=given).status_code == status
        assert site.send("GET", "/audit", headers=given).status_code == status
        offered = "Accept it" in site.send("GET", f"/findings/{own['finding_id']}", headers=given).text
        assert offered is (status == 200)


def test_a_session_ends_at_its_time_whatever_keeps_its_cookie_fresh(provider: Provider, shared: Store) -> None:
    moment, provider.claims = [datetime.now(UTC)], {"groups": ["security"]}
    access = Access((), {"security": Grant()}, Oidc(provider.issuer, CLIENT))
    site = served(shared, access, clock=lambda: moment[0])
    assert come_back(site, provider) == 303
    moment[0] += SESSION - timedelta(minutes=1)
    assert site.get("/sign-in/provider").status_code == 302
    assert site.get("/accounts").status_code == 200
    moment[0] += timedelta(minutes=1)
    assert site.get("/accounts").status_code == 303


def test_a_provider_that_is_down_is_not_asked_by_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[None] = []

    def fetched(_: Issuer) -> KeySet:
        asked.append(None)
        raise IssuerError("down")

    monkeypatch.setattr(Issuer, "_fetched", fetched)
    known = Issuer(Oidc("https://id.example.org", CLIENT), Access())
    for after in (timedelta(), PAUSE / 2, PAUSE):
        with pytest.raises(IssuerError):
            known.principal("x.y.z", NOW + after)
    assert len(asked) == 2


@pytest.mark.parametrize("head", [[1], None, "x", {"alg": ["RS256"]}, {"alg": "RS256", "crit": 5}, {"alg": "RS256", "kid": {}}])
def test_a_token_of_any_shape_is_refused(provider: Provider, head: object) -> None:
    known = Issuer(Oidc(provider.issuer, CLIENT), Access())
    said = b64(json.dumps(head).encode())
    assert known.principal(f"{said}.e30.x", NOW) is None


def test_a_provider_that_is_down_is_said(shared: Store) -> None:
    access = Access((), {"security": Grant()}, Oidc("http://127.0.0.1:1", CLIENT))
    site = served(shared, access)
    answer = site.get("/sign-in/provider")
    assert answer.status_code == 503
    assert "Try again" in answer.text
    assert site.send("GET", "/api/v1/me", headers=bearer("x.y.z")).status_code == 503


# The file.


def written(folder: Path, text: str) -> Path:
    file = folder / "access.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_file_says_who_may_what(tmp_path: Path) -> None:
    text = f"""
[[tokens]]
name = "ci"
sha256 = "{HASH}"
role = "operator"
accounts = ["1*"]
expires = 2026-12-31

[groups.security]
role = "operator"

[oidc]
issuer = "https://id.example.org"
client_id = "demarc"
"""
    access = load(written(tmp_path, text), {"DEMARC_SERVE_TOKEN": SECRET, "DEMARC_SERVE_CLIENT_SECRET": "x"})
    assert [each.name for each in access.tokens] == ["ci", "DEMARC_SERVE_TOKEN"]
    assert access.tokens[0].expires == datetime(2027, 1, 1, tzinfo=UTC)
    assert access.oidc is not None
    assert access.oidc.client_secret == "x"
    assert not load(None, {}).closed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "unknown table 'x'"),
        ("[[tokens]]\nname = 'a'\nsha256 = 'secret'", "sha256"),
        (f"[[tokens]]\nsha256 = '{HASH}'", "name is missing"),
        (f"[[tokens]]\nname = 'a'\nsha256 = '{HASH}'\nrole = 'root'", "role is viewer or operator"),
        (f"[[tokens]]\nname = 'a'\nsha256 = '{HASH}'\nexpires = 'soon'", "expires is a date"),
        (f"[[tokens]]\nname = 'a'\nsha256 = '{HASH}'\naccounts = '*'", "accounts is a list"),
        (f"[[tokens]]\nname = 'a'\nsha256 = '{HASH}'\n[[tokens]]\nname = 'a'\nsha256 = '{HASH}'", "two tokens have one name"),
        ("[oidc]\nissuer = 'https://x'", "client_id is missing"),
        ("[oidc]\nissuer = 'https://x'\nclient_id = 'x'", "lets nobody in"),
        ("[oidc]\nissuer = 'https://x'\nclient_id = 'x'\nclient_secret = 'x'", "DEMARC_SERVE_CLIENT_SECRET"),
        ("[groups.a]\nroles = 'viewer'", "unknown key 'roles'"),
        ("tokens = 1", "write [[tokens]]"),
        ("[oidc]\nissuer = 'http://x'\nclient_id = 'x'", "issuer begins with https://"),
        ("[oidc]\nissuer = 'http://127.x'\nclient_id = 'x'", "issuer begins with https://"),
        ("[groups.a]\nrole = 'viewer'", "nobody would have to sign in"),
        ("", "nobody would have to sign in"),
        ("[", "isn't TOML"),
    ],
)
def test_a_file_that_can_not_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AccessError) as error:
        load(written(tmp_path, text), {})
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_token_may_last_as_long_as_there_are_days(tmp_path: Path) -> None:
    (found,) = load(written(tmp_path, f"[[tokens]]\nname = 'a'\nsha256 = '{HASH}'\nexpires = 9999-12-31"), {}).tokens
    assert found.holds(NOW)


def test_a_short_token_is_refused() -> None:
    with pytest.raises(AccessError):
        load(None, {"DEMARC_SERVE_TOKEN": "short"})


def test_the_page_of_the_sign_in_holds_its_secret(closed: Served) -> None:
    closed.get("/sign-in")
    assert closed.post("/sign-in", token=SECRET).status_code == 403
    assert csrf(closed.get("/sign-in").text)
