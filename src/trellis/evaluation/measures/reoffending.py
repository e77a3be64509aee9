"""Reoffending in a follow-up: whether, how often and how soon, always together, with what was left out counted.

The follow-up of a person is [index date, index date + follow-up months). Sources: Ministry of Justice, Guide to proven
reoffending statistics, for the proven measure and its two rates; Her Majesty's Inspectorates 2014, 2.20 to 2.23 and
8.26, for never resting on the yes-or-no measure alone. A result is final only when the time for proof has passed for
everyone; until then it is provisional.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

import polars as pl

from trellis.evaluation.measures.events import DATES, Circumstance, EventType, Unit, dated_events, one_per_event
from trellis.evaluation.measures.proportions import Proportion, proportion
from trellis.evaluation.tables import ANY, DATE, check_columns, check_filled, check_same_ids
from trellis.rules.dates import long_date
from trellis.rules.errors import Refused

FOLLOW_UP_MONTHS: Final = 12
CONVICTION_MONTHS: Final = 6
NINE_MONTHS: Final = 9

SET_ASIDE: Final = MappingProxyType(
    {
        "no_date": "without the day it happened",
        "wrong_order": "proven before the day it was committed",
        "pseudo": "committed before the index date and proven after it",
        "after_censoring": "dated after the person died or left the country",
        "unproven": "committed in the follow-up and not proven so far",
        "too_late": "committed in the follow-up and proven after the time for proof",
        **{circumstance.value: circumstance.label.lower() for circumstance in Circumstance},
        "same_event": "a further offence of an event that counts once",
    }
)
"""Why an offence is not counted, in the order in which reasons are looked for, and how a report says it."""


@dataclass(frozen=True, slots=True, eq=False)
class Reoffending:
    """One measure of a group of people, who each have one index date.

    `people`: person_id, index_date, count (of events), reoffended, time_days (to the first event, or observed without
    one), event (whether time_days ends in one), observed_days (of the follow-up), mature. `counted`: person_id,
    happened, ho_code of every event counted. `set_aside`: how many offences were left out, by the keys of SET_ASIDE.
    `later_index_dates`: index dates left out because the person has an earlier one. `left`: people censored by the
    reason given for them.
    """

    event_type: EventType
    unit: Unit
    follow_up_months: int
    conviction_months: int
    as_at: date
    people: pl.DataFrame
    counted: pl.DataFrame
    set_aside: Mapping[str, int]
    later_index_dates: int
    left: Mapping[str, int]

    @property
    def n(self) -> int:
        """How many people."""
        return self.people.height

    @property
    def events(self) -> int:
        """How many events they have together."""
        return int(self.people["count"].sum())

    @property
    def reoffenders(self) -> int:
        """How many of them have at least one."""
        return int(self.people["reoffended"].sum())

    @property
    def binary(self) -> Proportion:
        """The share with at least one, with its Wilson interval."""
        return proportion(self.reoffenders, self.n)

    @property
    def per_person(self) -> float | None:
        """Events for each person; None without people."""
        return self.events / self.n if self.n else None

    @property
    def per_reoffender(self) -> float | None:
        """Events for each person who has any; None where nobody has, since there is nobody to divide by."""
        return self.events / self.reoffenders if self.reoffenders else None

    @property
    def per_100(self) -> float | None:
        """Events for every 100 people."""
        return None if self.per_person is None else 100 * self.per_person

    @property
    def identity_gap(self) -> float:
        """Frequency per person less binary share x frequency per reoffender: 0 but for the last bit (F = B x F_R)."""
        return (self.per_person or 0.0) - (self.binary.share or 0.0) * (self.per_reoffender or 0.0)

    @property
    def mature(self) -> int:
        """For how many people the time for proof has passed."""
        return int(self.people["mature"].sum())

    @property
    def provisional(self) -> bool:
        """Whether anybody's has not."""
        return self.mature < self.n

    @property
    def maturity(self) -> str:
        """`final`, or `provisional, 12 of 40 mature`."""
        return f"provisional, {self.mature:,} of {self.n:,} mature" if self.provisional else "final"

    @property
    def sentences(self) -> tuple[str, ...]:
        """Whether, how often by which denominator, and how settled that is: always together."""
        per_reoffender = "none" if self.per_reoffender is None else f"{self.per_reoffender:.2f}"
        per_person = "none" if self.per_person is None else f"{self.per_person:.2f}"
        per_100 = "none" if self.per_100 is None else f"{self.per_100:.0f}"
        return (
            f"{self.event_type.label}, {self.follow_up_months} months from each person's index date: "
            f"{self.binary.words} had at least one.",
            f"{self.events:,} in all: {per_person} per person, {per_reoffender} per person who reoffended, "
            f"{per_100} per 100 people. {self.unit.label}.",
            f"As at {long_date(self.as_at)} the figures are {self.maturity}.",
        )


