"""A priority in words and pictures: whose proposals agree, where the colours stand over time, custody counted down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trellis.rules.colour_history import Coloured, runs
from trellis.rules.dates import how_long, long_date
from trellis.rules.intervals import Interval
from trellis.rules.vocabulary import PriorityColour
from trellis.service.priority.models import Proposal
from trellis.service.priority.queries.standing import Standing
from trellis.service.record.models import Priority
from trellis.service.ui.filters import short_date

WIDTH, LEFT, LANE, TOP = 440, 62, 34, 6
FOOT = 28


@dataclass(frozen=True, slots=True)
class Side:
    """One agency's latest proposal, beside the others; `stands` says in words how it compares with what is in force."""

    proposal: Proposal
    stands: str
    agrees: bool
    since_decided: bool


def sides_of(standing: Standing) -> list[Side]:
    """Each agency's latest proposal that the reader may see."""
    return [_side(one, standing) for one in standing.latest]


def _side(one: Proposal, standing: Standing) -> Side:
    decided_at = standing.current.decided_at if standing.current else None
    since = decided_at is not None and one.recorded_at > decided_at
    if standing.colour is None:
        return Side(one, "No priority is set", agrees=False, since_decided=since)
    agrees = one.colour == standing.colour
    return Side(one, "Agrees" if agrees else "Differs", agrees=agrees, since_decided=since)


def custody_words(standing: Standing, today: date) -> str:
    """Custody as the record has it, with the days to release."""
    custody, ended = standing.custody, standing.last_custody
    if custody is None:
        if ended is None or ended.ends is None:
            return "Not in custody, as far as the record knows."
        why = f" ({ended.release_reason.lower()})" if ended.release_reason else ""
        return f"Out of custody since {long_date(ended.ends)}{why}."
    since = f"{custody.get_kind_display()} since {long_date(custody.starts)}"
    release = custody.expected_release
    if release is None:
        return f"{since}. No release date is known."
    return f"{since}. Release is expected on {long_date(release)}, {how_long(release, today)}."


def review_words(current: Priority | None, today: date) -> str:
    """When the colour in force is to be looked at again; past that day it stays in force."""
    if current is None or current.review_on is None:
        return "No review date is set." if current else ""
    if current.review_on >= today:
        return f"Review by {long_date(current.review_on)}, {how_long(current.review_on, today)}."
    stays = f"{current.get_colour_display()} stays in force until somebody reviews it."
    return f"The review was due on {long_date(current.review_on)}, {how_long(current.review_on, today)}. {stays}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One run of a colour in the picture: its lane, its place, and what is read out."""

    colour: str
    x: float
    y: int
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class Lanes:
    """Colours over time, a lane for each, so that the lane says which colour it is and not the colour alone."""

    title: str
    lanes: tuple[tuple[str, int], ...]
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str, str], ...]
    width: int
    height: int
    left: int


def lanes_of(spells: Sequence[Coloured], window: Interval) -> Lanes:
    """Draw the runs of a bounded window. Days stand as far apart as they are."""
    assert window.ends is not None
    wide = (WIDTH - LEFT) / window.days
    rows = {colour: TOP + place * LANE for place, colour in enumerate(PriorityColour)}
    bars = []
    for run in runs(spells):
        if part := run.held.intersect(window):
            x = LEFT + (part.starts - window.starts).days * wide
            words = f"{run.colour.label} from {long_date(part.starts)}, {part.days} days"
            bars.append(Bar(run.colour.value, round(x, 1), rows[run.colour], round(max(part.days * wide, 2), 1), words))
    last = date.fromordinal(window.ends.toordinal() - 1)
    height = TOP + LANE * len(rows) + FOOT
    return Lanes(
        title=_title(bars, window),
        lanes=tuple((colour.label, y) for colour, y in rows.items()),
        bars=tuple(bars),
        ticks=((LEFT, "start", short_date(window.starts)), (WIDTH, "end", short_date(last))),
        width=WIDTH,
        height=height,
        left=LEFT,
    )


def _title(bars: Sequence[Bar], window: Interval) -> str:
    changes = max(len(bars) - 1, 0)
    if not bars:
        return "No priority was set in these days"
    times = {0: "did not change", 1: "changed once", 2: "changed twice"}.get(changes, f"changed {changes} times")
    return f"The priority {times} in {window.days} days"
