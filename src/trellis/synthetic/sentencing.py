"""How a case ends: outcome at the police station, remand, plea, finding, disposal, time inside."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from trellis.synthetic.offences import DAYS, GRAVITY, MOST_PRISON, PRISON

Ints = NDArray[np.int64]
Luck = dict[str, NDArray[np.float64]]

NEVER = -1
NFA, CAUTIONED, CHARGED = range(3)
OUTCOMES = ("NFA", "CAUTIONED", "CHARGED")
NONE, CAUTION, DISCHARGE, FINE, COMMUNITY, SUSPENDED, PRISON_SENTENCE = range(7)
DISPOSALS = (
    "", "Caution", "Conditional discharge", "Fine", "Community order", "Suspended sentence", "Imprisonment",
)  # fmt: skip


@dataclass(frozen=True)
class Cases:
    """Cases as columns, days counted from the window's start, NEVER where a thing did not happen.

    `code` is the gravest offence's; `remanded` to `court` was spent inside, as was `court` to `released`;
    `length` is the sentence or order in days; `record` counts proven cases before this one.
    """

    person: Ints
    code: Ints
    arrested: Ints
    minute: Ints
    outcome: Ints
    remanded: Ints
    court: Ints
    guilty_plea: NDArray[np.bool_]
    proven: NDArray[np.bool_]
    disposal: Ints
    length: Ints
    released: Ints
    record: Ints


def stack(batches: list[Cases]) -> Cases:
    """Several batches as one, in order. There must be one at least."""
    return Cases(**{f.name: np.concatenate([getattr(b, f.name) for b in batches]) for f in fields(Cases)})


def sentence(person: Ints, arrested: Ints, code: Ints, record: Ints, luck: Luck) -> Cases:
    """Decide each case. All arrays have one length; `luck` holds uniform draws by name (see `rates.LUCK`)."""
    outcome = _outcomes(code, record, luck["outcome"])
    charged = outcome == CHARGED
    prison_chance = np.minimum(PRISON[code] + 0.035 * record * (PRISON[code] > 0), MOST_PRISON[code])
    remand = charged & (luck["remand"] < 0.6 * prison_chance)
    wait = np.where(remand, 25 + 70 * luck["court"], 35 + 160 * luck["court"]).astype(np.int64)
    court = np.where(outcome == CAUTIONED, arrested, np.where(charged, arrested + wait, NEVER))
    guilty_plea = charged & (luck["plea"] < 0.72)
    proven = (outcome == CAUTIONED) | guilty_plea | (charged & (luck["finding"] < 0.7))
    disposal = _disposals(proven & charged, prison_chance, record, luck["disposal"])
    disposal[outcome == CAUTIONED] = CAUTION
    length = _lengths(disposal, code, luck["length"])
    # Half of a sentence is served inside, and days on remand count towards it.
    served = length // 2 - np.where(remand, wait, 0)
    imprisoned = disposal == PRISON_SENTENCE
    return Cases(
        person=person,
        code=code,
        arrested=arrested,
        minute=(luck["clock"] * 1440).astype(np.int64),
        outcome=outcome,
        remanded=np.where(remand, arrested + 1, NEVER),
        court=court,
        guilty_plea=guilty_plea,
        proven=proven,
        disposal=disposal,
        length=length,
        released=np.where(imprisoned, court + np.maximum(served, 1), NEVER),
        record=record,
    )


def _outcomes(code: Ints, record: Ints, luck: NDArray[np.float64]) -> Ints:
    """Most are charged; early and lesser ones are cautioned; a quarter go no further."""
    caution = np.where(GRAVITY[code] <= 3, np.select([record == 0, record <= 2], [0.45, 0.15], 0.02), 0.0)
    return np.asarray(np.select([luck < 0.24, luck < 0.24 + 0.76 * caution], [NFA, CAUTIONED], CHARGED))


def _disposals(proven: NDArray[np.bool_], prison: NDArray[np.float64], record: Ints, luck: NDArray[np.float64]) -> Ints:
    """Prison by its chance, a suspended sentence at its edge; beneath it orders for the grave and often, then fines."""
    suspended = prison + 0.5 * prison * (1 - prison)
    community = suspended + (1 - suspended) * np.minimum(0.25 + 0.04 * record, 0.6)
    fine = community + (1 - community) * 0.75
    steps = [~proven, luck < prison, luck < suspended, luck < community, luck < fine]
    return np.asarray(np.select(steps, [NONE, PRISON_SENTENCE, SUSPENDED, COMMUNITY, FINE], DISCHARGE))


def _lengths(disposal: Ints, code: Ints, luck: NDArray[np.float64]) -> Ints:
    """Days of a sentence or an order; 0 for what has no length. Prison varies about the offence's median, from a
    third of it to three times it.
    """
    prison = (DAYS[code] * 3.0 ** (2 * luck - 1)).astype(np.int64)
    months = np.where(luck < 0.6, 12, 18) * 30 + np.where(luck < 0.6, 5, 7)
    order = np.isin(disposal, (COMMUNITY, SUSPENDED))
    return np.asarray(np.where(disposal == PRISON_SENTENCE, np.maximum(prison, 14), np.where(order, months, 0)))
