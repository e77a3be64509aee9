"""Invented people: who they are and what each agency calls them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.synthetic import names
from trellis.synthetic.offences import HABIT_SHARES
from trellis.synthetic.places import AREAS
from trellis.synthetic.rates import DAYS_A_YEAR
from trellis.synthetic.settings import Settings

FEMALE_SHARE = 0.16
YOUNGEST, OLDEST = 18.1, 60.9

CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
"""The alphabet of the check letter of PNC identifiers and CRO numbers: the number's remainder by 23 picks it."""


@dataclass(frozen=True)
class Nature:
    """What the process needs to know of people: arrays, one entry a person. Ages in years."""

    age_at_start: NDArray[np.float64]
    female: NDArray[np.bool_]
    habit: NDArray[np.int64]


def natures(rng: np.random.Generator, settings: Settings) -> Nature:
    """Ages from 18 to 60 on the `as_at` date, more of them young; one in six a woman."""
    age = YOUNGEST + (OLDEST - YOUNGEST) * rng.beta(1.4, 2.1, settings.people)
    female = rng.random(settings.people) < FEMALE_SHARE
    edges = np.cumsum(HABIT_SHARES)
    habit = np.searchsorted(edges / edges[-1], rng.random(settings.people), side="right")
    return Nature(age - settings.days / DAYS_A_YEAR, female, np.minimum(habit, len(HABIT_SHARES) - 1))


def wrong_letter(number: int, offset: int) -> str:
    """A check letter that is not the number's own, so that the identifier can be nobody's. `offset` picks which."""
    return CHECK_LETTERS[(number + 1 + offset % (len(CHECK_LETTERS) - 1)) % len(CHECK_LETTERS)]


def pnc_identifier(year: int, serial: int, offset: int) -> str:
    """A PNC identifier as the police write it, `2018/7518566L`, with a wrong check letter."""
    return f"{year}/{serial:07d}{wrong_letter(int(f'{year % 100:02d}{serial:07d}'), offset)}"


def cro_number(year: int, serial: int, offset: int) -> str:
    """A CRO number, `900012/18L`, with a wrong check letter."""
    return f"{serial:06d}/{year % 100:02d}{wrong_letter(int(f'{year % 100:02d}{serial:06d}'), offset)}"


def describe(rng: np.random.Generator, settings: Settings, nature: Nature) -> pl.DataFrame:
    """One row a person in order of number: identity, identifiers, where they live.

    Columns: person, sex (M, F), born, ethnicity, surname, forenames, aliases, area, address, postcode, phone, vrm,
    force_ref, pnc, cro. What was not given is null.
    """
    count = settings.people
    born = np.datetime64(settings.start) - (nature.age_at_start * DAYS_A_YEAR).astype("timedelta64[D]")
    area = np.searchsorted(np.cumsum([one.share for one in AREAS]), rng.random(count), side="right")
    surname = _surnames(rng, count)
    forenames = _forenames(rng, nature.female)
    known_year = np.minimum(born.astype("datetime64[Y]").astype(int) + 1970 + 16, settings.as_at.year - 1)
    serial, offset = rng.permutation(count) + 9_000_000, rng.integers(0, 22, count)
    return pl.DataFrame(
        {
            "person": np.arange(count),
            "sex": np.where(nature.female, "F", "M"),
            "born": born.astype("datetime64[D]"),
            "ethnicity": _ethnicities(rng, count),
            "surname": surname,
            "forenames": forenames,
            "aliases": _aliases(rng, surname, forenames),
            "area": [AREAS[index].code for index in area],
            "address": _addresses(rng, area),
            "postcode": [f"{AREAS[index].postcode_district} {rng.integers(1, 10)}AA" for index in area],
            "phone": _phones(rng, count),
            "vrm": _vehicle_marks(rng, count),
            "force_ref": [f"FB7{index:06d}" for index in range(1, count + 1)],
            "pnc": [
                pnc_identifier(*each)
                for each in zip(known_year.tolist(), serial.tolist(), offset.tolist(), strict=True)
            ],
            "cro": [
                cro_number(year, 900_000 + number % 100_000, wrong) if chance < 0.7 else None
                for number, (year, wrong, chance) in enumerate(
                    zip(known_year.tolist(), offset.tolist(), rng.random(count).tolist(), strict=True)
                )
            ],
        }
    )


def _surnames(rng: np.random.Generator, count: int) -> list[str]:
    starts = rng.integers(0, len(names.SURNAME_STARTS), count)
    ends = rng.integers(0, len(names.SURNAME_ENDS), count)
    return [names.SURNAME_STARTS[a] + names.SURNAME_ENDS[b] for a, b in zip(starts, ends, strict=True)]


def _forenames(rng: np.random.Generator, female: NDArray[np.bool_]) -> list[str]:
    picks = rng.random((len(female), 3))
    given = []
    for woman, (first, second, both) in zip(female, picks, strict=True):
        pool = names.FORENAMES_FEMALE if woman else names.FORENAMES_MALE
        name = pool[int(first * len(pool))]
        given.append(f"{name} {pool[int(second * len(pool))]}" if both < 0.25 else name)
    return given


def _aliases(rng: np.random.Generator, surnames: list[str], forenames: list[str]) -> list[str | None]:
    """A short forename, another surname, or both, as one cell holds them; most people have none."""
    chance, other = rng.random(len(surnames)), rng.permutation(len(surnames))
    cells: list[str | None] = []
    for surname, forename, luck, another in zip(surnames, forenames, chance, other, strict=True):
        borrowed, first = surnames[another].upper(), forename.split()[0]
        both = f"{borrowed} {first[:3]} / {surname.upper()} {first[:3]}"
        cells.append(both if luck < 0.05 else f"{borrowed} {first}" if luck < 0.12 else None)
    return cells


def _ethnicities(rng: np.random.Generator, count: int) -> list[str]:
    codes, shares = list(names.ETHNICITIES), np.cumsum(list(names.ETHNICITIES.values()))
    picks = np.searchsorted(shares / shares[-1], rng.random(count), side="right")
    return [codes[min(int(pick), len(codes) - 1)] for pick in picks]


def _addresses(rng: np.random.Generator, area: NDArray[np.int64]) -> list[str]:
    streets, numbers = rng.integers(0, len(names.STREETS), len(area)), rng.integers(1, 120, len(area))
    return [
        f"{number} {names.STREETS[street]}, {AREAS[index].name}"
        for number, street, index in zip(numbers, streets, area, strict=True)
    ]


def _phones(rng: np.random.Generator, count: int) -> list[str | None]:
    """Numbers from the 1,000 that Ofcom keeps for drama, so some are shared; a third have none."""
    drawn, chance = rng.integers(0, 1000, count), rng.random(count)
    forms = ("07700 900{:03d}", "+447700900{:03d}")
    return [
        forms[int(luck < 0.1)].format(number) if luck < 0.67 else None
        for number, luck in zip(drawn, chance, strict=True)
    ]


def _vehicle_marks(rng: np.random.Generator, count: int) -> list[str | None]:
    letters, chance = rng.integers(0, 24, (count, 3)), rng.random(count)
    alphabet = "ABCDEFGHJKLMNOPRSTUVWXYZ"
    return [
        "ZZ00 " + "".join(alphabet[one] for one in three) if luck < 0.15 else None
        for three, luck in zip(letters, chance, strict=True)
    ]
