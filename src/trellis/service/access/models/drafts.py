"""What somebody had typed and not sent when their session ended."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from trellis.service.access.models.users import User
from trellis.service.common.register import Category, Register, Retention, Rows

OWN = "written_by_id = (SELECT actor_id())"


class Draft(models.Model):
    """The fields of one page's form, sealed with the field key for its writer and page, and kept for a day."""

    written_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    page = models.CharField(max_length=300)
    sealed = models.TextField()
    kept_at = models.DateTimeField(default=timezone.now)

    register = Register(
        # Nobody else's, whatever their role: it may be about a person whom they must not know of.
        rows=Rows(see=OWN, write=OWN, change=OWN, update=("sealed", "kept_at"), delete=True, force=False),
        retention=Retention.SESSION,
        fields={
            Category.KEY: ("id", "written_by", "page"),
            Category.SECRET: ("sealed",),
            Category.PROVENANCE: ("kept_at",),
        },
        # The trail names what is recorded, and a draft is not.
        audited=False,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=("written_by", "page"), name="one_draft_a_page")]

    def __str__(self) -> str:
        return f"Draft on {self.page}"
