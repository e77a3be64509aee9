"""Private addresses at which a user's own calendar program reads when they are due."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from trellis.service.access.models import User
from trellis.service.common.register import Category, Register, Retention, Rows, once
from trellis.service.schemes.models import Agency

OWN = "made_by_id = (SELECT actor_id())"
# Whoever asks for the file shows the secret and nothing else, so the look-up by its digest is done by nobody yet.
BY_ANYBODY_ASKING = "EXISTS (SELECT 1 FROM access_user u WHERE u.id = (SELECT actor_id()) AND u.username = 'anonymous')"


class CalendarFeed(models.Model):
    """One secret address of a user, kept as a digest; what it serves names nobody. Revoked, it serves no more."""

    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    register = Register(
        rows=Rows(
            see=f"{OWN} OR {BY_ANYBODY_ASKING}",
            write=OWN,
            change=OWN,
            update=("revoked_at",),
            refuse=(once("revoked_at", "A calendar address is revoked"),),
        ),
        retention=Retention.ACCOUNT,
        fields={
            Category.KEY: ("id", "agency"),
            Category.SECRET: ("digest",),
            Category.PROVENANCE: ("made_by", "made_at", "revoked_at"),
        },
    )

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=("made_by",), condition=Q(revoked_at=None), name="one_live_calendar_a_user")
        ]

    def __str__(self) -> str:
        return f"Calendar address made on {self.made_at:%d %B %Y}"
