"""Sensitivity to what was not seen: published values, and the same by counting."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from tests.evaluation import lalonde
from trellis.evaluation import sensitivity
from trellis.evaluation.matched_study import Question, compare
from trellis.evaluation.matching import Spec
from trellis.rules.errors import Refused


def test_e_values_as_published() -> None:
    """VanderWeele and Ding 2017: RR 3.9 (1.8 to 8.7) has the E-value 7.26, and 3.0 for its interval."""
    found = sensitivity.e_value(3.9, 1.8, 8.7)
    assert found.estimate == pytest.approx(7.26, abs=0.005)
    assert found.interval == pytest.approx(3.0, abs=0.005)
    assert sensitivity.e_value(1 / 3.9, 1 / 8.7, 1 / 1.8).estimate == pytest.approx(found.estimate)
    assert "could explain the whole effect" in found.sentence


def test_an_interval_that_holds_no_difference_needs_nothing_unseen() -> None:
    found = sensitivity.e_value(0.8, 0.6, 1.1)
    assert found.interval == 1
    assert "holds no difference already" in found.sentence
    with pytest.raises(Refused, match="give 0 < low"):
        sensitivity.e_value(0.8, 0.9, 1.1)


def test_the_odds_of_a_common_outcome_are_brought_to_risks() -> None:
    assert sensitivity.odds_as_risks(4.0, 0.5) == 2.0
    assert sensitivity.odds_as_risks(4.0, 0.05) == 4.0


def test_bounds_start_at_mcnemars_test_and_widen() -> None:
    bounds = sensitivity.rosenbaum_binary(12, 30, [1.0, 1.5, 2.0])
    assert bounds.largest[0] == bounds.smallest[0] == pytest.approx(stats.binomtest(12, 42, alternative="less").pvalue)
    assert list(bounds.largest) == sorted(bounds.largest)
    assert list(bounds.smallest) == sorted(bounds.smallest, reverse=True)
    assert bounds.tolerates() == 1.0
    assert sensitivity.rosenbaum_binary(20, 22).tolerates() is None


@pytest.mark.parametrize("gamma", [1.0, 2.0])
def test_signed_rank_bounds_are_near_those_of_counting_every_sign(gamma) -> None:
    differences = np.array([-3.0, -1, -2, 5, -4, -6, 1.5, -7, -8, 2.5, -9, -10])
    ranks = stats.rankdata(np.abs(differences))
    statistic = ranks[differences < 0].sum()
    chance = gamma / (1 + gamma)
    exact = sum(
        np.prod([chance if sign else 1 - chance for sign in signs])
        for signs in product([False, True], repeat=12)
        if ranks[list(signs)].sum() >= statistic
    )
    found = sensitivity.rosenbaum_signed_rank(differences, [gamma]).largest[0]
    assert found == pytest.approx(exact, abs=0.02)


def test_bounds_of_nothing_are_refused() -> None:
    with pytest.raises(Refused, match="No pair differs"):
        sensitivity.rosenbaum_signed_rank([0.0, 0.0])
    with pytest.raises(Refused, match="values of 1 or more"):
        sensitivity.rosenbaum_binary(3, 4, [0.5])


def test_each_covariate_is_left_out_in_turn() -> None:
    def study(rest):
        question = Question("treat", rest, spec=Spec(caliper=0.2), outcome="re78")
        return compare(lalonde.frame(), question).effects[1]

    left_out = sensitivity.leave_one_out(lalonde.COVARIATES, study)
    assert [each.covariate for each in left_out] == list(lalonde.COVARIATES)
    whole = study(lalonde.COVARIATES).estimate
    assert all(each.effect is not None and each.effect.estimate != whole for each in left_out)

    def refuses(rest):
        raise Refused(f"{len(rest)} are too few")

    assert sensitivity.leave_one_out(["a"], refuses)[0].why == "0 are too few"
