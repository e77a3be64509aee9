"""Draw the pictures of docs/explanation/why-before-and-after-misleads.md, and write its tables.

Run `make pictures`. Twenty worlds of each kind are simulated from fixed seeds, so the same sources draw the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import altair as alt
import numpy as np
import polars as pl
import vl_convert

from tests.evaluation.panels import matched_of, panel_of
from trellis.evaluation.natural_fall import Panel, credibility, empirical_bayes, placebo
from trellis.synthetic.worlds import WORLDS, Lives, simulate
from trellis.synthetic.worlds.counting import counts_within, days_free_within
from trellis.synthetic.worlds.selection import NEVER

ROOT = Path(__file__).parents[1]
PAGE = Path("docs/explanation/why-before-and-after-misleads.md")
PICTURES = Path("docs/pictures")
SEEDS = range(20)

YEAR, QUARTER = 365, 91
QUARTERS = range(-20, 8)
BLUE, PLUM, ORANGE, GREY = "#12436D", "#801650", "#F46A25", "#3D3D3D"
INK, FONT = "#0b0c0c", "Arial, Helvetica, sans-serif"

LABELS = 230
"""Room for the longest label, in a wider letter too: where the picture is looked at, Arial may be missing."""

WORLDS_SHOWN = {"zero": "Does nothing", "minus-20": "Cuts it by a fifth", "plus-10": "Adds a tenth"}
EFFECTS = {"zero": "0 %", "minus-20": "−20 %", "plus-10": "+10 %"}
RAW, DISCOUNTED, ONE_WINDOW = "Before and after", "The same, custody taken out", "Empirical Bayes, one year"
THREE_WINDOWS, LINE, PLACEBO, MATCHED = (
    "Empirical Bayes, three years",
    "Credibility line",
    "Placebo cohort",
    "Matched comparison",
)
METHODS = (RAW, DISCOUNTED, ONE_WINDOW, THREE_WINDOWS, LINE, PLACEBO, MATCHED)


@dataclass(frozen=True)
class Figures:
    """What the pictures show. `quarters`: the quarter after selection and offences per person-year at liberty.

    `worlds`: world, what was measured, percentage change. `methods`: method, seed, percentage change.
    """

    quarters: pl.DataFrame
    worlds: pl.DataFrame
    methods: pl.DataFrame


def figures(seeds: Iterable[int] = SEEDS) -> Figures:
    """Simulate every world from every seed and measure it."""
    quarters: list[list[float]] = []
    worlds: list[dict[str, str | float]] = []
    methods: list[dict[str, str | float | int]] = []
    for seed in seeds:
        for name in WORLDS_SHOWN:
            lives = simulate(WORLDS[name], seed=seed)
            worlds += [{"world": name, **row} for row in seen_and_natural(lives)]
            if name == "zero":
                quarters.append(by_quarter(lives))
                methods += [{"method": method, "seed": seed, "change": at} for method, at in estimates(lives).items()]
    by_time = pl.DataFrame({"quarter": list(QUARTERS), "rate": np.mean(quarters, axis=0)})
    # Rounded, so that what differs in a last bit draws the same.
    change = pl.col("change").round(2)
    return Figures(
        by_time.with_columns(pl.col("rate").round(3)),
        pl.DataFrame(worlds).with_columns(change),
        pl.DataFrame(methods).with_columns(change),
    )


def by_quarter(lives: Lives) -> list[float]:
    """Offences per year at liberty of the managed, quarter by quarter about the day of selection."""
    who, day = managed(lives)
    rates = []
    for quarter in QUARTERS:
        first, last = day + QUARTER * quarter, day + QUARTER * (quarter + 1)
        offences = counts_within(lives.offences, who, first, last).sum()
        rates.append(YEAR * float(offences / days_free_within(lives.custody, who, first, last).sum()))
    return rates


def seen_and_natural(lives: Lives) -> list[dict[str, str | float]]:
    """The change of offences from the year before to the year after: as it was, and had there been no scheme."""
    who, day = managed(lives)
    rows: list[dict[str, str | float]] = []
    for what, offences in (("seen", lives.offences), ("without", lives.without_scheme)):
        before = counts_within(lives.offences, who, day - YEAR, day).sum()
        after = counts_within(offences, who, day, day + YEAR).sum()
        rows.append({"what": what, "change": 100 * float(after / before - 1)})
    return rows


def managed(lives: Lives) -> tuple[np.ndarray, np.ndarray]:
    """Who was managed, and the day each was selected."""
    who = np.flatnonzero(lives.managed_from != NEVER)
    return who, lives.managed_from[who]


def estimates(lives: Lives) -> dict[str, float]:
    """The percentage by which each method says the scheme changed offending."""
    panel, replicates = panel_of(lives), 2
    ratios = {
        RAW: change(panel, discounted=False),
        DISCOUNTED: change(panel, discounted=True),
        ONE_WINDOW: empirical_bayes.lesson_of_one_window(panel, replicates=replicates, seed=1).rate_ratio,
        THREE_WINDOWS: empirical_bayes.estimate(panel, replicates=replicates, seed=1).rate_ratio,
        LINE: credibility.estimate(panel, replicates=replicates, seed=1).rate_ratio,
        PLACEBO: placebo.estimate(panel, replicates=replicates, seed=1).rate_ratio,
        MATCHED: matched_of(lives).ratio(replicates=replicates, seed=1).rate_ratio,
    }
    return {method: 100 * (ratio - 1) for method, ratio in ratios.items()}


def change(panel: Panel, *, discounted: bool) -> float:
    """After over before of the managed: of offences, or of the rate while at liberty."""
    own = panel.managed
    ratio = panel.after[own].sum() / panel.counts[own, -1].sum()
    return float(ratio * panel.days[own, -1].sum() / panel.days_after[own].sum()) if discounted else float(ratio)


def quarters_chart(found: Figures) -> alt.LayerChart:
    """A line that rises to the day of selection and falls from it."""
    middles = found.quarters.with_columns(year=(pl.col("quarter") + 0.5) / 4)
    base = alt.Chart(alt.Data(values=middles.to_dicts()))
    years = alt.Axis(values=list(range(-5, 3)), grid=False, format="d")
    line = base.mark_line(
        point=alt.OverlayMarkDef(size=45, filled=True, color=BLUE), color=BLUE, strokeWidth=2.5
    ).encode(
        x=alt.X("year:Q", axis=years, title="Years from selection", scale=alt.Scale(domain=[-5, 2])),
        y=alt.Y("rate:Q", title=None, axis=alt.Axis(tickCount=5), scale=alt.Scale(domain=[0, 11], nice=False)),
    )
    rule = alt.Chart(alt.Data(values=[{"at": 0}])).mark_rule(color=PLUM, strokeWidth=2, strokeDash=[6, 4])
    words = alt.Chart(alt.Data(values=[{"at": 0, "text": "Selected"}])).mark_text(
        align="left", dx=7, y=10, color=PLUM, fontSize=14, fontWeight="bold"
    )
    return alt.layer(line, rule.encode(x="at:Q"), words.encode(x="at:Q", text="text:N"))


def worlds_chart(found: Figures) -> alt.LayerChart:
    """Two bars a scheme: the fall that was seen, and the part of it that would have come anyway."""
    order = list(WORLDS_SHOWN.values())
    kinds = {"seen": "Fall seen", "without": "Fall that would have come with no scheme"}
    rows = [
        {"world": WORLDS_SHOWN[world], "kind": kinds[what], "fall": -at, "label": f"{-at:.0f} %"}
        for world, what, at in found.worlds.group_by("world", "what", maintain_order=True)
        .agg(pl.col("change").mean().round(2))
        .iter_rows()
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y(
            "world:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelLimit=200, ticks=False, domain=False, minExtent=LABELS),
        ),
        yOffset=alt.YOffset("kind:N", sort=list(kinds.values())),
        x=alt.X(
            "fall:Q",
            title="Fall from the year before to the year after, %",
            scale=alt.Scale(domain=[0, 60]),
            axis=alt.Axis(tickCount=6),
        ),
    )
    colours = alt.Scale(domain=list(kinds.values()), range=[ORANGE, BLUE])
    bars = base.mark_bar().encode(
        color=alt.Color("kind:N", scale=colours, legend=alt.Legend(title=None, orient="top", labelLimit=400))
    )
    return alt.layer(bars, base.mark_text(align="left", dx=5, fontSize=14, color=INK).encode(text="label:N"))


def methods_chart(found: Figures) -> alt.LayerChart:
    """A dot for each world and a tick for the mean of each method, with the truth as a line at 0."""
    rows = found.methods.with_columns(
        kind=pl.when(pl.col("method").is_in([RAW, DISCOUNTED, ONE_WINDOW]))
        .then(pl.lit("misleads"))
        .otherwise(pl.lit("holds"))
    )
    y = alt.Y(
        "method:N",
        sort=list(METHODS),
        title=None,
        axis=alt.Axis(labelLimit=300, ticks=False, domain=False, minExtent=LABELS),
    )
    x = alt.X(
        "change:Q",
        title="Change in offending that the method reports, %",
        scale=alt.Scale(domain=[-60, 30]),
        axis=alt.Axis(tickCount=9),
    )
    colour = alt.Color("kind:N", scale=alt.Scale(domain=["misleads", "holds"], range=[ORANGE, BLUE]), legend=None)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=["misleads", "holds"], range=["diamond", "circle"]), legend=None)
    dots = alt.Chart(alt.Data(values=rows.to_dicts())).mark_point(filled=True, size=55, opacity=0.55)
    means = found.methods.group_by("method", maintain_order=True).agg(pl.col("change").mean().round(2))
    ticks = alt.Chart(alt.Data(values=means.to_dicts())).mark_tick(color=GREY, thickness=3, size=24)
    truth = alt.Chart(alt.Data(values=[{"at": 0, "text": "The truth: no change"}]))
    return alt.layer(
        truth.mark_rule(color=PLUM, strokeWidth=2, strokeDash=[6, 4]).encode(x="at:Q"),
        truth.mark_text(color=PLUM, y=-8, fontSize=14, fontWeight="bold").encode(x="at:Q", text="text:N"),
        dots.encode(x=x, y=y, color=colour, shape=shape),
        ticks.encode(x=x, y=y),
    )


def pictures(found: Figures) -> dict[str, str]:
    """The name and the SVG of each picture."""
    fall = -found.worlds.filter(world="zero", what="seen")["change"].mean()  # type: ignore[operator]
    drawn = {
        "before-and-after-quarters": (
            quarters_chart(found),
            f"With a scheme that does nothing, offending falls by {fall:.0f} %",
            "Offences per person a year while at liberty: people managed, mean of 20 worlds",
            300,
        ),
        "before-and-after-worlds": (
            worlds_chart(found),
            "Before and after praises even a scheme that does harm",
            "Mean of 20 worlds of each kind",
            230,
        ),
        "before-and-after-methods": (
            methods_chart(found),
            f"Where nothing changed, before and after reports a fall of {fall:.0f} %",
            "Each mark is one of 20 worlds with no effect; the upright bar is their mean",
            320,
        ),
    }
    return {name: svg(*each) for name, each in drawn.items()}


def svg(chart: alt.LayerChart, title: str, subtitle: str, height: int) -> str:
    """The chart drawn without any script, its title said first."""
    heading = alt.TitleParams(
        title,
        subtitle=subtitle,
        anchor="start",
        frame="bounds",
        fontSize=17,
        subtitleFontSize=14,
        subtitlePadding=6,
        offset=22,
        color=INK,
        subtitleColor=INK,
    )
    finished = (
        chart.properties(width=600, height=height, title=heading)
        .configure(font=FONT, background="#ffffff", padding={"left": 16, "top": 16, "bottom": 16, "right": 60})
        .configure_axis(labelFontSize=14, titleFontSize=14, titleFontWeight="normal", gridColor="#e5e5e5")
        .configure_legend(labelFontSize=14, symbolSize=160)
        .configure_view(stroke=None)
    )
    return vl_convert.vegalite_to_svg(finished.to_dict()) + "\n"


def tables(found: Figures) -> dict[str, str]:
    """The tables of the page, by the name that marks their place."""
    yearly = found.quarters.filter(pl.col("quarter") < 8).with_columns(year=pl.col("quarter").floordiv(4))
    by_year = yearly.group_by("year", maintain_order=True).agg(pl.col("rate").mean())
    change_of = {
        (world, what): mean(found.worlds.filter(world=world, what=what)["change"].to_list())
        for world in WORLDS_SHOWN
        for what in ("seen", "without")
    }
    return {
        "quarters": markdown(
            ("year about selection", "offences per person a year, while at liberty"),
            [(named_year(year), f"{rate:.1f}") for year, rate in by_year.iter_rows()],
        ),
        "worlds": markdown(
            ("what the scheme does", "true effect", "change seen", "change with no scheme"),
            [
                (label, EFFECTS[world], signed(change_of[world, "seen"]), signed(change_of[world, "without"]))
                for world, label in WORLDS_SHOWN.items()
            ],
        ),
        "methods": markdown(
            ("method", "mean", "lowest of 20", "highest of 20"),
            [
                (method, signed(rows.mean()), signed(rows.min()), signed(rows.max()))  # type: ignore[arg-type]
                for method in METHODS
                for rows in [found.methods.filter(method=method)["change"]]
            ],
        ),
    }


def named_year(year: int) -> str:
    """`3rd before`, or `1st after`."""
    number = year + 1 if year >= 0 else -year
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number, "th")
    return f"{number}{ending} {'after' if year >= 0 else 'before'}"


def signed(change: float) -> str:
    """`−46.2 %`."""
    return f"{change:+.1f} %".replace("-", "−")


def markdown(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table, numbers to the right."""
    rule = ["---"] + ["---:"] * (len(heads) - 1)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, rule, *rows))


def with_tables(text: str, written: dict[str, str]) -> str:
    """The page with each table in its place, between `<!-- table: name -->` and `<!-- end -->`."""
    for name, table in written.items():
        place = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, places = place.subn(lambda found, table=table: found[1] + table + "\n" + found[2], text)
        if places != 1:
            raise SystemExit(f"{PAGE} must have one place for the table “{name}”.")
    return text


def main() -> None:
    """Write the pictures and the page."""
    found = figures()
    for name, drawing in pictures(found).items():
        (ROOT / PICTURES / f"{name}.svg").write_text(drawing, encoding="utf-8")
    page = ROOT / PAGE
    page.write_text(with_tables(page.read_text(encoding="utf-8"), tables(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