def reoffending(
    people: pl.DataFrame,
    offences: pl.DataFrame,
    *,
    as_at: date,
    event_type: EventType = EventType.PROVEN,
    unit: Unit = Unit.OFFENCE,
    follow_up_months: int = FOLLOW_UP_MONTHS,
    conviction_months: int = CONVICTION_MONTHS,
    leave_out: Collection[Circumstance] = frozenset(Circumstance),
    censored: pl.DataFrame | None = None,
) -> Reoffending:
    """Count what people did in the follow-up of their index date.

    `people`: person_id, index_date; of several index dates of a person the first counts. `offences`: person_id, the
    days that `event_type` needs (offence_date and proven_date for PROVEN, arrest_date, charge_date), and where known
    ho_code, circumstance (a Circumstance) and event_id. `censored`: person_id, censored_on, reason, of people who died
    or were removed: they stay in, and their time ends. `as_at`: the last day the data covers. Only proven offences wait
    `conviction_months` for proof. Raises Refused for missing columns, empty cells and months below 1.
    """
    check_columns(people, {"person_id": ANY, "index_date": DATE}, "people")
    check_filled(people, ("person_id", "index_date"), "people")
    check_same_ids(people, offences, "offences")
    if follow_up_months < 1 or conviction_months < 0:
        raise Refused("The follow-up must be at least one month, and the time for proof cannot be below 0 months.")
    proof = conviction_months if event_type is EventType.PROVEN else 0
    index = _index(people, follow_up_months, follow_up_months + proof, as_at, censored)
    events = dated_events(offences, event_type).join(index, on="person_id")
    judged = events.with_columns(why=_why_not(event_type, as_at, leave_out))
    counted = judged.filter(pl.col("why") == "").sort("person_id", "happened", maintain_order=True)
    once = one_per_event(counted) if unit is Unit.EVENT else counted
    reasons: dict[str, int] = dict(judged["why"].value_counts().iter_rows())
    reasons["same_event"] = counted.height - once.height
    return Reoffending(
        event_type=event_type,
        unit=unit,
        follow_up_months=follow_up_months,
        conviction_months=proof,
        as_at=as_at,
        people=_by_person(index, once, as_at),
        counted=once.select("person_id", "happened", "ho_code"),
        set_aside=MappingProxyType({reason: reasons.get(reason, 0) for reason in SET_ASIDE}),
        later_index_dates=people.height - index.height,
        left=MappingProxyType(dict(index["reason"].drop_nulls().value_counts(sort=True).iter_rows())),
    )


def within_nine_months(people: pl.DataFrame, offences: pl.DataFrame, *, as_at: date) -> Reoffending:
    """Charged, cautioned or convicted within nine months (Her Majesty's Inspectorates 2014, 8.20).

    A measure of its own: it counts charges beside proof, so it cannot be set beside proven reoffending. An offence
    counts on the first of the two days, so that one charged before the index date is not new. `offences` has
    person_id, charge_date, proven_date. As `reoffending`.
    """
    return reoffending(
        people, offences, as_at=as_at, event_type=EventType.CHARGED_OR_PROVEN, follow_up_months=NINE_MONTHS
    )


