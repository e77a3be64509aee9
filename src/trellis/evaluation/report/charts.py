"""The report's pictures as SVG text: drawn on the server, no script, each with its table beside it in the report."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import numpy as np
import polars as pl
import vl_convert

from trellis.disclosure import DEFAULT
from trellis.evaluation.report import beside, words
from trellis.evaluation.result import Found
from trellis.evaluation.survival import Curve
from trellis.evaluation.world.lives import YEAR

BLUE, TURQUOISE, DARK = "#12436D", "#28A197", "#3D3D3D"
FONT: Final = "Liberation Sans, Arial, sans-serif"
WIDTH: Final = 520


def natural_fall(inside: Found) -> str:
    """The year before as 100, what would be expected with no scheme, and what happened: bars from 0."""
    table = pl.DataFrame(natural_fall_rows(inside), schema=["what", "rate"], orient="row")
    order = table["what"].to_list()
    bars = alt.Chart(table).encode(
        y=alt.Y("what:N", sort=order, title=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False)),
        x=alt.X(
            "rate:Q", title="Proven offences by time at liberty (the year before = 100)", scale=alt.Scale(zero=True)
        ),
    )
    colours = alt.Color("what:N", sort=order, scale=alt.Scale(domain=order, range=[DARK, TURQUOISE, BLUE]), legend=None)
    marks = bars.mark_bar(height=26).encode(color=colours)
    labels = bars.mark_text(align="left", dx=5, fontSize=14).encode(text=alt.Text("rate:Q", format=".0f"))
    title = f"{words.percent(-inside.natural_fall.value)} would be expected with no scheme at all"
    return _svg((marks + labels).properties(width=WIDTH - 120, height=130), title)


def natural_fall_rows(inside: Found) -> list[tuple[str, float]]:
    """What the bars show."""
    return [
        ("The year before selection", 100.0),
        ("Expected after, with no scheme", 100 * (1 - inside.natural_fall.value)),
        ("What happened after", 100 * inside.change.value),
    ]


def love_plot(inside: Found) -> str:
    """Standardised differences before and after weighting, a line a covariate, with the marks of 0.1."""
    rows = [
        {"covariate": each.name, "difference": value, "when": when}
        for each in inside.likeness
        for when, value in (("before weighting", each.before), ("after weighting", each.after))
    ]
    table, names = pl.DataFrame(rows), [each.name for each in inside.likeness]
    points = (
        alt.Chart(table)
        .mark_point(size=70, filled=True, opacity=1)
        .encode(
            x=alt.X(
                "difference:Q", title="Standardised difference (managed less comparison)", axis=alt.Axis(tickCount=6)
            ),
            y=alt.Y("covariate:N", sort=names, title=None, axis=alt.Axis(labelLimit=300, grid=True)),
            color=_two("when", "after weighting", "before weighting"),
            shape=alt.Shape(
                "when:N",
                scale=alt.Scale(domain=["after weighting", "before weighting"], range=["circle", "triangle-up"]),
                title=None,
            ),
        )
    )
    limits = alt.Chart(pl.DataFrame({"x": [-0.1, 0.1]})).mark_rule(strokeDash=[4, 4], color=DARK).encode(x="x:Q")
    worst = max((abs(each.after) for each in inside.likeness), default=0.0)
    title = f"Once weighted, the groups differ by at most {worst:.2f}"
    return _svg((limits + points).properties(width=WIDTH - 190, height=22 * len(names)), title)


def survival(inside: Found) -> str:
    """The share without a proven reoffence, day by day: managed, with its interval, and expected with no scheme."""
    table = pl.concat(
        [
            _told(_steps(inside.managed_curve, "managed"), inside.together.binary.of),
            _steps(inside.expected_curve, "expected with no scheme"),
        ]
    )
    x = alt.X(
        "month:Q",
        title="Months since selection",
        scale=alt.Scale(domain=[0, 12]),
        axis=alt.Axis(values=[0, *words.MONTHS], labelOverlap=False),
    )
    y = alt.Y(
        "share:Q", title="Share without a proven reoffence", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")
    )
    band = (
        alt.Chart(table.filter(pl.col("who") == "managed"))
        .mark_area(opacity=0.2, interpolate="step-after", color=BLUE)
        .encode(x=x, y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 1])), y2="high:Q")
    )
    dashes = alt.StrokeDash(
        "who:N", scale=alt.Scale(domain=["managed", "expected with no scheme"], range=[[1, 0], [6, 4]]), title=None
    )
    lines = (
        alt.Chart(table)
        .mark_line(interpolate="step-after", strokeWidth=2.5)
        .encode(x=x, y=y, color=_two("who", "managed", "expected with no scheme"), strokeDash=dashes)
    )
    mine, theirs = beside.share(inside), inside.binary.expected
    title = f"{theirs:.0f} of 100 would be expected to reoffend within a year"
    title = title if mine is None else f"{mine} of 100 reoffended within a year; {theirs:.0f} would be expected to"
    return _svg((band + lines).properties(width=WIDTH - 60, height=240), title)


def methods(inside: Found) -> str:
    """Each method's rate ratio and interval, with the line of no difference."""
    rows = [
        {
            "method": words.short(each.name),
            "ratio": each.rate_ratio,
            "low": each.low,
            "high": each.high,
            "kind": _kind(each.headline, each.attributable),
        }
        for each in inside.methods
        if np.isfinite([each.low, each.high]).all()
    ]
    table, kinds = pl.DataFrame(rows), ["headline", "another method", "change, not attributable"]
    base = alt.Chart(table).encode(
        y=alt.Y("method:N", sort=[str(row["method"]) for row in rows], title=None, axis=alt.Axis(labelLimit=300)),
        color=alt.Color(
            "kind:N", scale=alt.Scale(domain=kinds, range=[BLUE, TURQUOISE, DARK]), title=None, legend=_legend()
        ),
    )
    spans = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title="Rate ratio: below 1 is fewer offences", scale=alt.Scale(zero=False)), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        x="ratio:Q",
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["diamond", "circle", "cross"]), title=None),
    )
    none = alt.Chart(pl.DataFrame({"x": [1.0]})).mark_rule(color=DARK, strokeDash=[4, 4]).encode(x="x:Q")
    title = "What each method says, and the plain change beside it"
    return _svg((none + spans + points).properties(width=WIDTH - 190, height=30 * len(rows)), title)


