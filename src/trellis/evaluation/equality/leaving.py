"""The relative rate index as it may leave: from protected counts, and nothing that they do not say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.disclosure import CONFIDENTIAL, DEFAULT, UNRELIABLE, Dimension, Ledger, Policy, Table, percentage
from trellis.evaluation.equality.comparisons import ratio_of_shares
from trellis.evaluation.equality.decision_points import SCHEME_STAGES, Stages
from trellis.evaluation.equality.groups import flags, labels, ordered
from trellis.rules.errors import Refused

PROGRESS = "progress"
MEASURE = "people by progress"

Path = frozenset[str]


def equality_ledger(
    groups: Mapping[str, tuple[str, ...]], *, stages: Stages = SCHEME_STAGES, policy: Policy = DEFAULT
) -> Ledger:
    """A ledger for relative rates by one or more characteristics.

    `groups` gives every group that a characteristic may ever have, Unknown among them.
    """
    return Ledger({**groups, PROGRESS: progress(stages).leaves}, policy)


def publish_rates(
    people: pl.DataFrame,
    ledger: Ledger,
    *,
    characteristic: str,
    reference: str,
    as_known: date,
    stages: Stages = SCHEME_STAGES,
) -> tuple[pl.DataFrame, Ledger]:
    """Every decision point of one characteristic for a published page, and the ledger with what left.

    Columns, all text: stage, of, group, reached, taken, percentage, relative_rate. A ratio stands only where all its
    counts do and the events reach the policy's number; it is worked out from the counts as shown, so it tells no more.
    Refused as by `relative_rates` and by the ledger.
    """
    group = labels(people, characteristic)
    dimensions = (Dimension.flat(characteristic, ledger.values[characteristic]), progress(stages))
    page, ledger = ledger.publish(
        Table(MEASURE, dimensions, _counts(people, group, dimensions, stages)), as_known=as_known
    )
    rows = []
    for stage, of in stages:
        for name in ordered(group, reference):
            taken, reached = (page.count(**{characteristic: name, PROGRESS: step}) for step in (stage, of))
            base = [page.count(**{characteristic: reference, PROGRESS: step}) for step in (stage, of)]
            rows.append(
                {
                    "stage": stage,
                    "of": of,
                    "group": name,
                    "reached": CONFIDENTIAL if reached is None else str(reached),
                    "taken": CONFIDENTIAL if taken is None else str(taken),
                    "percentage": percentage(taken, reached, ledger.policy),
                    "relative_rate": "1" if name == reference else _ratio((taken, reached, *base), ledger.policy),
                }
            )
    return pl.DataFrame(rows), ledger


def progress(stages: Stages) -> Dimension:
    """How far people came, as a dimension: a finest value for each possible set of stages, and each stage and its
    refusal as a category.
    """
    paths = _paths(stages)
    shown = {name: tuple(_name(path) for path in paths if name in path) for name in dict.fromkeys(_names(stages))}
    for stage, of in stages:
        shown[f"{of}, not {stage}"] = tuple(_name(path) for path in paths if of in path and stage not in path)
    return Dimension(PROGRESS, tuple(_name(path) for path in paths), shown)


def _names(stages: Stages) -> list[str]:
    return list(dict.fromkeys(name for stage, of in stages for name in (of, stage)))


def _paths(stages: Stages) -> list[Path]:
    """Every set of stages that somebody can have passed: none without the one before it."""
    first, *others = _names(stages)
    sets = (
        frozenset({first}) | {name for name, passed in zip(others, choice, strict=True) if passed}
        for choice in product((False, True), repeat=len(others))
    )
    return [path for path in sets if all(of in path for stage, of in stages if stage in path)]


def _name(path: Path) -> str:
    return " and ".join(sorted(path))


def _counts(
    people: pl.DataFrame, group: NDArray[np.str_], dimensions: tuple[Dimension, Dimension], stages: Stages
) -> NDArray[np.int64]:
    passed = {name: flags(people, name) for name in _names(stages)}
    groups = {name: place for place, name in enumerate(dimensions[0].leaves)}
    paths = {name: place for place, name in enumerate(dimensions[1].leaves)}
    counts = np.zeros((len(groups), len(paths)), dtype=np.int64)
    for row, name in enumerate(group.tolist()):
        path = frozenset(stage for stage, flagged in passed.items() if flagged[row])
        if not path:
            continue
        if name not in groups or _name(path) not in paths:
            raise Refused(
                f"A row of group “{name}” passed {_name(path)}: either the ledger does not have the group, or a stage"
                " was passed without the one before it. Mend the row or begin a ledger that has the group."
            )
        counts[groups[name], paths[_name(path)]] += 1
    return counts


def _ratio(counts: tuple[int | None, ...], policy: Policy) -> str:
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return CONFIDENTIAL
    taken, reached, base_taken, base_reached = known
    if min(taken, base_taken) < policy.rate_events:
        return UNRELIABLE
    return ratio_of_shares(min(taken, reached), reached, min(base_taken, base_reached), base_reached).words
