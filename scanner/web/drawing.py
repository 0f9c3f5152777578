"""Charts, as the points of an SVG that a template draws: no script, no library."""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.reports.rows import percent
from scanner.web.looks import Trend

WIDTH, HEIGHT = 1100, 270
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 28
INSET = 14  # from the axis to the first point
BAR = 64  # height of the chart of failures


@dataclass(frozen=True, slots=True)
class Dot:
    """One point, with what it says to who points at it."""

    x: float
    y: float
    said: str
    day: str
    bar: float = 0.0


@dataclass(frozen=True, slots=True)
class Chart:
    """The score over time: what holds, what would hold at best, and how much of all was seen; failures beneath."""

    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = BOTTOM
    bar_height: int = BAR
    dots: list[Dot] = field(default_factory=list)
    floor: str = ""
    coverage: str = ""
    between: str = ""
    most: int = 0
    bar_width: float = 0.0
    rules: list[tuple[float, str]] = field(default_factory=list)
    days: list[tuple[float, str]] = field(default_factory=list)


def chart(trend: Trend) -> Chart | None:
    """Return the chart of a trend; ``None`` where there is nothing to draw."""
    points = [point for point in trend.points if point.standing.floor is not None]
    if not points:
        return None
    first, last = points[0].day, points[-1].day
    span = max(1, (last - first).days)
    xs = [LEFT + INSET + (WIDTH - LEFT - RIGHT - 2 * INSET) * (point.day - first).days / span for point in points]

    def y(share: float | None) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (share or 0.0))

    floors = [(x, y(point.standing.floor)) for x, point in zip(xs, points, strict=True)]
    tops = [(x, y(point.standing.ceiling)) for x, point in zip(xs, points, strict=True)]
    covered = [(x, y(point.standing.coverage)) for x, point in zip(xs, points, strict=True)]
    most = max(point.standing.failed for point in points)
    dots = [
        Dot(
            x,
            at,
            f"{point.day}: {percent(point.standing.floor)} holds, coverage {percent(point.standing.coverage)}, "
            f"{point.standing.failed} fail, {point.accounts} accounts",
            str(point.day),
            BAR * point.standing.failed / most if most else 0.0,
        )
        for (x, at), point in zip(floors, points, strict=True)
    ]
    shown = {0, len(points) - 1, len(points) // 2} if len(points) > 2 else set(range(len(points)))
    return Chart(
        dots=dots,
        floor=_line(floors),
        coverage=_line(covered),
        between=_line([*floors, *reversed(tops)]),
        most=most,
        bar_width=max(2.0, min(18.0, (WIDTH - LEFT - RIGHT) / max(1, len(points)) * 0.7)),
        rules=[(y(share), percent(share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0)],
        days=[(xs[number], str(points[number].day)) for number in sorted(shown)],
    )


def _line(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
