"""OGRS3 against numbers that were not made by this project's code.

ogrs3_vectors.csv: 200 invented people, their probabilities worked out apart from the product in 60-digit decimal
arithmetic from the published coefficients and the service's, every age band, sex and offence category among them.
The rest are results that the public predecessors state in their own tests: NOMS-DIGITAL-STUDIO/rsr-calculator (MIT)
for the published set, ministryofjustice/hmpps-arns-risk-actuarial-api (MIT, Crown copyright) for the service's.
"""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from trellis.predictors.ogrs3 import BANDS, Scores, score, score_one
from trellis.predictors.ogrs3.parameters import ARNS_2025, PARAMETER_SETS
from trellis.predictors.ogrs3.rounding import hundred_thousandths

VECTORS = Path(__file__).with_name("ogrs3_vectors.csv")


def probability(scores: Scores, constant: float) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-(constant + scores.age_sex + scores.status + scores.copas + scores.offence)))


@pytest.mark.requirement("SYS-02")
@pytest.mark.parametrize(("parameters", "prefix"), [("arns-2025", "arns"), ("published-2009", "published")])
def test_agrees_with_the_independent_calculation(parameters: str, prefix: str) -> None:
    vectors = pl.read_csv(VECTORS, infer_schema=False)
    scores = score(vectors, parameters)
    chosen = PARAMETER_SETS[parameters]

    assert not scores.faults.any()
    assert scores.pct_1y.tolist() == vectors[f"{prefix}_pct_1y"].cast(pl.Int64).to_list()
    assert scores.pct_2y.tolist() == vectors[f"{prefix}_pct_2y"].cast(pl.Int64).to_list()
    assert [BANDS[band] for band in scores.band] == vectors[f"{prefix}_band"].to_list()
    for horizon, constant in (("1y", chosen.one_year), ("2y", chosen.two_year)):
        expected = vectors[f"{prefix}_p_{horizon}"].cast(pl.Float64).to_numpy()
        np.testing.assert_allclose(probability(scores, constant), expected, rtol=0, atol=1e-9)
    assert (scores.predictor, scores.parameters, scores.version) == ("OGRS3", parameters, "1")


@pytest.mark.parametrize(
    ("sanctions", "one_year", "two_years"),
    [
        (1, 0.12161553504714574, 0.22130521140511314),
        (2, 0.3158120100020924, 0.48651769565917),
        (3, 0.43393890261473633, 0.6114342480551298),
        (4, 0.5235145926731711, 0.6928061177628605),
        (5, 0.5922581047904115, 0.7488430658491833),
    ],
)
def test_published_set_gives_the_probabilities_of_the_noms_calculator(
    sanctions: int, one_year: float, two_years: float
) -> None:
    scores = score(
        {
            "sex": ["M"],
            "date_of_birth": [date(1997, 2, 1)],
            "conviction_date": [date(2017, 2, 1)],
            "followup_date": [date(2017, 2, 1)],
            "total_sanctions": [sanctions],
            "age_at_first_sanction": [20],
            "ho_code": ["00805"],
        },
        "published-2009",
    )
    published = PARAMETER_SETS["published-2009"]
    assert probability(scores, published.one_year)[0] == pytest.approx(one_year, abs=1e-14)
    assert probability(scores, published.two_year)[0] == pytest.approx(two_years, abs=1e-14)


def test_published_set_gives_what_the_oasys_database_gave() -> None:
    """To the five places at which the two agree; the database rounds its weights on the way."""
    scores = score(
        {
            "sex": ["F"],
            "date_of_birth": [date(1972, 9, 9)],
            "conviction_date": [date(2009, 9, 9)],
            "followup_date": [date(2015, 9, 15)],
            "total_sanctions": [6],
            "age_at_first_sanction": [14],
            "ho_code": ["05600"],
        },
        "published-2009",
    )
    published = PARAMETER_SETS["published-2009"]
    assert scores.offence[0] == 0.204960477
    assert probability(scores, published.one_year)[0] == pytest.approx(0.169818, abs=2e-6)
    assert probability(scores, published.two_year)[0] == pytest.approx(0.295716, abs=2e-6)


def test_service_set_gives_what_the_service_gave() -> None:
    given = score_one(
        sex="M",
        date_of_birth=date(1965, 12, 7),
        conviction_date=date(2025, 5, 13),
        followup_date=date(2026, 12, 6),
        total_sanctions=2,
        age_at_first_sanction=47,
        ho_code="02700",
    )
    assert (given.pct_1y, given.pct_2y, given.band) == (8, 16, "LOW")


@pytest.mark.parametrize(("z", "one_year", "two_years"), [(0.0, 80_259, 89_299), (-2.776835807, 20_193, 34_183)])
def test_service_constants_give_the_oasys_spreadsheet(z: float, one_year: int, two_years: int) -> None:
    p = 1 / (1 + np.exp(-(np.array([ARNS_2025.one_year, ARNS_2025.two_year]) + z)))
    assert hundred_thousandths(p).tolist() == [one_year, two_years]
