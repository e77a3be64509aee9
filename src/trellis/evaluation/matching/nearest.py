"""Nearest neighbour matching, exactly as MatchIt 4.7.2 does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from trellis.evaluation.matching import greedy, reuse, weighting
from trellis.evaluation.matching.cloud import Cloud, mahalanobis
from trellis.evaluation.matching.free import Free
from trellis.evaluation.matching.line import in_order, lay
from trellis.evaluation.matching.spec import BoolArray, FloatArray, IntArray, Match, Near, Spec
from trellis.rules.errors import Refused


def nearest(
    distance: ArrayLike,
    treated: ArrayLike,
    spec: Spec | None = None,
    *,
    exact: ArrayLike | None = None,
    near: Sequence[Near] = (),
    persons: ArrayLike | None = None,
) -> Match:
    """Match each treated unit with its nearest controls.

    `distance` (n,) is a score, log odds or chance (`propensity.fit`), or (n, p) the columns among which Mahalanobis
    distances are to be taken; `treated` (n,) is 1 or True for people managed; `exact` (n,) numbers or names the strata
    within which alone pairs are made; `near` are calipers on covariates; `persons` (n,) says whose each row is when
    people have several (a risk set has a row for each date on which somebody might be compared): one serving uses up
    all of a person's rows, and nobody is paired with themself. Raises Refused when an input cannot be meant and when
    nobody can be matched. Semantics: MatchIt 4.7.2 (Ho, Imai, King and Stuart 2011).
    """
    spec = spec or Spec()
    values = np.asarray(distance, dtype=np.float64)
    managed = np.asarray(treated).astype(bool)
    strata = _strata(exact, managed.size)
    who = None if persons is None else _strata(persons, managed.size)
    _check(values, managed, near, spec)
    if who is not None and values.ndim == 2:
        raise Refused("People with several rows can be matched on a score only: use a logit or ps distance.")
    on_line = values.ndim == 1
    discarded = _discarded(values, managed, spec) if on_line else np.zeros(managed.size, dtype=bool)
    width = caliper_width(values, managed, ~discarded, spec) if on_line else None
    near = [each.measured(~discarded) for each in near]
    pairs = (
        _line_pairs(values, managed, ~discarded, strata, width=width, near=near, persons=who, spec=spec)
        if on_line
        else _cloud_pairs(values, managed, strata, near, spec)
    )
    if not pairs.size:
        raise Refused(
            "Nobody managed could be matched: no control lies within the calipers and the exact strata. Widen the "
            "caliper, or match exactly on fewer columns."
        )
    once = spec.uses(int(managed.sum())) == 1
    return Match(
        treated=managed,
        weights=weighting.from_pairs(managed, pairs),
        pairs=pairs,
        strata=_pair_numbers(managed.size, pairs) if once else None,
        discarded=discarded,
        width=width,
        tied=_tied(values, managed, pairs),
    )


def caliper_width(distance: FloatArray, treated: BoolArray, kept: BoolArray, spec: Spec) -> float | None:
    """The caliper in units of the distance, or None where there is none.

    "all": c × sd of the distance over all kept units, ddof 1 (MatchIt 4.7.2). "pooled": c × the root of the mean of
    the two groups' variances (Austin 2011). "raw": c itself.
    """
    if spec.caliper is None:
        return None
    if spec.caliper_rule == "raw":
        return spec.caliper
    if spec.caliper_rule == "pooled":
        variances = [distance[kept & group].var(ddof=1) for group in (treated, ~treated)]
        return float(spec.caliper * np.sqrt(np.mean(variances)))
    return float(spec.caliper * distance[kept].std(ddof=1))


def _line_pairs(
    distance: FloatArray,
    treated: BoolArray,
    kept: BoolArray,
    strata: IntArray,
    *,
    width: float | None,
    near: Sequence[Near],
    persons: IntArray | None,
    spec: Spec,
) -> IntArray:
    line = lay(distance, treated, kept, strata, width=np.inf if width is None else width, near=near, persons=persons)
    count = int(treated.sum())
    uses = spec.uses(count)
    if uses >= count > 1:
        return _rows(reuse.with_replacement(line, spec.ratio), line.treated, line.controls)
    if spec.order == "closest":
        chosen = greedy.closest_first(Free(line, uses), np.arange(line.treated.size), spec.ratio)
    else:
        order = in_order(line, spec.order or "largest", spec.seed)
        chosen = greedy.by_turns(Free(line, uses), order, spec.ratio)
    return _rows(chosen, line.treated, line.controls)


def _cloud_pairs(
    columns: FloatArray, treated: BoolArray, strata: IntArray, near: Sequence[Near], spec: Spec
) -> IntArray:
    everybody = np.ones(treated.size, dtype=bool)
    coordinates = mahalanobis(columns, treated, everybody)
    if coordinates.shape[1] == 1:
        on_file = Spec(
            order=spec.order or "data",
            ratio=spec.ratio,
            replace=spec.replace,
            reuse_limit=spec.reuse_limit,
            seed=spec.seed,
        )
        return _line_pairs(
            coordinates[:, 0], treated, everybody, strata, width=None, near=near, persons=None, spec=on_file
        )
    count = int(treated.sum())
    uses = spec.uses(count)
    found = []
    for rows in _stratum_rows(strata):
        cloud = Cloud(coordinates, rows, treated, everybody, near).allow(uses)
        if not cloud.treated.size or not cloud.controls.size:
            continue
        order = np.arange(cloud.treated.size)
        if uses >= count > 1:
            chosen = cloud.with_replacement(spec.ratio)
        elif spec.order == "closest":
            chosen = greedy.closest_first(cloud, order, spec.ratio)
        else:
            if spec.order == "random":
                order = np.random.default_rng(spec.seed).permutation(order)
            chosen = greedy.by_turns(cloud, order, spec.ratio)
        found.append(_rows(chosen, cloud.treated, cloud.controls))
    together = np.concatenate(found) if found else np.empty((0, 2), dtype=np.int64)
    return together[np.argsort(together[:, 0], kind="stable")]


def _rows(chosen: greedy.Chosen | IntArray, treated: IntArray, controls: IntArray) -> IntArray:
    numbers = np.asarray(chosen, dtype=np.int64).reshape(-1, 2)
    numbers = numbers[np.argsort(numbers[:, 0], kind="stable")]
    return np.column_stack([treated[numbers[:, 0]], controls[numbers[:, 1]]])


def _pair_numbers(size: int, pairs: IntArray) -> IntArray:
    numbers = np.full(size, -1, dtype=np.int64)
    numbers[pairs[:, 0]] = np.unique(pairs[:, 0], return_inverse=True)[1]
    numbers[pairs[:, 1]] = numbers[pairs[:, 0]]
    return numbers


def _strata(exact: ArrayLike | None, size: int) -> IntArray:
    if exact is None:
        return np.zeros(size, dtype=np.int64)
    names = np.asarray(exact)
    if names.shape != (size,):
        raise Refused(f"The exact strata have shape {names.shape}: give one for each of the {size} units.")
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def _stratum_rows(strata: IntArray) -> Iterator[IntArray]:
    order = np.argsort(strata, kind="stable")
    edges = np.flatnonzero(np.diff(strata[order])) + 1
    yield from np.split(order, edges)


def _discarded(score: FloatArray, treated: BoolArray, spec: Spec) -> BoolArray:
    """Who lies beyond the range of the other group's scores, for the groups that are to be trimmed."""
    out = np.zeros(treated.size, dtype=bool)
    for group, trims in ((treated, ("both", "treated")), (~treated, ("both", "control"))):
        if spec.discard in trims:
            others = score[~group]
            out |= group & ((score < others.min()) | (score > others.max()))
    return out


