"""Signing in: with a token, or through an OpenID Connect provider; and out."""

from __future__ import annotations

import hmac
import warnings
from contextlib import suppress
from logging import getLogger
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from scanner.web.access import Access, Oidc
from scanner.web.bearer import IssuerError
from scanner.web.site import Site, SiteOf, address_of, begin, csrf, end, page

log = getLogger(__name__)
FORBIDDEN_STARTS = ("//", "/\\")  # a browser takes these for other hosts
UNREACHABLE = "The provider can't be asked at the moment. Try again."
REFUSED = "Signed in, but none of your groups may see anything here."


def router(access: Access) -> APIRouter:
    """Return the routes of signing in; those of a provider only where one is named."""
    made = APIRouter()
    made.add_api_route("/sign-in", show, methods=["GET"])
    made.add_api_route("/sign-in", by_token, methods=["POST"])
    made.add_api_route("/sign-out", leave, methods=["POST"])
    if access.oidc:
        client = _client(access.oidc)
        made.add_api_route("/sign-in/provider", _leaving(client), methods=["GET"])
        made.add_api_route("/sign-in/callback", _returning(client), methods=["GET"], name="callback")
    return made


def _client(oidc: Oidc) -> Any:
    with warnings.catch_warnings(record=True):  # Authlib would rather have httpx2, and says so whatever is filtered
        from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped] # noqa: PLC0415 -- as above
    return OAuth().register(
        "oidc",
        client_id=oidc.client_id,
        client_secret=oidc.client_secret or None,
        server_metadata_url=oidc.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": oidc.scopes, "code_challenge_method": "S256"},
    )


def inside(given: str) -> str:
    """Return where somebody goes after the sign-in: an address of ours, whatever is asked for."""
    return given if given.startswith("/") and not given.startswith(FORBIDDEN_STARTS) and given.isprintable() else "/"


def show(request: Request, site: SiteOf, next: str = "/") -> Response:
    return _form(request, site, next)


def _form(request: Request, site: Site, next: str, said: str = "", status: int = 200) -> Response:
    tokens, provider = bool(site.access.tokens), site.access.oidc is not None
    return page(request, "sign_in.html", status=status, tokens=tokens, provider=provider, next=inside(next), said=said)


def by_token(
    request: Request,
    site: SiteOf,
    token: Annotated[str, Form(max_length=500)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
    given: Annotated[str, Form(alias="csrf", max_length=100)] = "",
) -> Response:
    """Let somebody in who knows a token."""
    address, now = address_of(request), site.clock()
    if wait := site.attempts.wait(address, now):
        answer = _form(request, site, next, f"Too many attempts. Try again in {wait} seconds.", 429)
        answer.headers["Retry-After"] = str(wait)
        return answer
    checked(request, given)
    found = site.access.by_token(token.strip(), now)
    if found is None:
        site.attempts.failed(address, now)
        log.warning("a token from %s was refused", address)
        return _form(request, site, next, "That token is not known, or holds no more.", 401)
    begin(request, site, token=found.name, mark=found.mark)
    return RedirectResponse(inside(next), 303)


def leave(request: Request, site: SiteOf, given: Annotated[str, Form(alias="csrf", max_length=100)] = "") -> Response:
    checked(request, given)
    end(request, site)
    return RedirectResponse("/", 303)


def checked(request: Request, given: str) -> None:
    """Refuse a form that no page of this session holds."""
    if not knows(request, given):
        raise HTTPException(403, "This form is too old, or not of this session. Load the page again.")


def knows(request: Request, given: str) -> bool:
    """Tell whether *given* is the secret of this session."""
    return hmac.compare_digest(csrf(request).encode(), given.encode())


def _leaving(client: Any) -> Any:
    async def leaving(request: Request, site: SiteOf, next: str = "/") -> Response:
        """Send somebody to the provider."""
        import httpx  # noqa: PLC0415 -- only who lets a provider sign people in pays for it

        request.session["next"] = inside(next)
        callback = site.address + "/sign-in/callback" if site.address else request.url_for("callback")
        try:
            answer: Response = await client.authorize_redirect(request, callback)
        except (httpx.HTTPError, ValueError, RuntimeError) as error:
            raise IssuerError(UNREACHABLE) from error
        return answer

    return leaving


def _returning(client: Any) -> Any:
    async def returning(request: Request, site: SiteOf) -> Response:
        """Let somebody in whom the provider names, if one of their groups may see anything."""
        import httpx  # noqa: PLC0415 -- as above
        from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped] # noqa: PLC0415
        from joserfc.errors import JoseError  # noqa: PLC0415

        issuer, claims = site.issuer, None
        with suppress(OAuthError, JoseError, httpx.HTTPError, ValueError, RuntimeError):
            token = await client.authorize_access_token(request)
            if issuer is not None:
                claims = issuer.claims(token.get("id_token", ""), issuer.oidc.client_id, site.clock())
        if issuer is None or claims is None:
            log.warning("a sign-in through the provider from %s was refused", address_of(request))
            return _form(request, site, "/", "The provider did not confirm who you are. Try again.", 401)
        next = str(request.session.get("next", "/"))
        if issuer.member(claims) is None:
            return _form(request, site, next, REFUSED, 403)
        held = [group for group in issuer.groups(claims) if group in site.access.groups]
        begin(request, site, name=issuer.name(claims), groups=held)
        return RedirectResponse(inside(next), 303)

    return returning
