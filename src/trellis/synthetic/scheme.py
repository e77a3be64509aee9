"""The scheme's own story of those it managed: membership and leads, priority, contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl

from trellis.synthetic.places import PARTNERS, POLICE, PROBATION, leads
from trellis.synthetic.selection import Selected
from trellis.synthetic.settings import Settings

REVIEW_DAYS = {"Red": 28, "Amber": 56, "Green": 91, "Blue": 91}
CONTACT_DAYS = {"Red": 4, "Amber": 7, "Green": 14, "Blue": 28}
CONTACT_WEEKS = 12

REASONS_LEFT = (
    "Steady progress over six months",
    "Order ended and nothing known for three months",
    "Moved out of the force area",
    "Long sentence; to be looked at again before release",
    "Place needed; risk now managed by probation alone",
)


@dataclass(frozen=True)
class Spell:
    """A half-open span of dates; `ends` is `date.max` while it lasts."""

    starts: date
    ends: date

    def holds(self, day: date) -> bool:
        """Whether the day lies in the span."""
        return self.starts <= day < self.ends


@dataclass(frozen=True)
class Story:
    """What colours and contacts follow from: time inside, orders, arrest days."""

    inside: list[Spell]
    orders: list[Spell]
    arrests: list[date]

    def colour(self, day: date) -> tuple[str, str]:
        """The colour that the facts of a day suggest, and the reason a coordinator would write."""
        if any(spell.holds(day) for spell in self.inside):
            return "Blue", "In custody"
        recent = sum(timedelta(0) <= day - arrest < timedelta(60) for arrest in self.arrests)
        half_year = sum(timedelta(0) <= day - arrest < timedelta(180) for arrest in self.arrests)
        if recent or half_year >= 3:
            return "Red", "Arrested in the last two months" if recent else "Three or more arrests in six months"
        if half_year:
            return "Amber", "Arrested in the last six months"
        return "Green", "No arrest for six months"

    def supervised(self, day: date) -> bool:
        """Whether probation has the person on that day, inside or out."""
        return any(order.holds(day) for order in self.orders) or any(spell.holds(day) for spell in self.inside)


def stories(people: set[int], custody: pl.DataFrame, orders: pl.DataFrame, cases: pl.DataFrame) -> dict[int, Story]:
    """The story of each of the people named."""
    told = {person: Story([], [], []) for person in people}
    for table, pick in ((custody, "inside"), (orders, "orders")):
        for person, starts, ends in table.select("person", "starts", "ends").iter_rows():
            if person in told:
                getattr(told[person], pick).append(Spell(starts, ends or date.max))
    for person, at in cases.sort("case").select("person", "arrested_at").iter_rows():
        if person in told:
            told[person].arrests.append(at.date())
    return told


def memberships(
    rng: np.random.Generator, settings: Settings, selected: Selected, areas: list[str], told: dict[int, Story]
) -> pl.DataFrame:
    """One row a person ever managed (see `Truth.memberships`). Nobody is without a lead."""
    rows = []
    for person, adopted, left, cohort in zip(
        selected.person, selected.adopted, selected.left, selected.cohort, strict=True
    ):
        gone = settings.start + timedelta(int(left)) if left <= settings.days else None
        supervised = told[int(person)].supervised(gone or settings.as_at)
        police, probation = (str(rng.choice(leads(agency, areas[person]))) for agency in (POLICE, PROBATION))
        reason = REASONS_LEFT[int(rng.integers(len(REASONS_LEFT)))] if gone else None
        alone = supervised and rng.random() < 0.1
        rows.append(
            (
                int(person),
                str(cohort),
                settings.start + timedelta(int(adopted)),
                gone,
                reason,
                None if alone else police,
                probation if supervised else None,
            )
        )
    columns = {
        "person": pl.Int64,
        "cohort": pl.String,
        "adopted_on": pl.Date,
        "left_on": pl.Date,
        "reason_left": pl.String,
        "police_lead": pl.String,
        "probation_lead": pl.String,
    }
    return pl.DataFrame(rows, schema=columns, orient="row")


def priorities(
    rng: np.random.Generator, settings: Settings, members: pl.DataFrame, told: dict[int, Story]
) -> pl.DataFrame:
    """Each decision on priority: at adoption, at each review, and soon after going in or coming out."""
    rows = []
    for person, _, adopted, left, _, police, probation in members.iter_rows():
        story, last = told[person], (left or settings.as_at) - timedelta(1)
        turns = sorted(
            day + timedelta(2)
            for spell in story.inside
            for day in (spell.starts, spell.ends)
            if adopted < day < last - timedelta(2)
        )
        day = adopted
        while day <= last:
            colour, reason = story.colour(day)
            review = day + timedelta(REVIEW_DAYS[colour])
            rows.append((person, day, colour, reason, review, police or probation))
            turns = [turn for turn in turns if turn > day]
            day = min([review + timedelta(int(rng.integers(-3, 12))), *turns[:1]])
    columns = {
        "person": pl.Int64,
        "set_on": pl.Date,
        "colour": pl.String,
        "reason": pl.String,
        "review_by": pl.Date,
        "set_by": pl.String,
    }
    return pl.DataFrame(rows, schema=columns, orient="row")


def contacts(
    rng: np.random.Generator, settings: Settings, members: pl.DataFrame, told: dict[int, Story]
) -> pl.DataFrame:
    """Contacts of the last twelve weeks with those managed now; about one in ten has gone quiet for three weeks."""
    rows = []
    for person, _, adopted, _, _, police, probation in members.filter(pl.col("left_on").is_null()).iter_rows():
        quiet = 21 if rng.random() < 0.1 else 1
        day = max(adopted, settings.as_at - timedelta(weeks=CONTACT_WEEKS)) + timedelta(int(rng.integers(0, 7)))
        while day <= settings.as_at - timedelta(quiet):
            story = told[person]
            colour, _ = story.colour(day)
            by_probation = probation is not None and (police is None or rng.random() < 0.5) and story.supervised(day)
            rows.append((person, *_contact(rng, day, colour == "Blue", probation if by_probation else None, police)))
            day += timedelta(max(1, CONTACT_DAYS[colour] + int(rng.integers(-2, 3))))
    columns: dict[str, pl.DataType | type[pl.DataType]] = {
        "person": pl.Int64,
        "at": pl.Datetime("ms"),
        "how": pl.String,
        "place": pl.String,
        "agency": pl.String,
        "by": pl.String,
        "outcome": pl.String,
    }
    return pl.DataFrame(rows, schema=columns, orient="row")


def _contact(
    rng: np.random.Generator, day: date, inside: bool, probation: str | None, police: str | None
) -> tuple[datetime, str, str, str, str | None, str]:
    """One contact: when, how, where, by which agency and officer, and what came of it."""
    at = datetime.combine(day, time(9)) + timedelta(minutes=15 * int(rng.integers(0, 36)))
    luck, kind = rng.random(), rng.random()
    if inside:
        how, place = ("Prison visit", "HMP Fabling") if kind < 0.6 else ("Video link", "HMP Fabling")
        outcome = "Seen" if luck < 0.92 else "Did not comply"
    elif probation:
        how, place = ("Office appointment", "Probation office") if kind < 0.8 else ("Telephone", "By telephone")
        outcome = "Seen" if luck < 0.8 else "Did not attend"
    else:
        how, place = ("Home visit", "Home address") if kind < 0.75 else ("Telephone", "By telephone")
        outcome = "Seen" if luck < 0.72 else "Not in" if luck < 0.97 else "Did not comply"
    if not inside and not probation and (police is None or rng.random() < 0.15):
        partner = PARTNERS[int(rng.integers(len(PARTNERS)))]
        return at, "Office appointment", "Partner's office", partner, None, "Seen" if luck < 0.8 else "Did not attend"
    by = probation or police
    return at, how, place, PROBATION if probation else POLICE, by, outcome
