"""The two roundings are exact."""

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.predictors.ogrs3_twin import whole_percentage
from trellis.predictors.ogrs3.rounding import PERCENT, hundred_thousandths, percentage

# For these n the double nearest to (n + 0.5) % lies below it, so that the service rounds it down to n: read from the
# service's rounding by an independent calculation.
ROUNDED_DOWN = {
    *(1, 4, 7, 10, 14, 15, 17, 18, 20, 21, 23, 24, 28, 29, 30, 34, 35, 36, 41, 42, 43, 47, 48, 49),
    *(*range(56, 62), *range(69, 75), *range(81, 87), *range(94, 100)),
}


def test_every_hundred_thousandth_rounds_as_its_exact_double() -> None:
    expected = [
        min(max(int((Decimal(k / 100_000) * 100).quantize(Decimal(1), ROUND_HALF_UP)), 1), 99) for k in range(100_001)
    ]
    assert PERCENT.tolist() == expected


def test_halves_that_round_down() -> None:
    down = {n for n in range(1, 99) if PERCENT[1000 * n + 500] == n}
    assert down == {n for n in ROUNDED_DOWN if n < 99}
    assert (PERCENT[49_500], PERCENT[74_500], PERCENT[89_500]) == (49, 74, 90)


def test_rounds_twice() -> None:
    assert percentage(np.array([0.504996, 0.504994]))[:].tolist() == [51, 50]


def test_ends_are_kept_within_1_and_99() -> None:
    assert percentage(np.array([0.0, 1e-9, 0.0049, 0.995, 0.999999, 1.0])).tolist() == [1, 1, 1, 99, 99, 99]


def test_ties_that_a_double_holds_exactly_round_up() -> None:
    ties = np.arange(1, 64, 2) / 64  # such as 0.015625, which is 1562.5 hundred-thousandths
    assert hundred_thousandths(ties).tolist() == [math.floor(tie * 100_000) + 1 for tie in ties]


@given(st.lists(st.tuples(st.integers(0, 99_999), st.sampled_from([-1, 0, 1])), min_size=1, max_size=50))
def test_first_rounding_is_exact_beside_every_tie(near: list[tuple[int, int]]) -> None:
    ps = [tie if step == 0 else math.nextafter(tie, step) for k, step in near for tie in [(2 * k + 1) / 200_000]]
    expected = [int((Decimal(p) * 100_000).quantize(Decimal(1), ROUND_HALF_UP)) for p in ps]
    assert hundred_thousandths(np.array(ps)).tolist() == expected


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_percentage_equals_the_twin(ps: list[float]) -> None:
    assert percentage(np.array(ps)).tolist() == [whole_percentage(p) for p in ps]
