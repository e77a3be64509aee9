"""What a reconviction predictor asks about a person's past, derived from what courts and police recorded.

A sanction is a day on which a court convicted or a caution, reprimand or warning was given: all offences dealt with on
one day are one sanction, and an offence taken into consideration never makes one of its own. Follow-up starts when the
person could next offend in the community: on the day of the sanction, or on release when custody follows or is running.
Sources: Howard, Francis, Soothill & Humphreys (2009), OGRS 3, Ministry of Justice Research Summary 7/09; Hansard,
House of Commons, 22 January 2009, written answer 249927, for the start of follow-up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from trellis.rules.dates import age_on, long_date

CUSTODIAL: Final = frozenset(
    {
        "custody",
        "detention",
        "detention and training order",
        "detention in a young offender institution",
        "extended sentence",
        "extended determinate sentence",
        "immediate custody",
        "imprisonment",
        "imprisonment for public protection",
        "life imprisonment",
        "prison",
        "special custodial sentence",
        "young offender institution",
    }
)
NOT_CUSTODIAL: Final = frozenset(
    {
        "absolute discharge",
        "bind over",
        "bound over",
        "caution",
        "community order",
        "community rehabilitation order",
        "community resolution",
        "community sentence",
        "compensation",
        "compensation order",
        "conditional caution",
        "conditional discharge",
        "costs",
        "deferred sentence",
        "disqualification",
        "drug rehabilitation requirement",
        "final warning",
        "fine",
        "no separate penalty",
        "penalty points",
        "probation order",
        "referral order",
        "reparation order",
        "reprimand",
        "simple caution",
        "supervision order",
        "suspended sentence",
        "suspended sentence order",
        "youth caution",
        "youth conditional caution",
        "youth rehabilitation order",
    }
)
"""Disposals as words in lower case, spaces for underscores. One in neither list is asked about, never guessed."""

ADMITTED_WITHIN: Final = timedelta(days=7)
"""A custodial sentence counts as begun by a reception into custody this long after it, and not by a later one."""


@dataclass(frozen=True, slots=True)
class ProvenOffence:
    """One offence dealt with by a conviction or a caution, or taken into consideration with one."""

    sanctioned_on: date
    offence_on: date | None
    ho_code: str
    principal: bool
    taken_into_consideration: bool
    disposal: str


@dataclass(frozen=True, slots=True)
class CustodySpell:
    """Time held: from `starts` up to but not on `ends`, the day of release; None while held."""

    starts: date
    ends: date | None
    expected_release: date | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """One input, its value in words and how it came about."""

    name: str
    value: str
    how: str


@dataclass(frozen=True, slots=True)
class OgrsInputs:
    """What OGRS3 needs besides sex. None where it is not known, and then `missing` has a sentence about it."""

    as_of: date
    date_of_birth: date | None
    conviction_date: date | None = None
    followup_date: date | None = None
    total_sanctions: int | None = None
    age_at_first_sanction: int | None = None
    ho_code: str | None = None
    derivations: tuple[Derived, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether a score can be asked for."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class _Found:
    """How a value was found; or, without a value, what is missing and how to mend it."""

    value: date | int | str | None
    sentence: str


def derive_ogrs_inputs(
    offences: Iterable[ProvenOffence], custody: Iterable[CustodySpell], *, date_of_birth: date | None, as_of: date
) -> OgrsInputs:
    """Derive the inputs as they stood on `as_of`. Whatever is dated after that day is left out."""
    own = [offence for offence in offences if offence.sanctioned_on <= as_of and not offence.taken_into_consideration]
    spells = sorted((spell for spell in custody if spell.starts <= as_of), key=lambda spell: spell.starts)
    if not own:
        return OgrsInputs(as_of, date_of_birth, missing=(_no_sanction(as_of),))
    days = sorted({offence.sanctioned_on for offence in own})
    latest = [offence for offence in own if offence.sanctioned_on == days[-1]]
    age = _age_at_first(days[0], date_of_birth)
    code = _current_offence(latest)
    followup = _followup(latest, spells, as_of)
    found = {
        "Current conviction": _Found(days[-1], f"The latest sanction on or before {long_date(as_of)}."),
        "Start of follow-up": followup,
        "Total sanctions": _Found(len(days), _counted(days, len(own))),
        "Age at first sanction": age,
        "Current offence": code,
    }
    return OgrsInputs(
        as_of=as_of,
        date_of_birth=date_of_birth,
        conviction_date=days[-1],
        followup_date=followup.value if isinstance(followup.value, date) else None,
        total_sanctions=len(days),
        age_at_first_sanction=age.value if isinstance(age.value, int) else None,
        ho_code=code.value if isinstance(code.value, str) else None,
        derivations=tuple(
            Derived(name, _in_words(each.value), each.sentence)
            for name, each in found.items()
            if each.value is not None
        ),
        missing=tuple(each.sentence for each in found.values() if each.value is None),
    )


def _no_sanction(as_of: date) -> str:
    return (
        f"No conviction or caution is recorded on or before {long_date(as_of)}, so OGRS3 gives no score. "
        "That is not a low score: it says nothing about this person."
    )


def _counted(days: Sequence[date], offences: int) -> str:
    dealt_with = "1 offence was" if offences == 1 else f"{offences} offences were"
    on = "1 day" if len(days) == 1 else f"{len(days)} different days"
    since = f", the first on {long_date(days[0])}" if len(days) > 1 else ""
    return (
        f"{dealt_with} dealt with on {on}{since}. All offences of one day are one sanction; "
        "offences taken into consideration do not count."
    )


def _age_at_first(first: date, born: date | None) -> _Found:
    if born is None:
        return _Found(None, "The date of birth is not known, so no age can be worked out: record it.")
    if first <= born:
        return _Found(
            None,
            f"The first sanction, on {long_date(first)}, is not after the date of birth, {long_date(born)}: "
            "correct whichever is wrong.",
        )
    return _Found(age_on(born, first), f"The age on {long_date(first)}, the day of the first sanction on record.")


def _current_offence(latest: Collection[ProvenOffence]) -> _Found:
    day = long_date(next(iter(latest)).sanctioned_on)
    codes = sorted({offence.ho_code for offence in latest if offence.principal})
    if not codes:
        return _Found(None, f"No offence of {day} is marked as the principal one: a person must choose which it is.")
    if len(codes) > 1:
        return _Found(
            None,
            f"{len(codes)} different offences of {day} are marked as the principal one ({', '.join(codes)}): "
            "a person must choose which it is.",
        )
    if not codes[0]:
        return _Found(None, f"The principal offence of {day} has no offence code: record it.")
    return _Found(codes[0], f"The offence marked as the principal one on {day}.")


def _followup(latest: Collection[ProvenOffence], spells: Sequence[CustodySpell], as_of: date) -> _Found:
    day = next(iter(latest)).sanctioned_on
    disposals = {_plain(offence.disposal) for offence in latest}
    sentenced = bool(disposals & CUSTODIAL)
    held = _held_from(day, spells, admitted_later=sentenced)
    if held:
        return _release(held, as_of)
    if sentenced and any(spell.ends == day for spell in spells):
        return _Found(day, "A custodial sentence, but released from custody on the day it was passed.")
    if sentenced:
        return _Found(
            None,
            f"A custodial sentence was passed on {long_date(day)} and no custody that began with it is recorded, "
            "so the date of release is not known: record the custody and its release.",
        )
    unclear = sorted(disposals - NOT_CUSTODIAL)
    if unclear:
        named = " and ".join(f"“{disposal}”" for disposal in unclear if disposal) or "not recorded"
        return _Found(
            None,
            f"The disposal of {long_date(day)} is {named}, so it is not known whether custody followed: "
            "record the disposal in usual words, such as imprisonment, community order or caution.",
        )
    return _Found(day, "The day of the current sanction, which was not custodial.")


def _held_from(day: date, spells: Sequence[CustodySpell], *, admitted_later: bool) -> list[CustodySpell]:
    """The custody running at the end of that day, or begun soon after it, with every spell that follows unbroken."""
    latest_start = day + ADMITTED_WITHIN if admitted_later else day
    held: list[CustodySpell] = []
    for spell in spells:
        if not held:
            follows = spell.starts <= latest_start and (spell.ends is None or spell.ends > day)
        else:
            edge = held[-1].ends
            follows = edge is not None and spell.starts <= edge and (spell.ends is None or spell.ends > edge)
        if follows:
            held.append(spell)
    return held


def _release(held: Sequence[CustodySpell], as_of: date) -> _Found:
    last = held[-1]
    if last.ends is not None and last.ends <= as_of:
        return _Found(last.ends, f"The release from custody that began on {long_date(held[0].starts)}.")
    since = f"In custody since {long_date(held[0].starts)}"
    if last.expected_release is not None and last.expected_release >= as_of:
        return _Found(last.expected_release, f"{since}: the expected date of release.")
    if last.ends is not None:
        return _Found(last.ends, f"{since}: the date of release on record.")
    if last.expected_release is not None:
        return _Found(
            None,
            f"{since}, and the expected release on {long_date(last.expected_release)} has passed without a release on "
            "record: record the release or a new expected date.",
        )
    return _Found(None, f"{since}, and no date of release is known: record the expected date of release.")


def _plain(disposal: str) -> str:
    return " ".join(disposal.casefold().replace("_", " ").replace("-", " ").split())


def _in_words(value: date | int | str | None) -> str:
    return long_date(value) if isinstance(value, date) else str(value)
