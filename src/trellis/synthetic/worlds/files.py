"""A world as the folder of files that an evaluation reads."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.synthetic.offences import CODES, HABIT_SHARES, draw
from trellis.synthetic.worlds.counting import counts_within, days_free_within
from trellis.synthetic.worlds.selection import NEVER
from trellis.synthetic.worlds.settings import WORLDS, YEAR, WorldSettings
from trellis.synthetic.worlds.simulation import Lives, simulate
from trellis.synthetic.worlds.truth import Truth

SCHEME_AREA, OTHER_AREA = "Fable Vale", "Fable Moor"


def write_world(folder: Path, world: str | WorldSettings, *, seed: int) -> Truth:
    """Write people.csv, offences.csv, custody.csv, managed.csv and settings.json; return what is true.

    `world` is a name of WORLDS or settings of one's own. The folder is made if it is not there. The same world and
    seed write the same bytes. Raises KeyError for an unknown name.
    """
    lives = simulate(WORLDS[world] if isinstance(world, str) else world, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    names = person_ids(len(lives.female))
    start = lives.settings.first_panel - timedelta(days=lives.panel_days[0])
    people_table(lives, names, start).write_csv(folder / "people.csv")
    offence_table(lives, names, start).write_csv(folder / "offences.csv")
    custody_table(lives, names, start).write_csv(folder / "custody.csv")
    managed_table(lives, names, start).write_csv(folder / "managed.csv")
    as_at = start + timedelta(days=lives.as_at)
    (folder / "settings.json").write_text(json.dumps({"as_at": as_at.isoformat()}) + "\n", encoding="utf-8")
    return truth_of(lives, names)


def truth_of(lives: Lives, names: pl.Series) -> Truth:
    """What the effect was, and how much less the managed would have offended anyway."""
    who = np.flatnonzero(lives.managed_from != NEVER)
    index = lives.managed_from[who]
    end = np.minimum(index + YEAR, lives.as_at)
    rates = [
        counts_within(lives.without_scheme, who, first, last).sum()
        / days_free_within(lives.custody_without_scheme, who, first, last).sum()
        for first, last in ((index - YEAR, index), (index, end))
    ]
    fall = float(1 - rates[1] / rates[0])
    return Truth(rate_ratio=lives.settings.effect, natural_fall=fall, managed=tuple(names.gather(who).to_list()))


def person_ids(count: int) -> pl.Series:
    """P00001, P00002 and so on."""
    return pl.select(
        pl.format("P{}", pl.int_range(1, count + 1).cast(pl.String).str.zfill(5)).alias("person_id")
    ).to_series()


def people_table(lives: Lives, names: pl.Series, start: date) -> pl.DataFrame:
    """Everyone of both areas."""
    table = pl.DataFrame(
        {
            "person_id": names,
            "date_of_birth": _dates(start, -lives.age_days),
            "sex": np.where(lives.female, "F", "M"),
            "area": np.where(lives.in_scheme_area, SCHEME_AREA, OTHER_AREA),
        }
    )
    return table.with_columns(*_later_score(lives, start)) if lives.settings.later_covariate else table


def _later_score(lives: Lives, start: date) -> list[pl.Series]:
    """A risk score of half a year after selection that counts what was done in the year after it."""
    index = np.where(lives.managed_from == NEVER, lives.panel_days[0], lives.managed_from)
    everyone = np.arange(len(index))
    score = counts_within(lives.offences, everyone, index, np.minimum(index + YEAR, lives.as_at))
    return [pl.Series("risk_score", score), _dates(start, index + YEAR // 2).alias("risk_score_on")]


def offence_table(lives: Lives, names: pl.Series, start: date) -> pl.DataFrame:
    """Every offence up to the day the files were taken; no proven date where proof came after that."""
    offences = lives.offences
    luck = np.random.default_rng(len(names)).random(len(names))
    habit = np.searchsorted(np.cumsum(HABIT_SHARES)[:-1], luck, side="right")
    proven = np.where(offences.proven < lives.as_at, offences.proven, NEVER)
    return pl.DataFrame(
        {
            "person_id": names.gather(offences.person),
            "offence_date": _dates(start, offences.day),
            "proven_date": _dates(start, proven),
            "ho_code": pl.Series(np.array(CODES)[draw(habit[offences.person], offences.kind)]),
        }
    )


def custody_table(lives: Lives, names: pl.Series, start: date) -> pl.DataFrame:
    """Every stay that began before the files were taken; no end where it had not ended."""
    began = lives.custody.starts < lives.as_at
    ends = lives.custody.ends[began]
    return pl.DataFrame(
        {
            "person_id": names.gather(lives.custody.person[began]),
            "from": _dates(start, lives.custody.starts[began]),
            "to": _dates(start, np.where(ends < lives.as_at, ends, NEVER)),
        }
    )


def managed_table(lives: Lives, names: pl.Series, start: date) -> pl.DataFrame:
    """Everyone managed; no end where they still are."""
    who = np.flatnonzero(lives.managed_from != NEVER)
    return pl.DataFrame(
        {
            "person_id": names.gather(who),
            "from": _dates(start, lives.managed_from[who]),
            "to": _dates(start, lives.managed_to[who]),
        }
    )


def _dates(start: date, days: NDArray[np.int64]) -> pl.Series:
    """Days from the world's start as dates; NEVER becomes null."""
    whole = np.datetime64(start) + days.astype("timedelta64[D]")
    return pl.Series(np.where(days == NEVER, np.datetime64("NaT"), whole).astype("datetime64[D]"))
