"""The organisation: boundaries, agencies and teams, the schemes they run and the cohorts within them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from trellis.rules.vocabulary import AgencyKind, AreaKind, NationalClass
from trellis.service.common.register import PUBLIC_READ, Category, Register, Retention

REFERENCE = Retention.REFERENCE


class Area(models.Model):
    """One place in a tree of boundaries; police and probation boundaries stand side by side."""

    slug = models.SlugField(unique=True)
    # What agencies' extracts call it.
    code = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=200)
    boundary = models.CharField(max_length=40, choices=AreaKind.choices())
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    # "/1/4/": the ids from the root down, so that "everything under" is a prefix.
    path = models.CharField(max_length=200, default="/")
    # The ids of areas of another kind that it spans, where boundaries do not nest: a probation unit over districts.
    covers = ArrayField(models.BigIntegerField(), default=list)

    register = Register(
        rows=PUBLIC_READ,
        retention=REFERENCE,
        fields={
            Category.KEY: ("id", "parent"),
            Category.REFERENCE: ("slug", "code", "name", "boundary", "path", "covers"),
        },
    )

    class Meta:
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """An organisation that takes part in a scheme."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=AgencyKind.choices())

    register = Register(
        rows=PUBLIC_READ,
        retention=REFERENCE,
        fields={Category.KEY: ("id",), Category.REFERENCE: ("slug", "name", "kind")},
    )

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class Scheme(models.Model):
    """A locally branded partnership with its national label and its area."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    national_label = models.CharField(max_length=200)
    area = models.ForeignKey(Area, models.PROTECT)
    priority_grid = models.CharField(max_length=100)
    people_per_officer = models.PositiveSmallIntegerField(default=20)
    starts = models.DateField()
    ends = models.DateField(null=True)

    register = Register(
        rows=PUBLIC_READ,
        retention=REFERENCE,
        fields={
            Category.KEY: ("id", "area"),
            Category.REFERENCE: (
                *("slug", "name", "national_label", "priority_grid", "people_per_officer", "starts", "ends"),
            ),
        },
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Cohort(models.Model):
    """A group that a scheme manages, with the national class underneath its local name."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="cohorts")
    slug = models.SlugField()
    name = models.CharField(max_length=200)
    national_class = models.CharField(max_length=10, choices=NationalClass.choices())
    # The definition of who is eligible, by name; empty where people come by referral only.
    eligibility_rule = models.CharField(max_length=100, blank=True)
    opens_on = models.DateField(null=True)
    cap = models.PositiveIntegerField(null=True)

    register = Register(
        rows=PUBLIC_READ,
        retention=REFERENCE,
        fields={
            Category.KEY: ("id", "scheme"),
            Category.REFERENCE: ("slug", "name", "national_class", "eligibility_rule", "opens_on", "cap"),
        },
    )

    class Meta:
        ordering = ("scheme", "id")
        constraints = [models.UniqueConstraint(fields=("scheme", "slug"), name="one_cohort_a_slug")]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People of one agency who work an area together."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="teams")
    scheme = models.ForeignKey(Scheme, models.PROTECT, null=True, related_name="teams")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="teams")

    register = Register(
        rows=PUBLIC_READ,
        retention=REFERENCE,
        fields={Category.KEY: ("id", "agency", "scheme", "area"), Category.REFERENCE: ("slug", "name")},
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
