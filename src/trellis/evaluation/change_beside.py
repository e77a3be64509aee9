"""Before the scheme and since, in the layout of the West Midlands paper, never without the natural fall."""

from __future__ import annotations

import polars as pl

from trellis.evaluation.attribution import NaturalFall
from trellis.evaluation.before_after import BeforeAfter, Scope, Settings, before_after
from trellis.evaluation.definitions import UnitCostSet
from trellis.evaluation.result import Interval
from trellis.evaluation.world import Cohort, Lives, World
from trellis.evaluation.world.lives import date_of

METHOD = "the same rule in earlier years, for the year after selection"


def change_beside(
    world: World, lives: Lives, cohort: Cohort, costs: UnitCostSet, fall: Interval, *, replicates: int, seed: int
) -> BeforeAfter:
    """The evaluated people's offences and their cost in the year before and since, beside the natural fall.

    Raises Refused as `before_after`, and as its table when nobody was at risk in one of the phases.
    """
    chosen = lives.ids.gather(cohort.evaluated).implode()
    settings = Settings(
        scope=Scope.ALL_SINCE,
        since=date_of(int(cohort.index.min())),
        data_end=world.as_at,
        data_start=date_of(lives.first_day),
        unit_costs=costs,
        replicates=replicates,
        seed=seed,
    )
    tables = (world.people, world.managed, world.offences, world.custody)
    people, managed, offences, custody = (table.filter(pl.col("person_id").is_in(chosen)) for table in tables)
    expected = NaturalFall(fall.value, fall.low, fall.high, METHOD)
    found = before_after(people, managed, offences, custody, settings, expected=expected)
    # Made here once, so that what it refuses is refused here and not on the page.
    found.table  # noqa: B018
    return found
