"""The smallest effect that a study could find: before it (from numbers planned) and after it (from what it achieved).

A result that finds nothing says little where only a great effect could have been found: print this beside it.
"""

from __future__ import annotations

import math

from scipy.stats import norm

from trellis.rules.errors import Refused


def detectable_fall(
    managed: int, base: float, *, pool_ratio: float = 1.0, power: float = 0.8, level: float = 0.95
) -> float | None:
    """The smallest fall in a share that would be found, as a share (0.12 is 12 points); None if no fall would be.

    `managed` people beside `pool_ratio` times as many others, of whom a share `base` reoffend. Two-sided test of two
    proportions after the arcsine transformation: h = 2 asin √p₀ − 2 asin √p₁ (Cohen 1988, 6.2).
    Raises Refused for a base outside 0 to 1 or fewer than 1 person.
    """
    _check_base(base)
    _check_numbers(managed, pool_ratio)
    h = _reach(power, level) * math.sqrt((1 + 1 / pool_ratio) / managed)
    angle = math.asin(math.sqrt(base)) - h / 2
    return base - math.sin(angle) ** 2 if angle >= 0 else None


def people_needed(fall: float, base: float, *, pool_ratio: float = 1.0, power: float = 0.8, level: float = 0.95) -> int:
    """How many managed people would be needed to find a fall from `base` to `base − fall`.

    The formula, arguments and refusals of `detectable_fall`.
    """
    _check_base(base)
    _check_numbers(1, pool_ratio)
    if not 0 < fall <= base:
        raise Refused(f"A fall must be above 0 and no more than the base, {base}: {fall} was given.")
    h = 2 * (math.asin(math.sqrt(base)) - math.asin(math.sqrt(base - fall)))
    return math.ceil((_reach(power, level) / h) ** 2 * (1 + 1 / pool_ratio))


def detectable_rate_ratio(
    managed: int,
    mean: float,
    shape: float,
    *,
    pool_ratio: float = 1.0,
    power: float = 0.8,
    level: float = 0.95,
) -> float:
    """The nearest rate ratio below 1 that would be found between two groups of overdispersed counts.

    `mean` offences a person in the follow-up, variance mean · (1 + mean / shape). The variance of the log rate ratio
    is (1 / mean + 1 / shape) · (1 / n₁ + 1 / n₀), at the reference rate in both (Zhu and Lakkis 2014, method 1).
    """
    _check_numbers(managed, pool_ratio)
    if not (mean > 0 and shape > 0):
        raise Refused(f"The mean and the shape must be above 0: {mean} and {shape} were given.")
    variance = (1 / mean + 1 / shape) * (1 / managed + 1 / (managed * pool_ratio))
    return achieved_rate_ratio(math.sqrt(variance), power=power, level=level)


def achieved_rate_ratio(standard_error: float, *, power: float = 0.8, level: float = 0.95) -> float:
    """The nearest rate ratio below 1 that a finished study could have found, from its standard error of ln RR.

    exp(−(z₁₋α/₂ + z_power) · SE) (Bloom 1995).
    """
    return math.exp(-achieved_difference(standard_error, power=power, level=level))


def achieved_difference(standard_error: float, *, power: float = 0.8, level: float = 0.95) -> float:
    """The smallest difference that a finished study could have found, in the unit of its error (Bloom 1995)."""
    if not (standard_error > 0 and math.isfinite(standard_error)):
        raise Refused(f"The standard error must be a number above 0: {standard_error} was given.")
    return _reach(power, level) * standard_error


def _reach(power: float, level: float) -> float:
    """How many standard errors an effect must be for a two-sided test at this level to find it with this power."""
    return float(norm.ppf(1 - (1 - level) / 2) + norm.ppf(power))


def _check_base(base: float) -> None:
    if not 0 < base < 1:
        raise Refused(f"The base must be a share between 0 and 1: {base} was given.")


def _check_numbers(managed: int, pool_ratio: float) -> None:
    if managed < 1 or not pool_ratio > 0:
        raise Refused(f"There must be people to compare: {managed} managed and {pool_ratio} others each were given.")
