"""What of a case the reader's agency reads, so that no column says that there is nothing where it is only hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trellis.service.access.actor import current_actor, shared_with_actor
from trellis.service.people.sharing import reads_whole, withheld_fields


@dataclass(frozen=True, slots=True)
class Sight:
    """Which kinds of what a list shows are shared with the agency that acts."""

    reviews: bool
    custody: bool
    plans: bool
    assessments: bool
    tasks: bool
    telling: bool


def sight_now() -> Sight:
    """What the agency that acts reads of everybody's cases."""
    return Sight(
        reviews=reads_whole("record.Priority")
        or "review_on" not in withheld_fields("record.Priority", shared_with_actor()),
        custody=reads_whole("record.Custody"),
        plans=reads_whole("plans.Plan"),
        assessments=reads_whole("needs.Assessment"),
        tasks=reads_whole("work.Task"),
        telling=reads_whole("casework.SelectionExplained")
        and reads_whole("casework.OfferOfHelp")
        and reads_whole("casework.Disengagement"),
    )


def figures(rows: Any, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Columns of rows about people, without a field that is not shared with the agency that acts; its own stay whole.

    For what is counted and sorted: what a page prints it reads as records.
    """
    hidden = withheld_fields(rows.model._meta.label, shared_with_actor())
    actor = current_actor()
    own = actor.agency_id if actor else None
    for agency, *values in rows.order_by().values_list("agency_id", *columns):
        shown = agency == own and actor is not None
        yield tuple(
            value if shown or column not in hidden else None for column, value in zip(columns, values, strict=True)
        )
