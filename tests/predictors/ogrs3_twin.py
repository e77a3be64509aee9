"""OGRS3 a row at a time: the slow, obvious twin that the vectorised one must equal, and that the benchmark races.

It shares the weights with the product and nothing else: ages by calendar, logarithm and exponential by `math`, both
roundings by Decimal on the exact value of the double, the offence table by the csv module.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources
from typing import NamedTuple

from trellis.predictors.ogrs3.parameters import AGE_FLOORS, Parameters


class Row(NamedTuple):
    sex: str | None
    date_of_birth: date | None
    conviction_date: date | None
    followup_date: date | None
    total_sanctions: int | None
    age_at_first_sanction: int | None
    ho_code: str | None


class Answer(NamedTuple):
    pct_1y: int | None
    pct_2y: int | None
    band: str | None
    error: str | None


@cache
def offence_rows() -> dict[str, tuple[str, str]]:
    text = (resources.files("trellis.predictors.ogrs3") / "offences.csv").read_text(encoding="utf-8")
    return {row["ho_code"]: (row["category"], row["status"]) for row in csv.DictReader(text.splitlines())}


def row_from_text(texts: Mapping[str, str | None]) -> Row:
    sex, code = texts["sex"], texts["ho_code"]
    return Row(
        sex if sex in ("M", "F") else None,
        _date(texts["date_of_birth"]),
        _date(texts["conviction_date"]),
        _date(texts["followup_date"]),
        _number(texts["total_sanctions"]),
        _number(texts["age_at_first_sanction"]),
        code or None,
    )


def score_row(row: Row, parameters: Parameters) -> Answer:
    errors = _first_step(row)
    if errors:
        return _refused(errors)
    sex, born, convicted, followed, sanctions, first_age, code = row
    assert born
    assert convicted
    assert followed
    assert sanctions is not None
    assert first_age is not None
    assert code is not None
    if convicted <= born or followed <= born:
        return _refused(["UNEXPECTED_ERROR"])
    age = completed_years(born, convicted)
    category, status = offence_rows().get(code, ("", "unknown"))
    if age < 10:
        errors.append("AGE_AT_CURRENT_CONVICTION_LESS_THAN_TEN")
    if first_age > age:
        errors.append("AGE_AT_FIRST_SANCTION_AFTER_AGE_AT_CURRENT_CONVICTION")
    if status == "need-exact":
        errors.append("NEED_DETAILS_OF_EXACT_OFFENCE")
    elif status != "weighted":
        errors.append("OFFENCE_CODE_MAPPING_NOT_FOUND")
    if errors:
        return _refused(errors)
    age_at_followup = completed_years(born, followed)
    if age_at_followup < 10:
        return _refused(["UNEXPECTED_ERROR"])

    age_band = max(i for i, floor in enumerate(AGE_FLOORS) if age_at_followup >= floor)
    age_sex = (parameters.female if sex == "F" else parameters.male)[age_band]
    repeat = parameters.first_sanction if sanctions == 1 else parameters.repeat
    most = parameters.most_previous_sanctions
    counted = sanctions if most is None else min(sanctions, 1 + most)
    copas = parameters.copas * math.log(counted / (10 + age - first_age))
    z = age_sex + repeat + copas + parameters.offence[category]
    one, two = (
        whole_percentage(_logistic(parameters.one_year + z)),
        whole_percentage(_logistic(parameters.two_year + z)),
    )
    return Answer(one, two, _band(two), None)


def completed_years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def whole_percentage(p: float) -> int:
    five_places = float(Decimal(p).quantize(Decimal("0.00001"), ROUND_HALF_UP))
    percentage = int((Decimal(five_places) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return min(max(percentage, 1), 99)


def _first_step(row: Row) -> list[str]:
    errors = []
    if any(value is None for value in row):
        errors.append("MISSING_MANDATORY_INPUT")
    if row.total_sanctions is not None and row.total_sanctions < 1:
        errors.append("TOTAL_NUMBER_OF_SANCTIONS_LESS_THAN_ONE")
    if row.ho_code is not None and len(row.ho_code) != 5:
        errors.append("OFFENCE_CODE_INCORRECT_FORMAT")
    return errors


def _refused(errors: list[str]) -> Answer:
    return Answer(None, None, None, ";".join(errors))


def _logistic(x: float) -> float:
    return math.exp(x) / (1 + math.exp(x))


def _band(two_years: int) -> str:
    if two_years < 50:
        return "LOW"
    if two_years < 75:
        return "MEDIUM"
    return "HIGH" if two_years < 90 else "VERY_HIGH"


def _date(text: str | None) -> date | None:
    if not text or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    if not text or not re.fullmatch("[+-]?[0-9]+", text) or not -(2**31) <= int(text) < 2**31:
        return None
    return int(text)