def _tied(distance: FloatArray, treated: BoolArray, pairs: IntArray) -> int:
    """How many matched units have a distance that another of their group has too."""
    used = np.zeros(treated.size, dtype=bool)
    used[pairs] = True
    tied = 0
    for group in (treated, ~treated):
        values = distance[group] if distance.ndim == 1 else np.unique(distance[group], axis=0, return_inverse=True)[1]
        in_order = np.sort(values)
        shared = in_order[1:][in_order[1:] == in_order[:-1]]
        if shared.size:
            tied += int(np.isin(values[used[group]], shared).sum())
    return tied


def _check(distance: FloatArray, treated: BoolArray, near: Sequence[Near], spec: Spec) -> None:
    if distance.shape[0] != treated.size:
        raise Refused(f"There are {distance.shape[0]} distances for {treated.size} units: give one for each.")
    if not np.isfinite(distance).all():
        raise Refused("A distance is missing or not finite: fit the score again on complete rows.")
    if treated.all() or not treated.any():
        raise Refused("Everybody is in one group: matching needs people managed and people not managed.")
    if any(each.values.shape != treated.shape for each in near):
        raise Refused("A covariate caliper does not have one value for each unit.")
    if distance.ndim == 2:
        if spec.caliper is not None:
            raise Refused("A Mahalanobis distance has no score to put a caliper on: put calipers on covariates.")
        if spec.discard != "none":
            raise Refused("A Mahalanobis distance has no score to discard by: use a logit or ps distance.")
        if spec.order in ("largest", "smallest"):
            raise Refused(f"A Mahalanobis distance has no {spec.order}: choose the order data, random or closest.")
