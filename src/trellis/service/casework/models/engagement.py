"""What a person was told and offered, and what a scheme does when they stop engaging."""

from __future__ import annotations

from django.db import models

from trellis.rules.vocabulary import DisengagementResponse, OfferAnswer, Permission, Understanding
from trellis.service.people.history import EVENT, Event, history_register


class SelectionExplained(Event):
    """That somebody was told why they were selected (REF-09)."""

    worker = models.CharField(max_length=150)
    how = models.CharField(max_length=300)
    understood = models.CharField(max_length=10, choices=Understanding.choices())
    notes = models.TextField(blank=True)

    register = history_register(Permission.RECORD_CONTACT, case=("worker", "how", "understood", "notes", *EVENT))
    timeline_label = "Selection explained"

    class Meta(Event.Meta):
        verbose_name_plural = "selections explained"

    def __str__(self) -> str:
        return "Told why they were selected"


class OfferOfHelp(Event):
    """What help was offered, what they answered, and whether they know what follows from it (REF-10)."""

    worker = models.CharField(max_length=150)
    offered = models.TextField()
    answer = models.CharField(max_length=10, choices=OfferAnswer.choices())
    their_reason = models.TextField(blank=True)
    consequences_explained = models.BooleanField()
    consequences = models.TextField(blank=True)

    register = history_register(
        Permission.RECORD_CONTACT,
        case=("worker", "offered", "answer", "their_reason", "consequences_explained", "consequences", *EVENT),
    )
    timeline_label = "Offer of help"

    class Meta(Event.Meta):
        verbose_name_plural = "offers of help"

    def __str__(self) -> str:
        return f"Help offered: {self.get_answer_display().lower()}"


class Disengagement(Event):
    """What somebody decided to do when a person stopped engaging, what they had seen of it, and why (INT-06)."""

    signs = models.TextField()
    response = models.CharField(max_length=12, choices=DisengagementResponse.choices())
    reason = models.TextField()
    review_on = models.DateField()

    register = history_register(Permission.SET_PRIORITY, case=("signs", "response", "reason", "review_on", *EVENT))
    timeline_label = "Response to disengagement"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return f"Not engaging: {self.get_response_display().lower()}"
