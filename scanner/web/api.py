"""Everything that a page shows, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field

from scanner.web import exposed, found, kept, looks, split, things
from scanner.web.access import OPERATOR
from scanner.web.site import Asking, DeskFor, csrf

LARGEST = 2**63 - 1
Said = dict[int | str, dict[str, Any]]


class Refusal(BaseModel):
    """Why something was refused."""

    detail: str


def refused(said: Mapping[int, str]) -> Said:
    """Return how a description tells of refusals: status by status, and what each means."""
    return {status: {"model": Refusal, "description": text} for status, text in said.items()}


ERRORS = refused(
    {
        401: "Who asks is not known",
        404: "There is none, or it is not yours to see",
        429: "Too many tokens that are not known; `Retry-After` says for how many seconds",
        503: "The inventory, or the provider of sign-ins, can't be asked at the moment",
    }
)
NO_PLACE = refused({400: "`after` is no place to go on from"})
TOKEN = Security(HTTPBearer(auto_error=False, description="A token of the access file, or of the OpenID Connect provider"))
router = APIRouter(prefix="/api/v1", responses=ERRORS, dependencies=[TOKEN])

Several = Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Query(max_length=50)]
Some = Annotated[str, Query(max_length=500)]
After = Annotated[str, Query(max_length=2000, description="Where the list goes on: `next` of the part before")]
Limit = Annotated[int, Query(ge=1, le=500)]
Days = Annotated[int, Query(ge=1, le=730)]
Number = Annotated[int, Path(ge=1, le=LARGEST)]
Before = Annotated[int | None, Query(ge=1, le=LARGEST)]
Name = Annotated[str, Path(max_length=300, pattern="^[^\x00]*$")]
Found = TypeVar("Found")


class Me(BaseModel):
    """Who is asking. ``csrf`` goes with what a session changes, as X-CSRF-Token."""

    name: str
    role: str
    accounts: list[str]
    csrf: str


def there(page: Found | None) -> Found:
    """Return a page that is there. Raises 404."""
    if page is None:
        raise HTTPException(404, "there is none, or it is not yours to see")
    return page


@router.get("/me")
def me(request: Request, who: Asking) -> Me:
    accounts = sorted({pattern for each in who.grants for pattern in each.accounts})
    return Me(name=who.name, role=who.role, accounts=accounts, csrf=csrf(request) if who.role == OPERATOR else "")


@router.get("/split")
def the_split(desk: DeskFor, account: Several = (), sort: Literal["", "name"] = "") -> split.Split:
    """Return the picture of the split: services in use by areas."""
    return split.split(desk.narrowed(account), by_name=sort == "name")


@router.get("/split/{service}/{area}")
def the_cell(desk: DeskFor, service: Name, area: Name, account: Several = ()) -> split.CellPage:
    """Return one cell: who does what, what tests it, what fails, what is missing."""
    return there(split.cell(desk.narrowed(account), service, area))


def asked_findings(
    *,
    status: Literal["fail", "unknown", "accepted", "pass"] = "fail",
    account: Several = (),
    severity: Several = (),
    area: Several = (),
    service: Several = (),
    control: Several = (),
    check: Several = (),
    region: Several = (),
    framework: Some = "",
    requirement: Some = "",
    tag: Annotated[str, Query(max_length=500, description="A tag's name, or name=value; * stands for anything")] = "",
    q: Annotated[str, Query(max_length=500, description="Letters of a resource's id or name")] = "",
    days: Annotated[int, Query(ge=0, le=36500, description="Open for at least so many days")] = 0,
) -> found.Asked:
    """Return which findings are asked for."""
    where = found.Asked(status=status, account=account, severity=severity, area=area, service=service)
    return replace(
        where,
        control=control,
        check=check,
        region=region,
        framework=framework,
        requirement=requirement,
        tag=tag.strip(),
        q=q.strip(),
        days=days,
    )


AskedFindings = Annotated[found.Asked, Depends(asked_findings)]


@router.get("/findings", responses=NO_PLACE)
def the_findings(desk: DeskFor, asked: AskedFindings, after: After = "", limit: Limit = 50) -> found.FindingsPage:
    """Return findings, worst first."""
    return found.findings(desk, asked, after, limit)


@router.get("/findings/{finding_id}")
def the_finding(desk: DeskFor, finding_id: Name) -> found.FindingPage:
    """Return one finding: evidence, why, fix, history."""
    return there(found.finding(desk, finding_id))


def asked_things(
    account: Several = (), service: Several = (), type: Several = (), region: Several = (), q: Some = ""
) -> things.AskedThings:
    """Return which resources are asked for."""
    return things.AskedThings(account=account, service=service, type=type, region=region, q=q.strip())


AskedThings = Annotated[things.AskedThings, Depends(asked_things)]


@router.get("/resources", responses=NO_PLACE)
def the_resources(desk: DeskFor, asked: AskedThings, after: After = "", limit: Limit = 50) -> things.ThingsPage:
    """Return resources, by account and type."""
    return things.resources(desk, asked, after, limit)


def asked_past(before: Before = None, turns_before: Before = None, limit: Limit = 50) -> things.Back:
    """Return which part of a resource's past is asked for."""
    return things.Back(before=before, turns_before=turns_before, most=limit)


