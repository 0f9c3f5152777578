"""The split as a picture in text: services in use by areas, each cell as who holds it and how well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scanner.evaluation.score import Sum
from scanner.reports.rows import percent
from scanner.responsibility.split import NEARNESS, areas

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Row = Mapping[str, Any]
WIDE, NARROW = 4, 3
SIGNS = {"provider": "·", "not due": "-", "blind": "?", "dark": "□", "attested": "✓", "not visible": "x", "elsewhere": "→"}
MEANINGS = (
    ("63", "score: how much of it is shown to hold"),
    ("63?", "partly blind"),
    ("?", "blind: could not be read"),
    ("□", "dark: ours, and no check"),
    ("→", "shows on another service"),
    ("x", "ours, and no API shows it"),
    ("✓", "attested"),
    ("-", "nothing is due"),
    ("·", "the provider's"),
)
GOOD, FAIR = 0.9, 0.6


@dataclass
class Square:
    """One (service, area) over several accounts."""

    owner: str = "provider"
    states: set[str] = field(default_factory=set)
    sum: Sum = field(default_factory=Sum)

    def add(self, row: Row) -> None:
        self.owner = max(self.owner, row["owner"], key=lambda each: NEARNESS[each])
        self.states.add(row["state"])
        self.sum += Sum(row["expected"], row["known"], row["earned"])

    @property
    def state(self) -> str:
        """The state of all together: what is blind in one account makes it partly blind."""
        seen = self.states & {"assessed", "partly blind"}
        if "partly blind" in seen or (seen and "blind" in self.states):
            return "partly blind"
        order = ("assessed", "blind", "attested", "dark", "not due", "elsewhere", "not visible", "provider")
        return next((each for each in order if each in self.states), "provider")

    @property
    def text(self) -> Text:
        from rich.text import Text  # noqa: PLC0415 -- the dashboard counts squares, and draws none of these

        state, floor = self.state, self.sum.floor
        if state not in ("assessed", "partly blind"):
            return Text(SIGNS.get(state, state), style="magenta" if state == "blind" else "dim")
        shown = "-" if floor is None else percent(floor).rstrip("%")
        return Text(shown + ("?" if state == "partly blind" else ""), style=_colour(floor))


def _colour(floor: float | None) -> str:
    if floor is None:
        return "dim"
    return "green" if floor >= GOOD else "yellow" if floor >= FAIR else "red"


def squares(rows: Iterable[Row]) -> Mapping[str, Mapping[str, Square]]:
    """Return the cells by service and area, accounts together."""
    found: dict[str, dict[str, Square]] = defaultdict(lambda: defaultdict(Square))
    for row in rows:
        found[row["service"]][row["area"]].add(row)
    return found


def draw(rows: Iterable[Row], to: Console) -> None:
    """Print the picture and its legend; it fits 80 columns."""
    _grid({service: {area: each.text for area, each in cells.items()} for service, cells in squares(rows).items()}, to)
    _legend(MEANINGS, to)


def count(rows: Iterable[Row], to: Console) -> None:
    """Print how many checks stand on each cell, or why none does: rows of service, area, owner, state and checks."""
    from rich.text import Text  # noqa: PLC0415 -- as above

    found: dict[str, dict[str, Text]] = defaultdict(dict)
    states: dict[str, int] = defaultdict(int)
    for row in rows:
        shown = Text(str(row["checks"])) if row["checks"] else Text(SIGNS[row["state"]], style="dim")
        found[row["service"]][row["area"]] = shown
        states["covered" if row["checks"] else row["state"]] += row["owner"] != "provider"
    _grid(found, to)
    _legend((("12", "checks"), *MEANINGS[3:6], MEANINGS[-1]), to)
    said = ", ".join(f"{number} {state}" for state, number in sorted(states.items()) if number)
    to.print(f"{sum(states.values())} cells may be the customer's: {said}")


def _grid(found: Mapping[str, Mapping[str, Text]], to: Console) -> None:
    from rich.table import Table  # noqa: PLC0415 -- as above
    from rich.text import Text  # noqa: PLC0415

    names = _names(found)
    longest = max((len(each) for each in names.values()), default=0)
    size = WIDE if to.width > longest + (WIDE + 1) * len(areas()) else NARROW
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("", no_wrap=True)
    for area in areas():
        table.add_column(area[:size], justify="right", no_wrap=True, min_width=size)
    for service, cells in sorted(found.items()):
        table.add_row(names[service], *(cells.get(area, Text("")) for area in areas()))
    to.print(table)


def _legend(meanings: Iterable[tuple[str, str]], to: Console) -> None:
    to.print("\n" + " · ".join(f"{sign} {meaning}" for sign, meaning in meanings))
    to.print("columns: " + ", ".join(areas()))


def _names(services: Iterable[str]) -> Mapping[str, str]:
    """Return what services are called here: without their provider, where there is only one."""
    given = sorted(services)
    alone = len({each.partition(".")[0] for each in given}) == 1
    return {each: each.partition(".")[2] if alone else each for each in given}


def tally(rows: Iterable[Row]) -> str:
    """Return one line on the cells that are the customer's, by state."""
    states: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["owner"] != "provider":
            states[row["state"]] += 1
    said = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    return f"{sum(states.values())} cells of the split are ours: {said or 'none'}"


def cell(rows: Sequence[Row], checks: Sequence[Any]) -> Iterator[str]:
    """Yield lines on one (service, area): who does what, where that is written, how it stands, what tests it."""
    first = rows[0]
    yield f"{first['service']} · {first['area']}: {first['owner']} ({first['service_model']})"
    for title, name in (("provider", "provider_duty"), ("yours", "customer_duty"), ("source", "source"), ("note", "note")):
        if first[name]:
            yield f"  {title:10}{first[name]}"
    for row in rows:
        score, coverage = percent(row["score_floor"]), percent(row["coverage"])
        counts = f"{row['passed']} pass, {row['failed']} fail, {row['unknown']} unknown"
        yield f"  {row['account_id']}  {row['state']}, score {score}, coverage {coverage}, {counts}"
    for each in checks:
        yield f"  {each.severity:10}{each.id}  {each.title}"
