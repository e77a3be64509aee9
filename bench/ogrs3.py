"""OGRS3 on one core: rows a second of a table against the row-at-a-time twin, which must give the same answers.

The measuring happens in a process of its own: Polars and NumPy's libraries read their thread counts when they load,
and another benchmark may have loaded them already.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable

ROWS = 1_000_000
TWIN_ROWS = 10_000
PAIRS = 5
ONE_THREAD = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main() -> None:
    """Measure in a single-threaded process and print its lines."""
    subprocess.run([sys.executable, "-m", "bench.ogrs3"], env=os.environ | ONE_THREAD, check=True)


def measure() -> None:
    """Print rows a second and the median of the ratios, table and twin taken in pairs."""
    import polars as pl  # noqa: PLC0415 - after the thread counts are set

    from tests.predictors.ogrs3_twin import Row, score_row  # noqa: PLC0415
    from trellis.predictors.ogrs3 import score  # noqa: PLC0415
    from trellis.predictors.ogrs3.parameters import ARNS_2025  # noqa: PLC0415

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    table = invented(ROWS)
    text = table.cast(pl.String)
    rows = [Row(*row) for row in table.head(TWIN_ROWS).rows()]
    expected = [tuple(score_row(row, ARNS_2025)) for row in rows]
    if score(table).to_frame().head(TWIN_ROWS).rows() != expected:
        raise SystemExit("ogrs3: the table and its twin differ")
    pairs = [
        (
            ROWS / seconds(lambda: score(table)),
            ROWS / seconds(lambda: score(text)),
            TWIN_ROWS / seconds(lambda: [score_row(row, ARNS_2025) for row in rows]),
        )
        for _ in range(PAIRS)
    ]
    typed, as_text, twin = (sorted(column)[PAIRS // 2] for column in zip(*pairs, strict=True))
    ratio = sorted(pair[0] / pair[2] for pair in pairs)[PAIRS // 2]
    print(
        f"ogrs3: {typed / 1e6:.2f} M rows/s on one core ({as_text / 1e6:.2f} M rows/s from text), "
        f"row at a time {twin / 1e3:.0f} k rows/s, ratio {ratio:.0f}x (median of {PAIRS} pairs, same answers)"
    )


def invented(rows: int):
    """A table of that many invented rows, one in fifty of them without a score."""
    import numpy as np  # noqa: PLC0415
    import polars as pl  # noqa: PLC0415

    from trellis.predictors.ogrs3.offences import offence_table  # noqa: PLC0415

    rng = np.random.default_rng(3)
    born = np.datetime64("1950-01-01") + rng.integers(0, 20_000, rows)
    convicted = born + rng.integers(15 * 366, 45 * 365, rows)
    return pl.DataFrame(
        {
            "sex": rng.choice(["M", "M", "M", "F"], rows),
            "date_of_birth": born,
            "conviction_date": convicted,
            "followup_date": convicted + rng.integers(0, 1000, rows),
            "total_sanctions": np.maximum(0, rng.geometric(0.1, rows) - (rng.random(rows) < 0.02)),
            "age_at_first_sanction": rng.integers(10, 16, rows),
            "ho_code": rng.choice(offence_table().codes.to_numpy(), rows),
        }
    )


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    measure()
