"""One evaluation from a folder: read, design, record, accept, open the outcomes, compare, and say what it comes to.

The order is fixed: nothing of a later gate is done when an earlier one failed, and no outcome is read before the
protocol stands and the balance is accepted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from trellis.evaluation import gates, reproducing
from trellis.evaluation.comparing import checks, earlier_years, matched, place
from trellis.evaluation.definitions import HarmIndex, UnitCostSet
from trellis.evaluation.finding import Opened, find
from trellis.evaluation.flow_counts import shown_flow
from trellis.evaluation.gates import Gate, State
from trellis.evaluation.plan import LIMITS, plan_of
from trellis.evaluation.protocol import Recorded, accept, record
from trellis.evaluation.result import Evaluation, Flow, Found
from trellis.evaluation.warnings_of import Looked, warnings_of
from trellis.evaluation.world import Cohort, Lives, World, cohort_of, lives_of, read_world
from trellis.evaluation.world.cohort import MATURE
from trellis.evaluation.world.lives import date_of
from trellis.rules.errors import Refused

REPLICATES: Final = 1000
SEED: Final = 20260217
PROTOCOL_FILE: Final = "protocol.json"
PROVISIONAL: Final = (
    "Some people are provisional: their year after selection is not final, and they are in no estimate. "
    "The flow of people counts them."
)


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """A run up to the point where outcomes may be opened."""

    world: World
    lives: Lives
    cohort: Cohort
    costs: UnitCostSet | None
    harm: HarmIndex | None
    recorded: Recorded


def evaluate(
    folder: Path,
    *,
    costs: UnitCostSet | None = None,
    harm: HarmIndex | None = None,
    seed: int = SEED,
    replicates: int = REPLICATES,
) -> Evaluation:
    """Evaluate the scheme whose five files a folder holds. The same files, costs, harm index and seed give the same
    result.

    A protocol.json in the folder is the plan recorded before: what this run does otherwise is listed. Raises Refused
    with a sentence when a file or column is missing or nobody was ever managed.
    """
    world = read_world(folder)
    lives = lives_of(world, prices(world, costs))
    cohort = cohort_of(lives, window=_window(world.options))
    if not len(cohort.submitted):
        raise Refused("managed.csv names nobody who is in people.csv: there is nobody to evaluate.")
    plan = plan_of(costs, harm, seed=seed, replicates=replicates, as_at=world.as_at)
    return _through_gates(Study(world, lives, cohort, costs, harm, record(plan, _recorded_before(folder))))


def _through_gates(study: Study) -> Evaluation:
    cohort, lives = study.cohort, study.lives
    people = len(cohort.evaluated) + len(cohort.immature)
    done = [gates.size(people, too_early=len(cohort.too_early))]
    if failed(done):
        return _closed(study, done)
    done.append(gates.maturity(len(cohort.evaluated), people, _final_on(lives, cohort)))
    if failed(done):
        return _closed(study, done)
    chosen = place.of(lives, cohort)
    try:
        design = place.design(lives, cohort, chosen)
        done.append(gates.overlap(design.tilt.effective, ""))
    except Refused as refusal:
        return _closed(study, [*done, gates.overlap(None, str(refusal))])
    if failed(done):
        return _closed(study, done)
    controls = checks.controls(lives, design)
    told = [gates.Checked(each.name, each.smd, each.noticed, each.refused) for each in controls]
    done.append(gates.balance(design.tilt.missed, told))
    pools = checks.pools(lives, chosen.area, design.dates)
    accepted = accept(study.recorded, design.tilt.missed)
    opened = Opened(
        lives, cohort, chosen, design, _matched(lives, design), controls, accepted,
        study.world, study.costs, study.harm,
    )  # fmt: skip
    found, refusals, agreed = find(opened, pools)
    if not failed(done):
        done.append(agreed)
    if not failed(done):
        done.append(gates.disclosure(shown_flow(_flow(study, opened.matched_people)).withheld))
    said = warnings_of(Looked(controls, pools, chosen, design), found, agreed)
    return _evaluation(study, done, Said(said, found, refusals, opened.matched_people))


def _matched(lives: Lives, design: earlier_years.Design) -> matched.MatchedDesign | str:
    try:
        return matched.design(lives, design.managed, design.dates, years=design.years, free=design.free)
    except Refused as refusal:
        return f"Matched comparison: {refusal}"


def _closed(study: Study, done: list[Gate]) -> Evaluation:
    return _evaluation(study, done, Said())


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What the outcomes gave, if they were opened."""

    warnings: tuple[str, ...] = ()
    found: Found | None = None
    refusals: tuple[str, ...] = ()
    matched_people: int | None = None


