"""What becomes of offences: arrest, charge, court, prison. Nobody offends while inside.

People are walked through their offences in order of time, all people abreast: the first offence of everyone, then the
second, and so on. A map of days spent inside, filled in as sentences fall, decides whether the next one can happen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trellis.synthetic.offences import GRAVITY
from trellis.synthetic.rates import LUCK, Chances
from trellis.synthetic.sentencing import Cases, sentence, stack
from trellis.synthetic.settings import World

ABREAST = 4000
"""People walked together: bounds the memory that the map of days inside takes."""

UNDETECTED, PREVENTED = -1, -2
MOST_TOGETHER = 4
"""Offences that one arrest can clear up beside the one it was made for."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Careers:
    """`case_of[i]` is the case that offence i of `offences` is in, or UNDETECTED; `cases` in order of case number."""

    offences: Chances
    case_of: Ints
    cases: Cases


@dataclass
class _Walk:
    """The state of one group of people part-way through their offences."""

    offences: Chances
    inside: NDArray[np.bool_]
    case_of: Ints
    open_until: Ints
    record: Ints
    first_case: int
    batches: list[Cases] = field(default_factory=list)

    def luck(self, which: Ints, column: str) -> NDArray[np.float64]:
        return np.asarray(self.offences.luck[which, LUCK.index(column)])

    def free(self, who: Ints, day: Ints) -> NDArray[np.bool_]:
        return np.asarray(~self.inside[who, np.minimum(day, self.inside.shape[1] - 1)])


def careers(chances: Chances, world: World, people: int, days: int) -> Careers:
    """Walk everyone through their offences. `days` is the window's length; cases are numbered from 0."""
    offences, cases, case_of = [], [], []
    known = 0
    for low in range(0, people, ABREAST):
        high = min(low + ABREAST, people)
        mine = chances.only((chances.person >= low) & (chances.person < high))
        group = Chances(mine.person - low, mine.day, mine.code, mine.luck)
        walk = _Walk(
            group,
            inside=np.zeros((high - low, days + 1), dtype=np.bool_),
            case_of=np.full(len(group.day), UNDETECTED),
            open_until=np.full(high - low, -1),
            record=np.zeros(high - low, dtype=np.int64),
            first_case=known,
        )
        _through(walk, world, days)
        happened = walk.case_of != PREVENTED
        offences.append(mine.only(happened))
        case_of.append(walk.case_of[happened])
        batch = stack(walk.batches)
        batch.person[:] += low
        cases.append(batch)
        known += len(batch.person)
    everything = Chances(*(np.concatenate([getattr(o, n) for o in offences]) for n in Chances.__dataclass_fields__))
    return Careers(everything, np.concatenate(case_of), stack(cases))


def _through(walk: _Walk, world: World, days: int) -> None:
    """Take each person's first offence, then each one's second, until nobody has any left."""
    persons = walk.offences.person
    first = np.searchsorted(persons, np.arange(len(walk.open_until)))
    count = np.bincount(persons, minlength=len(walk.open_until))
    for turn in range(int(count.max(initial=0))):
        _step(walk, first[count > turn] + turn, world, days)


def _step(walk: _Walk, which: Ints, world: World, days: int) -> None:
    """Decide one offence for each of several people; `which` indexes the offences."""
    who, day = walk.offences.person[which], walk.offences.day[which]
    free = walk.free(who, day)
    walk.case_of[which[~free]] = PREVENTED
    arrested = day + np.minimum(-6 * np.log1p(-walk.luck(which, "lag")), 45).astype(np.int64)
    caught = free & (day > walk.open_until[who]) & (walk.luck(which, "detect") < world.detection)
    caught &= (arrested < days) & walk.free(who, arrested)
    if not caught.any():
        return
    which, who, arrested = which[caught], who[caught], arrested[caught]
    number = walk.first_case + sum(len(batch.person) for batch in walk.batches) + np.arange(len(which))
    walk.case_of[which] = number
    worst = _cleared_up(walk, which, arrested, number)
    walk.open_until[who] = arrested
    luck = {column: walk.luck(which, column) for column in LUCK}
    cases = sentence(who, arrested, walk.offences.code[worst], walk.record[who], luck)
    walk.record[who] += cases.proven
    walk.batches.append(cases)
    _lock_up(walk, cases, days)


def _cleared_up(walk: _Walk, which: Ints, arrested: Ints, number: Ints) -> Ints:
    """Put offences done before the arrest into its case, with luck. Returns the gravest offence of each case."""
    offences, worst = walk.offences, which.copy()
    for ahead in range(1, MOST_TOGETHER + 1):
        there = which + ahead < len(offences.day)
        other = np.where(there, which + ahead, 0)
        joins = there & (offences.person[other] == offences.person[which]) & (offences.day[other] <= arrested)
        joins &= (walk.luck(other, "join") < 0.7) & walk.free(offences.person[other], offences.day[other])
        walk.case_of[other[joins]] = number[joins]
        graver = joins & (GRAVITY[offences.code[other]] > GRAVITY[offences.code[worst]])
        worst[graver] = other[graver]
    return worst


def _lock_up(walk: _Walk, cases: Cases, days: int) -> None:
    """Mark the days that remand and prison take."""
    for starts, ends in ((cases.remanded, cases.court), (cases.court, cases.released)):
        for index in np.flatnonzero((starts >= 0) & (ends > starts) & (starts <= days)):
            walk.inside[cases.person[index], starts[index] : ends[index]] = True
