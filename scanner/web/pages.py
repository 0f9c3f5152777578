"""The pages: what the answers look like."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from scanner.responsibility.split import areas, services
from scanner.web import catalogue, drawing, exposed, found, kept, looks, split, things
from scanner.web.access import OPERATOR
from scanner.web.api import After, AskedFindings, AskedPast, AskedThings, Before, Days, Name, Number, Several, there
from scanner.web.figures import Desk
from scanner.web.site import Asking, DeskFor, page
from scanner.web.templating import query

router = APIRouter()
Show = Annotated[Literal["", "red", "blind", "dark", "theirs"], Query()]
PAGE = 50


def pick(desk: Desk) -> list[dict[str, str]]:
    """Return the accounts that a page lets choose from."""
    rows = [{"account_id": row["account_id"], "name": catalogue.account_name(row)} for row in desk.accounts]
    return sorted(rows, key=lambda row: row["name"].lower())


@router.get("/")
def the_split(
    *, request: Request, who: Asking, desk: DeskFor, account: Several = (), show: Show = "", sort: Literal["", "name"] = ""
) -> Response:
    near = desk.narrowed(tuple(filter(None, account)))
    picture = split.split(near, by_name=sort == "name")
    waiting = looks.waiting(near)
    return page(
        request,
        "split.html",
        who,
        desk=desk,
        split=picture,
        several=len({row.provider for row in picture.rows}) > 1,
        show=show,
        by_name=sort == "name",
        best=waiting[0] if waiting else None,
        accounts=pick(desk),
        chosen=near.chosen,
        account_query=query({"account": near.chosen}),
    )


@router.get("/split/{service}")
def the_service(request: Request, who: Asking, desk: DeskFor, service: Name) -> Response:
    row = next((row for row in split.split(desk).rows if row.service == service), None)
    cells = [cell for cell in there(row).cells if cell]
    return page(request, "service.html", who, desk=desk, row=row, cells=cells, info=services().get(service, {}), areas=areas())


@router.get("/split/{service}/{area}")
def the_cell(*, request: Request, who: Asking, desk: DeskFor, service: Name, area: Name, account: Several = ()) -> Response:
    near = desk.narrowed(tuple(filter(None, account)))
    cell = there(split.cell(near, service, area))
    return page(
        request, "cell.html", who, desk=desk, cell=cell, operator=who.role == OPERATOR, accounts=pick(desk), chosen=near.chosen
    )


@router.get("/findings")
def the_findings(request: Request, who: Asking, desk: DeskFor, asked: AskedFindings, after: After = "") -> Response:
    shown = found.findings(desk, asked, after, PAGE)
    return page(
        request,
        "findings.html",
        who,
        desk=desk,
        shown=shown,
        asked=asked,
        after=after,
        accounts=pick(desk),
        areas=list(areas()),
        regions=desk.regions,
        services=sorted({each.service for each in desk.squares}),
        controls=sorted({check.control for check in catalogue.checks().values()}),
        frameworks=kept.names(),
        severities=catalogue.SEVERITIES,
    )


@router.get("/findings/{finding_id}")
def the_finding(request: Request, who: Asking, desk: DeskFor, finding_id: Name) -> Response:
    shown = there(found.finding(desk, finding_id))
    row = shown.finding
    return page(request, "finding.html", who, desk=desk, shown=shown, row=row, operator=who.operates(row.account_id))


@router.get("/resources")
def the_resources(request: Request, who: Asking, desk: DeskFor, asked: AskedThings, after: After = "") -> Response:
    shown = things.resources(desk, asked, after, PAGE)
    return page(
        request,
        "resources.html",
        who,
        desk=desk,
        shown=shown,
        asked=asked,
        after=after,
        accounts=pick(desk),
        regions=desk.regions,
    )


@router.get("/resources/{number}")
def the_resource(request: Request, who: Asking, desk: DeskFor, number: Number, asked: AskedPast) -> Response:
    shown = there(things.resource(desk, number, asked))
    return page(request, "resource.html", who, desk=desk, shown=shown, row=shown.resource, asked=asked)


@router.get("/accounts")
def the_accounts(request: Request, who: Asking, desk: DeskFor) -> Response:
    return page(request, "accounts.html", who, desk=desk, rows=looks.accounts(desk))


@router.get("/accounts/{provider}/{account_id:path}")
def the_account(request: Request, who: Asking, desk: DeskFor, provider: Name, account_id: Name) -> Response:
    shown = there(looks.account(desk, provider, account_id))
    target = looks.target(desk, provider, account_id) if who.operates(account_id) else None
    return page(request, "account.html", who, desk=desk, shown=shown, row=shown.account, scannable=target is not None)


@router.get("/blind")
def the_blind(request: Request, who: Asking, desk: DeskFor, account: Several = ()) -> Response:
    near = desk.narrowed(tuple(filter(None, account)))
    return page(request, "blind.html", who, desk=desk, shown=looks.blind(near), accounts=pick(desk), chosen=near.chosen)


@router.get("/exposure")
def the_exposure(request: Request, who: Asking, desk: DeskFor, account: Several = (), after: After = "") -> Response:
    chosen = tuple(filter(None, account))
    shown = exposed.exposure(desk, chosen, after, PAGE)
    return page(request, "exposure.html", who, desk=desk, shown=shown, after=after, accounts=pick(desk), chosen=chosen)


@router.get("/changes")
def the_changes(
    *, request: Request, who: Asking, desk: DeskFor, days: Days = 7, account: Several = (), before: Before = None
) -> Response:
    near = desk.narrowed(tuple(filter(None, account)))
    shown = looks.changes(near, days, before)
    periods = looks.PERIODS
    return page(
        request,
        "changes.html",
        who,
        desk=desk,
        shown=shown,
        days=days,
        periods=periods,
        before=before,
        accounts=pick(desk),
        chosen=near.chosen,
    )


@router.get("/trends")
def the_trends(request: Request, who: Asking, desk: DeskFor, days: Days = 30, account: Several = ()) -> Response:
    near = desk.narrowed(tuple(filter(None, account)))
    shown = looks.trend(near, days)
    return page(
        request,
        "trends.html",
        who,
        desk=desk,
        shown=shown,
        chart=drawing.chart(shown),
        days=days,
        periods=looks.PERIODS[1:],
        accounts=pick(desk),
        chosen=near.chosen,
    )


@router.get("/frameworks")
def the_frameworks(request: Request, who: Asking, desk: DeskFor) -> Response:
    return page(request, "frameworks.html", who, desk=desk, rows=kept.frameworks(desk))


@router.get("/frameworks/{name}")
def the_framework(request: Request, who: Asking, desk: DeskFor, name: Name) -> Response:
    return page(request, "framework.html", who, desk=desk, shown=there(kept.framework(desk, name)))


@router.get("/overlays")
def the_overlays(request: Request, who: Asking, desk: DeskFor) -> Response:
    return page(request, "overlays.html", who, desk=desk, rows=kept.said(desk), operator=who.role == OPERATOR)


@router.get("/audit")
def the_log(request: Request, who: Asking, desk: DeskFor, before: Before = None) -> Response:
    if not who.operates_all:
        raise HTTPException(403, "That takes the role of an operator in all accounts.")
    return page(request, "audit.html", who, desk=desk, rows=kept.log(desk, before), before=before)
