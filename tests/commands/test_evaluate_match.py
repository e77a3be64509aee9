"""`trellis evaluate match`: the stable command."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from tests.evaluation import lalonde
from trellis.cli import main
from trellis.evaluation import matching
from trellis.evaluation.matching import Spec

COVARIATES = ",".join(lalonde.COVARIATES)


def match(capsys, *arguments, data=None) -> dict:
    code = main(
        ["evaluate", "match", str(data or lalonde.path()), "--treatment", "treat", "--covariates", COVARIATES]
        + [str(each) for each in arguments]
    )
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return json.loads(printed.out) if "--json" in arguments else {"text": printed.out}


@pytest.mark.requirement("PERF-16", "PERF-19")
def test_the_json_holds_weights_pairs_balance_and_effects(capsys) -> None:
    found = match(capsys, "--caliper", 0.2, "--outcome", "re78", "--json")
    straight = matching.nearest(lalonde.score().linear, lalonde.treated(), Spec(caliper=0.2))
    assert found["weights"] == straight.weights.tolist()
    assert found["pairs"] == straight.pairs.tolist()
    assert [row["covariate"] for row in found["balance"]] == list(lalonde.COVARIATES)
    assert found["summary"]["max_abs_smd"] == max(abs(row["smd_after"]) for row in found["balance"])
    assert [(each["measure"], each["adjusted"]) for each in found["effects"]] == [
        ("difference", False),
        ("difference", True),
    ]
    assert found["effects"][1]["estimate"] == pytest.approx(1347.44, abs=0.005)
    assert len(found["unmatched"]) == 68


def test_without_an_outcome_no_effect_is_looked_at(capsys) -> None:
    assert "effects" not in match(capsys, "--json")


@pytest.mark.parametrize(
    ("arguments", "controls"),
    [
        (["--distance", "ps"], 185),
        (["--replace", "--caliper", 0.2], 82),
        (["--ratio", 2], 370),
        (["--exact", "black,married"], None),
        (["--distance", "mahalanobis"], 185),
        (["--distance", "mahalanobis", "--exact", "married", "--order", "closest"], 185),
        (["--order", "closest"], 185),
        (["--order", "random", "--seed", 4], 185),
        (["--reuse-limit", 3], None),
        (["--near", "age=0.5"], None),
        (["--discard", "both"], None),
        (["--method", "subclass", "--subclasses", 5], 429),
        (["--method", "cem"], None),
    ],
)
def test_every_option_gives_a_match(capsys, arguments, controls) -> None:
    found = match(capsys, *arguments, "--json")
    weights = np.array(found["weights"])
    treated = lalonde.treated()
    used = int((weights[~treated] > 0).sum())
    assert weights[~treated].sum() == pytest.approx(used, abs=1e-6)
    assert found["summary"]["matched_controls"] == used
    assert controls in (None, used)
    if "--exact" in arguments:
        columns = lalonde.frame().select(arguments[arguments.index("--exact") + 1].split(",")).to_numpy()
        assert all((columns[row] == columns[other]).all() for row, other in found["pairs"])
    if "--near" in arguments:
        age = lalonde.frame()["age"].to_numpy()
        assert max(abs(age[row] - age[other]) for row, other in found["pairs"]) <= 0.5 * age.std(ddof=1)


def test_text_covariates_are_expanded(capsys, tmp_path) -> None:
    path = tmp_path / "race.csv"
    lalonde.with_race().write_csv(path)
    main(["evaluate", "match", str(path), "--treatment", "treat", "--covariates", "age,race", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [row["covariate"] for row in found["balance"]] == ["age", "raceblack", "racehispan", "racewhite"]


def test_an_unlike_match_shows_no_effect_to_a_reader(capsys) -> None:
    text = match(capsys, "--distance", "ps", "--outcome", "re78")["text"]
    assert "no effect may be reported" in text
    assert "894" not in text
    found = match(capsys, "--distance", "ps", "--outcome", "re78", "--json")
    assert found["effects"][0]["estimate"] == pytest.approx(894.37, abs=0.005)
    assert {(each["reportable"], each["verdict"]) for each in found["effects"]} == {(False, "not assessed")}


def test_a_reader_sees_who_was_left_out(capsys) -> None:
    text = match(capsys, "--caliper", 0.2, "--replace", "--outcome", "re78")["text"]
    assert "184 of 185 people managed matched with 82 of 429 others" in text
    assert "Average people managed" in text
    assert "difference (adjusted): 2,167" in text
    assert "unadjusted" not in text


def test_counts_give_a_rate_ratio_and_a_yes_or_no_gives_risks(capsys, tmp_path) -> None:
    rng = np.random.default_rng(8)
    frame = pl.DataFrame(
        {
            "treat": [1, 0] * 60,
            "x": rng.standard_normal(120),
            "count": rng.poisson(2, 120),
            "time": rng.uniform(0.2, 1, 120),
            "again": rng.random(120) < 0.5,
        }
    )
    frame.write_csv(tmp_path / "small.csv")
    asked = ["evaluate", "match", str(tmp_path / "small.csv"), "--treatment", "treat", "--covariates", "x", "--json"]
    main([*asked, "--outcome", "count", "--exposure", "time"])
    assert {each["measure"] for each in json.loads(capsys.readouterr().out)["effects"]} == {"rate ratio"}
    main([*asked, "--outcome", "again"])
    measures = {each["measure"] for each in json.loads(capsys.readouterr().out)["effects"]}
    assert measures == {"risk difference", "risk ratio", "odds ratio"}


@pytest.mark.parametrize(
    ("text", "arguments", "sentence"),
    [
        ("t,x\n1,2\n0,\n", [], "bad.csv: Column x, row 2: the value is missing"),
        ("t,x\n1,2\n0,NA\n", [], "bad.csv: Column x, row 2: the value is missing"),
        ("t,x\n1,2\n2,3\n", [], "bad.csv: Column t, row 2: the treatment must be 1"),
        ("t,x\nyes,2\nno,3\n", [], "bad.csv: Column t, row 1: the treatment must be 1"),
        ("t,x\n1,2\n1,3\n", [], "bad.csv: Everybody is in one group"),
        ("t,y\n1,2\n0,3\n", [], "There is no column x: the columns are t, y"),
        ("t,x\n1,2\n0,3\n", ["--outcome", "z"], "There is no column z"),
        ("t,x,z\n1,2,a\n0,2,b\n1,3,a\n0,3,a\n", ["--outcome", "z"], "Column z, row 1: 'a' is not a number"),
        ("t,x\n1,2\n0,3\n1,2\n0,3\n", [], "apart completely (look at x first)"),
        ("t,x\n1,2\n0,3\n", ["--ratio", "0"], "The ratio is 0"),
        ("t,x\n1,2\n0,3\n", ["--near", "x"], "--near x has no width"),
        ("t,x\n1,2\n0,3\n", ["--near", "x=a"], "not a number"),
        ("", [], "is empty: its first line must name the columns"),
        ("t,x\n1,2,3\n", [], "could not be read"),
    ],
)
def test_bad_input_gets_a_sentence_and_exit_code_2(capsys, tmp_path, text, arguments, sentence) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    code = main(["evaluate", "match", str(path), "--treatment", "t", "--covariates", "x", *arguments])
    printed = capsys.readouterr()
    assert (code, printed.out) == (2, "")
    assert sentence in printed.err


def test_what_cannot_be_estimated_is_told_and_the_json_stays_json(capsys, tmp_path) -> None:
    rows = [
        "t,x,z,all",
        *(f"{place % 2},{place % 7},{place % 2},{int(place % 2 == 1 and place % 3 > 0)}" for place in range(40)),
    ]
    path = tmp_path / "small.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    asked = ["evaluate", "match", str(path), "--treatment", "t", "--distance", "mahalanobis", "--covariates", "x,z"]
    assert main([*asked, "--outcome", "all", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["summary"]["max_abs_smd"] is None
    assert found["summary"]["verdict"] == "refuse"
    assert any("nobody has the outcome" in each for each in found["refusals"])


def test_a_file_that_is_not_there(capsys, tmp_path) -> None:
    gone = tmp_path / "gone.csv"
    assert main(["evaluate", "match", str(gone), "--treatment", "t", "--covariates", "x"]) == 2
    assert "There is no file" in capsys.readouterr().err
