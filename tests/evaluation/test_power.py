"""What a study of a given size can find: the figures for IOM cohorts, and agreement with statsmodels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from trellis.evaluation import power
from trellis.rules.errors import Refused

BASE = 0.56


@pytest.mark.parametrize(("managed", "one_to_one", "ten_to_one"), [(60, 25, 19), (142, 17, 12), (250, 13, 9)])
def test_the_points_that_a_cohort_can_find(
    managed: int, one_to_one: int, ten_to_one: int, figure: Callable[[str], None]
) -> None:
    falls = [power.detectable_fall(managed, BASE, pool_ratio=ratio) for ratio in (1, 10)]
    found = [100 * fall for fall in falls if fall is not None]
    figure(f"{managed} managed at a base of 56 %: a fall of {found[0]:.1f} points 1:1, {found[1]:.1f} points 10:1")
    # The published figures are whole points.
    assert found == pytest.approx([one_to_one, ten_to_one], abs=0.51)


@pytest.mark.parametrize(
    ("fall", "one_to_one", "five_to_one"), [(0.10, 391, 235), (0.05, 1561, 937), (0.03, 4324, 2595)]
)
def test_the_people_that_a_fall_needs(fall: float, one_to_one: int, five_to_one: int) -> None:
    assert power.people_needed(fall, BASE) == one_to_one
    assert power.people_needed(fall, BASE, pool_ratio=5) == five_to_one


@pytest.mark.parametrize(("managed", "ratio"), [(60, 0.56), (142, 0.69), (250, 0.76)])
def test_the_rate_ratio_that_a_cohort_can_find(managed: int, ratio: float) -> None:
    assert power.detectable_rate_ratio(managed, mean=4, shape=1) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("base", [0.1, 0.4, 0.9])
@pytest.mark.parametrize("pool_ratio", [0.5, 1, 10])
def test_statsmodels_gives_the_fall_its_power(base: float, pool_ratio: float) -> None:
    fall = power.detectable_fall(300, base, pool_ratio=pool_ratio)
    assert fall is not None
    effect = proportion_effectsize(base, base - fall)
    reached = NormalIndPower().power(effect, 300, 0.05, ratio=pool_ratio, alternative="larger")
    two_sided = NormalIndPower().power(effect, 300, 0.05, ratio=pool_ratio)
    assert two_sided == pytest.approx(0.8, abs=1e-4)
    assert reached > two_sided


def test_too_few_people_can_find_no_fall_at_all() -> None:
    assert power.detectable_fall(5, 0.1) is None


def test_a_study_finds_its_detectable_ratio_four_times_in_five() -> None:
    rng = np.random.default_rng(1)
    error = 0.2
    ratio = power.achieved_rate_ratio(error)
    estimates = np.log(ratio) + error * rng.standard_normal(200_000)
    assert (estimates + 1.959964 * error < 0).mean() == pytest.approx(0.8, abs=0.005)
    assert power.achieved_difference(error) == pytest.approx(2.8016 * error, abs=1e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: power.detectable_fall(0, 0.5),
        lambda: power.detectable_fall(50, 1.0),
        lambda: power.people_needed(0.6, 0.5),
        lambda: power.people_needed(0.1, 0.5, pool_ratio=0),
        lambda: power.detectable_rate_ratio(50, 0, 1),
        lambda: power.achieved_rate_ratio(0),
    ],
)
def test_what_cannot_be_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(Refused):
        wrong()
