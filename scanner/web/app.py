"""Puts the dashboard together."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from importlib.resources import files
from logging import getLogger
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from scanner import __version__
from scanner.inventory.errors import InventoryError
from scanner.inventory.store import Store
from scanner.web import api, pages, signing, writes
from scanner.web.access import Access
from scanner.web.bearer import Issuer, IssuerError
from scanner.web.figures import Latest, utc
from scanner.web.found import CursorError
from scanner.web.guard import HEALTH, Guard
from scanner.web.site import SESSION, SignInFirst, Site, page, sign_in_address
from scanner.web.templating import environment

log = getLogger(__name__)
MISREAD = 422
SMALL = 1024  # bytes that are not worth packing


def create(
    store: Store,
    access: Access | None = None,
    *,
    hosts: Collection[str] = (),
    secure: bool = False,
    session_key: str = "",
    address: str = "",
    clock: Callable[[], datetime] = utc,
) -> FastAPI:
    """Return the dashboard of an inventory. *hosts* are the names it answers to, any without them; *secure*: behind TLS.

    *address* is where browsers find it, as ``https://demarc.example.org``; a provider sends people back there.
    """
    given = access or Access()
    site = Site(store, given, clock, environment(), Latest(store, clock), Issuer(given.oidc, given) if given.oidc else None)
    site.address = address.rstrip("/")
    app = FastAPI(
        title="Demarc",
        version=__version__,
        summary="What the dashboard shows, as JSON.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        middleware=[
            Middleware(Guard, hosts=hosts, secure=secure),
            Middleware(GZipMiddleware, minimum_size=SMALL),
            Middleware(
                SessionMiddleware,
                secret_key=session_key or secrets.token_hex(32),
                session_cookie="__Host-demarc" if secure else "demarc",
                max_age=int(SESSION.total_seconds()),
                same_site="lax",
                https_only=secure,
            ),
        ],
    )
    app.state.site = site
    app.include_router(api.router)
    app.include_router(writes.api)
    app.include_router(signing.router(given), include_in_schema=False)
    app.include_router(pages.router, include_in_schema=False)
    app.include_router(writes.forms, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=str(files("scanner.web").joinpath("static"))))
    app.add_api_route(HEALTH, _alive, include_in_schema=False)
    app.add_exception_handler(SignInFirst, _sign_in)
    app.add_exception_handler(AnyHTTPException, _refused)
    app.add_exception_handler(IssuerError, _unreachable)
    app.add_exception_handler(CursorError, _nowhere)
    app.add_exception_handler(InventoryError, _unreadable)
    app.add_exception_handler(RequestValidationError, _misread)
    return app


def _alive() -> Response:
    return PlainTextResponse("ok\n")


def _sign_in(request: Request, _: Exception) -> Response:
    return RedirectResponse(sign_in_address(request), 303)


def _unreachable(request: Request, error: Exception) -> Response:
    return _refused(request, HTTPException(503, str(error)))


def _unreadable(request: Request, error: Exception) -> Response:
    log.error("the inventory can't be read: %s", error)
    return _refused(request, HTTPException(503, "The inventory can't be read at the moment."))


def _nowhere(request: Request, error: Exception) -> Response:
    return _refused(request, HTTPException(400, str(error)))


def _misread(request: Request, error: Exception) -> Response:
    """Tell what can't be read, and where; not what it was, which may be nothing that JSON or UTF-8 can hold."""
    if isinstance(error, RequestValidationError) and request.url.path.startswith("/api/"):
        detail = [{name: each[name] for name in ("type", "loc", "msg")} for each in error.errors()]
        return Response(json.dumps({"detail": detail}), 422, media_type="application/json")
    return _refused(request, HTTPException(422, "Something in the address or the form can't be read."))


def _refused(request: Request, error: Exception) -> Response:
    """Tell what was refused: a page to people, JSON to programs, to whom all that can't be meant looks alike."""
    if not isinstance(error, AnyHTTPException):
        raise error
    if request.url.path.startswith("/api/"):
        detail = (
            [{"type": "value_error", "loc": ["body"], "msg": error.detail}] if error.status_code == MISREAD else error.detail
        )
        return JSONResponse({"detail": detail}, error.status_code, headers=error.headers)
    said: Any = {404: "There is no such page, or it is not yours to see."}.get(error.status_code, error.detail)
    answer = page(request, "error.html", status=error.status_code, said=said)
    answer.headers.update(error.headers or {})
    return answer
