"""Intersections (sex by ethnicity by age): which stand out beyond what their parts explain, and beyond chance.

Crossing characteristics makes many small cells, and the most extreme of many small cells is chance. So each is drawn
towards what sex, ethnicity and age each explain, the more the fewer people it has (Clayton and Kaldor 1987).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln
from scipy.stats import gamma, poisson

from trellis.evaluation.equality.groups import flags, labels

Floats = NDArray[np.float64]

FLAG_RATIO, FLAG_CHANCE = 1.25, 0.9
"""A cell is flagged when its ratio exceeds the first with more than the second as its chance."""

LEAST_SHAPE, MOST_SHAPE = 0.05, 1e6
ENOUGH, ROUNDS = 1e-10, 10_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One intersection: `taken` of `reached`, what its parts let one expect, and the ratio drawn towards 1.

    `ratio` is the posterior mean (k + a) / (k + E), with the 2.5 and 97.5 % points of its distribution; `chance` is
    P(ratio > 1.25), and `p` the one-sided mid-P value that a count so high is chance, before Holm's correction.
    """

    groups: tuple[str, ...]
    reached: int
    taken: int
    expected: float
    ratio: float
    low: float
    high: float
    chance: float
    flagged: bool
    p: float


@dataclass(frozen=True, slots=True)
class Intersections:
    """Every intersection with people in it, by the groups' names; `shape` is the prior's k.

    `tests` cells were looked at, and `holm` of them would stand out at 5 % by Holm (1979) alone.
    """

    characteristics: tuple[str, ...]
    cells: tuple[Cell, ...]
    shape: float
    tests: int
    holm: int


def intersections(people: pl.DataFrame, *, characteristics: Sequence[str], reached: str, taken: str) -> Intersections:
    """Compare every intersection of the characteristics with what they explain one by one.

    `people` has a row a person, each characteristic as text (empty: Unknown) and two true/false columns. Expected
    counts are the main-effects log-linear model's, by proportional fitting (Deming and Stephan 1940); the ratio to them
    is gamma distributed with mean 1 and shape k of greatest marginal likelihood. Raises Refused for missing columns.
    """
    base = flags(people, reached)
    codes = [np.unique(labels(people, each), return_inverse=True) for each in characteristics]
    shape = [len(names) for names, _ in codes]
    n, a = np.zeros(shape), np.zeros(shape)
    np.add.at(n, tuple(places[base] for _, places in codes), 1)
    np.add.at(a, tuple(places[base & flags(people, taken)] for _, places in codes), 1)
    expected = expected_from_parts(n, a)
    held = np.argwhere(n > 0)
    k = prior_shape(a[n > 0], expected[n > 0])
    p = _upper_mid_p(a[n > 0], expected[n > 0])
    cells = tuple(
        _cell(
            tuple(str(codes[axis][0][part]) for axis, part in enumerate(place)),
            int(n[tuple(place)]),
            int(a[tuple(place)]),
            float(expected[tuple(place)]),
            k=k,
            p=float(value),
        )
        for place, value in zip(held, p, strict=True)
    )
    return Intersections(tuple(characteristics), cells, k, len(cells), int((holm(p) < 0.05).sum()))


def expected_from_parts(people: ArrayLike, taken: ArrayLike) -> Floats:
    """What each cell would count if its rate were a product of one factor for each axis; the shape of both arguments.

    Scales people's cells until every axis's sums are those of `taken` (Deming and Stephan 1940): the fit of a Poisson
    model with main effects and log people as offset, also where a group has nobody taken.
    """
    n, a = np.asarray(people, dtype=np.float64), np.asarray(taken, dtype=np.float64)
    fitted = n * (a.sum() / n.sum())
    for _ in range(ROUNDS):
        before = fitted
        for axis in range(n.ndim):
            others = tuple(other for other in range(n.ndim) if other != axis)
            have, want = fitted.sum(axis=others, keepdims=True), a.sum(axis=others, keepdims=True)
            fitted = fitted * np.divide(want, have, out=np.zeros_like(want), where=have > 0)
        if np.abs(fitted - before).max() <= ENOUGH * max(1.0, float(a.sum())):
            break
    return np.asarray(fitted)


def prior_shape(taken: Floats, expected: Floats) -> float:
    """The k of greatest likelihood when a is negative binomial with mean E and shape k (Clayton and Kaldor 1987).

    A large k says that the parts explain the cells; it is held between 0.05 and a million.
    """
    a, e = taken[expected > 0], expected[expected > 0]

    def loss(log_k: float) -> float:
        k = np.exp(log_k)
        return -float(np.sum(gammaln(a + k) - gammaln(k) + k * np.log(k / (k + e)) + a * np.log(e / (k + e))))

    found = minimize_scalar(loss, bounds=(np.log(LEAST_SHAPE), np.log(MOST_SHAPE)), method="bounded")
    return float(np.exp(found.x))


def holm(p: ArrayLike) -> Floats:
    """The p values as adjusted for their number by stepping down (Holm 1979), in the order given."""
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    steps = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def _cell(groups: tuple[str, ...], n: int, a: int, expected: float, *, k: float, p: float) -> Cell:
    posterior = gamma(k + a, scale=1 / (k + expected))
    chance = float(posterior.sf(FLAG_RATIO))
    low, high = (float(limit) for limit in posterior.ppf([0.025, 0.975]))
    return Cell(groups, n, a, expected, (k + a) / (k + expected), low, high, chance, chance > FLAG_CHANCE, p)


def _upper_mid_p(taken: Floats, expected: Floats) -> Floats:
    """P(more than a) + ½ P(a) for a Poisson count of the expected mean (Lancaster 1961)."""
    return np.asarray(poisson.sf(taken, expected) + poisson.pmf(taken, expected) / 2)
