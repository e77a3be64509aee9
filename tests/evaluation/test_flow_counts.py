"""What the page tells of the flow of people: no lone hidden step can be worked out from the totals round it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.evaluation.folders import small_world
from trellis.evaluation import gates, report
from trellis.evaluation.flow_counts import SAID_WITHHELD, STEPS, shown_flow
from trellis.evaluation.gates import State
from trellis.evaluation.result import Flow
from trellis.evaluation.run import evaluate

FLOW = Flow(submitted=103, outside=0, too_early=0, immature=3, evaluated=100, matched=98, places=("Fable",))


def possible(flow: Flow, step: str) -> set[int]:
    """Every value of a step that fits what is shown, found by trying: exact counts behind what is shown are known."""
    shown = shown_flow(flow).counts
    true = {
        **{name: getattr(flow, name) for name in ("submitted", "outside", "too_early", "immature", "evaluated")},
        "matched": flow.matched or 0,
        "selected": flow.immature + flow.evaluated,
        "unmatched": flow.evaluated - (flow.matched or 0),
    }
    fits = set()
    low = [range(13) if shown[name] is None else [true[name]] for name in ("outside", "too_early", "immature")]
    for outside in low[0]:
        for early in low[1]:
            for immature in low[2]:
                for unmatched in range(13) if shown["unmatched"] is None else [true["unmatched"]]:
                    for matched in range(80, 120) if shown["matched"] is None else [true["matched"]]:
                        evaluated = matched + unmatched
                        selected = evaluated + immature
                        made = {
                            "outside": outside, "too_early": early, "immature": immature, "unmatched": unmatched,
                            "matched": matched, "evaluated": evaluated, "selected": selected,
                            "submitted": selected + outside + early,
                        }  # fmt: skip
                        if all(shown[name] is None or made[name] == true[name] for name in made):
                            fits.add(made[step])
    return fits


@pytest.mark.parametrize(
    "flow",
    [
        FLOW,
        replace(FLOW, submitted=105, outside=2),
        replace(FLOW, immature=0, submitted=100),
        replace(FLOW, immature=4, outside=1, too_early=2, submitted=107, matched=100),
    ],
)
def test_no_hidden_step_can_be_placed_narrowly(flow: Flow) -> None:
    hidden = [step for step, count in shown_flow(flow).counts.items() if count is None]
    assert hidden
    for step in hidden:
        fits = possible(flow, step)
        assert max(fits) - min(fits) >= 4, (step, fits)


def test_a_lone_small_step_takes_others_with_it() -> None:
    shown = shown_flow(replace(FLOW, matched=100, submitted=103))
    assert shown.counts["immature"] is None
    assert shown.withheld >= 2
    assert shown.rows[0][0] == STEPS["submitted"]


def test_without_small_counts_all_is_shown_rounded() -> None:
    shown = shown_flow(replace(FLOW, submitted=262, immature=12, evaluated=250, matched=233))
    assert shown.withheld == 0
    assert shown.counts == {
        "submitted": 260, "outside": 0, "too_early": 0, "selected": 260, "immature": 10, "evaluated": 250,
        "matched": 235, "unmatched": 15,
    }  # fmt: skip


def test_a_gate_tells_true_counts_inside_and_shown_ones_outside() -> None:
    gate = gates.maturity(100, 103, None)
    assert gate.sentence.startswith("100 of 103 people")
    said = gate.told(shown_flow(FLOW).words)
    assert not ("100" in said and "103" in said)
    assert SAID_WITHHELD in said.lower()
    assert gate.state is State.WARN


def test_page_and_text_tell_no_small_number_of_people(tmp_path: Path) -> None:
    """Three people selected too lately: neither their number nor what gives it away stands on page or text."""
    small_world(tmp_path, "zero", seed=3)
    late = pl.read_csv(tmp_path / "managed.csv", infer_schema=False)
    never = pl.read_csv(tmp_path / "people.csv", infer_schema=False)["person_id"]
    never = never.filter(~never.is_in(late["person_id"].implode())).head(3)
    rows = pl.DataFrame({"person_id": never, "from": ["2023-05-01"] * 3, "to": [None] * 3}, schema=late.schema)
    pl.concat([late, rows]).write_csv(tmp_path / "managed.csv")
    (tmp_path / "settings.json").write_text('{"as_at": "2023-06-30"}', encoding="utf-8")
    found = evaluate(tmp_path, replicates=60)
    assert found.flow.immature == 3
    shape = report.shape(found)
    assert shape["flow"]["immature"] == shape["provisional"]["people"] == 3
    assert next(gate for gate in found.gates if gate.name == "disclosure").state is State.WARN
    for said in (report.text(found), report.html(found)):
        assert "[c]" in said
        assert "Some people are provisional" in said
        assert f"{found.flow.evaluated} of {found.flow.evaluated + 3}" not in said
