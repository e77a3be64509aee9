"""Which columns are independent, and least squares in the order of operations of R's lm and glm (LINPACK).

Any good routine gives the same coefficients to about 1e-14. This one is for where the last bit decides: covariates in
whole numbers put controls equally far on either side of a treated unit (ten years older and a year's schooling less,
or the other way about), and only rounding says which is nearer. Summing in R's order makes rounding fall as in R.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# A column is left out when the earlier ones explain all but this share of its variance, as R leaves out aliased ones.
ALIASED = 1e-11
# Rows a step: small enough for a core's cache.
BLOCK = 8192


def solve(matrix: FloatArray, response: FloatArray) -> FloatArray:
    """Coefficients (p,) of `response` (n,) on the columns of `matrix` (n, p), which must be independent; n > p.

    Dongarra, Moler, Bunch and Stewart 1979 (LINPACK dqrdc and dqrsl), without pivoting.
    """
    reflected, right = np.asfortranarray(matrix).copy(order="F"), response.copy()
    columns = matrix.shape[1]
    diagonal = np.empty(columns)
    for step in range(columns):
        mirror = reflected[step:, step]
        length = float(np.sqrt(_sum(mirror * mirror)))
        length = float(np.copysign(length, mirror[0])) if mirror[0] != 0 else length
        mirror *= 1.0 / length
        mirror[0] += 1.0
        for later in range(step + 1, columns):
            _reflect(mirror, reflected[step:, later])
        _reflect(mirror, right[step:])
        diagonal[step] = -length
    coefficients = right[:columns].copy()
    for step in range(columns - 1, -1, -1):
        coefficients[step] /= diagonal[step]
        coefficients[:step] -= coefficients[step] * reflected[:step, step]
    return coefficients


def independent(matrix: FloatArray) -> list[int]:
    """The columns of `matrix` (n, p), in order, that an intercept and the earlier columns do not determine."""
    means, spreads = matrix.mean(axis=0), matrix.std(axis=0)
    varies = [place for place in range(matrix.shape[1]) if spreads[place] > ALIASED * max(1.0, abs(means[place]))]
    correlation = np.zeros((len(varies), len(varies)))
    for start in range(0, matrix.shape[0], BLOCK):
        block = (matrix[start : start + BLOCK][:, varies] - means[varies]) / spreads[varies]
        correlation += block.T @ block
    correlation /= matrix.shape[0]
    kept: list[int] = []
    for place in range(len(varies)):
        left = correlation[place, place]
        if kept:
            among = np.linalg.solve(correlation[np.ix_(kept, kept)], correlation[kept, place])
            left -= correlation[place, kept] @ among
        if left > ALIASED:
            kept.append(place)
    return [varies[place] for place in kept]


def _reflect(mirror: FloatArray, column: FloatArray) -> None:
    column += (-_sum(mirror * column) / mirror[0]) * mirror


def _sum(values: FloatArray) -> float:
    # One after another from the first, as a plain loop does: np.sum adds in pairs.
    return float(np.add.accumulate(values)[-1])
