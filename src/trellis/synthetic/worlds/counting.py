"""Offences and days free within a window of each person's own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trellis.synthetic.worlds.justice import Offences, Spells
from trellis.synthetic.worlds.settings import WorldSettings

Days = NDArray[np.int64]


def counts_within(offences: Offences, who: Days, first: Days, last: Days) -> Days:
    """Offences of each of `who` from day `first` up to, not on, day `last`: arrays of one length."""
    # One sorted key for person and day: a window's count is the difference of two places in it.
    key = offences.person * _STRIDE + offences.day
    return np.asarray(np.searchsorted(key, who * _STRIDE + last) - np.searchsorted(key, who * _STRIDE + first))


def days_free_within(custody: Spells, who: Days, first: Days, last: Days) -> Days:
    """Days not in custody of each of `who` within the same window. Stays must not overlap."""
    people = int(max(custody.person.max(initial=0), who.max(initial=0))) + 1
    from_, to = np.zeros(people, dtype=np.int64), np.zeros(people, dtype=np.int64)
    from_[who], to[who] = first, last
    inside = np.minimum(custody.ends, to[custody.person]) - np.maximum(custody.starts, from_[custody.person])
    held = np.bincount(custody.person, weights=np.clip(inside, 0, None), minlength=people).astype(np.int64)
    return np.asarray(last - first - held[who])


_STRIDE = 1_000_000


def yearly(settings: WorldSettings, offences: Offences, custody: Spells, who: Days, index: Days) -> tuple[Days, Days]:
    """Counts and days free in each whole year before `index`, oldest first: two arrays (people, history_years)."""
    ends = [index - 365 * back for back in reversed(range(settings.history_years))]
    counts = [counts_within(offences, who, end - 365, end) for end in ends]
    free = [days_free_within(custody, who, end - 365, end) for end in ends]
    return np.column_stack(counts), np.column_stack(free)
