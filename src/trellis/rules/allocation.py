"""Who leads a case, and how many cases officers can carry."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import LeadKind, Stage, SupervisionKind

GUIDANCE_RATIO = 20
"""People per police officer in guidance, as Lincolnshire reports it (CAP-01). A scheme may set its own."""


def leads_required(supervision: Iterable[SupervisionKind]) -> frozenset[LeadKind]:
    """Whose leads a case needs for the supervision in force.

    Police always lead or share: somebody without supervision has nobody else (REF-04, REF-08). Probation supervision
    brings a probation lead beside them; a youth order is the youth justice service's.
    """
    needed = {LeadKind.POLICE}
    if any(kind.is_probation for kind in supervision):
        needed.add(LeadKind.PROBATION)
    return frozenset(needed)


def leads_missing(supervision: Iterable[SupervisionKind], held: Collection[LeadKind]) -> tuple[LeadKind, ...]:
    """The leads that a case still needs, police first."""
    needed = leads_required(supervision)
    return tuple(kind for kind in LeadKind if kind in needed and kind not in held)


def check_leads(*, stage: Stage, supervision: Iterable[SupervisionKind], held: Collection[LeadKind]) -> None:
    """Refuse a managed case without the leads that its supervision asks for."""
    missing = leads_missing(supervision, held)
    if stage != Stage.MANAGED or not missing:
        return
    names = " and a ".join(kind.label.lower() for kind in missing)
    why = "a managed person" if missing == (LeadKind.POLICE,) else "somebody under probation supervision"
    raise Refused(f"Name a {names}: {why} always has one.")


def can_be_managed(*, supervision: Iterable[SupervisionKind], held: Collection[LeadKind]) -> bool:
    """Whether these leads are enough for a managed case."""
    return not leads_missing(supervision, held)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a team can carry and does. `over` and `spare` are never both above 0."""

    limit: int
    allocated: int
    over: int
    spare: int
    sentence: str


def capacity(*, officers: float, ratio: int, allocated: int, cap: int | None = None) -> Capacity:
    """Full-time officers times people for each, or the cohort's own cap where that is lower (CAP-02, CAP-03).

    Raises Refused for a number below 0 or a ratio of none.
    """
    if officers < 0 or allocated < 0 or ratio < 1 or (cap is not None and cap < 0):
        raise Refused("Give capacity as officers and people of 0 or more, and at least 1 person for each officer.")
    # A little over the product's rounding error: 0.1 of an officer at 30 is 3 people, not 2.
    by_officers = math.floor(officers * ratio + 1e-9)
    limit = by_officers if cap is None else min(by_officers, cap)
    over, spare = max(0, allocated - limit), max(0, limit - allocated)
    can = (
        f"{officers:g} full-time officer{'' if officers == 1 else 's'} at {ratio} people each can manage {by_officers}"
    )
    capped = f" and the cohort is capped at {cap}" if cap is not None and cap < by_officers else ""
    state = f"{over} over capacity" if over else f"room for {spare} more" if spare else "full"
    return Capacity(limit, allocated, over, spare, f"{can}{capped}; {allocated} allocated: {state}.")


def check_room(room: Capacity, *, stops: bool, reason: str) -> None:
    """Refuse one person more where the scheme stops at capacity; elsewhere going over asks for a reason."""
    if room.spare:
        return
    if stops:
        raise Refused(f"There is no room. {room.sentence} End an allocation first, or choose another officer.")
    if not reason.strip():
        raise Refused(f"There is no room. {room.sentence} Say why you allocate all the same.")
