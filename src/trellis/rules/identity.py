"""Are two records one person? The rule says same, different, or ask somebody."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trellis.rules.identifiers import (
    normalise_identifier,
    normalise_phone,
    normalise_postcode,
    normalise_registration_mark,
    pnc_check_letter_ok,
)
from trellis.rules.names import name_similarity, names_close, normalise_name

__all__ = [
    "Answer",
    "Comparison",
    "Known",
    "compare_people",
    "name_similarity",
    "names_close",
    "normalise_identifier",
    "normalise_name",
    "normalise_phone",
    "normalise_postcode",
    "normalise_registration_mark",
    "pnc_check_letter_ok",
]


class Answer(StrEnum):
    """What the comparison of two records says."""

    SAME = "same"
    DIFFERENT = "different"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Known:
    """What one record says of a person: full name, date of birth when known, and other names."""

    name: str
    born: date | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer, and why in a sentence, which says nothing of either person: not every reader of it may see both."""

    answer: Answer
    reason: str


def compare_people(ours: Known, theirs: Known, *, shared_identifier: str | None = None) -> Comparison:
    """Compare two records, told which identifier they share, if any.

    A shared identifier with an equal birth or a close name is the same person; a shared identifier with neither is
    somebody's mistake, and so is the same name and birth without one: a person is asked.
    """
    name_agrees = _a_name_agrees(ours, theirs)
    births = _births(ours.born, theirs.born)
    if shared_identifier is None:
        return _without_identifier(ours, theirs, name_agrees=name_agrees, births=births)
    alike = _agreement(name_agrees=name_agrees, birth_agrees=births is _Births.EQUAL)
    if alike:
        return Comparison(Answer.SAME, f"Both have {shared_identifier}, and {alike}.")
    return Comparison(
        Answer.ASK,
        f"Both have {shared_identifier}, but neither their names nor their dates of birth agree.",
    )


def _agreement(*, name_agrees: bool, birth_agrees: bool) -> str:
    if name_agrees and birth_agrees:
        return "both name and date of birth agree"
    if name_agrees:
        return "their names agree"
    return "their dates of birth are equal" if birth_agrees else ""


class _Births(StrEnum):
    EQUAL = "equal"
    SWAPPED = "swapped"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


def _births(one: date | None, other: date | None) -> _Births:
    if one is None or other is None:
        return _Births.UNKNOWN
    if one == other:
        return _Births.EQUAL
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return _Births.SWAPPED
    return _Births.DIFFERENT


def _without_identifier(ours: Known, theirs: Known, *, name_agrees: bool, births: _Births) -> Comparison:
    if not name_agrees:
        return Comparison(Answer.DIFFERENT, "They share no identifier, and their names differ.")
    if births is _Births.EQUAL:
        return Comparison(Answer.ASK, "They share no identifier, but name and date of birth agree, or nearly so.")
    if births is _Births.SWAPPED:
        return Comparison(
            Answer.ASK,
            "They share no identifier; the names agree, and the day and month of birth look swapped.",
        )
    if births is _Births.UNKNOWN:
        return Comparison(Answer.DIFFERENT, "They share no identifier and no date of birth: a name is not enough.")
    return Comparison(Answer.DIFFERENT, "They share no identifier, and their dates of birth differ.")


def _a_name_agrees(ours: Known, theirs: Known) -> bool:
    return any(
        names_close(one, other) for one in (ours.name, *ours.aliases) for other in (theirs.name, *theirs.aliases)
    )
