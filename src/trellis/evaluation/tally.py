"""Millions of events counted by person, phase and offence code: whole columns at a time, never a row.

Every person may have several windows, each of some phase and none overlapping another. An event counts in the window
that holds the day it happened. Offence codes are five digits, so a code is its own place in a table of 100,000.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.evaluation.definitions import UnitCostSet
from trellis.evaluation.measures.events import DATES, Circumstance, EventType
from trellis.evaluation.tables import ANY, DATE, check_columns

CODES: Final = 100_001
UNREADABLE: Final = CODES - 1
"""The place of what is not a code of five digits."""

NOWHERE: Final = -1
ROWS_AT_ONCE: Final = 500_000
"""So that what is worked on stays near the processor, and memory small."""

WIDEST_TABLE: Final = 100_000
"""Identifiers whose numbers lie this close together, or 20 times as far as there are, are looked up in a table."""

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """`starts`, `ends` (days since 1970) and `phase` of the windows of n people, shape (most windows of anyone, n).

    A window that somebody does not have has phase NOWHERE and no day. `ids` has the people in order.
    """

    ids: pl.Series
    starts: Ints
    ends: Ints
    phase: NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """`events` and `pounds` of each person in each phase, shape (n, phases); `codes` of each group, phase and code."""

    events: Floats
    pounds: Floats
    codes: Floats

    def by_code(self, groups: tuple[int, ...], phases: tuple[int, ...]) -> Mapping[str, int]:
        """How often each code was counted in these groups and phases together; `""` for what was no code."""
        counts = self.codes[np.ix_(groups, phases)].sum(axis=(0, 1))
        return {code_text(int(place)): int(counts[place]) for place in np.flatnonzero(counts)}


def as_windows(people: pl.Series, windows: pl.DataFrame, phases: Mapping[str, int]) -> Windows:
    """Windows in columns from rows of person_id, phase (a key of `phases`), from and to."""
    count = len(people)
    number = pl.Series([phases[name] for name in phases], dtype=pl.Int8)
    named = windows["phase"].cast(pl.Enum(list(phases))).to_physical()
    person = positions(windows["person_id"], people)
    order = np.argsort(person, kind="stable")
    person = person[order]
    nth = np.arange(len(person)) - np.searchsorted(person, person, side="left")
    most = int(nth.max(initial=-1)) + 1
    starts, ends = np.zeros((most, count), np.int32), np.zeros((most, count), np.int32)
    phase = np.full((most, count), NOWHERE, np.int8)
    starts[nth, person] = _days(windows["from"])[order]
    ends[nth, person] = _days(windows["to"])[order]
    phase[nth, person] = number.gather(named).to_numpy()[order]
    return Windows(people, starts, ends, phase)


def tally(
    windows: Windows,
    offences: pl.DataFrame | pl.LazyFrame,
    *,
    event_type: EventType,
    group: NDArray[np.int8],
    unit_costs: UnitCostSet | None,
    as_at_day: int,
    proof_months: int | None,
    phases: int,
    groups: int,
) -> Tally:
    """Count and price the events of people in their windows.

    `offences` as for `measures.reoffending`, in memory or to be read (a scan of Parquet). `group`: each person's group,
    from 0. Left out are events known after `as_at_day` (days since 1970), proven offences proven more than
    `proof_months` after the day they were committed (None: however late), and every Circumstance.
    """
    shape = (len(windows.ids), phases)
    events, pounds = np.zeros(shape), np.zeros(shape)
    codes = np.zeros((groups, phases, CODES))
    prices = _Prices(unit_costs)
    for part in _columns(offences, event_type).iter_slices(ROWS_AT_ONCE):
        person, phase, code = _placed(windows, part, as_at_day, proof_months)
        codes += _counted((group[person] * phases + phase) * CODES + code, codes.shape)
        cell = person * phases + phase
        events += _counted(cell, shape)
        pounds += _counted(cell, shape, prices.of(code))
    return Tally(events, pounds, codes)


def positions(ids: pl.Series, of: pl.Series) -> NDArray[np.int64]:
    """Where each identifier stands in `of`, shape (n,), NOWHERE for those that do not. Text or whole numbers."""
    if not ids.dtype.is_integer():
        known = ids.cast(pl.String).cast(pl.Enum(of.cast(pl.String)), strict=False).to_physical()
        return known.cast(pl.Int64).fill_null(NOWHERE).to_numpy()
    wanted = (ids.fill_null(0) if ids.null_count() else ids).to_numpy().astype(np.int64, copy=False)
    found = _found(wanted, of.to_numpy().astype(np.int64, copy=False))
    if ids.null_count():
        found[ids.is_null().to_numpy()] = NOWHERE
    return found


def _found(wanted: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(known):
        return np.full(len(wanted), NOWHERE, np.int64)
    least, most = int(known.min()), int(known.max())
    if most - least < max(WIDEST_TABLE, 20 * len(known)):
        # A place more at either end answers for what lies outside.
        table = np.full(most - least + 3, NOWHERE, np.int64)
        table[known - least + 1] = np.arange(len(known))
        return table[np.clip(wanted, least - 1, most + 1) - (least - 1)]
    order = np.argsort(known)
    near = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)]
    return np.where(known[near] == wanted, near, NOWHERE)


def code_text(place: int) -> str:
    """The five digits of a code's place, or `""` for what was no code."""
    return "" if place == UNREADABLE else f"{place:05d}"


