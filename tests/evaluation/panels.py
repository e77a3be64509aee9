"""Panels straight from simulated lives, without the way through files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trellis.evaluation import bootstrap, propensity
from trellis.evaluation.matching import Spec, nearest
from trellis.evaluation.natural_fall import Panel, make_panel
from trellis.evaluation.ratios import RatioInterval
from trellis.synthetic.worlds import Lives
from trellis.synthetic.worlds.counting import counts_within, days_free_within, yearly
from trellis.synthetic.worlds.justice import Lived
from trellis.synthetic.worlds.selection import NEVER, at_liberty

YEAR = 365


def panel_of(lives: Lives, who: NDArray[np.int64] | None = None) -> Panel:
    """Of the scheme's area, or of these people; everyone's index date is the panel day."""
    people = np.flatnonzero(lives.in_scheme_area) if who is None else who
    day = lives.panel_days[0]
    index = np.full(len(people), day)
    counts, free = yearly(lives.settings, lives.offences, lives.custody, people, index)
    lived, everyone = Lived(lives.offences, lives.custody), len(lives.female)
    age = (lives.age_days[people] + day) / 365.25
    return make_panel(
        counts,
        free,
        counts_within(lives.offences, people, index, index + YEAR),
        days_free_within(lives.custody, people, index, index + YEAR),
        lives.managed_from[people] != NEVER,
        eligible=at_liberty(day, lived, everyone)[people],
        eligible_earlier=at_liberty(day - YEAR, lived, everyone)[people],
        covariates=np.column_stack([lives.female[people], age]),
    )


@dataclass(frozen=True)
class Matched:
    """The matched alone: their panel and who is in which pair."""

    panel: Panel
    pair: NDArray[np.int64]

    def ratio(self, *, replicates: int, seed: int) -> RatioInterval:
        """The managed people's rate in the follow-up beside their pairs'."""
        panel = self.panel
        return bootstrap.pairs(
            panel.after, panel.days_after, panel.managed, self.pair, replicates=replicates, seed=seed
        )


def matched_of(lives: Lives) -> Matched:
    """The managed and people of the area without a scheme, matched on three years' counts, time inside, age and sex.

    The caliper is narrow, because a pool that offends less has few people to stand beside the busiest.
    """
    managed = np.flatnonzero(lives.managed_from != NEVER)
    others = np.flatnonzero(~lives.in_scheme_area)
    whole = panel_of(lives, np.concatenate([managed, others]))
    last_three = whole.counts[:, -3:]
    known = np.column_stack([last_three, np.log1p(last_three), whole.days[:, -1], whole.covariates])
    use = np.flatnonzero(whole.eligible & (last_three[:, -1] > 0))
    score = propensity.fit(known[use], whole.managed[use])
    match = nearest(score.linear, whole.managed[use], Spec(caliper=0.05))
    assert match.strata is not None
    kept = match.weights > 0
    people = np.concatenate([managed, others])[use[kept]]
    return Matched(panel_of(lives, people), match.strata[kept])
