"""The extracts read back as text, in the encodings and separators that the documentation gives them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

HABITS = {
    "fable_police_nominals.csv": ("cp1252", ";"),
    "fable_police_custody_records.csv": ("utf-8", ","),
    "fable_court_results.csv": ("utf-8-sig", ","),
    "fable_probation_cases.csv": ("utf-8", "\t"),
    "fable_prison_movements.csv": ("utf-8", ","),
    "fable_cohort_list.csv": ("utf-8", ","),
    "fable_priority_history.csv": ("utf-8", ","),
    "fable_contacts.csv": ("utf-8", ","),
}


def read_all(folder: Path) -> dict[str, pl.DataFrame]:
    """Every file by name, columns as text and blank cells null."""
    return {
        name: pl.read_csv(
            (folder / name).read_bytes().decode(encoding).replace("\r\n", "\n").encode(),
            separator=separator,
            infer_schema=False,
        )
        for name, (encoding, separator) in HABITS.items()
    }
