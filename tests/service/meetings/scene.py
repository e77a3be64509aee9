"""A meeting of the cast's scheme with people on its agenda."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.vocabulary import AgendaSource, Came, Compartment, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.meetings.actions.attending import Presence, record_attendance
from trellis.service.meetings.actions.minutes import Said, minute_person
from trellis.service.meetings.actions.planning import Details, hold_meeting, plan_meeting, put_on_agenda
from trellis.service.meetings.models import Meeting, PersonItem
from trellis.service.meetings.queries.usual import usual_agencies
from trellis.service.people.models import Person

TODAY = timezone.localdate()
DETAILS = Details(TODAY, time(0, 1), 60, "Room 4", "Chair Person", "Minute Taker")
AS_POSTED = {"on": TODAY.isoformat(), "at": "10am", "minutes": "60", "place": "Room 4"}


def planned(cast: Cast, *, kind: str = "case_conference", by: User | None = None) -> Meeting:
    """A meeting of today with everybody expected who usually is."""
    by = by or cast.coordinator
    with acting(by):
        return plan_meeting(
            scheme=cast.scheme, kind=kind, details=DETAILS, expected=usual_agencies(cast.scheme, kind), why_not="",
            by=by,
        )  # fmt: skip


def managed(cast: Cast, family_name: str = "Quillfeather", **compartments: list[Compartment]) -> Person:
    """A managed person whom both officers and housing see; police and probation in the compartments given."""
    person = make_person(cast, family_name, stage=Stage.MANAGED)
    for name in ("police_om", "probation_om", "housing_worker"):
        held = compartments.get(name, [])
        grant(cast, getattr(cast, name), person, compartments=[Compartment.CORE, *held])
    return person


def on_agenda(cast: Cast, meeting: Meeting, *people: Person) -> list[PersonItem]:
    """Put people on the agenda, as the coordinator; their items in that order."""
    with acting(cast.coordinator):
        chosen = {one.pk: AgendaSource.ADDED for one in people}
        put_on_agenda(meeting=meeting, people=chosen, by=cast.coordinator)
        found = {one.person_id: one for one in PersonItem.objects.filter(meeting=meeting).select_related("meeting")}
    return [found[one.pk] for one in people]


def said_of(cast: Cast, item: PersonItem, **said: Any) -> None:
    """Minute something of somebody, as the coordinator."""
    with acting(cast.coordinator):
        again = PersonItem.objects.select_related("meeting__scheme", "person__scheme").get(pk=item.pk)
        minute_person(item=again, said=Said(**said), by=cast.coordinator)


def held(cast: Cast, meeting: Meeting, days_ago: int = 0) -> None:
    """Record that all came, and close the meeting; it was so many days ago."""
    with acting(cast.coordinator):
        usual = usual_agencies(cast.scheme, meeting.kind)
        everybody = {one.pk: Presence(Came.ATTENDED) for one in usual}
        record_attendance(meeting=meeting, mark=0, presences=everybody, by=cast.coordinator)
        Meeting.objects.filter(pk=meeting.pk).update(on=TODAY - timedelta(days_ago))
        meeting.refresh_from_db()
        hold_meeting(meeting=meeting, by=cast.coordinator)
