"""Coarsened exact matching: numbers put in bins, text as it is, and only people in the same cell compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trellis.evaluation import design_matrix
from trellis.evaluation.matching import Match
from trellis.evaluation.matching.spec import FloatArray, IntArray
from trellis.evaluation.subclassification import strata_to_match
from trellis.rules.errors import Refused

# What a column is cut at: a number of bins of equal width (0: as it is), or the cut points themselves.
Cuts = int | Sequence[float]


def coarsened(
    frame: pl.DataFrame, covariates: Sequence[str], treated: ArrayLike, cuts: Mapping[str, Cuts] | None = None
) -> Match:
    """Match exactly on the coarsened covariates (Iacus, King and Porro 2012; MatchIt 4.7.2's `method = "cem"`).

    A number of bins has equal widths from least to greatest; without any, Sturges' rule, ⌈log2 n + 1⌉ bins. A value on
    a cut point goes to the upper bin. Raises Refused when no cell holds both groups.
    """
    group = np.asarray(treated).astype(bool)
    chosen = dict(cuts or {})
    unknown = [name for name in chosen if name not in covariates]
    if unknown:
        raise Refused(f"There are cut points for {', '.join(unknown)}, which is not a covariate here: check the name.")
    cells = np.zeros(group.size, dtype=np.int64)
    for name in covariates:
        column = design_matrix.column(frame, name)
        if design_matrix.is_text(column):
            if name in chosen:
                raise Refused(f"Column {name} is text and cannot be cut at numbers: leave its cut points out.")
            part = design_matrix.codes(column)[1]
        else:
            part = _binned(design_matrix.numbers(column), chosen.get(name))
        cells = design_matrix.crossed(cells, part)
    return strata_to_match(group, cells)


def sturges(size: int) -> int:
    """How many bins Sturges' rule (1926) gives that many values."""
    return int(np.ceil(np.log2(size) + 1))


def _binned(values: FloatArray, cuts: Cuts | None) -> IntArray:
    if isinstance(cuts, int) and cuts == 0:
        return np.unique(values, return_inverse=True)[1].astype(np.int64)
    if cuts is None or isinstance(cuts, int):
        bins = sturges(values.size) if cuts is None else cuts
        inner = np.linspace(values.min(), values.max(), bins + 1)[1:-1]
    else:
        inner = np.unique(np.asarray(cuts, dtype=np.float64))
    return np.searchsorted(inner, values, side="right").astype(np.int64)
