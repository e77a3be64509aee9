"""What another person needs to get the same figures: seed, versions, and digests of the rows that were read."""

from __future__ import annotations

import hashlib
import platform

import numpy as np
import polars as pl
import scipy

from trellis.evaluation.protocol import Recorded
from trellis.evaluation.world import World

FIRST_ROWS = 20


def stamp(world: World, recorded: Recorded) -> dict[str, object]:
    """Seed, number of resamples, hash of the protocol, versions and row digests."""
    return {
        "seed": recorded.protocol.seed,
        "replicates": recorded.protocol.replicates,
        "protocol_sha256": recorded.sha256,
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "polars": pl.__version__,
        },
        "rows_sha256": {
            name: digest(table)
            for name, table in (
                ("people", world.people),
                ("offences", world.offences),
                ("custody", world.custody),
                ("managed", world.managed),
            )
        },
    }


def digest(table: pl.DataFrame) -> str:
    """SHA-256 of a table's rows as CSV, in the order in which they are kept: that of a sort, not of the file."""
    return hashlib.sha256(table.write_csv().encode("utf-8")).hexdigest()


def files_read(world: World) -> dict[str, object]:
    """How many rows were used and set aside, the first of those set aside, and columns that nothing reads."""
    kept = {
        "people.csv": world.people,
        "offences.csv": world.offences,
        "custody.csv": world.custody,
        "managed.csv": world.managed,
    }
    aside = dict(world.quarantine.group_by("file").len().iter_rows())
    return {
        "as_at": world.as_at.isoformat(),
        "rows": {name: table.height for name, table in kept.items()},
        "set_aside": {name: int(aside.get(name, 0)) for name in kept},
        "first_set_aside": world.quarantine.head(FIRST_ROWS).to_dicts(),
        "said_twice": world.doubled,
        "unused_columns": {name: list(columns) for name, columns in world.unused.items() if columns},
    }
