"""The people whom a scheme manages, as lists and as counts: a count is always the length of the list it links to."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.utils import timezone

from trellis.rules.vocabulary import PriorityColour, Stage
from trellis.service.access.actor import shared_with_actor
from trellis.service.access.models import User
from trellis.service.casework.models import Contact
from trellis.service.home.queries.person import SUCCESSFUL
from trellis.service.people.models import Person
from trellis.service.people.sharing import withheld_fields
from trellis.service.record.models import Custody, Priority
from trellis.service.schemes.models import Scheme
from trellis.service.selection.models import CohortMembership, Lead

NO_COLOUR = "none"
OVERDUE, NO_LEAD, IN_CUSTODY = "overdue", "no_lead", "custody"
ATTENTION = (
    (OVERDUE, "Priority review overdue"),
    (NO_LEAD, "No lead officer"),
    (IN_CUSTODY, "In custody"),
)
COLOURS = (*PriorityColour.choices(), (NO_COLOUR, "Not set"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of the people managed: everything empty is everybody."""

    led_by: User | None = None
    colours: Collection[str] = ()
    areas: Collection[str] = ()
    cohorts: Collection[str] = ()
    attention: Collection[str] = field(default=())
    sort: str = "name"


def managed(scheme: Scheme | None, asked: Asked) -> QuerySet[Person]:
    """The people managed that the reader may see and asked for, in the order asked for."""
    people = Person.objects.filter(stage=Stage.MANAGED)
    if scheme is not None:
        people = people.filter(scheme=scheme)
    if asked.led_by is not None:
        people = people.filter(_exists(Lead, officer=asked.led_by))
    if asked.colours:
        people = people.filter(_of_colours(asked.colours))
    if asked.areas:
        people = people.filter(area__in=asked.areas)
    if asked.cohorts:
        people = people.filter(_exists(CohortMembership, cohort__in=asked.cohorts))
    for what in asked.attention:
        people = people.filter(_ATTENTION[what]())
    return _sorted(people, asked.sort).select_related("area")


def _exists(model: type[Any], **conditions: Any) -> Exists:
    in_force = model.objects.current().as_at(timezone.localdate())
    return Exists(in_force.filter(person=OuterRef("pk"), **conditions))


def _of_colours(colours: Collection[str]) -> Any:
    wanted: Any = _exists(Priority, colour__in=[colour for colour in colours if colour != NO_COLOUR])
    return wanted | ~_exists(Priority) if NO_COLOUR in colours else wanted


_ATTENTION: dict[str, Callable[[], Any]] = {
    OVERDUE: lambda: _exists(Priority, review_on__lt=timezone.localdate()),
    NO_LEAD: lambda: ~_exists(Lead),
    IN_CUSTODY: lambda: _exists(Custody),
}


def _latest(model: type[Any], column: str, **conditions: Any) -> Subquery:
    rows = model.objects.current().as_at(timezone.localdate()).filter(person=OuterRef("pk"), **conditions)
    return Subquery(rows.values(column)[:1])


def _sorted(people: QuerySet[Person], sort: str) -> QuerySet[Person]:
    """Sort by a column of the list: its name, with a minus for the other way round; by name within."""
    column, backwards = sort.removeprefix("-"), sort.startswith("-")
    if column == "born" and "date_of_birth" in withheld_fields(Person._meta.label, shared_with_actor()):
        # An order by what is not shared would tell it.
        column = "name"
    if column in _SORTS:
        people = people.annotate(sort_key=_SORTS[column]())
        key = F("sort_key").desc(nulls_last=True) if backwards else F("sort_key").asc(nulls_last=True)
        return people.order_by(key, "family_name", "given_names", "pk")
    sign = "-" if backwards else ""
    return people.order_by(f"{sign}family_name", f"{sign}given_names", f"{sign}pk")


def _colour_rank() -> Case:
    ranks = [
        When(_exists(Priority, colour=colour), then=Value(rank)) for rank, colour in enumerate(PriorityColour, start=1)
    ]
    return Case(*ranks, default=Value(0), output_field=IntegerField())


_SORTS: dict[str, Callable[[], Any]] = {
    "priority": _colour_rank,
    "review": lambda: _latest(Priority, "review_on"),
    "seen": lambda: _latest(Contact, "happened_on", outcome__in=SUCCESSFUL),
    "area": lambda: F("area__name"),
    "born": lambda: F("date_of_birth"),
}
SORTS = ("name", *_SORTS)
