"""Sharing agreements: which agencies share what in a scheme, for what purpose and under which powers."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from trellis.rules.vocabulary import Permission, SharingRegime
from trellis.service.access.models.users import User
from trellis.service.common.register import EVERYBODY, Category, Register, Retention, Rows, by_actor, in_scheme
from trellis.service.schemes.models import Agency, Scheme

MANAGES = in_scheme("scheme_id", Permission.MANAGE_AGREEMENTS)


class SharingAgreement(models.Model):
    """An agreement between a scheme's agencies. Past its review what is shared stays, and nothing new is shared."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="agreements")
    name = models.CharField(max_length=200)
    purpose = models.TextField()
    powers = models.TextField()
    starts = models.DateField()
    review_on = models.DateField()
    ends = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    register = Register(
        rows=Rows(
            see=EVERYBODY,
            write=f"{MANAGES} AND {by_actor('recorded_by_id')}",
            change=MANAGES,
            update=("name", "purpose", "powers", "review_on", "ends", "version"),
            force=False,
        ),
        retention=Retention.REFERENCE,
        fields={
            Category.KEY: ("id", "scheme", "version"),
            Category.REFERENCE: ("name", "purpose", "powers", "starts", "review_on", "ends"),
            Category.PROVENANCE: ("recorded_by", "recorded_at"),
        },
    )

    class Meta:
        ordering = ("scheme", "name")
        constraints = [
            models.CheckConstraint(
                name="agreement_ends_after_it_starts", condition=Q(ends=None) | Q(ends__gte=F("starts"))
            )
        ]

    def __str__(self) -> str:
        return self.name


class AgreementParty(models.Model):
    """One agency's place in an agreement: under which regime it works, and which kinds of record it may read.

    `shares` is an allow-list: "*" for the whole record, "record.Arrest" for a kind of record, and
    "casework.Contact.outcome" for one field of a kind. What an agency recorded itself it always reads.
    """

    agreement = models.ForeignKey(SharingAgreement, models.PROTECT, related_name="parties")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    regime = models.CharField(max_length=20, choices=SharingRegime.choices())
    basis = models.CharField(max_length=300, blank=True)
    shares = ArrayField(models.CharField(max_length=100), default=list)

    register = Register(
        rows=Rows(
            see=EVERYBODY,
            write="actor_manages_agreement(agreement_id)",
            update=("regime", "basis", "shares"),
            force=False,
        ),
        retention=Retention.REFERENCE,
        fields={
            Category.KEY: ("id", "agreement", "agency"),
            Category.REFERENCE: ("regime", "basis", "shares"),
        },
    )

    class Meta:
        ordering = ("agreement", "agency__name")
        verbose_name_plural = "agreement parties"
        constraints = [models.UniqueConstraint(fields=("agreement", "agency"), name="one_place_in_an_agreement")]

    def __str__(self) -> str:
        return f"{self.agency} in {self.agreement}"
