"""People: one record for each, with every name and number that agencies know them by."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from trellis.rules.vocabulary import (
    AlertKind,
    Compartment,
    DatePrecision,
    IdentifierKind,
    Permission,
    Sex,
    Stage,
)
from trellis.service.common.register import Category, Register, Retention, Rows, about_person, of_person
from trellis.service.people.history import (
    EVENT,
    LEAVES_WITH_THE_CASE,
    SPELL,
    AboutPerson,
    Event,
    Spell,
    history_register,
)
from trellis.service.people.sharing import SharedByAgreement
from trellis.service.schemes.models import Area, Scheme

# The row's own cell decides, or a grant of the person, and no limit. The scalar sub-selects are read once a query.
VISIBLE = (
    "(id = ANY ((SELECT actor_people('core'))::bigint[]) OR cell = ANY ((SELECT actor_cells('core'))::text[]))"
    " AND id <> ALL ((SELECT actor_barred())::bigint[])"
)
# What a search may find is what its source may be read for.
SOURCE_OF_TOKEN = {
    "alias": ("people.PersonName", "family_name"),
    "identifier": ("people.Identifier", "value"),
    "address": ("people.Address", "text"),
    "postcode": ("people.Address", "postcode"),
    "phone": ("people.Phone", "number"),
    "vehicle": ("people.Vehicle", "registration"),
}
FINDABLE = " OR ".join(
    [
        "kind = 'name'",
        *(
            f"(kind = '{kind}' AND (SELECT actor_reads_field('{model}', '{field}')))"
            for kind, (model, field) in SOURCE_OF_TOKEN.items()
        ),
    ]
)


class Person(SharedByAgreement):
    """Somebody known to a scheme. Scheme, stage and area say where they stand, and form the cell that access reads."""

    shown_person = "id"

    family_name = models.CharField(max_length=100)
    given_names = models.CharField(max_length=150, blank=True)
    # A date of less than day precision is held as its first day.
    date_of_birth = models.DateField(null=True, blank=True)
    birth_precision = models.CharField(
        max_length=5, choices=DatePrecision.choices(), default=DatePrecision.DAY, blank=True
    )
    sex = models.CharField(max_length=1, choices=Sex.choices(), default=Sex.UNKNOWN)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="people")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="people")
    stage = models.CharField(max_length=20, choices=Stage.choices(), default=Stage.KNOWN)
    cell = models.GeneratedField(
        expression=Concat(
            Cast("scheme_id", models.CharField()),
            Value("/"),
            F("stage"),
            Value("/"),
            Cast(Coalesce("area_id", 0), models.CharField()),
        ),
        output_field=models.CharField(max_length=60),
        db_persist=True,
    )
    # Counts the edits, so that two people editing at once are told.
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    register = Register(
        rows=Rows(
            see=VISIBLE,
            decides=True,
            by_agreement=True,
            update=(
                *("family_name", "given_names", "date_of_birth", "birth_precision", "sex"),
                *("area_id", "stage", "version"),
            ),
            # Stage and area decide who sees somebody, so they are moved by selection and the feeds alone.
            refuse=(
                (
                    "Only selection and the feeds move somebody to another stage or area",
                    "(OLD.stage, OLD.area_id) IS DISTINCT FROM (NEW.stage, NEW.area_id) AND NOT actor_is_system()",
                ),
            ),
        ),
        retention=Retention.CASE,
        subject="id",
        fields={
            Category.KEY: ("id", "scheme", "area", "cell", "version"),
            Category.IDENTITY: ("family_name", "given_names", "date_of_birth", "birth_precision"),
            Category.PROTECTED: ("sex",),
            Category.CASE: ("stage",),
            Category.PROVENANCE: ("recorded_at",),
        },
        export=LEAVES_WITH_THE_CASE,
    )

    class Meta:
        ordering = ("family_name", "given_names", "id")
        verbose_name_plural = "people"
        indexes = [
            models.Index(fields=("cell", "family_name", "given_names", "id"), name="person_cell_name"),
            models.Index(fields=("scheme", "stage"), name="person_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()

    @property
    def list_name(self) -> str:
        """The name as lists sort it: "Smith, John"."""
        return f"{self.family_name}, {self.given_names}".rstrip(", ")


class PersonName(AboutPerson):
    """A name that an agency holds for a person beside the one on their record."""

    family_name = models.CharField(max_length=100)
    given_names = models.CharField(max_length=150, blank=True)

    register = history_register(identity=("family_name", "given_names"))

    class Meta(AboutPerson.Meta):
        ordering = ("family_name", "given_names", "id")

    def __str__(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()


class Identifier(AboutPerson):
    """A number by which one source knows a person. Unique within its source: another source may hold the same."""

    kind = models.CharField(max_length=5, choices=IdentifierKind.choices())
    value = models.CharField(max_length=40)

    register = history_register(decides=True, identity=("kind", "value"))

    class Meta(AboutPerson.Meta):
        ordering = ("kind", "value", "id")
        constraints = [
            *AboutPerson.Meta.constraints,
            models.UniqueConstraint(
                fields=("source", "kind", "value"), condition=Q(superseded_at=None), name="identifier_once_a_source"
            ),
        ]
        indexes = [
            models.Index(fields=("kind", "value"), name="identifier_value"),
            models.Index(fields=("person",), name="identifier_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class Address(Spell):
    """Where a person lives or has lived."""

    text = models.CharField(max_length=300)
    postcode = models.CharField(max_length=10, blank=True)

    register = history_register(identity=("text", "postcode"), case=SPELL)
    timeline_label = "Address"

    class Meta(Spell.Meta):
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return ", ".join(part for part in (self.text, self.postcode) if part)


class Phone(AboutPerson):
    """A telephone number of a person, in international form."""

    number = models.CharField(max_length=20)

    register = history_register(identity=("number",))

    class Meta(AboutPerson.Meta):
        ordering = ("-recorded_at", "-id")

    def __str__(self) -> str:
        return self.number


class Vehicle(AboutPerson):
    """A vehicle that a person uses, by its registration mark."""

    registration = models.CharField(max_length=15)

    register = history_register(identity=("registration",))

    class Meta(AboutPerson.Meta):
        ordering = ("-recorded_at", "-id")

    def __str__(self) -> str:
        return self.registration


class Alert(Spell):
    """A warning that staff must see. Past its review date it stays in force and shows as overdue."""

    kind = models.CharField(max_length=30, choices=AlertKind.choices())
    reason = models.TextField()
    review_on = models.DateField()

    register = history_register(Permission.MANAGE_ALERTS, case=("kind", "reason", "review_on", *SPELL))
    timeline_label = "Alert"

    class Meta(Spell.Meta):
        pass

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_overdue(self) -> bool:
        """Whether its review has been missed."""
        return self.review_on < timezone.localdate()


# Each note opens to whoever sees its own compartment of that person: one array for each, read once a query.
IN_COMPARTMENT = " OR ".join(
    f"(compartment = '{one}' AND {of_person(one)})" for one in Compartment if one is not Compartment.CORE
)


class SensitiveNote(Event):
    """What only those who need to know it may read of a person: health, intelligence, a victim's safety."""

    compartment = models.CharField(
        max_length=20, choices=[choice for choice in Compartment.choices() if choice[0] != Compartment.CORE]
    )
    text = models.TextField()

    register = history_register(
        Permission.RECORD_CONTACT, also=f"({IN_COMPARTMENT})", case=("compartment", "text", *EVENT)
    )
    timeline_label = "Sensitive note"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return self.get_compartment_display()


