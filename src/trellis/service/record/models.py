"""What agencies say happened and is so: arrests, charges, disposals, custody, supervision, registrations, priority."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from trellis.rules.dates import long_date
from trellis.rules.vocabulary import (
    Band,
    CustodyKind,
    DecidedBy,
    Engagement,
    Finding,
    IntelligencePicture,
    Permission,
    PriorityColour,
    RiskOfHarm,
    SupervisionKind,
)
from trellis.service.audit.seen import ShowsPerson
from trellis.service.common.register import Category, Register, Retention, about_person
from trellis.service.people.history import EVENT, SPELL, Event, HistoryQuerySet, Spell, history_register, no_overlap
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency


class Arrest(Event):
    """An arrest, with the offence it was for and what followed."""

    ho_code = models.CharField(max_length=5, blank=True)
    outcome = models.CharField(max_length=60, blank=True)

    register = history_register(offending=("ho_code", "outcome", *EVENT))
    timeline_label = "Arrest"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return f"Arrested{f': {self.outcome.lower()}' if self.outcome else ''}"


class Charge(Event):
    """A charge with an offence."""

    ho_code = models.CharField(max_length=5, blank=True)
    offence_on = models.DateField(null=True)

    register = history_register(offending=("ho_code", "offence_on", *EVENT))
    timeline_label = "Charge"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return "Charged"


class Disposal(Event):
    """One offence dealt with on a day by a court or a caution. A day's offences are one sanction."""

    offence_on = models.DateField(null=True)
    ho_code = models.CharField(max_length=5)
    # The one offence of the day that counts as the current offence.
    principal = models.BooleanField(default=False)
    finding = models.CharField(max_length=30, choices=Finding.choices())
    disposal = models.CharField(max_length=60, blank=True)

    register = history_register(
        offending=("offence_on", "ho_code", "principal", "finding", "disposal", *EVENT),
    )
    timeline_label = "Court result or caution"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return self.disposal or self.get_finding_display()


class AgencyScore(Event):
    """A predictor's score as another agency's system gave it, under the name that system gave it."""

    predictor = models.CharField(max_length=30)
    percent_2y = models.PositiveSmallIntegerField(null=True)
    band = models.CharField(max_length=10, choices=Band.choices(), blank=True)

    register = history_register(offending=("predictor", "percent_2y", "band", *EVENT))
    timeline_label = "Score from another system"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.predictor}: {self.percent_2y} % in two years"


class Custody(Spell):
    """Time held, from reception to release."""

    kind = models.CharField(max_length=20, choices=CustodyKind.choices())
    prison = models.CharField(max_length=100, blank=True)
    expected_release = models.DateField(null=True, blank=True)
    release_reason = models.CharField(max_length=60, blank=True)

    register = history_register(case=("kind", "prison", "expected_release", "release_reason", *SPELL))
    timeline_label = "Custody"

    class Meta(Spell.Meta):
        verbose_name_plural = "custody"
        constraints = [*Spell.Meta.constraints, no_overlap("custody_never_overlaps")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Supervision(Spell):
    """A statutory order or licence under which somebody is supervised."""

    kind = models.CharField(max_length=40, choices=SupervisionKind.choices())
    reference = models.CharField(max_length=40, blank=True)
    team = models.CharField(max_length=100, blank=True)

    register = history_register(case=("kind", "reference", "team", *SPELL))
    timeline_label = "Supervision"

    class Meta(Spell.Meta):
        verbose_name_plural = "supervision"

    def __str__(self) -> str:
        return self.get_kind_display()


class Registration(Spell):
    """A flag that an agency's system carries, such as a high risk of serious harm."""

    code = models.CharField(max_length=20)
    title = models.CharField(max_length=100)
    risk_of_harm = models.CharField(max_length=10, choices=RiskOfHarm.choices(), blank=True)

    register = history_register(case=("code", "title", "risk_of_harm", *SPELL))
    timeline_label = "Registration"

    class Meta(Spell.Meta):
        pass

    def __str__(self) -> str:
        return self.title


class Priority(Spell):
    """The colour that a named person set, with the facts it rested on and when it is to be looked at again.

    Past its review date a colour stays in force and shows as overdue.
    """

    colour = models.CharField(max_length=10, choices=PriorityColour.choices())
    reason = models.TextField()
    engagement = models.CharField(max_length=20, choices=Engagement.choices(), default=Engagement.NOT_KNOWN)
    intelligence = models.CharField(
        max_length=20, choices=IntelligencePicture.choices(), default=IntelligencePicture.NOT_KNOWN
    )
    at_large = models.BooleanField(default=False)
    # What the grid proposed, so that a departure from it shows.
    proposed = models.CharField(max_length=10, choices=PriorityColour.choices(), blank=True)
    grid = models.CharField(max_length=100, blank=True)
    review_on = models.DateField(null=True)
    # Who decided and when; empty for what a feed brought. The agencies' proposals of that moment are those decided on.
    decided_by = models.CharField(max_length=10, choices=DecidedBy.choices(), blank=True)
    decided_at = models.DateTimeField(null=True)
    meeting = models.CharField(max_length=150, blank=True)
    meeting_on = models.DateField(null=True)

    register = history_register(
        Permission.SET_PRIORITY,
        case=(
            *("colour", "reason", "engagement", "intelligence", "at_large", "proposed", "grid", "review_on"),
            *("decided_by", "decided_at", "meeting", "meeting_on", *SPELL),
        ),
    )
    timeline_label = "Priority"

    class Meta(Spell.Meta):
        verbose_name_plural = "priorities"
        constraints = [*Spell.Meta.constraints, no_overlap("priority_never_overlaps")]

    def __str__(self) -> str:
        return self.get_colour_display()

    @property
    def is_overdue(self) -> bool:
        """Whether its review has been missed."""
        return self.review_on is not None and self.review_on < timezone.localdate()

    @property
    def decision_words(self) -> str:
        """Who decided: an officer, or a meeting by its name and day; nothing for what a feed brought."""
        if self.decided_by != DecidedBy.MEETING:
            return self.get_decided_by_display() if self.decided_by else ""
        return f"{self.meeting or 'Meeting'}{f', {long_date(self.meeting_on)}' if self.meeting_on else ''}"


class TimelineEntry(ShowsPerson):
    """One spell or event of any kind, by its number, in the view that trellis.service.record.timeline makes.

    An event starts on its day and has no end. `key` is the kind and the number together: "arrest-12".
    """

    key = models.CharField(primary_key=True, max_length=60)
    kind = models.CharField(max_length=30)
    row = models.BigIntegerField()
    person = models.ForeignKey(Person, models.DO_NOTHING, related_name="timeline", db_constraint=False)
    agency = models.ForeignKey(Agency, models.DO_NOTHING, related_name="+", db_constraint=False)
    starts = models.DateField()
    ends = models.DateField(null=True)
    at = models.TimeField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = HistoryQuerySet.as_manager()

    # The rows behind the view carry the policies; this says what the columns are.
    register = Register(
        rows=about_person(),
        retention=Retention.CASE,
        subject="person_id",
        audited=False,
        fields={
            Category.KEY: ("key", "kind", "row", "person", "agency"),
            Category.CASE: ("starts", "ends", "at"),
            Category.PROVENANCE: ("recorded_at", "superseded_at"),
        },
    )

    class Meta:
        managed = False
        ordering = ("-starts", "-at", "-key")

    def __str__(self) -> str:
        return self.key
