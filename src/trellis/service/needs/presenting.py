"""Scores over time as a picture: where its points, lines and ticks stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trellis.service.needs.queries.history import Series
from trellis.service.ui.filters import short_date

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 40, 20, 40


@dataclass(frozen=True, slots=True)
class Dot:
    """One assessment's total: its place in the picture, and what the table says of it."""

    x: float
    y: float
    total: int
    day: date
    anchor: str = "middle"

    @property
    def label(self) -> str:
        """The day, as the axis shows it."""
        return short_date(self.day)


@dataclass(frozen=True, slots=True)
class Chart:
    """A line of totals over time; zero is at the foot, and lower is better."""

    title: str
    dots: list[Dot]
    ticks: list[tuple[int, float]]
    note: str

    @property
    def line(self) -> str:
        """The points of the line."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def chart_of(series: Series, most_a_pathway: int, pathways_in_set: int) -> Chart:
    """Draw the totals of a series. Days stand as far apart as they are."""
    totals = series.totals
    first, last = totals[0][0], totals[-1][0]
    days, most = max((last - first).days, 1), max(most_a_pathway * len(series.pathways), 1)
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    dots = [
        Dot(
            round(LEFT + wide * ((day - first).days / days if len(totals) > 1 else 0.5), 1),
            round(TOP + high * (1 - total / most), 1),
            total,
            day,
        )
        for day, total in totals
    ]
    step = max(most // 4, 1)
    ticks = [(value, round(TOP + high * (1 - value / most), 1)) for value in range(0, most + 1, step)]
    return Chart(_title(totals), dots, ticks, _note(series, pathways_in_set, most))


def _title(totals: list[tuple[date, int]]) -> str:
    if len(totals) == 1:
        return f"One assessment, with a total of {totals[0][1]}"
    before, after = totals[0][1], totals[-1][1]
    if before == after:
        return f"The total is {after}, as it was at first"
    return f"The total has {'fallen' if after < before else 'risen'} from {before} to {after}"


def _note(series: Series, pathways_in_set: int, most: int) -> str:
    held = len(series.pathways)
    whole = (
        f"The total of all {held} pathways"
        if held == pathways_in_set
        else f"The total of {held} of {pathways_in_set} pathways: those scored every time that you may read"
    )
    return f"{whole}, out of {most}. Lower is better."
