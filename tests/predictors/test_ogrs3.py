"""OGRS3 of a table: every check in its order, every edge, and the twin's agreement."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.predictors.ogrs3_twin import Answer, Row, offence_rows, row_from_text, score_row
from trellis.predictors.ogrs3 import INPUTS, NO_SCORE, TableError, score
from trellis.predictors.ogrs3.parameters import AGE_FLOORS, ARNS_2025, PARAMETER_SETS, PUBLISHED_2009

SOUND: dict[str, Any] = {
    "sex": "M",
    "date_of_birth": date(1990, 6, 15),
    "conviction_date": date(2020, 6, 15),
    "followup_date": date(2020, 6, 15),
    "total_sanctions": 4,
    "age_at_first_sanction": 16,
    "ho_code": "04510",
}
SCHEMA = {
    "sex": pl.String,
    "date_of_birth": pl.Date,
    "conviction_date": pl.Date,
    "followup_date": pl.Date,
    "total_sanctions": pl.Int64,
    "age_at_first_sanction": pl.Int64,
    "ho_code": pl.String,
}


def table(*changes: dict[str, Any]) -> pl.DataFrame:
    """A row for each set of changes to a sound row."""
    return pl.DataFrame([SOUND | change for change in changes], schema=SCHEMA)


def answers(frame: pl.DataFrame, parameters: str = "arns-2025") -> list[Answer]:
    return [Answer(*row) for row in score(frame, parameters).to_frame().rows()]


def error_of(**changes: Any) -> str | None:
    answer = answers(table(changes))[0]
    assert (answer.pct_1y is None) == (answer.error is not None)
    assert (answer.pct_1y is None) == (answer.pct_2y is None) == (answer.band is None)
    return answer.error


class TestChecks:
    def test_a_sound_row_has_no_error(self) -> None:
        assert error_of() is None

    @pytest.mark.parametrize("name", INPUTS)
    def test_each_input_is_needed(self, name: str) -> None:
        assert error_of(**{name: None}) == "MISSING_MANDATORY_INPUT"

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"sex": "U"}, "MISSING_MANDATORY_INPUT"),
            ({"sex": "m"}, "MISSING_MANDATORY_INPUT"),
            ({"ho_code": ""}, "MISSING_MANDATORY_INPUT"),
            ({"total_sanctions": 0}, "TOTAL_NUMBER_OF_SANCTIONS_LESS_THAN_ONE"),
            ({"total_sanctions": -3}, "TOTAL_NUMBER_OF_SANCTIONS_LESS_THAN_ONE"),
            ({"ho_code": "4510"}, "OFFENCE_CODE_INCORRECT_FORMAT"),
            ({"ho_code": "045/10"}, "OFFENCE_CODE_INCORRECT_FORMAT"),
            ({"conviction_date": date(1990, 6, 15)}, "UNEXPECTED_ERROR"),
            ({"followup_date": date(1990, 6, 15)}, "UNEXPECTED_ERROR"),
            (
                {"conviction_date": date(2000, 6, 14)},
                "AGE_AT_CURRENT_CONVICTION_LESS_THAN_TEN;AGE_AT_FIRST_SANCTION_AFTER_AGE_AT_CURRENT_CONVICTION",
            ),
            ({"age_at_first_sanction": 31}, "AGE_AT_FIRST_SANCTION_AFTER_AGE_AT_CURRENT_CONVICTION"),
            ({"ho_code": "08800"}, "NEED_DETAILS_OF_EXACT_OFFENCE"),
            ({"ho_code": "11100"}, "NEED_DETAILS_OF_EXACT_OFFENCE"),
            ({"ho_code": "14100"}, "NEED_DETAILS_OF_EXACT_OFFENCE"),
            ({"ho_code": "99955"}, "OFFENCE_CODE_MAPPING_NOT_FOUND"),
            ({"ho_code": "95000"}, "OFFENCE_CODE_MAPPING_NOT_FOUND"),
            ({"ho_code": "00000"}, "OFFENCE_CODE_MAPPING_NOT_FOUND"),
            ({"ho_code": "abcde"}, "OFFENCE_CODE_MAPPING_NOT_FOUND"),
            ({"followup_date": date(2000, 6, 14)}, "UNEXPECTED_ERROR"),
        ],
    )
    def test_each_fault_has_its_type(self, changes: dict[str, Any], error: str) -> None:
        assert error_of(**changes) == error

    def test_first_step_reports_together_and_stops(self) -> None:
        error = error_of(sex=None, total_sanctions=0, ho_code="88", conviction_date=date(1980, 1, 1))
        assert error == (
            "MISSING_MANDATORY_INPUT;TOTAL_NUMBER_OF_SANCTIONS_LESS_THAN_ONE;OFFENCE_CODE_INCORRECT_FORMAT"
        )

    def test_dates_before_birth_are_one_error_and_stop(self) -> None:
        before = date(1980, 1, 1)
        assert error_of(conviction_date=before, followup_date=before, ho_code="08800") == "UNEXPECTED_ERROR"

    def test_third_step_reports_together_and_stops(self) -> None:
        error = error_of(conviction_date=date(1999, 1, 1), followup_date=date(1999, 1, 1), ho_code="08800")
        assert error == (
            "AGE_AT_CURRENT_CONVICTION_LESS_THAN_TEN;AGE_AT_FIRST_SANCTION_AFTER_AGE_AT_CURRENT_CONVICTION;"
            "NEED_DETAILS_OF_EXACT_OFFENCE"
        )

    def test_first_sanction_at_the_age_of_the_current_one_is_allowed(self) -> None:
        assert error_of(age_at_first_sanction=30) is None

    def test_ten_at_conviction_and_follow_up_is_enough(self) -> None:
        tenth = date(2000, 6, 15)
        assert error_of(conviction_date=tenth, followup_date=tenth, age_at_first_sanction=10) is None

    def test_follow_up_may_be_before_the_conviction_or_in_the_future(self) -> None:
        assert error_of(followup_date=date(2019, 1, 1)) is None
        assert error_of(followup_date=date(2090, 1, 1)) is None

    def test_a_faulty_row_has_no_number_to_mistake_for_a_low_score(self) -> None:
        scores = score(table({"sex": None}))
        assert (scores.pct_1y[0], scores.pct_2y[0], scores.band[0]) == (NO_SCORE, NO_SCORE, NO_SCORE)
        assert np.isnan([scores.age_sex[0], scores.status[0], scores.copas[0], scores.offence[0]]).all()


class TestTerms:
    @pytest.mark.parametrize("parameters", PARAMETER_SETS.values(), ids=list(PARAMETER_SETS))
    @pytest.mark.parametrize("sex", ["M", "F"])
    def test_age_weight_changes_on_each_floor(self, sex: str, parameters: Any) -> None:
        weights = parameters.male if sex == "M" else parameters.female
        born = date(1990, 6, 15)
        for index, floor in enumerate(AGE_FLOORS):
            birthday = born.replace(year=1990 + floor)
            on, eve = score(
                table(
                    {"sex": sex, "followup_date": birthday},
                    {"sex": sex, "followup_date": birthday - timedelta(days=1)},
                ),
                parameters.name,
            ).age_sex.tolist()
            assert on == weights[index]
            if index:
                assert eve == weights[index - 1]
            else:
                assert np.isnan(eve)

    def test_girls_under_16_keep_the_sign_each_set_gives(self) -> None:
        frame = table({"sex": "F", "followup_date": date(2002, 6, 15)})
        assert (score(frame).age_sex[0], score(frame, "published-2009").age_sex[0]) == (0.61385, -0.613852078)

    def test_born_on_29_february_turns_on_1_march(self) -> None:
        born = date(2000, 2, 29)
        days = [date(2018, 2, 28), date(2018, 3, 1), date(2020, 2, 28), date(2020, 2, 29)]
        rows = [{"date_of_birth": born, "conviction_date": day, "followup_date": day} for day in days]
        scores = score(table(*rows))
        assert scores.age_at_conviction.tolist() == [17, 18, 19, 20]
        assert scores.age_sex.tolist() == [-0.0616, -0.6251, -0.6251, -0.6251]

    def test_first_conviction(self) -> None:
        scores = score(table({"total_sanctions": 1, "age_at_first_sanction": 30}))
        assert scores.status[0] == 0.12614
        assert scores.copas[0] == pytest.approx(1.25112 * np.log(1 / 10))

    def test_only_the_published_set_limits_previous_sanctions(self) -> None:
        frame = table({"total_sanctions": 50}, {"total_sanctions": 51}, {"total_sanctions": 52})
        limited, unlimited = score(frame, "published-2009").copas, score(frame, "arns-2025").copas
        assert limited[0] < limited[1] == limited[2]
        assert unlimited[0] < unlimited[1] < unlimited[2]

    def test_bands_begin_where_the_two_year_percentage_says(self) -> None:
        rows = [{"total_sanctions": n, "age_at_first_sanction": age} for n in range(1, 120) for age in range(10, 31)]
        floors: dict[str, int] = {}
        for answer in answers(table(*rows)):
            assert answer.band
            assert answer.pct_2y
            floors[answer.band] = min(answer.pct_2y, floors.get(answer.band, 99))
        assert floors == {
            "LOW": min(a.pct_2y or 0 for a in answers(table(*rows))),
            "MEDIUM": 50,
            "HIGH": 75,
            "VERY_HIGH": 90,
        }

    def test_every_code_has_the_weight_of_its_category(self) -> None:
        codes = list(offence_rows())
        for parameters in (ARNS_2025, PUBLISHED_2009):
            weights = score(table(*({"ho_code": code} for code in codes)), parameters.name).offence.tolist()
            for code, weight in zip(codes, weights, strict=True):
                category = offence_rows()[code][0]
                assert weight == parameters.offence[category] if category else np.isnan(weight)


class TestReading:
    def test_leading_zeros_are_part_of_the_code(self) -> None:
        assert error_of(ho_code="00805") is None
        with pytest.raises(TableError, match=r"ho_code holds values of kind Int64 .* leading zeros"):
            score(table({}).with_columns(ho_code=pl.lit(805, pl.Int64)))

    @pytest.mark.parametrize("text", ["2020-6-15", "15/06/2020", "2020-02-30", " 2020-06-15", "20200615", "soon", ""])
    def test_a_date_that_cannot_be_read_counts_as_missing(self, text: str) -> None:
        frame = table({}).with_columns(followup_date=pl.lit(text))
        assert answers(frame)[0].error == "MISSING_MANDATORY_INPUT"

    @pytest.mark.parametrize("text", ["four", "4.0", " 4", "", "99999999999"])
    def test_a_number_that_cannot_be_read_counts_as_missing(self, text: str) -> None:
        frame = table({}).with_columns(total_sanctions=pl.lit(text))
        assert answers(frame)[0].error == "MISSING_MANDATORY_INPUT"

    def test_typed_and_text_columns_score_alike(self) -> None:
        frame = table({}, {"sex": "F", "total_sanctions": None}, {"followup_date": None})
        text = frame.cast(pl.String)
        other = frame.with_columns(
            pl.col("sex").cast(pl.Categorical),
            pl.col("date_of_birth").cast(pl.Datetime("us")),
            pl.col("total_sanctions").cast(pl.Float64),
            pl.col("age_at_first_sanction").cast(pl.UInt8),
        )
        assert answers(frame) == answers(text) == answers(other)

    def test_arrays_will_do(self) -> None:
        days = [name for name in INPUTS if "date" in name]
        arrays = {name: np.array([SOUND[name]], dtype="datetime64[D]" if name in days else None) for name in INPUTS}
        assert score(arrays).to_frame().rows() == answers(table({}))

    def test_a_part_of_a_number_is_not_a_number(self) -> None:
        frame = table({}).with_columns(total_sanctions=pl.lit(2.5))
        assert answers(frame)[0].error == "MISSING_MANDATORY_INPUT"

    def test_a_missing_column_is_named(self) -> None:
        with pytest.raises(TableError, match=r"no column conviction_date, ho_code\."):
            score(table({}).drop("conviction_date", "ho_code"))

    @pytest.mark.parametrize(("name", "kind"), [("date_of_birth", pl.Int64), ("total_sanctions", pl.Date)])
    def test_a_column_of_the_wrong_kind_is_named(self, name: str, kind: Any) -> None:
        with pytest.raises(TableError, match=f"The column {name} holds values of kind {kind}"):
            score(table({}).with_columns(pl.lit(1).cast(kind).alias(name)))

    def test_an_unknown_parameter_set_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no OGRS3 parameter set 'oasys'"):
            score(table({}), "oasys")

    def test_no_rows_give_no_rows(self) -> None:
        assert score(table()).to_frame().schema == score(table({})).to_frame().schema
        assert score(table().cast(pl.String)).to_frame().height == 0


dates = (
    st.none() | st.dates(date(1940, 1, 1), date(2040, 12, 31)) | st.sampled_from([date(2000, 2, 29), date(2018, 2, 28)])
)
codes = st.none() | st.sampled_from([*offence_rows(), "0451", "99999", "", "abcde"])
typed_rows = st.builds(
    Row,
    st.sampled_from(["M", "F"]) | st.sampled_from([None, "U"]),
    dates,
    dates,
    dates,
    st.none() | st.integers(-1, 120),
    st.none() | st.integers(8, 40),
    codes,
)
plausible_rows = st.builds(
    lambda sex, born, age, career, later, n, code: Row(
        sex,
        born,
        born + timedelta(days=age),
        born + timedelta(days=age + later),
        n,
        max(10, int(age / 365.25) - career),
        code,
    ),
    st.sampled_from(["M", "F"]),
    st.dates(date(1940, 1, 1), date(1990, 12, 31)),
    st.integers(3700, 29_000),
    st.integers(0, 40),
    st.integers(-40, 4000),
    st.integers(1, 90),
    st.sampled_from(list(offence_rows())),
)
texts = st.none() | st.text("0123456789-+/ MF", max_size=11)
parameter_names = st.sampled_from(list(PARAMETER_SETS))


@settings(max_examples=150, deadline=None)
@given(st.lists(typed_rows | plausible_rows, min_size=1, max_size=30), parameter_names)
def test_the_table_scores_as_the_twin_scores_each_row(rows: list[Row], parameters: str) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    twin = [
        score_row(row_from_text(dict(zip(INPUTS, _as_text(row), strict=True))), PARAMETER_SETS[parameters])
        for row in rows
    ]
    assert answers(frame, parameters) == twin
    assert answers(frame.cast(pl.String), parameters) == twin


@settings(max_examples=100, deadline=None)
@given(st.lists(st.fixed_dictionaries({name: texts | st.just(str(SOUND[name])) for name in INPUTS}), min_size=1))
def test_any_text_scores_as_the_twin_reads_it(rows: list[dict[str, str | None]]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(INPUTS, pl.String))
    assert answers(frame) == [score_row(row_from_text(row), ARNS_2025) for row in rows]


def _as_text(row: Row) -> list[str | None]:
    return [None if value is None else str(value) for value in row]
