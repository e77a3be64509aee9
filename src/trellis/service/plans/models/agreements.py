"""Behaviour agreements: clauses in the person's own voice, signatures, and how they were kept."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from trellis.rules.plans import ClauseKind, Kept, PausesOn
from trellis.rules.vocabulary import Permission
from trellis.service.people.history import EVENT, SPELL, AboutPerson, Event, Spell, history_register


class BehaviourAgreement(Spell):
    """Time for which an agreement is in force, begun from a template.

    `version` is that of its clauses: what was signed under an earlier one is signed no more.
    """

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=150)
    template = models.SlugField(blank=True)
    template_version = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveSmallIntegerField(default=1)
    ended_why = models.CharField(max_length=300, blank=True)

    register = history_register(
        Permission.PLAN, key=("key",), case=("title", "template", "template_version", "version", "ended_why", *SPELL)
    )
    timeline_label = "Behaviour agreement"

    class Meta(Spell.Meta):
        # The model's own name is too long for an index.
        indexes = [models.Index(fields=("person", "starts"), name="agreement_person_starts")]

    def __str__(self) -> str:
        return self.title or "In force"


class Clause(AboutPerson):
    """One clause. An incentive may pause while something holds.

    It stands from one version of the agreement until another, and is never rewritten: other words are another clause.
    """

    agreement_key = models.UUIDField(editable=False)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=ClauseKind.choices())
    text = models.CharField(max_length=300)
    pauses_on = ArrayField(models.CharField(max_length=20, choices=PausesOn.choices()), default=list)
    place = models.PositiveSmallIntegerField(default=0)
    from_version = models.PositiveSmallIntegerField(default=1)
    # The first version in which it no longer stands, and the day and reason of its end.
    until_version = models.PositiveSmallIntegerField(null=True)
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=300, blank=True)

    register = history_register(
        Permission.PLAN,
        key=("agreement_key", "key"),
        case=("kind", "text", "pauses_on", "place", "from_version", "until_version", "ended_on", "ended_why"),
    )

    class Meta(AboutPerson.Meta):
        ordering = ("place", "id")
        indexes = [models.Index(fields=("agreement_key",), name="clause_agreement")]

    def __str__(self) -> str:
        return self.text


class Signature(Event):
    """Somebody signed: the person, or a worker of an agency."""

    agreement_key = models.UUIDField(editable=False)
    signed_by = models.CharField(max_length=150)
    by_person = models.BooleanField(default=False)
    # Of the agreement's clauses.
    version = models.PositiveSmallIntegerField(default=1)

    register = history_register(
        Permission.PLAN, key=("agreement_key",), case=("signed_by", "by_person", "version", *EVENT)
    )

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return self.signed_by


class ComplianceEntry(Event):
    """How a clause was kept on a day."""

    agreement_key = models.UUIDField(editable=False)
    clause_key = models.UUIDField(editable=False)
    kept = models.CharField(max_length=10, choices=Kept.choices())
    note = models.TextField(blank=True)

    register = history_register(Permission.PLAN, key=("agreement_key", "clause_key"), case=("kept", "note", *EVENT))
    timeline_label = "Behaviour agreement"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return self.get_kept_display()
