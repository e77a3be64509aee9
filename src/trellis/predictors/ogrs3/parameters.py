"""The two sets of OGRS3 weights, their sources, and the edges of ages and bands they share.

"published-2009" is Howard, Francis, Soothill and Humphreys (2009), "OGRS 3: the revised Offender Group Reconviction
Scale", Ministry of Justice Research Summary 7/09, at nine decimal places. "arns-2025" is what the Ministry of Justice's
actuarial risk service computed until it moved to OGRS4 (ministryofjustice/hmpps-arns-risk-actuarial-api, commit
52792f4, MIT licence): the same weights at four or five decimal places, save the three departures that
docs/explanation/ogrs3.md explains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

PREDICTOR: Final = "OGRS3"
VERSION: Final = "1"
"""Of this calculation: raised whenever any result of it could change."""

DEFAULT: Final = "arns-2025"
BANDS: Final = ("LOW", "MEDIUM", "HIGH", "VERY_HIGH")
BAND_FLOORS: Final = (50, 75, 90)
"""The two-year percentage at which MEDIUM, HIGH and VERY_HIGH begin."""

AGE_FLOORS: Final = (10, 12, 14, 16, 18, 21, 25, 30, 35, 40, 50)
"""The age, in completed years, at which each age band begins. The last has no end."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """One set of weights, all in log-odds. Age weights are in the order of AGE_FLOORS."""

    name: str
    source: str
    one_year: float
    two_year: float
    copas: float
    first_sanction: float
    repeat: float
    male: tuple[float, ...]
    female: tuple[float, ...]
    offence: Mapping[str, float]
    most_previous_sanctions: int | None
    """Previous sanctions beyond this many count as this many; None for no limit."""


_CATEGORIES: Final[Mapping[str, tuple[float, float]]] = {
    # Of each pair the first is arns-2025 and the second is published-2009.
    "Violence": (0.0, 0.0),
    "Robbery": (-0.6348, -0.634795912),
    "Public order": (0.1819, 0.181917975),
    "Sexual (not against child)": (0.0328, 0.003276327),
    "Sexual (against child)": (-0.6534, -0.653434071),
    "Soliciting or prostitution": (0.7606, 0.760608858),
    "Burglary (domestic)": (-0.1239, -0.12394352),
    "Burglary (other)": (0.2406, 0.240604429),
    "Theft (non-motor)": (0.6612, 0.661244321),
    "Handling stolen goods": (0.3519, 0.351866973),
    "Fraud and forgery": (0.1599, 0.159910192),
    "Absconding or bail offences": (0.7334, 0.733378677),
    "Taking & driving away and related offences": (0.3801, 0.380059431),
    "Theft from vehicles": (0.4272, 0.427225615),
    "Other motoring": (0.2622, 0.262228428),
    "Drink driving and related offences": (-0.1214, -0.121439408),
    "Criminal damage": (0.205, 0.204960477),
    "Drug import/export/production": (-0.7956, -0.795556373),
    "Drug possession/supply": (0.0772, 0.077165871),
    "Other offence": (-0.0607, -0.060667525),
}
CATEGORIES: Final = tuple(_CATEGORIES)

ARNS_2025: Final = Parameters(
    name="arns-2025",
    source="Ministry of Justice actuarial risk service, 2025 (hmpps-arns-risk-actuarial-api, commit 52792f4)",
    one_year=1.40256,
    two_year=2.1217,
    copas=1.25112,
    first_sanction=0.12614,
    repeat=0.46306,
    male=(0.0, 0.08392, 0.07578, -0.0616, -0.6251, -1.0515, -1.1667, -1.326, -1.368, -1.4997, -2.0253),
    # For girls under 16 the service turns the sign of the published weight; kept, as the operational figure.
    female=(0.785, 0.61385, 0.66952, -0.9592, -0.8975, -1.0285, -1.0528, -1.1291, -1.4219, -1.5247, -2.4498),
    offence=MappingProxyType({category: weights[0] for category, weights in _CATEGORIES.items()}),
    most_previous_sanctions=None,
)

PUBLISHED_2009: Final = Parameters(
    name="published-2009",
    source="Howard, Francis, Soothill & Humphreys (2009), OGRS 3, Ministry of Justice Research Summary 7/09",
    one_year=1.402562384,
    two_year=2.121705678,
    copas=1.251124464,
    first_sanction=0.126142106,
    repeat=0.463062792,
    male=(
        0.0,
        0.083922902,
        0.075775765,
        -0.061594199,
        -0.625103618,
        -1.051515067,
        -1.166679288,
        -1.325976554,
        -1.368045933,
        -1.499690953,
        -2.025261458,
    ),
    female=(
        -0.785038489,
        -0.613852078,
        -0.669521331,
        -0.959179629,
        -0.897480934,
        -1.028488454,
        -1.052777806,
        -1.129127959,
        -1.42187494,
        -1.524652221,
        -2.44983716,
    ),
    offence=MappingProxyType({category: weights[1] for category, weights in _CATEGORIES.items()}),
    most_previous_sanctions=50,
)

PARAMETER_SETS: Final[Mapping[str, Parameters]] = MappingProxyType({s.name: s for s in (ARNS_2025, PUBLISHED_2009)})


def parameter_set(name: str) -> Parameters:
    """The set of that name. Raises ValueError with a sentence when there is none."""
    try:
        return PARAMETER_SETS[name]
    except KeyError:
        raise ValueError(f"There is no OGRS3 parameter set {name!r}: use {' or '.join(PARAMETER_SETS)}.") from None
