"""What would move to the provider, for people: as text that wraps to the width of a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from textwrap import wrap

from scanner.evaluation.advice import Advice, Certainty, Move
from scanner.reports.difference import escaped
from scanner.reports.safe import terminal

Rows = Sequence[Advice]
LEAST_WIDTH = 20  # columns below which nothing can be wrapped any more
NOTHING = "no sign of software that you run yourselves was found in what was read"
CLIENTS = {"stay": "clients stay as they are", "change": "clients have to change"}


def text(rows: Rows, width: int) -> Iterator[str]:
    """Yield the lines of all advice, each within *width* columns."""
    for _, group in groupby(rows, key=_workload):
        several = list(group)
        yield from _wrapped(_title(several[0]), "", "  ", width)
        for line in (_because(several[0]), *(line for row in several for line in _change(row))):
            yield from _wrapped(line, "  ", "    ", width)
        yield ""
    yield from _wrapped(tally(rows), "", "", width)


def tally(rows: Rows) -> str:
    """Return one line: how many workloads were found, how sure that is, and how much of the account nobody saw."""
    found = {_workload(row): row.certainty for row in rows if row.engine}
    blind = sum(row.certainty is Certainty.UNKNOWN for row in rows)
    counts = [f"{list(found.values()).count(each)} {each}" for each in Certainty if each in found.values()]
    said = f"{len(found)} {'workload' if len(found) == 1 else 'workloads'} ({', '.join(counts)})" if found else NOTHING
    return said + (f"; not everything could be read of {blind} {'account' if blind == 1 else 'accounts'}" if blind else "")


def _workload(row: Advice) -> tuple[str, ...]:
    return (row.provider, row.account_id, row.resource_id, row.engine)


def _wrapped(line: str, first: str, rest: str, width: int) -> Iterator[str]:
    room = max(width, LEAST_WIDTH)
    yield from wrap(terminal(line), room, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False) or [""]


def _title(row: Advice) -> str:
    name = f" ({row.name})" if row.name and row.name not in row.resource_id else ""
    where = f"{row.provider} account {row.account_id} {row.region}".rstrip()
    if row.certainty is Certainty.UNKNOWN:
        return f"{row.certainty}: {where}"
    return f"{row.certainty}: {row.engine} on {row.resource_id}{name}, {where}"


def _because(row: Advice) -> str:
    return f"because: {'; '.join(row.evidence)}"


def _change(row: Advice) -> Iterator[str]:
    if row.to:
        yield f"to: {' or '.join(row.to)}; {CLIENTS[row.clients]}"
        yield f"moves: {_moved(row.moves)}"
        if row.comes:
            yield f"comes to you: {_moved(row.comes)}"
        yield f"stays yours: {', '.join(_kept(row))}"
    elif row.engine:
        yield "no service of the provider that the split knows takes anything of it over"


def _moved(moves: Iterable[Move]) -> str:
    return ", ".join(f"{each.area} ({each.before} > {each.after})" for each in moves)


def _kept(row: Advice) -> Iterator[str]:
    """Yield what is left to the customer: all of an area, or his share of it."""
    yield from (each.area for each in row.stays if each.after == "customer")
    yield from (f"your share of {each.area}" for each in row.stays if each.after == "shared")
    yield from (f"your share of {each.area}" for each in row.moves if each.after == "shared")


def markdown(rows: Rows) -> Iterator[str]:
    yield f"# Managed services: what would move\n\n{escaped(tally(rows))}\n"
    for _, group in groupby(rows, key=_workload):
        several = list(group)
        yield f"\n## {escaped(_title(several[0]))}\n\n{escaped(_because(several[0]))}\n"
        for row in several:
            yield from (f"\n{escaped(line)}\n" for line in islice(_change(row), 1))
            if row.to:
                yield from _areas(row)


def _areas(row: Advice) -> Iterator[str]:
    yield "\n| area | owner today | owner then | the provider does | you do | source |\n| --- | --- | --- | --- | --- | --- |\n"
    for each in (*row.moves, *row.comes, *row.stays):
        cells = (each.area, each.before, each.after, each.provider_duty, each.customer_duty, each.source)
        yield f"| {' | '.join(map(escaped, cells))} |\n"
