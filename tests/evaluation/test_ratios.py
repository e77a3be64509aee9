"""Rate ratios: figures of R's poisson.test and epitools' rateratio.midp, and limits that are what they say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from trellis.evaluation import ratios
from trellis.rules.errors import Refused

COUNTS = st.integers(0, 60)
TIMES = st.floats(0.1, 1000)


@pytest.mark.parametrize(
    ("given_", "exact", "mid_p"),
    [
        ((11, 100, 20, 120), (0.66, 0.2856, 1.4449), (0.66, 0.3052, 1.3693)),
        ((0, 50, 5, 60), (0.0, 0.0, 1.3095), (0.0, 0.0, 0.9847)),
    ],
)
def test_the_ratios_of_r(
    given_: tuple[int, float, int, float], exact: tuple[float, ...], mid_p: tuple[float, ...]
) -> None:
    ours = ratios.exact(*given_), ratios.mid_p(*given_)
    for found, expected in zip(ours, (exact, mid_p), strict=True):
        assert found is not None
        assert (found.rate_ratio, found.low, found.high) == pytest.approx(expected, abs=5e-5)


def test_no_events_on_either_side_is_no_estimate() -> None:
    assert ratios.exact(0, 10, 0, 20) is None
    assert ratios.mid_p(0, 10, 0, 20) is None


def test_none_on_the_other_side_is_a_ratio_without_upper_limit() -> None:
    for function in (ratios.exact, ratios.mid_p):
        found = function(5, 50, 0, 60)
        assert found is not None
        assert (found.rate_ratio, found.high) == (math.inf, math.inf)
        assert found.low > 0


@settings(deadline=None)
@given(a=COUNTS, b=COUNTS, time_a=TIMES, time_b=TIMES)
def test_each_limit_is_where_the_tail_holds_its_share(a: int, b: int, time_a: float, time_b: float) -> None:
    total = a + b
    exact, mid = ratios.exact(a, time_a, b, time_b), ratios.mid_p(a, time_a, b, time_b)
    if exact is None or mid is None:
        assert total == 0
        return
    assert exact.low <= mid.low <= mid.rate_ratio <= mid.high <= exact.high

    def share(ratio: float) -> float:
        return ratio * time_a / (ratio * time_a + time_b)

    if a:
        assert binom.sf(a - 1, total, share(exact.low)) == pytest.approx(0.025, rel=1e-6)
        beyond = binom.sf(a, total, share(mid.low)) + binom.pmf(a, total, share(mid.low)) / 2
        assert beyond == pytest.approx(0.025, rel=1e-6)
    if b:
        assert binom.cdf(a, total, share(exact.high)) == pytest.approx(0.025, rel=1e-6)
        below = binom.cdf(a - 1, total, share(mid.high)) + binom.pmf(a, total, share(mid.high)) / 2
        assert below == pytest.approx(0.025, rel=1e-6)


@settings(deadline=None)
@given(a=COUNTS, b=COUNTS, time_a=TIMES, time_b=TIMES)
def test_turned_round_it_is_the_reciprocal(a: int, b: int, time_a: float, time_b: float) -> None:
    one, other = ratios.exact(a, time_a, b, time_b), ratios.exact(b, time_b, a, time_a)
    if one is None or other is None:
        assert a + b == 0
        return
    assert one.low == pytest.approx(1 / other.high if other.high else math.inf, rel=1e-9)


@pytest.mark.parametrize("wrong", [(-1, 10, 2, 10), (1, 0, 2, 10), (1, 10, 2, math.nan)])
def test_what_cannot_be_is_refused(wrong: tuple[int, float, int, float]) -> None:
    with pytest.raises(Refused):
        ratios.exact(*wrong)