class ProtectedCharacteristics(models.Model):
    """What a person says of themselves, held for monitoring fairness and nowhere near a score."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="characteristics")
    self_defined_ethnicity = models.CharField(max_length=4, blank=True)
    religion = models.CharField(max_length=100, blank=True)
    disability = models.CharField(max_length=200, blank=True)
    sexual_orientation = models.CharField(max_length=100, blank=True)
    gender_reassignment = models.CharField(max_length=100, blank=True)

    register = Register(
        rows=about_person(
            update=("self_defined_ethnicity", "religion", "disability", "sexual_orientation", "gender_reassignment")
        ),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("person",),
            Category.PROTECTED: (
                *("self_defined_ethnicity", "religion", "disability", "sexual_orientation", "gender_reassignment"),
            ),
        },
    )

    class Meta:
        verbose_name_plural = "protected characteristics"

    def __str__(self) -> str:
        return f"Characteristics of person {self.person_id}"


class SearchToken(models.Model):
    """One word by which a person can be found, and the text it came from, so that a hit says what matched.

    Search asks for equality alone: under row security only leakproof comparisons may use an index.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    token = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=300)

    register = Register(
        rows=Rows(see=f"{of_person(Compartment.CORE)} AND ({FINDABLE})", delete=True),
        retention=Retention.CASE,
        subject="person_id",
        audited=False,
        fields={Category.KEY: ("id", "person"), Category.IDENTITY: ("token", "kind", "text")},
    )

    class Meta:
        indexes = [
            models.Index(fields=("token", "person"), name="search_token"),
            models.Index(fields=("person",), name="search_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.text}"
