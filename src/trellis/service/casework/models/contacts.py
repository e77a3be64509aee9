"""Contacts with managed people and appointments for them, by any agency."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from trellis.rules.contacts import Slot
from trellis.rules.vocabulary import (
    Compartment,
    ContactKind,
    ContactMode,
    ContactOutcome,
    DrugTestBasis,
    DrugTestResult,
    Engagement,
    MovedBy,
    OtherSystem,
    Permission,
    Serves,
    VisitPurpose,
)
from trellis.service.access.models import User
from trellis.service.common.register import Category, Register, Retention, about_person, once
from trellis.service.people.history import (
    AUTHOR,
    EVENT,
    LEAVES_WITH_THE_CASE,
    PROVENANCE,
    SUPERSEDE,
    AboutPerson,
    Event,
    history_register,
)

USUAL_MINUTES = 30


class Encounter(Event):
    """What an appointment and a contact have in common: how and for what somebody is seen, and by whom.

    `worker`: as typed, since a worker may have no account. `joint`: the numbers of the agencies that take part besides
    the one whose it is. What defaults to empty, a partner agency reads only where its agreement lists the field.
    """

    mode = models.CharField(max_length=20, choices=ContactMode.choices())
    kind = models.CharField(max_length=20, choices=ContactKind.choices(), blank=True, default="")
    purposes = ArrayField(
        models.CharField(max_length=20, choices=VisitPurpose.choices()), blank=True, default=list
    )  # fmt: skip
    serves = models.CharField(max_length=10, choices=Serves.choices(), blank=True, default="")
    worker = models.CharField(max_length=150)
    joint = ArrayField(models.BigIntegerField(), blank=True, default=list)
    place = models.CharField(max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    notes = models.TextField(blank=True)

    class Meta(Event.Meta):
        abstract = True

    @property
    def kind_words(self) -> str:
        """What it was for: its kind, or how it was made where it has none."""
        return str(self.get_kind_display() if self.kind else self.get_mode_display())

    @property
    def full_words(self) -> str:
        """What it was for and how it was made: "Vigilance visit, home visit"."""
        if self.kind and self.mode == ContactMode.OTHER:
            # Somewhere else says nothing that its kind and place do not.
            return self.kind_words
        mode = str(self.get_mode_display())
        return f"{self.kind_words}, {mode.lower()}" if self.kind else mode

    @property
    def purpose_words(self) -> str:
        """Its purposes in a list, beginning in lower case."""
        return ", ".join(VisitPurpose(one).label.lower() for one in self.purposes)


ENCOUNTER = ("mode", "kind", "purposes", "serves", "worker", "joint", "place", "minutes", "notes", *EVENT)


class Appointment(Encounter):
    """A contact that is planned. Moving it and calling it off supersede it, with who asked and why."""

    # In whose calendar it stands; nobody's where the worker has no account.
    with_user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    called_off = models.BooleanField(default=False)
    moved_by = models.CharField(max_length=10, choices=MovedBy.choices(), blank=True, default="")
    change = models.CharField(max_length=300, blank=True)

    register = history_register(
        Permission.RECORD_CONTACT, key=("with_user",), case=("called_off", "moved_by", "change", *ENCOUNTER)
    )

    class Meta(Encounter.Meta):
        indexes = [
            *Event.Meta.indexes,
            models.Index(fields=("with_user", "happened_on"), name="appointment_diary"),
        ]

    def __str__(self) -> str:
        return self.full_words

    @property
    def slot(self) -> Slot | None:
        """The time it takes; None where its time is not shared."""
        if self.happened_at is None:
            return None
        agencies = frozenset({str(self.agency_id), *map(str, self.joint)})
        return Slot(self.pk, self.happened_on, self.happened_at, self.minutes or USUAL_MINUTES, agencies)


class Contact(Encounter):
    """Somebody of some agency saw, or tried to see, a person."""

    outcome = models.CharField(max_length=30, choices=ContactOutcome.choices())
    # How far they took part, as the worker rated it.
    engagement = models.CharField(max_length=20, choices=Engagement.choices(), blank=True, default="")
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="contacts")
    # Why it stands in place of an earlier version of itself.
    correction = models.CharField(max_length=300, blank=True)

    register = history_register(
        Permission.RECORD_CONTACT, key=("appointment",), case=("outcome", "engagement", "correction", *ENCOUNTER)
    )
    timeline_label = "Contact"

    class Meta(Encounter.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.get_mode_display()}: {self.get_outcome_display().lower()}"

    @property
    def successful(self) -> bool:
        """Whether the person was seen and took part."""
        return ContactOutcome(self.outcome).successful


class RecordedElsewhere(AboutPerson):
    """That a contact stands in an agency's own system too, under a reference there; a corrected one needs its own."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="recorded_elsewhere")
    system = models.CharField(max_length=10, choices=OtherSystem.choices())
    reference = models.CharField(max_length=60)

    register = history_register(Permission.RECORD_CONTACT, key=("contact",), case=("system", "reference"))

    class Meta(AboutPerson.Meta):
        ordering = ("-id",)
        verbose_name_plural = "recorded elsewhere"
        constraints = [
            *AboutPerson.Meta.constraints,
            models.UniqueConstraint(
                fields=("contact", "system"), condition=models.Q(superseded_at=None), name="recorded_once_a_system"
            ),
        ]

    def __str__(self) -> str:
        return f"Recorded in {self.get_system_display()}"


class DrugTest(Event):
    """A drug test and what it found: health information, which a grant of that compartment opens."""

    basis = models.CharField(max_length=20, choices=DrugTestBasis.choices())
    tested_for = models.CharField(max_length=200)
    result = models.CharField(max_length=20, choices=DrugTestResult.choices())
    positive_for = models.CharField(max_length=200, blank=True)
    worker = models.CharField(max_length=150)
    notes = models.TextField(blank=True)

    register = Register(
        rows=about_person(
            Compartment.HEALTH,
            agency="agency_id",
            author=AUTHOR,
            permission=Permission.RECORD_CONTACT,
            update=SUPERSEDE,
            refuse=(once("superseded_at", "A row is superseded"),),
        ),
        retention=Retention.CASE,
        subject="person_id",
        compartment=Compartment.HEALTH,
        fields={
            Category.KEY: ("id", "person", "agency"),
            Category.CASE: ("basis", "tested_for", "result", "positive_for", "worker", "notes", *EVENT),
            Category.PROVENANCE: PROVENANCE,
        },
        export=LEAVES_WITH_THE_CASE,
    )
    timeline_label = "Drug test"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.get_result_display()} ({self.get_basis_display().lower()})"