def _evaluation(study: Study, done: list[Gate], said: Said) -> Evaluation:
    provisional = (PROVISIONAL,) if len(study.cohort.immature) else ()
    return Evaluation(
        verdict=verdict(done, said.found),
        gates=gates.with_rest(done),
        warnings=(*said.warnings, *provisional, LIMITS[0]),
        limits=LIMITS,
        flow=_flow(study, said.matched_people),
        protocol=study.recorded,
        reproduction=reproducing.stamp(study.world, study.recorded),
        files=reproducing.files_read(study.world),
        found=said.found,
        refusals=said.refusals,
    )


def failed(done: list[Gate]) -> bool:
    """Whether one of the gates so far failed."""
    return any(gate.state is State.FAIL for gate in done)


def verdict(done: list[Gate], found: Found | None) -> str:
    """From the interval alone, once every gate let it through; "not assessed" when nothing could be compared."""
    if found is None:
        return "not assessed"
    if failed(done):
        return "cannot tell"
    if found.headline.high < 1:
        return "fewer"
    return "more" if found.headline.low > 1 else "cannot tell"


def prices(world: World, costs: UnitCostSet | None) -> pl.Series | None:
    """Pounds for each offence by its code; null where the set has no price."""
    if costs is None:
        return None
    lines = costs.lines_of(world.offences["ho_code"].unique().to_list())
    amounts = {code: float(line.amount) for code, line in lines.items()}
    return world.offences["ho_code"].replace_strict(amounts, default=None, return_dtype=pl.Float64)


def _flow(study: Study, matched_people: int | None) -> Flow:
    cohort = study.cohort
    areas = np.unique(study.lives.area[cohort.evaluated]) if len(cohort.evaluated) else np.array([], dtype=np.str_)
    return Flow(
        submitted=len(cohort.submitted),
        outside=len(cohort.outside),
        too_early=len(cohort.too_early),
        immature=len(cohort.immature),
        evaluated=len(cohort.evaluated),
        matched=matched_people,
        places=tuple(areas.tolist()),
    )


def _final_on(lives: Lives, cohort: Cohort) -> date | None:
    starts = np.sort(lives.managed_from[np.concatenate([cohort.evaluated, cohort.immature])])
    return date_of(int(starts[gates.FEWEST - 1]) + MATURE) if len(starts) >= gates.FEWEST else None


def _window(options: Mapping[str, object]) -> tuple[date | None, date | None]:
    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(str(options[name])[:10]) if options.get(name) else None
        except ValueError:
            raise Refused(
                f"settings.json: {name} is “{options[name]}”, which is no date. Write it as 2026-02-17."
            ) from None

    return day("selected_from"), day("selected_to")


def _recorded_before(folder: Path) -> dict[str, Any] | None:
    path = folder / PROTOCOL_FILE
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(
            f"{path.name} cannot be read as JSON ({error}): restore it, or remove it to record a new one."
        ) from error
    plan = content.get("protocol", content) if isinstance(content, dict) else None
    if not isinstance(plan, dict):
        raise Refused(f"{path.name} holds no protocol: restore it, or remove it to record a new one.")
    return plan
