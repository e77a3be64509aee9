"""Contacts with managed people, by any agency."""

from __future__ import annotations

from django.db import models

from trellis.rules.vocabulary import ContactMode, ContactOutcome, Permission
from trellis.service.people.history import EVENT, Event, history_register


class Contact(Event):
    """Somebody of some agency saw, or tried to see, a person."""

    mode = models.CharField(max_length=20, choices=ContactMode.choices())
    outcome = models.CharField(max_length=30, choices=ContactOutcome.choices())
    # Who made it, as typed: a worker may have no account.
    worker = models.CharField(max_length=150)
    notes = models.TextField(blank=True)
    # Why it stands in place of an earlier version of itself.
    correction = models.CharField(max_length=300, blank=True)

    register = history_register(
        Permission.RECORD_CONTACT, case=("mode", "outcome", "worker", "notes", "correction", *EVENT)
    )
    timeline_label = "Contact"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.get_mode_display()}: {self.get_outcome_display().lower()}"

    @property
    def successful(self) -> bool:
        """Whether the person was seen and took part."""
        return ContactOutcome(self.outcome).successful
