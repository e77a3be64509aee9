"""Briefings: the cohort by priority as it stood when one was issued."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from trellis.rules.vocabulary import Marking, Permission
from trellis.service.access.models import User
from trellis.service.common.register import Category, Register, Retention, Rows, by_actor, in_scheme
from trellis.service.schemes.models import Scheme


class Briefing(models.Model):
    """The moment a briefing was issued. Its lines are read from the record as known then, by whoever reads them.

    So a briefing holds no copy of anybody's data, and each reader sees only whom they may see.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="briefings")
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    marking = models.CharField(max_length=30, choices=Marking.choices(), default=Marking.OFFICIAL_SENSITIVE)

    register = Register(
        rows=Rows(
            see=in_scheme("scheme_id", Permission.SEE_BRIEFING),
            write=in_scheme("scheme_id", Permission.ISSUE_BRIEFING) + f" AND {by_actor('issued_by_id')}",
        ),
        retention=Retention.CASE,
        fields={
            Category.KEY: ("id", "scheme"),
            Category.CASE: ("note", "marking"),
            Category.PROVENANCE: ("issued_at", "issued_by"),
        },
    )

    class Meta:
        ordering = ("-issued_at",)

    def __str__(self) -> str:
        return f"Briefing of {self.issued_at:%-d %B %Y}"