def _index(
    people: pl.DataFrame, follow_up: int, proven_by: int, as_at: date, censored: pl.DataFrame | None
) -> pl.DataFrame:
    first = (
        people.select("person_id", pl.col("index_date").cast(pl.Date))
        .sort("index_date", maintain_order=True)
        .unique("person_id", keep="first", maintain_order=True)
        .sort("person_id")
        .with_columns(
            follow_up_ends=pl.col("index_date").dt.offset_by(f"{follow_up}mo"),
            proof_ends=pl.col("index_date").dt.offset_by(f"{proven_by}mo"),
        )
        .with_columns(mature=pl.col("proof_ends") <= as_at)
    )
    if censored is None:
        return first.with_columns(censored_on=pl.lit(None, pl.Date), reason=pl.lit(None, pl.String))
    check_columns(censored, {"person_id": ANY, "censored_on": DATE, "reason": ANY}, "people who left")
    earliest = censored.sort("censored_on").unique("person_id", keep="first", maintain_order=True)
    found = first.join(earliest.select("person_id", "censored_on", "reason"), on="person_id", how="left")
    ended = pl.col("censored_on") < pl.col("follow_up_ends")
    return found.with_columns(pl.when(ended).then("censored_on"), pl.when(ended).then("reason"))


def _why_not(event_type: EventType, as_at: date, leave_out: Collection[Circumstance]) -> pl.Expr:
    """The key of SET_ASIDE for which an event is left out, "" when it counts, null when it is no matter of this one."""
    happened, known = pl.col("happened"), pl.col("known")
    before, after = happened < pl.col("index_date"), happened >= pl.col("follow_up_ends")
    known_after_index = (known >= pl.col("index_date")) & (known <= as_at) & (known < pl.col("proof_ends"))
    unproven = known.is_null() | (known > as_at)
    nothing = pl.lit(None, pl.String)
    reason = (
        pl.when(happened.is_null()).then(pl.lit("no_date"))
        .when(known < happened).then(pl.lit("wrong_order"))
        .when(before & known_after_index & (len(DATES[event_type].happened) == 1)).then(pl.lit("pseudo"))
        .when(before | after | (happened > as_at)).then(nothing)
        .when(happened >= pl.col("censored_on")).then(pl.lit("after_censoring"))
        .when(unproven & (known.is_null() | (pl.col("proof_ends") > as_at))).then(pl.lit("unproven"))
        .when(unproven | (known >= pl.col("proof_ends"))).then(pl.lit("too_late"))
    )  # fmt: skip
    left_out = pl.col("circumstance").is_in([circumstance.value for circumstance in leave_out])
    return reason.when(left_out).then("circumstance").otherwise(pl.lit(""))


def _by_person(index: pl.DataFrame, counted: pl.DataFrame, as_at: date) -> pl.DataFrame:
    by_person = counted.group_by("person_id").agg(pl.len().alias("count"), pl.col("happened").min().alias("first"))
    observed_until = pl.min_horizontal("follow_up_ends", "censored_on", pl.lit(as_at + timedelta(days=1)))
    return (
        index.join(by_person, on="person_id", how="left", maintain_order="left")
        .with_columns(pl.col("count").fill_null(0).cast(pl.Int64), event=pl.col("first").is_not_null())
        .with_columns(
            reoffended="event",
            time_days=_days_from_index(pl.coalesce("first", observed_until)),
            observed_days=_days_from_index(observed_until),
        )
        .select("person_id", "index_date", "count", "reoffended", "time_days", "event", "observed_days", "mature")
    )


def _days_from_index(day: pl.Expr) -> pl.Expr:
    # Somebody whose index date lies past the data has not been observed at all.
    return (day - pl.col("index_date")).dt.total_days().clip(lower_bound=0)
