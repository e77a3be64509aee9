"""Matching: score, match and balance against R's MatchIt and pymatchit-causal, and a million people on one core.

MatchIt is run beside ours where R and a MatchIt that matches correctly (4.5.4 or later: earlier ones may compile the
absolute value of a difference to that of a whole number) are installed. Where they are not, ours are set against what
MatchIt 4.7.2 took on 21 November 2026 (R 4.2.2, two shared cores, the same sizes, shares and caliper): another machine,
so the ratios say only about how they stand. Processor time on one core is taken throughout, since other work on the
machine does not change it (R's recorded seconds are by the clock).
"""

import contextlib
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

COVARIATES = 10
SMALL, MILLION = 50_000, 1_000_000
PAIRS = 5
ONE_THREAD = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
CORRECT = (4, 5, 4)
# Seconds of MatchIt 4.7.2: score and match; match alone with replacement; summary().
RECORDED = {SMALL: (0.259, 0.039, 0.69), MILLION: (9.575, 1.481, 23.1)}
SCRIPT = """
file <- commandArgs(TRUE)[1]
suppressMessages(library(MatchIt))
d <- read.csv(file)
f <- reformulate(setdiff(names(d), "t"), "t")
took <- function(e) sum(system.time(e)[c("user.self", "sys.self")])
a <- took(m <- matchit(f, d, link = "linear.logit", caliper = 0.2))
b <- took(matchit(f, d, distance = m$distance, caliper = 0.2, replace = TRUE))
c <- took(summary(m))
write.csv(data.frame(w = unname(m$weights)), paste0(file, ".weights"), row.names = FALSE)
cat(a, b, c)
"""


def main() -> None:
    """Measure in single-threaded processes and print their lines."""
    for size in (SMALL, MILLION):
        subprocess.run([sys.executable, "-m", "bench.matching", str(size)], env=os.environ | ONE_THREAD, check=True)


def measure(size: int) -> None:
    """Print the figures of one size."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    columns, treated = invented(size)
    version = matchit_version()
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(Path(folder) / "data.csv", columns, treated) if version else None
        rounds = [(ours(columns, treated), peer.seconds() if peer else RECORDED[size]) for _ in range(PAIRS)]
        alike = peer.alike(columns, treated) if peer else None
    mine, theirs = (
        [sorted(column)[PAIRS // 2] for column in zip(*each, strict=True)] for each in zip(*rounds, strict=True)
    )
    score, match, again, balance = mine
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    source = f"MatchIt {'.'.join(map(str, version))} beside" if version else "MatchIt 4.7.2 as recorded elsewhere"
    print(
        f"matching: {size:,} × {COVARIATES}, {int(treated.sum()):,} managed, processor time on one core, median of "
        f"{PAIRS}: score {score:.3f} s and match {match:.3f} s, {(score + match) / theirs[0]:.2f} of "
        f"{theirs[0]:.3f} s ({source}); "
        f"with replacement {again:.3f} s, {again / theirs[1]:.2f} of {theirs[1]:.3f} s; balance before and after "
        f"{balance:.3f} s, {balance / theirs[2]:.2f} of {theirs[2]:.2f} s; peak memory {memory:.2f} GB"
        + (f"; {alike:.2%} of rows the same weight" if alike is not None else "")
    )
    if size == SMALL:
        against_pymatchit(columns, treated, score + match)


def ours(columns, treated) -> tuple[float, float, float, float]:
    """Seconds to score, to match, to match with replacement and to make the balance table."""
    from trellis.evaluation import balance, matching, propensity  # noqa: PLC0415 - after the thread counts are set

    names = [f"x{place}" for place in range(COVARIATES)]
    score, fit_time = timed(lambda: propensity.fit(columns, treated))
    match, match_time = timed(lambda: matching.nearest(score.linear, treated, matching.Spec(caliper=0.2)))
    _again, again_time = timed(
        lambda: matching.nearest(score.linear, treated, matching.Spec(caliper=0.2, replace=True))
    )
    _table, table_time = timed(lambda: balance.table(columns, names, treated, match.weights))
    return fit_time, match_time, again_time, table_time


def against_pymatchit(columns, treated, seconds: float) -> None:
    """One run of pymatchit-causal at the same size, which holds every pair of distances in memory."""
    import pandas as pd  # noqa: PLC0415 - a test dependency, and slow to import
    from pymatchit import MatchIt  # noqa: PLC0415

    frame = pd.DataFrame(columns, columns=[f"x{place}" for place in range(COVARIATES)]).assign(t=treated.astype(int))
    formula = "t ~ " + " + ".join(frame.columns[:-1])
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        asked = MatchIt(frame, method="nearest", distance="glm", link="linear.logit", caliper=0.2)
        _fitted, took = timed(lambda: asked.fit(formula))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"matching: pymatchit-causal scores and matches the same {len(frame):,} in {took:.1f} s and {memory:.1f} GB "
        f"(one run): {took / seconds:.0f} times as long"
    )


class Peer:
    """MatchIt in R, on a file of the same people."""

    def __init__(self, path: Path, columns, treated) -> None:
        """Write the file, every digit of it."""
        import polars as pl  # noqa: PLC0415

        self._path, self._script = path, path.with_suffix(".R")
        names = [f"x{place}" for place in range(COVARIATES)]
        pl.DataFrame(columns, schema=names).with_columns(t=treated.astype("int64")).write_csv(path)
        self._script.write_text(SCRIPT, encoding="utf-8")

    def seconds(self) -> tuple[float, ...]:
        """What R says its three calls took, reading the file not counted."""
        done = subprocess.run(
            ["Rscript", "--vanilla", str(self._script), str(self._path)], check=True, capture_output=True, text=True
        )
        return tuple(float(each) for each in done.stdout.split())

    def alike(self, columns, treated) -> float:
        """The share of rows with the same weight as ours."""
        import polars as pl  # noqa: PLC0415

        from trellis.evaluation import matching, propensity  # noqa: PLC0415

        theirs = pl.read_csv(f"{self._path}.weights")["w"].to_numpy()
        score = propensity.fit(columns, treated)
        mine = matching.nearest(score.linear, treated, matching.Spec(caliper=0.2)).weights
        return float((abs(mine - theirs) < 1e-9).mean())


def matchit_version() -> tuple[int, ...] | None:
    """The version of the MatchIt that is installed, or None when there is none that matches correctly."""
    if shutil.which("Rscript") is None:
        return None
    asked = ["Rscript", "--vanilla", "-e", 'cat(as.character(packageVersion("MatchIt")))']
    done = subprocess.run(asked, check=False, capture_output=True, text=True)
    if done.returncode:
        return None
    version = tuple(int(part) for part in done.stdout.strip().split("."))
    return version if version >= CORRECT else None


def invented(size: int):
    """Covariates of that many invented people, a tenth of whom are managed, more likely some than others."""
    import numpy as np  # noqa: PLC0415

    rng = np.random.default_rng(11)
    columns = rng.standard_normal((size, COVARIATES))
    linear = columns @ rng.normal(0, 0.25, COVARIATES) - 2.5
    return columns, rng.random(size) < 1 / (1 + np.exp(-linear))


def timed(work: Callable[[], object]):
    """What the work gives, and the processor time it took."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


if __name__ == "__main__":
    measure(int(sys.argv[1]))