def _placed(
    windows: Windows, events: pl.DataFrame, as_at_day: int, proof_months: int | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Person, phase and code of each event that counts."""
    person = positions(events["person_id"], windows.ids)
    happened = _days(events["happened"])
    ours = np.flatnonzero((person != NOWHERE) & _counts(events, happened, as_at_day, proof_months))
    person = person[ours]
    phase = _phase(windows, person, happened[ours])
    inside = np.flatnonzero(phase != NOWHERE)
    return person[inside], phase[inside].astype(np.int64), _codes(events["ho_code"].gather(ours[inside]))


def _counted(cells: NDArray[np.int64], shape: tuple[int, ...], weights: Floats | None = None) -> Floats:
    sums = np.bincount(cells, weights=weights, minlength=int(np.prod(shape)))
    return sums.astype(np.float64).reshape(shape)


def _columns(offences: pl.DataFrame | pl.LazyFrame, event_type: EventType) -> pl.DataFrame:
    dates = DATES[event_type]
    needed = {"person_id": ANY} | dict.fromkeys((*dates.happened, *dates.known), DATE)
    check_columns(offences, needed, f"offences, to count {event_type.label.lower()}")
    lazy = offences.lazy()
    optional = [name for name in ("ho_code", "circumstance") if name in lazy.collect_schema()]
    return lazy.select(
        "person_id",
        pl.min_horizontal(dates.happened).alias("happened"),
        pl.min_horizontal(dates.known).alias("known"),
        *optional,
        *([] if "ho_code" in optional else [pl.lit(None, pl.String).alias("ho_code")]),
    ).collect()


def _phase(windows: Windows, person: NDArray[np.int64], happened: Ints) -> NDArray[np.int8]:
    """The phase of each event of these people, NOWHERE outside every window."""
    phase = np.full(len(person), NOWHERE, np.int8)
    for starts, ends, which in zip(windows.starts, windows.ends, windows.phase, strict=True):
        inside = (happened >= starts[person]) & (happened < ends[person])
        phase = np.where(inside, which[person], phase)
    return phase


def _counts(events: pl.DataFrame, happened: Ints, as_at_day: int, proof_months: int | None) -> NDArray[np.bool_]:
    known = _days(events["known"])
    counts: NDArray[np.bool_] = (known <= as_at_day) & (known >= happened)
    if proof_months is not None and len(happened):
        counts &= known < _months_later(happened, as_at_day, proof_months)
    if "circumstance" in events.columns:
        left_out = events["circumstance"].is_in([circumstance.value for circumstance in Circumstance])
        counts &= ~left_out.fill_null(value=False).to_numpy()
    return counts


def _months_later(days: Ints, last: int, months: int) -> Ints:
    # Days repeat by the thousand, so each is moved on once, by the calendar, and looked up.
    first = int(days[days > MISSING_DAY].min(initial=last))
    calendar = pl.Series(np.arange(first, last + 1, dtype=np.int32)).cast(pl.Date)
    later = _days(calendar.dt.offset_by(f"{months}mo"))
    return later[np.clip(days, first, last) - first]


MISSING_DAY: Final = np.iinfo(np.int32).min


def _days(dates: pl.Series) -> Ints:
    """Days since 1970, or MISSING_DAY, which is before every window and known before it happened."""
    days = dates.cast(pl.Date).to_physical()
    return (days.fill_null(MISSING_DAY) if days.null_count() else days).to_numpy()


def _codes(ho_codes: pl.Series) -> NDArray[np.int64]:
    text = ho_codes.cast(pl.String)
    number = text.cast(pl.Int32, strict=False).set(text.str.len_bytes() != 5, None)
    return number.fill_null(UNREADABLE).to_numpy().astype(np.int64)


class _Prices:
    """The price of each code, worked out when it is first met; nothing for what is not costed."""

    def __init__(self, unit_costs: UnitCostSet | None) -> None:
        self._unit_costs = unit_costs
        self._known = np.zeros(CODES, np.bool_)
        self._prices = np.zeros(CODES)

    def of(self, codes: NDArray[np.int64]) -> Floats:
        """Pounds for each of the codes' places."""
        for place in np.unique(codes[~self._known[codes]]):
            line = self._unit_costs.line_of(code_text(int(place))) if self._unit_costs else None
            self._prices[place] = line.amount if line else 0.0
            self._known[place] = True
        return self._prices[codes]
