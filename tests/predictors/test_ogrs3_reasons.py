"""One person's score: terms that a panel can check by hand, and errors in sentences."""

import math
from datetime import date
from typing import Any

import pytest

from trellis.predictors.ogrs3 import PARAMETER_SETS, Score, category, description, score_one

SOUND: dict[str, Any] = {
    "sex": "M",
    "date_of_birth": date(2000, 3, 4),
    "conviction_date": date(2022, 3, 3),
    "followup_date": date(2023, 3, 4),
    "total_sanctions": 7,
    "age_at_first_sanction": 15,
    "ho_code": "04510",
}


def one(parameters: str = "arns-2025", **changes: Any) -> Score:
    return score_one(**(SOUND | changes), parameters=parameters)


@pytest.mark.requirement("SYS-02")
@pytest.mark.parametrize("parameters", list(PARAMETER_SETS))
def test_terms_add_up_to_the_score_and_name_their_set(parameters: str) -> None:
    found = one(parameters)
    total = sum(term.weight for term in found.terms)
    assert found.pct_1y == round(100 / (1 + math.exp(-found.constant_1y - total)))
    assert found.pct_2y == round(100 / (1 + math.exp(-found.constant_2y - total)))
    assert (found.predictor, found.parameters, found.version, found.errors) == ("OGRS3", parameters, "1", ())
    assert {term.source for term in found.terms} == {found.source}


def test_each_term_says_the_value_it_used() -> None:
    assert [(term.name, term.value) for term in one().terms] == [
        ("Age and sex", "age 23 at the start of follow-up, male"),
        ("First or repeat sanction", "repeat: 7 sanctions"),
        ("Rate of sanctions", "7 sanctions, 6 years from the first (age 15) to the current one (age 21)"),
        ("Current offence", "04510 Stealing from vehicles: From motor vehicles: Theft from vehicles"),
    ]


def test_a_first_sanction_in_words() -> None:
    terms = one(sex="F", total_sanctions=1, age_at_first_sanction=21).terms
    assert terms[0].value == "age 23 at the start of follow-up, female"
    assert terms[1].value == "first sanction"
    assert terms[2].value == "1 sanction, 0 years from the first (age 21) to the current one (age 21)"


def test_a_limit_on_sanctions_is_told() -> None:
    assert "80 sanctions, counted as 51, 6 years" in one("published-2009", total_sanctions=80).terms[2].value
    assert "counted" not in one("arns-2025", total_sanctions=80).terms[2].value


@pytest.mark.parametrize(
    ("changes", "types", "words"),
    [
        ({"sex": "U", "followup_date": None}, ["MISSING_MANDATORY_INPUT"], "sex (M or F), date at the start"),
        ({"total_sanctions": 0}, ["TOTAL_NUMBER_OF_SANCTIONS_LESS_THAN_ONE"], "is 0;"),
        ({"ho_code": "4510"}, ["OFFENCE_CODE_INCORRECT_FORMAT"], "“4510”"),
        ({"conviction_date": date(1999, 1, 1)}, ["UNEXPECTED_ERROR"], "current conviction is on or before"),
        ({"followup_date": date(1999, 1, 1)}, ["UNEXPECTED_ERROR"], "follow-up is on or before"),
        ({"followup_date": date(2009, 1, 1)}, ["UNEXPECTED_ERROR"], "comes to 8, below 10"),
        ({"ho_code": "14100"}, ["NEED_DETAILS_OF_EXACT_OFFENCE"], "14100 covers"),
        ({"ho_code": "99999"}, ["OFFENCE_CODE_MAPPING_NOT_FOUND"], "99999"),
        (
            {"conviction_date": date(2009, 1, 1)},
            ["AGE_AT_CURRENT_CONVICTION_LESS_THAN_TEN", "AGE_AT_FIRST_SANCTION_AFTER_AGE_AT_CURRENT_CONVICTION"],
            "comes to 8",
        ),
        (
            {"ho_code": "1", "total_sanctions": None},
            ["MISSING_MANDATORY_INPUT", "OFFENCE_CODE_INCORRECT_FORMAT"],
            "Not given: total number of sanctions.",
        ),
    ],
)
def test_each_error_is_a_type_and_a_sentence(changes: dict[str, Any], types: list[str], words: str) -> None:
    found = one(**changes)
    assert [error.type for error in found.errors] == types
    assert words in found.errors[0].sentence
    assert all(error.sentence.endswith(".") for error in found.errors)
    assert (found.pct_1y, found.pct_2y, found.band, found.terms) == (None, None, None, ())


def test_offences_have_names_and_categories() -> None:
    assert (description("04510"), category("04510")) == (
        "Stealing from vehicles: From motor vehicles",
        "Theft from vehicles",
    )
    assert (description("14100") is not None, category("14100")) == (True, None)
    assert (description("99999"), category("99999")) == (None, None)
