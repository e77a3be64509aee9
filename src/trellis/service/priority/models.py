"""An agency's proposal of a colour, with what it rests on. The colour in force is `record.models.Priority`."""

from __future__ import annotations

from django.db import models

from trellis.rules.vocabulary import Compartment, Permission, PriorityColour, RestsOn
from trellis.service.common.register import of_person
from trellis.service.people.history import EVENT, Event, history_register
from trellis.service.people.models import IN_COMPARTMENT

BY_COMPARTMENT = f"((compartment = '{Compartment.CORE}' AND {of_person()}) OR {IN_COMPARTMENT})"


class Proposal(Event):
    """The colour that an agency proposes. `happened_on` is the day of what it rests on; the latest of an agency counts.

    Read with the evidence's compartment: whoever may not read intelligence finds no proposal that rests on it.
    """

    colour = models.CharField(max_length=10, choices=PriorityColour.choices())
    reason = models.TextField()
    # Empty only as it is read by an agency that is not told it.
    rests_on = models.CharField(max_length=20, choices=RestsOn.choices(), blank=True, default="")
    compartment = models.CharField(max_length=20, choices=Compartment.choices())

    register = history_register(
        Permission.PROPOSE_PRIORITY,
        also=BY_COMPARTMENT,
        case=("colour", "reason", "rests_on", "compartment", *EVENT),
    )
    timeline_label = "Priority proposed"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return self.get_colour_display()

    @property
    def rests_on_word(self) -> RestsOn:
        """What it rests on, as the vocabulary has it."""
        return RestsOn(self.rests_on)
