"""The Offender Group Reconviction Scale, version 3: the chance of a proven reoffence within one and two years.

`score` takes a whole table, `score_one` one person with every term as a reason. docs/explanation/ogrs3.md has the
formula, the parameter sets and the traps.
"""

from trellis.predictors.ogrs3.batch import NO_SCORE, Scores, score
from trellis.predictors.ogrs3.columns import INPUTS, TableError
from trellis.predictors.ogrs3.faults import Fault
from trellis.predictors.ogrs3.offences import category, description
from trellis.predictors.ogrs3.parameters import BANDS, DEFAULT, PARAMETER_SETS, PREDICTOR, VERSION
from trellis.predictors.ogrs3.reasons import Score, ScoreError, Term, score_one

__all__ = [
    "BANDS",
    "DEFAULT",
    "INPUTS",
    "NO_SCORE",
    "PARAMETER_SETS",
    "PREDICTOR",
    "VERSION",
    "Fault",
    "Score",
    "ScoreError",
    "Scores",
    "TableError",
    "Term",
    "category",
    "description",
    "score",
    "score_one",
]