def _kind(headline: bool, attributable: bool) -> str:
    return "headline" if headline else "another method" if attributable else "change, not attributable"


def _steps(curve: Curve, who: str) -> pl.DataFrame:
    inside = curve.times < YEAR
    months = np.concatenate([[0.0], curve.times[inside] * 12 / YEAR, [12.0]])

    def steps(values: Any, first: float) -> Any:
        held = np.concatenate([[first], values[inside]])
        return np.concatenate([held, held[-1:]])

    columns = {"share": curve.survival, "low": curve.low, "high": curve.high}
    return pl.DataFrame(
        {"month": months, **{name: steps(values, 1.0) for name, values in columns.items()}}
    ).with_columns(who=pl.lit(who))


def _told(steps: pl.DataFrame, people: int) -> pl.DataFrame:
    """The curve as it may leave: from where a few have reoffended on, to where only a few have not."""
    least = DEFAULT.smallest_shown - 0.5
    inside = ((1 - pl.col("share")) * people > least) & (pl.col("share") * people > least)
    return steps.filter(inside | (pl.col("share") == 1))


def _two(column: str, first: str, second: str) -> alt.Color:
    return alt.Color(
        f"{column}:N", scale=alt.Scale(domain=[first, second], range=[BLUE, TURQUOISE]), title=None, legend=_legend()
    )


def _legend() -> alt.Legend:
    return alt.Legend(orient="bottom", labelFontSize=13, labelLimit=320, symbolSize=120, columnPadding=32)


def _svg(chart: Any, title: str) -> str:
    drawn = chart.properties(
        title=alt.TitleParams(title, anchor="start", fontSize=16, fontWeight="bold", color="#0b0c0c", offset=12)
    )
    drawn = drawn.configure(
        font=FONT, background="white", padding={"left": 56, "right": 60, "top": 8, "bottom": 8}
    ).configure_view(stroke=None)
    drawn = drawn.configure_axis(
        labelFontSize=12,
        titleFontSize=13,
        titleFontWeight="normal",
        labelColor="#0b0c0c",
        titleColor="#0b0c0c",
        gridColor="#e3e6e8",
    )
    return str(vl_convert.vegalite_to_svg(drawn.to_json()))
