"""The protocol before outcomes, and the gates."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.evaluation.folders import small_world
from trellis.evaluation import gates, report
from trellis.evaluation.gates import State
from trellis.evaluation.plan import plan_of
from trellis.evaluation.protocol import accept, record
from trellis.evaluation.run import evaluate
from trellis.rules.errors import Refused

PLAN = plan_of(None, seed=1, replicates=100, as_at=date(2026, 2, 17))


def test_the_hash_is_of_the_plan_and_of_nothing_else() -> None:
    assert PLAN.digest() == replace(PLAN).digest()
    assert PLAN.digest() != replace(PLAN, seed=2).digest()
    assert json.loads(PLAN.canonical())["seed"] == 1
    assert " " not in PLAN.canonical().replace(PLAN.question, "")[:2]


def test_later_changes_are_listed() -> None:
    earlier = json.loads(replace(PLAN, headline_method="Before and after").canonical())
    (change,) = record(PLAN, earlier).changes
    assert change.part == "headline_method"
    assert change.recorded == '"Before and after"'
    assert record(PLAN, json.loads(PLAN.canonical())).changes == ()


def test_outcomes_stay_closed_when_the_groups_are_unlike() -> None:
    with pytest.raises(Refused, match="outcomes stay closed"):
        accept(record(PLAN), 0.26)
    assert accept(record(PLAN), 0.02).recorded.sha256 == PLAN.digest()


def test_a_protocol_in_the_folder_is_held_against_the_run(tmp_path: Path) -> None:
    small_world(tmp_path, "tiny", seed=1)
    recorded = report.shape(evaluate(tmp_path))["protocol"]
    digest = recorded.pop("sha256")
    (tmp_path / "protocol.json").write_text(json.dumps(recorded), encoding="utf-8")
    same = report.shape(evaluate(tmp_path))
    assert same["protocol_changes"] == []
    assert same["protocol"]["sha256"] == digest
    other = report.shape(evaluate(tmp_path, seed=9))
    assert [each["part"] for each in other["protocol_changes"]] == ["seed"]
    (tmp_path / "protocol.json").write_text("[", encoding="utf-8")
    with pytest.raises(Refused, match="cannot be read"):
        evaluate(tmp_path)


@pytest.mark.parametrize(("people", "state"), [(29, State.FAIL), (30, State.FAIL), (59, State.FAIL), (60, State.PASS)])
def test_sixty_people_and_no_fewer(people: int, state: State) -> None:
    assert gates.size(people).state is state
    assert ("counts" in gates.size(people).sentence) == (people < 30)
    assert gates.size(people, too_early=70).sentence.endswith("70 more have less than a year of history in the files.")


def test_who_is_not_final_is_provisional() -> None:
    assert gates.maturity(59, 80, date(2026, 5, 1)).state is State.FAIL
    assert "1 May 2026" in gates.maturity(59, 80, date(2026, 5, 1)).sentence
    assert gates.maturity(60, 80, None).state is State.WARN
    assert gates.maturity(80, 80, None).state is State.PASS


def test_methods_that_disagree_are_told_and_close_the_report_when_surely() -> None:
    def beside(ratio: float, error: float, closing: float) -> State:
        return gates.agreement(0.9, [gates.Beside("other", ratio, error, closing)], error=0.05).state

    assert beside(0.95, 0.05, 0.1) is State.PASS
    assert beside(1.05, 0.2, 0.1) is State.WARN, "chance allows it"
    assert beside(1.3, 0.05, 0.1) is State.FAIL
    assert beside(1.3, 0.05, math.inf) is State.WARN, "it was known to be no like comparison"
    assert beside(1.1, 0.01, 0.25) is State.WARN


def test_gates_after_a_failed_one_are_not_reached() -> None:
    every = gates.with_rest([gates.size(10)])
    assert [gate.name for gate in every] == list(gates.ORDER)
    assert {gate.state for gate in every[1:]} == {State.NOT_REACHED}


def test_what_was_not_balanced_must_agree_too() -> None:
    fine = gates.Checked("offences in the last quarter", 0.05, noticed=False, refused=False)
    bad = gates.Checked("offences in the last quarter", 0.4, noticed=True, refused=True)
    assert gates.balance(0.0, [fine]).state is State.PASS
    assert gates.balance(0.0, [replace(fine, noticed=True)]).state is State.WARN
    assert gates.balance(0.0, [fine, bad]).state is State.FAIL
    assert gates.balance(0.0, []).state is State.PASS


def test_few_people_like_those_managed_are_no_comparison() -> None:
    assert gates.overlap(None, "Nobody.").sentence == "Nobody."
    assert gates.overlap(20, "").state is State.FAIL
    assert gates.overlap(200, "").state is State.PASS
    assert gates.too_few_offences(0, 50).state is State.FAIL
    assert gates.disclosure(2).state is State.WARN
