"""How agreements read on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from trellis.rules.dates import long_date
from trellis.rules.need_to_know import WHOLE_RECORD
from trellis.service.access.models import SharingAgreement
from trellis.service.sharing.queries import Kind


@dataclass(frozen=True, slots=True)
class State:
    """Where an agreement stands: a tag, its colour, and what it means for sharing."""

    tag: str
    colour: str
    sentence: str


def state_of(agreement: SharingAgreement, today: date) -> State:
    """The state of an agreement on a day."""
    if agreement.ends is not None and agreement.ends <= today:
        return State("Ended", "grey", f"It ended on {long_date(agreement.ends)}. Nobody reads under it.")
    if agreement.starts > today:
        return State(
            "Not yet", "blue", f"It starts on {long_date(agreement.starts)}. Until then nobody reads under it."
        )
    if agreement.review_on < today:
        return State(
            "Review overdue",
            "red",
            f"Its review was due on {long_date(agreement.review_on)}. What was shared stays shared. Nothing new is"
            " shared until it has been reviewed.",
        )
    return State("In force", "green", f"Its next review is due on {long_date(agreement.review_on)}.")


def listed_words(shares: Iterable[str], kinds: Iterable[Kind]) -> list[str]:
    """What an agency reads, in words; the whole record is one."""
    listed = set(shares)
    if WHOLE_RECORD in listed:
        return ["The whole record"]
    words = []
    for kind in kinds:
        alone = [text for name, text in kind.fields if name in listed]
        if kind.label in listed:
            words.append(kind.name)
        elif alone:
            words.append(f"{kind.name}: only {' and '.join(alone)}")
    return words
