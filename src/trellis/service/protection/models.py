"""Looking at a limit again: each review of one, with what was found."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from trellis.service.access.models import Limit, User
from trellis.service.common.register import Category, Register, Retention, Rows, by_actor


class LimitReview(models.Model):
    """One review of a limit that stays: until when, and why."""

    limit = models.ForeignKey(Limit, models.PROTECT, related_name="reviews")
    reviewed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(default=timezone.now)
    review_on = models.DateField()
    note = models.TextField()

    register = Register(
        rows=Rows(
            see="EXISTS (SELECT 1 FROM access_limit l WHERE l.id = limit_id)",
            write=f"{by_actor('reviewed_by_id')} AND actor_restricts(limit_id)",
        ),
        retention=Retention.CASE,
        fields={
            Category.KEY: ("id", "limit"),
            Category.CASE: ("review_on", "note"),
            Category.PROVENANCE: ("reviewed_by", "reviewed_at"),
        },
    )

    class Meta:
        ordering = ("reviewed_at", "id")

    def __str__(self) -> str:
        return f"Review of a limit, until {self.review_on:%d/%m/%Y}"
