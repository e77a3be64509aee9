"""Enforcement by group for the time that people were there to be enforced against (EQ-02).

More people, or longer in the scheme, means more enforcement without anybody being treated otherwise. The rate is events
per person-month; its denominator is days at risk in the scheme, never people.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, sqrt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.evaluation import ratios
from trellis.evaluation.design_matrix import numbers
from trellis.evaluation.equality.comparisons import FEWEST_FOR_LOG, Method, Ratio, Z, against_everyone
from trellis.evaluation.equality.groups import labels, ordered
from trellis.rules.errors import Refused

DAYS_IN_A_MONTH = 365.25 / 12

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ExposureRate:
    """One group's events and time; `per_100_months` is events per 100 person-months at risk, None without any time.

    `versus_reference` is None for the reference itself.
    """

    group: str
    people: int
    events: int
    person_months: float
    per_100_months: float | None
    versus_reference: Ratio | None
    versus_everyone: Ratio


def exposure_rates(
    people: pl.DataFrame, *, characteristic: str, reference: str, events: str, days: str
) -> tuple[ExposureRate, ...]:
    """Events per 100 person-months of each group, beside the reference group's and everyone's.

    `people` has a row a person: the characteristic (empty: Unknown), the count of events and the days at risk. With 10
    events or more in both, the interval of a ratio is the log interval with errors robust by person (Liang and Zeger
    1986), since some people are enforced against again and again; with fewer, the mid-P interval of single counts.
    Raises Refused for events without any day at risk, for negative numbers, and when nobody is in the reference group.
    """
    group = labels(people, characteristic)
    counts, time = numbers(people[events]), numbers(people[days])
    _check(counts, time, events, days)
    names = ordered(group, reference)
    return tuple(_rate(name, reference, group, counts, time) for name in names)


def _rate(name: str, reference: str, group: NDArray[np.str_], counts: Floats, time: Floats) -> ExposureRate:
    own, base = group == name, group == reference
    months = float(time[own].sum()) / DAYS_IN_A_MONTH
    rest = rate_ratio(counts[own], time[own], counts[~own], time[~own])
    return ExposureRate(
        group=name,
        people=int(own.sum()),
        events=int(counts[own].sum()),
        person_months=months,
        per_100_months=100 * float(counts[own].sum()) / months if months else None,
        versus_reference=None if name == reference else rate_ratio(counts[own], time[own], counts[base], time[base]),
        versus_everyone=against_everyone(rest, float(time[own].sum() / time.sum())),
    )


def rate_ratio(counts: Floats, time: Floats, other_counts: Floats, other_time: Floats) -> Ratio:
    """The ratio of two groups' rates from a count and a time for each person of each."""
    a, b, t_a, t_b = counts.sum(), other_counts.sum(), time.sum(), other_time.sum()
    if not t_a or not t_b or a == b == 0:
        return Ratio(None, None, None, Method.NONE)
    if min(a, b) < FEWEST_FOR_LOG:
        # At a zero the interval has one side: 95 % of it is the limit of a two-sided 90 % one.
        found = ratios.mid_p(int(a), float(t_a), int(b), float(t_b), level=0.95 if min(a, b) else 0.90)
        assert found is not None
        return Ratio(found.rate_ratio, found.low, found.high, Method.MID_P)
    ratio = float(a / t_a / (b / t_b))
    reach = Z * sqrt(_log_variance(counts, time) + _log_variance(other_counts, other_time))
    return Ratio(ratio, ratio * exp(-reach), ratio * exp(reach), Method.PERSON_ROBUST)


def _log_variance(counts: Floats, time: Floats) -> float:
    """Var(ln rate), the people being what varies: n/(n−1) Σ (cᵢ − r eᵢ)² / (Σ cᵢ)² (Liang and Zeger 1986)."""
    if len(counts) < 2:
        return inf
    left = counts - counts.sum() / time.sum() * time
    return float(len(counts) / (len(counts) - 1) * (left**2).sum() / counts.sum() ** 2)


def _check(counts: Floats, time: Floats, events: str, days: str) -> None:
    if (counts < 0).any() or (time < 0).any() or (counts % 1).any():
        raise Refused(f"“{events}” must be whole numbers and “{days}” days, and neither may be negative: mend them.")
    if astray := int(((counts > 0) & (time == 0)).sum()):
        raise Refused(
            f"{astray:,} people have “{events}” and no “{days}”: nobody is enforced against who is not there."
        )
