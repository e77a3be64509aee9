"""Notices: that something happened which its addressee's work turns on."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from trellis.rules.notices import NoticeKind, Way, sentence
from trellis.service.access.models import User
from trellis.service.audit.seen import ShowsPerson
from trellis.service.common.register import MAY_WRITE, Category, Register, Retention, Rows, by_actor, once
from trellis.service.people.models import Person

# Whoever may no longer see somebody is no longer told of them, not even of what is waiting to be read.
TO_ME = (
    "user_id = (SELECT actor_id())"
    " AND (person_id IS NULL OR EXISTS (SELECT 1 FROM people_person p WHERE p.id = person_id))"
)
OWN = "chosen_by_id = (SELECT actor_id())"


class Notice(ShowsPerson):
    """One thing told to one user. It says what kind of thing, about whom and by whom; the record says the rest.

    `mailed_at` is when the addressee was told by mail that there is something to read, or empty while that waits.
    """

    # Made here rather than by the database, because the writer may not read the row back.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="notices")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=30, choices=NoticeKind.choices())
    # What the words depend on beside the kind: ids and plain words, never a fact about anybody.
    data = models.JSONField(default=dict)
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    register = Register(
        rows=Rows(
            see=TO_ME,
            write=f"{MAY_WRITE} AND {by_actor('done_by_id')}",
            change=TO_ME,
            update=("read_at", "mailed_at"),
            refuse=(once("read_at", "A notice is read"), once("mailed_at", "A notice is mailed")),
        ),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("id", "user", "person"),
            Category.CASE: ("kind", "data"),
            Category.PROVENANCE: ("done_by", "at", "read_at", "mailed_at"),
        },
    )

    class Meta:
        ordering = ("-at", "id")
        indexes = [
            models.Index(fields=("user", "-at"), name="notice_user"),
            models.Index(fields=("user",), condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=("user",), condition=Q(mailed_at=None), name="notice_unmailed"),
        ]

    def __str__(self) -> str:
        return self.sentence

    # What a task asks for, filled in by queries.notices.name_tasks as its reader may see it; the row does not say.
    which = ""

    @property
    def sentence(self) -> str:
        """What happened, without a name."""
        told = sentence(NoticeKind(self.kind), self.data)
        return f"{told}: “{self.which}”" if self.which else told


class NoticeChoice(models.Model):
    """How one user wants to be told of one kind of thing; who has not chosen is told as `rules.notices` says."""

    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=NoticeKind.choices())
    way = models.CharField(max_length=10, choices=Way.choices())
    chosen_at = models.DateTimeField(default=timezone.now)

    register = Register(
        rows=Rows(see=OWN, write=OWN, change=OWN, update=("way", "chosen_at")),
        retention=Retention.ACCOUNT,
        fields={
            Category.KEY: ("id", "chosen_by"),
            Category.STAFF: ("kind", "way"),
            Category.PROVENANCE: ("chosen_at",),
        },
    )

    class Meta:
        ordering = ("chosen_by", "kind")
        constraints = [models.UniqueConstraint(fields=("chosen_by", "kind"), name="one_choice_a_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_way_display()}"
