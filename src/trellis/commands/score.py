"""Score every row of a CSV or Parquet file by a predictor.

The file keeps its rows' order and all its columns, and gains pct_1y, pct_2y, band and error.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import polars as pl

from trellis.commands import CommandError
from trellis.predictors import ogrs3

ADDED = ("pct_1y", "pct_2y", "band", "error")
KINDS = (".csv", ".parquet")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help=f"CSV or Parquet with the columns {_listed()}")
    parser.add_argument("--predictor", choices=["ogrs3"], default="ogrs3", help="which predictor (default: ogrs3)")
    parser.add_argument(
        "--parameters",
        choices=list(ogrs3.PARAMETER_SETS),
        default=ogrs3.DEFAULT,
        help=f"which set of weights (default: {ogrs3.DEFAULT})",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="CSV or Parquet file to write")


def run(args: argparse.Namespace) -> int:
    """Read, score, write, and say how many rows could be scored."""
    _check_kind(args.out)
    frame = read_table(args.file)
    try:
        scores = ogrs3.score(frame, args.parameters)
    except ogrs3.TableError as error:
        raise CommandError(f"{args.file}: {error}") from error
    write_table(frame.hstack(scores.to_frame()), args.out)
    scored = int((scores.faults == 0).sum())
    unscored = "" if scored == frame.height else f"; {frame.height - scored:,} could not be: see the column error"
    print(
        f"{scored:,} of {frame.height:,} rows scored by {scores.predictor}, parameters {scores.parameters}{unscored}."
    )
    return 0


def read_table(path: Path) -> pl.DataFrame:
    """The file's table; every column of a CSV is text, so that offence codes keep their leading zeros.

    Raises CommandError when the file is of another kind, cannot be read, or already has a column that would be added.
    """
    _check_kind(path)
    try:
        if path.suffix.lower() == ".csv":
            frame = pl.read_csv(path, infer_schema=False, glob=False)
        else:
            frame = pl.read_parquet(path, glob=False)
    except pl.exceptions.NoDataError:
        raise CommandError(f"{path} is empty: its first line must name the columns {_listed()}.") from None
    except FileNotFoundError:
        raise CommandError(f"There is no file {path}: check the name.") from None
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).strip().partition("\n")[0]
        kind = "CSV file in UTF-8" if path.suffix.lower() == ".csv" else "Parquet file"
        raise CommandError(f"{path} could not be read ({reason}): check that it is a whole {kind}.") from error
    clashing = [name for name in ADDED if name in frame.columns]
    if clashing:
        raise CommandError(
            f"{path} already has the column {', '.join(clashing)}, which scoring adds: rename or remove it first."
        )
    return frame


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write the table as the kind that the name's ending says, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        if path.suffix.lower() == ".csv":
            frame.write_csv(unfinished)
        else:
            frame.write_parquet(unfinished)
        unfinished.replace(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise CommandError(
            f"{path} could not be written ({error}): check that its folder exists and has room."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _check_kind(path: Path) -> None:
    if path.suffix.lower() not in KINDS:
        raise CommandError(f"{path} does not end in {' or '.join(KINDS)}: give a file name that says its kind.")


def _listed() -> str:
    return ", ".join(ogrs3.INPUTS)
