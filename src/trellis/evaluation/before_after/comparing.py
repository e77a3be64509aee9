"""The same people before, during and after: projected annual offences and cost, with what may not be claimed.

Projected annual offences = 365.25 x events / days at risk x people, over everyone together and never a mean of people's
own rates (PERF-06). Cost is the projected count of each line x its unit cost (West Midlands 2018, page 44: PERF-01).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.evaluation.attribution import PROVEN_IS_NOT_ALL, Expected
from trellis.evaluation.before_after.people import PHASES, SEXES, Days, days_by_phase, exposure, sexes
from trellis.evaluation.before_after.phases import COMPARED, Phase, in_scope, phase_windows, scope_words
from trellis.evaluation.before_after.ranges import ranges
from trellis.evaluation.before_after.settings import Settings
from trellis.evaluation.cost import Costing, cost
from trellis.evaluation.cost_tables import Change, CostTable, PeopleBySex, Range
from trellis.evaluation.exposure import LEAST_DAYS, YEAR_DAYS, annual_rate
from trellis.evaluation.measures.events import EventType
from trellis.evaluation.tables import ANY, check_columns, check_same_ids
from trellis.evaluation.tally import Tally, as_windows, tally
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
    and the difference in pounds, by person bootstrap; None where there is nothing to divide by.
    """

    settings: Settings
    people: PeopleBySex
    phases: Mapping[Phase, PhaseTotals]
    compared: PhaseTotals
    by_sex: Mapping[str, tuple[PhaseTotals, PhaseTotals]]
    share_range: Range | None
    cost_range: Range | None
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
            f"Counted: {settings.event_type.label.lower()}. Custody: {settings.treatment.label.lower()}.",
            f"Annual figures are events / days at risk x {YEAR_DAYS} x people, over everyone together: "
            f"{before.events:,} in {before.days:,} days before, {compared.events:,} in {compared.days:,} days since.",
        ]
        if before.without_days or compared.without_days:
            said.append(
                f"{before.without_days:,} people had no day at risk before and {compared.without_days:,} none since: "
                f"they are in the number of people and in no rate."
            )
        if settings.event_type is EventType.PROVEN:
            said.append(PROVEN_IS_NOT_ALL)
        return (*said, *(before.costing.words if before.costing else ()))


def before_after(
    people: pl.DataFrame,
    managed: pl.DataFrame,
    offences: pl.DataFrame | pl.LazyFrame,
    custody: pl.DataFrame,
    settings: Settings,
    *,
    expected: Expected,
) -> BeforeAfter:
    """Set the offending of people before they were managed beside that since.

    `people`: person_id, sex (M, F, anything else is unknown); `managed`: person_id, from, to; `offences` as for
    `measures.reoffending`, in memory or a scan of Parquet; `custody` as for `exposure.days_at_risk`. `expected`, the
    natural fall, has no default: work it out, or say why it was not assessed. Raises Refused for missing columns, for
    people without a row in `people`, and when the scope takes nobody.
    """
    check_columns(people, {"person_id": ANY, "sex": ANY}, "people")
    check_same_ids(people, managed, "managed people")
    spells = in_scope(managed, settings.scope, since=settings.since, data_end=settings.data_end)
    ids = spells["person_id"].unique(maintain_order=True)
    if ids.is_empty():
        raise Refused("Nobody was managed in that scope. Check the days of the managed people and the scope.")
    sex = sexes(people, ids)
    windows = phase_windows(spells, settings.rules, until=settings.until, data_start=settings.data_start)
    exposed = exposure(windows, custody, settings)
    days = days_by_phase(ids, exposed)
    counted = tally(
        # A window spent wholly in custody is no time at risk, and an offence in it is not one of the community.
        as_windows(
            ids, exposed.filter(pl.col("at_risk_days") > 0), {phase.value: place for place, phase in enumerate(PHASES)}
        ),
        offences,
        event_type=settings.event_type,
        group=sex,
        unit_costs=settings.unit_costs,
        as_at_day=_day(settings.data_end - timedelta(days=1)),
        proof_months=settings.proof_months,
        phases=len(PHASES),
        groups=len(SEXES),
    )
    return _assembled(settings, expected, sex, days, counted)


def _assembled(
    settings: Settings, expected: Expected, sex: NDArray[np.int8], days: Days, counted: Tally
) -> BeforeAfter:
    everyone = tuple(range(len(SEXES)))
    compared = COMPARED[settings.scope]

    def totals(groups: tuple[int, ...], phases: tuple[Phase, ...]) -> PhaseTotals:
        return _totals(settings, days, counted, sex=sex, groups=groups, phases=phases)

    share_range, cost_range = ranges(settings, days, counted)
    return BeforeAfter(
        settings=settings,
        people=PeopleBySex(*(int((sex == each).sum()) for each in everyone)),
        phases={phase: totals(everyone, (phase,)) for phase in PHASES},
        compared=totals(everyone, compared),
        by_sex={
            name: (totals((place,), (Phase.BEFORE,)), totals((place,), compared)) for place, name in enumerate(SEXES)
        },
        share_range=share_range,
        cost_range=cost_range,
        expected=expected,
    )


def _totals(
    settings: Settings,
    days: Days,
    counted: Tally,
    *,
    sex: NDArray[np.int8],
    groups: tuple[int, ...],
    phases: tuple[Phase, ...],
) -> PhaseTotals:
    chosen = np.isin(sex, groups)
    places = tuple(PHASES.index(phase) for phase in phases)
    at_risk = days.at_risk[chosen][:, places].sum(axis=1)
    all_days, people = float(at_risk.sum()), int(chosen.sum())
    codes = counted.by_code(groups, places)
    costing = None
    if settings.unit_costs and all_days:
        a_year = YEAR_DAYS / all_days * people
        costing = cost({code: count * a_year for code, count in codes.items()}, settings.unit_costs)
    return PhaseTotals(
        phases=phases,
        people=people,
        events=sum(codes.values()),
        days=int(all_days),
        held_days=int(days.held[chosen][:, places].sum()),
        without_days=int((at_risk == 0).sum()),
        under_30_days=int((at_risk < LEAST_DAYS).sum()),
        costing=costing,
    )


def _change(before: PhaseTotals, since: PhaseTotals) -> Change:
    if before.projected is None or since.projected is None:
        raise Refused("Nobody was at risk in one of the phases, so there is nothing to set side by side.")
    return Change(before.people, round(before.projected), round(since.projected))


def _cost_change(before: PhaseTotals, since: PhaseTotals) -> Change | None:
    pounds = [each.costing.pounds if each.costing else None for each in (before, since)]
    if pounds[0] is None or pounds[1] is None:
        return None
    return Change(before.people, round(pounds[0]), round(pounds[1]))


def _day(when: date) -> int:
    return (when - date(1970, 1, 1)).days
