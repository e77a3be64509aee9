"""Subclassification and coarsened exact matching, beside the same thing done the long way."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl
import pytest

from tests.evaluation import lalonde
from trellis.evaluation import coarsened, subclassification
from trellis.rules.errors import Refused


def slow_weights(treated, strata):
    """n treated over n controls of each stratum, then scaled to mean 1."""
    managed = Counter(s for t, s in zip(treated, strata, strict=True) if t and s >= 0)
    others = Counter(s for t, s in zip(treated, strata, strict=True) if not t and s >= 0)
    weights = [0.0 if s < 0 else 1.0 if t else managed[s] / others[s] for t, s in zip(treated, strata, strict=True)]
    used = [w for t, w in zip(treated, weights, strict=True) if not t and w > 0]
    return [w if t or w == 0 else w * len(used) / sum(used) for t, w in zip(treated, weights, strict=True)]


def test_subclasses_are_cut_at_the_treated_units_quantiles() -> None:
    score, treated = lalonde.score().probability, lalonde.treated()
    match = subclassification.subclassify(score, treated)
    cuts = np.quantile(score[treated], np.arange(1, 6) / 6)
    assert match.strata.tolist() == [sum(cut <= value for cut in cuts) for value in score]
    assert match.weights == pytest.approx(slow_weights(treated, match.strata), abs=1e-12)


def test_a_subclass_without_controls_takes_the_nearest_one() -> None:
    score = np.array([1.0, 2, 3, 4, 5, 6, 0.5, 1.5, 1.7])
    treated = np.array([True] * 6 + [False] * 3)
    match = subclassification.subclassify(score, treated, 3)
    assert match.strata.tolist() == [0, 0, 1, 1, 2, 2, 0, 1, 2]


def test_too_few_people_for_the_subclasses_are_refused() -> None:
    with pytest.raises(Refused, match="1 people not managed for 2 subclasses"):
        subclassification.subclassify([1.0, 2, 3], [1, 1, 0], 2)
    with pytest.raises(Refused, match="give 2 or more"):
        subclassification.subclassify([1.0, 2, 3], [1, 1, 0], 1)


@pytest.mark.requirement("PERF-16")
def test_coarsened_cells_are_the_same_bins_of_every_covariate() -> None:
    frame, treated = lalonde.with_race(), lalonde.treated()
    match = coarsened.coarsened(frame, ["age", "race", "re74"], treated, {"re74": [1.0, 5_000.0]})
    bins = coarsened.sturges(614)
    assert bins == 11
    age = frame["age"].to_numpy()
    width = (age.max() - age.min()) / bins
    cells = [
        (min(int((a - age.min()) / width + 1e-12), bins - 1), race, (r >= 1.0) + (r >= 5_000.0))
        for a, race, r in zip(age, frame["race"], frame["re74"], strict=True)
    ]
    both = {c for c, t in zip(cells, treated, strict=True) if t} & {
        c for c, t in zip(cells, treated, strict=True) if not t
    }
    assert (match.strata >= 0).tolist() == [cell in both for cell in cells]
    numbers = {cell: place for place, cell in enumerate(sorted(both))}
    strata = [numbers.get(cell, -1) for cell in cells]
    assert match.weights == pytest.approx(slow_weights(treated, strata), abs=1e-12)


def test_a_value_on_a_cut_goes_up_and_no_bins_means_as_it_is() -> None:
    frame = pl.DataFrame({"x": [1.0, 2.0, 2.0, 3.0]})
    group = [1, 0, 1, 0]
    assert coarsened.coarsened(frame, ["x"], group, {"x": [2.0]}).strata.tolist() == [-1, 0, 0, 0]
    assert coarsened.coarsened(frame, ["x"], group, {"x": 0}).strata.tolist() == [-1, 0, 0, -1]


def test_cells_that_nobody_shares_are_refused() -> None:
    frame = pl.DataFrame({"x": ["a", "b"], "y": [1, 2]})
    with pytest.raises(Refused, match="No stratum holds both"):
        coarsened.coarsened(frame, ["x"], [1, 0])
    with pytest.raises(Refused, match="is text and cannot be cut"):
        coarsened.coarsened(frame, ["x"], [1, 0], {"x": 3})
    with pytest.raises(Refused, match="which is not a covariate here"):
        coarsened.coarsened(frame, ["y"], [1, 0], {"z": 3})
