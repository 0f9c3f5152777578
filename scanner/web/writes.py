"""The few things that can be changed here: what people say over what was measured, and asking for a scan."""

from __future__ import annotations

from datetime import UTC, datetime
from fnmatch import fnmatchcase
from glob import escape
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from scanner.evaluation.overlay import OverlayError, acceptance, attestation
from scanner.inventory import audit
from scanner.inventory.audit import Actor
from scanner.inventory.errors import InventoryError
from scanner.web import catalogue, found, looks
from scanner.web.access import OPERATOR, Principal
from scanner.web.api import ERRORS, TOKEN, Name, refused
from scanner.web.figures import Desk
from scanner.web.signing import checked, inside, knows
from scanner.web.site import Asking, DeskFor, Site, SiteOf, address_of, bearer_of

forms = APIRouter()
REFUSED = {**ERRORS, **refused({400: "What is sent is not JSON", 403: "That takes the role of an operator in the account"})}
api = APIRouter(prefix="/api/v1", tags=["writing"], responses=REFUSED, dependencies=[TOKEN])
Line = Annotated[str, Field(min_length=1, max_length=500)]
Text = Annotated[str, Form(max_length=500)]
Secret = Annotated[str, Form(alias="csrf", max_length=100)]


class Body(BaseModel):
    """What a program sends."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class NewAcceptance(Body):
    """Failures that are accepted until a day. ``check``, ``account``, ``resource`` and both sides of ``tag`` are globs."""

    check: Line
    account: Line
    reason: Line
    until: Annotated[str, Field(max_length=40)]
    resource: Line = "*"
    tag: Annotated[str, Field(max_length=500)] = ""
    owner: Annotated[str, Field(max_length=200)] = ""


class NewAttestation(Body):
    """A statement, until a day, that a cell is held which no check looks at."""

    service: Line
    area: Line
    account: Line
    statement: Line
    until: Annotated[str, Field(max_length=40)]
    evidence: Annotated[str, Field(max_length=500)] = ""
    owner: Annotated[str, Field(max_length=200)] = ""


class NewScan(Body):
    """An account that is to be looked at now."""

    provider: Line
    account_id: Line


class Named(BaseModel):
    """What was said, by the name under which it can be withdrawn."""

    name: str


def operating(request: Request, who: Asking) -> Principal:
    """Return who may change things. Raises 403 for others, and for what another site sends in their name."""
    if who.role != OPERATOR:
        raise HTTPException(403, "that takes the role of an operator")
    site, origin = request.headers.get("sec-fetch-site", "none"), request.headers.get("origin")
    if site not in ("none", "same-origin") or (origin and urlsplit(origin).netloc != request.headers.get("host")):
        raise HTTPException(403, "that came from another site")
    return who


Operating = Annotated[Principal, Depends(operating)]


def by_program(request: Request, who: Operating) -> Principal:
    """Return who may change things through the JSON: with a token in its header, or the secret of a session."""
    if bearer_of(request) is not None:
        return who
    if not knows(request, request.headers.get("x-csrf-token", "")):
        raise HTTPException(403, "send the session's secret as X-CSRF-Token: /api/v1/me tells it")
    return who


Program = Annotated[Principal, Depends(by_program)]


def actor(request: Request, site: Site, who: Principal) -> Actor:
    return Actor(who.name, who.role, address_of(request), site.clock())


def may(site: Site, who: Principal, account: str) -> None:
    """Refuse what would reach into accounts that somebody does not operate. *account* is a glob."""
    figures = site.latest.figures()
    sight = who.sight(figures.accounts.values(), OPERATOR)
    if sight is not None and account not in {escape(row["account_id"]) for pk, row in figures.accounts.items() if pk in sight}:
        raise HTTPException(403, "that takes the role of an operator in the account, which is named in full")


def accepted(site: Site, by: Actor, who: Principal, given: dict[str, Any]) -> str:
    """Keep an acceptance, and return its name."""
    may(site, who, given["account"])
    said = _said(acceptance, {**given, "owner": given.get("owner") or who.name}, by.at)
    if not any(fnmatchcase(check, said.check) for check in catalogue.checks()):
        raise HTTPException(422, f"no check fits {said.check!r}")
    return audit.say(site.store, said, by, given)


def attested(site: Site, by: Actor, who: Principal, given: dict[str, Any]) -> str:
    """Keep an attestation, and return its name."""
    may(site, who, given["account"])
    said = _said(attestation, {**given, "owner": given.get("owner") or who.name}, by.at)
    if standing := catalogue.standing().get((given["service"], given["area"])):
        raise HTTPException(422, f"{len(standing)} checks look at that cell: what they say counts")
    return audit.say(site.store, said, by, given)


def _said(make: Any, given: dict[str, Any], now: datetime) -> Any:
    try:
        said = make(given, "here")
        said.until.astimezone(UTC)  # which a database will ask for
    except OverflowError as error:
        raise HTTPException(422, "until is too far away") from error
    except OverlayError as error:
        raise HTTPException(422, str(error).removeprefix("here: ")) from error
    if said.until <= now:
        raise HTTPException(422, "until is past")
    return said


# From programs.


@api.post("/acceptances", status_code=201)
def accept(request: Request, site: SiteOf, who: Program, body: NewAcceptance) -> Named:
    """Accept failures for a time. They leave the open ones; the score stays what it is."""
    return Named(name=accepted(site, actor(request, site, who), who, body.model_dump()))


@api.post("/attestations", status_code=201)
def attest(request: Request, site: SiteOf, who: Program, body: NewAttestation) -> Named:
    """State that a cell is held which no check looks at. It counts from the next scan on, and earns nothing."""
    return Named(name=attested(site, actor(request, site, who), who, body.model_dump()))


@api.post("/scans", status_code=202, response_class=Response, responses=refused({404: "No daemon scans that account"}))
def scan(request: Request, site: SiteOf, who: Program, desk: DeskFor, body: NewScan) -> Response:
    """Ask the daemons for a scan of an account."""
    _asked(site, desk, actor(request, site, who), who, (body.provider, body.account_id))
    return Response(status_code=202)


def _asked(site: Site, desk: Desk, by: Actor, who: Principal, account: tuple[str, str]) -> None:
    target = looks.target(desk, *account)
    if target is None:
        raise HTTPException(404, "no daemon scans that account")
    may(site, who, escape(account[1]))
    audit.ask(site.store, (account[0], target), by, {"provider": account[0], "account": account[1]})


@api.delete("/overlays/{name}", status_code=204)
def withdraw(request: Request, site: SiteOf, who: Program, name: Name) -> Response:
    """Take back what was accepted or attested."""
    _withdrawn(site, actor(request, site, who), who, name)
    return Response(status_code=204)


def _withdrawn(site: Site, by: Actor, who: Principal, name: str) -> None:
    with site.store.reading() as connection:
        said = audit.overlay(connection, name)
    if said is None:
        raise HTTPException(404, "nothing that stands is called so")
    may(site, who, said["account_id"])
    try:
        audit.withdraw(site.store, name, by)
    except InventoryError as error:
        raise HTTPException(404, "nothing that stands is called so") from error


# From pages.


@forms.post("/findings/{name}/accept")
def accept_finding(
    *,
    request: Request,
    site: SiteOf,
    who: Operating,
    desk: DeskFor,
    name: Name,
    secret: Secret = "",
    reason: Text = "",
    until: Text = "",
    owner: Text = "",
    reach: Annotated[Literal["resource", "account"], Form()] = "resource",
) -> Response:
    """Accept one failure, or those of its check in its account."""
    checked(request, secret)
    page = found.finding(desk, name)
    if page is None:
        raise HTTPException(404)
    row = page.finding
    resource = escape(row.resource_id) if reach == "resource" else "*"
    given = {"check": row.check_id, "account": escape(row.account_id), "resource": resource, "reason": reason, "until": until}
    accepted(site, actor(request, site, who), who, {**given, "owner": owner})
    return RedirectResponse(f"/findings/{quote(name)}?notice=accepted", 303)


@forms.post("/split/{service}/{area}/attest")
def attest_cell(
    *,
    request: Request,
    site: SiteOf,
    who: Operating,
    service: Name,
    area: Name,
    secret: Secret = "",
    account: Text = "",
    statement: Text = "",
    evidence: Text = "",
    until: Text = "",
    owner: Text = "",
) -> Response:
    """Attest a cell in an account, or in all."""
    checked(request, secret)
    given = {"service": service, "area": area, "account": escape(account) if account else "*", "statement": statement}
    more = {"until": until, "evidence": evidence, "owner": owner}
    attested(site, actor(request, site, who), who, {**given, **more})
    return RedirectResponse(f"/split/{quote(service)}/{quote(area)}?notice=attested", 303)


@forms.post("/overlays/{name}/withdraw")
def withdraw_overlay(
    *, request: Request, site: SiteOf, who: Operating, name: Name, secret: Secret = "", next: Text = "/overlays"
) -> Response:
    checked(request, secret)
    _withdrawn(site, actor(request, site, who), who, name)
    return RedirectResponse(inside(next) + "?notice=withdrawn", 303)


@forms.post("/accounts/{provider}/{account_id:path}/scan")
def scan_now(
    *, request: Request, site: SiteOf, who: Operating, desk: DeskFor, provider: Name, account_id: Name, secret: Secret = ""
) -> Response:
    """Ask the daemons for a scan of an account."""
    checked(request, secret)
    _asked(site, desk, actor(request, site, who), who, (provider, account_id))
    return RedirectResponse(f"/accounts/{quote(provider)}/{quote(account_id)}?notice=asked", 303)
