"""Nearest neighbours: MatchIt's figures on lalonde, and a slow twin on everything."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evaluation import lalonde, matching_twin
from trellis.evaluation import matching
from trellis.evaluation.matching import Near, Spec
from trellis.evaluation.matching.cloud import mahalanobis
from trellis.rules.errors import Refused


@st.composite
def groups(draw):
    """A few units whose scores often tie, both groups among them."""
    size = draw(st.integers(2, 16))
    distance = draw(st.lists(st.integers(0, 8).map(float) | st.floats(0, 8), min_size=size, max_size=size))
    treated = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    treated[0], treated[1] = True, False
    order = draw(st.permutations(range(size)))
    return [distance[place] for place in order], [treated[place] for place in order]


def pairs_of(distance, treated, spec, **more):
    try:
        return [tuple(pair) for pair in matching.nearest(distance, treated, spec, **more).pairs.tolist()]
    except Refused:
        return []


@st.composite
def asked(draw):
    """A specification, and what it leaves to the units: their strata and a covariate."""
    spec = Spec(
        order=draw(st.sampled_from(["largest", "smallest", "data", "closest"])),
        ratio=draw(st.integers(1, 3)),
        reuse_limit=draw(st.integers(1, 2)),
        caliper=draw(st.none() | st.floats(0, 4)),
        caliper_rule="raw",
    )
    return spec, draw(st.booleans()), draw(st.booleans())


@settings(max_examples=80, deadline=None)
@given(groups(), asked(), st.randoms(use_true_random=False))
def test_the_fast_search_is_the_slow_one(both, asked, rng) -> None:
    (distance, treated), (spec, exact, choosy) = both, asked
    strata = [rng.randint(0, 1) if exact else 0 for _ in distance]
    values = np.array([float(rng.randint(0, 3)) for _ in distance])
    near = [Near("x", values, 1.0)] if choosy else []
    uses = spec.uses(sum(treated))
    for_all = uses >= sum(treated)
    walk = matching_twin.Walk(
        distance,
        treated,
        uses,
        width=math.inf if spec.caliper is None else spec.caliper,
        strata=strata,
        near=[(values.tolist(), each.width) for each in near],
    )
    # Where a control may serve everybody, nobody waits for anybody.
    slow = walk.pairs("data" if for_all else spec.order, spec.ratio)
    fast = pairs_of(distance, treated, spec, exact=strata, near=near)
    if for_all and spec.ratio > 1:
        # The order in which one unit's equally near controls stand is nobody's promise.
        assert gaps(fast, distance) == gaps(slow, distance)
    else:
        assert fast == slow


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("order", ["largest", "smallest", "data", "closest"])
def test_the_fast_search_is_the_slow_one_on_hundreds(order, seed) -> None:
    rng = np.random.default_rng(seed)
    # Half of the seeds in tenths, so that most scores tie.
    distance = rng.standard_normal(260) if seed % 2 else rng.integers(-20, 20, 260) / 10
    treated, strata = rng.random(260) < 0.3, rng.integers(0, 2, 260)
    spec = Spec(order=order, ratio=1 + seed % 3, reuse_limit=1 + seed % 4, caliper=0.5, caliper_rule="raw")
    walk = matching_twin.Walk(distance.tolist(), treated.tolist(), spec.reuse_limit, width=0.5, strata=strata.tolist())
    assert pairs_of(distance, treated, spec, exact=strata) == walk.pairs(order, spec.ratio)


def gaps(pairs, distance):
    return sorted((row, abs(distance[row] - distance[other])) for row, other in pairs)


@settings(max_examples=30, deadline=None)
@given(groups(), st.integers(1, 2), st.integers(1, 2), st.randoms(use_true_random=False))
def test_points_are_matched_as_the_slow_search_matches_them(both, ratio, uses, rng) -> None:
    first, treated = both
    columns = np.column_stack([first, [float(rng.randint(0, 2)) for _ in first]])
    group = np.array(treated)
    points = mahalanobis(columns, group, np.ones(group.size, dtype=bool)) if group.sum() < group.size - 1 else columns
    uses = min(uses, int(group.sum()))
    if points.shape[1] < 2 or np.ptp(columns, axis=0).min() == 0:
        return
    fast = pairs_of(columns, treated, Spec(ratio=ratio, reuse_limit=uses))
    if uses < group.sum() or ratio == 1:
        assert fast == matching_twin.mahalanobis(points.tolist(), treated, ratio=ratio, uses=uses)


@pytest.mark.requirement("PERF-16")
@pytest.mark.parametrize(
    ("distance", "spec", "treated", "controls", "effective"),
    [
        ("probability", Spec(), 185, 185, 185.0),
        ("linear", Spec(caliper=0.2), 117, 117, 117.0),
        ("linear", Spec(caliper=0.2, replace=True), 184, 82, 46.9),
    ],
)
def test_lalonde_as_matchit_4_7_2(distance, spec, treated, controls, effective) -> None:
    match = matching.nearest(getattr(lalonde.score(), distance), lalonde.treated(), spec)
    assert (len(match.matched_treated), len(match.matched_controls)) == (treated, controls)
    assert match.effective_controls == pytest.approx(effective, abs=0.05)
    assert match.weights[~lalonde.treated()].sum() == pytest.approx(controls, abs=1e-9)
    assert set(match.weights[match.matched_treated]) == {1.0}


def test_the_caliper_is_over_everybody_and_inclusive() -> None:
    distance = np.array([0.0, 1.0, 5.0, 6.0])
    width = distance.std(ddof=1) * 0.5
    match = matching.nearest(distance, [1, 0, 1, 0], Spec(caliper=0.5))
    assert match.width == width
    edge = matching.nearest([0.0, 2.0], [1, 0], Spec(caliper=2.0, caliper_rule="raw"))
    assert edge.pairs.tolist() == [[0, 1]]
    with pytest.raises(Refused, match="Nobody managed could be matched"):
        matching.nearest([0.0, 2.0], [1, 0], Spec(caliper=1.999, caliper_rule="raw"))


def test_austins_caliper_pools_the_groups_variances() -> None:
    distance, group = np.array([0.0, 2.0, 4.0, 9.0]), [1, 1, 0, 0]
    match = matching.nearest(distance, group, Spec(caliper=1.0, caliper_rule="pooled"))
    assert match.width == pytest.approx(np.sqrt((np.var([0, 2], ddof=1) + np.var([4, 9], ddof=1)) / 2))


def test_everybody_has_a_first_control_before_anybody_a_second() -> None:
    match = matching.nearest([1.0, 1.1, 1.0, 1.2, 1.3, 9.0], [1, 1, 0, 0, 0, 0], Spec(ratio=2))
    first = {(row, match.pairs[match.pairs[:, 0] == row][0, 1]) for row in (0, 1)}
    assert first == {(1, 3), (0, 2)}
    assert match.weights.tolist() == [1, 1, 1, 1, 1, 1]


def test_of_two_equally_far_the_one_fewer_places_away_is_taken() -> None:
    # Sorted: control 1, treated 2 and 0, control 3. From treated 2 the left has one step to go, from 0 the right.
    match = matching.nearest([5.0, 4.0, 5.0, 6.0], [1, 0, 1, 0], Spec(order="data", replace=True))
    assert match.pairs.tolist() == [[0, 1], [2, 3]]


def test_discarding_leaves_out_scores_beyond_the_other_group_and_narrows_the_caliper() -> None:
    distance, group = np.array([1.0, 4.0, 9.0, 0.0, 2.0, 5.0]), [1, 1, 1, 0, 0, 0]
    match = matching.nearest(distance, group, Spec(discard="both", caliper=0.6))
    assert match.discarded.tolist() == [False, False, True, True, False, False]
    assert match.width == pytest.approx(0.6 * distance[[0, 1, 4, 5]].std(ddof=1))


def test_a_caliper_on_a_covariate_is_in_deviations_over_those_kept() -> None:
    values = np.array([0.0, 10.0, 1.0, 1000.0])
    near = Near("x", values, 0.9, in_deviations=True)
    kept = np.array([True, True, True, False])
    assert near.measured(kept).width == pytest.approx(0.9 * values[:3].std(ddof=1))
    discarded = matching.nearest([1.0, 2.0, 2.0, 99.0], [1, 1, 0, 0], Spec(discard="control"), near=[near])
    assert discarded.pairs.tolist() == [[0, 2]]


def test_the_random_order_follows_its_seed() -> None:
    score = lalonde.score().linear
    first, again, other = (
        matching.nearest(score, lalonde.treated(), Spec(order="random", seed=seed)).pairs.tolist() for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_shuffled_rows_change_nothing_but_exact_ties(figure) -> None:
    rng = np.random.default_rng(7)
    score, group = rng.standard_normal(400), rng.random(400) < 0.3
    order = rng.permutation(400)
    straight = matching.nearest(score, group, Spec(caliper=0.2, ratio=2))
    shuffled = matching.nearest(score[order], group[order], Spec(caliper=0.2, ratio=2))
    assert {tuple(pair) for pair in straight.pairs} == {tuple(order[pair]) for pair in shuffled.pairs}
    assert straight.tied == 0
    tied = matching.nearest(lalonde.score().linear, lalonde.treated(), Spec(caliper=0.2)).tied
    assert 0 < tied < 234
    figure(f"matching lalonde: {tied} of 234 matched share their score with another of their group")


def test_one_serving_uses_up_all_of_a_persons_rows_and_nobody_serves_themself() -> None:
    distance, group = [1.0, 1.1, 1.0, 1.01, 3.0], [1, 1, 0, 0, 0]
    match = matching.nearest(distance, group, persons=["a", "b", "c", "c", "d"])
    assert sorted(match.pairs[:, 1].tolist()) in ([2, 4], [3, 4])
    own = matching.nearest([1.0, 1.0, 2.0], [1, 0, 0], persons=["a", "a", "b"])
    assert own.pairs.tolist() == [[0, 2]]


def test_text_weighs_as_much_as_its_numbers_in_a_mahalanobis_distance() -> None:
    import polars as pl

    frame = pl.DataFrame({"sex": ["F", "M", "F", "M", "M"], "age": [20, 30, 25, 41, 33], "male": [0, 1, 0, 1, 1]})
    group = np.array([True, True, False, False, False])
    everybody = np.ones(5, dtype=bool)
    spread = []
    for names in (["sex", "age"], ["male", "age"]):
        points = mahalanobis(matching.space(frame, names), group, everybody)
        spread.append(((points[:, None] - points[None]) ** 2).sum(axis=2))
    assert spread[0] == pytest.approx(spread[1])


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"ratio": 0}, "The ratio is 0"),
        ({"caliper": -1.0}, "The caliper is -1"),
        ({"caliper": math.nan}, "The caliper is nan"),
        ({"order": "largst"}, "There is no order largst: choose from largest"),
        ({"discard": "some"}, "There is no discard some"),
        ({"reuse_limit": 0}, "The reuse limit is 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(spec, sentence) -> None:
    with pytest.raises(Refused, match=sentence):
        Spec(**spec)


def test_what_cannot_be_matched_is_refused() -> None:
    with pytest.raises(Refused, match="in one group"):
        matching.nearest([1.0, 2.0], [1, 1])
    with pytest.raises(Refused, match="not finite"):
        matching.nearest([1.0, math.nan], [1, 0])
    with pytest.raises(Refused, match="no score to put a caliper on"):
        matching.nearest(np.eye(3), [1, 0, 0], Spec(caliper=0.2))
    with pytest.raises(Refused, match="no largest"):
        matching.nearest(np.eye(3), [1, 0, 0], Spec(order="largest"))
