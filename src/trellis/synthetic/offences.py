"""What people do and what follows: offence codes, who commits which, and how courts answer.

Codes are the Home Office's, five digits of class and subclass. Shares and sentences are invented to look plausible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Offence:
    """One kind of offence. `gravity` ranks offences within a case; `prison` is the chance of prison the first
    time, `most_prison` its chance however long the record; `days` is the median prison sentence.
    """

    code: str
    gravity: float
    prison: float
    most_prison: float
    days: int


OFFENCES = (
    Offence("02803", 7, 0.35, 0.80, 600),  # burglary in a dwelling
    Offence("03002", 5, 0.12, 0.60, 240),  # burglary elsewhere
    Offence("03401", 9, 0.55, 0.90, 1000),  # robbery
    Offence("03402", 8, 0.45, 0.85, 800),  # assault with intent to rob
    Offence("03900", 5, 0.10, 0.55, 150),  # theft from the person
    Offence("04510", 4, 0.08, 0.50, 120),  # theft from a motor vehicle
    Offence("12600", 3, 0.03, 0.30, 60),  # interference with a motor vehicle
    Offence("04801", 5, 0.10, 0.55, 180),  # theft of a motor vehicle
    Offence("13001", 4, 0.05, 0.40, 90),  # taking without consent
    Offence("04600", 2, 0.02, 0.35, 56),  # shop theft
    Offence("04910", 2, 0.02, 0.30, 56),  # other theft
    Offence("05401", 3, 0.05, 0.35, 120),  # handling
    Offence("03300", 3, 0.05, 0.35, 90),  # going equipped
    Offence("05340", 3, 0.04, 0.30, 120),  # fraud by false representation
    Offence("09261", 1, 0.01, 0.08, 28),  # possession of cannabis
    Offence("09250", 2, 0.01, 0.12, 42),  # possession of cocaine
    Offence("09271", 8, 0.45, 0.85, 900),  # possession of a Class A drug with intent to supply
    Offence("10501", 3, 0.04, 0.35, 84),  # common assault
    Offence("00806", 6, 0.15, 0.60, 300),  # actual bodily harm
    Offence("00801", 7, 0.35, 0.75, 540),  # grievous bodily harm without intent
    Offence("00826", 5, 0.15, 0.60, 180),  # bladed article
    Offence("00811", 5, 0.12, 0.50, 150),  # offensive weapon
    Offence("12509", 2, 0.02, 0.15, 42),  # harassment, alarm or distress with intent
    Offence("12511", 3, 0.03, 0.20, 56),  # fear or provocation of violence
    Offence("06601", 5, 0.10, 0.45, 200),  # affray
    Offence("05800", 2, 0.02, 0.20, 56),  # criminal damage
    Offence("80302", 3, 0.01, 0.20, 84),  # excess alcohol
    Offence("80701", 4, 0.05, 0.45, 112),  # driving while disqualified
    Offence("80990", 1, 0.00, 0.00, 28),  # no insurance
    Offence("08301", 2, 0.04, 0.25, 28),  # failing to surrender to bail
)

CODES = tuple(one.code for one in OFFENCES)
GRAVITY = np.array([one.gravity for one in OFFENCES])
PRISON = np.array([one.prison for one in OFFENCES])
MOST_PRISON = np.array([one.most_prison for one in OFFENCES])
DAYS = np.array([one.days for one in OFFENCES])

NEIGHBOURHOOD = frozenset(("02803", "03401", "03402", "03900", "04510", "04801", "12600", "13001"))
"""Domestic burglary, robbery, theft from the person and vehicle crime."""
IS_NEIGHBOURHOOD = np.array([code in NEIGHBOURHOOD for code in CODES])
IS_VIOLENT = np.array([code in ("03401", "03402", "00801", "00806", "06601") for code in CODES])

_COMMON = {"10501": 4, "12509": 4, "12511": 2, "05800": 5, "09261": 5, "09250": 2, "80990": 3, "08301": 2}

HABITS: dict[str, dict[str, float]] = {
    "burglar": {"02803": 22, "03002": 14, "04510": 12, "12600": 4, "04801": 8, "05401": 5, "03300": 5, "04600": 9},
    "street": {"03401": 10, "03402": 3, "03900": 12, "00826": 7, "09271": 3, "04600": 8, "13001": 6, "06601": 4},
    "vehicle": {"04510": 22, "12600": 9, "04801": 12, "13001": 12, "80701": 8, "80990": 8, "02803": 4, "03300": 5},
    "shop": {"04600": 60, "04910": 10, "05401": 3, "09250": 6, "03002": 4, "05340": 3, "04510": 3},
    "violent": {"10501": 26, "00806": 14, "00801": 4, "00811": 4, "12509": 8, "12511": 6, "06601": 5, "80302": 4},
    "mixed": {"04600": 8, "80302": 9, "80990": 9, "80701": 4, "05340": 6, "00806": 4, "09271": 2, "04510": 2},
}
"""Weight of each code for people of each habit, beside the common offences that anybody may commit."""

HABIT_SHARES = (0.13, 0.09, 0.12, 0.22, 0.22, 0.22)


def mixes() -> NDArray[np.float64]:
    """Cumulative probability of each code by habit: (habits, codes), the last column 1."""
    table = np.zeros((len(HABITS), len(CODES)))
    for row, weights in enumerate(HABITS.values()):
        for code, weight in (*_COMMON.items(), *weights.items()):
            table[row, CODES.index(code)] += weight
    return np.asarray(np.cumsum(table / table.sum(axis=1, keepdims=True), axis=1))


def draw(habit: NDArray[np.int64], chance: NDArray[np.float64]) -> NDArray[np.int64]:
    """The index into `OFFENCES` that each uniform `chance` picks for its `habit`: one an offence, same length."""
    codes = np.empty(len(habit), dtype=np.int64)
    for row, cumulative in enumerate(mixes()):
        mine = habit == row
        codes[mine] = np.searchsorted(cumulative, chance[mine], side="right")
    return np.minimum(codes, len(CODES) - 1)
