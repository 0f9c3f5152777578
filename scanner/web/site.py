"""One running dashboard: what it serves, who is asking, and the desk at which they ask."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, HTTPException, Request
from jinja2 import Environment
from starlette.responses import HTMLResponse

from scanner import __version__
from scanner.inventory.store import Store
from scanner.web.access import LOCAL, OPERATOR, Access, Grant, Principal
from scanner.web.bearer import Issuer
from scanner.web.figures import Desk, Latest
from scanner.web.limits import Attempts, Ended
from scanner.web.templating import age, query

NAVIGATION = [
    ("Split", "/"),
    ("Findings", "/findings"),
    ("Blind spots", "/blind"),
    ("Exposure", "/exposure"),
    ("Resources", "/resources"),
    ("Accounts", "/accounts"),
    ("Frameworks", "/frameworks"),
    ("Changes", "/changes"),
    ("Trends", "/trends"),
]
SESSION = timedelta(hours=8)
EVERYBODY = Principal(LOCAL, (Grant(OPERATOR),), signed_in=False)


class SignInFirst(Exception):
    """Somebody who is not signed in asks for a page."""


@dataclass(slots=True)
class Site:
    """What one dashboard serves, and with whose leave."""

    store: Store
    access: Access
    clock: Callable[[], datetime]
    templates: Environment
    latest: Latest
    issuer: Issuer | None = None
    address: str = ""
    attempts: Attempts = field(default_factory=Attempts)
    ended: Ended = field(default_factory=Ended)
    navigation: list[tuple[str, str]] = field(default_factory=lambda: list(NAVIGATION))


def site_of(request: Request) -> Site:
    found: Site = request.app.state.site
    return found


SiteOf = Annotated[Site, Depends(site_of)]


def asking(request: Request, site: SiteOf) -> Principal:
    """Return who is asking. Raises 401 for the JSON, and leads to the sign-in from a page."""
    if (secret := bearer_of(request)) is not None:
        return _bearer(site, request, secret)
    if found := _from_session(site, request.session):
        return found
    if not site.access.closed:
        return EVERYBODY
    if request.url.path.startswith("/api/"):
        raise HTTPException(401, "sign in, or send a token", {"WWW-Authenticate": "Bearer"})
    raise SignInFirst


def bearer_of(request: Request) -> str | None:
    """Return the token that a request brings in its header; ``None`` where it brings none."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _bearer(site: Site, request: Request, secret: str) -> Principal:
    """Return whom a token stands for. Who holds a good one never waits for others behind the same address."""
    address, now = address_of(request), site.clock()
    token = site.access.by_token(secret, now)
    found = site.access.named(token.name, token.mark, now) if token else None
    if found is None and site.issuer is not None and not site.attempts.wait(address, now):
        found = site.issuer.principal(secret, now)
    if found is not None:
        return found
    if wait := site.attempts.wait(address, now):
        raise HTTPException(429, "too many attempts", {"Retry-After": str(wait)})
    site.attempts.failed(address, now)
    raise HTTPException(401, "that token is not known, or holds no more", {"WWW-Authenticate": 'Bearer error="invalid_token"'})


def begin(request: Request, site: Site, **who: Any) -> None:
    """Begin the session of somebody who signed in; it ends at its time, however often its cookie is made anew."""
    request.session.clear()
    request.session.update(who, id=secrets.token_urlsafe(16), until=(site.clock() + SESSION).timestamp())


def end(request: Request, site: Site) -> None:
    """End a session, and with it every copy of its cookie."""
    if name := str(request.session.get("id", "")):
        site.ended.add(name, float(request.session.get("until", 0)), site.clock().timestamp())
    request.session.clear()


def _from_session(site: Site, session: dict[str, Any]) -> Principal | None:
    if site.clock().timestamp() >= session.get("until", 0) or session.get("id", "") in site.ended:
        return None
    if "token" in session:
        return site.access.named(str(session["token"]), str(session.get("mark", "")), site.clock())
    if "groups" in session and site.access.oidc:
        return site.access.member(str(session.get("name", "")), [str(each) for each in session["groups"]])
    return None


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


Asking = Annotated[Principal, Depends(asking)]


def desk_for(site: SiteOf, who: Asking) -> Desk:
    figures = site.latest.figures()
    return Desk(site.store, figures, site.clock(), who.sight(figures.accounts.values()))


DeskFor = Annotated[Desk, Depends(desk_for)]


def csrf(request: Request) -> str:
    """Return the secret that forms of this session carry."""
    return str(request.session.setdefault("csrf", secrets.token_urlsafe(24)))


def page(request: Request, template: str, who: Principal | None = None, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page made of a template."""
    site = site_of(request)
    now = site.clock()
    given = {name: request.query_params.getlist(name) for name in request.query_params if name != "notice"}

    def link(**changes: Any) -> str:
        return request.url.path + query({**given, "after": ""}, **changes)

    desk: Desk | None = values.get("desk")
    looks = [row["look"]["started_at"] for row in desk.accounts if row["look"]] if desk else []
    path = request.url.path
    text = site.templates.get_template(template).render(
        {
            "who": who,
            "csrf": csrf(request),
            "navigation": site.navigation,
            "here": "/" if path.startswith("/split") else "/" + path.split("/")[1],
            "version": __version__,
            "as_of": max(looks, default=None),
            "link": link,
            "age": lambda at: age(at, now),
            "now": now,
            "notice": NOTICES.get(request.query_params.get("notice", ""), ""),
            **values,
        }
    )
    return HTMLResponse(text, status)


NOTICES = {
    "accepted": "Accepted. It is no longer counted as open, and earns nothing.",
    "attested": "Attested. It counts from the next scan on.",
    "withdrawn": "Withdrawn.",
    "asked": "A scan is asked for.",
}


def sign_in_address(request: Request) -> str:
    after = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in?" + urlencode({"next": after})
