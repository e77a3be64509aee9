"""The propensity score: R's model, and a plain sentence where there is none."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm

from tests.evaluation import lalonde
from trellis.evaluation import design_matrix, least_squares, propensity
from trellis.rules.errors import Refused


def invented(size: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    columns = np.column_stack([rng.standard_normal(size), rng.integers(0, 30, size), rng.random(size) * 1e5])
    linear = 0.5 * columns[:, 0] - 0.1 * columns[:, 1] + 1e-5 * columns[:, 2]
    return columns, rng.random(size) < 1 / (1 + np.exp(-linear))


@pytest.mark.parametrize("size", [300, propensity.SMALL + 1])
def test_the_fit_is_that_of_statsmodels(size) -> None:
    columns, treated = invented(size)
    score = propensity.fit(columns, treated)
    peer = sm.GLM(treated.astype(float), sm.add_constant(columns), family=sm.families.Binomial()).fit(tol=1e-12)
    assert score.coefficients == pytest.approx(peer.params, rel=1e-7)
    assert score.probability == pytest.approx(peer.fittedvalues, rel=1e-7)
    assert score.linear == pytest.approx(np.log(score.probability / (1 - score.probability)), abs=1e-9)


def test_the_two_arithmetics_agree(monkeypatch) -> None:
    columns, treated = invented(2_000)
    in_order = propensity.fit(columns, treated)
    monkeypatch.setattr(propensity, "SMALL", 0)
    in_blocks = propensity.fit(columns, treated)
    assert in_blocks.linear == pytest.approx(in_order.linear, abs=1e-10)
    assert in_blocks.iterations == in_order.iterations


def test_rows_that_are_the_same_have_the_same_score_to_the_last_bit() -> None:
    columns, treated = invented(3_001)
    columns[2_000:] = columns[:1_001]
    score = propensity.fit(columns, treated).linear
    assert (score[2_000:] == score[:1_001]).all()


def test_a_penalised_fit_would_be_another_model() -> None:
    """The largest logit of lalonde, which a penalty of scikit-learn's default would shrink by about 1."""
    assert lalonde.score().iterations == 5
    assert lalonde.score().coefficients[3] == pytest.approx(3.065368, abs=1e-6)


def test_a_column_that_the_others_determine_is_left_out_and_named() -> None:
    columns, treated = invented(200)
    doubled = np.column_stack([columns, columns[:, 0] - 2 * columns[:, 1], np.full(200, 7.0)])
    score = propensity.fit(doubled, treated, ["a", "b", "c", "a less 2 b", "seven"])
    assert score.dropped == ("a less 2 b", "seven")
    assert score.linear == pytest.approx(propensity.fit(columns, treated).linear, abs=1e-9)


@pytest.mark.parametrize("size", [60, propensity.SMALL + 1])
@pytest.mark.parametrize("share", [1.0, 0.3])
def test_separation_stops_with_a_sentence_that_names_the_covariate(size, share) -> None:
    rng = np.random.default_rng(4)
    columns = rng.standard_normal((size, 2))
    treated = rng.random(size) < 0.5
    # Everybody with the mark is managed; with a share of 1, and nobody else.
    mark = treated & (rng.random(size) <= share)
    with pytest.raises(Refused, match=r"apart completely \(look at mark first\)"):
        propensity.fit(np.column_stack([columns, mark]), treated, ["x", "y", "mark"])


@pytest.mark.parametrize(
    ("columns", "treated", "sentence"),
    [
        ([[1.0], [np.nan]], [0, 1], "Covariate 1, row 2"),
        ([[1.0], [2.0]], [1, 1], "in one group"),
        ([[1.0], [2.0]], [0, 2], "other than 0 and 1"),
        ([[1.0], [2.0]], [0, 1, 1], "one 0 or 1 for each unit"),
    ],
)
def test_what_cannot_be_fitted_is_refused(columns, treated, sentence) -> None:
    with pytest.raises(Refused, match=sentence):
        propensity.fit(columns, treated)


def test_householders_least_squares_are_numpys() -> None:
    rng = np.random.default_rng(1)
    matrix, response = rng.standard_normal((40, 6)) * 10.0 ** np.arange(6), rng.standard_normal(40)
    expected = np.linalg.lstsq(matrix, response, rcond=None)[0]
    assert least_squares.solve(matrix, response) == pytest.approx(expected, rel=1e-9)


def test_text_becomes_levels_as_in_r() -> None:
    design = design_matrix.model_matrix(lalonde.with_race(), ["age", "race"])
    assert design.names == ("age", "racehispan", "racewhite")
    assert design_matrix.all_levels(lalonde.with_race(), ["race"]).names == ("raceblack", "racehispan", "racewhite")
    black, hispan = (lalonde.frame()[name].to_numpy() for name in ("black", "hispan"))
    assert (design.matrix[:, 1] == hispan).all()
    assert (design.matrix[:, 2] == 1 - black - hispan).all()
    by_text = propensity.fit(
        design_matrix.model_matrix(
            lalonde.with_race(), ["age", "educ", "race", "married", "nodegree", "re74", "re75"]
        ).matrix,
        lalonde.treated(),
    )
    assert by_text.linear == pytest.approx(lalonde.score().linear, abs=1e-12)


def test_a_gap_is_told_by_column_and_row() -> None:
    frame = pl.DataFrame({"age": [20, None, 31], "area": ["n", "s", None]})
    with pytest.raises(Refused, match="Column age, row 2: the value is missing"):
        design_matrix.model_matrix(frame, ["age"])
    with pytest.raises(Refused, match="Column area, row 3: the value is missing"):
        design_matrix.all_levels(frame, ["area"])
    with pytest.raises(Refused, match="There is no column sex: the columns are age, area"):
        design_matrix.model_matrix(frame, ["sex"])
