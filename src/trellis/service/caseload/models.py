"""What was said when a case passed from one officer to another."""

from __future__ import annotations

from django.db import models

from trellis.rules.vocabulary import LeadKind, Permission
from trellis.service.access.models import User
from trellis.service.people.history import EVENT, Event, history_register


class Handover(Event):
    """A case handed from one lead officer to another, with the note for whoever takes it up.

    The agency is that of the new lead, so that they read it whatever the sharing agreement lists.
    """

    kind = models.CharField(max_length=10, choices=LeadKind.choices())
    # Nobody where no officer led before.
    from_officer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    to_officer = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    tasks_moved = models.PositiveSmallIntegerField(default=0)

    register = history_register(
        Permission.ALLOCATE, key=("from_officer", "to_officer"), case=("kind", "note", "tasks_moved", *EVENT)
    )
    timeline_label = "Handover"

    class Meta(Event.Meta):
        indexes = [*Event.Meta.indexes, models.Index(fields=("to_officer", "happened_on"), name="handover_to")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} handed over"
