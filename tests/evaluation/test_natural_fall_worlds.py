"""What each method says of worlds whose effect is known: the table that says which of them to trust.

The long forms draw 300 worlds each; `make test` draws a few small ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.evaluation.panels import Matched, matched_of, panel_of
from trellis.evaluation import bootstrap
from trellis.evaluation.natural_fall import Panel, RateRatio, credibility, did, empirical_bayes, placebo
from trellis.synthetic.worlds import WORLDS, WorldSettings, simulate

Say = Callable[[str], None]
Row = tuple[float, float, float]
"""A rate ratio with its interval."""

RAW, DISCOUNTED, BASELINE = "raw before and after", "custody discounted", "baseline without the selection year"
EB1, EB3, LINE, PLACEBO = "EB, one window", "EB, three windows", "linear credibility", "placebo cohort"
MATCHED, DID = "matched comparison", "matched difference in differences"


def before_and_after(panel: Panel, replicates: int, seed: int) -> dict[str, Row]:
    managed = panel.managed
    year = np.full(int(managed.sum()), 365.0)
    last, after = panel.counts[managed, -1], panel.after[managed]
    free, free_after = panel.days[managed, -1], panel.days_after[managed]
    earlier, free_earlier = panel.counts[managed, -3:-1].sum(axis=1), panel.days[managed, -3:-1].sum(axis=1)
    windows = {
        RAW: (last, year, after, year),
        DISCOUNTED: (last, free, after, free_after),
        BASELINE: (earlier, free_earlier, after, free_after),
    }
    found = {name: bootstrap.before_after(*each, replicates=replicates, seed=seed) for name, each in windows.items()}
    return {name: (one.rate_ratio, one.low, one.high) for name, one in found.items()}


def every_method(settings: WorldSettings, seed: int, replicates: int) -> dict[str, Row]:
    lives = simulate(settings, seed=seed)
    panel, matched = panel_of(lives), matched_of(lives)
    estimates = {
        EB1: empirical_bayes.lesson_of_one_window(panel, replicates=replicates, seed=seed),
        EB3: empirical_bayes.estimate(panel, replicates=replicates, seed=seed),
        LINE: credibility.estimate(panel, replicates=replicates, seed=seed),
        PLACEBO: placebo.estimate(panel, replicates=replicates, seed=seed),
        MATCHED: matched.ratio(replicates=replicates, seed=seed),
        DID: of_pairs(matched, replicates, seed),
    }
    rows = {name: (one.rate_ratio, one.low, one.high) for name, one in estimates.items()}
    return before_and_after(panel, replicates, seed) | rows


def of_pairs(matched: Matched, replicates: int, seed: int) -> RateRatio:
    return did.estimate(matched.panel, matched.pair, replicates=replicates, seed=seed).effect


def table(settings: WorldSettings, runs: int, replicates: int, first_seed: int = 0) -> dict[str, NDArray[np.float64]]:
    """Of each method: mean change in %, share of intervals that hold the truth, share that do not hold 1."""
    found = [every_method(settings, seed, replicates) for seed in range(first_seed, first_seed + runs)]
    rows = {}
    for name in found[0]:
        ratio, low, high = np.array([one[name] for one in found]).T
        holds = (low <= settings.effect) & (settings.effect <= high)
        rows[name] = np.array([100 * (ratio.mean() - 1), holds.mean(), ((low > 1) | (high < 1)).mean()])
    return rows


def told(world: str, runs: int, rows: Mapping[str, NDArray[np.float64]], figure: Say) -> None:
    for place, (name, (change, holds, significant)) in enumerate(rows.items(), 1):
        figure(
            f"{world}, {runs} worlds, {place}. {name}: {change:+.1f} %, interval holds the truth {holds:.2f}, "
            f"leaves out no effect {significant:.2f}"
        )


def test_a_few_small_worlds_without_an_effect(figure: Say) -> None:
    small = replace(WORLDS["zero"], people_per_area=2500, managed=120)
    rows = table(small, runs=8, replicates=150)
    told("zero effect, small", 8, rows, figure)
    assert rows[RAW][0] < -30
    assert rows[RAW][2] == 1.0
    assert rows[DISCOUNTED][0] < -30
    assert rows[EB1][0] < -12
    for name in (EB3, LINE, PLACEBO, MATCHED, DID):
        assert abs(rows[name][0]) < 15
        assert rows[name][1] >= 0.6


@pytest.mark.prove
def test_the_table_of_methods_without_an_effect(figure: Say) -> None:
    rows = table(WORLDS["zero"], runs=300, replicates=200)
    told("zero effect", 300, rows, figure)
    assert rows[RAW][0] == pytest.approx(-46, abs=4)
    assert rows[DISCOUNTED][0] == pytest.approx(-42.5, abs=4)
    assert rows[RAW][2] == rows[DISCOUNTED][2] == 1.0
    assert rows[BASELINE][0] > 8
    assert rows[EB1][0] == pytest.approx(-21.7, abs=5)
    assert rows[EB1][2] > 0.9
    for name, tolerance in ((EB3, 6), (LINE, 3), (PLACEBO, 3), (MATCHED, 3), (DID, 3)):
        assert abs(rows[name][0]) < tolerance
    for name in (LINE, PLACEBO, MATCHED):
        assert rows[name][1] >= 0.9
    assert rows[EB3][1] >= 0.8


@pytest.mark.prove
def test_the_table_of_methods_with_a_fall_of_a_fifth(figure: Say) -> None:
    rows = table(WORLDS["minus-20"], runs=300, replicates=200, first_seed=1000)
    told("a fall of 20 %", 300, rows, figure)
    assert rows[RAW][0] < -50
    assert rows[RAW][1] == 0.0
    assert rows[EB1][0] < -32
    for name in (EB3, LINE, PLACEBO, MATCHED, DID):
        assert rows[name][0] == pytest.approx(-20, abs=4)
    for name in (LINE, PLACEBO, MATCHED):
        assert rows[name][1] >= 0.9


@pytest.mark.prove
def test_an_unlike_pool_misleads_matching_and_not_the_areas_own_history(figure: Say) -> None:
    rows = table(WORLDS["unlike-pool"], runs=80, replicates=200, first_seed=2000)
    told("zero effect, pool offends 40 % less", 80, rows, figure)
    assert rows[MATCHED][0] > 6
    for name in (LINE, PLACEBO):
        assert abs(rows[name][0]) < 4


@pytest.mark.prove
def test_intelligence_that_no_record_holds_misleads_every_method_towards_harm(figure: Say) -> None:
    rows = table(WORLDS["hidden-intelligence"], runs=80, replicates=200, first_seed=3000)
    told("zero effect, selectors know the true rate", 80, rows, figure)
    assert rows[RAW][0] < -30
    for name in (LINE, PLACEBO, MATCHED):
        assert rows[name][0] > 5
