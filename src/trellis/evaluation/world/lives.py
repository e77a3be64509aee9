"""What is known of any person on any day: offences proven, days held, age. Arrays, so that a question about every
person on every panel day is one pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.evaluation.exposure import merged_spells
from trellis.evaluation.world.files import World

Days = NDArray[np.int64]
Floats = NDArray[np.float64]

YEAR: Final = 365
PROOF: Final = 183
"""Days after a window's end within which an offence committed in it must have been proven (MoJ: six months)."""
NEVER: Final = 10_000_000
_STRIDE: Final = 100_000_000
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Lives:
    """Everyone of people.csv as arrays, a place each. Days count from 1 January 1970.

    `offence_key`, `proven` and `price`: one entry a proven offence, sorted by person and day (`price` in pounds, NaN
    where there is none). `held_*`: custody merged by person. `managed_from`: first day managed, or NEVER.
    """

    ids: pl.Series
    born: Days
    female: Floats
    sex: NDArray[np.str_]
    area: NDArray[np.str_]
    offence_key: Days
    proven: Days
    price: Floats
    held_key: Days
    held_ends: Days
    held_total: Days
    managed_from: Days
    first_day: int
    as_at: int

    @property
    def people(self) -> int:
        """How many."""
        return len(self.born)

    def events(self, who: Days, first: Days, last: Days, known: Days) -> tuple[Days, Days]:
        """Offences committed from `first` up to, not on, `last` and proven before `known`: arrays of one length.

        Gives, for each such offence, the place in `who` it belongs to and its own place among the offences.
        """
        low = np.searchsorted(self.offence_key, who * _STRIDE + first)
        high = np.searchsorted(self.offence_key, who * _STRIDE + np.maximum(first, last))
        number = high - low
        asked = np.repeat(np.arange(len(who)), number)
        place = np.arange(number.sum()) + np.repeat(low - (np.cumsum(number) - number), number)
        kept = self.proven[place] < known[asked]
        return asked[kept], place[kept]

    def counts(self, who: Days, first: Days, last: Days) -> Floats:
        """Offences committed in the window and proven within six months of its end, by entry of `who`."""
        asked, _place = self.events(who, first, last, last + PROOF)
        return np.bincount(asked, minlength=len(who)).astype(np.float64)

    def day_of(self, place: Days) -> Days:
        """The day on which offences were committed, by their places."""
        return self.offence_key[place] % _STRIDE

    def free(self, who: Days, first: Days, last: Days) -> Floats:
        """Days of the window that were not spent in custody, by entry of `who`."""
        end = np.maximum(first, last)
        held = self._held_before(who, end) - self._held_before(who, first)
        return np.asarray(end - first - held, dtype=np.float64)

    def held_on(self, who: Days, day: Days) -> NDArray[np.bool_]:
        """Who is in custody on a day of their own."""
        return np.asarray(self.free(who, day, day + 1) == 0)

    def age(self, who: Days, day: Days) -> Floats:
        """Age in years on a day of their own."""
        return (day - self.born[who]) / 365.25

    def _held_before(self, who: Days, day: Days) -> Days:
        start = np.searchsorted(self.held_key, who * _STRIDE)
        place = np.searchsorted(self.held_key, who * _STRIDE + day)
        last = np.maximum(place - 1, 0)
        running = np.where(place > start, np.maximum(self.held_ends[last] - day, 0), 0) if len(self.held_key) else 0
        return np.asarray(self.held_total[place] - self.held_total[start] - running)


def lives_of(world: World, price: pl.Series | None = None) -> Lives:
    """The world as arrays. `price`: pounds for each row of world.offences, null where there is none."""
    people = world.people.with_row_index("who")
    offences = world.offences.with_columns(price=price if price is not None else pl.lit(None, dtype=pl.Float64))
    offences = offences.filter(pl.col("proven_date").is_not_null()).join(
        people.select("person_id", "who"), on="person_id"
    )
    offences = offences.sort("who", "offence_date", "proven_date", "ho_code")
    held = merged_spells(world.custody, data_end=world.as_at).join(people.select("person_id", "who"), on="person_id")
    held = held.sort("who", "from")
    first = world.managed.group_by("person_id").agg(pl.col("from").min())
    managed = people.join(first, on="person_id", how="left", maintain_order="left")["from"]
    begins, ends = day_numbers(held["from"]), day_numbers(held["to"])
    committed = day_numbers(offences["offence_date"])
    as_at = (world.as_at - _EPOCH).days
    return Lives(
        ids=people["person_id"],
        born=day_numbers(people["date_of_birth"]),
        female=(people["sex"] == "F").cast(pl.Float64).to_numpy(),
        sex=people["sex"].to_numpy().astype(np.str_),
        area=people["area"].to_numpy().astype(np.str_),
        offence_key=offences["who"].cast(pl.Int64).to_numpy() * _STRIDE + committed,
        proven=day_numbers(offences["proven_date"]),
        price=offences["price"].fill_null(float("nan")).to_numpy(),
        held_key=held["who"].cast(pl.Int64).to_numpy() * _STRIDE + begins,
        held_ends=ends,
        held_total=np.concatenate([[0], np.cumsum(ends - begins)]).astype(np.int64),
        managed_from=day_numbers(managed),
        first_day=int(committed.min(initial=as_at)),
        as_at=as_at,
    )


def day_numbers(dates: pl.Series) -> Days:
    """Days since 1 January 1970; NEVER where there is no date."""
    return dates.cast(pl.Date).cast(pl.Int32).cast(pl.Int64).fill_null(NEVER).to_numpy()


def date_of(day: int) -> date:
    """The date that a number of days stands for."""
    return date.fromordinal(_EPOCH.toordinal() + day)
