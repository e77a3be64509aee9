"""The trail. Change events are written by triggers, access events by the request; neither can be altered."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from trellis.service.common.register import Category, Register, Retention, Rows

# The reader of the trail is an auditor; and everybody may see what they themselves did.
AUDITOR = "(SELECT actor_has_role('auditor')) OR actor_id = (SELECT actor_id())"


class ChangeEvent(models.Model):
    """One row inserted, updated or deleted, with what it held before and after."""

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField()
    request_id = models.CharField(max_length=40, blank=True)
    transaction = models.BigIntegerField()
    table = models.CharField(max_length=100, db_column="table_name")
    action = models.CharField(max_length=6)
    row = models.CharField(max_length=40, db_column="row_id")
    person_id = models.BigIntegerField(null=True, db_index=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    # The triggers write as the owner; the application has no right to insert, so it cannot forge.
    register = Register(
        # Not forced: functions of the owner tell a reader who changed what the reader sees, and nothing else of it.
        rows=Rows(see="(SELECT actor_has_role('auditor'))", write="true", insert=False, force=False),
        retention=Retention.TRAIL,
        subject="person_id",
        audited=False,
        fields={
            Category.KEY: ("id",),
            Category.PROVENANCE: ("at", "actor_id", "request_id", "transaction", "table", "action", "row", "person_id"),
            Category.CASE: ("before", "after"),
        },
    )

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.action} {self.table} {self.row}"


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
        rows=Rows(see=AUDITOR, write="actor_id = (SELECT actor_id())"),
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
        indexes = [GinIndex(fields=("person_ids",), name="access_event_people")]

    def __str__(self) -> str:
        return f"{self.method} {self.page} {self.status}"
