"""Consent, and each act of sharing. Agreements stand in access, because row security reads them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from trellis.rules.vocabulary import Permission, SharingAct, SharingBasis, SharingContent
from trellis.service.access.models import SharingAgreement
from trellis.service.people.history import EVENT, SPELL, Event, Spell, history_register
from trellis.service.schemes.models import Agency


class Consent(Spell):
    """What somebody answered when they were asked whether an agency may be told. Withdrawing it ends it."""

    with_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    given = models.BooleanField()
    purpose = models.CharField(max_length=300)
    how = models.CharField(max_length=300)

    register = history_register(Permission.SHARE, key=("with_agency",), case=("given", "purpose", "how", *SPELL))
    timeline_label = "Consent"

    class Meta(Spell.Meta):
        pass

    def __str__(self) -> str:
        return f"{'Agreed' if self.given else 'Did not agree'} to sharing with {self.with_agency}"


class InformationShared(Event):
    """One act: shared with a partner, disclosed to somebody outside, or refused to either."""

    act = models.CharField(max_length=20, choices=SharingAct.choices())
    # A partner agency, or in words whoever is none.
    recipient = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    recipient_name = models.CharField(max_length=200, blank=True)
    what = models.TextField()
    contents = ArrayField(models.CharField(max_length=40, choices=SharingContent.choices()), default=list)
    reason = models.TextField()
    basis = models.CharField(max_length=20, choices=SharingBasis.choices(), blank=True)
    power = models.CharField(max_length=300, blank=True)
    agreement = models.ForeignKey(SharingAgreement, models.PROTECT, null=True, blank=True, related_name="+")
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, blank=True, related_name="+")
    conditions = models.CharField(max_length=500, blank=True)

    register = history_register(
        Permission.SHARE,
        key=("recipient", "agreement", "consent"),
        case=(
            *("act", "recipient_name", "what", "contents", "reason", "basis", "power", "conditions"),
            *EVENT,
        ),
    )
    timeline_label = "Information shared"

    class Meta(Event.Meta):
        verbose_name_plural = "information shared"
        constraints = [
            *Event.Meta.constraints,
            models.CheckConstraint(
                name="shared_with_an_agency_or_somebody_named",
                condition=Q(recipient__isnull=False, recipient_name="") | (Q(recipient=None) & ~Q(recipient_name="")),
            ),
            models.CheckConstraint(name="shared_on_a_basis", condition=Q(act=SharingAct.REFUSAL) | ~Q(basis="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.to_whom}"

    @property
    def to_whom(self) -> str:
        """The agency or the name of whoever was told, or was not."""
        return str(self.recipient or self.recipient_name)
