"""Spells and events in two times: when something was true, and when Trellis knew it.

Nothing is altered in place. A correction supersedes the row it corrects and adds another, so "as at" reads the first
time, "known on" the second, and what a decision rested on can always be read again. The application's role may change
no column but `superseded_at`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.common.register import BY_SYSTEM, Category, Register, Retention, about_person, once
from trellis.service.people.sharing import SharedByAgreement
from trellis.service.schemes.models import Agency

PROVENANCE = ("recorded_at", "recorded_by", "superseded_at", "source", "source_key", "source_digest", "source_row")
SUPERSEDE = ("superseded_at",)
# What an inspection of one case takes out. Protected characteristics, and what only staff hold, stay.
LEAVES_WITH_THE_CASE = frozenset(
    {Category.KEY, Category.IDENTITY, Category.OFFENDING, Category.CASE, Category.PROVENANCE}
)
# Written in one's own name, or in the name on a row that this one corrects: whose fact it is outlasts the correction.
AUTHOR = (
    f"({BY_SYSTEM} OR recorded_by_id = (SELECT actor_id())"
    " OR actor_corrects('{table}'::regclass, person_id, recorded_by_id))"
)


class HistoryQuerySet(models.QuerySet[Any]):
    """Reads rows by what is known."""

    def current(self) -> Self:
        """What is believed now."""
        return self.filter(superseded_at=None)

    def known_on(self, moment: datetime) -> Self:
        """What was believed at that moment, whatever has been learned since."""
        return self.filter(Q(superseded_at=None) | Q(superseded_at__gt=moment), recorded_at__lte=moment)

    def as_at(self, day: date) -> Self:
        """What was true on that day: spells that held, events that had happened by then."""
        if issubclass(self.model, Spell):
            return self.filter(Q(ends=None) | Q(ends__gt=day), starts__lte=day)
        return self.filter(happened_on__lte=day)


class AboutPerson(SharedByAgreement):
    """A fact about a person, with the agency that owns it and where it came from."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="%(class)s_set")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True, editable=False)
    # The feed that sent it, the sender's own key, a digest of what was sent and "file:line"; empty when typed in.
    source = models.SlugField(blank=True)
    source_key = models.CharField(max_length=200, null=True)
    source_digest = models.CharField(max_length=32, blank=True)
    source_row = models.CharField(max_length=40, blank=True)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=("source", "source_key"), condition=Q(superseded_at=None), name="%(class)s_once_a_source_key"
            )
        ]


class Spell(AboutPerson):
    """Something true from a day until, but not on, another; without an end it is true still."""

    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta(AboutPerson.Meta):
        abstract = True
        ordering = ("-starts", "-id")
        constraints = [
            *AboutPerson.Meta.constraints,
            models.CheckConstraint(name="%(class)s_ends_after_start", condition=Q(ends=None) | Q(ends__gt=F("starts"))),
        ]
        indexes = [models.Index(fields=("person", "starts"), name="%(class)s_person_starts")]

    @property
    def happened_on(self) -> date:
        """Where a spell stands in a timeline: at its start."""
        return self.starts


class Event(AboutPerson):
    """Something that happened on a day, perhaps at a known time."""

    happened_on = models.DateField()
    happened_at = models.TimeField(null=True, blank=True)

    class Meta(AboutPerson.Meta):
        abstract = True
        ordering = ("-happened_on", "-id")
        constraints = [*AboutPerson.Meta.constraints]
        indexes = [models.Index(fields=("person", "happened_on"), name="%(class)s_person_day")]


def no_overlap(name: str, *also: str) -> ExclusionConstraint:
    """Refuses two current spells of one person (and of the same `also`) that overlap.

    A range over a single number stands for equality, which gist has only for ranges without an extension.
    """
    same = [(Func(F(field), F(field), Value("[]"), function="int8range"), RangeOperators.OVERLAPS) for field in also]
    return ExclusionConstraint(
        name=name,
        expressions=[
            (Func(F("person"), F("person"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
            *same,
            (Func(F("starts"), F("ends"), Value("[)"), function="daterange"), RangeOperators.OVERLAPS),
        ],
        condition=Q(superseded_at=None),
    )


def history_register(
    permission: Permission | None = None, *, also: str = "", decides: bool = False, **fields: tuple[str, ...]
) -> Register:
    """The register of a spell or event: `fields` gives its own fields by the lower-case name of their category.

    Only roles with the `permission` write, and without one every role that writes at all. `also` narrows who sees.
    """
    rows = about_person(
        also=also,
        agency="agency_id",
        author=AUTHOR,
        permission=permission,
        update=SUPERSEDE,
        refuse=(once("superseded_at", "A row is superseded"),),
    )
    rows = replace(rows, decides=decides)
    by_category = {Category[name.upper()]: names for name, names in fields.items()}
    by_category[Category.KEY] = ("id", "person", "agency", *by_category.get(Category.KEY, ()))
    by_category[Category.PROVENANCE] = PROVENANCE
    return Register(
        rows=rows, retention=Retention.CASE, subject="person_id", fields=by_category, export=LEAVES_WITH_THE_CASE
    )


SPELL = ("starts", "ends")
EVENT = ("happened_on", "happened_at")
