"""The report as one file: the split, accounts, what to grant, and the findings; it opens from disk and asks nobody."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from itertools import islice
from typing import IO, Any

import orjson
from markupsafe import Markup

from scanner import __version__
from scanner.errors import UsageError
from scanner.inventory.store import Store
from scanner.reports import safe
from scanner.reports.finding import in_terraform
from scanner.web import catalogue, found, kept, looks, split
from scanner.web.figures import Desk, Latest
from scanner.web.found import Asked, FindingRow
from scanner.web.templating import brief, environment

MOST = 50_000  # findings in one file; browsers search more of them only with a pause
PART = 500
FIRST = 100  # findings that are there without a script
ID, WORDS = 300, 300  # letters of an id or name, and of a reason


def write(
    store: Store, out: IO[str], now: datetime, *, accounts: Sequence[str] = (), framework: str = "", title: str = ""
) -> None:
    """Write the report on all accounts, or some; with *framework*, on the findings that answer it.

    Raises :class:`UsageError` for an account or a framework that there isn't.
    """
    desk = chosen(Desk(store, Latest(store, lambda: now).figures(), now), accounts)
    page = kept.framework(desk, framework) if framework else None
    if framework and page is None:
        known = ", ".join(name for name, _ in kept.names())
        raise UsageError(f"there is no framework {framework!r}; there are {known}")
    picture = split.split(desk)
    rows = list(islice(worst(desk, framework), MOST))
    waiting = looks.blind(desk).missing
    named = [row["name"] or row["account_id"] for row in desk.accounts]
    heading = title or (
        f"{page.framework.title}" if page else named[0] if len(named) == 1 else "What is ours, and how well we hold it"
    )
    scripts = [Markup(_file("demarc.js")), Markup(_file("report.js"))]  # noqa: S704 -- files of ours
    style = Markup(_file("demarc.css"))  # noqa: S704 -- a file of ours
    made = environment()
    for part in made.get_template("report.html").generate(
        title=heading,
        made_at=now,
        version=__version__,
        split=picture,
        several=len({row.provider for row in picture.rows}) > 1,
        best=waiting[0] if waiting else None,
        accounts=looks.accounts(desk),
        names=named,
        missing=waiting,
        framework=page,
        severities=catalogue.SEVERITIES,
        findings=len(rows),
        left_out=len(rows) == MOST,
        first=rows[:FIRST],
        data=_embedded(desk, rows),
        style=style,
        style_hash=_hash(style),
        scripts=scripts,
        script_hashes=Markup(" ".join(f"'sha256-{_hash(each)}'" for each in scripts)),  # noqa: S704 -- letters and digits
    ):
        out.write(part)


def chosen(desk: Desk, accounts: Sequence[str]) -> Desk:
    """Return a desk that sees the accounts that are named, by id or name. Raises :class:`UsageError`."""
    if not accounts:
        return desk
    by_name = {row[key]: row["account_id"] for row in desk.accounts for key in ("name", "account_id")}
    if strange := [each for each in accounts if each not in by_name]:
        raise UsageError(f"no account in this inventory is called {strange[0]!r}: `demarc snapshots` lists them")
    return desk.narrowed(by_name[each] for each in accounts)


def worst(desk: Desk, framework: str) -> Iterator[FindingRow]:
    """Yield what fails, worst first, and then what is unknown."""
    for status in ("fail", "unknown"):
        asked = Asked(status=status, framework=framework)
        after: str | None = ""
        while after is not None:
            page = found.findings(desk, asked, after, PART)
            yield from page.findings
            after = page.next


def _embedded(desk: Desk, rows: Sequence[FindingRow]) -> Markup:
    """Return the findings as JSON that no tag can end, with checks and accounts told once."""
    checks = {row.check_id: number for number, row in enumerate({row.check_id: row for row in rows}.values())}
    first = {row.check_id: row for row in reversed(rows)}
    places = {(row["provider"], row["account_id"]): number for number, row in enumerate(desk.accounts)}
    data = {
        "checks": [_check(first[check]) for check in checks],
        "accounts": [[row["provider"], row["account_id"], _clean(row["name"] or row["account_id"])] for row in desk.accounts],
        "findings": [_row(row, checks[row.check_id], places[row.provider, row.account_id]) for row in rows],
    }
    text = orjson.dumps(data).decode().replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Markup(text)  # noqa: S704 -- no tag can begin in it


def _check(row: FindingRow) -> list[str]:
    check = catalogue.checks().get(row.check_id)
    hcl, _ = in_terraform(check)
    return [row.check_id, row.title, row.severity, row.area, row.service, row.control, check.fix if check else "", hcl]


def _row(row: FindingRow, check: int, account: int) -> list[Any]:
    name = row.resource_name if row.resource_name != row.resource_id else ""
    opened = row.opened_at.strftime("%Y-%m-%d") if row.opened_at else ""
    texts = [_clean(each) for each in (row.region, row.resource_type, row.resource_id, name)]
    return [check, account, *texts, brief(_clean(row.reason), WORDS), opened, row.status]


def _clean(text: str) -> str:
    return brief(safe.terminal(text), ID)


def _file(name: str) -> str:
    return files("scanner.web").joinpath("static", name).read_text("utf-8")


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
