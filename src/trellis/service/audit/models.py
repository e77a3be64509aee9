"""The trail. Change events are written by triggers, access events by the request; neither can be altered.

What a changed row held stands apart, in images that no role of the application can read and that may be erased: the
event keeps their digest, so erasing leaves the chain of seals whole.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from trellis.service.common.register import Category, Register, Retention, Rows

# The reader of the trail is an auditor, of the schemes they are posted to; and everybody may see what they themselves
# did. The sealer reads to seal.
SEALS = "(SELECT actor_is_sealer())"
AUDITS = f"(SELECT actor_has_role('auditor')) OR {SEALS}"
AUDITS_ALL = f"(SELECT actor_audits_all()) OR {SEALS}"


class ChangeEvent(models.Model):
    """One row inserted, updated or deleted: who, when, and which columns, without what they held.

    `columns` names what an update changed; it is empty for an insert and a delete, which concern them all. `digest` is
    the SHA-256 of the images with their salt, and empty for the event of an erasure, which has none.
    """

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField()
    request_id = models.CharField(max_length=40, blank=True)
    transaction = models.BigIntegerField()
    table = models.CharField(max_length=100, db_column="table_name")
    action = models.CharField(max_length=6)
    row = models.CharField(max_length=40, db_column="row_id")
    person_id = models.BigIntegerField(null=True, db_index=True)
    columns = ArrayField(models.CharField(max_length=63), default=list)
    digest = models.BinaryField()

    # The triggers write as the owner; the application has no right to insert, so it cannot forge.
    register = Register(
        # Not forced: functions of the owner tell a reader who changed what the reader sees, and nothing else of it.
        rows=Rows(
            see=f"{AUDITS_ALL} OR actor_audits(actor_id, array_remove(ARRAY[person_id], NULL))",
            write="true",
            insert=False,
            force=False,
        ),
        retention=Retention.TRAIL,
        subject="person_id",
        audited=False,
        fields={
            Category.KEY: ("id",),
            Category.PROVENANCE: (
                *("at", "actor_id", "request_id", "transaction", "table", "action", "row", "person_id"),
                *("columns", "digest"),
            ),
        },
    )

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.action} {self.table} {self.row}"


class ChangeImage(models.Model):
    """What a row held before and after its change. The application neither reads nor writes it; it may be erased."""

    # No constraint in the database, which would be checked row by row at each commit; `trellis verify-audit` checks.
    event = models.OneToOneField(ChangeEvent, models.PROTECT, primary_key=True, db_constraint=False)
    # Random, so that the digest tells nobody what the images held, not even who guesses it right.
    salt = models.UUIDField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    register = Register(
        rows=Rows(see="false", write="true", read=False, insert=False),
        retention=Retention.TRAIL,
        audited=False,
        fields={Category.KEY: ("event",), Category.PROVENANCE: ("salt",), Category.CASE: ("before", "after")},
    )

    def __str__(self) -> str:
        return f"images of change {self.event_id}"


class AccessEvent(models.Model):
    """One request that showed, searched, refused or did something, naming everybody whom its page showed."""

    # Made here rather than by the database, because the writer may not read the row back.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor_id = models.BigIntegerField(db_index=True)
    agency_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=40)
    method = models.CharField(max_length=10)
    # The name of the page, never its address: an address may hold what was searched for.
    page = models.CharField(max_length=100)
    status = models.PositiveSmallIntegerField()
    person_ids = ArrayField(models.BigIntegerField(), default=list)
    detail = models.JSONField(default=dict)

    register = Register(
        # Not forced: a function of the owner tells who has seen a person to whoever may know, and of that person alone.
        rows=Rows(
            see=f"{AUDITS_ALL} OR actor_id = (SELECT actor_id()) OR actor_audits(actor_id, person_ids)",
            write="actor_id = (SELECT actor_id())",
            force=False,
        ),
        retention=Retention.TRAIL,
        audited=False,
        fields={
            Category.KEY: ("id",),
            Category.PROVENANCE: ("at", "actor_id", "agency_id", "request_id", "method", "page", "status"),
            Category.CASE: ("person_ids", "detail"),
        },
    )

    class Meta:
        ordering = ("-at",)
        indexes = [
            GinIndex(fields=("person_ids",), name="access_event_people"),
            # Refusals show nobody, and tell of whom the address was.
            models.Index(
                KeyTransform("asked_for", "detail"),
                condition=Q(detail__has_key="asked_for"),
                name="access_event_asked_for",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.page} {self.status}"


class Unsealed(models.Model):
    """An event that awaits its seal. Triggers add a row with each event; the sealer takes it away.

    A queue rather than “every event after the last”: a transaction that commits late makes events visible whose numbers
    and times lie before those already sealed.
    """

    change_id = models.BigIntegerField(null=True)
    access_id = models.UUIDField(null=True)

    register = Register(
        rows=Rows(see=SEALS, write="true", change=SEALS, insert=False, delete=True),
        retention=Retention.TRAIL,
        audited=False,
        fields={Category.KEY: ("id", "change_id", "access_id")},
    )

    def __str__(self) -> str:
        return f"awaits a seal: {self.change_id or self.access_id}"


class Seal(models.Model):
    """One link of the chain: an event's digest, bound by a keyed hash to the seal before it."""

    # From 1 without a gap.
    seq = models.BigIntegerField(primary_key=True)
    change_id = models.BigIntegerField(null=True, unique=True)
    access_id = models.UUIDField(null=True, unique=True)
    # Which list of columns the digest covers, so that a column added later breaks no earlier seal.
    form = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    # The `mac` of the seal before; of the first, zeros.
    prev = models.BinaryField()
    # SHA-256 of the event's columns; empty where the event had gone before it was sealed.
    digest = models.BinaryField()
    mac = models.BinaryField()

    register = Register(
        rows=Rows(see=AUDITS, write=SEALS),
        retention=Retention.TRAIL,
        audited=False,
        fields={
            Category.KEY: ("seq", "change_id", "access_id"),
            Category.PROVENANCE: ("form", "at", "key_id", "prev", "digest", "mac"),
        },
    )

    class Meta:
        ordering = ("seq",)
        constraints = [
            models.CheckConstraint(
                name="seal_of_one_event",
                condition=Q(change_id=None, access_id__isnull=False) | Q(change_id__isnull=False, access_id=None),
            )
        ]

    def __str__(self) -> str:
        return f"seal {self.seq}"
