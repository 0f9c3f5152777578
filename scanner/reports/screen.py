"""The end of a scan as a picture in text: score, split, what changed, what to fix, what to grant. It fits 80 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from rich.console import Console
from rich.text import Text

from scanner.evaluation.score import Grade, Sum
from scanner.reports.rows import STYLES, percent, plain
from scanner.reports.safe import terminal
from scanner.reports.split import FAIR, GOOD, Square
from scanner.responsibility.split import areas

Row = Mapping[str, Any]
ROOMY = 100  # columns from which on bars are long
WIDE = 140  # columns in which the legend is one line
BARS = (12, 24)
HELD, UNSEEN, LOST = "█", "▒", "░"
SIGNS = {"dark": "□", "blind": "?", "partly blind": "¿", "not visible": "x", "attested": "✓"}
POOR, MIDDLING, SOUND = "▂", "▅", "█"
# A cell of the split a sign, worst first.
COLOURS = {
    "□": "dim",
    "?": "magenta",
    POOR: "red",
    "¿": "magenta",
    MIDDLING: "yellow",
    SOUND: "green",
    "✓": "green",
    "x": "dim",
}
LEGENDS = (
    f"bars: {HELD} holds  {UNSEEN} not seen  {LOST} fails",
    f"cells: {SOUND} 90% and more  {MIDDLING} 60%  {POOR} less",
    "? blind  ¿ partly blind  □ dark  ✓ attested  x not visible",
)
ACCOUNTS, FIXES, SPOTS, TURNS = 20, 5, 8, 3
TINY = 1e-9  # what adding fractions leaves over


@dataclass(frozen=True, slots=True)
class Standing:
    """One account, or all together. ``said`` is what came of the look at it."""

    said: str
    whole: Sum
    grade: Grade


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one account since the look before. ``turns`` counts findings by what happened to them."""

    account: str
    since: datetime
    before: Sum
    after: Sum
    turns: Mapping[str, int]
    worst: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """One check whose failures cost score. ``points``: by how much the score rises when all of them are fixed."""

    check_id: str
    severity: str
    failed: int
    points: float
    title: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is shown. ``areas``: sums and counts by area; ``waiting``: verdicts that are unknown."""

    standings: Sequence[Standing]
    areas: Sequence[Row]
    squares: Mapping[str, Sequence[Square]]
    changes: Sequence[Change]
    fixes: Sequence[Fix]
    blind: Sequence[Row]
    waiting: int
    tally: str


def draw(picture: Picture, to: Console) -> None:
    """Print the picture, each line cut to the width of *to*."""
    for part in (_standings, _heat, _changes, _fixes, _blind):
        for line in part(picture, to.width):
            line.truncate(to.width, overflow="ellipsis")
            to.print(line, overflow="ignore", no_wrap=True, crop=False)
        to.print()
    to.print(Text(picture.tally))


def headline(whole: Sum, given: Grade) -> str:
    """Return the score as it is always printed: floor, range, coverage, grade and what caps it."""
    if whole.floor is None or whole.ceiling is None or whole.coverage is None:
        return "score: not assessed"
    least, most = percent(whole.floor), percent(whole.ceiling)
    score = f"score {least} ({least} to {most}), coverage {percent(whole.coverage)}"
    return f"{score}, grade {given.letter or 'none'}" + "".join(f"; {cap}" for cap in given.caps)


def _title(text: str) -> Text:
    return Text(text, style="bold")


def _standings(picture: Picture, width: int) -> Iterator[Text]:
    """Yield each account; of very many the worst, in the order in which they were looked at."""
    worst = sorted(picture.standings[:-1], key=lambda each: (each.whole.floor is None, each.whole.floor or 0))
    shown = [*worst[:ACCOUNTS], *picture.standings[-1:]]
    for each in picture.standings:
        if any(each is one for one in shown):
            yield Text(terminal(each.said))
            yield from _scored(each, width)
    if hidden := len(picture.standings) - len(shown):
        yield Text(
            f"{_many(hidden, 'account')} with better scores: demarc report markdown, demarc split --account", style="dim"
        )


def _scored(standing: Standing, width: int) -> Iterator[Text]:
    """Yield the score as a bar and in words; what caps the grade stands below where it is narrow."""
    words = headline(standing.whole, standing.grade).split("; ")
    line = Text("  ").append_text(bar(standing.whole, _long(width))).append(f" {words[0]}")
    if width >= WIDE:
        yield line.append("".join(f"; {cap}" for cap in words[1:]), style="dim")
        return
    yield line
    yield from (Text(f"  {' ' * _long(width)} {cap}", style="dim") for cap in words[1:])


def _long(width: int) -> int:
    return BARS[width >= ROOMY]


def bar(whole: Sum, size: int) -> Text:
    """Return how much holds, how much nobody saw and how much fails. Nothing is rounded up to hold, nor unseen away."""
    if whole.floor is None or whole.coverage is None:
        return Text("·" * size, style="dim")
    held = int(whole.floor * size + TINY)
    unseen = min(ceil((1 - whole.coverage) * size - TINY), size - held)
    text = Text(HELD * held, style=_colour(whole.floor))
    return text.append(UNSEEN * unseen, style="magenta").append(LOST * (size - held - unseen), style="red")


def _colour(share: float) -> str:
    return "green" if share >= GOOD else "yellow" if share >= FAIR else "red"


def _heat(picture: Picture, width: int) -> Iterator[Text]:
    """Yield the split: areas down, how each stands across, a sign for each cell of ours behind it."""
    size = _long(width)
    yield _title("The split: what is ours, by area")
    yield Text(f"{'area':12} {'score':>5} {'seen':>4} {'':{size}} {'pass':>6} {'fail':>6} {'unknown':>7}  cells", style="bold")
    rows = {row["slice"]: row for row in picture.areas}
    for area in areas():
        squares = [each for each in picture.squares.get(area, ()) if sign(each)]
        if area in rows or squares:
            yield _area(area, rows.get(area), squares, width)
    yield from (Text(each, style="dim") for each in (("  ".join(LEGENDS),) if width >= WIDE else LEGENDS))


def _area(area: str, row: Row | None, squares: Sequence[Square], width: int) -> Text:
    whole = Sum(row["expected"], row["known"], row["earned"]) if row else Sum()
    counts = [row[name] if row else 0 for name in ("passed", "failed", "unknown")]
    line = Text(f"{area:12} {percent(whole.floor):>5} {percent(whole.coverage):>4} ")
    line.append_text(bar(whole, _long(width)))
    line.append(f" {counts[0]:>6} {counts[1]:>6} {counts[2]:>7}  ")
    return line.append_text(strip(squares, max(width - len(line.plain), 1)))


def strip(squares: Iterable[Square], most: int) -> Text:
    """Return the cells that are the customer's, worst first, a sign each; where there are too many, in proportion."""
    shown = Counter(sign(each) for each in squares)
    while sum(shown.values()) > most and max(shown.values()) > 1:
        shown = Counter({each: max(number * most // (sum(shown.values()) + 1), 1) for each, number in shown.items()})
    text = Text()
    for each, colour in COLOURS.items():
        text.append(each * shown[each], style=colour)
    return text


def sign(square: Square) -> str:
    """Return the sign of one cell; nothing for what is the provider's, not due, or shown elsewhere."""
    state, floor = square.state, square.sum.floor
    if state == "assessed":
        return "" if floor is None else SOUND if floor >= GOOD else MIDDLING if floor >= FAIR else POOR
    return SIGNS.get(state, "") if square.owner != "provider" else ""


def _changes(picture: Picture, width: int) -> Iterator[Text]:
    del width
    yield _title("What changed since the last look")
    if not picture.changes:
        yield Text("This is the first look.")
    moved = [each for each in picture.changes if sum(each.turns.values()) or each.before != each.after]
    for each in moved[:ACCOUNTS]:
        yield from _change(each)
    if still := len(picture.changes) - len(moved[:ACCOUNTS]):
        word = "changed too" if len(moved) > ACCOUNTS else "as before"
        yield Text(f"{_many(still, 'account')} {word}", style="dim")


def _change(each: Change) -> Iterator[Text]:
    before, after = each.before, each.after
    moved = f"score {_moved(before.floor, after.floor)}, coverage {_moved(before.coverage, after.coverage)}"
    turns = ", ".join(f"{number} {turn}" for turn, number in each.turns.items() if number) or "no finding turned"
    yield Text(terminal(f"{each.account}: {moved}"))
    yield Text(f"  {turns} since {plain(each.since)}")
    for row in each.worst:
        line = Text(f"  {row['event']:8} ").append(f"{row['severity']:13}", style=STYLES.get(row["severity"], ""))
        yield line.append(terminal(f" {row['check_id']}  {row['resource_id']}"))


def _moved(before: float | None, after: float | None) -> str:
    shown = (percent(before), percent(after))
    return shown[1] if shown[0] == shown[1] else f"{shown[0]} → {shown[1]}"


def _fixes(picture: Picture, width: int) -> Iterator[Text]:
    del width
    if not picture.fixes:
        yield Text("Nothing that could be judged fails.")
        return
    yield _title("What fails, heaviest first: the fixes that raise the score most")
    for each in picture.fixes:
        line = Text(f"{_points(each.points):>5} points  ").append(f"{each.severity:13}", style=STYLES.get(each.severity, ""))
        yield line.append(f" {each.failed:>5} failed  {each.check_id}")
        if each.title:
            yield Text(f"{'':14}{each.title}: {terminal(each.fix)}", style="dim")


def granting(blind: Iterable[Row]) -> tuple[str, int] | None:
    """Return the permission for which most verdicts wait, over all calls and accounts, and how many these are."""
    found: Counter[str] = Counter()
    for row in blind:
        if row["permission"]:
            found[row["permission"]] += row["findings_affected"]
    return found.most_common(1)[0] if found else None


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _points(points: float) -> str:
    return f"+{points:.1f}" if points >= 0.1 else "<0.1"  # noqa: PLR2004 -- what one digit shows


def _blind(picture: Picture, width: int) -> Iterator[Text]:
    if not picture.blind:
        yield Text("Nothing that was asked for went unread.")
        return
    yield _title("What could not be seen, and what would show it")
    if granted := granting(picture.blind):
        permission, number = granted
        yield Text.assemble(
            "Grant ", (terminal(permission), "bold"), f": {number} of {picture.waiting} unknown verdicts wait for it"
        )
    for row in picture.blind[:SPOTS]:
        place = _many(row["accounts"], "account")
        place += f", {_many(row['regions'], 'region')}" if width >= ROOMY else ""
        call, permission = (terminal(row[name]) for name in ("operation", "permission"))
        needs = f"  needs {permission}" if permission not in ("", call) else ""
        line = Text(f"{row['findings_affected']:>7}  ").append(f"{row['reason']:11}", style="magenta")
        yield line.append(f" {place:24}  {call}{needs}" if width >= ROOMY else f" {place:11}  {call}{needs}")
    if len(picture.blind) > SPOTS:
        yield Text(f"{len(picture.blind) - SPOTS:>7}  more: demarc gaps", style="dim")
