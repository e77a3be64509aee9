"""A small world's folder, written once for each set of settings and read by many tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from trellis.evaluation.result import Evaluation
from trellis.evaluation.run import evaluate
from trellis.synthetic.worlds import WORLDS, Truth, write_world

SMALL = {"people_per_area": 1500, "managed": 100, "rate_mean": 2.0}
"""A sixth of the people of a whole world, busier, so that 100 of them are worth selecting."""

HEADS = {
    "people.csv": "person_id,date_of_birth,sex,area",
    "offences.csv": "person_id,offence_date,proven_date,ho_code",
    "custody.csv": "person_id,from,to",
    "managed.csv": "person_id,from,to",
}


def small_world(folder: Path, name: str, *, seed: int, **changes: object) -> Truth:
    """The named world made small."""
    settings = replace(WORLDS[name], **{**SMALL, **changes})  # type: ignore[arg-type]
    if name == "tiny":
        settings = replace(settings, managed=40)
    return write_world(folder, settings, seed=seed)


def evaluated(folder: Path, name: str, *, seed: int, replicates: int = 200) -> tuple[Truth, Evaluation]:
    """What is true in a small world, and what the evaluation says of it."""
    truth = small_world(folder, name, seed=seed)
    return truth, evaluate(folder, replicates=replicates)


def write_folder(folder: Path, rows: dict[str, Sequence[str]], as_at: str = "2026-02-17") -> Path:
    """A folder of five files with these rows under their heads."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, head in HEADS.items():
        (folder / name).write_text("\n".join([head, *rows.get(name, ())]) + "\n", encoding="utf-8")
    (folder / "settings.json").write_text(json.dumps({"as_at": as_at}), encoding="utf-8")
    return folder
