"""What a before-and-after found, and the words it must be read with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trellis.evaluation.attribution import PROVEN_IS_NOT_ALL, Expected, signed_percent
from trellis.evaluation.before_after.phases import Phase, scope_words
from trellis.evaluation.before_after.settings import Settings
from trellis.evaluation.cost import Costing
from trellis.evaluation.cost_tables import Change, CostTable, PeopleBySex, Range
from trellis.evaluation.exposure import DISAGREE, YEAR_DAYS, CustodyTreatment, annual_rate
from trellis.evaluation.measures.events import EventType
from trellis.rules.dates import long_date
from trellis.rules.errors import Refused


@dataclass(frozen=True, slots=True)
class PhaseTotals:
    """What was counted in a phase, or in two together. `days` are at risk; `without_days` people had none."""

    phases: tuple[Phase, ...]
    people: int
    events: int
    days: int
    held_days: int
    without_days: int
    under_30_days: int
    costing: Costing | None
    """The projected annual cost; None when no unit costs were given or nobody was at risk."""

    @property
    def per_person_year(self) -> float | None:
        """Events for each person and year at risk; None where nobody was at risk."""
        return annual_rate(self.events, self.days)

    @property
    def projected(self) -> float | None:
        """Events a year if all these people were at risk the whole year."""
        rate = self.per_person_year
        return None if rate is None else rate * self.people


@dataclass(frozen=True, slots=True, eq=False)
class BeforeAfter:
    """`phases` has before, during and after; `by_sex` before and compared of each sex, unknown always among them.

    `compared` is what the scope sets against before. `share_range` and `cost_range`: the change in offences as a share
    and the difference in pounds, by person bootstrap; None where there is nothing to divide by. `days_under`: days at
    risk before and compared under each treatment of custody. `short_baselines`: people whose baseline the start of the
    data cuts short.
    """

    settings: Settings
    people: PeopleBySex
    phases: Mapping[Phase, PhaseTotals]
    compared: PhaseTotals
    by_sex: Mapping[str, tuple[PhaseTotals, PhaseTotals]]
    share_range: Range | None
    cost_range: Range | None
    days_under: Mapping[CustodyTreatment, tuple[int, int]]
    short_baselines: int
    expected: Expected

    @property
    def before(self) -> PhaseTotals:
        """The phase before."""
        return self.phases[Phase.BEFORE]

    @property
    def table(self) -> CostTable:
        """The table in the layout of the West Midlands paper. Raises Refused when a phase has no day at risk."""
        return CostTable(
            title=f"{scope_words(self.settings.scope, since=self.settings.since, data_end=self.settings.data_end)}: "
            f"{self.settings.event_type.label.lower()} before and after",
            after_label=" and ".join([self.compared.phases[0].label, *(p.value for p in self.compared.phases[1:])]),
            people=self.people,
            offences=_change(self.before, self.compared),
            cost=_cost_change(self.before, self.compared),
            expected=self.expected,
            share_range=self.share_range,
            cost_range=self.cost_range,
            notes=self.notes,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Windows, event type, treatment of custody, annual figures, costs, and who had no time at risk."""
        settings, before, compared = self.settings, self.before, self.compared
        said = [
            settings.rules.words,
            _counted_words(settings),
            f"Annual figures are events / days at risk x {YEAR_DAYS} x people, over everyone together: "
            f"{before.events:,} in {before.days:,} days before, {compared.events:,} in {compared.days:,} days since.",
        ]
        if self.short_baselines:
            said.append(f"The data begins too late for the whole baseline of {self.short_baselines:,} people.")
        if before.without_days or compared.without_days:
            said.append(
                f"{before.without_days:,} people had no day at risk before and {compared.without_days:,} none since: "
                f"they are in the number of people and in no rate."
            )
        said.extend(self.other_treatments)
        if settings.event_type is EventType.PROVEN:
            said.append(PROVEN_IS_NOT_ALL)
        return (*said, *(before.costing.words if before.costing else ()))

    @property
    def other_treatments(self) -> tuple[str, ...]:
        """What the change would be with custody treated otherwise, where time at risk differs by over 10 %."""
        days = tuple(zip(*self.days_under.values(), strict=True))
        if all(max(each) <= min(each) * (1 + DISAGREE) for each in days) or not self.before.events:
            return ()
        return tuple(
            f"{treatment.label}: the change would be {_change_words(self.before.events, self.compared.events, *days)}."
            for treatment, days in self.days_under.items()
            if treatment is not self.settings.treatment
        )


def _counted_words(settings: Settings) -> str:
    said = f"Counted: {settings.event_type.label.lower()}. Custody: {settings.treatment.label.lower()}."
    if settings.proof_months is None:
        return said
    return (
        f"{said} An offence counts when it was proven within {settings.proof_months} months of the day it was "
        f"committed, in every phase alike, so phases end on {long_date(settings.until)} at the latest."
    )


def _change_words(before: int, since: int, days_before: int, days_since: int) -> str:
    if not (days_before and days_since):
        return "unknown, with nobody at risk"
    return signed_percent((since / days_since) / (before / days_before) - 1)


def _change(before: PhaseTotals, since: PhaseTotals) -> Change:
    if before.projected is None or since.projected is None:
        raise Refused("Nobody was at risk in one of the phases, so there is nothing to set side by side.")
    return Change(before.people, round(before.projected), round(since.projected))


def _cost_change(before: PhaseTotals, since: PhaseTotals) -> Change | None:
    pounds = [each.costing.pounds if each.costing else None for each in (before, since)]
    if pounds[0] is None or pounds[1] is None:
        return None
    return Change(before.people, round(pounds[0]), round(pounds[1]))
