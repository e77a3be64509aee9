"""What is true in a generated force, before agencies write it down in their own ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.synthetic.careers import UNDETECTED, Careers
from trellis.synthetic.offences import CODES
from trellis.synthetic.sentencing import DISPOSALS, NEVER, OUTCOMES, PRISON_SENTENCE
from trellis.synthetic.settings import Settings


@dataclass(frozen=True)
class Truth:
    """Tables of one force, each in a fixed order. Dates are half-open: `ends` is the first day on which it is over.

    people: see `persons.describe`, with crn and noms added.
    offences: person, happened_on, ho_code, case (null when undetected).
    cases: case, person, ho_code, arrested_at, outcome, charged_on, court_on, finding, disposal, length_days.
    custody: person, starts, ends, expected_release, began_as.
    orders: person, kind, starts, ends.
    memberships: person, cohort, adopted_on, left_on, reason_left, police_lead, probation_lead.
    priorities: person, set_on, colour, reason, review_by, set_by.
    contacts: person, at, how, place, agency, by, outcome.
    """

    settings: Settings
    people: pl.DataFrame
    offences: pl.DataFrame
    cases: pl.DataFrame
    custody: pl.DataFrame
    orders: pl.DataFrame
    memberships: pl.DataFrame
    priorities: pl.DataFrame
    contacts: pl.DataFrame


def dates(settings: Settings, days: NDArray[np.int64]) -> pl.Series:
    """Days from the window's start as dates; NEVER becomes null."""
    whole = np.datetime64(settings.start) + days.astype("timedelta64[D]")
    return pl.Series(np.where(days == NEVER, np.datetime64("NaT"), whole).astype("datetime64[D]"))


def codes(indices: NDArray[np.int64]) -> pl.Series:
    """Home Office codes of indices into OFFENCES."""
    return pl.Series(np.array(CODES)[indices])


def offence_table(settings: Settings, careers: Careers) -> pl.DataFrame:
    """Every offence that happened, in order of person and day."""
    case = pl.Series(careers.case_of)
    return pl.DataFrame(
        {
            "person": careers.offences.person,
            "happened_on": dates(settings, careers.offences.day),
            "ho_code": codes(careers.offences.code),
            "case": case.set(case == UNDETECTED, None),
        }
    )


def case_table(settings: Settings, careers: Careers) -> pl.DataFrame:
    """Every case in order of number. A case that is still waiting for its court day has no finding yet."""
    cases = careers.cases
    heard = (cases.court != NEVER) & (cases.court < settings.days)
    arrested_at = dates(settings, cases.arrested).cast(pl.Datetime("ms")) + pl.Series(
        (cases.minute * 60_000).astype("timedelta64[ms]")
    )
    recent = cases.arrested > settings.days - 28
    outcome = np.array(OUTCOMES)[cases.outcome]
    guilty = np.where(cases.guilty_plea, "Guilty plea", "Found guilty")
    finding = np.where(outcome == "CAUTIONED", "Cautioned", np.where(cases.proven, guilty, "Not guilty"))
    return pl.DataFrame(
        {
            "case": np.arange(len(cases.person)),
            "person": cases.person,
            "ho_code": codes(cases.code),
            "arrested_at": arrested_at,
            # An arrest of the last four weeks that will come to nothing is still being looked into.
            "outcome": np.where(recent & (outcome == "NFA"), "BAILED", outcome),
            "charged_on": dates(settings, np.where(outcome == "CHARGED", cases.arrested, NEVER)),
            "court_on": dates(settings, np.where(heard, cases.court, NEVER)),
            "finding": pl.Series(finding).zip_with(pl.Series(heard), pl.Series([None], dtype=pl.String)),
            "disposal": pl.Series(np.array(DISPOSALS)[cases.disposal]).zip_with(
                pl.Series(heard & cases.proven), pl.Series([None], dtype=pl.String)
            ),
            "length_days": np.where(heard, cases.length, 0),
        }
    )


def custody_spells(settings: Settings, careers: Careers) -> pl.DataFrame:
    """Time inside as spells that neither overlap nor touch, in order of person and start.

    `ends` is null while the person is inside on the `as_at` date; `expected_release` is null on remand alone.
    """
    cases = careers.cases
    remand = (cases.remanded != NEVER) & (cases.remanded < settings.days)
    sentenced = (cases.disposal == PRISON_SENTENCE) & (cases.court < settings.days)
    person = np.concatenate([cases.person[remand], cases.person[sentenced]])
    starts = np.concatenate([cases.remanded[remand], cases.court[sentenced]])
    ends = np.concatenate([cases.court[remand], cases.released[sentenced]])
    release = np.concatenate([np.full(int(remand.sum()), NEVER), cases.released[sentenced]])
    keep = ends > starts
    person, starts, ends, release = person[keep], starts[keep], ends[keep], release[keep]
    order = np.lexsort((starts, person))
    person, starts, ends, release = person[order], starts[order], ends[order], release[order]
    spell = _chains(person, starts, ends)
    firsts = np.flatnonzero(np.diff(spell, prepend=-1))
    until = np.maximum.reduceat(ends, firsts) if len(firsts) else ends
    expected = np.maximum.reduceat(release, firsts) if len(firsts) else release
    return pl.DataFrame(
        {
            "person": person[firsts],
            "starts": dates(settings, starts[firsts]),
            "ends": dates(settings, np.where(until <= settings.days, until, NEVER)),
            "expected_release": dates(settings, expected),
            "began_as": np.where(release[firsts] == NEVER, "REMAND", "SENT"),
        }
    )


def _chains(person: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the runs of intervals of one person that overlap or touch. Sorted by person and start."""
    if not len(person):
        return person
    # Shifting each person's days beyond the one before makes a single running maximum serve for everybody.
    shift = person * (int(ends.max()) + 2)
    reached = np.maximum.accumulate(ends + shift)
    new = np.concatenate([[True], starts[1:] + shift[1:] > reached[:-1]])
    return np.asarray(np.cumsum(new))
