"""What a reader must know before believing the figures."""

from __future__ import annotations

from dataclasses import dataclass

from trellis.evaluation.attribution import signed_percent
from trellis.evaluation.comparing import checks
from trellis.evaluation.comparing.checks import Control, Pools
from trellis.evaluation.comparing.earlier_years import Design
from trellis.evaluation.comparing.place import Place
from trellis.evaluation.gates import Gate, State
from trellis.evaluation.result import Found


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What was looked at before the outcomes."""

    controls: tuple[Control, ...]
    pools: Pools | None
    chosen: Place
    plan: Design


def warnings_of(looked: Looked, found: Found, agreed: Gate) -> tuple[str, ...]:
    """A sentence for each thing that is not as it should be."""
    said = [_control(each) for each in looked.controls if each.noticed]
    if not said and checks.leaning(looked.controls) > checks.LEANING:
        said.append(
            "The placebo tests lean one way: before selection those managed were rather busier than people with the "
            "same yearly history. Selection on something the files do not hold cannot be ruled out."
        )
    pools, chosen, plan = looked.pools, looked.chosen, looked.plan
    if pools is not None and pools.unlike:
        said.append(
            f"The pool is unlike: people of the other places offended {signed_percent(pools.ratio - 1)} beside "
            f"those of the scheme's own in the years before, so a comparison with them misleads."
        )
    if not chosen.own:
        said.append(
            "Too few people of the scheme's own places are in the files: people of other places stand in for them."
        )
    if not plan.before_anybody:
        said.append(
            "The files hold no year before the first selection, so the earlier years overlap with the scheme's own."
        )
    if agreed.state is not State.PASS:
        said.append(agreed.sentence)
    if not found.period.low <= 1 <= found.period.high:
        said.append(
            f"Offending of people who were not managed changed by {signed_percent(found.period.value - 1)} between the "
            f"earlier years and now; the headline allows for it."
        )
    return tuple(said)


def _control(each: Control) -> str:
    return (
        f"A placebo test fails: those managed differ on {each.name} by {each.smd:+.2f} standard deviations from people "
        f"with the same yearly history, which the scheme cannot have caused. They may have been selected on something "
        f"the files do not hold, or the pool may be unlike them."
    )
