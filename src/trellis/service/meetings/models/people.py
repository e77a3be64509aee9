"""What a meeting holds about a person: that they are on its agenda, what agencies bring, what is minuted.

Each row is read like any other fact about them: by whoever sees the person, its compartment, and its kind by the
sharing agreement. An agenda and minutes are therefore each reader's own.
"""

from __future__ import annotations

from django.db import models

from trellis.rules.vocabulary import AgendaSource, Compartment, MinuteKind, Permission
from trellis.service.meetings.models.meetings import Meeting
from trellis.service.people.history import EVENT, AboutPerson, Event, history_register
from trellis.service.plans.models.plans import BY_COMPARTMENT


class PersonItem(AboutPerson):
    """That a person is on the agenda of a meeting, and why."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    why = models.CharField(max_length=20, choices=AgendaSource.choices(), default=AgendaSource.ADDED)

    register = history_register(Permission.HOLD_MEETINGS, key=("meeting",), case=("why",))

    class Meta(AboutPerson.Meta):
        constraints = [
            *AboutPerson.Meta.constraints,
            models.UniqueConstraint(
                fields=("meeting", "person"), condition=models.Q(superseded_at=None), name="once_on_an_agenda"
            ),
        ]
        indexes = [models.Index(fields=("person", "meeting"), name="personitem_person")]

    def __str__(self) -> str:
        return f"On the agenda: {self.get_why_display().lower()}"


class AgencyUpdate(AboutPerson):
    """What an agency has to say of somebody, given before a meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="updates")
    text = models.TextField()
    compartment = models.CharField(max_length=20, choices=Compartment.choices())

    register = history_register(
        Permission.ATTEND_MEETINGS, also=BY_COMPARTMENT, key=("meeting",), case=("text", "compartment")
    )

    class Meta(AboutPerson.Meta):
        ordering = ("recorded_at", "id")
        indexes = [models.Index(fields=("meeting", "person"), name="agencyupdate_meeting")]

    def __str__(self) -> str:
        return self.text


class Minute(Event):
    """A decision, a note or an action about somebody, on the day of the meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="about_people")
    kind = models.CharField(max_length=10, choices=MinuteKind.choices())
    text = models.TextField()
    compartment = models.CharField(max_length=20, choices=Compartment.choices())
    # Why it stands in place of an earlier version of itself.
    correction = models.CharField(max_length=300, blank=True)

    register = history_register(
        Permission.HOLD_MEETINGS,
        also=BY_COMPARTMENT,
        key=("meeting",),
        case=("kind", "text", "compartment", "correction", *EVENT),
    )
    timeline_label = "Meeting"

    class Meta(Event.Meta):
        indexes = [*Event.Meta.indexes, models.Index(fields=("meeting", "person"), name="minute_meeting")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"
