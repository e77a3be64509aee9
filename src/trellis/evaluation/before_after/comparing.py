"""The same people before, during and after: projected annual offences and cost, with what may not be claimed.

Projected annual offences = 365.25 x events / days at risk x people, over everyone together and never a mean of people's
own rates (PERF-06). Cost is the projected count of each line x its unit cost (West Midlands 2018, page 44: PERF-01).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.evaluation.attribution import Expected
from trellis.evaluation.before_after.people import PHASES, SEXES, Days, days_by_phase, days_under_each, exposure, sexes
from trellis.evaluation.before_after.phases import COMPARED, Phase, in_scope, phase_windows, short_baselines
from trellis.evaluation.before_after.ranges import ranges
from trellis.evaluation.before_after.results import BeforeAfter, PhaseTotals
from trellis.evaluation.before_after.settings import Settings
from trellis.evaluation.cost import cost
from trellis.evaluation.cost_tables import PeopleBySex
from trellis.evaluation.exposure import LEAST_DAYS, YEAR_DAYS
from trellis.evaluation.tables import ANY, check_columns, check_same_ids
from trellis.evaluation.tally import Tally, as_windows, tally
from trellis.rules.errors import Refused

PLACES: Final = {phase.value: place for place, phase in enumerate(PHASES)}


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
    # A window spent wholly in custody is no time at risk, and an offence in it is not one of the community.
    free = as_windows(ids, exposed.filter(pl.col("at_risk_days") > 0), PLACES)
    counted = tally(
        free,
        offences,
        event_type=settings.event_type,
        group=sex,
        unit_costs=settings.unit_costs,
        as_at_day=_day(settings.data_end - timedelta(days=1)),
        proof_months=settings.proof_months,
        phases=len(PHASES),
        groups=len(SEXES),
    )
    compared = COMPARED[settings.scope]

    def totals(phases: tuple[Phase, ...], *groups: int) -> PhaseTotals:
        return _totals(settings, days, counted, sex=sex, groups=groups, phases=phases)

    everyone = range(len(SEXES))
    share_range, cost_range = ranges(settings, days, counted)
    return BeforeAfter(
        settings=settings,
        people=PeopleBySex(*(int((sex == each).sum()) for each in everyone)),
        phases={phase: totals((phase,), *everyone) for phase in PHASES},
        compared=totals(compared, *everyone),
        by_sex={name: (totals((Phase.BEFORE,), place), totals(compared, place)) for place, name in enumerate(SEXES)},
        share_range=share_range,
        cost_range=cost_range,
        days_under=days_under_each(windows, custody, settings, exposed),
        short_baselines=short_baselines(spells, settings.rules, data_start=settings.data_start),
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


def _day(when: date) -> int:
    return (when - date(1970, 1, 1)).days