AskedPast = Annotated[things.Back, Depends(asked_past)]


@router.get("/resources/{number}")
def the_resource(desk: DeskFor, number: Number, past: AskedPast) -> things.ThingPage:
    """Return one resource: facts, findings, history."""
    return there(things.resource(desk, number, past))


@router.get("/accounts")
def the_accounts(desk: DeskFor) -> list[looks.AccountRow]:
    """Return the accounts: how they stand, and how old what is known of them is."""
    return looks.accounts(desk)


@router.get("/accounts/{provider}/{account_id:path}")
def the_account(desk: DeskFor, provider: Name, account_id: Name) -> looks.AccountPage:
    """Return one account: areas, blind spots, looks."""
    return there(looks.account(desk, provider, account_id))


@router.get("/blind")
def the_blind(desk: DeskFor, account: Several = ()) -> looks.BlindPage:
    """Return what could not be read, and what would have to be granted."""
    return looks.blind(desk.narrowed(account))


@router.get("/exposure", responses=NO_PLACE)
def the_exposure(desk: DeskFor, account: Several = (), after: After = "", limit: Limit = 50) -> exposed.ExposurePage:
    """Return what is open to the world, and of what that is unknown."""
    return exposed.exposure(desk, account, after, limit)


@router.get("/changes")
def the_changes(desk: DeskFor, days: Days = 7, account: Several = (), before: Before = None) -> looks.ChangesPage:
    """Return what changed in the last days."""
    return looks.changes(desk.narrowed(account), days, before)


@router.get("/trends")
def the_trends(desk: DeskFor, days: Days = 30, account: Several = ()) -> looks.Trend:
    """Return how the score moved."""
    return looks.trend(desk.narrowed(account), days)


@router.get("/frameworks")
def the_frameworks(desk: DeskFor, account: Several = ()) -> list[kept.FrameworkRow]:
    """Return the frameworks, and how many of their requirements stand how."""
    return kept.frameworks(desk.narrowed(account))


@router.get("/frameworks/{name}")
def the_framework(desk: DeskFor, name: Name, account: Several = ()) -> kept.FrameworkPage:
    """Return one framework, requirement by requirement."""
    return there(kept.framework(desk.narrowed(account), name))


@router.get("/overlays")
def the_overlays(desk: DeskFor) -> list[kept.OverlayRow]:
    """Return what is accepted and attested."""
    return kept.said(desk)


@router.get("/audit", responses=refused({403: "That takes the role of an operator in all accounts"}))
def the_log(desk: DeskFor, who: Asking, before: Before = None) -> list[kept.AuditRow]:
    """Return what was changed through the dashboard, and by whom."""
    if not who.operates_all:
        raise HTTPException(403, "that takes the role of an operator in all accounts")
    return kept.log(desk, before)
