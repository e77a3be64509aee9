"""Assessments of need, pathway by pathway, each answer read with its own compartment.

The answers of one assessment share its key, not its row: a correction makes a new row of either and moves no other.
A total is not stored: whoever does not read every answer would learn from it what the rest come to.
"""

from __future__ import annotations

import uuid

from django.db import models

from trellis.rules.needs import ConsultReason, Motivation, OffenceLink, Progress, VulnerabilityKind
from trellis.rules.vocabulary import Compartment, Permission, RiskOfHarm, Word
from trellis.service.common.register import of_person
from trellis.service.people.history import EVENT, SPELL, Event, Spell, history_register
from trellis.service.people.models import IN_COMPARTMENT

BY_COMPARTMENT = f"(compartment = '{Compartment.CORE}' OR {IN_COMPARTMENT})"


class Reached(Word):
    """How far an intermediate outcome is reached (ASM-11)."""

    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"


class Assessment(Event):
    """A person's needs assessed on a day, with an instrument over a set of pathways, both as they then were."""

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    instrument = models.SlugField()
    instrument_version = models.PositiveSmallIntegerField()
    pathway_set = models.SlugField()
    pathway_set_version = models.PositiveSmallIntegerField()
    # Who spoke to the person, as typed: a worker may have no account.
    assessor = models.CharField(max_length=150)
    # Empty: not assessed here. What probation registered stands in the record.
    risk_of_harm = models.CharField(max_length=10, choices=RiskOfHarm.choices(), blank=True)
    correction = models.CharField(max_length=300, blank=True)

    register = history_register(
        Permission.PLAN,
        key=("key",),
        case=(
            *("instrument", "instrument_version", "pathway_set", "pathway_set_version", "assessor", "risk_of_harm"),
            *("correction", *EVENT),
        ),
    )
    timeline_label = "Assessment of needs"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return f"By {self.assessor}" if self.assessor else "Needs assessed"

    @property
    def series(self) -> tuple[str, int, str]:
        """What makes totals comparable: the same instrument in the same version over the same set."""
        return self.instrument, self.instrument_version, self.pathway_set


class PathwayAnswer(Event):
    """What an assessment says of one pathway; or, without one, what an agency's system sent of its own section."""

    assessment_key = models.UUIDField(null=True, editable=False)
    pathway_set = models.SlugField()
    pathway = models.SlugField()
    compartment = models.CharField(max_length=20, choices=Compartment.choices())
    score = models.PositiveSmallIntegerField(null=True)
    # The person's own view, from the same scale and in their words.
    own_score = models.PositiveSmallIntegerField(null=True)
    own_words = models.TextField(blank=True)
    progress = models.CharField(max_length=20, choices=Progress.choices(), blank=True)
    rank = models.PositiveSmallIntegerField(null=True)
    motivation = models.CharField(max_length=20, choices=Motivation.choices(), blank=True)
    previous_attempts = models.TextField(blank=True)
    obstacles = models.TextField(blank=True)
    offence_link = models.CharField(max_length=20, choices=OffenceLink.choices(), blank=True)
    # Which agency's assessment the score was carried over from, and of when.
    carried_from = models.CharField(max_length=200, blank=True)

    register = history_register(
        Permission.PLAN,
        also=BY_COMPARTMENT,
        key=("assessment_key",),
        case=(
            *("pathway_set", "pathway", "compartment", "score", "own_score", "own_words", "progress", "rank"),
            *("motivation", "previous_attempts", "obstacles", "offence_link", "carried_from", *EVENT),
        ),
    )

    class Meta(Event.Meta):
        indexes = [*Event.Meta.indexes, models.Index(fields=("assessment_key",), name="pathwayanswer_key")]

    def __str__(self) -> str:
        return self.pathway


class IndicatorAnswer(Event):
    """How far one intermediate outcome was reached when a person was assessed."""

    assessment_key = models.UUIDField(editable=False)
    indicator = models.SlugField()
    compartment = models.CharField(max_length=20, choices=Compartment.choices())
    answer = models.CharField(max_length=10, choices=Reached.choices())

    register = history_register(
        Permission.PLAN,
        also=BY_COMPARTMENT,
        key=("assessment_key",),
        case=("indicator", "compartment", "answer", *EVENT),
    )

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.indicator}: {self.get_answer_display().lower()}"


class Vulnerability(Spell):
    """Something that makes somebody vulnerable, on whose word, read with its kind's compartment."""

    kind = models.CharField(max_length=30, choices=VulnerabilityKind.choices())
    compartment = models.CharField(max_length=20, choices=Compartment.choices())
    # Who says so: the person, a clinician, another agency.
    told_by = models.CharField(max_length=150)
    detail = models.TextField(blank=True)

    register = history_register(
        Permission.PLAN, also=BY_COMPARTMENT, case=("kind", "compartment", "told_by", "detail", *SPELL)
    )
    timeline_label = "Vulnerability"

    class Meta(Spell.Meta):
        pass

    def __str__(self) -> str:
        return self.get_kind_display()


class PsychologyConsult(Event):
    """A psychologist's advice about a case, read only with the psychology compartment (ASM-15)."""

    reason = models.CharField(max_length=20, choices=ConsultReason.choices())
    psychologist = models.CharField(max_length=150)
    question = models.TextField()
    advice = models.TextField(blank=True)

    register = history_register(
        Permission.PLAN,
        also=f"({of_person(Compartment.PSYCHOLOGY)})",
        case=("reason", "psychologist", "question", "advice", *EVENT),
    )
    timeline_label = "Psychologist consulted"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return self.get_reason_display()
